"""The snapshots and lists that sessions in `transcripts/` begin with, by the session's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)

EXCEPTION = """exceptions:
  - {policy: missing-external-id, principal: "999999999999", resource: "arn:aws:iam::222222222222:role/Old",
     reason: leaving, owner: sec@example.com, expires: 2026-12-31}
"""
LOOK_ALIKE = "ami-0123456789abcdef0"
GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeImages", "code": "Throttling",
       "message": "slow"}  # fmt: skip
LISTED: dict[str, list[Any]] = {"image_settings": [], "providers": []}
QUEUE = f"arn:aws:sqs:us-east-1:{OWN2}:jobs"


def estate(folder: Path) -> None:
    """Of each kind one: vetted and not, waived, nobody's, and a resource; before that, a day on
    which there was less, and one that could not look at all."""
    before = [role("Deploy", allow({"Service": "lambda.amazonaws.com"})), vendor_role()]
    more = [
        vendor_role("Old", external_id=None), vendor_role("Stranger", STRANGER),
        role("Open", allow("*")), role("Gone", allow({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})),
    ]  # fmt: skip
    roles = sorted([*before, *more], key=lambda one: str(one["arn"]))
    queue = {
        "account": OWN2, "region": "us-east-1", "arn": QUEUE, "kind": "AWS::SQS::Queue",
        "name": "jobs", "document": {"Version": "2012-10-17", "Statement": [
            allow({"AWS": STRANGER}, "sqs:SendMessage") | {"Resource": QUEUE}]},
    }  # fmt: skip
    uses, images = [use("i-1", LOOK_ALIKE)], [image(LOOK_ALIKE, owner=STRANGER, name="web")]
    resources = {"resource_kinds": ["AWS::SQS::Queue"]}
    write(folder / "snapshot", roles=roles, resources=[queue], image_uses=uses, images=images,
          **LISTED, manifest=resources)  # fmt: skip
    earlier = {"collected_at": "2026-11-01T06:00:00Z"}
    write(folder / "before", roles=before, resources=[], image_uses=[], images=[],
          **LISTED, manifest=resources | earlier)  # fmt: skip
    write(folder / "gaps", roles=[vendor_role()], image_uses=[], images=[], gaps=[GAP], **LISTED)
    write(folder / "vetted", roles=[vendor_role()])
    (folder / "allowlist.yaml").write_text(ALLOWLIST + EXCEPTION)
    (folder / "nobody.yaml").write_text("version: 1\n")


WORLDS: dict[str, Callable[[Path], None]] = {
    "check": estate, "settings": estate, "explain": estate, "diff": estate, "policy": estate,
    "waive": estate, "lists": estate,
}  # fmt: skip
