"""What the same code makes is ours, but for a pool that anybody may be in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.files import input_files
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.collect import ENDINGS, collect_terraform
from tests.collect.iac.granted import let_in
from tests.collect.iac.hcl import check, document, findings, role
from tests.collect.iac.plans import module_tree as tree
from tests.collect.iac.plans import plan, planned, refers
from tests.collect.iac.plans import role as planned_role
from tests.support.snapshots import OWN2, STRANGER

COGNITO = "cognito-identity.amazonaws.com"
AMR = f'"ForAnyValue:StringLike" = {{ "{COGNITO}:amr" = "%s" }}'
LOGIN, GUEST = AMR % "authenticated", AMR % "unauthenticated"
ON = 'variable "on" { default = false }\n'
NOBODY: set[tuple[str, str | None]] = set()
ANYBODY: set[tuple[str, str | None]] = {
    ("open-federation", COGNITO),
    ("unvetted-federation", COGNITO),
}
TOLD = "allows guests without a login"


def pool(allowed: str, more: str = "") -> str:
    line = f"allow_unauthenticated_identities = {allowed}" if allowed else ""
    return f"""
resource "aws_cognito_identity_pool" "p" {{
  identity_pool_name = "p"
  {line}
  {more}
}}
"""


def trusting(amr: str = "", named: str = "aws_cognito_identity_pool.p.id") -> str:
    condition = f'{{ StringEquals = {{ "{COGNITO}:aud" = {named} }}\n {amr} }}'
    return role(f'{{ Federated = "{COGNITO}" }}', condition).replace(
        "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
    )


DOCUMENT = document(f"""
    principals {{
      type        = "Federated"
      identifiers = ["{COGNITO}"]
    }}
    condition {{
      test     = "StringEquals"
      variable = "{COGNITO}:aud"
      values   = [aws_cognito_identity_pool.p.id]
    }}
""")
GUESTS = [
    ("guests, as the trust says", pool("true") + trusting(GUEST), ANYBODY, None),
    ("guests, as it does not say otherwise", pool("true") + trusting(), ANYBODY, None),
    ("by a document", pool("true") + DOCUMENT, ANYBODY, None),
    ("a login is needed", pool("true") + trusting(LOGIN), NOBODY, None),
    ("no guests", pool("false") + trusting(GUEST), NOBODY, None),
    ("no guests, as text", pool('"false"') + trusting(GUEST), NOBODY, None),
    ("no guests unless it is said", pool("") + trusting(GUEST), NOBODY, None),
    ("null says nothing", pool("null") + trusting(GUEST), NOBODY, None),
    ("a default decides nothing", ON + pool("var.on") + trusting(), ANYBODY, "var.on = true"),
    ("nor does none", 'variable "on" {}\n' + pool("var.on") + trusting(), ANYBODY, None),
    ("what nobody knows", pool("data.x_y.z.on") + trusting(), ANYBODY, None),
    ("a condition", ON + pool("var.on ? true : false") + trusting(), ANYBODY, "var.on = true"),
    ("either way none", ON + pool("var.on ? false : false") + trusting(), NOBODY, None),
    ("by a local", pool("true") + "locals { p = aws_cognito_identity_pool.p.id }\n" + trusting(named="local.p"), ANYBODY, None),
    ("by the other provider", pool("true").replace("aws_cog", "awscc_cog") + trusting(named="awscc_cognito_identity_pool.p.id"), ANYBODY, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected", "when"), GUESTS, ids=[r[0] for r in GUESTS])
def test_own_pools_with_guests(
    tmp_path: Path, why: str, text: str, expected: Any, when: str | None
) -> None:
    """Whoever asks gets a token of a pool that takes guests, so to name it names nobody."""
    ran = check(tmp_path, {"main.tf": text})
    assert findings(ran) == expected
    assert (TOLD in ran.out) == bool(expected)
    assert ("(if " in ran.out) == bool(when) and (when or "") in ran.out


def test_what_is_given_tells_whether_guests_may(tmp_path: Path) -> None:
    text = {"main.tf": ON + pool("var.on") + trusting()}
    assert findings(check(tmp_path / "a", text | {"terraform.tfvars": "on = true\n"})) == ANYBODY
    assert findings(check(tmp_path / "b", text | {"terraform.tfvars": "on = false\n"})) == NOBODY


PLANNED = [
    ("guests", {"allow_unauthenticated_identities": True}, {}, ANYBODY),
    ("no guests", {"allow_unauthenticated_identities": False}, {}, NOBODY),
    ("not said", {}, {}, NOBODY),
    ("known after apply", {}, {"allow_unauthenticated_identities": True}, ANYBODY),
]


@pytest.mark.parametrize(("why", "values", "unknown", "expected"), PLANNED, ids=[r[0] for r in PLANNED])  # fmt: skip
def test_guests_of_a_plan(
    tmp_path: Path, why: str, values: Any, unknown: Any, expected: Any
) -> None:
    made = planned("aws_cognito_identity_pool", values, name="p", unknown={"id": True} | unknown)
    configured = refers("aws_cognito_identity_pool.p.id", "aws_cognito_identity_pool.p")
    raw = plan(made, planned_role(), configuration=configured)
    ran = check(tmp_path, {"plan.json": json.dumps(raw)}, paths=("plan.json",))
    assert findings(ran) == expected


POOL = "us-east-1:11111111-1111-1111-1111-111111111111"
ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789"
USERS = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"
PROVIDER = f"arn:aws:iam::{OWN2}:oidc-provider/"


def web(provider: str, **claims: Any) -> str:
    issuer = provider.partition(":oidc-provider/")[2] or provider
    condition = {"StringEquals": {f"{issuer}:{key}": one for key, one in claims.items()}}
    made = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider}, "Condition": condition}  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [made]})


def names(who: Any) -> str:
    made = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": who}}
    return json.dumps({"Version": "2012-10-17", "Statement": [made]})


def identity(**values: Any) -> Any:
    return planned("aws_cognito_identity_pool", {"id": POOL} | values, name="p")


def cluster(issuer: str = ISSUER, **more: Any) -> Any:
    values = {"name": "e", "identity": [{"oidc": [{"issuer": f"https://{issuer}"}]}], **more}
    return planned("aws_eks_cluster", values, name="e")


def provider(issuer: str = ISSUER) -> Any:
    values = {"url": issuer, "arn": PROVIDER + issuer}
    return planned("aws_iam_openid_connect_provider", values, name="o")


LOOKED_UP = {"mode": "data", "address": "data.aws_eks_cluster.e"}
NOT_OURS = {("unvetted-federation", ISSUER)}
KNOWN = [
    ("users of a pool", [identity()], web(COGNITO, aud=POOL), NOBODY),
    ("guests of a pool", [identity(allow_unauthenticated_identities=True)], web(COGNITO, aud=POOL), ANYBODY),
    ("its users alone", [identity(allow_unauthenticated_identities=True)], web(COGNITO, aud=POOL, amr="authenticated"), NOBODY),
    ("another pool", [identity()], web(COGNITO, aud=POOL[:-1] + "2"), {("unvetted-federation", COGNITO)}),
    ("one whose id goes on", [identity()], web(COGNITO, aud=POOL + "2"), {("unvetted-federation", COGNITO)}),
    ("pods of a cluster", [cluster(), provider()], web(PROVIDER + ISSUER, sub="system:serviceaccount:a:b"), NOBODY),
    ("pods of a cluster of the other provider", [planned("awscc_eks_cluster", {"open_id_connect_issuer_url": f"https://{ISSUER}"}, name="e"), provider()], web(PROVIDER + ISSUER, sub="x"), NOBODY),
    ("a provider without its cluster", [provider()], web(PROVIDER + ISSUER, sub="x"), NOT_OURS),
    ("a cluster that is only looked up", [{**cluster(), **LOOKED_UP}, provider()], web(PROVIDER + ISSUER, sub="x"), NOT_OURS),
    ("a cluster of another account", [cluster(arn=f"arn:aws:eks:us-east-1:{STRANGER}:cluster/e"), provider()], web(PROVIDER + ISSUER, sub="x"), None),
    ("an issuer behind another one", [cluster(), provider("evil.example/" + ISSUER)], web(PROVIDER + "evil.example/" + ISSUER, sub="x"), {("unvetted-federation", "evil.example/" + ISSUER)}),
    ("users of a user pool", [planned("aws_cognito_user_pool", {"endpoint": USERS}, name="u"), provider(USERS)], web(PROVIDER + USERS, aud="x"), NOBODY),
    ("an account that is made", [planned("aws_organizations_account", {"id": "777777777777"}, name="a")], names("arn:aws:iam::777777777777:root"), NOBODY),
    ("another account", [planned("aws_organizations_account", {"id": "777777777777"}, name="a")], names(f"arn:aws:iam::{STRANGER}:root"), {("unvetted-account-trust", STRANGER)}),
]  # fmt: skip


def shown_state(resources: list[Any]) -> Any:
    return {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": tree(resources)}}  # fmt: skip


def stored_state(resources: list[Any]) -> Any:
    found = [{"mode": one["mode"], "type": one["type"], "name": one["name"],
              "instances": [{"attributes": one["values"]}]} for one in resources]  # fmt: skip
    return {"version": 4, "terraform_version": "1.9.8", "serial": 1, "resources": found}


def unchanged(resources: list[Any]) -> Any:
    return plan(*({**one, "actions": ["no-op"]} for one in resources))


@pytest.mark.parametrize("form", [shown_state, stored_state, unchanged])
@pytest.mark.parametrize(("why", "resources", "trust", "expected"), KNOWN, ids=[r[0] for r in KNOWN])  # fmt: skip
def test_what_is_known_already(
    tmp_path: Path, why: str, resources: Any, trust: str, expected: Any, form: Any
) -> None:
    """After it was made, what the code makes is as much ours as before."""
    raw = form([*resources, planned_role(trust)])
    ran = check(tmp_path, {"state.json": json.dumps(raw)}, paths=("state.json",))
    found = findings(ran)
    if expected is None:
        assert found
    else:
        assert {
            one for one in found if one[0] != "open-federation" or expected == ANYBODY
        } == expected


DOOR = planned("aws_servicecatalog_portfolio_share", {"principal_id": "777777777777"}, name="q")


def test_doors_to_what_is_known_already(tmp_path: Path) -> None:
    own = planned("aws_organizations_account", {"id": "777777777777"}, name="a")
    ran = check(tmp_path / "a", {"s.json": json.dumps(shown_state([own, DOOR]))}, paths=("s.json",))
    assert findings(ran) == NOBODY
    ran = check(tmp_path / "b", {"s.json": json.dumps(shown_state([DOOR]))}, paths=("s.json",))
    assert findings(ran) == {("aws_servicecatalog_portfolio_share", "s.json")}


def test_a_pool_of_many(tmp_path: Path) -> None:
    """Its address has quotes, which JSON text takes escaped."""
    one = planned("aws_cognito_identity_pool", {"id": POOL}, name="p", index="a")
    raw = shown_state([one, planned_role(web(COGNITO, aud=POOL))])
    assert findings(check(tmp_path, {"s.json": json.dumps(raw)}, paths=("s.json",))) == NOBODY


def test_users_of_a_pool_in_source(tmp_path: Path) -> None:
    text = """
resource "aws_cognito_user_pool" "u" { name = "u" }
resource "aws_iam_openid_connect_provider" "o" {
  url            = "https://${aws_cognito_user_pool.u.endpoint}"
  client_id_list = ["x"]
}
"""
    text += role("{ Federated = aws_iam_openid_connect_provider.o.arn }")
    assert findings(check(tmp_path, {"main.tf": text})) == NOBODY


LOOKUPS = """
data "aws_organizations_organization" "o" {}
data "aws_organizations_organizational_units" "u" {}
data "aws_iam_roles" "s" {}
data "aws_region" "r" {}
data "aws_caller_identity" "c" {}
data "aws_elb_service_account" "e" {}
data "aws_redshift_service_account" "e" {}
data "aws_billing_service_account" "e" {}
data "aws_cloudtrail_service_account" "e" {}
data "aws_cloudfront_log_delivery_canonical_user_id" "l" {}
resource "aws_organizations_organization" "o" {}
resource "aws_apigatewayv2_api" "a" {}
resource "aws_cloudwatch_log_group" "g" {}
resource "aws_sfn_state_machine" "m" {}
resource "aws_cloudfront_origin_access_identity" "i" {}
resource "aws_ecr_repository" "m" {
  count = 1
  name = var.nothing
}
"""
ORG = "data.aws_organizations_organization.o"
OURS = [
    ("a member", "AWS = [for a in " + ORG + ".accounts : a.id]", ""),
    ("the ARN of one", 'AWS = [for a in ' + ORG + '.accounts : "arn:aws:iam::${a.id}:root"]', ""),
    ("the management account", f"AWS = {ORG}.master_account_id", ""),
    ("roles that are looked up", "AWS = data.aws_iam_roles.s.arns", ""),
    ("one of these", "AWS = one(data.aws_iam_roles.s.arns)", ""),
    ("these, one by one", "AWS = [for r in data.aws_iam_roles.s.arns : r]", ""),
    ("AWS, for load balancers", "AWS = data.aws_elb_service_account.e.arn", ""),
    ("AWS, for Redshift, by its id", 'AWS = "arn:aws:iam::${data.aws_redshift_service_account.e.id}:user/logs"', ""),
    ("AWS, for bills", "AWS = data.aws_billing_service_account.e.arn", ""),
    ("AWS, for trails", "AWS = data.aws_cloudtrail_service_account.e.arn", ""),
    ("AWS, for CloudFront's logs", "CanonicalUser = data.aws_cloudfront_log_delivery_canonical_user_id.l.id", ""),
    ("an identity of CloudFront's", "CanonicalUser = aws_cloudfront_origin_access_identity.i.s3_canonical_user_id", ""),
    ("the organization", 'AWS = "*"', f'StringEquals = {{ "aws:PrincipalOrgID" = {ORG}.id }}'),
    ("one that is made here", 'AWS = "*"', 'StringEquals = { "aws:PrincipalOrgID" = aws_organizations_organization.o.id }'),
    ("a part of it", 'AWS = "*"', f'"ForAnyValue:StringLike" = {{ "aws:PrincipalOrgPaths" = "${{{ORG}.id}}/r-ab12/*" }}'),
    ("a service for it", 'Service = "sns.amazonaws.com"', f'StringEquals = {{ "aws:SourceOrgID" = {ORG}.id }}'),
    ("an API", 'Service = "apigateway.amazonaws.com"', 'ArnLike = { "aws:SourceArn" = "${aws_apigatewayv2_api.a.execution_arn}/*/*" }'),
    ("logs", 'Service = "logs.us-east-1.amazonaws.com"', 'ArnLike = { "aws:SourceArn" = "${aws_cloudwatch_log_group.g.arn}:*" }'),
    ("what stands before a path", 'Service = "states.amazonaws.com"', 'StringLike = { "aws:SourceArn" = "${aws_sfn_state_machine.m.arn}/x" }'),
    ("a source in any region", 'Service = "lambda.amazonaws.com"', 'StringLike = { "aws:SourceArn" = "arn:aws:lambda:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}:function:*" }'),
]  # fmt: skip
OTHERS = [
    ("who is in no organization", 'AWS = "*"', f'StringEqualsIfExists = {{ "aws:PrincipalOrgID" = {ORG}.id }}'),
    ("all or none of its parts", 'AWS = "*"', f'"ForAllValues:StringLike" = {{ "aws:PrincipalOrgPaths" = "${{{ORG}.id}}/*" }}'),
    ("everybody else", 'AWS = "*"', f'StringNotEquals = {{ "aws:PrincipalOrgID" = {ORG}.id }}'),
    ("another organization, too", 'AWS = "*"', f'StringEquals = {{ "aws:PrincipalOrgID" = [{ORG}.id, "o-other12345"] }}'),
    ("a role there, for what is made here", 'AWS = "arn:aws:iam::888888888888:role/x-${aws_sfn_state_machine.m.id}"', ""),
    ("a part of another organization", 'AWS = "*"', '"ForAnyValue:StringLike" = { "aws:PrincipalOrgPaths" = "o-other12345/${aws_sfn_state_machine.m.id}/*" }'),
    ("a look-up in another account", "AWS = data.aws_iam_roles.t.arns", ""),
    ("an organization there", 'AWS = "*"', 'StringEquals = { "aws:PrincipalOrgID" = data.aws_organizations_organization.t.id }'),
    ("a source of another account", 'Service = "lambda.amazonaws.com"', 'StringLike = { "aws:SourceArn" = "arn:aws:lambda:us-east-1:888888888888:function:*" }'),
]  # fmt: skip
THERE = f"""
provider "aws" {{
  alias = "t"
  assume_role {{
    role_arn = "arn:aws:iam::{STRANGER}:role/r"
  }}
}}
data "aws_iam_roles" "t" {{
  provider = aws.t
}}
data "aws_organizations_organization" "t" {{
  provider = aws.t
}}
"""


@pytest.mark.parametrize(
    ("who", "principal", "condition", "ours"),
    [*((*row, True) for row in OURS), *((*row, False) for row in OTHERS)],
)
def test_who_is_no_stranger(
    tmp_path: Path, who: str, principal: str, condition: str, ours: bool
) -> None:
    """What can only name ourselves, or AWS, is ours or AWS's, before anybody knows its name; with
    and without a region and an organization that are given. In a role's trust policy, too."""
    statement = f'Effect = "Allow", Principal = {{ {principal} }}, Action = "sqs:SendMessage", Resource = "*", Condition = {{ {condition} }}'  # fmt: skip
    text = f'{LOOKUPS}{THERE}resource "aws_sqs_queue" "q" {{\n name = "q"\n policy = jsonencode({{ Statement = [{{ {statement} }}] }})\n}}\n'  # fmt: skip
    (tmp_path / "main.tf").write_text(text)
    for region, organization in ((None, None), ("us-east-1", "o-own1234567")):
        at = Target(account=OWN2, region=region, organization=organization, root=tmp_path)
        found = collect_terraform(input_files([str(tmp_path)], ENDINGS), at)
        assert (not let_in(found)) is ours, let_in(found)


DENIES = [
    ("who is not of us", f'StringNotEquals = {{ "aws:PrincipalOrgID" = {ORG}.id }}', True),
    ("who is not, if anything", f'StringNotEqualsIfExists = {{ "aws:PrincipalOrgID" = {ORG}.id }}', True),
    ("who is of us", f'StringEquals = {{ "aws:PrincipalOrgID" = {ORG}.id }}', False),
    ("who is somewhere else", f'"ForAnyValue:StringNotLike" = {{ "aws:PrincipalOrgPaths" = "${{{ORG}.id}}/*" }}', False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "condition", "shut"), DENIES, ids=[row[0] for row in DENIES])
def test_a_perimeter(tmp_path: Path, who: str, condition: str, shut: bool) -> None:
    """A Deny of all but the own organization."""
    allow = 'Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*"'
    deny = f'Effect = "Deny", Principal = "*", Action = "*", Resource = "*", Condition = {{ {condition} }}'  # fmt: skip
    text = f'{LOOKUPS}resource "aws_sqs_queue" "q" {{\n name = "q"\n policy = jsonencode({{ Statement = [{{ {allow} }}, {{ {deny} }}] }})\n}}\n'  # fmt: skip
    (tmp_path / "main.tf").write_text(text)
    at = Target(account=OWN2, root=tmp_path)
    found = let_in(collect_terraform(input_files([str(tmp_path)], ENDINGS), at))
    assert ({who for _, who, _ in found} <= {"deputy"}) is shut


@pytest.mark.parametrize("organization", ["", "o-own1234567"])
def test_a_role_for_the_own_organization(tmp_path: Path, organization: str) -> None:
    """As of a resource: whoever is in it is ours."""
    text = LOOKUPS + role(
        '{ AWS = "*" }', f'{{ StringEquals = {{ "aws:PrincipalOrgID" = {ORG}.id }} }}'
    )
    (tmp_path / "main.tf").write_text(text)
    at = Target(account=OWN2, organization=organization or None, root=tmp_path)
    (one,) = collect_terraform(input_files([str(tmp_path)], ENDINGS), at).roles
    assert one.unresolved is None


def test_a_role_that_trusts_another_account_for_what_is_made_here(tmp_path: Path) -> None:
    """Whatever it is called, it is theirs."""
    text = LOOKUPS + role(f'{{ AWS = "arn:aws:iam::{STRANGER}:role/${{aws_sfn_state_machine.m.id}}" }}')  # fmt: skip
    assert ("unvetted-account-trust", STRANGER) in findings(check(tmp_path, {"main.tf": text}))


SHARED = [
    ("data.aws_organizations_organization.o.arn", True),
    ("data.aws_organizations_organizational_units.u.children[0].arn", True),
    ("each.value", True),
    ("var.x", False),
    ('"arn:aws:iam::888888888888:role/${aws_sfn_state_machine.m.id}"', False),
]


@pytest.mark.parametrize(("named", "ours"), SHARED)
def test_a_share_with_the_own_organization(tmp_path: Path, named: str, ours: bool) -> None:
    """By its ARN, a unit's, or all of them in a loop."""
    each = "for_each = toset([aws_organizations_organization.o.arn, data.aws_organizations_organization.o.roots[0].arn])"  # fmt: skip
    text = f'{LOOKUPS}variable "x" {{}}\nresource "aws_ram_resource_share" "s" {{\n name = "s"\n}}\nresource "aws_ram_principal_association" "a" {{\n {each if "each" in named else ""}\n principal = {named}\n resource_share_arn = aws_ram_resource_share.s.arn\n}}\n'  # fmt: skip
    (tmp_path / "main.tf").write_text(text)
    found = collect_terraform(input_files([str(tmp_path)], ENDINGS), Target(account=OWN2, root=tmp_path))  # fmt: skip
    assert (not let_in(found)) is ours, let_in(found)


IMAGES = [
    ('"${data.aws_caller_identity.c.account_id}.dkr.ecr.${data.aws_region.r.name}.amazonaws.com/own/x:1"', "", f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/own/x:1"),
    ('"${data.aws_ecr_repository.x.repository_url}:1"', 'name = "own/x"', f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/own/x:1"),
    ('"${data.aws_ecr_repository.x.repository_url}:1"', f'name = "x"\nregistry_id = "{STRANGER}"', f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1"),
    ('"${data.aws_ecr_repository.x.repository_url}:1"', 'name = "x"\nregistry_id = var.x', None),
    ('"${data.aws_caller_identity.c.account_id}.dkr.ecr.${data.aws_region.r.name}.amazonaws.com/${aws_ecr_repository.m[0].id}:1"', 'name = "x"', f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/aws_ecr_repository.m.0:1"),
    ("data.aws_ecr_image.x.image_uri", 'repository_name = "own/x"', f"{OWN2}.dkr.ecr.us-east-1.amazonaws.com/own/x"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "looked", "expected"), IMAGES)
def test_images_that_are_looked_up(
    tmp_path: Path, written: str, looked: str, expected: str | None
) -> None:
    """Of the own registry where no other is named; in whichever region."""
    kind = "aws_ecr_image" if "aws_ecr_image" in written else "aws_ecr_repository"
    text = f'{LOOKUPS}variable "x" {{}}\ndata "{kind}" "x" {{\n{looked}\n}}\nresource "aws_lambda_function" "f" {{\n function_name = "f"\n package_type = "Image"\n image_uri = {written}\n}}\n'  # fmt: skip
    (tmp_path / "main.tf").write_text(text)
    (one,) = collect_terraform(input_files([str(tmp_path)], ENDINGS), Target(account=OWN2, root=tmp_path)).code_uses  # fmt: skip
    assert one.reference == expected
