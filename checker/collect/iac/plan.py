"""The JSON of `terraform show -json PLAN`: what will be, what is not known yet, how it is written.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.iac.records import read_bytes
from checker.collect.iac.unknown import unresolved
from checker.errors import InputError

MAX_BYTES = 256 << 20
HINT = "make one: terraform show -json PLAN > plan.json"
_VERSION = re.compile(r"(0\.[12]|1\.\d+)")
_MODULE = re.compile(r'module\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')
_ADDRESS = re.compile(r'"address":\s*("(?:[^"\\]|\\.)*")')
Json = dict[str, Any]


@dataclass(frozen=True)
class Planned:
    """One resource or data source: `values` has marked text where it is known only after apply."""

    address: str
    module: str
    mode: str
    type: str
    name: str
    index: Any
    values: Json
    changes: bool
    provider: str = ""

    def modules(self) -> tuple[str, ...]:
        """The names of the modules around it, without their indices."""
        return tuple(found[1] for found in _MODULE.finditer(self.module))


@dataclass
class Plan:
    path: Path
    text: str
    raw: Json
    resources: list[Planned] = field(default_factory=list)
    data: list[Planned] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def configuration(self, planned: Planned) -> Json:
        """How it is written: its block in the configuration, empty where that is not there."""
        block = as_object(as_object(self.raw.get("configuration")).get("root_module"))
        for name in planned.modules():
            calls = as_object(block.get("module_calls"))
            block = as_object(as_object(calls.get(name)).get("module"))
        wanted = (planned.mode, planned.type, planned.name)
        for one in as_objects(block.get("resources")):
            if (one.get("mode"), one.get("type"), one.get("name")) == wanted:
                return one
        return {}

    def references(self, planned: Planned, attribute: str) -> list[str]:
        """What the expression of an attribute refers to."""
        expression = as_object(self.configuration(planned).get("expressions")).get(attribute)
        found = as_object(expression).get("references")
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def line(self, address: str) -> int:
        """The line of the plan's own text that names it."""
        if not self.lines and self.text:
            self.lines.update(_lines(self.text))
        return self.lines.get(address, 1)


def read_plan(path: Path) -> Plan:
    """Raises InputError for what is no plan, or of a format that nobody here knows."""
    text = _text(path)
    raw = _decoded(path, text)
    version = raw.get("format_version") if isinstance(raw, dict) else None
    if not isinstance(version, str) or not isinstance(raw.get("planned_values"), dict):
        raise InputError("not a Terraform plan in JSON", path=path, line=1, hint=HINT)
    if not _VERSION.fullmatch(version):
        raise InputError(f"format_version {version!r} is not known", path=path, line=1, hint=HINT)
    plan = Plan(path, text, raw)
    changes = {str(one.get("address")): one for one in as_objects(raw.get("resource_changes"))
               if "deposed" not in one}  # fmt: skip
    planned = as_object(as_object(raw.get("planned_values")).get("root_module"))
    for module, one in _resources(planned):
        found = _planned(module, one, changes.get(str(one.get("address"))))
        (plan.data if found.mode == "data" else plan.resources).append(found)
    plan.data += _known_data(raw, {one.address for one in plan.data})
    return plan


def _lines(text: str) -> dict[str, int]:
    """Where each address stands first, in one walk: a plan may have ten thousand of them."""
    found: dict[str, int] = {}
    line, counted = 1, 0
    for named in _ADDRESS.finditer(text):
        line += text.count("\n", counted, named.start())
        counted = named.start()
        found.setdefault(json.loads(named[1]), line)
    return found


def _text(path: Path) -> str:
    data = read_bytes(path, MAX_BYTES)
    if data.startswith(b"PK"):
        raise InputError("a binary plan", path=path, line=1, hint=HINT)
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8 text", path=path, line=line, hint=HINT) from None


def _decoded(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg}", path=path, line=error.lineno, hint=HINT
        ) from None
    except (RecursionError, ValueError):
        raise InputError("nested too deep, or numbers too long", path=path, line=1) from None


def _resources(module: Json) -> Iterator[tuple[str, Json]]:
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
    for module, one in _resources(state):
        if one.get("mode") == "data" and str(one.get("address")) not in seen:
            yield _planned(module, one, None, whole=True)


def _planned(module: str, one: Json, entry: Json | None, *, whole: bool = False) -> Planned:
    change = as_object((entry or {}).get("change"))
    values = as_object(one.get("values"))
    address = str(one.get("address"))
    if isinstance(change.get("after"), dict):
        values = merged(change["after"], change.get("after_unknown"), address)
    elif not whole:  # planned values leave out what is not known
        values = merged(values, {}, address)
    return Planned(
        address=address,
        module=module,
        mode=str(one.get("mode")),
        type=str(one.get("type")),
        name=str(one.get("name")),
        index=one.get("index"),
        values=as_object(values),
        changes=change.get("actions") not in (["no-op"], ["read"], None),
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


def as_object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
