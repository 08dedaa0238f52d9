"""Resources and modules of which nobody knows how many there are, and lists that may be shorter:
what an answer hangs on then is told, whoever is named in it."""

from __future__ import annotations

from pathlib import Path

from checker.snapshot.write import encode_record
from tests.collect.iac.granted import source
from tests.support.rows import rows

OWN, STRANGER = "222222222222", "999988887777"
HEAD = """
variable "create" { type = bool }
variable "n" { type = number }
variable "u" { type = string }
variable "l" { type = list(string) }
variable "names" { type = set(string) }
variable "o" { type = object({ list = list(string) }) }
resource "terraform_data" "c" {
  count = var.create ? 1 : 0
  input = "x"
}
resource "terraform_data" "n" {
  count = var.n
  input = "x"
}
resource "terraform_data" "i" {
  count = var.n
  input = "x${count.index}"
}
resource "aws_ssm_parameter" "at" {
  count = var.n
  name  = "p-${count.index}"
  type  = "String"
  value = count.index == 1 ? "STRANGER" : "OWN"
}
data "aws_iam_policy_document" "at" {
  count = var.n
}
resource "terraform_data" "f" {
  for_each = var.names
  input    = "x"
}
module "n" {
  source = "./m"
  count  = var.n
}
module "t" {
  source = "./m"
  may    = { for k in ["a"] : k => "OWN" if var.create }
  sets   = [["b"], ["a"]]
  maps   = { for k in ["a"] : k => "OWN" if var.create }
  any    = [1, "a", true]
  map    = { a = 1, b = "x" }
}
"""
MODULE = """
variable "may" {
  type    = object({ a = optional(string) })
  default = null
}
variable "maps" {
  type    = map(string)
  default = {}
}
variable "sets" {
  type    = set(list(string))
  default = []
}
variable "any" {
  type    = list(any)
  default = []
}
variable "map" {
  type    = map(any)
  default = {}
}
variable "never" {
  type     = string
  default  = "d"
  nullable = "false"
}
output "out" { value = "x" }
output "may" { value = var.may.a == null ? "STRANGER" : "OWN" }
output "maps" { value = lookup(var.maps, "a", null) == null ? "STRANGER" : "OWN" }
output "set" { value = tolist(var.sets)[0][0] == "b" ? "OWN" : "STRANGER" }
output "any" { value = var.any[0] == "1" ? "STRANGER" : "OWN" }
output "map" { value = var.map.a == "1" ? "STRANGER" : "OWN" }
output "never" { value = var.never }
"""
S, O = f'"{STRANGER}"', f'"{OWN}"'  # noqa: E741  (as in the tables beside)
BOTH = f"? {S} : {O}"
FOR_SOME = [
    # for some values of the variables, each of them is the stranger: `terraform apply` says so
    *(text for one in ("terraform_data.c[{}].input", "terraform_data.n[{}].input", "module.n[{}].out") for text in (
        f'try({one.format(0)}, "q") == "q" {BOTH}', f'contains({one.format("*")}, "x") ? {O} : {S}', f'join("", {one.format("*")}) == "x" ? {O} : {S}', f'jsonencode({one.format("*")}) == "[]" {BOTH}', f'toset({one.format("*")}) == toset([]) {BOTH}', f"length({one.format('*')}) == 0 {BOTH}",
        f'concat({one.format("*")}, ["y"])[0] == "x" ? {O} : {S}', f'one(toset({one.format("*")})) == null {BOTH}', f'coalesce(one({one.format("*")}), "q") == "q" {BOTH}', f'lookup({{ x = {O} }}, join("", {one.format("*")}), {S})')),
    *(f"{text}" for text in (
        f"anytrue([for x in terraform_data.n : true]) ? {O} : {S}", f"sum(concat([0], [for x in terraform_data.n : 1])) == 0 {BOTH}", f'sort(concat(["b"], [for x in terraform_data.n : "a"]))[0] == "b" {BOTH}', f"coalescelist([for x in terraform_data.f : {O}], [{S}])[0]",
        f'index(concat([for x in terraform_data.n : "a"], ["b"]), "b") == 0 {BOTH}', f"[for i, x in terraform_data.n : i == 1 {BOTH}]", f'merge({{ x = {S} }}, {{ for x in terraform_data.n : x.input => {O} }})["x"]', f'merge(concat([{{ x = {S} }}], [for x in terraform_data.n : {{ x = {O} }}])...)["x"]',
        f"reverse(concat([{S}], [for x in terraform_data.n : {O}]))[0]", f"slice(concat([for x in terraform_data.n : {O}], [{S}]), 0, 1)[0]", f'lookup({{ for i, x in terraform_data.n : tostring(i) => {O} }}, "0", {S})', f"concat([for x in terraform_data.f : {O}], [{S}])[0]", f"one([for x in terraform_data.f : {O}]) == null {BOTH}")),
    *(f"{text}" for text in (
        f'join("", terraform_data.n[*].input) == "x" && true ? {O} : {S}', f'!tobool(join("", [for x in terraform_data.n : "true"])) {BOTH}', f"flatten([[var.l], [{O}, {S}]])[1]", f'flatten([for x in ["a"] : [var.l, {O}, {S}]])[1]', f"[for i, x in concat(var.l, [{O}, {S}]) : x if i == 1]", f'join(",", setsubtract(["a", "b"], [var.u])) == "b" {BOTH}', f'jsonencode(setsubtract(["a", "b"], [var.u])) == "[\\"b\\"]" {BOTH}',
        f'{{ x = setsubtract(["a", "b"], [var.u]) }} == {{ x = toset(["b"]) }} {BOTH}', f"toset([{{ a = 1 }}, {{ a = 2 }}]) == toset([{{ a = 2 }}, {{ a = 1 }}]) {BOTH}", f'tolist(toset([["x", {O}], ["b", {S}]]))[0][1]', f'concat(formatlist("%s", var.o.list), [{O}, {S}])[1]',
        f"jsondecode(jsonencode(concat(var.l, [{O}, {S}])))[1]", f'"${{join(",", setsubtract(["a", "b"], [var.u]))}}" == "b" {BOTH}', f'upper(join(",", setsubtract(["a", "b"], [var.u]))) == "B" {BOTH}', f'element(matchkeys([{O}, {S}], ["a", "b"], [join("", terraform_data.n[*].input)]), 0)', f'compact([join("", terraform_data.n[*].input), {O}, {S}])[1]')),
    # what others than the first say, and what comes next where the first may not be there
    *(f'[for x in {text} : x == "x1" {BOTH}]' for text in (
        "terraform_data.i[*].input", 'concat(terraform_data.i[*].input, ["w"])', "reverse(terraform_data.i[*].input)", "sort(terraform_data.i[*].input)", "flatten([terraform_data.i[*].input])", "toset(terraform_data.i[*].input)", "compact(terraform_data.i[*].input)", 'formatlist("%s", terraform_data.i[*].input)')),
    f"try([for x in terraform_data.n : {O}][0], {S})", f"try([for x in terraform_data.n : {O}][1], {S})", f'{{ none = {S}, x = {O} }}[try(terraform_data.n[0].input, "none")]', f'{{ none = {S}, x = {O} }}["${{try(terraform_data.n[0].input, "none")}}"]',
    "aws_ssm_parameter.at[*].value", f'"${{data.aws_iam_policy_document.at[*].json[0]}}" == "" ? {O} : {S}',
    "module.t.may", "module.t.maps", "module.t.set", "module.t.any", "module.t.map",
]  # fmt: skip
NOBODY = [
    # own things, however many there are of them, and what is known in spite of all
    'formatlist("%s", aws_iam_role.named[*].arn)', f'formatlist("arn:aws:iam::{OWN}:role/%s", aws_iam_role.named[*].name)', f'concat(["arn:aws:iam::{OWN}:root"], aws_iam_role.named[*].arn)[0]', "flatten(chunklist(aws_iam_role.named[*].arn, 2))", "values({ for k, r in aws_iam_role.each : k => r.arn })",
    "values(merge({ for k, r in aws_iam_role.each : k => r.arn }, {}))", "[for k, o in { for k, r in aws_iam_role.each : k => { arn = r.arn, name = r.name } } : o.arn]", '{ for r in aws_iam_role.named : r.name => r.arn }["n-0"]', "concat(aws_iam_role.named[*].arn, aws_iam_role.own[*].arn)[0]", "coalesce(one(aws_iam_role.named[*].arn), one(aws_iam_role.own[*].arn))",
    "element(coalescelist(aws_iam_role.named[*].arn, aws_iam_role.own[*].arn), 0)", 'try(aws_iam_role.named[0].arn, "")', "sort(aws_iam_role.named[*].arn)[0]",
    f'length(toset([{{ a = 1 }}, {{ a = 2 }}])) == 2 ? {O} : {S}', f'contains([for one in var.rules : one.a], "b") ? {O} : {O}', f'contains(toset([{{ a = 1 }}]), 2) ? {S} : {O}',
    "aws_iam_role.own[*].arn", "one(aws_iam_role.own[*].arn)", 'element(concat(aws_iam_role.own[*].arn, [""]), 0)', 'join("", aws_iam_role.own[*].arn)', "[for one in aws_iam_role.own : one.arn][0]", "aws_iam_role.own[1].arn", "reverse(aws_iam_role.own[*].arn)[0]",
    'format("%s", one(aws_iam_role.own[*].arn))', "flatten([aws_iam_role.own[*].arn])", f'concat([{O}], var.l)[0] == "x" {BOTH}', 'setunion(aws_iam_role.own[*].arn, [])', 'split("/", one(aws_iam_role.own[*].arn))[0] == "x" ? "' + OWN + '" : "' + OWN + '"',
    f'try(concat(null, ["x"])[0], {O})', f"try(length(null), {O})", f'try(keys(null)[0], {O})', f'try(merge(null, {{ a = {O} }})["a"], {S})', f"length(toset([{{ a = 1 }}])[*]) == 1 ? {O} : {O}",
]  # fmt: skip
OBJECTS = """
variable "rules" {
  type    = set(object({ a = string }))
  default = [{ a = "b" }, { a = "c" }]
}
"""
NAMED = """
resource "aws_iam_role" "named" {
  count              = var.n
  name               = "n-${count.index}"
  assume_role_policy = "{}"
}
resource "aws_iam_role" "each" {
  for_each           = var.names
  name               = "f-${each.key}"
  assume_role_policy = "{}"
}
"""
OWN_ROLES = 'resource "aws_iam_role" "own" {\n  count = var.n\n  name_prefix = "own"\n  assume_role_policy = "{}"\n}\n'


def roles(folder: Path, expressions: list[str]) -> dict[str, str]:
    """What is told of each role's trust, by its place."""
    (folder / "m").mkdir(parents=True)
    (folder / "m" / "main.tf").write_text(put(MODULE))
    blocks = [f'resource "aws_iam_role" "r{at}" {{\n  name = "r{at}"\n  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = {text} }} }}] }})\n}}\n'
              for at, text in enumerate(expressions)]  # fmt: skip
    found = source(folder, put(HEAD) + OBJECTS + NAMED + OWN_ROLES + "".join(blocks))
    told = dict[str, str]()
    for one in found.roles:
        told[one.name] = told.get(one.name, "") + encode_record(one).decode()
    return told


def put(text: str) -> str:
    return text.replace("STRANGER", STRANGER).replace("OWN", OWN)


def test_who_is_trusted_for_some_values_is_told(tmp_path: Path) -> None:
    """Catches a stranger who is trusted where there is none, one, or another order of things."""
    found = roles(tmp_path, FOR_SOME)
    silent = [text for at, text in enumerate(FOR_SOME)
              if STRANGER not in found[f"r{at}"] and "not known" not in found[f"r{at}"]]  # fmt: skip
    assert not silent


def test_what_is_ours_is_no_gap(tmp_path: Path) -> None:
    """Catches an alarm over what the same code makes, or over what no value changes."""
    found = roles(tmp_path, NOBODY)
    alarms = [text for at, text in enumerate(NOBODY)
              if STRANGER in found[f"r{at}"] or "not known" in found[f"r{at}"]]  # fmt: skip
    assert not alarms


LOOPS = [
    ("of objects", 'type = set(object({ a = string }))\n  default = [{ a = "OWN" }]'),
    ("of lists", 'type = set(list(string))\n  default = [["OWN"]]'),
    ("of maps", 'type = set(map(string))\n  default = [{ a = "OWN" }]'),
]  # fmt: skip


@rows("why, declared", LOOPS)
def test_a_loop_over_a_set(tmp_path: Path, why: str, declared: str) -> None:
    """Catches an error of ours where items are no keys."""
    item = "x[0]" if why == "of lists" else "x.a"
    text = f'variable "v" {{\n  {put(declared)}\n}}\nresource "aws_iam_role" "r" {{\n  name = "r"\n  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = [for x in var.v : {item}] }} }}] }})\n}}\n'
    (one,) = source(tmp_path, text).roles
    assert OWN in encode_record(one).decode().partition("trust_policy")[2], why
