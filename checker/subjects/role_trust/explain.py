"""Trusts, as an explanation lists them and a proposal counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.naming import key_of
from checker.facts.plain import Facts
from checker.subjects.item import AllowlistKey, Item, Sighted

MARK, KEY, TITLE, ALWAYS = "role grant", "trusts", "Trusts in {snapshot}", True


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    return facts["principal"]["id"] in ids


def row(item: Item) -> Facts:
    facts, vetting, grant = item.facts, item.facts["vetting"], item.facts["grant"]
    return {
        "resource": item.where.resource,
        "account": item.where.account,
        "principal": facts["principal"]["arn"] or facts["principal"]["id"],
        "actions": grant["actions"],
        "external_id": grant["external_id"],
        "privilege": facts["role"]["privilege"],
        "reads_data": facts["role"]["reads_data"],
        "reads_secrets": facts["role"]["reads_secrets"],
        "status": vetting["status"],
        "out_of_scope": vetting["out_of_scope"],
        "witness": grant["witness"],
    }


def order(row: Facts) -> tuple[Any, ...]:
    return row["resource"], row["principal"]


def line(row: Facts) -> str:
    beyond = f"; {'; '.join(row['out_of_scope'])}" if row["out_of_scope"] else ""
    return (
        f"{row['resource']} lets in {row['principal']} ({', '.join(row['actions'])}; "
        f"external id {row['external_id']}; privilege {row['privilege']}{_reads(row)}): "
        f"{row['status']}{beyond}"
    )


def _reads(row: Facts) -> str:
    named = [name for name in ("data", "secrets") if row.get(f"reads_{name}")]
    return f", reads {' and '.join(named)}" if named else ""


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    """Nobody vets what is own."""
    principal = facts["principal"]
    if facts["vetting"]["status"] != "own" and (key := key_of(principal)):
        yield key, principal


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:
    role, grant, claims = facts["role"], facts["grant"], named.get("claims")
    sighted.at(account, f"role {role['name']}")
    sighted.external_ids.add(grant["external_id"])
    if role["name"] not in sighted.roles:
        sighted.roles.append(role["name"])
    if grant["open_federation"]:
        sighted.no_tenant.append(named["claims"])
    if claims is not None and claims not in sighted.claims:
        sighted.claims.append(claims)
