"""What a setting of the kind adds to a grant: a network, a login, a key that shuts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import msgspec

from checker.access.actions import actions
from checker.access.grants import key_grants
from checker.access.kinds import kind_of
from checker.access.model import AccessGrant, Ours, Resource, worst
from checker.access.overlap import apart
from checker.access.points import NO_POINT
from checker.access.policies import Only, policy_access
from checker.trust.document.notes import BLOCKING

_KEPT = "AWS::SecretsManager::Secret"
_NEEDED = {
    _KEPT: {"secretsmanager:GetSecretValue": "kms:Decrypt"},
    "AWS::SQS::Queue": {"sqs:ReceiveMessage": "kms:Decrypt",
                        "sqs:SendMessage": "kms:GenerateDataKey"},
    "AWS::SNS::Topic": {"sns:Publish": "kms:GenerateDataKey"},
    "AWS::S3::Bucket": {f"s3:GetObject{rest}": "kms:Decrypt" for rest in ("", "Version")},
    "AWS::EC2::Snapshot": {"ec2:CreateVolume": "kms:Decrypt"},
    "AWS::RDS::DBSnapshot": {"rds:RestoreDBInstanceFromDBSnapshot": "kms:Decrypt"},
    "AWS::RDS::DBClusterSnapshot": {"rds:RestoreDBClusterFromSnapshot": "kms:Decrypt"},
}  # fmt: skip
"""What the caller must be let do with the key that a resource is encrypted under.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""
_OTHERWISE = ("AWS::S3::Bucket",)
"""Kinds that may hold what is encrypted under another key, or under none."""
_CALLERS = ("anyone", "organization", "account", "principal")


def limited(one: AccessGrant, resource: Resource, ours: Ours, today: date) -> Iterator[AccessGrant]:
    """The grant; in two where only a part of it is shut."""
    if resource.kind == "AWS::OpenSearchService::Domain":
        one = _domain(one, resource)
    if resource.kind == "AWS::ApiGateway::RestApi" and one.principal.kind == "anyone":
        one = msgspec.structs.replace(one, effective=None, guardrail="its authorizers are not read")
    guardrail = _key(one, resource, ours)
    needed = _NEEDED.get(resource.kind, {})
    if guardrail is None or one.effective is False:
        yield one
        return
    effective = None if resource.kind in _OTHERWISE else False
    for part, shut in parted(one, resource, ours, today, needed):
        yield (msgspec.structs.replace(part, effective=effective, guardrail=guardrail)
               if shut else part)  # fmt: skip


def _domain(one: AccessGrant, resource: Resource) -> AccessGrant:
    """https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html"""
    if resource.settings.vpc:
        one = msgspec.structs.replace(one, network_limited=True)
    if resource.settings.fgac and one.principal.kind == "anyone":
        guardrail = "a login, by fine-grained access control"
        one = msgspec.structs.replace(one, effective=None, guardrail=guardrail)
    return one


def with_keys(resources: Iterable[Resource], ours: Ours, today: date) -> Ours:
    """With whom those keys let in under which something is encrypted; one of which not all was
    understood may let in anybody. In code several records may be of one key: each lets in."""
    several = list(resources)
    wanted = {_key_arn(one.settings.kms_key, one) for one in several
              if isinstance(one.settings.kms_key, str)}  # fmt: skip
    found: dict[str, list[AccessGrant]] = {}
    told: dict[str, bool] = {}
    for one in several:
        if one.kind == "AWS::KMS::Key" and one.arn in wanted:
            found.setdefault(one.arn, []).extend(key_grants(one, ours))
            if one.document is not None:
                access = policy_access(one.document, one, ours, today)
                unread = any(problem.code in BLOCKING for problem in access.problems)
                told[one.arn] = told.get(one.arn, True) and not unread
                found[one.arn] += access.grants
    keys = {arn: tuple(grants) for arn, grants in found.items() if told.get(arn)}
    return msgspec.structs.replace(ours, keys={**ours.keys, **keys})


def _key(one: AccessGrant, resource: Resource, ours: Ours) -> str | None:
    """The key that keeps the caller out; None for none, or where that is not known.

    A service's own key never leaves the account.
    """
    told = resource.settings.kms_key
    secret = resource.kind == _KEPT
    if resource.kind not in _NEEDED or told is msgspec.UNSET:
        return None
    if told is None or str(told).endswith("alias/aws/secretsmanager"):
        return "aws/secretsmanager" if secret else None
    found = ours.keys.get(_key_arn(str(told), resource))
    if found is None or one.principal.kind not in _CALLERS:
        return None
    wanted = set(_NEEDED[resource.kind].values())
    open_ = (each for each in found if {*each.actions} & wanted)
    return None if any(not apart(each.principal, one.principal) for each in open_) else (
        f"needs_key {told}")  # fmt: skip


def _key_arn(text: str, resource: Resource) -> str:
    """Of a key that is named by its id alone, which is one of the account."""
    if ":" in text or "/" in text:
        return text
    parts = resource.arn.split(":")
    region = resource.region or (parts + [""] * 4)[3]
    return f"arn:{parts[1]}:kms:{region}:{resource.account}:key/{text}"


def parted(
    one: AccessGrant, resource: Resource, ours: Ours, today: date, shut: Collection[str]
) -> Iterator[tuple[AccessGrant, bool]]:
    """What of a grant is shut, and the rest of it, each with its own grade and request."""
    for wanted in (True, False):
        several = tuple(each for each in one.actions if (each in shut) == wanted)
        if len(several) == len(one.actions):
            yield one, wanted
        elif several:
            yield _part(one, several, resource, ours, today), wanted


def _part(
    one: AccessGrant, several: tuple[str, ...], resource: Resource, ours: Ours, today: date
) -> AccessGrant:
    kind = kind_of(resource.kind, resource.arn)
    graded = {each.name: each.grade for each in actions(kind, resource.kind)}
    access = worst({graded.get(each, "write") for each in several})
    shown = one.witness is not None and one.witness.action in several
    only = Only(fixed=NO_POINT, actions=tuple(each.lower() for each in several))
    asked = () if shown or one.via != "policy" else policy_access(
        resource.document, resource, ours, today, only=only).grants  # fmt: skip
    found = (each.witness for each in asked if each.principal == one.principal)
    witness = one.witness if shown else next(found, None)
    return msgspec.structs.replace(one, actions=several, access=access, witness=witness)
