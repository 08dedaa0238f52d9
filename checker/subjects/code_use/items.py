"""Every use of code: who publishes it, and whether that was vetted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from checker.facts.plain import Facts
from checker.publishers import Owners, named_alike, published
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES
from checker.snapshot.ranges import Range
from checker.subjects.code_use.alike import Key, key_of
from checker.subjects.code_use.facts import code_facts, code_publisher, code_vetting, within
from checker.subjects.code_use.sifted import Sifted, Sort
from checker.subjects.crowd import REMEMBERED, one_by_one, passes, together
from checker.subjects.item import Item, Referred, Sighting
from checker.subjects.world import World
from checker.workers import crew, worth_it

SUBJECT = "code_use"
_ITS_OWN = frozenset(
    (("resource",), ("account",), ("region",), ("code", "reference"), ("code", "name"),
     ("code", "digest"), ("code", "via"))
)  # fmt: skip
"""Facts by which uses that are alike may differ."""


class _Told:
    """Of a use, and of all that are alike. `scope`: where the list vets some code of its publisher
    alone, or for some accounts; `vetting` is that of what lies within, `facts` those of the first
    if it does. `silent`: no policy says anything of these, so they are counted, by account."""

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
        self.facts = _facts(world, use, self, self.vetting)
        self.silent, self.count = False, Counter[str]()
        self.references = defaultdict[str, list[str]](list)

    def vetted(self, world: World, use: CodeUse, owners: Owners) -> Facts:
        return code_vetting(use, self.found, self.standing, world.register, owners)

    def counted(self) -> tuple[Counter[str], Referred]:
        """How many there are in each account, and their references where these are of others."""
        for account, references in self.references.items():
            self.count[account] += len(references)
        return self.count, Referred({a: set(found) for a, found in self.references.items()})


class _Uses:
    """Tells uses that are alike, and of which no policy says anything, together."""

    def __init__(self, world: World) -> None:
        self._world, self._rules = world, world.pull_through
        self._owners = world.owners("")
        self.each = one_by_one(world, SUBJECT, _ITS_OWN)
        self._known: dict[Key, _Told] = {}

    def items(self, uses: Iterable[CodeUse]) -> Iterator[Item]:
        """Of uses, in their order, those that are told by themselves."""
        for use in uses:
            account, reference = use.account, use.reference or ""
            key = key_of(account, use.kind, reference, self._rules)
            told = self._known.get(key)
            if told is None:
                told = self._known[key] = self._of(use)
            if not self._counted(told, account, use.reference):
                yield self._item(use, told)

    def sifted(self, part: Range, sifted: Sifted) -> Iterator[Item]:
        """The same of a range that was sifted by another process. Where one of its sorts is not to
        be counted that was counted there, its uses are read again."""
        sorts = [self._sort(sort) for sort in sifted.sorts]
        quiet = [pair for pair in zip(sorts, sifted.sorts, strict=True) if pair[1].counts]
        if not all(told.silent for told, _ in quiet):  # nobody vets these, so none has a scope
            yield from self.items(chain.from_iterable(self._world.snapshot.code_uses_in(part)))
            return
        for told, sort in quiet:
            told.count.update(sort.counts or {})
        for which, use in zip(sifted.which, sifted.uses, strict=True):
            told = sorts[which]
            if not self._counted(told, use.account, use.reference):
                yield self._item(use, told)

    def together(self, most: int = 0) -> Iterator[Item]:
        """Of those that were counted, an item for all that are alike; where these are more than so
        many, which are forgotten then."""
        if len(self._known) <= most:
            return
        for told in self._known.values():
            if told.count or told.references:
                yield together(self._first(told), *told.counted())
        self._known.clear()

    def _sort(self, sort: Sort) -> _Told:
        told = self._known.get(sort.key)
        if told is None:
            told = self._known[sort.key] = self._of(sort.first)
        return told

    def _of(self, use: CodeUse) -> _Told:
        told = _Told(self._world, use, self._owners_in(use.account))
        silent = not self.each and bool(use.reference)
        told.silent = silent and passes(self._world, SUBJECT, told.facts)
        return told

    def _owners_in(self, account: str) -> Owners:
        if account != self._owners.account:
            self._owners = self._world.owners(account)
        return self._owners

    def _counted(self, told: _Told, account: str, reference: str | None) -> bool:
        """Whether a use is one of those that are told together."""
        if not (told.silent and _within(told, account, reference)):
            return False
        if told.standing.status == "own":
            told.count[account] += 1
        else:
            told.references[account].append(reference or "")
        return True

    def _first(self, told: _Told) -> Item:
        """As it is judged; no policy says anything of it, so nothing need tell it from the rest."""
        use = told.first
        where = self._world.where(use.resource, use.account, use.location, told.standing,
                                  region=use.region, principal=told.publisher.id)  # fmt: skip
        return Item(SUBJECT, told.facts, where, _sighting(use, told, told.vetting), like=told.facts)

    def _item(self, use: CodeUse, told: _Told) -> Item:
        """By itself: judged as all that are alike are, but for what its vendor's scope has not."""
        if use.reference and not self.each and _within(told, use.account, use.reference):
            return _item(self._world, use, told, told.vetting, told.facts)
        vetting = told.vetted(self._world, use, self._owners_in(use.account))
        return _item(self._world, use, told, vetting)


def items(world: World) -> Iterator[Item]:
    """Each reference to code of each resource; together those that are alike and of which no policy
    says anything, as a million of them are of a few thousand publishers."""
    parts = world.snapshot.ranges(CODE_USES)
    if not worth_it(parts) or one_by_one(world, SUBJECT, _ITS_OWN):
        told = _Uses(world)
        for block in world.code_uses():
            yield from told.items(block)
            yield from told.together(REMEMBERED)
    else:
        from checker.subjects.code_use.spread import spread  # what most need not load

        with crew() as workers:  # which begin while the rules of registries are read
            told = _Uses(world)
            for part, sifted in spread(workers, world.snapshot, world.owners("")):
                world.counts["code_uses"] += sifted.sum.records if sifted.sum else 0
                yield from told.sifted(part, sifted)
                yield from told.together(REMEMBERED)
    yield from told.together()


def _within(told: _Told, account: str, reference: str | None) -> bool:
    return told.scope is None or within(told.scope, account, reference, told.found)


def _facts(world: World, use: CodeUse, told: _Told, vetting: Facts) -> Facts:
    return {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "code": code_facts(use, told.found),
        "publisher": told.shown,
        "vetting": vetting,
    }


def _item(
    world: World, use: CodeUse, told: _Told, vetting: Facts, like: Facts | None = None
) -> Item:
    where = world.where(
        use.resource, use.account, use.location, told.standing,
        region=use.region, principal=told.publisher.id, exact=_exact(use, told),
        told=tuple(use.unresolved or ()),
    )  # fmt: skip
    facts = _facts(world, use, told, vetting)
    return Item(SUBJECT, facts, where, _sighting(use, told, vetting), like=like)


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
