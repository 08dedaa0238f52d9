"""The script of `collect files --commands` runs as it stands, and makes all that is read."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from checker.collect.aws.permissions import member_calls
from checker.collect.files.commands import script
from checker.collect.files.kinds import SUMMARY, TEMPLATES
from tests.collect.recorded.test_files import details, reservations, role
from tests.support.cli import vendorgate
from tests.support.cli_models import problem
from tests.support.snapshots import OWN2, VENDOR

_ASKED = re.compile(
    r"^\s*ask \S+ (.*)|\$\(names (.*?)\)|\$\((?:region='' )?names (.*?)(?:\)| \|)|\$\(aws (.*?)\)",
    re.M,
)


def commands() -> list[list[str]]:
    text = script().replace("\\\n", " ")
    found = [next(filter(None, one)) for one in _ASKED.findall(text)]
    return [shlex.split(one.split(" | ")[0]) for one in found]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_the_cli_takes_it(words: list[str]) -> None:
    """A script whose reader finds out that the AWS CLI has no such option."""
    assert problem(words) is None


def test_the_script_is_the_same() -> None:
    """A command less, of which nobody hears before the check has gaps.

    `UPDATE_GOLDEN=1 pytest` of this file writes it anew: read the difference."""
    golden = Path(__file__).with_name("commands.golden")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(script())
    assert script() == golden.read_text()


def test_no_account_writes_over_what_another_told() -> None:
    """A member that may not list the organization would take its list away, and with it whoever was
    not looked at."""
    names = re.findall(r"^\s*ask (\S+)", script(), re.M)
    assert len(names) > 20
    assert {name.partition("/")[0] for name in names} == {'"$account', '"$at'}


STUB = """\
#!/bin/sh
service=$1 operation=$2
region= query= image= cluster= group= template=
while [ $# -gt 0 ]; do
  case $1 in
    --region) region=/$2 ;; --query) query=$2 ;; --image-id) image=$2 ;;
    --cluster-name) cluster=$2 ;; --nodegroup-name) group=$2 ;; --launch-template-id) template=$2 ;;
    --filters) exit 1 ;;
  esac
  shift
done
at=$DUMP/$ACCOUNT$region
case $query in
  Account) echo "$ACCOUNT" ;;
  'Regions[].RegionName') printf '%s\\t%s\\n' $REGIONS ;;
  'Images[].ImageId'|'LaunchTemplates[].LaunchTemplateId')
    grep -hoE '"(ImageId|LaunchTemplateId)": "[^"]*"' "$at/$service-$operation.json" | cut -d'"' -f4 ;;
  'clusters[]') ls "$at" | sed -n 's/^nodegroups-\\(.*\\).json/\\1/p' ;;
  'nodegroups[]') ls "$at" | sed -n "s/^nodegroup-$cluster-\\(.*\\).json/\\1/p" ;;
  ?*) ;;
  *) case $operation in
    describe-image-attribute) cat $(grep -l "$image" "$at"/permissions-*) ;;
    get-image-ancestry) cat $(grep -l "\\"ImageId\\": \\"$image" "$at"/ancestry-*) ;;
    list-nodegroups) cat "$at/nodegroups-$cluster.json" ;;
    describe-nodegroup) cat "$at/nodegroup-$cluster-$group.json" ;;
    *) if [ -n "$template" ]; then cat $(grep -l "$template" "$at"/versions-*)
       else cat "$at/$service-$operation.json"; fi ;;
  esac ;;
esac
"""


TEMPLATE, IMAGE = "lt-0000000000000000a", "ami-0000000000000000a"
VERSION = {"LaunchTemplateId": TEMPLATE, "VersionNumber": 1, "DefaultVersion": True,
           "LaunchTemplateData": {"ImageId": IMAGE}}  # fmt: skip
GROUP = {"clusterName": "prod", "nodegroupName": "own", "launchTemplate": {"id": TEMPLATE},
         "nodegroupArn": f"arn:aws:eks:us-east-1:{OWN2}:nodegroup/prod/own/1"}  # fmt: skip
FILLED: dict[str, dict[str, Any]] = {
    "iam-get-account-authorization-details": details(role()),
    "iam-get-account-summary": {"SummaryMap": {"Roles": 1}},
    "ec2-describe-regions": {"Regions": [
        {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"}]},
    "ec2-describe-instances": reservations("i-1"),
    "ec2-describe-images": {"Images": [
        {"ImageId": IMAGE, "OwnerId": OWN2, "Public": False, "State": "available"}]},
    "permissions-a": {"ImageId": IMAGE, "LaunchPermissions": [{"UserId": VENDOR}]},
    "ancestry-a": {"ImageAncestryEntries": [{"ImageId": IMAGE}]},
    "ec2-get-allowed-images-settings": {"State": "disabled", "ManagedBy": "account"},
    "ec2-describe-launch-templates": {"LaunchTemplates": [
        {"LaunchTemplateId": TEMPLATE, "DefaultVersionNumber": 1, "LatestVersionNumber": 1}]},
    "ec2-describe-launch-template-versions": {"LaunchTemplateVersions": [VERSION]},
    "versions-a": {"LaunchTemplateVersions": [VERSION]},
    "eks-list-clusters": {"clusters": ["prod"]},
    "nodegroups-prod": {"nodegroups": ["own"]},
    "nodegroup-prod-own": {"nodegroup": GROUP},
}  # fmt: skip
"""What AWS answers to the commands of the script; to all others with nothing."""


def answers(folder: Path) -> None:
    """As the command line would print them, in `ACCOUNT/call.json` and `ACCOUNT/REGION/call.json`."""
    (folder / OWN2 / "us-east-1").mkdir(parents=True)
    calls = [call for call in (*member_calls(), TEMPLATES, SUMMARY) if call.key]
    empty = {f"{c.service}-{xform_name(c.operation, '-')}": {c.key: []} for c in calls}
    for name, output in (empty | FILLED).items():
        at = OWN2 if name.startswith(("iam-", "ec2-describe-regions")) else f"{OWN2}/us-east-1"
        (folder / at / f"{name}.json").write_text(json.dumps(output, indent=1))


def test_it_makes_all_that_is_read(tmp_path: Path) -> None:
    """Run by a shell, with a command line that answers so: nothing is missing in the snapshot."""
    answers(tmp_path / "answers")
    (tmp_path / "aws").write_text(STUB)
    (tmp_path / "aws").chmod(0o755)
    (tmp_path / "dump.sh").write_text(script())
    told = {"DUMP": str(tmp_path / "answers"), "ACCOUNT": OWN2, "REGIONS": "us-east-1"}
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "dump.sh"], cwd=tmp_path, env=told | {"PATH": path}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ran = vendorgate("collect", "files", "dump", cwd=tmp_path)
    assert ran.code == 0, ran.err
    uses = [json.loads(line) for line in (tmp_path / "snapshot/image_uses.jsonl").open()]
    assert {(use["kind"], use["image_id"]) for use in uses} == {
        ("instance", IMAGE), ("launch-template", IMAGE), ("eks-node-group", IMAGE),
    }  # fmt: skip
    (image,) = [json.loads(line) for line in (tmp_path / "snapshot/images.jsonl").open()]
    assert image["launch_permissions"] == [VENDOR]
    assert "passed over" not in ran.err
