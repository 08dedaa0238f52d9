"""Use, as an explanation lists it and a proposal counts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.naming import key_of
from checker.facts.plain import Facts
from checker.plurals import plural
from checker.subjects.item import AllowlistKey, Item, Sighted

# what nobody looked at is not unused
MARK, KEY, TITLE, ALWAYS = "usage", "use", "Use", False
TOP = 5


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    return bool(ids & {facts["principal"]["id"], facts["principal"]["organization"]})


def row(item: Item) -> Facts:
    facts, used = item.facts, item.facts["usage"]
    return {
        "resource": facts["resource"],
        "account": facts["account"]["id"],
        "role": facts["role"]["arn"],
        "principal": facts["principal"]["id"],
        "via": facts["via"],
        "attributed_by": facts["attributed_by"],
        "status": facts["vetting"]["status"],
        **{key: used[key] for key in ("calls", "errors", "last_seen", "idle_days", "actions")},
    }


def order(row: Facts) -> tuple[Any, ...]:
    return -row["calls"], row["resource"], row["principal"]


def line(row: Facts) -> str:
    if not row["calls"]:
        idle = row["idle_days"]
        since = "as far as is known" if idle is None else f"for at least {plural(idle, 'day')}"
        return f"{row['resource']}: not used {since}"
    top = ", ".join(f"{a['action']} {a['calls']:,}" for a in row["actions"][:TOP])
    more = len(row["actions"]) - TOP
    rest = f" and {more} more" if more > 0 else ""
    last = f", last {row['last_seen']}" if row["last_seen"] else ""
    failed = f", {row['errors']:,} failed" if row["errors"] else ""
    return f"{row['resource']}: {plural(row['calls'], 'call')}{failed}{last} ({top}{rest})"


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    """Not of an identity provider: the trail tells no tenant of it."""
    key = key_of(facts["principal"])
    if key and key[0] != "federation":
        yield key, facts["principal"]


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:  # noqa: ARG001
    """No claim and no external id is known of a use."""
    role = facts["role"]["name"]
    sighted.at(account, f"role {role}" if role else "calls without a role")
