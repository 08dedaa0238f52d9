"""The table: which types of code tell whom a resource lets in, and where.

A line is a type of CloudFormation, SAM (`AWS::…`) or the aws provider (`aws_…`). `is_` it is the
resource; `of` it tells of one that `named` names. Paths are those of `accounting.at`. The awscc
provider's types are CloudFormation's.
"""

from __future__ import annotations

from checker.collect.iac.grants import readers
from checker.collect.iac.grants.model import Reader, Row

FORMS = {
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::S3::AccessPoint": "s3:{region}:{account}:accesspoint/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "lambda:{region}:{account}:layer:{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{name}",
    "AWS::ECR::RegistryPolicy": "ecr:{region}:{account}:registry",
}
"""How the ARN of a kind looks, behind its partition.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""
UNSURE = ("AWS::SecretsManager::Secret",)
"""Kinds whose ARN ends in what only AWS tells, whatever they are called."""


def is_(kind: str, named: str = "", reader: Reader = readers.policy, **keys: str) -> Row:
    return Row(kind, {"named": named, "arn": "arn", **keys}, True, reader)


def of(kind: str, named: str, reader: Reader = readers.policy, **keys: str) -> Row:
    return Row(kind, {"named": named, **keys}, False, reader)


_BUCKET, _POINT = "AWS::S3::Bucket", "AWS::S3::AccessPoint"
_KEY, _QUEUE, _TOPIC = "AWS::KMS::Key", "AWS::SQS::Queue", "AWS::SNS::Topic"
_FUNCTION, _LAYER = "AWS::Lambda::Function", "AWS::Lambda::LayerVersion"
_SECRET, _REPOSITORY = "AWS::SecretsManager::Secret", "AWS::ECR::Repository"
_REGISTRY = "AWS::ECR::RegistryPolicy"
_BPA = "PublicAccessBlockConfiguration"
_SWITCHES = {
    "BlockPublicAcls": "block_public_acls", "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy", "RestrictPublicBuckets": "restrict_public_buckets",
}  # fmt: skip

ROWS: dict[str, Row] = {
    # S3
    _BUCKET: is_(_BUCKET, "BucketName", readers.bucket, acl="AccessControl", bpa=_BPA,
                 ownership="OwnershipControls.Rules.*.ObjectOwnership"),
    "AWS::S3::BucketPolicy": of(_BUCKET, "Bucket", policy="PolicyDocument"),
    "aws_s3_bucket": is_(_BUCKET, "bucket", readers.bucket, policy="policy", acl="acl",
                         grants="grant.*"),
    "aws_s3_bucket_policy": of(_BUCKET, "bucket", policy="policy"),
    "aws_s3_bucket_acl": of(_BUCKET, "bucket", readers.bucket, acl="acl",
                            grants="access_control_policy.*.grant.*"),
    "aws_s3_bucket_public_access_block": of(_BUCKET, "bucket", readers.own_switches, **_SWITCHES),
    "aws_s3_bucket_ownership_controls": of(_BUCKET, "bucket", readers.bucket,
                                           ownership="rule.*.object_ownership"),
    _POINT: is_(_POINT, "Name", readers.access_point, policy="Policy", bucket="Bucket",
                vpc="VpcConfiguration", bpa=_BPA),
    "aws_s3_access_point": is_(_POINT, "name", readers.access_point, policy="policy",
                               bucket="bucket", vpc="vpc_configuration.*",
                               bpa="public_access_block_configuration"),
    "aws_s3control_access_point_policy": of(_POINT, "access_point_arn", policy="policy"),
    # KMS
    _KEY: is_(_KEY, policy="KeyPolicy"),
    "AWS::KMS::ReplicaKey": is_(_KEY, policy="KeyPolicy"),
    **dict.fromkeys(
        ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key",
         "aws_kms_replica_external_key"),
        is_(_KEY, policy="policy"),
    ),
    "aws_kms_key_policy": of(_KEY, "key_id", policy="policy"),
    "aws_kms_grant": of(_KEY, "key_id", readers.key_grant, grantee="grantee_principal",
                        retiring="retiring_principal", operations="operations.*"),
    # SQS and SNS
    _QUEUE: is_(_QUEUE, "QueueName"),
    "AWS::SQS::QueuePolicy": of(_QUEUE, "Queues.*", policy="PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": of(_QUEUE, "Queue", policy="PolicyDocument"),
    "aws_sqs_queue": is_(_QUEUE, "name", policy="policy"),
    "aws_sqs_queue_policy": of(_QUEUE, "queue_url", policy="policy"),
    _TOPIC: is_(_TOPIC, "TopicName"),
    "AWS::SNS::TopicPolicy": of(_TOPIC, "Topics.*", policy="PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": of(_TOPIC, "TopicArn", policy="PolicyDocument"),
    "aws_sns_topic": is_(_TOPIC, "name", policy="policy"),
    "aws_sns_topic_policy": of(_TOPIC, "arn", policy="policy"),
    # Lambda
    _FUNCTION: is_(_FUNCTION, "FunctionName"),
    "AWS::Lambda::Permission": of(
        _FUNCTION, "FunctionName", readers.permission, principal="Principal", action="Action",
        source_arn="SourceArn", source_account="SourceAccount", organization="PrincipalOrgID",
        skill="EventSourceToken", url_auth="FunctionUrlAuthType", via_url="InvokedViaFunctionUrl"),
    "AWS::Lambda::ResourcePolicy": of(_FUNCTION, "ResourceArn", policy="PolicyDocument"),
    "AWS::Lambda::Url": of(_FUNCTION, "TargetFunctionArn", readers.url, auth="AuthType",
                           qualifier="Qualifier"),
    "aws_lambda_function": is_(_FUNCTION, "function_name"),
    "aws_lambda_permission": of(
        _FUNCTION, "function_name", readers.permission, principal="principal", action="action",
        source_arn="source_arn", source_account="source_account", organization="principal_org_id",
        skill="event_source_token", url_auth="function_url_auth_type", qualifier="qualifier",
        via_url="invoked_via_function_url"),
    "aws_lambda_function_url": of(_FUNCTION, "function_name", readers.opened_url,
                                  auth="authorization_type", qualifier="qualifier"),
    "AWS::Lambda::LayerVersionPermission": of(
        _LAYER, "LayerVersionArn", readers.layer_permission, principal="Principal",
        action="Action", organization="OrganizationId"),
    "aws_lambda_layer_version_permission": of(
        _LAYER, "layer_name", readers.layer_permission, principal="principal", action="action",
        organization="organization_id", version="version_number"),
    # Secrets Manager
    _SECRET: is_(_SECRET, "Name", readers.secret, kms_key="KmsKeyId"),
    "AWS::SecretsManager::ResourcePolicy": of(_SECRET, "SecretId", policy="ResourcePolicy"),
    "aws_secretsmanager_secret": is_(_SECRET, "name", readers.secret, policy="policy",
                                     kms_key="kms_key_id"),
    "aws_secretsmanager_secret_policy": of(_SECRET, "secret_arn", policy="policy"),
    # ECR
    _REPOSITORY: is_(_REPOSITORY, "RepositoryName", policy="RepositoryPolicyText"),
    "aws_ecr_repository": is_(_REPOSITORY, "name"),
    "aws_ecr_repository_policy": of(_REPOSITORY, "repository", policy="policy"),
    _REGISTRY: is_(_REGISTRY, policy="PolicyText"),
    "aws_ecr_registry_policy": is_(_REGISTRY, policy="policy"),
}  # fmt: skip


def is_read(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the table has a property of a type, or what it stands in."""
    row = ROWS.get(kind)
    several = [one.split(".") for one in row.keys.values() if one] if row else []
    return any(list(path[: len(one)]) == one for one in several)


KINDS = tuple(sorted({row.kind for row in ROWS.values()}))
"""What is looked for in code."""
