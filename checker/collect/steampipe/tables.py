"""Steampipe's tables of AWS: which columns are read, and what of AWS's answers a row is.

Steampipe calls things as AWS does, in snake_case; what it keeps as JSON is AWS's own.
https://hub.steampipe.io/plugins/turbot/aws/tables
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.collect.aws import (
    autoscaling,
    cognito,
    ec2,
    eks,
    fleets,
    iam,
    images,
    organization,
    rolesanywhere,
    templates,
)
from checker.collect.aws.code import builds
from checker.collect.aws.code.documents import ASSOCIATIONS
from checker.collect.aws.code.extensions import STACKS
from checker.collect.aws.configured import plain_document
from checker.collect.aws.configured_launches import spelt_so
from checker.collect.aws.described import IMAGES
from checker.collect.aws.resources.functions import FUNCTIONS
from checker.collect.files.kinds import SUMMARY
from checker.collect.recorded.client import BESIDE

Row = Mapping[str, Any]
Answers = Iterator[tuple[str, Any]]
"""Names of calls, and an item for each."""
MEMBERS = "aws_organizations_account"
POLICIES = f"{iam.ROLES.name}/{BESIDE[iam.ROLES.name]}"


@dataclass(frozen=True)
class Table:
    """`needed`: columns without which a row says nothing; `more`: those that are read, too;
    `calls`: those that the table answers, where it was read at all."""

    name: str
    needed: tuple[str, ...]
    more: tuple[str, ...]
    items: Callable[[Row], Answers]
    calls: tuple[str, ...] = ()
    regional: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        place = ("account_id", "partition", *(("region",) if self.regional else ()))
        return (*self.needed, *self.more, *place)


def _role(row: Row) -> Answers:
    limit, used = row.get("permissions_boundary_arn"), row.get("role_last_used_date")
    item = {
        "Arn": row["arn"],
        "RoleName": row["name"],
        "Path": row.get("path") or "/",
        "AssumeRolePolicyDocument": plain_document(row["assume_role_policy"]),
        "Tags": _tags(row),
        "RolePolicyList": row.get("inline_policies") or [],
        "AttachedManagedPolicies": [
            {"PolicyArn": arn} for arn in row.get("attached_policy_arns") or []
        ],
    }
    if limit:
        item["PermissionsBoundary"] = {"PermissionsBoundaryArn": limit}
    if used:
        item["RoleLastUsed"] = {"LastUsedDate": _time(used)}
    yield iam.ROLES.name, item


def _policy(row: Row) -> Answers:
    version = {"Document": plain_document(row["policy"]), "IsDefaultVersion": True}
    yield POLICIES, {"Arn": row["arn"], "PolicyVersionList": [version]}


def _oidc(row: Row) -> Answers:
    yield iam.OIDC_PROVIDERS.name, {"Arn": row["arn"]}


def _saml(row: Row) -> Answers:
    yield iam.SAML_PROVIDERS.name, {"Arn": row["arn"]}
    document = row.get("saml_metadata_document")
    if document:
        yield iam.SAML_PROVIDER.name, {"Arn": row["arn"], "SAMLMetadataDocument": document}


def _summary(row: Row) -> Answers:
    yield SUMMARY.name, {"Roles": int(row["roles"])}


def _region(row: Row) -> Answers:
    yield ec2.REGIONS.name, {"RegionName": row["name"], "OptInStatus": row["opt_in_status"]}


def _instance(row: Row) -> Answers:
    instance = {
        "InstanceId": row["instance_id"],
        "ImageId": row["image_id"],
        "State": {"Name": row["instance_state"]},
        "Tags": _tags(row),
        "ProductCodes": row.get("product_codes") or [],
    }
    yield ec2.INSTANCES.name, {"OwnerId": row["account_id"], "Instances": [instance]}


def _image(row: Row) -> Answers:
    """The shared table says `self`, or the owner's id, where AWS has no alias."""
    alias = row.get("image_owner_alias")
    item = {
        "ImageId": row["image_id"],
        "OwnerId": row["owner_id"],
        "ImageOwnerAlias": None if alias in ("self", row["owner_id"]) else alias,
        "Name": row.get("name"),
        "Public": row.get("public"),
        "State": row.get("state"),
        "ProductCodes": row.get("product_codes") or [],
    }
    yield IMAGES.name, item
    if row.get("launch_permissions") is not None:
        granted = {"ImageId": row["image_id"], "LaunchPermissions": row["launch_permissions"]}
        yield images.PERMISSIONS.name, granted


def _version(row: Row) -> Answers:
    item = {
        "LaunchTemplateId": row["launch_template_id"],
        "LaunchTemplateName": row.get("launch_template_name"),
        "VersionNumber": int(row["version_number"]),
        "DefaultVersion": row["default_version"],
        "LaunchTemplateData": {"ImageId": row["image_id"]},
    }
    yield templates.VERSIONS.name, item


def _configuration(row: Row) -> Answers:
    item = {
        "LaunchConfigurationName": row["name"],
        "LaunchConfigurationARN": row["launch_configuration_arn"],
        "ImageId": row["image_id"],
    }
    yield autoscaling.CONFIGURATIONS.name, item


def _group(row: Row) -> Answers:
    mixed = "mixed_instances_policy_"
    item = {
        "AutoScalingGroupName": row["name"],
        "AutoScalingGroupARN": row["autoscaling_group_arn"],
        "LaunchConfigurationName": row["launch_configuration_name"],
        "LaunchTemplate": _template(row, ""),
        "MixedInstancesPolicy": {
            "LaunchTemplate": {
                "LaunchTemplateSpecification": _template(row, mixed),
                "Overrides": row[f"{mixed}launch_template_overrides"] or [],
            }
        },
    }
    yield autoscaling.GROUPS.name, item


def _template(row: Row, prefix: str) -> Mapping[str, Any]:
    return {
        "LaunchTemplateId": row[f"{prefix}launch_template_id"],
        "LaunchTemplateName": row.get(f"{prefix}launch_template_name"),
        "Version": row[f"{prefix}launch_template_version"],
    }


def _fleet(row: Row) -> Answers:
    item = {
        "FleetId": row["fleet_id"],
        "FleetState": row["fleet_state"],
        "LaunchTemplateConfigs": row["launch_template_configs"] or [],
    }
    yield fleets.FLEETS.name, item


def _spot_fleet(row: Row) -> Answers:
    config = {
        "LaunchSpecifications": row["launch_specifications"] or [],
        "LaunchTemplateConfigs": row["launch_template_configs"] or [],
    }
    item = {
        "SpotFleetRequestId": row["spot_fleet_request_id"],
        "SpotFleetRequestState": row["spot_fleet_request_state"],
        "SpotFleetRequestConfig": config,
    }
    yield fleets.SPOT_FLEETS.name, item


def _node_group(row: Row) -> Answers:
    """Rows of a table of groups tell the clusters that have some; others launch nothing."""
    cluster, name, template = row["cluster_name"], row["nodegroup_name"], row["launch_template"]
    yield eks.CLUSTERS.name, cluster
    yield eks.NODE_GROUPS.name, {"clusterName": cluster, "nodegroups": [name]}
    item = {
        "clusterName": cluster,
        "nodegroupName": name,
        "nodegroupArn": row["arn"],
        "status": row["status"],
        "launchTemplate": spelt_so(template, str.lower) if template else {},
    }
    yield eks.NODE_GROUP.name, item


def _anchor(row: Row) -> Answers:
    own = row["source_type"] == "AWS_ACM_PCA"
    data = {"acmPcaArn" if own else "x509CertificateData": row["source_data"]}
    source = {"sourceType": row["source_type"], "sourceData": data}
    yield rolesanywhere.ANCHORS.name, {"trustAnchorArn": row["arn"], "source": source}


def _pool(row: Row) -> Answers:
    yield cognito.POOLS.name, {"IdentityPoolId": row["identity_pool_id"]}
    item = {
        "IdentityPoolId": row["identity_pool_id"],
        "AllowUnauthenticatedIdentities": row["allow_unauthenticated_identities"],
        "SupportedLoginProviders": row["supported_login_providers"] or {},
        "OpenIdConnectProviderARNs": row["open_id_connect_provider_arns"] or [],
        "SamlProviderARNs": row["saml_provider_arns"] or [],
        "CognitoIdentityProviders": row["cognito_identity_providers"] or [],
    }
    yield cognito.POOL.name, item


def _user_pool(row: Row) -> Answers:
    yield cognito.USER_POOLS.name, {"Id": row["id"]}


def _function(row: Row) -> Answers:
    """The version that is the latest: of others Steampipe has no layers."""
    item = {
        "FunctionName": row["name"],
        "FunctionArn": row["arn"],
        "Layers": [{"Arn": one["Arn"]} for one in row["layers"] or []],
    }
    yield FUNCTIONS.name, item


def _association(row: Row) -> Answers:
    item = {"AssociationId": row["association_id"], "Name": row["document_name"]}
    yield ASSOCIATIONS.listing.name, {**item, "AssociationName": row.get("association_name")}


def _stack(row: Row) -> Answers:
    item = {"StackId": row["id"], "StackName": row["name"], "StackStatus": row["status"]}
    yield STACKS.name, {**item, "Tags": _tags(row)}


def _project(row: Row) -> Answers:
    """Each has an environment: where none is told, that is a gap of who asks for it."""
    yield builds.PROJECTS.name, row["name"]
    if row["environment"]:
        environment = spelt_so(row["environment"], str.lower)
        item = {"name": row["name"], "arn": row["arn"], "environment": environment}
        yield builds.PROJECT.name, item


def _member(row: Row) -> Answers:
    item = {"Id": row["id"], "Name": row.get("name"), "Arn": row.get("arn")}
    states = {"State": row.get("state"), "Status": row.get("status")}
    yield organization.ACCOUNTS.name, {**item, **states}


def _account(row: Row) -> Answers:
    if row.get("organization_id"):
        manager = row.get("organization_master_account_id")
        item = {"Id": row["organization_id"], "MasterAccountId": manager}
        yield organization.ORGANIZATION.name, item


def _tags(row: Row) -> list[Mapping[str, str]]:
    if row.get("tags_src"):
        return list(row["tags_src"])
    return [{"Key": key, "Value": value or ""} for key, value in (row.get("tags") or {}).items()]


def _time(value: Any) -> str:
    """PostgreSQL and Steampipe write the day and the time with a blank between."""
    return str(value).strip().replace(" ", "T", 1)


_ASG_MIXED = tuple(
    f"mixed_instances_policy_launch_template_{part}" for part in ("id", "version", "overrides")
)
_NAMED = ("launch_template_id", "launch_template_version", "launch_configuration_name")
_POOL_LOGINS = (
    "supported_login_providers", "open_id_connect_provider_arns", "saml_provider_arns",
    "cognito_identity_providers",
)  # fmt: skip
_IMAGE = ("image_owner_alias", "name", "public", "state", "product_codes")

TABLES: tuple[Table, ...] = (
    Table("aws_account", ("account_id",), ("organization_id", "organization_master_account_id"),
          _account, regional=False),
    Table(MEMBERS, ("id",), ("name", "arn", "state", "status"), _member,
          regional=False),
    Table("aws_region", ("name", "opt_in_status"), ("steampipe_available",), _region,
          (ec2.REGIONS.name,), regional=False),
    Table("aws_iam_account_summary", ("roles",), (), _summary, regional=False),
    Table("aws_iam_role", ("arn", "name", "assume_role_policy"),
          ("path", "inline_policies", "attached_policy_arns", "permissions_boundary_arn",
           "role_last_used_date", "tags_src", "tags"),
          _role, (iam.ROLES.name,), regional=False),
    Table("aws_iam_policy", ("arn", "policy"), (), _policy, regional=False),
    Table("aws_iam_open_id_connect_provider", ("arn",), (), _oidc, (iam.OIDC_PROVIDERS.name,),
          regional=False),
    Table("aws_iam_saml_provider", ("arn",), ("saml_metadata_document",), _saml,
          (iam.SAML_PROVIDERS.name,), regional=False),
    Table("aws_ec2_instance", ("instance_id", "image_id", "instance_state"),
          ("product_codes", "tags_src", "tags"), _instance, (ec2.INSTANCES.name,)),
    Table("aws_ec2_ami", ("image_id", "owner_id"), (*_IMAGE, "launch_permissions"), _image,
          (IMAGES.name,)),
    Table("aws_ec2_ami_shared", ("image_id", "owner_id"), _IMAGE, _image),
    Table("aws_ec2_launch_template_version",
          ("launch_template_id", "version_number", "default_version", "image_id"),
          ("launch_template_name",), _version, (templates.VERSIONS.name,)),
    Table("aws_ec2_launch_configuration", ("name", "launch_configuration_arn", "image_id"), (),
          _configuration, (autoscaling.CONFIGURATIONS.name,)),
    Table("aws_ec2_autoscaling_group", ("name", "autoscaling_group_arn", *_NAMED, *_ASG_MIXED),
          ("launch_template_name", "mixed_instances_policy_launch_template_name"), _group,
          (autoscaling.GROUPS.name,)),
    Table("aws_ec2_fleet", ("fleet_id", "fleet_state", "launch_template_configs"), (), _fleet,
          (fleets.FLEETS.name,)),
    Table("aws_ec2_spot_fleet_request",
          ("spot_fleet_request_id", "spot_fleet_request_state", "launch_specifications",
           "launch_template_configs"), (), _spot_fleet, (fleets.SPOT_FLEETS.name,)),
    Table("aws_eks_node_group",
          ("cluster_name", "nodegroup_name", "arn", "status", "launch_template"), (), _node_group,
          (eks.CLUSTERS.name,)),
    Table("aws_rolesanywhere_trust_anchor", ("arn", "source_type", "source_data"), (), _anchor,
          (rolesanywhere.ANCHORS.name,)),
    Table("aws_cognito_identity_pool",
          ("identity_pool_id", "allow_unauthenticated_identities", *_POOL_LOGINS), (), _pool,
          (cognito.POOLS.name,)),
    Table("aws_cognito_user_pool", ("id",), (), _user_pool, (cognito.USER_POOLS.name,)),
    Table("aws_lambda_function", ("name", "arn", "layers"), (), _function, (FUNCTIONS.name,)),
    Table("aws_ssm_association", ("association_id", "document_name"), ("association_name",),
          _association, (ASSOCIATIONS.listing.name,)),
    Table("aws_cloudformation_stack", ("id", "name", "status"), ("tags_src", "tags"), _stack,
          (STACKS.name,)),
    Table("aws_codebuild_project", ("name", "arn", "environment"), (), _project,
          (builds.PROJECTS.name,)),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}


def table_of(columns: Iterable[str]) -> list[Table]:
    """Which tables a query was of, by its columns."""
    given = set(columns)
    return [table for table in TABLES if set(_SIGNS[table.name]) <= given]


_SIGNS: dict[str, tuple[str, ...]] = {
    "aws_account": ("organization_id", "account_id"),
    "aws_organizations_account": ("joined_method", "id"),
    "aws_region": ("opt_in_status", "name"),
    "aws_iam_account_summary": ("roles", "roles_quota"),
    "aws_iam_role": ("assume_role_policy", "arn"),
    "aws_iam_policy": ("policy", "arn", "attachment_count"),
    "aws_iam_open_id_connect_provider": ("client_id_list", "arn"),
    "aws_iam_saml_provider": ("saml_metadata_document", "arn"),
    "aws_ec2_instance": ("instance_id", "instance_state"),
    "aws_ec2_ami": ("image_id", "owner_id", "launch_permissions"),
    "aws_ec2_ami_shared": ("image_id", "owner_id", "image_ids"),
    "aws_ec2_launch_template_version": ("launch_template_id", "version_number"),
    "aws_ec2_launch_configuration": ("launch_configuration_arn",),
    "aws_ec2_autoscaling_group": ("autoscaling_group_arn",),
    "aws_ec2_fleet": ("fleet_id",),
    "aws_ec2_spot_fleet_request": ("spot_fleet_request_id",),
    "aws_eks_node_group": ("nodegroup_name", "cluster_name"),
    "aws_rolesanywhere_trust_anchor": ("source_type", "source_data"),
    "aws_cognito_identity_pool": ("identity_pool_id",),
    "aws_cognito_user_pool": ("id", "mfa_configuration", "lambda_config"),
    "aws_lambda_function": ("arn", "layers"),
    "aws_ssm_association": ("association_id", "document_name"),
    "aws_cloudformation_stack": ("id", "stack_drift_status"),
    "aws_codebuild_project": ("arn", "environment", "service_role"),
}
"""Columns that only this table has, among those that are read."""
