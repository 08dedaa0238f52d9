"""RCPs that are attached against what the list says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.enforce.drift import Drift
from checker.enforce.limits import Document
from checker.enforce.listed import Listed
from checker.enforce.ours import Ours
from checker.enforce.perimeter import Asked, perimeter
from checker.enforce.rcp import CALLERS, OURS, document
from checker.enforce.tree import Node, below, roots
from checker.errors import InputError
from checker.snapshot.records import Guardrail, Manifest
from checker.trust.document.decode import as_list

_OTHERWISE = "it says otherwise what the list says"
_SWITCHES = ("Bool", "BoolIfExists", "Null")
Values = dict[tuple[str, str, str], frozenset[str]]
"""Of a document: by statement, operator and key."""


def attached(manifest: Manifest, found: Listed, us: Ours) -> Iterator[Drift]:
    """Each RCP that `enforce rcp` made. Those of others are not compared."""
    tree = roots(manifest, exempt=True)
    for guardrail in manifest.guardrails or ():
        policy = _policy(guardrail)
        if policy is not None:
            yield _drift(guardrail, policy, found, us, tree)


def others(manifest: Manifest) -> tuple[str, ...]:
    """The RCPs that somebody else made, by their ids."""
    return tuple(one.id for one in manifest.guardrails or () if _policy(one) is None)


def unbound(manifest: Manifest) -> tuple[str, ...]:
    """Own accounts that no RCP of ours binds, and could."""
    targets = {t for g in manifest.guardrails or () if _policy(g) is not None for t in g.targets}
    units = {one.id: one.units for one in manifest.accounts}
    inside = [a for root in roots(manifest, exempt=True) for a in root.accounts]
    return tuple(a for a in inside if targets.isdisjoint((*(units[a] or ()), a)))


def is_ours(guardrail: Guardrail) -> bool:
    """Whether `enforce rcp` made it."""
    return _policy(guardrail) is not None


def _policy(guardrail: Guardrail) -> Document | None:
    """Of one of ours, its statements in a list."""
    policy = json.loads(bytes(guardrail.document))
    found = policy.get("Statement") if isinstance(policy, dict) else None
    listed = [one for one in as_list(found) if isinstance(one, dict)]
    mine = any(one.get("Sid") == OURS for one in listed)
    return {**policy, "Statement": listed} if mine else None


def _drift(
    guardrail: Guardrail, policy: Document, found: Listed, us: Ours, tree: list[Node]
) -> Drift:
    live = _values(policy)
    asked = _asked(policy, live)
    try:
        wanted = document(_wanted(guardrail, found, us, tree, asked))
    except InputError as error:
        return _told(guardrail, changed=(error.message,))
    right = _values(wanted)
    mine, theirs = ({sid for sid, _, _ in some} for some in (live, right))
    lacks = _beyond(right, live, mine)
    holds = _beyond(live, right, theirs)
    changed = (
        *(f"it lacks the statement {sid}" for sid in sorted(theirs - mine)),
        *(f"its statement {sid} is not of the list" for sid in sorted(mine - theirs)),
    )
    if not (lacks or holds or changed) and _plain(policy) != _plain(wanted):
        changed = (_OTHERWISE,)
    return _told(guardrail, lacks, holds, changed)


def _asked(policy: Document, live: Values) -> Asked:
    """What it guards. Which accounts of AWS's own it names, is its own business: the list says
    nothing of them."""
    found = [one.get("Action") for one in policy["Statement"] if one.get("Sid") == CALLERS]
    listed = found[0] if found and isinstance(found[0], list) else []
    named = {v for key, values in live.items() if key[0] == CALLERS for v in values}
    return Asked(
        every=any(sid == "VettedIssuers" for sid, _, _ in live),
        services=tuple(str(one).removesuffix(":*") for one in listed),
        aws=tuple(sorted(named & set(aws_accounts()))) if named else (),
    )


def _beyond(some: Values, others: Values, shared: set[str]) -> tuple[str, ...]:
    """Whom the statements name that both have, and the other one does not."""
    found = {
        value
        for key, values in some.items()
        if key[0] in shared and key[1] not in _SWITCHES
        for value in values - others.get(key, frozenset())
    }
    return tuple(sorted(found))


def _told(
    guardrail: Guardrail,
    lacks: tuple[str, ...] = (),
    holds: tuple[str, ...] = (),
    changed: tuple[str, ...] = (),
) -> Drift:
    return Drift(
        kind="rcp",
        id=guardrail.id,
        name=guardrail.name,
        targets=guardrail.targets,
        lacks=lacks,
        holds=holds,
        changed=changed,
    )


def _wanted(guardrail: Guardrail, found: Listed, us: Ours, tree: list[Node], asked: Asked) -> Any:
    """Of a root the whole list, of anything below those who are vetted there."""
    nodes = {node.id: node for node in _all(tree)}
    accounts = [a for t in guardrail.targets if t in nodes for a in nodes[t].accounts]
    if not accounts or any(root.id in guardrail.targets for root in tree):
        return perimeter(found, us, None, asked)
    first, *more = (perimeter(found, us, one, asked) for one in sorted(set(accounts)))
    return sum(more, first)


def _all(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(below(node))


def _values(policy: Document) -> Values:
    found: Values = {}
    for number, one in enumerate(policy["Statement"]):
        block = one.get("Condition")
        for operator, keys in (block if isinstance(block, dict) else {}).items():
            for key, values in (keys if isinstance(keys, dict) else {}).items():
                listed = as_list(values)
                sid = str(one.get("Sid", number))
                found[sid, operator, key] = frozenset(map(str, listed))
    return found


def _plain(policy: Document) -> list[str]:
    """All that each statement says, but for the order of its values."""
    return sorted(json.dumps(_sorted(one), sort_keys=True) for one in policy["Statement"])


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted(map(str, value))
    return [str(value)] if not isinstance(value, bool) else [str(value).lower()]
