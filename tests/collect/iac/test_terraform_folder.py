"""Folders of .tf files without a plan: what they say themselves, and all else unresolved."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.terraform.folder import _installed
from tests.collect.iac.hcl import check, document, findings, report, role
from tests.support.pipes import fed
from tests.support.snapshots import OWN2, STRANGER, VENDOR

ROOT = f'"arn:aws:iam::{STRANGER}:root"'
UNVETTED = {("unvetted-account-trust", STRANGER)}
AWS = f"{{ AWS = {ROOT} }}"
VARIABLE = 'variable "v" {{ {} }}\n'


def unresolved(text: str) -> set[tuple[str, str | None]]:
    return {("unresolved-trust", text if "${" in text else f"${{{text}}}")}


def trusts(*ids: str, kind: str = "AWS") -> str:
    return f'principals {{\n type = "{kind}"\n identifiers = [{", ".join(ids)}]\n}}'


EKS = """
resource "aws_eks_cluster" "c" { name = "c" }
resource "aws_iam_openid_connect_provider" "eks" {
  url = aws_eks_cluster.c.identity[0].oidc[0].issuer
}
"""
IRSA = document(trusts("aws_iam_openid_connect_provider.eks.arn", kind="Federated") + """
    condition {
      test     = "StringEquals"
      variable = "${replace(aws_eks_cluster.c.identity[0].oidc[0].issuer, "https://", "")}:sub"
      values   = ["system:serviceaccount:a:b"]
    }
""")  # fmt: skip
COGNITO = """
resource "aws_cognito_identity_pool" "p" { identity_pool_name = "p" }
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "cognito-identity.amazonaws.com" }
    Condition = { StringEquals = { "cognito-identity.amazonaws.com:aud" = aws_cognito_identity_pool.p.id } }
  }] })
}
"""
GITHUB = 'Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "%s" } }'


def github(sub: str) -> str:
    return f"""
variable "repo" {{}}
resource "aws_iam_role" "r" {{
  name = "r"
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = {{ Federated = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com" }}
    {GITHUB % sub}
  }}] }})
}}
"""


TRUST = [
    ("jsonencode", role(AWS), UNVETTED),
    ("a heredoc", f'resource "aws_iam_role" "r" {{\n  assume_role_policy = <<-EOT\n    {{"Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole",\n    "Principal": {{"AWS": {ROOT}}}}}]}}\n  EOT\n}}', UNVETTED),
    ("a heredoc with a name in it", 'locals { a = "888888888888" }\nresource "aws_iam_role" "r" {\n  assume_role_policy = <<EOT\n{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::${local.a}:root"}}]}\nEOT\n}', UNVETTED),
    ("whose end has blanks behind it", f'resource "aws_iam_role" "r" {{\n  assume_role_policy = <<EOT\n{{"Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"AWS": {ROOT}}}}}]}}\nEOT  \n}}', UNVETTED),
    ("a format of nothing more", VARIABLE.format("") + role('{ AWS = format("arn:aws:iam::888888888888:role/${var.v}") }'), UNVETTED),
    ("an element of nothing", role("{ AWS = element([], 1) }"), unresolved("element([], 1)")),
    ("a service by its look-up", 'data "aws_service_principal" "s" { service_name = "ec2" }\n' + role("{ Service = data.aws_service_principal.s.name }"), set()),
    ("a policy document", document(trusts(ROOT)), UNVETTED),
    ("a dynamic block", document(f'dynamic "principals" {{\n for_each = [{ROOT}]\n content {{\n type = "AWS"\n identifiers = [principals.value]\n}}\n}}'), UNVETTED),
    ("over what nobody knows", VARIABLE.format("") + document('dynamic "principals" {\n for_each = var.v\n content {\n type = "AWS"\n identifiers = [principals.value]\n}\n}'), unresolved("principals.value")),
    ("a document that merges another", document(trusts('"222222222222"')).replace("statement {", "source_policy_documents = [data.aws_iam_policy_document.o.json]\n statement {") + f'data "aws_iam_policy_document" "o" {{\n statement {{\n actions = ["sts:AssumeRole"]\n {trusts(ROOT)}\n}}\n}}', UNVETTED),
    ("a local of a local", f'locals {{\n a = {ROOT}\n b = [local.a]\n}}\n' + role("{ AWS = local.b }"), UNVETTED),
    ("locals in a circle", "locals {\n a = local.b\n b = local.a\n}\n" + role("{ AWS = local.a }"), unresolved("local.a")),
    ("a default", VARIABLE.format(f"default = {ROOT}") + role("{ AWS = var.v }"), UNVETTED),
    ("a variable without", VARIABLE.format("") + role("{ AWS = var.v }"), unresolved("var.v")),
    ("a whole policy in one", VARIABLE.format("") + 'resource "aws_iam_role" "r" { assume_role_policy = var.v }', unresolved("var.v")),
    ("a part of it known", VARIABLE.format("") + role('{ AWS = "arn:aws:iam::888888888888:role/${var.v}" }'), UNVETTED),
    ("one known among others", VARIABLE.format("") + role(f"{{ AWS = concat([{ROOT}], var.v) }}"), UNVETTED | unresolved("var.v")),
    ("a loop", role('{ AWS = [for a in ["888888888888"] : "arn:aws:iam::${a}:root"] }'), UNVETTED),
    ("formats and joins", role('{ AWS = format("arn:%s:iam::%s:root", "aws", join("", ["8888", "88888888"])) }'), UNVETTED),
    ("a choice that is made", role(f'{{ AWS = true ? {ROOT} : "222222222222" }}'), UNVETTED),
    ("a choice that a default makes", VARIABLE.format("default = false") + role(f'{{ AWS = var.v ? {ROOT} : "222222222222" }}'),
     UNVETTED),
    ("a role of the same code", role("{ AWS = aws_iam_role.o.arn }") + role('{ Service = "ec2.amazonaws.com" }', name="o"), set()),
    ("the own account", 'data "aws_caller_identity" "me" {}\n' + role('{ AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }'), set()),
    ("a cluster of the same code", EKS + IRSA, set()),
    ("a provider that somebody names", VARIABLE.format("") + 'resource "aws_iam_openid_connect_provider" "eks" { url = var.v }' + IRSA.replace("aws_eks_cluster.c.identity[0].oidc[0].issuer", "var.v"),
     unresolved("arn:aws:iam::222222222222:oidc-provider/${var.v}")),
    ("a pool of the same code", COGNITO, set()),
    ("a pool that somebody names", 'variable "p" {}\n' + COGNITO.replace("aws_cognito_identity_pool.p.id", "var.p"), unresolved("var.p")),
    ("a resource of another provider names its own account", 'resource "vendor_integration" "x" {}\n' + role("{ AWS = vendor_integration.x.arn }"), unresolved("vendor_integration.x.arn")),
    ("a repository whose owner is not known", github("repo:${var.repo}:*"), unresolved("repo:${var.repo}:*")),
    ("whose owner is known", github("repo:other/${var.repo}:*"), {("unvetted-federation", "token.actions.githubusercontent.com")}),
    ("an organization that somebody names", VARIABLE.format("") + role('"*"', '{ StringEquals = { "aws:PrincipalOrgID" = var.v } }'), unresolved("var.v")),
    ("an external id that somebody names", VARIABLE.format("") + role(f'{{ AWS = "{VENDOR}" }}', '{ StringEquals = { "sts:ExternalId" = var.v } }'), set()),
    ("no count of it", "variable \"v\" {}\n" + role(AWS).replace("name = ", "count = 0\n  name = "), set()),
    ("a count that a default makes none", VARIABLE.format("default = false") + role(AWS).replace("name = ", "count = var.v ? 1 : 0\n  name = "), UNVETTED),
    ("one for each", role("{ AWS = each.value }").replace("  name = ", f"  for_each = {{ a = {ROOT}, b = \"222222222222\" }}\n  name = "), UNVETTED),
    ("a template of CloudFormation", 'resource "aws_cloudformation_stack" "s" {\n  name = "s"\n  parameters = { V = "888888888888" }\n  template_body = jsonencode({ Parameters = { V = { Type = "String" } }, Resources = { R = { Type = "AWS::IAM::Role", Properties = { AssumeRolePolicyDocument = { Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = { Ref = "V" } } }] } } } } })\n}', UNVETTED),
    ("the other provider", f'resource "awscc_iam_role" "r" {{\n  assume_role_policy_document = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {AWS} }}] }})\n}}', UNVETTED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), TRUST, ids=[row[0] for row in TRUST])
def test_trust(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """What is written is judged, what the same code makes is ours, the rest is said by name."""
    assert findings(check(tmp_path, {"main.tf": text})) == expected


GIVEN = [
    ("as Terraform loads them", {"terraform.tfvars": f"v = {ROOT}\n"}, ()),
    ("in JSON", {"x.auto.tfvars.json": json.dumps({"v": STRANGER})}, ()),
    ("over a default, the last wins", {"a.auto.tfvars": 'v = "222222222222"\n', "b.auto.tfvars": f"v = {ROOT}\n"}, ()),
    ("beside what nobody gives", {"terraform.tfvars": f"v = {ROOT}\n", "more.tf": 'variable "w" {}\n'}, ()),
    ("a file that is named", {"envs/prod.tfvars": f"v = {ROOT}\n"}, ("--var-file", "envs/prod.tfvars")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "files", "options"), GIVEN, ids=[row[0] for row in GIVEN])
def test_values_of_variables(tmp_path: Path, why: str, files: Any, options: Any) -> None:
    """The values that a deployment would use, not the default that they replace."""
    main = VARIABLE.format('default = "222222222222"') + role("{ AWS = var.v }")
    if "more.tf" in files:
        main = VARIABLE.format("") + role("{ AWS = [var.v, var.w] }")
    found = findings(check(tmp_path, {"main.tf": main} | files, *options))
    assert found - unresolved("var.w") == UNVETTED


CALLED = 'variable "who" {}\noutput "arn" { value = aws_iam_role.r.arn }\n' + role(
    "{ AWS = var.who }"
)


def test_a_module_is_read_as_it_is_called(tmp_path: Path) -> None:
    """By itself its variables tell nothing; its caller does, and finds it at its own line."""
    main = f'module "m" {{\n  source = "./modules/m"\n  who = {ROOT}\n}}\n'
    more = role("{ AWS = module.m.arn }", name="o")
    ran = check(tmp_path, {"main.tf": main + more, "modules/m/main.tf": CALLED})
    assert findings(ran) == UNVETTED
    (found,) = (f for f in report(ran)["findings"] if f["policy"] == "unvetted-account-trust")
    assert found["location"] == {"file": "modules/m/main.tf", "line": 4}


def test_a_file_of_the_module(tmp_path: Path) -> None:
    """A policy in a file of its own, plain or with names in it; a file elsewhere is not read."""
    trust = '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "%s"}}]}'
    role_of = 'resource "aws_iam_role" "r" {\n  assume_role_policy = %s\n}\n'
    plain = {
        "main.tf": role_of % 'file("${path.module}/trust.json")',
        "trust.json": trust % STRANGER,
    }
    assert findings(check(tmp_path / "a", plain)) == UNVETTED
    filled = {
        "main.tf": role_of % f'templatefile("trust.tftpl", {{ who = "{STRANGER}" }})',
        "trust.tftpl": trust % "${who}",
    }
    assert findings(check(tmp_path / "b", filled)) == UNVETTED
    above = {"in/main.tf": role_of % 'file("../trust.json")', "trust.json": trust % STRANGER}
    assert findings(check(tmp_path / "c", above)) == UNVETTED
    outside = findings(check(tmp_path / "c", {}, "--root", "in"))
    assert outside == unresolved("file ../trust.json")


def test_what_rests_on_a_default_is_said(tmp_path: Path) -> None:
    """A deployment may give another value: the reader must know which variable decides."""
    main = VARIABLE.format('default = "222222222222"') + role("{ AWS = var.v }")
    ran = check(tmp_path, {"main.tf": main})
    assert findings(ran) == set()
    assert any("rests on a parameter's default" in n and "var.v" in n for n in report(ran)["notes"])
    given = check(tmp_path, {"terraform.tfvars": 'v = "222222222222"'})
    assert not any("default" in note for note in report(given)["notes"])


def test_a_default_leaves_nothing_out_of_a_loop(tmp_path: Path) -> None:
    """Only given values decide."""
    text = VARIABLE.format("default = false") + role(f"{{ AWS = [for a in [{ROOT}] : a if var.v] }}")  # fmt: skip
    assert findings(check(tmp_path, {"main.tf": text})) == UNVETTED
    assert findings(check(tmp_path, {"terraform.tfvars": "v = false"})) == set()


def test_each_call_of_a_module(tmp_path: Path) -> None:
    """Two callers, two answers."""
    main = (
        'module "m" {\n  for_each = { a = "222222222222", b = "888888888888" }\n'
        '  source = "./m"\n  who = each.value\n}\n'
    )
    assert findings(check(tmp_path, {"main.tf": main, "m/main.tf": CALLED})) == UNVETTED


def test_a_module_from_elsewhere(tmp_path: Path) -> None:
    """Nobody looked at it: a gap at its call, with the mend; once it is there, it is read."""
    files = {"main.tf": f'module "m" {{\n  source = "acme/m/aws"\n  who = {ROOT}\n}}\n'}
    ran = check(tmp_path, files)
    assert (ran.code, findings(ran)) == (3, {("module", "main.tf")})
    assert "terraform init" in report(ran)["findings"][0]["message"]
    modules = {"Modules": [{"Key": "m", "Source": "acme/m/aws", "Dir": ".terraform/modules/m"}]}
    init = {
        ".terraform/modules/modules.json": json.dumps(modules),
        ".terraform/modules/m/main.tf": CALLED,
    }
    ran = check(tmp_path, files | init)
    assert findings(ran) == UNVETTED
    assert any("terraform init brought" in note for note in report(ran)["notes"])


def test_a_list_of_modules_is_read_up_to_a_bound(tmp_path: Path) -> None:
    """Catches a list that is cut and told as whole; one of that size is read."""
    (tmp_path / "m").mkdir()
    text = json.dumps({"Modules": [{"Key": "m", "Dir": "m"}]}).encode()
    listed = tmp_path / ".terraform" / "modules" / "modules.json"
    listed.parent.mkdir(parents=True)
    for more, found in ((0, {"m": tmp_path / "m"}), (1, {})):
        listed.write_bytes(b" " * ((8 << 20) + more - len(text)) + text)
        assert _installed(tmp_path) == found


UNREAD = [
    ("no HCL", "bad.tf", "resource {{{\n", "unreadable"),
    ("no JSON", "x.tf.json", "{", "unreadable"),
    ("JSON that no HCL is", "x.tf.json", '{"locals": {"a": "${"}}', "unreadable"),
    ("an override", "main_override.tf", "", "not-read"),
    ("the same in JSON", "override.tf.json", "{}", "not-read"),
    ("Terragrunt", "terragrunt.hcl", "", "not-read"),
    ("a stack of Terraform", "main.tfcomponent.hcl", "", "not-read"),
]


@pytest.mark.parametrize(("why", "name", "text", "code"), UNREAD, ids=[row[0] for row in UNREAD])
def test_a_file_that_is_not_read(tmp_path: Path, why: str, name: str, text: str, code: str) -> None:
    """It is a gap with its name, and the others are judged."""
    ran = check(tmp_path, {"main.tf": role(AWS), name: text})
    assert findings(ran) == UNVETTED | {(code, name)}


@pytest.mark.parametrize("name", ["x.tf", "x.tf.json", "x.json", "x.tfstate", "x.auto.tfvars"])
def test_a_pipe_in_a_folder(tmp_path: Path, name: str) -> None:
    """Catches a command that waits for ever for somebody to write, or does not say so."""
    os.mkfifo(tmp_path / name)
    ran = check(tmp_path, {"main.tf": role(AWS)})
    assert findings(ran) == UNVETTED | {("unreadable", name)}


def test_links_to_nowhere(tmp_path: Path) -> None:
    """Terraform stops at one, but for the hidden ones that editors leave."""
    for name in ("x.tf", ".#main.tf"):
        (tmp_path / name).symlink_to("nowhere")
    assert findings(check(tmp_path, {"main.tf": role(AWS)})) == UNVETTED | {
        ("unreadable", "nowhere")
    }


def test_a_pipe_for_the_list_of_modules(tmp_path: Path) -> None:
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    os.mkfifo(tmp_path / ".terraform" / "modules" / "modules.json")
    assert findings(check(tmp_path, {"main.tf": role(AWS)})) == UNVETTED


def test_values_by_a_pipe(tmp_path: Path) -> None:
    """As `--var-file <(…)` gives them, for each of several root modules."""
    text = 'variable "v" {}\n' + role("{ AWS = var.v }")
    files = {"a/main.tf": text, "b/main.tf": text}
    with fed(f'v = "{STRANGER}"') as pipe:
        ran = check(tmp_path, files, "--var-file", pipe)
    assert [*map(str, findings(ran))] == [*map(str, UNVETTED)]
    assert len({f["location"]["file"] for f in report(ran)["findings"] if f["location"]}) == 2


def test_a_plan_by_a_pipe(tmp_path: Path) -> None:
    """As `--terraform <(…)` gives it."""
    with fed('{"format_version": "1.2", "planned_values": {"root_module": {}}}') as pipe:
        ran = check(tmp_path, {}, paths=(pipe,))
    assert (findings(ran), ran.err) == (set(), "")


def test_tests_of_terraform_are_said(tmp_path: Path) -> None:
    """Nobody deploys them, so nothing is judged."""
    ran = check(tmp_path, {"main.tf": role(AWS), "a.tftest.hcl": "run {}"})
    assert "Files of Terraform's tests, passed over: 1." in report(ran)["notes"]


def test_folders_that_are_left_out_are_said(tmp_path: Path) -> None:
    ran = check(tmp_path, {"main.tf": role(AWS), "node_modules/x/main.tf": role(AWS, name="q")})
    assert findings(ran) == UNVETTED
    assert any("not looked into" in n and "node_modules" in n for n in report(ran)["notes"])


def in_json(policy: Any, **more: Any) -> str:
    return json.dumps({"resource": {"aws_iam_role": {"r": {"name": "r", "assume_role_policy": policy}}}} | more, indent=1)  # fmt: skip


WRITTEN = '${jsonencode({Statement = [{Effect = "Allow", Action = "sts:AssumeRole", Principal = {AWS = local.who}}]})}'
TEXT = (
    '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "%s"}}]}'
)
STATEMENT = {
    "actions": ["sts:AssumeRole"],
    "principals": {"type": "AWS", "identifiers": ["${local.who}"]},
}
DOCUMENT = "${data.aws_iam_policy_document.d.json}"
WHO = {"who": f"arn:aws:iam::{STRANGER}:root"}
JSON = [
    ("an expression", in_json(WRITTEN, locals=WHO), UNVETTED),
    ("a text", in_json(TEXT % STRANGER), UNVETTED),
    ("with an expression in it", in_json(TEXT % "${local.who}", locals=[WHO]), UNVETTED),
    ("a document", in_json(DOCUMENT, locals=WHO, data={"aws_iam_policy_document": {"d": {"statement": STATEMENT}}}), UNVETTED),
    ("of several statements", in_json(DOCUMENT, locals=WHO, data=[{"aws_iam_policy_document": [{"d": {"statement": [STATEMENT]}}]}]), UNVETTED),
    ("a dynamic block", in_json(DOCUMENT, data={"aws_iam_policy_document": {"d": {"statement": {"actions": ["sts:AssumeRole"], "dynamic": {"principals": {"for_each": [STRANGER], "content": {"type": "AWS", "identifiers": ["${principals.value}"]}}}}}}}), UNVETTED),
    ("what an expression escapes", in_json(TEXT % "$${local.who}"), {("unresolved-trust", "${local.who}")}),
    ("a variable", in_json(TEXT % "${var.v}", variable={"v": {"type": "string"}}), unresolved("var.v")),
    ("another account", in_json(TEXT % "${data.aws_caller_identity.o.account_id}", provider={"aws": [{"region": "us-east-1"}, {"alias": "o", "assume_role": [{"role_arn": f"arn:aws:iam::{STRANGER}:role/x"}]}]}, data={"aws_caller_identity": {"o": {"provider": "aws.o"}}}), UNVETTED),
    ("our own", in_json(TEXT % "${aws_iam_role.r.arn}"), set()),
    ("a module", json.dumps({"module": {"m": {"source": "./m", "who": STRANGER}}}), UNVETTED),
    ("what is no object", "[]", set()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), JSON, ids=[row[0] for row in JSON])
def test_the_same_language_in_json(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """A .tf.json file beside others is read as they are."""
    files = {"main.tf": role(f'{{ AWS = "{OWN2}" }}', name="q"), "x.tf.json": text}
    files |= {"m/main.tf": CALLED} if "./m" in text else {}
    assert findings(check(tmp_path, files)) == expected


def test_the_line_of_a_resource_in_json(tmp_path: Path) -> None:
    ran = check(tmp_path, {"x.tf.json": in_json(TEXT % STRANGER)})
    (found,) = (f for f in report(ran)["findings"] if f["policy"] == "unvetted-account-trust")
    assert found["location"] == {"file": "x.tf.json", "line": 4}


FROM = 'resource "aws_ami_from_instance" "x" {{\n name = "x"\n source_instance_id = {}\n}}\n'
MAKER = 'resource "aws_instance" "s" {{\n {}\n ami = data.aws_ami.a.id\n}}\ndata "aws_ami" "a" {{ owners = ["amazon"] }}\n'
UNKNOWN_SOURCE = {("aws_ami_from_instance", "main.tf")}
SOURCES = [
    ("an instance of the same code", FROM.format("aws_instance.s.id") + MAKER.format(""), set()),
    ("one of several", FROM.format("aws_instance.s[0].id") + MAKER.format("count = 2"), set()),
    ("one that is there already", FROM.format('"i-0123456789abcdef0"'), UNKNOWN_SOURCE),
    ("one that somebody names", FROM.format("var.v"), UNKNOWN_SOURCE),
    ("one that is looked up", FROM.format("data.aws_instance.s.id") + 'data "aws_instance" "s" {}\n', UNKNOWN_SOURCE),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), SOURCES, ids=[row[0] for row in SOURCES])
def test_an_image_of_an_instance(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """What an own image is made from is known by the instance, or by nobody."""
    assert findings(check(tmp_path, {"main.tf": text})) == expected


IMAGES = [
    ("an owner that is pinned", 'owners = ["888888888888"]', {("unvetted-image-owner", STRANGER)}),
    ("Amazon's", 'owners = ["amazon"]', set()),
    ("our own", 'owners = ["self"]', set()),
    ("anybody's", "", {("unpinned-image-lookup", None), ("unknown-image-owner", None)}),
    ("a wildcard", 'filter {\n name = "owner-id"\n values = ["*"]\n}', {("unpinned-image-lookup", None), ("unknown-image-owner", None)}),
    ("a wildcard among owners", 'owners = ["888888888888", "*"]', {("unpinned-image-lookup", None), ("unknown-image-owner", None)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), IMAGES, ids=[row[0] for row in IMAGES])
def test_images_that_are_looked_up(tmp_path: Path, why: str, text: str, expected: Any) -> None:
    """Whose image it will be, where the look-up says so."""
    main = f'data "aws_ami" "x" {{\n  most_recent = true\n  {text}\n}}\n'
    main += 'resource "aws_instance" "i" { ami = data.aws_ami.x.id }\n'
    assert findings(check(tmp_path, {"main.tf": main})) == expected


def test_the_sources_of_a_plan_tell_what_it_does_not_show(tmp_path: Path) -> None:
    """A policy that is known only after apply is not known in any part of it; its source is."""
    from tests.collect.iac.plans import plan, planned, policy, refers

    one = planned("aws_iam_role", {"name": "r"}, unknown={"assume_role_policy": True})
    own = planned("aws_iam_role", {"name": "o", "assume_role_policy": policy({"Service": "ec2.amazonaws.com"})}, name="o", unknown={"arn": True})  # fmt: skip
    content = plan(one, own, configuration=refers("aws_iam_role.o.arn", "aws_iam_role.o"))
    source = role(f"{{ AWS = [aws_iam_role.o.arn, {ROOT}] }}")
    source += role('{ Service = "ec2.amazonaws.com" }', name="o")
    files = {"plan.json": json.dumps(content)}
    alone = check(tmp_path, files, paths=("plan.json",))
    assert findings(alone) == set()
    assert any("--source-dir" in note for note in report(alone)["notes"])
    assert findings(check(tmp_path, files, "--strict", paths=("plan.json",))) == {("sources", "plan.json")}  # fmt: skip
    ran = check(tmp_path, files | {"src/main.tf": source}, "--source-dir", "src", paths=("plan.json",))  # fmt: skip
    assert findings(ran) == UNVETTED


def test_every_resource_is_counted(tmp_path: Path) -> None:
    """Read, without trust, with trust or code that nothing reads, of a type that nobody knows."""
    text = role('{ Service = "ec2.amazonaws.com" }') + """
resource "aws_vpc" "v" {}
resource "random_id" "i" {}
resource "aws_servicecatalog_portfolio_share" "s" { principal_id = "888888888888" }
resource "aws_of_tomorrow" "t" {}
resource "kubernetes_deployment_v1" "k" {}
resource "helm_release" "h" {}
resource "rancher2_app_v2" "r" {}
resource "flux_bootstrap_git" "f" {}
resource "docker_container" "d" {}
resource "docker_container" "e" {}
resource "docker_network" "n" {}
resource "nomad_job" "j" {}
"""  # fmt: skip
    ran = check(tmp_path, {"main.tf": text})
    assert (ran.code, findings(ran)) == (3, {("aws_servicecatalog_portfolio_share", "main.tf")})
    notes = report(ran)["notes"]
    assert "13 resources: 1 read, 3 without trust, 8 not read, 1 unknown." in notes
    told = "flux_bootstrap_git (1), helm_release (1), kubernetes_deployment_v1 (1), rancher2_app_v2 (1). `collect"
    assert any(told in note for note in notes)
    assert any("docker_container (2), nomad_job (1)." in note for note in notes)
    assert findings(check(tmp_path, {}, "--strict")) == {
        ("aws_servicecatalog_portfolio_share", "main.tf"), ("aws_of_tomorrow", "main.tf")}  # fmt: skip


def test_a_value_that_unfolds_to_too_much(tmp_path: Path) -> None:
    """A bomb is a gap of that resource; what stands beside it is judged."""
    lines = [f' a{n} = "{f"${{local.a{n - 1}}}" * 10}"' for n in range(1, 12)]
    bomb = "\n".join(["locals {", ' a0 = "xxxxxxxxxx"', *lines, "}", ""])
    text = bomb + role("{ AWS = local.a11 }", name="b") + role(AWS)
    found = findings(check(tmp_path, {"main.tf": text}))
    assert found == UNVETTED | {("unreadable", "main.tf"), ("unreadable-trust-policy", None)}
