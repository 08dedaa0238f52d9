"""A resource → whom it lets in, who of AWS's own, which services for anybody, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from checker.access.buckets import (
    always_blocked,
    bucket_access,
    is_log_delivery,
    switches,
    unread_settings,
)
from checker.access.forms import as_policy
from checker.access.functions import function_access
from checker.access.grants import doubtful_grants, issuers, key_grants
from checker.access.guardrails import under_guardrails
from checker.access.kinds import KINDS, NO_DOORS
from checker.access.limits import limited
from checker.access.merge import merged
from checker.access.milder import graded_access
from checker.access.model import Access, AccessGrant, Ours, Resource
from checker.access.points import by_point
from checker.access.policies import PolicyAccess
from checker.access.shares import is_aws, share_problem, shared, told_nothing
from checker.aws_accounts import aws_accounts
from checker.trust import BLOCKING
from checker.trust.model import Principal, Problem

UNREAD = BLOCKING | {
    "foreign-arn", "invalid-arn", "invalid-resource", "too-long", "unknown-grant", "unknown-share",
    "unread-part", "unread-points",
}  # fmt: skip
"""Problems which mean that not all of a resource was understood: it may let in anybody."""
_KEY = "AWS::KMS::Key"
_BLANK: dict[str, tuple[object, ...]] = {
    "AWS::OpenSearchService::Domain": ("",),
    "AWS::Kinesis::Stream": ("", "{}", {}),
    "AWS::Kinesis::StreamConsumer": ("", "{}", {}),
}
"""What AWS answers for some kinds where there is no policy."""
_DIRECTORY = "AWS::S3Express::DirectoryBucket"
_POINTS = ("AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint")
_LONGEST = {"AWS::KMS::Key": 32_768, "AWS::SNS::Topic": 30_720}
"""Bytes of a policy, where they are not 20 KB.

https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
"""


def analyze_resource(
    resource: Resource, ours: Ours, today: date, guardrails: Iterable[object] | None = None
) -> Access:
    """Whom a resource lets in from outside, each with a witness, and what is wrong with it.

    `guardrails`: the documents (decoded or as text) of the resource control policies that hold
    over the resource's account: its own, its units' and the root's; none over a management
    account. None where they are not known: then those that the record itself tells.
    """
    resource = as_policy(_with_account(resource))
    ours = _with_settings(resource, ours)
    found = _policy(resource, ours, today)
    found.problems += _problems(resource, ours)
    if resource.kind == _KEY:
        found.grants += key_grants(resource, ours)
    if resource.share is not None:
        grants, problems = shared(resource, ours)
        found.grants += grants
        found.problems += problems
    elif told_nothing(resource):
        found.problems.append(share_problem(resource))
    documents = resource.settings.guardrails if guardrails is None else guardrails
    found.grants, more = under_guardrails(
        found.grants, resource, documents or (), ours, lambda one: _policy(one, ours, today).grants
    )
    found.problems += more
    if resource.kind == _KEY:
        found.grants += issuers(resource, ours, found.grants)
    return _sorted(found, resource, ours, today)


def _policy(resource: Resource, ours: Ours, today: date) -> PolicyAccess:
    if resource.kind == "AWS::S3::Bucket":
        return bucket_access(resource, ours, today)
    nothing = resource.document is None or resource.document in _BLANK.get(resource.kind, ())
    if nothing or resource.kind in NO_DOORS:
        return PolicyAccess()
    if resource.kind == "AWS::Lambda::Function":
        return function_access(resource, ours, today)
    found = graded_access(resource, ours, today)
    if resource.kind == _DIRECTORY:
        return always_blocked(found, resource)
    on = switches(resource.settings)
    return by_point(found, resource, ours, on) if resource.kind in _POINTS else found


def _with_account(resource: Resource) -> Resource:
    if resource.account:
        return resource
    account = (resource.arn.split(":", 5) + [""] * 5)[4]
    return msgspec.structs.replace(resource, account=account or None)


def _with_settings(resource: Resource, ours: Ours) -> Ours:
    """What a record tells of our own where no snapshot does."""
    settings = resource.settings
    return msgspec.structs.replace(
        ours,
        accounts=ours.accounts | ({resource.account} if resource.account else set()),
        canonical={**ours.canonical, **settings.canonical},
        oais=ours.oais | frozenset(settings.own_oais),
    )


def _problems(resource: Resource, ours: Ours) -> Iterator[Problem]:
    document = resource.document
    text = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
    size, longest = len(text.encode("utf-8", "surrogatepass")), _LONGEST.get(resource.kind, 20_480)
    if size > longest:
        yield Problem("too-long", None, f"{size:,} bytes; AWS takes {longest:,} at most")
    yield from _arn_problems(resource)
    for part, kind in (("acl", "AWS::S3::Bucket"), ("grants", _KEY)):
        if getattr(resource, part) and resource.kind != kind:
            yield Problem("unread-part", None, f"`{part}` is read of {kind} alone")
    block = resource.settings.snapshot_block
    if block not in (None, "unblocked", "block-all-sharing", "block-new-sharing"):
        yield Problem("unread-setting", None, f"no state of a snapshot block: {block!a:.80}")
    yield from doubtful_grants(resource, ours)
    yield from unread_settings(resource)


def _arn_problems(resource: Resource) -> Iterator[Problem]:
    parts = resource.arn.split(":", 5)
    kind = KINDS.get(resource.kind)
    if len(parts) < 6 or parts[0] != "arn":
        yield Problem("invalid-arn", None, f"{resource.arn!a:.80} is no ARN")
    elif kind is not None and not kind.names(resource.arn):
        yield Problem("invalid-arn", None, f"{resource.arn!a:.80} is none of {resource.kind}")
    elif parts[4] and resource.account and parts[4] != resource.account:
        yield Problem("foreign-arn", None, f"the ARN is of account {parts[4]}")


def _sorted(found: PolicyAccess, resource: Resource, ours: Ours, today: date) -> Access:
    """Strangers apart from AWS's own and from services that act for whoever asks."""
    own = ours.accounts | ours.organizations
    grants: list[AccessGrant] = []
    aws: dict[bytes, Principal] = {}
    deputies: dict[bytes, Principal] = {}
    for one in found.grants:
        principal = one.principal
        if _lake_formation(one):
            continue
        if _is_aws(principal, ours):
            aws.setdefault(msgspec.json.encode(principal), principal)
        elif principal.kind == "service" and principal.source in (None, "*") and _open(one):
            deputy = msgspec.structs.replace(principal, source="*")
            deputies.setdefault(msgspec.json.encode(deputy), deputy)
        elif principal.kind != "service" or principal.source not in own:
            grants += limited(one, resource, ours, today)
    grants = merged(grants)
    return Access(grants=tuple(sorted(grants, key=_order)), aws=tuple(aws.values()),
                  deputies=tuple(deputies.values()), problems=tuple(dict.fromkeys(found.problems)),
                  statements=tuple(found.statements))  # fmt: skip


def _is_aws(principal: Principal, ours: Ours) -> bool:
    account = principal.source if principal.kind == "service" else principal.account
    if account and account not in ours.accounts:
        return account in aws_accounts()
    return is_log_delivery(principal) or is_aws(principal)


def _open(one: AccessGrant) -> bool:
    return one.effective is not False


def _lake_formation(one: AccessGrant) -> bool:
    """What Lake Formation writes into a catalog's policy, for shares that are judged themselves.

    https://docs.aws.amazon.com/lake-formation/latest/dg/cross-account-prereqs.html
    """
    return (one.principal.service == "ram.amazonaws.com" and one.principal.source in (None, "*")
            and one.actions == ("glue:ShareResource",))  # fmt: skip


def _order(one: AccessGrant) -> tuple[str, bytes, bool]:
    return one.via, msgspec.json.encode(one.principal), one.effective is False
