"""Whose code runs, as saved output and tables tell it: found, or a gap; never nothing without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate

OWN, ALIEN = "222222222222", "999999999999"
LAYER = f"arn:aws:lambda:us-east-1:{ALIEN}:layer:agent:7"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:f"
STACK = f"arn:aws:cloudformation:us-east-1:{OWN}:stack/s/1"
PROJECT = f"arn:aws:codebuild:us-east-1:{OWN}:project/p"
APPLICATION = f"arn:aws:serverlessrepo:us-east-1:{ALIEN}:applications/x"
DOCUMENT = f"arn:aws:ssm:us-east-1:{ALIEN}:document/Run"
FILES: dict[str, Any] = {
    "lambda-list-functions": {"Functions": [
        {"FunctionName": "f", "FunctionArn": f"{FUNCTION}:$LATEST", "Version": "$LATEST", "Layers": [{"Arn": LAYER}], "Environment": {"Variables": {"PASSWORD": "hunter2"}}},
        {"FunctionName": "g", "FunctionArn": f"{FUNCTION[:-1]}g"}]},
    "ssm-list-associations": {"Associations": [{"AssociationId": "a-1", "Name": DOCUMENT}]},
    "cloudformation-describe-stacks": {"Stacks": [
        {"StackId": STACK, "StackName": "s", "StackStatus": "CREATE_COMPLETE", "Tags": [{"Key": "serverlessrepo:applicationId", "Value": APPLICATION}]},
        {"StackId": f"{STACK}2", "StackName": "t", "Tags": []}]},
    "codebuild-list-projects": {"projects": ["p"]},
    "codebuild-batch-get-projects": {"projects": [{"name": "p", "arn": PROJECT, "environment": {"image": "acme/build:1", "environmentVariables": [{"value": "hunter2"}]}}]},
}  # fmt: skip
USES = {("layer", LAYER), ("ssm-document", DOCUMENT), ("serverless-application", APPLICATION), ("build-image", "acme/build:1")}  # fmt: skip
CALLS = {
    "layer": "lambda:ListFunctions",
    "ssm-document": "ssm:ListAssociations",
    "serverless-application": "cloudformation:DescribeStacks",
    "build-image": "codebuild:ListProjects",
}


def collected(folder: Path, files: dict[str, Any], region: str = "us-east-1") -> tuple[Any, Any]:
    """The manifest, and the uses of code."""
    for name, content in files.items():
        at = folder / "dump" / OWN / region
        at.mkdir(parents=True, exist_ok=True)
        (at / f"{name}.json").write_text(json.dumps(content))
    return snapshot(folder, "files", str(folder / "dump"))


def snapshot(folder: Path, *words: str) -> tuple[Any, Any]:
    ran = vendorgate("collect", *words, "-q", "-o", folder / "snapshot")
    assert ran.code in (0, 3), ran.err
    there = folder / "snapshot" / "code_uses.jsonl"
    lines = there.read_text().splitlines() if there.exists() else []
    assert "hunter2" not in "".join(lines)
    return json.loads((folder / "snapshot" / "manifest.json").read_text()), [*map(json.loads, lines)]  # fmt: skip


def missing(manifest: Any) -> set[str]:
    """The calls of code that are gaps."""
    every = {*CALLS.values(), "codebuild:BatchGetProjects"}
    return {gap["call"] for gap in manifest["gaps"]} & every


def test_what_files_hold_is_found(tmp_path: Path) -> None:
    """By the same sources as live; no environment comes along."""
    manifest, uses = collected(tmp_path, FILES)
    assert {(one["kind"], one["reference"]) for one in uses} == USES
    assert {one["resource"] for one in uses if one["kind"] == "layer"} == {FUNCTION}
    assert (set(manifest["code_kinds"]), missing(manifest)) == ({kind for kind, _ in USES}, set())


@pytest.mark.parametrize("name", FILES)
def test_one_file_alone(tmp_path: Path, name: str) -> None:
    """Nobody looked for what nothing is given of; what is missing beside it is a gap."""
    manifest, uses = collected(tmp_path, {name: FILES[name]})
    (kind,) = manifest["code_kinds"]
    whole = not name.startswith("codebuild")
    other = {"codebuild-list-projects": "BatchGetProjects", "codebuild-batch-get-projects": "ListProjects"}  # fmt: skip
    assert missing(manifest) == (set() if whole else {f"codebuild:{other[name]}"})
    assert {one["kind"] for one in uses} == ({kind} if whole else set())


def test_a_region_of_which_nothing_was_given(tmp_path: Path) -> None:
    """Catches functions of a region that nobody asked, and that pass for none."""
    collected(tmp_path, FILES)
    manifest, _ = collected(tmp_path, {"ec2-describe-instances": {"Reservations": []}}, "eu-west-1")
    lacking = {g["call"] for g in manifest["gaps"] if g["region"] == "eu-west-1"}
    assert lacking >= set(CALLS.values())


CUT = [
    ("a function without its ARN", "lambda-list-functions", {"Functions": [{"FunctionName": "f"}, {"FunctionName": "g", "FunctionArn": FUNCTION}]}, "lambda:ListFunctions"),
    ("a stack without its tags", "cloudformation-describe-stacks", {"Stacks": [{"StackId": STACK, "StackName": "s"}]}, "cloudformation:DescribeStacks"),
    ("a build without its environment", "codebuild-batch-get-projects", {"projects": [{"name": "p", "arn": PROJECT}]}, "codebuild:BatchGetProjects"),
    ("one page of several", "lambda-list-functions", {"Functions": [], "NextToken": "x"}, "lambda:ListFunctions"),
    ("an association without its document", "ssm-list-associations", {"Associations": [{"AssociationId": "a"}]}, "ssm:ListAssociations"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "content", "call"), CUT, ids=[row[0] for row in CUT])
def test_what_somebody_cut(tmp_path: Path, why: str, name: str, content: Any, call: str) -> None:
    """A query that leaves out the very thing is no absence of it."""
    manifest, _ = collected(tmp_path, {**FILES, name: content})
    assert call in missing(manifest)


def test_a_project_of_which_the_answer_says_nothing(tmp_path: Path) -> None:
    """It is listed, and its image is not known."""
    manifest, _ = collected(tmp_path, {**FILES, "codebuild-list-projects": {"projects": ["p", "q"]}})  # fmt: skip
    assert missing(manifest) == {"codebuild:BatchGetProjects"}


def test_nothing_of_code_is_no_look(tmp_path: Path) -> None:
    """The report says that nobody looked."""
    manifest, _ = collected(tmp_path, {"ec2-describe-instances": {"Reservations": []}})
    assert ("code_kinds" in manifest, missing(manifest)) == (False, set())


TABLES: dict[str, Any] = {
    "aws_lambda_function": [{"name": "f", "arn": FUNCTION, "layers": [{"Arn": LAYER}]}],
    "aws_ssm_association": [{"association_id": "a-1", "document_name": DOCUMENT}],
    "aws_cloudformation_stack": [{"id": STACK, "name": "s", "status": "CREATE_COMPLETE", "tags": {"serverlessrepo:applicationId": APPLICATION}}],
    "aws_codebuild_project": [{"name": "p", "arn": PROJECT, "environment": {"Image": "acme/build:1"}}],
}  # fmt: skip


def test_what_tables_hold_is_found(tmp_path: Path) -> None:
    """The same of Steampipe's."""
    place = {"account_id": OWN, "region": "us-east-1", "partition": "aws"}
    for name, several in TABLES.items():
        (tmp_path / f"{name}.json").write_text(json.dumps([row | place for row in several]))
    paths = [str(tmp_path / f"{name}.json") for name in TABLES]
    manifest, uses = snapshot(tmp_path, "steampipe", *paths)
    assert {(one["kind"], one["reference"]) for one in uses} == USES
    assert (set(manifest["code_kinds"]), missing(manifest)) == ({kind for kind, _ in USES}, set())
