"""What a resource lets an outsider do, as policies see it."""

from __future__ import annotations

import re

from checker.access.model import AccessGrant
from checker.facts.plain import Facts
from checker.snapshot.resources import ResourceRecord
from checker.trust.model import Principal
from checker.vetting.register import Register, Standing
from checker.vetting.scope import access_beyond_scope, over_accessed

_UNIQUE = re.compile(r"A(?:ROA|IDA|GPA|IPA|NPA|NVA)[A-Z0-9]{12,}\Z")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""
_ACTING = """
AWS::S3::Bucket: cloudfront
AWS::Lambda::Function: apigateway s3 sns
AWS::SQS::Queue: sns s3 events
AWS::SNS::Topic: events ses s3
AWS::S3::Bucket: cloudtrail config delivery.logs logging.s3 logdelivery.elasticloadbalancing
AWS::ECR::Repository: lambda
AWS::Logs::ResourcePolicy: es route53 delivery.logs
"""
"""Services that anybody can have act on a resource of the kind, which reads it or writes there in
its owner's name, the gravest first.
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"""
_RANKS: dict[tuple[str, str], int] = {
    (kind, service): rank
    for rank, (kind, services) in enumerate(
        (line.split(": ") for line in _ACTING.strip().splitlines()), 1
    )
    for service in services.split()
}


def access_facts(grant: AccessGrant, used: bool | None) -> Facts:
    witness = grant.witness
    return {
        "actions": list(grant.actions),
        "access": grant.access,
        "via": grant.via,
        "effective": grant.effective,
        "guardrail": grant.guardrail,
        "network_limited": grant.network_limited,
        "statements": list(grant.statements),
        "deputy": False,
        "deputy_rank": None,
        "used": used,
        "witness": witness
        and {
            "principal": witness.principal,
            "action": witness.action,
            "resource": witness.resource,
            "context": dict(witness.context),
        },
    }


def deputy_facts(principal: Principal, kind: str) -> Facts:
    """Of a service for anybody the analysis tells no more than that it is one."""
    return {
        **dict.fromkeys(("access", "via", "effective", "guardrail", "used", "witness")),
        "actions": [],
        "network_limited": False,
        "statements": [],
        "deputy": True,
        "deputy_rank": rank_of(principal, kind),
    }


def is_dangling(principal: Principal) -> bool:
    """Whether it is the unique id of somebody deleted, as a grant of a key keeps it."""
    return principal.kind == "unresolved" and bool(_UNIQUE.match(principal.id or ""))


def rank_of(principal: Principal, kind: str) -> int | None:
    """How grave it is that the service acts here for anybody."""
    name = (principal.service or "").partition(".amazonaws.")[0]
    parts = name.split(".")
    regional = ".".join(parts[:-1]) if len(parts) > 1 and "-" in parts[-1] else name
    return _RANKS.get((kind, name), _RANKS.get((kind, regional)))


def access_vetting(
    vetting: Facts, standing: Standing, grant: AccessGrant, record: ResourceRecord,
    register: Register,
) -> Facts:  # fmt: skip
    """The vetting of one access: with the vendor's scope held against this resource."""
    scope = register.scope(standing)
    if scope is None:
        return vetting | {"max_access": None}
    beyond = access_beyond_scope(
        scope, grant.principal, arn=record.arn, kind=record.kind, account=record.account
    )
    return vetting | {
        "max_access": scope.max_access,
        "over_privileged": over_accessed(scope, grant.access),
        "out_of_scope": list(beyond),
    }
