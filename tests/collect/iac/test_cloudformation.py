"""Templates through the real command: whom they would let in, where it is written, what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR

ACCOUNT = "222222222222"
COLLECT = ("collect", "cloudformation", "--account", ACCOUNT)


def collect(folder: Path, text: str, *options: object, name: str = "t.yaml") -> Ran:
    (folder / name).write_text(text)
    return vendorgate(*COLLECT, name, *options, cwd=folder)


def records(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "snapshot" / kind).read_text().splitlines()]


def check(folder: Path, *options: str) -> Ran:
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return vendorgate("check", "--today", "2026-11-20", *(options or ("-f", "json")), cwd=folder)


def findings(folder: Path) -> set[tuple[str, str | None]]:
    found = json.loads(check(folder).out)["findings"]
    return {(f["policy"], f["principal"]) for f in found if f["policy"] != "unobserved-vendor"}


def statement(principal: str, more: str = "") -> str:
    return f"[{{Effect: Allow, Action: sts:AssumeRole, Principal: {principal}{more}}}]"


def role(statements: str, head: str = "", more: str = "") -> str:
    return (
        f"{head}\nResources:\n  R:\n    Type: AWS::IAM::Role\n{more}    Properties:\n"
        f"      AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: {statements}}}\n"
    )


UNVETTED = {("unvetted-account-trust", STRANGER)}
ANYONE = {("anyone-trust", "*")}
VENDOR_PARAMETER = (
    f"Parameters: {{V: {{Type: String, Default: '{STRANGER}'}}, N: {{Type: String}}}}"
)
GOV = "Conditions: {Gov: !Equals [!Ref AWS::Partition, aws-us-gov]}"
CONDITION = ", Condition: {StringEquals: {"
NAMES = f'Mappings: {{M: {{aws: {{id: "{STRANGER}"}}}}}}'
TRUST = [
    ("an account id left unquoted", role(statement(f"{{AWS: {STRANGER}}}")), UNVETTED),
    ("a default that holds the vendor", role(statement("{AWS: !Sub 'arn:${AWS::Partition}:iam::${V}:root'}"), VENDOR_PARAMETER), UNVETTED),
    ("long form", role(statement('{AWS: {"Fn::Sub": ["arn:aws:iam::${X}:root", {X: {Ref: V}}]}}'), VENDOR_PARAMETER), UNVETTED),
    ("joined", role(statement("{AWS: !Join ['', ['arn:aws:iam::', !Ref V, ':root']]}"), VENDOR_PARAMETER), UNVETTED),
    ("mapped by partition", role(statement("{AWS: !FindInMap [M, !Ref AWS::Partition, id]}"), NAMES), UNVETTED),
    ("selected and split", role(statement(f"{{AWS: !Select [1, !Split [',', 'x,{STRANGER}']]}}")), UNVETTED),
    ("a condition that is decided", role(statement("{AWS: !If [Gov, '111122223333', !Ref V]}"), VENDOR_PARAMETER + "\n" + GOV), UNVETTED),
    ("one that is not, with equal branches", role(statement("{AWS: !If [C, !Ref V, !Ref V]}"), VENDOR_PARAMETER + "\nConditions: {C: !Equals [!Ref N, x]}"), UNVETTED),
    ("one that is not, with both branches", role(statement("{AWS: !If [C, !Ref V, !Ref N]}"), VENDOR_PARAMETER + "\nConditions: {C: !Equals [!Ref N, x]}"), UNVETTED | {("unresolved-trust", "${N}")}),
    ("a parameter without a value", role(statement("{AWS: !Ref N}"), VENDOR_PARAMETER), {("unresolved-trust", "${N}")}),
    ("in the place of the whole Principal", role(statement("!Ref N"), VENDOR_PARAMETER), {("unresolved-trust", "${N}")}),
    ("an unknown role of a known account", role(statement(f"{{AWS: !Sub 'arn:aws:iam::{STRANGER}:role/${{N}}'}}"), VENDOR_PARAMETER), UNVETTED),
    ("an unknown role of the own account", role(statement("{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${N}'}"), VENDOR_PARAMETER), set()),
    ("an import", role(statement("{AWS: !ImportValue x}")), {("unresolved-trust", "${ImportValue x}")}),
    ("a secret", role(statement("{AWS: '{{resolve:secretsmanager:x}}'}")), {("unresolved-trust", "${resolve:secretsmanager:x}")}),
    ("an unknown function", role(statement("{AWS: !Frobnicate x}")), {("unresolved-trust", "${Frobnicate}")}),
    ("a malformed function", role(statement("{AWS: !Select [x]}")), {("unresolved-trust", "${Select, malformed}")}),
    ("Sub left out", role(statement("{AWS: 'arn:aws:iam::${V}:root'}")), {("unresolved-trust", "arn:aws:iam::${V}:root")}),
    ("a role of the same template", role(statement("{AWS: !GetAtt R.Arn}")), set()),
    ("a unique id", role(statement("{AWS: AROAEXAMPLEEXAMPLE}")), {("unresolved-trust", "AROAEXAMPLEEXAMPLE")}),
    ("* narrowed by an unknown organization", role(statement("'*'", CONDITION + "aws:PrincipalOrgID: !Ref N}}"), VENDOR_PARAMETER), {("unresolved-trust", "${N}")}),
    ("by one that is empty by default", role(statement("'*'", CONDITION + "aws:PrincipalOrgID: !Ref N}}"), "Parameters: {N: {Type: String, Default: ''}}"), {("unresolved-trust", "${aws:PrincipalOrgID of no value}")}),
    ("by a known and an unknown account", role(statement("'*'", CONDITION + "aws:PrincipalAccount: [!Ref V, !Ref N]}}"), VENDOR_PARAMETER), UNVETTED | {("unresolved-trust", "${N}")}),
    ("without a known account and an unknown one", role(statement("'*'", ", Condition: {StringNotEquals: {aws:PrincipalAccount: [!Ref N]}}"), VENDOR_PARAMETER), ANYONE),
    ("by a whole Condition that is not known", role(statement("'*'", ", Condition: !Ref N"), VENDOR_PARAMETER), ANYONE),
    ("by Null of something unknown", role(statement("'*'", ", Condition: {'Null': {aws:PrincipalOrgID: !Ref N}}"), VENDOR_PARAMETER), ANYONE),
    ("an action that is not known", role(statement(f"{{AWS: '{STRANGER}'}}").replace("sts:AssumeRole", "!Ref N"), VENDOR_PARAMETER), UNVETTED),
    ("a service by its suffix", role(statement("{Service: !Sub 'ec2.${AWS::URLSuffix}'}")), set()),
    ("a service that is not known", role(statement("{Service: !Sub '${N}.amazonaws.com'}"), VENDOR_PARAMETER), {("unresolved-trust", "${N}.amazonaws.com")}),
    ("an unknown external id is one", role(statement(f"{{AWS: '{VENDOR}'}}", CONDITION + "sts:ExternalId: !Ref N}}"), VENDOR_PARAMETER), set()),
    ("and an empty default too", role(statement(f"{{AWS: '{VENDOR}'}}", CONDITION + "sts:ExternalId: !Ref E}}"), "Parameters: {E: {Type: String, Default: ''}}"), set()),
    ("two conditions on it could hold together", role(statement(f"{{AWS: '{STRANGER}'}}", CONDITION + "sts:ExternalId: !Ref N}, StringLike: {sts:ExternalId: 'a*'}}"), VENDOR_PARAMETER), UNVETTED),
    ("left out by NoValue", role(statement(f"{{AWS: '{VENDOR}'}}", ", Condition: !If [Gov, {Bool: {aws:SecureTransport: true}}, !Ref AWS::NoValue]"), GOV), {("missing-external-id", VENDOR)}),
    ("a policy as JSON text", "Parameters: {N: {Type: String}}\nResources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Sub '{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::${N}:root\"}, \"Action\": \"sts:AssumeRole\"}, \"Version\": \"2012-10-17\"}'}}}", {("unresolved-trust", "arn:aws:iam::${N}:root")}),
    ("with a key twice", "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: '{\"Statement\": [], \"Statement\": []}'}}}", {("unreadable-trust-policy", None)}),
    ("a policy that is not known", "Parameters: {N: {Type: String}}\nResources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Ref N}}}", {("unreadable-trust-policy", None)}),
    ("a statement that is not known", role("[!Ref N]", VENDOR_PARAMETER), {("unreadable-trust-policy", None)}),
    ("a provider that is not known", role(statement("{Federated: !Ref N}").replace("AssumeRole", "AssumeRoleWithSAML"), VENDOR_PARAMETER), {("unresolved-trust", "${N}")}),
    ("Properties that are not known", "Parameters: {N: {Type: String}}\nResources: {R: {Type: AWS::IAM::Role, Properties: !Ref N}}", {("unreadable-trust-policy", None)}),
    ("a role that is not created", role(statement("'*'"), GOV, "    Condition: Gov\n"), set()),
    ("one that may be", role(statement("'*'"), "Parameters: {N: {Type: String}}\nConditions: {C: !Not [!Equals [!Ref N, '']]}", "    Condition: C\n"), ANYONE),
    ("one by a condition that is not there", role(statement("'*'"), "", "    Condition: C\n"), ANYONE),
]  # fmt: skip


@pytest.mark.parametrize(("why", "template", "expected"), TRUST, ids=[row[0] for row in TRUST])
def test_trust(tmp_path: Path, why: str, template: str, expected: Any) -> None:
    """What a template leaves open is never passed over, and what it tells is told exactly."""
    assert collect(tmp_path, template).code == 0
    assert findings(tmp_path) == expected


DENIES = [
    ("a Deny of an unknown account spares everybody", "[!Ref N]", "", ANYONE),
    ("on an unknown condition too", "'*'", ", Condition: {StringNotEquals: {aws:PrincipalOrgID: !Ref N}}", ANYONE),
    ("one that is known counts", "'*'", ", Condition: {StringNotEquals: {aws:PrincipalOrgID: o-own1234567}}", set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "who", "more", "expected"), DENIES, ids=[row[0] for row in DENIES])
def test_denies(tmp_path: Path, why: str, who: str, more: str, expected: Any) -> None:
    """A Deny whose reach is not known must not be what makes a role look safe."""
    principal = who if who == "'*'" else f"{{AWS: {who}}}"
    deny = f"{{Effect: Deny, Action: sts:AssumeRole, Principal: {principal}{more}}}"
    both = statement("'*'")[:-1] + f", {deny}]"
    collect(tmp_path, role(both, VENDOR_PARAMETER), "--organization", "o-own1234567")
    assert findings(tmp_path) == expected


SAID = [
    ("an unknown organization", "Condition: {StringEquals: {aws:PrincipalOrgID: !Ref N}}", "StringEquals aws:PrincipalOrgID"),
    ("an unknown condition", "Condition: !Ref N", "Condition has a value that is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "more", "said"), SAID, ids=[row[0] for row in SAID])
def test_what_is_not_known_is_said(tmp_path: Path, why: str, more: str, said: str) -> None:
    """The author can only mend what is named, with its file and line."""
    ran = collect(tmp_path, role(statement("'*'", ", " + more), VENDOR_PARAMETER))
    assert f"t.yaml:3: R: {said}" in ran.err
    assert said in records(tmp_path, "roles.jsonl")[0]["unresolved"][0]


PARAMETER_FILES = [
    ("the command line's", '[{"ParameterKey": "N", "ParameterValue": "888888888888"}]'),
    ("pairs", '["N=888888888888"]'),
    ("CodePipeline's", '{"Parameters": {"N": "888888888888"}, "Tags": {}}'),
    ("plain", "N: 888888888888"),
]


@pytest.mark.parametrize(("why", "text"), PARAMETER_FILES, ids=[row[0] for row in PARAMETER_FILES])
def test_parameter_files(tmp_path: Path, why: str, text: str) -> None:
    """Values from a file take the place of defaults, in every form that AWS's own tools take."""
    (tmp_path / "p.json").write_text(text)
    template = role(statement("{AWS: !Ref N}"), VENDOR_PARAMETER)
    assert collect(tmp_path, template, "--parameters", "p.json").code == 0
    assert findings(tmp_path) == UNVETTED


IMAGES = """\
Parameters:
  P: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}
  Q: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /golden/ami}
Mappings: {M: {eu-west-1: {ami: ami-mapped}}}
Resources:
  Plain: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1}}
  Amazons: {Type: AWS::EC2::Instance, Properties: {ImageId: !Ref P}}
  Golden: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {ImageId: !Ref Q}}}
  Mapped: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {ImageId: !FindInMap [M, !Ref AWS::Region, ami]}}
  Dynamic: {Type: AWS::EC2::Instance, Properties: {ImageId: '{{resolve:ssm:arn:aws:ssm:us-east-1:999999999999:parameter/x}}'}}
  Templated: {Type: AWS::EC2::Instance, Properties: {LaunchTemplate: {LaunchTemplateId: !Ref Golden}}}
  Nothing: {Type: AWS::EC2::Instance, Properties: {}}
"""


def test_images(tmp_path: Path) -> None:
    """Each use of an image, with what names it where that is no plain id."""
    collect(tmp_path, IMAGES, "--region", "eu-west-1")
    amazons = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert {
        (u["name"], u["image_id"], u["via"]) for u in records(tmp_path, "image_uses.jsonl")
    } == {
        ("Plain", "ami-1", None),
        ("Amazons", amazons, amazons),
        ("Golden", None, "resolve:ssm:/golden/ami"),
        ("Mapped", "ami-mapped", None),
        ("Dynamic", None, "resolve:ssm:arn:aws:ssm:us-east-1:999999999999:parameter/x"),
        ("Nothing", None, None),
    }
    assert ("unknown-image-owner", None) in findings(tmp_path)
    assert {u["region"] for u in records(tmp_path, "image_uses.jsonl")} == {"eu-west-1"}
    assert all(":eu-west-1:" in u["resource"] for u in records(tmp_path, "image_uses.jsonl"))
    manifest = json.loads((tmp_path / "snapshot/manifest.json").read_text())
    assert manifest["regions"] == ["eu-west-1"]


def test_a_region_that_is_not_known(tmp_path: Path) -> None:
    """An image looked up by a region nobody named is no image that anybody could name."""
    collect(tmp_path, IMAGES)
    uses = {u["name"]: (u["image_id"], u["via"]) for u in records(tmp_path, "image_uses.jsonl")}
    assert uses["Mapped"] == (None, "${FindInMap M}")


def test_names(tmp_path: Path) -> None:
    """A known name as it is; the logical id where it is not; two of one name told apart."""
    trust = "AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}"
    (tmp_path / "a.yaml").write_text(
        f"Resources:\n  R: {{Type: AWS::IAM::Role, Properties: {{{trust}}}}}\n  S: {{Type: AWS::IAM::Role, Properties: {{{trust}, RoleName: Named, Path: /x/}}}}"
    )
    (tmp_path / "b.yaml").write_text(
        f"Resources:\n  R: {{Type: AWS::IAM::Role, Properties: {{{trust}, RoleName: !Sub '${{AWS::StackName}}-r'}}}}"
    )
    assert vendorgate(*COLLECT, "a.yaml", "b.yaml", cwd=tmp_path).code == 0
    arns = {
        r["arn"].removeprefix(f"arn:aws:iam::{ACCOUNT}:role/")
        for r in records(tmp_path, "roles.jsonl")
    }
    assert arns == {"R", "R (b.yaml:2)", "x/Named"}


SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Plain: {Type: AWS::Serverless::Function, Properties: {Handler: x}}
  Open:
    Type: AWS::Serverless::Function
    Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: '*'}]}}
  Other: {Type: AWS::Serverless::Function, Properties: {Role: arn:aws:iam::222222222222:role/x}}
"""


def test_sam(tmp_path: Path) -> None:
    """SAM makes a role for each function that names none."""
    assert collect(tmp_path, SAM).code == 0
    found = {r["name"]: r["location"]["line"] for r in records(tmp_path, "roles.jsonl")}
    assert found == {"PlainRole": 3, "OpenRole": 4}
    assert findings(tmp_path) == ANYONE


def test_loops(tmp_path: Path) -> None:
    """Each turn of a loop is a resource, written where the loop is."""
    trust = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref V}}]}"
    loop = f"  Fn::ForEach::L: [V, ['{STRANGER}', '{VENDOR}'], {{'R${{V}}': {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {trust}}}}}}}]\n"
    collect(tmp_path, "Transform: AWS::LanguageExtensions\nResources:\n" + loop)
    found = {r["name"]: r["location"]["line"] for r in records(tmp_path, "roles.jsonl")}
    assert found == {f"R{STRANGER}": 3, f"R{VENDOR}": 3}


INNER = "Parameters: {V: {Type: String}}\nResources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref V}}]}}}}"
GAPS = [
    ("a nested stack elsewhere", "S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://s3.amazonaws.com/b/k}}", "https://s3.amazonaws.com/b/k"),
    ("one whose place is not known", "S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Ref X}}", "${X}"),
    ("a StackSet elsewhere", "S: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateURL: https://x}}", "https://x"),
    ("an application of the repository", "S: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: x}}}", "S"),
    ("a module", "S: {Type: 'A::B::C::MODULE'}", "module"),
    ("a template that brings itself", "S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml}}", "too many"),
    ("a loop that is none", "'Fn::ForEach::L': [V]", "cannot be told"),
    ("an included file", "'Fn::Transform': {Name: AWS::Include}", "cannot be told"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource", "said"), GAPS, ids=[row[0] for row in GAPS])
def test_gaps(tmp_path: Path, why: str, resource: str, said: str) -> None:
    """What is written elsewhere was not looked at, and nobody may take it for nothing."""
    ran = collect(tmp_path, f"Resources:\n  {resource}\n")
    assert ran.code == 3
    assert said in ran.err
    assert "t.yaml:2" in ran.err


def test_a_gap_is_one_for_who_asks_for_no_summary(tmp_path: Path) -> None:
    """Catches `-q` that takes the exit code away with the words."""
    ran = collect(tmp_path, "Resources:\n  S: {Type: 'A::B::C::MODULE'}\n", "-q")
    assert (ran.code, ran.out, ran.err) == (3, "", "")


def test_a_nested_stack_that_may_be_elsewhere(tmp_path: Path) -> None:
    """Catches one that is here in one outcome, and taken to be so in the other, too."""
    (tmp_path / "inner.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue}}")
    url = "!If [C, inner.yaml, https://x]"
    ran = collect(tmp_path, f"Resources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}}}}}\n")  # fmt: skip
    assert (ran.code, "https://x" in ran.err) == (3, True)


def test_a_macro_is_a_gap(tmp_path: Path) -> None:
    """Code of its own that may add any resource."""
    assert collect(tmp_path, "Transform: [Mine]\nResources: {R: {Type: X}}").code == 3


def test_templates_within_templates(tmp_path: Path) -> None:
    """A nested stack beside its parent, and a StackSet's own body: read with their parameters."""
    (tmp_path / "inner.yaml").write_text(INNER)
    body = json.dumps(INNER)
    ran = collect(
        tmp_path,
        f"""\
Resources:
  Stack: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: inner.yaml, Parameters: {{V: '{STRANGER}'}}}}}}
  Set: {{Type: AWS::CloudFormation::StackSet, Properties: {{TemplateBody: {body}, Parameters: [{{ParameterKey: V, ParameterValue: '{VENDOR}'}}]}}}}
""",
    )
    assert ran.code == 0, ran.err
    places = {
        (r["location"]["file"], r["location"]["line"]) for r in records(tmp_path, "roles.jsonl")
    }
    assert places == {("inner.yaml", 2), ("t.yaml", 3)}
    assert findings(tmp_path) == UNVETTED | {("missing-external-id", VENDOR)}


PROVIDERS = """\
Resources:
  Hub: {Type: AWS::IAM::OIDCProvider, Properties: {Url: 'https://token.actions.githubusercontent.com'}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: {Federated: !Ref Hub}
            Condition: {StringLike: {token.actions.githubusercontent.com:sub: 'repo:evil/*'}}
"""


def test_identity_providers(tmp_path: Path) -> None:
    """A provider of the same template is known by its issuer."""
    collect(tmp_path, PROVIDERS)
    assert (
        records(tmp_path, "providers.jsonl")[0]["issuer"] == "token.actions.githubusercontent.com"
    )
    assert findings(tmp_path) == {("unvetted-federation", "token.actions.githubusercontent.com")}


def test_what_a_parent_does_not_know(tmp_path: Path) -> None:
    """A parameter that is handed on without a value stays one without, in a list too."""
    (tmp_path / "inner.yaml").write_text(INNER.replace("Type: String", "Type: CommaDelimitedList"))
    collect(
        tmp_path,
        """\
Resources:
  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml, Parameters: {V: !Select [x]}}}
""",
    )
    assert findings(tmp_path) == {("unresolved-trust", "${Select, malformed}")}


def test_the_reports_point_at_the_line(tmp_path: Path) -> None:
    """The alert must show on the changed line, in a folder with a space too."""
    (tmp_path / "my stacks").mkdir()
    (tmp_path / "my stacks" / "t.yaml").write_text("# a comment\n" + role(statement("'*'")))
    vendorgate(*COLLECT, "my stacks/t.yaml", cwd=tmp_path)
    sarif = json.loads(check(tmp_path, "-f", "sarif").out)["runs"][0]["results"][0]
    place = sarif["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (
        "my%20stacks/t.yaml",
        4,
    )
    assert "file=my stacks/t.yaml,line=4," in check(tmp_path, "-f", "github").out
    issue = json.loads(check(tmp_path, "-f", "gitlab").out)[0]["location"]
    assert issue == {"path": "my stacks/t.yaml", "lines": {"begin": 4}}


ROOTS = [("below the root", "sub", "t.yaml"), ("outside of it", "other", "t.yaml")]


@pytest.mark.parametrize(("why", "root", "file"), ROOTS, ids=[row[0] for row in ROOTS])
def test_no_path_leads_outside(tmp_path: Path, why: str, root: str, file: str) -> None:
    """Code scanning refuses absolute paths and `..`."""
    for name in ("sub", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "sub" / "t.yaml").write_text(role(statement("'*'")))
    vendorgate(*COLLECT, tmp_path / "sub" / "t.yaml", "--root", root, cwd=tmp_path)
    assert records(tmp_path, "roles.jsonl")[0]["location"]["file"] == file


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
SUBS = (
    "Resources: {R: {Type: AWS::IAM::Role, Properties: {Path: !Sub "
    f"['{'${X}' * 100_000}', {{X: '{'x' * 10_000}'}}]}}}}}}"
)
CHAIN = "Conditions:\n" + "".join(f"  C{i}: !Not [!Condition C{i + 1}]\n" for i in range(500))
HOSTILE = [
    ("nothing", "", ":1: the file is empty"),
    ("no mapping", "- a", ":1: not a template"),
    ("another kind of file", "a: b", ":1: not a CloudFormation template"),
    ("cut short", "Resources: {R: {Type: ", "t.yaml:2:1: not valid YAML"),
    ("nested too deep", "Resources: " + "[" * 5000, "nested deeper than"),
    ("an alias to nothing", "Resources: *x", "names nothing"),
    ("an alias of itself", "Resources: &x [*x]", "names nothing"),
    ("a bomb of aliases", BOMB + "Resources: {R: {Type: AWS::IAM::Role, Properties: {Path: *a59}}}", "unfold to too much"),
    ("one in a loop", BOMB + "Resources: {'Fn::ForEach::L': [V, [a], {'R${V}': *a59}]}", "unfold to too much"),
    ("a bomb of substitutions", SUBS, "unfold to too much"),
    ("conditions without end", CHAIN + role("[]", "", "    Condition: C0\n"), "unfold to too much"),
    ("a name made of itself", role("[]").replace("Properties:\n", "Properties:\n      RoleName: !Ref R\n"), "unfold to too much"),
    ("two documents", "Resources: {R: {}}\n---\na: b", "a second document"),
    ("too large", "#" * (5 << 20), "larger than 4 MiB"),
    ("a section that is no mapping", "Resources: [a]", ":1: Resources is no mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "said"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_hostile_templates(tmp_path: Path, why: str, text: str, said: str) -> None:
    """One line with file and line, exit code 2, and the old snapshot stays."""
    collect(tmp_path, role("[]"), name="good.yaml")
    before = (tmp_path / "snapshot" / "manifest.json").read_bytes()
    ran = collect(tmp_path, text)
    assert (ran.code, ran.err.count("\n"), "t.yaml" in ran.err) == (2, 1, True), ran.err
    assert said in ran.err
    assert (tmp_path / "snapshot" / "manifest.json").read_bytes() == before


BOMBS = [
    ("as a type", "Resources: {R: {Type: *a59}}"),
    ("as a macro", "Transform: [*a59]\nResources: {R: {Type: X}}"),
    ("as a default", "Parameters: {P: {Type: String, Default: *a59}}\nResources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Ref P}}}"),
    ("as a parameter's type", "Parameters: {P: {Type: *a59, Default: x}}\nResources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Ref P}}}"),
    ("as a resource", "Resources: {S: *a59, R: {Type: X}}"),
    ("as a condition's name", "Resources: {R: {Type: AWS::IAM::Role, Condition: *a59}}"),
    ("where nobody looks", "Metadata: *a59\nResources: {R: {Type: X}}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), BOMBS, ids=[row[0] for row in BOMBS])
def test_bombs_that_go_off_nowhere(tmp_path: Path, why: str, text: str) -> None:
    """What an alias stands for is looked at only where it is wanted, and counted there."""
    assert collect(tmp_path, BOMB + text).code in (0, 3)


def test_binary(tmp_path: Path) -> None:
    """A file that is no text at all."""
    (tmp_path / "t.yaml").write_bytes(b"Resources:\n\xff\xfe\x00")
    ran = vendorgate(*COLLECT, "t.yaml", cwd=tmp_path)
    assert (ran.code, "t.yaml:2: not UTF-8 text" in ran.err) == (2, True)


USAGE = [
    ("no account id", ("--account", "12"), "12 digits"),
    ("no organization", ("--organization", "x"), "--organization"),
    ("no region", ("--region", "x"), "--region"),
    ("no file", ("missing.yaml",), "missing.yaml"),
    ("a parameter that no template has", ("--parameters", "p.json"), "no template has a parameter 'X'"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "options", "said"), USAGE, ids=[row[0] for row in USAGE])
def test_usage(tmp_path: Path, why: str, options: tuple[str, ...], said: str) -> None:
    """A slip in the arguments is said, not collected."""
    (tmp_path / "p.json").write_text('{"X": "1"}')
    ran = collect(tmp_path, role("[]"), *options)
    assert (ran.code, said in ran.err) == (2, True), ran.err


MAPS = [
    ("accounts of AWS's for logs", '{us-east-1: {E: "127311923021"}, eu-west-1: {E: "156460612806"}}', "[M, !Ref AWS::Region, E]", True),
    ("by the region behind", '{E: {us-east-1: "127311923021", eu-west-1: "156460612806"}}', "[M, E, !Ref AWS::Region]", True),
    ("with another one of these by default", '{us-east-1: {E: "127311923021"}}', '[M, !Ref AWS::Region, E, {DefaultValue: "156460612806"}]', True),
    ("with a stranger by default", '{us-east-1: {E: "127311923021"}}', f'[M, !Ref AWS::Region, E, {{DefaultValue: "{STRANGER}"}}]', False),
    ("one of a stranger", f'{{us-east-1: {{E: "127311923021"}}, eu-west-1: {{E: "{STRANGER}"}}}}', "[M, !Ref AWS::Region, E]", False),
    ("for another use", '{us-east-1: {E: "127311923021"}, eu-west-1: {E: "386209384616"}}', "[M, !Ref AWS::Region, E]", False),
    ("by what is not the region", '{us-east-1: {E: "127311923021"}, eu-west-1: {E: "156460612806"}}', "[M, !Ref N, E]", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "table", "found", "known"), MAPS, ids=[row[0] for row in MAPS])
def test_accounts_by_region(tmp_path: Path, why: str, table: str, found: str, known: bool) -> None:
    """Of AWS's own, whichever region it will be, is known; anything else that hangs on it is not."""
    text = (
        f"Parameters: {{N: {{Type: String}}}}\nMappings: {{M: {table}}}\nResources:\n"
        "  P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, "
        f"Principal: {{AWS: !Sub ['arn:aws:iam::${{A}}:root', {{A: !FindInMap {found}}}]}}, Action: 's3:PutObject', Resource: '*'}}]}}}}}}\n"
    )
    collect(tmp_path, text)
    (one,) = (tmp_path / "snapshot" / "resources.jsonl").read_text().splitlines()
    assert ("127311923021" in one, "${FindInMap M}" in one) == (known, not known)
