"""Access points: other ways to a bucket, each with a policy that must let in beside the bucket's.

A request through one carries `s3:DataAccessPointAccount`, `s3:DataAccessPointArn` and
`s3:AccessPointNetworkOrigin`; one without carries none of them. So the bucket's policy is asked for
requests without, for those through each access point of ours, whose policy must let in too, and for
those through a stranger's, which let in whomever the stranger likes.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from checker.access.held import held_by, pairs, with_denied
from checker.access.merge import merged
from checker.access.model import (
    AccessGrant,
    AccessPoint,
    AccessWitness,
    Ours,
    Resource,
    Switches,
)
from checker.access.overlap import apart, within
from checker.access.policies import Only, PolicyAccess, policy_access
from checker.access.public import is_public
from checker.access.statements import decoded
from checker.trust.document.decode import as_list
from checker.trust.model import Principal, Problem

_ACCOUNT, _ARN, _ORIGIN = (
    "s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:accesspointnetworkorigin",
)  # fmt: skip
NO_POINT: dict[str, str | None] = dict.fromkeys((_ACCOUNT, _ARN, _ORIGIN))
"""What a request has of these keys that comes without an access point."""


def known_points(resource: Resource, ours: Ours) -> tuple[AccessPoint, ...] | None:
    """The access points of a bucket; None where nobody told."""
    told = resource.settings.access_points
    if told is not None:
        return tuple(told)
    return None if ours.points is None else ours.points.get(resource.arn.rpartition(":")[2], ())


def by_bucket(resource: Resource, ours: Ours, today: date, on: Switches) -> PolicyAccess:
    """Whom a bucket's policy lets in, with and without access points."""
    document = decoded(resource.document)
    if not isinstance(document, dict) or not _tells(document):
        return policy_access(resource.document, resource, ours, today)
    found = policy_access(resource.document, resource, ours, today, only=Only(fixed=NO_POINT))
    points = known_points(resource, ours)
    through = [*_strangers(document, resource, ours, today, on)]
    if points is None:
        found.problems += _untold(document, resource, ours, today, found.grants)
    for point in points or ():
        if point.arn.split(":")[4:5] and point.arn.split(":")[4] in ours.accounts:
            seen = _seen(point, document, resource, ours, today, on)
            through += seen.grants
            found.problems += seen.problems
    found.grants += [one for one in merged(through) if not _told(one, found.grants)]
    return found


def _tells(document: dict[str, Any]) -> bool:
    text = str(document).lower()
    return any(key in text for key in (_ACCOUNT, _ARN, _ORIGIN))


def _told(one: AccessGrant, direct: Iterable[AccessGrant]) -> bool:
    return any(
        {*one.actions} <= {*other.actions} and other.network_limited <= one.network_limited
        and within(one.principal, other.principal)
        for other in direct
    )  # fmt: skip


def _untold(
    document: dict[str, Any], resource: Resource, ours: Ours, today: date,
    direct: list[AccessGrant],
) -> Iterator[Problem]:  # fmt: skip
    """Nobody told of access points, and the policy lets in through ours."""
    named = {one for one in ours.accounts if one in str(document)} | {resource.account or ""}
    for account in sorted(named):
        elsewhere = {"StringNotLike": {_ARN: f"arn:*:s3:*:{account}:*"}}
        opened = policy_access(with_denied(document, elsewhere), resource, ours, today,
                               only=Only(fixed={_ACCOUNT: account}))  # fmt: skip
        if any(not _told(one, direct) for one in opened.grants):
            message = f"it leaves to access points of {account} whom to let in; they are not known"
            yield Problem("unread-points", None, message)
            return


def _strangers(
    document: dict[str, Any], resource: Resource, ours: Ours, today: date, on: Switches
) -> Iterator[AccessGrant]:
    """Through access points of other accounts, which nobody here can see."""
    for origin in ("Internet", "VPC"):
        only = Only(fixed={_ORIGIN: origin})
        found = policy_access(_foreign(document, ours), resource, ours, today, "access-point", only)
        for one in found.grants:
            limited = one.network_limited or origin == "VPC"
            told = msgspec.structs.replace(one, network_limited=limited)
            yield from _unseen(told, document, ours, on)


def _foreign(document: dict[str, Any], ours: Ours) -> dict[str, Any]:
    """The policy, as if it denied all that does not come through a stranger's access point."""
    own = sorted(ours.accounts)
    return with_denied(
        document,
        {"Null": {_ACCOUNT: "true"}},
        {"StringEquals": {_ACCOUNT: own}},
        {"StringLike": {_ARN: [f"arn:*:s3:*:{one}:*" for one in own]}},
    )


def _statements(document: dict[str, Any]) -> list[Any]:
    return as_list(document.get("Statement"))


def _unseen(
    one: AccessGrant, document: dict[str, Any], ours: Ours, on: Switches
) -> Iterator[AccessGrant]:
    """A stranger's access points let in whom the stranger likes; under RestrictPublicBuckets, the
    stranger alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html
    """
    named = _accounts(document, one.statements) - ours.accounts
    if one.principal.kind != "anyone" or not on["RestrictPublicBuckets"] or not named:
        yield one
        return
    for account in sorted(named):
        stranger = Principal(kind="account", partition=ours.partition, account=account)
        yield msgspec.structs.replace(one, principal=stranger)


def _accounts(document: dict[str, Any], indices: tuple[int, ...]) -> set[str]:
    """The accounts whose access points the statements name; none where one names a pattern."""
    found: set[str] = set()
    for index in indices:
        conditions = _statements(document)[index].get("Condition")
        for block in conditions.values() if isinstance(conditions, dict) else ():
            for key, values in block.items() if isinstance(block, dict) else ():
                if key.lower() in (_ACCOUNT, _ARN):
                    several = as_list(values)
                    found |= {_account(str(one)) for one in several}
    fixed = all(len(one) == 12 and one.isdecimal() for one in found)
    return found if fixed else set()


def _account(text: str) -> str:
    return text.split(":", 5)[4] if text.count(":") >= 5 else text


def _seen(
    point: AccessPoint, document: dict[str, Any], resource: Resource, ours: Ours, today: date,
    on: Switches,
) -> PolicyAccess:  # fmt: skip
    """Both must let in: the narrower of what each does."""
    fixed: dict[str, str | None] = {_ACCOUNT: point.arn.split(":")[4], _ARN: point.arn}
    if point.origin is not None:
        fixed[_ORIGIN] = point.origin
    if point.policy is None:
        return PolicyAccess()
    bucket = policy_access(document, resource, ours, today, only=Only(fixed=fixed))
    record = Resource(arn=point.arn, kind="AWS::S3::AccessPoint", account=resource.account)
    whole = policy_access(point.policy, record, ours, today)
    found = PolicyAccess(problems=whole.problems)
    shut = _restricted(point, whole.grants, on)

    def by_bucket(who: Principal, actions: tuple[str, ...]) -> list[AccessGrant] | None:
        held = held_by(document, who)
        only = Only(fixed=fixed, actions=actions)
        return None if held is document else (
            policy_access(held, resource, ours, today, only=only).grants)  # fmt: skip

    def by_point(who: Principal, actions: tuple[str, ...]) -> list[AccessGrant]:
        held, only = held_by(point.policy, who), Only(actions=actions)
        return policy_access(held, record, ours, today, "access-point", only).grants

    for mine in bucket.grants:
        met = (_met(*pair) for pair in pairs(mine, by_bucket, by_point))
        found.grants += (_through(one, point, shut) for one in met if one is not None)
    return found


def _met(bucket: AccessGrant, point: AccessGrant) -> AccessGrant | None:
    """Where it is open whether the two mean the same people, the access point's are told."""
    if apart(bucket.principal, point.principal) or _one_serves(bucket, point):
        return None
    within_point = within(bucket.principal, point.principal)
    narrow, wide = (bucket, point) if within_point else (point, bucket)
    return msgspec.structs.replace(
        point, principal=narrow.principal, statements=bucket.statements,
        network_limited=bucket.network_limited or point.network_limited,
        witness=_both(narrow.witness, wide.witness, point.witness))  # fmt: skip


def _one_serves(bucket: AccessGrant, point: AccessGrant) -> bool:
    """Whether one is of a service, and the other of callers who are none."""
    kinds = {bucket.principal.kind, point.principal.kind}
    return "service" in kinds and bool(kinds & {"account", "principal", "organization"})


def _both(
    narrow: AccessWitness | None, wide: AccessWitness | None, point: AccessWitness | None
) -> AccessWitness | None:
    """Who is of the narrower one, through the access point, with what both ask for."""
    if narrow is None or wide is None or point is None:
        return None
    context = {**wide.context, **narrow.context}
    return AccessWitness(narrow.principal, point.action, point.resource, context)


def _restricted(point: AccessPoint, grants: list[AccessGrant], on: Switches) -> bool:
    """Whether a public policy of it is shut; one that is within a VPC never is public."""
    restricted = on["RestrictPublicBuckets"] or (point.bpa or {}).get("RestrictPublicBuckets")
    open_ = point.origin != "VPC" and bool(restricted)
    return open_ and is_public(decoded(point.policy), grants)


def _through(grant: AccessGrant, point: AccessPoint, shut: bool) -> AccessGrant:
    limited = grant.network_limited or point.origin == "VPC"
    shut = shut and grant.principal.kind != "service"
    return msgspec.structs.replace(
        grant, network_limited=limited,
        effective=not shut, guardrail="RestrictPublicBuckets" if shut else None)  # fmt: skip


def by_point(found: PolicyAccess, resource: Resource, ours: Ours, on: Switches) -> PolicyAccess:
    """An access point's own record: its bucket must let in as well, which is told there."""
    told = resource.settings
    foreign = told.bucket_account is not None and told.bucket_account not in ours.accounts
    if foreign or _is_told_there(resource, ours):
        found.grants = []
        return found
    point = AccessPoint(resource.arn, resource.document, told.origin, told.bpa)
    shut = _restricted(point, found.grants, on)
    found.grants = [_unproved(_through(one, point, shut)) for one in found.grants]
    return found


def _is_told_there(resource: Resource, ours: Ours) -> bool:
    """Whether its bucket was looked at: of one that nobody knows, none tells what it lets in."""
    bucket = resource.settings.bucket
    if bucket not in ours.buckets:
        return False
    here = (ours.points or {}).get(bucket or "", ())
    return any(one.arn == resource.arn for one in here)


def _unproved(one: AccessGrant) -> AccessGrant:
    if one.effective is False:
        return msgspec.structs.replace(one, via="access-point")
    guardrail = "its bucket's policy, which must let in too"
    return msgspec.structs.replace(one, via="access-point", effective=None, guardrail=guardrail)
