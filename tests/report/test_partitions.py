"""China, GovCloud and the rest: accounts, regions and names are of their own partition."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.shell import program, shell
from tests.support.snapshots import ALLOWLIST, OWN, OWN2, STRANGER, allow, role, use, write

STEAMPIPE = "316881668097"
GAP = {
    "account": OWN,
    "region": None,
    "call": "iam:ListSAMLProviders",
    "code": "AccessDenied",
    "message": "no",
}


def snapshot(folder: Path, partition: str, *regions: str) -> Path:
    """Two accounts, an instance in each region, strangers everywhere."""
    roles, uses = [], []
    for account in (OWN, OWN2):
        who = {"AWS": f"arn:{partition}:iam::{STEAMPIPE}:root"}
        record = role("R", allow(who), account=account)
        roles.append(record | {"arn": record["arn"].replace("arn:aws:", f"arn:{partition}:")})
        for region in regions:
            one = use(f"i-{region}", "ami-1", account=account, region=region)
            uses.append(
                one | {"resource": one["resource"].replace("arn:aws:", f"arn:{partition}:")}
            )
    images = [
        {"image_id": "ami-1", "account": OWN, "region": r, "owner": STRANGER} for r in regions
    ]
    manifest = {"partition": partition, "regions": list(regions)}
    write(
        folder / "snapshot",
        roles=roles,
        image_uses=uses,
        images=images,
        gaps=[GAP],
        manifest=manifest,
    )
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return folder


def lines(folder: Path, name: str) -> list[Any]:
    ran = vendorgate("check", "--today", "2026-11-20", "-f", name, cwd=folder)
    return [json.loads(line) for line in ran.out.splitlines()]


PARTITIONS = [
    ("aws", ("us-east-1", "eu-west-1"), "us-east-1"),
    ("aws", ("eu-west-1", "eu-central-1"), "eu-west-1"),
    ("aws-cn", ("cn-north-1", "cn-northwest-1"), "cn-north-1"),
    ("aws-us-gov", ("us-gov-east-1", "us-gov-west-1"), "us-gov-west-1"),
    ("aws-eusc", ("eusc-de-east-1",), "eusc-de-east-1"),
    ("aws-cn", (), "cn-north-1"),
]


@pytest.mark.parametrize(("partition", "regions", "home"), PARTITIONS)
def test_asff_goes_in_calls_of_one_account_and_region(
    tmp_path: Path, partition: str, regions: tuple[str, ...], home: str
) -> None:
    """BatchImportFindings takes the findings of one account, in that account's region and
    partition; IAM's go where the snapshot's partition has its home, or the first that was looked at."""
    calls = lines(snapshot(tmp_path, partition, *regions), "asff")
    seen: set[tuple[str, str]] = set()
    for call in calls:
        assert 1 <= len(call["Findings"]) <= 100
        places = {tuple(f["ProductArn"].split(":")[1:5]) for f in call["Findings"]}
        assert len(places) == 1, "one account, one region"
        where, service, region, account = places.pop()
        assert (where, service) == (partition, "securityhub")
        assert {f["AwsAccountId"] for f in call["Findings"]} == {account}
        assert {
            (r["Partition"], r["Region"]) for f in call["Findings"] for r in f["Resources"]
        } == {(partition, region)}
        seen.add((account, region))
    assert len(calls) == len(seen)
    assert seen == {(a, r) for a in (OWN, OWN2) for r in {*regions, home}}


@pytest.mark.parametrize(("partition", "regions", "home"), PARTITIONS)
def test_ocsf_is_of_the_snapshots_partition(
    tmp_path: Path, partition: str, regions: tuple[str, ...], home: str
) -> None:
    """A lake that keeps China apart must not get it under the commercial partition; events of one
    account and region stand together."""
    events = lines(snapshot(tmp_path, partition, *regions), "ocsf")
    places = [(e["cloud"].get("account", {}).get("uid", ""), e["cloud"]["region"]) for e in events]
    assert {region for _, region in places} <= {*regions, home}
    assert places == sorted(places)
    told = {r["cloud_partition"] for e in events for r in e.get("resources", ())}
    assert told == {partition}


def test_asff_without_findings_makes_no_call(tmp_path: Path) -> None:
    """BatchImportFindings refuses a call without any."""
    write(tmp_path / "snapshot", roles=[role("R", allow({"Service": "ec2.amazonaws.com"}))])
    (tmp_path / "allowlist.yaml").write_text("version: 1\n")
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "asff", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "")


def test_the_loop_that_is_documented_runs(tmp_path: Path) -> None:
    """As the README has it, with an `aws` that writes down what it is called with."""
    folder = snapshot(tmp_path, "aws", "us-east-1", "eu-west-1")
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    loop = (
        readme.partition("<!-- asff-loop -->")[2].partition("```console\n")[2].partition("```")[0]
    )
    script = loop.replace("$ ", "", 1)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "aws").write_text('#!/bin/sh\necho "$@" | cut -c1-60 >> calls\n')
    (bin_ / "jq").write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        "assert sys.argv[1:] == ['-r', '.Findings[0].Resources[0].Region'], sys.argv\n"
        "print(json.load(sys.stdin)['Findings'][0]['Resources'][0]['Region'])\n"
    )
    for tool in bin_.iterdir():
        tool.chmod(0o755)
    program(bin_ / "vendorgate")
    done = shell(["bash", "-c", script], folder, {"PATH": f"{bin_}:/usr/bin:/bin"})
    assert done.err == ""
    calls = (folder / "calls").read_text().splitlines()
    assert len(calls) == 4 and all(
        c.startswith("securityhub batch-import-findings --region ") for c in calls
    )


@pytest.mark.parametrize(
    ("partition", "name"), [("aws", "Steampipe"), ("aws-cn", None), ("aws-us-gov", None)]
)
def test_catalogue_names_stay_in_their_partition(
    tmp_path: Path, partition: str, name: str | None
) -> None:
    """An account id of another partition is another account: a vendor's name would be a lie."""
    folder = snapshot(tmp_path, partition)
    ran = vendorgate("inventory", "snapshot", "-f", "json", cwd=folder)
    (party,) = [p for p in json.loads(ran.out)["third_parties"] if p["id"] == STEAMPIPE]
    assert party["name"] == name
    said = vendorgate("explain", STEAMPIPE, cwd=folder).out
    assert ("published by Steampipe" in said) is (name is not None)
