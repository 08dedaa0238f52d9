"""What a collection needs to be tested whole: roles and machines in an emulated AWS, and the command itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from checker.cli.collect import command
from checker.collect.aws import ec2, fleets, iam, images, sources
from checker.demo.server import replaced_environment
from tests.support.front import OWN, client

OTHER = "222222222222"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
REGIONS = ("--regions", "us-east-1,eu-west-1")


class Snapshot:
    """What was written, and the exit code that came with it."""

    def __init__(self, directory: Path, code: int) -> None:
        self.code = code
        self.files = {path.name: path.read_bytes() for path in directory.iterdir()}
        self.manifest = json.loads(self.files["manifest.json"])

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[f"{kind}.jsonl"].splitlines()]

    @property
    def gaps(self) -> list[tuple[str | None, ...]]:
        keys = ("account", "region", "call", "code")
        return [tuple(gap[key] for key in keys) for gap in self.manifest["gaps"]]


def run(directory: Path, *arguments: str, attempts: int = 2) -> Snapshot:
    """Run the command as the main program would; without resources and uses of code, unless these
    are asked for."""
    output = directory / "snapshot"
    words = ["aws", "-o", str(output), *arguments]
    if not {"--kinds", "--from-aggregator"} & set(arguments):
        words += [f"--no-{what}" for what in ("resources", "code") if f"--{what}" not in arguments]
    with replaced_environment({"AWS_MAX_ATTEMPTS": str(attempts)}):
        code = command.main(words, prog_name="vendorgate", standalone_mode=False)
    return Snapshot(output, code or 0)


SORTS = ("ACCOUNT_SOURCES", "REGION_SOURCES", "REFERENCE_SOURCES")
FEW = (iam.roles, images.settings, ec2.instances, fleets.ec2_fleets)


@contextmanager
def of_sources(*wanted: Callable[..., Any]) -> Iterator[None]:
    """Collections ask these sources alone, as if there were no others; kinds beside them."""
    left = {sort: tuple(s for s in getattr(sources, sort) if s in wanted) for sort in SORTS}
    assert sum(map(len, left.values())) == len(wanted)
    with mock.patch.multiple(sources, **left):
        yield


def make_role(name: str, account: str = OWN) -> None:
    client("iam", account).create_role(
        RoleName=name,
        Path="/team/",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Tags=[{"Key": "owner", "Value": "me"}],
    )


def launch(name: str, image: str, account: str = OWN, region: str = "us-east-1") -> str:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
    made = client("ec2", account, region).run_instances(
        ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags
    )
    return made["Instances"][0]["InstanceId"]


def names(records: list[dict[str, Any]], key: str = "name") -> list[str]:
    return [record[key] for record in records]


def organization() -> dict[str, str]:
    """Root: us; Root/Workloads: prod; Root/Workloads/Test: test. Ids by name."""
    api = client("organizations")
    api.create_organization(FeatureSet="ALL")
    root = api.list_roots()["Roots"][0]["Id"]
    made = {"us": OWN}

    def unit(parent: str, name: str) -> str:
        answered = api.create_organizational_unit(ParentId=parent, Name=name)
        return answered["OrganizationalUnit"]["Id"]

    workloads = unit(root, "Workloads")
    for name, parent in (("prod", workloads), ("test", unit(workloads, "Test"))):
        status = api.create_account(AccountName=name, Email=f"{name}@example.com")
        made[name] = status["CreateAccountStatus"]["AccountId"]
        api.move_account(AccountId=made[name], SourceParentId=root, DestinationParentId=parent)
    return made
