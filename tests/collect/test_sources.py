"""Where images are used, and where they come from: each source end to end, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.demo import images
from checker.demo.server import Answer, ApiCall
from tests.support.cli import vendorgate
from tests.support.collected import launch, organization, run
from tests.support.front import OWN, Calls, answer, aws, client, deny

VENDOR = "999999999999"
A, B, C = "ami-0000000000000000a", "ami-0000000000000000b", "ami-0000000000000000c"
REGION = ("--regions", "us-east-1")
Use = tuple[str, str | None, str | None]
"""Kind, image, via."""


def template(name: str, *versions: str | None) -> str:
    """A launch template with these images; its id."""
    ec2 = client("ec2")
    data = [{"ImageId": image} if image else {"InstanceType": "t3.nano"} for image in versions]
    made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data[0])
    for one in data[1:]:
        ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=one)
    return made["LaunchTemplate"]["LaunchTemplateId"]


def group(name: str, **what: Any) -> None:
    client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=0, MaxSize=0, AvailabilityZones=["us-east-1a"], **what
    )


def latest_and_default() -> None:
    template("web", A, B, C)


def without_an_image() -> None:
    template("bare", None)


def launch_configuration() -> None:
    client("autoscaling").create_launch_configuration(
        LaunchConfigurationName="old", ImageId=A, InstanceType="t3.nano"
    )
    group("legacy", LaunchConfigurationName="old")


def group_of_the_default_version() -> None:
    template("web", A)
    group("web", LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Default"})


def group_of_a_pinned_version() -> None:
    id_ = template("web", A, B, C)
    group("web", LaunchTemplate={"LaunchTemplateId": id_, "Version": "2"})


def group_with_overrides() -> None:
    template("base", A)
    template("arm", B)
    base = {"LaunchTemplateName": "base", "Version": "$Latest"}
    arm = {"LaunchTemplateName": "arm", "Version": "$Default"}
    overrides = [
        {"InstanceType": "t4g.nano", "LaunchTemplateSpecification": arm},
        {"InstanceType": "t3.nano"},
    ]
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": base, "Overrides": overrides}}
    group("mixed", MixedInstancesPolicy=mixed)


def eks_node_group() -> None:
    template("nodes", A)
    eks = client("eks")
    role = f"arn:aws:iam::{OWN}:role/eks"
    eks.create_cluster(name="prod", roleArn=role, resourcesVpcConfig={"subnetIds": [subnet()]})
    for name, more in (("plain", {}), ("own", {"launchTemplate": {"name": "nodes"}})):
        eks.create_nodegroup(
            clusterName="prod", nodegroupName=name, subnets=[subnet()], nodeRole=role, **more
        )


def batch_of_templates() -> None:
    template("all", A)
    template("arm", B, C)
    arm = {"launchTemplateName": "arm", "version": "$Latest", "targetInstanceTypes": ["t4g.nano"]}
    batch_environment({"launchTemplate": {"launchTemplateName": "all", "overrides": [arm]}})


def batch_of_images() -> None:
    configuration = {"imageType": "ECS_AL2", "imageIdOverride": B}
    batch_environment({"imageId": A, "ec2Configuration": [configuration]})


def batch_environment(images: dict[str, Any]) -> None:
    network = subnet()
    client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")
    client("iam").create_instance_profile(InstanceProfileName="batch")
    client("batch").create_compute_environment(
        computeEnvironmentName="jobs",
        type="MANAGED",
        serviceRole=f"arn:aws:iam::{OWN}:role/batch",
        computeResources={
            "type": "EC2",
            "minvCpus": 0,
            "maxvCpus": 1,
            "instanceTypes": ["t3.nano"],
            **images,
            "subnets": [network],
            "securityGroupIds": [
                client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
            ],
            "instanceRole": f"arn:aws:iam::{OWN}:instance-profile/batch",
        },
    )


def subnet() -> str:
    return client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


def parameters() -> None:
    ssm = client("ssm")
    ssm.put_parameter(Name="/images/web", Value=A, Type="String")
    template("named", "resolve:ssm:/images/web")
    template("lost", "resolve:ssm:/images/gone")


SOURCES: list[tuple[str, Callable[[], object], set[Use]]] = [
    ("a launch template's default and latest version", latest_and_default,
     {("launch-template", A, "version 1"), ("launch-template", C, "version 3")}),
    ("a launch template without an image", without_an_image, set()),
    ("a launch configuration and its group", launch_configuration,
     {("launch-configuration", A, None), ("auto-scaling-group", A, "launch configuration old")}),
    ("a group by its template's default", group_of_the_default_version,
     {("launch-template", A, "version 1"),
      ("auto-scaling-group", A, "launch template ID version $Default")}),
    ("a group that pins a version between", group_of_a_pinned_version,
     {("launch-template", A, "version 1"), ("launch-template", C, "version 3"),
      ("auto-scaling-group", B, "launch template ID version 2")}),
    ("a group of mixed instances with overrides", group_with_overrides,
     {("launch-template", A, "version 1"), ("launch-template", B, "version 1"),
      ("auto-scaling-group", A, "launch template ID version $Latest"),
      ("auto-scaling-group", B, "launch template arm version $Default")}),
    ("an EKS node group with an image of its own", eks_node_group,
     {("launch-template", A, "version 1"),
      ("eks-node-group", A, "launch template ID version $Default")}),
    ("a Batch compute environment", batch_of_images,
     {("batch-compute-environment", A, None), ("batch-compute-environment", B, None)}),
    ("a Batch compute environment by its templates", batch_of_templates,
     {("launch-template", A, "version 1"), ("launch-template", B, "version 1"),
      ("launch-template", C, "version 2"),
      ("batch-compute-environment", A, "launch template all version $Default"),
      ("batch-compute-environment", C, "launch template arm version $Latest")}),
    ("parameters in the place of images", parameters,
     {("launch-template", A, "version 1, resolve:ssm:/images/web"),
      ("launch-template", None, "version 1, resolve:ssm:/images/gone")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "build", "expected"), SOURCES, ids=[s[0] for s in SOURCES])
def test_sources(tmp_path: Path, why: str, build: Callable[[], object], expected: set[Use]) -> None:
    """Every place that names an image is found, and followed to the image."""
    with aws(images.describe_instance_image_metadata):
        build()
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == []
    found = {(u["kind"], u["image_id"], _generic(u["via"])) for u in snapshot["image_uses"]}
    assert found - {use for use in found if use[0] == "instance"} == expected
    assert {use[1] for use in expected} - {None} <= {i["image_id"] for i in snapshot["images"]}


def _generic(via: str | None) -> str | None:
    """Template ids are random."""
    words = ["ID" if word.startswith("lt-") else word for word in (via or "").split(" ")]
    return " ".join(words) or None


SPOT = f"""<spotFleetRequestConfigSet>
<item><spotFleetRequestId>sfr-1</spotFleetRequestId>
  <spotFleetRequestState>active</spotFleetRequestState><spotFleetRequestConfig>
  <launchSpecifications><item><imageId>{A}</imageId></item></launchSpecifications>
  <launchTemplateConfigs><item><launchTemplateSpecification><launchTemplateName>tmpl</launchTemplateName>
  <version>1</version></launchTemplateSpecification></item></launchTemplateConfigs>
  </spotFleetRequestConfig></item>
<item><spotFleetRequestId>sfr-2</spotFleetRequestId>
  <spotFleetRequestState>cancelled</spotFleetRequestState><spotFleetRequestConfig>
  <launchSpecifications><item><imageId>{C}</imageId></item></launchSpecifications>
  </spotFleetRequestConfig></item></spotFleetRequestConfigSet>"""
FLEET = f"""<fleetSet>
<item><fleetId>fleet-1</fleetId><fleetState>active</fleetState><launchTemplateConfigs><item>
  <launchTemplateSpecification><launchTemplateName>tmpl</launchTemplateName><version>1</version>
  </launchTemplateSpecification><overrides><item><imageId>{A}</imageId></item>
  <item><instanceType>t3.nano</instanceType></item></overrides></item></launchTemplateConfigs></item>
<item><fleetId>fleet-2</fleetId><fleetState>deleted</fleetState><launchTemplateConfigs><item>
  <launchTemplateSpecification><launchTemplateName>gone</launchTemplateName></launchTemplateSpecification>
  </item></launchTemplateConfigs></item></fleetSet>"""
BY_TEMPLATE = "launch template tmpl version 1"
FLEETS = [
    ("a Spot fleet", "DescribeSpotFleetRequests", SPOT,
     {("spot-fleet", A, None), ("spot-fleet", B, BY_TEMPLATE)}),
    ("an EC2 fleet whose override names an image", "DescribeFleets", FLEET,
     {("ec2-fleet", A, "override"), ("ec2-fleet", B, BY_TEMPLATE)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "action", "body", "expected"), FLEETS, ids=[f[0] for f in FLEETS])
def test_fleets(tmp_path: Path, why: str, action: str, body: str, expected: set[Use]) -> None:
    """Live ones by each way of theirs to name an image; moto runs fleets as it makes them."""
    whole = f"<{action}Response><requestId>r</requestId>{body}</{action}Response>"
    with aws(answer(action, whole)):
        template("tmpl", B)
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == []
    found = {(u["kind"], u["image_id"], u["via"]) for u in snapshot["image_uses"]}
    assert found == expected | {("launch-template", B, "version 1")}


SOLD = f"""<reservationSet><item><instancesSet><item>
  <instanceId>i-1</instanceId><imageId>{A}</imageId>
  <instanceState><name>running</name></instanceState>
  <productCodes><item><productCode>code2</productCode><type>marketplace</type></item>
  <item><productCode>code1</productCode><type>marketplace</type></item></productCodes>
</item></instancesSet></item></reservationSet>"""


def test_an_instance_tells_its_product_codes(tmp_path: Path) -> None:
    """An image that is no longer sold has no description that would tell them."""
    whole = f"<DescribeInstancesResponse><requestId>r</requestId>{SOLD}</DescribeInstancesResponse>"
    with aws(answer("DescribeInstances", whole)):
        (use,) = run(tmp_path, *REGION)["image_uses"]
    assert (use["image_id"], use["product_codes"]) == (A, ["code1", "code2"])


DENIALS = [
    ("DescribeLaunchTemplateVersions", "ec2"),
    ("DescribeSpotFleetRequests", "ec2"),
    ("DescribeFleets", "ec2"),
    ("DescribeAutoScalingGroups", "autoscaling"),
    ("DescribeLaunchConfigurations", "autoscaling"),
    ("GetAllowedImagesSettings", "ec2"),
    ("DescribeImages", "ec2"),
    ("DescribeImageAttribute", "ec2"),
    ("GetImageAncestry", "ec2"),
]


@pytest.mark.parametrize(("action", "service"), DENIALS)
def test_a_denied_source_is_one_gap(tmp_path: Path, action: str, service: str) -> None:
    """One gap for each corner, however often it was asked; the instance is there all the same."""
    with aws(deny(action, "AccessDenied"), images.describe_instance_image_metadata):
        for name in ("one", "two"):
            launch(name, client("ec2").register_image(Name=name)["ImageId"])
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == [(OWN, "us-east-1", f"{service}:{action}", "AccessDenied")]
    assert (snapshot.code, len(snapshot["image_uses"])) == (3, 2)


def test_all_template_versions(tmp_path: Path) -> None:
    """On request, at a call for each template that has more than one."""
    calls = Calls()
    with aws(calls):
        template("web", A, B, C)
        template("one", A)
        calls.seen.clear()
        snapshot = run(tmp_path, *REGION, "--all-template-versions")
    assert {use["image_id"] for use in snapshot["image_uses"]} == {A, B, C}
    assert calls.seen["ec2:DescribeLaunchTemplateVersions"] == 2


def test_another_account_s_parameter_names_that_account(tmp_path: Path) -> None:
    """Whoever owns the parameter decides which image runs here."""
    arn = f"arn:aws:ssm:us-east-1:{VENDOR}:parameter/images/agent"

    def shared(call: ApiCall) -> Answer | None:
        if call.action != "GetParameters":
            return None
        assert call.parameters["Names"] == [arn]
        found = [{"Name": arn, "ARN": arn, "Value": A}]
        return Answer(200, json.dumps({"Parameters": found}), "application/x-amz-json-1.1")

    with aws(shared):
        template("agent", f"resolve:ssm:{arn}")
        snapshot = run(tmp_path, *REGION)
    (use,) = snapshot["image_uses"]
    assert (use["image_id"], use["via_account"]) == (A, VENDOR)
    assert use["via"] == f"version 1, resolve:ssm:{arn}"


def test_a_parameter_that_is_not_shared_spoils_no_other(tmp_path: Path) -> None:
    """A gap for it; the others are followed all the same."""
    arn = f"arn:aws:ssm:us-east-1:{VENDOR}:parameter/images/agent"

    def refused(call: ApiCall) -> Answer | None:
        if call.action != "GetParameters" or arn not in call.parameters["Names"]:
            return None
        body = json.dumps({"__type": "AccessDeniedException", "message": "no"})
        return Answer(400, body, "application/x-amz-json-1.1")

    with aws(refused):
        client("ssm").put_parameter(Name="/images/web", Value=A, Type="String")
        template("own", "resolve:ssm:/images/web")
        template("agent", f"resolve:ssm:{arn}")
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == [(OWN, "us-east-1", "ssm:GetParameters", "AccessDeniedException")]
    found = {use["name"]: (use["image_id"], use["via_account"]) for use in snapshot["image_uses"]}
    assert found == {"own": (A, None), "agent": (None, VENDOR)}


def test_what_own_images_were_made_from(tmp_path: Path) -> None:
    """Each ancestor is asked in its own region; chains that share a tail cost one call."""
    calls = Calls()
    with aws(calls, ancestry := Later(), images.describe_instance_image_metadata):
        images.publish(OWN, "eu-west-1")
        ec2 = client("ec2")
        copy, copied = (ec2.register_image(Name=name)["ImageId"] for name in ("copy", "copied"))
        ancestry.answer = images.ancestry(
            {copied: (copy, "us-east-1"), copy: (images.LOOK_ALIKE.id, "eu-west-1"),
             images.LOOK_ALIKE.id: (C, "eu-west-1")}
        )  # fmt: skip
        for image in (copied, copy):
            launch(image, image)
        calls.seen.clear()
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == []
    found = {image["image_id"]: image for image in snapshot["images"]}
    tail = [(images.LOOK_ALIKE.id, "eu-west-1", images.LOOK_ALIKE.owner), (C, "eu-west-1", None)]
    assert [_step(a) for a in found[copy]["ancestry"]] == tail
    assert [_step(a) for a in found[copied]["ancestry"]] == [(copy, "us-east-1", OWN), *tail]
    assert found[copy]["ancestry_complete"] is True
    assert calls.seen["ec2:DescribeImages"] == 2  # own ones, and those of eu-west-1
    assert calls.seen["ec2:GetImageAncestry"] <= 2


def test_a_copy_of_a_stranger_s_image_fails_the_gate(tmp_path: Path) -> None:
    """From the emulator to the verdict: the copy goes by the owner of the original."""
    with aws(ancestry := Later(), images.describe_instance_image_metadata):
        images.publish(OWN, "eu-west-1")
        copy = client("ec2").register_image(Name="copy")["ImageId"]
        ancestry.answer = images.ancestry({copy: (images.LOOK_ALIKE.id, "eu-west-1")})
        launch("api", copy)
        run(tmp_path, *REGION)
    (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
    ran = vendorgate("check", "snapshot", "-f", "json", "--today", "2026-11-20", cwd=tmp_path)
    (found,) = json.loads(ran.out)["findings"]
    assert (found["policy"], found["principal"]) == ("laundered-image", images.LOOK_ALIKE.owner)
    assert ran.code == 1


class Later:
    """An interceptor that is made once the ids are known."""

    answer: Callable[[ApiCall], Answer | None] | None = None

    def __call__(self, call: ApiCall) -> Answer | None:
        return self.answer(call) if self.answer else None


def _step(ancestor: dict[str, Any]) -> tuple[str, str, str | None]:
    return ancestor["image_id"], ancestor["region"], ancestor["owner"]


def test_with_whom_own_images_are_shared(tmp_path: Path) -> None:
    """Used ones with whomever; unused ones where they are public, others on request."""
    with aws(calls := Calls(), images.describe_instance_image_metadata):
        ec2 = client("ec2")
        used, public, unused = (
            ec2.register_image(Name=n)["ImageId"] for n in ("used", "public", "unused")
        )
        launch("web", used)
        share(ec2, used, {"UserId": VENDOR})
        share(ec2, unused, {"UserId": VENDOR})
        share(ec2, public, {"Group": "all"})
        calls.seen.clear()
        found = permissions(run(tmp_path, *REGION))
        assert calls.seen["ec2:DescribeImageAttribute"] == 1
        everything = permissions(run(tmp_path, *REGION, "--all-image-permissions"))
    assert found == {used: [VENDOR], public: ["all"]}
    assert everything == found | {unused: [VENDOR]}


def share(ec2: Any, image: str, permission: dict[str, str]) -> None:
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [permission]})


def permissions(snapshot: Any) -> dict[str, list[str]]:
    return {image["image_id"]: image["launch_permissions"] for image in snapshot["images"]}


def test_allowed_images_are_recorded(tmp_path: Path) -> None:
    """For each account and region, whether anything runs there or not."""
    with aws(images.allowed_images("enabled")):
        snapshot = run(tmp_path, "--regions", "us-east-1,eu-west-1")
    assert snapshot["image_settings"] == [
        {
            "account": OWN,
            "region": r,
            "allowed_images": "enabled",
            "managed_by": "account",
            "criteria": [],
        }
        for r in ("eu-west-1", "us-east-1")
    ]


def make_rcp() -> str:
    """A policy of the organization's root; its id."""
    api = client("organizations")
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
    content = json.dumps({"Version": "2012-10-17", "Statement": denied})
    kind = {"Type": "RESOURCE_CONTROL_POLICY", "Name": "outsiders", "Description": ""}
    made = api.create_policy(Content=content, **kind)["Policy"]["PolicySummary"]["Id"]
    api.attach_policy(PolicyId=made, TargetId=api.list_roots()["Roots"][0]["Id"])
    return made


@pytest.mark.usefixtures("few")
def test_resource_control_policies(tmp_path: Path) -> None:
    """Those that refuse something, with what they are attached to; two calls each."""
    with aws(calls := Calls()):
        ids = organization()
        made = make_rcp()
        calls.seen.clear()
        snapshot = run(tmp_path, "--organization", *REGION)
    assert snapshot.gaps == []
    (guardrail,) = snapshot.manifest["guardrails"]
    assert (guardrail["id"], guardrail["name"]) == (made, "outsiders")
    assert guardrail["document"]["Statement"]["Effect"] == "Deny"
    units = {account["id"]: account["units"] for account in snapshot.manifest["accounts"]}
    assert {units[id_][0] for id_ in ids.values()} == set(guardrail["targets"])
    assert len(units[ids["test"]]) == 3
    for operation in ("ListPolicies", "DescribePolicy", "ListTargetsForPolicy"):
        assert calls.seen[f"organizations:{operation}"] == 1


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("action", ["ListPolicies", "DescribePolicy", "ListTargetsForPolicy"])
def test_resource_control_policies_that_nobody_may_see_are_unknown(
    tmp_path: Path, action: str
) -> None:
    """No gap, as they hide no trust; but not "none" either."""
    with aws(deny(action, "AccessDeniedException", status=400)):
        organization()
        make_rcp()
        snapshot = run(tmp_path, "--organization", *REGION)
    assert (snapshot.gaps, snapshot.manifest["guardrails"]) == ([], None)
