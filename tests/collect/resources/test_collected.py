"""Resources, end to end: made through AWS's own calls, collected, and analysed as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collect.resources.world import ENTRY, SECRET, build, entries
from tests.collect.test_aws import Snapshot, run
from tests.support.cli import vendorgate
from tests.support.front import OWN, Calls, aws

REGIONS = ("--regions", "us-east-1,eu-west-1")


@pytest.fixture(scope="module")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resources")


@pytest.fixture(scope="module")
def snapshot(folder: Path, calls: Calls) -> Iterator[Snapshot]:
    with aws(calls, entries):
        build()
        calls.seen.clear()
        yield run(folder, "--resources", *REGIONS)


def records(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {one["arn"]: one for one in snapshot["resources"]}


def test_everything_is_read(snapshot: Snapshot) -> None:
    """Of each kind something, without a gap; the manifest tells for which kinds somebody looked."""
    assert (snapshot.gaps, snapshot.code) == ([], 0)
    kinds = {one["kind"] for one in snapshot["resources"]}
    assert kinds <= set(snapshot.manifest["resource_kinds"])
    unmade = set(snapshot.manifest["resource_kinds"]) - kinds
    assert unmade == {
        "AWS::S3::MultiRegionAccessPoint", "AWS::CloudFront::CloudFrontOriginAccessIdentity",
        "AWS::RDS::DBClusterSnapshot", "AWS::EC2::VPCEndpointService",
    }  # fmt: skip
    assert {one["account"] for one in snapshot["resources"]} == {OWN}


LET_IN = {
    "arn:aws:s3:::acme-data": ["account"],
    "arn:aws:s3:::acme-open": ["anyone"],
    f"arn:aws:sqs:us-east-1:{OWN}:jobs": ["account"],
    f"arn:aws:sns:us-east-1:{OWN}:alerts": ["account"],
    f"arn:aws:ecr:us-east-1:{OWN}:repository/app": ["account"],
    f"arn:aws:ecr:us-east-1:{OWN}:registry": ["account"],
    f"arn:aws:events:us-east-1:{OWN}:event-bus/central": ["account"],
    f"arn:aws:logs:us-east-1:{OWN}:destination:in": ["account"],
    f"arn:aws:lambda:us-east-1:{OWN}:function:ingest": ["anyone"],
    f"arn:aws:lambda:us-east-1:{OWN}:layer:tools:1": [
        "unresolved"
    ],  # the emulator writes a bare id
    f"arn:aws:dynamodb:us-east-1:{OWN}:table/orders": ["account"],
    f"arn:aws:rds:us-east-1:{OWN}:snapshot:nightly": ["account"],
    f"arn:aws:ssm:us-east-1:{OWN}:document/Run": ["account"],
    ENTRY: ["principal"],
}
"""Where the ARN is known beforehand."""


OTHERS = {
    "AWS::KMS::Key": [("grant", "principal"), ("policy", "account")],
    "AWS::SecretsManager::Secret": [("policy", "account")],
    "AWS::RAM::ResourceShare": [("share", "account")],
    "AWS::EC2::Snapshot": [("share", "account"), ("share", "anyone")],
}
"""Of the others, by kind: via what who is let in."""


def test_what_is_written_is_what_is_analysed(snapshot: Snapshot, folder: Path) -> None:
    """Each open door is found, by the product's own command over the file itself."""
    ran = vendorgate("analyze", folder / "snapshot/resources.jsonl", "--resources", "-f", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert len(found) == len(snapshot["resources"]), ran.err
    let_in = {
        one["arn"]: sorted({g["principal"]["kind"] for g in one["grants"] if g["effective"]})
        for one in found
    }
    assert {arn: let_in[arn] for arn in LET_IN} == LET_IN
    told = {
        kind: sorted((g["via"], g["principal"]["kind"])
                     for record, one in zip(snapshot["resources"], found, strict=True)
                     for g in one["grants"] if record["kind"] == kind)
        for kind in OTHERS
    }  # fmt: skip
    assert told == OTHERS
    # of statements in a form that the emulator alone writes
    odd = {one["arn"].split(":")[5] for one in found if one["problems"]}
    assert odd == {"function", "layer"}


def test_nothing_secret_comes_along(snapshot: Snapshot) -> None:
    """A function's environment, a document's content, what a secret holds."""
    for text in (SECRET, "of the database", "PASSWORD"):
        assert text.encode() not in b"".join(snapshot.files.values())


def test_what_shuts_a_bucket_is_told(snapshot: Snapshot) -> None:
    """Its own switches and the account's, who owns its ACL, and whether AWS calls its policy public."""
    shut, eu = (records(snapshot)[f"arn:aws:s3:::acme-{name}"] for name in ("shut", "eu"))
    assert shut["settings"]["bpa"]["RestrictPublicBuckets"] is True
    assert shut["settings"]["policy_status"] is True
    assert eu["settings"]["account_bpa"]["BlockPublicAcls"] is True
    assert (eu["region"], eu["settings"]["ownership"]) == ("eu-west-1", "ObjectWriter")
    assert OWN in eu["settings"]["canonical"].values()
    point = records(snapshot)[f"arn:aws:s3:us-east-1:{OWN}:accesspoint/share"]
    assert point["settings"]["bucket"] == "acme-data"
