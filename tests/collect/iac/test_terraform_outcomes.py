"""What nobody has decided in .tf files: every outcome is judged, and named where the defaults
leave it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.hcl import check, document, findings, report, role
from tests.support.snapshots import OWN2, STRANGER

S, O = f'"arn:aws:iam::{STRANGER}:root"', f'"{OWN2}"'  # noqa: E741
ON = 'variable "on" { default = false }\n'
NUMBER = 'variable "n" { type = number }\n'
ENV = 'variable "env" { default = "dev" }\n'
MAP = f"locals {{ m = {{ dev = {O}, prod = {S} }} }}\n"
UNVETTED = {("unvetted-account-trust", STRANGER)}
NOBODY: set[tuple[str, str | None]] = set()


def given(arguments: str, text: str) -> str:
    """The role with more arguments."""
    return text.replace('  name = "', f'  {arguments}\n  name = "', 1)


def made(arguments: str) -> str:
    return given(arguments, role('{ Service = "ec2.amazonaws.com" }', name="o"))


def unresolved(text: str) -> set[tuple[str, str | None]]:
    return {("unresolved-trust", f"${{{text}}}")}


OUTCOMES = [
    ("a switch", ON + role(f"{{ AWS = var.on ? {S} : {O} }}"), UNVETTED, "var.on = true"),
    ("turned round", ON + role(f"{{ AWS = !var.on ? {O} : {S} }}"), UNVETTED, "var.on = true"),
    ("by default", ON + role(f"{{ AWS = var.on ? {O} : {S} }}"), UNVETTED, None),
    ("by a local", ON + "locals { on = var.on }\n" + role(f"{{ AWS = local.on ? {S} : {O} }}"), UNVETTED, "var.on = true"),
    ("the same on both sides", ON + role(f"{{ AWS = var.on ? {O} : {O} }}"), NOBODY, None),
    ("compared", ENV + role(f'{{ AWS = var.env == "prod" ? {S} : {O} }}'), UNVETTED, "var.env = prod"),
    ("what it is where it is that", f'variable "w" {{ default = {O} }}\n' + role(f"{{ AWS = var.w == {S} ? var.w : {O} }}"), UNVETTED, f"var.w = arn:aws:iam::{STRANGER}:root"),
    ("that it is not that", ENV + role(f'{{ AWS = var.env != "dev" ? {S} : {O} }}'), UNVETTED, "var.env is not dev"),
    ("one of several", ENV + role(f'{{ AWS = contains(["prod"], var.env) ? {S} : {O} }}'), UNVETTED, "var.env = prod"),
    ("both of two", ON + ENV + role(f'{{ AWS = var.on && var.env == "prod" ? {S} : {O} }}'), UNVETTED, "var.on = true and var.env = prod"),
    ("no two at once", ENV + role(f'{{ AWS = var.env == "a" && var.env == "b" ? {S} : {O} }}'), NOBODY, None),
    ("without a default", 'variable "on" {}\n' + role(f"{{ AWS = var.on ? {S} : {O} }}"), UNVETTED, None),
    ("the workspace", role(f'{{ AWS = terraform.workspace == "prod" ? {S} : {O} }}'), UNVETTED, "terraform.workspace = prod"),
    ("the workspace that there is", role(f'{{ AWS = terraform.workspace == "default" ? {S} : {O} }}'), UNVETTED, None),
    ("a map of workspaces", MAP + role("{ AWS = local.m[terraform.workspace] }"), UNVETTED, "terraform.workspace = prod"),
    ("a default that denies", 'variable "e" { default = "Deny" }\n' + document(f'effect = var.e\n principals {{\n type = "AWS"\n identifiers = [{S}]\n}}'), UNVETTED, "var.e = Allow"),
    ("a condition that denies", ON + document(f'effect = var.on ? "Allow" : "Deny"\n principals {{\n type = "AWS"\n identifiers = [{S}]\n}}'), UNVETTED, "var.on = true"),
    ("denied for good", document(f'effect = "Deny"\n principals {{\n type = "AWS"\n identifiers = [{S}]\n}}'), NOBODY, None),
    ("a key, or else", ENV + f"locals {{ m = {{ dev = {O} }} }}\n" + role(f"{{ AWS = try(local.m[var.env], {S}) }}"), UNVETTED, "var.env is another"),
    ("a key of some, or else ours", ENV + MAP + role(f"{{ AWS = try(local.m[var.env], {O}) }}"), UNVETTED, "var.env = prod"),
    ("a key that is looked up, or ours, and so never else", ENV + f"locals {{ m = {{ dev = {O} }} }}\n" + role(f"{{ AWS = try(lookup(local.m, var.env, {O}), {S}) }}"), NOBODY, None),
    ("where there is one", 'variable "v" { default = null }\n' + role(f"{{ AWS = var.v != null ? var.v : {O} }}"), unresolved("var.v"), "var.v is not null"),
    ("a list that is not empty", 'variable "v" { default = [] }\n' + role(f"{{ AWS = length(var.v) > 0 ? var.v : [{O}] }}"), unresolved("var.v"), "length(var.v) > 0"),
    ("a key of a map", ENV + MAP + role("{ AWS = local.m[var.env] }"), UNVETTED, "var.env = prod"),
    ("within a text", ENV + MAP + role('{ AWS = local.m["${var.env}"] }'), UNVETTED, "var.env = prod"),
    ("of maps", ENV + f"locals {{ m = {{ dev = {{ who = {O} }}, prod = {{ who = {S} }} }} }}\n" + role("{ AWS = local.m[var.env].who }"), UNVETTED, "var.env = prod"),
    ("looked up", ENV + MAP + role(f"{{ AWS = lookup(local.m, var.env, {O}) }}"), UNVETTED, "var.env = prod"),
    ("one that no map has", ENV + f"locals {{ m = {{ dev = {O} }} }}\n" + role(f"{{ AWS = lookup(local.m, var.env, {S}) }}"), UNVETTED, "var.env is another"),
    ("a key and a condition agree", ENV + MAP + given('count = var.env == "dev" ? 1 : 0', role("{ AWS = local.m[var.env] }")), NOBODY, None),
    ("a count", ON + given("count = var.on ? 1 : 0", role(f"{{ AWS = {S} }}")), UNVETTED, "var.on = true"),
    ("a count that is a number", 'variable "n" { default = 0 }\n' + given("count = var.n", role(f"{{ AWS = {S} }}")), UNVETTED, "var.n is not 0"),
    ("a set", ON + given(f"for_each = var.on ? toset([{S}]) : toset([])", role("{ AWS = each.value }")), UNVETTED, "var.on = true"),
    ("a map that is empty by default", 'variable "m" { default = {} }\n' + given("for_each = var.m", role("{ AWS = each.value }")), unresolved("each.value"), "var.m is not {}"),
    ("a dynamic block", ON + document(f'dynamic "principals" {{\n for_each = var.on ? [{S}] : []\n content {{\n type = "AWS"\n identifiers = [principals.value]\n}}\n}}\n principals {{\n type = "Service"\n identifiers = ["ec2.amazonaws.com"]\n}}'), UNVETTED, "var.on = true"),
    ("an item of a loop", ON + role(f"{{ AWS = [for a in [{S}] : a if var.on] }}"), UNVETTED, "var.on = true"),
    ("a place among as many as somebody says", NUMBER + given("count = var.n", role(f"{{ AWS = count.index == 0 ? {O} : {S} }}")), UNVETTED, None),
    ("a place below another", NUMBER + given("count = var.n", role(f"{{ AWS = count.index < 1 ? {O} : {S} }}")), UNVETTED, None),
    ("a place among as many as by default", 'variable "n" { default = 1 }\n' + given("count = var.n", role(f"{{ AWS = count.index == 0 ? {O} : {S} }}")), UNVETTED, None),
    ("a place in a list of ours", NUMBER + given("count = var.n", role(f"{{ AWS = count.index == 0 ? {O} : aws_iam_role.r[0].arn }}")), NOBODY, None),
    ("the same in each place", NUMBER + given("count = var.n", role(f"{{ AWS = count.index == 0 ? {O} : {O} }}")), NOBODY, None),
    ("the same stranger in each place", NUMBER + given('count = var.n\n  description = "${count.index}"', role(f"{{ AWS = {S} }}")), UNVETTED, None),
    ("a place where there is none", NUMBER + given("count = var.n", role(f"{{ AWS = count.index == 1 ? {S} : {O} }}")).replace("var.n", "1"), NOBODY, None),
    ("a role of ours by a key that nobody knows", 'variable "m" {}\n' + given("for_each = var.m", role('{ Service = "ec2.amazonaws.com" }', name="o")) + role('{ AWS = aws_iam_role.o["k"].arn }'), NOBODY, None),
    ("a stranger's role by a name of ours", 'resource "aws_eks_cluster" "c" { name = "c" }\n' + role(f'{{ AWS = "arn:aws:iam::{STRANGER}:role/${{aws_eks_cluster.c.id}}" }}'), UNVETTED, None),
    ("the other provider", ON + f'resource "awscc_iam_role" "r" {{\n  role_name = "r"\n  assume_role_policy_document = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = var.on ? {S} : {O} }} }}] }})\n}}', UNVETTED, "var.on = true"),
    ("a role that is there then", ON + made("count = var.on ? 1 : 0") + role(f"{{ AWS = var.on ? aws_iam_role.o[0].arn : {O} }}"), NOBODY, None),
    ("or nothing", ON + made("count = var.on ? 1 : 0") + role('{ AWS = try(aws_iam_role.o[0].arn, "") }'), NOBODY, None),
    ("no policy, which is no deployment", ON + f'locals {{ p = var.on ? jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = {S} }} }}] }}) : null }}\nresource "aws_iam_role" "r" {{\n  name = "r"\n  assume_role_policy = local.p\n}}', UNVETTED, "var.on = true"),
    ("or a stranger", ON + made("count = var.on ? 1 : 0") + role(f"{{ AWS = try(aws_iam_role.o[0].arn, {S}) }}"), UNVETTED, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected", "when"), OUTCOMES, ids=[r[0] for r in OUTCOMES])  # fmt: skip
def test_each_outcome(tmp_path: Path, why: str, text: str, expected: Any, when: str | None) -> None:
    """A default decides nothing; what it leaves out is judged and marked."""
    ran = check(tmp_path, {"main.tf": text})
    assert findings(ran) == expected
    for one in report(ran)["findings"]:
        if one["policy"] != "unobserved-vendor":
            assert one["resource"].partition(" (if ")[2] == (f"{when})" if when else "")


INNER = 'variable "on" { default = true }\n' + role(f"{{ AWS = var.on ? {S} : {O} }}")
WHO = 'variable "who" {}\n' + role("{ AWS = var.who }")
MODULES = [
    ("handed on", ON + 'module "m" {\n source = "./m"\n on = var.on\n}\n', INNER, UNVETTED),
    ("that the caller decides", 'module "m" {\n source = "./m"\n on = false\n}\n', INNER, NOBODY),
    ("its own default, which nobody replaces", 'module "m" { source = "./m" }\n', INNER, UNVETTED),
    ("that is called then", ON + f'module "m" {{\n source = "./m"\n count = var.on ? 1 : 0\n who = {S}\n}}\n', WHO, UNVETTED),
    ("for each of one or the other", ON + f'module "m" {{\n source = "./m"\n for_each = var.on ? {{ a = {S} }} : {{ b = {O} }}\n who = each.value\n}}\n', WHO, UNVETTED),
    ("one of as many as somebody says", NUMBER + f'module "m" {{\n source = "./m"\n count = var.n\n who = count.index == 0 ? {O} : {S}\n}}\n', WHO, UNVETTED),
    ("as many as somebody says", NUMBER + f'module "m" {{\n source = "./m"\n count = var.n\n who = {O}\n}}\n', WHO, NOBODY),
    ("whose output is there then", ON + 'module "m" {\n source = "./m"\n count = var.on ? 1 : 0\n on = false\n}\n' + role(f"{{ AWS = var.on ? module.m[0].arn : {O} }}", name="q"),
     INNER + 'output "arn" { value = aws_iam_role.r.arn }\n', NOBODY),
]  # fmt: skip


@pytest.mark.parametrize(("why", "main", "inner", "expected"), MODULES, ids=[r[0] for r in MODULES])
def test_modules(tmp_path: Path, why: str, main: str, inner: str, expected: Any) -> None:
    assert findings(check(tmp_path, {"main.tf": main, "m/main.tf": inner})) == expected


FLAG = "data.external.x.result.f"
UNTOLD = [
    f'tobool(var.on ? {FLAG} : "false")',
    f'tobool(lookup({{a = {FLAG}}}, var.on ? "a" : "b", "false"))',
    f'try(tobool(var.on ? {FLAG} : "false"), false)',
    f"coalesce(var.on ? null : false, {FLAG})",
    f'startswith({FLAG}, var.on ? "z" : "q")',
    f"[{FLAG}, false][var.on ? 0 : 1]",
    f'{{a = {FLAG}, b = false}}[var.on ? "a" : "b"]',
]


@pytest.mark.parametrize("condition", UNTOLD)
def test_what_nobody_can_tell_does_not_fail_to_hold(tmp_path: Path, condition: str) -> None:
    """Catches a condition that one choice decides to be unknown, and that is taken for false then:
    whom it lets in goes unsaid."""
    text = ON + 'data "external" "x" { program = ["x"] }\n'
    ran = check(tmp_path, {"main.tf": text + role(f"{{ AWS = {condition} ? {S} : {O} }}")})
    assert findings(ran) >= UNVETTED


def test_what_is_given_decides(tmp_path: Path) -> None:
    text = {"main.tf": ON + ENV + MAP + role(f"{{ AWS = var.on ? {S} : local.m[var.env] }}")}
    off = text | {"terraform.tfvars": 'on = false\nenv = "dev"\n'}
    assert findings(check(tmp_path / "a", off)) == NOBODY
    on = text | {"terraform.tfvars": 'on = true\nenv = "dev"\n'}
    assert findings(check(tmp_path / "b", on)) == UNVETTED


@pytest.mark.parametrize("condition", ["var.{}", "contains([true], var.{})"])
def test_more_than_can_be_tried(tmp_path: Path, condition: str) -> None:
    """What nobody has decided is not known then, and that is said."""
    names = [f"v{n}" for n in range(8)]
    text = "".join(f'variable "{one}" {{ default = false }}\n' for one in names)
    text += role(
        "{ AWS = [" + ", ".join(f"{condition.format(one)} ? {S} : {O}" for one in names) + "] }"
    )
    ran = check(tmp_path, {"main.tf": text})
    assert {policy for policy, _ in findings(ran)} == {"unresolved-trust"}
    assert any("more choices than can be tried" in note for note in report(ran)["notes"])


def test_an_image_of_either(tmp_path: Path) -> None:
    """Both are judged; the one that is taken by default is not marked."""
    text = (
        ON
        + f"""
data "aws_ami" "a" {{ owners = ["{STRANGER}"] }}
data "aws_ami" "b" {{ owners = ["amazon"] }}
resource "aws_instance" "i" {{ ami = var.on ? data.aws_ami.a.id : data.aws_ami.b.id }}
"""
    )
    ran = check(tmp_path, {"main.tf": text})
    assert findings(ran) == {("unvetted-image-owner", STRANGER)}
    assert "(if var.on = true)" in ran.out


def test_a_resource_is_counted_once(tmp_path: Path) -> None:
    text = ON + role(f"{{ AWS = var.on ? {S} : {O} }}") + f"""
resource "aws_servicecatalog_portfolio_share" "q" {{ principal_id = var.on ? {S} : {O} }}
"""  # fmt: skip
    ran = check(tmp_path, {"main.tf": text})
    assert findings(ran) == UNVETTED | {("aws_servicecatalog_portfolio_share", "main.tf")}
    assert "2 resources: 1 read, 0 without trust, 1 not read, 0 unknown." in report(ran)["notes"]


COUNTED, EACH = made("count = 1"), made('for_each = toset(["a", "b"])')
COUNTED_BY = 'variable "c" { default = true }\n' + made("count = var.c ? 1 : 0")
OURS = [
    ("the one", COUNTED, "one(aws_iam_role.o[*].arn)"),
    ("the one, if there is", COUNTED_BY, "compact([one(aws_iam_role.o[*].arn)])"),
    ("the first that there is", COUNTED_BY, 'try(aws_iam_role.o[0].arn, "")'),
    ("the first that is not null", COUNTED_BY, f"coalesce(one(aws_iam_role.o[*].arn), {O})"),
    ("an element", COUNTED_BY, "element(aws_iam_role.o[*].arn, 0)"),
    ("an item of all, in the older form", COUNTED, "aws_iam_role.o.*.arn[0]"),
    ("an element or nothing", COUNTED_BY, 'element(concat(aws_iam_role.o.*.arn, [""]), 0)'),
    ("joined", COUNTED_BY, 'join("", aws_iam_role.o.*.arn)'),
    ("concatenated", COUNTED, "concat(aws_iam_role.o[*].arn, [])"),
    ("flattened", COUNTED, "flatten([[aws_iam_role.o[*].arn]])"),
    ("a set of a loop", COUNTED, "toset([for r in aws_iam_role.o[*] : r.arn])"),
    ("values of a map", EACH, "values(aws_iam_role.o)[*].arn"),
    ("a loop over a map", EACH, "[for k, r in aws_iam_role.o : r.arn]"),
    ("one of a map", EACH, 'aws_iam_role.o["a"].arn'),
    ("without some", EACH, "setsubtract(values(aws_iam_role.o)[*].arn, [])"),
    ("in chunks", EACH, "chunklist(values(aws_iam_role.o)[*].arn, 1)[0]"),
    ("those whose keys match", EACH, 'matchkeys(values(aws_iam_role.o)[*].arn, ["a", "b"], ["b"])'),
    ("one of more than anybody can tell", 'variable "n" { default = 1 }\n' + made("count = var.n"), "aws_iam_role.o[2].arn"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "text"), OURS, ids=[row[0] for row in OURS])
def test_what_is_ours_by_functions(tmp_path: Path, why: str, before: str, text: str) -> None:
    """A role of the same code is ours, however it is picked; a stranger beside it is found."""
    ours = check(tmp_path / "a", {"main.tf": before + role(f"{{ AWS = {text} }}")})
    assert findings(ours) == NOBODY
    both = check(tmp_path / "b", {"main.tf": before + role(f"{{ AWS = flatten([{text}, {S}]) }}")})
    assert findings(both) == UNVETTED


CUT = [
    ("a part that is taken away", 'replace(aws_iam_role.o.unique_id, "/x.*/", "")', True),
    ("a part by a pattern that is another", f'replace(aws_iam_role.o.unique_id, "/x.*/", {S})', False),
    ("a beginning that is", 'trimprefix(aws_iam_role.o.unique_id, "x")', True),
    ("a part that is another", f'replace(aws_iam_role.o.unique_id, "x", {S})', False),
    ("a part of what nobody knows", 'replace(var.v, "x", "")', False),
    ("a beginning of what nobody knows", 'trimprefix(var.v, "x")', False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "ours"), CUT, ids=[row[0] for row in CUT])
def test_what_is_left_of_ours(tmp_path: Path, why: str, text: str, ours: bool) -> None:
    """Catches a stranger who is put in for a part of what is ours."""
    before = made("") + 'variable "v" {}\n'
    found = findings(check(tmp_path, {"main.tf": before + role(f"{{ AWS = {text} }}")}))
    assert (found == NOBODY) is ours, found
