"""Whatever a file holds, it is read or refused in one line; nothing else happens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checker.collect.iac.cloudformation import collect_templates
from checker.collect.iac.code.uses import uses
from checker.collect.iac.files import InputFile
from checker.collect.iac.images import IMAGES
from checker.collect.iac.intrinsics import _FUNCTIONS
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.collect import collect_terraform
from checker.collect.iac.terraform.functions import FUNCTIONS as HCL
from checker.collect.iac.terraform.granting import PlanCode
from checker.collect.iac.terraform.syntax import parse_text
from checker.collect.iac.unknown import OPEN, unresolved
from checker.collect.iac.variant import Variant
from checker.errors import InputError
from checker.snapshot.records import Location
from checker.snapshot.write import encode_record
from tests import examples
from tests.collect.iac.plans import DOCUMENT, block, document, plan, planned, refers, role

TARGET = Target(account="222222222222", region="eu-west-1")
FUNCTIONS = [*_FUNCTIONS, "Ref", "Condition", "Fn::Not", "Fn::Equals", "Fn::Transform", "Fn::Other"]
KINDS = [*IMAGES, "AWS::IAM::Role", "AWS::Serverless::Function", "AWS::IAM::OIDCProvider",
         "AWS::IAM::SAMLProvider", "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"]  # fmt: skip
NAMES = [
    "P",
    "R",
    "S",
    "C",
    "AWS::NoValue",
    "AWS::Region",
    "R.Arn",
    "x",
    "",
    "1",
    "${P}",
    "${R.Arn}",
]
PROPERTIES = ["AssumeRolePolicyDocument", "RoleName", "Path", "ImageId", "Url", "Name", "Statement",
              "Effect", "Principal", "AWS", "Federated", "Condition", "StringEquals", "TemplateBody",
              "TemplateURL", "Parameters", "LaunchTemplateData", "sts:ExternalId", "Action"]  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(NAMES))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(PROPERTIES), inner, max_size=4),
        st.builds(lambda name, raw: {name: raw}, st.sampled_from(FUNCTIONS), inner),
    ),
    max_leaves=12,
)
resources = st.one_of(
    st.fixed_dictionaries({"Type": st.sampled_from(KINDS)},
                          optional={"Properties": values, "Condition": scalars}),
    values,
)  # fmt: skip
names = st.sampled_from(["R", "S", "T", "RRole", "Fn::ForEach::L", "Fn::Transform"])
templates = st.fixed_dictionaries(
    {"Resources": st.dictionaries(names, resources, min_size=1, max_size=3)},
    optional={
        "Parameters": st.dictionaries(st.just("P"), values),
        "Conditions": st.dictionaries(st.just("C"), values),
        "Mappings": values,
        "Globals": st.dictionaries(st.just("Function"), values),
        "Transform": values,
    },
)
QUIET = settings(max_examples=examples(75), deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(templates)
def test_any_template(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    """Functions in places where nobody expects them, with arguments that they don't take."""
    path = tmp_path_factory.mktemp("t") / "t.json"
    path.write_text(json.dumps(content))
    try:
        found = collect_templates([InputFile(path)], TARGET, {})
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert found.manifest("cloudformation", TARGET, "now").sources == ("cloudformation",)


WHOLE = plan(
    role(), document(block(["*"])), planned("aws_instance", {"ami": "ami-1"}),
    planned("aws_cloudformation_stack", {"template_body": "Resources: {R: {Type: X}}"}, name="s"),
    read=[planned("aws_ami", {"id": "ami-1", "filter": [{"name": "x"}]}, mode="data")],
    configuration=refers(*DOCUMENT),
)  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    return [at, *(path for key, one in inner for path in paths(one, (*at, key)))]


def replaced(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = replaced(value[at[0]], at[1:], new)
    return copy


def test_any_part_of_a_plan_of_another_shape(tmp_path: Path) -> None:
    """Each value of a plan in turn is something else."""
    path = tmp_path / "plan.json"
    for at in paths(WHOLE):
        for new in (None, 1, "x", [], {}, [1], {"x": 1}, True):
            path.write_text(json.dumps(replaced(WHOLE, at, new)))
            try:
                collect_terraform([InputFile(path)], TARGET).records()
            except InputError as error:
                assert "\n" not in str(error)


atoms = st.sampled_from([
    '"x"', '"${var.v}"', '"a-${local.l}-${each.key}"', "1", "-2.5", "true", "null", "var.v", "local.l", "local.m.a",
    "aws_iam_role.r.arn", "aws_iam_role.r[0].id", "aws_iam_role.r[*].arn", "data.aws_region.x.name", "module.m.o", "each.value", "count.index",
    "[]", "{}", '{ a = 1, "b" : var.v, (var.v) = 2 }', '["x", var.v]', "path.module", "self.x", "nothing.at.all",
])  # fmt: skip
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{ k = {} }}".format, inner),
        st.builds("({} == {})".format, inner, inner),
        st.builds("({} && !{})".format, inner, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("[for x in {} : {} if {}]".format, inner, inner, inner),
        st.builds("{{ for k, v in {} : k => {} }}".format, inner, inner),
        st.builds("{}[{}]".format, st.sampled_from(["local.l", "var.v"]), inner),
        st.builds('"a${{{}}}b"'.format, inner.filter(lambda text: "\n" not in text)),
        st.builds("{}({})".format, st.sampled_from([*HCL, "try", "file", "templatefile", "zzz"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from([*HCL, "try", "templatefile"]), inner, inner),
        st.builds("{}({}, {}, {})".format, st.sampled_from([*HCL]), inner, inner, inner),
    ),
    max_leaves=8,
)  # fmt: skip
ANY = """
variable "v" {{}}
locals {{
  l = {0}
  m = {{ a = {1} }}
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = {0}
  for_each = {1}
}}
resource "aws_instance" "i" {{
  ami = {1}
  count = {0}
  dynamic "x" {{
    for_each = {1}
    content {{ y = x.value }}
  }}
}}
"""


@settings(QUIET, max_examples=examples(30))
@given(expressions, expressions)
@example("aws_iam_role.r.arn", '"x"')  # one of several, and several, as a whole
@example("aws_iam_role.r", "var.v")
@example("{ k = [aws_iam_role.r] }", "{ a = 1 }")
def test_any_expression(tmp_path_factory: pytest.TempPathFactory, one: str, other: str) -> None:
    """Whatever stands where a value belongs, the file is read, and no mark reaches a record."""
    path = tmp_path_factory.mktemp("t") / "main.tf"
    path.write_text(ANY.format(one, other))
    found = collect_terraform([InputFile(path)], TARGET)
    records = [one for several in found.records().values() for one in several]
    assert OPEN not in "".join(encode_record(one).decode() for one in records)


@QUIET
@given(st.text(alphabet='{}"$\\#/*<\nE aresource', max_size=60))
def test_any_hcl(text: str) -> None:
    """A file that is no HCL tells no lines, but ends the scan."""
    try:
        parse_text(text, Path("x.tf"))
    except InputError as error:
        assert "\n" not in str(error)


SECRET, CPU = "hunter2", unresolved("var.cpu")
BESIDE = f'"environment":[{{"name":"P","value":"{SECRET}"}}]'
BODY = f'{{"name":"x","image":"datadog/agent:7",{BESIDE}}}'
PIECES = st.lists(st.sampled_from([
    *'[]{}:," \\\n1', SECRET, f'"{SECRET}"', CPU, f'"{CPU}"', unresolved(f'f("{SECRET}")'), '"image":',
    '"image":"', '"Environment":', f"[{BODY}]", f"[{BODY},{CPU}]", BODY, BODY[:-1], BODY[1:], BESIDE,
]), max_size=8)  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(PIECES, st.integers(0, 120), st.integers(0, 120))
@example(["{", unresolved("f(x)"), SECRET, "}"], 0, 0)  # beside a part that is not known
@example([SECRET], 30, 70)  # within the name of an image
def test_no_text_of_a_document_is_shown(pieces: list[str], begin: int, end: int) -> None:
    """However damaged: a secret stands in no record, but where the text says that it is an image."""
    whole = f'[{BODY[:-1]},"cpu":{CPU}}}]'
    cut = whole[:begin] + "".join(pieces) + whole[-end:]
    for text in ("".join(pieces), cut, json.dumps(cut), json.dumps(whole[begin:])):
        for kind, key in (("aws_ecs_task_definition", "container_definitions"),
                          ("aws_batch_job_definition", "container_properties")):  # fmt: skip
            for value in (text, [text], {"image": [text]}):
                found = uses(kind, "r", [Variant({key: value})], PLACE, CODE)
                told = str([encode_record(one) for one in found])
                assert SECRET not in told or re.search(IS_IMAGE, text), text


PLACE, CODE = Location(file="x", line=1), PlanCode(TARGET, None, {}, "plan")
IS_IMAGE = rf'(?i)image\W*:\W*"[^"]*{SECRET}'
