"""Whatever a file holds, it is read or refused in one line; nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.collect.iac.cloudformation import collect_templates
from checker.collect.iac.files import InputFile
from checker.collect.iac.images import IMAGES
from checker.collect.iac.intrinsics import _FUNCTIONS
from checker.collect.iac.records import Target
from checker.collect.iac.terraform.collect import collect_terraform
from checker.collect.iac.terraform.syntax import parse_text
from checker.errors import InputError
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
QUIET = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


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


@QUIET
@given(st.text(alphabet='{}"$\\#/*<\nE aresource', max_size=60))
def test_any_hcl(text: str) -> None:
    """A file that is no HCL tells no lines, but ends the scan."""
    try:
        parse_text(text, Path("x.tf"))
    except InputError as error:
        assert "\n" not in str(error)
