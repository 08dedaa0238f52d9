"""Laws of resources: what can only take away never adds."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.access import Access, Ours, Resource, analyze_resource
from checker.access.model import Settings
from tests.access.actions import FILE, text
from tests.access.random_documents import WORLDS, World, random_document
from tests.access.support import FUNCTION, allow, policy
from tests.support.rows import rows
from tests.trust.oracle import as_list
from tests.trust.support import EXT, OWN, TODAY, M, N, V, W, root

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


ARN = "aws:SourceArn"
SOURCES: list[dict[str, Any] | None] = [
    None,
    {"StringEquals": {"aws:SourceAccount": V}},
    {"StringLike": {"aws:SourceAccount": [V, "7*"]}},
    {"StringEqualsIfExists": {"aws:SourceAccount": [V, W]}},
    {"StringNotEquals": {"aws:SourceAccount": V}},
    {"StringEquals": {"aws:SourceOrgID": EXT}},
    {"ArnLike": {ARN: f"arn:aws:sns:*:{V}:t"}},
    {"ArnLike": {ARN: ["arn:aws:s3:::elsewhere", f"arn:aws:sns:eu-west-1:{V}:t"]}},
    {"ArnLike": {ARN: "arn:aws:s3:::elsewhere"}},
    {"ArnLike": {ARN: "arn:aws:s3:::elsewhere"}, "StringEquals": {"aws:SourceAccount": V}},
    {"StringLike": {ARN: f"arn:aws:lambda:*:{V}:function:*"}},
    {"StringLike": {ARN: f"arn:aws:lambda:*:{M}:function:*"}},
    {"StringLike": {ARN: f"arn:aws:logs:*:{W}:*"}},
    {"ArnLike": {ARN: f"arn:aws:sns:*:{M}:t"}},
]
SERVICES = [*(f"{one}.amazonaws.com" for one in ("s3", "sns", "lambda", "logs", "other"))]
CALLERS: list[Any] = [*({"Service": one} for one in SERVICES), {"Service": SERVICES[:2]}, "*",
                      {"AWS": root(V)}]  # fmt: skip
ALLOWS = [
    allow(who, "lambda:InvokeFunction", FUNCTION, **({"Condition": source} if source else {}))
    for who in CALLERS
    for source in SOURCES
]
THREE = st.lists(st.sampled_from(ALLOWS), min_size=2, max_size=3)


def parties(found: Access) -> set[tuple[str, str]]:
    """Whom each service acts for, and who comes as himself."""
    told = [*(one.principal for one in found.grants), *found.deputies]
    return {(one.service or "", one.source or one.account or one.organization or one.kind)
            for one in told}  # fmt: skip


def stays(party: tuple[str, str], after: set[tuple[str, str]]) -> bool:
    """Whether somebody is told still: by name, of whichever service, or as anyone at all."""
    service, who = party
    return not {party, ("*" if service else "", who), ("", "anyone")}.isdisjoint(after)


@settings(deadline=None, max_examples=60)
@example([ALLOWS[1], ALLOWS[8]])  # a bucket's ARN names no account
@given(THREE)
def test_a_further_allow_never_hides_a_party(statements: list[dict[str, Any]]) -> None:
    """Catches a named account that a statement about anybody's hides: nobody would vet it."""
    kind = "AWS::Lambda::Function"
    before, after = (
        analyze_resource(
            Resource(arn=FUNCTION, kind=kind, account=M, document=policy(*part)), OURS, TODAY
        )
        for part in (statements[:-1], statements)
    )
    tangled = any(one.code == "too-complex" for one in after.problems)  # which is said
    assert tangled or [one for one in parties(before) if not stays(one, parties(after))] == []


def test_the_table_of_actions_is_what_is_published() -> None:
    """Catches a table that was changed by hand, or is older than the reference."""
    assert FILE.read_text("utf-8") == text()
