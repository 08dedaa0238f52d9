"""What the same code makes is ours, but for a pool that anybody may be in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.hcl import check, document, findings, role
from tests.collect.iac.plans import plan, planned, refers
from tests.collect.iac.plans import role as planned_role

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
