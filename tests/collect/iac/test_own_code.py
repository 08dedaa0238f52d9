"""Code of our own, and AWS's, of which a name, a digest or the region is not known yet; and each
time somebody else's that looks like it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.cloudformation import ENDINGS, collect_templates
from checker.collect.iac.files import input_files
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.publishers import Owners, published
from checker.snapshot.write import encode_record
from tests.collect.iac import granted
from tests.collect.iac.granted import OWN, let_in, plan, source
from tests.collect.iac.plans import plan as planned_file
from tests.collect.iac.plans import planned
from tests.support.snapshots import STRANGER

DATADOG, INSIGHTS, OTHER_INSIGHTS = "464622532012", "580247275435", "519774774795"
HUB = f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com"
OURS, NOBODY, AWS = {OWN}, {"nobody"}, {"906394416424"}
"""AWS: who has the images of Fluent Bit."""


def template(folder: Path, text: str) -> Found:
    """In whichever region."""
    (folder / "t.yaml").write_text(text)
    files = input_files([str(folder / "t.yaml")], ENDINGS)
    return collect_templates(files, Target(account=OWN, root=folder), {})


def whose(found: Found) -> set[str]:
    """The publishers of what would run."""
    owners = Owners(account=OWN, own=frozenset({OWN}))
    told = [published(one.kind, one.reference or "", owners).publisher for one in found.code_uses]
    images = {one.image_id: one.owner or one.alias or "nobody" for one in found.images}
    used = [images.get(one.image_id or "", "nobody") for one in found.image_uses]
    return {*(one.id or "nobody" for one in told), *used}


def task(*images: str) -> str:
    containers = ", ".join(f"{{Image: {one}}}" for one in images)
    return f"T: {{Type: AWS::ECS::TaskDefinition, Properties: {{ContainerDefinitions: [{containers}]}}}}"


def layers(value: str) -> str:
    return f"F: {{Type: AWS::Lambda::Function, Properties: {{Layers: [{value}]}}}}"


def recipe(parent: str) -> str:
    return f"R: {{Type: AWS::ImageBuilder::ImageRecipe, Properties: {{ParentImage: {parent}}}}}"


def located(ends: str) -> str:
    return f"!Sub '${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.${{AWS::URLSuffix}}/{ends}'"


PARTS = "!Split [':', !GetAtt Named.Arn]"
MADE = f"!Join ['', [!Select [4, {PARTS}], .dkr.ecr., !Select [3, {PARTS}], ., !Ref AWS::URLSuffix, /, !Ref Named]]"
HEAD = """Parameters: {P: {Type: String}, Q: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}}
Mappings:
  Same:
    us-east-1: {L: 'arn:aws:lambda:us-east-1:464622532012:layer:x:6', A: '464622532012'}
    eu-west-1: {L: 'arn:aws:lambda:eu-west-1:464622532012:layer:x:6', A: '464622532012'}
  Aws:
    us-east-1: {L: 'arn:aws:lambda:us-east-1:580247275435:layer:x:6'}
    ap-east-1: {L: 'arn:aws:lambda:ap-east-1:519774774795:layer:x:6'}
  Mixed:
    us-east-1: {L: 'arn:aws:lambda:us-east-1:464622532012:layer:x:6', A: '464622532012'}
    eu-west-1: {L: 'arn:aws:lambda:eu-west-1:%(s)s:layer:x:6', A: '%(s)s'}
  More: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://b/k}}}
Conditions: {C: !Equals [!Ref AWS::StackName, x]}
Resources:
  Repo: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Sub '${P}/app'}}
  Named: {Type: AWS::ECR::Repository, Properties: {RepositoryName: app}}
  Plain: {Type: AWS::ECR::Repository}
  Topic: {Type: AWS::SNS::Topic}
  """.replace("%(s)s", STRANGER)
TEMPLATES = [
    ("a repository whose name is a parameter's", task(located("${Repo}:${P}"), located("${Repo}")), OURS),
    ("one that AWS names", task(located("${Plain}:v1")), OURS),
    ("a stranger's registry, an own name", task(f"!Sub '{HUB}/${{Repo}}:v1'"), {STRANGER}),
    ("a registry that nobody knows", task("!Sub '${P}.dkr.ecr.us-east-1.amazonaws.com/${Repo}:v1'"), NOBODY),
    ("no registry: Docker Hub, by somebody's name", task("!Sub '${Repo}:v1'", "!Ref Repo", "!Sub '${Plain}/x'"), NOBODY),
    ("a registry by the parts of an ARN", task(MADE), OURS),
    ("by those of what has no account there", task(MADE.replace("Named.Arn", "Topic.TopicName")), NOBODY),
    ("by another part", task(MADE.replace("Select [4", "Select [2")), {"ecr.dkr.ecr.us-east-1.amazonaws.com"}),
    ("a digest", task(located("${P}@${P}"), located("app@sha256:${P}"), located("app:1@${P}")), OURS),
    ("a stranger's", task(f"!Sub '{HUB}/${{P}}@${{P}}'"), {STRANGER}),
    ("a digest, and the account", task("!Sub '${P}.dkr.ecr.us-east-1.amazonaws.com/app@${P}'"), NOBODY),
    ("Fluent Bit by AWS's parameter", task("'{{resolve:ssm:/aws/service/aws-for-fluent-bit/stable}}'"), AWS),
    *((f"a parameter that looks like it: {one}", task(f"'{{{{resolve:{one}}}}}'"), NOBODY) for one in (
        "ssm:/acme/aws/service/aws-for-fluent-bit/stable", "ssm:/aws/service/aws-for-fluent-bit-x/stable",
        "ssm:/aws/service/aws-for-fluent-bit", "ssm:/aws/service/marketplace/prod-x/stable",
        f"ssm:arn:aws:ssm:us-east-1:{STRANGER}:parameter/aws/service/aws-for-fluent-bit/stable",
        "ssm:/aws/service/../aws/service/aws-for-fluent-bit/stable", "secretsmanager:/aws/service/aws-for-fluent-bit/x")),
    ("a layer by AWS's parameter of an image", layers("'{{resolve:ssm:/aws/service/aws-for-fluent-bit/stable}}'"), NOBODY),
    ("AWS's recipe, in whichever region", recipe("!Sub 'arn:aws:imagebuilder:${AWS::Region}:aws:image/al2/x.x.x'"), {"amazon"}),
    ("a stranger's recipe", recipe(f"!Sub 'arn:aws:imagebuilder:${{AWS::Region}}:{STRANGER}:image/${{Topic.TopicName}}/1'"), {STRANGER}),
    ("a recipe that looks like AWS's", recipe("!Sub 'arn:aws:imagebuilder:${AWS::Region}:${P}:image/aws:image/1'"), NOBODY),
    ("a layer by region", layers("!FindInMap [Same, !Ref AWS::Region, L]"), {DATADOG}),
    ("its account by region", layers("!Sub ['arn:aws:lambda:${AWS::Region}:${A}:layer:x:6', {A: !FindInMap [Same, !Ref AWS::Region, A]}]"), {DATADOG}),
    ("AWS's, by region", layers("!FindInMap [Aws, !Ref AWS::Region, L]"), {INSIGHTS, OTHER_INSIGHTS}),
    ("a stranger's in one region", layers("!FindInMap [Mixed, !Ref AWS::Region, L]"), {DATADOG, STRANGER}),
    ("whose account it is in one", layers("!Sub ['arn:aws:lambda:us-east-1:${A}:layer:x:6', {A: !FindInMap [Mixed, !Ref AWS::Region, A]}]"), {DATADOG, STRANGER}),
    ("a parameter that has no default", layers("!FindInMap [Mixed, !Ref P, L]"), {DATADOG, STRANGER}),
    ("a stranger's everywhere else", layers(f"!FindInMap [Same, !Ref AWS::Region, L, DefaultValue: 'arn:aws:lambda:us-east-1:{STRANGER}:layer:x:6']"), {DATADOG, STRANGER}),
    ("a column that nobody knows", layers("!FindInMap [Same, !Ref AWS::Region, !Ref Q]"), NOBODY),
    ("a column that is not there", layers("!FindInMap [Same, !Ref AWS::Region, X]"), NOBODY),
    ("a map that is not there", layers("!FindInMap [X, !Ref AWS::Region, L]"), NOBODY),
    ("a map from elsewhere", layers("!FindInMap [More, !Ref AWS::Region, L]"), NOBODY),
    *((f"{why}, on a condition", layers(f"!If [C, !FindInMap [{at}], !Ref AWS::NoValue]"), who) for why, at, who in (
        ("a column that nobody knows", "Same, !Ref AWS::Region, !Ref Q", NOBODY), ("a map from elsewhere", "More, !Ref AWS::Region, L", NOBODY),
        ("no deployment comes to it", "Same, !Ref AWS::Region, X", set()))),
    ("beside what nobody knows", layers("!FindInMap [Same, !Ref AWS::Region, L], !Ref P"), {DATADOG, "nobody"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "who"), TEMPLATES, ids=[row[0] for row in TEMPLATES])
def test_templates(tmp_path: Path, why: str, body: str, who: set[str]) -> None:
    """Whose it is where that is told, whatever else is not; nobody's where it is not."""
    assert whose(template(tmp_path, HEAD + body)) == who


def test_more_values_than_can_be_tried(tmp_path: Path) -> None:
    """None of them is taken for all, then."""
    rows = "".join(f"\n    r{n}: {{L: 'arn:aws:lambda:us-east-1:{OWN}:layer:x:{n + 1}'}}" for n in range(100))  # fmt: skip
    text = f"Mappings:\n  M:{rows}\nResources:\n  {layers('!FindInMap [M, !Ref AWS::Region, L]')}"
    assert whose(template(tmp_path, text)) == NOBODY


VARIABLES = """variable "v" {}
provider "aws" {
  alias = "o"
  assume_role { role_arn = "arn:aws:iam::%(s)s:role/x" }
}
data "aws_region" "r" {}
data "aws_ecr_repository" "d" { name = "app" }
data "aws_ssm_parameter" "p" { name = "/aws/service/aws-for-fluent-bit/${var.v}" }
data "aws_ssm_parameter" "x" { name = "/acme/${var.v}/aws/service/aws-for-fluent-bit/1" }
resource "aws_ssm_document" "d" { name = "${var.v}-doc" }
resource "aws_ssm_document" "o" {
  name     = "${var.v}-doc"
  provider = aws.o
}
resource "aws_lambda_layer_version" "l" { layer_name = "${var.v}-l" }
resource "aws_lambda_layer_version" "o" {
  layer_name = "${var.v}-l"
  provider   = aws.o
}
resource "aws_lambda_layer_version" "e" {
  for_each   = toset(var.v)
  layer_name = each.key
}
provider "awscc" {
  alias = "o"
  assume_role = { role_arn = "arn:aws:iam::%(s)s:role/x" }
}
resource "awscc_lambda_layer_version" "a" { layer_name = var.v }
resource "awscc_lambda_layer_version" "o" {
  layer_name = var.v
  provider   = awscc.o
}
resource "awscc_ecr_repository" "a" { repository_name = "app" }
resource "awscc_ecr_repository" "u" { repository_name = "${var.v}/app" }
resource "awscc_ecr_repository" "o" {
  repository_name = "app"
  provider        = awscc.o
}
resource "awscc_ecr_repository" "p" {
  repository_name = "${var.v}/app"
  provider        = awscc.o
}
resource "aws_ecr_repository" "n" { name = "app" }
resource "aws_ecr_repository" "r" { name = "${var.v}/app" }
resource "aws_ecr_repository" "o" {
  name     = "app"
  provider = aws.o
}
resource "aws_ecr_repository" "p" {
  name     = "${var.v}/app"
  provider = aws.o
}
""".replace("%(s)s", STRANGER)
FOLDERS = [
    ("a document", "aws_ssm_association", "name = aws_ssm_document.d.name", OURS),
    ("by its ARN", "aws_ssm_association", "name = aws_ssm_document.d.arn", OURS),
    ("one of a stranger's account", "aws_ssm_association", "name = aws_ssm_document.o.name", NOBODY),
    ("a name that nobody made", "aws_ssm_association", 'name = "${var.v}-x"', NOBODY),
    ("an own name in a stranger's ARN", "aws_ssm_association", f'name = "arn:aws:ssm:us-east-1:{STRANGER}:document/${{aws_ssm_document.d.name}}"', {STRANGER}),
    ("a remedy", "aws_config_remediation_configuration", "target_id = aws_ssm_document.d.name", OURS),
    ("a layer", "aws_lambda_function", 'layers = [aws_lambda_layer_version.l.arn, "${aws_lambda_layer_version.l.layer_arn}:3"]', OURS),
    ("a layer of a stranger's account", "aws_lambda_function", "layers = [aws_lambda_layer_version.o.arn]", NOBODY),
    ("an own name in a stranger's", "aws_lambda_function", f'layers = ["arn:aws:lambda:us-east-1:{STRANGER}:layer:${{aws_lambda_layer_version.l.layer_name}}:1"]', {STRANGER}),
    ("an image", "aws_lambda_function", 'image_uri = "${aws_ecr_repository.r.repository_url}@${var.v}"', OURS),
    ("the registry of an own repository", "aws_lambda_function", 'image_uri = "${aws_ecr_repository.r.registry_id}.dkr.ecr.us-east-1.amazonaws.com/x:1"', OURS),
    ("of one that is looked up", "aws_lambda_function", 'image_uri = "${data.aws_ecr_repository.d.registry_id}.dkr.ecr.us-east-1.amazonaws.com/x:1"', OURS),
    ("Fluent Bit", "aws_lambda_function", "image_uri = data.aws_ssm_parameter.p.value", AWS),
    ("what looks like it", "aws_lambda_function", "image_uri = data.aws_ssm_parameter.x.value", NOBODY),
    ("a cut registry", "aws_lambda_function", 'image_uri = "${trimsuffix(aws_ecr_repository.n.repository_url, "/")}:1"', OURS),
    ("an image of a repository of a stranger's account", "aws_lambda_function", 'image_uri = "${aws_ecr_repository.o.repository_url}:1"', {STRANGER}),
    ("its name unknown", "aws_lambda_function", 'image_uri = "${aws_ecr_repository.p.repository_url}:1"', {STRANGER}),
    *((f"{why} of the awscc provider", "aws_lambda_function", f'image_uri = "${{awscc_ecr_repository.{one}.repository_uri}}:1"', who) for why, one, who in (
        ("own", "a", OURS), ("own, unnamed", "u", OURS), ("a stranger's", "o", {STRANGER}), ("a stranger's, unnamed", "p", {STRANGER}))),
    ("an own layer of the awscc provider", "aws_lambda_function", "layers = [awscc_lambda_layer_version.a.layer_version_arn]", OURS),
    ("a stranger's layer of it", "aws_lambda_function", "layers = [awscc_lambda_layer_version.o.layer_version_arn]", NOBODY),
    ("its registry", "aws_lambda_function", 'image_uri = "${aws_ecr_repository.p.registry_id}.dkr.ecr.us-east-1.amazonaws.com/x:1"', {STRANGER}),
    ("a layer there, by its name's ARN", "aws_lambda_function", 'layers = ["${aws_lambda_layer_version.o.layer_arn}:1"]', NOBODY),
    ("layers of nobody knows how many", "aws_lambda_function", "layers = [for one in aws_lambda_layer_version.e : one.arn]", OURS),
    ("their values", "aws_lambda_function", "layers = values(aws_lambda_layer_version.e)[*].arn", OURS),
    ("accounts of nobody knows how many", "aws_lambda_function", 'layers = [for key, one in aws_lambda_layer_version.e : "arn:aws:lambda:us-east-1:${key}:layer:x:1"]', NOBODY),
    ("a stranger beside them", "aws_lambda_function", f'layers = concat([for one in aws_lambda_layer_version.e : one.arn], ["arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1"])', {OWN, STRANGER}),
    ("a component whose name nobody knows", "aws_imagebuilder_container_recipe", f'component {{\n component_arn = "arn:aws:imagebuilder:us-east-1:{OWN}:component/${{var.v}}/${{var.v}}"\n}}', OURS),
    ("a stranger's component", "aws_imagebuilder_container_recipe", f'component {{\n component_arn = "arn:aws:imagebuilder:us-east-1:{STRANGER}:component/${{var.v}}/1.0.0"\n}}', {STRANGER}),
    ("a version of a package", "aws_sagemaker_model", f'primary_container {{\n model_package_name = "arn:aws:sagemaker:us-east-1:{OWN}:model-package/p/${{var.v}}"\n}}', OURS),
    ("a stranger's", "aws_sagemaker_model", f'primary_container {{\n model_package_name = "arn:aws:sagemaker:us-east-1:{STRANGER}:model-package/p/1${{var.v}}"\n}}', {STRANGER}),
    ("an application", "aws_serverlessapplicationrepository_cloudformation_stack", f'application_id = "arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/${{var.v}}"', {STRANGER}),
    ("whose component nobody knows", "aws_imagebuilder_container_recipe", 'component {\n component_arn = "arn:aws:imagebuilder:us-east-1:${var.v}:component/x/1.0.0"\n}', NOBODY),
    ("AWS's recipe, in whichever region", "aws_imagebuilder_image_recipe", 'parent_image = "arn:aws:imagebuilder:${var.v}:aws:image/al2/x.x.x"', {"amazon"}),
    ("a stranger's", "aws_imagebuilder_image_recipe", f'parent_image = "arn:aws:imagebuilder:${{var.v}}:{STRANGER}:image/x/x.x.x"', {STRANGER}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "body", "who"), FOLDERS, ids=[row[0] for row in FOLDERS])
def test_folders(tmp_path: Path, why: str, kind: str, body: str, who: set[str]) -> None:
    """The same in .tf files."""
    found = source(tmp_path, f'{VARIABLES}resource "{kind}" "x" {{\n{body}\n}}\n')
    assert whose(found) == who


def _written(kind: str, attribute: str, *references: str) -> dict[str, Any]:
    told = {attribute: {"references": [*references]}}
    return {"mode": "managed", "type": kind, "name": "r", "expressions": told}


def test_a_plan(tmp_path: Path) -> None:
    """What is made under a name that only the deployment tells; a document that is looked up under
    one is nobody's."""
    layer = "aws_lambda_layer_version.l"
    for kind, who in (("aws_ssm_document", OURS), ("data.aws_ssm_document", OURS | {"nobody"})):
        document = f"{kind}.d"
        content = planned_file(
            planned("aws_lambda_layer_version", {}, name="l", unknown={"layer_name": True, "arn": True}),
            planned("aws_ssm_document", {}, name="d", unknown={"name": True, "arn": True}),
            planned("aws_lambda_function", {"layers": [None]}, unknown={"layers": [True]}),
            planned("aws_ssm_association", {}, unknown={"name": True}),
            configuration={"resources": [
                _written("aws_lambda_function", "layers", f"{layer}.arn", layer),
                _written("aws_ssm_association", "name", f"{document}.name", document)]})  # fmt: skip
        assert whose(plan(tmp_path, content)) == who


REFERRED = [
    ("aws_lambda_function", "layers", "aws_lambda_layer_version", "arn"),
    ("aws_lambda_function", "layers", "aws_lambda_layer_version", "layer_arn"),
    ("aws_lambda_function", "layers", "awscc_lambda_layer_version", "layer_version_arn"),
    ("aws_lambda_function", "image_uri", "aws_ecr_repository", "repository_url"),
    ("aws_lambda_function", "image_uri", "awscc_ecr_repository", "repository_uri"),
    ("aws_ecs_task_definition", "container_definitions", "aws_ecr_repository", "repository_url"),
    ("aws_ssm_association", "name", "aws_ssm_document", "name"),
    ("aws_ssm_association", "name", "aws_ssm_document", "arn"),
    ("aws_ssm_association", "name", "awscc_ssm_document", "name"),
]  # fmt: skip
ROLE = '{"assume_role": [{"role_arn": {"constant_value": "arn:aws:iam::%s:role/x"}}]}'
ACTING = [
    ("the default one", "", "", "{}", OURS, OURS),
    ("a region's", ".o", "", '{"region": {"constant_value": "eu-west-1"}}', OURS, OURS),
    ("one into the own account", ".o", "", ROLE % OWN, OURS, OURS),
    ("a stranger's", ".o", "", ROLE % STRANGER, {STRANGER}, NOBODY),
    ("one that nobody knows", ".o", "", ROLE.replace('"constant_value": "arn:aws:iam::%s:role/x"', '"references": ["var.v"]'), NOBODY, NOBODY),
    ("a stranger's, of what runs there", ".o", ".o", ROLE % STRANGER, {STRANGER}, {STRANGER}),
    ("ours, of what runs at a stranger's", "", ".o", ROLE % STRANGER, OURS, OURS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "made", "run", "told", "named", "by_arn"), ACTING, ids=[row[0] for row in ACTING]
)
def test_a_plan_without_its_sources(
    tmp_path: Path, why: str, made: str, run: str, told: str, named: set[str], by_arn: set[str]
) -> None:  # fmt: skip
    """Catches code that another account's provider makes, and that passes as ours."""
    providers = {one: {"name": one} for one in ("aws", "awscc")}
    aliases = {f"{one}.o": {"name": one, "alias": "o", "expressions": json.loads(told)} for one in providers}  # fmt: skip
    for kind, key, maker, attribute in REFERRED:
        several = key == "layers"
        block = _written(kind, key, f"{maker}.m.{attribute}", f"{maker}.m")
        other = {"mode": "managed", "type": maker, "name": "m"}
        configuration = {"provider_config": providers | aliases, "root_module": {"resources": [
            {**other, "provider_config_key": maker.partition("_")[0] + made},
            {**block, "provider_config_key": f"aws{run}"}]}}  # fmt: skip
        content = planned_file(
            planned(maker, {}, name="m", unknown={attribute: True, "name": True}),
            planned(kind, {key: [None]} if several else {}, unknown={key: [True] if several else True}),
        ) | {"configuration": configuration}  # fmt: skip
        who = by_arn if attribute.endswith("arn") else named
        assert whose(plan(tmp_path, content)) == who, (maker, attribute)


def test_an_own_source_of_calls_elsewhere(tmp_path: Path) -> None:
    """An own API that calls a function of another account stays of the own one."""
    api, told = "aws_api_gateway_rest_api", json.loads(ROLE % STRANGER)
    block = _written("aws_lambda_permission", "source_arn", f"{api}.m.execution_arn", f"{api}.m")
    providers = {
        "aws": {"name": "aws"},
        "aws.o": {"name": "aws", "alias": "o", "expressions": told},
    }
    values = {
        "action": "lambda:InvokeFunction",
        "function_name": "f",
        "principal": "apigateway.amazonaws.com",
    }
    content = planned_file(
        planned(api, {"name": "a"}, name="m", unknown={"execution_arn": True}),
        planned("aws_lambda_permission", values, unknown={"source_arn": True}),
    ) | {"configuration": {"provider_config": providers, "root_module": {"resources": [
        {"mode": "managed", "type": api, "name": "m", "provider_config_key": "aws"},
        {**block, "provider_config_key": "aws.o"}]}}}  # fmt: skip
    found = [one for one in plan(tmp_path, content).resources if one.account == STRANGER]
    assert [f"execute-api:us-east-1:{OWN}:" in encode_record(one).decode() for one in found] == [
        True
    ]


API = """variable "v" {}
provider "aws" {
  alias = "o"
  assume_role { role_arn = "arn:aws:iam::%s:role/x" }
}
resource "aws_api_gateway_rest_api" "a" { name = "a" }
resource "aws_api_gateway_rest_api" "o" {
  name     = "a"
  provider = aws.o
}
resource "aws_api_gateway_resource" "p" { path_part = "p" }
resource "aws_lambda_permission" "f" {
  action        = "lambda:InvokeFunction"
  function_name = "f"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "%s"
}
"""
SOURCES = [
    ("a path of an own API", "${aws_api_gateway_rest_api.a.execution_arn}/*/POST${aws_api_gateway_resource.p.path}", set()),
    ("whatever follows", "${aws_api_gateway_rest_api.a.execution_arn}${var.v}", set()),
    ("a stranger's API", "${aws_api_gateway_rest_api.o.execution_arn}/*/POST${var.v}", {"?"}),
    ("an own id that is no ARN", "${aws_api_gateway_rest_api.a.id}${var.v}", {"?"}),
    ("what stands before it", "${var.v}${aws_api_gateway_rest_api.a.execution_arn}", {"?"}),
    ("an own API in a stranger's account", f"arn:aws:execute-api:us-east-1:{STRANGER}:${{aws_api_gateway_rest_api.a.id}}/*/POST${{var.v}}", {STRANGER}),
    ("in one that nobody knows", "arn:aws:execute-api:us-east-1:${var.v}:${aws_api_gateway_rest_api.a.id}/*", {"?"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "arn", "who"), SOURCES, ids=[row[0] for row in SOURCES])
def test_sources_of_calls(tmp_path: Path, why: str, arn: str, who: set[str]) -> None:
    """An ARN that begins in our account ends there, too."""
    told = let_in(source(tmp_path, API % (STRANGER, arn)))
    assert {"?" if "${" in one else one for _, one, _ in told} == who


def test_sources_that_a_function_answers(tmp_path: Path) -> None:
    """An ARN that a custom resource tells may be anybody's; that of what is made is ours."""
    for made, who in (("Custom::Api", {"?"}), ("AWS::StepFunctions::StateMachine", set())):
        text = f"""Parameters: {{P: {{Type: String}}}}
Resources:
  A: {{Type: {made}}}
  F: {{Type: AWS::Lambda::Permission, Properties: {{Action: lambda:InvokeFunction, FunctionName: f, Principal: states.amazonaws.com, SourceArn: !Sub '${{A.Arn}}/${{P}}'}}}}
"""
        told = let_in(granted.template(tmp_path, text))
        assert {"?" if "${" in one else one for _, one, _ in told} == who


RESTING = [
    ("all of it", task("!Ref P"), f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:1", True),
    ("beside what nobody tells", task("!ImportValue q", "!Ref P"), f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:1", True),
    ("its account", task("!Sub '${P}.dkr.ecr.us-east-1.amazonaws.com/x:1'"), OWN, True),
    ("its tag", task(f"!Sub '{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:${{P}}'"), "1", False),
    ("whose document", "A: {Type: AWS::SSM::Association, Properties: {Name: !Ref P}}", "MyDocument", True),
    ("another property", "F: {Type: AWS::Lambda::Function, Properties: {Handler: !Ref P}}", "x", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body", "default", "said"), RESTING, ids=[r[0] for r in RESTING])
def test_by_default_alone(tmp_path: Path, why: str, body: str, default: str, said: bool) -> None:
    """Whose code it is may be told by a default alone, as who is trusted may be: that is said."""
    head = f"Parameters: {{P: {{Type: String, Default: '{default}'}}}}\nResources:\n  "
    assert bool(granted.template(tmp_path, head + body).defaults) == said


def test_by_a_variable_alone(tmp_path: Path) -> None:
    """The same in .tf files; what a default chooses among is judged each."""
    for used, said in (("${var.v}", True), (f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:${{var.v}}", False)):  # fmt: skip
        default = json.dumps(f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:1" if said else "1")
        text = f'variable "v" {{ default = {default} }}\nresource "aws_lambda_function" "f" {{ image_uri = "{used}" }}\n'
        assert bool(source(tmp_path, text).defaults) == said
    mapped = f'{{ a = "{OWN}.dkr.ecr.us-east-1.amazonaws.com/x", b = "{HUB}/x" }}[var.v]'
    text = f'variable "v" {{ default = "a" }}\nresource "aws_lambda_function" "f" {{ image_uri = {mapped} }}\n'
    found = source(tmp_path, text)
    assert (found.defaults, whose(found)) == ([], {OWN, STRANGER})


def test_a_condition_is_asked_in_each_run(tmp_path: Path) -> None:
    """Catches a condition that one outcome decides and that is believed in the next."""
    body = layers(
        f"!If [D, 'arn:aws:lambda:us-east-1:{OWN}:layer:x:1', 'arn:aws:lambda:us-east-1:{OWN}:layer:y:1'], !If [C, 'arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1', !Ref AWS::NoValue]"
    )
    text = f"Parameters: {{E: {{Type: String, Default: dev}}}}\nConditions: {{D: !Equals [!Ref E, prod], C: !Equals [!Sub '${{E}}-x', prod-x]}}\nResources:\n  {body}"
    assert whose(template(tmp_path, text)) == {OWN, STRANGER}
