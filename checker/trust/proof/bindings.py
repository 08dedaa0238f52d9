"""Policy variables: conditions on two places at once, brought down to conditions on one.

A variable whose value is known is put in. Where the other side is known, the values that the
variable may have are read off. What remains is loosened: a pattern that fits whatever the variable
is, or no condition at all; never is anything made narrower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

import checker.trust.document.conditions as conditions
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.outsider import Outsider
from checker.trust.document.conditions import Condition, Template, Value, Variable
from checker.trust.document.operators import OPERATORS
from checker.trust.proof.places import Literal

LONGEST = 200
"""Of a text whose parts are tried as a variable's value."""
SEVERAL = 32


class Impossible(Exception):  # noqa: N818
    """No request fulfils the condition."""


class Binder:
    """Binds the conditions put to one outsider; `loosened` once something was made wider."""

    def __init__(self, outsider: Outsider, charge: Callable[[int], None]) -> None:
        self.outsider = outsider
        self.charge = charge
        self.loosened = False

    def bind(self, literals: list[Literal]) -> list[Literal]:
        """Conditions without variables, which all requests fulfil that fulfil the given ones."""
        plain = [one for one in literals if not one.condition.variables]
        if len(plain) == len(literals):
            return literals
        self.exact = dict(_exact(plain))
        self.missing = {one.key for one in plain if one.needs_absence()}
        found = list(plain)
        found += _by_absence(literals)
        for one in literals:
            if one.condition.variables:
                found += self._bound(one)
        return found

    def _bound(self, literal: Literal) -> Iterator[Literal]:
        """The condition as far as it binds its own key, and what its variables must be."""
        condition = literal.condition
        self.charge(1 + 3 * len(condition.operands))
        operands = [
            one
            for given in condition.operands
            for one in (["*"] if _itself(given, condition.key) else self._resolved(literal, given))
        ]
        open_ = [one for one in operands if isinstance(one, Template)]
        plain = tuple(one for one in operands if not isinstance(one, Template))
        if not open_:
            yield self._with(literal, plain)
            return
        if not literal.positive:  # it must fit none of them: those that are known at least
            self.loosened = True
            yield self._with(literal, plain)
            return
        if self.outsider.known(condition.key):
            yield from self._read_off(literal, plain, open_)
            return
        self.loosened = True
        if not plain and not literal.absent():
            yield from self._needed(open_)
        yield self._with(literal, (*plain, *map(_loose, open_)))

    def _with(self, literal: Literal, operands: tuple[object, ...]) -> Literal:
        found = literal.condition.operator
        texts = [one for one in operands if isinstance(one, str) and globs.is_literal(one)]
        exact = found.family == "string" and len(texts) == len(operands)
        condition = msgspec.structs.replace(
            literal.condition,
            operands=operands,
            variables=frozenset(),
            exact=frozenset(texts) if exact and not found.wild else None,
        )
        return Literal(condition, literal.wanted)

    def _resolved(self, literal: Literal, operand: object) -> list[object]:
        """The operand with what is known of its variables; none if one has no value."""
        if not isinstance(operand, Template):
            return [operand]
        found: list[tuple[str | Variable, ...]] = [()]
        for part in operand.parts:
            choices = self._choices(literal, part) if isinstance(part, Variable) else [part]
            if len(found) * len(choices) > SEVERAL:
                choices = [part]
            found = [(*head, choice) for head in found for choice in choices]
        return [_joined(parts) for parts in found]

    def _choices(self, literal: Literal, part: Variable) -> list[str | Variable]:
        """Of several values that a request may choose from, each will do where one must fit, which
        is wider; where none must, nothing is known."""
        if part.key in self.missing:
            return [] if part.default is None else [globs.literal(part.default)]
        if self.outsider.known(part.key):
            value = self.outsider.fixed.get(part.key, part.default)
            return [globs.literal(value)] if isinstance(value, str) else []
        exact = self.exact.get(part.key)
        if exact is None or part.default is not None or (len(exact) > 1 and not literal.positive):
            return [part]
        self.loosened |= len(exact) > 1
        return list(exact)

    def _needed(self, open_: list[Template]) -> Iterator[Literal]:
        """The one variable on which all depends must be there."""
        named = (part for one in open_ for part in one.parts if isinstance(part, Variable))
        told = dict.fromkeys(named)  # in the order of the policy
        for part in told:
            if part.default is None and all(part in one.parts for one in open_):
                there = conditions.condition(part.key, OPERATORS["null"], ("false",), allow=True)
                yield Literal(there)

    def _read_off(
        self, literal: Literal, plain: tuple[object, ...], open_: list[Template]
    ) -> Iterator[Literal]:
        """Which values of the variable make an operand fit the value that is known."""
        condition = literal.condition
        value = self.outsider.fixed.get(condition.key)
        held = self._with(literal, plain).condition.holds(self.outsider.fixed) == literal.wanted
        if held:
            return
        if value is None:
            raise Impossible
        texts = [value] if isinstance(value, str) else list(value)
        variables = {part for one in open_ for part in one.parts if isinstance(part, Variable)}
        caseless = condition.operator.family == "caseless"
        readable = caseless or condition.operator.family == "string"
        if len(variables) != 1 or not readable or max(map(len, texts)) > LONGEST:
            self.loosened = True
            return
        variable = variables.pop()
        if self._by_default(condition, open_):
            self.loosened = True
            return
        if caseless:
            open_ = [Template(tuple(map(_lower, one.parts))) for one in open_]
            texts = [text.lower() for text in texts]
        found = {part for one in open_ for text in texts for part in self._parts(one, text)}
        if not found:
            raise Impossible
        operator = OPERATORS["stringequalsignorecase" if caseless else "stringequals"]
        self.loosened |= len(texts) > 1 or any(len(one.parts) > 3 for one in open_)
        yield Literal(
            conditions.condition(variable.key, operator, tuple(sorted(found)), allow=True)
        )

    def _by_default(self, condition: Condition, open_: list[Template]) -> bool:
        """Whether an operand fits, too, when the variable has its default."""
        resolved = [one.resolve({}) for one in open_]
        plain = tuple(one for one in resolved if one is not None)
        found = msgspec.structs.replace(
            condition, operands=plain, variables=frozenset(), exact=None
        )
        return found.holds(self.outsider.fixed) != condition.operator.negated

    def _parts(self, template: Template, text: str) -> Iterator[str]:
        """The values of the template's first variable with which it can fit the text."""
        at = next(i for i, part in enumerate(template.parts) if isinstance(part, Variable))
        head = "".join(str(part) for part in template.parts[:at])
        tail = Template(template.parts[at + 1 :]).loose()
        ends = [end for end in range(len(text) + 1) if globs.matches(tail, text[end:])]
        starts = [start for start in range(len(text) + 1) if globs.matches(head, text[:start])]
        self.charge(len(text) + len(starts) * len(ends) // 4)
        for start in starts:
            yield from (text[start:end] for end in ends if end >= start)

    def presence(self, literals: list[Literal], request: dict[str, Value]) -> Iterator[Literal]:
        """That the variables are there which a request lacks."""
        for key in sorted({key for one in literals for key in one.condition.variables}):
            if key not in request and not self.outsider.known(key):
                there = conditions.condition(key, OPERATORS["null"], ("false",), allow=True)
                yield Literal(there)

    def pins(
        self, literals: list[Literal], request: dict[str, Value]
    ) -> Iterator[dict[str, Value]]:
        """Values of a request to hold on to, while the rest is asked for anew."""
        tied = [one.condition for one in literals if one.condition.variables]
        sides = [{name for one in tied for name in one.variables}, {one.key for one in tied}]
        for names in sides:
            pinned = self._pinned(names, request)
            if pinned:
                yield pinned

    def _pinned(self, names: set[str], request: dict[str, Value]) -> dict[str, Value]:
        """With all that stands in one text with them."""
        for name in sorted(names):
            unit = self.outsider.unit(name)
            if unit is not None:
                names |= {key for shape in self.outsider.units[unit] for key in shape.spans}
        return {
            name: request[name]
            for name in sorted(names)
            if name in request and name not in self.outsider.fixed
        }


def few(bound: list[Literal], literals: list[Literal], outsider: Outsider) -> tuple[str, list[str]]:
    """A key that variables tie to others and that has one of few values, with these; else none."""
    tied = [one.condition for one in literals if one.condition.variables]
    names = {key for one in tied for key in (one.key, *one.variables)}
    for key, values in _exact(bound):
        if key in names and outsider.unit(key) is None and not outsider.known(key):
            return key, [one for one in values if keys.domain(key).fullmatch(one)]
    return "", []


def _itself(operand: object, key: str) -> bool:
    """Whether the operand is the key's own value, between wildcards or not: that always fits."""
    if not isinstance(operand, Template):
        return False
    own = [one for one in operand.parts if isinstance(one, Variable)]
    rest = "".join(one for one in operand.parts if isinstance(one, str))
    return len(own) == 1 and own[0].key == key and not rest.strip("*")


def _loose(template: Template) -> str:
    """A pattern that includes whatever the operand resolves to."""
    return "".join(
        (_FORMS.get(keys.domain(part.key), "*") if part.default is None else "*")
        if isinstance(part, Variable)
        else part
        for part in template.parts
    )


_FORMS = {keys.ACCOUNT: "?" * 12, keys.ORGANIZATION: "o-??????????*"}


def _lower(part: str | Variable) -> str | Variable:
    return part.lower() if isinstance(part, str) else part


def _by_absence(literals: list[Literal]) -> Iterator[Literal]:
    """Where a value must fit some operands and none of the same, only its absence will do."""
    tied = [one for one in literals if one.condition.variables]
    for one in (one for one in tied if one.positive):
        for other in tied:
            if not other.positive and _same_text(one.condition, other.condition):
                null = OPERATORS["null"]
                yield Literal(conditions.condition(one.key, null, ("true",), allow=True))


def _same_text(one: Condition, other: Condition) -> bool:
    """Whether whatever fits an operand of `one` fits one of `other`, of a key with one value."""
    found, more = one.operator, other.operator
    return (
        one.key == other.key
        and (found.family, found.wild) == (more.family, more.wild)
        and set(one.operands) <= set(other.operands)
        and not keys.listed(one.key)
        and keys.known(one.key)
    )


def _exact(literals: list[Literal]) -> Iterator[tuple[str, list[str]]]:
    """Keys that have one of few values."""
    for one in literals:
        exact = one.condition.exact
        several = one.condition.operator.every or one.condition.operator.some
        if exact is None or several or len(exact) > SEVERAL:
            continue
        if one.positive and not one.absent():
            yield one.key, sorted(exact)


def _joined(parts: tuple[str | Variable, ...]) -> str | Template:
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return Template(parts)
