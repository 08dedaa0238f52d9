"""Each kind of resource in both languages: the same record, the same outsiders."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.grants.model import Given
from checker.collect.iac.grants.rows import ROWS, is_read
from checker.collect.iac.grants.shares import _names
from checker.collect.iac.kinds import kinds
from checker.collect.iac.target import Target
from tests.collect.iac import registry
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


MOUNTED, PUT = policy("elasticfilesystem:ClientMount"), policy("events:PutEvents")
ROWS_READ, SUBSCRIBED = policy("dynamodb:GetItem"), policy("logs:PutSubscriptionFilter")
PEER = f"arn:aws:iam::{STRANGER}:role/x"
MORE = [
    ("a file system", [("AWS::EFS::FileSystem", f"FileSystemPolicy: {MOUNTED}")], [("aws_efs_file_system_policy", f'file_system_id = "R0"\npolicy = {hcl(MOUNTED)}')], {("file-system/R0", STRANGER, "read")}),
    ("a table", [("AWS::DynamoDB::Table", f"TableName: t, ResourcePolicy: {{PolicyDocument: {ROWS_READ}}}")], [("aws_dynamodb_table", 'name = "t"'), ("aws_dynamodb_resource_policy", f"resource_arn = aws_dynamodb_table.r0.arn\npolicy = {hcl(ROWS_READ)}")], {("table/t", STRANGER, "read")}),
    ("a bus", [("AWS::Events::EventBus", f"Name: b, Policy: {PUT}")], [("aws_cloudwatch_event_bus", 'name = "b"'), ("aws_cloudwatch_event_bus_policy", f"event_bus_name = aws_cloudwatch_event_bus.r0.name\npolicy = {hcl(PUT)}")], {("event-bus/b", STRANGER, "write")}),
    ("the default bus, in parts", [("AWS::Events::EventBusPolicy", f"StatementId: s, Action: events:PutEvents, Principal: '{STRANGER}'")], [("aws_cloudwatch_event_permission", f'statement_id = "s"\nprincipal = "{STRANGER}"')], {("event-bus/default", STRANGER, "write")}),
    ("for all of our organization", [("AWS::Events::EventBusPolicy", "StatementId: s, Action: events:PutEvents, Principal: '*', Condition: {Type: StringEquals, Key: aws:PrincipalOrgID, Value: o-own1234567}")], [("aws_cloudwatch_event_permission", 'statement_id = "s"\nprincipal = "*"\ncondition {\nkey = "aws:PrincipalOrgID"\ntype = "StringEquals"\nvalue = "o-own1234567"\n}')], set()),
    ("in one statement", [("AWS::Events::EventBusPolicy", f"StatementId: s, EventBusName: b, Statement: {{Effect: Allow, Action: events:PutEvents, Resource: 'arn:aws:events:us-east-1:{OWN}:event-bus/b', Principal: '*'}}")], [("aws_cloudwatch_event_bus_policy", f"event_bus_name = \"b\"\npolicy = {hcl(policy('events:PutEvents', principal='*'))}")], {("event-bus/b", "anyone", "write")}),
    ("a destination of logs", [("AWS::Logs::Destination", f"DestinationName: d, DestinationPolicy: '{SUBSCRIBED}'")], [("aws_cloudwatch_log_destination", 'name = "d"'), ("aws_cloudwatch_log_destination_policy", f"destination_name = aws_cloudwatch_log_destination.r0.name\naccess_policy = {hcl(SUBSCRIBED)}")], {("destination:d", STRANGER, "write")}),
    ("a policy of logs", [("AWS::Logs::ResourcePolicy", "PolicyName: p, PolicyDocument: '" + policy("logs:PutLogEvents", principal={"Service": "es.amazonaws.com"}) + "'")], [("aws_cloudwatch_log_resource_policy", f'policy_name = "p"\npolicy_document = {hcl(policy("logs:PutLogEvents", principal={"Service": "es.amazonaws.com"}))}')], {("resource-policy:p", "deputy", "es.amazonaws.com")}),
    ("a share", [("AWS::RAM::ResourceShare", f"Name: s, Principals: ['{STRANGER}', '{OWN}', 'arn:aws:organizations::{OWN}:organization/o-own1234567']")], [("aws_ram_resource_share", 'name = "s"'), ("aws_ram_principal_association", f'resource_share_arn = aws_ram_resource_share.r0.arn\nprincipal = "{STRANGER}"')], {("resource-share/s", STRANGER, "write")}),
    ("who administers a cluster", [("AWS::EKS::AccessEntry", f"ClusterName: c, PrincipalArn: '{PEER}', AccessPolicies: [{{PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy'}}]")], [("aws_eks_access_policy_association", f'cluster_name = "c"\nprincipal_arn = "{PEER}"\npolicy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"')], {("cluster/c", PEER, "admin")}),
    ("who is in a group of one", [("AWS::EKS::AccessEntry", f"ClusterName: c, PrincipalArn: '{PEER}', KubernetesGroups: [dev]")], [("aws_eks_access_entry", f'cluster_name = "c"\nprincipal_arn = "{PEER}"\nkubernetes_groups = ["dev"]')], {("cluster/c", PEER, "write")}),
    ("an endpoint service", [("AWS::EC2::VPCEndpointServicePermissions", f"ServiceId: vpce-svc-1, AllowedPrincipals: ['{ROOT}', 'arn:aws:iam::{OWN}:root']")], [("aws_vpc_endpoint_service_allowed_principal", f'vpc_endpoint_service_id = "vpce-svc-1"\nprincipal_arn = "{ROOT}"')], {("vpc-endpoint-service/vpce-svc-1", STRANGER, "write")}),
    ("a peering", [("AWS::EC2::VPCPeeringConnection", f"PeerOwnerId: '{STRANGER}'")], [("aws_vpc_peering_connection", f'peer_owner_id = "{STRANGER}"')], {("vpc-peering-connection/R0", STRANGER, "write")}),
    ("one at home", [("AWS::EC2::VPCPeeringConnection", "PeerVpcId: vpc-1")], [("aws_vpc_peering_connection", 'peer_vpc_id = "vpc-1"')], set()),
    ("a domain", [("AWS::OpenSearchService::Domain", f"DomainName: d, AccessPolicies: {policy('es:ESHttpGet', principal='*')}")], [("aws_opensearch_domain", 'domain_name = "d"'), ("aws_opensearch_domain_policy", f"domain_name = aws_opensearch_domain.r0.domain_name\naccess_policies = {hcl(policy('es:ESHttpGet', principal='*'))}")], {("domain/d", "anyone", "read")}),
    ("a vault", [("AWS::Backup::BackupVault", f"BackupVaultName: v, AccessPolicy: {policy('backup:CopyIntoBackupVault')}")], [("aws_backup_vault_policy", f'backup_vault_name = "v"\npolicy = {hcl(policy("backup:CopyIntoBackupVault"))}')], {("backup-vault:v", STRANGER, "write")}),
    ("a stream", [("AWS::Kinesis::ResourcePolicy", f"ResourceArn: 'arn:aws:kinesis:us-east-1:{OWN}:stream/s', ResourcePolicy: {policy('kinesis:GetRecords')}")], [("aws_kinesis_resource_policy", f'resource_arn = "arn:aws:kinesis:us-east-1:{OWN}:stream/s"\npolicy = {hcl(policy("kinesis:GetRecords"))}')], {("stream/s", STRANGER, "read")}),
    ("a domain of packages", [("AWS::CodeArtifact::Domain", f"DomainName: d, PermissionsPolicyDocument: {policy('codeartifact:GetAuthorizationToken')}")], [("aws_codeartifact_domain_permissions_policy", f'domain = "d"\npolicy_document = {hcl(policy("codeartifact:GetAuthorizationToken"))}')], {("domain/d", STRANGER, "read")}),
    ("a bucket of tables", [("AWS::S3Tables::TableBucketPolicy", f"TableBucketARN: 'arn:aws:s3tables:us-east-1:{OWN}:bucket/b', ResourcePolicy: {policy('s3tables:GetTableData')}")], [("aws_s3tables_table_bucket", 'name = "b"'), ("aws_s3tables_table_bucket_policy", f"table_bucket_arn = aws_s3tables_table_bucket.r0.arn\nresource_policy = {hcl(policy('s3tables:GetTableData'))}")], {("bucket/b", STRANGER, "read")}),
    ("one of vectors", [("AWS::S3Vectors::VectorBucketPolicy", f"VectorBucketArn: 'arn:aws:s3vectors:us-east-1:{OWN}:bucket/b', Policy: {policy('s3vectors:GetVectors')}")], [("aws_s3vectors_vector_bucket_policy", f'vector_bucket_arn = "arn:aws:s3vectors:us-east-1:{OWN}:bucket/b"\npolicy = {hcl(policy("s3vectors:GetVectors"))}')], {("bucket/b", STRANGER, "read")}),
    ("a registry of schemas", [("AWS::EventSchemas::RegistryPolicy", f"RegistryName: r, Policy: {policy('schemas:DescribeSchema')}")], [("aws_schemas_registry_policy", f'registry_name = "r"\npolicy = {hcl(policy("schemas:DescribeSchema"))}')], {("registry/r", STRANGER, "read")}),
    ("an API", [("AWS::ApiGateway::RestApi", f"Name: a, Policy: {policy('execute-api:Invoke', 'execute-api:/*')}")], [("aws_api_gateway_rest_api", f'name = "a"\npolicy = {hcl(policy("execute-api:Invoke", "execute-api:/*"))}')], {("/restapis/R0", STRANGER, "write")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "cfn", "tf", "expected"), MORE, ids=[row[0] for row in MORE])
def test_the_others(tmp_path: Path, why: str, cfn: Any, tf: Any, expected: Any) -> None:
    """The same of kinds that fewer people share."""
    mine, other = template(tmp_path, resources(*cfn)), source(tmp_path, blocks(*tf))
    assert (mine.gaps, other.gaps) == ([], [])
    for found in (mine, other):
        let = {(re.sub(r"/aws_[.\w]+$", "/R0", arn), who, grade) for arn, who, grade in let_in(found)}  # fmt: skip
        assert let == expected


@pytest.mark.parametrize("who", [f"'{STRANGER}'", STRANGER])
def test_one_value_in_place_of_a_list(tmp_path: Path, who: str) -> None:
    """Catches a stranger whom nobody sees, as a text, or a number, is no list."""
    found = template(
        tmp_path, resources(("AWS::RAM::ResourceShare", f"Name: s, Principals: {who}"))
    )
    assert let_in(found) == {("resource-share/s", STRANGER, "write")}


def test_whom_a_share_names() -> None:
    """Catches a party that is called None or nothing, and one that is lost beside it."""
    given = {"p": [STRANGER, None, "", "o-x", PEER]}
    names = _names(Given({"q": given}, {"principals": "q.p"}, Target(account=OWN)))
    assert names == [STRANGER, "o-x", PEER]


def test_an_access_entry_of_nobody(tmp_path: Path) -> None:
    """Catches a party that is called None."""
    found = template(tmp_path, resources(("AWS::EKS::AccessEntry", "ClusterName: c")))
    with pytest.raises(AssertionError, match="unknown-share"):
        let_in(found)


SHARES = [
    ("a snapshot", "aws_snapshot_create_volume_permission", f'snapshot_id = "snap-1"\naccount_id = "{STRANGER}"', {("snapshot/snap-1", STRANGER, "read")}),
    ("of a database", "aws_db_snapshot", f'db_snapshot_identifier = "s"\nshared_accounts = ["{STRANGER}", "{OWN}"]', {("snapshot:s", STRANGER, "read")}),
    ("for all", "aws_db_cluster_snapshot", 'db_cluster_snapshot_identifier = "s"\nshared_accounts = ["all"]', {("cluster-snapshot:s", "anyone", "read")}),
    ("a document", "aws_ssm_document", f'name = "d"\npermissions = {{\n type = "Share"\n account_ids = "{STRANGER},{OWN}"\n}}', {("document/d", STRANGER, "read")}),
    ("for all who like", "aws_ssm_document", 'name = "d"\npermissions = {\n type = "Share"\n account_ids = "All"\n}', {("document/d", "anyone", "read")}),
    ("whose permissions nobody knows", "aws_ssm_document", 'name = "d"\npermissions = var.p', {("document/d", "${var.p}", "read")}),
    ("an ACL with grants", "aws_s3_bucket_acl", 'bucket = "b"\naccess_control_policy {\n grant {\n permission = "WRITE"\n grantee {\n type = "Group"\n uri = "http://acs.amazonaws.com/groups/global/AllUsers"\n}\n}\n}', {("b", "anyone", "write")}),
    ("a key's grant", "aws_kms_grant", f'key_id = "k"\ngrantee_principal = "{PEER}"\noperations = ["Decrypt"]', {("key/k", PEER, "read")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "body", "expected"), SHARES, ids=[r[0] for r in SHARES])
def test_what_only_terraform_shares(
    tmp_path: Path, why: str, kind: str, body: str, expected: Any
) -> None:
    """CloudFormation has no types for these."""
    found = source(tmp_path, 'variable "p" {}\n' + blocks((kind, body)))
    assert (let_in(found), found.gaps) == (expected, [])


SAM = "Transform: AWS::Serverless-2016-10-31\nResources:\n  T: {Type: AWS::SNS::Topic}\n  F: {Type: AWS::Serverless::Function, Properties: {FunctionName: f, %s}}\n"
IMPLIED = [
    ("a URL for anybody", "FunctionUrlConfig: {AuthType: NONE}", {("function:f", "anyone", "write")}),
    ("one for those who sign", "FunctionUrlConfig: {AuthType: AWS_IAM}", set()),
    ("a stranger's topic", f"Events: {{A: {{Type: SNS, Properties: {{Topic: 'arn:aws:sns:us-east-1:{STRANGER}:t'}}}}}}", {("function:f", STRANGER, "write")}),
    ("an own topic", "Events: {A: {Type: SNS, Properties: {Topic: !Ref T}}}", set()),
    ("an own bucket", "Events: {A: {Type: S3, Properties: {Bucket: !Ref B}}}", set()),
    ("any skill of Alexa", "Events: {A: {Type: AlexaSkill}}", {("function:f", "deputy", "alexa-appkit.amazon.com")}),
    ("one skill", "Events: {A: {Type: AlexaSkill, Properties: {SkillId: amzn1.ask.skill.x}}}", set()),
    ("an API", "Events: {A: {Type: Api, Properties: {Path: /, Method: get}}}", set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "expected"), IMPLIED, ids=[row[0] for row in IMPLIED])
def test_what_sam_permits_itself(tmp_path: Path, why: str, body: str, expected: Any) -> None:
    """No permission stands in the template: SAM writes it."""
    found = template(tmp_path, SAM % body)
    assert (let_in(found), found.gaps) == (expected, [])


HEAD = "Parameters: {P: {Type: String}, D: {Type: String, Default: prod}}\nConditions: {C: !Equals [!Ref P, x], E: !Equals [!Ref D, prod]}\n"
UNKNOWN = [
    ("whoever a parameter names", "{AWS: !Ref P}", "'arn:aws:s3:::b/*'", {"${P}"}),
    ("within an account", "{AWS: !Sub 'arn:aws:iam::" + STRANGER + ":role/${P}'}", "'*'", {STRANGER}),
    ("either of two", f"{{AWS: !If [C, '{STRANGER}', '{OWN}']}}", "'*'", {STRANGER}),
    ("a stranger by default", f"{{AWS: !If [E, '{STRANGER}', '{OWN}']}}", "'*'", {STRANGER}),
    ("what another stack tells", "{AWS: !ImportValue V}", "'*'", {"${ImportValue V}"}),
    ("objects that a parameter names", f"{{AWS: '{STRANGER}'}}", "!Sub 'arn:aws:s3:::b/${P}/*'", {STRANGER}),
    ("a resource that nothing tells", f"{{AWS: '{STRANGER}'}}", "!Ref P", {STRANGER}),
    ("the objects of another bucket", f"{{AWS: '{STRANGER}'}}", "'arn:aws:s3:::other/*'", set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "who", "where", "expected"), UNKNOWN, ids=[r[0] for r in UNKNOWN])
def test_what_cannot_be_told(tmp_path: Path, why: str, who: str, where: str, expected: Any) -> None:
    """Taken in the widest sense; who is not known is not nobody."""
    document = f"{{Statement: [{{Effect: Allow, Principal: {who}, Action: s3:GetObject, Resource: {where}}}]}}"
    text = f"{HEAD}Resources: {{R: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: b, PolicyDocument: {document}}}}}}}"
    assert {who for _, who, _ in let_in(template(tmp_path, text))} == expected


NAMED = [
    ("by its logical name", "{Type: AWS::S3::Bucket}", "!Ref B", "!Sub '${B.Arn}/*'"),
    ("by a name that a parameter completes", "{Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'x-${P}'}}", "!Ref B", "!Sub 'arn:aws:s3:::x-${P}/*'"),
    ("by a name that stands there", "{Type: AWS::S3::Bucket}", "!Ref B", "'arn:aws:s3:::its-name/*'"),
    ("by a parameter alone", "{Type: AWS::EC2::VPC}", "!Ref P", "!Sub 'arn:aws:s3:::${P}/*'"),
    ("by a part of the name", "{Type: AWS::S3::Bucket}", "!Ref B", "'arn:aws:s3:::*-data/*'"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "bucket", "ref", "where"), NAMED, ids=[row[0] for row in NAMED])
def test_a_name_that_is_not_known(
    tmp_path: Path, why: str, bucket: str, ref: str, where: str
) -> None:
    """What the policy calls the bucket is the bucket, whatever we call it."""
    document = f"{{Statement: [{{Effect: Allow, Principal: {{AWS: '{STRANGER}'}}, Action: s3:GetObject, Resource: {where}}}]}}"
    text = f"{HEAD}Resources:\n  B: {bucket}\n  R: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: {ref}, PolicyDocument: {document}}}}}\n"
    assert {who for _, who, _ in let_in(template(tmp_path, text))} == {STRANGER}


def test_a_name_with_more_in_its_arn(tmp_path: Path) -> None:
    """AWS adds letters to the name of a secret, and to that of an access point of many regions."""
    lettered = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:s-AbCdEf"
    many = f"arn:aws:s3::{OWN}:accesspoint/m.mrap/object/*"
    text = resources(("AWS::SecretsManager::ResourcePolicy", f"SecretId: s, ResourcePolicy: {policy('secretsmanager:PutSecretValue', lettered)}"),
                     ("AWS::S3::MultiRegionAccessPointPolicy", f"MrapName: m, Policy: {policy('s3:GetObject', many)}"))  # fmt: skip
    assert {arn for arn, _, _ in let_in(template(tmp_path, text))} == {"secret:s", "accesspoint/m"}


def test_a_policy_of_another_region(tmp_path: Path) -> None:
    """Code says eu-west-1 where nobody said it of the deployment: it is this queue all the same."""
    document = policy("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:q")
    text = resources(("AWS::SQS::QueueInlinePolicy", f"Queue: q, PolicyDocument: {document}"))
    assert let_in(template(tmp_path, text)) == {("q", STRANGER, "write")}


OPENED = (
    "FunctionName: f, Action: lambda:InvokeFunctionUrl, Principal: '*', FunctionUrlAuthType: NONE"
)
URLS = [
    ("open", ["TargetFunctionArn: f, AuthType: NONE", OPENED], {("function:f", "anyone", "write")}),
    ("for those who sign", ["TargetFunctionArn: f, AuthType: AWS_IAM", OPENED], {("function:f", "anyone", "shut: no URL with AuthType NONE")}),
    ("as a parameter says", ["TargetFunctionArn: f, AuthType: !ImportValue A", OPENED], {("function:f", "anyone", "write")}),
    ("without a permission", ["TargetFunctionArn: f, AuthType: NONE"], set()),
    ("of an alias", ["TargetFunctionArn: f, Qualifier: live, AuthType: NONE", OPENED.replace("f,", "'f:live',", 1)], {("function:f:live", "anyone", "write")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "bodies", "expected"), URLS, ids=[row[0] for row in URLS])
def test_urls_of_templates(tmp_path: Path, why: str, bodies: list[str], expected: Any) -> None:
    """CloudFormation writes no permission itself: a URL lets in whom a permission does."""
    types = ("AWS::Lambda::Url", "AWS::Lambda::Permission")
    found = template(tmp_path, resources(*zip(types, bodies, strict=False)))
    assert (let_in(found), found.gaps) == (expected, [])


def test_copies_of_a_table(tmp_path: Path) -> None:
    """Each copy has a policy of its own, and so has its stream."""
    copies = ", ".join(f"{{Region: {region}, ResourcePolicy: {{PolicyDocument: {policy('dynamodb:GetItem', f'arn:aws:dynamodb:{region}:{OWN}:table/t', {'AWS': who})}}}}}"
                       for region, who in (("us-east-1", "777777777777"), ("eu-west-1", STRANGER)))  # fmt: skip
    streamed = f"{{Region: ap-south-1, ReplicaStreamSpecification: {{ResourcePolicy: {{PolicyDocument: {policy('dynamodb:GetRecords')}}}}}}}"
    found = template(tmp_path, resources(("AWS::DynamoDB::GlobalTable", f"TableName: t, Replicas: [{copies}, {streamed}]")))  # fmt: skip
    assert (let_in(found), found.gaps) == ({("table/t", "777777777777", "read"), ("table/t", STRANGER, "read"), ("table/t/stream/latest", STRANGER, "read")}, [])  # fmt: skip


def test_two_policies_of_one_queue(tmp_path: Path) -> None:
    """Which of them is there last nobody knows: both are looked at, each where it is written."""
    text = resources(("AWS::SQS::Queue", "QueueName: q"),
                     ("AWS::SQS::QueuePolicy", f"Queues: [!Ref R0], PolicyDocument: {QUEUED}"),
                     ("AWS::SQS::QueueInlinePolicy", f"Queue: !Ref R0, PolicyDocument: {policy('sqs:*', principal={'AWS': '777777777777'})}"))  # fmt: skip
    found = template(tmp_path, text)
    assert {who for _, who, _ in let_in(found)} == {STRANGER, "777777777777"}
    assert [one.location.line for one in found.resources if one.location] == [3, 4]


def test_what_is_there_by_a_condition(tmp_path: Path) -> None:
    """A policy that is left out by default is told, and so is when it is there."""
    text = f"Parameters: {{D: {{Type: String, Default: dev}}}}\nConditions: {{E: !Equals [!Ref D, prod]}}\nResources: {{R: {{Type: AWS::SQS::QueueInlinePolicy, Condition: E, Properties: {{Queue: q, PolicyDocument: {QUEUED}}}}}}}"
    (record,) = template(tmp_path, text).resources
    assert record.name == "q (if D = prod)"
    assert template(tmp_path, text, D="dev").resources == []


def test_properties_of_the_table_are_published() -> None:
    """A misspelt path would read nothing, and its gap would be gone."""
    schemas = registry.schemas()
    for kind, row in ROWS.items():
        if kind in schemas:
            told = {path for key, path in row.keys.items() if path and key != "arn"}
            assert {path.removesuffix(".*") for path in told} <= registry.paths(kind), kind


def test_the_table_closes_doors() -> None:
    """What is read of a type with doors is one of them, or the resource that they are of."""
    for language in ("cloudformation", "terraform"):
        listed = kinds(language)
        mine = {one for one in ROWS if one.startswith("aws_") == (language == "terraform")}
        assert mine <= listed.known
        for kind in mine & listed.doors.keys():
            read = [path for sort, path in listed.doors[kind] if is_read(kind, path)]
            others = {sort for sort, _ in listed.doors[kind]} - {"abroad", "body", "reach", "code"}
            assert read or not others, kind


def test_what_is_not_read_stays_a_gap(tmp_path: Path) -> None:
    """A bucket's policy is read, and whom its copies go to is not."""
    text = f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{ReplicationConfiguration: {{Rules: [{{Destination: {{Account: '{STRANGER}'}}}}]}}}}}}}}"
    (gap,) = template(tmp_path, text).gaps
    assert "hands over to" in gap.message


QUIET_HEAD = """Resources:
  B: {Type: AWS::S3::Bucket}
  T: {Type: AWS::SNS::Topic}
  Q: {Type: AWS::SQS::Queue}
  D: {Type: AWS::CloudFront::Distribution}
  O: {Type: AWS::CloudFront::CloudFrontOriginAccessIdentity}
  E: {Type: AWS::Events::Rule}
  V: {Type: AWS::EC2::VPCEndpoint}
"""
ON_BUCKET = (
    "{Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B, PolicyDocument: {Statement: [%s]}}}"
)
ON_QUEUE = "{Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: [%s]}}}"
CALLED = "{Type: AWS::Lambda::Permission, Properties: {FunctionName: f, Action: lambda:InvokeFunction, %s}}"
QUIET = [
    ("an own distribution", ON_BUCKET % "{Effect: Allow, Principal: {Service: cloudfront.amazonaws.com}, Action: s3:GetObject, Resource: !Sub '${B.Arn}/*', Condition: {StringEquals: {AWS:SourceArn: !Sub 'arn:aws:cloudfront::${AWS::AccountId}:distribution/${D}'}}}"),
    ("an own identity of one", ON_BUCKET % "{Effect: Allow, Principal: {CanonicalUser: !GetAtt O.S3CanonicalUserId}, Action: s3:GetObject, Resource: '*'}"),
    ("the same by its ARN", ON_BUCKET % "{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${O}'}, Action: s3:GetObject, Resource: '*'}"),
    ("a Deny alone", ON_BUCKET % "{Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*', Condition: {Bool: {aws:SecureTransport: false}}}"),
    ("an own topic, by whoever comes", ON_QUEUE % "{Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*', Condition: {ArnEquals: {aws:SourceArn: !Ref T}}}"),
    ("an own rule", ON_QUEUE % "{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: '*', Condition: {ArnEquals: {aws:SourceArn: !GetAtt E.Arn}}}"),
    ("an own bucket", CALLED % "Principal: s3.amazonaws.com, SourceArn: !GetAtt B.Arn"),
    ("the own organization", ON_BUCKET % "{Effect: Allow, Principal: '*', Action: s3:GetObject, Resource: '*', Condition: {StringEquals: {aws:PrincipalOrgID: o-own1234567}}}"),
    ("everybody, but for all who come by another way", ON_BUCKET % "{Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: 's3:*', Resource: '*'}, {Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*', Condition: {StringNotEquals: {aws:SourceVpce: !Ref V}}}"),
    ("an own account's topic that a parameter names", "{Type: AWS::SQS::QueueInlinePolicy, Properties: {Queue: q, PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: '*', Condition: {ArnEquals: {aws:SourceArn: !ImportValue X}, StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}}]}}}"),
    ("logs of a load balancer", ON_BUCKET % "{Effect: Allow, Principal: {AWS: 'arn:aws:iam::127311923021:root'}, Action: s3:PutObject, Resource: '*'}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource"), QUIET, ids=[row[0] for row in QUIET])
def test_what_lets_in_nobody(tmp_path: Path, why: str, resource: str) -> None:
    """What people write for themselves every day must not cry wolf."""
    found = template(tmp_path, f"{QUIET_HEAD}  R: {resource}\n")
    assert (let_in(found), found.gaps) == (set(), [])


def test_a_transform_within_a_policy(tmp_path: Path) -> None:
    """What it would add to the policy nobody can tell."""
    text = (
        QUIET_HEAD
        + "  R: "
        + ON_BUCKET
        % "{Effect: Deny, Principal: '*', Action: '*', Resource: '*', 'Fn::Transform': {Name: Mine}}"
    )
    assert [gap.code for gap in template(tmp_path, text).gaps] == ["Transform"]


RESTING = [
    ("whom a default names", f"Default: '{STRANGER}'", "{AWS: !Ref P}", "'*'", True),
    ("where a default names", "Default: x", f"{{AWS: '{STRANGER}'}}", "!Sub 'arn:aws:s3:::b/${P}/*'", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "default", "who", "where", "said"), RESTING, ids=[r[0] for r in RESTING])  # fmt: skip
def test_who_rests_on_a_default(
    tmp_path: Path, why: str, default: str, who: str, where: str, said: bool
) -> None:
    """Whoever deploys may say otherwise."""
    document = f"{{Statement: [{{Effect: Allow, Principal: {who}, Action: s3:GetObject, Resource: {where}}}]}}"
    text = f"Parameters: {{P: {{Type: String, {default}}}}}\nResources: {{R: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: b, PolicyDocument: {document}}}}}}}"
    found = template(tmp_path, text)
    assert (bool(found.defaults), {who for _, who, _ in let_in(found)}) == (said, {STRANGER})


COUNTED = 'variable "n" { type = number }\nvariable "m" {}\n'
NAMES = 'resource "aws_s3_bucket" "b" {\nbucket = "b-x"\n}\nresource "aws_s3_bucket" "c" {\nbucket = "c-x"\n}\n'


def sent(who: str, more: str = "", resource: str = '"*"') -> str:
    """A queue's policy, in HCL."""
    return f'jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ AWS = {who} }}, Action = "sqs:*", Resource = {resource} }}{more}] }})'


def read_by(policy: str, arn: str = "b-x") -> str:
    return f'resource "aws_s3_bucket_policy" "p" {{\nbucket = "{arn}"\npolicy = {policy}\n}}\n'


def of_objects(resource: str) -> str:
    return f'jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ AWS = "{STRANGER}" }}, Action = "s3:GetObject", Resource = {resource} }}] }})'


def templated(*parts: str) -> str:
    """A queue's policy in a text with directives among its principals."""
    text = "".join(one.replace("{{", "{").replace("}}", "}") for one in parts)
    return f'resource "aws_sqs_queue" "q" {{\npolicy = <<EOF\n{{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": ["{OWN}"{text}]}}, "Action": "sqs:*", "Resource": "*"}}]}}\nEOF\n}}'


WHOLE = f'${{<<EOF {{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": ["{OWN}"%{{ for a in var.m }}, "${{a}}"%{{ endfor }}]}}, "}}'
OR = f'count.index == 0 ? "{OWN}" : "{STRANGER}"'
QUEUED_BY = 'resource "aws_sqs_queue" "a" {\ncount = var.n\nname_prefix = "a"\n}\nresource "aws_sqs_queue_policy" "p" {\nqueue_url = aws_sqs_queue.a[0].id\npolicy = '
DENIED = ', {{ Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = {} }}'
READS, SENDS = {("b-x", STRANGER, "read")}, {("aws_sqs_queue.q", STRANGER, "write")}
TOLD = [
    ("the second of a count", f'resource "aws_sqs_queue" "q" {{\ncount = var.n\npolicy = {sent(OR)}\n}}', SENDS),
    ("the second policy", f'resource "aws_sqs_queue" "q" {{\ncount = var.n\npolicy = count.index > 0 ? {sent(chr(34) + STRANGER + chr(34))} : null\n}}', SENDS),
    ("the second permission", f'resource "aws_lambda_permission" "p" {{\ncount = var.n\nfunction_name = "f"\naction = "lambda:InvokeFunction"\nprincipal = {OR}\n}}', {("function:f", STRANGER, "write")}),
    ("the second entry", f'resource "aws_eks_access_entry" "p" {{\ncount = var.n\ncluster_name = "c"\nprincipal_arn = count.index == 0 ? "arn:aws:iam::{OWN}:role/x" : "arn:aws:iam::{STRANGER}:role/x"\n}}', {("cluster/c", f"arn:aws:iam::{STRANGER}:role/x", "read")}),
    ("none of them", f'resource "aws_sqs_queue" "q" {{\ncount = var.n\npolicy = {sent(OR.replace(STRANGER, OWN))}\n}}', set()),
    ("denied on another one", QUEUED_BY + sent(f'"{STRANGER}"', DENIED.format("aws_sqs_queue.a[1].arn")) + "\n}", {("aws_sqs_queue.a[0]", STRANGER, "write")}),
    ("denied on that one", QUEUED_BY + sent(f'"{STRANGER}"', DENIED.format("aws_sqs_queue.a[0].arn")) + "\n}", set()),
    ("a name replaced by ours", NAMES + read_by(f'replace({of_objects(chr(34) + "${aws_s3_bucket.c.arn}/*" + chr(34))}, "c-x", "b-x")'), READS),
    ("a name without what comes before it", NAMES + read_by(of_objects('format("arn:aws:s3:::%s/*", trimprefix(aws_s3_bucket.b.arn, "arn:aws:s3:::"))')), READS),
    ("a name split off", NAMES + read_by(of_objects('format("arn:aws:s3:::%s/*", element(split(":::", aws_s3_bucket.b.arn), 1))')), READS),
    ("a name that AWS makes up, replaced", NAMES.replace('bucket = "c-x"', 'bucket_prefix = "c-x"') + read_by(f'replace({of_objects(chr(34) + "${aws_s3_bucket.c.arn}/*" + chr(34))}, "c-x", "b-x")'), READS),
    ("a word replaced by its ARN", NAMES + read_by(f'replace({of_objects(chr(34) + "BUCKET/*" + chr(34))}, "BUCKET", aws_s3_bucket.b.arn)'), READS),
    ("a word replaced by another's", NAMES + read_by(f'replace({of_objects(chr(34) + "BUCKET/*" + chr(34))}, "BUCKET", aws_s3_bucket.c.arn)'), set()),
    ("words replaced by ARNs, for ourselves", NAMES + 'resource "aws_iam_role" "r" {\nname = "r"\n}\n' + read_by('replace(replace(jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "ROLE_ARN" }, Action = "s3:*", Resource = "BUCKET_ARN/*" }] }), "ROLE_ARN", aws_iam_role.r.arn), "BUCKET_ARN", aws_s3_bucket.b.arn)'), set()),
    ("our account, split off", 'resource "aws_sns_topic" "t" {\nname = "t"\n}\nresource "aws_sqs_queue" "q" {\npolicy = ' + sent('split(":", aws_sns_topic.t.arn)[4]') + "\n}", set()),
    ("an instance in a text", 'resource "aws_s3_bucket" "k" {\nfor_each = toset(["k"])\nbucket_prefix = "k"\n}\nresource "aws_s3_bucket_policy" "p" {\nbucket = aws_s3_bucket.k["k"].id\npolicy = <<EOF\n{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "' + STRANGER + '"}, "Action": "s3:GetObject", "Resource": "${aws_s3_bucket.k["k"].arn}/*"}]}\nEOF\n}', {('aws_s3_bucket.k["k"]', STRANGER, "read")}),
    ("an instance that nobody counted in a text", 'resource "aws_s3_bucket" "k" {\nfor_each = toset(var.m)\nbucket_prefix = "k"\n}\nresource "aws_s3_bucket_policy" "p" {\nbucket = aws_s3_bucket.k["k"].id\npolicy = <<EOF\n{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "' + OWN + '"}, "Action": "s3:GetObject", "Resource": "${aws_s3_bucket.k["k"].arn}/*"}]}\nEOF\n}', set()),
    ("each of a list in a text", templated(f'%{{{{ for i, a in ["{OWN}", "{STRANGER}"] ~}}}}', '%{ if i > 0 ~} , "888888888888" %{ else }, "222222222222"%{ endif ~}', "%{ endfor ~}"), SENDS),
    ("each of ours in a text", templated(f'%{{{{ for a in ["{OWN}"] }}}}', ', "${a}"', "%{ endfor }"), set()),
    ("those of whom nobody knows in a text", templated("%{{ for a in var.m }}", ', "${a}"', "%{ endfor }"), {("aws_sqs_queue.q", WHOLE, "write")}),
    ("either of two in a text", templated("%{{ if var.m }}", f', "{STRANGER}"', "%{ endif }"), SENDS),
    ("a stranger's role by a name of ours", f'resource "aws_eks_cluster" "c" {{\nname = "c"\n}}\nresource "aws_sqs_queue" "q" {{\npolicy = {sent(chr(34) + "arn:aws:iam::" + STRANGER + ":role/${aws_eks_cluster.c.id}" + chr(34))}\n}}', SENDS),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), TOLD, ids=[row[0] for row in TOLD])
def test_what_will_be(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """What a value will be counts, in each instance that there may be."""
    assert let_in(source(tmp_path, COUNTED + text)) == expected
