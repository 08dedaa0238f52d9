"""What a snapshot shows that is worth comparing: scope, third parties, trusts, images, gaps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from checker.check.engine import context_of, look
from checker.check.parties import Name, Parties
from checker.check.rules import Rules
from checker.diff.scopes import GAPS, IMAGES, ROLES, Place, Scope
from checker.role_trust.reader import Trust
from checker.snapshot.read import Snapshot
from checker.snapshot.records import ImageUse, Role
from checker.vetting.allowlist import Allowlist
from checker.vetting.register import Standing

What = Literal["scope", "third-party", "trust", "image", "gap"]
Key = tuple[str, ...]
"""What tells a thing from every other of its kind: the words that name it."""


class Thing(msgspec.Struct, frozen=True):
    """A description that changes when the thing does, where it was seen, and of a trust each
    grant's."""

    text: str
    places: frozenset[Place] = frozenset()
    grants: frozenset[str] = frozenset()


State = dict[What, dict[Key, Thing]]
"""Everything that is compared."""


class _Trusts(Parties):
    """Parties that remember each trust, and where each party was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.trusts: dict[Key, set[str]] = {}
        self.places: dict[Key, set[Place]] = {}

    def trusted(self, trust: Trust, role: Role, *, in_scope: bool) -> None:
        super().trusted(trust, role, in_scope=in_scope)
        where = Place(ROLES, role.account)
        key = role.arn, trust.who.identity
        self.trusts.setdefault(key, set()).add(_described(trust))
        for each in (key, (trust.who.party, trust.who.identity)):
            self.places.setdefault(each, set()).add(where)

    def used(self, kind: str, identity: str, name: Name, standing: Standing, use: ImageUse,
             *, in_scope: bool) -> None:  # fmt: skip
        super().used(kind, identity, name, standing, use, in_scope=in_scope)
        where = Place(IMAGES, use.account, use.region)
        self.places.setdefault((kind, identity), set()).add(where)


def state(
    snapshot: Snapshot, allowlist: Allowlist, rules: Rules, today: date, *, vetted: bool
) -> State:
    """Everything that a snapshot shows. `vetted`: with the status of third parties."""
    context = context_of(snapshot, allowlist, rules, today)
    context.parties = parties = _Trusts()
    look(context, snapshot)

    def seen(key: Key, text: str, grants: Iterable[str] = ()) -> Thing:
        return Thing(text, frozenset(parties.places[key]), frozenset(grants))

    return {
        "scope": {key: Thing(text) for key, text in Scope(snapshot.manifest).parts().items()},
        "third-party": {
            key: seen(key, f"{party.name or '-'}, {party.status}" if vetted else "there")
            for party in parties.listed()
            # not those that only a trail tells of, which not both sides may have
            if (key := (party.kind, party.id)) and (party.roles or party.images)
        },
        "trust": {key: seen(key, "; ".join(sorted(x)), x) for key, x in parties.trusts.items()},
        "image": _images(snapshot),
        "gap": {
            (gap.account or "-", gap.region or "-", gap.call): Thing(
                gap.code, frozenset({Place(GAPS, gap.account, gap.region)})
            )
            for gap in snapshot.manifest.gaps
        },
    }


def _images(snapshot: Snapshot) -> dict[Key, Thing]:
    """Images in use, not what uses them: instances come and go by the hour."""
    used = {(u.account, u.region, u.image_id or "unknown") for u in snapshot.image_uses()}
    owners = {(i.account, i.region, i.image_id): i.owner or i.alias for i in snapshot.images()}
    return {
        key: Thing(f"owner {owners.get(key) or 'unknown'}", frozenset({Place(IMAGES, *key[:2])}))
        for key in used
    }


def _described(trust: Trust) -> str:
    values = {**json.loads(trust.who.exact), "external_id": trust.facts["external_id"]}
    kept = {name: value for name, value in sorted(values.items()) if value not in (None, [], {})}
    return json.dumps(kept, sort_keys=True)
