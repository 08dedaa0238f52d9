"""Resources of the demo that let others in by themselves: a bucket, a key, a queue, a snapshot, a
share and an access entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from checker.demo.server import Answer, ApiCall

BACKUP, STRANGER = "777777777777", "888888888888"
CLUSTER = "shop"
_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_CONTRACTOR = f"arn:aws:iam::{STRANGER}:role/contractor"
_DESCRIBED = f"/clusters/{CLUSTER}"
_LISTED = f"{_DESCRIBED}/access-entries"


def open_doors(client: Callable[[str], Any], account: str) -> None:
    """The bucket is a vetted vendor's to write to, the key anybody's to use, the queue open to a
    service for whoever asks it; the snapshot and the subnet are a stranger's, and so is the
    cluster."""
    _bucket(client("s3"))
    keys = client("kms")
    keys.create_key(Description="exports", Policy=_policy(
        "*", _allow({"AWS": f"arn:aws:iam::{account}:root"}, "kms:*"),
        _allow({"AWS": "*"}, "kms:Decrypt")))  # fmt: skip
    _queue(client("sqs"), account)
    machines = client("ec2")
    volume = machines.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = machines.create_snapshot(VolumeId=volume)["SnapshotId"]
    machines.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add",
        UserIds=[STRANGER],
    )  # fmt: skip
    subnet = machines.describe_subnets()["Subnets"][0]["SubnetId"]
    client("ram").create_resource_share(
        name="partner-network", principals=[STRANGER], allowExternalPrincipals=True,
        resourceArns=[f"arn:aws:ec2:us-east-1:{account}:subnet/{subnet}"],
    )  # fmt: skip
    client("eks").create_cluster(
        name=CLUSTER, roleArn=f"arn:aws:iam::{account}:role/ec2-web",
        resourcesVpcConfig={"subnetIds": [subnet]}, accessConfig={"authenticationMode": "API"},
    )  # fmt: skip


def entries(account: str) -> Callable[[ApiCall], Answer | None]:
    """An interceptor: who may enter the account's cluster; the emulator knows no such entries."""

    def answered(call: ApiCall) -> Answer | None:
        here = (call.service, call.account, call.region) == ("eks", account, "us-east-1")
        path = call.path.partition("?")[0]
        if not here or call.method != "GET" or not path.startswith((_LISTED, _DESCRIBED)):
            return None
        if path == _DESCRIBED:
            mode = {"authenticationMode": "API"}
            return _json({"cluster": {"name": CLUSTER, "accessConfig": mode}})
        if path == _LISTED:
            return _json({"accessEntries": [_CONTRACTOR]})
        if path.endswith("/access-policies"):
            scope = {"type": "cluster", "namespaces": []}
            policy = {"policyArn": _ADMIN, "accessScope": scope}
            return _json({"associatedAccessPolicies": [policy]})
        return _json({"accessEntry": _entry(account)}) if path.startswith(f"{_LISTED}/") else None

    return answered


def _entry(account: str) -> dict[str, Any]:
    place = f"access-entry/{CLUSTER}/role/{STRANGER}/contractor/0aa1b2c3"
    return {
        "clusterName": CLUSTER, "principalArn": _CONTRACTOR, "kubernetesGroups": [],
        "accessEntryArn": f"arn:aws:eks:us-east-1:{account}:{place}",
        "type": "STANDARD", "username": _CONTRACTOR,
    }  # fmt: skip


def _bucket(buckets: Any) -> None:
    buckets.create_bucket(Bucket="acme-backups", ObjectOwnership="BucketOwnerEnforced")
    arn = "arn:aws:s3:::acme-backups"
    granted = _allow({"AWS": f"arn:aws:iam::{BACKUP}:root"}, ["s3:PutObject", "s3:GetObject"])
    buckets.put_bucket_policy(Bucket="acme-backups", Policy=_policy(f"{arn}/*", granted))


def _queue(queues: Any, account: str) -> None:
    address = queues.create_queue(QueueName="orders")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{account}:orders"
    policy = _policy(arn, _allow({"Service": "sns.amazonaws.com"}, "sqs:SendMessage"))
    queues.set_queue_attributes(QueueUrl=address, Attributes={"Policy": policy})


def _allow(principal: Any, action: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action}


def _policy(resource: str, *statements: dict[str, Any]) -> str:
    listed = [{**one, "Resource": resource} for one in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": listed})


def _json(content: Any) -> Answer:
    return Answer(200, json.dumps(content), "application/json")
