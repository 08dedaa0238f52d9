"""Roles, providers, images and what launches them, as AWS tells oddly of them: all that comes of it.

Each row says what AWS answers; `odd.jsonl` what becomes of it. Whoever changes a line on purpose
writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from checker.collect.aws import (
    autoscaling,
    batch,
    clusters,
    codebuild,
    cognito,
    config_hint,
    ec2,
    eks,
    fleets,
    guardrails,
    iam,
    images,
    rolesanywhere,
    sources,
)  # fmt: skip
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.aggregator import Aggregator
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
    ("a role a page behind its policy", whole(iam.roles), {"iam.get_account_authorization_details": (
        {"RoleDetailList": [], "Policies": [managed("arn:p", (allow("s3:PutObject"), True))]}, {"RoleDetailList": [role("a", "arn:p")], "Policies": [managed("arn:q", (allow("*"), True))]})}),
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
        "organizations.describe_policy": lambda asked: {"Content": "no JSON" if asked["PolicyId"] == "p-2" else '{"a":1}'}, "organizations.list_targets_for_policy": [{"TargetId": "b"}, {"TargetId": "a"}]}),
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

NOW, DEEP = "2026-11-20T06:00:00Z", "[" * 100_000
ROLE, MADE = "AWS::IAM::Role", "AWS::EC2::Instance"


def delivered(account: str, region: str | None = HOME, **more: Any) -> dict[str, Any]:
    return {"SourceId": account, "AwsRegion": region, "SourceType": "ACCOUNT", "LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": "2026-11-20T05:00:00+00:00"} | more  # fmt: skip


def item(arn: str, configuration: Any, account: str = OWN, **more: Any) -> str:
    return json.dumps({"accountId": account, "awsRegion": HOME, "arn": arn, "configuration": configuration, "configurationItemCaptureTime": "2026-11-19T06:00:00.000Z"} | more)  # fmt: skip


def config(sources: Any, **items: list[str]) -> Answers:
    """Items by the last part of their type."""
    recorder = item("arn:recorder", {"Recording": True, "RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": True}})  # fmt: skip
    given = {"ConfigurationRecorder": [recorder]} | items

    def selected(asked: dict[str, Any]) -> Any:
        kind = asked["Expression"].partition("'")[2].partition("'")[0].rpartition("::")[2]
        return {"Results": given.get(kind, [])}

    return {"config.describe_configuration_aggregator_sources_status": sources, "config.select_aggregate_resource_config": selected}  # fmt: skip


def aggregated(*regions: str, accounts: tuple[str, ...] = (OWN,)) -> Callable[[AccountRegion], Any]:
    """Its records and gaps, and of what it knows the rest."""

    def look(here: AccountRegion) -> Any:
        one = Aggregator(here, "all", NOW, 30)
        found = one.sources()
        yield from found
        yield from one.records(accounts, regions)
        one.missing(accounts, found, regions)
        yield from one.gaps
        yield Manual({region: sorted(ids) for region, ids in one.images.items()}, one.stale)

    return look


class Manual(msgspec.Struct):
    """What an aggregator counts beside its records."""

    images: dict[str, list[str]]
    stale: int


def hinted(begin: str = "2026-11-19T00:00:00Z") -> Callable[[AccountRegion], Any]:
    return lambda here: [config_hint.hint_of(here, "all", begin, NOW)]


def changed(account: str, at: Any = "2026-11-19T12:00:00Z") -> str:
    return json.dumps({"accountId": account, "configurationItemCaptureTime": at})


def hints(sources: Any, *results: str) -> Answers:
    return {"config.describe_configuration_aggregator_sources_status": sources, "config.select_aggregate_resource_config": {"Results": list(results)}}  # fmt: skip


OF_ROLE = {"roleName": "r", "path": "/p/", "assumeRolePolicyDocument": "%7B%7D"}
ARN = f"arn:aws:iam::{OWN}:role/r"
CONFIG_TOLD: list[Row] = [
    ("deliveries", aggregated(accounts=(OWN, "2", "3", "4", "5")), config([
        delivered(OWN), delivered("2", LastUpdateStatus="FAILED", LastErrorCode="Odd", LastErrorMessage="said"), delivered("3", LastUpdateStatus="OUTDATED"),
        delivered("4", LastUpdateTime="2026-10-21T05:59:59+00:00"), delivered("4", "eu-west-1", LastUpdateTime="2026-10-21T06:00:00+00:00"), delivered("5", None, LastUpdateTime=None),
        delivered("o-1", SourceType="ORGANIZATION", LastUpdateStatus="FAILED")])),
    ("deliveries that nobody may see", aggregated(), config(DENIED)), ("items that nobody may see", aggregated(), config([delivered(OWN)]) | {"config.select_aggregate_resource_config": DENIED}),
    ("a role, and all that it may be", aggregated(), config([delivered(OWN)], Role=[
        item(ARN, OF_ROLE, tags=[{"key": "k", "value": "v"}, {"key": "e"}]), item(ARN, OF_ROLE | {"path": "/older/"}, awsRegion="eu-west-1"), item(f"{ARN}2", OF_ROLE, account=ALIEN),
        item(f"{ARN}3", OF_ROLE, configurationItemCaptureTime="2026-10-21T05:59:59Z"), item(f"{ARN}4", {"roleName": "bare"}, configurationItemCaptureTime=None), item(f"{ARN}5", {}), item(f"{ARN}6", None), "{"])),
    ("what is nested too deep", aggregated(), config([delivered(OWN)], Role=[f'{{"x": {DEEP}', item(ARN, OF_ROLE)], ConfigurationRecorder=["{"], AutoScalingGroup=[
        f'{{"accountId": "{OWN}", "arn": "arn:g", "configuration": {{"a": {"[" * 600}{"]" * 600}}}}}'])),
    ("instances and templates", aggregated(), config([delivered(OWN)], Role=[item(ARN, OF_ROLE)], LaunchTemplate=[
        item("arn:t", {"LaunchTemplateName": "t", "LaunchTemplateData": {"ImageId": "ami-2"}}, resourceId="lt-1"), item("arn:u", {"LaunchTemplateData": {}}, resourceId="lt-2", resourceName="u"),
        item("arn:w", {"LaunchTemplateName": "w", "LaunchTemplateData": {"ImageId": "ami-3"}, "LatestVersionNumber": 2}, resourceId="lt-3")], Instance=[
        item("arn:i", {"imageId": "ami-1", "state": {"name": "running"}}, tags=[{"key": "Name", "value": "n"}]), item("arn:j", {"state": {"name": "terminated"}}), item("", {"imageId": ""}, resourceId="i-3"),
        item("arn:k", {"imageId": "resolve:ssm:/x"}), item("arn:l", {"imageId": "ami-4"}, awsRegion="eu-west-1")], AutoScalingGroup=[
        item("arn:g", {"autoScalingGroupName": "g", "launchTemplate": {"launchTemplateId": "lt-1"}}), item("arn:h", {"autoScalingGroupName": "h", "launchTemplate": {"launchTemplateName": "w", "version": "2"}})])),
    ("providers", aggregated(), config([delivered(OWN)], Role=[item(ARN, OF_ROLE)], OIDCProvider=[item(f"arn:aws:iam::{OWN}:oidc-provider/host", {}), item("arn:odd", {})],
        SAMLProvider=[item("arn:a", {"samlMetadataDocument": SAML}), item("arn:b", {"SamlMetadataDocument": SAML}), item("arn:c", {"SamlMetadataDocument": "odd"}), item("arn:d", {})])),
    ("fleets, environments and configurations", aggregated(), config([delivered(OWN)], Role=[item(ARN, OF_ROLE)], EC2Fleet=[item("arn:f", {"LaunchTemplateConfigs": [CONFIG]})],
        SpotFleet=[item("arn:s", {"SpotFleetRequestConfigData": {"LaunchSpecifications": [{"ImageId": "ami-1"}], "LaunchTemplateConfigs": [CONFIG]}})], LaunchConfiguration=[item("arn:c", {"launchConfigurationName": "c", "imageId": "ami-2"})],
        AutoScalingGroup=[item("arn:g", {"autoScalingGroupName": "g", "launchConfigurationName": "c"}), item("arn:h", {"autoScalingGroupName": "h", "launchConfigurationName": "d"})],
        ComputeEnvironment=[item("arn:e", {"ComputeResources": {"ImageId": "ami-3", "Ec2Configuration": [{"ImageIdOverride": "ami-4"}]}}), item("arn:x", {"status": "DELETED", "computeEnvironmentName": "x", "computeResources": {"imageId": "ami-3"}})])),
    ("of one region alone", aggregated("eu-west-1"), config([delivered(OWN), delivered(OWN, "eu-west-1")], Role=[item(ARN, OF_ROLE)], Instance=[item("arn:i", {"imageId": "ami-1"}), item("arn:j", {"imageId": "ami-2"}, awsRegion="eu-west-1")])),
    *((f"a recorder of {what}", aggregated(*regions), config([delivered(OWN), delivered(OWN, "eu-west-1")], Role=[item(ARN, OF_ROLE)], ConfigurationRecorder=[item("arn:a", group), item("arn:b", group, awsRegion="eu-west-1")]))
      for what, regions, group in (
          ("nothing any more", (), {"recording": False, "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}}), ("all but what is global", (), {"recordingGroup": {"allSupported": True}}),
          ("roles, of one region", ("eu-west-1",), {"recordingGroup": {"resourceTypes": [ROLE]}}), ("roles, said to be all", (), {"recordingGroup": {"allSupported": True, "resourceTypes": [ROLE], "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}}}),
          ("all but instances", (), {"recordingGroup": {"exclusionByResourceTypes": {"resourceTypes": [MADE]}, "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}}),
          ("all, as said today", (), {"recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True, "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}}}), ("what is no recorder", (), [1]), ("what nobody says", (), {}))),
    ("roles in one region, and in the other nothing", aggregated(), config([delivered(OWN), delivered(OWN, "eu-west-1")], Role=[item(ARN, OF_ROLE)], ConfigurationRecorder=[
        item("arn:a", {"recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}}), item("arn:b", {"recordingGroup": {"allSupported": True}}, awsRegion="eu-west-1")])),
    ("twelve accounts without roles", aggregated(accounts=tuple(map(str, range(12)))), config([delivered(str(n)) for n in range(12)], ConfigurationRecorder=[
        item(f"arn:{n}", {"recordingGroup": {"allSupported": True}}, account=str(n)) for n in range(12)])),
    ("an account that another delivers", aggregated(accounts=(ALIEN,)), config([delivered(OWN)], Role=[item(ARN, OF_ROLE)])),
    ("a hint", hinted(), hints([delivered(OWN), delivered(OWN, "eu-west-1", LastUpdateTime="2026-11-20T04:00:00+00:00"), delivered("2", LastUpdateStatus="FAILED"), delivered("3"), delivered("3", "b", LastUpdateTime=None)],
                               changed(OWN), changed(ALIEN, "2026-11-19T11:00:00Z"), changed(OWN, "2026-11-19T10:00:00Z"), changed("3", "2026-11-18T23:59:59Z"), changed("4", "2026-11-19T12:00:00Z"))),
    ("of nobody", hinted(), hints([])), ("of which a page is lost", hinted(), hints(([delivered(OWN)], DENIED), changed(ALIEN))), ("that nobody may see", hinted(), hints(DENIED)), ("in no order", hinted(), hints([delivered(OWN)], changed(OWN), changed(ALIEN, "2026-11-19T13:00:00Z"))),
    *((f"of an item that is {what}", hinted(), hints([delivered(OWN)], text, changed(OWN))) for what, text in (
        ("cut", "{"), ("of no account", "{}"), ("of no time", changed(OWN, "odd")), ("of another time", changed(OWN, 7)), ("nested too deep", f'{{"x": {DEEP}'))),
]  # fmt: skip
ROWS = [*ACCOUNT, *LAUNCHED, *IMAGES, *CONFIG_TOLD]


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


def test_a_policy_that_is_nested_too_deep_is_a_text() -> None:
    """Catches a collection that ends by the depth of one policy of the organization."""
    answers = {"organizations.list_policies": [{"Id": "p"}], "organizations.describe_policy": {"Content": DEEP}}  # fmt: skip
    found = looked(lambda here: guardrails.resource_control_policies(here) or (), answers)
    assert [one["document"] for one in found["records"]] == [DEEP]
