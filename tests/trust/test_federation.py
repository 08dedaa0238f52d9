"""Which federated grants are open, and whether the answer depends on the role's own account."""

from __future__ import annotations

import pytest

from checker.trust import Principal, analyze, open_federation
from tests.trust.support import GITHUB, OWN, SCOPE, M, V, policy, statement, web


@pytest.mark.parametrize(
    ("provider", "claims", "expected"),
    [
        (GITHUB, {}, True),
        (GITHUB, {"aud": ("sts.amazonaws.com",)}, True),
        (GITHUB, {"sub": ("repo:acme/*",)}, False),
        (GITHUB, {"sub": ("repo:acme*",)}, True),
        (GITHUB, {"sub": ("repo:/*",)}, True),
        (GITHUB, {"sub": ("repo:acme/*", "repo:*/app:*")}, True),
        (GITHUB, {"repository": ("acme/*",)}, False),
        (GITHUB, {"repository_owner_id": ("12345",)}, False),
        (GITHUB, {"repository_owner_id": ("1*",)}, True),
        ("accounts.google.com", {"aud": ("x.apps.googleusercontent.com",)}, False),
        ("gitlab.com", {"sub": ("project_path:acme/*",)}, False),
        ("idp.example.com", {}, False),
        ("rolesanywhere.amazonaws.com", {}, True),
    ],
)
def test_open_federation(provider: str, claims: dict[str, tuple[str, ...]], expected: bool) -> None:
    """Catches a shared issuer whose claims narrow to no tenant."""
    principal = Principal(kind="federated", provider=provider, claims=claims or None)
    assert open_federation(principal) == expected


@pytest.mark.parametrize(
    ("document", "bound"),
    [
        (policy(statement({"Service": "ec2.amazonaws.com"})), False),
        (policy(statement({"AWS": M})), False),
        (policy(statement({"AWS": V}, {"StringEquals": {"sts:ExternalId": "abc"}})), False),
        (policy(statement("*", {"StringEquals": {"aws:PrincipalOrgID": OWN}})), False),
        (
            policy(
                statement("*", {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}})
            ),
            True,
        ),
        (policy(web("accounts.google.com")), True),
    ],
)
def test_account_bound(document: object, bound: bool) -> None:
    """Catches an answer that is reused for a role where it would be another."""
    assert analyze(document, SCOPE).account_bound == bound
