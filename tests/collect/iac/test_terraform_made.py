"""What the same code makes is ours, but for a pool that anybody may be in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

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
