"""Where the references of an expression lead that a plan does not tell: by way of variables,
outputs and loops, to what the plan makes or looks up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from checker.collect.iac.terraform.planned import (
    Json,
    Plan,
    Planned,
    as_object,
    module_names,
    references_in,
)
from checker.collect.iac.terraform.references import (
    BEHIND,
    DEPTH,
    End,
    Modules,
    References,
    longest,
    output_of,
    parts,
    value_at_path,
)
from checker.trust.document.decode import as_list

_KNOWN = ("count", "path", "terraform")


class Branch(NamedTuple):
    """A reference, and where it leads: nowhere where it is known, None where nobody can tell.
    `keyed`: it may be no more than the index of the one before, as in `aws_ami.a[local.k]`; a plan
    tells `coalesce(one(aws_ami.a[*].id), local.k)` by the same references. `known`: the constants
    that it leads to; `beside`: it may be an output of a module that names another thing."""

    text: str
    ends: list[End] | None
    keyed: bool = False
    known: tuple[Any, ...] = ()
    beside: bool = False


class _Constant(NamedTuple):
    value: Any


_BESIDE = _Constant("an output that names another thing")
_Leads = list[End | _Constant]
_Loop = tuple[tuple[str, ...] | None, int | None]


class _Place(NamedTuple):
    """Where an expression stands. `loop`: what its `for_each` refers to, None where there is none;
    `through`: what that goes through, where it is known, by its number; `key`: the own one, if
    that is known; `module`: with its indices, None where these are not known."""

    names: Modules
    module: str | None = None
    loop: tuple[str, ...] | None = None
    through: int | None = None
    key: Any = None


class Ends:
    """`another`: whether an attribute is nothing that is looked for."""

    def __init__(
        self, plan: Plan, references: References, another: Callable[[End], bool] = lambda _: False
    ) -> None:
        self._plan, self._references, self._another = plan, references, another
        self._led: dict[tuple[str, _Place], _Leads | None] = {}
        self._loops: dict[int, _Loop] = {}
        self._through: dict[int, Any] = {}

    def branches(self, references: list[str], planned: Planned) -> list[Branch]:
        """Where the references of an expression of a resource lead."""
        names, block = module_names(planned.module), self._plan.configuration(planned)
        index = planned.index if isinstance(planned.index, str | int) else None
        place = _Place(names, planned.module, *self._loop(block), index)
        found: list[Branch] = []
        keyed = False
        for text in longest(references):
            leads = self._ends(text, place, 0)
            if text.startswith("each.value") and leads and planned.index is not None:
                leads = _of_its_turn(leads, planned.index)
            branch = _branch(text, leads, keyed)
            found.append(branch)
            if branch.ends:
                keyed = _takes_an_index(text, branch.ends)
        return found

    def _ends(self, text: str, place: _Place, depth: int) -> _Leads | None:
        """None where nobody can tell, empty where it is known."""
        steps = parts(text)
        root = next(iter(steps), "")
        if root in _KNOWN or text == "each.key":
            return []
        if root == "each":
            return self._of_loop(steps[2:], place, depth)
        if root in BEHIND and len(steps) > 1:
            return self._behind(steps, place, depth)
        return list(self._references.named(steps, place.names, place.module)) or None

    def _of_loop(self, rest: list[Any], place: _Place, depth: int) -> _Leads | None:
        """Of any that it goes through: `{ for k, v in module.m : k => v.x }` refers to all of m.
        What is read is an output's name, most likely."""
        if not place.loop:
            return None if place.loop is None else self._constants(place, rest)
        read = [self._as_read(one, rest, place) for one in place.loop]
        leads = self._all(read, place._replace(loop=None), depth)
        return leads if leads is None or [*place.loop] == read else [*leads, _BESIDE]

    def _as_read(self, text: str, rest: list[Any], place: _Place) -> str:
        steps = parts(text)
        outputs = self._references.outputs(steps, place.names) if steps[:1] == ["module"] else {}
        named = output_of(steps) is None and rest and rest[0] in outputs
        return f"module.{steps[1]}.{rest[0]}" if named else text

    def _behind(self, steps: list[Any], place: _Place, depth: int) -> _Leads | None:
        """By way of a variable or an output; of any output where the plan does not tell which."""
        if steps[0] == "module" and output_of(steps) is None:
            return self._outputs(steps, place, depth)
        expression, names = self._references.behind(steps, place.names)
        raw = as_object(expression)
        if "constant_value" in raw:  # null, too: a value that nobody knows does not come from there
            return [_Constant(raw["constant_value"])]
        around = _Place(names, None, *self._loop_around(steps, place.names))
        return self._all(longest(references_in(raw)), around, depth + 1) if depth < DEPTH else None

    def _outputs(self, steps: list[Any], place: _Place, depth: int) -> _Leads | None:
        found: _Leads = []
        for name in self._references.outputs(steps, place.names):
            leads = self._all([f"module.{steps[1]}.{name}"], place, depth)
            if leads is None:
                return None
            ends = [one for one in leads if not isinstance(one, _Constant)]
            named = bool(ends) and len(ends) == len(leads) and all(map(self._another, ends))
            found += [_BESIDE] if named else leads
        return found or None

    def _loop_around(self, steps: list[Any], names: Modules) -> _Loop:
        """What the call of a module goes through, whose variable it is."""
        if steps[0] != "var" or not names:
            return None, None
        calls = as_object(self._plan.block(names[:-1]).get("module_calls"))
        return self._loop(as_object(calls.get(names[-1])))

    def _loop(self, block: Json) -> _Loop:
        """What it refers to: None where it is none, empty where it is known; and that. Looked at
        once, as thousands may have the same."""
        expression = block.get("for_each_expression")
        if not isinstance(expression, dict):
            return None, None
        number = id(expression)  # the plan keeps it
        if number not in self._loops:
            known = "constant_value" in expression
            told = () if known else tuple(longest(references_in(expression))) or None
            self._loops[number] = told, number if known else None
            self._through[number] = expression.get("constant_value")
        return self._loops[number]

    def _constants(self, place: _Place, rest: list[Any]) -> _Leads:
        """What a loop has there that is known: of the own key, or of any where nobody knows it."""
        through = None if place.through is None else self._through[place.through]
        if isinstance(through, dict):
            own = [through[place.key]] if place.key in through else [*through.values()]
        else:
            own = [one for one in as_list(through) if one == place.key] or as_list(through)
        return [_Constant(value_at_path(one, rest)) for one in own]

    def _all(self, texts: Sequence[str], place: _Place, depth: int) -> _Leads | None:
        """None where there is none, or nobody can tell of one."""
        found: _Leads = []
        for text in texts:
            if (text, place) not in self._led:
                self._led[text, place] = self._ends(text, place, depth)
            ends = self._led[text, place]
            if ends is None:
                return None
            found += [end for end in ends if end not in found]
        return found if texts else None


def _of_its_turn(leads: _Leads, index: Any) -> _Leads:
    """Of each resource that a loop goes through, the one whose key it has; with all else."""
    ends = [one for one in leads if not isinstance(one, _Constant)]
    mine = {_named(one) for one in ends if one[0].index == index}
    left = [one for one in ends if _named(one) not in mine or one[0].index == index]
    return [*left, *(one for one in leads if isinstance(one, _Constant))]


def _named(end: End) -> tuple[str, ...]:
    return end[0].module, end[0].mode, end[0].type, end[0].name


def _branch(text: str, leads: _Leads | None, keyed: bool) -> Branch:
    if leads is None:
        return Branch(text, None, keyed)
    ends = [one for one in leads if not isinstance(one, _Constant)]
    known = [one for one in leads if isinstance(one, _Constant)]
    told = tuple(one.value for one in known if one is not _BESIDE)
    return Branch(text, ends, known=told, beside=any(one is _BESIDE for one in known))


def _takes_an_index(text: str, ends: list[End]) -> bool:
    """Whether what follows may be its index: it stands for all that it is one of."""
    steps = parts(text)
    if steps[0] == "module":
        return output_of(steps) is None
    return any(one.index is not None and not rest for one, rest in ends)
