"""Configurations of the aws provider that act in another account than the own one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.terraform.providers import account_of
from checker.collect.iac.unknown import unresolved
from tests.collect.iac.hcl import check, findings, report, role
from tests.collect.iac.plans import Json, plan, planned, policy
from tests.support.snapshots import OWN2, STRANGER

DEFAULT = 'provider "aws" { region = "us-east-1" }\n'
LOOKED_UP = 'data "aws_caller_identity" "other" { provider = aws.other }\n'
TRUSTING = LOOKED_UP + role(
    '{ AWS = "arn:aws:iam::${data.aws_caller_identity.other.account_id}:root" }'
)
ROLE = 'assume_role {{\n role_arn = "arn:aws:iam::{}:role/x"\n}}'
THEIRS = ROLE.format(STRANGER)
UNVETTED = {("unvetted-account-trust", STRANGER)}
OTHER = 'provider "aws" {{\n alias = "other"\n {}\n}}\n'
ON = 'variable "on" { default = false }\n'
MAP = f'''variable "env" {{ default = "dev" }}
locals {{ m = {{ dev = "{OWN2}", prod = "{STRANGER}" }} }}
'''
MANY = "".join(f'variable "c{n}" {{ default = false }}\n' for n in range(7))
NAMED = "".join(f'${{var.c{n} ? "a" : "b"}}' for n in range(7))
UNTOLD = {("unresolved-trust", "arn:aws:iam::${the account of provider aws.other}:root")}


def alias(body: str = "", default: str = "") -> str:
    return (
        f'provider "aws" {{\n region = "us-east-1"\n {default}\n}}\n'
        f'provider "aws" {{\n alias = "other"\n region = "eu-west-1"\n {body}\n}}\n'
    )


CONFIGURED = [
    ("another region alone", alias(), set()),
    ("a role of another account", alias(THEIRS), UNVETTED),
    ("the last role of a chain", alias(ROLE.format(OWN2) + "\n" + THEIRS), UNVETTED),
    ("by a web identity", alias(THEIRS.replace("assume_role", "assume_role_with_web_identity")), UNVETTED),
    ("from there to another one", alias(THEIRS + "\n" + ROLE.format(OWN2).replace("assume_role", "assume_role_with_web_identity")), UNVETTED),
    ("a role of the own one", alias(ROLE.format(OWN2)), set()),
    ("a role whose name nobody knows", alias(ROLE.format(STRANGER).replace("/x", "/${var.n}")), UNVETTED),
    ("by a default", f'variable "v" {{ default = "{STRANGER}" }}\n' + alias(ROLE.format("${var.v}")), UNVETTED),
    ("in a dynamic block", alias('dynamic "assume_role" {\n for_each = ["arn:aws:iam::888888888888:role/x"]\n content { role_arn = assume_role.value }\n }'), UNVETTED),
    ("a role that nobody knows", alias("assume_role { role_arn = var.arn }"), UNTOLD),
    ("that a default leaves out", 'variable "v" { default = "" }\n' + alias("assume_role { role_arn = var.v }"), UNTOLD),
    ("no role", alias("assume_role { role_arn = null }"), set()),
    ("the same that nobody knows, for a region", alias("assume_role { role_arn = var.arn }", "assume_role { role_arn = var.arn }"), set()),
    ("none, where the default one assumes a role", alias("", "assume_role { role_arn = var.arn }"), UNTOLD),
    ("another profile", alias('profile = "peer"'), UNTOLD),
    ("the same profile", alias('profile = "us"', 'profile = "us"'), set()),
    ("other keys", alias('access_key = "A"'), UNTOLD),
    ("the one account that it may act in", alias(f'allowed_account_ids = ["{STRANGER}"]'), UNVETTED),
    ("several", alias(f'allowed_account_ids = ["{STRANGER}", "{OWN2}"]'), UNTOLD),
    ("that nothing declares", "", UNTOLD),
    ("the default one is there unwritten", OTHER.format('profile = "us"'), UNTOLD),
    ("unwritten, for another region", OTHER.format('region = "eu-west-1"'), set()),
    ("unwritten, beside a role that nobody knows", OTHER.format("assume_role { role_arn = var.arn }"), UNTOLD),
    ("unwritten, beside a role of ours", OTHER.format(ROLE.format(OWN2)), set()),
    ("unwritten, beside one that a default leaves out", 'variable "v" { default = null }\n' + OTHER.format("assume_role { role_arn = var.v }"), UNTOLD),
    ("by a condition", ON + alias(ROLE.format(f'${{var.on ? "{STRANGER}" : "{OWN2}"}}')), UNTOLD),
    ("by a condition, the other way", ON + alias(ROLE.format(f'${{var.on ? "{OWN2}" : "{STRANGER}"}}')), UNTOLD),
    ("by a condition that is the same either way", ON + alias(ROLE.format(f'${{var.on ? "{STRANGER}" : "{STRANGER}"}}')), UNVETTED),
    ("one account, whatever the role is called", ON + alias(ROLE.format(OWN2).replace("/x", '/${var.on ? "a" : "b"}')), set()),
    ("by more conditions than can be tried", MANY + ON + alias(ROLE.format(f'${{var.on ? "{STRANGER}" : "{OWN2}"}}').replace("/x", f"/{NAMED}")), UNTOLD),
    ("by a map", MAP + alias(ROLE.format("${local.m[var.env]}")), UNTOLD),
    ("by a map, as the default one", MAP + alias(ROLE.format("${local.m[var.env]}"), ROLE.format("${local.m[var.env]}")), set()),
    ("the other one of a map, as the default one", MAP + alias(ROLE.format('${local.m[var.env == "dev" ? "prod" : "dev"]}'), ROLE.format("${local.m[var.env]}")), UNTOLD),
    ("by a block that may be there", ON + alias(f'dynamic "assume_role" {{\n for_each = var.on ? ["arn:aws:iam::{STRANGER}:role/x"] : []\n content {{ role_arn = assume_role.value }}\n }}'), UNTOLD),
    ("for each of several", OTHER.format(f'for_each = {{ a = "{STRANGER}" }}\n' + ROLE.format("${each.value}")), UNTOLD),
    ("in the older form", alias(THEIRS).replace("provider = aws.other", 'provider = "aws.other"'), UNVETTED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), CONFIGURED, ids=[r[0] for r in CONFIGURED])
def test_whom_a_look_up_finds(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """Who looks up itself by another provider is not us, unless that acts in our account."""
    assert findings(check(tmp_path, {"main.tf": text + TRUSTING})) == expected


def test_one_of_those_that_a_default_lists(tmp_path: Path) -> None:
    """Whoever deploys may list another account under the same key."""
    text = f'variable "v" {{ default = {{ a = "{OWN2}" }} }}\n' + OTHER.format("for_each = var.v\n" + ROLE.format("${each.value}"))  # fmt: skip
    trusting = TRUSTING.replace("provider = aws.other", 'provider = aws.other["a"]')
    found = findings(check(tmp_path, {"main.tf": text + trusting}))
    assert {policy for policy, _ in found} == {"unresolved-trust"}


def test_the_default_one_may_say_otherwise(tmp_path: Path) -> None:
    """Its profile is how we log in; a role of another account is that account."""
    me = 'data "aws_caller_identity" "me" {}\n'
    trusting = me + TRUSTING.replace(LOOKED_UP, "").replace("other", "me")
    own = 'provider "aws" { profile = "us" }\n'
    assert findings(check(tmp_path / "a", {"main.tf": own + trusting})) == set()
    theirs = f'provider "aws" {{\n {THEIRS}\n}}\n'
    exports = {
        "main.tf": theirs + me + 'module "m" {\n source = "./m"\n who = data.aws_caller_identity.me.account_id\n}\n',
        "m/main.tf": DEFAULT + 'variable "who" {}\n' + role("{ AWS = var.who }"),
    }  # fmt: skip
    assert findings(check(tmp_path / "b", exports)) == UNVETTED


THERE = role('{ Service = "ec2.amazonaws.com" }', name="o").replace(
    'name = "o"', 'name = "o"\n  provider = aws.other'
)
POOL = """
resource "aws_cognito_identity_pool" "p" {
  identity_pool_name = "p"
  provider = aws.other
}
"""
AUDIENCE = '{ StringEquals = { "cognito-identity.amazonaws.com:aud" = aws_cognito_identity_pool.p.id } }'  # fmt: skip
COGNITO = role('{ Federated = "cognito-identity.amazonaws.com" }', AUDIENCE)
HERE = '  name = "r"\n  provider = aws.other'
MADE = [
    ("a role of a known account", alias(THEIRS) + THERE + role("{ AWS = aws_iam_role.o.arn }"), UNVETTED),
    ("of one that nobody can tell", alias('profile = "p"') + THERE + role("{ AWS = aws_iam_role.o.arn }"),
     {("unresolved-trust", "arn:aws:iam::${the account of provider aws.other}:role/o")}),
    ("for another region", alias() + THERE + role("{ AWS = aws_iam_role.o.arn }"), set()),
    ("by a role that stands there too", alias('profile = "p"') + THERE + role("{ AWS = aws_iam_role.o.arn }").replace('  name = "r"', HERE), set()),
    ("the account itself", alias('profile = "p"') + TRUSTING.replace('  name = "r"', HERE), set()),
    ("a stranger, by a role there", alias('profile = "p"') + role(f'{{ AWS = "{STRANGER}" }}').replace('  name = "r"', HERE), UNVETTED),
    ("us, by a role there", alias(THEIRS) + role(f'{{ AWS = "{OWN2}" }}').replace('  name = "r"', HERE), set()),
    ("users of a pool there", alias(THEIRS) + POOL + COGNITO, {("unresolved-trust", "${888888888888: aws_cognito_identity_pool.p.id}")}),
    ("by a role there", alias(THEIRS) + POOL + COGNITO.replace('  name = "r"', HERE), set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), MADE, ids=[row[0] for row in MADE])
def test_what_is_made_elsewhere(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """It is ours for what stands in the same account, and for nothing else."""
    assert findings(check(tmp_path, {"main.tf": text})) == expected


def test_resources_elsewhere_are_said(tmp_path: Path) -> None:
    """A role there is of that account; where nobody can tell, the reader knows how it was taken."""
    ran = check(tmp_path, {"main.tf": alias(THEIRS) + THERE})
    assert any(f"stand in {STRANGER}, judged as resources of that account: 1." in note
               for note in report(ran)["notes"])  # fmt: skip
    ran = check(tmp_path, {"main.tf": alias('profile = "p"') + THERE})
    assert any("which nobody can tell" in note for note in report(ran)["notes"])


MODULE = 'data "aws_caller_identity" "me" {}\n' + role("{ AWS = aws_iam_role.in.arn }") + role(
    '{ AWS = data.aws_caller_identity.me.account_id }', name="in")  # fmt: skip
OUTPUT = MODULE + 'output "id" { value = data.aws_caller_identity.me.account_id }\n'
OUTSIDE = role("{ AWS = module.m.id }", name="q")
HANDED = [
    ("as its default", "providers = { aws = aws.other }", OUTPUT, UNVETTED),
    ("on several lines", "providers = {\n  aws = aws.other\n }", OUTPUT, UNVETTED),
    ("beside a comment", "providers = {\n  aws = aws.other\n  # aws = aws\n }", OUTPUT, UNVETTED),
    ("as an alias of its own", "providers = { aws = aws, aws.x = aws.other }",
     OUTPUT.replace('"me" {}', '"me" { provider = aws.x }'), UNVETTED),
    ("which it does not use", "providers = { aws = aws, aws.x = aws.other }", OUTPUT, set()),
    ("not at all", "", OUTPUT, set()),
    ("but it has its own", "", alias(THEIRS) + OUTPUT.replace('"me" {}', '"me" { provider = aws.other }'), UNVETTED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "handed", "inner", "expected"), HANDED, ids=[r[0] for r in HANDED])
def test_handed_to_a_module(
    tmp_path: Path, why: str, handed: str, inner: str, expected: Any
) -> None:
    """What a module looks up is of the account that its caller sends it to."""
    main = alias(THEIRS) + f'module "m" {{\n source = "./m"\n {handed}\n}}\n' + OUTSIDE
    found = findings(check(tmp_path, {"main.tf": main, "m/main.tf": inner}))
    assert found == expected


LOOKED_UP_IMAGE = """
data "aws_ami" "x" {
  provider = aws.other
  owners = ["self"]
}
resource "aws_instance" "i" { ami = data.aws_ami.x.id }
"""


def test_whose_own_image(tmp_path: Path) -> None:
    """`self` is the account that the provider acts in."""
    ran = check(tmp_path / "a", {"main.tf": alias(THEIRS) + LOOKED_UP_IMAGE})
    assert findings(ran) == {("unvetted-image-owner", STRANGER)}
    ran = check(tmp_path / "b", {"main.tf": alias('profile = "p"') + LOOKED_UP_IMAGE})
    assert findings(ran) == {("unknown-image-owner", None)}
    assert findings(check(tmp_path / "c", {"main.tf": alias() + LOOKED_UP_IMAGE})) == set()


def configured(key: str, **other: Any) -> Json:
    """A role, one that it trusts, and a look-up, both of a provider with these expressions."""
    written = [
        ("managed", "aws_iam_role", "r", "aws", {"assume_role_policy": {"references": ["aws_iam_role.o.arn"]}}),
        ("managed", "aws_iam_role", "o", key, {}),
        ("data", "aws_caller_identity", "c", key, {}),
        ("data", "aws_caller_identity", "d", key, {}),
        ("data", "aws_ebs_snapshot", "e", key, {}),
    ]  # fmt: skip
    names = ("mode", "type", "name", "provider_config_key", "expressions")
    providers = {
        "aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}},
        "aws.other": {"name": "aws", "alias": "other", "expressions": other},
    }
    root = {"resources": [dict(zip(names, one, strict=True)) for one in written]}
    return {"provider_config": providers, "root_module": root}


PROFILE = {"profile": {"constant_value": "p"}}
ASSUMED = {"assume_role": [{"role_arn": {"constant_value": "arn:aws:iam::888888888888:role/x"}}]}
GIVEN = {"assume_role": [{"role_arn": {"references": ["var.a"]}}]}
EITHER = {"assume_role": [{"role_arn": {"references": ["var.a", "var.b"]}}]}
KNOWN = planned("aws_caller_identity", {"account_id": STRANGER}, name="c", mode="data")
UNASKED = planned("aws_caller_identity", {}, name="d", mode="data")
SAID = planned("aws_ebs_snapshot", {"account_id": STRANGER}, name="e", mode="data")
UNKNOWN_ROLE = {("unresolved-trust", "${aws_iam_role.o.arn}")}
PLANS = [
    ("the default one", "aws", PROFILE, {}, set()),
    ("another region", "aws.other", {}, {}, set()),
    ("a role of another account", "aws.other", ASSUMED, {}, UNVETTED),
    ("by a variable", "aws.other", GIVEN, {"variables": {"a": {"value": "arn:aws:iam::888888888888:role/x"}}}, UNVETTED),
    ("by a part of its name", "aws.other", GIVEN, {"variables": {"a": {"value": "x"}}}, UNKNOWN_ROLE),
    ("by one of two variables", "aws.other", EITHER, {"variables": {"a": {"value": "arn:aws:iam::222222222222:role/x"}, "b": {"value": "arn:aws:iam::888888888888:role/x"}}}, UNKNOWN_ROLE),
    ("another profile", "aws.other", PROFILE, {}, UNKNOWN_ROLE),
    ("that the plan has asked who it is", "aws.other", PROFILE, {"read": [KNOWN]}, UNVETTED),
    ("that another look-up could not tell", "aws.other", {}, {"read": [KNOWN, UNASKED]}, UNVETTED),
    ("what another look-up says of an account", "aws.other", {}, {"read": [SAID]}, set()),
    ("handed on, by a version that does not say whose", "module.m:aws.x", ASSUMED, {}, UNKNOWN_ROLE),
]  # fmt: skip


@pytest.mark.parametrize(("why", "key", "other", "more", "expected"), PLANS, ids=[r[0] for r in PLANS])  # fmt: skip
def test_plans(tmp_path: Path, why: str, key: str, other: Json, more: Any, expected: Any) -> None:
    """The same in a plan, whose configuration tells of providers too."""
    one = planned("aws_iam_role", {"name": "r"}, unknown={"assume_role_policy": True})
    own = planned("aws_iam_role", {"name": "o", "assume_role_policy": policy({"Service": "ec2.amazonaws.com"})}, name="o", unknown={"arn": True})  # fmt: skip
    content = plan(one, own, **more)
    content["configuration"] = configured(key, **other)
    found = check(tmp_path, {"plan.json": json.dumps(content)}, paths=("plan.json",))
    assert findings(found) == expected


def test_an_arn_tells_the_account(tmp_path: Path) -> None:
    """What exists already says where it stands: a role trusts its own account."""
    arn = f"arn:aws:iam::{STRANGER}:role/k"
    known = planned("aws_iam_role", {"name": "k", "arn": arn, "assume_role_policy": policy({"AWS": f"arn:aws:iam::{STRANGER}:root"})}, actions=["no-op"])  # fmt: skip
    ran = check(tmp_path, {"plan.json": json.dumps(plan(known))}, paths=("plan.json",))
    assert findings(ran) == set()
    assert any(STRANGER in note for note in report(ran)["notes"])


def test_one_of_several_accounts_may_be_another() -> None:
    """The one that is written, taken for the one where a variable tells another beside it."""
    allowed = {"allowed_account_ids": [STRANGER, unresolved("var.x")]}
    assert account_of(allowed, {}, [allowed, {}], OWN2) == (None, False)
    assert account_of({"allowed_account_ids": [STRANGER]}, {}, [], OWN2) == (STRANGER, True)
