"""Resource policies in plans and states: what they refer to, and what is known only after apply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac import granted
from tests.collect.iac.granted import OWN, let_in
from tests.collect.iac.plans import DOCUMENT, block, document, plan, planned, policy, refers
from tests.collect.iac.test_terraform_reads import IDS, ITS_ARN, written
from tests.collect.iac.test_terraform_reads import OWN as ROLE
from tests.support.snapshots import STRANGER

KEYED = planned("aws_kms_key", {}, unknown={"policy": True, "arn": True})
UNKNOWN_POLICY = planned("aws_sqs_queue_policy", {}, unknown={"policy": True, "queue_url": True})
QUEUE = planned("aws_sqs_queue", {"name": "q"}, name="q", unknown={"url": True, "arn": True})


def of_queue(*references: str, **more: Any) -> Any:
    one = {"mode": "managed", "type": "aws_sqs_queue_policy", "name": "r", "expressions": {
        "queue_url": {"references": ["aws_sqs_queue.q.url", "aws_sqs_queue.q"]},
        "policy": {"references": list(references)}}}  # fmt: skip
    return {"resources": [one], **more}


def keyed(who: Any) -> Any:
    return block([who]) | {"actions": ["kms:*", "sqs:*"], "resources": ["*"]}


KEY = "key/aws_kms_key.r"
PLANS = [
    ("a document of our own role", plan(KEYED, ROLE, document(keyed(None), unknown=IDS), configuration={"resources": [*written(*ITS_ARN)["resources"], refers(*DOCUMENT, attribute="policy", type_="aws_kms_key")["resources"][0]]}), set()),
    ("of a stranger", plan(KEYED, document(keyed(STRANGER)), configuration=refers(*DOCUMENT, attribute="policy", type_="aws_kms_key")), {(KEY, STRANGER, "admin")}),
    ("of nobody knows whom", plan(KEYED, configuration=refers("local.p", attribute="policy", type_="aws_kms_key")), {(KEY, "${local.p}", "admin")}),
    ("none: AWS writes it", plan(KEYED, configuration=refers("local.n", attribute="description", type_="aws_kms_key")), set()),
    ("a queue that the plan makes", plan(QUEUE, UNKNOWN_POLICY, document(keyed(STRANGER)), configuration=of_queue(*DOCUMENT)), {("q", STRANGER, "write")}),
    ("what a service does for a stranger", plan(planned("aws_lambda_permission", {"function_name": "f", "principal": "s3.amazonaws.com", "source_account": STRANGER})), {("function:f", STRANGER, "write")}),
    ("for us", plan(planned("aws_lambda_permission", {"function_name": "f", "principal": "s3.amazonaws.com", "source_account": OWN, "source_arn": "arn:aws:s3:::b"})), set()),
    ("a topic of the plan", plan(planned("aws_sns_topic", {"name": "t"}, name="t", unknown={"arn": True}), planned("aws_lambda_permission", {"function_name": "f", "principal": "sns.amazonaws.com"}, unknown={"source_arn": True}), configuration={"resources": [{"mode": "managed", "type": "aws_lambda_permission", "name": "r", "expressions": {"source_arn": {"references": ["aws_sns_topic.t.arn", "aws_sns_topic.t"]}}}]}), set()),
    ("a URL for anybody, whose permission the provider writes", plan(planned("aws_lambda_function_url", {"authorization_type": "NONE", "function_name": f"arn:aws:lambda:us-east-1:{OWN}:function:f"})), {("function:f", "anyone", "write")}),
    ("one for those who sign", plan(planned("aws_lambda_function_url", {"authorization_type": "AWS_IAM", "function_name": "f"})), set()),
    ("logs of a load balancer of AWS", plan(planned("aws_s3_bucket_policy", {"bucket": "b", "policy": policy({"AWS": "arn:aws:iam::127311923021:root"})})), set()),
    ("the key of the other provider", plan(planned("awscc_kms_key", {"key_policy": json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "kms:*", "Resource": "*"}]})})), {("key/awscc_kms_key.r", STRANGER, "admin")}),
    ("a grant of a key of the plan", plan(planned("aws_kms_key", {}, name="k", unknown={"key_id": True}), planned("aws_kms_grant", {"grantee_principal": f"arn:aws:iam::{STRANGER}:role/x", "operations": ["Decrypt"]}, unknown={"key_id": True}), configuration=refers("aws_kms_key.k.key_id", "aws_kms_key.k", attribute="key_id", type_="aws_kms_grant")), {("key/aws_kms_key.k", f"arn:aws:iam::{STRANGER}:role/x", "read")}),
    ("the ACL of a bucket, as a state has it", plan(planned("aws_s3_bucket_acl", {"bucket": "b", "access_control_policy": [{"owner": [{"id": "a" * 64}], "grant": [{"permission": "FULL_CONTROL", "grantee": [{"type": "CanonicalUser", "id": "a" * 64, "uri": ""}]}, {"permission": "READ", "grantee": [{"type": "CanonicalUser", "id": "b" * 64, "uri": ""}]}]}]})), {("b", "b" * 64, "read")}),
    ("to our own role", plan(planned("aws_kms_grant", {"key_id": "k", "grantee_principal": f"arn:aws:iam::{OWN}:role/x", "operations": ["Decrypt"]})), set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), PLANS, ids=[row[0] for row in PLANS])
def test_plans(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """Followed through documents and references, as trust policies are."""
    found = granted.plan(tmp_path, content)
    assert (let_in(found), found.gaps) == (expected, [])
