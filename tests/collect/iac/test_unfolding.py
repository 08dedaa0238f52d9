"""What a text or a name stands for again and again: read where that is bounded, told where not.

A test here that fails may hang instead.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.collect.iac.budget import DEPTH, STEPS, Budget, unfolds
from checker.errors import InputError
from tests.collect.iac.granted import source
from tests.collect.iac.test_cloudformation import BOMB
from tests.collect.iac.test_own_code import template

LINE = "aws_sfn_state_machine"
DOUBLING = "locals {\n  a0 = ['x', 'x']\n" + "".join(
    f"  a{i} = [local.a{i - 1}, local.a{i - 1}]\n" for i in range(1, 60)
) + "}\n"  # fmt: skip
NESTED = "[for a in ['x'] : " + f"[for a in [[{'a, ' * 20}]] : " * 5 + "a" + "]" * 6


def body(text: str) -> str:
    return json.dumps(BOMB + text)


BODIES = [
    ("a document", f"D: {{Type: AWS::SSM::Document, Properties: {{Content: {body('mainSteps: *a59')}}}}}", ["D: Content runs what it says in a text that is not read, as it unfolds to too much or is of another form"]),
    ("a workflow", f"S: {{Type: AWS::StepFunctions::StateMachine, Properties: {{RoleArn: x, DefinitionString: {body('States: *a59')}}}}}", ["S: DefinitionString runs what it says in a text that is not read, as it unfolds to too much or is of another form"]),
    ("an API", f"A: {{Type: AWS::ApiGateway::RestApi, Properties: {{Body: {body('paths: *a59')}}}}}", ["A: Body lets in whoever a part of it names that is not known"]),
    ("a build", f"B: {{Type: AWS::CodeBuild::Project, Properties: {{Source: {{Type: NO_SOURCE, BuildSpec: {body('batch: *a59')}}}}}}}", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "said"), BODIES, ids=[row[0] for row in BODIES])
def test_bodies(tmp_path: Path, why: str, text: str, said: list[str]) -> None:
    """Catches a text whose aliases keep the reader for ever, and one that is left out unsaid."""
    found = template(tmp_path, f"Resources:\n  {text}\n")
    unknown = [one.unresolved for one in found.code_uses if one.reference is None]
    assert [one.message for one in found.gaps] == said or unknown == [("${an expression}",)]


NAMES = [
    ("by names", DOUBLING, "local.a59"),
    ("as text", DOUBLING, "jsonencode(local.a59)"),
    ("within a function", DOUBLING, "length(flatten(local.a59))"),
    ("by loops", "", NESTED),
    ("texts made anew", f"locals {{ t = '{'x' * 50_000}' }}\n", "length([for i in range(9999) : upper(local.t)])"),
    ("lists in a loop", "locals { l = [for i in range(9999) : 'x'] }\n", "length([for i in local.l : contains(local.l, i)])"),
    ("a long text", f"locals {{ t = '{'x' * 50_000}' }}\n", "[for i in range(10000) : local.t]"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "value"), NAMES, ids=[row[0] for row in NAMES])
def test_names(tmp_path: Path, why: str, before: str, value: str) -> None:
    """Catches names that double each other until nobody comes to an end."""
    text = f"{before}resource '{LINE}' 's' {{\n  definition = {value}\n}}\n"
    found = source(tmp_path, text.replace("'", '"'))
    assert [one.message for one in found.gaps] == [f"{LINE}.s: its values unfold to too much"]


def test_what_was_given_up_is_no_depth() -> None:
    """Catches a template refused for want of what failed before, and was left out of it."""
    budget = Budget("t.yaml")
    for _ in range(2 * DEPTH):
        with pytest.raises(KeyError):
            budget.deeper({}.__getitem__, "x")
    assert budget.deeper(str, "x") == "x"


BOUNDED = [
    ("numbers", "locals {\n n0 = 99\n" + "".join(f" n{i} = local.n{i - 1} * local.n{i - 1}\n" for i in range(1, 40)) + "}\n", "local.n39"),
    ("what joins", f"locals {{ t = '{'x' * 60_000}' }}\n", "join(local.t, [for i in range(9999) : local.t])"),
    ("groups of a pattern", f"locals {{ t = '{'x' * 60_000}' }}\n", f"replace(local.t, '/x+/', '{'$0' * 1000}')"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "value"), BOUNDED, ids=[row[0] for row in BOUNDED])
def test_what_no_function_makes(tmp_path: Path, why: str, before: str, value: str) -> None:
    """Catches numbers and texts that grow until no memory is left; nothing is made of them."""
    text = f"{before}resource 'aws_iam_role' 'r' {{\n assume_role_policy = {value}\n}}\n"
    (role,) = source(tmp_path, text.replace("'", '"')).roles
    assert role.trust_policy is None or "xxx" not in str(role.trust_policy)


def test_many_slow_patterns() -> None:
    """Catches patterns of which each takes its moment, one by one."""
    budget = Budget("t.tf")
    with pytest.raises(InputError, match="unfold to too much"):
        for _ in range(12):
            budget.slow()


REFUSED = [
    ("nested too deep", "note: " + "[" * 100 + "]" * 100), ("two documents", "a: b\n---\nc: d"), ("a broken line", "a: b\nc: [d\n"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), REFUSED, ids=[row[0] for row in REFUSED])
def test_bodies_that_nobody_reads(tmp_path: Path, why: str, text: str) -> None:
    """Catches a text of YAML that is not read, and passes with what it runs."""
    whole = f"image: docker.io/stranger/a:1\n{text}"
    found = template(
        tmp_path,
        f"Resources: {{D: {{Type: AWS::SSM::Document, Properties: {{Content: {json.dumps(whole)}}}}}}}",
    )
    assert [one.message.partition(" that is ")[0] for one in found.gaps] == [
        "D: Content runs what it says in a text"
    ]


def test_what_is_shared_a_little() -> None:
    """Catches a bound that ordinary anchors, or a large file, run into."""
    wide = [str(number) for number in range(STEPS // 2)]
    assert not unfolds(wide)
    assert not unfolds([["x" * 1000]] * (STEPS // 20))
    assert unfolds([["x" * 1000]] * (STEPS // 5))


def test_ordinary_anchors(tmp_path: Path) -> None:
    """Catches a body whose anchors are taken for a bomb."""
    text = "x: &x {image: 'docker.io/stranger/a:1'}\nmainSteps: [{inputs: *x}, {inputs: *x}]"
    whole = f"Resources: {{D: {{Type: AWS::SSM::Document, Properties: {{Content: {json.dumps(text)}}}}}}}"
    gaps = [one.message for one in template(tmp_path, whole).gaps]
    assert gaps == ["D: Content runs docker.io/stranger/a:1"]
