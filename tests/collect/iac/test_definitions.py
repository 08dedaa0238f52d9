"""What an API or a state machine says may stand in a file, in S3, or be told by the deployment
alone: what is here is looked at, what is not is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.collect.iac.records import Found
from tests.collect.iac.granted import OWN, plan, source, template
from tests.collect.iac.plans import plan as planned_file
from tests.collect.iac.plans import planned
from tests.support.rows import rows
from tests.support.snapshots import STRANGER

EVIL = f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1"
STEPS = '{"StartAt": "A", "States": {"A": {"Parameters": {"TrainingImage": "%s"}}}}'
CALM = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
YAML = "States:\n  A:\n    Parameters:\n      Image: {}\n"
OPEN = f"x-amazon-apigateway-policy: {{Statement: {{Effect: Allow, Principal: {{AWS: '{STRANGER}'}}}}}}"
UNTOLD, WHOEVER = "which is not known before deployment", "a part of it names that is not known"
SAM = "AWS::Serverless::StateMachine", "DefinitionUri"
STEP_FUNCTIONS = "AWS::StepFunctions::StateMachine", "DefinitionS3Location"
API, REST = (
    ("AWS::Serverless::Api", "DefinitionUri"),
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
)
FILES = [
    ("a stranger's image", SAM, "a.json", STEPS % EVIL, EVIL),
    ("the same in YAML", SAM, "a.json", YAML.format(EVIL), EVIL),
    ("as `aws cloudformation package` takes it", STEP_FUNCTIONS, "./a.json", STEPS % EVIL, EVIL),
    ("what is filled in later", SAM, "a.json", STEPS % "${Image}", "an image that is told when it runs"),
    ("no image", SAM, "a.json", CALM, None),
    ("a file that is not here", SAM, "b.json", CALM, UNTOLD),
    ("one in S3", SAM, "{Bucket: b, Key: k}", CALM, UNTOLD),
    ("one in S3, as text", SAM, "s3://b/k", CALM, UNTOLD),
    ("one that a parameter names", STEP_FUNCTIONS, "!Ref P", CALM, UNTOLD),
    ("an API's stranger", API, "a.json", OPEN, STRANGER),
    ("one of an API that is packaged", REST, "a.json", OPEN, STRANGER),
    ("an API for nobody outside", API, "a.json", "paths: {}", None),
    ("an API in S3", REST, "{Bucket: b, Key: k}", OPEN, WHOEVER),
]  # fmt: skip


def said(found: Found) -> list[str]:
    return [one.message for one in found.gaps]


@pytest.mark.parametrize(
    ("why", "of", "where", "text", "expected"), FILES, ids=[r[0] for r in FILES]
)
def test_files_of_templates(
    tmp_path: Path, why: str, of: tuple[str, str], where: str, text: str, expected: str | None
) -> None:
    """Catches a definition that passes as it stands in no template."""
    (tmp_path / "a.json").write_text(text)
    kind, key = of
    head = "Parameters: {P: {Type: String}}\n"
    found = template(
        tmp_path, f"{head}Resources: {{M: {{Type: '{kind}', Properties: {{{key}: {where}}}}}}}"
    )
    assert [str(expected) in one for one in said(found)] == ([True] if expected else []), said(
        found
    )


def test_what_stands_in_the_template_itself(tmp_path: Path) -> None:
    """Catches a file that takes the place of what is written."""
    (tmp_path / "a.json").write_text("paths: {}")
    both = f"{{BodyS3Location: a.json, Body: {{{OPEN}}}}}"
    text = f"Resources: {{M: {{Type: 'AWS::ApiGateway::RestApi', Properties: {both}}}}}"
    assert [STRANGER in one for one in said(template(tmp_path, text))] == [True]


def test_what_globals_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(STEPS % EVIL)
    text = "Globals: {StateMachine: {DefinitionUri: a.json}}\nResources: {M: {Type: 'AWS::Serverless::StateMachine'}}"
    assert [EVIL in one for one in said(template(tmp_path, text))] == [True]


MACHINE = (
    'variable "d" {}\nresource "aws_sfn_state_machine" "m" {\n name = "m"\n definition = %s\n}\n'
)
SOURCES = [
    ("a variable", "var.d", UNTOLD),
    ("that as JSON", "jsonencode(var.d)", "no JSON"),
    ("a function that is not followed", 'jsonencode(zdecode("hunter2"))', "no JSON"),
    ("a file that is not here", 'templatefile("gone.json", { password = "hunter2" })', UNTOLD),
    ("a file", 'file("a.json")', EVIL),
    ("a part that is made here", f'jsonencode({{ Image = "{EVIL}", Resource = aws_lambda_function.f.arn }})', EVIL),
    ("nothing but such a part", "jsonencode({ Resource = aws_lambda_function.f.arn })", None),
]  # fmt: skip


@pytest.mark.parametrize("planned_too", [False, True], ids=["folder", "plan"])
@pytest.mark.parametrize(("why", "written", "expected"), SOURCES, ids=[r[0] for r in SOURCES])
def test_terraform(
    tmp_path: Path, why: str, written: str, expected: str | None, planned_too: bool
) -> None:
    """Catches a plan that does not show a definition, as a part of it is made in the same plan; and
    an expression that is shown, with what is secret in it."""
    (tmp_path / "a.json").write_text(STEPS % EVIL)
    found = source(tmp_path, MACHINE % written)
    if planned_too:
        machine = planned(
            "aws_sfn_state_machine", {"name": "m"}, name="m", unknown={"definition": True}
        )
        found = plan(tmp_path, planned_file(machine))
    assert [str(expected) in one for one in said(found)] == ([True] if expected else []), said(
        found
    )
    assert "hunter2" not in str(said(found))


def test_a_plan_without_sources(tmp_path: Path) -> None:
    machine = planned(
        "aws_sfn_state_machine", {"name": "m"}, name="m", unknown={"definition": True}
    )
    assert [UNTOLD in one for one in said(plan(tmp_path, planned_file(machine)))] == [True]


def test_text_in_the_place_of_a_list(tmp_path: Path) -> None:
    """Catches definitions of containers that are no JSON, and were taken for none."""
    text = f'resource "aws_ecs_task_definition" "t" {{\n family = "t"\n container_definitions = "{EVIL}"\n}}\n'
    (use,) = source(tmp_path, text).code_uses
    assert use.reference is None and "no JSON" in str(use.unresolved)


QUEUE = {"queue_url": "q", "policy": json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "sqs:*"}]})}  # fmt: skip
CALM_QUEUE = {"queue_url": "r", "policy": json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sqs:*"}]})}  # fmt: skip
DOUBLED = [
    ("sections", '{"resource": {"aws_sqs_queue_policy": {"a": %s}}, "resource": {"aws_sqs_queue_policy": {"b": %s}}}'),
    ("types", '{"resource": {"aws_sqs_queue_policy": {"a": %s}, "aws_sqs_queue_policy": {"b": %s}}}'),
    ("lists", '{"resource": [{"aws_sqs_queue_policy": {"a": %s}}], "resource": [{"aws_sqs_queue_policy": {"b": %s}}]}'),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), DOUBLED, ids=[r[0] for r in DOUBLED])
def test_names_that_stand_twice(tmp_path: Path, why: str, text: str) -> None:
    """Catches a stranger in the first of two bodies of one name: Terraform takes both."""
    (tmp_path / "x.tf.json").write_text(text % (json.dumps(QUEUE), json.dumps(CALM_QUEUE)))
    found = source(tmp_path, "")
    assert STRANGER in str([bytes(one.document) for one in found.resources])
    assert said(found) == []


BLOCKS = [
    ("resources", 'resource "aws_sqs_queue" "q" {}', "aws_sqs_queue.q"),
    ("look-ups", 'data "aws_sqs_queue" "q" {}', "aws_sqs_queue.q"),
    ("calls", 'module "m" {\n source = "./m"\n}', "module.m"),
    ("variables", 'variable "v" {}', "variable.v"),
    ("outputs", 'output "o" {\n value = 1\n}', "output.o"),
    ("locals", "locals {\n l = 1\n}", "local.l"),
    ("providers", 'provider "aws" {\n alias = "x"\n}', "provider.aws.x"),
    ("providers without an alias", 'provider "aws" {}', "provider.aws"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "name"), BLOCKS, ids=[r[0] for r in BLOCKS])
def test_blocks_of_one_name(tmp_path: Path, why: str, text: str, name: str) -> None:
    """Catches the second of two, which nobody looks at, and nobody is told of."""
    (tmp_path / "m").mkdir()
    (tmp_path / "other.tf").write_text(text)
    found = source(tmp_path, text)
    assert [one.location.file for one in found.gaps if one.location and name in one.message] == [
        "other.tf"
    ]


def test_providers_of_several_names(tmp_path: Path) -> None:
    """Catches a gap for what Terraform takes."""
    names = ('"aws" {}', '"aws" {\n alias = "x"\n}', '"aws" {\n alias = "y"\n}', '"google" {}')
    assert said(source(tmp_path, "\n".join(f"provider {one}" for one in names))) == []


TWICE = [
    ("in a resource", "x.tf", 'resource "aws_sqs_queue" "q" {\n name = "a"\n\n name = "b"\n}', 4),
    ("in a block of it", "x.tf", 'resource "a" "b" {\n c {\n  d = 1\n  d = 2\n }\n}', 4),
    ("in locals", "x.tf", "locals {\n l = 1\n l = 2\n}", 3),
    ("in a call", "x.tf", 'module "m" {\n source = "./m"\n source = "./n"\n}', 3),
    ("values of variables", "a.auto.tfvars", "v = 1\nv = 2", 2),
    ("the same in JSON", "a.auto.tfvars.json", '{"v": 1,\n"v": 2}', 1),
    ("a resource in JSON", "x.tf.json", '{"resource": {"a": {\n"name": {"name": "x",\n"name": "y"}}}}', 3),
    ("one of two", "x.tf.json", '{"resource": {"a": {"p": {"n": "x"},\n"q": {"n": "x",\n"n": {"o": 1}}}}}', 3),
    ("below another key", "x.tf.json", '{"resource": {"a": {"p": {"tags": {"n": "x"},\n"d": [{"n": 1,\n"n": 2}]}}}}', 3),
    ("objects in locals", "x.tf.json", '{"locals": {"l": {},\n"l": {"a": 1}}}', 2),
    ("objects of a variable", "x.tf.json", '{"variable": {"v": {"default": {},\n"default": {}}}}', 2),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "text", "line"), TWICE, ids=[r[0] for r in TWICE])
def test_what_is_set_twice(tmp_path: Path, why: str, name: str, text: str, line: int) -> None:
    """Catches the first of two, which nobody looked at, and nobody was told of."""
    (tmp_path / name).write_text(text)
    (gap,) = source(tmp_path, 'variable "v" {}').gaps
    assert (gap.code, gap.call, "twice" in gap.message) == ("unreadable", f"{name}:{line}", True)


ONCE = [
    ("keys of an object", "x.tf", "locals {\n l = { a = 1, b = { a = 1 } }\n}"),
    ("two blocks", "x.tf", 'resource "aws_sqs_queue" "q" {\n c {\n  d = 1\n }\n c {\n  d = 2\n }\n}'),
    ("two bodies in JSON", "x.tf.json", '{"resource": {"aws_sqs_queue": {"q": {"c": {"d": 1}, "c": [{"d": 2}]}}}}'),
    ("checks in JSON", "x.tf.json", '{"variable": {"w": {"validation": {"condition": true}, "validation": {"condition": true}}}}'),
    ("comments in JSON", "x.tf.json", '{"locals": {"//": "a", "//": "b", "l": 1}}'),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "text"), ONCE, ids=[r[0] for r in ONCE])
def test_what_may_stand_twice(tmp_path: Path, why: str, name: str, text: str) -> None:
    """Catches a gap for what Terraform takes."""
    (tmp_path / name).write_text(text)
    assert said(source(tmp_path, "")) == []


def test_a_plan_that_tells_a_key_twice(tmp_path: Path) -> None:
    """Catches a plan of which another reader would see the other half."""
    from tests.support.cli import vendorgate

    (tmp_path / "plan.json").write_text('{"planned_values": {"a": 1}, "planned_values": {}}')
    ran = vendorgate("collect", "terraform", "plan.json", "--account", OWN, cwd=tmp_path)
    assert (ran.code, "plan.json:1: tells 'planned_values' twice" in ran.err) == (2, True)


TASK = 'resource "aws_ecs_task_definition" "t" {\n family = "t"\n container_definitions = %s\n}\n'
NOT_FOLLOWED = "${an expression; the function zdecode is not followed}"
DECODED: list[tuple[str, str, str | None, str]] = [
    ("YAML", 'jsonencode(yamldecode(file("${path.module}/c.yaml")))', EVIL, ""),
    ("a cell", 'jsonencode([{ name = "x", image = csvdecode(file("c.csv"))[0].image }])', EVIL, ""),
    ("base64", f'base64decode(base64encode(jsonencode([{{ name = "x", image = "{EVIL}" }}])))', EVIL, ""),
    ("a group", f'jsonencode([{{ name = "x", image = regex("^(.*)@", "{EVIL}@x")[0] }}])', EVIL, ""),
    ("one that does not fit", f'jsonencode([{{ name = "x", image = try(regex("@", "x"), "{EVIL}") }}])', EVIL, ""),
    ("one that nobody knows", 'jsonencode(zdecode(file("c.yaml")))', None, NOT_FOLLOWED),
    ("not as JSON", 'zdecode("hunter2")', None, NOT_FOLLOWED),
    ("of a value", 'jsonencode([{ name = "x", image = zdecode("hunter2") }])', None, NOT_FOLLOWED),
    ("within another", 'jsonencode([{ name = "x", image = jsondecode(zdecode("hunter2")).a }])', None, NOT_FOLLOWED),
    ("of a provider", 'jsonencode([{ name = "x", image = provider::a::b("hunter2") }])', None, "provider::a::b is not followed"),
    ("known ones of what is not", 'jsonencode([{ name = "x", image = lower(jsondecode(file("gone")).a) }])', None, "${an expression}"),
    ("not in JSON", 'jsonencode(lower(var.x))', None, "${an expression}"),
    ("what is made here, and no container", 'jsonencode(aws_lambda_function.f.arn)', None, "${aws_lambda_function.f.arn}"),
    ("no YAML", 'jsonencode(yamldecode("a: b: c"))', None, "${an expression}"),
]  # fmt: skip


@rows("why, written, image, note", DECODED)
def test_what_functions_read(
    tmp_path: Path, why: str, written: str, image: str | None, note: str
) -> None:
    """Catches an own image in a file of YAML that nobody is told to run, and another reason than the true one."""
    (tmp_path / "c.yaml").write_text(f"- &a {{name: x, image: {EVIL}}}\n- *a\n")
    (tmp_path / "c.csv").write_text(f"image,a\n{EVIL},b\n")
    uses = source(tmp_path, TASK % written).code_uses
    assert {use.reference for use in uses} == {image}
    assert [note in one for use in uses for one in use.unresolved or ()] == [True] * (image is None)
    assert "hunter2" not in str(uses)
