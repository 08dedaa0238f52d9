"""What is shared by name: snapshots, documents, RAM, endpoint services, peerings, access entries.

Each kind's form is that in which AWS answers; another form is a problem, never silence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from checker.access.model import AccessGrant, AccessWitness, Grade, Ours, Resource
from checker.access.parties import STRANGER, party
from checker.trust.document.decode import as_list
from checker.trust.model import Principal, Problem

Read = Callable[[Any], tuple[list[str], bool]]
"""A share → whom it names, and whether all of it was understood."""


class Sharing(msgspec.Struct, frozen=True):
    """What a share of the kind lets do."""

    action: str
    access: Grade
    read: Read


def _each(*names: str) -> Read:
    """A list of ids, or of objects that have some of these members."""

    def read(share: Any) -> tuple[list[str], bool]:
        if not isinstance(share, list):
            return [], False
        told = [_members(one, names) for one in share]
        return [text for one in told for text in one], all(told)

    return read


def _members(one: Any, names: tuple[str, ...]) -> list[str]:
    if isinstance(one, str):
        return [one] if one else []
    found = [one[name] for name in names if name in one] if isinstance(one, dict) else []
    if _AWS_ALIAS in found:  # the alias of AWS's support, whose id it is
        return [_AWS_ALIAS]
    return found if all(isinstance(text, str) for text in found) else []


def _under(name: str, *beside: str, of: Read | None = None) -> Read:
    """An object with a list; `beside`: its other members."""

    def read(share: Any) -> tuple[list[str], bool]:
        if not isinstance(share, dict) or name not in share:
            return [], False
        found, whole = (of or _each())(share[name])
        return found, whole and share.keys() <= {name, *beside}

    return read


def _one(*names: str) -> Read:
    """An object whose members name one party each, alone or in a list."""
    several = _each(*names)
    return lambda share: several(as_list(share))


_CATALOG = "DataCatalog/"
"""Before an account whose Lake Formation manages the share:
https://docs.aws.amazon.com/redshift/latest/dg/lake-formation-datashare.html"""


def _consumers(share: Any) -> tuple[list[str], bool]:
    found, whole = _one("ConsumerIdentifier")(share)
    return [one.removeprefix(_CATALOG) for one in found], whole


_STATES = frozenset(
    """initiating-request pending-acceptance active deleted rejected failed expired provisioning
    deleting""".split()  # noqa: SIM905
)
"""https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html"""


def _peering(share: Any) -> tuple[list[str], bool]:
    """Only an active peering lets anything through."""
    if not isinstance(share, dict) or share.get("status") not in _STATES:
        return [], False
    sides = [one for one in (share.get("accepter"), share.get("requester")) if isinstance(one, str)]
    return (sides if share["status"] == "active" else []), len(sides) == 2


def _associated(share: Any) -> tuple[list[str], bool]:
    """Principals of a resource share, by their ids or as AWS lists them: those that are associated,
    or are invited to be."""
    listed = share if isinstance(share, list) else []
    counted = [one for one in listed if not isinstance(one, dict) or one.get("status") in _JOINED]
    left = [one for one in listed if isinstance(one, dict) and one.get("status") in _LEFT]
    found, whole = _each("id")(counted)
    return found, whole and isinstance(share, list) and len(counted) + len(left) == len(listed)


_JOINED = (None, "ASSOCIATED", "ASSOCIATING")
_LEFT = ("FAILED", "DISASSOCIATING", "DISASSOCIATED", "SUSPENDED", "SUSPENDING")


_AWS_ALIAS = "amazon-redshift-support"
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
    "AWS::EC2::TransitGatewayAttachment": Sharing(
        "ec2:CreateTransitGatewayVpcAttachment", "write", _one("ResourceOwnerId")),
    "AWS::WorkSpaces::WorkspaceImage": Sharing("workspaces:CopyWorkspaceImage", "read",
                                               _each("AccountId")),
    "AWS::AppStream::Image": Sharing("appstream:CreateFleet", "read", _each("sharedAccountId")),
    "AWS::Oam::Link": Sharing("oam:ListAttachedLinks", "read", _one("SinkArn")),
    "AWS::Redshift::EndpointAuthorization": Sharing("redshift:CreateEndpointAccess", "write",
                                                    _one("Grantee")),
    "AWS::Redshift::DataShare": Sharing("redshift:AssociateDataShareConsumer", "read", _consumers),
    "AWS::ServiceCatalog::Portfolio": Sharing("servicecatalog:AcceptPortfolioShare", "read",
                                              _one("PrincipalId")),
    "AWS::EC2::VPCPeeringConnection": Sharing("ec2:AcceptVpcPeeringConnection", "write", _peering),
    "AWS::RAM::ResourceShare": Sharing("ram:GetResourceShares", "write",
                                       _under("principals", "resources", of=_associated)),
}  # fmt: skip
_EKS = "AWS::EKS::AccessEntry"
SHARED_KINDS = frozenset({*SHARINGS, _EKS})


def shared(resource: Resource, ours: Ours) -> tuple[list[AccessGrant], list[Problem]]:
    """Whom a share lets in, and whether it, or its kind, is in a form that nobody knows."""
    if resource.kind == _EKS:
        found, whole = _entry(resource.share)
        sharing = Sharing("eks:AccessKubernetesApi", _rights(resource.share), _entry)
    elif resource.kind in SHARINGS:
        sharing = SHARINGS[resource.kind]
        found, whole = sharing.read(resource.share)
    else:
        return [], [share_problem(resource)]
    grants = [_grant(principal, text, sharing.action, sharing.access, resource)
              for text in dict.fromkeys(found)
              if (principal := party(text, ours)) is not None]  # fmt: skip
    invited = [msgspec.structs.replace(one, effective=False, guardrail="the invitation is open")
               if one.witness and _invited(one.witness.principal, resource) else one
               for one in grants]  # fmt: skip
    return invited, [] if whole else [share_problem(resource)]


def _invited(text: str, resource: Resource) -> bool:
    """Whether an account is only asked to join: it has not said yes."""
    listed = resource.share.get("principals") if isinstance(resource.share, dict) else None
    states = [one.get("status") for one in listed or () if isinstance(one, dict)
              and one.get("id") == text]  # fmt: skip
    return bool(states) and {*states} == {"ASSOCIATING"}


def _grant(
    principal: Principal, text: str, action: str, access: Grade, resource: Resource
) -> AccessGrant:
    blocked = principal.kind == "anyone" and _blocked(resource)
    return AccessGrant(
        principal=principal, actions=(action,), access=access, via="share",
        effective=not blocked, guardrail="block-all-sharing" if blocked else None,
        witness=_request(principal, text, action, resource))  # fmt: skip


def _request(
    principal: Principal, text: str, action: str, resource: Resource
) -> AccessWitness | None:
    """One of those who are meant asks."""
    if principal.kind == "anyone":
        return AccessWitness(STRANGER, action, resource.arn)
    if principal.kind == "organization":
        context: dict[str, str | list[str]] = {"aws:PrincipalOrgID": principal.organization or ""}
        return AccessWitness(STRANGER, action, resource.arn, context)
    return AccessWitness(text, action, resource.arn)


def _blocked(resource: Resource) -> bool:
    """block-new-sharing changes nothing that is shared already.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html
    """
    return resource.settings.snapshot_block == "block-all-sharing"


def _entry(share: Any) -> tuple[list[str], bool]:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html"""
    found = share.get("principalArn") if isinstance(share, dict) else None
    if not isinstance(found, str):
        return [], False
    whole = all(_each(*_POLICY)(share.get(one, []))[1] for one in ("policies", "groups"))
    return [found], whole


_POLICY = ("policyArn",)
_ADMIN = ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy")
_READ = ("AmazonEKSViewPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSSecretReaderPolicy")


def _rights(share: Any) -> Grade:
    """What a group may do is in the cluster, unread: at least write; of one that is built in, all.
    What is not understood, or was not read, may be anything."""
    if not isinstance(share, dict) or not _entry(share)[1] or "policies" not in share:
        return "admin"
    names = [one.rpartition("/")[2] for one in _each(*_POLICY)(share.get("policies", []))[0]]
    groups = share.get("groups", [])
    if "system:masters" in groups or any(one in _ADMIN for one in names):
        return "admin"
    return "read" if all(one in _READ for one in names) and not groups else "write"


def is_aws(principal: Principal) -> bool:
    """Whether AWS's own support is meant by name."""
    return principal.id == _AWS_ALIAS


def told_nothing(resource: Resource) -> bool:
    """Whether nobody says whom that is for which is made for somebody: a document or a snapshot may
    be nobody's else, an access entry is always of one."""
    return resource.share is None and resource.kind in (_EKS, "AWS::RAM::ResourceShare")


def share_problem(resource: Resource) -> Problem:
    return Problem("unknown-share", None, f"a share of {resource.kind} in a form that is not known")
