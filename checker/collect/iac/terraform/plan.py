"""The JSON of `terraform show -json PLAN`: what will be, what is not known yet, how it is written.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.collect.iac.terraform.planned import Json, Plan, Planned, as_object, as_objects
from checker.collect.iac.unknown import unresolved
from checker.errors import InputError
from checker.plurals import plural

HINT = "make one: terraform show -json PLAN > plan.json"
_VERSION = re.compile(r"(0\.[12]|1\.\d+)")
_FEW = 5


def plan_of(path: Path, text: str, raw: Json) -> Plan:
    """Raises InputError for a format that nobody here knows."""
    version = raw.get("format_version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise InputError(f"format_version {version!r} is not known", path=path, line=1, hint=HINT)
    plan = Plan(path, text, raw)
    changes = {str(one.get("address")): one for one in as_objects(raw.get("resource_changes"))
               if "deposed" not in one}  # fmt: skip
    planned = as_object(as_object(raw.get("planned_values")).get("root_module"))
    for module, one in resources_in(planned):
        _keep(plan, _planned(module, one, changes.pop(str(one.get("address")), None)))
    _left_over(plan, changes)
    plan.data += _known_data(raw, {one.address for one in plan.data})
    _whole(plan)
    return plan


def _keep(plan: Plan, found: Planned) -> None:
    (plan.data if found.mode == "data" else plan.resources).append(found)


def _left_over(plan: Plan, changes: dict[str, Json]) -> None:
    """Changes of which the planned values know nothing: the file is not whole. What the changes
    themselves tell is read all the same."""
    missing = []
    for address, entry in changes.items():
        actions = as_object(entry.get("change")).get("actions")
        module = entry.get("module_address")
        found = _planned(module if isinstance(module, str) else "", entry, entry)
        plan.gone += [replace(found, values=found.before or {})] if actions == ["delete"] else []
        if not isinstance(actions, list) or actions in (["delete"], ["forget"]):
            continue
        _keep(plan, found)
        if found.mode == "managed" and actions != ["no-op"]:
            missing.append(address)
    if missing:
        few = ", ".join(missing[:_FEW]) + (", …" if len(missing) > _FEW else "")
        told = plural(len(missing), "resource")
        message = f"no planned values for {told} that it creates or changes: {few}"
        plan.gaps.append((missing[0], "incomplete", message))


def _whole(plan: Plan) -> None:
    """A plan that says of itself that something is missing."""
    raw = plan.raw
    if raw.get("errored") is True or raw.get("complete") is False:
        plan.gaps.append(("", "incomplete", "the plan is not complete"))
    for one in as_objects(raw.get("deferred_changes")):
        address = str(as_object(one.get("resource_change")).get("address"))
        message = f"{address}: planned only after other changes are applied"
        plan.gaps.append((address, "deferred", message))


def resources_in(module: Json) -> Iterator[tuple[str, Json]]:
    """Each resource of a tree of modules, with the address of its module."""
    waiting = [module]
    while waiting:
        one = waiting.pop()
        address = one.get("address")
        for found in as_objects(one.get("resources")):
            yield (address if isinstance(address, str) else ""), found
        waiting += reversed(as_objects(one.get("child_modules")))


def _known_data(raw: Json, seen: set[str]) -> Iterator[Planned]:
    """Data sources that were read while planning."""
    state = as_object(as_object(as_object(raw.get("prior_state")).get("values")).get("root_module"))
    for module, one in resources_in(state):
        if one.get("mode") == "data" and str(one.get("address")) not in seen:
            yield known(module, one)


def known(module: str, one: Json) -> Planned:
    """A resource of a state, of which everything is known."""
    return _made(module, one, as_object(one.get("values")), changes=False)


def _planned(module: str, one: Json, entry: Json | None) -> Planned:
    change = as_object((entry or {}).get("change"))
    address = str(one.get("address"))
    values = as_object(one.get("values"))
    if isinstance(change.get("after"), dict):
        values = as_object(merged(change["after"], change.get("after_unknown"), address))
    found = _made(module, one, values, changes=_changes(change))
    before, actions = change.get("before"), change.get("actions")
    anew = isinstance(actions, list) and len(actions) > 1
    return replace(found, before=before, replaced=anew) if isinstance(before, dict) else found


def _changes(change: Json) -> bool:
    """Whether it is created or changed, or nothing says that it is not; what is imported is new in
    our hands, as it stands."""
    imported = change.get("importing") is not None
    return imported or change.get("actions") not in (["no-op"], ["read"])


def _made(module: str, one: Json, values: Json, *, changes: bool) -> Planned:
    return Planned(
        address=str(one.get("address")),
        module=module,
        mode=str(one.get("mode")),
        type=str(one.get("type")),
        name=str(one.get("name")),
        index=one.get("index"),
        values=values,
        changes=changes,
        provider=str(one.get("provider_name")),
    )


def merged(value: Any, unknown: Any, name: str) -> Any:
    """A planned value with what is known only after apply marked by that name."""
    if unknown is True:
        return unresolved(name)
    if isinstance(unknown, dict) and (isinstance(value, dict) or value is None):
        known = value or {}
        keys = [*known, *(key for key in unknown if key not in known)]
        return {key: merged(known.get(key), unknown.get(key), name) for key in keys}
    if isinstance(unknown, list) and (isinstance(value, list) or value is None):
        items = value or []
        longest = range(max(len(items), len(unknown)))
        return [merged(_at(items, at), _at(unknown, at), name) for at in longest]
    return value


def _at(items: list[Any], at: int) -> Any:
    return items[at] if at < len(items) else None
