"""Each identity provider, and who that is."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.build import vetting_facts
from checker.subjects.item import Item, Sighting, Where
from checker.subjects.world import World
from checker.trust.model import Principal


def items(world: World) -> Iterator[Item]:
    for record in world.snapshot.providers():
        issuer = record.issuer or record.arn
        standing = world.register.principal(Principal(kind="federated", provider=issuer))
        account = world.account(record.account)
        facts = {
            "resource": record.arn,
            "account": account,
            "issuer": issuer,
            "vetting": vetting_facts(standing, world.register),
        }
        where = Where(record.arn, record.account, account["name"], principal=issuer, exact=issuer)
        shown = Sighting("federated", issuer, (None, None), standing, None)
        yield Item("provider", facts, where, shown)
