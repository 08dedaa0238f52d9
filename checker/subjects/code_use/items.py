"""Every use of code: who publishes it, and whether that was vetted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from checker.facts.plain import Facts
from checker.publishers import Publisher, named_alike, published
from checker.snapshot.code_uses import CodeUse
from checker.subjects.code_use.facts import code_facts, code_publisher, code_vetting
from checker.subjects.item import Item, Sighting
from checker.subjects.world import World
from checker.vetting.register import Standing

REMEMBERED = 1 << 14
"""References whose answers are kept, as a few are used all over an organization."""


class _Told(NamedTuple):
    """Of a reference in an account, whatever uses it. `exact` tells a publisher's code from its
    other code, whatever its version."""

    publisher: Publisher
    standing: Standing
    code: Facts
    shown: Facts
    vetting: Facts
    exact: str


def items(world: World) -> Iterator[Item]:
    """Each reference to code of each resource."""
    known: dict[tuple[str, str, str], _Told] = {}
    for use in world.code_uses():
        if not use.reference:  # each is another one
            yield _item(world, use, _told(world, use))
            continue
        key = use.account, use.kind, use.reference
        told = known.get(key)
        if told is None:
            if len(known) >= REMEMBERED:
                known.clear()
            told = known[key] = _told(world, use)
        yield _item(world, use, told)


def _told(world: World, use: CodeUse) -> _Told:
    register, owners = world.register, world.owners(use.account)
    found = published(use.kind if use.reference else "unknown", use.reference or "", owners)
    publisher, standing = found.publisher, register.publisher(found.publisher)
    return _Told(
        publisher,
        standing,
        code_facts(use, found),
        code_publisher(publisher, standing, register),
        code_vetting(use, found, standing, register, owners),
        f"{publisher.id} {use.kind} {_alike(use)} {found.mutable}",
    )


def _alike(use: CodeUse) -> str:
    """What all versions are called; of what is not told, where it stands."""
    if use.reference:
        return named_alike(use.kind, use.reference)
    return f"{use.via} {'; '.join(use.unresolved or ())}"


def _item(world: World, use: CodeUse, told: _Told) -> Item:
    facts: Facts = {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "code": told.code | {"digest": use.digest, "via": use.via},
        "publisher": told.shown,
        "vetting": told.vetting,
    }
    publisher = told.publisher
    where = world.where(
        use.resource, use.account, use.location, told.standing,
        region=use.region, principal=publisher.id, exact=told.exact,
        told=tuple(use.unresolved or ()),
    )  # fmt: skip
    return Item("code_use", facts, where, _sighting(use, told))


def _sighting(use: CodeUse, told: _Told) -> Sighting | None:
    publisher, shown = told.publisher, told.shown
    if publisher.id is None or told.standing.status == "own":
        return None
    name = shown["name"], shown["named_by"]
    in_scope = not told.vetting["out_of_scope"]
    return Sighting(publisher.kind, publisher.id, name, told.standing, use, in_scope)
