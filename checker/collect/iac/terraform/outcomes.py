"""The resources of a module as they may be: under each outcome of what nobody has decided.

Attributes are looked at one by one, as the choices of all of them together would be too many.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.terraform import repeats
from checker.collect.iac.terraform.instance import Instance
from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.planned import Json, Planned
from checker.collect.iac.terraform.repeats import (
    UNTOLD,
    all_instances,
    defaulted,
    may_have_more,
    names_at,
)
from checker.collect.iac.terraform.steps import Keyed
from checker.collect.iac.terraform.syntax import Block
from checker.collect.iac.terraform.wanted import Wanted
from checker.collect.iac.unknown import is_unresolved, shown, unmade, unresolved
from checker.collect.iac.worlds import ImpossibleWorldError, TooManyWorldsError

_ROLE, _TRUST = "awscc_iam_role", "assume_role_policy_document"
_VARIABLE = re.compile(r"\bvar\.[\w-]+")
_MARK = re.compile(r"\$\{([^}]*)\}")
_WORKSPACE = "terraform.workspace"
"""Each one is tried: it has no default."""
_EACH = re.compile(r"\beach\.")
_COUNTED = "count.index"
_GIVEN = re.compile(r"\b(?:var|local)\.")
_NUMBERS = ("count", "for_each")
_OF_ANOTHER = re.compile(
    r"(?:(?:length|toset|tolist|keys)\()*([\w-]+)\.([\w-]+)(?:\[\*\][\w.]*)?\)*"
)
_LONG = 80
Outcome = tuple[str | None, Any]
"""What is supposed against the defaults, in words, and a value."""


class Outcomes:
    """One block. `wanted`: whether an attribute tells of trust; `say`: takes what a reader must
    know."""

    def __init__(
        self, module: Module, mode: str, block: Block, wanted: Wanted | None,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._module, self._mode, self._block = module, mode, block
        self._wanted, self._say = wanted, say
        self._choices = module.choices
        self._index: Any = None

    def planned(self) -> list[Planned]:
        """Each instance; its values where anything of it is asked for."""
        there = self._choices.kept(self._present).asked
        found = []
        for index, names in all_instances(self._module, self._block):
            one = Instance(self._module, self._mode, self._block, index, names)
            whole = self._whole(one, there=there) if self._wanted else _planned(one, {})
            found.append(dataclasses.replace(whole, supposed=self._supposed(index)))
        return found

    def _supposed(self, index: Any) -> bool:
        """Whether by default there is none such."""
        count = self._block.attributes.get("count")
        if index is not UNTOLD or count is None:
            return False
        number = self._module.evaluate(count, {})
        return isinstance(number, int) and 0 < number <= repeats.MOST

    def referred(self, index: Any, *, surely: bool) -> Planned:
        """One that something refers to, of which nobody knows how many there are. `surely`: it is
        there wherever that is."""
        self._index = index
        there = self._choices.kept(self._present).asked
        names = names_at(self._module, self._block, index)
        one = Instance(self._module, self._mode, self._block, index, names)
        whole = self._whole(one, there=there)
        return dataclasses.replace(whole, hangs=None) if surely else whole

    def _present(self) -> Any:
        self._module.present()
        return self._module.instances(self._block)

    def _whole(self, one: Instance, *, there: bool) -> Planned:
        """`there`: whether it is there hangs on a choice."""
        found = {key: self._outcomes(one, key, there=there) for key in one.named()}
        when = self._tried(one, lambda _: None)[:1] if there else []
        base = _planned(one, {key: tried[0][1] for key, tried in found.items()})
        unsure = there or one.index is UNTOLD or self._unsure()
        hangs = (one.module.address, number(self._module, self._block)) if unsure else None
        base = dataclasses.replace(base, when=when[0][0] if when else None, hangs=hangs,
                                   surely=_surely(one, base.values),
                                   acting=_acting(one))  # fmt: skip
        if not one.type.startswith("awscc_"):
            base = self._resting(base, one)
        return dataclasses.replace(base, others=tuple(_others(base, found)))

    def _unsure(self) -> bool:
        """Whether how many there are is not given."""
        sure = self._module.strictly()
        told = (self._block.attributes.get(key) for key in _NUMBERS)
        values = [sure.evaluate(one, {}) for one in told if one is not None]
        return any(is_unresolved(one) or isinstance(one, Keyed) for one in values)

    def _resting(self, base: Planned, one: Instance) -> Planned:
        """With what of it hangs on a default."""
        keys = [key for key in base.values if self._wanted and self._wanted(key)]
        names = {key: _defaults(one, key, base.values[key]) for key in keys}
        found = tuple(sorted({name for several in names.values() for name in several}))
        sure = {key: one.strictly().written(key) for key in keys if names[key]}
        return dataclasses.replace(base, by_default=found, sure=sure)

    def _outcomes(self, one: Instance, key: str, *, there: bool) -> list[Outcome]:
        """Those of an attribute, those by default first."""
        kept = self._choices.kept(lambda: one.written(key))
        asked = (kept.asked or there) and self._wanted is not None and self._wanted(key)
        tried = self._tried(one, lambda inner: inner.written(key)) if asked else []
        if asked and not tried:
            self._say(f"{one.address}: {key} hangs on more choices than can be tried: what nobody "
                      "has decided is taken for not known.")  # fmt: skip
        return tried or [(None, kept.value)]

    def _tried(self, one: Instance, tell: Callable[[Instance], Any]) -> list[Outcome]:
        """What differs; nothing where that is too much."""
        found: dict[str, Outcome] = {}
        try:
            for value, when in self._choices.runs(lambda: tell(self._again(one))):
                key = json.dumps(value, sort_keys=True, default=str)
                if key not in found or (found[key][0] and not when):
                    found[key] = (when, value)
        except TooManyWorldsError:
            return []
        return sorted(found.values(), key=lambda outcome: outcome[0] is not None)

    def _again(self, one: Instance) -> Instance:
        """The same instance in this run, if that has it."""
        pairs = self._present()
        for index, names in pairs:
            if index == one.index:
                return Instance(self._module, self._mode, self._block, index, names)
        if one.index != self._index or not may_have_more(pairs):
            raise ImpossibleWorldError
        names = names_at(self._module, self._block, one.index)
        return Instance(self._module, self._mode, self._block, one.index, names)


def _surely(one: Instance, values: Json) -> Json:
    """What tells of what it is, or what is shut, where a default tells that."""
    row, several = ROWS.get(one.type), values if one.type.startswith("awscc_") else ()
    keys = [key for key in dict.fromkeys(row.settling() if row else several) if key in values]
    told = {key: one.surely(key) for key in keys}
    return {key: value for key, value in told.items() if value != values[key]}


def _acting(one: Instance) -> str | None:
    """The account of its provider, where that rests on a default: marked text."""
    told, sure = one.account, one.strictly().account
    if told == sure:
        return None
    return sure if is_unresolved(sure) else unresolved(f"{told} by default, or another account")


def _rests(name: str) -> bool:
    """Whether a default may tell a condition: the workspace and a place in a loop have none."""
    return _WORKSPACE not in name and (_COUNTED not in name or bool(_GIVEN.search(name)))


def number(module: Module, block: Block) -> str:
    """How it is written of how many there are; one for each of another resource is as that is."""
    told = (block.attributes.get(key) for key in _NUMBERS)
    text = "".join(one.written() for one in told if one is not None)
    found = _OF_ANOTHER.fullmatch(text)
    kind, name = found.groups() if found else ("", "")
    other = module.files.resources.get(("managed", kind, name))
    return text if other is None or other is block else number(module, other)


def _others(base: Planned, found: dict[str, list[Outcome]]) -> Iterator[Planned]:
    for key, tried in found.items():
        for when, value in tried[1:]:
            yield dataclasses.replace(base, values={**base.values, key: value}, when=when)


def _planned(one: Instance, values: Json) -> Planned:
    return Planned(
        address=one.address,
        module=one.module.address,
        mode=one.mode,
        type=one.type,
        name=one.name,
        index=None if one.index is UNTOLD else one.index,
        untold=one.index is UNTOLD,
        beyond=one.beyond(),
        values=values,
        changes=True,
        written=(one.block.path, one.block.line),
        by_default=_of_role(one, values) if one.type == _ROLE else (),
        account=one.account,
    )


def _of_role(one: Instance, values: Json) -> tuple[str, ...]:
    return _defaults(one, _TRUST, values[_TRUST]) if _TRUST in values else ()


def _defaults(one: Instance, attribute: str, value: Any) -> tuple[str, ...]:
    """The variables whose defaults tell something of an attribute that nobody gives."""
    written = one.block.attributes.get(attribute)
    each = one.block.attributes.get("for_each")
    sure = one.strictly().written(attribute)
    if written and each and _EACH.search(written.written()):
        others = one.strictly().module.evaluate(each, {})  # it may be there for them, too
        sure = sure if isinstance(others, dict) else [sure, others]
    counts = [*one.module.counts()]  # there may be more of them
    if written and _COUNTED in written.written():
        counts.append(defaulted(one.module, one.block))
    sure = unmade([sure, *counts])
    unsure = set(_VARIABLE.findall(str(shown(sure)))) - set(_VARIABLE.findall(str(shown(value))))
    if not is_unresolved(sure):
        return ()
    if unsure or is_unresolved(value):
        return tuple(sorted(unsure))
    names = [name for name in _MARK.findall(str(shown(sure))) if _rests(name)]
    return tuple(f"a variable in {name[:_LONG]}" for name in dict.fromkeys(names))
