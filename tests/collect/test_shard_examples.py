"""The examples of docs/shards: each of their commands is run, as its engine would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
import yaml
from moto.core.config import default_user_config

from tests.support.cli import vendorgate
from tests.support.front import OWN, aws, client
from tests.support.shell import program, shell
from tests.support.snapshots import ALLOWLIST

DOCS = Path(__file__).parent.parent.parent / "docs/shards"
BUCKET = "acme-snapshots"
SHARDS = 2


class _Template(yaml.SafeLoader):
    """CloudFormation's short forms, as what they name."""


_Template.add_multi_constructor("!", lambda _loader, tag, node: {f"!{tag}": node.value})
TEMPLATE = yaml.load((DOCS / "aws.yaml").read_text(), _Template)["Resources"]  # noqa: S506
WORKFLOW = yaml.safe_load((DOCS / "github.yml").read_text())
CHANGED = {"!Ref": {"Shards": str(SHARDS), "ExternalId": "acme-vendorgate"}}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An organization of four accounts, a bucket, and the command on the PATH."""
    (tmp_path / "bin").mkdir()
    # one region, and few kinds, as the emulator takes its time; else as installed
    less = "--regions us-east-1 --kinds AWS::SQS::Queue,layer"
    one = f'[ "$2" = aws ] && set -- "$@" {less}\n'
    program(tmp_path / "bin/vendorgate", one)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    with aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        rules = {"Rules": [by_default]}
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=rules)
        organizations = client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        for number in range(3):
            organizations.create_account(AccountName=f"a{number}", Email=f"a{number}@example.com")
        yield tmp_path


def run(home: Path, command: list[str], **env: str) -> int:
    path = f"{home / 'bin'}:{os.environ['PATH']}"
    told = os.environ | {"PATH": path, "XDG_CACHE_HOME": str(home / "cache")}
    return shell(command, home, told | env).code


def check(home: Path) -> tuple[int, list[str]]:
    options = ("-f", "json")
    ran = vendorgate("check", f"s3://{BUCKET}/snapshot", *options, cwd=home)
    return ran.code, [gap["code"] for gap in json.loads(ran.out)["gaps"]]


def job(home: Path, name: str, **env: str) -> int:
    """As AWS Batch runs a job of the definition."""
    container = TEMPLATE[name]["Properties"]["ContainerProperties"]
    return run(home, container["Command"], **(dict(map(_variable, container["Environment"])) | env))


def _variable(told: dict[str, Any]) -> tuple[str, str]:
    value = told["Value"]
    if isinstance(value, dict):
        ((how, name),) = value.items()
        value = CHANGED["!Ref"][name] if how == "!Ref" else name.replace("${Bucket}", BUCKET)
    return told["Name"], value


def test_an_array_of_batch(home: Path) -> None:
    """The job's number in the array chooses the shard; all of them are the organization."""
    assert job(home, "List") == 0
    for index in range(SHARDS):
        assert job(home, "Shard", AWS_BATCH_JOB_ARRAY_INDEX=str(index)) == 0
    assert job(home, "Merge") == 0
    assert check(home) == (0, [])


def test_a_distributed_map(home: Path) -> None:
    """Each item is a shard; one that failed is a gap of what is merged, not the end of the run."""
    states = TEMPLATE["Machine"]["Properties"]["Definition"]["States"]
    run_at = states["Run"]["Parameters"]["run.$"]
    (form,) = re.findall(r"States\.Format\('(.*)', \$\$\.Execution\.Name\)", run_at)
    place = form.replace("${Bucket}", BUCKET).replace("{}", "execution-1")
    item = states["Collect"]["ItemSelector"]["shard.$"]
    (shard,) = re.findall(r"States\.Format\('(.*)', \$\$\.Map\.Item\.Value\)", item)
    processor = states["Collect"]["ItemProcessor"]
    assert processor["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert {name for name, _ in _overrides(processor["States"]["Shard"])} == {"RUN", "SHARD"}
    assert job(home, "List", RUN=place) == 0
    for done in (1, 2):
        told = shard.replace("${Shards}", str(SHARDS)).replace("{}", str(done))
        assert job(home, "Shard", RUN=place, SHARD=told) == 0
        assert job(home, "Merge", RUN=place) == 0
        assert check(home) == ((3, ["MissingShard"]) if done == 1 else (0, []))


def _overrides(state: dict[str, Any]) -> list[tuple[str, str]]:
    told = state["Parameters"]["ContainerOverrides"]["Environment"]
    return [(one["Name"], one["Value.$"]) for one in told]


def test_step_functions_takes_the_machine() -> None:
    """A definition that is refused when it is deployed: moto parses it by the language's grammar."""
    properties = TEMPLATE["Machine"]["Properties"]
    text = json.dumps(properties["Definition"])
    for name in properties["DefinitionSubstitutions"]:
        text = text.replace(f"${{{name}}}", "16" if name == "Shards" else f"the-{name.lower()}")
    assert "${" not in text
    text = text.replace('Percentage": 100', 'Percentage": 100.0')  # moto's grammar wants a fraction
    # not `mock_aws`, which loads thousands of images where other tests then look for a few
    parses = {"stepfunctions": {"execute_state_machine": True}}
    with mock.patch.dict(default_user_config, parses), aws():
        role = f"arn:aws:iam::{OWN}:role/machine"
        api = boto3.client("stepfunctions", region_name="us-east-1")
        api.create_state_machine(name="run", definition=text, roleArn=role)
        with pytest.raises(Exception, match="ASLParserException"):
            broken = text.replace('"StartAt": "Run"', '"StartAt": 7')
            api.create_state_machine(name="broken", definition=broken, roleArn=role)


def test_the_template_is_one() -> None:
    """A property that CloudFormation does not know, a reference to nothing."""
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, DOCS / "aws.yaml"], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_a_matrix_of_github(home: Path) -> None:
    """Each `run` of the workflow, with what GitHub puts in the place of its expressions."""
    assert _job(home, "list") == 0
    shards = WORKFLOW["jobs"]["collect"]["strategy"]["matrix"]["shard"]
    assert shards == list(range(1, len(shards) + 1))
    for shard in (1, 2):
        assert _job(home, "collect", shard) == 0
    assert _job(home, "merge") == 0
    assert check(home) == (0, [])
    assert "cancelled" in WORKFLOW["jobs"]["merge"]["if"]  # runs when a shard has failed, too


def _job(home: Path, name: str, shard: int = 0) -> int:
    values = {
        "github.run_id": "1", "matrix.shard": str(shard),
        "strategy.job-total": str(SHARDS), "secrets.COLLECTOR_EXTERNAL_ID": "acme-vendorgate",
    }  # fmt: skip
    (step,) = (s for s in WORKFLOW["jobs"][name]["steps"] if "vendorgate " in s.get("run", ""))
    told = WORKFLOW["env"] | step.get("env", {})
    env = {key: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: values[m[1]], v) for key, v in told.items()}
    return run(home, ["bash", "-e", "-c", step["run"]], **env)
