"""Where what a template makes would stand: the region of each record, and the account of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.plans import plan, planned
from tests.support.cli import vendorgate
from tests.support.snapshots import OWN2

TEMPLATE = """
Resources:
  M: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-0123456789abcdef0}}
  F:
    Type: AWS::Lambda::Function
    Properties: {Layers: ['arn:aws:lambda:us-east-1:999999999999:layer:x:1']}
  P: {Type: AWS::ImageBuilder::DistributionConfiguration, Properties: {Name: p, Distributions: []}}
  T: {Type: AWS::SQS::Queue, Properties: {QueueName: t}}
  TP:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref T]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*'}]}
"""
FUNCTION = planned("aws_lambda_function", {"function_name": "f", "layers": ["arn:aws:lambda:us-east-1:999999999999:layer:x:1"]})  # fmt: skip
QUEUE = planned("aws_sqs_queue", {"name": "t", "policy": json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]})})  # fmt: skip
MACHINE = planned("aws_instance", {"ami": "ami-0123456789abcdef0"}, name="m")
CODE: dict[str, tuple[str, str]] = {
    "cloudformation": ("t.yaml", TEMPLATE),
    "terraform": ("p.json", json.dumps(plan(FUNCTION, QUEUE, MACHINE))),
}


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "snapshot" / name).read_text().splitlines()]


@pytest.mark.parametrize("source", CODE)
@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_each_record_is_of_the_region_that_is_given(
    tmp_path: Path, source: str, region: str | None
) -> None:
    """A record of no region is held against no region's rules; one that is made up, against others'."""
    name, text = CODE[source]
    (tmp_path / name).write_text(text)
    options = ("--region", region) if region else ()
    ran = vendorgate("collect", source, name, "--account", OWN2, *options, "-o", "snapshot", cwd=tmp_path)  # fmt: skip
    assert ran.code in (0, 3), ran.err
    for kind in ("image_uses.jsonl", "code_uses.jsonl", "resources.jsonl"):
        found = records(tmp_path, kind)
        assert found, kind
        assert {one.get("region") or "" for one in found} == {region or ""}, kind
        assert {one["account"] for one in found} == {OWN2}, kind
