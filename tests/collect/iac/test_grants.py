"""Each kind of resource in both languages: the same record, the same outsiders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.grants.rows import ROWS, is_read
from checker.collect.iac.kinds import kinds
from tests.collect.iac import granted
from tests.collect.iac.granted import OWN, alike, let_in, source, template
from tests.support.snapshots import STRANGER

ROOT = f"arn:aws:iam::{STRANGER}:root"


def statement(action: str, resource: str = "*", principal: Any = None) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal or {"AWS": ROOT}, "Action": action,
            "Resource": resource}  # fmt: skip


def policy(action: str, resource: str = "*", principal: Any = None) -> str:
    return json.dumps({"Statement": [statement(action, resource, principal)]})


def resources(*several: tuple[str, str]) -> str:
    return "Resources:\n" + "".join(f"  R{at}: {{Type: {kind}, Properties: {{{body}}}}}\n"
                                    for at, (kind, body) in enumerate(several))  # fmt: skip


def blocks(*several: tuple[str, str]) -> str:
    return "".join(f'resource "{kind}" "r{at}" {{\n{body}\n}}\n'
                   for at, (kind, body) in enumerate(several))  # fmt: skip


def hcl(text: str) -> str:
    """JSON text as a string of HCL."""
    return json.dumps(text)


READ = policy("s3:GetObject", "arn:aws:s3:::b/*")
POINT = "arn:aws:s3:us-east-1:222222222222:accesspoint/p"
POINTED = policy("s3:GetObject", f"{POINT}/object/*")
DELEGATED = json.dumps({"Statement": [statement("s3:*", "arn:aws:s3:::b/*", "*") | {
    "Condition": {"StringEquals": {"s3:DataAccessPointAccount": OWN}}}]})  # fmt: skip
QUEUED, KEYED = policy("sqs:SendMessage"), policy("kms:Decrypt")
TOLD, SECRET = policy("sns:Subscribe"), policy("secretsmanager:GetSecretValue")
PULLED = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "ecr:BatchGetImage"}]})  # fmt: skip
KEY = f"arn:aws:kms:us-east-1:{OWN}:key/k"
KINDS = [
    ("a bucket's policy", [("AWS::S3::Bucket", "BucketName: b"), ("AWS::S3::BucketPolicy", f"Bucket: !Ref R0, PolicyDocument: {READ}")],
     [("aws_s3_bucket", 'bucket = "b"'), ("aws_s3_bucket_policy", f"bucket = aws_s3_bucket.r0.id\npolicy = {hcl(READ)}")],
     {("b", STRANGER, "read")}),
    ("of a bucket that is elsewhere", [("AWS::S3::BucketPolicy", f"Bucket: b, PolicyDocument: {READ}")],
     [("aws_s3_bucket_policy", f'bucket = "b"\npolicy = {hcl(READ)}')], {("b", STRANGER, "read")}),
    ("a bucket's ACL", [("AWS::S3::Bucket", "BucketName: b, AccessControl: PublicReadWrite")],
     [("aws_s3_bucket", 'bucket = "b"\nacl = "public-read-write"')], {("b", "anyone", "write")}),
    ("an ACL that is switched off", [("AWS::S3::Bucket", "BucketName: b, AccessControl: PublicRead, PublicAccessBlockConfiguration: {IgnorePublicAcls: true}")],
     [("aws_s3_bucket", 'bucket = "b"\nacl = "public-read"'), ("aws_s3_bucket_public_access_block", "bucket = aws_s3_bucket.r0.bucket\nignore_public_acls = true")],
     {("b", "anyone", "shut: IgnorePublicAcls")}),
    ("an ACL of the owner alone", [("AWS::S3::Bucket", "BucketName: b, AccessControl: PublicRead, OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}")],
     [("aws_s3_bucket", 'bucket = "b"\nacl = "public-read"'), ("aws_s3_bucket_ownership_controls", 'bucket = "b"\nrule {\nobject_ownership = "BucketOwnerEnforced"\n}')],
     {("b", "anyone", "shut: BucketOwnerEnforced")}),
    ("an access point", [("AWS::S3::Bucket", "BucketName: b"), ("AWS::S3::BucketPolicy", f"Bucket: b, PolicyDocument: {DELEGATED}"), ("AWS::S3::AccessPoint", f"Name: p, Bucket: !Ref R0, Policy: {POINTED}")],
     [("aws_s3_bucket", 'bucket = "b"'), ("aws_s3_bucket_policy", f'bucket = "b"\npolicy = {hcl(DELEGATED)}'), ("aws_s3_access_point", f'name = "p"\nbucket = aws_s3_bucket.r0.id\npolicy = {hcl(POINTED)}')],
     {("b", STRANGER, "read"), ("accesspoint/p", STRANGER, "read")}),
    ("a key's policy", [("AWS::KMS::Key", f"KeyPolicy: {KEYED}")], [("aws_kms_key", f"policy = {hcl(KEYED)}")], {("key/R", STRANGER, "read")}),
    ("a queue's policy", [("AWS::SQS::Queue", "QueueName: q"), ("AWS::SQS::QueuePolicy", f"Queues: [!Ref R0], PolicyDocument: {QUEUED}")],
     [("aws_sqs_queue", 'name = "q"'), ("aws_sqs_queue_policy", f"queue_url = aws_sqs_queue.r0.url\npolicy = {hcl(QUEUED)}")],
     {("q", STRANGER, "write")}),
    ("of a queue by its URL", [("AWS::SQS::QueueInlinePolicy", f"Queue: 'https://sqs.us-east-1.amazonaws.com/{OWN}/q', PolicyDocument: {QUEUED}")],
     [("aws_sqs_queue_policy", f'queue_url = "https://sqs.us-east-1.amazonaws.com/{OWN}/q"\npolicy = {hcl(QUEUED)}')], {("q", STRANGER, "write")}),
    ("a topic's policy", [("AWS::SNS::Topic", "TopicName: t"), ("AWS::SNS::TopicPolicy", f"Topics: [!Ref R0], PolicyDocument: {TOLD}")],
     [("aws_sns_topic", 'name = "t"'), ("aws_sns_topic_policy", f"arn = aws_sns_topic.r0.arn\npolicy = {hcl(TOLD)}")], {("t", STRANGER, "read")}),
    ("who may call a function", [("AWS::Lambda::Function", "FunctionName: f"), ("AWS::Lambda::Permission", f"FunctionName: !Ref R0, Action: lambda:InvokeFunction, Principal: '{STRANGER}'")],
     [("aws_lambda_function", 'function_name = "f"'), ("aws_lambda_permission", f'function_name = aws_lambda_function.r0.function_name\naction = "lambda:InvokeFunction"\nprincipal = "{STRANGER}"')],
     {("function:f", STRANGER, "write")}),
    ("through a stranger's topic", [("AWS::Lambda::Permission", f"FunctionName: f, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: 'arn:aws:sns:us-east-1:{STRANGER}:t'")],
     [("aws_lambda_permission", f'function_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = "sns.amazonaws.com"\nsource_arn = "arn:aws:sns:us-east-1:{STRANGER}:t"')],
     {("function:f", STRANGER, "write")}),
    ("through our own", [("AWS::SNS::Topic", "TopicName: t"), ("AWS::Lambda::Permission", "FunctionName: f, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: !Ref R0")],
     [("aws_sns_topic", 'name = "t"'), ("aws_lambda_permission", 'function_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = "sns.amazonaws.com"\nsource_arn = aws_sns_topic.r0.arn')], set()),
    ("through anybody's", [("AWS::Lambda::Permission", "FunctionName: f, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com")],
     [("aws_lambda_permission", 'function_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = "sns.amazonaws.com"')],
     {("function:f", "deputy", "sns.amazonaws.com")}),
    ("all of another organization", [("AWS::Lambda::Permission", "FunctionName: f, Action: lambda:InvokeFunction, Principal: '*', PrincipalOrgID: o-other12345")],
     [("aws_lambda_permission", 'function_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = "*"\nprincipal_org_id = "o-other12345"')],
     {("function:f", "o-other12345", "write")}),
    ("all of the own one", [("AWS::Lambda::Permission", "FunctionName: f, Action: lambda:InvokeFunction, Principal: '*', PrincipalOrgID: o-own1234567")],
     [("aws_lambda_permission", 'function_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = "*"\nprincipal_org_id = "o-own1234567"')], set()),
    ("a layer for anybody", [("AWS::Lambda::LayerVersionPermission", f"LayerVersionArn: 'arn:aws:lambda:us-east-1:{OWN}:layer:l:1', Action: lambda:GetLayerVersion, Principal: '*'")],
     [("aws_lambda_layer_version_permission", 'layer_name = "l"\nversion_number = 1\naction = "lambda:GetLayerVersion"\nprincipal = "*"')],
     {("layer:l:1", "anyone", "read")}),
    ("a secret", [("AWS::SecretsManager::Secret", f"Name: s, KmsKeyId: {KEY}"), ("AWS::SecretsManager::ResourcePolicy", f"SecretId: !Ref R0, ResourcePolicy: {SECRET}")],
     [("aws_secretsmanager_secret", f'name = "s"\nkms_key_id = "{KEY}"'), ("aws_secretsmanager_secret_policy", f"secret_arn = aws_secretsmanager_secret.r0.arn\npolicy = {hcl(SECRET)}")],
     {("secret:s", STRANGER, "read")}),
    ("a secret under the service's key", [("AWS::SecretsManager::Secret", "Name: s"), ("AWS::SecretsManager::ResourcePolicy", f"SecretId: !Ref R0, ResourcePolicy: {SECRET}")],
     [("aws_secretsmanager_secret", f'name = "s"\npolicy = {hcl(SECRET)}')], {("secret:s", STRANGER, "shut: aws/secretsmanager")}),
    ("a repository", [("AWS::ECR::Repository", f"RepositoryName: r, RepositoryPolicyText: {PULLED}")],
     [("aws_ecr_repository", 'name = "r"'), ("aws_ecr_repository_policy", f"repository = aws_ecr_repository.r0.name\npolicy = {hcl(PULLED)}")],
     {("repository/r", STRANGER, "read")}),
    ("a registry", [("AWS::ECR::RegistryPolicy", f"PolicyText: {policy('ecr:ReplicateImage')}")],
     [("aws_ecr_registry_policy", f"policy = {hcl(policy('ecr:ReplicateImage'))}")], {("registry", STRANGER, "write")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "cfn", "tf", "expected"), KINDS, ids=[row[0] for row in KINDS])
def test_both_languages(tmp_path: Path, why: str, cfn: Any, tf: Any, expected: Any) -> None:
    """What a template opens, a plan opens too; and each says where."""
    mine, other = template(tmp_path, resources(*cfn)), source(tmp_path, blocks(*tf))
    assert (mine.gaps, other.gaps) == ([], [])
    names = {"key/R0": "key/R", "key/aws_kms_key.r0": "key/R"}
    for found in (mine, other):
        let = {(names.get(arn, arn), who, grade) for arn, who, grade in let_in(found)}
        assert let == expected
        lines = {one.location.line for one in found.resources if one.location}
        assert len(lines) == len(found.resources)


SAME = [
    row for row in KINDS if row[0] not in ("a key's policy", "a secret under the service's key")
]


@pytest.mark.parametrize(("why", "cfn", "tf", "expected"), SAME, ids=[row[0] for row in SAME])
def test_the_same_records(tmp_path: Path, why: str, cfn: Any, tf: Any, expected: Any) -> None:
    """One builder: but for the place, nobody can tell from a record how it was written."""
    mine, other = template(tmp_path, resources(*cfn)), source(tmp_path, blocks(*tf))
    order = lambda one: str(sorted(one.items()))  # noqa: E731
    assert sorted(map(alike, mine.resources), key=order) == sorted(
        map(alike, other.resources), key=order
    )


def test_the_table_names_doors_that_there_are() -> None:
    """A misspelt type or path would read nothing, and its gap would stay or, worse, go."""
    for language in ("cloudformation", "terraform"):
        listed = kinds(language)
        mine = {one for one in ROWS if one.startswith("aws_") == (language == "terraform")}
        assert mine <= listed.known
        for kind in mine & listed.doors.keys():
            read = [path for sort, path in listed.doors[kind] if is_read(kind, path)]
            assert read or all(
                sort in ("abroad", "reach", "code") for sort, _ in listed.doors[kind]
            )


def test_what_is_not_read_stays_a_gap(tmp_path: Path) -> None:
    """A bucket's policy is read, and whom its copies go to is not."""
    text = f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{ReplicationConfiguration: {{Rules: [{{Destination: {{Account: '{STRANGER}'}}}}]}}}}}}}}"
    (gap,) = template(tmp_path, text).gaps
    assert "hands over to" in gap.message
    assert granted.plan  # the same of plans is in test_terraform_reads
