"""What changed between two snapshots: third parties, trusts, images in use, gaps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from checker.check.engine import context_of, look
from checker.check.parties import Parties
from checker.check.rules import Rules
from checker.check.trusts import Trust
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.vetting.allowlist import Allowlist

SCHEMA = "vendorgate/diff/v1"
What = Literal["third-party", "trust", "image", "gap"]
WHATS: tuple[What, ...] = ("third-party", "trust", "image", "gap")
Key = tuple[str, ...]
"""What tells a thing from every other of its kind: the words that name it."""
State = dict[What, dict[Key, str]]
"""Everything that is compared, each with a description that changes when it does."""


class Change(msgspec.Struct, frozen=True):
    """`was` and `now` describe it; None where it was not, or is no more, there."""

    what: What
    change: Literal["added", "removed", "changed"]
    id: str
    was: str | None
    now: str | None


class Side(msgspec.Struct, frozen=True):
    path: str
    sha256: str
    collected_at: str


class Diff(msgspec.Struct, frozen=True):
    schema: str
    old: Side
    new: Side
    changes: tuple[Change, ...]


class _Trusts(Parties):
    """Parties that remember each trust."""

    def __init__(self) -> None:
        super().__init__()
        self.trusts: dict[Key, set[str]] = {}

    def trusted(self, trust: Trust, role: Role, *, in_scope: bool) -> None:
        super().trusted(trust, role, in_scope=in_scope)
        self.trusts.setdefault((role.arn, trust.who.identity), set()).add(_described(trust))


def diff(
    old: Snapshot, new: Snapshot, allowlist: Allowlist, rules: Rules, today: date, *, vetted: bool
) -> Diff:
    """Both sides as of the same day and list, so that only what AWS says makes a difference.

    `vetted`: tell the status of third parties, where there is a list to tell it from.
    """
    was, now = (state(side, allowlist, rules, today, vetted=vetted) for side in (old, new))
    changes = tuple(change for what in WHATS for change in _changes(what, was[what], now[what]))
    return Diff(SCHEMA, _side(old), _side(new), changes)


def state(
    snapshot: Snapshot, allowlist: Allowlist, rules: Rules, today: date, *, vetted: bool
) -> State:
    """What a snapshot shows."""
    context = context_of(snapshot, allowlist, rules, today)
    context.parties = parties = _Trusts()
    look(context, snapshot)
    found: dict[Key, str] = {
        (party.kind, party.id): f"{party.name or '-'}, {party.status}" if vetted else "there"
        for party in parties.listed()
        if party.roles or party.images  # that only a trail tells of, which not both sides may have
    }
    trusts = {key: "; ".join(sorted(each)) for key, each in parties.trusts.items()}
    gaps: dict[Key, str] = {
        (gap.account or "-", gap.region or "-", gap.call): gap.code
        for gap in snapshot.manifest.gaps
    }
    return {"third-party": found, "trust": trusts, "image": _images(snapshot), "gap": gaps}


def _images(snapshot: Snapshot) -> dict[Key, str]:
    """Images in use, not what uses them: instances come and go by the hour."""
    used = {(u.account, u.region, u.image_id or "unknown") for u in snapshot.image_uses()}
    owners = {(i.account, i.region, i.image_id): i.owner or i.alias for i in snapshot.images()}
    return {key: f"owner {owners.get(key) or 'unknown'}" for key in used}


def _described(trust: Trust) -> str:
    values = {**json.loads(trust.who.exact), "external_id": trust.facts["external_id"]}
    kept = {name: value for name, value in sorted(values.items()) if value not in (None, [], {})}
    return json.dumps(kept, sort_keys=True)


def _changes(what: What, was: Mapping[Key, str], now: Mapping[Key, str]) -> Iterator[Change]:
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if before != after:
            kind: Literal["added", "removed", "changed"] = (
                "added" if before is None else "removed" if after is None else "changed"
            )
            yield Change(what, kind, " ".join(key), before, after)


def _side(snapshot: Snapshot) -> Side:
    return Side(snapshot.name, snapshot.sha256, snapshot.manifest.collected_at)
