"""Identity providers, as an explanation lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.plain import Facts
from checker.subjects.item import AllowlistKey, Item, Sighted

MARK, KEY, TITLE, ALWAYS = "issuer", "providers", "Identity providers", False


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    return facts["issuer"] in ids


def row(item: Item) -> Facts:
    return {"resource": item.where.resource, "status": item.facts["vetting"]["status"]}


def order(row: Facts) -> tuple[Any, ...]:
    return (row["resource"],)


def line(row: Facts) -> str:
    return f"{row['resource']}: {row['status']}"


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    yield ("federation", facts["issuer"]), facts


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:
    sighted.at(account, f"provider {named['issuer']}")
