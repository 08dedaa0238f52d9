"""What is shared by name: snapshots, documents, RAM, endpoint services, peerings, access entries.

Each kind's form is that in which AWS answers; another form is a problem, never silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from checker.access.model import AccessGrant, AccessWitness, Grade, Ours, Resource
from checker.access.parties import party
from checker.trust.model import Principal, Problem


class Sharing(msgspec.Struct, frozen=True):
    """What a share of the kind lets do."""

    action: str
    access: Grade
    read: Callable[[Any], list[str]]


class UnknownShareError(ValueError):
    """A share in a form that nobody knows."""


def _each(*names: str) -> Callable[[Any], list[str]]:
    """A list of ids, or of objects that have one of these members."""

    def read(share: Any) -> list[str]:
        if not isinstance(share, list):
            raise UnknownShareError
        return [_member(one, names) for one in share]

    return read


def _member(one: Any, names: tuple[str, ...]) -> str:
    if isinstance(one, dict):
        found = [one[name] for name in names if isinstance(one.get(name), str)]
        if len(found) != 1:
            raise UnknownShareError
        return str(found[0])
    if not isinstance(one, str):
        raise UnknownShareError
    return one


def _under(name: str) -> Callable[[Any], list[str]]:
    """An object with a list of ids."""

    def read(share: Any) -> list[str]:
        found = share.get(name) if isinstance(share, dict) else None
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise UnknownShareError
        return found

    return read


def _peering(share: Any) -> list[str]:
    """Only an active peering lets anything through."""
    if not isinstance(share, dict) or not isinstance(share.get("status"), str):
        raise UnknownShareError
    sides = [share.get("accepter"), share.get("requester")]
    if not all(isinstance(one, str) for one in sides):
        raise UnknownShareError
    return [str(one) for one in sides] if share["status"] == "active" else []


_SNAPSHOT = Sharing("ec2:CreateVolume", "read", _each("UserId", "Group"))
_DATABASE = "rds:RestoreDBInstanceFromDBSnapshot"
SHARINGS = {
    "AWS::EC2::Snapshot": _SNAPSHOT,
    "AWS::EC2::FpgaImage": Sharing("ec2:RunInstances", "read", _each("UserId", "Group")),
    "AWS::RDS::DBSnapshot": Sharing(_DATABASE, "read", _under("restore")),
    "AWS::RDS::DBClusterSnapshot": Sharing("rds:RestoreDBClusterFromSnapshot", "read",
                                           _under("restore")),
    "AWS::Redshift::ClusterSnapshot": Sharing("redshift:RestoreFromClusterSnapshot", "read",
                                              _each("AccountId", "AccountAlias")),
    "AWS::RedshiftServerless::Snapshot": Sharing("redshift-serverless:RestoreFromSnapshot", "read",
                                                 _each("AccountId")),
    "AWS::SSM::Document": Sharing("ssm:SendCommand", "read", _each("AccountId")),
    "AWS::EC2::VPCEndpointService": Sharing("ec2:CreateVpcEndpoint", "write", _each("Principal")),
    "AWS::EC2::VPCPeeringConnection": Sharing("ec2:AcceptVpcPeeringConnection", "write", _peering),
    "AWS::RAM::ResourceShare": Sharing("ram:GetResourceShares", "write", _under("principals")),
}  # fmt: skip
_EKS = "AWS::EKS::AccessEntry"
SHARED_KINDS = frozenset({*SHARINGS, _EKS})
_AWS_ALIAS = "amazon-redshift-support"


def share_grants(resource: Resource, ours: Ours) -> Iterator[AccessGrant]:
    """Whom a share lets in.

    Raises:
        UnknownShareError: a share of a kind or in a form that is not known.
    """
    if resource.kind == _EKS:
        yield from _entry(resource, ours)
        return
    sharing = SHARINGS.get(resource.kind)
    if sharing is None:
        raise UnknownShareError
    for text in dict.fromkeys(sharing.read(resource.share)):
        principal = party(text, ours)
        if principal is not None:
            yield _grant(principal, text, sharing.action, sharing.access, resource)


def _grant(
    principal: Principal, text: str, action: str, access: Grade, resource: Resource
) -> AccessGrant:
    blocked = principal.kind == "anyone" and _blocked(resource)
    return AccessGrant(
        principal=principal, actions=(action,), access=access, via="share",
        effective=not blocked, guardrail="block-all-sharing" if blocked else None,
        witness=AccessWitness(text, action, resource.arn))  # fmt: skip


def _blocked(resource: Resource) -> bool:
    """block-new-sharing changes nothing that is shared already.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html
    """
    return resource.settings.snapshot_block == "block-all-sharing"


def _entry(resource: Resource, ours: Ours) -> Iterator[AccessGrant]:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html"""
    share = resource.share
    if not isinstance(share, dict) or not isinstance(share.get("principalArn"), str):
        raise UnknownShareError
    principal = party(share["principalArn"], ours)
    if principal is not None:
        access = _rights(share)
        yield _grant(principal, share["principalArn"], "eks:AccessKubernetesApi", access, resource)


def _rights(share: dict[str, Any]) -> Grade:
    """What a group may do is in the cluster, unread: at least write."""
    policies = [one.rpartition("/")[2] for one in _under("policies")({"policies": [], **share})]
    if any(one in ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy") for one in policies):
        return "admin"
    reading = all("View" in one for one in policies)
    return "read" if reading and not share.get("groups") else "write"


def is_aws(principal: Principal) -> bool:
    """Whether AWS's own support is meant by name."""
    return principal.id == _AWS_ALIAS


def share_problem(resource: Resource) -> Problem:
    return Problem("unknown-share", None, f"a share of {resource.kind} in a form that is not known")
