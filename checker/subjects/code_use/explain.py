"""Code of others, as an explanation lists it and a proposal counts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.plain import Facts
from checker.subjects.item import AllowlistKey, Item, Sighted
from checker.vetting.registries import registry_id

MARK, KEY, TITLE, ALWAYS = "code publisher", "code", "Code in use", False


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    return facts["publisher"]["id"] in ids


def row(item: Item) -> Facts:
    code, vetting = item.facts["code"], item.facts["vetting"]
    return {
        "resource": item.where.resource,
        "account": item.where.account,
        "kind": code["kind"],
        "code": code["name"],
        "mutable": code["mutable"],
        "status": vetting["status"],
        "out_of_scope": vetting["out_of_scope"],
    }


def order(row: Facts) -> tuple[Any, ...]:
    return (row["resource"], row["code"])


def line(row: Facts) -> str:
    beyond = f"; {'; '.join(row['out_of_scope'])}" if row["out_of_scope"] else ""
    changes = ", which can be changed" if row["mutable"] else ""
    return f"{row['resource']} runs {row['code']}{changes}: {row['status']}{beyond}"


_KEYS = {"account": "accounts", "marketplace": "marketplace_products", "unknown": "registries"}


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    publisher = facts["publisher"]
    key = _KEYS.get(publisher["kind"], "registries")
    if not publisher["id"] or publisher["partition"]:  # the same number is another account here
        return
    if key != "registries" or _may_be_listed(publisher["id"]):
        yield (key, publisher["id"]), publisher


def _may_be_listed(registry: str) -> bool:
    """Whether an allowlist takes it: what names no host, or where anybody publishes, it refuses."""
    try:
        registry_id(registry)
    except ValueError:
        return False
    return True


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:  # noqa: ARG001
    if code := facts.get("code"):
        sighted.at(account, f"{code['kind']} {code['name']}")
