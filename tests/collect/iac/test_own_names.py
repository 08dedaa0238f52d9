"""What a policy calls a resource whose name AWS gives: whatever it says there, it may be this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.cli import vendorgate
from tests.support.snapshots import OWN2

TEMPLATE = """
Resources:
  B: {{Type: AWS::S3::Bucket}}
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref B
      PolicyDocument:
        Statement: [{{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: {resource}}}]
  Q: {{Type: AWS::SQS::Queue}}
  QP:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Q]
      PolicyDocument:
        Statement: [{{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: {resource}}}]
"""
CALLED: list[tuple[str, str, str, str]] = [
    # what is written, of the bucket, of the queue
    ("everything", "'*'", "*", "*"),
    ("another name", "'arn:aws:s3:::logs/*'", "arn:aws:s3:::B/*", "*"),
    ("a pattern of names", "'arn:aws:s3:::logs-*/x'", "arn:aws:s3:::B*", "*"),
    ("a bucket without a path", "'arn:aws:s3:::logs'", "arn:aws:s3:::B", "*"),
    ("a queue's name", f"'arn:aws:sqs:us-east-1:{OWN2}:jobs'", "arn:aws:s3:::B", "*"),
    ("no ARN", "'logs'", "*", "*"),
]  # fmt: skip


def documents(folder: Path, resource: str) -> dict[str, Any]:
    (folder / "t.yaml").write_text(TEMPLATE.format(resource=resource))
    ran = vendorgate("collect", "cloudformation", "t.yaml", "--account", OWN2, "--region", "us-east-1", "-o", "snapshot", cwd=folder)  # fmt: skip
    assert ran.code in (0, 3), ran.err
    lines = (folder / "snapshot/resources.jsonl").read_text().splitlines()
    return {one["kind"]: one["document"]["Statement"][0] for one in map(json.loads, lines)}


def test_a_name_that_aws_gives(tmp_path: Path) -> None:
    """A statement taken to be of another resource would let in nobody here."""
    for why, resource, bucket, queue in CALLED:
        found = documents(tmp_path, resource)
        assert found["AWS::S3::Bucket"]["Resource"] in (bucket, [bucket]), (why, found)
        assert found["AWS::SQS::Queue"]["Resource"] in (queue, [queue]), (why, found)
