"""Trust anchors and identity pools: a role that names one trusts whoever is behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.gate import check, findings
from tests.support.snapshots import ALLOWLIST, OWN, OWN2, STRANGER, VENDOR, allow, role

ANCHOR = f"arn:aws:rolesanywhere:us-east-1:{OWN2}:trust-anchor/0a1b2c3d"
BUNDLE = "x509-sha256:" + "ab" * 32
COGNITO = "cognito-identity.amazonaws.com"
POOL, OTHERS = "us-east-1:00000000-1111-2222-3333-444444444444", "us-east-1:somebody-else"


def ca(account: str) -> str:
    return f"arn:aws:acm-pca:us-east-1:{account}:certificate-authority/ca-1"


def anchor(issuer: str | None) -> dict[str, Any]:
    return {"account": OWN2, "arn": ANCHOR, "kind": "trust-anchor", "issuer": issuer}


def pool(*logins: str, account: str = OWN) -> dict[str, Any]:
    arn = f"arn:aws:cognito-identity:us-east-1:{account}:identitypool/{POOL}"
    return {
        "account": account,
        "arn": arn,
        "kind": "identity-pool",
        "issuer": POOL,
        "logins": logins,
    }


def devices(source: str = ANCHOR) -> dict[str, Any]:
    return role(
        "Devices",
        allow(
            {"Service": "rolesanywhere.amazonaws.com"},
            ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            ArnEquals={"aws:SourceArn": source},
        ),
    )


def users(*methods: str, audience: str = POOL) -> dict[str, Any]:
    claims: dict[str, Any] = {"StringEquals": {f"{COGNITO}:aud": audience}}
    if methods:
        claims["ForAnyValue:StringLike"] = {f"{COGNITO}:amr": list(methods)}
    return role("Users", allow({"Federated": COGNITO}, "sts:AssumeRoleWithWebIdentity", **claims))


def listed(issuer: str, claims: str = "{}") -> str:
    own = f"{{issuer: '{issuer}', claims: {claims}}}"
    return ALLOWLIST.replace("{issuer: idp.example.com}", own)


UNVETTED, OPEN = "unvetted-federation", "open-federation"
ROWS: list[tuple[str, dict[str, Any], list[Any], str, set[tuple[str, str]]]] = [
    ("an authority of our own account", devices(), [anchor(ca(OWN2))], ALLOWLIST, set()),
    ("one of another own account", devices(), [anchor(ca(OWN))], ALLOWLIST, set()),
    ("a stranger's authority", devices(), [anchor(ca(STRANGER))], ALLOWLIST, {(UNVETTED, ca(STRANGER))}),
    ("a vetted vendor's authority", devices(), [anchor(ca(VENDOR))], ALLOWLIST, set()),
    ("a certificate, which nobody listed", devices(), [anchor(BUNDLE)], ALLOWLIST, {(UNVETTED, BUNDLE)}),
    ("a certificate that is listed as own", devices(), [anchor(BUNDLE)], listed(BUNDLE), set()),
    ("an anchor that is listed as own", devices(), [anchor(BUNDLE)], listed(ANCHOR), set()),
    ("a certificate that could not be read", devices(), [anchor(None)], ALLOWLIST, {(UNVETTED, ANCHOR)}),
    ("an anchor that nobody looked at", devices(), [], ALLOWLIST, {(UNVETTED, ANCHOR)}),
    ("any anchor of the account", devices(ANCHOR[:-8] + "*"), [anchor(ca(OWN2))], ALLOWLIST,
     {(UNVETTED, ANCHOR[:-8] + "*"), }),
    ("an own pool of own users", users(), [pool()], ALLOWLIST, set()),
    ("the same of a role of another account", users(), [pool(account=OWN2)], ALLOWLIST, set()),
    ("somebody else's pool", users(audience=OTHERS), [pool()], ALLOWLIST, {(UNVETTED, COGNITO)}),
    ("an own pool and somebody else's", users(audience=[POOL, OTHERS]), [pool()], ALLOWLIST,
     {(UNVETTED, COGNITO)}),
    ("a pattern that own pools fit", role("Users", allow(
        {"Federated": COGNITO}, "sts:AssumeRoleWithWebIdentity", StringLike={f"{COGNITO}:aud": "us-east-1:*"})),
     [pool()], ALLOWLIST, {(UNVETTED, COGNITO), (OPEN, COGNITO)}),
    ("a pool that takes guests", users(), [pool("unauthenticated")], ALLOWLIST,
     {(UNVETTED, COGNITO), (OPEN, COGNITO)}),
    ("the same, listed as own", users(), [pool("unauthenticated")], listed(COGNITO, f"{{aud: ['{POOL}']}}"), {(OPEN, COGNITO)}),
    ("the same, for those alone who log in", users("authenticated"), [pool("unauthenticated")], ALLOWLIST, set()),
    ("the same, for guests", users("unauth*"), [pool("unauthenticated")], ALLOWLIST,
     {(UNVETTED, COGNITO), (OPEN, COGNITO)}),
    ("a pool that others log in to", users("authenticated"), [pool("accounts.google.com")], ALLOWLIST,
     {(UNVETTED, COGNITO)}),
    ("a pool that nobody looked at", users(), [], ALLOWLIST, {(UNVETTED, COGNITO)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "record", "providers", "allowlist", "expected"), ROWS, ids=[r[0] for r in ROWS])  # fmt: skip
def test_entrances(
    tmp_path: Path, why: str, record: Any, providers: Any, allowlist: str, expected: Any
) -> None:
    """Exactly the findings that each deserves, and whose they are."""
    ran = check(tmp_path, roles=[record], providers=providers, allowlist=allowlist)
    assert {(policy, who) for policy, _, who in findings(ran)} == expected, ran.out
    assert ran.code == (1 if expected else 0)


def test_guests_are_called_guests(tmp_path: Path) -> None:
    """Whoever reads of tenants looks for a claim that is there."""
    ran = check(tmp_path, roles=[users()], providers=[pool("unauthenticated")])
    (said,) = [f for f in json.loads(ran.out)["findings"] if f["policy"] == OPEN]
    assert "any guest of an own pool" in said["message"] and "tenant" not in said["message"]


def test_a_star_for_identity_providers_means_no_anchor(tmp_path: Path) -> None:
    """IAM's own providers alone issue what AssumeRoleWithSAML and WebIdentity take."""
    anyone = role("Any", allow("*", "sts:AssumeRoleWithSAML"))
    ran = check(tmp_path, roles=[anyone], providers=[anchor(BUNDLE), pool()])
    assert not any("anchor" in str(f) or POOL in str(f) for f in json.loads(ran.out)["findings"])


@pytest.mark.parametrize("ours_first", [True, False])
def test_each_anchor_has_its_own_authority(tmp_path: Path, ours_first: bool) -> None:
    """Catches a stranger's authority that is taken for ours, which is behind another anchor."""
    ours, theirs = anchor(ca(OWN2)), anchor(ca(STRANGER)) | {"arn": ANCHOR + "2"}
    other = devices(ANCHOR + "2") | {"name": "More", "arn": f"arn:aws:iam::{OWN2}:role/More"}
    providers = [ours, theirs] if ours_first else [theirs, ours]
    ran = check(tmp_path, roles=[devices(), other], providers=providers)
    assert findings(ran) == {(UNVETTED, "More", ca(STRANGER))}, ran.out


def test_an_authority_is_one_third_party(tmp_path: Path) -> None:
    """However many anchors of ours name it."""
    second = anchor(ca(STRANGER)) | {"arn": ANCHOR + "2"}
    other = devices(ANCHOR + "2") | {"name": "More", "arn": f"arn:aws:iam::{OWN2}:role/More"}
    ran = check(tmp_path, roles=[devices(), other], providers=[anchor(ca(STRANGER)), second])
    parties = json.loads(ran.out)["third_parties"]
    assert [(one["id"], one["roles"]) for one in parties] == [(ca(STRANGER), 2)]
