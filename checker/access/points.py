"""Access points: a bucket's policy that leaves it to them whom to let in.

`Principal: *` with `s3:DataAccessPointAccount` of an account lets in whom that account's access
points let in; of a stranger's account, whomever the stranger likes.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

import checker.trust.globs as globs
from checker.access.actions import actions
from checker.access.kinds import KINDS
from checker.access.model import AccessGrant, AccessWitness, Ours, Resource, worst
from checker.access.policies import policy_access
from checker.access.public import is_public
from checker.trust.model import Principal

_ACCOUNT, _ARN = "s3:dataaccesspointaccount", "s3:dataaccesspointarn"
_PLAIN = ("stringequals", "stringlike", "arnequals", "arnlike")


class Delegation(msgspec.Struct, frozen=True):
    """One statement that leaves it to access points: of which accounts, which of them, what."""

    index: int
    statement: dict[str, Any]
    accounts: tuple[str, ...]
    arns: tuple[str, ...] = ()


def without_delegation(document: Any) -> tuple[Any, list[Delegation]]:
    """The policy for those who come without an access point; what it leaves to access points."""
    if not isinstance(document, dict):
        return document, []
    listed = document.get("Statement")
    several = listed if isinstance(listed, list) else [listed]
    found = [_delegation(at, one) for at, one in enumerate(several)]
    kept = [_nobody(one) if each else one for one, each in zip(several, found, strict=True)]
    return {**document, "Statement": kept}, [one for one in found if one]


def _nobody(statement: dict[str, Any]) -> dict[str, Any]:
    """In its place, so that indices stay: a statement about nothing here."""
    kept = {name: value for name, value in statement.items() if name != "NotAction"}
    return {**kept, "Action": "none:delegated"}


def _delegation(at: int, raw: Any) -> Delegation | None:
    if not isinstance(raw, dict) or raw.get("Effect") != "Allow":
        return None
    if raw.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        return None
    conditions = raw.get("Condition")
    for operator, block in conditions.items() if isinstance(conditions, dict) else ():
        if str(operator).lower() not in _PLAIN or not isinstance(block, dict):
            continue
        for key, values in block.items():
            found = _told(str(key).lower(), values if isinstance(values, list) else [values])
            if found is not None:
                return Delegation(at, raw, *found)
    return None


def _told(key: str, values: list[Any]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The accounts, and the ARNs; None where the condition is about something else, or open."""
    texts = [one for one in values if isinstance(one, str)]
    if key == _ACCOUNT and len(texts) == len(values):
        accounts, arns = texts, []
    elif key == _ARN and len(texts) == len(values):
        accounts, arns = [(one.split(":", 5) + [""] * 5)[4] for one in texts], texts
    else:
        return None
    fixed = all(len(one) == 12 and one.isdecimal() for one in accounts)
    return (tuple(accounts), tuple(arns)) if fixed and accounts else None


def delegated(
    found: Delegation, resource: Resource, ours: Ours, today: date, on: dict[str, bool]
) -> Iterator[AccessGrant]:
    """Whom the access points let in, as far as the bucket's statement does."""
    own = ours.accounts | {resource.account or ""}
    strangers = sorted(set(found.accounts) - own)
    for account in strangers:
        yield from _unseen(found, account, resource, on)
    if len(strangers) < len(set(found.accounts)):
        yield from _seen(found, resource, ours, today, on)


def _unseen(
    found: Delegation, account: str, resource: Resource, on: dict[str, bool]
) -> Iterator[AccessGrant]:
    """A stranger's access points let in whom the stranger likes, whom nobody here can see."""
    every = [one for one in actions(KINDS["AWS::S3::Bucket"], "AWS::S3::Bucket")
             if _does(found.statement, one.name)]  # fmt: skip
    if not every:
        return
    access = worst({one.grade for one in every})
    restricted = on["RestrictPublicBuckets"]
    principal = (Principal(kind="account", partition="aws", account=account) if restricted
                 else Principal(kind="anyone"))  # fmt: skip
    shown = next(one.name for one in every if one.grade == access)
    yield AccessGrant(
        principal=principal, actions=tuple(sorted(one.name for one in every)), access=access,
        via="access-point", statements=(found.index,),
        witness=AccessWitness(f"arn:aws:iam::{account}:root", shown, resource.arn,
                              {"s3:DataAccessPointAccount": account}))  # fmt: skip


def _seen(
    found: Delegation, resource: Resource, ours: Ours, today: date, on: dict[str, bool]
) -> Iterator[AccessGrant]:
    for point in resource.settings.get("access_points") or ():
        arn = point.get("arn", "")
        if found.arns and not any(globs.matches(one, arn) for one in found.arns):
            continue
        record = Resource(arn=arn, kind="AWS::S3::AccessPoint", account=resource.account)
        access = policy_access(point.get("policy"), record, ours, today, "access-point")
        for grant in access.grants:
            kept = tuple(one for one in grant.actions if _does(found.statement, one))
            if kept:
                yield _through(grant, kept, point, found, on)


def _through(
    grant: AccessGrant, kept: tuple[str, ...], point: dict[str, Any], found: Delegation,
    on: dict[str, bool],
) -> AccessGrant:  # fmt: skip
    inside = point.get("origin") == "VPC"
    own = point.get("bpa") or {}
    restricted = on["RestrictPublicBuckets"] or own.get("RestrictPublicBuckets")
    shut = bool(restricted) and not inside and is_public(point.get("policy"))
    graded = {one.name: one.grade for one in actions(KINDS["AWS::S3::AccessPoint"], "")}
    return msgspec.structs.replace(
        grant, actions=kept, statements=(found.index,),
        access=worst({graded.get(one, "write") for one in kept}),
        network_limited=grant.network_limited or inside,
        effective=not shut, guardrail="RestrictPublicBuckets" if shut else None)  # fmt: skip


def _does(statement: dict[str, Any], action: str) -> bool:
    excepted = "NotAction" in statement
    given = statement.get("NotAction") if excepted else statement.get("Action")
    several = given if isinstance(given, list) else [given]
    lower = action.lower()
    return any(globs.matches(str(one).lower(), lower) for one in several) != excepted
