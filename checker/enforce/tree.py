"""The organization as guardrails are attached to it: a root, its units, their accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checker.snapshot.records import Manifest


class Node(msgspec.Struct):
    """A root, a unit or an account, by its id. `accounts`: all below, itself included."""

    id: str
    children: dict[str, Node]
    accounts: list[str]


def roots(manifest: Manifest, *, exempt: bool) -> list[Node]:
    """One for each organization, in order of their ids, without the accounts of which nobody knows
    where they stand. `exempt`: the management accounts are bound by no such policy."""
    chiefs = {one.management_account for one in manifest.own_organizations if exempt}
    top = Node("", {}, [])
    for account in sorted(manifest.accounts, key=lambda one: one.id):
        if not account.units or account.id in chiefs:
            continue
        node = top
        for unit in (*account.units, account.id):
            node = node.children.setdefault(unit, Node(unit, {}, []))
            node.accounts.append(account.id)
    return list(_in_order(top))


def apart(manifest: Manifest, targets: Iterable[str]) -> Iterator[str]:
    """A note where one document would go to several organizations: each is attached by its own
    management account, which knows none of the others' targets."""
    found: dict[str, set[str]] = {}
    wanted = set(targets)
    for account in manifest.accounts:
        mine = wanted & {*(account.units or ()), account.id}
        if mine and account.units:
            found.setdefault(account.units[0], set()).update(mine)
    if len(found) > 1:
        listed = " and ".join(", ".join(sorted(some)) for _, some in sorted(found.items()))
        yield (
            f"its targets are of {len(found)} organizations, {listed}: attach it to each with that "
            "one's management account"
        )


def _in_order(node: Node) -> Iterator[Node]:
    return (node.children[one] for one in sorted(node.children))


def below(node: Node) -> list[Node]:
    """What stands right under it."""
    return list(_in_order(node))
