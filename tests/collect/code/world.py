"""Whatever names code of others in the emulator, and what is answered in its place where it lacks
the call; each holds a secret that must not come along."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from unittest import mock

from checker.demo.server import Answer, ApiCall
from tests.support.front import OWN, client

VENDOR, STRANGER = "999999999999", "888888888888"
SECRET = "hunter2-of-the-environment"
PUBLISHER = "c830e97710da0c9954d80ba8df021e5439e7134b"
DIGEST = "sha256:" + "0a" * 32
REGISTRY = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"
LAYER = f"arn:aws:lambda:us-east-1:{VENDOR}:layer:agent:3"
FOREIGN_DOCUMENT = f"arn:aws:ssm:us-east-1:{STRANGER}:document/Install"
APPLICATION = f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/rotate"
COMPONENT = f"arn:aws:imagebuilder:us-east-1:{STRANGER}:component/agent/1.0.0/1"
MODEL_PACKAGE = f"arn:aws:sagemaker:us-east-1:{STRANGER}:model-package/ocr/1"
ENVIRONMENT = [{"name": "PASSWORD", "value": SECRET}]


def build() -> None:
    """Everything that the emulator can make."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    client("iam").create_role(
        RoleName="run", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
    )
    _functions()
    _tasks()
    _jobs()
    _models()
    client("codebuild").create_project(
        name="app", serviceRole=ROLE, artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "GITHUB", "location": "https://github.com/acme/app"},
        environment={"type": "LINUX_CONTAINER", "image": "golang:1.25", "computeType": "BUILD_GENERAL1_SMALL",
                     "environmentVariables": ENVIRONMENT},
    )  # fmt: skip
    client("cloudformation").create_stack(
        StackName="rotation", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}),
        Tags=[{"Key": "serverlessrepo:applicationId", "Value": APPLICATION},
              {"Key": "serverlessrepo:semanticVersion", "Value": "1.2.3"}],
        Parameters=[],
    )  # fmt: skip
    client("eks").create_cluster(name="prod", roleArn=ROLE, resourcesVpcConfig={"subnetIds": []})
    ec2 = client("ec2")
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
    own = ec2.create_snapshot(VolumeId=ec2.describe_volumes()["Volumes"][0]["VolumeId"])
    ec2.create_volume(AvailabilityZone="us-east-1a", SnapshotId=own["SnapshotId"])


ROLE = f"arn:aws:iam::{OWN}:role/run"


def _functions() -> None:
    """The emulator knows no layers of other accounts: it is told of one as if it did."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("main.py", "def run(*_): ...")
    functions = client("lambda")
    layers = "moto.awslambda.models.LambdaFunction._get_layers_data"
    with mock.patch(layers, return_value=[{"Arn": LAYER, "CodeSize": 1}]):
        functions.create_function(
            FunctionName="ingest", Runtime="python3.12", Role=ROLE, Handler="main.run", Publish=True,
            Code={"ZipFile": code.getvalue()}, Layers=[LAYER],
            Environment={"Variables": {"PASSWORD": SECRET}},
        )  # fmt: skip
    client("ecr").create_repository(repositoryName="team/app")
    functions.create_function(
        FunctionName="render", Role=ROLE, PackageType="Image",
        Code={"ImageUri": f"{REGISTRY}/quay/evil/app:1"},
        Environment={"Variables": {"PASSWORD": SECRET}},
    )  # fmt: skip


def _tasks() -> None:
    ecs = client("ecs")
    ecs.create_cluster(clusterName="main")
    for family, image in (
        ("web", "example/agent:7"), ("web", "datadog/agent:7"), ("job", "redis"),
        ("mirrored", f"{REGISTRY}/hub/nginx:1"), ("own", f"{REGISTRY}/team/app:1"),
    ):  # fmt: skip
        ecs.register_task_definition(
            family=family,
            containerDefinitions=[
                {"name": "main", "image": image, "memory": 64, "environment": ENVIRONMENT}
            ],
        )
    ecs.create_service(cluster="main", serviceName="web", taskDefinition="web:2", desiredCount=0)
    ecs.create_service(cluster="main", serviceName="old", taskDefinition="web:1", desiredCount=0)


def _jobs() -> None:
    for image in ("ghcr.io/acme/job:1", "ghcr.io/acme/job:1", "ghcr.io/acme/job:2"):
        client("batch").register_job_definition(
            jobDefinitionName="nightly", type="container",
            containerProperties={"image": image, "vcpus": 1, "memory": 64, "environment": ENVIRONMENT,
                                 "command": [SECRET]},
        )  # fmt: skip


def _models() -> None:
    client("sagemaker").create_model(
        ModelName="ocr", ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/ocr:1",
                          "Environment": {"PASSWORD": SECRET}},
    )  # fmt: skip
    client("sagemaker").create_model(
        ModelName="bought", ExecutionRoleArn=ROLE, Containers=[{"ModelPackageName": MODEL_PACKAGE}]
    )


SERVICE = f"arn:aws:apprunner:us-east-1:{OWN}:service/front/1"
_RECIPE = f"arn:aws:imagebuilder:us-east-1:{OWN}:container-recipe/base/1.0.0"
_TASK = f"arn:aws:ecs:us-east-1:{OWN}:task/main/"
_DEFINITION = f"arn:aws:ecs:us-east-1:{OWN}:task-definition/"
ENDPOINT = f"arn:aws:sagemaker:us-east-1:{OWN}:endpoint/ocr"
APP = f"arn:aws:sagemaker:us-east-1:{OWN}:app/d-1/ann/kernelgateway/gpu"
STUDIO_IMAGE = "arn:aws:sagemaker:us-east-1:900000000017:image/gpu"
ADDON = f"arn:aws:eks:us-east-1:{OWN}:addon/prod/scan/1"
_OWNERS = {"Ours": OWN, "Falcon-Deploy": "CrowdStrike", "Theirs": STRANGER, "Of-Amazon": "Amazon"}
"""Of documents that have no more than a name."""
_ANSWERS: dict[tuple[str, str], Any] = {
    ("apprunner", "ListServices"): {"ServiceSummaryList": [
        {"ServiceArn": SERVICE, "Status": "RUNNING"}, {"ServiceArn": f"{SERVICE}0", "Status": "DELETED"}]},
    ("apprunner", "DescribeService"): {"Service": {"ServiceArn": SERVICE, "SourceConfiguration": {
        "ImageRepository": {"ImageIdentifier": "public.ecr.aws/a1b2c3d4/front:1", "ImageRepositoryType": "ECR_PUBLIC",
                            "ImageConfiguration": {"RuntimeEnvironmentVariables": {"PASSWORD": SECRET}}}}}},
    ("ssm", "ListAssociations"): {"Associations": [
        {"AssociationId": "a-1", "Name": FOREIGN_DOCUMENT, "AssociationName": "install"},
        {"AssociationId": "a-2", "Name": "AWS-RunPatchBaseline"},
        *({"AssociationId": f"a-{n}", "Name": name} for n, name in enumerate((*_OWNERS, "Ours"), 3))]},
    ("imagebuilder", "/ListContainerRecipes"): {"containerRecipeSummaryList": [{"arn": _RECIPE}]},
    ("imagebuilder", "/ListImagePipelines"): {"imagePipelineList": []},
    ("imagebuilder", "/GetContainerRecipe"): {"containerRecipe": {
        "arn": _RECIPE, "parentImage": "alpine:3", "components": [{"componentArn": COMPONENT}],
        "dockerfileTemplateData": SECRET}},
    ("sagemaker", "ListImages"): {"Images": [
        {"ImageName": "lab", "ImageArn": "x", "ImageStatus": "CREATED", "CreationTime": 1, "LastModifiedTime": 1}]},
    ("sagemaker", "ListImageVersions"): {"ImageVersions": [
        {"Version": 1, "ImageVersionStatus": "CREATED", "ImageArn": "x", "ImageVersionArn": "x", "CreationTime": 1, "LastModifiedTime": 1},
        {"Version": 2, "ImageVersionStatus": "CREATE_FAILED", "ImageArn": "x", "ImageVersionArn": "x", "CreationTime": 1, "LastModifiedTime": 1}]},
    ("sagemaker", "DescribeImageVersion"): {
        "ImageArn": f"arn:aws:sagemaker:us-east-1:{OWN}:image/lab", "BaseImage": f"{REGISTRY}/lab:1",
        "ContainerImage": f"{REGISTRY}/lab@{DIGEST}"},
    ("ecs", "ListTasks"): {"taskArns": [f"{_TASK}1", f"{_TASK}2", f"{_TASK}3"]},
    ("ecs", "DescribeTasks"): {"failures": [], "tasks": [
        {"taskArn": f"{_TASK}1", "taskDefinitionArn": f"{_DEFINITION}web:2", "group": "service:web", "containers": [
            {"name": "main", "image": "datadog/agent:7", "imageDigest": DIGEST}]},
        {"taskArn": f"{_TASK}2", "taskDefinitionArn": f"{_DEFINITION}adhoc:9", "group": "family:adhoc", "containers": [
            {"name": "shell", "image": "busybox", "imageDigest": DIGEST}]},
        {"taskArn": f"{_TASK}3", "taskDefinitionArn": f"{_DEFINITION}adhoc:9", "group": "family:adhoc", "containers": [
            {"name": "shell", "image": "busybox", "imageDigest": DIGEST.replace("0a", "0b")}]}]},
    ("sagemaker", "ListApps"): {"Apps": [
        {"DomainId": "d-1", "UserProfileName": "ann", "AppType": "KernelGateway", "AppName": "gpu", "Status": "InService",
         "ResourceSpec": {"SageMakerImageArn": STUDIO_IMAGE, "InstanceType": "ml.t3.medium"}}]},
    ("sagemaker", "ListEndpoints"): {"Endpoints": [{"EndpointName": "ocr"}]},
    ("sagemaker", "DescribeEndpoint"): {"EndpointName": "ocr", "EndpointArn": ENDPOINT, "ProductionVariants": [
        {"VariantName": "blue", "DeployedImages": [
            {"SpecifiedImage": "nvcr.io/nim/ocr:1", "ResolvedImage": f"nvcr.io/nim/ocr@{DIGEST}"}]}]},
    ("sagemaker", "ListInferenceComponents"): {"InferenceComponents": [{"InferenceComponentName": "part"}]},
    ("sagemaker", "DescribeInferenceComponent"): {"InferenceComponentArn": f"{ENDPOINT}/part", "Specification": {
        "Container": {"DeployedImage": {"SpecifiedImage": f"{REGISTRY}/part:1"}, "Environment": {"PASSWORD": SECRET}}}},
    ("eks", "/clusters/prod/addons"): {"addons": ["scan", "vpc-cni"]},
    ("eks", "/clusters/prod/addons/scan"): {"addon": {
        "addonName": "scan", "addonArn": ADDON, "addonVersion": "v1", "owner": "aws-marketplace", "publisher": "scanco",
        "configurationValues": SECRET}},
    ("eks", "/clusters/prod/addons/vpc-cni"): {"addon": {
        "addonName": "vpc-cni", "addonArn": f"{ADDON}2", "addonVersion": "v1", "owner": "aws", "publisher": "eks"}},
    ("ecr", "DescribePullThroughCacheRules"): {"pullThroughCacheRules": [
        {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io", "upstreamRepositoryPrefix": "library"},
        {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io", "upstreamRepositoryPrefix": "ROOT"}]},
}  # fmt: skip
_TYPES = {
    "RESOURCE": f"""<member><Type>RESOURCE</Type><TypeName>Org::Svc::Thing</TypeName>
<TypeArn>arn:aws:cloudformation:us-east-1:{OWN}:type/resource/Org-Svc-Thing</TypeArn>
<PublisherId>{PUBLISHER}</PublisherId><PublisherName>Org</PublisherName></member>""",
    "HOOK": f"""<member><Type>HOOK</Type><TypeName>Some::Hook::Here</TypeName>
<TypeArn>arn:aws:cloudformation:us-east-1:{OWN}:type/hook/Some-Hook-Here</TypeArn></member>""",
}


def answers(call: ApiCall) -> Answer | None:
    """An interceptor."""
    if call.region != "us-east-1" or call.account != OWN:
        return None
    if call.action == "ListTypes":
        content = f"<TypeSummaries>{_TYPES.get(call.parameters['Type'], '')}</TypeSummaries>"
        return _xml(call, f"<ListTypesResult>{content}</ListTypesResult>")
    if call.action == "DescribeType":
        return _xml(
            call, f"<DescribeTypeResult><Arn>{call.parameters['Arn']}</Arn></DescribeTypeResult>"
        )
    if call.action == "DescribeDocument":
        told = {"Document": {"Name": "x", "Owner": _OWNERS[call.parameters["Name"]]}}
        return Answer(200, json.dumps(told), "application/json")
    found = _ANSWERS.get((call.service, call.action or call.path.partition("?")[0]))
    return Answer(200, json.dumps(found), "application/json") if found else None


def _xml(call: ApiCall, content: str) -> Answer:
    name = f"{call.action}Response"
    return Answer(
        200,
        f"<{name}>{content}<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}>",
    )
