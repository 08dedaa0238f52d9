"""`collect files` of what the AWS command line prints says what `collect aws` says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checker.collect.files.collect import recording_of
from checker.collect.files.read import Where
from checker.collect.recorded.collect import snapshot_of
from checker.collect.steampipe.tables import TABLES
from checker.demo import images
from checker.snapshot.records import ImageUse
from tests.collect.test_sources import (
    A,
    eks_node_group,
    group_of_a_pinned_version,
    launch_configuration,
)
from tests.support.cli import vendorgate
from tests.support.collected import make_role
from tests.support.collected import run as collect_aws
from tests.support.dump import dump
from tests.support.front import OWN, aws, client
from tests.support.postgres import Steampipe, server

REGIONS = ("us-east-1", "eu-west-1")
FILES = ("roles", "providers", "image_uses", "images", "image_settings")
SAML = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"'
    ' entityID="https://idp.example.com/saml"/>'
)


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def world() -> None:
    """A bit of everything that the emulator has."""
    iam = client("iam")
    make_role("Vendor")
    iam.put_role_policy(RoleName="Vendor", PolicyName="in", PolicyDocument=policy("s3:Get*"))
    make_role("Admin")
    made = iam.create_policy(PolicyName="all", PolicyDocument=policy("*"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="Admin", PolicyArn=made)
    iam.tag_role(RoleName="Admin", Tags=[{"Key": "owner", "Value": "ops"}])
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ThumbprintList=["0" * 40]
    )
    group_of_a_pinned_version()
    launch_configuration()
    eks_node_group()
    for region in REGIONS:
        ec2 = client("ec2", OWN, region)
        own = ec2.register_image(Name="own")["ImageId"]
        ec2.modify_image_attribute(
            ImageId=own, LaunchPermission={"Add": [{"UserId": "999999999999"}]}
        )
        open_ = ec2.register_image(Name="open")["ImageId"]
        ec2.modify_image_attribute(ImageId=open_, LaunchPermission={"Add": [{"Group": "all"}]})
        ec2.run_instances(ImageId=own, MinCount=1, MaxCount=1)
        ec2.run_instances(ImageId=A, MinCount=1, MaxCount=1)


def records(folder: Path) -> dict[str, list[Any]]:
    return {
        name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        for name in FILES
    }


def gaps(folder: Path) -> set[tuple[str | None, ...]]:
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        tuple(gap[key] for key in ("account", "region", "call", "code")) for gap in manifest["gaps"]
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`files`: the dump; `aws/snapshot` and `snapshot`: what either collection made."""
    folder = tmp_path_factory.mktemp("world")
    with aws(images.describe_instance_image_metadata):
        world()
        collect_aws(folder / "aws", "--regions", ",".join(REGIONS))
        dump(folder / "files", client, OWN, REGIONS)
    ran = vendorgate("collect", "files", "files", "--regions", ",".join(REGIONS), cwd=folder)
    assert ran.code in (0, 3), ran.err
    yield folder


@pytest.mark.parametrize("name", FILES)
def test_the_same_records(both: Path, name: str) -> None:
    """Whoever asked AWS, the answers mean the same."""
    live, told = records(both / "aws" / "snapshot")[name], records(both / "snapshot")[name]
    assert live
    assert told == live


def test_nothing_more_is_missing(both: Path) -> None:
    """All that was asked was given, so what is a gap is one of AWS's."""
    assert gaps(both / "snapshot") == gaps(both / "aws" / "snapshot")


def test_each_file_that_is_gone_is_noticed(both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gap, or an image that nobody can tell; files in TELLING only tell more of what is there."""
    monkeypatch.chdir(both)
    every = sorted(Path("files").rglob("*.json"))
    whole = missing(every)
    unnoticed = {one.name for one in every if not missing([o for o in every if o != one]) - whole}
    assert unnoticed == TELLING


TELLING = {
    "ancestry-open.json", "permissions-open.json",  # not in use, and open to all by itself
    "ec2-describe-instance-image-metadata.json",  # of images that are gone: theirs is unknown then
    "ec2-describe-launch-template-versions.json",  # each template's own are given, and their list
    "ec2-describe-launch-templates.json",  # numbers of versions, which are all given
    "iam-get-account-summary.json",  # the number of roles, which are all given
    "versions-nodes.json",  # the default and the latest are in the listing of all
}  # fmt: skip


def missing(paths: list[Path]) -> set[tuple[str | None, ...]]:
    """The gaps of a collection from these files, and the uses whose image it does not tell."""
    now = datetime(2026, 11, 26, tzinfo=UTC)
    recording = recording_of([str(one) for one in paths], Where(), (), now)
    manifest, records = snapshot_of(recording)
    found = {(gap.account, gap.region, gap.call, gap.code) for gap in manifest.gaps}
    return found | {
        (use.account, use.region, use.resource, "unknown")
        for use in records["image_uses.jsonl"]
        if isinstance(use, ImageUse) and not use.image_id
    }


@pytest.mark.parametrize("name", ["roles", "providers", "image_uses", "images"])
def test_steampipe_says_the_same(by_steampipe: Path, name: str) -> None:
    """Of what its tables hold; it knows nothing of what images were made from."""
    live, told = (records(by_steampipe / one)[name] for one in ("aws/snapshot", "steampipe"))
    without = {"ancestry", "ancestry_complete"}
    assert _less(told, without) == _less(live, without)


def _less(listed: list[dict[str, Any]], keys: set[str]) -> list[str]:
    """In an order that does not depend on what is left out."""
    kept = [{key: value for key, value in one.items() if key not in keys} for one in listed]
    return sorted(json.dumps(one, sort_keys=True) for one in kept)


@pytest.fixture(scope="module")
def by_steampipe(both: Path) -> Path:
    """`steampipe`: made of the same answers, as its plugin would have put them into tables."""
    pytest.importorskip("psycopg")
    with server() as url:
        write_tables(Steampipe(url), both / "files" / OWN)
        words = ["--regions", ",".join(REGIONS), "-o", "steampipe"]
        ran = vendorgate("collect", "steampipe", url, *words, cwd=both)
    assert ran.code == 3, ran.err
    return both


def write_tables(steampipe: Steampipe, files: Path) -> None:
    tables: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    _global(tables, files)
    for region in REGIONS:
        _regional(tables, files / region, region)
    for table in TABLES:
        steampipe.table("aws", table.name, tables[table.name], table.columns)


def _json(path: Path, key: str) -> Any:
    return json.loads(path.read_text())[key]


def _global(tables: dict[str, list[dict[str, Any]]], files: Path) -> None:
    place = {"account_id": OWN, "partition": "aws", "region": "global"}
    details = files / "iam-get-account-authorization-details.json"
    for one in _json(details, "RoleDetailList"):
        tables["aws_iam_role"].append({
            "arn": one["Arn"], "name": one["RoleName"], "path": one["Path"],
            "assume_role_policy": one["AssumeRolePolicyDocument"], "tags_src": one.get("Tags"),
            "inline_policies": one["RolePolicyList"] or None,
            "attached_policy_arns": [a["PolicyArn"] for a in one["AttachedManagedPolicies"]] or None,
        } | place)  # fmt: skip
    for one in _json(details, "Policies"):
        (version,) = [v for v in one["PolicyVersionList"] if v["IsDefaultVersion"]]
        tables["aws_iam_policy"].append({"arn": one["Arn"], "policy": version["Document"]} | place)
    for one in _json(
        files / "iam-list-open-id-connect-providers.json", "OpenIDConnectProviderList"
    ):
        tables["aws_iam_open_id_connect_provider"].append({"arn": one["Arn"]} | place)
    tables["aws_region"] += [
        {"name": r, "opt_in_status": "opted-in", "steampipe_available": True} | place
        for r in REGIONS
    ]


def _regional(tables: dict[str, list[dict[str, Any]]], files: Path, region: str) -> None:
    place = {"account_id": OWN, "partition": "aws", "region": region}
    for reservation in _json(files / "ec2-describe-instances.json", "Reservations"):
        for one in reservation["Instances"]:
            tables["aws_ec2_instance"].append({
                "instance_id": one["InstanceId"], "image_id": one["ImageId"],
                "instance_state": one["State"]["Name"], "tags_src": one.get("Tags"),
                "product_codes": one.get("ProductCodes"),
            } | place)  # fmt: skip
    for one in _json(files / "ec2-describe-images.json", "Images"):
        granted = _json(files / f"permissions-{one['Name']}.json", "LaunchPermissions")
        tables["aws_ec2_ami"].append({
            "image_id": one["ImageId"], "owner_id": one["OwnerId"], "name": one["Name"],
            "public": one["Public"], "state": one["State"], "launch_permissions": granted,
            "product_codes": one.get("ProductCodes"),
        } | place)  # fmt: skip
    versions = [
        v for path in files.glob("versions-*.json") for v in _json(path, "LaunchTemplateVersions")
    ]
    for one in versions:
        tables["aws_ec2_launch_template_version"].append({
            "launch_template_id": one["LaunchTemplateId"], "version_number": one["VersionNumber"],
            "launch_template_name": one["LaunchTemplateName"],
            "default_version": one["DefaultVersion"],
            "image_id": one["LaunchTemplateData"].get("ImageId"),
        } | place)  # fmt: skip
    for one in _json(
        files / "autoscaling-describe-launch-configurations.json", "LaunchConfigurations"
    ):
        tables["aws_ec2_launch_configuration"].append({
            "name": one["LaunchConfigurationName"], "image_id": one["ImageId"],
            "launch_configuration_arn": one["LaunchConfigurationARN"],
        } | place)  # fmt: skip
    for one in _json(files / "autoscaling-describe-auto-scaling-groups.json", "AutoScalingGroups"):
        template = one.get("LaunchTemplate") or {}
        tables["aws_ec2_autoscaling_group"].append({
            "name": one["AutoScalingGroupName"], "autoscaling_group_arn": one["AutoScalingGroupARN"],
            "launch_configuration_name": one.get("LaunchConfigurationName"),
            "launch_template_id": template.get("LaunchTemplateId"),
            "launch_template_name": template.get("LaunchTemplateName"),
            "launch_template_version": template.get("Version"),
        } | place)  # fmt: skip
    for path in files.glob("nodegroup-*.json"):
        one = _json(path, "nodegroup")
        template = {k[:1].upper() + k[1:]: v for k, v in one.get("launchTemplate", {}).items()}
        tables["aws_eks_node_group"].append({
            "cluster_name": one["clusterName"], "nodegroup_name": one["nodegroupName"],
            "arn": one["nodegroupArn"], "status": one["status"],
            "launch_template": template or None,
        } | place)  # fmt: skip
