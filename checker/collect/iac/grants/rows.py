"""The table: which types of code tell whom a resource lets in, and where.

A line is a type of CloudFormation, SAM (`AWS::…`) or the aws provider (`aws_…`). `is_` it is the
resource; `of` it tells of one that `named` names. Paths are those of `paths.values_at_path`. The
awscc provider's types are CloudFormation's.
"""

from __future__ import annotations

from checker.collect.iac.grants import buckets, readers, sam, shares
from checker.collect.iac.grants.model import Reader, Row

FORMS = {
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::S3::AccessPoint": "s3:{region}:{account}:accesspoint/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "lambda:{region}:{account}:layer:{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{name}",
    "AWS::ECR::RegistryPolicy": "ecr:{region}:{account}:registry",
    "AWS::ECR::PublicRepository": "ecr-public::{account}:repository/{name}",
    "AWS::EFS::FileSystem": "elasticfilesystem:{region}:{account}:file-system/{name}",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::DynamoDB::Stream": "dynamodb:{region}:{account}:table/{name}/stream/latest",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
    "AWS::Logs::Destination": "logs:{region}:{account}:destination:{name}",
    "AWS::Logs::ResourcePolicy": "logs:{region}:{account}:resource-policy:{name}",
    "AWS::RAM::ResourceShare": "ram:{region}:{account}:resource-share/{name}",
    "AWS::EKS::AccessEntry": "eks:{region}:{account}:cluster/{name}",
    "AWS::EC2::VPCEndpointService": "ec2:{region}:{account}:vpc-endpoint-service/{name}",
    "AWS::EC2::VPCPeeringConnection": "ec2:{region}:{account}:vpc-peering-connection/{name}",
    "AWS::EC2::Snapshot": "ec2:{region}:{account}:snapshot/{name}",
    "AWS::RDS::DBSnapshot": "rds:{region}:{account}:snapshot:{name}",
    "AWS::RDS::DBClusterSnapshot": "rds:{region}:{account}:cluster-snapshot:{name}",
    "AWS::SSM::Document": "ssm:{region}:{account}:document/{name}",
    "AWS::S3Express::DirectoryBucket": "s3express:{region}:{account}:bucket/{name}",
    "AWS::S3::MultiRegionAccessPoint": "s3::{account}:accesspoint/{name}",
    "AWS::ApiGateway::RestApi": "apigateway:{region}::/restapis/{name}",
    "AWS::OpenSearchService::Domain": "es:{region}:{account}:domain/{name}",
    "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{name}",
    "AWS::Glue::Catalog": "glue:{region}:{account}:catalog",
    "AWS::Backup::BackupVault": "backup:{region}:{account}:backup-vault:{name}",
    "AWS::CodeArtifact::Domain": "codeartifact:{region}:{account}:domain/{name}",
    "AWS::CodeArtifact::Repository": "codeartifact:{region}:{account}:repository/{name}",
    "AWS::SES::EmailIdentity": "ses:{region}:{account}:identity/{name}",
    "AWS::ACMPCA::CertificateAuthority": "acm-pca:{region}:{account}:certificate-authority/{name}",
    "AWS::MSK::Cluster": "kafka:{region}:{account}:cluster/{name}",
    "AWS::Oam::Sink": "oam:{region}:{account}:sink/{name}",
    "AWS::DSQL::Cluster": "dsql:{region}:{account}:cluster/{name}",
    "AWS::EventSchemas::RegistryPolicy": "schemas:{region}:{account}:registry/{name}",
    "AWS::Glacier::Vault": "glacier:{region}:{account}:vaults/{name}",
    "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda:{region}:{account}:accesspoint/{name}",
    "AWS::S3Tables::TableBucket": "s3tables:{region}:{account}:bucket/{name}",
    "AWS::S3Vectors::VectorBucket": "s3vectors:{region}:{account}:bucket/{name}",
    "AWS::S3::AccessGrantsInstance": "s3:{region}:{account}:access-grants/default",
    "AWS::VpcLattice::Service": "vpc-lattice:{region}:{account}:service/{name}",
    "AWS::MediaStore::Container": "mediastore:{region}:{account}:container/{name}",
}
"""How the ARN of a kind looks, behind its partition.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""
UNSURE = (
    "AWS::SecretsManager::Secret", "AWS::DynamoDB::Stream", "AWS::MSK::Cluster",
    "AWS::CodeArtifact::Repository", "AWS::S3::MultiRegionAccessPoint", "AWS::ApiGateway::RestApi",
)  # fmt: skip
"""Kinds whose ARN ends in what only AWS tells, whatever they are called."""


def is_(kind: str, named: str = "", reader: Reader = readers.policy, **keys: str) -> Row:
    return Row(kind, {"named": named, "arn": "arn", **keys}, True, reader)


def of(
    kind: str, named: str, reader: Reader = readers.policy, default: str | None = None, **keys: str
) -> Row:
    return Row(kind, {"named": named, **keys}, False, reader, default)


BUCKET, KEY = "AWS::S3::Bucket", "AWS::KMS::Key"
ACCOUNT_SWITCHES = "AWS::S3::AccountPublicAccessBlock"
REGISTRY, CACHE = "AWS::ECR::RegistryPolicy", "AWS::ECR::PullThroughCacheRule"
SETTINGS = (ACCOUNT_SWITCHES, CACHE)
"""Of no resource: settings of all buckets of an account, and of its registry."""
_BUCKET, _POINT = BUCKET, "AWS::S3::AccessPoint"
_KEY, _QUEUE, _TOPIC = KEY, "AWS::SQS::Queue", "AWS::SNS::Topic"
_FUNCTION, _LAYER = "AWS::Lambda::Function", "AWS::Lambda::LayerVersion"
_SECRET, _REPOSITORY = "AWS::SecretsManager::Secret", "AWS::ECR::Repository"
_REGISTRY, _IMAGES = REGISTRY, "AWS::ECR::PublicRepository"
_FILES, _TABLE, _STREAM = "AWS::EFS::FileSystem", "AWS::DynamoDB::Table", "AWS::Kinesis::Stream"
_BUS, _DESTINATION = "AWS::Events::EventBus", "AWS::Logs::Destination"
_LOGS, _SINK = "AWS::Logs::ResourcePolicy", "AWS::Oam::Sink"
_SHARE, _ENTRY = "AWS::RAM::ResourceShare", "AWS::EKS::AccessEntry"
_SERVICE, _PEERING = "AWS::EC2::VPCEndpointService", "AWS::EC2::VPCPeeringConnection"
_COMMANDS, _BROKERS = "AWS::SSM::Document", "AWS::MSK::Cluster"
_EXPRESS, _POINTS = "AWS::S3Express::DirectoryBucket", "AWS::S3::MultiRegionAccessPoint"
_API, _DOMAIN = "AWS::ApiGateway::RestApi", "AWS::OpenSearchService::Domain"
_VAULT, _CONTAINER = "AWS::Backup::BackupVault", "AWS::MediaStore::Container"
_OBJECTS, _TABLES = "AWS::S3ObjectLambda::AccessPoint", "AWS::S3Tables::TableBucket"
_VECTORS = "AWS::S3Vectors::VectorBucket"
_PACKAGES, _PACKAGE = "AWS::CodeArtifact::Domain", "AWS::CodeArtifact::Repository"
_BPA = "PublicAccessBlockConfiguration"
_SWITCHES = {
    "BlockPublicAcls": "block_public_acls", "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy", "RestrictPublicBuckets": "restrict_public_buckets",
}  # fmt: skip

ROWS: dict[str, Row] = {
    # S3
    _BUCKET: is_(_BUCKET, "BucketName", buckets.bucket, acl="AccessControl", bpa=_BPA,
                 ownership="OwnershipControls.Rules.*.ObjectOwnership"),
    "AWS::S3::BucketPolicy": of(_BUCKET, "Bucket", policy="PolicyDocument"),
    "aws_s3_bucket": is_(_BUCKET, "bucket", buckets.bucket, policy="policy", acl="acl",
                         grants="grant.*"),
    "aws_s3_bucket_policy": of(_BUCKET, "bucket", policy="policy"),
    "aws_s3_bucket_acl": of(_BUCKET, "bucket", buckets.bucket, acl="acl",
                            grants="access_control_policy.*.grant.*",
                            _owner="access_control_policy.*.owner.*.id"),
    "aws_s3_bucket_public_access_block": of(_BUCKET, "bucket", buckets.own_switches, **_SWITCHES),
    "aws_s3_account_public_access_block": of(ACCOUNT_SWITCHES, "account_id", buckets.own_switches,
                                             **_SWITCHES),
    "aws_s3_bucket_ownership_controls": of(_BUCKET, "bucket", buckets.bucket,
                                           ownership="rule.*.object_ownership"),
    _POINT: is_(_POINT, "Name", buckets.access_point, policy="Policy", bucket="Bucket",
                vpc="VpcConfiguration", bpa=_BPA),
    "aws_s3_access_point": is_(_POINT, "name", buckets.access_point, policy="policy",
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
    "aws_kms_grant": of(_KEY, "key_id", shares.key_grant, grantee="grantee_principal",
                        retiring="retiring_principal", operations="operations.*"),
    # SQS and SNS
    _QUEUE: is_(_QUEUE, "QueueName", readers.under_key, kms_key="KmsMasterKeyId"),
    "AWS::SQS::QueuePolicy": of(_QUEUE, "Queues.*", policy="PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": of(_QUEUE, "Queue", policy="PolicyDocument"),
    "aws_sqs_queue": is_(_QUEUE, "name", readers.under_key, policy="policy",
                         kms_key="kms_master_key_id"),
    "aws_sqs_queue_policy": of(_QUEUE, "queue_url", policy="policy"),
    _TOPIC: is_(_TOPIC, "TopicName", readers.under_key, kms_key="KmsMasterKeyId"),
    "AWS::SNS::TopicPolicy": of(_TOPIC, "Topics.*", policy="PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": of(_TOPIC, "TopicArn", policy="PolicyDocument"),
    "aws_sns_topic": is_(_TOPIC, "name", readers.under_key, policy="policy",
                         kms_key="kms_master_key_id"),
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
    "aws_lambda_function_url": of(_FUNCTION, "function_name", sam.opened_url,
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
    CACHE: of(CACHE, "EcrRepositoryPrefix", readers.cache, prefix="EcrRepositoryPrefix",
              upstream="UpstreamRegistryUrl", within="UpstreamRepositoryPrefix"),
    "aws_ecr_pull_through_cache_rule": of(
        CACHE, "ecr_repository_prefix", readers.cache, prefix="ecr_repository_prefix",
        upstream="upstream_registry_url", within="upstream_repository_prefix"),
    "AWS::ECR::RepositoryCreationTemplate": of(_REPOSITORY, "Prefix", policy="RepositoryPolicy"),
    "aws_ecr_repository_creation_template": of(_REPOSITORY, "prefix", policy="repository_policy"),
    _IMAGES: is_(_IMAGES, "RepositoryName", policy="RepositoryPolicyText"),
    "aws_ecrpublic_repository": is_(_IMAGES, "repository_name"),
    "aws_ecrpublic_repository_policy": of(_IMAGES, "repository_name", policy="policy"),
    # EFS, DynamoDB, Kinesis, MSK
    _FILES: is_(_FILES, policy="FileSystemPolicy"),
    "aws_efs_file_system": is_(_FILES),
    "aws_efs_file_system_policy": of(_FILES, "file_system_id", policy="policy"),
    _TABLE: is_(_TABLE, "TableName", readers.table, policy="ResourcePolicy.PolicyDocument",
                stream="StreamSpecification.ResourcePolicy.PolicyDocument"),
    "AWS::DynamoDB::GlobalTable": is_(
        _TABLE, "TableName", readers.table, policy="Replicas.*.ResourcePolicy.PolicyDocument",
        stream="Replicas.*.ReplicaStreamSpecification.ResourcePolicy.PolicyDocument"),
    "AWS::Serverless::SimpleTable": is_(_TABLE, "TableName"),
    "aws_dynamodb_table": is_(_TABLE, "name"),
    "aws_dynamodb_resource_policy": of(_TABLE, "resource_arn", readers.table_policy,
                                       policy="policy", _arn="resource_arn"),
    _STREAM: is_(_STREAM, "Name"),
    "AWS::Kinesis::ResourcePolicy": of(_STREAM, "ResourceArn", policy="ResourcePolicy"),
    "aws_kinesis_stream": is_(_STREAM, "name"),
    "aws_kinesis_resource_policy": of(_STREAM, "resource_arn", policy="policy"),
    "AWS::MSK::ClusterPolicy": of(_BROKERS, "ClusterArn", policy="Policy"),
    "aws_msk_cluster_policy": of(_BROKERS, "cluster_arn", policy="policy"),
    # EventBridge and CloudWatch
    _BUS: is_(_BUS, "Name", policy="Policy"),
    "AWS::Events::EventBusPolicy": of(
        _BUS, "EventBusName", readers.bus_statement, "default", statement="Statement",
        principal="Principal", action="Action", condition_key="Condition.Key",
        condition_type="Condition.Type", condition_value="Condition.Value"),
    "aws_cloudwatch_event_bus": is_(_BUS, "name"),
    "aws_cloudwatch_event_bus_policy": of(_BUS, "event_bus_name", default="default",
                                          policy="policy"),
    "aws_cloudwatch_event_permission": of(
        _BUS, "event_bus_name", readers.bus_statement, "default", principal="principal",
        action="action", condition_key="condition.*.key", condition_type="condition.*.type",
        condition_value="condition.*.value"),
    _DESTINATION: is_(_DESTINATION, "DestinationName", policy="DestinationPolicy"),
    "aws_cloudwatch_log_destination": is_(_DESTINATION, "name"),
    "aws_cloudwatch_log_destination_policy": of(_DESTINATION, "destination_name",
                                                policy="access_policy"),
    _LOGS: is_(_LOGS, "PolicyName", policy="PolicyDocument"),
    "aws_cloudwatch_log_resource_policy": is_(_LOGS, "policy_name", policy="policy_document"),
    _SINK: is_(_SINK, policy="Policy"),
    "aws_oam_sink": is_(_SINK),
    "aws_oam_sink_policy": of(_SINK, "sink_identifier", policy="policy"),
    # shares
    _SHARE: is_(_SHARE, "Name", shares.ram, principals="Principals.*"),
    "AWS::RAM::PrincipalAssociation": of(_SHARE, "ResourceShareArn", shares.ram,
                                         principals="Principal"),
    "aws_ram_resource_share": is_(_SHARE, "name"),
    "aws_ram_principal_association": of(_SHARE, "resource_share_arn", shares.ram,
                                        principals="principal"),
    _ENTRY: of(_ENTRY, "ClusterName", shares.access_entry, principal="PrincipalArn", type="Type",
               policies="AccessPolicies.*.PolicyArn", groups="KubernetesGroups.*"),
    "aws_eks_access_entry": of(_ENTRY, "cluster_name", shares.access_entry,
                               principal="principal_arn", type="type",
                               groups="kubernetes_groups.*"),
    "aws_eks_access_policy_association": of(_ENTRY, "cluster_name", shares.access_entry,
                                            principal="principal_arn", policies="policy_arn"),
    _SERVICE: is_(_SERVICE),
    "AWS::EC2::VPCEndpointServicePermissions": of(_SERVICE, "ServiceId",
                                                  shares.service_permissions,
                                                  principals="AllowedPrincipals.*"),
    "aws_vpc_endpoint_service": is_(_SERVICE, "", shares.service_permissions,
                                    principals="allowed_principals.*"),
    "aws_vpc_endpoint_service_allowed_principal": of(_SERVICE, "vpc_endpoint_service_id",
                                                     shares.service_permissions,
                                                     principals="principal_arn"),
    _PEERING: is_(_PEERING, "", shares.peering, principals="PeerOwnerId"),
    "aws_vpc_peering_connection": is_(_PEERING, "", shares.peering, principals="peer_owner_id"),
    **dict.fromkeys(
        ("aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"),
        is_("AWS::EC2::Snapshot", "id", readers.under_key, arn="", kms_key="kms_key_id"),
    ),  # the ARN that AWS tells of it has no account
    "aws_snapshot_create_volume_permission": of("AWS::EC2::Snapshot", "snapshot_id",
                                                shares.user_ids, principals="account_id"),
    **{
        kind: is_(of_kind, named, shares.restored, principals="shared_accounts.*",
                  kms_key="kms_key_id")
        for kind, of_kind, named in (
            ("aws_db_snapshot", "AWS::RDS::DBSnapshot", "db_snapshot_identifier"),
            ("aws_db_snapshot_copy", "AWS::RDS::DBSnapshot", "target_db_snapshot_identifier"),
            ("aws_db_cluster_snapshot", "AWS::RDS::DBClusterSnapshot",
             "db_cluster_snapshot_identifier"),
            ("aws_rds_cluster_snapshot_copy", "AWS::RDS::DBClusterSnapshot",
             "target_db_cluster_snapshot_identifier"),
        )
    },
    _COMMANDS: is_(_COMMANDS, "Name"),
    "aws_ssm_document": is_(_COMMANDS, "name", shares.document_share,
                            permissions="permissions"),
    # others with a policy
    "AWS::S3Express::DirectoryBucket": is_(_EXPRESS, "BucketName"),
    "AWS::S3Express::BucketPolicy": of(_EXPRESS, "Bucket", policy="PolicyDocument"),
    "AWS::S3::MultiRegionAccessPointPolicy": of(_POINTS, "MrapName", policy="Policy"),
    "aws_s3control_multi_region_access_point_policy": of(_POINTS, "details.*.name",
                                                         policy="details.*.policy"),
    _API: is_(_API, policy="Policy"),
    "aws_api_gateway_rest_api": is_(_API, policy="policy"),
    "aws_api_gateway_rest_api_policy": of(_API, "rest_api_id", policy="policy"),
    _DOMAIN: is_(_DOMAIN, "DomainName", readers.domain, policy="AccessPolicies",
                 vpc="VPCOptions.SubnetIds.*"),
    "AWS::Elasticsearch::Domain": is_(_DOMAIN, "DomainName", readers.domain,
                                      policy="AccessPolicies", vpc="VPCOptions.SubnetIds.*"),
    **dict.fromkeys(
        ("aws_opensearch_domain", "aws_elasticsearch_domain"),
        is_(_DOMAIN, "domain_name", readers.domain, policy="access_policies",
            vpc="vpc_options.*.subnet_ids.*"),
    ),
    **dict.fromkeys(("aws_opensearch_domain_policy", "aws_elasticsearch_domain_policy"),
                    of(_DOMAIN, "domain_name", policy="access_policies")),
    "aws_glue_resource_policy": is_("AWS::Glue::Catalog", policy="policy"),
    _VAULT: is_(_VAULT, "BackupVaultName", policy="AccessPolicy"),
    "aws_backup_vault": is_(_VAULT, "name"),
    "aws_backup_vault_policy": of(_VAULT, "backup_vault_name", policy="policy"),
    _PACKAGES: is_(_PACKAGES, "DomainName", policy="PermissionsPolicyDocument"),
    "aws_codeartifact_domain": is_(_PACKAGES, "domain"),
    "aws_codeartifact_domain_permissions_policy": of(_PACKAGES, "domain",
                                                     policy="policy_document"),
    _PACKAGE: is_(_PACKAGE, "RepositoryName", policy="PermissionsPolicyDocument"),
    "aws_codeartifact_repository": is_(_PACKAGE, "repository"),
    "aws_codeartifact_repository_permissions_policy": of(_PACKAGE, "repository",
                                                         policy="policy_document"),
    "aws_ses_identity_policy": of("AWS::SES::EmailIdentity", "identity", policy="policy"),
    "aws_sesv2_email_identity_policy": of("AWS::SES::EmailIdentity", "email_identity",
                                          policy="policy"),
    "aws_acmpca_policy": of("AWS::ACMPCA::CertificateAuthority", "resource_arn", policy="policy"),
    _CONTAINER: is_(_CONTAINER, "ContainerName", policy="Policy"),
    "aws_media_store_container_policy": of(_CONTAINER, "container_name", policy="policy"),
    "AWS::DSQL::Cluster": is_("AWS::DSQL::Cluster", policy="PolicyDocument"),
    "AWS::EventSchemas::RegistryPolicy": of("AWS::EventSchemas::RegistryPolicy", "RegistryName",
                                            policy="Policy"),
    "aws_schemas_registry_policy": of("AWS::EventSchemas::RegistryPolicy", "registry_name",
                                      policy="policy"),
    "aws_glacier_vault": is_("AWS::Glacier::Vault", "name", policy="access_policy"),
    _OBJECTS: is_(_OBJECTS, "Name"),
    "AWS::S3ObjectLambda::AccessPointPolicy": of(_OBJECTS, "ObjectLambdaAccessPoint",
                                                 policy="PolicyDocument"),
    "aws_s3control_object_lambda_access_point_policy": of(_OBJECTS, "name", policy="policy"),
    _TABLES: is_(_TABLES, "TableBucketName"),
    "AWS::S3Tables::TableBucketPolicy": of(_TABLES, "TableBucketARN", policy="ResourcePolicy"),
    "aws_s3tables_table_bucket": is_(_TABLES, "name"),
    "aws_s3tables_table_bucket_policy": of(_TABLES, "table_bucket_arn", policy="resource_policy"),
    _VECTORS: is_(_VECTORS, "VectorBucketName"),
    "AWS::S3Vectors::VectorBucketPolicy": of(_VECTORS, "VectorBucketName", policy="Policy",
                                             other="VectorBucketArn"),
    "aws_s3vectors_vector_bucket_policy": of(_VECTORS, "vector_bucket_arn", policy="policy"),
    "aws_s3control_access_grants_instance_resource_policy": is_("AWS::S3::AccessGrantsInstance",
                                                                policy="policy"),
    "AWS::VpcLattice::Service": is_("AWS::VpcLattice::Service", "Name"),
    "AWS::VpcLattice::AuthPolicy": of("AWS::VpcLattice::Service", "ResourceIdentifier",
                                      policy="Policy"),
    "aws_vpclattice_auth_policy": of("AWS::VpcLattice::Service", "resource_identifier",
                                     policy="policy"),
    # SAM: the permissions that it writes itself
    "AWS::Serverless::Function": is_(_FUNCTION, "FunctionName", sam.sam_function,
                                     auth="FunctionUrlConfig.AuthType", _events="Events",
                                     topics="Events.%.Properties.Topic"),
    "AWS::Serverless::LayerVersion": is_(_LAYER, "LayerName"),
    _LAYER: is_(_LAYER, "LayerName"),
    "aws_lambda_layer_version": is_(_LAYER, "layer_name"),
}  # fmt: skip

TELLING = (
    "aws_s3_account_public_access_block", "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_ownership_controls", "aws_ecr_pull_through_cache_rule",
)  # fmt: skip
"""Types that tell of others what shuts them, or whose they are, and open nothing."""


def is_read(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the table has a property of a type, or what it stands in."""
    row = ROWS.get(kind)
    told = row.keys.items() if row else ()
    several = [one.removesuffix(".*").split(".") for key, one in told
               if one and not key.startswith("_")]  # fmt: skip
    return any(list(path[: len(one)]) == one for one in several)


KINDS = tuple(sorted({"AWS::DynamoDB::Stream", *(row.kind for row in ROWS.values())}
                     - {*SETTINGS}))  # fmt: skip
"""What is looked for in code."""
