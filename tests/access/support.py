"""Records of resources, and whom the analysis says they let in, in a compact notation."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.access import Access, Ours, Resource, analyze_resource
from checker.trust.model import Principal
from tests.trust.support import OWN, TODAY, M, N, V, root

BUCKET = "arn:aws:s3:::acme-data"
QUEUE = f"arn:aws:sqs:eu-west-1:{M}:jobs"
TOPIC = f"arn:aws:sns:eu-west-1:{M}:alerts"
KEY = f"arn:aws:kms:eu-west-1:{M}:key/1111-2222"
FUNCTION = f"arn:aws:lambda:eu-west-1:{M}:function:ingest"
OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
OURS = Ours(accounts=frozenset({M, N}), organizations=frozenset({OWN}))
CANONICAL, STRANGER = "a" * 64, "c" * 64
OPEN_READ = {"Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}


def allow(principal: Any, action: Any, resource: Any = None, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return found | ({"Resource": resource} if resource else {})


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def asked(kind: str, arn: str, **fields: Any) -> Access:
    record = msgspec.convert({"arn": arn, "kind": kind, "account": M, **fields}, Resource)
    return analyze_resource(record, OURS, TODAY)


def name(one: Principal) -> str:
    if one.kind == "service":
        return f"{one.service}@{one.source}"
    found = one.arn or one.account or one.organization or one.provider or one.id
    return found or one.kind


def told(found: Access) -> list[str]:
    """Each effective grant, as `who access`."""
    return sorted(f"{name(one.principal)} {one.access}" for one in found.grants
                  if one.effective is not False)  # fmt: skip


def shut(found: Access) -> list[str | None]:
    return [one.guardrail for one in found.grants if one.effective is False]


VENDOR = {"AWS": root(V)}
ANYONE = {"AWS": "*"}
S3, SQS, SNS, KMS = "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::KMS::Key"
