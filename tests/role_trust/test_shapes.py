"""Analysed once for all names: the answer must be that of each policy by itself."""

from __future__ import annotations

from itertools import chain
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checker.role_trust.answers as answers
from checker.role_trust.answers import Answers
from checker.role_trust.renaming import renamed, with_names
from checker.role_trust.scopes import Scopes
from checker.role_trust.shapes import STAND_IN, Shape, Shapes, without_ids
from checker.snapshot.write import encode_document
from checker.trust import Analysis, Grant, Principal, Provider, analyze
from tests import examples
from tests.support.principals import FORMS
from tests.support.snapshots import VENDOR, allow
from tests.trust.random_policies import random_policy
from tests.trust.support import (
    EKS,
    EXT,
    GITHUB,
    OWN,
    SAML,
    TODAY,
    M,
    N,
    V,
    W,
    oidc,
    role,
    root,
    web,
)

ID = "customer-0042"
SAFE = allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}, StringEquals={"sts:ExternalId": ID})
P = "333333333333"
KNOWN = {
    account: {
        oidc(GITHUB, account): Provider(arn=oidc(GITHUB, account), kind="oidc", issuer=GITHUB),
        oidc(EKS, account): Provider(arn=oidc(EKS, account), kind="oidc", issuer=EKS),
    }
    for account in (M, N)
}
SCOPES = Scopes(
    today=TODAY, organizations=frozenset({OWN}), own=frozenset({M, N, P}), partition="aws",
    live=True, providers=KNOWN, listed=frozenset({M, N}),
)  # fmt: skip


def text_of(*statements: Any) -> bytes:
    return bytes(encode_document({"Version": "2012-10-17", "Statement": list(statements)}))


def by_names(shape: Shape, general: Analysis) -> Analysis:
    """The shape's answer, by the names of one policy."""
    return renamed(general, shape.names)


def assert_law(text: bytes, account: str) -> Shape:
    """analyze(rename(policy)) == rename(analyze(policy))."""
    shape, scope = Shapes(SCOPES).of(account, text), SCOPES.of(account)
    general = analyze(shape.text, shape.scope(scope), reasons=False)
    itself = analyze(text, scope, reasons=False)
    assert by_names(shape, general) == itself, f"{text.decode()}\n{shape.text.decode()}"
    assert general.account_bound == itself.account_bound
    return shape


REFUSED = [
    ("a pattern", [allow(VENDOR, StringLike={"sts:ExternalId": "customer-*"})]),
    ("a pattern under StringEquals", [allow(VENDOR, StringEquals={"sts:ExternalId": "customer-*"})]),
    ("one id twice", [allow(VENDOR, StringEquals={"sts:ExternalId": [ID, ID]})]),
    ("a Deny that reads it too", [SAFE, allow("*", StringLike={"sts:ExternalId": "c*"}) | {"Effect": "Deny"}]),
    ("any Deny", [SAFE, allow("*", Bool={"aws:SecureTransport": "false"}) | {"Effect": "Deny"}]),
    ("the same in another case", [SAFE, allow("*", StringLike={"STS:externalid": "c*"})]),
    ("the id stands elsewhere", [allow(VENDOR, StringEquals={"sts:ExternalId": ID, "aws:PrincipalTag/a": ID})]),
    ("a policy variable", [SAFE, allow("*", StringEquals={"aws:PrincipalTag/a": "${sts:ExternalId}"})]),
    ("our own stand-in", [allow(VENDOR, StringEquals={"sts:ExternalId": STAND_IN})]),
    ("too short for an id", [allow(VENDOR, StringEquals={"sts:ExternalId": "a"})]),
    ("anything else than that", [allow(VENDOR, StringNotEquals={"sts:ExternalId": ID})]),
    ("a policy that may be too long", [SAFE, allow("*", StringEquals={"aws:PrincipalTag/a": "a" * 2_000})]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "statements"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_id_that_meets_more_than_itself_is_left_alone(why: str, statements: Any) -> None:
    """Another policy's answer would be wrong for it."""
    text = text_of(*statements)
    assert without_ids(text) == (text, {})
    assert Shapes(SCOPES).of(M, text).text == text


def escaped(text: bytes, plain: bytes, hidden: bytes) -> bytes:
    """The text with one spelling of the same characters for another."""
    assert text.count(plain) == 1
    return text.replace(plain, hidden)


TWICE = text_of(SAFE, allow("*", StringEquals={"sts:SECOND": "x"}))
HIDDEN = [
    ("the key, as JSON escapes it", escaped(TWICE, b"sts:SECOND", rb"sts:\u0045xternalId")),
    ("the id, as JSON escapes it",
     escaped(TWICE, b'"sts:SECOND":"x"', rb'"aws:PrincipalTag/a":"customer-00\u00342"')),
    ("the key, as a URL escapes it", b"%7B" + escaped(TWICE, b"sts:SECOND", b"sts:%45xternalId")[1:]),
    ("a policy variable", escaped(TWICE, b'"sts:SECOND":"x"', rb'"aws:PrincipalTag/a":"\u0024{sts:ExternalId}"')),
    ("any escape", escaped(TWICE, b"sts:SECOND", rb"sts:S\u0045COND")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), HIDDEN, ids=[row[0] for row in HIDDEN])
def test_what_an_escape_may_hide_is_left_alone(why: str, text: bytes) -> None:
    """Catches a second condition on the external id that only the decoded document shows."""
    assert without_ids(TWICE.replace(b"sts:SECOND", b"sts:Other"))[1] == {STAND_IN: ID}
    assert without_ids(text) == (text, {})


AUD = {f"{GITHUB}:aud": "sts.amazonaws.com"}


def pipeline(account: str, subject: str) -> dict[str, Any]:
    return web(
        oidc(GITHUB, account), {"StringEquals": AUD, "StringLike": {f"{GITHUB}:sub": subject}}
    )


def service(account: str, arn: str | None = None) -> dict[str, Any]:
    asked: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": account}}
    return allow({"Service": "ec2.amazonaws.com"}, **asked, **({"ArnLike": {"aws:SourceArn": arn}} if arn else {}))  # fmt: skip


ALIKE = [
    ("external ids", allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": ID}), M,
     allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": "a1b2c3"}), M),
    ("lists of them", allow({"AWS": root(W)}, StringLike={"sts:ExternalId": ["ab", "cd"]}), M,
     allow({"AWS": root(W)}, StringLike={"sts:ExternalId": ["xy", "uv"]}), M),
    ("outside accounts", allow({"AWS": root(W)}), M, allow({"AWS": root(V)}), N),
    ("own accounts", allow({"AWS": [root(M), root(N)]}), M, allow({"AWS": [root(P), root(M)]}), M),
    ("roles of ours", allow({"AWS": role(N, "a")}), M, allow({"AWS": role(P, "teams/b")}), M),
    ("ours beside a vendor", allow({"AWS": [root(N), root(W)]}), M, allow({"AWS": [root(P), root(V)]}), M),
    ("whose call it is", service(N), N, service(M), M),
    ("by its ARN", service(N, f"arn:aws:ec2:*:{N}:*"), N, service(M, f"arn:aws:ec2:*:{M}:*"), M),
    ("pipelines", pipeline(M, "repo:own/a:ref:x"), M, pipeline(N, "repo:own/b:ref:x"), N),
    ("with a pattern", pipeline(M, "repo:own/a:*"), M, pipeline(N, "repo:own/a:*"), N),
]  # fmt: skip
"""Two policies of roles in two accounts, which differ in names alone."""


@pytest.mark.parametrize(
    ("what", "one", "here", "other", "there"), ALIKE, ids=[r[0] for r in ALIKE]
)
def test_what_differs_in_names_alone_is_analysed_once(
    what: str, one: Any, here: str, other: Any, there: str
) -> None:
    """The point of it; and each has the shape's answer by its own names."""
    texts = [(text_of(one), here), (text_of(other), there)]
    assert len({assert_law(*each).key for each in texts}) == 1
    every = Answers(SCOPES)
    for text, account in texts:
        answer = every.of(account, text)
        assert by_names(answer.shape, answer.general) == analyze(
            text, SCOPES.of(account), reasons=False
        )
    assert every.analyses == 2, "the shape, and the first policy that differs from it by itself"


UNLIKE = [
    ("who is ours", allow({"AWS": root(M)}), M, allow({"AWS": root(W)}), M),
    ("one account twice", allow({"AWS": [root(M), root(N)]}), M, allow({"AWS": [root(M), root(M)]}), M),
    ("a role of a vendor", allow({"AWS": role(W, "a")}), M, allow({"AWS": role(W, "b")}), M),
    ("which of two vendors", allow({"AWS": [root(V), root(W)]}), M, allow({"AWS": [root(W), root(V)]}), M),
    ("for whom a service acts", service(M), M, service(W), M),
    ("beside a key of the caller", allow({"AWS": root(N)}, StringEquals={"aws:PrincipalAccount": N}), M,
     allow({"AWS": root(M)}, StringEquals={"aws:PrincipalAccount": M}), M),
    ("beside a key of the role", allow({"AWS": root(N)}, StringEquals={"aws:ResourceAccount": N}), M,
     allow({"AWS": root(M)}, StringEquals={"aws:ResourceAccount": M}), M),
    ("a provider of another account", pipeline(N, "repo:own/a:*"), N, pipeline(N, "repo:own/a:*"), M),
    ("a provider that nobody recorded", pipeline(M, "repo:own/a:*"), M, pipeline(P, "repo:own/a:*"), P),
    ("what a pattern fits", pipeline(M, "repo:own/a:*"), M, pipeline(M, "repo:own/b:*"), M),
    ("the name that a fresh role has", allow({"AWS": role(N, "www")}), M, allow({"AWS": role(N, "x")}), M),
    ("an own account as id", allow({"AWS": [root(W), root(N)]}, StringEquals={"sts:ExternalId": N}), M,
     allow({"AWS": [root(W), root(M)]}, StringEquals={"sts:ExternalId": M}), M),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "one", "here", "other", "there"), UNLIKE, ids=[r[0] for r in UNLIKE]
)
def test_what_may_be_told_apart_has_shapes_of_its_own(
    what: str, one: Any, here: str, other: Any, there: str
) -> None:
    """Catches a renaming of what the analysis looks into."""
    assert assert_law(text_of(one), here).key != assert_law(text_of(other), there).key


ACCOUNTS = st.sampled_from([M, N, P, V, W, "426185297043", "300000000003"])
NAMES = st.sampled_from(["a", "w", "ww", "teams/x", "deploy+1", "a-1/b=2", "x" * 64])
SUBJECTS = st.sampled_from(
    ["repo:a/b", "repo:a/w:*", "system:serviceaccount:ns:x y", "a", "é", "x?"]
)
IDS = st.sampled_from(["ab", "abc123", "wzq", "111111111111", "a/b:c@d", ID, "x*", "x y", "A" * 64])
PRINCIPALS = st.one_of(
    st.builds(root, ACCOUNTS), st.builds(role, ACCOUNTS, NAMES), ACCOUNTS,
    st.builds("arn:aws:iam::{}:user/{}".format, ACCOUNTS, NAMES), st.just("*"),
    st.builds(str.format, st.sampled_from(FORMS), ACCOUNTS),
)  # fmt: skip
SERVICES = st.sampled_from(["ec2.amazonaws.com", "rolesanywhere.amazonaws.com", "x.amazonaws.com"])


def one_or_list(values: Any) -> Any:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


WHO = st.one_of(
    st.fixed_dictionaries({"AWS": one_or_list(PRINCIPALS)}),
    st.fixed_dictionaries({"AWS": one_or_list(PRINCIPALS), "Service": one_or_list(SERVICES)}),
    st.fixed_dictionaries({"Service": one_or_list(SERVICES)}),
    st.fixed_dictionaries({"Federated": st.one_of(
        st.builds(oidc, st.sampled_from([GITHUB, EKS]), ACCOUNTS), st.just(SAML))}),
)  # fmt: skip
ENTRIES = {
    "sts:ExternalId": one_or_list(IDS), "aws:SourceAccount": one_or_list(ACCOUNTS),
    f"{GITHUB}:sub": one_or_list(SUBJECTS), f"{GITHUB}:aud": st.just("sts.amazonaws.com"),
    f"{EKS}:sub": SUBJECTS, "aws:PrincipalOrgID": st.sampled_from([OWN, EXT]),
}  # fmt: skip
ASKED = st.lists(st.sampled_from(sorted(ENTRIES)), max_size=2, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries({key: ENTRIES[key] for key in keys})
)
SOURCES = st.builds("arn:aws:{}:{}:{}:{}".format, st.sampled_from(["ec2", "s3", "iam"]),
                    st.sampled_from(["", "us-east-1", "*"]), ACCOUNTS,
                    st.sampled_from(["*", "x", "role/x", "a/*/b"]))  # fmt: skip
OPERATORS = (
    "StringEquals",
    "StringEquals",
    "StringLike",
    "ForAnyValue:StringEquals",
    "StringNotEquals",
)


@st.composite
def statements(draw: Any) -> dict[str, Any]:
    """Such as organizations write, and near them."""
    who = draw(WHO)
    action = "sts:AssumeRoleWithWebIdentity" if "Federated" in who else "sts:AssumeRole"
    asked: dict[str, Any] = {}
    if entries := draw(ASKED):
        asked[draw(st.sampled_from(OPERATORS))] = entries
    if "Service" in who and draw(st.booleans()):
        asked[draw(st.sampled_from(["ArnLike", "ArnEquals", "StringLike"]))] = {
            "aws:SourceArn": draw(SOURCES)
        }
    effect = draw(st.sampled_from(["Allow"] * 9 + ["Deny"]))
    return {
        "Effect": effect,
        "Principal": who,
        "Action": action,
        **({"Condition": asked} if asked else {}),
    }


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(statements(), min_size=1, max_size=2), st.sampled_from([M, N, P, W]))
def test_the_analysis_commutes_with_renaming(documents: list[dict[str, Any]], account: str) -> None:
    """Catches a name that the analysis looks into, in policies as they are written."""
    assert_law(text_of(*documents), account)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 2**40), st.booleans())
def test_it_commutes_in_any_policy(seed: int, vendor: bool) -> None:
    """The same in policies by chance, alone and beside an exact external id."""
    found = random_policy(Random(seed))["Statement"]
    listed = found if isinstance(found, list) else [found]
    assert_law(text_of(*chain([SAFE] if vendor else [], listed[:2])), M)


def test_a_shape_whose_answer_is_not_its_policies_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches an analysis that looks into a name after all: each is then analysed by itself."""
    stranger = Grant(principal=Principal(kind="anyone"), actions=())

    def peeking(text: Any, scope: Any, *, reasons: bool) -> Analysis:
        found = analyze(text, scope, reasons=reasons)
        return Analysis(grants=(*found.grants, stranger)) if N.encode() in text else found

    monkeypatch.setattr(answers, "analyze", peeking)
    every = Answers(SCOPES)
    for account in (N, M, P, N):
        text = text_of(allow({"AWS": root(account)}))
        assert by_names((one := every.of(M, text)).shape, one.general) == peeking(
            text, SCOPES.of(M), reasons=False
        )


@pytest.mark.parametrize("first", [M, N, P])
@pytest.mark.parametrize("home", [M, N, P])
@pytest.mark.parametrize("more", [
    allow({"AWS": [root(M), root(N)]}), allow({"AWS": [root(N), root(M)]}),
    service(M), service(N), service(P), allow({"AWS": root(V)}, StringEquals={"sts:ExternalId": M}),
])  # fmt: skip
def test_a_name_that_is_spelt_as_anothers_stand_in(more: Any, home: str, first: str) -> None:
    """Catches names that are put in one after the other: a witness shows another account's."""
    every = Answers(SCOPES)
    for account in (first, home):
        text = text_of(more, pipeline(account, "repo:own/a"))
        answer, alone = every.of(account, text), analyze(text, SCOPES.of(account), reasons=False)
        shown = [with_names(one, answer.late) for one in msgspec.to_builtins(answer.own.grants)]
        assert shown == list(msgspec.to_builtins(alone.grants))
