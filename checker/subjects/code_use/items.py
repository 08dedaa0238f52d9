"""Every use of code: who publishes it, and whether that was vetted."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.plain import Facts
from checker.publishers import Published, named_alike, published
from checker.snapshot.code_uses import CodeUse
from checker.subjects.code_use.facts import code_facts, code_publisher, code_vetting
from checker.subjects.item import Item, Sighting
from checker.subjects.world import World


def items(world: World) -> Iterator[Item]:
    """Each reference to code of each resource."""
    for use in world.code_uses():
        yield _item(world, use)


def _item(world: World, use: CodeUse) -> Item:
    register, owners = world.register, world.owners(use.account)
    found = published(use.kind if use.reference else "unknown", use.reference or "", owners)
    publisher, standing = found.publisher, register.publisher(found.publisher)
    facts: Facts = {
        "resource": use.resource,
        "account": world.account(use.account),
        "region": use.region,
        "code": code_facts(use, found),
        "publisher": code_publisher(publisher, standing, register),
        "vetting": code_vetting(use, found, standing, register, owners),
    }
    sighting = None
    if publisher.id and standing.status != "own":
        shown = facts["publisher"]
        name = shown["name"], shown["named_by"]
        in_scope = not facts["vetting"]["out_of_scope"]
        sighting = Sighting(publisher.kind, publisher.id, name, standing, use, in_scope)
    where = world.where(
        use.resource, use.account, use.location, standing,
        region=use.region, principal=publisher.id, exact=_exact(use, found),
        told=tuple(use.unresolved or ()),
    )  # fmt: skip
    return Item("code_use", facts, where, sighting)


def _exact(use: CodeUse, found: Published) -> str:
    """Tells a publisher's code from its other code, whatever its version; what is not told by
    where it stands."""
    told = use.reference or f"{use.via} {'; '.join(use.unresolved or ())}"
    alike = named_alike(use.kind, told) if use.reference else told
    return f"{found.publisher.id} {use.kind} {alike} {found.mutable}"
