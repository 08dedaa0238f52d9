"""What shuts a resource of code from elsewhere: another resource, module, template or file.

A switch counts where it is there whatever comes: believed in vain, it hides who gets in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

from checker.collect.iac.cloudformation import ENDINGS, collect_templates
from checker.collect.iac.files import input_files
from checker.collect.iac.records import Found
from checker.collect.iac.terraform import running as running_now
from checker.collect.iac.terraform.collect import Reading, collect_terraform
from checker.collect.iac.terraform.running import _called
from checker.collect.iac.unknown import unresolved
from tests.collect.iac import granted
from tests.collect.iac.granted import OWN, PLANNED, let_in, source, target
from tests.collect.iac.plans import plan, planned
from tests.support.snapshots import STRANGER

OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                                  "Resource": "*"}]})  # fmt: skip
FOUR = {
    "block_public_acls": True,
    "ignore_public_acls": True,
    "block_public_policy": True,
    "restrict_public_buckets": True,
}
ON = "\n".join(f"{name} = true" for name in FOUR)
SHUT, ANYONE = {("b", "anyone", "shut: RestrictPublicBuckets")}, {("b", "anyone", "read")}


def bucket(more: str = "") -> str:
    return f'resource "aws_s3_bucket" "b" {{\nbucket = "b"\n{more}\n}}\n'


def opened(more: str = "", name: str = "aws_s3_bucket.b.id") -> str:
    return f'resource "aws_s3_bucket_policy" "p" {{\nbucket = {name}\npolicy = {json.dumps(OPEN)}\n{more}\n}}\n'


def account(more: str = "", on: str = ON) -> str:
    return f'resource "aws_s3_account_public_access_block" "a" {{\n{more}\n{on}\n}}\n'


def block(more: str = "", name: str = '"b"') -> str:
    return (
        f'resource "aws_s3_bucket_public_access_block" "k" {{\nbucket = {name}\n{more}\n{ON}\n}}\n'
    )


def acting(role: str) -> str:
    return f'provider "aws" {{\nalias = "x"\nassume_role {{\nrole_arn = {role}\n}}\n}}\n'


BUCKET, THERE = bucket() + opened(), "provider = aws.x"
OTHER = acting('"arn:aws:iam::333333333333:role/r"')
UNTOLD = acting("var.r") + 'variable "r" {}\n'
X, Y = 'variable "x" {\ndefault = true\n}\n', 'variable "y" {\ndefault = true\n}\n'
IF, AND = "count = var.x ? 1 : 0", "count = var.x && var.y ? 1 : 0"
BY_ROLE = acting("var.r") + f'variable "r" {{\ndefault = "arn:aws:iam::{OWN}:role/r"\n}}\n'
ACCOUNTS = [
    ("the provider's own", BUCKET + account(), SHUT),
    ("named by a look-up", BUCKET + 'data "aws_caller_identity" "c" {}\n' + account("account_id = data.aws_caller_identity.c.account_id"), SHUT),
    ("named", BUCKET + account(f'account_id = "{OWN}"'), SHUT),
    ("another one by its id", BUCKET + account('account_id = "333333333333"'), ANYONE),
    ("another one by its provider", OTHER + BUCKET + account(THERE), ANYONE),
    ("all in another one", OTHER + bucket(THERE) + opened(THERE) + account(THERE), SHUT),
    ("the bucket in one that nobody knows", UNTOLD + bucket(THERE) + opened(THERE) + account(), ANYONE),
    ("all in one that nobody knows", UNTOLD + bucket(THERE) + opened(THERE) + account(THERE), SHUT),
    ("one that nobody knows", BUCKET + 'variable "v" {}\n' + account("account_id = var.v"), ANYONE),
    ("one that is made here", BUCKET + 'resource "aws_organizations_account" "o" {\nname = "o"\nemail = "a@b"\n}\n' + account("account_id = aws_organizations_account.o.id"), ANYONE),
    ("one that a default names", BUCKET + f'variable "v" {{\ndefault = "{OWN}"\n}}\n' + account("account_id = var.v"), ANYONE),
    ("by a role that a default names", BY_ROLE + BUCKET + account(THERE), ANYONE),
    ("the bucket by such a role", BY_ROLE + bucket(THERE) + opened(THERE) + account(), ANYONE),
    ("all by such a role", BY_ROLE + bucket(THERE) + opened(THERE) + account(THERE), SHUT),
    ("off for one of the switches", BUCKET + account(on="block_public_acls = true"), ANYONE),
    ("which nobody knows to be on", BUCKET + 'variable "v" {}\n' + account(on="restrict_public_buckets = var.v"), ANYONE),
    ("two of one account that differ", BUCKET + account() + account(on="").replace('"a"', '"other"', 1), ANYONE),
    ("left out by choice", X + BUCKET + account(IF), ANYONE),
    ("left out with the policy", X + bucket() + opened(IF) + account(IF), SHUT),
    ("needed by the policy", X + Y + bucket() + opened(AND) + account(IF), SHUT),
    ("needing more than the policy", X + Y + bucket() + opened(IF) + account(AND), ANYONE),
    ("either of two", X + Y + bucket() + opened(AND) + account("count = var.x || var.y ? 1 : 0"), ANYONE),
    ("of a policy that needs it or something else", X + Y + bucket() + opened("count = var.x && var.y || !var.y ? 1 : 0") + account(IF), ANYONE),
    ("of a policy that needs it, or else has another", X + Y + bucket() + opened("count = var.x && var.y ? 1 : var.y ? 1 : 0") + account(IF), ANYONE),
    ("of a policy that is there without it", X + Y + bucket() + opened("count = !(var.y && var.x && var.y) ? 1 : 0") + account(IF), ANYONE),
    ("which the bucket has off", BUCKET + 'resource "aws_s3_bucket_public_access_block" "k" {\nbucket = "b"\n}\n' + account(), SHUT),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), ACCOUNTS, ids=[row[0] for row in ACCOUNTS])
def test_block_public_access_of_an_account(
    tmp_path: Path, why: str, text: str, expected: Any
) -> None:
    """It shuts the buckets of that account alone, and only where it is surely there."""
    assert let_in(source(tmp_path, text)) == expected


N = 'variable "n" { type = set(string) }\nvariable "m" {}\nvariable "k" { type = number }\n'
EACH, KEY, COUNT, AT = "for_each = var.n", "[each.key].id", "count = var.k", "[count.index].id"
A, THOSE, LISTED = "aws_s3_bucket.a", "for_each = aws_s3_bucket.a", "for_each = toset(var.m)"
CREATED = "count = var.x ? 1 : 0"


def several(number: str, named: str = 'bucket_prefix = "a"', name: str = "a") -> str:
    return f'resource "aws_s3_bucket" "{name}" {{\n{number}\n{named}\n}}\n'


def by_key(accounts: str, opened_in: str, shut_in: str) -> str:
    """A bucket and the switches of an account, each by a provider of several."""
    one = f'provider "aws" {{\nfor_each = {accounts}\nalias = "by"\nassume_role {{\nrole_arn = each.value\n}}\n}}\n'
    return one + bucket(opened_in) + opened(opened_in, '"b"') + account(shut_in)


def at(index: str) -> Any:
    return {(f"aws_s3_bucket.a{index}", *let[1:]) for let in ANYONE}


def held(*indices: str) -> Any:
    return {(f"aws_s3_bucket.a{index}", *let[1:]) for let in SHUT for index in indices}


NUMBERED = [
    ("one and another key", several(EACH) + block(name=f'{A}["s"].id') + opened(name=f'{A}["o"].id'), at('["o"]')),
    ("the same key", several(EACH) + block(name=f'{A}["o"].id') + opened(name=f'{A}["o"].id'), held('["o"]')),
    ("a key of a loop", several(EACH) + block('for_each = toset(["s"])', A + KEY) + opened('for_each = toset(["o"])', A + KEY), at('["o"]')),
    ("keys that nobody knows", several(EACH) + 'variable "i" {}\n' + block(name=f"{A}[var.i].id") + opened(name=f"{A}[var.m].id"), at("[var.m]")),
    ("the key that nobody knows", several(EACH) + block(name=f"{A}[var.m].id") + opened(name=f"{A}[var.m].id"), held("[var.m]")),
    ("a known name of each", several(EACH, 'bucket = "b-${each.key}"') + block(name=f'{A}["s"].bucket') + opened(name=f'{A}["o"].bucket'), {("b-o", *let[1:]) for let in ANYONE}),
    ("one and another number", several(COUNT) + block(name=f"{A}[0].id") + opened(name=f"{A}[1].id"), at("[1]")),
    ("of a splat", several(COUNT) + block(name=f"{A}.*.id[0]") + opened(name=f"{A}.*.id[1]"), at("[1]")),
    ("elements", several(COUNT) + block(name=f"element({A}[*].id, 0)") + opened(name=f"element({A}[*].id, 1)"), at("[1]")),
    ("the first one of all", several(COUNT) + block(name=f"{A}[0].id") + opened(COUNT, A + AT), held("[0]") | at("[count.index]")),
    ("the first one of all, by a condition", several(COUNT, 'bucket = "b-${count.index}"') + block(COUNT, A + AT).replace("buckets = true", "buckets = count.index == 0") + opened(COUNT, A + AT), at("") | {("b-0", *let[1:]) for let in SHUT}),
    ("other ones", several(EACH) + block("for_each = var.m", A + KEY) + opened(EACH, A + KEY), at("")),
    ("of another resource", several(EACH) + several(EACH, name="c") + block(EACH, "aws_s3_bucket.c" + KEY) + opened(EACH, A + KEY), at("")),
    ("each of another resource", several(EACH) + several(EACH, name="c") + block("for_each = aws_s3_bucket.c", "each.value.id") + opened(THOSE, "each.value.id"), at("")),
    ("the same ones", several(EACH) + block(EACH, A + KEY) + opened(EACH, A + KEY), held("")),
    ("the same ones, called as they are", several(LISTED, "bucket = each.value") + block(LISTED, A + "[each.value].id") + opened(LISTED, A + KEY), held("")),
    ("each of them", several(EACH) + block(THOSE, "each.value.id") + opened(THOSE, "each.value.id"), held("")),
    ("each of their keys", several(EACH) + block(f"for_each = toset(keys({A}))", A + KEY) + opened(EACH, A + KEY), held("")),
    ("one of the same ones", several(EACH) + block(EACH, A + KEY) + opened(name=f'{A}["o"].id'), held('["o"]')),
    ("one of each of them", several(EACH) + block(THOSE, "each.value.id") + opened(name=f'{A}["o"].id'), held('["o"]')),
    ("one of other ones", several(EACH) + block("for_each = var.m", A + KEY) + opened(name=f'{A}["o"].id'), at('["o"]')),
    ("as many", several(COUNT) + block(COUNT, A + AT) + opened(COUNT, A + AT), held("[0]", "[count.index]")),
    ("as many as there are", several(COUNT) + block(f"count = length({A})", A + AT) + opened(COUNT, A + AT), held("[0]", "[count.index]")),
    ("one of as many", several(COUNT) + block(COUNT, A + AT) + opened(name=f"{A}[1].id"), held("[1]")),
    ("the only one, if there is", X + several(CREATED) + block(CREATED, f"one({A}[*].id)") + opened(CREATED, f'try({A}[0].id, "")'), held("[0]")),
    ("the account of another key", by_key("var.m", 'provider = aws.by["o"]', 'provider = aws.by["s"]'), ANYONE),
    ("that of the same key", by_key("var.m", 'provider = aws.by["o"]', 'provider = aws.by["o"]'), SHUT),
    ("the account of another key of a loop", by_key("var.m", 'for_each = toset(["o"])\nprovider = aws.by[each.key]', 'for_each = toset(["s"])\nprovider = aws.by[each.key]'), ANYONE),
    ("an account that is there for each", several(EACH) + account(EACH + "\naccount_id = each.value") + opened(name=f'{A}["o"].id'), at('["o"]')),
    ("the own account by its key", by_key(f'{{ o = "arn:aws:iam::{OWN}:role/r", s = "arn:aws:iam::333333333333:role/r" }}', 'provider = aws.by["o"]', ""), SHUT),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), NUMBERED, ids=[row[0] for row in NUMBERED])
def test_one_of_those_that_nobody_has_counted(
    tmp_path: Path, why: str, text: str, expected: Any
) -> None:
    """A switch of one instance shuts no other; one that goes over all of them shuts each."""
    assert let_in(source(tmp_path, N + text)) == expected


SAID = [
    ('variable "v" {}\n' + account("account_id = var.v"), "whose public access it blocks is not known"),
    (BY_ROLE + account(THERE), "in which account it blocks public access a default tells"),
    (X.replace("true", '"b"') + BUCKET + block(name="var.x"), "a default alone or nothing tells"),
    (X + BUCKET + block("", '"b"').replace("buckets = true", "buckets = var.x"), "a default alone or nothing tells"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_counts_for_less_is_said(tmp_path: Path, text: str, said: str) -> None:
    """Catches a switch that is set aside without a word."""
    assert any(said in note for note in source(tmp_path, text).notes)


VALUES = (
    'variable "s" {\ndefault = "dev"\n}\nvariable "f" {\ndefault = false\n}\nlocals {\nopen = var.f\n}\n'
    + X
)
DEFAULTS = [
    ("a variable", ON.replace("buckets = true", "buckets = var.x"), False),
    ("the opposite of one", ON.replace("buckets = true", "buckets = !var.f"), False),
    ("the opposite of a local", ON.replace("buckets = true", "buckets = !local.open"), False),
    ("a comparison", ON.replace("buckets = true", 'buckets = var.s != "prod"'), False),
    ("one of a list", ON.replace("buckets = true", 'buckets = contains(["dev"], var.s)'), False),
    ("a choice", ON.replace("buckets = true", "buckets = var.f ? false : true"), False),
    ("a choice of the same", ON.replace("buckets = true", "buckets = var.f ? true : true"), True),
    ("another switch", ON.replace("public_acls = true", "public_acls = var.x"), True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "on", "shut"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_switches_by_a_default(tmp_path: Path, why: str, on: str, shut: bool) -> None:
    """A switch of a bucket and of an account alike; what is given in .tfvars is sure, and so is
    what a module's default gives, as nobody outside of the code can replace that."""
    for text in (BUCKET + block().replace(ON, on), BUCKET + account(on=on)):
        assert let_in(source(tmp_path, VALUES + text)) == (SHUT if shut else ANYONE)
    (tmp_path / "terraform.tfvars").write_text('x = true\nf = false\ns = "dev"\n')
    assert let_in(source(tmp_path, VALUES + BUCKET + block().replace(ON, on))) == SHUT
    (tmp_path / "terraform.tfvars").unlink()
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(VALUES + BUCKET + block().replace(ON, on))
    assert let_in(source(tmp_path, 'module "m" {\nsource = "./m"\n}\n')) == SHUT


V = 'variable "v" {\ndefault = %s\n}\n'
RULE = 'resource "aws_s3_bucket_ownership_controls" "o" {\nbucket = "b"\n%s\n}\n'
ACL = bucket() + 'resource "aws_s3_bucket_acl" "l" {\nbucket = "b"\nacl = "public-read"\n}\n'
URL = (
    'resource "aws_lambda_function" "f" {\nfunction_name = "f"\n}\nresource "aws_lambda_permission" "p" {\nfunction_name = "f"\n'
    'principal = "*"\naction = "lambda:InvokeFunctionUrl"\nfunction_url_auth_type = "NONE"\n}\n'
    'resource "aws_lambda_function_url" "u" {\nfunction_name = "f"\nauthorization_type = %s\n}\n'
)
SECRET = f'resource "aws_secretsmanager_secret" "s" {{\nname = "s"\nkms_key_id = %s\npolicy = {json.dumps(OPEN.replace("s3:GetObject", "secretsmanager:GetSecretValue"))}\n}}\n'
DOMAIN = f'resource "aws_opensearch_domain" "d" {{\ndomain_name = "d"\naccess_policies = {json.dumps(OPEN.replace("s3:GetObject", "es:ESHttpGet"))}\n%s\n}}\n'
OTHERS = [
    ("ownership", ACL + RULE % "rule {\nobject_ownership = %s\n}", '"BucketOwnerEnforced"'),
    ("ownership in a loop", ACL + RULE % 'dynamic "rule" {\nfor_each = %s\ncontent {\nobject_ownership = "BucketOwnerEnforced"\n}\n}', "[1]"),
    ("how callers of a URL are told", URL, '"AWS_IAM"'),
    ("the service's own key", SECRET, "null"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "value"), OTHERS, ids=[row[0] for row in OTHERS])
def test_other_switches_by_a_default(tmp_path: Path, why: str, text: str, value: str) -> None:
    """Whatever shuts: written it does, by a default it does not."""
    shut = {grade.startswith("shut") for _, _, grade in let_in(source(tmp_path, text % value))}
    loose = {grade.startswith("shut") for *_, grade in let_in(source(tmp_path, V % value + text % "var.v"))}  # fmt: skip
    assert (shut, loose) in (({True}, {False}), (set(), {False}))


@pytest.mark.parametrize(("each", "within"), [("[1]", True), ("var.v", False)])
def test_a_network_by_a_default(tmp_path: Path, each: str, within: bool) -> None:
    """Nobody from outside of it comes in; where it is there."""
    loop = f'dynamic "vpc_options" {{\nfor_each = {each}\ncontent {{\nsubnet_ids = ["subnet-1"]\n}}\n}}'
    (one,) = source(tmp_path, V % "[1]" + DOMAIN % loop).resources
    assert ("vpc" in str(bytes(one.settings) if one.settings else "")) is within


def test_a_default_that_shuts_is_told(tmp_path: Path) -> None:
    """Whoever deploys may turn it off, so it shuts nothing, and its default is said."""
    text = X + BUCKET + account(on=ON.replace("buckets = true", "buckets = var.x"))
    found = source(tmp_path, text)
    assert (let_in(found), ["var.x" in one for one in found.defaults]) == (ANYONE, [True])


def test_an_account_has_no_record(tmp_path: Path) -> None:
    """Catches a setting that is counted as a resource which lets in nobody."""
    found = source(tmp_path, account())
    assert (found.resources, found.gaps, found.tally.read) == ([], [], 1)


MADE = 'module "m" {\nsource = "./m"\n}\n'
ID = 'output "id" {\nvalue = aws_s3_bucket.b.id\n}\n'
NAMELESS = 'resource "aws_s3_bucket" "b" {\nbucket_prefix = "b"\n}\n'
MODULES = [
    ("the switches at the root", {"m": NAMELESS + ID, "": MADE + opened(name="module.m.id") + block(name="module.m.id")}, True),
    ("the switches in the module", {"m": NAMELESS + ID + block(name="aws_s3_bucket.b.id"), "": MADE + opened(name="module.m.id")}, True),
    ("the switches in another one", {"m": NAMELESS + ID, "n": 'variable "v" {}\n' + block(name="var.v"), "": MADE + 'module "n" {\nsource = "./n"\nv = module.m.id\n}\n' + opened(name="module.m.id")}, True),
    ("of the account in one", {"m": account(), "": MADE + bucket() + opened()}, True),
    ("by a default of the module", {"m": X + bucket() + opened() + block(IF), "": MADE}, True),
    ("by a default of the root", {"m": X + bucket() + opened() + block(IF), "": X + 'module "m" {\nsource = "./m"\nx = var.x\n}\n'}, False),
    ("a module that is there by choice", {"m": block(), "": X + f'module "m" {{\nsource = "./m"\n{IF}\n}}\n' + BUCKET}, False),
    ("by choices of two modules that are written alike", {"m": X + bucket() + opened(IF), "n": X + block(IF), "": X + Y + 'module "m" {\nsource = "./m"\nx = var.x\n}\nmodule "n" {\nsource = "./n"\nx = var.y\n}\n'}, False),
    ("all in such a module", {"m": BUCKET + block(), "": X + f'module "m" {{\nsource = "./m"\n{IF}\n}}\n'}, True),
    ("those that a default lists", {"": 'variable "v" {\ndefault = ["b"]\n}\n' + BUCKET + block("for_each = toset(var.v)", "each.key")}, False),
    ("in two folders, by its name", {"one": opened(name='"b"'), "two": bucket() + block()}, True),
    ("in two folders, by choice", {"one": opened(name='"b"'), "two": X + bucket() + block(IF)}, False),
    ("in two folders, by a default", {"one": 'variable "n" {\ndefault = "b"\n}\n' + opened(name="var.n"), "two": bucket() + block()}, False),
    ("by a default of the other", {"one": opened(name='"b"'), "two": 'variable "n" {\ndefault = "b"\n}\n' + block(name="var.n")}, False),
    ("in one folder, by a default", {"one": 'variable "n" {\ndefault = "b"\n}\n' + opened(name="var.n") + block(name="var.n")}, True),
    ("beside a default", {"": 'variable "n" {\ndefault = "b"\n}\n' + BUCKET + block(name="var.n")}, False),
    ("of what a default names", {"": 'variable "n" {\ndefault = "b"\n}\n' + bucket() + opened(name="var.n") + block()}, False),
    ("of a bucket that a default names", {"": 'variable "n" {\ndefault = "b"\n}\n' + BUCKET.replace('"b"\n', "var.n\n") + block(name="var.n")}, True),
    ("of a bucket that has the name of another by default", {"": 'variable "n" {\ndefault = "b"\n}\n' + bucket().replace('"b"\n', "var.n\n") + opened(name='"b"') + block(name="aws_s3_bucket.b.id")}, False),
    ("of one that is named by another default", {"": 'variable "n" {\ndefault = "b"\n}\nvariable "m" {\ndefault = "b"\n}\n' + BUCKET.replace('"b"\n', "var.n\n") + block(name="var.m")}, False),
    ("by the id of its policy", {"": BUCKET + block(name="aws_s3_bucket_policy.p.id")}, True),
    ("by either of its ids", {"": X + BUCKET + block(name="var.x ? aws_s3_bucket_policy.p.id : aws_s3_bucket.b.id")}, True),
    ("of a module's bucket, by its default", {"m": 'variable "n" {\ndefault = "b"\n}\n' + BUCKET + block(name="var.n"), "": MADE}, True),
    ("of the account in another folder", {"one": BUCKET, "two": account()}, False),
    ("of what is called alike in two folders", {"one": NAMELESS + opened(), "two": NAMELESS + block(name="aws_s3_bucket.b.id")}, False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files", "shut"), MODULES, ids=[row[0] for row in MODULES])
def test_switches_of_another_module(
    tmp_path: Path, why: str, files: dict[str, str], shut: bool
) -> None:
    """What one module makes another one may shut; so may another folder, by the bucket's name."""
    for folder, text in files.items():
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "main.tf").write_text(text)
    found = collect_terraform(input_files([str(tmp_path)], PLANNED), target(tmp_path))
    assert [grade for _, _, grade in let_in(found)] == [
        "shut: RestrictPublicBuckets" if shut else "read"
    ]


def made(name: str, changes: bool, **values: Any) -> Any:
    return planned(f"aws_s3_{name}", values, actions=["update" if changes else "no-op"])


CHANGES = [
    ("the bucket's are there already", made("bucket_public_access_block", False, bucket="b", **FOUR), SHUT),
    ("the account's are there already", made("account_public_access_block", False, account_id=OWN, **FOUR), SHUT),
    ("another account's are", made("account_public_access_block", False, account_id="333333333333", **FOUR), ANYONE),
    ("none are", made("bucket", False, bucket="b"), ANYONE),
]  # fmt: skip


@pytest.mark.parametrize(("why", "there", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_a_plan_leaves_as_it_is(tmp_path: Path, why: str, there: Any, expected: Any) -> None:
    """Of what does not change nothing is judged, and it shuts all the same."""
    content = plan(made("bucket_policy", True, bucket="b", policy=OPEN), there)
    (tmp_path / "plan.json").write_text(json.dumps(content))
    files = input_files([str(tmp_path / "plan.json")], PLANNED)
    found = collect_terraform(files, target(tmp_path), Reading(changes_only=True))
    assert (let_in(found), len(found.resources), found.tally.read) == (expected, 1, 1)


def turned(type_: str, before: Any, after: Any) -> Any:
    """What a plan changes of one that is there."""
    return {**planned(type_, after, name="t", actions=["update"]), "before": before}


def left(type_: str, **values: Any) -> Any:
    return planned(type_, values, name="l", actions=["no-op"])


def blocking(name: str = "b", **more: bool) -> Any:
    return {"bucket": name, **FOUR, **more}


KEYED = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": ["secretsmanager:GetSecretValue"], "Resource": "*"}]})  # fmt: skip
ARN, SECRETS = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:s-AbCdEf", "aws_secretsmanager_secret"  # fmt: skip
KEYS, KMS = f"arn:aws:kms:us-east-1:{OWN}:key/k", {"arn": f"arn:aws:kms:us-east-1:{OWN}:key/k"}
BLOCK, WHOLE = "aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"
OWNED, LIST = "aws_s3_bucket_ownership_controls", left("aws_s3_bucket_acl", bucket="b", acl="public-read")  # fmt: skip
PUBLIC, TOLD = left("aws_s3_bucket_policy", bucket="b", policy=OPEN), left("aws_secretsmanager_secret_policy", secret_arn=ARN, policy=KEYED)  # fmt: skip
OFF, RULED = {"restrict_public_buckets": False}, {"bucket": "b", "rule": [{"object_ownership": "BucketOwnerEnforced"}]}  # fmt: skip
TURNS = [
    ("switched off", [PUBLIC], [turned(BLOCK, blocking(), blocking(**OFF))], [], 1),
    ("maybe switched off", [PUBLIC], [planned(BLOCK, blocking(), name="t", actions=["update"], unknown={"restrict_public_buckets": True}) | {"before": blocking()}], [], 1),
    ("switched on", [PUBLIC], [turned(BLOCK, blocking(**OFF), blocking())], [], 0),
    ("created", [PUBLIC], [planned(BLOCK, blocking(), name="t")], [], 0),
    ("of another bucket", [PUBLIC], [turned(BLOCK, blocking("c"), blocking("c", **OFF))], [], 0),
    ("moved to another bucket", [PUBLIC], [turned(BLOCK, blocking(), blocking("c"))], [], 1),
    ("deleted", [PUBLIC], [], [planned(BLOCK, blocking(), name="t", actions=["delete"])], 1),
    ("another bucket's deleted", [PUBLIC], [], [planned(BLOCK, blocking("c"), name="t", actions=["delete"])], 0),
    ("the account's switched off", [PUBLIC], [turned(WHOLE, FOUR, {**FOUR, **OFF})], [], 1),
    ("the account's deleted", [PUBLIC], [], [planned(WHOLE, FOUR, name="t", actions=["delete"])], 1),
    ("ownership", [LIST], [turned(OWNED, RULED, {"bucket": "b", "rule": [{"object_ownership": "ObjectWriter"}]})], [], 1),
    ("ownership deleted", [LIST], [], [planned(OWNED, RULED, name="t", actions=["delete"])], 1),
    ("a secret's key", [TOLD], [turned(SECRETS, {"name": "s", "kms_key_id": None}, {"name": "s", "arn": ARN, "kms_key_id": KEYS})], [], 1),
    ("a secret's tags", [TOLD], [turned(SECRETS, {"name": "s", "tags": {}}, {"name": "s", "arn": ARN, "tags": {"a": "b"}})], [], 0),
    ("whom its key lets in", [TOLD, left(SECRETS, name="s", arn=ARN, kms_key_id=KEYS)], [turned("aws_kms_key", {**KMS, "policy": "{}"}, {**KMS, "policy": KEYED.replace("secretsmanager:GetSecretValue", "kms:Decrypt")})], [], 1),
    ("a URL without a login", [left("aws_lambda_permission", function_name="f", action="lambda:InvokeFunctionUrl", principal="*", function_url_auth_type="NONE")], [turned("aws_lambda_function_url", {"function_name": "f", "authorization_type": "AWS_IAM"}, {"function_name": "f", "authorization_type": "NONE"})], [], 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "there", "changes", "deleted", "judged"), TURNS, ids=[row[0] for row in TURNS]
)
def test_what_a_change_lays_open(
    tmp_path: Path, why: str, there: list[Any], changes: list[Any], deleted: list[Any], judged: int
) -> None:
    """A plan that takes a lock off a policy which stands already opens a door, as much as one that
    writes the policy; and says that it is judged. One that puts a lock on, or off elsewhere, does
    not."""
    content = plan(*there, *changes, deleted=deleted)
    found = granted.plan(tmp_path, content, changes_only=True)
    assert sum("what shuts it changes" in note for note in found.notes) == judged
    whole = {
        one for one in let_in(granted.plan(tmp_path, content)) if not one[2].startswith("shut")
    }
    assert {one for one in let_in(found) if not one[2].startswith("shut")} == (
        whole if judged else set()
    )


@pytest.mark.parametrize(("before", "judged"), [(False, 1), (True, 0)])
def test_a_pool_that_is_opened_to_guests(tmp_path: Path, before: bool, judged: int) -> None:
    """The role that trusts it stands already, and is open from then on."""
    pool, allowed = "us-east-1:11111111-2222-3333-4444-555555555555", "allow_unauthenticated_identities"  # fmt: skip
    trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
             "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool}}}  # fmt: skip
    role = left("aws_iam_role", name="r", assume_role_policy=json.dumps({"Statement": [trust]}))
    opened = turned("aws_cognito_identity_pool", {"id": pool, allowed: before}, {"id": pool, allowed: True})  # fmt: skip
    found = granted.plan(tmp_path, plan(role, opened), changes_only=True)
    assert (len(found.roles), sum("judged all the same" in one for one in found.notes)) == (judged, judged)  # fmt: skip


@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize(
    "kind", ["aws_ecr_pull_through_cache_rule", "awscc_ecr_pull_through_cache_rule"]
)
@pytest.mark.parametrize(
    ("image", "own"),
    [(f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/hub/evil/x:1", True), ("ghcr.io/evil/x:1", False)],
)
def test_a_cache_that_fetches_from_elsewhere(
    tmp_path: Path, changed: bool, kind: str, image: str, own: bool
) -> None:
    """What runs stands already, and is somebody else's from then on."""
    before = {"ecr_repository_prefix": "hub", "upstream_registry_url": "public.ecr.aws"}
    after = before | {"upstream_registry_url": "registry-1.docker.io"}
    task = left(
        "aws_ecs_task_definition", family="f", container_definitions=json.dumps([{"image": image}])
    )
    rule = turned(kind, before, after) if changed else left(kind, **before)
    found = granted.plan(tmp_path, plan(task, rule), changes_only=True)
    judged = changed and own
    assert [one.reference for one in found.code_uses] == ([image] if judged else [])
    assert (
        any("judged all the same, as what a registry fetches" in one for one in found.notes)
        is judged
    )


HUB = {"ecr_repository_prefix": "hub", "upstream_registry_url": "registry-1.docker.io"}
CACHED = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/hub/evil/x:1"


def running(image: str) -> dict[str, Any]:
    return {"family": "f", "container_definitions": json.dumps([{"image": image}])}


def stack(kind: str, **properties: Any) -> dict[str, Any]:
    body = {"Resources": {"R": {"Type": kind, "Properties": properties}}}
    return {"name": "s", "template_body": json.dumps(body)}


IN_STACK = stack("AWS::ECS::TaskDefinition", ContainerDefinitions=[{"Image": CACHED}])
RULES = stack("AWS::ECR::PullThroughCacheRule", EcrRepositoryPrefix="hub", UpstreamRegistryUrl="registry-1.docker.io")  # fmt: skip
RULE, TASK, STACK = "aws_ecr_pull_through_cache_rule", "aws_ecs_task_definition", "aws_cloudformation_stack"  # fmt: skip
CACHES: list[tuple[str, list[Any], bool]] = [
    # why, what a plan has, whether the image is judged
    ("an image in a stack", [left(STACK, **IN_STACK), planned(RULE, HUB)], True),
    ("a rule in a stack, and a new image", [left(STACK, **RULES), planned(TASK, running(CACHED))], True),
    ("a rule in a new stack", [planned(STACK, RULES), left(TASK, **running(CACHED))], True),
    ("a rule in a stack that goes", [planned(STACK, RULES, actions=["delete"]), left(TASK, **running(CACHED))], True),
    ("a rule that goes", [planned(RULE, HUB, actions=["delete"]), left(TASK, **running(CACHED))], True),
    ("a rule for all", [planned(RULE, HUB | {"ecr_repository_prefix": "ROOT"}), left(TASK, **running(CACHED))], True),
    ("a rule for a name that is not known", [planned(RULE, HUB, unknown={"ecr_repository_prefix": True}), left(TASK, **running(CACHED))], True),
    ("another name", [planned(RULE, HUB | {"ecr_repository_prefix": "other"}), left(TASK, **running(CACHED))], False),
    ("another's registry", [planned(RULE, HUB), left(TASK, **running(CACHED.replace(OWN, STRANGER)))], False),
    ("how it logs in", [turned(RULE, HUB | {"credential_arn": "a"}, HUB | {"credential_arn": "b"}), left(TASK, **running(CACHED))], False),
    ("a stack of something else", [planned(STACK, stack("AWS::SQS::Queue")), left(TASK, **running(CACHED))], False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resources", "judged"), CACHES, ids=[row[0] for row in CACHES])
def test_what_changes_for_an_image_that_does_not(
    tmp_path: Path, why: str, resources: list[Any], judged: bool
) -> None:
    """Catches somebody else's code behind a name that stays, and an alarm for what stays as it is."""
    gone = [one for one in resources if one["actions"] == ["delete"]]
    content = plan(*(one for one in resources if one not in gone), deleted=gone)
    found = granted.plan(tmp_path, content, changes_only=True)
    assert any("dkr" in (one.reference or "") for one in found.code_uses) is judged


def test_what_changes_in_another_plan(tmp_path: Path) -> None:
    """One run may be of several plans."""
    for name, one in (("a", planned(RULE, HUB)), ("b", left(TASK, **running(CACHED)))):
        (tmp_path / f"{name}.json").write_text(json.dumps(plan(one)))
    files = input_files([str(tmp_path)], PLANNED)
    found = collect_terraform(files, target(tmp_path), Reading(changes_only=True))
    assert [one.reference for one in found.code_uses] == [CACHED]


@pytest.mark.parametrize("key", ["value", "insecure_value"])
@pytest.mark.parametrize(("value", "named", "judged"), [("ami-2", "/golden", True), ("ami-1", "/golden", False), ("ami-2", "/other", False)])  # fmt: skip
def test_a_parameter_that_names_another_image(
    tmp_path: Path, value: str, named: str, judged: bool, key: str
) -> None:
    """Catches a machine of somebody else's image, of which nothing but a parameter changes."""
    before = {"name": "/golden", "type": "String", key: "ami-1"}
    there = left("aws_launch_template", name="l", image_id=f"resolve:ssm:{named}")
    content = plan(turned("aws_ssm_parameter", before, before | {key: value, "tags": {}}), there)
    found = granted.plan(tmp_path, content, changes_only=True)
    assert bool(found.image_uses) is judged


CLOUD = [
    ("by its id", "awscc_s3_bucket.b.id", "awscc_s3_bucket_policy", True),
    ("by its name", "awscc_s3_bucket.b.bucket_name", "awscc_s3_bucket_policy", True),
    ("by its id, of the other provider", "awscc_s3_bucket.b.id", "aws_s3_bucket_policy", True),
    ("another one", "awscc_s3_bucket.c.id", "awscc_s3_bucket_policy", False),
    ("by a default", "var.n", "awscc_s3_bucket_policy", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "named", "kind", "shut"), CLOUD, ids=[row[0] for row in CLOUD])
@pytest.mark.parametrize("on", ["true", "var.x"])
def test_switches_of_cloud_control(
    tmp_path: Path, why: str, named: str, kind: str, shut: bool, on: str
) -> None:
    """The awscc provider's are CloudFormation's, named as Terraform names: also by and for those of
    the other provider, and by defaults no more than these."""
    key = "policy_document" if kind.startswith("awscc") else "policy"
    text = (
        X + 'variable "n" {\ndefault = "b"\n}\n'
        f'resource "awscc_s3_bucket" "b" {{\nbucket_name = "b"\npublic_access_block_configuration = {{ restrict_public_buckets = {on}, ignore_public_acls = true }}\n}}\n'
        'resource "awscc_s3_bucket" "c" {\nbucket_name = "c"\n}\n'
        f'resource "{kind}" "p" {{\nbucket = {named}\n{key} = {json.dumps(OPEN)}\n}}\n'
    )  # fmt: skip
    found = source(tmp_path, text)
    assert {grade.startswith("shut") for _, _, grade in let_in(found)} == {shut and on == "true"}


@pytest.mark.parametrize("after", [False, True])
def test_cloud_control_that_a_change_lays_open(tmp_path: Path, after: bool) -> None:
    """In a plan, where ids are known."""
    block = {"restrict_public_buckets": True}
    made = turned("awscc_s3_bucket", {"bucket_name": "b", "id": "b", "public_access_block_configuration": block}, {"bucket_name": "b", "id": "b", "public_access_block_configuration": {"restrict_public_buckets": after}, "tags": []})  # fmt: skip
    there = left("awscc_s3_bucket_policy", bucket="b", policy_document=json.loads(OPEN))
    found = granted.plan(tmp_path, plan(there, made), changes_only=True)
    assert let_in(found) == (set() if after else ANYONE)


U = unresolved("var.w")
LAUNCHED = {"id": "lt-1", "name": "l", "image_id": "ami-0feed"}
SERVED = {"family": "t", "revision": 3, "arn": f"arn:aws:ecs:us-east-1:{OWN}:task-definition/t:3", "container_definitions": json.dumps([{"image": "evil/x:1"}])}  # fmt: skip
BUILT = {"arn": f"arn:aws:imagebuilder:us-east-1:{OWN}:image-recipe/r/1.0.0", "parent_image": "ami-0feed"}  # fmt: skip
FUNCTION = {"id": "f", "function_name": "f", "arn": f"arn:aws:lambda:us-east-1:{OWN}:function:f", "image_uri": "evil/x:1"}  # fmt: skip
IN_CHINA = FUNCTION | {"arn": f"arn:aws-cn:lambda:cn-north-1:{OWN}:function:f"}
RUNS_THEIRS = {"id": "D", "name": "D", "arn": f"arn:aws:ssm:us-east-1:{OWN}:document/D", "content": json.dumps({"mainSteps": [{"inputs": {"image": "evil/x:1"}}]})}  # fmt: skip
CLOUD_LAUNCHED = {"id": "lt-1", "launch_template_id": "lt-1", "launch_template_name": "l", "launch_template_data": {"image_id": "ami-0feed"}}  # fmt: skip
BROUGHT = [
    ("a group, by its id", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", None, {"launch_template": [{"id": "lt-1"}]}, True),
    ("a group, by its name", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", None, {"mixed_instances_policy": [{"launch_template": [{"launch_template_specification": [{"launch_template_name": "l"}]}]}]}, True),
    ("a group that did before", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", {"launch_template": [{"id": "lt-1", "version": "1"}]}, {"launch_template": [{"id": "lt-1", "version": "1"}], "max_size": 3}, False),
    ("a group that runs another from now on", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", {"launch_template": [{"id": "lt-2"}]}, {"launch_template": [{"id": "lt-1"}]}, True),
    ("a group of another", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", None, {"launch_template": [{"id": "lt-2"}]}, False),
    ("what is called so otherwise", left("aws_launch_template", **LAUNCHED), "aws_sqs_queue", None, {"name": "l"}, False),
    ("a machine", left("aws_launch_template", **LAUNCHED), "aws_instance", None, {"ami": None, "launch_template": [{"id": "lt-1"}]}, True),
    ("a service", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", None, {"task_definition": SERVED["arn"]}, True),
    ("a service, by its family and number", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", None, {"task_definition": "t:3"}, True),
    ("a service, of its family", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", None, {"task_definition": "t"}, True),
    ("a service of another", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", None, {"task_definition": "t:4"}, False),
    ("a pipeline", left("aws_imagebuilder_image_recipe", **BUILT), "aws_imagebuilder_image_pipeline", None, {"image_recipe_arn": BUILT["arn"]}, True),
    ("a group of another version of it", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", {"launch_template": [{"id": "lt-1", "version": "1"}]}, {"launch_template": [{"id": "lt-1", "version": "2"}]}, True),
    ("a schedule, of its family by its ARN", left("aws_ecs_task_definition", **SERVED, arn_without_revision=SERVED["arn"][:-2]), "aws_scheduler_schedule", None, {"target": [{"ecs_parameters": [{"task_definition_arn": SERVED["arn"][:-2]}]}]}, True),
    ("a workflow", left("aws_ecs_task_definition", **SERVED), "aws_sfn_state_machine", None, {"definition": json.dumps({"TaskDefinition": SERVED["arn"]})}, True),
    ("what has the name of another thing", left("aws_lambda_function", id="live", function_name="live", image_uri="evil/x:1"), "aws_autoscaling_group", None, {"launch_template": [{"name": "live"}]}, False),
    ("a word that is the name of a family", left("aws_ecs_task_definition", **SERVED), "aws_cloudwatch_event_target", None, {"ecs_target": [{"group": "t", "platform_version": "t"}]}, False),
    ("a tag that is its name", left("aws_launch_template", **LAUNCHED), "aws_ec2_fleet", None, {"launch_template_config": [{"tags": {"Team": "l"}}]}, False),
    ("a configuration by its name", left("aws_launch_configuration", id="c", name="c", image_id="ami-0feed"), "aws_autoscaling_group", None, {"launch_configuration": "c"}, True),
    ("a build of a pipeline", left("aws_codebuild_project", id="arn:aws:codebuild:us-east-1:222222222222:project/b", name="b", environment=[{"image": "evil/x:1"}]), "aws_codepipeline", None, {"stage": [{"action": [{"configuration": {"ProjectName": "b"}}]}]}, True),
    ("a call of a second stage", left("aws_lambda_function", **FUNCTION), "aws_codepipeline", None, {"stage": [{"action": []}, {"action": [{"configuration": {"FunctionName": "f"}}]}]}, True),
    ("a backup of a machine", left("aws_instance", id="i-1", arn=f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1", ami="ami-0feed"), "aws_backup_selection", None, {"resources": [f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1"]}, False),
    ("an alarm about a machine", left("aws_instance", id="i-1", arn=f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1", ami="ami-0feed"), "aws_x", None, {"watched": f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1"}, False),
    ("a schedule that starts one of it", left("aws_launch_template", **LAUNCHED | {"id": "lt-0feed"}), "aws_scheduler_schedule", None, {"target": [{"arn": "arn:aws:scheduler:::aws-sdk:ec2:runInstances", "input": json.dumps({"LaunchTemplate": {"LaunchTemplateId": "lt-0feed"}})}]}, True),
    ("a schedule that starts one of two", left("aws_launch_template", **LAUNCHED | {"id": "lt-0feed"}), "aws_scheduler_schedule", None, {"target": [{"arn": "arn:aws:scheduler:::aws-sdk:ec2:runInstances", "input": json.dumps({"Ids": ["lt-0abc", "lt-0feed"]})}]}, True),
    ("an alias of a function in China", left("aws_lambda_function", **IN_CHINA), "aws_cloudwatch_event_target", None, {"arn": f"{IN_CHINA['arn']}:live"}, True),
    ("a policy that names it", left("aws_ecs_task_definition", **SERVED), "aws_iam_policy", None, {"policy": json.dumps({"Resource": SERVED["arn"]})}, False),
    *((f"a function, by {kind}", left("aws_lambda_function", **FUNCTION), kind, None, after, told) for kind, after, told in (
        ("aws_lambda_event_source_mapping", {"function_name": "f"}, True),
        ("aws_lambda_event_source_mapping", {"function_name": FUNCTION["arn"]}, True),
        ("aws_lambda_event_source_mapping", {"function_name": "g", "topics": ["f"]}, False),
        ("aws_cloudwatch_event_target", {"arn": FUNCTION["arn"]}, True),
        ("aws_cloudwatch_event_target", {"arn": "arn:aws:sqs:us-east-1:222222222222:q", "input": FUNCTION["arn"]}, False),
        ("aws_sns_topic_subscription", {"endpoint": FUNCTION["arn"]}, True),
        ("aws_s3_bucket_notification", {"lambda_function": [{"lambda_function_arn": FUNCTION["arn"]}]}, True),
        ("aws_apigatewayv2_integration", {"integration_uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION['arn']}/invocations"}, True),
        ("awscc_lambda_event_source_mapping", {"function_name": "f"}, True),
        ("awscc_events_rule", {"targets": [{"arn": FUNCTION["arn"], "id": "a"}]}, True),
        *((kind, {"function_name": "f"}, True) for kind in ("aws_lambda_function_url", "aws_lambda_invocation")),
        ("awscc_lambda_url", {"target_function_arn": "f"}, True),
        ("aws_lambda_alias", {"function_name": "f", "name": "a"}, False),
        ("aws_lambda_event_source_mapping", {"function_name": "222222222222:function:f:live"}, True),
        ("aws_lambda_event_source_mapping", {"function_name": FUNCTION["arn"] + ":live"}, True),
        ("aws_lambda_event_source_mapping", {"function_name": FUNCTION["arn"] + "-2"}, False),
        ("aws_cloudwatch_event_target", {"arn": FUNCTION["arn"] + "-2"}, False),
        ("aws_sfn_state_machine", {"definition": json.dumps({"Parameters": {"FunctionName": "f", "Payload": {}}})}, True),
        ("aws_sfn_state_machine", {"definition": json.dumps({"Parameters": {"FunctionName": "f:live"}})}, True),
        ("aws_sfn_state_machine", {"definition": json.dumps({"Parameters": {"FunctionName": "g", "TableName": "f"}})}, False),
        ("aws_scheduler_schedule", {"target": [{"arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "input": json.dumps({"FunctionName": "f"})}]}, True),
        ("aws_pipes_pipe", {"enrichment": FUNCTION["arn"]}, True),
        ("aws_apigatewayv2_authorizer", {"authorizer_uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION['arn']}/invocations"}, True),
        ("aws_ses_receipt_rule", {"lambda_action": [{"function_arn": FUNCTION["arn"]}]}, True),
        ("aws_appsync_datasource", {"lambda_config": [{"function_arn": FUNCTION["arn"]}]}, True),
        ("aws_cloudwatch_metric_alarm", {"dimensions": {"StateMachineArn": FUNCTION["arn"]}}, False),
        ("aws_cloudwatch_metric_alarm", {"alarm_actions": [FUNCTION["arn"]]}, True),
        ("aws_cloudwatch_event_rule", {"event_pattern": json.dumps({"detail": {"arn": [FUNCTION["arn"]]}})}, False),
        ("aws_codestarnotifications_notification_rule", {"target": [{"address": FUNCTION["arn"]}]}, False),
        ("aws_secretsmanager_secret_version", {"secret_string": FUNCTION["arn"]}, False),
        ("github_actions_variable", {"environment": FUNCTION["arn"]}, False),
        ("aws_lambda_event_source_mapping", {"function_name": FUNCTION["arn"].replace("us-east-1", "eu-west-1")}, False),
        ("aws_ssm_document", {"content": json.dumps({"mainSteps": [{"inputs": {"FunctionName": "f"}}]})}, True),
        ("aws_s3_object", {"content": FUNCTION["arn"]}, False),
        ("aws_codepipeline", {"stage": [{"action": [{"configuration": {"FunctionName": "f"}}]}]}, True),
        ("aws_sfn_state_machine", {"definition": json.dumps({"Input": json.dumps({"FunctionName": "f"})})}, True),
        ("aws_cloudtrail", {"event_selector": [{"data_resource": [{"type": "AWS::Lambda::Function", "values": [FUNCTION["arn"]]}]}]}, False),
        ("aws_ssm_parameter", {"name": "f", "value": FUNCTION["arn"]}, False),
        ("aws_cloudwatch_dashboard", {"dashboard_body": json.dumps({"x": FUNCTION["arn"]})}, False),
        ("aws_iam_role_policy", {"policy": json.dumps({"Resource": FUNCTION["arn"]})}, False),
        ("aws_sqs_queue_policy", {"policy": json.dumps({"Resource": FUNCTION["arn"]})}, False),
        ("aws_lambda_permission", {"function_name": FUNCTION["arn"], "principal": "s3.amazonaws.com"}, False),
        ("aws_sqs_queue", {"tags": {"for": FUNCTION["arn"]}}, False),
        ("aws_lambda_permission", {"function_name": "f", "principal": "s3.amazonaws.com"}, False),
        ("aws_cloudwatch_metric_alarm", {"dimensions": {"FunctionName": "f"}}, False))),
    *((f"a task, {why}", left("aws_ecs_task_definition", **SERVED, arn_without_revision=SERVED["arn"][:-2]), kind, None, after, told) for why, kind, after, told in (
        ("of a family that begins alike", "aws_ecs_service", {"task_definition": SERVED["arn"].replace("/t:3", "/t-worker:3")}, False),
        ("of a revision that begins alike", "aws_ecs_service", {"task_definition": SERVED["arn"] + "1"}, False),
        ("by its family in a step", "aws_sfn_state_machine", {"definition": json.dumps({"Parameters": {"TaskDefinition": "t"}})}, True),
        ("by another revision in a step", "aws_sfn_state_machine", {"definition": json.dumps({"Parameters": {"TaskDefinition": "t:4"}})}, False))),
    ("a job, by its name in a step", left("aws_batch_job_definition", name="j", revision=2, arn=f"arn:aws:batch:us-east-1:{OWN}:job-definition/j:2", container_properties=json.dumps({"image": "evil/x:1"})), "aws_sfn_state_machine", None, {"definition": json.dumps({"Parameters": {"JobDefinition": "j"}})}, True),
    ("a job, by its ARN of any revision", left("aws_batch_job_definition", name="j", revision=2, arn=f"arn:aws:batch:us-east-1:{OWN}:job-definition/j:2", arn_prefix=f"arn:aws:batch:us-east-1:{OWN}:job-definition/j", container_properties=json.dumps({"image": "evil/x:1"})), "aws_cloudwatch_event_target", None, {"arn": f"arn:aws:batch:us-east-1:{OWN}:job-queue/q", "batch_target": [{"job_definition": f"arn:aws:batch:us-east-1:{OWN}:job-definition/j"}]}, True),
    ("a build, by a webhook", left("aws_codebuild_project", id="arn:aws:codebuild:us-east-1:222222222222:project/b", name="b", environment=[{"image": "evil/x:1"}]), "aws_codebuild_webhook", None, {"project_name": "b"}, True),
    ("machines of a queue", left("aws_batch_compute_environment", arn=f"arn:aws:batch:us-east-1:{OWN}:compute-environment/c", compute_resources=[{"image_id": "ami-0feed"}]), "aws_batch_job_queue", None, {"compute_environment_order": [{"compute_environment": f"arn:aws:batch:us-east-1:{OWN}:compute-environment/c"}]}, True),
    ("an event's target that did before", left("aws_lambda_function", **FUNCTION), "aws_cloudwatch_event_target", {"arn": FUNCTION["arn"]}, {"arn": FUNCTION["arn"], "input": "{}"}, False),
    *((f"what Cloud Control made, {why}", left(there, **values), kind, None, after, told) for why, there, values, kind, after, told in (
        ("by its id", "awscc_ec2_launch_template", CLOUD_LAUNCHED, "awscc_autoscaling_auto_scaling_group", {"launch_template": {"launch_template_id": "lt-1", "version": "1"}}, True),
        ("by its name", "awscc_ec2_launch_template", CLOUD_LAUNCHED, "awscc_autoscaling_auto_scaling_group", {"launch_template": {"launch_template_name": "l", "version": "1"}}, True),
        ("by its name, by the other provider", "awscc_ec2_launch_template", CLOUD_LAUNCHED, "aws_autoscaling_group", {"launch_template": [{"name": "l"}]}, True),
        ("by another name", "awscc_ec2_launch_template", CLOUD_LAUNCHED, "awscc_autoscaling_auto_scaling_group", {"launch_template": {"launch_template_name": "m", "version": "1"}}, False),
        ("the other provider's", "aws_launch_template", LAUNCHED, "awscc_autoscaling_auto_scaling_group", {"launch_template": {"launch_template_name": "l", "version": "1"}}, True),
        ("a task", "awscc_ecs_task_definition", {"family": "t", "id": SERVED["arn"], "task_definition_arn": SERVED["arn"], "container_definitions": [{"name": "a", "image": "evil/x:1"}]}, "awscc_ecs_service", {"task_definition": SERVED["arn"]}, True),
        ("a task, by the other provider", "awscc_ecs_task_definition", {"family": "t", "task_definition_arn": SERVED["arn"], "container_definitions": [{"name": "a", "image": "evil/x:1"}]}, "aws_ecs_service", {"task_definition": SERVED["arn"]}, True),
        ("a launch configuration", "awscc_autoscaling_launch_configuration", {"id": "c", "launch_configuration_name": "c", "image_id": "ami-0feed"}, "awscc_autoscaling_auto_scaling_group", {"launch_configuration_name": "c"}, True))),
    *((f"what {why}", left(there, **values), kind, before, after, told) for why, there, values, kind, before, after, told in (
        ("is named by its ARN now", "aws_lambda_function", FUNCTION, "aws_lambda_event_source_mapping", {"function_name": "f"}, {"function_name": FUNCTION["arn"]}, False),
        ("is named by its name now", "aws_lambda_function", FUNCTION, "aws_lambda_event_source_mapping", {"function_name": FUNCTION["arn"]}, {"function_name": "f"}, False),
        ("is named by its ARN and an alias now", "aws_lambda_function", FUNCTION, "aws_lambda_event_source_mapping", {"function_name": "f"}, {"function_name": FUNCTION["arn"] + ":a"}, True),
        ("is named with another alias now", "aws_lambda_function", FUNCTION, "aws_lambda_event_source_mapping", {"function_name": "f:a"}, {"function_name": "f:b"}, True),
        ("is named without its alias now", "aws_lambda_function", FUNCTION, "aws_lambda_event_source_mapping", {"function_name": "f:a"}, {"function_name": FUNCTION["arn"]}, True),
        ("is named by its ARN in a step now", "aws_lambda_function", FUNCTION, "aws_sfn_state_machine", {"definition": json.dumps({"FunctionName": "f"})}, {"definition": json.dumps({"FunctionName": FUNCTION["arn"]})}, False),
        ("is named by its revision's ARN now", "aws_ecs_task_definition", SERVED, "aws_ecs_service", {"task_definition": "t:3"}, {"task_definition": SERVED["arn"]}, False),
        ("was named by its family alone", "aws_ecs_task_definition", SERVED, "aws_ecs_service", {"task_definition": "t"}, {"task_definition": SERVED["arn"]}, True),
        ("is of another revision now", "aws_ecs_task_definition", SERVED, "aws_ecs_service", {"task_definition": "t:2"}, {"task_definition": SERVED["arn"]}, True),
        ("is named by its id now", "aws_launch_template", LAUNCHED, "aws_autoscaling_group", {"launch_template": [{"name": "l", "version": "2"}]}, {"launch_template": [{"id": "lt-1", "version": "2"}]}, False),
        ("is named by its id, and another version", "aws_launch_template", LAUNCHED, "aws_autoscaling_group", {"launch_template": [{"name": "l", "version": "1"}]}, {"launch_template": [{"id": "lt-1", "version": "2"}]}, True),
        ("is named by its id, of the default version before", "aws_launch_template", LAUNCHED, "aws_autoscaling_group", {"launch_template": [{"name": "l"}]}, {"launch_template": [{"id": "lt-1", "version": "2"}]}, True))),
    *((f"a document, {why}", left("aws_ssm_document", **RUNS_THEIRS), kind, before, after, told) for why, kind, before, after, told in (
        ("by an association", "aws_ssm_association", None, {"name": "D"}, True),
        ("by its ARN", "aws_ssm_association", None, {"name": RUNS_THEIRS["arn"]}, True),
        ("by its ARN now", "aws_ssm_association", {"name": "D"}, {"name": RUNS_THEIRS["arn"]}, False),
        ("in place of another", "aws_ssm_association", {"name": "E"}, {"name": "D"}, True),
        ("of another version", "aws_ssm_association", {"name": "D", "document_version": "1"}, {"name": "D", "document_version": "2"}, True),
        ("of the version by default", "aws_ssm_association", {"name": "D", "document_version": "1"}, {"name": "D"}, True),
        ("of that version as before", "aws_ssm_association", {"name": "D"}, {"name": RUNS_THEIRS["arn"], "max_errors": "1"}, False),
        ("by a document that runs it", "aws_ssm_document", None, {"name": "E", "content": json.dumps({"inputs": {"documentPath": "D"}})}, True),
        ("at another hour", "aws_ssm_association", {"name": "D", "document_version": "1", "schedule_expression": "a"}, {"name": "D", "document_version": "1", "schedule_expression": "b"}, False),
        ("by a task", "aws_ssm_maintenance_window_task", None, {"task_type": "AUTOMATION", "task_arn": "D"}, True),
        ("by a remediation", "aws_config_remediation_configuration", None, {"target_type": "SSM_DOCUMENT", "target_id": "D"}, True),
        ("by another version of it", "aws_config_remediation_configuration", {"target_id": "D", "target_version": "1"}, {"target_id": "D", "target_version": "2"}, True),
        ("by a plan for incidents", "aws_ssmincidents_response_plan", None, {"action": [{"ssm_automation": [{"document_name": "D"}]}]}, True),
        ("by a rule", "aws_cloudwatch_event_target", None, {"arn": RUNS_THEIRS["arn"].replace("document/", "automation-definition/") + ":$DEFAULT"}, True),
        ("by a rule of Cloud Control", "awscc_events_rule", None, {"targets": [{"arn": RUNS_THEIRS["arn"].replace("document/", "automation-definition/"), "id": "a"}]}, True),
        ("by a step", "aws_sfn_state_machine", None, {"definition": json.dumps({"Parameters": {"DocumentName": "D"}})}, True),
        ("by Cloud Control", "awscc_ssm_association", None, {"name": "D"}, True),
        ("by AWS-RunDocument", "aws_ssm_association", None, {"name": "AWS-RunDocument", "parameters": {"sourceType": "SSMDocument", "sourceInfo": json.dumps({"name": "D"})}}, True),
        ("by AWS-RunDocument of a task", "aws_ssm_maintenance_window_task", None, {"task_type": "RUN_COMMAND", "task_arn": "AWS-RunDocument", "task_invocation_parameters": [{"run_command_parameters": [{"parameter": [{"name": "sourceInfo", "values": [json.dumps({"name": "D"})]}]}]}]}, True),
        ("by AWS-RunDocument of a step", "aws_sfn_state_machine", None, {"definition": json.dumps({"Parameters": {"DocumentName": "AWS-RunDocument", "Parameters": {"sourceInfo": [json.dumps({"name": "D"})]}}})}, True),
        ("in YAML", "aws_ssm_document", None, {"name": "E", "content": "mainSteps:\n- action: aws:runDocument\n  inputs:\n    documentType: SSMDocument\n    documentPath: D\n"}, True),
        ("by a document that runs another version of it", "aws_ssm_document", *({"name": "E", "content": json.dumps({"inputs": {"documentPath": "D", "documentVersion": one}})} for one in "12"), True),
        ("in YAML, of another second version", "aws_ssm_document", *({"name": "E", "content": f"a: {{DocumentName: D, DocumentVersion: 1}}\nb: {{DocumentName: D, DocumentVersion: {one}}}\n"} for one in "23"), True),
        ("by AWS-RunDocument, of another version", "aws_ssm_association", *({"name": "AWS-RunDocument", "parameters": {"sourceInfo": json.dumps({"name": f"D:{one}"})}} for one in "23"), True),
        ("in YAML, behind a sign that begins no comment", "aws_ssm_document", None, {"name": "E", "content": "a: {x: '#1', DocumentName: D}\n"}, True),
        ("in JSON within YAML", "aws_ssm_document", None, {"name": "E", "content": 'a: "{\\"DocumentName\\": \\"D\\"}"\n'}, True),
        ("by AWS-RunDocument, in what is no JSON yet", "aws_ssm_association", None, {"name": "AWS-RunDocument", "parameters": {"sourceInfo": '{"name": "D", "version": {{ x }}}'}}, True),
        ("in quoted YAML", "aws_ssm_document", None, {"name": "E", "content": "mainSteps:\n- action: aws:runCommand\n  inputs: {'DocumentName': 'D'}\n"}, True),
        ("by a task, of another version", "aws_ssm_maintenance_window_task", *({"task_arn": "D", "task_invocation_parameters": [{"automation_parameters": [{"document_version": one}]}]} for one in ("1", "2")), True),
        ("by a schedule, of another version", "aws_scheduler_schedule", *({"target": [{"arn": "arn:aws:scheduler:::aws-sdk:ssm:startAutomationExecution", "input": json.dumps({"DocumentName": "D", "DocumentVersion": one})}]} for one in ("1", "2")), True),
        ("by a machine of Cloud Control", "awscc_ec2_instance", None, {"ssm_associations": [{"document_name": "D"}]}, True),
        ("by a task of a window that is switched off", "aws_ssm_maintenance_window_task", *({"window_id": "mw-1", "task_arn": "D", "priority": one} for one in (1, 2)), False),
        ("by a remediation of its own accord", "aws_config_remediation_configuration", *({"target_id": "D", "automatic": one} for one in (False, True)), True),
        ("by a remediation at somebody's word", "aws_config_remediation_configuration", *({"target_id": "D", "automatic": one} for one in (True, False)), False),
        ("by a rule's AWS-RunDocument", "aws_cloudwatch_event_target", None, {"arn": "arn:aws:ssm:us-east-1::document/AWS-RunDocument", "input": json.dumps({"sourceInfo": [json.dumps({"name": "D"})]})}, True),
        ("by AWS-RunDocument, of a version", "aws_ssm_association", None, {"name": "AWS-RunDocument", "parameters": {"sourceInfo": json.dumps({"name": "D:3"})}}, True),
        ("beside another of another version", "aws_sfn_state_machine", *({"definition": json.dumps({"a": {"DocumentName": "D", "DocumentVersion": "1"}, "b": {"DocumentName": "E", "DocumentVersion": one}})} for one in "12"), False),
        ("of a version that is no longer named", "aws_sfn_state_machine", *({"definition": json.dumps({"DocumentName": "D", **one})} for one in ({"DocumentVersion": "1"}, {})), True),
        ("by a task, of a version that is no longer named", "aws_ssm_maintenance_window_task", *({"task_arn": "D", "task_invocation_parameters": [{"automation_parameters": [one]}]} for one in ({"document_version": "1"}, {})), True),
        ("in a comment of YAML", "aws_ssm_document", None, {"name": "E", "content": "# DocumentName: D\nmainSteps: []\n"}, False),
        ("in a description", "aws_ssm_document", None, {"name": "E", "content": json.dumps({"description": "runs DocumentName: D"})}, False),
        ("by a document that changes otherwise", "aws_ssm_document", {"name": "E", "document_version": "1", "content": json.dumps({"inputs": {"DocumentName": "D"}})}, {"name": "E", "document_version": "2", "content": json.dumps({"inputs": {"DocumentName": "D"}, "x": 1})}, False),
        ("that has its name by chance", "aws_ssm_parameter", None, {"name": "D"}, False))),
    ("a function, by an alias of another version", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", {"function_name": "f", "function_version": "1", "name": "a"}, {"function_name": "f", "function_version": "2", "name": "a"}, True),
    ("a function, by an alias that is described", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", {"function_name": "f", "function_version": "1", "name": "a"}, {"function_name": "f", "function_version": "1", "name": "a", "description": "x"}, False),
    ("a function, by an alias of two versions", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", {"function_name": "f", "function_version": "1", "name": "a"}, {"function_name": "f", "function_version": "1", "name": "a", "routing_config": [{"additional_version_weights": {"2": 0.1}}]}, True),
    ("a function, by an alias with another weight", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", *({"function_name": "f", "function_version": "1", "name": "a", "routing_config": [{"additional_version_weights": {"2": one}}]} for one in (0.1, 0.2)), False),
    ("a function, by Cloud Control's alias of two versions", left("aws_lambda_function", **FUNCTION), "awscc_lambda_alias", {"function_name": "f", "function_version": "1"}, {"function_name": "f", "function_version": "1", "routing_config": {"additional_version_weights": [{"function_version": "2", "function_weight": 0.1}]}}, True),
    ("a function, by queues that are read from now on", left("aws_lambda_function", **FUNCTION), "aws_lambda_event_source_mapping", *({"function_name": "f", "enabled": one} for one in (False, True)), True),
    ("a function, by a schedule that goes on", left("aws_lambda_function", **FUNCTION), "aws_scheduler_schedule", *({"state": one, "target": [{"arn": FUNCTION["arn"]}]} for one in ("DISABLED", "ENABLED")), True),
    ("a function, by a schedule that ends", left("aws_lambda_function", **FUNCTION), "aws_scheduler_schedule", *({"state": one, "target": [{"arn": FUNCTION["arn"]}]} for one in ("ENABLED", "DISABLED")), False),
    ("a function on which an experiment is made", left("aws_lambda_function", **FUNCTION), "aws_fis_experiment_template", None, {"target": [{"resource_arns": [FUNCTION["arn"]]}]}, False),
    ("a task, by a service of none until now", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", *({"task_definition": "t:3", "desired_count": one} for one in (0, 2)), True),
    ("a group of one more at least", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", *({"launch_template": [{"id": "lt-1", "version": "1"}], "min_size": one, "desired_capacity": 3, "max_size": 4} for one in (0, 1)), False),
    ("a function, by a URL of another alias", left("aws_lambda_function", **FUNCTION), "aws_lambda_function_url", *({"function_name": "f", "qualifier": one} for one in "ab"), True),
    *(("a function, by an alias with weights that are told later", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", *({"function_name": "f", "function_version": "1", **one} for one in ({}, {"routing_config": after})), True) for after in (U, [U], [{"additional_version_weights": U}], [{"additional_version_weights": {U: 0.1}}])),
    ("a function, by an alias with a weight of nothing", left("aws_lambda_function", **FUNCTION), "aws_lambda_alias", *({"function_name": "f", "function_version": "1", "routing_config": [{"additional_version_weights": {"2": one}}]} for one in (0, 0.1)), True),
    ("a function that waits for calls from now on", left("aws_lambda_function", **FUNCTION), "aws_lambda_provisioned_concurrency_config", None, {"function_name": "f", "qualifier": "1"}, True),
    ("a template, by a group whose size is a text", left("aws_launch_template", **LAUNCHED), "awscc_autoscaling_auto_scaling_group", *({"launch_template": {"launch_template_id": "lt-1", "version": "1"}, "desired_capacity": one} for one in "02"), True),
    ("a task, by a service of more", left("aws_ecs_task_definition", **SERVED), "aws_ecs_service", *({"task_definition": "t:3", "desired_count": one} for one in (1, 2)), False),
    ("a template, by nodes of none until now", left("aws_launch_template", **LAUNCHED), "aws_eks_node_group", *({"launch_template": [{"id": "lt-1", "version": "1"}], "scaling_config": [{"desired_size": one, "max_size": 3}]} for one in (0, 2)), True),
    ("a template, by a block of its nodes", left("aws_launch_template", **LAUNCHED), "awscc_eks_nodegroup", *({"launch_template": {"id": "lt-1", "version": "1"}, "scaling_config": {"desired_size": one, "max_size": 3}} for one in (0, 2)), True),
    ("a function, by a source that has no state until now", left("aws_lambda_function", **FUNCTION), "aws_lambda_event_source_mapping", *({"function_name": FUNCTION["arn"], "state": one} for one in ("", "Enabled")), True),
    ("a function, by a source of none", left("aws_lambda_function", **FUNCTION), "aws_lambda_event_source_mapping", *({"function_name": FUNCTION["arn"], "desired_state": one} for one in ("NONE", "RUNNING")), True),
    ("a template, by computers of none", left("aws_launch_template", **LAUNCHED), "aws_batch_compute_environment", *({"compute_resources": [{"launch_template": [{"launch_template_id": "lt-1"}]}], "desired_vcpus": one} for one in (0, 2)), True),
    ("a template, by another version as a number", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", *({"launch_template": [{"id": "lt-1", "version": one}]} for one in (1, 2)), True),
    ("a document, by the second version that a text names", left("aws_ssm_document", **RUNS_THEIRS), "aws_sfn_state_machine", *({"definition": json.dumps([{"DocumentName": "D", "DocumentVersion": each} for each in ("1", one)])} for one in ("2", "3")), True),
    *((f"a function, by {why}", left("aws_lambda_function", **FUNCTION), kind, before, after, told) for why, kind, before, after, told in (
        ("a source whose state a provider computes", "aws_lambda_event_source_mapping", {"function_name": "f", "enabled": False, "state": "Disabled"}, {"function_name": "f", "enabled": True, "state": "Disabled"}, True),
        ("a source whose state is told in another way", "aws_lambda_event_source_mapping", {"function_name": "f", "enabled": False}, {"function_name": "f", "state": "Enabled"}, True),
        ("a source that is off as before", "aws_lambda_event_source_mapping", {"function_name": "f", "enabled": False, "x": 1}, {"function_name": "f", "enabled": False, "x": 2}, False),
        ("what reads a log", "aws_cloudwatch_log_subscription_filter", None, {"destination_arn": FUNCTION["arn"], "log_group_name": "g"}, True),
        ("a log's group", "aws_cloudwatch_log_group", None, {"name": FUNCTION["arn"]}, False),
        ("an extension of AppConfig", "aws_appconfig_extension", None, {"action_point": [{"action": [{"uri": FUNCTION["arn"]}]}]}, True),
        ("a workflow in JSONata", "aws_sfn_state_machine", None, {"definition": json.dumps({"Arguments": {"FunctionName": "{% 'f' %}"}})}, True),
        ("a weight of nothing in another spelling", "aws_lambda_alias", *({"function_name": "f", "function_version": "1", "routing_config": [{"additional_version_weights": {"2": one}}]} for one in (0, "0.0")), False),
        *((f"weights that are {routing!r}", "aws_lambda_alias", {"function_name": "f", "function_version": "1"}, {"function_name": "f", "function_version": "1", "routing_config": routing}, False) for routing in ([1], True, [{"additional_version_weights": 5}])))),
    *((f"a template, by a fleet of {size}", left("aws_launch_template", **LAUNCHED), "aws_ec2_fleet", *({"launch_template_config": [{"launch_template_specification": [{"launch_template_id": "lt-1", "version": "1"}]}], "target_capacity_specification": [{"total_target_capacity": one}]} for one in (size, 2)), told) for size, told in ((0, True), (1, False))),
    ("a task, by a set of none until now", left("aws_ecs_task_definition", **SERVED), "aws_ecs_task_set", *({"task_definition": "t:3", "scale": [{"unit": "PERCENT", "value": one}]} for one in (0, 100)), True),
    ("a template, by a group of two at least", left("aws_launch_template", **LAUNCHED), "aws_autoscaling_group", *({"launch_template": [{"id": "lt-1", "version": "1"}], "min_size": one, "desired_capacity": 0, "max_size": 4} for one in (0, 2)), True),
    *((f"a document, by another {why}", left("aws_ssm_document", **RUNS_THEIRS), "aws_ssm_document", None, {"name": "E", "content": content}, told) for why, content, told in (
        ("in YAML, by an anchor", "a: &a D\nDocumentName: *a\n", True), ("in YAML, in a block", "a:\n  DocumentName: >-\n    D\n", True), ("in YAML, behind a comment", "a:\n  DocumentName: # why\n    D\n", True), ("in YAML, as its source", "a: {sourceInfo: {name: D}}\n", True),
        ("in a script", "Script: |\n  c.start_automation_execution(DocumentName='D')\n", True), ("in a comment of YAML", "mainSteps: [] # DocumentName: D\n", False), ("in what people read", "description: 'runs DocumentName: D'\nmainSteps: []\n", False))),
    *((f"a document, by {why}", left("aws_ssm_document", **RUNS_THEIRS), "aws_ssm_document", {"name": "E", "content": before}, {"name": "E", "content": after}, told) for why, before, after, told in (
        ("one in another form", "mainSteps:\n- {DocumentName: D}\n", json.dumps({"mainSteps": [{"DocumentName": "D"}]}), False), ("its default version in words", json.dumps([{"DocumentName": "D"}]), json.dumps([{"DocumentName": "D", "DocumentVersion": "$DEFAULT"}]), False),
        ("the version of another", "a: {DocumentName: D, DocumentVersion: '1'}\nb: {DocumentName: C, DocumentVersion: '1'}\n", "a: {DocumentName: D, DocumentVersion: '1'}\nb: {DocumentName: C, DocumentVersion: '2'}\n", False))),
    *((f"a document of that name, in what is handed to {why}", left("aws_ssm_document", **RUNS_THEIRS), kind, None, values, told) for why, kind, values, told in (
        ("a function", "aws_cloudwatch_event_target", {"arn": f"arn:aws:lambda:us-east-1:{OWN}:function:h", "input": '{"name": "D"}'}, False), ("a package", "aws_ssm_association", {"name": "AWS-ConfigureAWSPackage", "parameters": {"x": '{"name": "D"}'}}, False), ("what runs any", "aws_ssm_association", {"name": "AWS-RunDocument", "parameters": {"sourceInfo": '{"name": "D"}'}}, True))),
    ("an image of it", left("aws_instance", id="i-1", ami="ami-0feed"), "aws_ami_from_instance", None, {"name": "i", "source_instance_id": "i-1"}, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "there", "kind", "before", "after", "told"), BROUGHT, ids=[row[0] for row in BROUGHT]
)
def test_what_something_runs_from_now_on(
    tmp_path: Path, why: str, there: Any, kind: str, before: Any, after: Any, told: bool
) -> None:
    """Catches a new machine or service that passes, as what it runs is there already."""
    made = turned(kind, before, after) if before else planned(kind, after)
    found = granted.plan(tmp_path, plan(there, made), changes_only=True)
    named = {one.image_id for one in found.image_uses} | {one.reference for one in found.code_uses}
    named |= {"evil/x:1" for one in found.gaps if "evil/x:1" in one.message}
    assert (len(named & {"ami-0feed", "evil/x:1"}) == 1) is told
    assert any("runs it from now on" in one for one in found.notes) is told


def test_what_another_thing_ran_before(tmp_path: Path) -> None:
    """Catches a new group that passes, as another one ran the same until now."""
    was, now = ({"launch_template": [{"id": one}]} for one in ("lt-1", "lt-2"))
    several = (
        turned("aws_autoscaling_group", was, now),
        planned("aws_autoscaling_group", was, name="n"),
    )
    there = left("aws_launch_template", **LAUNCHED)
    found = granted.plan(tmp_path, plan(there, *several), changes_only=True)
    assert [one.image_id for one in found.image_uses] == ["ami-0feed"]


def test_what_another_plan_runs_from_now_on(tmp_path: Path) -> None:
    """One run may be of several."""
    group = planned("aws_autoscaling_group", {"launch_template": [{"id": "lt-1"}]})
    for name, content in (("a", plan(left("aws_launch_template", **LAUNCHED))), ("b", plan(group))):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    files = input_files([str(tmp_path / "a.json"), str(tmp_path / "b.json")], PLANNED)
    found = collect_terraform(files, target(tmp_path), Reading(changes_only=True))
    assert [one.image_id for one in found.image_uses] == ["ami-0feed"]


def test_what_something_runs_by_several_steps(tmp_path: Path) -> None:
    """Catches a new machine of an own image that stays, and is a stranger's copy, or made of a
    machine that runs a stranger's."""
    copied = left(
        "aws_ami_copy", id="ami-1", source_ami_id="ami-0feed", source_ami_region="us-east-1"
    )
    machine = left("aws_instance", id="i-1", ami="ami-0feed")
    taken = left("aws_ami_from_instance", id="ami-1", source_instance_id="i-1")
    for several in ((copied,), (taken, machine), (machine, taken)):
        made = planned("aws_instance", {"ami": "ami-1"}, name="new")
        found = granted.plan(tmp_path, plan(*several, made), changes_only=True)
        assert {"ami-0feed"} <= {one.image_id for one in found.image_uses}


def test_what_something_between_runs(tmp_path: Path) -> None:
    """Catches a new target of a workflow that stays, and runs a stranger's image."""
    workflow = f"arn:aws:states:us-east-1:{OWN}:stateMachine:w"
    between = left("aws_sfn_state_machine", arn=workflow, definition=json.dumps({"Parameters": {"TaskDefinition": "t"}}))  # fmt: skip
    task = left("aws_ecs_task_definition", **SERVED)
    for of, named in ((workflow, {"evil/x:1"}), (f"{workflow}-2", set())):
        made = planned("aws_cloudwatch_event_target", {"arn": of}, name="new")
        found = granted.plan(tmp_path, plan(task, between, made), changes_only=True)
        assert {one.reference for one in found.code_uses} & {"evil/x:1"} == named


API = "arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/g/1"
GROUP = {"name": "g", "launch_template": [{"id": "lt-1", "version": "1"}]}
SERVICE = {
    "name": "s",
    "cluster": f"arn:aws:ecs:us-east-1:{OWN}:cluster/c",
    "task_definition": "t:3",
}
MORE = [
    # what stays and runs nothing, or runs already, and what is new beside it
    ("a schedule of a group of none", "aws_autoscaling_group", GROUP | {"desired_capacity": 0, "min_size": 0}, "aws_autoscaling_schedule", {"autoscaling_group_name": "g", "desired_capacity": 2}, True),
    ("a schedule that lets it be", "aws_autoscaling_group", GROUP | {"desired_capacity": 0, "min_size": 0}, "aws_autoscaling_schedule", {"autoscaling_group_name": "g", "desired_capacity": 0}, False),
    ("a schedule of a group of some", "aws_autoscaling_group", GROUP | {"desired_capacity": 3}, "aws_autoscaling_schedule", {"autoscaling_group_name": "g", "desired_capacity": 2}, False),
    ("a schedule of another", "aws_autoscaling_group", GROUP | {"desired_capacity": 0}, "aws_autoscaling_schedule", {"autoscaling_group_name": "h", "desired_capacity": 2}, False),
    ("more tasks of a service of none", "aws_ecs_service", SERVICE | {"desired_count": 0}, "aws_appautoscaling_target", {"resource_id": "service/c/s", "min_capacity": 2}, True),
    ("more tasks of a service of some", "aws_ecs_service", SERVICE | {"desired_count": 1}, "aws_appautoscaling_target", {"resource_id": "service/c/s", "min_capacity": 2}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "kind", "values", "by", "made", "told"), MORE, ids=[row[0] for row in MORE]
)
def test_what_is_grown_from_none(
    tmp_path: Path, why: str, kind: str, values: Any, by: str, made: Any, told: bool
) -> None:
    """Catches a stranger's code of a group or a service that ran none until now."""
    there = [left("aws_launch_template", **LAUNCHED), left("aws_ecs_task_definition", **SERVED)]
    found = granted.plan(
        tmp_path, plan(*there, left(kind, **values), planned(by, made)), changes_only=True
    )
    assert any("runs it from now on" in one for one in found.notes) is told


def test_a_machine_that_is_started(tmp_path: Path) -> None:
    """Catches one of a stranger's image that stood still."""
    there = left("aws_instance", id="i-1", ami="ami-0feed", instance_state="stopped")
    made = planned("aws_ec2_instance_state", {"instance_id": "i-1", "state": "running"})
    found = granted.plan(tmp_path, plan(there, made), changes_only=True)
    assert [one.image_id for one in found.image_uses] == ["ami-0feed"]


WAYS = [
    ("a rule that is switched on", left("aws_cloudwatch_event_target", rule="r", arn=FUNCTION["arn"]), turned("aws_cloudwatch_event_rule", *({"name": "r", "state": one} for one in ("DISABLED", "ENABLED"))), True),
    ("another rule that is switched on", left("aws_cloudwatch_event_target", rule="r", arn=FUNCTION["arn"]), turned("aws_cloudwatch_event_rule", *({"name": "s", "state": one} for one in ("DISABLED", "ENABLED"))), False),
    ("a rule that is on", left("aws_cloudwatch_event_target", rule="r", arn=FUNCTION["arn"]), turned("aws_cloudwatch_event_rule", *({"name": "r", "state": "ENABLED", "description": one} for one in "ab")), False),
    ("a window that is switched on", left("aws_ssm_maintenance_window_task", window_id="mw-1", task_type="LAMBDA", task_arn=FUNCTION["arn"]), turned("aws_ssm_maintenance_window", *({"id": "mw-1", "name": "w", "enabled": one} for one in (False, True))), True),
    ("a rule that is on by another word", left("aws_cloudwatch_event_target", rule="r", arn=FUNCTION["arn"]), turned("aws_cloudwatch_event_rule", {"name": "r", "is_enabled": False}, {"name": "r", "state": "ENABLED", "is_enabled": None}), True),
    ("a window of Cloud Control", left("awscc_ssm_maintenance_window_task", window_id="mw-1", task_type="LAMBDA", task_arn=FUNCTION["arn"]), turned("awscc_ssm_maintenance_window", *({"window_id": "mw-1", "enabled": one} for one in (False, True))), True),
    ("a new function of an API", left("aws_appsync_datasource", name="d", lambda_config=[{"function_arn": FUNCTION["arn"]}]), planned("aws_appsync_function", {"data_source": "d"}, name="n"), True),
    ("a new route", left("aws_apigatewayv2_integration", id="abc", integration_uri=FUNCTION["arn"]), planned("aws_apigatewayv2_route", {"route_key": "GET /", "target": "integrations/abc"}, name="n"), True),
    ("a new route to another", left("aws_apigatewayv2_integration", id="abc", integration_uri=FUNCTION["arn"]), planned("aws_apigatewayv2_route", {"target": "integrations/abd"}, name="n"), False),
    ("a new resolver", left("aws_appsync_datasource", name="d", lambda_config=[{"function_arn": FUNCTION["arn"]}]), planned("aws_appsync_resolver", {"data_source": "d"}, name="n"), True),
    ("a new listener", left("aws_lb_target_group_attachment", target_group_arn=API, target_id=FUNCTION["arn"]), planned("aws_lb_listener", {"default_action": [{"type": "forward", "target_group_arn": API}]}, name="n"), True),
    ("a new rule of a listener, by its older name", left("aws_alb_target_group_attachment", target_group_arn=API, target_id=FUNCTION["arn"]), planned("aws_alb_listener_rule", {"action": [{"forward": [{"target_group": [{"arn": API}]}]}]}, name="n"), True),
    ("a new route of Cloud Control", left("awscc_apigatewayv2_integration", integration_id="abc", integration_uri=FUNCTION["arn"]), planned("awscc_apigatewayv2_route", {"route_key": "GET /", "target": "integrations/abc"}, name="n"), True),
    *((f"a new {of} with an authorizer", left(kind, id="abc", authorizer_uri=FUNCTION["arn"]), planned(of, {"authorizer_id": one}, name="n"), told) for kind, of in (("aws_apigatewayv2_authorizer", "aws_apigatewayv2_route"), ("aws_api_gateway_authorizer", "aws_api_gateway_method")) for one, told in (("abc", True), ("abd", False))),
    ("rules for mail that are active", left("aws_ses_receipt_rule", name="r", rule_set_name="m", lambda_action=[{"function_arn": FUNCTION["arn"]}]), planned("aws_ses_active_receipt_rule_set", {"rule_set_name": "m"}, name="n"), True),
    ("a resolver of several functions", left("aws_appsync_function", function_id="fn1", x=FUNCTION["arn"]), planned("aws_appsync_resolver", {"pipeline_config": [{"functions": ["fn1"]}]}, name="n"), True),
    ("a webhook of a pipeline", left("aws_codepipeline", name="p", stage=[{"action": [{"configuration": {"FunctionName": "f"}}]}]), planned("aws_codepipeline_webhook", {"target_pipeline": "p"}, name="n"), True),
    ("a new rule of a listener", left("aws_lb_target_group_attachment", target_group_arn=API, target_id=FUNCTION["arn"]), planned("aws_lb_listener_rule", {"action": [{"forward": [{"target_group": [{"arn": API}]}]}]}, name="n"), True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "between", "made", "told"), WAYS, ids=[row[0] for row in WAYS])
def test_ways_to_a_function(tmp_path: Path, why: str, between: Any, made: Any, told: bool) -> None:
    """Catches a function that passes, as what leads to it stays."""
    found = granted.plan(
        tmp_path, plan(left("aws_lambda_function", **FUNCTION), between, made), changes_only=True
    )
    assert [one.reference for one in found.code_uses] == ["evil/x:1"] * told


@pytest.mark.parametrize("of", [FUNCTION["arn"], f"{FUNCTION['arn']}:live", f"{FUNCTION['arn']}:{'l' * 128}"])  # fmt: skip
def test_what_something_between_runs_by_a_longer_name(tmp_path: Path, of: str) -> None:
    """Catches a function that passes, as the workflow that stays names an alias of it."""
    workflow = f"arn:aws:states:us-east-1:{OWN}:stateMachine:w"
    between = left("aws_sfn_state_machine", arn=workflow, definition=json.dumps({"Resource": of}))
    made = planned("aws_cloudwatch_event_target", {"arn": workflow}, name="new")
    there = left("aws_lambda_function", **FUNCTION)
    found = granted.plan(tmp_path, plan(there, between, made), changes_only=True)
    assert [one.reference for one in found.code_uses] == ["evil/x:1"]


@pytest.mark.parametrize("before", [None, {"function_name": FUNCTION["arn"].replace("us-east-1", "eu-west-1")}])  # fmt: skip
@pytest.mark.parametrize("first", [False, True])
def test_a_name_that_two_have(tmp_path: Path, before: Any, first: bool) -> None:
    """Catches a stranger's function that passes, as one of ours has its name in another region."""
    mine = FUNCTION["arn"].replace("us-east-1", "eu-west-1")
    ours = left("aws_lambda_function", id="f", function_name="f", arn=mine) | {"name": "o", "address": "aws_lambda_function.o"}  # fmt: skip
    theirs = left("aws_lambda_function", **FUNCTION)
    after = {"function_name": "f"}
    made = turned("aws_lambda_event_source_mapping", before, after) if before else planned("aws_lambda_event_source_mapping", after)  # fmt: skip
    several = (theirs, ours) if first else (ours, theirs)
    found = granted.plan(tmp_path, plan(*several, made), changes_only=True)
    assert [one.reference for one in found.code_uses] == ["evil/x:1"]


def test_what_tells_no_changes_is_not_left_out_on_request(tmp_path: Path) -> None:
    """Catches a state that passes as a plan which changes nothing, and an output that changes."""
    machine = {"address": "aws_instance.i", "mode": "managed", "type": "aws_instance", "name": "i", "values": {"ami": "ami-1"}}  # fmt: skip
    found = granted.plan(tmp_path, state(machine), changes_only=True)
    assert found.manifest("terraform", target(tmp_path), "2026-11-20T00:00:00Z").resources is None
    change = {"actions": ["update"], "before": "x", "after": f"arn:aws:iam::{STRANGER}:role/x"}
    stays = {"actions": ["no-op"], "before": "333333333333", "after": "333333333333"}
    outputs = {"a": change, "b": stays}
    found = granted.plan(tmp_path, plan(left("aws_instance", id="i-1"), output_changes=outputs), changes_only=True)  # fmt: skip
    told = [one for one in found.notes if "Outside accounts" in one]
    assert [STRANGER in one and "333333333333" not in one for one in told] == [True]


PROVISIONED = {"resources": [{"mode": "managed", "type": "aws_sqs_queue", "name": "r", "expressions": {}, "provisioners": [{"type": "local-exec", "expressions": {"command": {"constant_value": f"assume arn:aws:iam::{STRANGER}:role/x"}}}]}]}  # fmt: skip
LAMBDA = {"config_values": {"function_name": f"arn:aws:lambda:us-east-1:{STRANGER}:function:x"}}
BESIDE = [
    ("an action", [left("aws_sqs_queue", name="q")], {"action_invocations": [{"address": "action.aws_lambda_invoke.a", "type": "aws_lambda_invoke", "name": "a"} | LAMBDA]}, True),
    ("one of our own", [left("aws_sqs_queue", name="q")], {"action_invocations": [{"type": "aws_lambda_invoke", "config_values": {"function_name": "x"}}]}, False),
    ("a provisioner of what is made", [planned("aws_sqs_queue", {"name": "q"})], {"configuration": PROVISIONED}, True),
    ("one of what stays", [planned("aws_sqs_queue", {"name": "q"}, actions=["no-op"])], {"configuration": PROVISIONED}, False),
    ("what nobody knows yet", [left("aws_sqs_queue", name="q")], {"tomorrow": [{"x": f"arn:aws:iam::{STRANGER}:role/x"}]}, True),
    ("a variable", [left("aws_sqs_queue", name="q")], {"variables": {"x": {"value": STRANGER}}}, False),
    ("what drifted", [left("aws_sqs_queue", name="q")], {"resource_drift": [{"x": f"arn:aws:iam::{STRANGER}:role/x"}]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resources", "more", "told"), BESIDE, ids=[r[0] for r in BESIDE])
def test_what_a_plan_does_beside_its_resources(
    tmp_path: Path, why: str, resources: Any, more: Any, told: bool
) -> None:
    """Catches a plan of actions alone (`-invoke`), and what is run where something is made."""
    found = granted.plan(tmp_path, plan(*resources, **more), changes_only=True)
    assert any("Outside accounts" in one and STRANGER in one for one in found.notes) is told


def test_what_a_provisioner_starts(tmp_path: Path) -> None:
    """Of what is made, by its ARN."""
    run = {"type": "local-exec", "expressions": {"command": {"constant_value": f"aws lambda invoke --function-name {FUNCTION['arn']} x"}}}  # fmt: skip
    config = {"resources": [{"mode": "managed", "type": "aws_sqs_queue", "name": "r", "expressions": {}, "provisioners": [run]}]}  # fmt: skip
    there = left("aws_lambda_function", **FUNCTION)
    for actions, told in ((["create"], True), (["no-op"], False)):
        for module in ("", "module.m", "module.m[0]"):
            queue = planned("aws_sqs_queue", {"name": "q"}, actions=actions, module=module)
            written = {"module_calls": {"m": {"module": config}}} if module else config
            content = plan(there, queue, configuration=written)
            found = granted.plan(tmp_path, content, changes_only=True)
            assert any(one.reference == "evil/x:1" for one in found.code_uses) is told, module


def test_a_chain_of_steps_is_followed_at_once(tmp_path: Path) -> None:
    """Each is asked for its names once, however many stand in a row."""
    arn = f"arn:aws:states:us-east-1:{OWN}:stateMachine:w"
    steps = [
        left(
            "aws_sfn_state_machine",
            arn=f"{arn}{n}",
            definition=json.dumps({"Next": f"{arn}{n + 1}"}),
        )
        | {"address": f"aws_sfn_state_machine.w{n}", "name": f"w{n}"}
        for n in range(300)
    ]
    last = left("aws_sfn_state_machine", arn=f"{arn}300", definition=json.dumps({"TaskDefinition": "t"}))  # fmt: skip
    task = left("aws_ecs_task_definition", **SERVED)
    new = planned("aws_cloudwatch_event_target", {"arn": f"{arn}0"})
    asked = 0

    def called(one: Any) -> set[str]:
        nonlocal asked
        asked += 1
        return _called(one)

    with mock.patch.object(running_now, "_called", called):
        found = granted.plan(tmp_path, plan(*steps, last, task, new), changes_only=True)
    assert [one.reference for one in found.code_uses] == ["evil/x:1"] and asked == 302


STARTED = [
    ("a build by its name", left("aws_codebuild_project", id="b", name="b", environment=[{"image": "evil/x:1"}]), "aws_codebuild_start_build", {"project_name": "b"}, True),
    ("another build", left("aws_codebuild_project", id="b", name="b", environment=[{"image": "evil/x:1"}]), "aws_codebuild_start_build", {"project_name": "c"}, False),
    ("a function", left("aws_lambda_function", **FUNCTION), "aws_lambda_invoke", {"function_name": "f"}, True),
    ("a function by its ARN", left("aws_lambda_function", **FUNCTION), "aws_lambda_invoke", {"function_name": FUNCTION["arn"]}, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "there", "kind", "values", "told"), STARTED)
def test_what_an_action_starts(
    tmp_path: Path, why: str, there: Any, kind: str, values: Any, told: bool
) -> None:
    action = {"address": f"action.{kind}.a", "type": kind, "name": "a", "config_values": values}
    found = granted.plan(tmp_path, plan(there, action_invocations=[action]), changes_only=True)
    assert any(one.reference == "evil/x:1" for one in found.code_uses) is told


@pytest.mark.parametrize("changes_only", [False, True])
def test_an_action_that_starts_what_nobody_knows(tmp_path: Path, changes_only: bool) -> None:
    """Catches a function whose name comes while applying."""
    for keys, told in ((["function_name"], True), (["payload"], False), (["function_name", "payload"], True)):  # fmt: skip
        action = {"address": "action.a.b", "type": "aws_lambda_invoke", "name": "b", "config_values": {}, "config_unknown": dict.fromkeys(keys, True)}  # fmt: skip
        content = plan(left("aws_sqs_queue", name="q"), action_invocations=[action])
        found = granted.plan(tmp_path, content, changes_only=changes_only)
        assert found.untold == (["action.a.b function_name (plan.json:1)"] if told else [])


def test_what_is_made_anew_runs_from_now_on(tmp_path: Path) -> None:
    """Catches a service that is replaced, of a task that stays."""
    same = {"task_definition": SERVED["arn"]}
    for actions, told in ((["delete", "create"], True), (["update"], False)):
        service = turned("aws_ecs_service", same, same) | {"actions": actions}
        task = left("aws_ecs_task_definition", **SERVED)
        found = granted.plan(tmp_path, plan(task, service), changes_only=True)
        assert any(one.reference == "evil/x:1" for one in found.code_uses) is told


def test_a_revision_beside_another_stays_as_it_is(tmp_path: Path) -> None:
    """Catches an alarm for an older revision of a task of which a newer one runs."""
    family = {"arn_without_revision": SERVED["arn"][:-2]}
    newer = {**SERVED, **family, "revision": 31, "arn": SERVED["arn"] + "1", "container_definitions": "[]"}  # fmt: skip
    service = planned("aws_ecs_service", {"task_definition": newer["arn"]})
    older = left("aws_ecs_task_definition", **SERVED, **family)
    second = left("aws_ecs_task_definition", **newer) | {"name": "n", "address": "aws_ecs_task_definition.n"}  # fmt: skip
    found = granted.plan(tmp_path, plan(older, second, service), changes_only=True)
    assert not any(one.reference == "evil/x:1" for one in found.code_uses)


def test_what_changes_nothing_was_looked_at(tmp_path: Path) -> None:
    """An own image that stays is own; all that is left out on request is no lack of anything."""
    image = left("aws_ami", id="ami-1", name="a", owner_id=OWN)
    content = plan(image, planned("aws_instance", {"ami": "ami-1"}))
    found = granted.plan(tmp_path, content, changes_only=True)
    assert [(one.image_id, one.owner) for one in found.images] == [("ami-1", OWN)]
    for several, counted in (((image,), True), ((), False)):
        found = granted.plan(tmp_path, plan(*several), changes_only=True)
        made = found.manifest("terraform", target(tmp_path), "2026-11-20T00:00:00Z")
        assert (made.resources is not None) is counted


def state(*several: Any) -> Any:
    """As `terraform show -json` has it."""
    return {"format_version": "1.0", "values": {"root_module": {"resources": [*several]}}}


BLOCKED, LET = planned("aws_s3_bucket_public_access_block", {"bucket": "b", **FOUR}), planned("aws_s3_bucket_policy", {"bucket": "b", "policy": OPEN})  # fmt: skip
FORMS = [
    ("a state beside the sources", {"old.tfstate": state(BLOCKED), "main.tf": opened(name='"b"')}, False),
    ("a state beside a plan", {"old.tfstate": state(BLOCKED), "plan.json": plan(LET)}, False),
    ("a plan beside the sources", {"plan.json": plan(BLOCKED), "main.tf": opened(name='"b"')}, False),
    ("two states", {"a.tfstate": state(BLOCKED), "b.tfstate": state(LET)}, True),
    ("two plans", {"a.json": plan(BLOCKED), "b.json": plan(LET)}, True),
    ("a state by itself", {"a.tfstate": state(BLOCKED, LET)}, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files", "shut"), FORMS, ids=[row[0] for row in FORMS])
def test_what_is_there_today(tmp_path: Path, why: str, files: dict[str, Any], shut: bool) -> None:
    """What a state still has the code may have given up."""
    for name, content in files.items():
        (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    found = collect_terraform(input_files([str(tmp_path)], PLANNED), target(tmp_path))
    assert {grade for _, _, grade in let_in(found)} == {
        "shut: RestrictPublicBuckets" if shut else "read"
    }


BPA = "PublicAccessBlockConfiguration: {IgnorePublicAcls: true, RestrictPublicBuckets: true}"


def templates(folder: Path, *texts: str, only: str = "") -> Found:
    """Each becomes a file of its own: a.yaml, b.yaml, …"""
    for name, text in zip("abcdef", texts, strict=False):
        (folder / f"{name}.yaml").write_text(text)
    path = folder / only if only else folder
    return collect_templates(input_files([str(path)], ENDINGS), target(folder), {})


def is_bucket(properties: str, more: str = "") -> str:
    return f"Resources:\n  B: {{Type: 'AWS::S3::Bucket', {more}Properties: {{{properties}}}}}\n"


def with_policy(name: str, more: str = "") -> str:
    return f"Resources:\n  P: {{Type: 'AWS::S3::BucketPolicy', Properties: {{Bucket: {name}, PolicyDocument: {OPEN}}}}}\n{more}"


EXPORT = "Outputs: {O: {Value: !Ref B, Export: {Name: logs}}}\n"
IMPORT = with_policy("!ImportValue logs")
CHOICE = "Parameters: {P: {Type: String, Default: x}}\nConditions: {C: !Equals [!Ref P, x]}\n"
FILES = [
    ("by its name", [is_bucket(f"BucketName: b, {BPA}"), with_policy("b")], True),
    ("by its ARN in an export", [is_bucket(BPA) + EXPORT, IMPORT], True),
    ("by an export that two have", [is_bucket(BPA) + EXPORT, is_bucket("") + EXPORT, IMPORT], False),
    ("by an export of nobody here", [is_bucket(BPA), IMPORT], False),
    ("whose other template has none", [is_bucket(f"BucketName: b, {BPA}"), is_bucket("BucketName: b"), with_policy("b")], False),
    ("which is there by a condition", [CHOICE + is_bucket(f"BucketName: b, {BPA}", "Condition: C, "), with_policy("b")], False),
    ("which an import needs to be there", [CHOICE + is_bucket(BPA, "Condition: C, ") + EXPORT, IMPORT], True),
    ("with switches by a condition", [CHOICE + is_bucket("BucketName: b, PublicAccessBlockConfiguration: !If [C, {RestrictPublicBuckets: true}, !Ref 'AWS::NoValue']"), with_policy("b")], False),
    ("by a default of a parameter", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: !Ref N, {BPA}"), with_policy("b")], False),
    ("beside a default of a parameter", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: b, {BPA}") + "  P: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref N, PolicyDocument: " + OPEN + "}}\n"], False),
    ("by the default of both", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: !Ref N, {BPA}") + "  P: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref N, PolicyDocument: " + OPEN + "}}\n"], True),
    ("of one with a default for a name", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: !Ref N, {BPA}") + "  P: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref B, PolicyDocument: " + OPEN + "}}\n"], True),
    ("on by a default", ["Parameters: {N: {Type: String, Default: true}}\n" + is_bucket("BucketName: b, PublicAccessBlockConfiguration: {RestrictPublicBuckets: !Ref N}"), with_policy("b")], False),
    ("on by what a default chooses in a map", ["Parameters: {N: {Type: String, Default: x}}\nMappings: {M: {x: {y: true}, z: {y: true}}}\n" + is_bucket("BucketName: b, PublicAccessBlockConfiguration: {RestrictPublicBuckets: !FindInMap [M, !Ref N, y]}"), with_policy("b")], False),
    ("by an export whose value a default tells", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: b, {BPA}") + EXPORT.replace("B", "N"), IMPORT], False),
    ("by an export that a default names", ["Parameters: {N: {Type: String, Default: logs}}\n" + is_bucket(f"BucketName: b, {BPA}") + EXPORT.replace("logs", "!Ref N"), IMPORT], False),
    ("by an import that a default names", [is_bucket(f"BucketName: b, {BPA}") + EXPORT, "Parameters: {N: {Type: String, Default: logs}}\n" + with_policy("{'Fn::ImportValue': !Ref N}")], False),
    ("by an import of one with a default for a name", ["Parameters: {N: {Type: String, Default: b}}\n" + is_bucket(f"BucketName: !Ref N, {BPA}") + EXPORT, IMPORT], True),
    ("called alike in two templates", [is_bucket(BPA), with_policy("!Ref B", "  B: {Type: 'AWS::S3::Bucket'}\n")], False),
    ("by a parameter that two have", ["Parameters: {N: {Type: String}}\n" + is_bucket(f"BucketName: !Ref N, {BPA}"), "Parameters: {N: {Type: String}}\n" + with_policy("!Ref N")], False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "texts", "shut"), FILES, ids=[row[0] for row in FILES])
def test_switches_of_another_template(
    tmp_path: Path, why: str, texts: list[str], shut: bool
) -> None:
    """A bucket is one bucket, in however many templates it stands; a logical name is not."""
    found = templates(tmp_path, *texts)
    (grade,) = {grade for _, _, grade in let_in(found)}
    assert (grade.startswith("shut"), found.gaps) == (shut, [])


QUEUE = "  Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: q}}\n"
MADE_HERE = {
    "a role": ("  X: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: []}}}\n", "!GetAtt X.Arn"),
    "a topic": ("  X: {Type: 'AWS::SNS::Topic'}\n", "!Ref X"),
    "an endpoint": ("  X: {Type: 'AWS::EC2::VPCEndpoint', Properties: {VpcId: vpc-1, ServiceName: s}}\n", "!Ref X"),
    "a queue": ("  X: {Type: 'AWS::SQS::Queue', Properties: {QueueName: q}}\n", "!GetAtt X.Arn"),
    "a distribution": ("  X: {Type: 'AWS::CloudFront::CloudFrontOriginAccessIdentity', Properties: {}}\n", "!GetAtt X.S3CanonicalUserId"),
}  # fmt: skip
SAYS = {
    "a principal": "{Effect: Allow, Principal: {AWS: %s}, Action: 'sqs:*', Resource: '*'}",
    "a canonical user": "{Effect: Allow, Principal: {CanonicalUser: %s}, Action: 'sqs:*', Resource: '*'}",
    "a source": "{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:SendMessage', Resource: '*', Condition: {ArnEquals: {'aws:SourceArn': %s}}}",
    "a network": "{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*', Condition: {StringEquals: {'aws:SourceVpce': %s}}}",
    "a Deny": "{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*'}, {Effect: Deny, Principal: '*', Action: '*', Resource: %s}",
}  # fmt: skip
PAIRS = [("a role", "a principal"), ("a topic", "a source"), ("an endpoint", "a network"), ("a queue", "a Deny"), ("a distribution", "a canonical user")]  # fmt: skip
CHAIN = "Resources: {N: {Type: 'AWS::SNS::Topic'}}\nOutputs: {O: {Value: !ImportValue x, Export: {Name: y}}}\n"


@pytest.mark.parametrize(("what", "how"), PAIRS)
def test_what_another_template_tells(tmp_path: Path, what: str, how: str) -> None:
    """It is what it would be in the same template, wherever it stands; through others, and from
    within a stack of theirs; but not by a name or value that a default tells, or two have."""
    made, ref = MADE_HERE[what]
    policy = "  P: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: ['https://sqs.us-east-1.amazonaws.com/" + OWN + "/q'], PolicyDocument: {Statement: [" + SAYS[how] + "]}}}\n"  # fmt: skip
    named = "Resources:\n" + made + f"Outputs: {{O: {{Value: {ref}, Export: {{Name: %s}}}}}}\n"
    uses = "Resources:\n" + policy % "!ImportValue x"
    by_default = "Parameters: {P: {Type: String, Default: x}}\n"
    inner = nested(stack("A", "c.yaml"), policy % "!ImportValue x")
    every: dict[str, Any] = {
        "here": ["Resources:\n" + made + policy % ref],
        "there": [named % "x", uses],
        "handed on": [named % "x", CHAIN, "Resources:\n" + policy % "!ImportValue y"],
        "in a stack": [inner, "Resources: {N: {Type: 'AWS::SNS::Topic'}}\n", named % "x"],
        "by a default": [by_default + named % "!Ref P", uses],
        "asked for by a default": [named % "x", by_default + "Resources:\n" + policy % "{'Fn::ImportValue': !Ref P}"],
        "of two": [named % "x", named % "x", uses],
        "of nobody": [uses],
    }  # fmt: skip
    let = {}
    for why, texts in every.items():
        (tmp_path / why).mkdir()
        found = templates(tmp_path / why, *texts)
        limits = [b"SourceVpce" in bytes(one.document) for one in found.resources if one.document]
        let[why] = ({one for one in let_in(found) if one[0] == "q"}, limits)
    assert let["there"] == let["handed on"] == let["in a stack"] == let["here"]
    assert let["by a default"] == let["asked for by a default"] == let["of two"] == let["of nobody"]
    assert let["here"] != let["of nobody"]


def test_a_value_that_is_known_in_part(tmp_path: Path) -> None:
    """The account of a principal is enough to know that it is ours; and what is not known of it is
    not what the other template calls so."""
    value = f"!Sub 'arn:aws:iam::{OWN}:role/${{B}}'"
    tells = f"Parameters: {{B: {{Type: String}}}}\nResources: {{N: {{Type: 'AWS::SNS::Topic'}}}}\nOutputs: {{O: {{Value: {value}, Export: {{Name: x}}}}}}\n"
    uses = is_bucket("BucketName: b") + "  P: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref B, PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: !ImportValue x}, Action: 's3:*', Resource: '*'}]}}}\n"  # fmt: skip
    assert let_in(templates(tmp_path, tells, uses)) == set()


def test_a_role_that_another_template_makes(tmp_path: Path) -> None:
    """In a trust policy as well."""
    made, ref = MADE_HERE["a role"]
    tells = "Resources:\n" + made + f"Outputs: {{O: {{Value: {ref}, Export: {{Name: x}}}}}}\n"
    uses = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: !ImportValue x}}]}}}}\n"  # fmt: skip
    found = templates(tmp_path, tells, uses)
    assert [one.unresolved for one in found.roles] == [None, None]


def nested(*inner: str) -> str:
    return "Resources:\n" + "".join(inner)


def stack(name: str, file: str, **given: str) -> str:
    handed = ", ".join(f"{key}: {value}" for key, value in given.items())
    return f"  {name}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: {file}, Parameters: {{{handed}}}}}}}\n"


TAKES = "Parameters: {N: {Type: String}}\n" + with_policy("!Ref N")
ALIKE = "  B: {Type: 'AWS::S3::Bucket', Properties: {%s}}\n"
TELLS = "Outputs: {O: {Value: !Ref B}}\n"
STACKS = [
    ("a sibling's bucket", [nested(stack("A", "b.yaml"), stack("C", "c.yaml", N="!GetAtt A.Outputs.O")), is_bucket(BPA) + TELLS, TAKES], True),
    ("a sibling's, and an own one of that name", [nested(stack("A", "b.yaml"), stack("C", "c.yaml", N="!GetAtt A.Outputs.O")), is_bucket("") + TELLS, TAKES + ALIKE % BPA], False),
    ("the bucket of the stack around", [nested(ALIKE % BPA, stack("C", "b.yaml", N="!Ref B")), TAKES], True),
    ("of the stack around, and an own one of that name", [nested(ALIKE % "", stack("C", "b.yaml", N="!Ref B")), TAKES + ALIKE % BPA], False),
    ("a bucket two stacks deeper", [nested(stack("A", "b.yaml"), stack("C", "c.yaml", N="!GetAtt A.Outputs.O")), nested(stack("D", "d.yaml")) + "Outputs: {O: {Value: !GetAtt D.Outputs.O}}\n", TAKES, is_bucket(BPA) + TELLS], True),
    ("one of two stacks of one template", [nested(stack("A", "b.yaml", V="true"), stack("E", "b.yaml", V="false"), stack("C", "c.yaml", N="!GetAtt E.Outputs.O")), "Parameters: {V: {Type: String}}\n" + is_bucket("PublicAccessBlockConfiguration: {RestrictPublicBuckets: !Ref V}") + TELLS, TAKES], False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "texts", "shut"), STACKS, ids=[row[0] for row in STACKS])
def test_switches_of_another_stack(tmp_path: Path, why: str, texts: list[str], shut: bool) -> None:
    """A bucket that is handed on is that bucket, whatever else is called so where it comes to."""
    found = templates(tmp_path, *texts, only="a.yaml")
    (grade,) = {grade for _, _, grade in let_in(found)}
    assert (grade.startswith("shut"), found.gaps) == (shut, [])


def test_what_shuts_by_a_condition(tmp_path: Path) -> None:
    """Catches ownership, and a network, that only one outcome has."""
    text = (
        "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n"
        "Resources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: b, AccessControl: PublicRead, "
        "OwnershipControls: !If [C, {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}, !Ref 'AWS::NoValue']}}\n"
    )
    assert let_in(granted.template(tmp_path, text)) == {("b", "anyone", "read")}


WHO = f"arn:aws:iam::{STRANGER}:root"
MINE = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "kms:*", "Resource": "*"}]})  # fmt: skip
READS = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": WHO}, "Action": ["sqs:ReceiveMessage", "sns:Publish", "secretsmanager:GetSecretValue"], "Resource": "*"}]})  # fmt: skip
KINDS = [
    ("queue", ("AWS::SQS::Queue", "AWS::SQS::QueueInlinePolicy", "Queue", "PolicyDocument", "KmsMasterKeyId"), ("aws_sqs_queue", "kms_master_key_id"), "read"),
    ("topic", ("AWS::SNS::Topic", "AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument", "KmsMasterKeyId"), ("aws_sns_topic", "kms_master_key_id"), "write"),
    ("secret", ("AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy", "KmsKeyId"), ("aws_secretsmanager_secret", "kms_key_id"), "read"),
]  # fmt: skip
UNDER = [
    ("a key that is shut", "!Ref K", "aws_kms_key.k.id", MINE, True),
    ("its ARN", "!GetAtt K.Arn", "aws_kms_key.k.arn", MINE, True),
    ("a key that lets him in, too", "!Ref K", "aws_kms_key.k.key_id", MINE.replace(f"{OWN}:root", f"{STRANGER}:root"), False),
    ("a key that nobody knows", "!Ref P", "var.p", MINE, False),
    ("the one or the other", "!If [C, !Ref K, !Ref P]", "var.p == \"x\" ? aws_kms_key.k.id : var.p", MINE, False),
    ("a key that is not here", "alias/x", '"alias/x"', MINE, False),
    ("an alias of one", "!Ref A", "aws_kms_alias.a.arn", MINE, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "cfn", "tf", "grade"), KINDS, ids=[row[0] for row in KINDS])
@pytest.mark.parametrize(
    ("why", "ref", "named", "document", "shut"), UNDER, ids=[r[0] for r in UNDER]
)
def test_under_a_key(
    tmp_path: Path, kind: str, cfn: Any, tf: Any, grade: str, why: str, ref: str, named: str,
    document: str, shut: bool,
) -> None:  # fmt: skip
    """As live: who is let in, and not by the key, gets nothing; of a key that nobody knows nobody
    can tell that."""
    type_, policy, at, key, under = cfn
    text = (
        "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:\n"
        f"  K: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {document}}}}}\n"
        "  A: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/x, TargetKeyId: !Ref K}}\n"
        f"  R: {{Type: {type_}, Properties: {{{under}: {ref}}}}}\n"
        f"  S: {{Type: {policy}, Properties: {{{at}: !Ref R, {key}: {READS}}}}}\n"
    )
    kind_, attribute = tf
    other = (
        f'variable "p" {{}}\nresource "aws_kms_key" "k" {{\npolicy = {json.dumps(document)}\n}}\n'
        'resource "aws_kms_alias" "a" {\nname = "alias/x"\ntarget_key_id = aws_kms_key.k.id\n}\n'
        f'resource "{kind_}" "r" {{\npolicy = {json.dumps(READS)}\n{attribute} = {named}\n}}\n'
    )
    for found in (granted.template(tmp_path, text), source(tmp_path, other)):
        let = {grade for arn, who, grade in let_in(found) if not arn.startswith("key/")}
        (told,) = let
        assert told.startswith("shut: needs_key") if shut else told == grade


@pytest.mark.parametrize("key", ["", "KmsMasterKeyId: ''"])
def test_under_no_key(tmp_path: Path, key: str) -> None:
    """As live: the record of such a queue says nothing of one."""
    (one,) = granted.template(tmp_path, f"Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{{key}}}}}}}").resources  # fmt: skip
    assert one.settings is msgspec.UNSET


KEY = f'resource "aws_kms_key" "k" {{\npolicy = {json.dumps(MINE)}\n}}\n'
SNAPSHOTS = [
    ("a volume's", f'resource "aws_ebs_snapshot_copy" "s" {{\nkms_key_id = %s\n}}\nresource "aws_snapshot_create_volume_permission" "p" {{\nsnapshot_id = aws_ebs_snapshot_copy.s.id\naccount_id = "{STRANGER}"\n}}\n'),
    ("a database's", f'resource "aws_db_snapshot_copy" "s" {{\ntarget_db_snapshot_identifier = "s"\nkms_key_id = %s\nshared_accounts = ["{STRANGER}"]\n}}\n'),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), SNAPSHOTS, ids=[row[0] for row in SNAPSHOTS])
@pytest.mark.parametrize(("key", "shut"), [("aws_kms_key.k.arn", True), ("null", False)])
def test_a_shared_snapshot(tmp_path: Path, why: str, text: str, key: str, shut: bool) -> None:
    """Who has the snapshot and not its key can restore nothing."""
    ((_, who, grade),) = let_in(source(tmp_path, KEY + text % key))
    assert (who, grade.startswith("shut: needs_key")) == (STRANGER, shut)


GIVEN = f'resource "aws_kms_grant" "g" {{\nkey_id = aws_kms_key.k.key_id\ngrantee_principal = "arn:aws:iam::{STRANGER}:role/x"\noperations = ["Decrypt"]\n}}\n'
THEIRS = MINE.replace(f"{OWN}:root", f"{STRANGER}:root")
LET_IN = [
    ("by a grant beside its policy", KEY + GIVEN, False),
    ("by a policy that stands apart", KEY.replace("policy = ", "policy = null #") + f'resource "aws_kms_key_policy" "p" {{\nkey_id = aws_kms_key.k.key_id\npolicy = {json.dumps(THEIRS)}\n}}\n', False),
    ("by one of two policies", KEY + f'resource "aws_kms_key_policy" "p" {{\nkey_id = aws_kms_key.k.key_id\npolicy = {json.dumps(THEIRS)}\n}}\n', False),
    ("by neither of them", KEY + f'resource "aws_kms_key_policy" "p" {{\nkey_id = aws_kms_key.k.key_id\npolicy = {json.dumps(MINE)}\n}}\n', True),
    ("by a choice", X + KEY.replace("policy = ", f"policy = var.x ? {json.dumps(THEIRS)} : "), False),
    ("by the other choice", X + KEY.replace("policy = ", "policy = var.x ? ").replace("\n}\n", f" : {json.dumps(THEIRS)}\n}}\n"), False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "key", "shut"), LET_IN, ids=[row[0] for row in LET_IN])
def test_whom_a_key_lets_in(tmp_path: Path, why: str, key: str, shut: bool) -> None:
    """Whatever lets him in: the policy, a grant, what only one outcome has."""
    text = key + SNAPSHOTS[0][1] % "aws_kms_key.k.arn"
    found = {grade for arn, _, grade in let_in(source(tmp_path, text)) if "snapshot" in arn}
    assert {grade.startswith("shut") for grade in found} == {shut}


def test_a_snapshot_that_is_there_already(tmp_path: Path) -> None:
    """A state has ids, where code has references; and an ARN without an account."""
    key = f"arn:aws:kms:us-east-1:{OWN}:key/k"
    found = granted.plan(tmp_path, plan(
        planned("aws_kms_key", {"arn": key, "policy": MINE}),
        planned("aws_ebs_snapshot", {"id": "snap-1", "arn": "arn:aws:ec2:us-east-1::snapshot/snap-1", "kms_key_id": key}),
        planned("aws_snapshot_create_volume_permission", {"snapshot_id": "snap-1", "account_id": STRANGER})))  # fmt: skip
    ((arn, _, grade),) = let_in(found)
    assert (arn, grade) == ("snapshot/snap-1", f"shut: needs_key {key}")
