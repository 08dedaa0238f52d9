"""Folders of .tf files of many small resources, each of which asks for a branch of its own.

What they come to stands in `golden.jsonl` (`conftest.py`): each resource there is a row with what
is told of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.collect.iac.granted import OWN, source
from tests.collect.iac.hcl import write
from tests.support.snapshots import STRANGER

DECLARED = f"""
variable "u" {{}}
variable "v" {{ type = string }}
variable "lst" {{ type = list(string) }}
variable "d" {{ default = "{STRANGER}" }}
variable "n" {{ default = null }}
variable "e" {{ default = "" }}
variable "on" {{ default = true }}
variable "off" {{
  type    = bool
  default = false
}}
variable "env" {{ default = "dev" }}
variable "l" {{ default = ["{OWN}", "{STRANGER}"] }}
variable "m" {{ default = {{ dev = "{OWN}", prod = "{STRANGER}" }} }}
variable "num" {{ default = 2 }}
variable "o" {{
  type = object({{ id = optional(string, "{STRANGER}"), name = optional(string), inner = optional(object({{ a = optional(number, 1) }}), {{}}) }})
  default = {{}}
}}
variable "os" {{
  type    = list(object({{ id = optional(string, "{STRANGER}"), b = string }}))
  default = [{{ b = "x" }}, {{ b = "y", id = "{OWN}" }}]
}}
variable "om" {{
  type    = map(object({{ id = optional(string, "{STRANGER}") }}))
  default = {{ a = {{}}, b = {{ id = "{OWN}" }} }}
}}
locals {{
  known = "{STRANGER}"
  own   = "{OWN}"
  list  = ["{STRANGER}", var.u]
  map   = {{ a = "{STRANGER}", (var.v) = "x", b = var.u }}
  env   = {{ dev = "{OWN}", prod = "{STRANGER}" }}
  deep  = {{ a = [{{ id = "{STRANGER}" }}, {{ id = var.u }}] }}
  loop  = local.loop
  nest  = [["a"], ["{STRANGER}", "b"]]
  empty = []
}}
"""


def trusting(*values: str) -> str:
    """A role that trusts each of these expressions."""
    return "".join(
        f'resource "aws_iam_role" "r{n}" {{\n name = "r{n}"\n assume_role_policy = jsonencode({{ Statement = '
        f'[{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = {one} }} }}] }})\n}}\n'
        for n, one in enumerate(values)
    )


EXPRESSIONS = re.split(
    r"(?<!\|)\|(?!\|)",
    r"""
var.u|var.d|var.n|var.e|var.l|var.l[1]|var.l[0]|var.l[9]|var.l[var.u]|var.m["prod"]|var.m.prod|var.m[var.env]|var.m[var.u]|var.m.none|var.none
var.o.id|var.o.name|var.o.inner.a|var.os[0].id|var.os[*].id|var.om["a"].id|[for k, x in var.om : x.id]|local.known|local.none|local.loop|local.list
local.list[1]|local.list.0|local.map["a"]|local.map.b|local.map["x"]|local.env[var.env]|local.env[terraform.workspace]|local.deep.a[0].id|local.deep.a[*].id
local.deep["a"].*.id|local.deep.a.*.id[0]|local.deep.a[*].id[1]|local.nest[1][0]|local.nest[*][0]|local.known[*]|var.u[*]|local.empty[*].id|local.empty[0]
"x${local.known}"|"${var.u}-x"|"${var.d}"|"${local.list}"|"$${x}"|"%%{x}"|"a\nb\t\"c\" é"|"%{ if var.on }a%{ endif }"|"arn:aws:iam::${var.u}:root"
1 + 2|3 - 1|2 * 3|7 / 2|7 % 4|-5|-var.u|-"x"|1 < 2|2 <= 2|1 > 2|2 >= 3|1 == 1|1 != 1|"a" == "a"|var.u == "a"|var.u != var.v|1 + "x"|1 / 0
true && var.off|false && var.u|true || var.u|var.u || false|var.u && true|!true|!var.u|!local.known|null == null|var.u == null|local.known != null|null != var.n|"x${var.u}" == null
true ? local.known : local.own|false ? local.known : local.own|var.u ? local.known : local.own|var.u ? local.known : local.known|var.off ? local.known : local.own|var.on ? local.known : local.own
!var.off ? local.known : local.own|var.env == "prod" ? local.known : local.own|var.env != "prod" ? local.own : local.known|var.env == "prod" || var.off ? local.known : local.own
var.env == "prod" && var.on ? local.known : local.own|"dev" == var.env ? local.own : local.known|contains(["prod", "live"], var.env) ? local.known : local.own|contains(var.l, var.u) ? local.known : local.own
terraform.workspace == "prod" ? local.known : local.own|(var.off) ? local.known : local.own|var.num > 1 ? local.known : local.own|length(var.l) > 1 ? local.known : local.own
(var.off ? true : var.on) ? local.known : local.own|var.e == "" ? local.own : local.known|var.e != "" ? var.e : local.known|var.n == null ? local.known : var.n|var.d == local.own ? local.own : var.d
startswith(var.env, "pr") ? local.known : local.own|var.off == true ? local.known : local.own|var.off != false ? local.known : local.own|coalesce(var.n, var.e, local.known)|coalesce(var.u, local.known)
[local.known, var.u]|["a", ["b"]]|{ a = 1 }|[for x in local.list : x]|[for i, x in local.list : "${i}-${x}"]|[for x in local.list : x if x != local.own]|[for x in var.l : x if x != var.u]
[for x in var.l : x if var.off]|[for k, x in local.env : x if k == "prod"]|[for k, x in local.map : x]|{ for k, x in local.env : k => x }["prod"]|{ for x in var.l : x => x... }|[for x in var.u : x]
[for x in local.deep.a : x.id]|values({ for k, x in local.env : upper(k) => x if k != "dev" })|[for x in var.os : x.id if x.b == "x"]|[for x in [for y in local.list : y] : x]|toset([for o in var.os : o.id])
try(local.known, "x")|try(local.none, local.known)|try(local.list[9], local.known)|try(local.env["x"], local.known)|try(var.m[var.env], local.known)|try()|can(local.known)|try(var.l[5], var.l[6], null)
lookup(local.env, "prod", "x")|lookup(local.env, "x", local.known)|lookup(local.env, var.env, local.known)|lookup(local.env, var.env)|lookup(local.map, "c", "x")|lookup(local.env, var.u, local.known)|lookup(var.u, "a", "b")
file("text.txt")|file("none.txt")|file(var.u)|file("../out.txt")|templatefile("t.tpl", { who = local.known })|templatefile("t.tpl", { who = var.u })|templatefile("none.tpl", {})|templatefile("t.tpl", var.u)|templatefile("d.tpl", { who = "x" })
path.module|path.root|each.key|count.index|self.arn|terraform.workspace|nothing.at.all|module.none.x|data.none.x.id|null|true|1.5|"" |1e3|upper(var.d)|(local.known)|((var.u))
join("", ["a", var.u])|join(",", local.list, ["z"])|split(",", "a,b")|split(",", var.u)|split("", "ab")|split(var.u, "a")|format("%s-%d", local.known, 1)|format("%s")|format("%s%%", local.known)|format("%q", "a")|format("%[1]s", "a")|format(var.u, 1)|format(var.u)
formatlist("arn:aws:iam::%s:root", local.list)|formatlist("%s-%s", ["a", "b"], "c")|formatlist("%s", var.u)|formatlist("x", "y")|concat(["a"], local.list, var.u)|merge(local.env, { dev = "x" }).dev|merge(local.env, var.u).prod|merge(local.env, null)["dev"]
flatten([["a", ["b"]], local.list])|flatten(var.u)|distinct(["a", "a", var.u])|compact(["", null, "a"])|coalescelist([], ["a"])|element(local.list, 2)|element([], 0)|element(var.u, 0)|length(local.list)|length(var.u)|length("abc")|keys(local.env)|keys(var.u)|values(local.env)|values(var.u)|one(["a"])|one([])|one(["a", "b"])|one(var.u)
toset(["b", "a", "b"])|tolist(toset(["a"]))|setunion(["a"], ["b", "a"])|setsubtract(["a", "b"], ["a"])|setsubtract(["a"], var.u)|setintersection(["a", "b"], ["b", var.u])|matchkeys(["a", "b"], ["x", "y"], ["y"])|matchkeys(["a", "b"], ["x", "y"], [var.u])|chunklist(["a", "b", "c"], 2)|tomap({ a = "x" }).a
tostring(5)|tostring(true)|tostring(1.5)|tostring(["a"])|tonumber("5")|tonumber("1.5")|tonumber("x")|tobool("true")|tobool(null)|sensitive("x")|nonsensitive(var.u)|replace("a-b", "-", "+")|replace("a1b22", "/[0-9]+/", "<$0>")|replace("ab", "/(a)(b)/", "$2$1")|replace("a", "/(/", "b")|replace(var.u, "a", "b")|replace("a${var.u}", "a", "b")|replace("a", var.u, "b")
lower("AB")|upper("ab")|title("ab cd")|lower(var.u)|trimspace(" a ")|chomp("a\n\n")|trimprefix("abc", "a")|trimsuffix("abc", "c")|trimprefix("abc", var.u)|trim("xax", "x")|substr("abcdef", 1, 2)|substr("abc", 1, -1)|startswith("abc", "a")|endswith("abc", "c")|strcontains("abc", "b")|contains(["a"], "a")|contains(["a"], var.u)|index(["a", "b"], "b")|index(["a"], "c")
sort(["b", "a"])|sort(local.list)|reverse(["a", "b"])|slice(["a", "b", "c"], 1, 2)|range(3)|range(1, 7, 2)|range(20000)|setproduct(["a", "b"], ["c"])|zipmap(["a"], [local.known])["a"]|zipmap(["a"], [])|alltrue([true, "true"])|alltrue([true, false])|anytrue([false, true])|anytrue([])|max(1, 3, 2)|min(3, 1)|abs(-3)|base64encode("a")|base64encode(var.u)|jsondecode("{\"a\": \"x\"}").a|jsondecode(var.u)|jsonencode(var.u)|concat(["a"]...)|concat([["a"], ["b"]]...)|concat(var.u...)|formatlist("arn:aws:iam::%s:root", local.known)|substr("abcdef", -3, 2)|slice(var.u, 1, 3)|reverse(var.u)|format("%05d", 5)|merge(var.u, local.env).prod|merge(local.env, { (var.v) = "x" }).prod|title("aBC d")|[try(local.known, "x"), local.list[9]]|[try(local.list[9], "x"), local.empty[0]]|uuid()|timestamp()|nosuch("x")
"\u00e9\U0001F600\r\\ \/"|"\U00110000"|"\U0010FFFF"|[for i, x in ["a", local.known] : var.v ? x : local.own]|[for x in local.list : (var.v && x == "a") ? x : local.own]|[for o in var.os : var.u ? o.id : local.own]|[for k, x in local.env : var.v == k ? x : local.own]
{ for k, x in local.env : k => (var.v ? x : local.own) }["prod"]|[for x in [1, 2] : var.v ? "${x}" : local.own]
""".replace("\n", "|").strip("|"),
)  # fmt: skip
EXPRESSIONS += [
    "<<EOT\n${local.known}-$${x}\nEOT\n",
    "<<-EOT\n  a ${var.u}\n    b\n  EOT\n",
    "<<EOT\n%{ if var.on }x%{ endif }\nEOT\n",
    "<<EOT\n${1 +}\nEOT\n",
    "<<EOT\nEOT\n",
]
THERE = """
resource "aws_iam_role" "t" {
  name = "t"
  path = "/p/"
}
resource "aws_iam_role" "u" { name = var.u }
resource "aws_iam_user" "t" { name = "t" }
resource "aws_iam_group" "t" { name_prefix = "t" }
resource "aws_iam_instance_profile" "t" { role = "t" }
resource "awscc_iam_role" "t" { role_name = "cc" }
resource "aws_iam_openid_connect_provider" "t" { url = "https://idp.example.com/" }
resource "aws_iam_openid_connect_provider" "u" { url = var.u }
resource "awscc_iam_oidc_provider" "t" {}
resource "aws_iam_saml_provider" "t" { name = "s" }
resource "awscc_iam_saml_provider" "t" { name = var.u }
resource "aws_eks_cluster" "t" { name = "c" }
resource "awscc_eks_cluster" "t" { name = "c" }
resource "aws_cognito_identity_pool" "t" { identity_pool_name = "p" }
resource "aws_cognito_identity_pool" "g" {
  identity_pool_name               = "p"
  allow_unauthenticated_identities = true
}
resource "awscc_cognito_identity_pool" "t" { allow_unauthenticated_identities = var.u }
resource "aws_cognito_user_pool" "t" { name = "p" }
resource "awscc_cognito_user_pool" "t" {}
resource "aws_organizations_account" "t" { name = "a" }
resource "aws_organizations_organization" "t" {}
resource "aws_kms_key" "t" {}
resource "awscc_kms_key" "t" {}
resource "aws_sns_topic" "t" { name = "t" }
resource "other_thing" "t" { arn_of = "x" }
resource "random_id" "t" { byte_length = 4 }
resource "aws_instance" "many" {
  count = 2
  ami   = "ami-1"
}
resource "aws_iam_role" "each" {
  for_each = local.env
  name     = each.key
}
resource "aws_iam_role" "counted" {
  count = var.u
  name  = "c${count.index}"
}
resource "aws_iam_role" "chosen" {
  count = var.on ? 2 : 1
  name  = "c${count.index}"
}
resource "aws_iam_role" "sometimes" {
  count = var.off ? 1 : 0
  name  = "s"
}
resource "aws_iam_role" "numbered" {
  count = var.num
  name  = "n${count.index}"
}
resource "aws_iam_openid_connect_provider" "empty" { url = "" }
resource "aws_iam_role" "line"
{
  name = "l"
}
resource "aws_iam_role" {
  name = "unlabelled"
}
resource "aws_iam_role" "one" "two" { name = "twice" }
data "aws_caller_identity" {}
data "aws_caller_identity" "t" {}
data "aws_partition" "t" {}
data "aws_region" "t" {}
data "aws_iam_session_context" "t" { arn = data.aws_caller_identity.t.arn }
data "aws_iam_role" "t" { name = "there" }
data "aws_iam_user" "t" { user_name = "there" }
data "aws_eks_cluster" "t" { name = "there" }
data "aws_iam_openid_connect_provider" "t" { url = "https://there.example.com" }
data "aws_organizations_organization" "t" {}
data "aws_canonical_user_id" "t" {}
data "aws_ssm_parameter" "t" { name = "x" }
"""
_TYPES = [
    line.split('"')[1]
    for line in THERE.splitlines()
    if line.startswith("resource") and '"t"' in line
]
_LOOKED_UP = [line.split('"')[1] for line in THERE.splitlines() if line.startswith("data")]
ATTRIBUTES = (
    "",
    ".arn",
    ".id",
    ".name",
    ".url",
    ".unique_id",
    ".endpoint",
    ".identity_pool_id",
    ".arn_of",
    ".identity[0].oidc[0].issuer",
)
PLACE = (
    "account_id",
    "id",
    "arn",
    "user_id",
    "partition",
    "dns_suffix",
    "name",
    "region",
    "issuer_arn",
    "unique_id",
    "value",
    "url",
    "identity",
)
MADE = [
    *(f"{kind}.t{attribute}" for kind in _TYPES for attribute in ATTRIBUTES),
    *(f"data.{kind}.t.{attribute}" for kind in _LOOKED_UP for attribute in PLACE),
    "aws_iam_role.u.arn", "aws_iam_openid_connect_provider.u.arn", "aws_cognito_identity_pool.g.id", "aws_eks_cluster.t.open_id_connect_issuer_url",
    "awscc_eks_cluster.t.open_id_connect_issuer_url", "awscc_cognito_user_pool.t.user_pool_id", "aws_organizations_account.t.account_id",
    "aws_iam_role.each", 'aws_iam_role.each["prod"].arn', 'aws_iam_role.each["none"].arn', "aws_iam_role.each[var.env].arn", "values(aws_iam_role.each)[*].arn",
    "[for one in aws_iam_role.each : one.arn]", "aws_iam_role.counted[0].arn", "aws_iam_role.counted[*].arn", "aws_iam_role.counted.*.name", "aws_instance.many[1].id",
    "aws_instance.many[5].id", "aws_instance.many.*.ami", "aws_instance.many[var.u].ami", "aws_iam_role.none.arn", "aws_iam_role", "awscc_iam_role.t.role_name",
    *(f"aws_iam_role.{name}{at}" for name in ("chosen", "sometimes", "numbered") for at in ("[0].arn", "[1].arn", "[5].arn", "[*].arn", ".arn", "[var.u].arn", "")), "length(aws_iam_role.chosen)", "one(aws_iam_role.sometimes[*].arn)", "aws_iam_openid_connect_provider.empty.arn", "aws_iam_role.line.arn", "aws_iam_role.one.arn",
    "awscc_iam_oidc_provider.t.arn", "one(aws_iam_role.counted[*].arn)", "length(aws_instance.many)", '"${aws_iam_role.t.arn}/x"', 'split("/", aws_iam_role.t.arn)[1]',
]  # fmt: skip
FILES = {
    "text.txt": f"{STRANGER}",
    "t.tpl": "arn:aws:iam::${who}:root",
    "d.tpl": "%{ if true }x%{ endif }",
}


@pytest.mark.parametrize(
    ("name", "values"), [("expressions", EXPRESSIONS), ("made", MADE)], ids=["expressions", "made"]
)
def test_whom_expressions_name(tmp_path: Path, name: str, values: list[str]) -> None:
    """Catches an operator, a function or an attribute that comes to something else."""
    write(tmp_path, FILES)
    found = source(tmp_path, DECLARED + (THERE if name == "made" else "") + trusting(*values))
    assert len(found.roles) >= len(values)


def document(body: str, name: str, more: str = "") -> str:
    return f"""
data "aws_iam_policy_document" "{name}" {{
  {more}
  {body}
}}
resource "aws_iam_role" "{name}" {{
  name = "{name}"
  assume_role_policy = data.aws_iam_policy_document.{name}.json
}}
resource "aws_sqs_queue" "{name}" {{
  name   = "{name}"
  policy = data.aws_iam_policy_document.{name}.minified_json
}}
"""


def statement(principals: str, more: str = "", actions: str = '["sts:AssumeRole"]') -> str:
    return f"statement {{\n actions = {actions}\n {principals}\n {more}\n}}\n"


def who(identifiers: str, kind: str = '"AWS"') -> str:
    return f"principals {{\n type = {kind}\n identifiers = {identifiers}\n}}\n"


def when(test: str, key: str, values: str) -> str:
    return f'condition {{\n test = "{test}"\n variable = "{key}"\n values = {values}\n}}\n'


ONE = f'["{STRANGER}"]'
TEXT = f'jsonencode({{ Statement = [{{ Sid = "a", Effect = "Allow", Action = "*", Principal = {{ AWS = "{STRANGER}" }} }}] }})'
DOCUMENTS = [
    (statement(who(ONE)), ""), (statement(who("[var.u]")), ""), (statement(who("var.u")), ""), (statement(who(f'["*", "{STRANGER}"]')), ""),
    (statement(who('["*"]', '"*"')), ""), (statement(who(ONE, '"*"')), ""), (statement(who(ONE, "var.u")), ""), (statement(who('["ec2.amazonaws.com"]', '"Service"') + who(ONE)), ""),
    (statement(who(ONE) + who(f'["{OWN}"]')), ""), (statement(who(ONE).replace("principals", "not_principals")), ""), (statement(who(ONE), 'effect = "Deny"'), ""),
    (statement(who(ONE), "effect = var.u"), ""), (statement(who(ONE), "effect = null"), ""), (statement(who(ONE), 'effect = var.on ? "Allow" : "Deny"'), ""), (statement(who(ONE), "effect = var.off ? var.u : \"Deny\""), ""),
    (statement(who(ONE), when("StringEquals", "aws:PrincipalOrgID", "[var.u]")), ""), (statement(who(ONE), when("StringEquals", "aws:PrincipalOrgID", '["o-own1234567"]') + when("StringEquals", "sts:ExternalId", '["x"]')), ""),
    (statement(who('["*"]'), when("StringEquals", "aws:PrincipalOrgID", '["o-own1234567"]') + when("StringEquals", "aws:PrincipalOrgID", "[var.u]")), ""),
    (statement(who('["*"]'), when("StringLike", "aws:PrincipalArn", '["arn:aws:iam::&{aws:PrincipalAccount}:role/x"]')), ""), (statement(who(ONE), "resources = [\"*\"]\n not_resources = []"), ""),
    (statement(who(ONE), "", "var.u"), ""), (statement(who(ONE), 'not_actions = ["a:B"]', "null"), ""), (statement(who(ONE), 'sid = "a"'), f"source_policy_documents = [{TEXT}]"),
    (statement(who(f'["{OWN}"]'), 'sid = "a"'), f"override_policy_documents = [{TEXT}]"), (statement(who(f'["{OWN}"]'), 'sid = "b"'), f"override_json = {TEXT}"), (statement(who(f'["{OWN}"]')), f"source_json = {TEXT}"),
    (statement(who(f'["{OWN}"]')), "source_policy_documents = [var.u]"), (statement(who(f'["{OWN}"]')), "source_policy_documents = var.u"), (statement(who(f'["{OWN}"]')), 'source_policy_documents = ["no json", "", "[]"]'),
    (statement(who(f'["{OWN}"]')), "override_policy_documents = [data.aws_iam_policy_document.d0.json]"), ("", 'version = "2008-10-17"'), ("", f"json = {TEXT}"),
    ('dynamic "statement" {\n for_each = var.l\n content {\n actions = ["sts:AssumeRole"]\n principals {\n type = "AWS"\n identifiers = [statement.value]\n}\n}\n}', ""),
    ('dynamic "statement" {\n for_each = var.u\n iterator = it\n content {\n actions = ["sts:AssumeRole"]\n principals {\n type = "AWS"\n identifiers = [it.value, it.key]\n}\n}\n}', ""),
    ('dynamic "statement" {\n for_each = []\n content {\n actions = ["*"]\n}\n}', ""), ('dynamic "statement" {\n content {\n actions = ["*"]\n}\n}', ""), ('dynamic "statement" {\n for_each = ["a"]\n}', ""),
    (f'dynamic "statement" {{\n for_each = var.on ? ["{STRANGER}"] : []\n content {{\n actions = ["sts:AssumeRole"]\n dynamic "principals" {{\n for_each = local.env\n content {{\n type = "AWS"\n identifiers = [principals.value, statement.value]\n}}\n}}\n}}\n}}', ""),
    (statement('dynamic "principals" {\n for_each = var.off ? [1] : []\n content {\n type = "AWS"\n identifiers = ["*"]\n}\n}' + who(f'["{OWN}"]')), ""),
    (statement(who(ONE), 'sid = "a"'), f'source_policy_documents = [jsonencode({{ Statement = ["x", 5] }})]\n override_policy_documents = [{TEXT}, jsonencode({{ Statement = ["y"] }})]'), (statement(who("data.aws_iam_policy_document.d0.json")), ""), (statement('principals {\n identifiers = ["x"]\n}'), ""), (statement(who(ONE), 'condition {\n test = var.u\n variable = "a"\n values = ["x"]\n}'), ""),
]  # fmt: skip


def test_policy_documents(tmp_path: Path) -> None:
    """Catches a statement, a principal or a condition of a document that is lost on the way."""
    found = source(
        tmp_path,
        DECLARED + "".join(document(one, f"d{n}", more) for n, (one, more) in enumerate(DOCUMENTS)),
    )
    assert found.tally.read >= 2 * len(DOCUMENTS)


ROLE = 'name = "x"\n assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Principal = { AWS = %s } }] })\n'
HOW_OFTEN = [
    ("count = 2", f'count.index == 0 ? "{OWN}" : "{STRANGER}"'), ("count = 0", '"*"'), ("count = var.u", f'"{STRANGER}"'), ("count = var.u", "local.list[count.index]"),
    ("count = var.num", f'"{STRANGER}"'), ("count = var.num", "var.l[count.index]"), ("count = var.on ? 1 : 0", f'"{STRANGER}"'), ("count = var.off ? 1 : 0", f'"{STRANGER}"'), ("count = var.off ? 0 : 1", "var.d"),
    ("count = length(var.l)", "var.l[count.index]"), ("count = length(var.u)", "var.u[count.index]"), ("count = \"2\"", '"x"'), ("count = true", '"x"'), ("count = 5000", '"x"'), ("count = -1", '"x"'), ("count = null", '"x"'),
    ("for_each = toset(var.l)", "each.value"), ("for_each = toset(var.l)", "each.key"), ("for_each = local.env", "each.value"), ("for_each = var.m", "each.value"), ("for_each = var.u", "each.value"), ("for_each = var.u", f'"{STRANGER}"'),
    ("for_each = {}", '"*"'), ("for_each = []", '"*"'), ("for_each = null", '"*"'), ("for_each = var.on ? local.env : {}", "each.value"), ("for_each = { for k, x in local.env : k => x if k == var.env }", "each.value"),
    ("for_each = local.map", "each.value"), ("for_each = var.om", "each.value.id"), ("for_each = { for one in var.os : one.b => one }", "each.value.id"), ("for_each = toset(local.list)", "each.value"), ("for_each = toset(var.e == \"\" ? [] : [var.e])", "each.value"),
    ("for_each = { (var.u) = \"a\", b = var.v }", "[each.key, each.value]"), ("for_each = tomap({ a = { b = var.u, c = var.on } })", "each.value.c ? each.value.b : \"*\""), ("for_each = 5", '"x"'), ("provider = aws.none", f'"{STRANGER}"'), ("provider = google", f'"{STRANGER}"'),
]  # fmt: skip


def test_how_often(tmp_path: Path) -> None:
    """Catches an instance that is not looked at, or is looked at as another one."""
    blocks = [
        f'resource "aws_iam_role" "r{n}" {{\n {often}\n {ROLE % one}}}\n'
        for n, (often, one) in enumerate(HOW_OFTEN)
    ]
    blocks += [f'resource "aws_s3_bucket_policy" "b{n}" {{\n {often}\n bucket = "b{n}"\n policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = {one} }} }}] }})\n}}\n'
               for n, (often, one) in enumerate(HOW_OFTEN[::3])]  # fmt: skip
    blocks += [
        'resource "aws_instance" "i" {\n count = var.off ? 2 : 1\n ami = var.on ? "ami-1" : var.u\n}\n',
        'resource "aws_instance" "j" {\n for_each = { a = "ami-1", b = var.u }\n ami = each.value\n}\n',
    ]
    found = source(tmp_path, DECLARED + "".join(blocks))
    assert len(found.roles) > len(HOW_OFTEN)


MODULE = """
variable "who" {}
variable "on" { default = false }
variable "list" { default = ["222222222222"] }
variable "o" {
  type    = object({ id = optional(string, "888888888888"), more = optional(list(string)) })
  default = null
}
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Principal = { AWS = var.who } }] })
}
resource "aws_iam_role" "s" {
  count = var.on ? 1 : 0
  name = "s"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Principal = { AWS = concat(var.list, [var.o.id]) } }] })
}
output "arn" { value = aws_iam_role.r.arn }
output "who" { value = var.who }
output "all" { value = { list = var.list, role = aws_iam_role.r } }
output "loop" { value = module.inner.none }
module "inner" {
  source = "../n"
  x      = var.who
}
output "inner" { value = module.inner.x }
"""
CALLS = [
    f'who = "{STRANGER}"', "who = var.u", "who = var.d", f'who = "{OWN}"\n on = true\n o = {{}}', f'who = "{OWN}"\n on = var.on\n list = [var.u]\n o = {{ id = "x" }}', "", f'count = 2\n who = count.index == 0 ? "{OWN}" : "{STRANGER}"',
    "for_each = local.env\n who = each.value", "count = var.u\n who = var.l[count.index]", "for_each = var.u\n who = each.value", "count = var.off ? 1 : 0\n who = \"*\"", "count = var.on ? 1 : 0\n who = var.d", "for_each = {}\n who = \"*\"", "count = 0\n who = \"*\"",
    "who = module.c0.arn", "who = module.c13[0].arn", "who = module.c7[\"prod\"].who", "who = module.none.x", "who = module.c0.none", "who = [for one in module.c7 : one.who]", "who = module.c6[*].who", "who = module.c0.all.role.name", "who = module.c8[0].who",
    "who = module.c9[\"a\"].who", "who = one(module.c10[*].who)", "who = module.c0.loop", "who = module.c0.inner", "who = module.c0", "for_each = toset(var.l)\n who = each.key\n on = each.key == var.d",
]  # fmt: skip


def test_modules(tmp_path: Path) -> None:
    """Catches a module that is called and not looked at, or with another caller's values."""
    write(
        tmp_path,
        {
            "m/main.tf": MODULE,
            "n/main.tf": 'variable "x" {}\noutput "x" { value = var.x }\n',
            "alone/main.tf": trusting("var.d", f'"{STRANGER}"'),
        },
    )
    calls = "".join(
        f'module "c{n}" {{\n source = "./m"\n {one}\n}}\n' for n, one in enumerate(CALLS)
    )
    calls += 'module "far" {\n source = "registry/x/aws"\n}\nmodule "unknown" {\n source = var.u\n}\nmodule "sourceless" {}\nmodule "gone" {\n source = "./gone"\n}\nmodule "far2" {\n source = "registry/x/aws"\n}\n'
    found = source(
        tmp_path, DECLARED + calls + trusting("module.far.x", "module.c1.who", "module.far[0].x")
    )
    assert len(found.roles) > len(CALLS)


def test_values_of_variables(tmp_path: Path) -> None:
    """Catches a value that is given and does not count, one that is not read in silence, and a file
    of modules that leads astray."""
    write(tmp_path, {
        "terraform.tfvars": f'u = "{STRANGER}"\non = false\nl = ["x"]\nm = {{ dev = "y" }}\no = {{ name = upper("n"), id = x }}\n', "a.auto.tfvars": 'env = "prod"\nv = file("x")\n',
        "f.auto.tfvars": 'more = true ? "a" : x\nl = [for x in ["p", "q"] : x if x != var.u]\nm = { for k, x in { dev = "f" } : k => upper(x) }\nd = try(x, file("text.txt"), "z")\nnum = length([each.value, 1])\n', "b.auto.tfvars.json": '{"e": "given", "num": 5, "n": null}', "c.auto.tfvars.json": "[1]", "d.auto.tfvars.json": "no json", "e.auto.tfvars": "not = = hcl", "other.tfvars": "x = 1", "envs/prod.tfvars": "x = 1", "envs/dev.tfvars": "", "m/y.tfvars": "", "m/main.tf": "",
        "z.tfvars.json": "{}", ".terraform/modules/modules.json": '{"Modules": [{"Key": "far", "Dir": "m2"}, {"Key": "gone", "Dir": "none"}, {"Key": "", "Dir": "."}, 5, {"Key": "x"}, {"Dir": "m2"}]}', "m2/main.tf": trusting('"*"'), "stack.tfcomponent.hcl": "", "x.tftest.hcl": "", "tests/y.tftest.hcl": "", "override.tf": "", "a_override.tf": trusting('"override"'),
        "more.tf.json": '{"resource": {"aws_iam_role": {"j": {"name": "j", "assume_role_policy": "${jsonencode({Statement = [{Effect = \\"Allow\\", Action = \\"*\\", Principal = {AWS = var.u}}]})}"}, "k": [{"name": "k"}, 5]}, "bad": 5}, "locals": {"json": "${var.u}"}, "//": "x", "module": {"far": {"source": "registry/x"}, "gone": {"source": "registry/y"}}, "variable": {"json": {"default": {"a": [1, "${x}"]}}}, "provider": {"aws": [{"region": "x"}, {"alias": "a"}]}, "output": {"o": {"value": 5}}, "data": {"aws_ami": {"a": {"filter": {"name": "name", "values": ["x"]}}}}, "terraform": {}}',
        "dir.tf/x": "", "dir.tf.json/x": "", "bad.tf.json": "{", "broken.tf": "resource {",
    })  # fmt: skip
    found = source(
        tmp_path,
        DECLARED
        + trusting(*EXPRESSIONS[:60:2], "local.json", "var.json.a[0]", "var.e", "var.num", "var.n"),
    )
    assert found.gaps


KEYS = [
    '{ (var.u) = "x", AWS = [local.known, var.v] }', '{ (var.u) = var.v }', '{ AWS = { (var.u) = "x" } }', '{ "${var.u}" = local.known }',
]  # fmt: skip


def test_keys_that_are_not_known(tmp_path: Path) -> None:
    """Catches a kind of principal, or a key of a condition, that nobody knows and that counts."""
    text = DECLARED
    for n, one in enumerate(KEYS):
        for effect in ("Allow", "Deny"):
            statement = f'{{ Effect = "{effect}", Action = "sts:AssumeRole", Principal = {one}, Condition = {{ StringEquals = {{ (var.u) = "x", "aws:PrincipalTag/a" = "y" }} }} }}'
            plain = statement.partition(", Condition")[0] + " }"
            several = f'{{ Effect = "Allow", Action = "*", Principal = {{ AWS = "*" }} }}, {statement}, {plain}'
            text += f'resource "aws_iam_role" "k{n}{effect}" {{\n name = "k{n}{effect}"\n assume_role_policy = jsonencode({{ Statement = [{several}] }})\n}}\n'
    assert len(source(tmp_path, text).roles) == 2 * len(KEYS)


INNER_JSON = '{"resource": {"aws_elastic_beanstalk_environment": {"a": {"setting": "${var.u}"}, "b": {"setting": [{"name": "ImageId", "value": "ami-1"}, "x"]}}, "aws_spot_fleet_request": {"a": {"launch_specification": "${var.u}"}}, "aws_iam_role": {"a": {"name": "a", "assume_role_policy": "x", "dynamic": {"tag": {"for_each": ["a"], "content": {"k": "v"}}}}}}, "variable": {"u": {}}, "data": {"aws_iam_policy_document": {"d": {"statement": "${var.u}"}, "e": {"statement": {"principals": "${var.u}", "actions": ["sts:AssumeRole"]}}}}, "provider": {"aws": {"assume_role": "${var.u}"}}}'  # fmt: skip


def test_blocks_of_json_that_are_not_known(tmp_path: Path) -> None:
    """Catches a block that is an expression in JSON and gets lost on the way."""
    write(tmp_path, {"more.tf.json": INNER_JSON})
    trusting_it = "".join(
        f'resource "aws_iam_role" "of_{one}" {{\n assume_role_policy = data.aws_iam_policy_document.{one}.json\n}}\n'
        for one in "de"
    )
    assert len(source(tmp_path, trusting_it).roles) == 3


def test_all_of_a_folder_changes(tmp_path: Path) -> None:
    """Catches a folder of which nothing is read where only changes are asked for: it tells none."""
    text = (
        DECLARED
        + trusting(f'"{STRANGER}"', "var.u")
        + 'resource "aws_sqs_queue" "q" {\n name = "q"\n provisioner "policy" {}\n lifecycle {}\n connection {}\n}\n'
    )
    assert len(source(tmp_path, text, changes_only=True).roles) == 2


def test_the_last_file_of_values_counts(tmp_path: Path) -> None:
    """Catches files that are read in the order in which the disk has them."""
    names = "hcbgaedf"
    write(tmp_path, {f"{one}.auto.tfvars": f'u = "{one}"\n' for one in names})
    found = source(tmp_path, DECLARED + trusting("var.u"))
    assert b'"h"' in bytes(found.roles[0].trust_policy)


def test_of_two_blocks_of_one_name(tmp_path: Path) -> None:
    """Catches files that are read in the order in which the disk has them."""
    write(tmp_path, {f"{one}.tf": trusting(f'"{one}"') for one in "hcbgaedf"})
    assert source(tmp_path, "").roles


def provider(body: str, alias: str = "") -> str:
    return f'provider "aws" {{\n {f"alias = {chr(34)}{alias}{chr(34)}" if alias else ""}\n {body}\n}}\n'


def acting(account: str) -> str:
    return f'assume_role {{\n role_arn = "arn:aws:iam::{account}:role/x"\n}}'


def there(
    name: str, provider: str = "", who: str = "data.aws_caller_identity.me.account_id"
) -> str:
    """What stands where a provider acts, and whom it trusts."""
    at = f"provider = {provider}" if provider else ""
    return (f'data "aws_caller_identity" "{name}" {{\n {at}\n}}\nresource "aws_iam_role" "{name}" {{\n name = "{name}${{var.n}}"\n {at}\n assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", '
            f'Principal = {{ AWS = [{who}, data.aws_caller_identity.{name}.account_id, "{OWN}", "{STRANGER}"] }} }}] }})\n}}\n'
            f'resource "aws_kms_key" "{name}" {{\n {at}\n policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = aws_iam_role.{name}.arn }} }}] }})\n}}\n'
            f'resource "aws_instance" "{name}" {{\n {at}\n ami = "ami-1"\n}}\n')  # fmt: skip


ME = 'data "aws_caller_identity" "me" {}\n'
ASKED = 'variable "n" {}\n' + ME
THIRD = "333333333333"
INNER = 'terraform {\n required_providers {\n aws = {\n source = "hashicorp/aws"\n configuration_aliases = [aws.x]\n}\n}\n}\n'
BODIES = {
    "theirs": acting(STRANGER), "ours": acting(OWN), "unknown": "assume_role {\n role_arn = var.u\n}", "by default": "assume_role {\n role_arn = var.n\n}", "chosen": f'assume_role {{\n role_arn = var.on ? "arn:aws:iam::{STRANGER}:role/x" : null\n}}',
    "a profile": 'profile = "x"', "nothing": "", "a region": 'region = "eu-west-1"', "allowed": f'allowed_account_ids = ["{THIRD}"]', "a chosen profile": 'profile = var.off ? "a" : "b"',
}  # fmt: skip
HANDED = ["", "providers = { aws = aws.o }", "providers = { aws.x = aws.o }", "providers = { aws = aws, aws.x = aws.o }", "providers = { aws = aws.none }", "providers = { aws.x = aws }", "providers = {\n  aws.x = aws.o // x = y\n  /* aws = aws.o */\n}"]  # fmt: skip


@pytest.mark.parametrize(
    "default",
    ["", "theirs", "a profile", "chosen"],
    ids=["no default", "theirs", "a profile", "chosen"],
)
def test_where_providers_act(tmp_path: Path, default: str) -> None:
    """Catches what stands elsewhere and is taken for ours, or a stranger's account for the own."""
    text = DECLARED + (provider(BODIES[default]) if default else "") + ME + there("d")
    for n, body in enumerate(BODIES.values()):
        text += provider(body, f"a{n}") + there(f"a{n}", f"aws.a{n}")
    text += (
        provider(acting(THIRD), "o")
        + there("none", "aws.none")
        + there("quoted", '"aws.a0"')
        + there("indexed", "aws.a0[0]")
    )
    text += "".join(
        f'module "m{n}" {{\n source = "./m{n % 3}"\n n = "{n}"\n {one}\n}}\n'
        for n, one in enumerate([*HANDED, *HANDED, *HANDED])
    )
    text += trusting(
        *(f"data.aws_caller_identity.a{n}.account_id" for n in range(len(BODIES))),
        "aws_iam_role.a0.arn",
        "aws_iam_role.a5.arn",
        "aws_iam_role.none.arn",
    )
    write(tmp_path, {"m0/main.tf": INNER + ASKED + there("d") + there("x", "aws.x"), "m1/main.tf": provider(acting(STRANGER)) + ASKED + there("d") + there("x", "aws.x"),
                     "m2/main.tf": ASKED + there("d") + provider("", "x") + there("x", "aws.x") + 'module "n" {\n source = "../n"\n providers = { aws = aws.x }\n n = "${var.n}n"\n}\nmodule "k" {\n source = "../n"\n n = "${var.n}k"\n}\n', "n/main.tf": ASKED + there("d")})  # fmt: skip
    found = source(tmp_path, text)
    assert len(found.roles) > len(BODIES)


LOOKED = [
    'owners = ["amazon"]', 'owners = ["self"]', f'owners = ["{STRANGER}"]', f'owners = ["{STRANGER}", "self", "amazon"]', "owners = var.u", "owners = [var.u]", "owners = []", 'owners = ["*"]', "owners = var.l", "",
    'filter {\n name = "name"\n values = ["x*"]\n}', f'filter {{\n name = "owner-id"\n values = ["{STRANGER}"]\n}}', 'filter {\n name = "owner-alias"\n values = ["amazon"]\n}', 'filter {\n name = "owner-id"\n values = ["*"]\n}', 'filter {\n name = "owner-id"\n values = [var.u]\n}',
    'filter {\n name = "image-id"\n values = ["ami-9"]\n}', 'filter {\n name = "image-id"\n values = ["ami-?"]\n}', f'owners = [""]\n filter {{\n name = "owner-id"\n values = ["{STRANGER}"]\n}}', f'owners = var.on ? ["{STRANGER}"] : ["self"]', 'owners = var.off ? ["amazon"] : []',
]  # fmt: skip


def test_images(tmp_path: Path) -> None:
    """Catches a look-up that anybody can answer, and a use of an image that is not told."""
    text = DECLARED
    for n, one in enumerate(LOOKED):
        text += f'data "aws_ami" "a{n}" {{\n {one}\n}}\nresource "aws_instance" "i{n}" {{\n ami = data.aws_ami.a{n}.id\n}}\n'
    images = ["var.u", '"ami-1"', "null", "data.aws_ssm_parameter.s.value", "data.aws_ssm_parameter.o.value", '"resolve:ssm:/aws/service/canonical/x"', '"resolve:ssm:/own"', "aws_ami_copy.c.id", "aws_ami.m.id", "aws_ami_from_instance.f.id", "data.aws_ami.a2.image_id",
              "var.on ? \"ami-1\" : \"ami-2\"", "local.none", "module.x.ami", "data.aws_instance.d.ami", "tolist([\"ami-3\"])[0]", "aws_imagebuilder_image.b.id", f'"arn:aws:imagebuilder:us-east-1:{STRANGER}:image/x/1.0.0"', '"arn:aws:imagebuilder:us-east-1:aws:image/x/x.x.x"']  # fmt: skip
    text += "".join(
        f'resource "aws_instance" "j{n}" {{\n ami = {one}\n}}\nresource "aws_launch_template" "t{n}" {{\n image_id = {one}\n}}\n'
        for n, one in enumerate(images)
    )
    text += f"""
data "aws_ssm_parameter" "s" {{ name = "/aws/service/ami-amazon-linux-latest/x" }}
data "aws_ssm_parameter" "o" {{ name = "/own" }}
data "aws_instance" "d" {{ instance_id = "i-1" }}
resource "aws_ami" "m" {{ name = "m" }}
resource "aws_imagebuilder_image" "b" {{}}
resource "aws_ami_copy" "c" {{
  source_ami_id     = "ami-1"
  source_ami_region = "eu-west-1"
}}
resource "aws_ami_from_instance" "f" {{ source_instance_id = aws_instance.i0.id }}
resource "aws_ami_from_instance" "g" {{ source_instance_id = data.aws_instance.d.id }}
resource "aws_ami_from_instance" "h" {{ source_instance_id = var.u }}
resource "aws_ami_from_instance" "k" {{ source_instance_id = "i-5" }}
resource "aws_ami_launch_permission" "p" {{
  image_id   = aws_ami.m.id
  account_id = "{STRANGER}"
}}
resource "aws_ami_launch_permission" "q" {{
  image_id = "ami-1"
  group    = var.on ? "all" : null
}}
resource "aws_ami_launch_permission" "r" {{ image_id = var.u }}
resource "aws_instance" "lt" {{
  launch_template {{
    id = "lt-1"
  }}
}}
resource "aws_instance" "none" {{}}
resource "aws_spot_instance_request" "none" {{}}
resource "aws_elastic_beanstalk_environment" "e" {{
  setting {{
    name  = "ImageId"
    value = "ami-7"
  }}
  setting {{
    name  = "Other"
    value = "ami-8"
  }}
}}
resource "aws_elastic_beanstalk_configuration_template" "e" {{
  dynamic "setting" {{
    for_each = var.u
    content {{
      name  = setting.key
      value = setting.value
    }}
  }}
}}
resource "aws_spot_fleet_request" "e" {{
  launch_specification {{ ami = "ami-1" }}
  launch_specification {{ ami = var.u }}
}}
resource "aws_batch_compute_environment" "e" {{
  compute_resources {{
    image_id = "ami-1"
    ec2_configuration {{ image_id_override = "ami-2" }}
  }}
}}
resource "aws_emr_cluster" "e" {{ custom_ami_id = var.n }}
resource "aws_imagebuilder_image_recipe" "e" {{ parent_image = "arn:aws:imagebuilder:us-east-1:{STRANGER}:image/x/1.0.0" }}
resource "awscc_ec2_instance" "e" {{ image_id = var.on ? "ami-1" : var.u }}
resource "awscc_iam_role" "e" {{
  role_name                   = "e"
  assume_role_policy_document = var.off ? jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = "{STRANGER}" }} }}] }}) : jsonencode({{ Statement = [] }})
}}
resource "awscc_s3_bucket_policy" "e" {{
  bucket          = "b"
  policy_document = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = var.u }} }}] }})
}}
resource "awscc_ec2_instance" "f" {{
  image_id = "ami-1"
  key_name = var.on ? "a" : "b"
  tags     = var.off ? [] : [1]
}}
resource "awscc_iam_role" "f" {{
  role_name                   = var.on ? "a" : "b"
  description                 = var.off ? "a" : "b"
  assume_role_policy_document = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = "{STRANGER}" }} }}] }})
}}
resource "awscc_nobody_knows" "e" {{ x = 1 }}
resource "awscc_cloudformation_stack" "e" {{ template_url = "https://x.example.com" }}
resource "aws_nobody_knows" "e" {{ x = 1 }}
resource "google_thing" "e" {{ x = 1 }}
"""  # fmt: skip
    assert len(source(tmp_path, text, strict=True).image_uses) > len(images)
