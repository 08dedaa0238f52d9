"""Text and documents → statements, and what is reported on the way."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from checker.trust import BLOCKING, analyze
from tests.trust.support import SCOPE, V, codes, deny, policy, statement

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


UNFILLED = [
    ("an account", {"AWS": "arn:aws:iam::${Account}:root"}, ["unresolved"], []),
    ("a service", {"Service": "${Name}.amazonaws.com"}, ["unresolved"], []),
    ("a provider", {"Federated": "${Provider}"}, [], ["invalid-principal"]),
]


@pytest.mark.parametrize(("why", "principal", "kinds", "said"), UNFILLED)
def test_a_name_to_be_filled_in_names_no_account(
    why: str, principal: object, kinds: list[str], said: list[str]
) -> None:
    """Catches a template's `${Account}` that is taken for an account of that name."""
    found = analyze(policy(statement(principal)), SCOPE)
    assert [grant.principal.kind for grant in found.grants] == kinds or said
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
