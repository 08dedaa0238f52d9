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


HANDED_ON = [
    # type of what answers, the attribute, whether it may be of anybody
    ("AWS::SSM::Parameter", "Value", True),
    ("AWS::CloudFormation::CustomResource", "Account", True),
    ("AWS::Redshift::EndpointAuthorization", "Grantee", True),
    ("AWS::SSM::Document", "Arn", False),
    ("AWS::SQS::Queue", "Arn", False),
]


def test_what_is_handed_on_is_nobodys(tmp_path: Path) -> None:
    """Catches a stranger who is let in by a value that a resource of ours hands on."""
    for kind, attribute, open_ in HANDED_ON:
        trust = f"{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{AWS: !GetAtt X.{attribute}}}}}]}}"
        text = f"Resources:\n  X: {{Type: '{kind}', Properties: {{Value: '{{{{resolve:ssm:/x}}}}'}}}}\n  R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {trust}}}}}\n"
        (tmp_path / "t.yaml").write_text(text)
        (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
        ran = vendorgate("check", "--cloudformation", "t.yaml", "--account", OWN2, "-f", "json", cwd=tmp_path)  # fmt: skip
        found = {one["policy"] for one in json.loads(ran.out)["findings"]}
        assert ("unresolved-trust" in found) is open_, (kind, found)
