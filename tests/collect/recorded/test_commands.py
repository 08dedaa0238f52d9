"""The script of `collect files --commands` runs as it stands, and makes all that is read."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from checker.collect.files.commands import script
from tests.collect.recorded.test_same_world import (  # noqa: F401  # both: a fixture
    FILES,
    REGIONS,
    both,
    gaps,
    records,
)
from tests.support.cli import vendorgate
from tests.support.cli_models import problem
from tests.support.front import OWN

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


def test_it_makes_all_that_is_read(both: Path, tmp_path: Path) -> None:  # noqa: F811
    """Run by a shell, with a command line that answers what AWS answered: the same snapshot."""
    (tmp_path / "aws").write_text(STUB)
    (tmp_path / "aws").chmod(0o755)
    (tmp_path / "dump.sh").write_text(script())
    told = {"DUMP": str(both / "files"), "ACCOUNT": OWN, "REGIONS": " ".join(REGIONS)}
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "dump.sh"], cwd=tmp_path, env=told | {"PATH": path}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ran = vendorgate("collect", "files", "dump", "--regions", ",".join(REGIONS), cwd=tmp_path)
    assert ran.code == 0, ran.err
    live, made = records(both / "aws" / "snapshot"), records(tmp_path / "snapshot")
    for name in FILES:
        assert made[name] == live[name], name
    assert gaps(tmp_path / "snapshot") == gaps(both / "aws" / "snapshot")
    assert not any("passed over" in note for note in json.loads(
        (tmp_path / "snapshot/manifest.json").read_text())["notes"])  # fmt: skip
