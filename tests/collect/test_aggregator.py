"""`collect aws --from-aggregator`: AWS Config answers for accounts that nobody enters.

moto lacks the aggregator's queries: the front answers them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from checker.demo import images as demo
from checker.demo.server import Answer, ApiCall
from checker.errors import InputError
from tests.support.cli import vendorgate
from tests.support.collected import OTHER, TRUST, Snapshot, names, run
from tests.support.front import OWN, Calls, aws, deny

THIRD = "333333333333"
ALL = {"AllSupported": True, "IncludeGlobalResourceTypes": True}
KINDS = (
    "AWS::EC2::Instance, AWS::EC2::LaunchTemplate, AWS::AutoScaling::LaunchConfiguration, "
    "AWS::AutoScaling::AutoScalingGroup, AWS::EC2::EC2Fleet, AWS::EC2::SpotFleet, "
    "AWS::Batch::ComputeEnvironment"
)
RECENT = "2026-11-20T06:00:00.000Z"


def source(account: str, region: str = "us-east-1", **more: Any) -> dict[str, Any]:
    return {"SourceId": account, "SourceType": "ACCOUNT", "AwsRegion": region,
            "LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": 4102444800} | more  # fmt: skip


def item(account: str, arn: str, configuration: Any, **more: Any) -> dict[str, Any]:
    return {"accountId": account, "awsRegion": "us-east-1", "arn": arn, "tags": [],
            "configuration": configuration, "configurationItemCaptureTime": RECENT} | more  # fmt: skip


def role(name: str, account: str = OTHER, document: Any = TRUST, **more: Any) -> dict[str, Any]:
    text = quote(json.dumps(document)) if document is not None else "%7Bno json"
    configuration = {"path": "/team/", "roleName": name, "assumeRolePolicyDocument": text}
    arn = f"arn:aws:iam::{account}:role/team/{name}"
    tags = [{"tag": "owner=me", "key": "owner", "value": "me"}]
    return item(account, arn, configuration, tags=tags, **more)


def instance(name: str, account: str = OTHER, region: str = "us-east-1",
             state: str = "running") -> dict[str, Any]:  # fmt: skip
    configuration = {"imageId": "ami-11111111", "instanceId": name, "state": {"name": state}}
    arn = f"arn:aws:ec2:{region}:{account}:instance/{name}"
    return item(account, arn, configuration, awsRegion=region)


def recorder(
    account: str = OTHER, region: str = "us-east-1", *, recording: bool = True, **group: Any
) -> dict[str, Any]:
    arn = f"arn:aws:config:{region}:{account}:configuration-recorder/default"
    configuration = {"Recording": recording, "RecordingGroup": group or ALL}
    return item(account, arn, configuration, awsRegion=region)


class Config:
    """An aggregator with these sources and items by type, in pages of two; recorders record all,
    unless they are told otherwise."""

    def __init__(self, sources: list[Any], **items: list[Any]) -> None:
        of = [(s["SourceId"], s["AwsRegion"]) for s in sources if s["SourceType"] == "ACCOUNT"]
        everything = {"ConfigurationRecorder": [recorder(*place) for place in of]}
        self.sources, self.items = sources, everything | items

    def __call__(self, call: ApiCall) -> Answer | None:
        if call.service != "config":
            return None
        assert call.parameters["ConfigurationAggregatorName"] == "everything"
        if call.action == "DescribeConfigurationAggregatorSourcesStatus":
            return self._answer({"AggregatedSourceStatusList": self.sources})
        kind = call.parameters["Expression"].split("'")[1].rpartition("::")[2]
        found = [i if isinstance(i, str) else json.dumps(i) for i in self.items.get(kind, [])]
        start = int(call.parameters.get("NextToken", 0))
        more = {"NextToken": str(start + 2)} if start + 2 < len(found) else {}
        return self._answer({"Results": found[start : start + 2], **more})

    def _answer(self, body: dict[str, Any]) -> Answer:
        return Answer(200, json.dumps(body), "application/x-amz-json-1.1")


def read(tmp_path: Path, config: Config, *options: str, calls: Calls | None = None) -> Snapshot:
    with aws(calls or Calls(), config):
        return run(tmp_path, "--from-aggregator", "everything", *options)


def test_a_whole_organization_without_a_role_in_it(tmp_path: Path) -> None:
    """Roles, providers, instances, templates; no account is entered."""
    calls = Calls()
    template = {"LaunchTemplateName": "fleet", "LaunchTemplateData": {"ImageId": "ami-22222222"}}
    arn = f"arn:aws:ec2:us-east-1:{OTHER}:launch-template/lt-1"
    provider = f"arn:aws:iam::{OTHER}:oidc-provider/token.actions.githubusercontent.com"
    config = Config(
        [source(OTHER), source(OTHER, "eu-west-1"), source(THIRD)],
        Role=[role("a"), role("b"), role("c", THIRD)],
        OIDCProvider=[item(OTHER, provider, {})],
        Instance=[instance("i-1"), instance("i-2", state="terminated")],
        LaunchTemplate=[item(OTHER, arn, template)],
    )
    snapshot = read(tmp_path, config, calls=calls)
    assert (snapshot.code, snapshot.gaps) == (0, [])
    assert names(snapshot["roles"]) == ["a", "b", "c"]
    assert snapshot["roles"][0]["trust_policy"] == TRUST
    assert snapshot["roles"][0]["tags"] == {"owner": "me"}
    assert snapshot["providers"][0]["issuer"] == "token.actions.githubusercontent.com"
    assert [(use["kind"], use["image_id"]) for use in snapshot["image_uses"]] == [
        ("instance", "ami-11111111"), ("launch-template", "ami-22222222")
    ]  # fmt: skip
    assert names(snapshot.manifest["accounts"], "id") == [OTHER, THIRD]
    assert snapshot.manifest["regions"] == ["eu-west-1", "us-east-1"]
    assert snapshot.manifest["sources"] == ["aws", "aws-config"]
    assert calls.seen["sts:AssumeRole"] == 0
    asked = {name for name in calls.seen if name.startswith(("iam:", "ec2:"))}
    assert asked == {"ec2:DescribeImages"}, "of the caller's own account"


@pytest.mark.parametrize(
    ("sources", "gap", "why"),
    [
        ([source(OTHER, LastUpdateStatus="FAILED", LastErrorCode="AccessDenied")],
         (OTHER, "us-east-1", "AccessDenied"), "the delivery failed"),
        ([source(OTHER, LastUpdateStatus="OUTDATED")],
         (OTHER, "us-east-1", "OUTDATED"), "the delivery is behind"),
        ([source(OTHER, LastUpdateTime=1577836800)],
         (OTHER, "us-east-1", "Stale"), "nothing came since 2020"),
        ([source(OTHER), source("o-a", SourceType="ORGANIZATION", LastUpdateStatus="FAILED")],
         (None, "us-east-1", "FAILED"), "the organization could not be listed"),
        ([source(OTHER), source(THIRD)],
         (THIRD, None, "NothingRecorded"), "no account is without roles"),
    ],
)  # fmt: skip
def test_what_does_not_arrive_is_a_gap(
    tmp_path: Path, sources: list[Any], gap: tuple[str | None, ...], why: str
) -> None:
    """An account that AWS Config says nothing of is not one that trusts nobody."""
    snapshot = read(tmp_path, Config(sources, Role=[role("a")]))
    assert [(g[0], g[1], g[3]) for g in snapshot.gaps] == [gap], why
    assert names(snapshot["roles"]) == ["a"]


def test_unreadable_items_and_documents(tmp_path: Path) -> None:
    """Items that cannot be read are gaps; a document that cannot be read stays as it is."""
    broken = role("broken") | {"configuration": {"path": 7}}
    config = Config([source(OTHER)], Role=["{", broken, role("odd", document=None)])
    snapshot = read(tmp_path, config)
    assert [gap[3] for gap in snapshot.gaps] == ["UnexpectedResponse"] * 2
    assert snapshot["roles"][0]["trust_policy"] == "%7Bno json"


def test_a_role_that_every_region_records_is_one_role(tmp_path: Path) -> None:
    """The newest state counts, which AWS Config is asked to give first."""
    older = role("a", document={"old": 1}, awsRegion="eu-west-1",
                 configurationItemCaptureTime="2020-01-01T00:00:00.000Z")  # fmt: skip
    snapshot = read(tmp_path, Config([source(OTHER)], Role=[role("a"), older]))
    assert [r["trust_policy"] for r in snapshot["roles"]] == [TRUST]


def test_old_items_are_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """But are no gap: AWS Config records a resource again only when it changes."""
    old = role("a", configurationItemCaptureTime="2020-01-01T00:00:00.000Z")
    snapshot = read(tmp_path, Config([source(OTHER)], Role=[old]))
    assert snapshot.gaps == []
    assert "1 item was recorded more than 30 days ago" in capfd.readouterr().err


def test_regions_and_excluded_accounts(tmp_path: Path) -> None:
    """Roles belong to no region; what is left out is ours nonetheless."""
    config = Config(
        [source(OTHER), source(OTHER, "eu-west-1"), source(THIRD)],
        Role=[role("a"), role("b", THIRD)],
        Instance=[instance("i-1"), instance("i-2", region="eu-west-1")],
    )
    options = ("--regions", "eu-west-1", "--exclude-account", THIRD)
    snapshot = read(tmp_path, config, *options)
    assert snapshot.gaps == []
    assert names(snapshot["roles"]) == ["a"]
    assert [use["region"] for use in snapshot["image_uses"]] == ["eu-west-1"]
    assert [a["collected"] for a in snapshot.manifest["accounts"]] == [True, False]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--accounts", OTHER), "enters no account"),
        (("--external-id", "abc"), "enters no account"),
        (("--resume",), "at once"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    """Said before anything is asked."""
    with pytest.raises(InputError, match=complaint):
        run(tmp_path, "--from-aggregator", "everything", *options)


def test_an_aggregator_that_cannot_be_read(tmp_path: Path) -> None:
    """Bad input: there is nothing to make a snapshot of, and the old one stays."""
    denied = deny("DescribeConfigurationAggregatorSourcesStatus", "AccessDeniedException")
    with aws(denied), pytest.raises(InputError, match="'everything' cannot be read"):
        run(tmp_path, "--from-aggregator", "everything")
    assert not (tmp_path / "snapshot").exists()


def test_a_query_that_fails_is_a_gap(tmp_path: Path) -> None:
    """With all that came before it."""
    denied = deny("SelectAggregateResourceConfig", "InvalidExpressionException", status=400)
    with aws(denied, Config([source(OWN)])):
        snapshot = run(tmp_path, "--from-aggregator", "everything")
    assert {gap[3] for gap in snapshot.gaps} == {
        "InvalidExpressionException", "NothingRecorded", "RecorderUnknown"
    }  # fmt: skip


LC = "arn:aws:autoscaling:us-east-1:222222222222:launchConfiguration:1:launchConfigurationName/old"
CONFIGURED: list[tuple[str, dict[str, list[Any]], set[tuple[str, str | None, str | None]]]] = [
    ("a group by a launch configuration",
     {"LaunchConfiguration": [item(OTHER, LC, {"launchConfigurationName": "old", "imageId": "ami-1"})],
      "AutoScalingGroup": [item(OTHER, "arn:aws:g:us-east-1:222222222222:1", {
          "autoScalingGroupName": "g", "launchConfigurationName": "old"})]},
     {("launch-configuration", "ami-1", None), ("auto-scaling-group", "ami-1", "launch configuration old")}),
    ("a group of mixed instances, by a template of one version",
     {"LaunchTemplate": [item(OTHER, "arn:aws:t:us-east-1:222222222222:1", {
         "LaunchTemplateName": "t", "LaunchTemplateData": {"ImageId": "ami-1"},
         "DefaultVersionNumber": "3", "LatestVersionNumber": "3"}, resourceId="lt-1")],
      "AutoScalingGroup": [item(OTHER, "arn:aws:g:us-east-1:222222222222:1", {
          "autoScalingGroupName": "g", "mixedInstancesPolicy": {"launchTemplate": {
              "launchTemplateSpecification": {"launchTemplateId": "lt-1", "version": "$Latest"},
              "overrides": [{"imageId": "ami-2"}, {"launchTemplateSpecification": {
                  "launchTemplateName": "t", "version": "2"}}]}}})]},
     {("launch-template", "ami-1", None), ("auto-scaling-group", "ami-1", "launch template lt-1 version $Latest"),
      ("auto-scaling-group", "ami-2", "override"), ("auto-scaling-group", None, "launch template t version 2")}),
    ("a template whose default is not the latest",
     {"LaunchTemplate": [item(OTHER, "arn:aws:t:us-east-1:222222222222:1", {
         "LaunchTemplateName": "t", "LaunchTemplateData": {"ImageId": "ami-1"},
         "DefaultVersionNumber": 1, "LatestVersionNumber": 3})],
      "EC2Fleet": [item(OTHER, "arn:aws:f:us-east-1:222222222222:1", {"LaunchTemplateConfigs": [
          {"LaunchTemplateSpecification": {"LaunchTemplateName": "t", "Version": "$Default"}}]})]},
     {("launch-template", "ami-1", None), ("ec2-fleet", None, "launch template t version $Default")}),
    ("a template of the same name in another region",
     {"LaunchTemplate": [item(OTHER, "arn:aws:t:eu-west-1:222222222222:1", {
         "LaunchTemplateName": "t", "LaunchTemplateData": {"ImageId": "ami-1"}}, awsRegion="eu-west-1")],
      "EC2Fleet": [item(OTHER, "arn:aws:f:us-east-1:222222222222:1", {"LaunchTemplateConfigs": [
          {"LaunchTemplateSpecification": {"LaunchTemplateName": "t"}}]})]},
     {("launch-template", "ami-1", None), ("ec2-fleet", None, "launch template t version $Default")}),
    ("a Spot fleet and a Batch environment",
     {"SpotFleet": [item(OTHER, "arn:aws:s:us-east-1:222222222222:1", {"SpotFleetRequestConfigData": {
         "LaunchSpecifications": [{"ImageId": "ami-1"}]}})],
      "ComputeEnvironment": [item(OTHER, "arn:aws:b:us-east-1:222222222222:1", {"ComputeResources": {
          "ImageId": "ami-2", "Ec2Configuration": [{"ImageIdOverride": "ami-3"}]}})]},
     {("spot-fleet", "ami-1", None), ("batch-compute-environment", "ami-2", None),
      ("batch-compute-environment", "ami-3", None)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "items", "expected"), CONFIGURED, ids=[c[0] for c in CONFIGURED])
def test_what_config_records_of_launches(
    tmp_path: Path, why: str, items: dict[str, list[Any]], expected: set[Any]
) -> None:
    """As the services themselves tell it; which image an unrecorded version has is not known."""
    sources = [source(OTHER), source(OTHER, "eu-west-1")]
    snapshot = read(tmp_path, Config(sources, Role=[role("a")], **items))
    assert snapshot.gaps == []
    found = {(use["kind"], use["image_id"], use["via"]) for use in snapshot["image_uses"]}
    assert found == expected


def test_saml_providers(tmp_path: Path) -> None:
    """By the metadata, where Config has it."""
    arn = f"arn:aws:iam::{OTHER}:saml-provider/"
    metadata = '<EntityDescriptor entityID="https://idp.example" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>'
    found = [item(OTHER, arn + "a", {"Name": "a"}),
             item(OTHER, arn + "b", {"Name": "b", "SamlMetadataDocument": metadata})]  # fmt: skip
    snapshot = read(tmp_path, Config([source(OTHER)], Role=[role("a")], SAMLProvider=found))
    assert [(p["kind"], p["issuer"]) for p in snapshot["providers"]] == [
        ("saml", None), ("saml", "https://idp.example")
    ]  # fmt: skip


ROLE, REST = "AWS::IAM::Role", "AWS::IAM::OIDCProvider, AWS::IAM::SAMLProvider"
RECORDERS: list[tuple[str, list[Any], list[tuple[str | None, str, str]]]] = [
    ("everything", [recorder()], []),
    ("everything but what is global", [recorder(AllSupported=True)],
     [(None, "NotRecorded", f"recorded in no region: {ROLE}")]),
    ("everything but instances",
     [recorder(RecordingStrategy={"UseOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
               ExclusionByResourceTypes={"ResourceTypes": ["AWS::EC2::Instance"]})],
     [("us-east-1", "NotRecorded", "not recorded there: AWS::EC2::Instance")]),
    ("roles alone", [recorder(ResourceTypes=[ROLE])],
     [("us-east-1", "NotRecorded", f"not recorded there: {KINDS}"),
      (None, "NotRecorded", f"recorded in no region: {REST}")]),
    ("roles alone, said to be all", [recorder(AllSupported=True, ResourceTypes=[ROLE],
                                              RecordingStrategy={"UseOnly": "INCLUSION_BY_RESOURCE_TYPES"})],
     [("us-east-1", "NotRecorded", f"not recorded there: {KINDS}"),
      (None, "NotRecorded", f"recorded in no region: {REST}")]),
    ("nothing any more", [recorder(recording=False)],
     [("us-east-1", "NotRecorded", f"not recorded there: {KINDS}"),
      (None, "NotRecorded", f"recorded in no region: {ROLE}, {REST}")]),
    ("nobody knows what", [],
     [("us-east-1", "RecorderUnknown", "AWS Config does not tell what is recorded there")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "recorders", "expected"), RECORDERS, ids=[r[0] for r in RECORDERS])
def test_what_is_not_recorded_is_a_gap(
    tmp_path: Path, why: str, recorders: list[Any], expected: list[Any]
) -> None:
    """An account that records no instances looks like one that has none."""
    config = Config([source(OTHER)], Role=[role("a")], ConfigurationRecorder=recorders)
    snapshot = read(tmp_path, config)
    found = [(g["region"], g["code"], g["message"]) for g in snapshot.manifest["gaps"]]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert {g["account"] for g in snapshot.manifest["gaps"]} <= {OTHER}


def test_a_run_without_gaps_passes_and_says_what_config_lacks(tmp_path: Path) -> None:
    """Owners are those that the aggregator's account can see; what nobody sees is a finding."""
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    machine = instance("i-1")
    machine["configuration"]["imageId"] = demo.AMAZON_LINUX.id
    config = Config([source(OTHER)], Role=[role("a", document=trust)], Instance=[machine])
    (tmp_path / "allowlist.yaml").write_text("version: 1\nimage_aliases: [amazon]\n")
    with aws(config):
        demo.publish(OWN, "us-east-1")
        snapshot = run(tmp_path, "--from-aggregator", "everything")
    assert (snapshot.code, snapshot.gaps) == (0, [])
    day = snapshot.manifest["collected_at"][:10]
    ran = vendorgate("check", "snapshot", "--today", day, "-f", "json", cwd=tmp_path)
    assert (ran.code, json.loads(ran.out)["findings"]) == (0, [])
    assert (
        sum("AWS Config told what there is" in note for note in json.loads(ran.out)["notes"]) == 1
    )
