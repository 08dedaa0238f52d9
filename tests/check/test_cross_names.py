"""What AWS's analyzer and the gate call the same: resources, and outsiders."""

from __future__ import annotations

from typing import Any

from checker.check.cross_names import resource_key, words_of_finding, words_of_principal
from checker.snapshot.analyzer import AnalyzerAccess

VENDOR, ORG = "999999999999", "o-abcdefghij"
ANY = {"AWS": "*"}
FINDINGS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("an account", {"principal": {"AWS": VENDOR}}, {VENDOR}), ("whoever is of it", {"principal": {"AWS": f"arn:aws:iam::{VENDOR}:role/x"}}, {VENDOR}),
    ("anybody", {"principal": ANY}, {"*"}), ("nobody is told", {}, {"*"}), ("anybody of an organization", {"principal": ANY, "condition": {"aws:PrincipalOrgID": ORG}}, {ORG}),
    ("the public, whatever it asks", {"principal": {"AWS": VENDOR}, "public": True, "condition": {"aws:PrincipalOrgID": ORG}}, {"*"}),
    ("an account and an organization", {"principal": {"AWS": VENDOR}, "condition": {"aws:PrincipalOrgID": f"[{ORG}]"}}, {VENDOR, ORG}),
    ("one beside anybody", {"principal": {"AWS": "*", "Service": VENDOR}}, {VENDOR}),
    ("a key that tells nobody", {"principal": ANY, "condition": {"aws:SourceIp": "777777777777"}}, {"*"}),
    ("several in one value, in other letters", {"condition": {"AWS:PRINCIPALACCOUNT": "888888888888, 777777777777"}}, {"888888888888", "777777777777"}),
    ("digits within others", {"condition": {"aws:PrincipalAccount": "x888888888888 7777777777777"}}, {"*"}),
    *((f"by {key}", {"condition": {key: f"arn:aws:iam::{VENDOR}:role/x"}}, {VENDOR}) for key in (
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID",
        "aws:SourceOrgPaths", "aws:SourceOwner", "kms:CallerAccount", "aws:FederatedProvider")),
    ("a provider of SAML", {"principal": {"Federated": "arn:aws:iam::1:saml-provider/x"}}, {"arn:aws:iam::1:saml-provider/x"}),
    ("a trust anchor", {"principal": {"Federated": "arn:aws:rolesanywhere:r:1:trust-anchor/a"}}, {"arn:aws:rolesanywhere:r:1:trust-anchor/a"}),
    ("an issuer", {"principal": {"Federated": "https://idp.example.com/x-provider/"}}, {"idp.example.com/x-provider/"}),
    ("an identity of CloudFront's", {"principal": {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABC"}}, {"E1ABC"}),
    ("a canonical id", {"principal": {"CanonicalUser": "a" * 64}}, {"a" * 64}),
]  # fmt: skip
NOBODY = dict.fromkeys(("id", "account", "organization", "provider", "source", "service", "pattern", "arn"))  # fmt: skip
PRINCIPALS: list[tuple[dict[str, Any], set[str]]] = [
    ({"kind": "account", "id": "1", "account": "2"}, {"1", "2"}), ({"kind": "principal", "arn": "arn:aws:iam::3:role/x"}, {"3"}), ({"kind": "principal", "arn": "x"}, set()),
    ({"kind": "anyone"}, {"*"}), ({"kind": "federated", "provider": "i"}, {"i"}), ({"kind": "service", "service": "s", "source": "4"}, {"s", "4"}),
    ({"kind": "organization", "organization": ORG}, {ORG}), ({"kind": "unresolved", "pattern": "p"}, {"p"}),
]  # fmt: skip
SNAPSHOT, FUNCTION = "arn:aws:ec2:r:{}:snapshot/snap-1", "arn:aws:lambda:r:1:function:f"
KEYS = {
    SNAPSHOT.format(""): "r snapshot/snap-1", SNAPSHOT.format("1"): "r snapshot/snap-1", FUNCTION: FUNCTION, f"{FUNCTION}:7": FUNCTION, f"{FUNCTION}:live:x": FUNCTION,
    **{one: one for one in ("arn:aws:lambda:r:1:layer:l:3", "arn:aws:ec2:r:1:volume/v", "arn:aws:s3:::b", "x", "")},
}  # fmt: skip


def test_whom_and_what_both_mean() -> None:
    """An outsider of AWS's who is taken for another of ours, and so for one that we told."""
    found = {why: words_of_finding(AnalyzerAccess(**given)) for why, given, _ in FINDINGS}
    assert found == {why: expected for why, _, expected in FINDINGS}
    assert [words_of_principal(NOBODY | given) for given, _ in PRINCIPALS] == [names for _, names in PRINCIPALS]  # fmt: skip
    assert {arn: resource_key(arn) for arn in KEYS} == KEYS
