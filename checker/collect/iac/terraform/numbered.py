"""Instances of a folder's resources where nobody knows how many there are: those that something
refers to, and those that stand for all others."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.collect.iac.grants.rows import ROWS, TELLING
from checker.collect.iac.terraform.instance import joined, suffix
from checker.collect.iac.terraform.module import Module
from checker.collect.iac.terraform.outcomes import number
from checker.collect.iac.terraform.planned import Plan, Planned
from checker.collect.iac.terraform.repeats import MOST
from checker.collect.iac.terraform.syntax import Block
from checker.collect.iac.terraform.wanted import Wanted
from checker.collect.iac.terraform.world import World
from checker.collect.iac.unknown import is_unresolved

_COUNTED = "count.index"
_KEYS = ("kms_key", "vpc")
Tell = Callable[[Module, Block, Any, bool], Planned | None]


def add_referred(plan: Plan, world: World, modules: list[Module], tell: Tell) -> None:
    """Each instance that something refers to, with what is there for each of them, too: to plan one
    may refer to more."""
    seen = {one.address for one in plan.resources}
    by_address = {one.address: one for one in modules}
    for _ in range(MOST):
        waiting = [*_waiting(world, by_address, seen)]
        if not waiting:
            return
        for module, block, index in waiting[:MOST]:
            seen.add(_address(module, block, index))
            _add(plan, tell(module, block, index, False), index)
            for other in [] if is_unresolved(index) else _beside(module, block):
                if (address := _address(module, other, index)) not in seen:
                    seen.add(address)
                    _add(plan, tell(module, other, index, True), index)


def _add(plan: Plan, found: Planned | None, index: Any) -> None:
    if found is not None:
        (plan.more if is_unresolved(index) else plan.resources).append(found)


def _waiting(
    world: World, modules: dict[str, Module], seen: set[str]
) -> Iterator[tuple[Module, Block, Any]]:
    for (address, mode, kind, name), indices in [*world.referred.items()]:
        module = modules.get(address)
        block = module.files.resources.get((mode, kind, name)) if module else None
        if module is None or block is None or kind not in ROWS or mode != "managed":
            continue
        for index in [*indices][:MOST]:
            if _address(module, block, index) not in seen:
                yield module, block, index


def _address(module: Module, block: Block, index: Any) -> str:
    return joined(module.address, f"{block.labels[0]}.{block.labels[-1]}{suffix(index)}")


def _beside(module: Module, block: Block) -> Iterator[Block]:
    """What is there for each of a resource, by the same number, and names the one of its index."""
    name = re.escape(f"{block.labels[0]}.{block.labels[-1]}")
    one = re.compile(rf"\b{name}\[(?:count\.index|each\.(?:key|value))\]")
    for (mode, kind, _), other in module.files.resources.items():
        alike = other is not block and number(module, other) == number(module, block)
        chained = other.attributes.get("for_each")
        each = chained is not None and re.search(rf"\b{name}\b", chained.written())
        if mode == "managed" and kind in ROWS and alike and (other.says(one) or each):
            yield other


def spare(plan: Plan, wanted: Callable[[str, str], Wanted | None]) -> None:
    """Further instances of a count that say no more than those that are known are left out, but
    where something shuts a resource, and may shut one of them only."""
    shutting = any(map(_shuts, plan.resources))
    known: dict[tuple[Any, ...], list[Planned]] = {}
    for one in plan.resources:
        if not one.beyond:
            known.setdefault(_kin(one), []).append(one)
    found = [_left(one, known.get(_kin(one), []), wanted(one.mode, one.type), shutting=shutting)
             for one in plan.resources]  # fmt: skip
    plan.more += [one for one, left in zip(plan.resources, found, strict=True) if left is None]
    plan.resources[:] = [one for one in found if one is not None]


def _left(
    one: Planned, known: list[Planned], wanted: Wanted | None, *, shutting: bool
) -> Planned | None:
    """What of it is to be looked at."""
    if not one.beyond or not known or (shutting and one.type in ROWS and not one.supposed):
        return one
    told = {(key, _text(value)) for other in known for inner in other.outcomes()
            for key, value in inner.values.items()}  # fmt: skip
    asked = wanted or (lambda _: False)
    new = [inner for inner in one.outcomes()
           if any(_is_new(key, value, told, supposed=one.supposed)
                  for key, value in inner.values.items() if asked(key))]  # fmt: skip
    return dataclasses.replace(new[0], others=tuple(new[1:])) if new else None


def _is_new(key: str, value: Any, told: set[tuple[str, str]], *, supposed: bool) -> bool:
    """What only the index leaves open, where a default tells how many there are, is no more than
    a default that is told."""
    text = _text(value)
    if _COUNTED in text:
        return not supposed
    return (key, text) not in told and not (supposed and is_unresolved(value))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _kin(one: Planned) -> tuple[Any, ...]:
    return one.modules(), one.mode, one.type, one.name


def _shuts(one: Planned) -> bool:
    row = ROWS.get(one.type)
    keys = row.tops_of(_KEYS) if row else ()
    return one.type in TELLING or any(one.values.get(key) for key in keys)
