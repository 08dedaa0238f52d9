"""Answers of services that the emulator lacks, as AWS documents them: one thing of each, which lets
the vendor in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.collect.resources.world import VENDOR, policy
from tests.support.front import OWN

FAST = "fast--use1-az4--x-s3"
META = {"RequestId": "r"}


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{OWN}:{rest}"


def _listed(service: str, method: str, key: str, *items: Any) -> tuple[tuple[str, str], Any]:
    return (service, method), {key: [*items]}


API = json.dumps(policy("execute-api:Invoke", "execute-api:/*"))[1:-1]
"""With its quotes escaped, as API Gateway sends it."""
LISTINGS = dict([
    _listed("backup", "list_backup_vaults", "BackupVaultList",
            {"BackupVaultArn": _arn("backup", "backup-vault:v"), "BackupVaultName": "v"}),
    _listed("kinesis", "list_streams", "StreamSummaries",
            {"StreamARN": _arn("kinesis", "stream/s"), "StreamName": "s"}),
    _listed("kafka", "list_clusters_v2", "ClusterInfoList",
            {"ClusterArn": _arn("kafka", "cluster/k/1"), "ClusterName": "k"}),
    _listed("codeartifact", "list_domains", "domains",
            {"arn": _arn("codeartifact", "domain/d"), "name": "d"}),
    _listed("codeartifact", "list_repositories", "repositories",
            {"arn": _arn("codeartifact", "repository/d/r"), "name": "r", "domainName": "d"}),
    _listed("sesv2", "list_email_identities", "EmailIdentities", {"IdentityName": "acme.example"}),
    _listed("acm-pca", "list_certificate_authorities", "CertificateAuthorities",
            {"Arn": _arn("acm-pca", "certificate-authority/c"), "Status": "ACTIVE"},
            {"Arn": _arn("acm-pca", "certificate-authority/gone"), "Status": "DELETED"}),
    _listed("oam", "list_sinks", "Items", {"Arn": _arn("oam", "sink/o"), "Name": "o"}),
    _listed("oam", "list_links", "Items", {
        "Arn": _arn("oam", "link/l"), "SinkArn": f"arn:aws:oam:us-east-1:{VENDOR}:sink/x"}),
    _listed("s3tables", "list_table_buckets", "tableBuckets",
            {"arn": _arn("s3tables", "bucket/t"), "name": "t"}),
    _listed("s3vectors", "list_vector_buckets", "vectorBuckets",
            {"vectorBucketArn": _arn("s3vectors", "bucket/v"), "vectorBucketName": "v"}),
    _listed("cloudtrail", "list_event_data_stores", "EventDataStores",
            {"EventDataStoreArn": _arn("cloudtrail", "eventdatastore/e"), "Name": "e"}),
    _listed("glacier", "list_vaults", "VaultList",
            {"VaultARN": _arn("glacier", "vaults/old"), "VaultName": "old"}),
    _listed("serverlessrepo", "list_applications", "Applications",
            {"ApplicationId": _arn("serverlessrepo", "applications/app"), "Name": "app"}),
    _listed("serverlessrepo", "get_application_policy", "Statements",
            {"Actions": ["Deploy"], "Principals": [VENDOR], "StatementId": "s"}),
    _listed("servicecatalog", "list_portfolios", "PortfolioDetails",
            {"Id": "port-1", "ARN": _arn("catalog", "portfolio/port-1"), "DisplayName": "p"}),
    _listed("servicecatalog", "describe_portfolio_shares", "PortfolioShareDetails",
            {"PrincipalId": VENDOR, "Type": "ACCOUNT", "Accepted": False}),
    _listed("workspaces", "describe_workspace_images", "Images",
            {"ImageId": "wsi-1", "Name": "desk"}),
    _listed("workspaces", "describe_workspace_image_permissions", "ImagePermissions",
            {"SharedAccountId": VENDOR}),
    _listed("s3", "list_directory_buckets", "Buckets", {"Name": FAST}, {"Name": "acme-data"}),
    _listed("s3control", "list_access_points_for_object_lambda", "ObjectLambdaAccessPointList",
            {"Name": "redact", "ObjectLambdaAccessPointArn":
             _arn("s3-object-lambda", "accesspoint/redact")}),
    _listed("s3control", "list_access_grants_instances", "AccessGrantsInstancesList",
            {"AccessGrantsInstanceId": "default",
             "AccessGrantsInstanceArn": _arn("s3", "access-grants/default")}),
    _listed("kinesis", "list_stream_consumers", "Consumers",
            {"ConsumerARN": _arn("kinesis", "stream/s/consumer/c:1"), "ConsumerName": "c"}),
    _listed("dsql", "list_clusters", "clusters",
            {"arn": _arn("dsql", "cluster/q"), "identifier": "q"}),
    _listed("schemas", "list_registries", "Registries",
            {"RegistryArn": _arn("schemas", "registry/g"), "RegistryName": "g"}),
    _listed("vpc-lattice", "list_services", "items",
            {"arn": _arn("vpc-lattice", "service/svc-1"), "name": "web"}),
    _listed("vpc-lattice", "list_service_networks", "items",
            {"arn": _arn("vpc-lattice", "servicenetwork/sn-1"), "name": "net"}),
    _listed("ecr-public", "describe_repositories", "repositories",
            {"repositoryArn": f"arn:aws:ecr-public::{OWN}:repository/p", "repositoryName": "p"}),
    _listed("opensearch", "list_domain_names", "DomainNames", {"DomainName": "logs"}),
    _listed("apigateway", "get_rest_apis", "items", {"id": "abc", "name": "api", "policy": API}),
    _listed("redshift", "describe_cluster_snapshots", "Snapshots",
            {"SnapshotArn": _arn("redshift", "snapshot:c/s"), "SnapshotIdentifier": "s",
             "AccountsWithRestoreAccess": [
                 {"AccountId": VENDOR}, {"AccountAlias": "amazon-redshift-support"}]}),
    _listed("redshift-serverless", "list_snapshots", "snapshots",
            {"snapshotArn": _arn("redshift-serverless", "snapshot/z"), "snapshotName": "z",
             "accountsWithRestoreAccess": [VENDOR]}),
    _listed("redshift", "describe_endpoint_authorization", "EndpointAuthorizationList",
            {"Grantee": VENDOR, "ClusterIdentifier": "c"}),
    _listed("redshift", "describe_data_shares_for_producer", "DataShares",
            {"DataShareArn": _arn("redshift", "datashare:n/d"), "DataShareAssociations": [
                {"ConsumerIdentifier": VENDOR, "Status": "ACTIVE"},
                {"ConsumerIdentifier": "012345678905", "Status": "REJECTED"}]}),
    _listed("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections",
            {"VpcPeeringConnectionId": "pcx-1", "AccepterVpcInfo": {"OwnerId": OWN},
             "RequesterVpcInfo": {"OwnerId": VENDOR}, "Status": {"Code": "active"}}),
    _listed("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments",
            {"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayOwnerId": OWN,
             "ResourceOwnerId": VENDOR, "State": "available"}),
    _listed("glue", "get_resource_policies", "GetResourcePoliciesResponseList",
            {"PolicyInJson": policy("glue:GetTable", _arn("glue", "catalog"))}),
    _listed("ec2", "describe_vpc_endpoint_service_configurations", "ServiceConfigurations",
            {"ServiceId": "vpce-svc-1", "AcceptanceRequired": True}),
    _listed("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots",
            {"DBClusterSnapshotIdentifier": "a",
             "DBClusterSnapshotArn": _arn("rds", "cluster-snapshot:a")}),
    _listed("s3control", "list_multi_region_access_points", "AccessPoints",
            {"Name": "many", "Alias": "m1.mrap", "PublicAccessBlock": {}}),
])  # fmt: skip
ANSWERS: dict[tuple[str, str], Any] = {
    ("backup", "get_backup_vault_access_policy"): {"Policy": policy("backup:CopyIntoBackupVault")},
    ("kinesis", "get_resource_policy"): {"Policy": policy(["kinesis:GetRecords", "kinesis:SubscribeToShard"])},
    ("kafka", "get_cluster_policy"): {"Policy": policy("kafka:CreateVpcConnection", _arn("kafka", "cluster/k/1"))},
    ("codeartifact", "get_domain_permissions_policy"): {"policy": {"document": policy("codeartifact:GetAuthorizationToken")}},
    ("codeartifact", "get_repository_permissions_policy"): {"policy": {"document": policy("codeartifact:ReadFromRepository")}},
    ("sesv2", "get_email_identity_policies"): {"Policies": {"v": policy("ses:SendEmail", _arn("ses", "identity/acme.example"))}},
    ("acm-pca", "get_policy"): {"Policy": policy("acm-pca:IssueCertificate", _arn("acm-pca", "certificate-authority/c"))},
    ("oam", "get_sink_policy"): {"Policy": policy("oam:CreateLink")},
    ("s3tables", "get_table_bucket_policy"): {"resourcePolicy": policy("s3tables:GetTableData", _arn("s3tables", "bucket/t/*"))},
    ("s3vectors", "get_vector_bucket_policy"): {"policy": policy("s3vectors:GetVectors", _arn("s3vectors", "bucket/v/*"))},
    ("cloudtrail", "get_resource_policy"): {
        "ResourceArn": _arn("cloudtrail", "eventdatastore/e"),
        "ResourcePolicy": policy("cloudtrail:StartQuery", _arn("cloudtrail", "eventdatastore/e"))},
    ("glacier", "get_vault_access_policy"): {"policy": {"Policy": policy("glacier:InitiateJob", _arn("glacier", "vaults/old"))}},
    ("s3control", "get_access_point_policy_for_object_lambda"): {"Policy": policy("s3-object-lambda:GetObject", _arn("s3-object-lambda", "accesspoint/redact"))},
    ("s3control", "get_access_grants_instance_resource_policy"): {"Policy": policy("s3:GetDataAccess", _arn("s3", "access-grants/default"))},
    ("dsql", "get_cluster_policy"): {"policy": policy("dsql:DbConnect")},
    ("schemas", "get_resource_policy"): {"Policy": policy("schemas:DescribeRegistry", _arn("schemas", "registry/g"))},
    ("vpc-lattice", "get_auth_policy"): {"policy": policy("vpc-lattice-svcs:Invoke"), "state": "Active"},
    ("ecr-public", "get_repository_policy"): {"policyText": policy("ecr-public:PutImage", None)},
    ("opensearch", "describe_domain"): {"DomainStatus": {
        "ARN": _arn("es", "domain/logs"), "VPCOptions": {"VPCId": "vpc-1"},
        "AccessPolicies": policy("es:ESHttpGet", _arn("es", "domain/logs/*"))}},
    ("ec2", "describe_vpc_endpoint_service_permissions"): {
        "AllowedPrincipals": [{"Principal": f"arn:aws:iam::{VENDOR}:root", "PrincipalType": "Account"}]},
    ("rds", "describe_db_cluster_snapshot_attributes"): {"DBClusterSnapshotAttributesResult": {
        "DBClusterSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": [VENDOR]}]}},
    ("s3control", "get_multi_region_access_point_policy"): {"Policy": {
        "Established": {"Policy": policy("s3:GetObject", f"arn:aws:s3::{OWN}:accesspoint/m1.mrap/object/*")},
        "Proposed": {"Policy": policy("s3:*")}}},
    ("cloudfront", "list_cloud_front_origin_access_identities"): {
        "CloudFrontOriginAccessIdentityList": {"Items": [{"Id": "E1OWN", "S3CanonicalUserId": "ab" * 32}]}},
}  # fmt: skip


def of_one(service: str, method: str, request: Mapping[str, Any]) -> Any:
    """What is canned for one request alone, as the emulator answers the others."""
    if (service, method, request.get("Bucket")) != ("s3", "get_bucket_policy", FAST):
        return None
    text = policy("s3express:CreateSession", _arn("s3express", f"bucket/{FAST}"))
    return {"Policy": text, "ResponseMetadata": META}


CANNED = {at: {**found, "ResponseMetadata": META} for at, found in {**LISTINGS, **ANSWERS}.items()}
