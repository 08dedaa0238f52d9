"""What a resource lets an outsider do, as policies see it."""

from __future__ import annotations

import re

from checker.access.model import AccessGrant, AccessWitness
from checker.facts.plain import Facts
from checker.resource_trust.reader import Reading
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


def access_facts(grant: AccessGrant) -> Facts:
    """All but the witness, which names the resource."""
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
        "used": None,
        "witness": None,
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


def witness_facts(
    witness: AccessWitness | None, reading: Reading, record: ResourceRecord
) -> Facts | None:
    """The request that gets in, at this resource: the answer may be that of an equal one."""
    if witness is None:
        return None
    moved = witness.resource.replace(reading.arn, record.arn)
    context = witness.context
    if reading.account != record.account:
        moved = moved.replace(reading.account, record.account)
        context = {key: _moved(one, reading, record) for key, one in context.items()}
    return {
        "principal": witness.principal,
        "action": witness.action,
        "resource": moved,
        "context": dict(context),
    }


def _moved(
    value: str | list[str], reading: Reading, record: ResourceRecord
) -> str | list[str]:  # fmt: skip
    if isinstance(value, list):
        return [one.replace(reading.account, record.account) for one in value]
    return value.replace(reading.account, record.account)


def access_vetting(
    vetting: Facts, standing: Standing, grant: AccessGrant, record: ResourceRecord,
    register: Register,
) -> Facts:  # fmt: skip
    """The vetting of one access: with the vendor's scope held against this resource."""
    if standing.vendor is None:
        return vetting | {"max_access": None}
    scope = register.vendors[standing.vendor].scope
    beyond = access_beyond_scope(
        scope, grant.principal, arn=record.arn, kind=record.kind, account=record.account
    )
    return vetting | {
        "max_access": scope.max_access,
        "over_privileged": over_accessed(scope, grant.access),
        "out_of_scope": list(beyond),
    }
