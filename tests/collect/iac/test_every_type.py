"""Each type of code that tells whom a resource lets in, or what it runs, as somebody would write it.

`every_type.jsonl` has one of each with all that is read of it. What they come to stands in
`golden.jsonl` (`conftest.py`): a property that the tables call by another name is no longer there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.images import IMAGES
from checker.collect.iac.terraform.image_uses import USES
from tests.collect.iac import granted
from tests.collect.iac.plans import Json, plan, planned

EVERY: dict[str, Json] = dict(
    map(json.loads, Path(__file__).with_name("every_type.jsonl").read_text().splitlines())
)
OF_TEMPLATES = {kind: one for kind, one in EVERY.items() if kind.startswith("AWS::")}
OF_TERRAFORM = {kind: one for kind, one in EVERY.items() if kind not in OF_TEMPLATES}


def test_each_type_is_there() -> None:
    """Catches a row of the tables of which nobody has written an example."""
    assert EVERY.keys() == {*ROWS, *RUNS, *IMAGES, *USES}


def _template(properties: Any) -> str:
    resources = {f"R{n}": {"Type": kind, "Properties": properties(one)}
                 for n, (kind, one) in enumerate(OF_TEMPLATES.items())}  # fmt: skip
    declared = {"U": {"Type": "String"}}
    return json.dumps({"Parameters": declared, "Resources": resources}, indent=0)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_templates(tmp_path: Path, known: bool) -> None:
    """Catches a property that is not read under its name, known or not."""
    unknown = {"Ref": "U"}
    found = granted.template(
        tmp_path, _template(lambda one: one if known else dict.fromkeys(one, unknown))
    )
    assert found.tally.total() == len(OF_TEMPLATES)


def test_one_part_of_templates_unknown(tmp_path: Path) -> None:
    """Catches the same of what stands deeper within a property."""
    found = granted.template(tmp_path, _template(_with_unknown))
    assert found.tally.total() == len(OF_TEMPLATES)


def _with_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_unknown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_unknown(one) for one in value]
    return {"Fn::Sub": f"{value}${{U}}"}


OF_FOLDERS = ("", "id", "arn", "bucket", "name", "url", "key_id", "function_name", "repository_url", "qualified_arn", "layer_arn",
              "stream_arn", "kms_key_arn", "description")  # fmt: skip
"""Attributes that name a resource in some type, and some that name another one, or none."""
NAMES = (*OF_FOLDERS, "Arn", "QueueUrl", "QueueName", "TopicArn", "TopicName", "Name", "KeyId", "Id", "FunctionArn", "RepositoryUri",
         "FileSystemId", "ServiceId", "DestinationArn", "StreamArn", "RoleArn", "Other")  # fmt: skip


def _named(values: list[Any]) -> Json:
    """A statement under conditions of each of these values, by their ARN, their account and alone."""
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": values,
            "Condition": {"ArnLike": {"aws:SourceArn": values}, "StringEquals": {"aws:SourceAccount": values[-5:]},
                          "StringLike": {"aws:PrincipalTag/a": values[-5:]}}}  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_names_of_what_a_template_makes(tmp_path: Path, known: bool) -> None:
    """Catches an attribute that is taken for the ARN, the name or the URL that it is not, or for
    somebody else's."""
    kinds = [kind for kind in OF_TEMPLATES if kind in ROWS and ROWS[kind].itself]
    made = {f"M{n}": {"Type": kind, "Properties": OF_TEMPLATES[kind] if known else {}}
            for n, kind in enumerate(kinds)}  # fmt: skip
    naming = {f"B{n}": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": f"b{n}", "PolicyDocument": {"Statement": _named([
        {"Fn::GetAtt": [f"M{n}", name]} if name else {"Ref": f"M{n}"} for name in NAMES])}}} for n in range(len(kinds))}  # fmt: skip
    found = granted.template(tmp_path, json.dumps({"Resources": {**made, **naming}}, indent=0))
    assert found.tally.total() == 2 * len(kinds)


def test_code_that_a_template_makes(tmp_path: Path) -> None:
    """Catches own code that is told as somebody else's, and the other way round."""
    kinds = [kind for kind in OF_TEMPLATES if kind in RUNS]
    made = {
        "Made": {"Type": "AWS::SageMaker::ModelPackage"},
        "Their": {"Type": "Vendor::Thing::Type"},
    }
    using = {f"R{n}{at}": {"Type": kind, "Properties": _leaves(OF_TEMPLATES[kind], value)} for n, kind in enumerate(kinds)
             for at, value in enumerate(({"Fn::GetAtt": ["Made", "Arn"]}, {"Fn::Sub": "${Made.Arn}:1"}, {"Fn::GetAtt": ["Their", "Arn"]}))}  # fmt: skip
    found = granted.template(tmp_path, json.dumps({"Resources": {**made, **using}}, indent=0))
    assert len(found.code_uses) >= len(kinds)


def _leaves(value: Any, by: Any) -> Any:
    if isinstance(value, dict):
        return {key: _leaves(one, by) for key, one in value.items()}
    return [_leaves(one, by) for one in value] if isinstance(value, list) else by


def test_names_of_what_a_folder_makes(tmp_path: Path) -> None:
    """Catches the same in .tf files."""
    kinds = [kind for kind in OF_TERRAFORM if kind in ROWS and ROWS[kind].itself]
    text = "".join(
        f'resource "{kind}" "m" {{\n'
        + "".join(f"{key} = {json.dumps(one)}\n" for key, one in OF_TERRAFORM[kind].items() if isinstance(one, str))
        + "}\n"
        + f'resource "aws_s3_bucket_policy" "b{n}" {{\n bucket = "b{n}"\n policy = jsonencode({{ Statement = [{_hcl(kind, n)}] }})\n}}\n'
        for n, kind in enumerate(kinds)
    )  # fmt: skip
    assert granted.source(tmp_path, text).tally.total() == 2 * len(kinds)


def _hcl(kind: str, turn: int) -> str:
    """The first two, and each third of the others in turn."""
    names = (*OF_FOLDERS[:2], *OF_FOLDERS[2 + turn % 3 :: 3])
    values = [f"@{kind}.m{'.' * bool(name)}{name}@" for name in names]
    return json.dumps(_named(values)).replace('"@', "").replace('@"', "")


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_plans(tmp_path: Path, known: bool) -> None:
    """Catches the same of a plan."""
    every = [
        planned(
            kind,
            one if known else {},
            name=f"r{n}",
            unknown=None if known else dict.fromkeys(one, True),
        )
        for n, (kind, one) in enumerate(OF_TERRAFORM.items())
    ]
    found = granted.plan(tmp_path, plan(*every))
    assert found.tally.total() == len(OF_TERRAFORM)
