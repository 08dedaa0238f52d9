"""Resources whose answers are odd, as the emulator never makes them: all that is written, told and asked.

Each row says what AWS answers; `odd.jsonl` what becomes of it. Whoever changes a line on purpose
writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

from functools import cache
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.resources.keys import GRANTS, POLICY, Grant
from checker.collect.aws.resources.policies import Policy
from checker.collect.aws.resources.reading import Reading
from checker.collect.aws.resources.registry import SOURCES
from tests.collect.odd import OWN, Answers, golden, looked
from tests.support.rows import rows

GOLDEN = Path(__file__).with_name("odd.jsonl")
ALIEN = "900000000017"
STAR, NAMED = '{"Statement":[{"Principal":"*"}]}', '{"Statement":[{"Principal":{"AWS":"900000000017"}}]}'  # fmt: skip
SHUT = {"RestrictPublicBuckets": True}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{OWN}:{rest}"


def by(**of: Any) -> Any:
    """What is answered, by the value of the one thing that is asked."""

    def answer(request: dict[str, Any]) -> Any:
        return next((found for name, found in of.items() if name in map(str, request.values())), "NotThere")  # fmt: skip

    return answer


def s3(*names: str, policy: Any = "NoSuchBucketPolicy", block: Any = "NoSuchPublicAccessBlockConfiguration",
       account: Any = "NoSuchPublicAccessBlockConfiguration", organization: Any = "EffectivePolicyNotFoundException", **more: Any) -> Answers:  # fmt: skip
    page = {"Buckets": [{"Name": name} for name in names], "Owner": {"ID": "0a"}}
    found = {
        "list_buckets": page, "get_bucket_policy": policy, "get_public_access_block": block,
        "get_bucket_acl": {"Grants": [], "Owner": {"ID": "0a"}}, "get_bucket_ownership_controls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "get_bucket_policy_status": {"IsPublic": True},
    } | more  # fmt: skip
    told = {f"s3.{method}": answer for method, answer in found.items()}
    content = organization if isinstance(organization, str) else {"PolicyContent": organization[0]}
    return told | {"s3control.get_public_access_block": account, "organizations.describe_effective_policy": content}  # fmt: skip


def switched(text: str) -> list[str]:
    return [f'{{"s3_attributes": {{"public_access_block_configuration": {text}}}}}']


BUCKETS: list[tuple[str, str, Answers]] = [
    ("a bucket that nobody set up", "AWS::S3::Bucket", s3("a")),
    ("open to all, with its own block", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, block=SHUT)),
    ("open to all, without", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, block={"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True})),
    ("open to one, with a block", "AWS::S3::Bucket", s3("a", policy={"Policy": NAMED}, block=SHUT)),
    ("shut by the account", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, account=SHUT)),
    ("by the account, which the organization overrides", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, account=SHUT, organization=switched('"none"'))),
    ("shut by the organization", "AWS::S3::Bucket", s3("a", "b", policy={"Policy": STAR}, organization=switched('"all"'))),
    *((f"by the organization, in the odd form {number}", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, organization=[text]))
      for number, text in enumerate((*switched('"some"'), '{"s3_attributes": {}}', "[]", "{", '{"s3_attributes": []}', ""))),
    ("the organization is in no use", "AWS::S3::Bucket", s3("a", organization="AWSOrganizationsNotInUseException")),
    ("the organization refuses", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, organization="AccessDenied")),
    ("the account's block is refused", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, account="AccessDenied")),
    ("the status is refused", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, block=SHUT, get_bucket_policy_status="AccessDenied")),
    ("the status says there is no policy", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, block=SHUT, get_bucket_policy_status="NoSuchBucketPolicy")),
    ("not public", "AWS::S3::Bucket", s3("a", policy={"Policy": STAR}, block=SHUT, get_bucket_policy_status={"IsPublic": False})),
    *((f"{call} is refused", "AWS::S3::Bucket", s3("a", "b", policy={"Policy": STAR}) | {f"s3.{call}": "AccessDenied"})
      for call in ("get_bucket_policy", "get_public_access_block", "get_bucket_acl", "get_bucket_ownership_controls", "list_buckets")),
    ("no controls of ownership", "AWS::S3::Bucket", s3("a", get_bucket_ownership_controls="OwnershipControlsNotFoundError")),
    ("controls without a rule", "AWS::S3::Bucket", s3("a", get_bucket_ownership_controls={"Rules": []})),
    ("grants to each sort", "AWS::S3::Bucket", s3("a", get_bucket_acl={"Owner": {"ID": "0b"}, "Grants": [
        {"Grantee": {"Type": "CanonicalUser", "ID": "0c", "URI": "u"}, "Permission": "READ"}, {"Grantee": {"Type": "Group", "URI": "u"}, "Permission": "WRITE"},
        {"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "e@x"}, "Permission": "READ_ACP"}, {"Grantee": {}, "Permission": "FULL_CONTROL"}]})),
    ("an owner that nobody tells", "AWS::S3::Bucket", s3("a", list_buckets={"Buckets": [{"Name": "a"}]}, get_bucket_acl={"Grants": []})),
    ("two pages, whose owner is told twice", "AWS::S3::Bucket", s3(list_buckets=(
        {"Buckets": [{"Name": "a"}], "ContinuationToken": "t"}, {"Buckets": [{"Name": "b"}], "Owner": {"ID": "0d"}}))),
    ("gone meanwhile, and listed all the same", "AWS::S3::Bucket", s3("a", "b", policy=by(a="NoSuchBucket", b={"Policy": NAMED}))),
    ("points of the region", "AWS::S3::AccessPoint", s3() | {
        "s3control.list_access_points": [
            {"Name": "own", "Bucket": "a", "BucketAccountId": OWN, "NetworkOrigin": "Internet", "AccessPointArn": "arn:own"},
            {"Name": "alien", "Bucket": "b", "BucketAccountId": ALIEN, "NetworkOrigin": "VPC"}, {"Name": "gone", "Bucket": "c"}, {"Name": "bare", "Bucket": "d"}],
        "s3control.get_access_point_policy": by(own={"Policy": STAR}, alien={"Policy": NAMED}, gone="NoSuchAccessPoint", bare="NoSuchAccessPointPolicy"),
        "s3control.get_access_point": by(own={"Name": "own", "PublicAccessBlockConfiguration": SHUT}, alien={"Name": "alien"})}),
    ("of several regions", "AWS::S3::MultiRegionAccessPoint", {
        "s3control.list_multi_region_access_points": [
            {"Name": "a", "Alias": "a.mrap", "PublicAccessBlock": SHUT}, {"Name": "b"}, {"Name": "gone"}, {"Name": "refused"}],
        "s3control.get_multi_region_access_point_policy": by(
            a={"Policy": {"Established": {"Policy": STAR}}}, b={"Policy": {"Proposed": {"Policy": STAR}}}, gone="NoSuchMultiRegionAccessPoint", refused="AccessDenied")}),
    ("aws-cn: of several regions", "AWS::S3::MultiRegionAccessPoint", {"s3control.list_multi_region_access_points": [{"Name": "a"}]}),
    ("directory buckets", "AWS::S3Express::DirectoryBucket", {
        "s3.list_directory_buckets": [{"Name": "a--x-s3"}, {"Name": "plain"}, {"Name": "b--x-s3"}, {"Name": "gone--x-s3"}],
        "s3.get_bucket_policy": by(**{"a--x-s3": {"Policy": STAR}, "b--x-s3": "NoSuchBucketPolicy", "gone--x-s3": "NoSuchBucket"})}),
    ("points of Object Lambda", "AWS::S3ObjectLambda::AccessPoint", {
        "s3control.list_access_points_for_object_lambda": [{"Name": "a"}, {"Name": "b", "ObjectLambdaAccessPointArn": "arn:b"}],
        "s3control.get_access_point_policy_for_object_lambda": by(a={"Policy": STAR}, b="NoSuchAccessPointPolicy")}),
    ("access grants", "AWS::S3::AccessGrantsInstance", {
        "s3control.list_access_grants_instances": [{"AccessGrantsInstanceArn": "arn:i"}],
        "s3control.get_access_grants_instance_resource_policy": "NoSuchAccessGrantsInstanceResourcePolicy"}),
]  # fmt: skip


def function(name: str, version: str = "$LATEST", **more: Any) -> dict[str, Any]:
    behind = "" if version == "$LATEST" else f":{version}"
    return {"FunctionArn": arn("lambda", f"function:{name}{behind}"), "FunctionName": name, "Version": version, **more}  # fmt: skip


def qualified(**of: Any) -> Any:
    return lambda request: of.get(request.get("Qualifier", "whole"), "ResourceNotFoundException")


URL = {"Policy": '{"Statement":[{"Action":"lambda:InvokeFunctionUrl","Principal":"*"}]}'}
INVOKE = {"Policy": '{"Statement":[{"Action":"lambda:InvokeFunction","Principal":"1"}]}'}
URLS = [{"FunctionArn": arn("lambda", "function:f"), "AuthType": "NONE"}, {"FunctionArn": arn("lambda", "function:f:live"), "AuthType": "AWS_IAM"}]  # fmt: skip
KINDS = "AWS::Lambda::Function"
SNAP = "AWS::EC2::Snapshot"
FUNCTIONS: list[tuple[str, str, Answers]] = [
    ("a function with an alias and two versions", KINDS, {
        "lambda.list_functions": [function("f"), function("f", "1"), function("f", "2"), function("g")], "lambda.list_aliases": [{"Name": "live"}],
        "lambda.get_policy": qualified(whole=URL, live=INVOKE, **{"2": URL}), "lambda.list_function_url_configs": URLS}),
    ("no policy names a URL", KINDS, {"lambda.list_functions": [function("f")], "lambda.get_policy": qualified(whole=INVOKE)}),
    ("a policy of everything names it", KINDS, {
        "lambda.list_functions": [function("f")], "lambda.get_policy": qualified(whole={"Policy": '{"Action":"lambda:*"}'}), "lambda.list_function_url_configs": URLS}),
    *((f"{why} alone names it", KINDS, {"lambda.list_functions": [function("f"), function("f", "1")], "lambda.list_aliases": [{"Name": "live"}],
        "lambda.get_policy": qualified(**{of: {"Policy": URL["Policy"].replace("InvokeFunctionUrl", spelt).replace("*", "1")}}), "lambda.list_function_url_configs": URLS})
      for why, of, spelt in (("an alias's policy", "live", "InvokeFunctionUrl"), ("a version's", "1", "InvokeFunctionUrl"), ("one in other letters", "whole", "invokefunctionURL"))),
    ("of one letter that may be another", KINDS, {"lambda.list_functions": [function("f")], "lambda.get_policy": qualified(whole={"Policy": "lambda:InvokeFunctionUr?"})}),
    ("no policy at all", KINDS, {"lambda.list_functions": [function("f")]}),
    ("a policy that is refused", KINDS, {"lambda.list_functions": [function("f"), function("f", "1")], "lambda.get_policy": "AccessDenied"}),
    ("URLs that are refused", KINDS, {"lambda.list_functions": [function("f")], "lambda.get_policy": qualified(whole=URL), "lambda.list_function_url_configs": "AccessDenied"}),
    ("aliases that are refused", KINDS, {"lambda.list_functions": [function("f")], "lambda.list_aliases": "AccessDenied", "lambda.get_policy": qualified(whole=INVOKE)}),
    ("a function that is gone", KINDS, {"lambda.list_functions": [function("f"), function("g")], "lambda.list_aliases": lambda asked: "ResourceNotFoundException" if asked["FunctionName"] == "f" else []}),
    ("versions of layers", "AWS::Lambda::LayerVersion", {
        "lambda.list_layers": [{"LayerName": "l"}, {"LayerName": "m"}], "lambda.list_layer_versions": [{"LayerVersionArn": "arn:l:1", "Version": 1}, {"LayerVersionArn": "arn:l:2", "Version": 2}],
        "lambda.get_layer_version_policy": lambda asked: {"Policy": NAMED} if asked["VersionNumber"] == 2 else "ResourceNotFoundException"}),
    ("keys of ours, of a service, and of no name", "AWS::KMS::Key", {
        "kms.list_aliases": [{"AliasName": "alias/b", "TargetKeyId": "k1"}, {"AliasName": "alias/a", "TargetKeyId": "k1"}, {"AliasName": "alias/aws/ebs", "TargetKeyId": "k2"}, {"AliasName": "alias/none"}, {"AliasName": "alias/aws-ours", "TargetKeyId": "k3"}, {"AliasName": "alias/of/alias/aws/ebs", "TargetKeyId": "k4"}],
        "kms.list_keys": [{"KeyId": key, "KeyArn": f"arn:{key}"} for key in ("k1", "k2", "k3", "k4", "k5")],
        "kms.get_key_policy": by(k1={"Policy": STAR}, k3={"Policy": ""}, k4="AccessDenied", k5="NotFoundException"),
        "kms.list_grants": by(k1=[{"GrantId": "g", "GranteePrincipal": "p", "Operations": ["Decrypt"]}, {"GrantId": "h", "Name": "n", "RetiringPrincipal": "r", "IssuingAccount": "i"},
                             {"GrantId": "s", "GranteeServicePrincipal": "gs", "RetiringServicePrincipal": "rs"}], k3=[], k4="AccessDenied")}),
    ("aliases are refused", "AWS::KMS::Key", {"kms.list_aliases": "AccessDenied", "kms.list_keys": [{"KeyId": "k", "KeyArn": "arn:k"}], "kms.get_key_policy": {"Policy": STAR}}),
    ("volumes' snapshots", SNAP, {
        "kms.list_aliases": [{"AliasName": "alias/aws/ebs", "TargetKeyId": "k2"}, {"AliasName": "alias/own", "TargetKeyId": "k1"}, {"AliasName": "alias/aws/unused"}],
        "ec2.describe_snapshots": lambda asked: [{"SnapshotId": "snap-open"}, {"SnapshotId": "snap-own"}, {"SnapshotId": "snap-both"}] if "RestorableByUserIds" in asked else [
            {"SnapshotId": "snap-own", "KmsKeyId": "arn:aws:kms:us-east-1:1:key/k2"}, {"SnapshotId": "snap-key", "KmsKeyId": "arn:aws:kms:us-east-1:1:key/k1", "Tags": [{"Key": "a"}]},
            {"SnapshotId": "snap-open"}, {"SnapshotId": "snap-both"}, {"SnapshotId": "snap-deny"}, {"SnapshotId": "snap-gone"}],
        "ec2.describe_snapshot_attribute": by(**{"snap-key": [{"UserId": ALIEN}, {"UserId": "1"}], "snap-open": [{"Group": "all"}], "snap-both": [{"UserId": ALIEN}], "snap-deny": "UnauthorizedOperation", "snap-gone": "InvalidSnapshot.NotFound"}),
        "ec2.get_snapshot_block_public_access_state": {"State": "block-all-sharing"}}),
    ("public ones whose sharing nobody may see", SNAP, {
        "ec2.describe_snapshots": [{"SnapshotId": "snap-a"}, {"SnapshotId": "snap-b"}], "ec2.describe_snapshot_attribute": "UnauthorizedOperation",
        "ec2.get_snapshot_block_public_access_state": "UnauthorizedOperation"}),
    ("public ones are refused", SNAP, {"ec2.describe_snapshots": lambda asked: "UnauthorizedOperation" if "RestorableByUserIds" in asked else [{"SnapshotId": "snap-a"}], "ec2.describe_snapshot_attribute": []}),
    *((f"snapshots of {kind}", f"AWS::RDS::{kind}Snapshot", {
        "kms.list_aliases": [{"AliasName": "alias/aws/rds", "TargetKeyId": "k2"}, {"AliasName": "alias/aws/unused"}],
        f"rds.describe_{name}_snapshots": [
            {f"{kind}SnapshotIdentifier": one, f"{kind}SnapshotArn": f"arn:{one}", "KmsKeyId": key, "TagList": [{"Key": "t", "Value": "v"}]}
            for one, key in (("a", None), ("b", "k2"), ("c", "k1"), ("d", None))],
        f"rds.describe_{name}_snapshot_attributes": by(
            a={f"{kind}SnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": [ALIEN, "all"]}, {"AttributeName": "other", "AttributeValues": ["x"]}]},
            c="AccessDenied", d=f"{kind}SnapshotNotFound{fault}")})
      for kind, name, fault in (("DB", "db", ""), ("DBCluster", "db_cluster", "Fault"))),
]  # fmt: skip


def principal(share: str, id_: str = ALIEN) -> dict[str, Any]:
    return {"id": id_, "resourceShareArn": share}


def cluster(mode: str | None) -> dict[str, Any]:
    return {"name": "c", "accessConfig": {"authenticationMode": mode}} if mode else {"name": "c"}


ROLE, MINE = f"arn:aws:iam::{ALIEN}:role/deploy", f"arn:aws:iam::{OWN}:role/own"
ENTRY = {"principalArn": ROLE, "accessEntryArn": "arn:entry", "type": "STANDARD", "kubernetesGroups": ["z", "a"], "tags": {"k": "v"}}  # fmt: skip
POLICIES = [{"policyArn": "arn:z"}, {"policyArn": "arn:a"}]
GONE = "ResourceNotFoundException"


def eks(mode: Any, entries: Any, entry: Any = ENTRY, policies: Any = POLICIES) -> Answers:
    found = mode if isinstance(mode, str) and mode.endswith("Exception") else cluster(mode)
    return {"eks.list_clusters": ["c"], "eks.describe_cluster": found, "eks.list_access_entries": entries,
            "eks.describe_access_entry": entry, "eks.list_associated_access_policies": policies}  # fmt: skip


KIND = "AWS::EKS::AccessEntry"
SHARED: list[tuple[str, str, Answers]] = [
    ("an entry of another account's", KIND, eks("API", [ROLE, MINE, "arn:odd"])), ("beside a config map", KIND, eks("API_AND_CONFIG_MAP", [ROLE])),
    ("a config map alone", KIND, eks("CONFIG_MAP", [ROLE])), ("an older cluster", KIND, eks(None, [ROLE])), ("entries are refused", KIND, eks("API", "AccessDenied")),
    ("the cluster is refused", KIND, eks("AccessDeniedException", [ROLE])), ("the cluster is gone", KIND, eks(GONE, [ROLE])),
    ("the entry is refused", KIND, eks("API", [ROLE], "AccessDenied")), ("its policies are refused", KIND, eks("API", [ROLE], ENTRY, "AccessDenied")),
    ("the entry is gone", KIND, eks("API", [ROLE, f"{ROLE}2"], GONE)), ("of no type", KIND, eks("API", [ROLE], {"principalArn": ROLE, "accessEntryArn": "arn:e"}, [])),
    ("shares of RAM", "AWS::RAM::ResourceShare", {
        "ram.list_principals": [principal("s1", "2"), principal("s1", "1"), principal("s1", "2"), principal("s2"), principal("s3"), principal("s4"), principal("s5"), principal("s6")],
        "ram.get_resource_shares": [{"resourceShareArn": "s1", "name": "n", "tags": [{"key": "k", "value": "v"}, {"key": "e"}]}, {"resourceShareArn": "s2", "status": "DELETED"},
                                    {"resourceShareArn": "s3", "status": "DELETING"}, {"resourceShareArn": "s4", "status": "FAILED"}, {"resourceShareArn": "s6", "status": "PENDING"}],
        "ram.list_resources": [{"arn": "r2", "resourceShareArn": "s1"}, {"arn": "r1", "resourceShareArn": "s1"}, {"arn": "r3", "resourceShareArn": "s9"}]}),
    ("shares that nobody may see", "AWS::RAM::ResourceShare", {"ram.list_principals": [principal("s1")], "ram.get_resource_shares": "AccessDenied", "ram.list_resources": "AccessDenied"}),
    ("no share names anybody", "AWS::RAM::ResourceShare", {"ram.get_resource_shares": [{"resourceShareArn": "s1"}]}),
    ("documents", "AWS::SSM::Document", {"ssm.list_documents": [{"Name": "a", "Tags": [{"Key": "k", "Value": "v"}]}, {"Name": "b"}, {"Name": "gone"}],
                                         "ssm.describe_document_permission": by(a=["2", "1"], b=[], gone="InvalidDocument")}),
    ("endpoint services", "AWS::EC2::VPCEndpointService", {
        "ec2.describe_vpc_endpoint_service_configurations": [
            {"ServiceId": "a", "ServiceName": "n", "AcceptanceRequired": False, "Tags": [{"Key": "k"}]}, {"ServiceId": "b"}, {"ServiceId": "gone"}],
        "ec2.describe_vpc_endpoint_service_permissions": by(a=[{"Principal": "*"}, {"Principal": "p", "PrincipalType": "User"}], b=[], gone="InvalidVpcEndpointServiceId.NotFound")}),
    ("snapshots of Redshift", "AWS::Redshift::ClusterSnapshot", {"redshift.describe_cluster_snapshots": [
        {"SnapshotArn": "arn:s", "AccountsWithRestoreAccess": [{"AccountId": "1", "AccountAlias": "amazon-redshift-support"}, {"AccountId": "2", "AccountAlias": "x"}, {"AccountAlias": "y"}, {}], "Tags": [{"Key": "k"}]}]}),
    ("of Redshift Serverless", "AWS::RedshiftServerless::Snapshot", {"redshift-serverless.list_snapshots": [
        {"snapshotArn": "arn:s", "accountsWithRestoreAccess": ["3", "1"], "accountsWithProvisionedRestoreAccess": ["2", "1"]}, {"snapshotArn": "arn:t", "snapshotName": "t"}]}),
    ("shares of data", "AWS::Redshift::DataShare", {"redshift.describe_data_shares_for_producer": [{"DataShareArn": "arn:n/d", "DataShareAssociations": [
        *({"ConsumerIdentifier": state, "Status": state} for state in ("AUTHORIZED", "ACTIVE", "AVAILABLE", "REJECTED", "PENDING_AUTHORIZATION", "DEAUTHORIZED")),
        {"Status": "ACTIVE"}, {"ConsumerIdentifier": f"arn:aws:redshift:us-east-1:{ALIEN}:namespace:x", "Status": "ACTIVE"}, {"ConsumerIdentifier": "a:b:c:d:e", "Status": "ACTIVE"}]}]}),
    ("peerings", "AWS::EC2::VPCPeeringConnection", {"ec2.describe_vpc_peering_connections": [
        {"VpcPeeringConnectionId": state, "AccepterVpcInfo": {"OwnerId": OWN}, "RequesterVpcInfo": {"OwnerId": ALIEN}, "Status": {"Code": state}, "Tags": [{"Key": "k", "Value": "v"}]}
        for state in ("active", "pending-acceptance", "deleted", "rejected", "expired", "failed", "deleting")] + [{"VpcPeeringConnectionId": "bare"}]}),
    ("attachments", "AWS::EC2::TransitGatewayAttachment", {"ec2.describe_transit_gateway_attachments": [
        *({"TransitGatewayAttachmentId": state, "TransitGatewayOwnerId": OWN, "ResourceOwnerId": ALIEN, "State": state, "Tags": [{"Key": "k", "Value": "v"}]}
          for state in ("available", "pendingAcceptance", "deleted", "deleting", "failed", "rejected")),
        {"TransitGatewayAttachmentId": "own", "TransitGatewayOwnerId": OWN, "ResourceOwnerId": OWN}, {"TransitGatewayAttachmentId": "one", "ResourceOwnerId": ALIEN}, {"TransitGatewayAttachmentId": "none"}]}),
    ("links", "AWS::Oam::Link", {"oam.list_links": [{"Arn": "arn:l", "SinkArn": f"arn:aws:oam:us-east-1:{ALIEN}:sink/x", "Label": "l"}, {"Arn": "arn:m", "SinkArn": "odd"}]}),
    ("catalogs", "AWS::Glue::Catalog", {"glue.get_resource_policies": [{"PolicyInJson": STAR}, {"PolicyInJson": NAMED}, {}]}),
    ("portfolios", "AWS::ServiceCatalog::Portfolio", {
        "servicecatalog.list_portfolios": [{"Id": "p", "ARN": "arn:p"}, {"Id": "gone", "ARN": "arn:g", "DisplayName": "g"}, {"Id": "deny", "ARN": "arn:d"}],
        "servicecatalog.describe_portfolio_shares": lambda asked: {"gone": "ResourceNotFoundException", "deny": "AccessDenied"}.get(asked["PortfolioId"], [{"PrincipalId": asked["Type"]}])}),
    ("images of WorkSpaces", "AWS::WorkSpaces::WorkspaceImage", {
        "workspaces.describe_workspace_images": [{"ImageId": "a"}, {"ImageId": "gone", "Name": "g"}],
        "workspaces.describe_workspace_image_permissions": by(a=[{"SharedAccountId": ALIEN}, {"SharedAccountId": "1"}], gone=GONE)}),
]  # fmt: skip


def one(kind: str, listing: str, items: list[Any], reading: str, **of: Any) -> tuple[str, str, Answers]:  # fmt: skip
    return f"{kind}, in all ways", kind, {listing: items, reading: by(**of)}


def meanwhile(first: list[Any], then: list[Any]) -> Any:
    """What is listed, and what is when it is looked for again."""
    told = cycle([first, then])
    return lambda _: next(told)


def read(text: Any) -> dict[str, Any]:
    return {"Policy": text}


NONE = "ResourceNotFoundException"
POLICED: list[tuple[str, str, Answers]] = [
    one("AWS::SQS::Queue", "sqs.list_queues", ["https://q/a", "https://q/b", "https://q/gone", "https://q/deny"], "sqs.get_queue_attributes", **{
        "https://q/a": {"QueueArn": "arn:a", "Policy": STAR, "KmsMasterKeyId": "k"}, "https://q/b": {"QueueArn": "arn:b", "Policy": ""},
        "https://q/gone": "AWS.SimpleQueueService.NonExistentQueue", "https://q/deny": "AccessDenied"}),
    ("policies that JSON would lose something of", "AWS::SQS::Queue", {"sqs.list_queues": ["https://q/a", "https://q/b", "https://q/c"], "sqs.get_queue_attributes": by(**{
        "https://q/a": {"QueueArn": "arn:a", "Policy": '{"Statement":[],"Statement":[]}'}, "https://q/b": {"QueueArn": "arn:b", "Policy": "{"}, "https://q/c": {"QueueArn": "arn:c", "Policy": "null"}})}),
    ("a queue that is deleted meanwhile", "AWS::SQS::Queue", {"sqs.list_queues": meanwhile(["https://q/a", "https://q/gone"], ["https://q/a"]), "sqs.get_queue_attributes": by(**{
        "https://q/a": {"QueueArn": "arn:a"}, "https://q/gone": "QueueDoesNotExist"})}),
    ("a table that is deleted meanwhile", "AWS::DynamoDB::Table", {"dynamodb.list_tables": meanwhile(["a", "gone"], ["a"]), "dynamodb.get_resource_policy": by(**{
        arn("dynamodb", "table/a"): read(STAR), arn("dynamodb", "table/gone"): NONE})}),
    ("a topic that is deleted meanwhile", "AWS::SNS::Topic", {"sns.list_topics": meanwhile([{"TopicArn": "arn:a"}, {"TopicArn": "arn:gone"}], [{"TopicArn": "arn:a"}]), "sns.get_topic_attributes": by(**{
        "arn:a": {"TopicArn": "arn:a"}, "arn:gone": "NotFound"})}),
    one("AWS::SNS::Topic", "sns.list_topics", [{"TopicArn": f"arn:{n}"} for n in ("a", "b", "gone", "gone2")], "sns.get_topic_attributes", **{
        "arn:a": {"TopicArn": "arn:a", "Policy": STAR, "KmsMasterKeyId": "k"}, "arn:b": {"TopicArn": "arn:b"}, "arn:gone": "NotFound", "arn:gone2": "NotFoundException"}),
    one("AWS::SecretsManager::Secret", "secretsmanager.list_secrets", [{"ARN": "arn:a", "KmsKeyId": "k", "Tags": [{"Key": "k", "Value": "v"}]}, {"ARN": "arn:b", "Name": "b"}, {"ARN": "arn:gone"}],
        "secretsmanager.get_resource_policy", **{"arn:a": {"ARN": "arn:a", "ResourcePolicy": STAR}, "arn:b": {"ARN": "arn:b"}, "arn:gone": NONE}),
    one("AWS::ECR::Repository", "ecr.describe_repositories", [{"repositoryName": n, "repositoryArn": f"arn:{n}"} for n in ("a", "b", "gone")], "ecr.get_repository_policy",
        a={"policyText": STAR}, b="RepositoryPolicyNotFoundException", gone="RepositoryNotFoundException"),
    one("AWS::EFS::FileSystem", "efs.describe_file_systems", [{"FileSystemId": n, "FileSystemArn": f"arn:{n}", "Name": name} for n, name in (("a", "n"), ("b", None), ("gone", ""))],
        "efs.describe_file_system_policy", a=read(STAR), b="PolicyNotFound", gone="FileSystemNotFound"),
    ("event buses", "AWS::Events::EventBus", {"events.list_event_buses": [{"Arn": "arn:a", "Name": "a", "Policy": STAR}, {"Arn": "arn:b"}]}),
    ("destinations", "AWS::Logs::Destination", {"logs.describe_destinations": [{"arn": "arn:a", "destinationName": "a", "accessPolicy": STAR}, {"arn": "arn:b"}]}),
    ("policies of logs", "AWS::Logs::ResourcePolicy", {"logs.describe_resource_policies": lambda asked: (
        [{"policyName": "a", "policyDocument": STAR}, {}] if asked["policyScope"] == "ACCOUNT" else [{"resourceArn": "arn:x:group:g", "policyDocument": NAMED}])}),
    one("AWS::DynamoDB::Table", "dynamodb.list_tables", ["a", "b", "gone"], "dynamodb.get_resource_policy", **{
        arn("dynamodb", "table/a"): read(STAR), arn("dynamodb", "table/b"): "PolicyNotFoundException", arn("dynamodb", "table/gone"): NONE}),
    one("AWS::DynamoDB::Stream", "dynamodbstreams.list_streams", [
        {"StreamArn": "arn:a2", "TableName": "a", "StreamLabel": "2"}, {"StreamArn": "arn:a1", "TableName": "a", "StreamLabel": "1"}, {"StreamArn": "arn:b", "TableName": "b", "StreamLabel": "0"}],
        "dynamodb.get_resource_policy", **{"arn:a2": read(STAR), "arn:b": "PolicyNotFoundException"}),
    ("registries", "AWS::ECR::RegistryPolicy", {"ecr.get_registry_policy": {"policyText": STAR}, "ecr.describe_pull_through_cache_rules": [
        {"ecrRepositoryPrefix": "a", "upstreamRegistryUrl": "u"}, {"ecrRepositoryPrefix": "b", "upstreamRegistryUrl": "u", "upstreamRepositoryPrefix": "p"}]}),
    ("rules of a registry without a policy", "AWS::ECR::RegistryPolicy", {
        "ecr.get_registry_policy": "RegistryPolicyNotFoundException", "ecr.describe_pull_through_cache_rules": [{"ecrRepositoryPrefix": "a", "upstreamRegistryUrl": "u"}]}),
    ("a registry that nobody set up", "AWS::ECR::RegistryPolicy", {"ecr.get_registry_policy": "RegistryPolicyNotFoundException"}),
    ("a registry's policy is refused", "AWS::ECR::RegistryPolicy", {"ecr.get_registry_policy": "AccessDenied"}),
    ("a registry's rules are refused", "AWS::ECR::RegistryPolicy", {"ecr.get_registry_policy": "RegistryPolicyNotFoundException", "ecr.describe_pull_through_cache_rules": "AccessDenied"}),
    ("identities of CloudFront", "AWS::CloudFront::CloudFrontOriginAccessIdentity", {"cloudfront.list_cloud_front_origin_access_identities": {
        "CloudFrontOriginAccessIdentityList": {"Items": [{"Id": "E1", "S3CanonicalUserId": "0a"}, {"Id": "E2"}]}}}),
    one("AWS::Backup::BackupVault", "backup.list_backup_vaults", [{"BackupVaultArn": f"arn:{n}", "BackupVaultName": n} for n in ("a", "b")], "backup.get_backup_vault_access_policy", a=read(STAR), b=NONE),
    one("AWS::Kinesis::Stream", "kinesis.list_streams", [{"StreamARN": f"arn:{n}", "StreamName": n} for n in ("a", "b", "c")], "kinesis.get_resource_policy", **{
        "arn:a": read(STAR), "arn:b": read(" {} "), "arn:c": NONE}),
    ("consumers of streams", "AWS::Kinesis::StreamConsumer", {
        "kinesis.list_streams": [{"StreamARN": f"arn:{n}", "StreamName": n} for n in ("a", "gone", "deny")],
        "kinesis.list_stream_consumers": by(**{"arn:a": [{"ConsumerARN": f"arn:c{n}", "ConsumerName": f"c{n}"} for n in range(3)], "arn:gone": NONE, "arn:deny": "AccessDenied"}),
        "kinesis.get_resource_policy": by(**{"arn:c0": read(STAR), "arn:c1": read("{}"), "arn:c2": NONE})}),
    one("AWS::MSK::Cluster", "kafka.list_clusters_v2", [{"ClusterArn": "arn:a", "ClusterName": "a"}, {"ClusterArn": "arn:b"}], "kafka.get_cluster_policy", **{"arn:a": read(STAR), "arn:b": "NotFoundException"}),
    one("AWS::CodeArtifact::Domain", "codeartifact.list_domains", [{"arn": "arn:a", "name": "a"}, {"arn": "arn:b", "name": "b"}], "codeartifact.get_domain_permissions_policy", a={"document": STAR}, b=NONE),
    one("AWS::CodeArtifact::Repository", "codeartifact.list_repositories", [{"arn": "arn:a", "name": "a", "domainName": "d"}, {"arn": "arn:b", "name": "b", "domainName": "d"}],
        "codeartifact.get_repository_permissions_policy", a={"document": STAR}, b=NONE),
    ("policies of identities", "AWS::SES::EmailIdentity", {
        "sesv2.list_email_identities": [{"IdentityName": n} for n in ("none", "two", "single", "odd", "cut", "list", "gone")],
        "sesv2.get_email_identity_policies": lambda asked: {
            "none": {"Policies": {}}, "two": {"Policies": {"x": STAR, "y": NAMED}}, "single": {"Policies": {"x": '{"Statement":{"Sid":"s"}}'}},
            "odd": {"Policies": {"x": STAR, "y": '{"Id":"i"}'}}, "cut": {"Policies": {"x": STAR, "y": '{"Statement"'}}, "list": {"Policies": {"x": "[1]"}}, "gone": "NotFoundException"}[asked["EmailIdentity"]]}),
    one("AWS::ACMPCA::CertificateAuthority", "acm-pca.list_certificate_authorities", [{"Arn": "arn:x/a", "Status": "ACTIVE"}, {"Arn": "arn:x/b", "Status": "DELETED"}, {"Arn": "arn:x/c"}],
        "acm-pca.get_policy", **{"arn:x/a": read(STAR), "arn:x/c": NONE}),
    one("AWS::Oam::Sink", "oam.list_sinks", [{"Arn": "arn:a"}, {"Arn": "arn:b", "Name": "b"}], "oam.get_sink_policy", **{"arn:a": read(STAR), "arn:b": NONE}),
    one("AWS::S3Tables::TableBucket", "s3tables.list_table_buckets", [{"arn": "arn:a", "name": "a"}, {"arn": "arn:b"}], "s3tables.get_table_bucket_policy", **{
        "arn:a": {"resourcePolicy": STAR}, "arn:b": "NotFoundException"}),
    one("AWS::S3Vectors::VectorBucket", "s3vectors.list_vector_buckets", [{"vectorBucketArn": "arn:a", "vectorBucketName": "a"}, {"vectorBucketArn": "arn:b"}], "s3vectors.get_vector_bucket_policy", **{
        "arn:a": {"policy": STAR}, "arn:b": "NotFoundException"}),
    one("AWS::CloudTrail::EventDataStore", "cloudtrail.list_event_data_stores", [{"EventDataStoreArn": f"arn:{n}"} for n in ("a", "b", "c", "gone")], "cloudtrail.get_resource_policy", **{
        "arn:a": {"ResourceArn": "arn:a", "ResourcePolicy": STAR}, "arn:b": {"ResourceArn": "arn:b"}, "arn:c": "ResourcePolicyNotFoundException", "arn:gone": NONE}),
    one("AWS::DSQL::Cluster", "dsql.list_clusters", [{"arn": f"arn:{n}", "identifier": n} for n in ("a", "b")], "dsql.get_cluster_policy", a={"policy": STAR}, b=NONE),
    one("AWS::EventSchemas::RegistryPolicy", "schemas.list_registries", [{"RegistryArn": f"arn:{n}", "RegistryName": n} for n in ("a", "b")], "schemas.get_resource_policy", a=read(STAR), b="NotFoundException"),
    one("AWS::Glacier::Vault", "glacier.list_vaults", [{"VaultARN": f"arn:{n}", "VaultName": n} for n in ("a", "b")], "glacier.get_vault_access_policy", a={"policy": {"Policy": STAR}}, b=NONE),
    ("vaults that nobody has", "AWS::Glacier::Vault", {"glacier.list_vaults": "NoLongerSupportedException"}),
    one("AWS::ServerlessRepo::Application", "serverlessrepo.list_applications", [{"ApplicationId": n} for n in ("a", "b", "gone")], "serverlessrepo.get_application_policy",
        a={"Statements": [{"Actions": ["Deploy"], "Principals": ["*"], "PrincipalOrgIDs": ["o"], "StatementId": "s"}, {}]}, b={}, gone="NotFoundException"),
    one("AWS::VpcLattice::Service", "vpc-lattice.list_services", [{"arn": "arn:a", "name": "a"}, {"arn": "arn:b"}, {"arn": "arn:c"}, {"arn": "arn:d"}], "vpc-lattice.get_auth_policy", **{
        "arn:a": {"policy": STAR, "state": "Active"}, "arn:b": {"policy": STAR, "state": "Inactive"}, "arn:c": {}, "arn:d": NONE}),
    one("AWS::VpcLattice::ServiceNetwork", "vpc-lattice.list_service_networks", [{"arn": "arn:a"}], "vpc-lattice.get_auth_policy", **{"arn:a": {"policy": NAMED, "state": "Active"}}),
    one("AWS::ECR::PublicRepository", "ecr-public.describe_repositories", [{"repositoryArn": f"arn:{n}", "repositoryName": n} for n in ("a", "b", "gone")], "ecr-public.get_repository_policy",
        a={"policyText": STAR}, b="RepositoryPolicyNotFoundException", gone="RepositoryNotFoundException"),
    ("aws-cn: public repositories", "AWS::ECR::PublicRepository", {"ecr-public.describe_repositories": [{"repositoryArn": "arn:a", "repositoryName": "a"}]}),
    one("AWS::OpenSearchService::Domain", "opensearch.list_domain_names", [{"DomainName": n} for n in ("a", "b", "gone", "deny")], "opensearch.describe_domain",
        a={"ARN": "arn:a", "AccessPolicies": STAR, "VPCOptions": {"VPCId": "v"}, "AdvancedSecurityOptions": {"Enabled": True}}, b={"ARN": "arn:b", "AccessPolicies": ""}, gone=NONE, deny="AccessDenied"),
    ("APIs", "AWS::ApiGateway::RestApi", {"apigateway.get_rest_apis": [
        {"id": "a", "name": "a", "policy": STAR.replace('"', '\\"'), "tags": {"k": "v"}}, {"id": "b", "policy": STAR}, {"id": "c"}, {"id": "d", "policy": "{odd"}, {"id": "e", "policy": 'x"'}]}),
]  # fmt: skip
ROWS = [*BUCKETS, *FUNCTIONS, *SHARED, *POLICED]


def told(why: str, kind: str, answers: Answers) -> dict[str, Any]:
    partition = why.partition(": ")[0] if why.startswith("aws-") else "aws"
    (source,) = (one for one in SOURCES if kind in one.kinds)

    def look(here: AccountRegion) -> Any:
        return source.records((here.whole or here) if source.once else here, frozenset({kind}))

    return looked(look, answers, partition=partition)


@cache
def held() -> dict[str, Any]:
    return golden(GOLDEN, lambda: {why: told(why, *row) for why, *row in ROWS})


def test_the_file_is_of_these_rows() -> None:
    """Catches a row whose answer nobody holds still."""
    assert list(held()) == [why for why, *_ in ROWS]


@rows("why, kind, answers", ROWS)
def test_what_is_odd_is_written_as_it_was(why: str, kind: str, answers: Answers) -> None:
    """Catches a policy, a share or a gap that is lost, and a resource that lets in whom it does not."""
    assert told(why, kind, answers) == held()[why]


def test_nobody_looks_for_what_nobody_wants() -> None:
    """Catches calls, and permissions, for a kind that was not asked for."""
    for source in SOURCES:
        if "AWS::S3::Bucket" not in source.kinds:
            found = looked(lambda here, source=source: source.records(here, frozenset()), {})
            assert found == {}, source.kinds


def test_what_several_kinds_want_to_know_is_asked_once() -> None:
    """Catches a listing that each of them makes: of a large account, many pages."""
    kinds = ("AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer", "AWS::EC2::Snapshot", "AWS::RDS::DBSnapshot", "AWS::KMS::Key")  # fmt: skip
    answers = {"kinesis.list_streams": [{"StreamARN": "arn:a", "StreamName": "a"}], "ec2.describe_snapshots": [{"SnapshotId": n, "KmsKeyId": "k"} for n in "ab"],
               "rds.describe_db_snapshots": [{"DBSnapshotIdentifier": "a", "DBSnapshotArn": "arn:a", "KmsKeyId": "k"}]}  # fmt: skip
    wanted = [one for one in SOURCES if {*one.kinds} & {*kinds}]
    found = looked(lambda here: [record for one in wanted for record in one.records(here, frozenset(kinds))], answers)  # fmt: skip
    asked = [one.partition(" ")[0] for one in found["asked"]]
    assert {name: asked.count(name) for name in ("kinesis.list_streams", "kms.list_aliases")} == {
        "kinesis.list_streams": 1, "kms.list_aliases": 1}  # fmt: skip
    assert sum("RestorableByUserIds" in one for one in found["asked"]) == 1


def test_what_nobody_asks_any_more_is_unread() -> None:
    """Catches a region that is given up in the middle: a policy that was not read, told as none."""
    reading = Reading(SimpleNamespace(closed=True))  # type: ignore[arg-type]
    assert (reading.get(POLICY, Policy), reading.items(GRANTS, Grant)) == (None, None)
    assert reading.unread == ["kms:GetKeyPolicy", "kms:ListGrants"]
