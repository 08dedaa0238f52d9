"""Laws of resources: what can only take away never adds."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec

from checker.access import Access, Ours, Resource, analyze_resource
from checker.access.model import Settings
from tests.access.actions import FILE, text
from tests.access.random_documents import WORLDS, World, random_document
from tests.support.rows import rows
from tests.trust.oracle import as_list
from tests.trust.support import OWN, TODAY, M, N

OURS = Ours(accounts=frozenset({M, N}), organizations=frozenset({OWN}))
SEEDS = range(40)
RESTRICT = {"RestrictPublicBuckets": True, "IgnorePublicAcls": True}


def asked(world: World, document: dict[str, Any], **settings: Any) -> Access:
    told = msgspec.convert(settings, Settings)
    record = Resource(arn=world.arn, kind=world.kind, account=M, document=document, settings=told)
    return analyze_resource(record, OURS, TODAY)


def actions(found: Access) -> set[str]:
    """What anybody outside can do."""
    return {action for one in found.grants if one.effective is not False for action in one.actions}


def some(seed: int) -> tuple[World, dict[str, Any]]:
    world, document, _ = random_document(Random(f"law{seed}"))
    return world, {**document, "Statement": as_list(document["Statement"])}


@rows("seed", SEEDS)
def test_a_deny_never_adds(seed: int) -> None:
    """Catches a Deny that is taken for an Allow where it is not about a request."""
    (world, document), (other, more) = some(seed), some(seed + 1000)
    denies = [one for one in more["Statement"] if one["Effect"] == "Deny"]
    both = {**document, "Statement": [*document["Statement"], *denies]}
    assert actions(asked(world, both)) <= actions(asked(world, document)), other.kind


@rows("seed", SEEDS)
def test_a_narrower_resource_never_adds(seed: int) -> None:
    """The resource itself instead of `*` lets do no more."""
    world, document = some(seed)
    allows = [one | {"Resource": "*"} for one in document["Statement"]
              if one["Effect"] == "Allow" and "NotResource" not in one]  # fmt: skip
    wide = {**document, "Statement": allows}
    narrow = {**document, "Statement": [one | {"Resource": world.arn} for one in allows]}
    if allows:
        assert actions(asked(world, narrow)) <= actions(asked(world, wide))


@rows("seed", SEEDS)
def test_blocking_public_access_never_adds(seed: int) -> None:
    """Catches a switch that is read the wrong way round."""
    document = some(seed)[1]
    blocked = asked(WORLDS[0], document, account_bpa=RESTRICT)
    assert actions(blocked) <= actions(asked(WORLDS[0], document))


@rows("seed", SEEDS)
def test_a_control_policy_never_adds(seed: int) -> None:
    """Catches a request that is let in as an organization's policy stands beside the own one."""
    (world, document), (_, more) = some(seed), some(seed + 2000)
    denies = [one | {"Effect": "Deny"} for one in more["Statement"]]
    bound = asked(world, document, guardrails=[{**more, "Statement": denies}])
    assert actions(bound) <= actions(asked(world, document))


@rows("seed", SEEDS)
def test_the_order_of_statements_counts_for_nothing(seed: int) -> None:
    """Catches a square that is lost as another comes first."""
    world, document = some(seed)
    turned = {**document, "Statement": document["Statement"][::-1]}
    assert actions(asked(world, turned)) == actions(asked(world, document))


def test_the_table_of_actions_is_what_is_published() -> None:
    """Catches a table that was changed by hand, or is older than the reference."""
    assert FILE.read_text("utf-8") == text()
