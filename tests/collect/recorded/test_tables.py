"""Each of Steampipe's tables, column by column: what AWS would have answered, and what a table is."""

from __future__ import annotations

from typing import Any

from checker.collect.recorded.answers import Answers
from checker.collect.steampipe.rows import Rows, take
from checker.collect.steampipe.tables import BY_NAME, TABLES, table_of
from tests.support.rows import rows

OWN, EAST = "111111111111", "us-east-1"
IAM, ASG = f"arn:aws:iam::{OWN}:", f"arn:aws:autoscaling:{EAST}:{OWN}:"
ROLE, ROLES = f"{IAM}role/a/r", "iam:GetAccountAuthorizationDetails"
POLICY, SAML, OIDC = f"{IAM}policy/p", f"{IAM}saml-provider/s", f"{IAM}oidc-provider/o"
GROUP, ANCHOR = f"arn:aws:eks:{EAST}:{OWN}:nodegroup/c/n/1", f"arn:aws:rolesanywhere:{EAST}:{OWN}:trust-anchor/t"  # fmt: skip
FUNCTION, LAYER = (
    f"arn:aws:lambda:{EAST}:{OWN}:function:f",
    f"arn:aws:lambda:{EAST}:999999999999:layer:l:1",
)
CODES, TAGS, POOL = [{"ProductCodeId": "x"}], [{"Key": "a", "Value": "b"}], f"{EAST}:pool"
DOCUMENT = {"Version": "2012-10-17", "Statement": []}
INLINE = [{"PolicyName": "in", "PolicyDocument": DOCUMENT}]
CONFIGS, OVERRIDES, LAUNCHED = [{"Overrides": []}], [{"InstanceType": "t3.nano"}], [{"ImageId": "ami-1"}]  # fmt: skip

Told = list[tuple[str, Any]]
TABLE: list[tuple[str, str, str, str, dict[str, Any], Told]] = [
    ("aws_account", "account_id", "", "organization_id account_id",
     {"organization_id": "o-1", "organization_master_account_id": OWN},
     [("organizations:DescribeOrganization", {"Id": "o-1", "MasterAccountId": OWN})]),
    ("aws_organizations_account", "id", "", "joined_method id",
     {"id": OWN, "name": "n", "arn": "a", "state": "ACTIVE", "status": "SUSPENDED"},
     [("organizations:ListAccounts", {"Id": OWN, "Name": "n", "Arn": "a", "State": "ACTIVE", "Status": "SUSPENDED"})]),
    ("aws_region", "name opt_in_status", "ec2:DescribeRegions", "opt_in_status name",
     {"name": EAST, "opt_in_status": "opted-in", "steampipe_available": True},
     [("ec2:DescribeRegions", {"RegionName": EAST, "OptInStatus": "opted-in"})]),
    ("aws_iam_account_summary", "roles", "", "roles roles_quota", {"roles": "7"}, [("iam:GetAccountSummary", {"Roles": 7})]),
    ("aws_iam_role", "arn name assume_role_policy", ROLES, "assume_role_policy arn",
     {"arn": ROLE, "name": "r", "path": "/a/", "assume_role_policy": DOCUMENT, "inline_policies": INLINE, "attached_policy_arns": [POLICY],
      "permissions_boundary_arn": POLICY, "role_last_used_date": " 2026-11-01 08:00:00 UTC", "tags_src": TAGS, "tags": {"not": "read"}},
     [(ROLES, {"Arn": ROLE, "RoleName": "r", "Path": "/a/", "AssumeRolePolicyDocument": DOCUMENT, "Tags": TAGS, "RolePolicyList": INLINE,
       "AttachedManagedPolicies": [{"PolicyArn": POLICY}], "PermissionsBoundary": {"PermissionsBoundaryArn": POLICY},
       "RoleLastUsed": {"LastUsedDate": "2026-11-01T08:00:00 UTC"}})]),
    ("aws_iam_policy", "arn policy", "", "policy arn attachment_count", {"arn": POLICY, "policy": DOCUMENT},
     [(f"{ROLES}/Policies", {"Arn": POLICY, "PolicyVersionList": [{"Document": DOCUMENT, "IsDefaultVersion": True}]})]),
    ("aws_iam_open_id_connect_provider", "arn", "iam:ListOpenIDConnectProviders", "client_id_list arn", {"arn": OIDC},
     [("iam:ListOpenIDConnectProviders", {"Arn": OIDC})]),
    ("aws_iam_saml_provider", "arn", "iam:ListSAMLProviders", "saml_metadata_document arn", {"arn": SAML, "saml_metadata_document": "<x/>"},
     [("iam:ListSAMLProviders", {"Arn": SAML}), ("iam:GetSAMLProvider", {"Arn": SAML, "SAMLMetadataDocument": "<x/>"})]),
    ("aws_ec2_instance", "instance_id image_id instance_state", "ec2:DescribeInstances", "instance_id instance_state",
     {"instance_id": "i-1", "image_id": "ami-1", "instance_state": "running", "product_codes": CODES, "tags_src": TAGS, "tags": {"not": "read"}},
     [("ec2:DescribeInstances", {"OwnerId": OWN, "Instances": [
         {"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": "running"}, "Tags": TAGS, "ProductCodes": CODES}]})]),
    ("aws_ec2_ami", "image_id owner_id", "ec2:DescribeImages", "image_id owner_id launch_permissions",
     {"image_id": "ami-1", "owner_id": OWN, "image_owner_alias": "amazon", "name": "n", "public": False, "state": "available",
      "product_codes": CODES, "launch_permissions": [{"UserId": "2"}]},
     [("ec2:DescribeImages", {"ImageId": "ami-1", "OwnerId": OWN, "ImageOwnerAlias": "amazon", "Name": "n", "Public": False, "State": "available", "ProductCodes": CODES}),
      ("ec2:DescribeImageAttribute", {"ImageId": "ami-1", "LaunchPermissions": [{"UserId": "2"}]})]),
    ("aws_ec2_ami_shared", "image_id owner_id", "", "image_id owner_id image_ids",
     {"image_id": "ami-1", "owner_id": "9", "image_owner_alias": "aws-marketplace", "name": "n", "public": True, "state": "available", "product_codes": None},
     [("ec2:DescribeImages", {"ImageId": "ami-1", "OwnerId": "9", "ImageOwnerAlias": "aws-marketplace", "Name": "n", "Public": True, "State": "available", "ProductCodes": []})]),
    ("aws_ec2_launch_template_version", "launch_template_id version_number default_version image_id", "ec2:DescribeLaunchTemplateVersions",
     "launch_template_id version_number",
     {"launch_template_id": "lt-1", "launch_template_name": "t", "version_number": "3", "default_version": True, "image_id": "ami-1"},
     [("ec2:DescribeLaunchTemplateVersions", {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "t", "VersionNumber": 3, "DefaultVersion": True,
       "LaunchTemplateData": {"ImageId": "ami-1"}})]),
    ("aws_ec2_launch_configuration", "name launch_configuration_arn image_id", "autoscaling:DescribeLaunchConfigurations", "launch_configuration_arn",
     {"name": "l", "launch_configuration_arn": f"{ASG}l", "image_id": "ami-1"},
     [("autoscaling:DescribeLaunchConfigurations", {"LaunchConfigurationName": "l", "LaunchConfigurationARN": f"{ASG}l", "ImageId": "ami-1"})]),
    ("aws_ec2_autoscaling_group",
     "name autoscaling_group_arn launch_template_id launch_template_version launch_configuration_name mixed_instances_policy_launch_template_id "
     "mixed_instances_policy_launch_template_version mixed_instances_policy_launch_template_overrides",
     "autoscaling:DescribeAutoScalingGroups", "autoscaling_group_arn",
     {"name": "g", "autoscaling_group_arn": f"{ASG}g", "launch_configuration_name": "l", "launch_template_id": "lt-1", "launch_template_name": "t",
      "launch_template_version": "1", "mixed_instances_policy_launch_template_id": "lt-2", "mixed_instances_policy_launch_template_name": "u",
      "mixed_instances_policy_launch_template_version": "2", "mixed_instances_policy_launch_template_overrides": OVERRIDES},
     [("autoscaling:DescribeAutoScalingGroups", {"AutoScalingGroupName": "g", "AutoScalingGroupARN": f"{ASG}g", "LaunchConfigurationName": "l",
       "LaunchTemplate": {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "t", "Version": "1"},
       "MixedInstancesPolicy": {"LaunchTemplate": {
           "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2", "LaunchTemplateName": "u", "Version": "2"}, "Overrides": OVERRIDES}}})]),
    ("aws_ec2_fleet", "fleet_id fleet_state launch_template_configs", "ec2:DescribeFleets", "fleet_id",
     {"fleet_id": "f", "fleet_state": "active", "launch_template_configs": CONFIGS},
     [("ec2:DescribeFleets", {"FleetId": "f", "FleetState": "active", "LaunchTemplateConfigs": CONFIGS})]),
    ("aws_ec2_spot_fleet_request", "spot_fleet_request_id spot_fleet_request_state launch_specifications launch_template_configs",
     "ec2:DescribeSpotFleetRequests", "spot_fleet_request_id",
     {"spot_fleet_request_id": "s", "spot_fleet_request_state": "active", "launch_specifications": LAUNCHED, "launch_template_configs": CONFIGS},
     [("ec2:DescribeSpotFleetRequests", {"SpotFleetRequestId": "s", "SpotFleetRequestState": "active",
       "SpotFleetRequestConfig": {"LaunchSpecifications": LAUNCHED, "LaunchTemplateConfigs": CONFIGS}})]),
    ("aws_eks_node_group", "cluster_name nodegroup_name arn status launch_template", "eks:ListClusters", "nodegroup_name cluster_name",
     {"cluster_name": "c", "nodegroup_name": "n", "arn": GROUP, "status": "ACTIVE", "launch_template": {"Id": "lt-1", "Version": "1"}},
     [("eks:ListClusters", "c"), ("eks:ListNodegroups", {"clusterName": "c", "nodegroups": ["n"]}),
      ("eks:DescribeNodegroup", {"clusterName": "c", "nodegroupName": "n", "nodegroupArn": GROUP, "status": "ACTIVE", "launchTemplate": {"id": "lt-1", "version": "1"}})]),
    ("aws_rolesanywhere_trust_anchor", "arn source_type source_data", "rolesanywhere:ListTrustAnchors", "source_type source_data",
     {"arn": ANCHOR, "source_type": "AWS_ACM_PCA", "source_data": "arn:pca"},
     [("rolesanywhere:ListTrustAnchors", {"trustAnchorArn": ANCHOR, "source": {"sourceType": "AWS_ACM_PCA", "sourceData": {"acmPcaArn": "arn:pca"}}})]),
    ("aws_cognito_identity_pool",
     "identity_pool_id allow_unauthenticated_identities supported_login_providers open_id_connect_provider_arns saml_provider_arns cognito_identity_providers",
     "cognito-identity:ListIdentityPools", "identity_pool_id",
     {"identity_pool_id": POOL, "allow_unauthenticated_identities": True, "supported_login_providers": {"a": "b"}, "open_id_connect_provider_arns": [OIDC],
      "saml_provider_arns": [SAML], "cognito_identity_providers": [{"ClientId": "c"}]},
     [("cognito-identity:ListIdentityPools", {"IdentityPoolId": POOL}),
      ("cognito-identity:DescribeIdentityPool", {"IdentityPoolId": POOL, "AllowUnauthenticatedIdentities": True, "SupportedLoginProviders": {"a": "b"},
       "OpenIdConnectProviderARNs": [OIDC], "SamlProviderARNs": [SAML], "CognitoIdentityProviders": [{"ClientId": "c"}]})]),
    ("aws_cognito_user_pool", "id", "cognito-idp:ListUserPools", "id mfa_configuration lambda_config", {"id": "us-east-1_x"},
     [("cognito-idp:ListUserPools", {"Id": "us-east-1_x"})]),
    ("aws_lambda_function", "name arn layers", "lambda:ListFunctions", "arn layers",
     {"name": "f", "arn": FUNCTION, "layers": [{"Arn": LAYER, "CodeSize": 1}]},
     [("lambda:ListFunctions", {"FunctionName": "f", "FunctionArn": FUNCTION, "Layers": [{"Arn": LAYER}]})]),
    ("aws_ssm_association", "association_id document_name", "ssm:ListAssociations", "association_id document_name",
     {"association_id": "a", "document_name": "AWS-Run", "association_name": "n"},
     [("ssm:ListAssociations", {"AssociationId": "a", "Name": "AWS-Run", "AssociationName": "n"})]),
    ("aws_cloudformation_stack", "id name status", "cloudformation:DescribeStacks", "id stack_drift_status",
     {"id": "arn:stack", "name": "s", "status": "CREATE_COMPLETE", "tags_src": TAGS, "tags": {"not": "read"}},
     [("cloudformation:DescribeStacks", {"StackId": "arn:stack", "StackName": "s", "StackStatus": "CREATE_COMPLETE", "Tags": TAGS})]),
    ("aws_codebuild_project", "name arn environment", "codebuild:ListProjects", "arn environment service_role",
     {"name": "p", "arn": "arn:p", "environment": {"Image": "node:20"}},
     [("codebuild:ListProjects", "p"), ("codebuild:BatchGetProjects", {"name": "p", "arn": "arn:p", "environment": {"image": "node:20"}})]),
]  # fmt: skip
REGIONAL = {
    "aws_ec2_instance", "aws_ec2_ami", "aws_ec2_ami_shared", "aws_ec2_launch_template_version", "aws_ec2_launch_configuration",
    "aws_ec2_autoscaling_group", "aws_ec2_fleet", "aws_ec2_spot_fleet_request", "aws_eks_node_group", "aws_rolesanywhere_trust_anchor",
    "aws_cognito_identity_pool", "aws_cognito_user_pool", "aws_lambda_function", "aws_ssm_association", "aws_cloudformation_stack",
    "aws_codebuild_project",
}  # fmt: skip
HEADS = [row[:4] for row in TABLE]


def given(name: str, *several: dict[str, Any], columns: Any = None) -> Rows:
    told = BY_NAME[name].columns if columns is None else columns
    return Rows(BY_NAME[name], "x.json", frozenset(told), [*several])


def test_the_tables_that_are_read() -> None:
    """One that nobody asks for any more."""
    assert list(BY_NAME) == [one.name for one in TABLES] == [row[0] for row in TABLE]
    assert {one.name for one in TABLES if one.regional} == REGIONAL


@rows("name, needed, calls, signs, row, told", TABLE, ids=[row[0] for row in TABLE])
def test_a_whole_row(
    name: str, needed: str, calls: str, signs: str, row: dict[str, Any], told: Told
) -> None:
    """A column that is read under another's name, or that becomes another key of AWS's."""
    place = {"account_id": OWN, "partition": "aws", "region": EAST}
    table = BY_NAME[name]
    assert list(table.items(place | row)) == told
    asked = {*row, "account_id", "partition"} | ({"region"} if name in REGIONAL else set())
    assert set(table.columns) == asked and len(table.columns) - len(asked) == (
        name == "aws_account"
    )
    assert table.calls == tuple(calls.split())


@rows("name, needed, calls, signs", HEADS, ids=[row[0] for row in HEADS])
def test_columns_without_which_a_row_says_nothing(
    name: str, needed: str, calls: str, signs: str
) -> None:
    """Each of them, where it was not selected, is a gap of its table; any other is none."""
    columns = set(BY_NAME[name].columns)
    lacking = {one: given(name, columns=columns - {one}).lacking for one in columns}
    assert {one for one, told in lacking.items() if told} == set(needed.split())
    for one in needed.split():
        assert lacking[one] == [one]
        answers = Answers()
        take([given(name, columns=columns - {one})], answers)
        text = f"x.json: no column {one}: select *"
        told = [(None, call, "CutOutput", text) for call in calls.split()]
        gaps = [(gap.account, gap.call, gap.code, gap.message) for gap in answers.gaps]
        assert gaps == ([] if told else [(None, name, "CutOutput", text)])
        assert [(*key, *said) for key, said in answers.failures.items()] == told


WHOLE = {"aws_iam_role", "aws_ec2_instance", "aws_ec2_ami", "aws_ec2_launch_configuration"}


@rows("name, needed, calls, signs, row, told", TABLE, ids=[row[0] for row in TABLE])
def test_values_without_which_a_row_says_nothing(
    name: str, needed: str, calls: str, signs: str, row: dict[str, Any], told: Told
) -> None:
    """A role without a trust policy, or a group that has no name, is counted, and is no answer."""
    place = {"account_id": OWN, "region": EAST}
    first, *others = needed.split()
    bad = {first, *(others if name in WHOLE else ())} | ({"version_number"} & {*others})
    for one in {first, *others} - {"account_id"}:
        answers = Answers()
        take([given(name, place | row | {one: None}, place | row)], answers)
        gaps = [(gap.account, gap.region, gap.call, gap.code, gap.message) for gap in answers.gaps]
        text = "x.json: 1 rows whose columns are empty, or no such ones"
        said = [(None, None, (calls or name).split()[0], "CutOutput", text)]
        assert gaps == (said if one in bad else []), one
        good = Answers()
        take([given(name, place | row)], good)
        if one in bad and name != "aws_organizations_account":
            assert (answers.given, answers.members) == (good.given, good.members)


@rows("name, needed, calls, signs", HEADS, ids=[row[0] for row in HEADS])
def test_a_table_is_told_by_its_columns(name: str, needed: str, calls: str, signs: str) -> None:
    """Where a file's name does not tell: all of what only this table has, or none is meant."""
    alone = set(signs.split())
    assert [one.name for one in table_of([*BY_NAME[name].columns, *alone])] == [name]
    assert [one.name for one in table_of(alone)] == [name]
    for one in alone:
        assert name not in [other.name for other in table_of(alone - {one})]
    assert table_of([]) == []


IMAGE = {"image_id": "ami-1", "owner_id": OWN}
BARE_IMAGE = {"ImageId": "ami-1", "OwnerId": OWN, "ImageOwnerAlias": None, "Name": None, "Public": None, "State": None, "ProductCodes": []}  # fmt: skip
BARE_ROLE = {"Arn": ROLE, "RoleName": "r", "Path": "/", "AssumeRolePolicyDocument": DOCUMENT, "Tags": [], "RolePolicyList": [], "AttachedManagedPolicies": []}  # fmt: skip
NODES = {"cluster_name": "c", "nodegroup_name": "n", "arn": GROUP, "status": "ACTIVE", "launch_template": None}  # fmt: skip
NODE_GROUP = {"clusterName": "c", "nodegroupName": "n", "nodegroupArn": GROUP, "status": "ACTIVE", "launchTemplate": {}}  # fmt: skip
SPARSE: list[tuple[str, str, dict[str, Any], Any]] = [
    ("a role of nothing more", "aws_iam_role", {"arn": ROLE, "name": "r", "assume_role_policy": DOCUMENT}, BARE_ROLE),
    ("empty columns are none", "aws_iam_role", {"arn": ROLE, "name": "r", "assume_role_policy": DOCUMENT, "path": None, "inline_policies": None,
     "attached_policy_arns": None, "permissions_boundary_arn": "", "role_last_used_date": None, "tags_src": None, "tags": None}, BARE_ROLE),
    ("a policy in a text", "aws_iam_role", {"arn": ROLE, "name": "r", "assume_role_policy": '{"a": 1}'}, BARE_ROLE | {"AssumeRolePolicyDocument": {"a": 1}}),
    ("tags as a map, one without a value", "aws_iam_role", {"arn": ROLE, "name": "r", "assume_role_policy": DOCUMENT, "tags_src": [], "tags": {"a": "b", "c": None}},
     BARE_ROLE | {"Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]}),
    ("a document of IAM's in a text", "aws_iam_policy", {"arn": POLICY, "policy": '{"a": 1}'},
     {"Arn": POLICY, "PolicyVersionList": [{"Document": {"a": 1}, "IsDefaultVersion": True}]}),
    ("no metadata", "aws_iam_saml_provider", {"arn": SAML}, {"Arn": SAML}),
    ("empty metadata", "aws_iam_saml_provider", {"arn": SAML, "saml_metadata_document": ""}, {"Arn": SAML}),
    ("an image of nothing more", "aws_ec2_ami", IMAGE, BARE_IMAGE),
    ("the alias of the shared table's own", "aws_ec2_ami_shared", IMAGE | {"image_owner_alias": "self"}, BARE_IMAGE),
    ("its owner's id for an alias", "aws_ec2_ami_shared", IMAGE | {"image_owner_alias": OWN}, BARE_IMAGE),
    ("an account that is in no organization", "aws_account", {"account_id": OWN, "organization_id": None}, None),
    ("an organization without its head", "aws_account", {"organization_id": "o-1"}, {"Id": "o-1", "MasterAccountId": None}),
    ("a certificate of one's own", "aws_rolesanywhere_trust_anchor", {"arn": ANCHOR, "source_type": "CERTIFICATE_BUNDLE", "source_data": "PEM"},
     {"trustAnchorArn": ANCHOR, "source": {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "PEM"}}}),
    ("nobody knows whose", "aws_rolesanywhere_trust_anchor", {"arn": ANCHOR, "source_type": "SELF_SIGNED_REPOSITORY", "source_data": None},
     {"trustAnchorArn": ANCHOR, "source": {"sourceType": "SELF_SIGNED_REPOSITORY", "sourceData": {"x509CertificateData": None}}}),
    ("a function without layers", "aws_lambda_function", {"name": "f", "arn": FUNCTION, "layers": None}, {"FunctionName": "f", "FunctionArn": FUNCTION, "Layers": []}),
    ("a build whose image nothing tells", "aws_codebuild_project", {"name": "p", "arn": "arn:p", "environment": None}, "p"),
    ("fleets of nothing", "aws_ec2_fleet", {"fleet_id": "f", "fleet_state": "s", "launch_template_configs": None}, {"FleetId": "f", "FleetState": "s", "LaunchTemplateConfigs": []}),
    ("a request of nothing", "aws_ec2_spot_fleet_request",
     {"spot_fleet_request_id": "s", "spot_fleet_request_state": "x", "launch_specifications": None, "launch_template_configs": None},
     {"SpotFleetRequestId": "s", "SpotFleetRequestState": "x", "SpotFleetRequestConfig": {"LaunchSpecifications": [], "LaunchTemplateConfigs": []}}),
]  # fmt: skip


@rows("why, name, row, first", SPARSE, ids=[row[0] for row in SPARSE])
def test_rows_with_empty_columns(why: str, name: str, row: dict[str, Any], first: Any) -> None:
    """Nothing, as AWS would say it; and no other answer beside it."""
    told = list(BY_NAME[name].items(row))
    assert [item for _, item in told] == ([] if first is None else [first])


def test_rows_of_nothing_launched() -> None:
    """A group of nodes without a template, a pool without providers, an image that is not shared."""
    assert list(BY_NAME["aws_eks_node_group"].items(NODES))[2] == (
        "eks:DescribeNodegroup",
        NODE_GROUP,
    )
    pool = {"identity_pool_id": POOL, "allow_unauthenticated_identities": False} | dict.fromkeys(
        ("supported_login_providers", "open_id_connect_provider_arns", "saml_provider_arns", "cognito_identity_providers"))  # fmt: skip
    assert list(BY_NAME["aws_cognito_identity_pool"].items(pool))[1][1] == {
        "IdentityPoolId": POOL, "AllowUnauthenticatedIdentities": False, "SupportedLoginProviders": {},
        "OpenIdConnectProviderARNs": [], "SamlProviderARNs": [], "CognitoIdentityProviders": []}  # fmt: skip
    odd = pool | {"allow_unauthenticated_identities": "t"}
    told = list(BY_NAME["aws_cognito_identity_pool"].items(odd))[1][1]
    assert told["AllowUnauthenticatedIdentities"] == "t", "which is no no: whoever reads it refuses"
    shared = list(BY_NAME["aws_ec2_ami"].items(IMAGE | {"launch_permissions": []}))
    assert shared[1] == (
        "ec2:DescribeImageAttribute",
        {"ImageId": "ami-1", "LaunchPermissions": []},
    )
    names = ("name", "autoscaling_group_arn", "launch_configuration_name", "launch_template_id", "launch_template_version")  # fmt: skip
    mixed = [f"mixed_instances_policy_launch_template_{one}" for one in ("id", "version", "overrides")]  # fmt: skip
    ((_, group),) = BY_NAME["aws_ec2_autoscaling_group"].items(dict.fromkeys((*names, *mixed)))
    nothing = {"LaunchTemplateId": None, "LaunchTemplateName": None, "Version": None}
    assert (group["LaunchTemplate"], group["MixedInstancesPolicy"]) == (
        nothing, {"LaunchTemplate": {"LaunchTemplateSpecification": nothing, "Overrides": []}})  # fmt: skip
