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
    ("what nobody's account is said of", plan(planned("aws_lambda_permission", {"function_name": "f", "principal": STRANGER, "source_account": "", "source_arn": "", "principal_org_id": ""})), {("function:f", STRANGER, "write")}),
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


SOME = planned("aws_iam_role", {"name": "o"}, name="o", unknown={"arn": True})
SERVICE = planned("aws_vpc_endpoint_service", {}, unknown={"allowed_principals": True})
SHARED = planned("aws_ram_principal_association", {}, unknown={"principal": True, "resource_share_arn": True})  # fmt: skip
ENTRY = planned("aws_eks_access_entry", {"cluster_name": "c"}, unknown={"principal_arn": True})
SNAPSHOT = planned("aws_db_cluster_snapshot", {"db_cluster_snapshot_identifier": "s"}, unknown={"shared_accounts": True})  # fmt: skip
NUMBER = planned("random_id", {}, name="n", unknown={"hex": True})
CLUSTER = planned("aws_eks_cluster", {"name": "c"}, name="c", unknown={"id": True})
BUCKET = planned("aws_s3_bucket", {"bucket": "b"}, name="b", unknown={"id": True})
OPENED = planned("aws_s3_bucket_policy", {"bucket": "b", "policy": json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]})}, name="p")  # fmt: skip
SHUT = planned("aws_s3_bucket_public_access_block", {"restrict_public_buckets": True}, unknown={"bucket": True})  # fmt: skip
UNSEEN, TAKEN = "shows only what", "taken to be what it refers to"


def referring(attribute: str, type_: str, *references: str) -> Any:
    return {"configuration": refers(*references, attribute=attribute, type_=type_)}


OF_ROLE = ("aws_iam_role.o.arn", "aws_iam_role.o")
PRINCIPALS = referring("allowed_principals", "aws_vpc_endpoint_service", *OF_ROLE)
OF_SHARE, OF_ENTRY = "aws_ram_principal_association", "aws_eks_access_entry"
PRINCIPAL = referring("principal", OF_SHARE, *OF_ROLE)
NUMBERED = referring("principal", OF_SHARE, "random_id.n.hex", "random_id.n")
OF_CLUSTER = referring("principal_arn", OF_ENTRY, "aws_eks_cluster.c.id", "aws_eks_cluster.c")
OF_BUCKET = referring("bucket", "aws_s3_bucket_public_access_block", "aws_s3_bucket.b.id", "aws_s3_bucket.b")  # fmt: skip
ARN = f"arn:aws:iam::{STRANGER}:role/"
HIDDEN = [
    ("one of several", plan(SOME, SERVICE, **PRINCIPALS), "", {("vpc-endpoint-service/aws_vpc_endpoint_service.r", "${aws_iam_role.o.arn}", "write")}, ""),
    ("a role of ours", plan(SOME, SHARED, **PRINCIPAL), "", set(), ""),
    ("a number, maybe in a stranger's name", plan(NUMBER, SHARED, **NUMBERED), "", {("resource-share/aws_ram_principal_association.r", "${random_id.n.hex}", "write")}, ""),
    ("a name, maybe in a stranger's", plan(CLUSTER, ENTRY, **OF_CLUSTER), "", {("cluster/c", "${aws_eks_cluster.c.id}", "read")}, ""),
    ("a bucket, or a longer name", plan(BUCKET, OPENED, SHUT, **OF_BUCKET), "", {("b", "anyone", "shut: RestrictPublicBuckets")}, TAKEN),
    ("a queue, in its policy", plan(QUEUE, UNKNOWN_POLICY, configuration=of_queue("aws_sqs_queue.q.arn", "aws_sqs_queue.q")), "", set(), UNSEEN),
    ("one of several of a document", plan(KEYED, ROLE, document(keyed(None), unknown=IDS), configuration={"resources": [*written(*ITS_ARN)["resources"], refers(*DOCUMENT, attribute="policy", type_="aws_kms_key")["resources"][0]]}), "", set(), UNSEEN),
    ("both of a set", plan(SOME, SERVICE, **PRINCIPALS), f'resource "aws_iam_role" "o" {{\nname = "o"\n}}\nresource "aws_vpc_endpoint_service" "r" {{\nallowed_principals = ["{ARN}x", aws_iam_role.o.arn]\n}}', {("vpc-endpoint-service/aws_vpc_endpoint_service.r", f"{ARN}x", "write")}, ""),
    ("both of two lists, one of them elsewhere", plan(SOME, SERVICE, **PRINCIPALS), f'resource "aws_vpc_endpoint_service" "r" {{\nallowed_principals = concat(["{ARN}x"], [aws_iam_role.o.arn])\n}}', {("vpc-endpoint-service/aws_vpc_endpoint_service.r", f"{ARN}x", "write")}, ""),
    ("some of a list that its source does not tell", plan(SOME, planned("aws_vpc_endpoint_service", {"allowed_principals": [f"{ARN}x", f"{ARN}y", None]}, unknown={"allowed_principals": [False, False, True]}), **PRINCIPALS), 'resource "aws_iam_role" "o" {\nname = "o"\n}\nresource "aws_vpc_endpoint_service" "r" {\nallowed_principals = concat(local.theirs, [aws_iam_role.o.arn])\n}', {("vpc-endpoint-service/aws_vpc_endpoint_service.r", one, "write") for one in (f"{ARN}x", f"{ARN}y", "${local.theirs}")}, ""),
    ("ours alone", plan(SOME, SERVICE, **PRINCIPALS), 'resource "aws_iam_role" "o" {\nname = "o"\n}\nresource "aws_vpc_endpoint_service" "r" {\nallowed_principals = [aws_iam_role.o.arn]\n}', set(), ""),
    ("an account among those of a snapshot", plan(planned("aws_organizations_account", {}, name="a", unknown={"id": True}), SNAPSHOT, **referring("shared_accounts", "aws_db_cluster_snapshot", "aws_organizations_account.a.id", "aws_organizations_account.a")), f'resource "aws_organizations_account" "a" {{}}\nresource "aws_db_cluster_snapshot" "r" {{\nshared_accounts = [aws_organizations_account.a.id, "{STRANGER}"]\n}}', {("cluster-snapshot:s", STRANGER, "read")}, ""),
    ("a stranger's role with a number", plan(NUMBER, SHARED, **NUMBERED), f'resource "aws_ram_principal_association" "r" {{\nprincipal = "{ARN}x-${{random_id.n.hex}}"\n}}', {("resource-share/aws_ram_principal_association.r", f"{ARN}x-${{random_id.n.hex}}", "write")}, ""),
    ("a stranger's role with a name of ours", plan(CLUSTER, ENTRY, **OF_CLUSTER), f'resource "aws_eks_cluster" "c" {{\nname = "c"\n}}\nresource "aws_eks_access_entry" "r" {{\nprincipal_arn = "{ARN}${{aws_eks_cluster.c.id}}"\n}}', {("cluster/c", f"{ARN}${{aws_eks_cluster.c.id}}", "read")}, ""),
    ("another bucket", plan(BUCKET, OPENED, SHUT, **OF_BUCKET), 'resource "aws_s3_bucket" "b" {\nbucket = "b"\n}\nresource "aws_s3_bucket_public_access_block" "r" {\nbucket = "${aws_s3_bucket.b.id}-logs"\n}', {("b", "anyone", "read")}, ""),
    ("the same bucket", plan(BUCKET, OPENED, SHUT, **OF_BUCKET), 'resource "aws_s3_bucket" "b" {\nbucket = "b"\n}\nresource "aws_s3_bucket_public_access_block" "r" {\nbucket = aws_s3_bucket.b.id\n}', {("b", "anyone", "shut: RestrictPublicBuckets")}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "content", "text", "expected", "said"), HIDDEN, ids=[row[0] for row in HIDDEN]
)
def test_what_a_plan_hides(
    tmp_path: Path, why: str, content: Any, text: str, expected: Any, said: str
) -> None:
    """A reference is a part of an expression, and all of it only where its source says so."""
    if text:
        (tmp_path / "main.tf").write_text(text)
    found = granted.plan(tmp_path, content)
    assert let_in(found) == expected
    assert [one for one in found.notes if UNSEEN in one or TAKEN in one] == [
        one for one in found.notes if said and said in one
    ]
    assert any(said in one for one in found.notes) or not said
