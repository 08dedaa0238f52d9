"""A resource → whom it lets in, who of AWS's own, which services for anybody, what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import msgspec

from checker.access.buckets import bucket_access, is_log_delivery, unread_settings
from checker.access.functions import function_access
from checker.access.grants import doubtful_grants, key_grants
from checker.access.milder import graded_access
from checker.access.model import Access, AccessGrant, Ours, Resource
from checker.access.policies import PolicyAccess
from checker.access.shares import UnknownShareError, is_aws, share_grants, share_problem
from checker.access.statements import decoded
from checker.aws_accounts import aws_accounts
from checker.trust import BLOCKING
from checker.trust.model import Principal, Problem

UNREAD = BLOCKING | {
    "foreign-arn", "invalid-arn", "invalid-resource", "too-long", "unknown-grant", "unknown-share",
    "unread-part",
}  # fmt: skip
"""Problems which mean that not all of a resource was understood: it may let in anybody."""
_KEY = "AWS::KMS::Key"
_BLANK = ("AWS::OpenSearchService::Domain",)
"""Kinds for which AWS answers an empty text where there is no policy."""
_LONGEST = 20_480
_SOURCE = re.compile(r"arn:[a-z-]+:([a-z0-9-]+):")


def analyze_resource(resource: Resource, ours: Ours, today: date) -> Access:
    """Whom a resource lets in from outside, each with a witness, and what is wrong with it."""
    resource = _with_account(resource)
    ours = _with_settings(resource, ours)
    found = _policy(resource, ours, today)
    found.problems += _problems(resource, ours)
    if resource.kind == _KEY:
        found.grants += key_grants(resource, ours)
    if resource.share is not None:
        try:
            found.grants += list(share_grants(resource, ours))
        except UnknownShareError:
            found.problems.append(share_problem(resource))
    return _sorted(found, resource, ours)


def _policy(resource: Resource, ours: Ours, today: date) -> PolicyAccess:
    if resource.kind == "AWS::S3::Bucket":
        return bucket_access(resource, ours, today)
    if resource.document is None or (resource.document == "" and resource.kind in _BLANK):
        return PolicyAccess()
    if resource.kind == "AWS::Lambda::Function":
        return function_access(resource, ours, today)
    return graded_access(resource, ours, today)


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
    text = document if isinstance(document, str) else msgspec.json.encode(document or "").decode()
    if len(text) > _LONGEST:
        yield Problem("too-long", None, f"{len(text)} characters; AWS takes 20 KB at most")
    parts = resource.arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        yield Problem("invalid-arn", None, f"{resource.arn!a:.80} is no ARN")
    elif parts[4] and resource.account and parts[4] != resource.account:
        yield Problem("foreign-arn", None, f"the ARN is of account {parts[4]}")
    for part, kind in (("acl", "AWS::S3::Bucket"), ("grants", _KEY)):
        if getattr(resource, part) and resource.kind != kind:
            yield Problem("unread-part", None, f"`{part}` is read of {kind} alone")
    yield from doubtful_grants(resource, ours)
    yield from unread_settings(resource)


def _sorted(found: PolicyAccess, resource: Resource, ours: Ours) -> Access:
    """Strangers apart from AWS's own and from services that act for whoever asks."""
    own = ours.accounts | ours.organizations
    grants: list[AccessGrant] = []
    aws: dict[bytes, Principal] = {}
    deputies: dict[bytes, Principal] = {}
    for one in found.grants:
        principal = one.principal
        if _is_aws(principal, ours):
            aws.setdefault(msgspec.json.encode(principal), principal)
        elif principal.kind == "service" and principal.source in (None, "*"):
            deputy = _deputy(one, resource)
            deputies.setdefault(msgspec.json.encode(deputy), deputy)
        elif principal.kind != "service" or principal.source not in own:
            grants.append(_limited(one, resource))
    return Access(grants=tuple(sorted(grants, key=_order)), aws=tuple(aws.values()),
                  deputies=tuple(deputies.values()), problems=tuple(dict.fromkeys(found.problems)),
                  statements=tuple(found.statements))  # fmt: skip


def _is_aws(principal: Principal, ours: Ours) -> bool:
    if principal.account and principal.account not in ours.accounts:
        return principal.account in aws_accounts()
    return is_log_delivery(principal) or is_aws(principal)


def _deputy(grant: AccessGrant, resource: Resource) -> Principal:
    """The service; for a `*`, the one whose sources the conditions ask for."""
    name = grant.principal.service
    if name == "*":
        name = _asked_service(grant, resource) or name
    return Principal(kind="service", service=name, source="*")


def _asked_service(grant: AccessGrant, resource: Resource) -> str | None:
    document = decoded(resource.document)
    listed = document.get("Statement") if isinstance(document, dict) else None
    several = listed if isinstance(listed, list) else [listed]
    found = {
        match[1]
        for index in grant.statements
        for match in _SOURCE.finditer(json.dumps((several[index] or {}).get("Condition")))
    }
    return f"{found.pop()}.amazonaws.com" if len(found) == 1 else None


def _limited(one: AccessGrant, resource: Resource) -> AccessGrant:
    """What a setting of the kind adds: a network, a key that never leaves the account."""
    if resource.kind == "AWS::OpenSearchService::Domain" and resource.settings.vpc:
        return msgspec.structs.replace(one, network_limited=True)
    if resource.kind == "AWS::ApiGateway::RestApi" and one.principal.kind == "anyone":
        return msgspec.structs.replace(
            one, effective=None, guardrail="its authorizers are not read"
        )
    if resource.kind == "AWS::SecretsManager::Secret" and _default_key(resource, one):
        return msgspec.structs.replace(one, effective=False, guardrail="aws/secretsmanager")
    return one


def _default_key(resource: Resource, one: AccessGrant) -> bool:
    """A secret under the service's own key cannot be read from outside.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
    """
    key = resource.settings.kms_key
    reads = {"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"}
    default = key is None or str(key).endswith("alias/aws/secretsmanager")
    return default and set(one.actions) <= reads


def _order(one: AccessGrant) -> tuple[str, bytes]:
    return one.via, msgspec.json.encode(one.principal)
