"""Resources that let somebody in, as an explanation lists them and a proposal counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.naming import key_of
from checker.facts.plain import Facts
from checker.subjects.item import AllowlistKey, Item, Sighted

# what nobody looked at lets in whom it may
MARK, KEY, TITLE, ALWAYS = "target grant", "resources", "Resources in {snapshot}", False
_GRADES = ("read", "write", "admin")
_SHOWN = 4


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    principal = facts["principal"]
    return bool(ids & {principal["id"], principal["organization"]})


def row(item: Item) -> Facts:
    facts, vetting, grant = item.facts, item.facts["vetting"], item.facts["grant"]
    return {
        "resource": item.where.resource,
        "account": item.where.account,
        "region": item.where.region,
        "kind": facts["target"]["kind"],
        "principal": facts["principal"]["arn"] or facts["principal"]["id"],
        "access": grant["access"],
        "actions": grant["actions"],
        "via": grant["via"],
        "effective": grant["effective"],
        "guardrail": grant["guardrail"],
        "status": vetting["status"],
        "out_of_scope": vetting["out_of_scope"],
        "witness": grant["witness"],
    }


def order(row: Facts) -> tuple[Any, ...]:
    return row["resource"], row["principal"], row["via"] or ""


def line(row: Facts) -> str:
    beyond = f"; {'; '.join(row['out_of_scope'])}" if row["out_of_scope"] else ""
    shut = {True: "", None: "", False: f"; stopped for now by {row['guardrail']}"}
    actions = ", ".join(row["actions"][:_SHOWN])
    more = len(row["actions"]) - _SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"{row['resource']} lets in {row['principal']} by its {row['via']}: {row['access']} "
        f"({actions}{rest}): {row['status']}{beyond}{shut[row['effective']]}"
    )


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    """Nobody vets what is own, nor a service that acts for whoever asks."""
    principal = facts["principal"]
    if facts["grant"]["deputy"] or facts["vetting"]["status"] == "own":
        return
    if key := key_of(principal):
        yield key, principal


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:  # noqa: ARG001
    """How far it was let in at each resource: the gravest."""
    target, access = facts["target"], facts["grant"]["access"]
    sighted.at(account, f"{target['kind']} {target['name'] or target['arn'].rpartition(':')[2]}")
    kind, known = sighted.resources.get(target["arn"], (target["kind"], "read"))
    sighted.resources[target["arn"]] = kind, max(known, access, key=_GRADES.index)
