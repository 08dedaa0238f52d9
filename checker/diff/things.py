"""What a snapshot shows that is worth comparing: scope, third parties, trusts, images, gaps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from checker.check.engine import gate_of
from checker.check.rules import Rules
from checker.diff.scopes import CODE, GAPS, IMAGES, RESOURCES, ROLES, Place, Scope
from checker.publishers import named_alike, registry
from checker.report.model import ThirdParty
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.pods import cluster_of
from checker.snapshot.read import Snapshot
from checker.snapshot.records import ImageUse, Manifest, Role
from checker.subjects.item import Item, Reached
from checker.vetting.allowlist import Allowlist

What = Literal["scope", "third-party", "trust", "resource", "image", "code", "gap"]
ThingKey = tuple[str, ...]
"""What tells a thing from every other of its kind: the words that name it."""


class Thing(msgspec.Struct, frozen=True):
    """A description that changes when the thing does, where it was seen, and of a trust each
    grant's."""

    text: str
    places: frozenset[Place] = frozenset()
    grants: frozenset[str] = frozenset()


State = dict[What, dict[ThingKey, Thing]]
"""Everything that is compared."""


class _Watcher:
    """Keeps each trust, each access to a resource, and where each party was seen."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._accounts = {one.id: one for one in manifest.accounts}
        self.trusts: dict[ThingKey, set[str]] = {}
        self.accesses: dict[ThingKey, set[str]] = {}
        self.code: dict[ThingKey, dict[str, set[str]]] = {}
        """What is told of it, and by what of the resource it is named."""
        self.places: dict[ThingKey, set[Place]] = {}

    def __call__(self, item: Item) -> None:
        seen = item.sights
        if item.subject == "code_use":
            self._code(item)
        if seen is None:
            return
        party = seen.kind, seen.identity
        if isinstance(seen.by, Role):
            where = Place(ROLES, seen.by.account)
            key = seen.by.arn, seen.identity
            self.trusts.setdefault(key, set()).add(_described(item))
            for each in (key, party):
                self.places.setdefault(each, set()).add(where)
        elif isinstance(seen.by, ImageUse):
            where = Place(IMAGES, seen.by.account, seen.by.region)
            self.places.setdefault(party, set()).add(where)
        elif isinstance(seen.by, Reached):
            self._reached(item, seen.by, party)
        elif isinstance(seen.by, CodeUse):
            self.places.setdefault(party, set()).add(_running(item))

    def _code(self, item: Item) -> None:
        """What runs where, by the name that all its versions have."""
        code, publisher = item.facts["code"], item.facts["publisher"]
        if publisher["kind"] in ("own", "aws"):
            return
        name, reference = code["name"], code["reference"]
        if reference:
            name = named_alike(code["kind"], reference)
        else:  # told apart by what it is, and where it stands
            name += f" ({', '.join(filter(None, (code['kind'], code['via'])))})"
        key = item.where.resource, name
        told = f"{code['name']} of {publisher['id'] or 'nobody that can be told'}"
        seen = self.code.setdefault(key, {})
        more = f" ({len(seen) + 1})" if told in seen and not reference else ""
        # what nobody can tell may be another one each time
        seen.setdefault(told + more, set()).add(code["via"] or "")
        self.places.setdefault(key, set()).add(_running(item))

    def _reached(self, item: Item, by: Reached, party: ThingKey) -> None:
        """What is listed for all regions (buckets are) may be of one that was not asked for."""
        looked_at = self._manifest.regions_of(self._accounts.get(by.account))
        region = by.region if by.region in looked_at else None
        where = Place(RESOURCES, by.account, region, by.kind)
        key = by.resource, item.facts["principal"]["arn"] or party[1]
        self.accesses.setdefault(key, set()).add(_access(item))
        for each in (key, party):
            self.places.setdefault(each, set()).add(where)


def _running(item: Item) -> Place:
    """Where code runs; with the own registry where its rules tell whose it is."""
    code, where = item.facts["code"], item.where
    fetched = registry(code["reference"] or "")
    if fetched and fetched[0] == item.facts["publisher"]["account"]:
        fetched = None
    cluster = cluster_of(where.resource)
    return Place(CODE, where.account, where.region, code["kind"], cluster, fetched)


def state(
    snapshot: Snapshot, allowlist: Allowlist, rules: Rules, today: date, *, vetted: bool
) -> State:
    """Everything that a snapshot shows. `vetted`: with the status of third parties."""
    watcher = _Watcher(snapshot.manifest)
    gate = gate_of(snapshot, allowlist, rules, today, watch=watcher)
    gate.evaluate_snapshot()

    def seen(key: ThingKey, text: str, grants: Iterable[str] = ()) -> Thing:
        return Thing(text, frozenset(watcher.places[key]), frozenset(grants))

    return {
        "scope": {key: Thing(text) for key, text in Scope(snapshot.manifest).parts().items()},
        "third-party": {
            key: seen(key, f"{party.name or '-'}, {party.status}" if vetted else "there")
            for party in gate.parties.listed()
            # not those that only a trail tells of, which not both sides may have
            if (key := (party.kind, party.id)) and _shown(party)
        },
        "trust": {key: seen(key, "; ".join(sorted(x)), x) for key, x in watcher.trusts.items()},
        "resource": {
            key: seen(key, "; ".join(sorted(x)), x) for key, x in watcher.accesses.items()
        },
        "image": _images(snapshot),
        "code": {
            key: seen(key, "; ".join(sorted(x)), (f"{v}\0{one}" for one in x for v in x[one]))
            for key, x in watcher.code.items()
        },
        "gap": {
            (gap.account or "-", gap.region or "-", gap.call): Thing(
                gap.code, frozenset({Place(GAPS, gap.account, gap.region)})
            )
            for gap in snapshot.manifest.gaps
        },
    }


def _shown(party: ThirdParty) -> bool:
    return any((party.roles, party.images, party.resources, party.code))


def _images(snapshot: Snapshot) -> dict[ThingKey, Thing]:
    """Images in use, not what uses them: instances come and go by the hour."""
    uses = ((u.account, u.region, u.image_id or "unknown") for u in snapshot.image_uses())
    used = dict.fromkeys(uses)  # in the order of the file
    owners = {(i.account, i.region, i.image_id): i.owner or i.alias for i in snapshot.images()}
    return {
        key: Thing(f"owner {owners.get(key) or 'unknown'}", frozenset({Place(IMAGES, *key[:2])}))
        for key in used
    }


def _access(item: Item) -> str:
    """`write by its policy`, with what may stop it or limits it."""
    grant = item.facts["grant"]
    network = " from certain networks" if grant["network_limited"] else ""
    doubt = " unless something stops it" if grant["effective"] is None else ""
    return f"{grant['access']} by its {grant['via']}{network}{doubt}"


def _described(item: Item) -> str:
    external_id = item.facts["grant"]["external_id"]
    values = {**json.loads(item.where.exact), "external_id": external_id}
    kept = {name: value for name, value in sorted(values.items()) if value not in (None, [], {})}
    return json.dumps(kept, sort_keys=True)
