"""One of each kind in the emulator, most of them open to a vendor; what is collected of them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import unquote

from checker.demo.server import Answer, ApiCall
from tests.support.front import OWN, client

VENDOR = "900000000017"
ROOT = {"AWS": f"arn:aws:iam::{VENDOR}:root"}
ROLE = f"arn:aws:iam::{VENDOR}:role/deploy"
ENTRY = f"arn:aws:eks:us-east-1:{OWN}:access-entry/prod/role/{VENDOR}/deploy/a1"
SECRET = "hunter2-of-the-environment"


def policy(action: str | list[str], resource: str | None = "*", principal: Any = ROOT) -> str:
    """That lets the vendor in."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if resource:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def build() -> None:
    """Everything."""
    _storage()
    _keys()
    _messages()
    _functions()
    _databases()
    _network()


def _storage() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="acme-data")
    s3.put_bucket_policy(
        Bucket="acme-data", Policy=policy("s3:GetObject", "arn:aws:s3:::acme-data/*")
    )
    s3.create_bucket(Bucket="acme-open", ACL="public-read")
    s3.create_bucket(Bucket="acme-shut")
    s3.put_public_access_block(
        Bucket="acme-shut", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    s3.put_bucket_policy(
        Bucket="acme-shut", Policy=policy("s3:GetObject", "arn:aws:s3:::acme-shut/*", "*")
    )
    europe = client("s3", region="eu-west-1")
    europe.create_bucket(
        Bucket="acme-eu", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    control = client("s3control")
    control.put_public_access_block(
        AccountId=OWN, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    control.create_access_point(AccountId=OWN, Name="share", Bucket="acme-data")
    arn = f"arn:aws:s3:us-east-1:{OWN}:accesspoint/share"
    control.put_access_point_policy(
        AccountId=OWN, Name="share", Policy=policy("s3:GetObject", f"{arn}/object/*")
    )
    client("efs").create_file_system(CreationToken="a", Tags=[{"Key": "Name", "Value": "home"}])


def _keys() -> None:
    kms = client("kms")
    own = policy("kms:*", principal={"AWS": f"arn:aws:iam::{OWN}:root"})
    statements = json.loads(own)["Statement"] + json.loads(policy("kms:Decrypt"))["Statement"]
    key = kms.create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    id_ = key["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=id_)
    kms.create_grant(KeyId=id_, GranteePrincipal=ROLE, Operations=["Encrypt"])
    secrets = client("secretsmanager")
    arn = secrets.create_secret(Name="db", SecretString="of the database", KmsKeyId=id_)["ARN"]
    secrets.put_resource_policy(
        SecretId=arn, ResourcePolicy=policy("secretsmanager:GetSecretValue")
    )
    ecr = client("ecr")
    ecr.create_repository(repositoryName="app")
    ecr.set_repository_policy(repositoryName="app", policyText=policy("ecr:BatchGetImage", None))
    ecr.put_registry_policy(
        policyText=policy("ecr:ReplicateImage", f"arn:aws:ecr:us-east-1:{OWN}:repository/*")
    )


def _messages() -> None:
    arn = f"arn:aws:sqs:us-east-1:{OWN}:jobs"
    client("sqs").create_queue(
        QueueName="jobs", Attributes={"Policy": policy("sqs:ReceiveMessage", arn)}
    )
    client("sqs").create_queue(QueueName="plain")
    topic = client("sns").create_topic(Name="alerts")["TopicArn"]
    client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=policy("sns:Subscribe", topic)
    )
    events = client("events")
    events.create_event_bus(Name="central")
    events.put_permission(
        EventBusName="central", Action="events:PutEvents", Principal=VENDOR, StatementId="v"
    )
    logs = client("logs")
    logs.put_resource_policy(
        policyName="es",
        policyDocument=policy("logs:PutLogEvents", "*", {"Service": "es.amazonaws.com"}),
    )
    logs.put_destination(destinationName="in", targetArn=f"arn:aws:kinesis:us-east-1:{OWN}:stream/x",
                         roleArn=f"arn:aws:iam::{OWN}:role/r")  # fmt: skip
    logs.put_destination_policy(
        destinationName="in",
        accessPolicy=policy(
            "logs:PutSubscriptionFilter",
            f"arn:aws:logs:us-east-1:{OWN}:destination:in",
            {"AWS": VENDOR},
        ),
    )


def _functions() -> None:
    role = client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("main.py", "def run(*_): ...")
    functions = client("lambda")
    functions.create_function(
        FunctionName="ingest", Runtime="python3.12", Role=role, Handler="main.run",
        Code={"ZipFile": code.getvalue()}, Environment={"Variables": {"PASSWORD": SECRET}},
    )  # fmt: skip
    functions.create_function_url_config(FunctionName="ingest", AuthType="NONE")
    functions.add_permission(
        FunctionName="ingest", StatementId="u", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE",
    )  # fmt: skip
    functions.publish_layer_version(LayerName="tools", Content={"ZipFile": code.getvalue()})
    functions.add_layer_version_permission(
        LayerName="tools", VersionNumber=1, StatementId="v", Principal=VENDOR,
        Action="lambda:GetLayerVersion",
    )  # fmt: skip


def _databases() -> None:
    tables = client("dynamodb")
    made = tables.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]  # fmt: skip
    tables.put_resource_policy(
        ResourceArn=made["TableArn"], Policy=policy("dynamodb:GetItem", made["TableArn"])
    )
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="db", Engine="postgres", DBInstanceClass="db.t3.micro",
        AllocatedStorage=20, MasterUsername="u", MasterUserPassword="of the database",
    )  # fmt: skip
    rds.create_db_snapshot(DBInstanceIdentifier="db", DBSnapshotIdentifier="nightly")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="nightly", AttributeName="restore", ValuesToAdd=[VENDOR]
    )
    ec2 = client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    for wanted in ({"UserIds": [VENDOR]}, {"GroupNames": ["all"]}, {}):
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        if wanted:
            ec2.modify_snapshot_attribute(
                SnapshotId=snapshot,
                Attribute="createVolumePermission",
                OperationType="add",
                **wanted,
            )


def _network() -> None:
    client("ram").create_resource_share(
        name="nets",
        principals=[VENDOR],
        resourceArns=[f"arn:aws:ec2:us-east-1:{OWN}:subnet/subnet-1"],
    )
    client("ssm").create_document(
        Name="Run", DocumentType="Command", DocumentFormat="JSON",
        Content=json.dumps({"schemaVersion": "2.2", "description": SECRET, "mainSteps": []}),
    )  # fmt: skip
    client("ssm").modify_document_permission(
        Name="Run", PermissionType="Share", AccountIdsToAdd=[VENDOR]
    )
    client("eks").create_cluster(
        name="prod", roleArn=f"arn:aws:iam::{OWN}:role/eks", resourcesVpcConfig={"subnetIds": []}
    )


def entries(call: ApiCall) -> Answer | None:
    """An interceptor: the cluster's access entries, of which the emulator has none."""
    path = unquote(call.path).partition("?")[0]
    if call.service != "eks" or call.method != "GET" or call.region != "us-east-1":
        return None
    answers: dict[str, Any] = {
        "/clusters/prod": {"cluster": {"name": "prod", "accessConfig": {"authenticationMode": "API"}}},
        "/clusters/prod/access-entries": {"accessEntries": [ROLE, f"arn:aws:iam::{OWN}:role/ours"]},
        f"/clusters/prod/access-entries/{ROLE}": {"accessEntry": {
            "principalArn": ROLE, "accessEntryArn": ENTRY, "type": "STANDARD", "kubernetesGroups": []}},
        f"/clusters/prod/access-entries/{ROLE}/access-policies": {"associatedAccessPolicies": [
            {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"}]},
    }  # fmt: skip
    found = answers.get(path)
    return Answer(200, json.dumps(found), "application/json") if found else None
