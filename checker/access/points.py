"""Access points: a bucket's policy that leaves it to them whom to let in.

`Principal: *` with `s3:DataAccessPointAccount` of an account lets in whom that account's access
points let in; of a stranger's account, whomever the stranger likes.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

import checker.trust.texts.globs as globs
from checker.access.actions import actions
from checker.access.kinds import KINDS
from checker.access.model import AccessGrant, AccessPoint, Ours, Resource, Switches, worst
from checker.access.policies import PolicyAccess, merged, policy_access
from checker.access.public import is_public
from checker.access.statements import decoded
from checker.trust.model import Principal
from checker.trust.search.grants import covers

_ACCOUNT, _ARN = "s3:dataaccesspointaccount", "s3:dataaccesspointarn"
_PLAIN = ("stringequals", "stringlike", "arnequals", "arnlike")


class Delegation(msgspec.Struct, frozen=True):
    """One statement that leaves it to access points: of which accounts, which of them.

    `opened`: the policy for who comes through one of them; of its Allows there is this alone.
    """

    index: int
    opened: dict[str, Any]
    accounts: tuple[str, ...]
    arns: tuple[str, ...]


def without_delegation(document: Any) -> tuple[Any, list[Delegation]]:
    """The policy for those who come without an access point; what it leaves to access points."""
    if not isinstance(document, dict):
        return document, []
    given = document.get("Statement")
    listed: list[Any] = given if isinstance(given, list) else [given]
    found = {at: told for at, one in enumerate(listed) if (told := _delegates(one)) is not None}
    kept = [_nobody(one) if at in found else one for at, one in enumerate(listed)]
    denies = [_nobody(one) if _allows(one) else one for one in listed]
    delegations = []
    for at, (accounts, arns) in found.items():
        opened = [*denies[:at], _opened(listed[at]), *denies[at + 1 :]]
        delegations.append(Delegation(at, {**document, "Statement": opened}, accounts, arns))
    return {**document, "Statement": kept}, delegations


def _allows(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("Effect") != "Deny"


def _nobody(statement: dict[str, Any]) -> dict[str, Any]:
    """In its place, so that indices stay: a statement about nothing here."""
    kept = {name: value for name, value in statement.items() if name != "NotAction"}
    return {**kept, "Action": "none:delegated"}


def _opened(statement: dict[str, Any]) -> dict[str, Any]:
    """Without what an access point fulfils."""
    conditions = {
        operator: {key: value for key, value in block.items() if not _of_point(operator, key)}
        for operator, block in statement["Condition"].items()
        if isinstance(block, dict)
    }
    return {**statement, "Condition": {**statement["Condition"], **conditions}}


def _of_point(operator: str, key: str) -> bool:
    return operator.lower() in _PLAIN and key.lower() in (_ACCOUNT, _ARN)


def _delegates(raw: Any) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The accounts and the ARNs of access points that a statement leaves it to; None for none."""
    if not isinstance(raw, dict) or raw.get("Effect") != "Allow":
        return None
    if raw.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        return None
    conditions = raw.get("Condition")
    for operator, block in conditions.items() if isinstance(conditions, dict) else ():
        for key, values in block.items() if isinstance(block, dict) else ():
            if not _of_point(operator, key):
                continue
            found = _told(key.lower(), values if isinstance(values, list) else [values])
            if found is not None:
                return found
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
    found: Delegation, resource: Resource, ours: Ours, today: date, on: Switches
) -> PolicyAccess:
    """Whom the access points let in, as far as the bucket's policy does, Denies included."""
    bucket = policy_access(found.opened, resource, ours, today, "access-point")
    own = ours.accounts | {resource.account or ""}
    through = PolicyAccess()
    for account in sorted(set(found.accounts) - own):
        through.grants += (_unseen(one, account, ours, on) for one in bucket.grants)
    for point in resource.settings.access_points or ():
        if _named(found, point.arn):
            seen = _seen(point, bucket, resource, ours, today, on)
            through.grants += seen.grants
            through.problems += seen.problems
    return through


def _named(found: Delegation, arn: str) -> bool:
    account = arn.split(":")[4:5]
    listed = not found.arns or any(globs.matches(one, arn) for one in found.arns)
    return listed and (not account or account[0] in found.accounts)


def _unseen(one: AccessGrant, account: str, ours: Ours, on: Switches) -> AccessGrant:
    """A stranger's access points let in whom the stranger likes, whom nobody here can see."""
    if one.principal.kind != "anyone" or not on["RestrictPublicBuckets"]:
        return one
    stranger = Principal(kind="account", partition=ours.partition, account=account)
    return msgspec.structs.replace(one, principal=stranger)


def _seen(
    point: AccessPoint, bucket: PolicyAccess, resource: Resource, ours: Ours, today: date,
    on: Switches,
) -> PolicyAccess:  # fmt: skip
    """Both must let in: the narrower of what each does."""
    if point.policy is None:
        return PolicyAccess()
    record = Resource(arn=point.arn, kind="AWS::S3::AccessPoint", account=resource.account)
    access = policy_access(point.policy, record, ours, today, "access-point")
    met = [_met(mine, theirs) for theirs in access.grants for mine in bucket.grants]
    access.grants = merged(_through(one, point, on) for one in met if one is not None)
    return access


def _met(bucket: AccessGrant, point: AccessGrant) -> AccessGrant | None:
    """Where it is open whether the two mean the same people, the access point's are told."""
    both = tuple(sorted({*bucket.actions} & {*point.actions}))
    if not both or _apart(bucket.principal, point.principal):
        return None
    narrow = bucket if _narrower(bucket.principal, point.principal) else point
    graded = {one.name: one.grade for one in actions(KINDS["AWS::S3::AccessPoint"], "")}
    return msgspec.structs.replace(
        narrow, actions=both, statements=bucket.statements,
        access=worst({graded.get(one, "write") for one in both}),
        network_limited=bucket.network_limited or point.network_limited)  # fmt: skip


def _narrower(one: Principal, other: Principal) -> bool:
    return covers(other, one) and not covers(one, other)


def _apart(one: Principal, other: Principal) -> bool:
    """Whether two principals surely have nobody in common."""
    accounts, organizations = (one.account, other.account), (one.organization, other.organization)
    left_out = one.account in other.excepted or other.account in one.excepted
    return left_out or any(all(pair) and pair[0] != pair[1] for pair in (accounts, organizations))


def _through(grant: AccessGrant, point: AccessPoint, on: Switches) -> AccessGrant:
    inside = point.origin == "VPC"
    restricted = on["RestrictPublicBuckets"] or (point.bpa or {}).get("RestrictPublicBuckets")
    shut = bool(restricted) and not inside and is_public(decoded(point.policy))
    return msgspec.structs.replace(
        grant, network_limited=grant.network_limited or inside,
        effective=not shut, guardrail="RestrictPublicBuckets" if shut else None)  # fmt: skip
