"""Roles, providers, images and what launches them, as AWS tells oddly of them: all that comes of it.

Each row says what AWS answers; `odd.jsonl` what becomes of it. Whoever changes a line on purpose
writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from checker.collect.aws import (
    autoscaling, batch, clusters, codebuild, cognito, ec2, eks, fleets, guardrails, iam, images, rolesanywhere, sources,
)  # fmt: skip
from checker.collect.aws.account_region import AccountRegion
from checker.snapshot.records import ImageUse
from tests.collect.odd import HOME, OWN, Answers, Row, golden, looked
from tests.support.rows import rows

GOLDEN = Path(__file__).with_name("odd.jsonl")
ALIEN, DENIED = "900000000017", "AccessDenied"


def whole(source: Callable[[AccountRegion], Any]) -> Callable[[AccountRegion], Any]:
    """What an account has once."""
    return lambda here: source(here.whole or here)


def role(name: str, *attached: str, inline: Any = (), boundary: str | None = None, **more: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "Arn": f"arn:aws:iam::{OWN}:role/{name}", "RoleName": name, "AssumeRolePolicyDocument": {"Statement": []},
        "AttachedManagedPolicies": [{"PolicyArn": one} for one in attached], "RolePolicyList": [{"PolicyDocument": one} for one in inline],
        **({"PermissionsBoundary": {"PermissionsBoundaryArn": boundary}} if boundary else {}), **more,
    }  # fmt: skip


def allow(*actions: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": list(actions), "Resource": "*"}]}


def managed(arn: str, *versions: tuple[Any, bool]) -> dict[str, Any]:
    return {"Arn": arn, "PolicyVersionList": [{"Document": text, "IsDefaultVersion": default} for text, default in versions]}  # fmt: skip


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n"
SECOND, NONE = CERTIFICATE.replace("MAAA", "MAAB"), CERTIFICATE.replace("MAAA", "AAAA")
SAML = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp"/>'


def anchor(arn: str, **data: Any) -> dict[str, Any]:
    return {"trustAnchorArn": arn, "source": {"sourceData": data}}


def pool(id_: str, *logins: str | None, guests: bool = False, **more: Any) -> dict[str, Any]:
    return {"IdentityPoolId": id_, "AllowUnauthenticatedIdentities": guests,
            "CognitoIdentityProviders": [{"ProviderName": one} if one else {} for one in logins], **more}  # fmt: skip


def pools(*described: Any, users: Any = ()) -> Answers:
    known = {one["IdentityPoolId"]: one for one in described if isinstance(one, dict)}
    return {
        "cognito-identity.list_identity_pools": [{"IdentityPoolId": one} for one in [*known, *("denied" for one in described if one == DENIED)]],
        "cognito-identity.describe_identity_pool": lambda asked: known.get(asked["IdentityPoolId"], DENIED), "cognito-idp.list_user_pools": users,
    }  # fmt: skip


ACCOUNT: list[Row] = [
    ("roles over two pages", whole(iam.roles), {"iam.get_account_authorization_details": (
        {"RoleDetailList": [role("a", "arn:p", "arn:q", Path="/x/", Tags=[{"Key": "k", "Value": "v"}, {"Key": "e"}], RoleLastUsed={"LastUsedDate": "2026-11-20T12:00:00+02:00"}),
                            role("b", inline=[allow("s3:GetObject")], boundary="arn:p"), role("c", "arn:unknown"), role("d", boundary="arn:unknown", inline=[allow("s3:PutObject")])]},
        {"RoleDetailList": [role("e", "arn:old"), role("f", inline=[allow("*")])], "Policies": [
            managed("arn:p", (allow("*"), False), (allow("s3:GetObject", "secretsmanager:GetSecretValue"), True)), managed("arn:q", (allow("ec2:RunInstances"), True)), managed("arn:old", (allow("*"), False))]})}),
    ("a role that acts as an administrator", whole(iam.roles), {"iam.get_account_authorization_details": {"RoleDetailList": [
        role("a", inline=[{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{OWN}:role/b"}}]),
        role("b", inline=[allow("*")], AssumeRolePolicyDocument={"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": OWN}}]}),
        role("c", inline=[{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{ALIEN}:role/b"}}])]}}),
    ("roles are refused", whole(iam.roles), {"iam.get_account_authorization_details": DENIED}),
    ("providers of OIDC", whole(iam.oidc_providers), {"iam.list_open_id_connect_providers": [{"Arn": f"arn:aws:iam::{OWN}:oidc-provider/host/path"}, {"Arn": "arn:odd"}]}),
    ("providers of SAML", whole(iam.saml_providers), {"iam.list_saml_providers": [{"Arn": "arn:a"}, {"Arn": "arn:b"}, {"Arn": "arn:c"}],
                                                      "iam.get_saml_provider": lambda asked: {"arn:a": {"SAMLMetadataDocument": SAML}, "arn:b": {"SAMLMetadataDocument": "odd"}}.get(asked["SAMLProviderArn"], DENIED)}),
    ("resource control policies", lambda here: guardrails.resource_control_policies(here) or (), {
        "organizations.list_policies": [{"Id": "p-2"}, {"Id": "p-1", "Name": "n"}, {"Id": "p-0", "AwsManaged": True}],
        "organizations.describe_policy": lambda asked: {"Content": "[" * 2_000 if asked["PolicyId"] == "p-2" else '{"a":1}'}, "organizations.list_targets_for_policy": [{"TargetId": "b"}, {"TargetId": "a"}]}),
    *((f"resource control policies, {code}", lambda here: guardrails.resource_control_policies(here) or (), {"organizations.list_policies": [{"Id": "p"}], "organizations.describe_policy": {"Content": "{}"}, f"organizations.{call}": code})
      for call, code in (("list_policies", "AWSOrganizationsNotInUseException"), ("describe_policy", "UnsupportedAPIEndpointException"), ("list_targets_for_policy", DENIED), ("list_targets_for_policy", "ServiceException"))),
    ("anchors of trust", rolesanywhere.trust_anchors, {"rolesanywhere.list_trust_anchors": [
        anchor("arn:pca", acmPcaArn="arn:ca", x509CertificateData=CERTIFICATE), anchor("arn:one", x509CertificateData=CERTIFICATE), anchor("arn:two", x509CertificateData=SECOND + CERTIFICATE + SECOND),
        anchor("arn:none", x509CertificateData=NONE), anchor("arn:half", x509CertificateData=CERTIFICATE + NONE), anchor("arn:odd", x509CertificateData=CERTIFICATE.replace("MAAA", "M*")), anchor("arn:empty"), {"trustAnchorArn": "arn:bare"}]}),
    ("pools of identities", cognito.identity_pools, pools(
        pool("1", "host/ours", "host/theirs", None), pool("2", guests=True, SupportedLoginProviders={"z": "1", "a": "2"}, OpenIdConnectProviderARNs=["arn:o"], SamlProviderARNs=["arn:s"]), DENIED, users=[{"Id": "ours"}])),
    ("pools without users", cognito.identity_pools, pools(pool("1"))), ("users that nobody may see", cognito.identity_pools, pools(pool("1", "host/ours"), users=DENIED)),
]  # fmt: skip


def spec(**named: str) -> dict[str, Any]:
    return {"LaunchTemplateSpecification": named}


def task(instance: str, image: str | None, start: str = "1", state: str | None = "succeeded") -> dict[str, Any]:  # fmt: skip
    return {"InstanceId": instance, "ImageId": image, "StartTime": start, "TaskState": state}


CONFIG = {**spec(LaunchTemplateId="lt-1"), "Overrides": [{"ImageId": "ami-9"}, spec(LaunchTemplateName="n", Version="2"), spec(LaunchTemplateId="lt-1"), {}]}  # fmt: skip
STATES = ("active", "submitted", "modifying", "deleted_running", "cancelled", "cancelled_terminating", "closed", "failed", "deleted", "deleted_terminating")  # fmt: skip
LAUNCHED: list[Row] = [
    ("instances", ec2.instances, {
        "ec2.describe_instances": [{"Instances": [{"InstanceId": f"i-{state}", "State": {"Name": state}, "ImageId": "ami-1"} for state in ("pending", "running", "shutting-down", "stopping", "stopped", "terminated")]},
                                   {"Instances": [{"InstanceId": "i-x", "State": {"Name": "running"}, "Tags": [{"Key": "N", "Value": "v"}, {"Key": "Name", "Value": "n"}], "ProductCodes": [{"ProductCodeId": "b"}, {"ProductCodeId": "a"}]}]}, {}],
        "ec2.describe_replace_root_volume_tasks": [task("i-running", "ami-3", "2"), task("i-running", "ami-2", "1"), task("i-stopped", "ami-1"), task("i-pending", None), task("i-gone", "ami-2"), task("i-x", "ami-4", state=None),
                                                   *(task("i-stopping", "ami-5", state=state) for state in ("failing", "failed", "failing-detached", "failed-detached"))]}),
    ("no instance", ec2.instances, {"ec2.describe_instances": [{"Instances": []}]}), ("roots that nobody may see", ec2.instances, {
        "ec2.describe_instances": [{"Instances": [{"InstanceId": "i", "State": {"Name": "running"}}]}], "ec2.describe_replace_root_volume_tasks": "UnauthorizedOperation"}),
    ("groups", autoscaling.auto_scaling_groups, {"autoscaling.describe_auto_scaling_groups": [
        {"AutoScalingGroupName": "a", "AutoScalingGroupARN": "arn:a", "LaunchConfigurationName": "c"}, {"AutoScalingGroupName": "b", "AutoScalingGroupARN": "arn:b", "LaunchTemplate": {"LaunchTemplateName": "n"}},
        {"AutoScalingGroupName": "d", "AutoScalingGroupARN": "arn:d", "MixedInstancesPolicy": {"LaunchTemplate": CONFIG}}, {"AutoScalingGroupName": "e", "AutoScalingGroupARN": "arn:e"}]}),
    ("configurations", autoscaling.launch_configurations, {"autoscaling.describe_launch_configurations": [
        {"LaunchConfigurationName": "a", "LaunchConfigurationARN": "arn:a", "ImageId": "ami-1"}, {"LaunchConfigurationName": "b", "LaunchConfigurationARN": "arn:b"}]}),
    ("requests for spot", fleets.spot_requests, {"ec2.describe_spot_instance_requests": [
        {"SpotInstanceRequestId": f"{kind}-{state}", "State": state, "Type": kind, "LaunchSpecification": {"ImageId": "ami-1"}} for kind in ("one-time", "persistent", None) for state in (*STATES, "open", None)] + [{"SpotInstanceRequestId": "bare"}]}),
    ("fleets of spot", fleets.spot_fleets, {"ec2.describe_spot_fleet_requests": [
        {"SpotFleetRequestId": state, "SpotFleetRequestState": state, "SpotFleetRequestConfig": {"LaunchSpecifications": [{"ImageId": "ami-1"}, {}, {"ImageId": "ami-2"}, {"ImageId": "ami-1"}], "LaunchTemplateConfigs": [CONFIG]}} for state in STATES] + [{"SpotFleetRequestId": "bare"}]}),
    ("fleets of EC2", fleets.ec2_fleets, {"ec2.describe_fleets": [{"FleetId": state, "FleetState": state, "LaunchTemplateConfigs": [CONFIG]} for state in STATES] + [{"FleetId": "bare"}]}),
    ("groups of nodes", eks.node_groups, {
        "eks.list_clusters": ["c", "d"], "eks.list_nodegroups": lambda asked: ["a", "b", "x"] if asked["clusterName"] == "c" else DENIED,
        "eks.describe_nodegroup": lambda asked: {"a": {"nodegroupName": "a", "nodegroupArn": "arn:a", "status": "ACTIVE", "launchTemplate": {"id": "lt-1", "name": "n", "version": "3"}}, "b": {"nodegroupName": "b", "nodegroupArn": "arn:b"}}.get(asked["nodegroupName"], DENIED)}),
    ("environments of Batch", batch.compute_environments, {"batch.describe_compute_environments": [
        {"computeEnvironmentName": name, "computeEnvironmentArn": f"arn:{name}", "status": state, "computeResources": resources} for name, state, resources in (
            ("a", "VALID", {"imageId": "ami-1", "ec2Configuration": [{"imageIdOverride": "ami-2"}, {}, {"imageIdOverride": "ami-1"}], "launchTemplate": {"launchTemplateId": "lt-1", "version": "", "overrides": [{"launchTemplateName": "n", "version": "$Latest"}, {}]}}),
            ("b", "DELETED", {"imageId": "ami-1"}), ("c", None, {"imageId": "", "launchTemplate": {"launchTemplateName": "n"}}))]}),
    ("fleets of CodeBuild", codebuild.build_fleets, {"codebuild.list_fleets": [f"f{n}" for n in range(101)], "codebuild.batch_get_fleets": lambda asked: [
        {"arn": f"{len(asked['names'])}-{state}", "name": "n", "status": {"statusCode": state}, "imageId": image} for state, image in (("ACTIVE", "ami-1"), ("DELETING", "ami-1"), ("PENDING_DELETION", "ami-1"), ("CREATE_FAILED", "ami-1"), ("ACTIVE", None), (None, "ami-2"))]}),
    ("clusters of HyperPod", clusters.hyperpods, {
        "sagemaker.list_clusters": [{"ClusterName": "a"}, {"ClusterName": "x"}], "sagemaker.describe_cluster": lambda asked: DENIED if asked["ClusterName"] == "x" else {
            "ClusterArn": "arn:a", "ClusterName": "a", "ClusterStatus": "InService", "InstanceGroups": [
                {"InstanceGroupName": "own", "CurrentImageId": "ami-1", "DesiredImageId": "ami-2"}, {"InstanceGroupName": "same", "CurrentImageId": "ami-1", "DesiredImageId": "ami-1"},
                {"InstanceGroupName": "aws", "CurrentImageId": "ami-1", "DesiredImageId": "ami-2", "CurrentImageReleaseVersion": "1", "DesiredImageReleaseVersion": "2"}, {"InstanceGroupName": "none"},
                {"InstanceGroupName": "next", "CurrentImageId": "ami-1", "CurrentImageReleaseVersion": "1", "DesiredImageId": "ami-2"}, {"InstanceGroupName": "then", "CurrentImageId": "ami-1", "DesiredImageId": "ami-2", "DesiredImageReleaseVersion": "2"}]}}),
    ("nodes of PCS", clusters.compute_node_groups, {
        "pcs.list_clusters": [{"id": "c"}], "pcs.list_compute_node_groups": [{"id": one} for one in ("a", "b", "d", "e", "f", "g", "x")],
        "pcs.get_compute_node_group": lambda asked: {
            "a": {"arn": "arn:a", "name": "a", "status": "ACTIVE", "amiId": "ami-1", "customLaunchTemplate": {"id": "lt-1", "version": "1"}}, "b": {"arn": "arn:b", "customLaunchTemplate": {"id": "lt-1", "version": "1"}},
            "d": {"arn": "arn:d"}, **{one: {"arn": one, "status": state, "amiId": "ami-1"} for one, state in (("e", "DELETING"), ("f", "DELETED"), ("g", "CREATE_FAILED"))}}.get(asked["computeNodeGroupIdentifier"], DENIED)}),
]  # fmt: skip


def ami(id_: str, owner: str = OWN, **more: Any) -> dict[str, Any]:
    return {"ImageId": id_, "OwnerId": owner, "Name": f"n-{id_}", "Public": False, "State": "available", **more}  # fmt: skip


def step(id_: str, source: str | None = None, region: str | None = None, alias: str | None = None) -> dict[str, Any]:  # fmt: skip
    return {"ImageId": id_, "SourceImageId": source, "SourceImageRegion": region, "ImageOwnerAlias": alias}  # fmt: skip


def ec2_of(own: Any, others: Any = (), **more: Any) -> Answers:
    def described(asked: dict[str, Any]) -> Any:
        if isinstance(own, str) or "Owners" in asked:
            return own
        ids = asked["Filters"][0]["Values"]
        return others if isinstance(others, str) else [one for one in [*own, *others] if one["ImageId"] in ids]  # fmt: skip

    return {"ec2.describe_images": described, "ec2.get_image_ancestry": "AuthFailure", "ec2.describe_image_attribute": "InvalidAMIID.NotFound",
            "ec2.describe_instance_image_metadata": "NotImplemented"} | {f"ec2.{method}": answer for method, answer in more.items()}  # fmt: skip


def used(*ids: str | None, kind: str = "instance") -> Callable[[AccountRegion], Any]:
    uses = [ImageUse(resource="r", kind=kind, account=OWN, region=HOME, image_id=one) for one in ids]  # fmt: skip
    return lambda here: images.images(here, uses)


def seen(here: AccountRegion) -> Any:
    return images.seen_images(here, {HOME: {"ami-2", "ami-9"}, "eu-west-1": set()}, [OWN, ALIEN], ["eu-west-1", "eu-north-1"])  # fmt: skip


CHAINS = {
    "ami-1": [step("ami-1", "ami-2"), step("ami-2", "ami-3", "eu-west-1", alias="amazon"), step("ami-3", None, None, "self")], "ami-4": [step("ami-4", "ami-5")],
    "ami-6": [], "ami-7": [step("ami-7", "ami-8"), step("ami-8", "ami-7")],
}  # fmt: skip
IMAGES: list[Row] = [
    ("images that are used", used("ami-1", "ami-2", "ami-3", None, "ami-1", kind="launch-template"), ec2_of([ami("ami-1")], [ami("ami-2", ALIEN, ImageOwnerAlias="amazon", ProductCodes=[{"ProductCodeId": "c"}])])),
    ("what instances know", used("ami-1", "ami-2", "ami-3"), ec2_of([ami("ami-1")], [ami("ami-2", ALIEN, Public=True)], describe_instance_image_metadata=[
        {"ImageMetadata": {"ImageId": "ami-2", "OwnerId": "1", "ImageOwnerAlias": "1", "IsPublic": False, "State": "deregistered"}}, {"ImageMetadata": {"ImageId": "ami-3", "OwnerId": OWN, "State": "deregistered"}}, {}])),
    ("own ones that are public", used(), ec2_of([ami("ami-1", Public=True), ami("ami-2")])), ("own ones that nobody may list", used("ami-1"), ec2_of("UnauthorizedOperation")),
    ("with whom they are shared", used("ami-1", "ami-2"), ec2_of([ami("ami-1"), ami("ami-2", Public=True)], describe_image_attribute={"LaunchPermissions": [
        {"UserId": "2", "Group": "all"}, {"UserId": "1"}, {"OrganizationArn": "o", "Group": "x"}, {"OrganizationalUnitArn": "u"}, {"Group": "all"}, {}]})),
    ("which nobody may see", used("ami-1"), ec2_of([ami("ami-1")], describe_image_attribute="UnauthorizedOperation")),
    ("what they were made from", used("ami-1", "ami-4", "ami-6", "ami-7", "ami-9"), ec2_of([ami(one) for one in CHAINS], [ami("ami-2", ALIEN, ProductCodes=[{"ProductCodeId": "c"}]), ami("ami-3", "2", ImageOwnerAlias="2")],
                                                                                  get_image_ancestry=lambda asked: {"ImageAncestryEntries": CHAINS[asked["ImageId"]]})),
    ("ancestors in a region that is shut", used("ami-1"), ec2_of([ami("ami-1")], "AuthFailure", get_image_ancestry={"ImageAncestryEntries": CHAINS["ami-1"]})),
    ("whose ancestry may be told", used("ami-1", "ami-2", "ami-3", "ami-4"), ec2_of([], [ami("ami-1", ALIEN), ami("ami-2", ALIEN, Public=True), ami("ami-3", ALIEN, ImageOwnerAlias="x"), ami("ami-4", ALIEN, ProductCodes=[{"ProductCodeId": "c"}])], get_image_ancestry="UnauthorizedOperation")),
    ("what Image Builder publishes", used("arn:aws:imagebuilder:us-east-1:aws-marketplace:image/x/1", f"arn:aws:imagebuilder:us-east-1:{ALIEN}:image/x/1", "arn:aws:imagebuilder:us-east-1:third-party:image/x/1", "arn:aws:imagebuilder:us-east-1:aws:image/x/1"), ec2_of([])),
    ("what another account sees", seen, {"ec2.describe_images": lambda asked: [ami("ami-7", ALIEN, Public=True)] if "ExecutableUsers" in asked else [ami("ami-2", ALIEN)]}),
    ("settings", images.settings, {"ec2.get_allowed_images_settings": {"State": "enabled", "ManagedBy": "declarative-policy", "ImageCriteria": [
        {"ImageProviders": ["b", "a"], "ImageNames": ["z", "y"], "MarketplaceProductCodes": ["q", "p"]}, *({key: value} for key, value in (
            ("DeprecationTimeCondition", {"a": 1}), ("CreationDateCondition", {"a": 1}), ("ImageWatermarks", ["w"]), ("ScanResultCondition", {"a": 1}), ("ScanResultCondition", {})))]}}),
    *((f"settings that are {state or 'not told'}", images.settings, {"ec2.get_allowed_images_settings": {"State": state, "ImageCriteria": [{"ImageProviders": ["a"]}]}}) for state in ("disabled", "audit-mode", "")),
    ("settings that nobody may see", images.settings, {"ec2.get_allowed_images_settings": "UnauthorizedOperation"}), ("an endpoint without them", images.settings, {"ec2.get_allowed_images_settings": "InvalidAction"}),
    ("a region with nothing in it", sources.region_records, ec2_of([], get_allowed_images_settings={"State": "disabled"})), ("an account with nothing in it", whole(sources.account_records), {}),
]  # fmt: skip
ROWS = [*ACCOUNT, *LAUNCHED, *IMAGES]


@cache
def held() -> dict[str, Any]:
    return golden(GOLDEN, lambda: {why: looked(*row) for why, *row in ROWS})


def test_the_file_is_of_these_rows() -> None:
    """Catches a row whose answer nobody holds still."""
    assert list(held()) == [why for why, *_ in ROWS]


@rows("why, look, answers", ROWS)
def test_what_is_odd_is_told_as_it_was(why: str, look: Any, answers: Answers) -> None:
    """Catches a role, an image, whoever made it or a gap that is lost."""
    assert looked(look, answers) == held()[why]


def test_public_and_private_images_of_all() -> None:
    """Catches an own image that nobody uses, is shared, and is told only where that was asked for."""
    answers = ec2_of([ami("ami-1")], describe_image_attribute={"LaunchPermissions": [{"UserId": ALIEN}]})  # fmt: skip
    found = looked(used(), answers, all_image_permissions=True)
    assert [(one["image_id"], one["launch_permissions"]) for one in found["records"]] == [("ami-1", [ALIEN])]  # fmt: skip
    assert "records" not in looked(used(), answers)
