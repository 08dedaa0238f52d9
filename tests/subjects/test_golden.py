"""All that policies see of the gate's own cases, with where it is and whom it shows, as it was; and
what an explanation and a proposal make of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from checker.subjects.item import Item, Sighted
from checker.subjects.registry import explained, model
from tests.subjects.test_facts import items

GOLDEN = Path(__file__).parent / "golden.jsonl"
ELSEWHERE = ("trust_policy", "vendor", "exception", "image", "role_usage")
"""Whose facts stand in tests/check/golden.jsonl."""
DEFAULTS: dict[str, Any] = {}


def unlike(value: Any, default: Any) -> Any:
    """What of facts is not the model's default."""
    if isinstance(value, dict) and isinstance(default, dict):
        return {k: unlike(v, default.get(k)) for k, v in value.items() if v != default.get(k, ...)}
    return value


def told(item: Item) -> dict[str, Any]:
    default = DEFAULTS.setdefault(item.subject, model(item.subject)().model_dump(by_alias=True))
    where = {k: v for k, v in msgspec.to_builtins(item.where).items() if v}
    found = {"facts": unlike(item.facts, default), "where": where, "untold": item.untold}
    if item.sights:
        shown = item.sights
        found["sights"] = [shown.kind, shown.identity, shown.name, msgspec.to_builtins(shown.standing),
                           type(shown.by).__name__, shown.in_scope]  # fmt: skip
    return found


def explanations() -> Iterator[tuple[str, Any]]:
    """The lines of each subject that shows third parties, in order, whom each is about, and what a
    proposal keeps of all of them."""
    for subject, module in explained().items():
        mine = [item for item in items() if item.subject == subject]
        rows = sorted(map(module.row, mine), key=lambda row: json.dumps(module.order(row)))
        yield from ((f"line {subject}", module.line(row)) for row in rows)
        seen: dict[Any, Sighted] = {}
        for item in mine:
            for key, named in module.keys(item.facts):
                sighted = seen.setdefault(key, Sighted(key))
                module.note(sighted, item.where.account or "", item.facts, named)
        for key in sorted(seen):
            found = msgspec.to_builtins(seen[key])
            about = sum(module.concerns(item.facts, frozenset({key[1], "x"})) for item in mine)
            ids = sorted(map(str, found["external_ids"]))
            yield f"seen {subject}", found | {"external_ids": ids, "about": about}
        assert not any(module.concerns(item.facts, frozenset({"nobody"})) for item in mine)


def said() -> Iterator[tuple[str, Any]]:
    judged = [(item.subject, told(item)) for item in items() if item.subject not in ELSEWHERE]
    yield from sorted(judged, key=lambda one: json.dumps(one, sort_keys=True, default=str))
    yield from explanations()


def test_what_is_seen_is_as_it_was() -> None:
    """A fact, a place or a party that is another one while no policy's answer changes."""
    lines = [json.dumps(one, sort_keys=True, default=str) for one in said()]
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n")
    assert lines == GOLDEN.read_text().splitlines()
