"""What an output is of: told by the key that its list stands under, or by what its items hold.

Of each call that `collect aws` makes one row, and of a few more that tell the same. `needed` are
the keys that AWS gives each item: where one is missing, somebody has cut the output (`--query`),
and what the item does not tell is not known, rather than nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.collect.aws import (
    ancestry,
    autoscaling,
    batch,
    clusters,
    codebuild,
    cognito,
    ec2,
    eks,
    fleets,
    iam,
    imagebuilder,
    images,
    organization,
    rolesanywhere,
    templates,
)
from checker.collect.aws.aliases import PARAMETERS
from checker.collect.aws.calls import Call
from checker.collect.aws.code import builds
from checker.collect.aws.code.documents import ASSOCIATIONS
from checker.collect.aws.code.extensions import STACKS
from checker.collect.aws.described import IMAGES
from checker.collect.aws.resources.functions import FUNCTIONS

_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
_ACCOUNT = re.compile(r"[0-9]{12}")
Told = tuple[str | None, str | None]
"""An account and a region, as far as an item tells."""


def of_arn(key: str) -> Callable[[Mapping[str, Any]], Told]:
    return lambda item: told_by_arn(item.get(key))


def told_by_arn(arn: object) -> Told:
    """The account and region of an ARN; what is none tells nothing."""
    parts = str(arn).split(":")
    if len(parts) < 6 or parts[0] != "arn" or not _ACCOUNT.fullmatch(parts[4]):
        return None, None
    return parts[4], parts[3] or None


def _nothing(_: Mapping[str, Any]) -> Told:
    return None, None


def _zone(item: Mapping[str, Any]) -> str | None:
    """The region of an availability or local zone."""
    found = _REGION.match(str(item.get("AvailabilityZone", "")))
    return found[0] if found else None


def _instances(item: Mapping[str, Any]) -> Told:
    held = item.get("Instances")
    instances = [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []
    placements = [one.get("Placement") for one in instances]
    zones = (_zone(one) for one in placements if isinstance(one, Mapping))
    return _owner(item), next(filter(None, zones), None)


def _owner(item: Mapping[str, Any]) -> str | None:
    found = _ACCOUNT.fullmatch(str(item.get("OwnerId")))
    return found[0] if found else None


def _metadata(item: Mapping[str, Any]) -> Told:
    return _owner(item), _zone(item)


def _prefix(key: str) -> Callable[[Mapping[str, Any]], Told]:
    """Cognito's ids begin with their region."""

    def told(item: Mapping[str, Any]) -> Told:
        found = _REGION.match(str(item.get(key, "")))
        return None, found[0] if found else None

    return told


@dataclass(frozen=True)
class Kind:
    """`key`: of the list, or of the one thing, in the output; None: the output is the thing.
    `sign`: keys that only an output of this kind has, where the key is not its own; `besides`: what
    else an item lacks, as that depends on the item."""

    call: Call
    key: str | None
    needed: tuple[str, ...]
    told: Callable[[Mapping[str, Any]], Told] = _nothing
    sign: tuple[str, ...] = ()
    regional: bool = True
    plain: bool = False
    besides: Callable[[Mapping[str, Any]], Iterable[str]] = lambda _: ()

    def has(self, item: Any) -> bool:
        """Whether an item shows by its keys that it is of this kind."""
        if self.plain:
            return isinstance(item, str)
        return isinstance(item, Mapping) and all(key in item for key in self.sign or self.needed)

    def lacks(self, item: Any) -> list[str]:
        """Needed keys that an item does not have, or not as AWS has them."""
        if self.plain:
            return []
        if not isinstance(item, Mapping):
            return [*self.needed]
        bad = (key for key in self.needed if not isinstance(item.get(key), _TYPES.get(key, str)))
        return [*bad, *self.besides(item)]


def _launching(item: Mapping[str, Any]) -> Iterator[str]:
    """A group has one of these."""
    if not {"LaunchTemplate", "MixedInstancesPolicy", "LaunchConfigurationName"} & item.keys():
        yield "LaunchTemplate"


def _resources(item: Mapping[str, Any]) -> Iterator[str]:
    """An environment has some, unless it is not AWS that manages it."""
    if "computeResources" not in item and item.get("type") != "UNMANAGED":
        yield "computeResources"


ROLE_LIST = Call("iam", "ListRoles", "Roles")
SUMMARY = Call("iam", "GetAccountSummary", "SummaryMap")
TEMPLATES = Call("ec2", "DescribeLaunchTemplates", "LaunchTemplates")
_ROLE = ("Arn", "RoleName", "AssumeRolePolicyDocument")

KINDS: tuple[Kind, ...] = (
    Kind(iam.ROLES, "RoleDetailList", (*_ROLE, "RolePolicyList", "AttachedManagedPolicies"),
         of_arn("Arn"), regional=False),
    Kind(ROLE_LIST, "Roles", _ROLE, of_arn("Arn"), regional=False),
    Kind(iam.OIDC_PROVIDERS, "OpenIDConnectProviderList", ("Arn",), of_arn("Arn"), regional=False),
    Kind(iam.SAML_PROVIDERS, "SAMLProviderList", ("Arn",), of_arn("Arn"), regional=False),
    Kind(iam.SAML_PROVIDER, None, ("SAMLMetadataDocument",), of_arn("Arn"), regional=False),
    Kind(SUMMARY, "SummaryMap", ("Roles",), regional=False),
    Kind(organization.ACCOUNTS, "Accounts", ("Id", "Arn"), regional=False),
    Kind(organization.ORGANIZATION, "Organization", ("Id", "MasterAccountId"), regional=False),
    Kind(ec2.REGIONS, "Regions", ("RegionName", "OptInStatus"), regional=False),
    Kind(ec2.INSTANCES, "Reservations", ("OwnerId", "Instances"), _instances),
    Kind(ec2.REPLACED_ROOTS, "ReplaceRootVolumeTasks", ("ReplaceRootVolumeTaskId", "InstanceId")),
    Kind(IMAGES, "Images", ("ImageId", "OwnerId", "Public"), sign=("ImageId", "OwnerId")),
    Kind(images.METADATA, "InstanceImageMetadata", ("InstanceId", "ImageMetadata"), _metadata),
    Kind(images.SETTINGS, None, ("State", "ManagedBy")),
    Kind(images.PERMISSIONS, None, ("ImageId", "LaunchPermissions")),
    Kind(ancestry.ANCESTRY, None, ("ImageAncestryEntries",)),
    Kind(templates.VERSIONS, "LaunchTemplateVersions",
         ("LaunchTemplateId", "VersionNumber", "DefaultVersion", "LaunchTemplateData")),
    Kind(TEMPLATES, "LaunchTemplates",
         ("LaunchTemplateId", "DefaultVersionNumber", "LatestVersionNumber")),
    Kind(autoscaling.GROUPS, "AutoScalingGroups", ("AutoScalingGroupName", "AutoScalingGroupARN"),
         of_arn("AutoScalingGroupARN"), besides=_launching),
    Kind(autoscaling.CONFIGURATIONS, "LaunchConfigurations",
         ("LaunchConfigurationName", "LaunchConfigurationARN", "ImageId"),
         of_arn("LaunchConfigurationARN")),
    Kind(fleets.SPOT_REQUESTS, "SpotInstanceRequests", ("SpotInstanceRequestId", "State")),
    Kind(fleets.SPOT_FLEETS, "SpotFleetRequestConfigs",
         ("SpotFleetRequestId", "SpotFleetRequestConfig")),
    Kind(fleets.FLEETS, "Fleets", ("FleetId", "FleetState", "LaunchTemplateConfigs")),
    Kind(batch.ENVIRONMENTS, "computeEnvironments",
         ("computeEnvironmentName", "computeEnvironmentArn"), of_arn("computeEnvironmentArn"),
         besides=_resources),
    Kind(eks.CLUSTERS, "clusters", (), plain=True),
    Kind(eks.NODE_GROUPS, "nodegroups", (), plain=True),
    Kind(eks.NODE_GROUP, "nodegroup", ("nodegroupName", "nodegroupArn", "clusterName"),
         of_arn("nodegroupArn")),
    Kind(clusters.COMPUTING, "clusters", ("id", "arn"), of_arn("arn")),
    Kind(clusters.NODE_GROUPS, "computeNodeGroups", ("id", "arn", "clusterId"), of_arn("arn")),
    Kind(clusters.NODE_GROUP, "computeNodeGroup", ("id", "arn", "clusterId"), of_arn("arn")),
    Kind(clusters.HYPERPODS, "ClusterSummaries", ("ClusterName", "ClusterArn"),
         of_arn("ClusterArn")),
    Kind(clusters.HYPERPOD, None, ("ClusterArn", "ClusterName", "InstanceGroups"),
         of_arn("ClusterArn")),
    Kind(codebuild.FLEETS, "fleets", (), plain=True),
    Kind(codebuild.FLEET, "fleets", ("arn", "name"), of_arn("arn")),
    Kind(imagebuilder.RECIPES, "imageRecipeSummaryList", ("arn",), of_arn("arn")),
    Kind(imagebuilder.PIPELINES, "imagePipelineList", ("arn",), of_arn("arn")),
    Kind(imagebuilder.RECIPE, "imageRecipe", ("arn", "parentImage"), of_arn("arn")),
    Kind(rolesanywhere.ANCHORS, "trustAnchors", ("trustAnchorArn", "source"),
         of_arn("trustAnchorArn")),
    Kind(cognito.POOLS, "IdentityPools", ("IdentityPoolId",), _prefix("IdentityPoolId")),
    Kind(cognito.POOL, None, ("IdentityPoolId", "AllowUnauthenticatedIdentities"),
         _prefix("IdentityPoolId")),
    Kind(cognito.USER_POOLS, "UserPools", ("Id",), _prefix("Id")),
    Kind(FUNCTIONS, "Functions", ("FunctionName", "FunctionArn"), of_arn("FunctionArn")),
    Kind(ASSOCIATIONS.listing, "Associations", ("AssociationId", "Name")),
    Kind(STACKS, "Stacks", ("StackId", "StackName", "Tags"), of_arn("StackId"),
         sign=("StackId", "StackName")),
    Kind(builds.PROJECTS, "projects", (), plain=True),
    Kind(builds.PROJECT, "projects", ("name", "arn", "environment"), of_arn("arn"),
         sign=("name", "arn")),
    Kind(PARAMETERS, "Parameters", ("Name", "Type", "Value")),
)  # fmt: skip


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("VersionNumber", "DefaultVersionNumber", "LatestVersionNumber", "Roles"), int),
    **dict.fromkeys(("Public", "DefaultVersion", "AllowUnauthenticatedIdentities"), bool),
    **dict.fromkeys(("RolePolicyList", "AttachedManagedPolicies", "Instances"), list),
    **dict.fromkeys(("LaunchPermissions", "ImageAncestryEntries", "InstanceGroups"), list),
    **dict.fromkeys(("ImageMetadata", "LaunchTemplateData", "SpotFleetRequestConfig"), dict),
    "LaunchTemplateConfigs": list, "source": dict, "AssumeRolePolicyDocument": (dict, str),
    "Tags": list, "environment": dict,
}  # fmt: skip
"""Of needed keys that are no text."""


def kinds_of(output: Mapping[str, Any]) -> list[tuple[Kind, list[Any]]]:
    """Each kind that an output may be of, with its items; several where an empty list leaves it
    open, none where it is something else."""
    found = []
    for kind in KINDS:
        if kind.key is None:
            found += [(kind, [output])] if kind.has(output) else []
        elif kind.key in output:
            held = output[kind.key]
            items = held if isinstance(held, list) else [held]
            if all(map(kind.has, items)) or not (kind.plain or _shared(kind.key)):
                found.append((kind, items))
    return found


def kind_of_items(items: Iterable[Any]) -> Kind | None:
    """Of a list without a key around it (`--query Roles`), if its items tell: the kind of which
    they have the most."""
    listed = list(items)
    able = [kind for kind in KINDS if not kind.plain and kind.key and len(kind.needed) > 1]
    found = [kind for kind in able if listed and all(map(kind.has, listed))]

    def told(kind: Kind) -> int:
        return 0 if any(map(kind.lacks, listed)) else len(kind.needed)

    return max(found, key=told, default=None)


def _shared(key: str) -> bool:
    return sum(kind.key == key for kind in KINDS) > 1
