"""From records, grants and the allowlist to facts: plain dictionaries of the published shapes.

Plain, because JMESPath reads dictionaries and a million roles leave no time for models; a test
holds each of them against its model. Parts that many facts share are the same objects.
"""

from __future__ import annotations

from checker.facts.plain import Facts
from checker.snapshot.records import Account, Role
from checker.snapshot.resources import ResourceRecord
from checker.trust import open_federation
from checker.trust.model import Grant, Principal, Problem
from checker.vetting.register import Register, Standing


def account_facts(account: Account) -> Facts:
    return {"id": account.id, "name": account.name, "path": account.path}


def role_facts(role: Role) -> Facts:
    reads_data, reads_secrets = role.reads
    return {
        "arn": role.arn,
        "name": role.name,
        "path": role.path or "/",
        "tags": role.tags or {},
        "last_used": role.last_used,
        "privilege": role.privilege or "unknown",
        "reads_data": reads_data,
        "reads_secrets": reads_secrets,
    }


def principal_id(principal: Principal) -> str:
    """How reports call a principal: its account, else organization, issuer, service or id."""
    return (
        principal.account
        or principal.organization
        or principal.provider
        or principal.source
        or principal.service
        or principal.id
        or "*"
    )


def principal_facts(principal: Principal, standing: Standing, register: Register) -> Facts:
    identity = principal_id(principal)
    name, named_by = known_name(identity, standing, register)
    return {
        "kind": principal.kind,
        "id": identity,
        "name": name,
        "named_by": named_by,
        "partition": principal.partition,
        "account": principal.account,
        "arn": principal.arn,
        "organization": principal.organization,
        "provider": principal.provider,
        "claims": {k: list(v) for k, v in (principal.claims or {}).items()},
        "caseless": list(principal.caseless),
        "service": principal.service,
        "source": principal.source,
        "except": list(principal.excepted),
        "pattern": principal.pattern,
    }


def known_name(
    identity: str | None, standing: Standing, register: Register
) -> tuple[str | None, str | None]:
    """The name of a third party and where it comes from: `allowlist` or `catalogue`."""
    if standing.vendor is not None:
        return register.vendors[standing.vendor].name, "allowlist"
    name = register.catalogue.name_of(identity) if identity else None
    return name, "catalogue" if name else None


def grant_facts(grant: Grant) -> Facts:
    witness = grant.witness
    return {
        "actions": list(grant.actions),
        "external_id": grant.external_id,
        "network_limited": grant.network_limited,
        "statements": list(grant.statements),
        "open_federation": open_federation(grant.principal),
        "guests": False,
        "effective": None,
        "witness": witness
        and {
            "principal": witness.principal,
            "action": witness.action,
            "context": witness.context,
        },
    }


def problem_facts(problem: Problem, *, blocking: bool) -> Facts:
    """`blocking`: it kept part of the policy from being understood."""
    where = "" if problem.statement is None else f"statement {problem.statement}: "
    return {
        "code": problem.code,
        "statement": problem.statement,
        "message": problem.message,
        "text": f"{where}{problem.message}",
        "blocking": blocking,
    }


def target_facts(record: ResourceRecord) -> Facts:
    """An own resource."""
    return {
        "arn": record.arn,
        "kind": record.kind,
        "name": record.name,
        "region": record.region,
        "tags": record.tags or {},
        "snapshot": record.kind in SNAPSHOTS,
        "public_by_nature": record.kind in PUBLIC_BY_NATURE,
    }


SNAPSHOTS = frozenset(
    ["AWS::EC2::Snapshot", "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot",
     "AWS::Redshift::ClusterSnapshot", "AWS::RedshiftServerless::Snapshot"]
)  # fmt: skip
PUBLIC_BY_NATURE = frozenset(["AWS::ApiGateway::RestApi", "AWS::ECR::PublicRepository"])
"""An API's `*` is its usual form, as its methods have authorizers of their own, which nobody reads
here; a public repository is public."""


def vetting_facts(standing: Standing, register: Register) -> Facts:
    """What the allowlist says, before any one role or image is looked at."""
    if standing.vendor is None:
        return _VETTED_BY_NOBODY | {"status": standing.status}
    vendor = register.vendors[standing.vendor]
    review = vendor.vetting
    return {
        "status": standing.status,
        "vendor": vendor.name,
        "owner": review.owner,
        "reference": review.reference,
        "reviewed": review.reviewed.isoformat(),
        "expires": review.expires.isoformat(),
        "days_left": (review.expires - register.today).days,
        "external_id": vendor.scope.external_id,
        "max_privilege": vendor.scope.max_privilege,
        "over_privileged": None,
        "reads_data": vendor.scope.reads_data,
        "reads_secrets": vendor.scope.reads_secrets,
        "out_of_scope": [],
    }


_VETTED_BY_NOBODY: Facts = {
    **dict.fromkeys(
        ("vendor", "owner", "reference", "reviewed", "expires", "days_left", "external_id")
    ),
    "max_privilege": None,
    "over_privileged": None,
    "reads_data": None,
    "reads_secrets": None,
    "out_of_scope": [],
}
