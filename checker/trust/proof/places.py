"""One place of a request: has it a value for which some conditions hold, and others do not?

The answer is exact: of texts by walking all that there are, of numbers, times and addresses by
trying each point at which the conditions can change.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal

import msgspec

import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust.document.conditions import Condition, Value
from checker.trust.search.values import addresses
from checker.trust.texts.automata import Automaton, Charge, Test, find
from checker.trust.texts.forms import Shape, free

_TEXT = ("string", "caseless", "arn")
_FAR = 40_000 * 86_400


class Unsure(Exception):  # noqa: N818
    """Neither a value nor a proof that there is none."""


class Literal(msgspec.Struct, frozen=True):
    """A condition that shall hold, or shall not."""

    condition: Condition
    wanted: bool = True

    @property
    def key(self) -> str:
        return self.condition.key

    @property
    def positive(self) -> bool:
        """Whether the value must match one of the operands, rather than none."""
        return self.wanted != self.condition.operator.negated

    def absent(self) -> bool:
        """Whether a request without the key will do."""
        return self.condition.absent == self.wanted

    def element(self) -> bool | None:
        """In a list: True if each value must do, False if one must; None if presence does."""
        found = self.condition.operator
        if found.family == "null":
            return None
        return self.condition.every == self.wanted

    def needs_absence(self) -> bool:
        return self.condition.operator.family == "null" and not self.holds("w")

    def holds(self, value: Value) -> bool:
        return self.condition.holds({self.key: value}) == self.wanted


class Places:
    """Answers for one policy, whose conditions it knows as patterns side by side. `lists`: the keys
    that nobody knows and that may have several values."""

    def __init__(self, today: int, charge: Charge, lists: Container[str]) -> None:
        self.today = today
        self.lists = lists
        self.charge = charge
        self.automata: dict[int, tuple[Condition, Automaton]] = {}

    def automaton(self, condition: Condition) -> Automaton:
        known = self.automata.get(id(condition))
        if known is None:
            family = condition.operator.family
            patterns = condition.loose()
            self.charge(1 + sum(map(len, patterns)) // 16)
            found = Automaton(patterns, by_part=family == "arn", caseless=family == "caseless")
            known = self.automata[id(condition)] = (condition, found)
        return known[1]

    def joint(
        self,
        shapes: tuple[Shape, ...],
        literals: list[Literal],
        excluded: dict[str, Automaton],
    ) -> dict[str, Value] | None:
        """Values of the keys that one text holds; it is always there."""
        if any(one.needs_absence() for one in literals):
            return None
        texts = [one for one in literals if one.condition.operator.family in _TEXT]
        others = [one for one in literals if one.condition.operator.family not in (*_TEXT, "null")]
        if shapes[-1].widest and self._shaped(shapes[-1], texts, excluded) is None:
            return None
        for shape in _differing(shapes, {one.key for one in texts}):
            found = self._shaped(shape, texts, excluded)
            if found is not None:
                if not all(one.holds(found[one.key]) for one in others):
                    raise Unsure
                return found
        return None

    def _shaped(
        self, shape: Shape, texts: list[Literal], excluded: dict[str, Automaton]
    ) -> dict[str, Value] | None:
        tests = []
        for one in texts:
            span = shape.spans.get(one.key)
            if span is not None:
                tests.append(Test(self.automaton(one.condition), one.positive, *span))
            elif not one.absent():  # a key that callers of this form never have
                return None
        tests += [
            Test(automaton, False, *shape.spans[key])
            for key, automaton in excluded.items()
            if key in shape.spans
        ]
        found = find(shape.segments, tests, self.charge)
        if found is None:
            return None
        return {key: "".join(found[a : b + 1]) for key, (a, b) in shape.spans.items()}

    def single(self, key: str, literals: list[Literal]) -> str | None:
        """A value of a key that has one, if the request has it at all."""
        if any(one.needs_absence() for one in literals):
            return None
        return self._value(key, [one for one in literals if one.element() is not None])

    def several(
        self, key: str, literals: list[Literal], forced: str = ""
    ) -> tuple[str, ...] | None:
        """Values of a key that may have many; `forced` is one that it has in any case."""
        if any(one.needs_absence() for one in literals):
            return None
        each = [one for one in literals if one.element() is True]
        if forced and not all(one.holds(forced) for one in each):
            return None
        found = [forced] if forced else []
        for one in (one for one in literals if one.element() is False):
            if forced and one.holds(forced):
                continue
            value = self._value(key, [*each, one])
            if value is None:
                return None
            found.append(value)
        if not found:
            value = self._value(key, each)
            found += [] if value is None else [value]
        return tuple(dict.fromkeys(found)) or None

    def _value(self, key: str, literals: list[Literal]) -> str | None:
        if keys.domain(key) not in keys.FEW:
            literals = list(map(_as_text, literals))
        texts = [one for one in literals if one.condition.operator.family in _TEXT]
        others = [one for one in literals if one.condition.operator.family not in _TEXT]
        if not others:
            return self._text(key, texts)
        every = keys.FEW.get(keys.domain(key))
        if every is not None:
            return next((one for one in every if all(lit.holds(one) for lit in literals)), None)
        points = list(dict.fromkeys(self._points(others)))
        finite = next((one for one in texts if _finite(one)), None)
        if finite is not None:
            points = list(finite.condition.operands)
        self.charge(len(points) * sum(1 + len(one.condition.operands) // 2 for one in literals))
        domain = keys.domain(key)
        for point in points:
            if domain.fullmatch(point) and all(one.holds(point) for one in literals):
                return point
        if texts and finite is None:
            raise Unsure
        return None

    def _text(self, key: str, texts: list[Literal]) -> str | None:
        finite = next((one for one in texts if _finite(one)), None)
        if finite is not None:
            domain = keys.domain(key)
            operands = finite.condition.operands
            self.charge(1 + len(operands) * len(texts) // 8)
            return next(
                (
                    text
                    for text in operands
                    if domain.fullmatch(text) and all(one.holds(text) for one in texts)
                ),
                None,
            )
        found = self.joint(free(key), texts, {})
        return None if found is None else str(found[key])

    def _points(self, literals: list[Literal]) -> Iterator[str]:
        """A point in each stretch between the bounds, and a text that is none of their kind."""
        conditions = [one.condition for one in literals]
        families = {one.operator.family for one in conditions}
        if "bool" in families:
            yield from ("true", "false")
        ends = set(map(Decimal, keys.ENDS.get(keys.domain(conditions[0].key), ())))
        if "number" in families:
            yield from (format(at, "f") for at in between(ends | _bounds(conditions, "number")))
        if "date" in families:
            bounds = ends | _bounds(conditions, "date")
            yield from (operators.moment(int(at)) for at in between(bounds))
        if "ip" in families:
            nets = [
                net for one in conditions if one.operator.family == "ip" for net in one.operands
            ]
            yield from (text for text, _ in addresses(nets))
        yield "w"

    def now(self, literals: list[Literal]) -> dict[str, Value] | None:
        """One moment, not before today, as aws:CurrentTime and aws:EpochTime tell it."""
        if any(one.needs_absence() for one in literals):
            return None
        if any(one.condition.operator.family not in ("date", "number", "null") for one in literals):
            raise Unsure
        told = [one for one in literals if one.element() is not None]
        bounds = {Decimal(at) for one in told for at in one.condition.operands}
        bounds |= {Decimal(self.today), Decimal(self.today + _FAR)}
        moments = sorted({int(one) for one in between(bounds)})
        self.charge(len(moments) * sum(1 + len(one.condition.operands) // 2 for one in told))
        for at in moments:
            values: dict[str, Value] = {
                "aws:currenttime": operators.moment(at),
                "aws:epochtime": str(at),
            }
            if self.today <= at < keys.LAST and all(one.holds(values[one.key]) for one in told):
                return values
        return None

    def mfa(self, told: list[Literal], aged: list[Literal]) -> dict[str, Value] | None:
        """Whether MFA was used, and its age in seconds, which goes with MFA alone."""
        if all(one.absent() for one in aged):
            return self.optional(keys.MFA, told)
        age = self.single(keys.MFA_AGE, aged)
        if age is None or not all(one.holds("true") for one in told):
            return None
        return {keys.MFA: "true", keys.MFA_AGE: age}

    def optional(self, key: str, literals: list[Literal]) -> dict[str, Value] | None:
        if all(one.absent() for one in literals):
            return {}
        return self.present(key, literals)

    def present(self, key: str, literals: list[Literal]) -> dict[str, Value] | None:
        listed = keys.listed(key) or key in self.lists
        value = self.several(key, literals) if listed else self.single(key, literals)
        return None if value is None else {key: value}


def _bounds(conditions: list[Condition], family: str) -> set[Decimal]:
    found = (one for one in conditions if one.operator.family == family)
    return {Decimal(at) for one in found for at in one.operands}


def _as_text(literal: Literal) -> Literal:
    """`Bool` of a key that may have any text is a comparison without case."""
    found = literal.condition.operator
    if found.family != "bool":
        return literal
    caseless = msgspec.structs.replace(
        operators.OPERATORS["stringequalsignorecase"], every=found.every, some=found.some
    )
    condition = msgspec.structs.replace(literal.condition, operator=caseless)
    return Literal(condition, literal.wanted)


def _differing(shapes: tuple[Shape, ...], asked: set[str]) -> Iterator[Shape]:
    """The shapes but for those that are like another as far as anything is asked."""
    seen = set()
    for shape in shapes:
        told = (shape.segments[a : b + 1] for key, (a, b) in shape.spans.items() if key in asked)
        form = tuple(tuple(map(id, segments)) for segments in told)
        if form not in seen:
            seen.add(form)
            yield shape


def _finite(literal: Literal) -> bool:
    return literal.positive and literal.condition.exact is not None


def between(bounds: Iterable[Decimal]) -> list[Decimal]:
    """The bounds, what is beside them, and a point between each two."""
    ordered = sorted(bounds)
    middle = [(a + b) / 2 for a, b in itertools.pairwise(ordered)]
    beside = [at + by for at in ordered for by in (0, 1, -1)]
    whole = [at.to_integral_value(ROUND_FLOOR) + by for at in ordered for by in (0, 1)]
    return [*beside, *middle, *whole] or [Decimal(0)]
