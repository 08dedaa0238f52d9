"""A bucket: its policy, its ACL, its access points, and the switches that shut them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from checker.access.model import (
    GRADES,
    AccessGrant,
    AccessWitness,
    Grade,
    Ours,
    Resource,
    Settings,
    Switches,
    worst,
)
from checker.access.owners import LOG_DELIVERY
from checker.access.parties import STRANGER
from checker.access.points import by_bucket
from checker.access.policies import PolicyAccess
from checker.access.public import is_public
from checker.access.statements import decoded
from checker.trust.model import Principal, Problem

_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_LIVE = ("BucketOwnerPreferred", "ObjectWriter")
_GROUPS = "http://acs.amazonaws.com/groups/"
_ANYBODY = (_GROUPS + "global/AllUsers", _GROUPS + "global/AuthenticatedUsers")
_DELIVERY = _GROUPS + "s3/LogDelivery"
_PERMISSIONS: dict[str, tuple[Grade, tuple[str, ...]]] = {
    "READ": ("read", ("s3:ListBucket", "s3:ListBucketVersions")),
    "READ_ACP": ("read", ("s3:GetBucketAcl",)),
    "WRITE": ("write", ("s3:PutObject",)),
    "WRITE_ACP": ("admin", ("s3:PutBucketAcl",)),
    "FULL_CONTROL": ("admin", ("s3:PutBucketAcl", "s3:GetBucketAcl", "s3:ListBucket",
                               "s3:PutObject")),
}  # fmt: skip


def switches(settings: Settings) -> Switches:
    """Each switch, on where the bucket or the account (or its organization's policy) has it on."""
    account = settings.account_bpa or {}
    if settings.organization_s3_policy is not None:  # one that nobody knows shuts nothing
        account = dict.fromkeys(_SWITCHES, settings.organization_s3_policy == "all")
    bucket = settings.bpa or {}
    return {one: bucket.get(one, False) or account.get(one, False) for one in _SWITCHES}


def bucket_access(resource: Resource, ours: Ours, today: date) -> PolicyAccess:
    """Whom a bucket lets in; of what a switch shuts, with its name."""
    on = switches(resource.settings)
    found = PolicyAccess()
    if resource.document is not None:
        found = _policy(resource, ours, today, on)
    found.grants += _acl(resource, ours, on)
    return found


def _policy(resource: Resource, ours: Ours, today: date, on: Switches) -> PolicyAccess:
    found = by_bucket(resource, ours, today, on)
    told = resource.settings.policy_status
    public = is_public(decoded(resource.document), found.grants) if told is None else told
    if on["RestrictPublicBuckets"] and public:
        found.grants = [_shut(one, "RestrictPublicBuckets") for one in found.grants]
    return found


def always_blocked(found: PolicyAccess, resource: Resource) -> PolicyAccess:
    """A directory bucket, whose Block Public Access nobody can turn off.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-best-practices.html
    """
    if is_public(decoded(resource.document), found.grants):
        found.grants = [_shut(one, "RestrictPublicBuckets") for one in found.grants]
    return found


def _shut(grant: AccessGrant, switch: str) -> AccessGrant:
    """Services get through, whatever the switch."""
    if grant.principal.kind == "service" or grant.effective is False:
        return grant
    return msgspec.structs.replace(grant, effective=False, guardrail=switch)


def _acl(resource: Resource, ours: Ours, on: Switches) -> Iterator[AccessGrant]:
    by_grantee: dict[tuple[str, str], list[str]] = {}
    for form, name, permission in resource.acl or ():
        by_grantee.setdefault((form, name), []).append(permission)
    for (form, name), permissions in by_grantee.items():
        principal = _grantee(form, name, ours)
        if principal is None:
            continue
        grades = [_PERMISSIONS.get(one, ("admin", (f"s3:{one}",))) for one in permissions]
        access = worst({grade for grade, _ in grades})
        actions = tuple(sorted({one for _, several in grades for one in several}))
        switch = _stopped(principal, resource, on)
        yield AccessGrant(
            principal=principal, actions=actions, access=access, via="acl",
            effective=switch is None, guardrail=switch,
            witness=_sent(name, _gravest(permissions), resource.arn))  # fmt: skip


def _gravest(permissions: list[str]) -> str:
    """An action that is as grave as the permissions are."""
    known = [_PERMISSIONS.get(one, ("admin", (f"s3:{one}",))) for one in permissions]
    return max(known, key=lambda one: GRADES.index(one[0]))[1][0]


def _grantee(form: str, name: str, ours: Ours) -> Principal | None:
    """Who a grantee is; None for ourselves."""
    if name in _ANYBODY:
        return Principal(kind="anyone")
    account = ours.canonical.get(name) if form == "CanonicalUser" else None
    if account in ours.accounts or (form == "CanonicalUser" and name in ours.oais):
        return None
    if account is not None:
        return Principal(kind="account", partition=ours.partition, account=account)
    return Principal(kind="unresolved", id=name)


def _sent(name: str, action: str, arn: str) -> AccessWitness:
    """A request of a grantee: the group of all users is of those who sign nothing, too."""
    if name == _ANYBODY[0]:
        return AccessWitness("anonymous", action, arn)
    return AccessWitness(STRANGER if name == _ANYBODY[1] else name, action, arn)


def _stopped(principal: Principal, resource: Resource, on: Switches) -> str | None:
    if resource.settings.ownership == "BucketOwnerEnforced":
        return "BucketOwnerEnforced"
    ignored = principal.kind == "anyone" and on["IgnorePublicAcls"]
    return "IgnorePublicAcls" if ignored else None


def is_log_delivery(principal: Principal) -> bool:
    """Whether S3's own log delivery is meant."""
    return principal.id == _DELIVERY or principal.id in LOG_DELIVERY


def unread_settings(resource: Resource) -> Iterator[Problem]:
    """What must be known of a bucket to say what is shut, and is not; and what is never read."""
    if resource.kind != "AWS::S3::Bucket":
        return
    told = resource.settings
    if resource.acl and told.ownership is None:
        yield Problem("unread-setting", None, "object ownership is not known: ACLs may be off")
    if told.ownership not in (None, "BucketOwnerEnforced", *_LIVE):
        yield Problem("unread-setting", None, f"no object ownership: {told.ownership!a:.80}")
    if told.organization_s3_policy not in (None, "all", "none"):
        text = f"{told.organization_s3_policy!a:.80}"
        yield Problem("unread-setting", None, f"no S3 policy of an organization: {text}")
    unknown = {*(told.bpa or {}), *(told.account_bpa or {})} - {*_SWITCHES}
    if unknown:
        text = f"{min(unknown)!a:.80}"
        yield Problem("unread-setting", None, f"no switch of Block Public Access: {text}")
    alive = told.ownership not in (None, "BucketOwnerEnforced")
    if alive and not switches(told)["IgnorePublicAcls"]:
        yield Problem("object-acls", None, "objects may have ACLs of their own, which are not read")
