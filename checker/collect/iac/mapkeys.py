"""Keys of a template's mappings, by the parameter that chooses among them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from checker.collect.iac.template import Template
from checker.collect.iac.walking import mappings

Json = dict[str, Any]


def keys_by_parameter(template: Template) -> dict[str, list[str]]:
    """Of every `Fn::FindInMap` whose key is a parameter: the keys that it may take there, one of
    those that lead to the same everywhere."""
    known = template.section("Mappings")
    if not known:
        return {}
    tables: dict[str, list[Json]] = {}
    for section in ("Conditions", "Resources", "Outputs"):
        for one in mappings(template.section(section)):
            argument = one.get("Fn::FindInMap")
            if isinstance(argument, list) and len(argument) in (3, 4):
                for name, among in _chosen(known, argument):
                    tables.setdefault(name, []).extend(among)
    return {name: _told_apart(among) for name, among in tables.items()}


def parameter_of(raw: Any) -> str | None:
    """The name in `!Ref Name` and in `!Sub "${Name}"`."""
    if not isinstance(raw, dict) or len(raw) != 1:
        return None
    ((function, name),) = raw.items()
    if not isinstance(name, str):
        return None
    if function == "Fn::Sub" and name.startswith("${") and name.endswith("}"):
        return name[2:-1].strip()
    return name if function == "Ref" else None


def _chosen(known: dict[str, Any], argument: list[Any]) -> Iterable[tuple[str, list[Json]]]:
    """The parameters of one call with the tables in which each is a key."""
    one = known.get(argument[0]) if isinstance(argument[0], str) else None
    named = [m for m in ([one] if one is not None else known.values()) if isinstance(m, dict)]
    inner = [row for m in named for row in m.values() if isinstance(row, dict)]
    for raw, among in zip(argument, ([known], named, inner), strict=False):
        name = parameter_of(raw)
        if name is not None:
            yield name, among


def _told_apart(among: list[Json]) -> list[str]:
    found: dict[str, str] = {}
    for key in dict.fromkeys(key for one in among for key in one if isinstance(key, str)):
        leads_to = json.dumps([_row(one.get(key)) for one in among], sort_keys=True)
        found.setdefault(leads_to, key)
    return [*found.values()]


def _row(value: Any) -> Any:
    """What a key leads to, told from others: aliases may hide any amount below a mapping's two
    levels."""
    if isinstance(value, dict):
        return [[str(key), _row_end(one)] for key, one in value.items()]
    return _row_end(value)


def _row_end(value: Any) -> Any:
    if isinstance(value, list):
        return [one if isinstance(one, str) else id(one) for one in value]
    return id(value) if isinstance(value, dict) else repr(value)
