"""Every use of code: who publishes it, and whether that was vetted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator

from checker.facts.plain import Facts
from checker.publishers import Alike, Owners, alike, named_alike, published, registry
from checker.snapshot.code_uses import CodeUse
from checker.subjects.code_use.facts import code_facts, code_publisher, code_vetting, within
from checker.subjects.crowd import REMEMBERED, one_by_one, passes, together
from checker.subjects.item import Item, Referred, Sighting
from checker.subjects.world import World

SUBJECT = "code_use"
_Key = tuple[str, Alike] | tuple[str, str, str]
_ITS_OWN = frozenset(
    (("resource",), ("account",), ("region",), ("code", "reference"), ("code", "name"),
     ("code", "digest"), ("code", "via"))
)  # fmt: skip
"""Facts by which uses that are alike may differ."""


class _Told:
    """Of a use, and of all that are alike. `scope`: where the list vets some code of its publisher
    alone, or for some accounts; `vetting` is that of what lies within. `silent`: no policy says
    anything of these, so they are counted, by account."""

    def __init__(self, world: World, use: CodeUse, owners: Owners) -> None:
        kind = use.kind if use.reference else "unknown"
        self.first, self.found = use, published(kind, use.reference or "", owners)
        self.publisher = self.found.publisher
        self.standing = world.register.publisher(self.publisher)
        self.shown = code_publisher(self.publisher, self.standing, world.register)
        scope = world.register.scope(self.standing)
        self.scope = scope if scope and (scope.code, scope.in_accounts) != (None, None) else None
        self.vetting = self.vetted(world, use, owners)
        if self.scope:
            self.vetting |= {"out_of_scope": []}
        self.silent, self.count = False, Counter[str]()
        self.references = defaultdict[str, set[str]](set)

    def vetted(self, world: World, use: CodeUse, owners: Owners) -> Facts:
        return code_vetting(use, self.found, self.standing, world.register, owners)


def items(world: World) -> Iterator[Item]:
    """Each reference to code of each resource; together those that are alike and of which no policy
    says anything, as a million of them are of a few thousand publishers."""
    known: dict[_Key, _Told] = {}
    owners, rules = world.owners(""), world.pull_through
    each = one_by_one(world, SUBJECT, _ITS_OWN)
    for use in world.code_uses():
        account = use.account
        if account != owners.account:
            owners = world.owners(account)
        key = _key(use, rules)
        told = known.get(key)
        if told is None:
            if len(known) >= REMEMBERED:
                yield from _together(world, known)
                known.clear()
            told = known[key] = _Told(world, use, owners)
            told.silent = not each and bool(use.reference) and _is_silent(world, told)
        if told.silent and (told.scope is None or within(told.scope, use, told.found)):
            told.count[account] += 1
            if told.standing.status != "own":
                told.references[account].add(use.reference or "")
        else:
            yield _item(world, use, told, told.vetted(world, use, owners))
    yield from _together(world, known)


def _key(use: CodeUse, rules: Container[tuple[str, str]]) -> _Key:
    """Equal for those that are alike. Of a registry that fetches from others, what an image is
    called decides whose it is."""
    kind, reference = use.kind, use.reference or ""
    parts = alike(kind, reference)
    if parts is None or (rules and registry(reference) in rules):
        return use.account, kind, reference
    return kind, parts


def _is_silent(world: World, told: _Told) -> bool:
    return passes(world, SUBJECT, _facts(world, told.first, told, told.vetting))


def _together(world: World, known: dict[_Key, _Told]) -> Iterator[Item]:
    """Of those that were counted, an item for all that are alike."""
    for told in known.values():
        if told.count:
            one = _item(world, told.first, told, told.vetting)
            yield together(one, told.count, Referred(told.references))


def _facts(world: World, use: CodeUse, told: _Told, vetting: Facts) -> Facts:
    return {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "code": code_facts(use, told.found),
        "publisher": told.shown,
        "vetting": vetting,
    }


def _item(world: World, use: CodeUse, told: _Told, vetting: Facts) -> Item:
    where = world.where(
        use.resource, use.account, use.location, told.standing,
        region=use.region, principal=told.publisher.id, exact=_exact(use, told),
        told=tuple(use.unresolved or ()),
    )  # fmt: skip
    facts = _facts(world, use, told, vetting)
    return Item(SUBJECT, facts, where, _sighting(use, told, vetting))


def _exact(use: CodeUse, told: _Told) -> str:
    """What tells a publisher's code from its other code, whatever its version; of what is not told,
    where it stands."""
    name = (
        named_alike(use.kind, use.reference)
        if use.reference
        else f"{use.via} {'; '.join(use.unresolved or ())}"
    )
    return f"{told.publisher.id} {use.kind} {name} {told.found.mutable}"


def _sighting(use: CodeUse, told: _Told, vetting: Facts) -> Sighting | None:
    publisher, shown = told.publisher, told.shown
    if publisher.id is None or told.standing.status == "own":
        return None
    name = shown["name"], shown["named_by"]
    in_scope = not vetting["out_of_scope"]
    return Sighting(publisher.kind, publisher.id, name, told.standing, use, in_scope)
