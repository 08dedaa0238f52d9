"""A middling account of the organization that `bench.collect` simulates, in one region: 20 roles, 5
instances, 40 buckets, 60 keys, 80 functions, 50 queues, 40 topics, 100 secrets, 60 repositories, 30
tables and 500 snapshots; one in ten has a policy that lets a vendor in. Other regions are empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bench.answering import Asked, NoneError

HOME = "us-east-1"
VENDOR = "464622532012"
SIZES = {
    "bucket": 40, "key": 60, "function": 80, "queue": 50, "topic": 40, "secret": 100,
    "repository": 60, "table": 30, "snapshot": 500,
}  # fmt: skip
ORGANIZATION, ROLES, INSTANCES = "o-bench12345", 20, 5
Content = Callable[[Asked], Any]


def policy(action: str, resource: str, who: str = VENDOR) -> str:
    statement = {
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{who}:root"}, "Action": action,
        "Resource": resource,
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def account_id(number: int) -> str:
    return f"{100_000_000_000 + number}"


def _names(kind: str, asked: Asked) -> list[str]:
    count = SIZES[kind] if asked.region == HOME else 0
    return [f"{kind}-{n:04d}-{asked.account[-4:]}" for n in range(count)]


def _shared(name: str) -> bool:
    """One in ten."""
    return name.split("-")[1].endswith("7")


def _or_none(name: str, code: str, content: Any) -> Any:
    return content if _shared(name) else NoneError(code)


def _roles(asked: Asked) -> Any:
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{VENDOR}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "abc"}}}]})  # fmt: skip
    return {"IsTruncated": False, "RoleDetailList": [
        {"Path": "/", "RoleName": f"role-{n}", "RoleId": "AROA",
         "Arn": f"arn:aws:iam::{asked.account}:role/role-{n}", "AssumeRolePolicyDocument": trust,
         "CreateDate": 1_700_000_000, "Tags": [{"Key": "team", "Value": "a"}],
         "RolePolicyList": [], "AttachedManagedPolicies": [], "InstanceProfileList": []}
        for n in range(ROLES)
    ], "UserDetailList": [], "GroupDetailList": [], "Policies": []}  # fmt: skip


def _instances(_: Asked) -> Any:
    return {"Reservations": [{"Instances": [
        {"InstanceId": f"i-{n:017x}", "ImageId": f"ami-{n:017x}",
         "State": {"Code": 16, "Name": "running"}} for n in range(INSTANCES)]}]}  # fmt: skip


def _image_metadata(_: Asked) -> Any:
    return {"InstanceImageMetadata": [
        {"InstanceId": f"i-{n:017x}", "ImageMetadata": {
            "ImageId": f"ami-{n:017x}", "OwnerId": "137112412989", "ImageOwnerAlias": "amazon",
            "Name": "al2023"}} for n in range(INSTANCES)]}  # fmt: skip


def _snapshots(asked: Asked) -> Any:
    public = "all" in asked.given.get("RestorableBy.1", "")
    names = [] if public else _names("snapshot", asked)
    return {"Snapshots": [
        {"SnapshotId": f"snap-{int(n.split('-')[1]):017x}", "OwnerId": asked.account,
         "VolumeId": "vol-1", "State": "completed"} for n in names]}  # fmt: skip


def _bucket_policy(asked: Asked) -> Any:
    name = asked.path[0]
    text = policy("s3:GetObject", f"arn:aws:s3:::{name}/*")
    return _or_none(name, "NoSuchBucketPolicy", {"Policy": text})


def _queue(asked: Asked) -> Any:
    name = asked.given["QueueUrl"].rpartition("/")[2]
    arn = asked.arn(name)
    told = {"Policy": policy("sqs:SendMessage", arn)} if _shared(name) else {}
    return {"Attributes": {"QueueArn": arn, **told}}


def _topic(asked: Asked) -> Any:
    arn = asked.given["TopicArn"]
    who = VENDOR if _shared(arn.rpartition(":")[2]) else asked.account
    return {"Attributes": {"TopicArn": arn, "Policy": policy("sns:Publish", arn, who)}}


def _secret(asked: Asked) -> Any:
    arn = asked.given["SecretId"]
    name = arn.rpartition(":")[2]
    told = {"ResourcePolicy": policy("secretsmanager:GetSecretValue", "*")} if _shared(name) else {}
    return {"ARN": arn, "Name": name, **told}


def _function(asked: Asked) -> Any:
    name = asked.path[0].rpartition(":")[2] if ":" not in asked.path[0] else (
        asked.path[0].split(":")[6])  # fmt: skip
    text = policy("lambda:InvokeFunction", asked.arn(f"function:{name}"))
    return _or_none(name, "ResourceNotFoundException", {"Policy": text, "RevisionId": "r"})


def _repository(asked: Asked) -> Any:
    name = asked.given["repositoryName"]
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": VENDOR}, "Action": "ecr:BatchGetImage"}
            ],
        }
    )
    found = {"repositoryName": name, "registryId": asked.account, "policyText": text}
    return _or_none(name, "RepositoryPolicyNotFoundException", found)


def _table(asked: Asked) -> Any:
    arn = asked.given["ResourceArn"]
    text = {"Policy": policy("dynamodb:GetItem", arn), "RevisionId": "r"}
    return _or_none(arn.rpartition("/")[2], "PolicyNotFoundException", text)


def _key_policy(asked: Asked) -> Any:
    who = VENDOR if _shared(asked.given["KeyId"]) else asked.account
    return {"Policy": policy("kms:*", "*", who)}


_ACL = {
    "Owner": {"ID": "ab" * 32},
    "Grants": [
        {"Grantee": {"ID": "ab" * 32, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}
    ],
}
_SHUT = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
CONTENT: dict[tuple[str, str], Content] = {
    ("sts", "GetCallerIdentity"): lambda _: {
        "Account": account_id(0), "UserId": "U", "Arn": f"arn:aws:iam::{account_id(0)}:user/bench"},
    ("sts", "AssumeRole"): lambda a: {"Credentials": {
        "AccessKeyId": f"ASIA{a.given['RoleArn'].split(':')[4]}", "SecretAccessKey": "s",
        "SessionToken": "t", "Expiration": 4_000_000_000}},
    ("iam", "GetAccountAuthorizationDetails"): _roles,
    ("ec2", "DescribeInstances"): _instances,
    ("ec2", "DescribeInstanceImageMetadata"): _image_metadata,
    ("ec2", "GetAllowedImagesSettings"): lambda _: {"State": "disabled"},
    ("ec2", "GetSnapshotBlockPublicAccessState"): lambda _: {"State": "unblocked"},
    ("ec2", "DescribeSnapshots"): _snapshots,
    ("ec2", "DescribeSnapshotAttribute"): lambda a: {
        "SnapshotId": a.given["SnapshotId"], "CreateVolumePermissions": [{"UserId": VENDOR}]
        if a.given["SnapshotId"].endswith("7") else []},
    ("s3", "ListBuckets"): lambda a: {
        "Owner": {"ID": "ab" * 32},
        "Buckets": [{"Name": n, "BucketRegion": HOME, "CreationDate": 1_700_000_000}
                    for n in _names("bucket", a)]},
    ("s3", "GetBucketPolicy"): _bucket_policy,
    ("s3", "GetBucketAcl"): lambda _: _ACL,
    ("s3", "GetBucketOwnershipControls"): lambda _: {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    ("s3", "GetPublicAccessBlock"): lambda _: {"PublicAccessBlockConfiguration": _SHUT},
    ("s3", "GetBucketPolicyStatus"): lambda _: {"PolicyStatus": {"IsPublic": False}},
    ("kms", "ListKeys"): lambda a: {"Truncated": False, "Keys": [
        {"KeyId": n, "KeyArn": a.arn(f"key/{n}")} for n in _names("key", a)]},
    ("kms", "GetKeyPolicy"): _key_policy,
    ("lambda", "ListFunctions"): lambda a: {"Functions": [
        {"FunctionName": n, "FunctionArn": a.arn(f"function:{n}:$LATEST"), "Version": "$LATEST",
         "PackageType": "Zip", "CodeSha256": "x"} for n in _names("function", a)]},
    ("lambda", "GetPolicy"): _function,
    ("sqs", "ListQueues"): lambda a: {"QueueUrls": [
        f"https://sqs.{a.region}.amazonaws.com/{a.account}/{n}" for n in _names("queue", a)]},
    ("sqs", "GetQueueAttributes"): _queue,
    ("sns", "ListTopics"): lambda a: {"Topics": [
        {"TopicArn": a.arn(n)} for n in _names("topic", a)]},
    ("sns", "GetTopicAttributes"): _topic,
    ("secretsmanager", "ListSecrets"): lambda a: {"SecretList": [
        {"Name": n, "ARN": a.arn(f"secret:{n}")} for n in _names("secret", a)]},
    ("secretsmanager", "GetResourcePolicy"): _secret,
    ("ecr", "DescribeRepositories"): lambda a: {"repositories": [
        {"repositoryName": n, "repositoryArn": a.arn(f"repository/{n}"), "registryId": a.account}
        for n in _names("repository", a)]},
    ("ecr", "GetRepositoryPolicy"): _repository,
    ("dynamodb", "ListTables"): lambda a: {"TableNames": _names("table", a)},
    ("dynamodb", "GetResourcePolicy"): _table,
    ("cloudfront", "ListCloudFrontOriginAccessIdentities"): lambda _: {
        "CloudFrontOriginAccessIdentityList": {
            "Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0, "Items": []}},
}  # fmt: skip


def organization(operation: str, accounts: int) -> Any:
    members = [
        {"Id": account_id(n), "Name": f"account-{n}", "State": "ACTIVE",
         "Paths": [f"{ORGANIZATION}/r-1/{account_id(n)}/"]}
        for n in range(accounts)
    ]  # fmt: skip
    return {
        "DescribeOrganization": {"Organization": {
            "Id": ORGANIZATION, "MasterAccountId": account_id(0)}},
        "ListAccounts": {"Accounts": members},
        "ListRoots": {"Roots": [{"Id": "r-1", "Name": "Root"}]},
        "ListOrganizationalUnitsForParent": {"OrganizationalUnits": []},
        "ListPolicies": {"Policies": []},
        "DescribeEffectivePolicy": NoneError("EffectivePolicyNotFoundException"),
    }.get(operation)  # fmt: skip
