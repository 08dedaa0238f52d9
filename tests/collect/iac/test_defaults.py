"""A default decides nothing: whoever deploys the code may say otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.collect.iac.test_cloudformation import check, collect, findings, role, statement
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER

OWN = "222222222222"
ENV = "Parameters: {Env: {Type: String, Default: dev%s}}\n"
MAP = f"Mappings: {{M: {{dev: {{A: '{OWN}'}}, prod: {{A: '{STRANGER}'}}, qa: {{A: '{OWN}'}}}}}}"
BY = "{AWS: !FindInMap [M, %s, A%s]}"
UNVETTED = {("unvetted-account-trust", STRANGER)}
MAPPED = [
    ("a key that is a parameter", ENV % "", BY % ("!Ref Env", ""), UNVETTED),
    ("the same, written as a text", ENV % "", BY % ("!Sub '${Env}'", ""), UNVETTED),
    ("long form", ENV % "", BY % ("{Ref: Env}", ""), UNVETTED),
    ("only one value is allowed", ENV % ", AllowedValues: [dev]", BY % ("!Ref Env", ""), set()),
    ("one that leads to the same", ENV % ", AllowedValues: [dev, qa]", BY % ("!Ref Env", ""), set()),
    ("one that no table has: no deployment", ENV % ", AllowedValues: [dev, uat]", BY % ("!Ref Env", ""), set()),
    ("one that no table has, with another value", ENV % ", AllowedValues: [dev, uat]",
     BY % ("!Ref Env", f", {{DefaultValue: '{STRANGER}'}}"), UNVETTED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "head", "principal", "found"), MAPPED, ids=[r[0] for r in MAPPED])
def test_each_key_of_a_mapping(
    tmp_path: Path, why: str, head: str, principal: str, found: set[tuple[str, str]]
) -> None:
    assert collect(tmp_path, role(statement(principal), head + MAP)).code == 0
    assert findings(tmp_path) == found


def test_a_given_parameter_is_the_only_key(tmp_path: Path) -> None:
    text = role(statement(BY % ("!Ref Env", "")), ENV % "" + MAP)
    collect(tmp_path, text, "--parameters", "Env=dev")
    assert findings(tmp_path) == set()
    collect(tmp_path, text, "--parameters", "Env=prod")
    assert findings(tmp_path) == UNVETTED


def test_a_key_that_is_also_compared(tmp_path: Path) -> None:
    """What a condition and a mapping say of one parameter holds in one world."""
    head = ENV % "" + MAP + "\nConditions: {Dev: !Equals [!Ref Env, dev]}"
    only_dev = role(statement(BY % ("!Ref Env", "")), head, "    Condition: Dev\n")
    assert collect(tmp_path, only_dev).code == 0
    assert findings(tmp_path) == set()


def test_more_keys_than_can_be_tried(tmp_path: Path) -> None:
    """Nothing is taken for its default then."""
    rows = ", ".join(f"k{n}: {{A: '{200000000000 + n}'}}" for n in range(100))
    head = f"{ENV % ''}Mappings: {{M: {{dev: {{A: '{OWN}'}}, {rows}}}}}"
    collect(tmp_path, role(statement(BY % ("!Ref Env", "")), head))
    assert {policy for policy, _ in findings(tmp_path)} == {"unresolved-trust"}


NARROWED = [
    ("an Allow", "[{Effect: Allow, Action: sts:AssumeRole, Principal: '*', "
     "Condition: {StringEquals: {aws:PrincipalOrgID: !Ref O}}}]"),
    ("a Deny", f"[{{Effect: Allow, Action: sts:AssumeRole, Principal: {{AWS: '{STRANGER}'}}}}, "
     "{Effect: Deny, Action: sts:AssumeRole, Principal: '*', "
     "Condition: {StringNotEquals: {aws:PrincipalOrgID: !Ref O}}}]"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "statements"), NARROWED, ids=[row[0] for row in NARROWED])
def test_a_default_that_narrows_is_told(tmp_path: Path, why: str, statements: str) -> None:
    head = "Parameters: {O: {Type: String, Default: o-a1b2c3d4e5}}"
    ran = collect(tmp_path, role(statements, head), "--organization", "o-a1b2c3d4e5")
    assert "O (default o-a1b2c3d4e5)" in ran.err + check(tmp_path, "-f", "text").out


LOOP = """\
Transform: AWS::LanguageExtensions
Parameters: {Who: {Type: CommaDelimitedList, Default: '%s'}, Nobody: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Queues: [N, [a, b], {"Q${N}": {Type: AWS::SQS::Queue}}]
  Fn::ForEach::Others: [N, !Ref Nobody, {"O${N}": {Type: AWS::SQS::Queue}}]
  Fn::ForEach::Roles:
    - A
    - !Ref Who
    - R${A}:
        Type: AWS::IAM::Role
        Properties: {AssumeRolePolicyDocument: {Statement: [
          {Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: !Ref A}}]}}
"""


def test_a_loop_over_a_default_is_told(tmp_path: Path) -> None:
    """Another deployment makes other resources: those of the default are not all there may be."""
    said = f"t.yaml:2: a loop runs over Who (default {OWN}), which a deployment may replace."
    ran = collect(tmp_path, LOOP % OWN)
    assert ran.err.count("a loop runs over") == 1
    assert said in ran.err
    ran = collect(tmp_path, LOOP % OWN, "--parameters", f"Who={OWN}")
    assert "a loop runs over" not in ran.err


INNER = "Parameters: {V: {Type: String}}\n" + role(statement("{AWS: !Ref V}"))
UNDER = """\
Parameters: {On: {Type: String, Default: 'false'}}
Conditions: {Enabled: !Equals [!Ref On, 'true']}
Resources:
"""
GROUPS = (
    "[{Regions: [x], DeploymentTargets: {Accounts: ['333333333333']}, "
    f"ParameterOverrides: [{{ParameterKey: V, ParameterValue: '{STRANGER}'}}]}}]"
)
CONDITIONAL = [
    ("a stack that a condition leaves out",
     f"  S: {{Type: AWS::CloudFormation::Stack, Condition: Enabled, Properties: {{TemplateURL: inner.yaml, Parameters: {{V: '{STRANGER}'}}}}}}",
     ["R (if On = true)"]),
    ("instances that one leaves out",
     f"  S: {{Type: AWS::CloudFormation::StackSet, Properties: {{TemplateURL: inner.yaml, Parameters: [{{ParameterKey: V, ParameterValue: '{OWN}'}}], StackInstancesGroup: !If [Enabled, {GROUPS}, !Ref AWS::NoValue]}}}}",
     ["R (if On = true)"]),
    ("a template that is there in any case",
     f"  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TimeoutInMinutes: !If [Enabled, 1, 2], TemplateURL: inner.yaml, Parameters: {{V: '{STRANGER}'}}}}}}",
     ["R"]),
    ("another value under a condition",
     f"  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: inner.yaml, Parameters: {{V: !If [Enabled, '{STRANGER}', '{OWN}']}}}}}}",
     ["R (if On = true)"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "stack", "names"), CONDITIONAL, ids=[r[0] for r in CONDITIONAL])
def test_templates_under_a_condition(
    tmp_path: Path, why: str, stack: str, names: list[str]
) -> None:
    """Their roles are marked as their stack would be, and each is there once."""
    (tmp_path / "inner.yaml").write_text(INNER)
    collect(tmp_path, UNDER + stack)
    report = json.loads(check(tmp_path).out)
    assert [
        f["resource"].partition("/")[2]
        for f in report["findings"] if f["policy"] == "unvetted-account-trust"
    ] == names  # fmt: skip


HANDED = [
    ("Stack", "{'On': !Ref On}"),
    ("Stack", "!If [Other, {'On': !Ref On}, {'On': !Ref On}]"),
    ("StackSet", "[{ParameterKey: 'On', ParameterValue: !Ref On}]"),
]


@pytest.mark.parametrize(("kind", "given"), HANDED)
def test_a_default_that_is_handed_on(tmp_path: Path, kind: str, given: str) -> None:
    """It decides no condition of the template within, in whatever form it comes there."""
    trusting = statement(f"{{AWS: '{STRANGER}'}}")
    inner = f"  R: {{Type: AWS::IAM::Role, Condition: Enabled, Properties: {{AssumeRolePolicyDocument: {{Statement: {trusting}}}}}}}\n"
    (tmp_path / "inner.yaml").write_text(UNDER + inner)
    stack = f"  S: {{Type: AWS::CloudFormation::{kind}, Properties: {{TemplateURL: inner.yaml, Parameters: {given}}}}}"
    collect(tmp_path, UNDER + stack)
    assert ("unvetted-account-trust", STRANGER) in findings(tmp_path)


def test_an_ending_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "T.YAML").write_text(role(statement(f"{{AWS: '{STRANGER}'}}")))
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--cloudformation", "code", "--account", OWN, cwd=tmp_path)
    assert (ran.code, STRANGER in ran.out) == (1, True)


TF = f"""
locals {{ m = {{ dev = "{OWN}", prod = "{STRANGER}" }} }}
variable "env" {{ default = "dev" }}
resource "aws_iam_role" "m" {{
  name = "m"
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow",
    Principal = {{ AWS = local.m[var.env] }}, Action = "sts:AssumeRole" }}] }})
}}
"""


def test_a_variable_that_chooses_in_a_map_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TF)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--terraform", ".", "--account", OWN, cwd=tmp_path)
    assert "main.tf:4: aws_iam_role.m: the default of var.env" in ran.out


def test_a_file_of_variables_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TF)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    options = ("--account", OWN, "--var-file", "gone.tfvars")
    ran = vendorgate("check", "--terraform", ".", *options, cwd=tmp_path)
    assert (ran.code, "gone.tfvars" in ran.err) == (2, True)
