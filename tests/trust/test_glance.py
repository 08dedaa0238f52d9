"""What is taken for settled without a proof: each condition that it takes, and its neighbours."""

from __future__ import annotations

from typing import Any

import pytest

import checker.trust.proof.completion as completion
from checker.trust import analyze
from checker.trust.document.parse import parse
from checker.trust.proof.glance import ours_alone, refused, settled
from checker.trust.search.decide import Decider
from tests.support.rows import rows
from tests.trust.support import (
    EXT,
    GITHUB,
    OWN,
    SAML,
    SCOPE,
    M,
    N,
    V,
    W,
    deny,
    oidc,
    policy,
    role,
    statement,
    web,
)
from tests.trust.test_golden import DOCUMENTS

ORG, PATHS, ARN, ACCOUNT = (f"aws:Principal{name}" for name in ("OrgID", "OrgPaths", "Arn", "Account"))  # fmt: skip
SAML_ACTION = "sts:AssumeRoleWithSAML"
AWS_V, SERVICE = {"AWS": V}, {"Service": "ec2.amazonaws.com"}


def decider(document: Any) -> Decider:
    return Decider(parse(document, "aws", True, 0), SCOPE, 0)


OURS: list[tuple[str, str, str, Any, bool]] = [
    ("our organization", "StringEquals", ORG, OWN, True),
    ("in any case, which is left to proof", "StringEqualsIgnoreCase", ORG, OWN, False),
    ("and another's", "StringEquals", ORG, [OWN, EXT], False),
    ("who has none passes too", "StringEqualsIfExists", ORG, OWN, False),
    ("so it does where every value of none fits", "ForAllValues:StringEquals", ORG, OWN, False),
    ("all but another's", "StringNotEquals", ORG, EXT, False),
    ("all but ours", "StringNotEquals", ORG, OWN, False),
    ("a variable may be anything", "StringEquals", ORG, "${aws:PrincipalTag/o}", False),
    ("a pattern that more fit", "StringLike", ORG, "o-own*", False),
    ("of a unit of ours", "ForAnyValue:StringLike", PATHS, f"{OWN}/*", True),
    ("of a unit of another's", "ForAnyValue:StringLike", PATHS, f"{EXT}/*", False),
    ("of both", "ForAnyValue:StringLike", PATHS, [f"{OWN}/*", f"{EXT}/*"], False),
    ("an id that goes on", "ForAnyValue:StringLike", PATHS, f"{OWN}*", False),
    ("an ARN of our account", "ArnLike", ARN, f"arn:aws:iam::{N}:role/*", True),
    ("an ARN of another's", "ArnLike", ARN, f"arn:aws:iam::{V}:role/*", False),
    ("of both accounts", "ArnLike", ARN, [f"arn:aws:iam::{N}:*", f"arn:aws:iam::{V}:*"], False),
    ("an ARN of any account", "ArnLike", ARN, "arn:aws:iam::*:role/*", False),
    ("no ARN of ours", "ArnNotLike", ARN, f"arn:aws:iam::{N}:role/*", False),
    ("text in which a `*` goes on over colons", "StringLike", ARN, f"*:{N}:*", False),
    ("our accounts", "StringEquals", ACCOUNT, [M, N], True),
    ("and another one", "StringEquals", ACCOUNT, [M, V], False),
    ("a pattern of accounts", "StringLike", ACCOUNT, "22222222222?", False),
    ("a number", "NumericEquals", ACCOUNT, N, False),
    ("another key", "StringEquals", "aws:PrincipalTag/a", OWN, False),
]


@pytest.mark.parametrize(("why", "operator", "key", "value", "expected"), OURS, ids=[r[0] for r in OURS])  # fmt: skip
def test_only_ours_fulfil_it(why: str, operator: str, key: str, value: Any, expected: bool) -> None:
    """Catches a condition that a stranger fulfils too, after which nobody looks for strangers."""
    found = decider(policy(statement("*", {operator: {key: value}})))
    (allow,) = found.policy.allows
    assert (ours_alone(allow, found.words) is not None) is expected, why


def test_what_a_federated_account_is_nobody_tells() -> None:
    """Catches an account that is ours, where the caller comes through an identity provider."""
    found = decider(policy(statement({"Federated": SAML}, {"StringEquals": {ACCOUNT: M}}, Action=SAML_ACTION)))  # fmt: skip
    assert ours_alone(found.policy.allows[0], found.words) is None


BY_SERVICE = {"Bool": {"aws:PrincipalIsAWSService": "false"}}
REFUSED: list[tuple[str, Any, Any, bool]] = [
    ("everybody", AWS_V, deny("*"), True),
    ("everybody of AWS, where the Allow names such", AWS_V, deny({"AWS": "*"}), True),
    ("everybody of AWS, where a service gets in", SERVICE, deny({"AWS": "*"}), False),
    ("everybody of AWS, where anybody gets in", "*", deny({"AWS": "*"}), False),
    ("somebody else", AWS_V, deny({"AWS": W}), False),
    ("all but somebody", AWS_V, deny(None, NotPrincipal={"AWS": V}), False),
    ("another action", AWS_V, deny(Action=SAML_ACTION), False),
    ("all outside of our organization", AWS_V, deny("*", {"StringNotEquals": {ORG: OWN}}), True),
    ("these too, as they have none", AWS_V, deny("*", {"StringNotEqualsIfExists": {ORG: OWN}}), True),
    ("all but another organization", AWS_V, deny("*", {"StringNotEquals": {ORG: [OWN, EXT]}}), False),
    ("our organization", AWS_V, deny("*", {"StringEquals": {ORG: OWN}}), False),
    ("only who has one", AWS_V, deny("*", {"ForAnyValue:StringNotEquals": {ORG: OWN}}), False),
    ("a variable", AWS_V, deny("*", {"StringNotEquals": {ORG: "${aws:ResourceOrgID}"}}), False),
    ("another key", AWS_V, deny("*", {"StringNotEquals": {"aws:PrincipalTag/a": OWN}}), False),
    ("no services", AWS_V, deny("*", BY_SERVICE), True),
    ("no services, where one gets in", SERVICE, deny("*", BY_SERVICE), False),
    ("no services, where anybody gets in", "*", deny("*", BY_SERVICE), False),
    ("services", AWS_V, deny("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}), False),
    ("one condition of two", AWS_V, deny("*", {"StringNotEquals": {ORG: OWN, "aws:PrincipalTag/a": "x"}}), False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "who", "denied", "expected"), REFUSED, ids=[r[0] for r in REFUSED])  # fmt: skip
def test_a_deny_refuses_all(why: str, who: Any, denied: Any, expected: bool) -> None:
    """Catches a Deny that lets a stranger through, after which nobody looks for strangers."""
    found = decider(policy(statement(who), denied))
    answer = refused(found.policy, found.policy.allows[0], found.words)
    assert answer == (1 if expected else None), why


BY_HUB = f"{GITHUB}:sub"
SETTLED: list[tuple[str, Any, bool]] = [
    ("anybody", statement("*"), True),
    ("some of anybody", statement("*", {"StringEquals": {ACCOUNT: V}}), False),
    ("anybody, and every provider", statement("*", Action="sts:*"), False),
    ("an account", statement(AWS_V), True),
    ("a role of it", statement({"AWS": role(V)}), True),
    ("an account, of which one role gets in", statement(AWS_V, {"ArnEquals": {ARN: role(V)}}), False),
    ("ours", statement({"AWS": N}), True),
    ("two, of whom one gets in", statement({"AWS": [V, W]}, {"StringEquals": {ACCOUNT: V}}), False),
    ("what is gone", statement({"AWS": "AROAEXAMPLEEXAMPLE123"}), True),
    ("a service", statement(SERVICE), True),
    ("a service for one account", statement(SERVICE, {"StringEquals": {"aws:SourceAccount": V}}), True),
    ("a service for one ARN", statement(SERVICE, {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:{V}:*"}}), True),
    ("a service for ARNs of any account", statement(SERVICE, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}}), True),
    ("a service for functions as text", statement(SERVICE, {"StringLike": {"aws:SourceArn": f"arn:aws:lambda:*:{V}:function:*"}}), True),
    ("a service for alarms as text, whose names have colons", statement(SERVICE, {"StringLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{V}:*"}}), False),
    ("a service, of which one account may be told", statement(
        SERVICE, {"StringEqualsIfExists": {"aws:SourceAccount": V}}), True),
    ("a service for two accounts", statement(SERVICE, {"StringEquals": {"aws:SourceAccount": [V, W]}}), True),
    ("one trust anchor of many", statement({"Service": "rolesanywhere.amazonaws.com"}, {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:rolesanywhere:us-east-1:{M}:trust-anchor/a"}}), False),
    ("a provider", web(oidc(GITHUB)), True),
    ("a provider's tenant", web(oidc(GITHUB), {"StringLike": {BY_HUB: "repo:a/*"}}), True),
    ("two tenants", web(oidc(GITHUB), {"StringLike": {BY_HUB: ["repo:a/*", "repo:b/*"]}}), True),
    ("a tenant, where it is told", web(oidc(GITHUB), {"StringLikeIfExists": {"aws:PrincipalTag/a": "b"}}), True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "allow", "expected"), SETTLED, ids=[r[0] for r in SETTLED])
def test_the_grants_cover_all_that_is_meant(why: str, allow: Any, expected: bool) -> None:
    """Catches a statement that counts as answered whole, though its grants are of a part."""
    found = decider(policy(allow))
    assert settled(found.policy.allows[0], found.hits(), found.words) is expected, why


def test_a_grant_of_another_covers_nothing() -> None:
    """Catches a statement that counts as answered by the grants of other accounts and providers."""
    found = decider(policy(statement({"AWS": [V, role(W)], **SERVICE})))
    (allow,), hits = found.policy.allows, found.hits()
    for one in hits:
        assert not settled(allow, [other for other in hits if other is not one], found.words)


@rows("name, document, scope", DOCUMENTS[:200], [name for name, _, _ in DOCUMENTS[:200]])
def test_without_the_glance_the_proof_says_the_same(
    monkeypatch: pytest.MonkeyPatch, name: str, document: Any, scope: Any
) -> None:
    """Catches a glance that spares a proof which would have found somebody, or somebody more."""
    seen = analyze(document, scope, reasons=False).grants
    with monkeypatch.context() as without:
        without.setattr(completion, "settled", lambda *_: False)
        without.setattr(completion, "ours_alone", lambda *_: None)
        without.setattr(completion, "refused", lambda *_: None)
        proved = analyze(document, scope, reasons=False).grants
    assert [(g.principal, g.actions) for g in seen] == [(g.principal, g.actions) for g in proved]
