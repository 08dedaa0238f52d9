"""Values of templates: what is given decides, what is by default does not, what nobody tells
narrows nothing, and what the same code makes is ours. Through `check --cloudformation`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.granted import let_in, template
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR

ACCOUNT, OTHER = "222222222222", "777777777777"
HUB = "token.actions.githubusercontent.com"
CHECK = ("check", "--cloudformation", "--account", ACCOUNT, "--organization", "o-own1234567",
         "--region", "us-east-1", "--today", "2026-11-20")  # fmt: skip


def check(folder: Path, text: str, *options: object, name: str = "t.yaml") -> Ran:
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    (folder / name).write_text(text)
    return vendorgate(*CHECK, name, *options, "-f", "json", cwd=folder)


def found(ran: Ran) -> set[tuple[str, str | None, str]]:
    """Policy, principal, and the name at the end of the resource, without gaps."""
    report = json.loads(ran.out)
    return {
        (f["policy"], f["principal"], f["resource"].partition("/")[2])
        for f in report["findings"] if f["policy"] != "collection-gap"
    }  # fmt: skip


def allow(principal: str, condition: str = "", action: str = "sts:AssumeRole") -> str:
    more = f", Condition: {condition}" if condition else ""
    return f"{{Effect: Allow, Action: {action}, Principal: {principal}{more}}}"


def role(*statements: str, name: str = "R", more: str = "") -> str:
    policy = f"{{Version: 2012-10-17, Statement: [{', '.join(statements)}]}}"
    return (
        f"  {name}:\n    Type: AWS::IAM::Role\n{more}    Properties:\n"
        f"      AssumeRolePolicyDocument: {policy}\n"
    )


def web(condition: str, provider: str = "!Ref Hub") -> str:
    return allow(f"{{Federated: {provider}}}", condition, "sts:AssumeRoleWithWebIdentity")


SWITCH = """\
Parameters: {On: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}}
Conditions: {Enabled: !Equals [!Ref On, 'true'], Disabled: !Not [!Condition Enabled]}
Resources:
"""
OPTIONAL = """\
Parameters: {V: {Type: String, Default: ''}}
Conditions: {Given: !Not [!Equals [!Ref V, '']]}
Resources:
"""
STAGES = """\
Parameters: {Env: {Type: String, Default: dev, AllowedValues: [dev, test, prod]}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
  Never: !And [!Condition Prod, !Condition Dev]
  Tiny: !Or [!Condition Dev, !Equals [!Ref Env, test]]
Resources:
"""
BRANCHES = allow(f"{{AWS: !If [Dev, {STRANGER}, {OTHER}]}}")
STRANGE = allow(f"{{AWS: '{STRANGER}'}}")
OWN = allow("{Service: ec2.amazonaws.com}")
ACCOUNT_TRUST = "unvetted-account-trust"
CONDITIONS = [
    ("a default leaves it out: kept, and marked", SWITCH + role(STRANGE, more="    Condition: Enabled\n"), (), {(ACCOUNT_TRUST, STRANGER, "R (if On = true)")}),
    ("a default keeps it", SWITCH + role(STRANGE, more="    Condition: Disabled\n"), (), {(ACCOUNT_TRUST, STRANGER, "R")}),
    ("a value that is given leaves it out", SWITCH + role(STRANGE, more="    Condition: Enabled\n"), ("--parameters", "On=false"), set()),
    ("a value that is given keeps it", SWITCH + role(STRANGE, more="    Condition: Enabled\n"), ("--parameters", "On=true"), {(ACCOUNT_TRUST, STRANGER, "R")}),
    ("both statements of an If", SWITCH + role(f"!If [Enabled, {STRANGE}, {OWN}]"), (), {(ACCOUNT_TRUST, STRANGER, "R (if On = true)")}),
    ("what stands in both is told once", SWITCH + role(STRANGE, f"!If [Enabled, {OWN}, !Ref AWS::NoValue]"), (), {(ACCOUNT_TRUST, STRANGER, "R")}),
    ("beside a Deny both stay whole", SWITCH + role(STRANGE, f"!If [Enabled, {{Effect: Deny, Action: sts:AssumeRole, Principal: {{AWS: '{STRANGER}'}}}}, !Ref AWS::NoValue]"), (), {(ACCOUNT_TRUST, STRANGER, "R")}),
    ("a parameter that is given is not empty", OPTIONAL + role(allow("{AWS: !Ref V}"), more="    Condition: Given\n"), (), {("unresolved-trust", "${V}", "R (if V is not empty)")}),
    ("and empty where it is said to be", OPTIONAL + role(allow("{AWS: !Ref V}"), more="    Condition: Given\n"), ("--parameters", "V="), set()),
    ("conditions that cannot hold together", STAGES + role(STRANGE, more="    Condition: Never\n"), (), set()),
    ("one value in all of a resource", STAGES + role(f"!If [Prod, {BRANCHES}, {OWN}]"), (), {(ACCOUNT_TRUST, OTHER, "R (if Env = prod)")}),
    ("a value and the condition on it agree", STAGES + role(allow("{AWS: !If [Tiny, !Ref AWS::AccountId, !Ref Env]}")), (), {("unreadable-trust-policy", None, "R (if Env = prod)")}),
    ("a condition that nobody declares", "Resources:\n" + role(f"!If [Nobody, {STRANGE}, {OWN}]"), (), {(ACCOUNT_TRUST, STRANGER, "R")}),
    ("one on what is joined", "Parameters: {A: {Type: String, Default: ''}}\nConditions: {C: !Equals [!Join ['', [!Ref A]], '']}\nResources:\n" + role(f"!If [C, {OWN}, {STRANGE}]"), (), {(ACCOUNT_TRUST, STRANGER, "R (if A differs from the default)")}),
    ("images of both branches", "Parameters: {N: {Type: String}}\nConditions: {C: !Equals [!Ref N, x]}\nResources: {I: {Type: AWS::EC2::Instance, Properties: {ImageId: !If [C, ami-1, ami-2]}}}", (), {("unknown-image-owner", None, "I")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "text", "options", "expected"), CONDITIONS, ids=[r[0] for r in CONDITIONS]
)
def test_conditions(
    tmp_path: Path, why: str, text: str, options: tuple[str, ...], expected: Any
) -> None:
    """Whoever deploys may give another value than the default: only given values decide."""
    ran = check(tmp_path, text, *options)
    assert found(ran) == expected
    assert ran.code == (1 if expected else 0)


def test_too_many_outcomes(tmp_path: Path) -> None:
    """Where nobody could look at every outcome, what hangs on them is not known."""
    many = range(12)
    head = "Parameters: {" + ", ".join(f"P{i}: {{Type: String}}" for i in many) + "}\n"
    head += "Conditions: {" + ", ".join(f"C{i}: !Equals [!Ref P{i}, x]" for i in many) + "}\n"
    parts = [f"!If [C{i}, {allow('{AWS: !Ref AWS::AccountId}')}, {OWN}]" for i in many]
    ran = check(tmp_path, head + "Resources:\n" + role(*parts))
    assert {policy for policy, *_ in found(ran)} == {"unreadable-trust-policy"}


NAMED = [
    ("an organization", allow("'*'", "{StringEquals: {aws:PrincipalOrgID: !Ref N}}"), {("unresolved-trust", "${N}")}),
    ("a known one beside it", allow("'*'", "{StringEquals: {aws:PrincipalOrgID: [o-own1234567, !Ref N]}}"), {("unresolved-trust", "${N}")}),
    ("a unit of the own one", allow("'*'", "{'ForAnyValue:StringLike': {aws:PrincipalOrgPaths: !Sub 'o-own1234567/${N}/*'}}"), set()),
    ("a role of a known account", allow("'*'", f"{{ArnLike: {{aws:PrincipalArn: !Sub 'arn:aws:iam::{STRANGER}:role/${{N}}'}}}}"), {(ACCOUNT_TRUST, STRANGER)}),
    ("a role of one that is not", allow("'*'", "{ArnLike: {aws:PrincipalArn: !Sub 'arn:aws:iam::${N}:role/x'}}"), {("unresolved-trust", "arn:aws:iam::${N}:role/x")}),
    ("the same beside a stranger", allow(f"{{AWS: ['*', '{STRANGER}']}}", "{StringEquals: {aws:PrincipalOrgID: !Ref N}}"), {(ACCOUNT_TRUST, STRANGER), ("unresolved-trust", "${N}")}),
    ("a named account, which it may be", allow(f"{{AWS: '{STRANGER}'}}", "{StringEquals: {aws:PrincipalAccount: [!Ref N, '222222222222']}}"), {(ACCOUNT_TRUST, STRANGER)}),
    ("a key that outsiders lack", allow("'*'", "{StringEqualsIfExists: {aws:PrincipalOrgID: !Ref N}}"), {("anyone-trust", "*")}),
    ("a tag, which names nobody", allow("'*'", "{StringEquals: {aws:PrincipalTag/x: !Ref N}}"), {("anyone-trust", "*")}),
    ("an account that a service acts for", allow("{Service: sns.amazonaws.com}", "{StringEquals: {aws:SourceAccount: !Ref N}}"), {("unresolved-trust", "${N}")}),
    ("the own account that one acts for", allow("{Service: sns.amazonaws.com}", "{StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}"), set()),
    ("a provider", allow("{Federated: !Ref N}", "{StringEquals: {'SAML:aud': x}}", "sts:AssumeRoleWithSAML"), {("unresolved-trust", "${N}")}),
    ("a repository's owner", web(f"{{StringLike: {{'{HUB}:sub': !Sub 'repo:${{N}}/x:*'}}}}"), {("unresolved-trust", "repo:${N}/x:*")}),
    ("a repository of the vetted owner", web(f"{{StringEquals: {{'{HUB}:sub': !Sub 'repo:acme/${{N}}:ref:refs/heads/main'}}}}"), set()),
    ("of another one", web(f"{{StringLike: {{'{HUB}:sub': !Sub 'repo:evil/${{N}}:*'}}}}"), {("unvetted-federation", HUB)}),
    ("of both", web(f"{{StringLike: {{'{HUB}:sub': [!Sub 'repo:evil/${{N}}:*', !Sub 'repo:${{N}}:*']}}}}"), {("unvetted-federation", HUB), ("unresolved-trust", "repo:${N}:*")}),
    ("an audience beside a known repository", web(f"{{StringEquals: {{'{HUB}:aud': !Ref N}}, StringLike: {{'{HUB}:sub': 'repo:acme/x:*'}}}}"), set()),
    ("none at all", web(f"{{StringEquals: {{'{HUB}:aud': sts.amazonaws.com}}}}"), {("open-federation", HUB), ("unvetted-federation", HUB)}),
    ("an identity pool of a parameter", web("{StringEquals: {'cognito-identity.amazonaws.com:aud': !Ref N}}", "cognito-identity.amazonaws.com"), {("unresolved-trust", "${N}")}),
]  # fmt: skip
NAMES_HEAD = f"Parameters: {{N: {{Type: String}}}}\nResources:\n  Hub: {{Type: AWS::IAM::OIDCProvider, Properties: {{Url: 'https://{HUB}'}}}}\n"


@pytest.mark.parametrize(("why", "statement", "expected"), NAMED, ids=[r[0] for r in NAMED])
def test_who_is_named_by_what_is_not_known(
    tmp_path: Path, why: str, statement: str, expected: Any
) -> None:
    """Neither anyone nor nobody: trust that cannot be told, with its text; known parts count."""
    assert {row[:2] for row in found(check(tmp_path, NAMES_HEAD + role(statement)))} == expected


def test_the_finding_says_what_narrows_nothing(tmp_path: Path) -> None:
    """A reader of the report alone must see why the condition in the file did not help."""
    statement = allow(f"{{AWS: '{STRANGER}'}}", "{IpAddress: {aws:SourceIp: !Ref N}}")
    (finding,) = json.loads(check(tmp_path, NAMES_HEAD + role(statement)).out)["findings"]
    assert finding["message"].endswith(
        "(IpAddress aws:SourceIp has a value that is not known before deployment, so it was taken "
        "not to restrict anybody)"
    )
    assert "take the principal out of the file" in finding["remediation"]


POOL = "{StringEquals: {'cognito-identity.amazonaws.com:aud': !Ref Pool}, 'ForAnyValue:StringLike': {'cognito-identity.amazonaws.com:amr': authenticated}}"
ISSUER = "!Select [1, !Split ['//', !GetAtt Cluster.OpenIdConnectIssuerUrl]]"
CLUSTER = """\
  Cluster: {Type: AWS::EKS::Cluster, Properties: {RoleArn: x}}
  Own: {Type: AWS::IAM::OIDCProvider, Properties: {Url: !GetAtt Cluster.OpenIdConnectIssuerUrl}}
"""
MADE = [
    ("an identity pool", "  Pool: {Type: AWS::Cognito::IdentityPool, Properties: {}}\n" + role(web(POOL, "cognito-identity.amazonaws.com"))),
    ("a cluster's issuer", CLUSTER + role(web("{StringEquals: {x: y}}", "!Ref Own"))),
    ("its parts in text", CLUSTER + "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Fn::Sub:\n          - '{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::${AWS::AccountId}:oidc-provider/${I}\"}, \"Condition\": {\"StringLike\": {\"${I}:sub\": \"x\"}}}]}'\n          - I: " + ISSUER + "\n"),
    ("a user", "  U: {Type: AWS::IAM::User}\n" + role(allow("{AWS: !GetAtt U.Arn}"))),
    ("a function of any kind", "  F: {Type: AWS::Lambda::Function, Properties: {}}\n" + role(allow("{AWS: !GetAtt F.Something}"))),
    ("a role that SAM makes", "  F: {Type: AWS::Serverless::Function, Properties: {}}\n" + role(allow("{AWS: !GetAtt FRole.Arn}"))),
    ("a service by its region", role(allow("{Service: !Sub 'codedeploy.${AWS::Region}.${AWS::URLSuffix}'}"))),
    ("CDK's own provider", f"  P: {{Type: Custom::AWSCDKOpenIdConnectProvider, Properties: {{ServiceToken: !GetAtt P.Arn, Url: 'https://{HUB}'}}}}\n" + role(web(f"{{StringLike: {{'{HUB}:sub': 'repo:acme/x:*'}}}}", "!Ref P"))),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resources"), MADE, ids=[row[0] for row in MADE])
def test_what_the_same_code_makes_is_ours(tmp_path: Path, why: str, resources: str) -> None:
    """It accuses nobody, and it is readable, whatever its id will be."""
    ran = check(tmp_path, "Resources:\n" + resources)
    assert (found(ran), ran.code) == (set(), 0)


COGNITO = "cognito-identity.amazonaws.com"
AUD = f"StringEquals: {{'{COGNITO}:aud': !Ref Pool}}"
AMR = f"'ForAnyValue:StringLike': {{'{COGNITO}:amr': %s}}"
GUESTS = [
    ("guests, as the trust says", "true", AMR % "unauthenticated", True),
    ("guests, as it does not say otherwise", "true", "", True),
    ("guests or not", "true", AMR % "['authenticated', 'unauthenticated']", True),
    ("a pattern that fits guests", "true", AMR % "'*authenticated'", True),
    ("a value that nothing tells", "true", AMR % "!Ref N", True),
    ("those who logged in", "true", AMR % "authenticated", False),
    ("those of one provider", "true", AMR % "'graph.facebook.com'", False),
    ("all but guests", "true", f"'ForAnyValue:StringNotEquals': {{'{COGNITO}:amr': unauthenticated}}", False),
    ("all but those who logged in", "true", f"StringNotEquals: {{'{COGNITO}:amr': authenticated}}", True),
    ("a pool that takes none", "false", AMR % "unauthenticated", False),
    ("a pool that takes none, in capitals", "'False'", "", False),
    ("a parameter decides", "!Ref N", AMR % "unauthenticated", True),
    ("a condition decides", "!If [Guests, true, false]", AMR % "unauthenticated", True),
    ("either way none", "!If [Guests, false, false]", AMR % "unauthenticated", False),
    ("a mistake", "maybe", "", True),
]  # fmt: skip
GUEST_HEAD = """\
Parameters: {N: {Type: String}}
Conditions: {Guests: !Equals [!Ref N, x]}
Resources:
  Pool: {Type: AWS::Cognito::IdentityPool, Properties: {AllowUnauthenticatedIdentities: %s}}
"""


@pytest.mark.parametrize(("why", "allowed", "amr", "anybody"), GUESTS, ids=[r[0] for r in GUESTS])
def test_own_identity_pools_with_guests(
    tmp_path: Path, why: str, allowed: str, amr: str, anybody: bool
) -> None:
    """The id of a pool that gives a token to whoever asks is no tenant: anybody gets in."""
    condition = f"{{{AUD}, {amr}}}" if amr else f"{{{AUD}}}"
    ran = check(tmp_path, GUEST_HEAD % allowed + role(web(condition, COGNITO)))
    expected = {"open-federation", "unvetted-federation"} if anybody else set()
    assert {policy for policy, *_ in found(ran)} == expected
    told = "the identity pool Pool allows guests without a login" in ran.out
    assert told == anybody


def test_a_pool_with_guests_of_another_stack(tmp_path: Path) -> None:
    """What it is stays known where a stack hands its id on."""
    inner = "Parameters: {P: {Type: String}}\nResources:\n"
    inner += role(web(f"{{StringEquals: {{'{COGNITO}:aud': !Ref P}}}}", COGNITO))
    (tmp_path / "inner.yaml").write_text(inner)
    stack = "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml, Parameters: {P: !Ref Pool}}}\n"
    ran = check(tmp_path, GUEST_HEAD % "true" + stack)
    assert {policy for policy, *_ in found(ran)} == {"open-federation", "unvetted-federation"}
    ran = check(tmp_path, GUEST_HEAD % "false" + stack)
    assert found(ran) == set()


def test_too_many_outcomes_of_a_bucket(tmp_path: Path) -> None:
    """What opens it is looked at property by property then."""
    many = range(8)
    head = "Parameters: {" + ", ".join(f"P{i}: {{Type: String}}" for i in many) + "}\n"
    head += "Conditions: {" + ", ".join(f"C{i}: !Equals [!Ref P{i}, x]" for i in many) + "}\n"
    topics = ", ".join(f"!If [C{i}, {{Topic: x}}, !Ref AWS::NoValue]" for i in range(1, 6))
    more = "{TopicConfigurations: [%s]}, ReplicationConfiguration: !If [C6, {Role: x}, !If [C7, {Role: y}, !Ref AWS::NoValue]]"
    text = f"{head}Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{AccessControl: !If [C0, %s, Private], NotificationConfiguration: {more % topics}}}}}}}"
    assert let_in(template(tmp_path, text % "LogDeliveryWrite")) == set()
    assert let_in(template(tmp_path, text % "PublicRead")) == {("B", "anyone", "read")}


API = "Resources: {A: {Type: AWS::Serverless::Api, Properties: {StageName: x, DefinitionBody: {'Fn::Transform': {Name: %s, Parameters: {Location: %s}}}}}}"
INCLUDED = [
    ("a definition beside it", "AWS::Include", "./api.yaml", "paths: {}", None),
    ("a stranger in one", "AWS::Include", "./api.yaml", f"x-amazon-apigateway-policy: {{Statement: {{Effect: Allow, Principal: {{AWS: '{STRANGER}'}}}}}}", STRANGER),
    ("whoever a parameter names in one", "AWS::Include", "api.yaml", "x-amazon-apigateway-policy: {Statement: {Effect: Allow, Principal: {AWS: {'Fn::Sub': '${AWS::AccountId}'}}}}", None),
    ("a definition elsewhere", "AWS::Include", "s3://bucket/api.yaml", "paths: {}", "a part of it names that is not known"),
    ("one that is not here", "AWS::Include", "gone.yaml", "paths: {}", "a part of it names that is not known"),
    ("one that is no YAML", "AWS::Include", "api.yaml", "{", "a part of it names that is not known"),
    ("one that includes itself", "AWS::Include", "api.yaml", "'Fn::Transform': {Name: AWS::Include, Parameters: {Location: api.yaml}}", "unfold to too much"),
    ("a macro", "Own", "api.yaml", "paths: {}", "a part of it names that is not known"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "macro", "where", "text", "said"), INCLUDED, ids=[r[0] for r in INCLUDED]
)
def test_what_a_template_includes(
    tmp_path: Path, why: str, macro: str, where: str, text: str, said: str | None
) -> None:
    """A file beside the template is read as it will be packaged; what is not here is a gap."""
    (tmp_path / "api.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue}}")
    ran = check(tmp_path, API % (macro, where), "other.yaml")
    messages = [gap["message"] for gap in json.loads(ran.out)["gaps"]]
    assert [said in one for one in messages] == ([True] if said else []), messages


TYPELESS = [
    ("text", "foo"),
    ("a list", "[x]"),
    ("nothing", "null"),
    ("no Type", "{Properties: {}}"),
    ("an empty one", "{Type: ''}"),
    ("a Type that is no text", "{Type: !Ref T}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource"), TYPELESS, ids=[row[0] for row in TYPELESS])
def test_what_is_no_resource_is_accounted_for(tmp_path: Path, why: str, resource: str) -> None:
    """CloudFormation refuses most of it, and what a program makes of it first nobody can tell."""
    ran = check(tmp_path, f"Resources:\n  X: {resource}\n  Q: {{Type: AWS::EC2::VPC}}\n")
    report = json.loads(ran.out)
    assert [gap["message"] for gap in report["gaps"]] == [
        "X: no resource with a Type: what it would be cannot be told"
    ]
    assert any("2 resources: 0 read, 1 without trust, 1 not read" in n for n in report["notes"])


def test_a_custom_resource_is_not_ours(tmp_path: Path) -> None:
    """What a function answers may be anybody's name."""
    text = "Resources:\n  X: {Type: Custom::X, Properties: {}}\n" + role(
        allow("{AWS: !GetAtt X.Arn}")
    )
    assert found(check(tmp_path, text)) == {("unresolved-trust", "${X.Arn}", "R")}


def test_a_region_that_is_not_given(tmp_path: Path) -> None:
    """A service is the same in every region, so it needs none."""
    (tmp_path / "t.yaml").write_text(
        "Resources:\n" + role(allow("{Service: !Sub 'codedeploy.${AWS::Region}.amazonaws.com'}"))
    )
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    assert (
        vendorgate("check", "--cloudformation", "t.yaml", "--account", ACCOUNT, cwd=tmp_path).code
        == 0
    )


INNER = f"""\
Parameters: {{V: {{Type: String, Default: '{ACCOUNT}'}}}}
Conditions: {{Vendor: !Equals [!Ref V, '{STRANGER}']}}
Resources:
{role(allow("{AWS: !Ref V}"))}{role(STRANGE, name="S", more="    Condition: Vendor" + chr(10))}
Outputs:
  Arn: {{Value: !GetAtt R.Arn}}
  Who: {{Value: !Ref V}}
"""
NEST = "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml%s}}\n"
BODY = json.dumps(INNER)
GROUPS = "StackInstancesGroup: [{Regions: [x], DeploymentTargets: {Accounts: ['333333333333']}, ParameterOverrides: [{ParameterKey: V, ParameterValue: '%s'}]}]"
BY_DEFAULT = f"Parameters: {{P: {{Type: String, Default: '{OTHER}'}}}}\nResources:\n"
NESTED = [
    ("no parameter", "Resources:\n" + NEST % "", {(ACCOUNT_TRUST, STRANGER, f"S (if V = {STRANGER})")}),
    ("one that is given decides", "Resources:\n" + NEST % f", Parameters: {{V: '{OTHER}'}}", {(ACCOUNT_TRUST, OTHER, "R")}),
    ("the parent's default decides nothing", BY_DEFAULT + NEST % ", Parameters: {V: !Ref P}", {(ACCOUNT_TRUST, OTHER, "R"), (ACCOUNT_TRUST, STRANGER, f"S (if V = {STRANGER})")}),
    ("a role of the nested stack is ours", "Resources:\n" + NEST % f", Parameters: {{V: '{ACCOUNT}'}}" + role(allow("{AWS: !GetAtt N.Outputs.Arn}")), set()),
    ("whom it hands back is told", "Resources:\n" + NEST % f", Parameters: {{V: '{OTHER}'}}" + role(allow("{AWS: !GetAtt N.Outputs.Who}"), name="T"), {(ACCOUNT_TRUST, OTHER, "R"), (ACCOUNT_TRUST, OTHER, "T")}),
    ("an output that is not there", "Resources:\n" + NEST % f", Parameters: {{V: '{ACCOUNT}'}}" + role(allow("{AWS: !GetAtt N.Outputs.No}"), name="T"), {("unresolved-trust", "${N.Outputs.No}", "T")}),
    ("a stack set's overrides", f"Resources:\n  S: {{Type: AWS::CloudFormation::StackSet, Properties: {{TemplateBody: {BODY}, Parameters: [{{ParameterKey: V, ParameterValue: '{ACCOUNT}'}}], {GROUPS % OTHER}}}}}", {(ACCOUNT_TRUST, OTHER, "R")}),
    ("a stack set's further overrides", f"Resources:\n  S: {{Type: AWS::CloudFormation::StackSet, Properties: {{TemplateBody: {BODY}, Parameters: [{{ParameterKey: V, ParameterValue: '{ACCOUNT}'}}], {GROUPS.replace('[', '[{ParameterOverrides: []}, ', 1) % OTHER}}}}}", {(ACCOUNT_TRUST, OTHER, "R")}),
    ("CDK's asset", "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub 'https://x/${AWS::Region}', Parameters: {V: '" + OTHER + "'}}, Metadata: {'aws:asset:path': inner.yaml}}", {(ACCOUNT_TRUST, OTHER, "R")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), NESTED, ids=[row[0] for row in NESTED])
def test_templates_within_templates(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """Parameters go in, outputs come out, and each set of overrides is a deployment."""
    (tmp_path / "inner.yaml").write_text(INNER)
    assert found(check(tmp_path, text)) == expected


TURN = "'R${X}': {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Ref X}}]}}}"
LISTS = f"Parameters: {{L: {{Type: CommaDelimitedList, Default: '{ACCOUNT}'}}, U: {{Type: CommaDelimitedList}}}}\nMappings: {{M: {{a: {{b: ['{STRANGER}', '{OTHER}']}}}}}}\n"
BOTH = {(ACCOUNT_TRUST, STRANGER, f"R{STRANGER}"), (ACCOUNT_TRUST, OTHER, f"R{OTHER}")}
LOOPS = [
    ("over a default", f"Fn::ForEach::A: [X, !Ref L, {{{TURN}}}]", (), set()),
    ("over what is given", f"Fn::ForEach::A: [X, !Ref L, {{{TURN}}}]", ("--parameters", f"L={STRANGER},{OTHER}", "--parameters", "U=x"), BOTH),
    ("over what is mapped", f"Fn::ForEach::A: [X, !FindInMap [M, a, b], {{{TURN}}}]", (), BOTH),
    ("over what is not known", f"Fn::ForEach::A: [X, !Ref U, {{{TURN}}}]", (), {("unresolved-trust", "${U}", "R${U}")}),
    ("over a list of both", f"Fn::ForEach::A: [X, [!Ref AWS::AccountId, '{OTHER}'], {{{TURN}}}]", (), {(ACCOUNT_TRUST, OTHER, f"R{OTHER}")}),
    ("one within another", f"Fn::ForEach::A: [Y, [m, n], {{Fn::ForEach::B: [X, ['{OTHER}'], {{{TURN.replace('R$', 'R${Y}$')}}}]}}]", (), {(ACCOUNT_TRUST, OTHER, f"R{y}{OTHER}") for y in "mn"}),
    ("within a policy", f"R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: {{Effect: Allow, Action: sts:AssumeRole, Principal: {{Fn::ForEach::A: [X, ['{OTHER}'], {{AWS: !Ref X}}]}}}}}}}}}}", (), {(ACCOUNT_TRUST, OTHER, "R")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "resource", "options", "expected"), LOOPS, ids=[r[0] for r in LOOPS]
)
def test_loops(
    tmp_path: Path, why: str, resource: str, options: tuple[str, ...], expected: Any
) -> None:
    """Each turn is a resource, over whatever list CloudFormation would take."""
    text = f"Transform: AWS::LanguageExtensions\n{LISTS}Resources:\n  {resource}\n"
    assert found(check(tmp_path, text, *options)) == expected


def test_own_by_a_default_is_said(tmp_path: Path) -> None:
    """It passes, but whoever deploys may name another account: the report tells."""
    text = f"Parameters: {{P: {{Type: String, Default: '{ACCOUNT}'}}, E: {{Type: String, Default: abc}}}}\nResources:\n"
    condition = "{StringEquals: {sts:ExternalId: !Ref E}}"
    ran = check(tmp_path, text + role(allow("{AWS: !Sub 'arn:aws:iam::${P}:root'}", condition)))
    notes = [note for note in json.loads(ran.out)["notes"] if "default" in note]
    assert (ran.code, len(notes)) == (0, 1)
    assert f"t.yaml:3: R: P (default {ACCOUNT})" in notes[0]


SAMS = [
    ("a role by a condition", "Role: !If [C, x, !Ref AWS::NoValue], ", {(ACCOUNT_TRUST, STRANGER, "FRole")}),
    ("a role by one that nobody declares", "Role: !If [No, x, !Ref AWS::NoValue], ", {(ACCOUNT_TRUST, STRANGER, "FRole")}),
    ("a role of its own", "Role: x, ", set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "given", "expected"), SAMS, ids=[row[0] for row in SAMS])
def test_functions_of_sam(tmp_path: Path, why: str, given: str, expected: Any) -> None:
    """SAM makes a role wherever none is named, under some outcome of the conditions."""
    head = "Transform: AWS::Serverless-2016-10-31\nParameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n"
    trust = f"AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{STRANGE}]}}"
    ran = check(
        tmp_path,
        f"{head}Resources: {{F: {{Type: AWS::Serverless::Function, Properties: {{{given}{trust}}}}}}}",
    )
    assert found(ran) == expected


GLOBALS = [
    ("a layer", "Layers: ['arn:aws:lambda:us-east-1:888888888888:layer:x:1']", "Layers: ['arn:aws:lambda:us-east-1:222222222222:layer:y:1']", []),
    ("a trust policy", f"AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{STRANGE}]}}", "Handler: x", []),
    ("a role", "Role: arn:aws:iam::222222222222:role/x", f"AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{STRANGE}]}}", None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "common", "own", "gaps"), GLOBALS, ids=[row[0] for row in GLOBALS])
def test_globals_of_sam(
    tmp_path: Path, why: str, common: str, own: str, gaps: list[str] | None
) -> None:
    """What stands once for all functions is as good as written into each."""
    text = f"Transform: AWS::Serverless-2016-10-31\nGlobals: {{Function: {{{common}}}}}\nResources: {{F: {{Type: AWS::Serverless::Function, Properties: {{{own}}}}}}}"
    report = json.loads(check(tmp_path, text).out)
    assert [
        said in gap["message"] for gap, said in zip(report["gaps"], gaps or [], strict=True)
    ] == [True] * len(gaps or [])
    assert ("888888888888" in {f["principal"] for f in report["findings"]}) == (gaps is not None)


def test_state_machines_of_sam(tmp_path: Path) -> None:
    """A machine and each of its events have roles that trust their service alone."""
    events = "Events: {Api: {Type: Api}, Hour: {Type: Schedule}, Other: {Type: X}}"
    text = f"Transform: AWS::Serverless-2016-10-31\nResources: {{M: {{Type: AWS::Serverless::StateMachine, Properties: {{{events}}}}}, N: {{Type: AWS::Serverless::StateMachine, Properties: {{Role: x}}}}}}"
    report = json.loads(check(tmp_path, text).out)
    assert (report["summary"]["roles"], report["verdict"]) == (3, "pass")


GIVEN = [
    ("pairs", ("--parameters", f"V={STRANGER}"), STRANGER),
    ("several files, of which the last counts", ("--parameters", "one.json", "--parameters", "two.yaml"), STRANGER),
    ("as the AWS command line has them", ("--parameters", f"ParameterKey=V,ParameterValue={STRANGER}"), STRANGER),
    ("a skeleton of that", ("--parameters", "skeleton.json"), OTHER),
    ("samconfig.toml", ("--parameters", "samconfig.toml"), OTHER),
    ("another environment of it", ("--parameters", "samconfig.toml", "--config-env", "prod"), STRANGER),
    ("samconfig.yaml", ("--parameters", "samconfig.yaml"), OTHER),
    ("a list of mappings", ("--parameters", "samconfig.yaml", "--config-env", "list"), STRANGER),
    ("another environment of it, a mapping", ("--parameters", "samconfig.yaml", "--config-env", "prod"), STRANGER),
]  # fmt: skip
SAMCONFIG = f"""\
version = 0.1
[default.global.parameters]
parameter_overrides = "V={VENDOR}"
[default.deploy.parameters]
parameter_overrides = "ParameterKey=V,ParameterValue={OTHER} W=\\"a b\\""
[prod.deploy.parameters]
parameter_overrides = ["V={STRANGER}", "W=x"]
"""
SAMCONFIG_YAML = f"""\
version: 0.1
default:
  global: {{parameters: {{stack_name: x}}}}
  deploy:
    parameters:
      parameter_overrides: [V={OTHER}, "W=x"]
prod: {{deploy: {{parameters: {{parameter_overrides: {{V: {STRANGER}, W: x}}}}}}}}
list: {{deploy: {{parameters: {{parameter_overrides: [{{V: {STRANGER}}}, W=x]}}}}}}
"""


@pytest.mark.parametrize(("why", "options", "who"), GIVEN, ids=[row[0] for row in GIVEN])
def test_parameters_that_are_given(
    tmp_path: Path, why: str, options: tuple[str, ...], who: str
) -> None:
    """In every form that people have them in."""
    (tmp_path / "one.json").write_text(json.dumps([{"ParameterKey": "V", "ParameterValue": OTHER}]))
    skeleton = {"StackName": "x", "Parameters": [{"ParameterKey": "V", "ParameterValue": OTHER}]}
    (tmp_path / "skeleton.json").write_text(json.dumps(skeleton))
    (tmp_path / "two.yaml").write_text(f"V: {STRANGER}")
    (tmp_path / "samconfig.toml").write_text(SAMCONFIG)
    (tmp_path / "samconfig.yaml").write_text(SAMCONFIG_YAML)
    head = "Parameters: {V: {Type: String}, W: {Type: String, Default: x}}\nResources:\n"
    assert found(check(tmp_path, head + role(allow("{AWS: !Ref V}")), *options)) == {
        (ACCOUNT_TRUST, who, "R")
    }


BAD_GIVEN = [
    ("no such environment", ("--parameters", "samconfig.toml", "--config-env", "test"), "has: default, prod"),
    ("no such environment in YAML", ("--parameters", "samconfig.yaml", "--config-env", "test"), "has: default, prod, list"),
    ("YAML of something else", ("--parameters", "samconfig.yml"), "no environment 'default'"),
    ("no TOML", ("--parameters", "bad.toml"), "not valid TOML"),
    ("no pair", ("--parameters", "words.toml"), "no Key=Value"),
    ("no parameter of it", ("--parameters", "Vv=1"), "did you mean 'V'?"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "options", "said"), BAD_GIVEN, ids=[row[0] for row in BAD_GIVEN])
def test_parameters_that_are_none(
    tmp_path: Path, why: str, options: tuple[str, ...], said: str
) -> None:
    """A slip would leave the defaults in force, unseen."""
    (tmp_path / "samconfig.toml").write_text(SAMCONFIG)
    (tmp_path / "samconfig.yaml").write_text(SAMCONFIG_YAML)
    (tmp_path / "samconfig.yml").write_text("- x")
    (tmp_path / "bad.toml").write_text("[")
    (tmp_path / "words.toml").write_text(
        '[default.deploy.parameters]\nparameter_overrides = "word"'
    )
    head = "Parameters: {V: {Type: String}, W: {Type: String}}\nResources:\n"
    ran = check(tmp_path, head + role(allow("{AWS: !Ref V}")), *options)
    assert (ran.code, said in ran.err) == (2, True), ran.err


ANSWERED = [
    ("a publisher's type", "MongoDB::Atlas::CloudProviderAccess", "Arn", {"unresolved-trust"}),
    ("a type of one's own", "Custom::Lookup", "Arn", {"unresolved-trust"}),
    ("a module", "Acme::Vendor::Access::MODULE", "Arn", {"unresolved-trust"}),
    ("a product", "AWS::ServiceCatalog::CloudFormationProvisionedProduct", "Outputs.Arn",
     {"unresolved-trust"}),
    ("a grant to another account", "AWS::Redshift::EndpointAuthorization", "Grantee",
     {"unresolved-trust"}),
    ("a type of AWS's own", "AWS::ECS::Service", "Arn", set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "kind", "attribute", "expected"), ANSWERED, ids=[row[0] for row in ANSWERED]
)
def test_what_a_resource_answers_is_ours_if_aws_makes_it(
    tmp_path: Path, why: str, kind: str, attribute: str, expected: set[str]
) -> None:
    """Catches a vendor's account that its own type answers, and that counts as made here."""
    text = f"Resources:\n  V: {{Type: '{kind}', Properties: {{}}}}\n"
    ran = check(tmp_path, text + role(allow(f"{{AWS: !GetAtt V.{attribute}}}")))
    assert {policy for policy, _, _ in found(ran)} == expected, why


@pytest.mark.parametrize(
    ("who", "code"), [("{Service: ec2.amazonaws.com}", 0), (f"{{AWS: '{STRANGER}'}}", 1)]
)
def test_a_file_that_is_included_and_here_is_no_gap(tmp_path: Path, who: str, code: int) -> None:
    """Catches a document that was read, and of which it is said that nobody can tell it."""
    (tmp_path / "trust.yaml").write_text(f"Statement: [{allow(who)}]")
    include = "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: trust.yaml}}}"
    text = f"Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {include}\n"
    ran = check(tmp_path, text)
    assert ran.code == code
    assert not [f for f in json.loads(ran.out)["findings"] if f["policy"] == "collection-gap"]
    beside = include.replace("{Fn", "{Version: 2012-10-17, Fn", 1)
    gaps = json.loads(check(tmp_path, text.replace(include, beside)).out)["gaps"]
    assert [one["code"] for one in gaps] == ["Transform"]
