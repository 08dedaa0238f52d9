"""Code of others in both languages: the same reference, on the line where it is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.collect.iac.code.rows import KINDS, RUNS, is_read
from checker.collect.iac.kinds import kinds
from checker.collect.iac.records import Found
from checker.publishers import KINDS as PUBLISHED
from checker.snapshot.code_uses import CodeUse
from tests.collect.iac import registry
from tests.collect.iac.granted import OWN, plan, source, template
from tests.collect.iac.plans import plan as planned_file
from tests.collect.iac.plans import planned, refers
from tests.collect.iac.test_grants import blocks, resources
from tests.support.rows import rows
from tests.support.snapshots import STRANGER

LAYER = f"arn:aws:lambda:us-east-1:{STRANGER}:layer:Agent:42"
IMAGE, HUB = f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/team/app:1", "datadog/agent:7"
PART = f"arn:aws:imagebuilder:us-east-1:{STRANGER}:component/x/1.0.0/1"
DOCUMENT = f"arn:aws:ssm:us-east-1:{STRANGER}:document/Run"
APPLICATION = f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/x"
STUDIO = f"arn:aws:sagemaker:us-east-1:{STRANGER}:image/x"
PACKAGE = f"arn:aws:sagemaker:us-east-1:{STRANGER}:model-package/p/1"
ADDON = json.dumps({"addonName": "datadog_operator", "publisher": "datadog"})
VPC_CNI = json.dumps({"addonName": "vpc-cni", "owner": "aws"})
Use = tuple[str, str | None]


def used(found: Found) -> set[Use]:
    return {(one.kind, one.reference) for one in found.code_uses}


def both(kind: str, path: str, value: str, other: str, at: str) -> tuple[Any, Any]:
    """A property of each language, within whatever stands around it."""
    return (kind, path % value), (other, at % value)


def containers(image: str) -> str:
    return f'container_definitions = jsonencode([{{ name = "a", image = "{image}" }}])'


USES = [
    ("a layer", ("AWS::Lambda::Function", f"Layers: ['{LAYER}']"), ("aws_lambda_function", f'layers = ["{LAYER}"]'), {("layer", LAYER)}),
    ("a function's image", ("AWS::Lambda::Function", f"Code: {{ImageUri: '{IMAGE}'}}"), ("aws_lambda_function", f'image_uri = "{IMAGE}"'), {("container-image", IMAGE)}),
    ("SAM's", ("AWS::Serverless::Function", f"ImageUri: '{IMAGE}', Layers: ['{LAYER}']"), ("aws_lambda_function", f'image_uri = "{IMAGE}"\nlayers = ["{LAYER}"]'), {("container-image", IMAGE), ("layer", LAYER)}),
    ("a task's", ("AWS::ECS::TaskDefinition", f"ContainerDefinitions: [{{Image: '{HUB}'}}]"), ("aws_ecs_task_definition", containers(HUB)), {("container-image", HUB)}),
    ("a job's", ("AWS::Batch::JobDefinition", f"ContainerProperties: {{Image: '{HUB}'}}"), ("aws_batch_job_definition", f'container_properties = jsonencode({{ image = "{HUB}" }})'), {("container-image", HUB)}),
    ("a build's", ("AWS::CodeBuild::Project", "Environment: {Image: 'aws/codebuild/standard:7.0'}"), ("aws_codebuild_project", 'environment {\n image = "aws/codebuild/standard:7.0"\n}'), {("build-image", "aws/codebuild/standard:7.0")}),
    ("a model's", ("AWS::SageMaker::Model", f"PrimaryContainer: {{Image: '{IMAGE}'}}"), ("aws_sagemaker_model", f'primary_container {{\n image = "{IMAGE}"\n}}'), {("container-image", IMAGE)}),
    ("a runner's", ("AWS::AppRunner::Service", f"SourceConfiguration: {{ImageRepository: {{ImageIdentifier: '{HUB}'}}}}"), ("aws_apprunner_service", f'source_configuration {{\n image_repository {{\n image_identifier = "{HUB}"\n}}\n}}'), {("container-image", HUB)}),
    ("a document", ("AWS::SSM::Association", f"Name: '{DOCUMENT}'"), ("aws_ssm_association", f'name = "{DOCUMENT}"'), {("ssm-document", DOCUMENT)}),
    ("a component", ("AWS::ImageBuilder::ImageRecipe", f"Components: [{{ComponentArn: '{PART}'}}]"), ("aws_imagebuilder_image_recipe", f'component {{\n component_arn = "{PART}"\n}}'), {("image-builder-component", PART)}),
    ("an add-on of the marketplace", ("AWS::EKS::Addon", "ClusterName: c, AddonName: datadog_operator"), ("aws_eks_addon", 'addon_name = "datadog_operator"'), {("eks-addon", ADDON)}),
    ("one of a seller without a name", ("AWS::EKS::Addon", "ClusterName: c, AddonName: _vpc-cni"), ("aws_eks_addon", 'addon_name = "_vpc-cni"'), {("eks-addon", json.dumps({"addonName": "_vpc-cni", "publisher": ""}))}),
    ("one of AWS's", ("AWS::EKS::Addon", "ClusterName: c, AddonName: vpc-cni"), ("aws_eks_addon", 'addon_name = "vpc-cni"'), {("eks-addon", VPC_CNI)}),
    ("a volume", ("AWS::EC2::Volume", "SnapshotId: snap-1"), ("aws_ebs_volume", 'snapshot_id = "snap-1"'), {("snapshot", "snap-1")}),
    ("a package of a model", ("AWS::SageMaker::Model", f"PrimaryContainer: {{ModelPackageName: '{PACKAGE}'}}"), ("aws_sagemaker_model", f'primary_container {{\n model_package_name = "{PACKAGE}"\n}}'), {("model-package", PACKAGE)}),
    ("an image of a studio", ("AWS::SageMaker::ImageVersion", f"BaseImage: '{IMAGE}'"), ("aws_sagemaker_image_version", f'base_image = "{IMAGE}"'), {("container-image", IMAGE)}),
    ("what a studio's application runs in", ("AWS::SageMaker::App", f"ResourceSpec: {{SageMakerImageArn: '{STUDIO}', SageMakerImageVersionArn: '{STUDIO[:-2]}-version/x/3'}}"), ("aws_sagemaker_app", f'resource_spec {{\n sagemaker_image_arn = "{STUDIO}"\n sagemaker_image_version_arn = "{STUDIO[:-2]}-version/x/3"\n}}'), {("container-image", STUDIO), ("container-image", f"{STUDIO[:-2]}-version/x/3")}),
    *((f"what a {why}'s would", (f"AWS::SageMaker::{type_}", f"{settings}: {{KernelGatewayAppSettings: {{DefaultResourceSpec: {{SageMakerImageArn: '{STUDIO}'}}}}}}"), (f"aws_sagemaker_{other}", f'{block} {{\n kernel_gateway_app_settings {{\n default_resource_spec {{\n sagemaker_image_arn = "{STUDIO}"\n}}\n}}\n}}'), {("container-image", STUDIO)})
      for why, type_, settings, other, block in (
        ("domain", "Domain", "DefaultUserSettings", "domain", "default_user_settings"),
        ("domain's space", "Domain", "DefaultSpaceSettings", "domain", "default_space_settings"),
        ("space", "Space", "SpaceSettings", "space", "space_settings"),
        ("user", "UserProfile", "UserSettings", "user_profile", "user_settings"))),
    ("RStudio's server", ("AWS::SageMaker::Domain", f"DomainSettings: {{RStudioServerProDomainSettings: {{DefaultResourceSpec: {{SageMakerImageArn: '{STUDIO}'}}}}}}"), ("aws_sagemaker_domain", f'domain_settings {{\n r_studio_server_pro_domain_settings {{\n default_resource_spec {{\n sagemaker_image_arn = "{STUDIO}"\n}}\n}}\n}}'), {("container-image", STUDIO)}),
    *((f"a batch's, {why}", ("AWS::CodeBuild::Project", f"Source: {{BuildSpec: {json.dumps(spec)}}}"), ("aws_codebuild_project", f"source {{\n buildspec = {json.dumps(spec)}\n}}"), {("build-image", one) for one in images}) for why, spec, images in (
        ("in YAML", f"version: 0.2\nbatch:\n  build-graph:\n    - identifier: a\n      env:\n        image: {HUB}\n        type: LINUX_CONTAINER\n", [HUB]),
        ("in JSON", json.dumps({"batch": {"build-list": [{"env": {"image": HUB}}]}}), [HUB]),
        ("of a matrix", json.dumps({"batch": {"build-matrix": {"static": {"env": {"image": IMAGE}}, "dynamic": {"env": {"image": [HUB, "a/b"]}}}}}), [IMAGE, HUB, "a/b"]),
        ("which has a variable so called", json.dumps({"env": {"variables": {"image": HUB}}, "batch": {"build-list": [{"env": {"variables": {"image": HUB}}}]}}), []),
        ("in a file of the source", "ci/buildspec.yml", []))),
    *((f"what an add-on is told, {why}", ("AWS::EKS::Addon", f"AddonName: vpc-cni, ConfigurationValues: {json.dumps(told)}"), ("aws_eks_addon", f'addon_name = "vpc-cni"\nconfiguration_values = {json.dumps(told)}'), {("eks-addon", VPC_CNI), *((("container-image", image),) if image else ())}) for why, told, image in (
        ("whole", json.dumps({"image": HUB}), HUB),
        ("part by part", json.dumps({"a": {"image": {"registry": "quay.io", "repository": "evil/x", "tag": "1"}}}), "quay.io/evil/x:1"),
        ("a digest", "image:\n  repository: evil/x\n  digest: sha256:00\n", "evil/x@sha256:00"), ("a digest behind a tag", json.dumps({"image": {"repository": "evil/x", "tag": 1, "digest": "sha256:00"}}), "evil/x:1@sha256:00"),
        ("with a picture's name in its own", json.dumps({"image": "evil/x.png/y:1"}), "evil/x.png/y:1"),
        ("a tag alone", json.dumps({"image": {"tag": "1"}}), None))),
    ("a package that is installed", ("AWS::SSM::Association", "Name: AWS-ConfigureAWSPackage, Parameters: {action: [Install], name: [Agent-Linux]}"), ("aws_ssm_association", 'name = "AWS-ConfigureAWSPackage"\nparameters = {\n action = "Install"\n name = "Agent-Linux"\n}'), {("ssm-document", "AWS-ConfigureAWSPackage"), ("ssm-document", "Agent-Linux")}),
    ("a document that another one runs", ("AWS::SSM::Association", "Name: AWS-RunDocument, Parameters: {sourceType: [SSMDocument], sourceInfo: ['{\"name\": \"Agent\"}']}"), ("aws_ssm_association", 'name = "AWS-RunDocument"\nparameters = {\n sourceType = "SSMDocument"\n sourceInfo = jsonencode({ name = "Agent" })\n}'), {("ssm-document", "AWS-RunDocument"), ("ssm-document", "Agent")}),
    ("a name that another document is told", ("AWS::SSM::Association", "Name: AWS-Other, Parameters: {name: [Agent-Linux]}"), ("aws_ssm_association", 'name = "AWS-Other"\nparameters = {\n name = "Agent-Linux"\n}'), {("ssm-document", "AWS-Other")}),
    ("nothing", ("AWS::Lambda::Function", "Handler: x"), ("aws_lambda_function", 'handler = "x"'), set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "cfn", "tf", "expected"), USES, ids=[row[0] for row in USES])
def test_both_languages(tmp_path: Path, why: str, cfn: Any, tf: Any, expected: set[Use]) -> None:
    """What a template runs, a plan runs too; and no gap is left of it."""
    for found, line in ((template(tmp_path, resources(cfn)), 2), (source(tmp_path, blocks(tf)), 1)):
        assert (used(found), found.gaps) == (expected, [])
        assert {one.location.line for one in found.code_uses if one.location} <= {line}


def test_packages_that_a_machine_installs(tmp_path: Path) -> None:
    """Catches what a machine's own association is handed, each with its document."""
    body = "SsmAssociations: [{DocumentName: AWS-ConfigureAWSPackage, AssociationParameters: [{Key: name, Value: [Agent-Linux]}]}]"
    found = template(tmp_path, resources(("AWS::EC2::Instance", body)))
    assert used(found) == {("ssm-document", "AWS-ConfigureAWSPackage"), ("ssm-document", "Agent-Linux")}  # fmt: skip


ALONE = [
    ("an extension by its publisher", ("AWS::CloudFormation::TypeActivation", f"PublisherId: '{'a' * 40}', TypeName: X::Y::Z"), ("cloudformation-type", json.dumps({"PublisherId": "a" * 40}))),
    ("by its ARN", ("AWS::CloudFormation::TypeActivation", f"PublicTypeArn: 'arn:aws:cloudformation:us-east-1::type/resource/{'a' * 40}/X-Y-Z'"), ("cloudformation-type", f"arn:aws:cloudformation:us-east-1::type/resource/{'a' * 40}/X-Y-Z")),
    ("an application", ("AWS::Serverless::Application", f"Location: {{ApplicationId: '{APPLICATION}', SemanticVersion: 1.0.0}}"), ("serverless-application", APPLICATION)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "cfn", "expected"), ALONE, ids=[row[0] for row in ALONE])
def test_what_only_templates_bring(tmp_path: Path, why: str, cfn: Any, expected: Use) -> None:
    """An application's template is a gap beside: what it would make is not seen."""
    found = template(tmp_path, resources(cfn))
    assert used(found) == {expected}
    assert {gap.code for gap in found.gaps} <= {
        "application",
        "AWS::CloudFormation::TypeActivation",
    }


HEAD = "Parameters: {P: {Type: String}}\nResources:\n  Repo: {Type: AWS::ECR::Repository, Properties: {RepositoryName: app}}\n  Unnamed: {Type: AWS::ECR::Repository}\n  L: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: l}}\n"
FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {%s}}\n"
VERSION = f"arn:aws:cloudformation:us-east-1:{STRANGER}:type/hook/Acme-Guard-Hook/00000001"
OURS = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/app"
FOUND = [
    ("AWS::EMRServerless::Application", f"WorkerTypeSpecifications: {{Driver: {{ImageConfiguration: {{ImageUri: '{HUB}'}}}}}}", ("container-image", HUB)),
    ("AWS::GameLift::ContainerGroupDefinition", f"SupportContainerDefinitions: [{{ImageUri: '{HUB}'}}]", ("container-image", HUB)),
    ("AWS::Synthetics::Canary", f"Code: {{Dependencies: [{{Type: LambdaLayer, Reference: '{LAYER}'}}]}}", ("layer", LAYER)),
    ("AWS::Omics::WorkflowVersion", f"ContainerRegistryMap: {{ImageMappings: [{{SourceImage: x, DestinationImage: '{IMAGE}'}}]}}", ("container-image", IMAGE)),
    *((f"AWS::RoboMaker::{kind}Application", f"Environment: '{HUB}'", ("container-image", HUB)) for kind in ("Robot", "Simulation")),
    ("AWS::ECS::TaskDefinition", f"ContainerDefinitions: ' [{{\"Image\": \"{HUB}\"}}]'", ("container-image", HUB)),
    ("AWS::ECS::TaskDefinition", f"ContainerDefinitions: [{{image: '{HUB}'}}]", ("container-image", HUB)),
    ("AWS::SSMQuickSetup::LifecycleAutomation", f"AutomationDocument: '{DOCUMENT}'", ("ssm-document", DOCUMENT)),
    ("AWS::SageMaker::InferenceComponent", f"Specification: {{Container: {{Image: '{HUB}'}}}}", ("container-image", HUB)),
    ("AWS::Config::RemediationConfiguration", f"TargetId: '{DOCUMENT}'", ("ssm-document", DOCUMENT)),
    ("AWS::ImageBuilder::ImageRecipe", "BlockDeviceMappings: [{Ebs: {SnapshotId: snap-0123456789abcdef0}}]", ("image-snapshot", "snap-0123456789abcdef0")),
    *((kind, body, ("snapshot", "snap-0123456789abcdef0")) for kind, body in (
        ("AWS::AutoScaling::LaunchConfiguration", "BlockDeviceMappings: [{Ebs: {SnapshotId: snap-0123456789abcdef0}}]"),
        ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData: {LaunchSpecifications: [{BlockDeviceMappings: [{Ebs: {SnapshotId: snap-0123456789abcdef0}}]}]}"),
        ("AWS::ECS::Service", "VolumeConfigurations: [{ManagedEBSVolume: {SnapshotId: snap-0123456789abcdef0}}]"),
        ("AWS::StorageGateway::Volume", "SnapshotId: snap-0123456789abcdef0"),
    )),
    ("AWS::CloudFormation::ResourceDefaultVersion", f"TypeVersionArn: '{VERSION}'", ("cloudformation-type", VERSION)),
    ("AWS::CloudFormation::HookDefaultVersion", f"TypeVersionArn: '{VERSION}'", ("cloudformation-type", VERSION)),
    ("AWS::ARCRegionSwitch::Plan", f"Workflows: [{{Steps: [{{ExecutionBlockConfiguration: {{SsmSendCommandConfig: {{RegionDocuments: {{us-east-1: {{DocumentArn: '{DOCUMENT}'}}}}}}}}}}]}}]", ("ssm-document", DOCUMENT)),
    ("AWS::SSMIncidents::ResponsePlan", f"Actions: [{{SsmAutomation: {{DocumentName: '{DOCUMENT}'}}}}]", ("ssm-document", DOCUMENT)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "use"), FOUND, ids=[row[0] for row in FOUND])
def test_what_templates_alone_have(tmp_path: Path, kind: str, body: str, use: Use) -> None:
    """Catches a reference that stands deeper than others, or in a type that few have."""
    assert used(
        template(tmp_path, f"Resources: {{R: {{Type: {kind}, Properties: {{{body}}}}}}}")
    ) == {use}


TOLD = [
    ("an own layer", "Layers: [!Ref L]", f"arn:aws:lambda:us-east-1:{OWN}:layer:l", False),
    ("an own repository", "Code: {ImageUri: !Sub '${Repo.RepositoryUri}:1'}", f"{OURS}:1", False),
    ("its tag by a parameter", "Code: {ImageUri: !Sub '${Repo.RepositoryUri}:${P}'}", OURS, True),
    ("one with no name but the code's", "Code: {ImageUri: !Sub '${Unnamed.RepositoryUri}:1'}", f"{OURS[:-3]}unnamed:1", False),
    ("a port, no tag", "Code: {ImageUri: !Sub 'registry.example.com:${P}/app:1'}", None, True),
    ("a stranger's, its name by one", f"Code: {{ImageUri: !Sub '{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/${{P}}'}}", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/unresolved", True),
    ("half a publisher", "Code: {ImageUri: !Sub 'quay.io/acme${P}/app:1'}", None, True),
    ("one and half a name", "Code: {ImageUri: !Sub 'quay.io/acme/app${P}/x:1'}", "quay.io/acme/appunresolved/x:1", True),
    ("the registry by one", "Code: {ImageUri: !Sub '${P}/app:1'}", None, True),
    ("all of it by one", "Code: {ImageUri: !Ref P}", None, True),
    ("ours, whatever its name", f"Code: {{ImageUri: !Sub '{OWN}.dkr.ecr.us-east-1.amazonaws.com/${{P}}/app'}}", f"{OURS[:-3]}unresolved/app", True),
    ("a registry's region", f"Code: {{ImageUri: !Sub '{STRANGER}.dkr.ecr.${{P}}.amazonaws.com/x:1'}}", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1", True),
    ("a layer's region", f"Layers: [!Sub 'arn:aws:lambda:${{P}}:{STRANGER}:layer:Agent:42']", LAYER, True),
    ("a part of it", f"Layers: [!Sub 'arn:aws:lambda:us-${{P}}-1:{STRANGER}:layer:Agent:42']", LAYER, True),
    ("a layer of AWS's own parameter", "Layers: ['{{resolve:ssm:/aws/service/powertools/python/arm64/python3.12/latest}}']", "arn:aws:lambda:us-east-1:017000801446:layer:powertools", False),
    ("anybody's parameter", "Layers: ['{{resolve:ssm:/aws/powertools/python/arm64/python3.12/latest}}']", None, True),
    ("a path of the file's", "Code: ./src", "", False),
    ("what is no reference", "Code: {ImageUri: 'evil x'}", None, True),
    ("what is no text", "Code: {ImageUri: {a: b}}", None, True),
    ("a layer's version", f"Layers: [!Sub 'arn:aws:lambda:us-east-1:{STRANGER}:layer:x:${{P}}']", f"arn:aws:lambda:us-east-1:{STRANGER}:layer:x", True),
    ("a studio's image, its name by one", f"Code: {{ImageUri: !Sub '{STUDIO}-${{P}}'}}", f"{STUDIO}-unresolved", True),
    ("its account", "Code: {ImageUri: !Sub 'arn:aws:sagemaker:us-east-1:${P}:image/x'}", None, True),
    ("a layer's account", "Layers: [!Sub 'arn:aws:lambda:us-east-1:${P}:layer:x:1']", None, True),
    ("a layer's partition", f"Layers: [!Sub 'arn:${{P}}:lambda:us-east-1:{STRANGER}:layer:x:1']", None, True),
    ("a region's", f"Code: {{ImageUri: !Sub '{STRANGER}.dkr.ecr.${{AWS::Region}}.${{AWS::URLSuffix}}/x:1'}}", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "text", "unsure"), TOLD, ids=[row[0] for row in TOLD])
def test_what_is_not_known(
    tmp_path: Path, why: str, body: str, text: str | None, unsure: bool
) -> None:
    """The publisher is told wherever it stands there; else nobody is guessed, and it is said."""
    told = template(tmp_path, HEAD + FUNCTION % body).code_uses
    assert [(one.reference, bool(one.unresolved)) for one in told] == (
        [] if text == "" else [(text, unsure)]
    )


def task(text: str) -> str:
    """As a file of Terraform has it, between the lines of a heredoc."""
    return f'variable "cpu" {{}}\nresource "aws_ecs_task_definition" "t" {{\n family = "f"\n container_definitions = <<E\n{text}\nE\n}}\n'


SECRET = "hunter2"
BESIDE = f'"environment":[{{"name":"P","value":"{SECRET}"}}]'
BODY = f'{{"name":"x","image":"{HUB}",{BESIDE}}}'
DOCUMENTS = [
    ("white space before it", f"  [{BODY}]", [HUB]),
    ("an empty line before it", f"\n[{BODY}]", [HUB]),
    ("capitals", f"[{BODY.replace('image', 'Image')}]", [HUB]),
    ("one in place of a list", BODY, [HUB]),
    ("two of one name", f'[{{"image":"{IMAGE}","IMAGE":"{HUB}",{BESIDE}}}]', [HUB, IMAGE]),
    ("a number by a variable", f"[{BODY[:-1]},\"cpu\":${{var.cpu}}}}]", [HUB]),
    ("a part of one", f"[{BODY[:-1]},\"cpu\":1${{var.cpu}}0}}]", [HUB]),
    ("text by one", f"[{BODY[:-1]},\"cpu\":\"${{var.cpu}}\"}}]", [HUB]),
    ("quotes in what it is called", f"[{BODY[:-1]},\"cpu\":\"${{var.cpu[\"a\"]}}\"}}]", [HUB]),
    ("members by one", f"[{{${{var.cpu}},{BODY[1:]}]", [HUB]),
    ("members behind", f"[{BODY[:-1]} ${{var.cpu}} }}]", [HUB]),
    ("a key by one", f'[{{"${{var.cpu}}":"{HUB}",{BESIDE}}}]', [None]),
    ("another one by one", f"[{BODY},${{var.cpu}}]", [HUB, None]),
    ("more of them, perhaps", f"[{BODY}${{var.cpu}}]", [HUB, None]),
    ("the first by one", f"[${{var.cpu}}{BODY}]", [HUB, None]),
    ("all by one", "[${var.cpu}]", [None]),
    ("no end", f"[{BODY}", [None]),
    ("a comma too many", f"[{BODY},]", [None]),
    ("no JSON", f"- image: {HUB}\n  value: {SECRET}", [None]),
    ("text in text", json.dumps(f"[{BODY}]"), [None]),
    ("no quotes", f"[{BODY[:-1]},\"cpu\":x${{var.cpu}}\"}}]", [None]),
    ("a directive", f"%{{ if var.cpu > 1 }}[{BODY}]%{{ endif }}", [HUB]),
    ("an image of a lone surrogate", f"[{BODY.replace(HUB, chr(92) + 'ud800/x')}]", [None]),
    ("nothing", "", []),
    ("no containers", "[]", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "images"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_text_of_a_document(tmp_path: Path, why: str, text: str, images: list[Any]) -> None:
    """Read as the provider reads it; what of it nobody understands is said, and never shown."""
    found = source(tmp_path, task(text))
    assert {one.reference for one in found.code_uses} == set(images)
    assert all(one.unresolved for one in found.code_uses if one.reference is None)
    assert SECRET not in encoded(found)


def encoded(found: Found) -> str:
    """All that a snapshot and a report have of it."""
    return str(msgspec.json.encode([found.records(), found.gaps, found.told()]))


def test_either_of_two(tmp_path: Path) -> None:
    """Both branches of a condition are looked at."""
    text = HEAD.replace("Resources", "Conditions: {C: !Equals [!Ref P, x]}\nResources")
    found = template(tmp_path, text + FUNCTION % f"Layers: [!If [C, '{LAYER}', !Ref L]]")
    assert {one.reference for one in found.code_uses} == {
        LAYER,
        f"arn:aws:lambda:us-east-1:{OWN}:layer:l",
    }


def test_a_plan(tmp_path: Path) -> None:
    """As planned; what is known only after apply is no silence."""
    definitions = json.dumps([{"image": IMAGE}])
    known = planned(
        "aws_ecs_task_definition", {"family": "f", "container_definitions": definitions}
    )
    later = planned(
        "aws_ecs_task_definition",
        {"family": "g"},
        name="g",
        unknown={"container_definitions": True},
    )
    found = plan(tmp_path, planned_file(known, later))
    assert used(found) == {("container-image", IMAGE), ("container-image", None)}
    assert {one.resource.rpartition("/")[2] for one in found.code_uses} == {"f", "g"}


def test_what_a_plan_does_not_know_is_not_called_like_its_function(tmp_path: Path) -> None:
    """Catches an image that only the deployment tells and that passes for one of the function's
    name, of which somebody may have vetted the registry."""
    unknown = {"layers": [True], "image_uri": True}
    for index in (None, 0):
        function = planned("aws_lambda_function", {"function_name": "f", "layers": [None]}, index=index, unknown=unknown)  # fmt: skip
        found = plan(tmp_path, planned_file(function))
        assert used(found) == {("layer", None), ("container-image", None)}
        assert [one.unresolved for one in found.code_uses if one.unresolved is not msgspec.UNSET]


def test_a_plan_of_own_code(tmp_path: Path) -> None:
    """A layer and an image of the same plan are ours before they are there."""
    refers = {"layers": {"references": ["aws_lambda_layer_version.l.arn", "aws_lambda_layer_version.l"]},
              "image_uri": {"references": ["aws_ecr_repository.r.repository_url", "aws_ecr_repository.r"]}}  # fmt: skip
    written = {"mode": "managed", "type": "aws_lambda_function", "name": "r", "expressions": refers}
    found = plan(tmp_path, planned_file(
        planned("aws_lambda_layer_version", {"layer_name": "l"}, name="l", unknown={"arn": True}),
        planned("aws_ecr_repository", {"name": "app"}, unknown={"repository_url": True}),
        planned("aws_lambda_function", {"layers": [None]}, unknown={"layers": [True], "image_uri": True}),
        configuration={"resources": [written]}))  # fmt: skip
    assert used(found) == {
        ("layer", f"arn:aws:lambda:us-east-1:{OWN}:layer:l"),
        ("container-image", OURS),
    }


def test_own_images_of_terraform(tmp_path: Path) -> None:
    """By the address of the repository, whatever the tag."""
    text = blocks(
        ("aws_ecr_repository", 'name = "app"'),
        ("aws_lambda_function", 'image_uri = "${aws_ecr_repository.r0.repository_url}:${var.tag}"'),
    )
    (use,) = source(tmp_path, 'variable "tag" {}\n' + text).code_uses
    assert (use.reference, bool(use.unresolved)) == (OURS, True)


LOOKED_UP = [
    ("our layer", "layers = [data.aws_lambda_layer_version.x.arn]", 'layer_name = "l"', f"arn:aws:lambda:us-east-1:{OWN}:layer:l"),
    ("another account's", "layers = [data.aws_lambda_layer_version.x.arn]", f'layer_name = "{LAYER}"', LAYER),
    ("a layer that nobody knows", "layers = [data.aws_lambda_layer_version.x.arn]", "layer_name = var.v", None),
    ("AWS's layer", "layers = [data.aws_ssm_parameter.x.value]", 'name = "/aws/service/powertools/python/arm64/python3.12/latest"', "arn:aws:lambda:us-east-1:017000801446:layer:powertools"),
    ("a parameter of ours", "layers = [data.aws_ssm_parameter.x.value]", 'name = "/layers/x"', None),
    ("AWS's image", "image_uri = data.aws_sagemaker_prebuilt_ecr_image.x.registry_path", 'repository_name = "sagemaker-xgboost"', "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost"),
    ("a region", f'image_uri = "{OWN}.dkr.ecr.${{data.aws_regions.x.names[0]}}.amazonaws.com/app"', "", OURS),
]  # fmt: skip


@pytest.mark.parametrize(("why", "use", "given", "text"), LOOKED_UP, ids=[r[0] for r in LOOKED_UP])
def test_what_is_looked_up(
    tmp_path: Path, why: str, use: str, given: str, text: str | None
) -> None:
    """By what it looks for, where that tells whose it is."""
    kind = re.findall(r"data\.(\w+)", use)[0]
    body = f'variable "v" {{}}\ndata "{kind}" "x" {{\n{given}\n}}\n'
    (one,) = source(tmp_path, body + blocks(("aws_lambda_function", use))).code_uses
    assert one.reference == text


SNAPSHOTS = [
    ("an id", '"snap-1"', "", [], 1),
    ("a stranger's", "data.aws_ebs_snapshot.s.id", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("by a filter", "data.aws_ebs_snapshot.s.id", f'filter {{\n name = "owner-id"\n values = ["{STRANGER}"]\n}}', [STRANGER], 0),
    ("ours or a stranger's", "data.aws_ebs_snapshot.s.id", f'owners = ["self", "{STRANGER}"]', [OWN, STRANGER], 0),
    ("ours or a stranger's, as somebody chooses", "data.aws_ebs_snapshot.s.id", f'owners = [var.v == "x" ? "self" : "{STRANGER}"]', [OWN, STRANGER], 0),
    ("that of a key", 'data.aws_ebs_snapshot.s["b"].id', f'for_each = {{ a = "self", b = "{STRANGER}" }}\n owners = [each.value]', [STRANGER], 0),
    ("one of several", "data.aws_ebs_snapshot_ids.s.ids[0]", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("one that a function takes", "element(data.aws_ebs_snapshot_ids.s.ids, 0)", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("one that may be chosen", "coalesce(var.v, data.aws_ebs_snapshot.s.id)", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("by its ARN", 'split("/", data.aws_ebs_snapshot.s.arn)[1]', f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("its size, and nobody's", "data.aws_ebs_snapshot.s.volume_size", f'owners = ["{STRANGER}"]', [], 1),
    ("that of an image", "data.aws_ami.s.root_snapshot_id", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("one of an image's", "tolist(data.aws_ami.s.block_device_mappings)[0].ebs.snapshot_id", f'owners = ["{STRANGER}"]', [STRANGER], 0),
    ("that of AWS's image", "data.aws_ami.s.root_snapshot_id", 'owners = ["amazon"]', ["amazon"], 0),
    ("that of an own image", "data.aws_ami.s.root_snapshot_id", 'owners = ["self"]', [OWN], 0),
    ("anybody's", "data.aws_ebs_snapshot.s.id", "most_recent = true", [], 1),
    ("nobody knows whose", "data.aws_ebs_snapshot.s.id", "owners = [var.v]", [], 1),
    ("what the code makes", "aws_ebs_snapshot.s.id", "", [OWN], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "value", "given", "owners", "notes"), SNAPSHOTS, ids=[row[0] for row in SNAPSHOTS]
)
def test_whose_a_snapshot_is(
    tmp_path: Path, why: str, value: str, given: str, owners: list[str], notes: int
) -> None:
    """As a look-up tells; an id tells nobody, which is said."""
    kind = "aws_ami" if "_ami" in value else "aws_ebs_snapshot"
    kind = "aws_ebs_snapshot_ids" if "_ids" in value else kind
    other = f'data "{kind}" "s" {{\n{given}\n}}' if given else f'resource "{kind}" "s" {{\n}}'
    volume = f'resource "aws_ebs_volume" "v" {{\n snapshot_id = {value}\n}}'
    found = source(tmp_path, f'variable "v" {{}}\n{other}\n{volume}')
    told = [json.loads(one.reference) for one in found.code_uses
            if one.reference and one.reference.startswith("{")]  # fmt: skip
    assert [one.get("OwnerId", one.get("OwnerAlias")) for one in told] == owners
    said = [one for one in found.notes if one.startswith("Snapshots that volumes")]
    assert len(said) == notes


IDS = "data.aws_ebs_snapshot_ids.s.ids"
EACH = "snapshot_id = each.value"
LOOPED = [
    ("of a set", f"for_each = toset({IDS})\n {EACH}"),
    ("of a set, by key", f"for_each = toset({IDS})\n snapshot_id = each.key"),
    ("of a map", f"for_each = {{ for one in {IDS} : one => one }}\n {EACH}"),
    ("of a local", f"for_each = local.l\n {EACH}"),
    ("by number", f"count = length({IDS})\n snapshot_id = {IDS}[count.index]"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body"), LOOPED, ids=[row[0] for row in LOOPED])
def test_snapshots_of_a_loop(tmp_path: Path, why: str, body: str) -> None:
    """Catches a stranger's that passes, as nobody knows how often there is one."""
    theirs = f'data "aws_ebs_snapshot_ids" "s" {{\n owners = ["{STRANGER}"]\n}}\n'
    text = f'{theirs}locals {{\n l = {IDS}\n}}\nresource "aws_ebs_volume" "v" {{\n {body}\n}}\n'
    (one,) = source(tmp_path, text).code_uses
    assert json.loads(one.reference or "{}")["OwnerId"] == STRANGER


def test_disks_of_another_image(tmp_path: Path) -> None:
    """A block for each: those of a stranger's image."""
    look = f'data "aws_ami" "s" {{\n owners = ["{STRANGER}"]\n}}\n'
    disk = (
        'dynamic "ebs_block_device" {\n for_each = data.aws_ami.s.block_device_mappings\n'
        " iterator = it\n content {\n snapshot_id = it.value.ebs.snapshot_id\n}\n}"
    )
    found = source(tmp_path, f'{look}resource "aws_instance" "v" {{\n ami = "ami-1"\n {disk}\n}}\n')
    assert [json.loads(one.reference or "{}")["OwnerId"] for one in found.code_uses] == [STRANGER]


def test_a_snapshot_that_a_module_looks_up(tmp_path: Path) -> None:
    """Catches a stranger's snapshot for one of the same name, that stands where it is used."""
    (tmp_path / "m").mkdir()
    theirs = f'data "aws_ebs_snapshot" "s" {{\n owners = ["{STRANGER}"]\n}}\n'
    (tmp_path / "m" / "main.tf").write_text(
        theirs + 'output "o" {\n value = data.aws_ebs_snapshot.s.id\n}\n'
    )
    ours = theirs.replace(STRANGER, "self")
    text = 'module "m" {\n source = "./m"\n}\nresource "aws_ebs_volume" "v" {\n snapshot_id = module.m.o\n}\n'
    found = source(tmp_path, ours + text)
    assert owner_of(found.code_uses, "snapshot") == STRANGER


COUNTED: list[tuple[str, dict[str, list[Any]], int]] = [
    ("one", {"v": ["snap-1"]}, 1), ("two of a plan, all of which is one line", {"v": ["snap-1"], "w": ["snap-2"]}, 2),
    ("one of two volumes", {"v": ["snap-1"], "w": ["snap-1"]}, 1), ("of which none is known", {"v": [True], "w": [True]}, 2), ("one that is, one that is not", {"v": ["snap-1"], "w": [True]}, 2),
]  # fmt: skip


@rows("why, volumes, count", COUNTED)
def test_how_many_snapshots_are_of_nobody(
    tmp_path: Path, why: str, volumes: dict[str, list[Any]], count: int
) -> None:
    """Catches lines that are counted, and not snapshots."""
    several = [planned("aws_ebs_volume", {} if one is True else {"snapshot_id": one}, name=name,
                       unknown={"snapshot_id": True} if one is True else {})
               for name, (one,) in volumes.items()]  # fmt: skip
    (note,) = [
        one
        for one in plan(tmp_path, planned_file(*several)).notes
        if one.startswith("Snapshots that")
    ]
    assert note.endswith(f": {count} (plan.json:1).")


OF_IMAGE = {
    "id": "ami-1",
    "owner_id": STRANGER,
    "root_snapshot_id": "snap-2",
    "block_device_mappings": [{"ebs": {"snapshot_id": "snap-1"}}],
}
BY_ID: list[tuple[str, str, str, dict[str, Any], dict[str, str]]] = [
    ("looked up", "aws_ebs_snapshot", "data", {"id": "snap-1", "owner_id": STRANGER}, {"OwnerId": STRANGER}),
    ("the one of two owners whose it is", "aws_ebs_snapshot", "data", {"id": "snap-1", "owner_id": STRANGER, "owners": ["self", STRANGER]}, {"OwnerId": STRANGER}),
    ("the second of several", "aws_ebs_snapshot_ids", "data", {"id": "us-east-1", "ids": ["snap-2", "snap-1"], "owners": [STRANGER]}, {"OwnerId": STRANGER}),
    ("another disk of an image", "aws_ami", "data", OF_IMAGE, {"OwnerId": STRANGER}),
    ("one of AWS's images", "aws_ami", "data", OF_IMAGE | {"image_owner_alias": "amazon"}, {"OwnerId": STRANGER, "OwnerAlias": "amazon"}),
    ("one that is made", "aws_ebs_snapshot", "managed", {"id": "snap-1"}, {"OwnerId": OWN}),
]  # fmt: skip


@rows("why, kind, mode, known, owner", BY_ID)
def test_a_snapshot_that_a_plan_knows(
    tmp_path: Path, why: str, kind: str, mode: str, known: dict[str, Any], owner: dict[str, str]
) -> None:
    """Its id is known then, and so is its owner."""
    one = planned(kind, known, mode=mode)
    volume = planned("aws_ebs_volume", {"snapshot_id": "snap-1"}, name="v")
    made = [one] if mode == "managed" else []
    found = plan(tmp_path, planned_file(volume, *made, read=[] if made else [one]))
    told = {use for use in used(found) if use[0] == "snapshot"}
    assert told == {("snapshot", json.dumps({"SnapshotId": "snap-1", **owner}))}, why


@pytest.mark.parametrize("first", [False, True])
def test_a_snapshot_that_two_look_ups_know(tmp_path: Path, first: bool) -> None:
    """Catches a stranger's, of which the other look-up tells nothing."""
    tells = planned("aws_ebs_snapshot", {"id": "snap-1", "owner_id": STRANGER}, mode="data")
    silent = planned("aws_ebs_snapshot", {"id": "snap-1"}, mode="data", name="m")
    volume = planned("aws_ebs_volume", {"snapshot_id": "snap-1"}, name="v")
    several = [tells, silent] if first else [silent, tells]
    (one,) = plan(tmp_path, planned_file(volume, read=several)).code_uses
    assert json.loads(one.reference or "")["OwnerId"] == STRANGER


def disk(snapshot: str) -> str:
    return f'resource "aws_ami" "i" {{\n name = "i"\n ebs_block_device {{\n device_name = "/dev/xvda"\n snapshot_id = {snapshot}\n }}\n}}'


COPY = 'resource "aws_ebs_snapshot_copy" "c" {\n source_snapshot_id = data.aws_ebs_snapshot.s.id\n source_region = "us-east-1"\n}\n'
VOLUME = 'resource "aws_ebs_volume" "v" {\n snapshot_id = aws_ebs_snapshot_copy.c.id\n}\nresource "aws_ebs_snapshot" "d" {\n volume_id = aws_ebs_volume.v.id\n}\n'
MADE_OF = [
    ("an image", disk("data.aws_ebs_snapshot.s.id"), {("image-snapshot", ":image/")}),
    ("a copy", COPY, {("snapshot", ":snapshot/")}),
    ("an image of a copy", COPY + disk("aws_ebs_snapshot_copy.c.id"), {("snapshot", ":snapshot/"), ("image-snapshot", ":image/")}),
    ("an image of a snapshot of a volume of it", COPY + VOLUME + disk("aws_ebs_snapshot.d.id"), {("snapshot", ":snapshot/"), ("image-snapshot", ":image/")}),
    ("an image of a copy of itself", COPY.replace("data.aws_ebs_snapshot.s", "aws_ebs_snapshot_copy.c") + disk("aws_ebs_snapshot_copy.c.id"), set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "theirs"), MADE_OF, ids=[row[0] for row in MADE_OF])
def test_what_is_made_of_a_snapshot(
    tmp_path: Path, why: str, text: str, theirs: set[tuple[str, str]]
) -> None:
    """Catches somebody's disk that is taken for ours, as the code makes an own thing of it."""
    look = f'data "aws_ebs_snapshot" "s" {{\n owners = ["{STRANGER}"]\n}}\n'
    uses = source(tmp_path, look + text).code_uses
    told = {(one.kind, f":{one.resource.split(':')[5].split('/')[0]}/") for one in uses
            if STRANGER in (one.reference or "")}  # fmt: skip
    assert told == theirs


def looked_up(owner: str) -> str:
    return f'data "aws_ebs_snapshot" "s" {{\n owners = ["{owner}"]\n}}\n'


CALLED = 'module "m" {\n source = "./m"\n sid = %s\n}\n'
HANDED = [
    ("the root's", looked_up(STRANGER), "data.aws_ebs_snapshot.s.id", "var.sid", "self", STRANGER),
    ("an own one of the root", looked_up("self"), "data.aws_ebs_snapshot.s.id", "var.sid", STRANGER, OWN),
    ("a copy of the root", looked_up(STRANGER) + COPY, "aws_ebs_snapshot_copy.c.id", "var.sid", "self", STRANGER),
    ("the module's, in an expression", looked_up("self"), '""', "element([data.aws_ebs_snapshot.s.id], 0)", STRANGER, STRANGER),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "root", "handed", "used", "inner", "owner"), HANDED, ids=[row[0] for row in HANDED]
)
def test_a_snapshot_that_a_module_is_handed(
    tmp_path: Path, why: str, root: str, handed: str, used: str, inner: str, owner: str
) -> None:
    """Catches a look-up of the root that is taken for the module's of the same name."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        f'variable "sid" {{}}\n{looked_up(inner)}{disk(used)}\n'
    )
    assert owner_of(source(tmp_path, root + CALLED % handed).code_uses, "image-snapshot") == owner


COPIED = [("an id", '"snap-1"', "snap-1"), ("a variable", "var.v", "${var.v}")]


@pytest.mark.parametrize(("why", "of", "called"), COPIED, ids=[row[0] for row in COPIED])
def test_an_image_of_a_copy_of_nobody(tmp_path: Path, why: str, of: str, called: str) -> None:
    """Catches a disk that counts as ours, as the code copies it, of whom is not told."""
    copy = COPY.replace("data.aws_ebs_snapshot.s.id", of)
    found = source(tmp_path, f'variable "v" {{}}\n{copy}{disk("aws_ebs_snapshot_copy.c.id")}')
    (one,) = [use.reference for use in found.code_uses if use.kind == "image-snapshot"]
    assert json.loads(one or "") == {"SnapshotId": called}
    assert any(note.startswith("Snapshots that volumes or images") for note in found.notes)


def test_a_volume_of_a_plan_by_its_id(tmp_path: Path) -> None:
    """Catches a stranger's disk behind a volume that is there already."""
    data = planned("aws_ebs_snapshot", {"id": "snap-1", "owner_id": STRANGER}, mode="data")
    volume = planned("aws_ebs_volume", {"id": "vol-1", "snapshot_id": "snap-1"}, name="v")
    made = planned("aws_ebs_snapshot", {"id": "snap-2", "volume_id": "vol-1"}, name="d")
    image = planned("aws_ami", {"ebs_block_device": [{"snapshot_id": "snap-2"}]})
    uses = plan(tmp_path, planned_file(volume, made, image, read=[data])).code_uses
    assert owner_of(uses, "image-snapshot") == STRANGER


def test_copies_of_each_other(tmp_path: Path) -> None:
    """Catches copies that name each other in so many ways that nobody comes to an end."""
    names = [f"c{number}" for number in range(30)]
    copies = [
        planned("aws_ebs_snapshot_copy", {}, name=one, unknown={"source_snapshot_id": True})
        for one in names
    ]
    every = {
        "references": [f"aws_ebs_snapshot_copy.{one}.id" for one in names]
        + ["data.aws_ebs_snapshot.s.id"]
    }
    blocks = [
        {
            "mode": "managed",
            "type": "aws_ebs_snapshot_copy",
            "name": one,
            "expressions": {"source_snapshot_id": every},
        }
        for one in names
    ]
    blocks.append(
        {
            "mode": "managed",
            "type": "aws_ami",
            "name": "r",
            "expressions": {"ebs_block_device": [{"snapshot_id": every}]},
        }
    )
    image = planned("aws_ami", {}, unknown={"ebs_block_device": [{"snapshot_id": True}]})
    data = planned("aws_ebs_snapshot", {"owner_id": STRANGER}, name="s", mode="data")
    found = plan(
        tmp_path, planned_file(*copies, image, read=[data], configuration={"resources": blocks})
    )
    told = [one.reference for one in found.code_uses if one.kind == "image-snapshot"]
    assert [json.loads(one or "{}").get("OwnerId") for one in told] == [STRANGER]


REFERRED = [
    ("one of an image", "data.aws_ami.v.root_snapshot_id", STRANGER), ("an image, and none of its", "data.aws_ami.v.id", None),
    ("one of two", "var.s data.aws_ami.v.root_snapshot_id", STRANGER), ("a copy of one", "aws_ebs_snapshot_copy.c.id", STRANGER), ("by a variable", "var.s", None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "reference", "owner"), REFERRED, ids=[row[0] for row in REFERRED])
def test_snapshots_that_a_plan_does_not_know_yet(
    tmp_path: Path, why: str, reference: str, owner: str | None
) -> None:
    """Catches an owner that a plan tells by what an expression refers to."""
    known = {"id": "ami-1", "owner_id": STRANGER, "root_snapshot_id": "snap-1"}
    image = planned("aws_ami", known, name="v", mode="data")
    copy = planned("aws_ebs_snapshot_copy", {"source_snapshot_id": "snap-1"}, name="c")
    disk = planned("aws_ami", {}, unknown={"ebs_block_device": [{"snapshot_id": True}]})
    block = refers(*reference.split(), attribute="snapshot_id", type_="aws_ami")
    block["resources"][0]["expressions"] = {
        "ebs_block_device": [block["resources"][0]["expressions"]]
    }
    uses = plan(tmp_path, planned_file(copy, disk, read=[image], configuration=block)).code_uses
    assert owner_of(uses, "snapshot") == STRANGER
    assert owner_of(uses, "image-snapshot") == owner


def owner_of(uses: list[CodeUse], kind: str) -> str | None:
    (one,) = [one for one in uses if one.kind == kind]
    return json.loads(one.reference)["OwnerId"] if one.reference else None


BARE = "count as own, as a vendor's of that name would"
MADE = "  D: {Type: AWS::SSM::Document, Properties: {Name: Agent, Content: {}}}\n"
BY_NAME = [
    ("a bare one", "Agent", "", "1: Agent (t.yaml:2)."),
    ("one of AWS's", "AWS-RunPatchBaseline", "", None),
    ("one that the code makes", "Agent", MADE, None),
    ("one of which the account is told", DOCUMENT, "", None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "more", "said"), BY_NAME, ids=[row[0] for row in BY_NAME])
def test_a_document_by_its_name_alone(
    tmp_path: Path, why: str, name: str, more: str, said: str | None
) -> None:
    """Vendors publish documents under bare names, which are no accounts: it is said."""
    found = template(tmp_path, resources(("AWS::SSM::Association", f"Name: '{name}'")) + more)
    made = (
        'resource "aws_ssm_document" "d" {\n name = "Agent"\n content = "{}"\n}\n' if more else ""
    )
    other = source(tmp_path, blocks(("aws_ssm_association", f'name = "{name}"')) + "\n" + made)
    for one, file in ((found, "t.yaml:2"), (other, "main.tf:1")):
        notes = [note.partition(f"{BARE}: ")[2] for note in one.notes if BARE in note]
        assert notes == ([said.replace("t.yaml:2", file)] if said else [])


STEP = json.dumps({"mainSteps": [{"action": "aws:runCommand", "inputs": {"DocumentName": "NAME"}}]})
INFO = json.dumps({"name": "NAME"})
RUN_BY = [
    # why, type, properties, whether a document is named
    ("a task of a window", "AWS::SSM::MaintenanceWindowTask", {"TaskType": "RUN_COMMAND", "TaskArn": "NAME"}, True),
    ("one that a task hands on", "AWS::SSM::MaintenanceWindowTask", {"TaskArn": "AWS-RunDocument", "TaskParameters": {"sourceInfo": {"Values": [INFO]}}}, True),
    ("a step of a document", "AWS::SSM::Document", {"Name": "mine", "Content": STEP}, True),
    ("a step by its path", "AWS::SSM::Document", {"Name": "mine", "Content": {"inputs": {"documentType": "SSMDocument", "documentPath": "NAME"}}}, True),
    ("a file on the machine", "AWS::SSM::Document", {"Name": "mine", "Content": {"inputs": {"documentType": "LocalPath", "documentPath": "NAME.json"}}}, False),
    ("another file on the machine", "AWS::SSM::Document", {"Name": "mine", "Content": {"inputs": {"documentType": "LocalPath", "documentPath": "NAME.yml"}}}, False),
    ("a folder on the machine", "AWS::SSM::Document", {"Name": "mine", "Content": {"inputs": {"documentType": "LocalPath", "documentPath": "NAME"}}}, False),
    *((f"a step that calls {call}", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Resource": f"arn:aws:states:::aws-sdk:{call}", key: handed}}}}, told) for call, key, handed, told in (
        ("ssm:createAssociation", "Parameters", {"Name": "NAME"}, True), ("ssm:createAssociationBatch", "Arguments", {"Entries": [{"Name": "NAME"}]}, True), ("ssm:registerTaskWithMaintenanceWindow", "Parameters", {"TaskArn": "NAME", "TaskType": "AUTOMATION"}, True),
        ("ssm:registerTaskWithMaintenanceWindow", "Parameters", {"TaskArn": "NAME", "TaskType": "LAMBDA"}, False), ("config:putRemediationConfigurations", "Parameters", {"RemediationConfigurations": [{"TargetType": "SSM_DOCUMENT", "TargetId": "NAME"}]}, True),
        ("ssm:putParameter", "Parameters", {"Name": "NAME"}, False), ("textract:analyzeDocument", "Parameters", {"DocumentName": "NAME"}, False), ("ssm:startAutomationExecution", "Arguments", {"DocumentName": "NAME"}, True))),
    *((f"a call of {service}", "AWS::SSM::Document", {"Name": "mine", "Content": {"inputs": {"Service": service, "Api": api, key: "NAME"}}}, told) for service, api, key, told in (("workdocs", "GetDocument", "DocumentName", False), ("ssm", "SendCommand", "DocumentName", True), ("ssm", "CreateAssociation", "Name", True))),
    ("a schedule that associates one", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ssm:createAssociation", "Input": json.dumps({"Name": "NAME"})}}, True),
    ("a step of a workflow", "AWS::StepFunctions::StateMachine", {"Definition": {"Parameters": {"DocumentName": "NAME"}}}, True),
    ("a rule that runs one which runs it", "AWS::Events::Rule", {"Targets": [{"Id": "a", "Arn": "arn:aws:ssm:us-east-1::document/AWS-RunDocument", "Input": json.dumps({"sourceInfo": [INFO]})}]}, True),
    ("a rule's target", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": json.dumps({"DocumentName": "NAME"})}}, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "body", "told"), RUN_BY, ids=[row[0] for row in RUN_BY])
@pytest.mark.parametrize("name", ["Agent", "AWS-RunPatchBaseline", "mine"])
def test_documents_that_steps_name_alone(
    tmp_path: Path, why: str, kind: str, body: Any, told: bool, name: str
) -> None:
    """Catches a vendor's document that a task or a step runs by its name, and nobody says so."""
    whole = {"R": {"Type": kind, "Properties": body}}
    made = {"M": {"Type": "AWS::SSM::Document", "Properties": {"Name": "mine", "Content": {}}}}
    text = json.dumps({"Resources": whole | made}).replace("NAME", name)
    notes = [one for one in template(tmp_path, text).notes if BARE in one]
    assert [one.endswith(f": {name} (t.yaml:1).") for one in notes] == (
        [True] if told and name == "Agent" else []
    )


def test_a_document_that_a_condition_may_choose(tmp_path: Path) -> None:
    """Catches a vendor's that is run on a day that comes second."""
    text = 'variable "x" {}\nresource "aws_ssm_maintenance_window_task" "t" {\n task_arn = var.x ? "AWS-RunPatchBaseline" : "Agent"\n}'
    assert [": Agent (" in one for one in source(tmp_path, text).notes if BARE in one] == [True]


def test_every_document_by_its_name_alone(tmp_path: Path) -> None:
    """Catches a vendor's that a list leaves out."""
    text = "\n".join(
        f'resource "aws_ssm_maintenance_window_task" "t{n}" {{\n task_arn = "Agent{n}"\n}}'
        for n in range(9)
    )
    (note,) = [one for one in source(tmp_path, text).notes if BARE in one]
    assert [f"Agent{n} (" in note for n in range(9)] == [True] * 9


ALIKE = [
    ("a name with the stack's", "!Sub '${AWS::StackName}-x'", "!Sub '${AWS::StackName}-x'", '"${var.v}-x"', '"${var.v}-x"', True),
    ("a name that is told wholly later", "!Ref V", "!Ref V", "var.v", "var.v", True),
    ("another end", "!Sub '${V}-y'", "!Sub '${V}-x'", '"${var.v}-y"', '"${var.v}-x"', False),
    ("another part that is told later", "!Sub '${W}-x'", "!Sub '${V}-x'", '"${var.w}-x"', '"${var.v}-x"', False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "made", "named", "wrote", "meant", "own"), ALIKE, ids=[row[0] for row in ALIKE]
)
def test_a_document_made_under_a_name_that_is_told_later(
    tmp_path: Path, why: str, made: str, named: str, wrote: str, meant: str, own: bool
) -> None:
    """Catches an own document that is nobody's, as only the deployment tells how it is called."""
    head = "Parameters: {V: {Type: String}, W: {Type: String}}\n"
    body = f"D: {{Type: AWS::SSM::Document, Properties: {{Name: {made}, Content: {{}}}}}}\n  A: {{Type: AWS::SSM::Association, Properties: {{Name: {named}}}}}"
    variables = 'variable "v" {}\nvariable "w" {}\n'
    text = f'resource "aws_ssm_document" "d" {{\n name = {wrote}\n content = "{{}}"\n}}\nresource "aws_ssm_association" "a" {{\n name = {meant}\n}}\n'
    for found in (
        template(tmp_path, f"{head}Resources:\n  {body}\n"), source(tmp_path, variables + text)
    ):  # fmt: skip
        (one,) = found.code_uses
        assert (f":{OWN}:document/" in str(one.reference)) is own


LOOPED = """resource "aws_ssm_document" "d" {
 for_each = toset(var.v)
 name = "${each.key}-x"
 content = "{}"
}
resource "aws_ssm_association" "a" {
 for_each = toset(var.w)
 name = "${each.key}-x"
}
"""


def test_documents_of_two_loops(tmp_path: Path) -> None:
    """Catches a key of one loop that is taken for another's."""
    (one,) = source(tmp_path, f'variable "v" {{}}\nvariable "w" {{}}\n{LOOPED}').code_uses
    assert one.reference is None


def test_a_document_under_a_default_name(tmp_path: Path) -> None:
    """Catches a note that the code does not make what it makes under a parameter's default."""
    head = "Parameters: {V: {Type: String, Default: Agent}}\nResources:\n"
    body = "  D: {Type: AWS::SSM::Document, Properties: {Name: !Ref V, Content: {}}}\n  A: {Type: AWS::SSM::Association, Properties: {Name: !Ref V}}\n"
    assert not any(BARE in note for note in template(tmp_path, head + body).notes)


IN_NODES = [
    ("a container", "nodeRangeProperties=[{container={image=IMAGE}}]"),
    ("in capitals", "NodeRangeProperties=[{Container={IMAGE=IMAGE}}]"),
    ("a task's", "nodeRangeProperties=[{ecsProperties={taskProperties=[{containers=[{image=IMAGE}]}]}}]"),
    ("a pod's", "nodeRangeProperties=[{eksProperties={podProperties={containers=[{image=IMAGE}]}}}]"),
    ("what prepares it", "nodeRangeProperties=[{eksProperties={podProperties={initContainers=[{image=IMAGE}]}}}]"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "nodes"), IN_NODES, ids=[row[0] for row in IN_NODES])
def test_images_of_nodes(tmp_path: Path, why: str, nodes: str) -> None:
    """Catches a form of a job's container that templates have, and the provider's text has too."""
    named = nodes.replace("=IMAGE", f'="{HUB}"')
    text = f"node_properties = jsonencode({{{named}}})"
    assert used(source(tmp_path, blocks(("aws_batch_job_definition", text)))) == {
        ("container-image", HUB)
    }


def test_an_application_of_terraform(tmp_path: Path) -> None:
    """Its template is a gap, its publisher is told."""
    kind = "aws_serverlessapplicationrepository_cloudformation_stack"
    found = source(tmp_path, blocks((kind, f'name = "x"\napplication_id = "{APPLICATION}"')))
    assert (used(found), len(found.gaps)) == ({("serverless-application", APPLICATION)}, 1)


NO_CODE = (
    "AWS::GammaDilithium::",
    "AWS::SageMaker::ModelCard",
    "AWS::ImageBuilder::Image ImageUri",
    "AWS::CloudFormation::PublicTypeVersion",
)
"""Of no published service, what only describes, what AWS answers, and what we publish."""
IMAGES = re.compile(
    r"(Containers|ContainerDefinitions)\.\*\.Image$|\b(ImageUri|ContainerUri|EcrUri|TrainingImage|DestinationImage|SageMakerImage(Version)?Arn)$"
)
IMAGE_KEY = re.compile(
    r'"(Image|ImageUri|ContainerUri|EcrUri|TrainingImage|DestinationImage|SageMakerImageArn)"'
)
OTHERS = re.compile(
    r"\b(Ebs|EbsConfiguration|ManagedEBSVolume)\.SnapshotId$|\bTypeVersionArn$|\bDocumentArn$|\bAutomationDocument$"
    r"|\bDependencies\.\*\.Reference$"
)
OTHER_KEY = re.compile(r'"(SnapshotId|TypeVersionArn|DocumentArn|AutomationDocument|Dependencies)"')


def test_the_table_names_properties_that_there_are() -> None:
    """A misspelt type or path would run unseen, and without its gap; and so would a property that
    the registry calls an image of a container, a snapshot, a document or a type, and the table does
    not have."""
    schemas = registry.schemas()
    assert set(KINDS) <= set(PUBLISHED)
    assert {kind for kind in RUNS if kind not in kinds("cloudformation").known} <= kinds(
        "terraform"
    ).known
    for kind, row in RUNS.items():
        assert set(row.paths) <= set(KINDS)
        if kind in schemas:
            told = {one.removesuffix(".*") for one in row.every()}
            assert told <= registry.paths(kind), kind
    left = {
        f"{kind} {path}"
        for kind, schema in schemas.items()
        if any(key.search(json.dumps(schema)) for key in (IMAGE_KEY, OTHER_KEY))
        for path in registry.paths(kind)
        if (IMAGES.search(path) or OTHERS.search(path))
        and not is_read(kind, tuple(path.split(".")))
    }
    assert [one for one in sorted(left) if not one.startswith(NO_CODE)] == []


def test_doors_of_code_are_read_or_gaps() -> None:
    """What stays a gap is told here: hooks, functions of others, and what names a recipe."""
    left = {
        (kind, ".".join(path))
        for language in ("cloudformation", "terraform")
        for kind, doors in kinds(language).doors.items()
        for sort, path in doors
        if sort == "code" and kind in RUNS and not is_read(kind, path)
    }
    registries = "ContainerRegistryMap.RegistryMappings.*.EcrAccountId"
    functions = {one for one in left if re.search(r"(?i)lambda|hook_?target", one[1])}
    assert left - functions == {
        ("AWS::ImageBuilder::ContainerRecipe", "InstanceConfiguration.Image"),
        ("AWS::Omics::Workflow", registries),
        ("AWS::Omics::WorkflowVersion", registries),
        (
            "AWS::SageMaker::ModelPackage",
            "SourceAlgorithmSpecification.SourceAlgorithms.*.AlgorithmName",
        ),
    }
