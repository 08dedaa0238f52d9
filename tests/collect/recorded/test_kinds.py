"""Each output of AWS, key by key: what it is of, whose it is, and what somebody cut from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.files.kinds import (  # fmt: skip
    KINDS,
    ROLE_LIST,
    SUMMARY,
    TEMPLATES,
    kind_of_items,
    kinds_of,
    told_by_arn,
)
from checker.collect.files.read import Reading, Where
from checker.collect.recorded.answers import Answers, Place
from checker.errors import InputError
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
EAST, WEST, SOUTH = "us-east-1", "eu-west-1", "ap-south-1"
ROLES, DOCUMENT = "iam:GetAccountAuthorizationDetails", {"Version": "2012-10-17", "Statement": []}


def iam(what: str) -> str:
    return f"arn:aws:iam::{A}:{what}"


def arn(service: str, region: str = EAST) -> str:
    return f"arn:aws:{service}:{region}:{A}:x/y"


ROLE = {"Arn": iam("role/r"), "RoleName": "r", "AssumeRolePolicyDocument": DOCUMENT}
FULL = ROLE | {"RolePolicyList": [], "AttachedManagedPolicies": []}
PLACED = {"InstanceId": "i-1", "Placement": {"AvailabilityZone": "us-west-2-lax-1a"}}
PCS = {"id": "c", "arn": arn("pcs")}
Row = tuple[str, str | None, Any, str, Place]
KIND: list[Row] = [
    (ROLES, "RoleDetailList", FULL, "Arn RoleName AssumeRolePolicyDocument RolePolicyList AttachedManagedPolicies", Place(A)),
    ("iam:ListRoles", "Roles", ROLE, "Arn RoleName AssumeRolePolicyDocument", Place(A)),
    ("iam:ListOpenIDConnectProviders", "OpenIDConnectProviderList", {"Arn": iam("oidc-provider/o")}, "Arn", Place(A)),
    ("iam:ListSAMLProviders", "SAMLProviderList", {"Arn": iam("saml-provider/s")}, "Arn", Place(A)),
    ("iam:GetSAMLProvider", None, {"SAMLMetadataDocument": "<x/>", "Arn": iam("saml-provider/s")}, "SAMLMetadataDocument", Place(A)),
    ("iam:GetAccountSummary", "SummaryMap", {"Roles": 7}, "Roles", Place(C)),
    ("organizations:ListAccounts", "Accounts", {"Id": A, "Arn": "a"}, "Id Arn", Place(C)),
    ("organizations:DescribeOrganization", "Organization", {"Id": "o-1", "MasterAccountId": A}, "Id MasterAccountId", Place(C)),
    ("ec2:DescribeRegions", "Regions", {"RegionName": EAST, "OptInStatus": "opted-in"}, "RegionName OptInStatus", Place(C)),
    ("ec2:DescribeInstances", "Reservations", {"OwnerId": A, "Instances": [{"InstanceId": "i-0"}, PLACED]}, "OwnerId Instances", Place(A, "us-west-2")),
    ("ec2:DescribeReplaceRootVolumeTasks", "ReplaceRootVolumeTasks", {"ReplaceRootVolumeTaskId": "t", "InstanceId": "i-1"},
     "ReplaceRootVolumeTaskId InstanceId", Place(C, SOUTH)),
    ("ec2:DescribeImages", "Images", {"ImageId": "ami-1", "OwnerId": C, "Public": False}, "ImageId OwnerId Public", Place(C, SOUTH)),
    ("ec2:DescribeInstanceImageMetadata", "InstanceImageMetadata",
     {"InstanceId": "i-1", "ImageMetadata": {"ImageId": "ami-1"}, "OwnerId": A, "AvailabilityZone": "eu-west-1b"}, "InstanceId ImageMetadata", Place(A, WEST)),
    ("ec2:GetAllowedImagesSettings", None, {"State": "disabled", "ManagedBy": "account"}, "State ManagedBy", Place(C, SOUTH)),
    ("ec2:DescribeImageAttribute", None, {"ImageId": "ami-1", "LaunchPermissions": []}, "ImageId LaunchPermissions", Place(C, SOUTH)),
    ("ec2:GetImageAncestry", None, {"ImageAncestryEntries": []}, "ImageAncestryEntries", Place(C, SOUTH)),
    ("ec2:DescribeLaunchTemplateVersions", "LaunchTemplateVersions",
     {"LaunchTemplateId": "lt-1", "VersionNumber": 1, "DefaultVersion": True, "LaunchTemplateData": {}},
     "LaunchTemplateId VersionNumber DefaultVersion LaunchTemplateData", Place(C, SOUTH)),
    ("ec2:DescribeLaunchTemplates", "LaunchTemplates", {"LaunchTemplateId": "lt-1", "DefaultVersionNumber": 1, "LatestVersionNumber": 2},
     "LaunchTemplateId DefaultVersionNumber LatestVersionNumber", Place(C, SOUTH)),
    ("autoscaling:DescribeAutoScalingGroups", "AutoScalingGroups",
     {"AutoScalingGroupName": "g", "AutoScalingGroupARN": arn("autoscaling"), "LaunchTemplate": {}}, "AutoScalingGroupName AutoScalingGroupARN", Place(A, EAST)),
    ("autoscaling:DescribeLaunchConfigurations", "LaunchConfigurations",
     {"LaunchConfigurationName": "l", "LaunchConfigurationARN": arn("autoscaling"), "ImageId": "ami-1"},
     "LaunchConfigurationName LaunchConfigurationARN ImageId", Place(A, EAST)),
    ("ec2:DescribeSpotInstanceRequests", "SpotInstanceRequests", {"SpotInstanceRequestId": "s", "State": "active"}, "SpotInstanceRequestId State", Place(C, SOUTH)),
    ("ec2:DescribeSpotFleetRequests", "SpotFleetRequestConfigs", {"SpotFleetRequestId": "s", "SpotFleetRequestConfig": {}},
     "SpotFleetRequestId SpotFleetRequestConfig", Place(C, SOUTH)),
    ("ec2:DescribeFleets", "Fleets", {"FleetId": "f", "FleetState": "active", "LaunchTemplateConfigs": []}, "FleetId FleetState LaunchTemplateConfigs", Place(C, SOUTH)),
    ("batch:DescribeComputeEnvironments", "computeEnvironments",
     {"computeEnvironmentName": "e", "computeEnvironmentArn": arn("batch"), "computeResources": {}}, "computeEnvironmentName computeEnvironmentArn", Place(A, EAST)),
    ("eks:ListClusters", "clusters", "c", "", Place(C, SOUTH)),
    ("eks:ListNodegroups", "nodegroups", "n", "", Place(C, SOUTH)),
    ("eks:DescribeNodegroup", "nodegroup", {"nodegroupName": "n", "nodegroupArn": arn("eks"), "clusterName": "c"}, "nodegroupName nodegroupArn clusterName", Place(A, EAST)),
    ("pcs:ListClusters", "clusters", PCS, "id arn", Place(A, EAST)),
    ("pcs:ListComputeNodeGroups", "computeNodeGroups", PCS | {"clusterId": "c"}, "id arn clusterId", Place(A, EAST)),
    ("pcs:GetComputeNodeGroup", "computeNodeGroup", PCS | {"clusterId": "c"}, "id arn clusterId", Place(A, EAST)),
    ("sagemaker:ListClusters", "ClusterSummaries", {"ClusterName": "c", "ClusterArn": arn("sagemaker")}, "ClusterName ClusterArn", Place(A, EAST)),
    ("sagemaker:DescribeCluster", None, {"ClusterArn": arn("sagemaker"), "ClusterName": "c", "InstanceGroups": []}, "ClusterArn ClusterName InstanceGroups", Place(A, EAST)),
    ("codebuild:ListFleets", "fleets", arn("codebuild"), "", Place(C, SOUTH)),
    ("codebuild:BatchGetFleets", "fleets", {"arn": arn("codebuild"), "name": "f"}, "arn name", Place(A, EAST)),
    ("imagebuilder:ListImageRecipes", "imageRecipeSummaryList", {"arn": arn("imagebuilder")}, "arn", Place(A, EAST)),
    ("imagebuilder:ListImagePipelines", "imagePipelineList", {"arn": arn("imagebuilder")}, "arn", Place(A, EAST)),
    ("imagebuilder:GetImageRecipe", "imageRecipe", {"arn": arn("imagebuilder"), "parentImage": "p"}, "arn parentImage", Place(A, EAST)),
    ("rolesanywhere:ListTrustAnchors", "trustAnchors", {"trustAnchorArn": arn("rolesanywhere"), "source": {}}, "trustAnchorArn source", Place(A, EAST)),
    ("cognito-identity:ListIdentityPools", "IdentityPools", {"IdentityPoolId": "eu-west-1:x"}, "IdentityPoolId", Place(C, WEST)),
    ("cognito-identity:DescribeIdentityPool", None, {"IdentityPoolId": "eu-west-1:x", "AllowUnauthenticatedIdentities": False},
     "IdentityPoolId AllowUnauthenticatedIdentities", Place(C, WEST)),
    ("cognito-idp:ListUserPools", "UserPools", {"Id": "eu-west-1_x"}, "Id", Place(C, WEST)),
    ("lambda:ListFunctions", "Functions", {"FunctionName": "f", "FunctionArn": arn("lambda")}, "FunctionName FunctionArn", Place(A, EAST)),
    ("ssm:ListAssociations", "Associations", {"AssociationId": "a", "Name": "n"}, "AssociationId Name", Place(C, SOUTH)),
    ("cloudformation:DescribeStacks", "Stacks", {"StackId": arn("cloudformation"), "StackName": "s", "Tags": []}, "StackId StackName Tags", Place(A, EAST)),
    ("codebuild:ListProjects", "projects", "p", "", Place(C, SOUTH)),
    ("codebuild:BatchGetProjects", "projects", {"name": "p", "arn": arn("codebuild"), "environment": {}}, "name arn environment", Place(A, EAST)),
    ("ssm:GetParameters", "Parameters", {"Name": "p", "Type": "String", "Value": "ami-1"}, "Name Type Value", Place(C, SOUTH)),
]  # fmt: skip
NAMES = [f"{row[0]} {row[1]}" for row in KIND]
ONE = {"SummaryMap", "Organization", "nodegroup", "computeNodeGroup", "imageRecipe"}
"""Keys of one thing that is no list."""
GIVEN = Where(C, SOUTH)


def output(key: str | None, *items: Any) -> Any:
    if key is None or key in ONE:
        return {key: items[0]} if key else items[0]
    return {key: [*items]}


def reading(content: Any, path: str = "x.json", where: Where = GIVEN) -> Reading:
    one = Reading(Answers(), Path(path), where)
    one.read(content if isinstance(content, bytes) else json.dumps(content).encode())
    return one


def placed(answers: Answers) -> dict[Place, dict[str, list[Any]]]:
    return {at: {call: one.items for call, one in calls.items()} for at, calls in answers.given.items()}  # fmt: skip


def test_the_kinds_that_are_read() -> None:
    """One that nobody asks for any more."""
    assert [(kind.call.name, kind.key) for kind in KINDS] == [(row[0], row[1]) for row in KIND]
    once = {row[0] for row in KIND if row[4].region is None}
    assert {kind.call.name for kind in KINDS if not kind.regional} == once
    own = [kind for kind in KINDS if kind.call in (ROLE_LIST, SUMMARY, TEMPLATES)]
    assert [kind.call.key for kind in own] == [kind.key for kind in own]


RECORDED_AS = {
    "iam:ListRoles": ROLES, "eks:ListNodegroups": "eks:ListNodegroups/names",
    "ec2:DescribeLaunchTemplateVersions": "ec2:DescribeLaunchTemplateVersions/one",
}  # fmt: skip


@rows("call, key, item, needed, place", KIND, ids=NAMES)
def test_what_an_output_is_of(call: str, key: str | None, item: Any, needed: str, place: Place) -> None:  # fmt: skip
    """Somebody else's account or region, told by an option where the item itself tells."""
    ((kind, items),) = kinds_of(output(key, item))
    assert (kind.call.name, items, kind.lacks(item)) == (call, [item], [])
    read = reading(output(key, item))
    assert read.calls == {call}
    if call.startswith("organizations:"):
        told = ([item], []) if key == "Accounts" else ([], [item])
        assert (read.answers.members, read.answers.organizations, placed(read.answers)) == (*told, {})  # fmt: skip
        return
    recorded = [{"nodegroups": [item]}] if key == "nodegroups" else [item]
    if key == "Roles":
        recorded = [item | {"RolePolicyList": []}]
    calls = {RECORDED_AS.get(call, call): recorded} | ({f"{ROLES}/Policies": []} if call == ROLES else {})  # fmt: skip
    assert placed(read.answers) == {place: calls}
    assert (read.answers.gaps, read.answers.sure) == ([], {place.account})


OTHER: dict[type, Any] = {str: 7, int: "7", bool: "true", list: {}, dict: []}


@rows("call, key, item, needed, place", KIND, ids=NAMES)
def test_what_somebody_cut(call: str, key: str | None, item: Any, needed: str, place: Place) -> None:  # fmt: skip
    """Each key that is needed, left out or of another type: the item is none, and a gap says so."""
    if not needed:
        return
    (kind,) = [kind for kind in KINDS if (kind.call.name, kind.key) == (call, key)]
    assert kind.needed == tuple(needed.split()) and kind.lacks("no item") == needed.split()
    for one in needed.split():
        less = {name: value for name, value in item.items() if name != one}
        wrong = item | {one: OTHER[type(item[one])]}
        assert [kind.lacks(bad) for bad in (less, wrong, item | {one: None})] == [[one]] * 3
        if key is None:
            assert (kinds_of(less), len(kinds_of(wrong))) == ([], 1)
            continue
        if key in ("clusters", "fleets") or (key == "projects" and one != "environment"):
            assert kinds_of(output(key, less)) == []
            continue
        where = kind.told(less)
        at = Place(where[0] or C, (where[1] or SOUTH) if kind.regional else None)
        answers = reading(output(key, less)).answers
        if call.startswith("organizations:"):
            said = (None, None, call, f"x.json: items without {', '.join(needed.split())}")
            assert answers.members == answers.organizations == []
        else:
            text = f"x.json: 1 items without {one}: give whole output, without --query"
            said = (*at, ROLES if key == "Roles" else call, text)
        bare = call == ROLES and one in ("RolePolicyList", "AttachedManagedPolicies")
        gaps = [(gap.account, gap.region, gap.call, gap.message) for gap in answers.gaps]
        assert (gaps, answers.unjudged) == (([], {ROLE["Arn"]}) if bare else ([said], set())), one


def test_a_document_is_an_object_or_a_text() -> None:
    """As IAM's own answers have it, encoded; nothing else is a trust policy."""
    (kind,) = [kind for kind in KINDS if kind.key == "Roles"]
    told = [kind.lacks(ROLE | {"AssumeRolePolicyDocument": one}) for one in ("%7B%7D", {}, [], 7)]
    assert told == [[], [], ["AssumeRolePolicyDocument"], ["AssumeRolePolicyDocument"]]


GROUP = {"AutoScalingGroupName": "g", "AutoScalingGroupARN": arn("autoscaling")}
ENVIRONMENT = {"computeEnvironmentName": "e", "computeEnvironmentArn": arn("batch")}
BESIDES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("a template", "AutoScalingGroups", {"LaunchTemplate": {}}, []), ("several kinds of instances", "AutoScalingGroups", {"MixedInstancesPolicy": {}}, []),
    ("a configuration", "AutoScalingGroups", {"LaunchConfigurationName": "l"}, []), ("nothing that it launches", "AutoScalingGroups", {}, ["LaunchTemplate"]),
    ("what it launches", "computeEnvironments", {"computeResources": {}, "type": "MANAGED"}, []), ("its owner manages it", "computeEnvironments", {"type": "UNMANAGED"}, []),
    ("AWS does", "computeEnvironments", {"type": "MANAGED"}, ["computeResources"]), ("nobody tells who does", "computeEnvironments", {}, ["computeResources"]),
]  # fmt: skip


@rows("why, key, more, lacking", BESIDES)
def test_what_depends_on_the_item(why: str, key: str, more: Any, lacking: list[str]) -> None:
    """A group of which no file tells what it launches would launch nothing."""
    item = (GROUP if key == "AutoScalingGroups" else ENVIRONMENT) | more
    ((kind, _),) = kinds_of({key: [item]})
    assert kind.lacks(item) == lacking


ALONE = {
    "iam:ListOpenIDConnectProviders": None, "iam:ListSAMLProviders": None, "iam:GetAccountSummary": None, "imagebuilder:ListImageRecipes": None,
    "imagebuilder:ListImagePipelines": None, "cognito-identity:ListIdentityPools": None, "cognito-idp:ListUserPools": None,
    "imagebuilder:GetImageRecipe": "imagebuilder:GetImageRecipe", "pcs:GetComputeNodeGroup": "pcs:ListComputeNodeGroups", "codebuild:ListProjects": None,
    "iam:GetSAMLProvider": None, "ec2:GetAllowedImagesSettings": None, "ec2:DescribeImageAttribute": None, "ec2:GetImageAncestry": None,
    "sagemaker:DescribeCluster": "sagemaker:ListClusters", "cognito-identity:DescribeIdentityPool": None, "eks:ListClusters": None,
    "eks:ListNodegroups": None, "codebuild:ListFleets": None,
}  # fmt: skip
"""What a list of items alone is taken for, where it is not what it is."""


@rows("call, key, item, needed, place", KIND, ids=NAMES)
def test_a_list_without_its_key(call: str, key: str | None, item: Any, needed: str, place: Place) -> None:  # fmt: skip
    """One key is too little to tell what an item is."""
    found = kind_of_items([item, item])
    assert (found and found.call.name) == ALONE.get(call, call)
    assert kind_of_items([item, {}]) is kind_of_items([]) is None


EMPTY: list[tuple[str, str, str | None]] = [
    ("clusters", "x", None), ("clusters", "eks", "eks:ListClusters"), ("clusters", "PCS-of-us", "pcs:ListClusters"), ("clusters", "pcs.eks", "eks:ListClusters"),
    ("fleets", "codebuild-list-fleets", "codebuild:ListFleets"), ("fleets", "codebuilds", None), ("nodegroups", "x", "eks:ListNodegroups"), ("Roles", "x", "iam:ListRoles"),
]  # fmt: skip


@rows("key, name, call", EMPTY)
def test_an_empty_list(key: str, name: str, call: str | None) -> None:
    """It says nothing of what it is, where two calls have lists of that name."""
    if call is None:
        with pytest.raises(InputError) as caught:
            reading({key: []}, f"{name}.json")
        calls = [kind.call.name for kind in KINDS if kind.key == key]
        assert caught.value.message == f"is empty, and may be of {' or '.join(calls)}"
    else:
        assert reading({key: []}, f"{name}.json").calls == {call}


ARNS: list[tuple[object, tuple[str | None, str | None]]] = [
    (f"arn:aws:iam::{A}:role/r", (A, None)), (f"arn:aws:ec2:{EAST}:{A}:x:y", (A, EAST)), (f"arn:aws:ec2:{EAST}:{A}", (None, None)),
    (f"urn:aws:ec2:{EAST}:{A}:x", (None, None)), (f"arn:aws:ec2:{EAST}:aws:x", (None, None)), (f"arn:aws:ec2:{EAST}:{A}1:x", (None, None)), (None, (None, None)),
]  # fmt: skip


@rows("arn, expected", ARNS)
def test_whose_an_arn_is(arn: object, expected: Any) -> None:
    """AWS's own ARNs, and what is none, are nobody's."""
    assert told_by_arn(arn) == expected


def instances(*held: Any, **more: Any) -> dict[str, Any]:
    return {"Reservations": [{"OwnerId": A, "Instances": [*held]} | more]}


def at(zone: Any) -> dict[str, Any]:
    return {"Placement": {"AvailabilityZone": zone}}


ZONES: list[tuple[str, Any, Place]] = [
    ("a zone's", instances(at("us-east-1a")), Place(A, EAST)), ("a local zone's", instances(at("us-west-2-lax-1a")), Place(A, "us-west-2")),
    ("in the government's", instances(at("us-gov-west-1b")), Place(A, "us-gov-west-1")), ("no zone", instances(at("x")), Place(A, SOUTH)),
    ("no text", instances(at(None)), Place(A, SOUTH)), ("the first that tells", instances({}, {"Placement": 7}, 7, at("?"), at("eu-west-1a"), at("us-east-1a")), Place(A, WEST)),
    ("no owner", instances(at("us-east-1a"), OwnerId="x"), Place(C, EAST)), ("an owner of eleven digits", instances(OwnerId=A[1:]), Place(C, SOUTH)),
    ("no instance", instances(), Place(A, SOUTH)),
]  # fmt: skip


@rows("why, content, place", ZONES)
def test_where_instances_are(why: str, content: Any, place: Place) -> None:
    """Their zone tells the region; whose they are, their reservation."""
    assert list(reading(content).answers.given) == [place]


def test_instances_that_are_no_list() -> None:
    """They are cut, and where they are nobody tells."""
    answers = reading({"Reservations": [{"OwnerId": A, "Instances": 7}]}).answers
    assert [(gap.account, gap.region, gap.code) for gap in answers.gaps] == [(A, SOUTH, "CutOutput")]  # fmt: skip


POOLS = [("eu-west-1:x", WEST), ("eu-west-1", WEST), ("pool", SOUTH), ("x-eu-west-1", SOUTH), ("", SOUTH)]  # fmt: skip


@rows("id_, region", POOLS)
def test_where_a_pool_is(id_: str, region: str) -> None:
    """Its id begins with its region."""
    assert list(reading({"IdentityPools": [{"IdentityPoolId": id_}]}).answers.given) == [Place(C, region)]  # fmt: skip
