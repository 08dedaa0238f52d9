"""Resources and code of others through the real command: judged, with file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.collect.iac.hcl import PLACE
from tests.collect.iac.test_grants import QUEUED, blocks, hcl, resources
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER

LAYER = f"arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1"
FILES = [
    ("--cloudformation", "t.yaml", resources(
        ("AWS::SQS::Queue", "QueueName: q"),
        ("AWS::SQS::QueuePolicy", f"Queues: [!Ref R0], PolicyDocument: {QUEUED}"),
        ("AWS::Lambda::Function", f"Layers: ['{LAYER}']"))),
    ("--terraform", "main.tf", blocks(
        ("aws_sqs_queue", 'name = "q"'),
        ("aws_sqs_queue_policy", f"queue_url = aws_sqs_queue.r0.url\npolicy = {hcl(QUEUED)}"),
        ("aws_lambda_function", f'layers = ["{LAYER}"]'))),
]  # fmt: skip


@pytest.mark.parametrize(("option", "name", "text"), FILES, ids=[row[0] for row in FILES])
def test_a_stranger_is_found_where_he_is_named(
    tmp_path: Path, option: str, name: str, text: str
) -> None:
    """A review puts the comment on the line of the policy, not of the queue."""
    (tmp_path / name).write_text(text)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", option, name, *PLACE, "--today", "2026-11-20", "-f", "json", cwd=tmp_path)  # fmt: skip
    report = json.loads(ran.out)
    found = {f["policy"]: (f["principal"], text.splitlines()[f["location"]["line"] - 1])
             for f in report["findings"] if f["location"]["file"] == name}  # fmt: skip
    assert (ran.code, report["gaps"]) == (1, [])
    who, line = found["unvetted-resource-access"]
    assert (who, "policy" in line.lower()) == (STRANGER, True)
    who, line = found["unvetted-layer-owner"]
    assert (who, "function" in line.lower()) == (STRANGER, True)
    assert any("3 resources: 3 read, 0 without trust, 0 not read" in n for n in report["notes"])
    assert not any("not looked at" in note or "told twice" in note for note in report["notes"])


def test_what_a_collection_says(tmp_path: Path) -> None:
    """Counts, and what could not be told of each resource."""
    text = resources(
        (
            "AWS::SQS::QueueInlinePolicy",
            "Queue: q, PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: !ImportValue X}, Action: 'sqs:*', Resource: '*'}]}",
        )
    )
    (tmp_path / "t.yaml").write_text(text)
    ran = vendorgate("collect", "cloudformation", "t.yaml", *PLACE, cwd=tmp_path)
    assert "resources: 1, uses of code: 0, gaps: 0" in ran.err
    assert "t.yaml:2: q: Principal is not known: ${ImportValue X}" in ran.err
