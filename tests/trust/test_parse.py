"""Text and documents → statements, and what is reported on the way."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from checker.trust import BLOCKING, analyze
from checker.trust.document.decode import decode
from checker.trust.document.notes import ENOUGH
from tests.trust.support import (
    EKS,
    GITHUB,
    SAML,
    SCOPE,
    V,
    W,
    codes,
    deny,
    oidc,
    policy,
    principals,
    statement,
    web,
)

VENDOR = policy(statement({"AWS": V}))
TEXT = json.dumps(VENDOR)


@pytest.mark.parametrize(
    "document",
    [TEXT, TEXT.encode(), quote(TEXT), "\ufeff" + TEXT, json.dumps(quote(TEXT)), f" \n{TEXT}\n"],
    ids=["text", "bytes", "url-encoded", "bom", "string", "space"],
)
def test_every_form_of_text_reads_alike(document: object) -> None:
    """Catches a form of the document that is misread."""
    assert analyze(document, SCOPE) == analyze(VENDOR, SCOPE)


TWICE = [
    ('{"a": 1, "b": 2, "b": 3, "c": 4}', ["b"]),
    ('{"a": {"b": 2, "b": 3}, "c": [{"d": 1, "d": 1, "d": 1, "e": 1, "e": 1}]}', ["b", "d", "e"]),
    (json.dumps('{"a": 1, "a": 1, "b": 1}'), ["a"]),
    ('{"a": 1, "b": {"a": 1}}', []),
]


@pytest.mark.parametrize(("text", "twice"), TWICE)
def test_keys_that_stand_twice_are_named(text: str, twice: list[str]) -> None:
    """Catches a key that stands once and is said to stand twice, and one that goes unsaid."""
    assert decode(text)[1] == twice


UNFILLED = [
    ("an account", {"AWS": "arn:aws:iam::${Account}:root"}, ["unresolved"], []),
    ("a service", {"Service": "${Name}.amazonaws.com"}, ["unresolved"], []),
    ("a provider", {"Federated": "${Provider}"}, ["unresolved"], ["invalid-principal"]),
]


@pytest.mark.parametrize(("why", "principal", "kinds", "said"), UNFILLED)
def test_a_name_to_be_filled_in_names_no_account(
    why: str, principal: object, kinds: list[str], said: list[str]
) -> None:
    """Catches a template's `${Account}` that is taken for an account of that name."""
    found = analyze(policy(statement(principal)), SCOPE)
    assert [grant.principal.kind for grant in found.grants] == kinds
    assert [p.code for p in found.problems if p.code in BLOCKING] == said


def test_a_deny_of_a_name_to_be_filled_in_counts_for_nothing() -> None:
    """Catches a Deny that may mean anybody and is taken to mean all who have that text."""
    unknown = {"AWS": "${Account}"}
    found = analyze(policy(statement(unknown), deny(unknown)), SCOPE)
    assert [grant.principal.kind for grant in found.grants] == ["unresolved"]


def test_url_encoding_is_undone_once() -> None:
    """Catches a `%2A` in the document that becomes a wildcard."""
    document = policy(statement({"AWS": V}, {"StringEquals": {"sts:ExternalId": "a+b%2Ac"}}))
    assert analyze(quote(json.dumps(document)), SCOPE) == analyze(document, SCOPE)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{"Statement": [], "Statement": []}', "duplicate-key"),
        ("{", "not-json"),
        (b"\xff", "not-json"),
        ("[" * 100_000, "too-deep"),
        ("[]", "invalid-document"),
        (policy(), "invalid-statement"),
        (policy(statement("*", Effect="allow")), "invalid-effect"),
        (policy(statement("*", Effect="deny")), "invalid-effect"),
        (policy(statement("*", Principal=None)), "missing-principal"),
        (policy(statement("*", Resource="*")), "unexpected-resource"),
        (policy(statement("*", Colour="red")), "unknown-element"),
        (policy(statement("*", {"DateEquals": {"aws:CurrentTime": "soon"}})), "invalid-value"),
        (policy(statement("*"), version="2020-01-01"), "invalid-version"),
    ],
)
def test_what_is_not_understood_is_said(document: object, code: str) -> None:
    """Catches a document that is misread in silence."""
    assert code in codes(analyze(document, SCOPE)) & BLOCKING


def test_what_is_not_understood_is_said_whatever_else_is() -> None:
    """Catches a Principal that nobody can read, behind hundreds of keys that nobody knows."""
    odd = {"StringEquals": {f"odd{n}": "y" for n in range(ENOUGH)}}
    found = analyze(policy(statement({"AWS": V}, odd), statement({"AWS": "nobody"})), SCOPE)
    assert len(found.problems) > ENOUGH and "invalid-principal" in codes(found)


def test_a_deny_that_is_not_understood_gets_no_credit() -> None:
    """Catches a mistyped Deny that hides an outsider."""
    for broken in (
        deny("*", {"StringSounds": {"aws:userid": "x"}}),
        deny("*", {"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}),
        deny("*", Effect="deny"),
        deny({"AWS": "nobody"}),
    ):
        found = analyze(policy(statement({"AWS": V}), broken), SCOPE)
        assert [grant.principal.account for grant in found.grants] == [V]
        assert codes(found) & BLOCKING


UNREADABLE = [
    ("dashes", {"AWS": "9999-9999-9999"}, ["unresolved:9999-9999-9999"]),
    ("ten digits", {"AWS": "arn:aws:iam::1234567890:root"}, ["unresolved:arn:aws:iam::1234567890:root"]),
    ("thirteen digits", {"AWS": "arn:aws:iam::9999999999990:role/x"},
     ["unresolved:arn:aws:iam::9999999999990:role/x"]),
    ("no account", {"AWS": "arn:aws:iam:::role/x"}, ["unresolved:arn:aws:iam:::role/x"]),
    ("a word for the account", {"AWS": "arn:aws:iam::aws:role/x"}, ["unresolved:arn:aws:iam::aws:role/x"]),
    ("text in place of an object", V, ["unresolved:?"]),
    ("a list in place of an object", [V], ["unresolved:?"]),
    ("no kind of principal", {"aws": V}, ["unresolved:?"]),
    ("no text", {"AWS": {"Ref": "X"}}, ["unresolved:?"]),
    ("no principal at all", None, ["unresolved:?"]),
    ("beside one that can be read", {"AWS": [V, "9999-9999-9999"]},
     [f"account:{V}", "unresolved:9999-9999-9999"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "principal", "expected"), UNREADABLE, ids=[r[0] for r in UNREADABLE]
)
@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:*", "*"])
def test_a_principal_that_cannot_be_read_is_one_problem(
    why: str, principal: object, expected: list[str], action: str
) -> None:
    """Catches one that is taken for an account, or for everybody by every way in."""
    found = analyze(policy(statement(principal, Action=action)), SCOPE)
    assert principals(found) == expected
    assert len([one for one in found.problems if one.code in BLOCKING]) == 1


@pytest.mark.parametrize("action", ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"])
def test_a_statement_without_a_readable_principal_says_so(action: str) -> None:
    """Catches one that is called harmless for another reason than its own."""
    (outcome,) = analyze(
        policy(statement({"AWS": "9999-9999-9999"}, Action=action)), SCOPE
    ).statements
    assert outcome.reason == "its Principal cannot be read"


@pytest.mark.parametrize("principal", [row[1] for row in UNREADABLE])
def test_a_deny_of_a_principal_that_cannot_be_read_counts_for_nothing(principal: object) -> None:
    """Catches a Deny that is taken to mean whom its author may have meant."""
    found = analyze(policy(statement({"AWS": W}), deny(principal)), SCOPE)
    assert principals(found) == [f"account:{W}"]
    assert codes(found) & BLOCKING


USELESS = [
    ("an empty list", statement({"AWS": []}), "inert"),
    ("SAML of an OIDC provider", web(oidc(GITHUB), Action="sts:AssumeRoleWithSAML"), "inert"),
    ("OIDC of a SAML provider", web(SAML), "inert"),
    ("another issuer's key",
     web(oidc(EKS), {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/0:sub": "x"}}), "inert"),
    ("a SAML key of an OIDC provider", web(oidc(EKS), {"StringEquals": {"saml:sub": "x"}}), "inert"),
    ("an empty list in a Deny",
     deny("*", {"StringNotEquals": {"aws:PrincipalTag/x": []}}), "empty-condition"),
    ("an empty block", deny("*", {"StringEquals": {}}), "empty-condition"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "one", "code"), USELESS, ids=[row[0] for row in USELESS])
def test_what_cannot_have_been_meant_is_said(why: str, one: object, code: str) -> None:
    """Catches a statement that lets in nobody, or denies all, and says nothing of it."""
    found = analyze(policy(one), SCOPE)
    assert principals(found) == []
    assert code in codes(found)
    assert not codes(found) & BLOCKING


USED = [
    web(oidc(EKS), {"StringEquals": {f"{EKS}:sub": "x"}}),
    web(oidc(EKS), {"StringEqualsIfExists": {f"{GITHUB}:sub": "x"}}),
    web(oidc(EKS), {"StringNotEquals": {f"{GITHUB}:sub": "x"}}),
    web(oidc("a.example/b/"), {"StringEquals": {"a.example/b/:sub": "x"}}),
    web(oidc(GITHUB), Action=["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]),
    statement({"Federated": [oidc(EKS), SAML]}, {"StringEquals": {"SAML:aud": "x"}}, Action="sts:*"),
]  # fmt: skip


@pytest.mark.parametrize("one", USED)
def test_what_is_of_use_is_not_called_inert(one: object) -> None:
    """Catches a false alarm over a statement that lets somebody in."""
    found = analyze(policy(one), SCOPE)
    assert found.grants
    assert "inert" not in codes(found)
