"""Which names of a policy have stand-ins, and which are left: the limits, row by row."""

from __future__ import annotations

import os
from typing import Any
from unittest import mock

import pytest
from msgspec.structs import replace

import checker.role_trust.answers as answers
from checker.role_trust.answers import Answers
from checker.role_trust.renaming import renamed as put_in
from checker.role_trust.scopes import Scopes
from checker.role_trust.shapes import STAND_IN, Shapes
from checker.trust import Provider, analyze
from checker.trust.texts.names import renamed
from checker.workers import worth_it
from tests.role_trust.test_shapes import AUD, KNOWN, SCOPES, P, pipeline, service, text_of
from tests.support.rows import rows
from tests.support.snapshots import allow
from tests.trust.support import EKS, GITHUB, M, N, V, W, oidc, role, root, web

OUTSIDE, ROLE, SUBJECT = (
    "707070707070",
    "role-of-an-account-of-ours",
    "subject-of-a-pipeline-of-ours",
)
MANY = [f"40000000000{at}" for at in range(9)]
CROWD = replace(SCOPES, own=frozenset({M, *MANY}))
ITSELF = replace(SCOPES, own=SCOPES.own | {OUTSIDE})
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def asks(*ids: str, operator: str = "StringEquals", who: str = W) -> dict[str, Any]:
    wanted = list(ids) if len(ids) > 1 else ids[0]
    return allow({"AWS": root(who)}, **{operator: {"sts:ExternalId": wanted}})


def aws(*who: str) -> dict[str, Any]:
    return allow({"AWS": list(who)})


def of_size(size: int, statement: dict[str, Any]) -> bytes:
    """With a Sid that makes it so long."""
    short = text_of(statement | {"Sid": "S"})
    return text_of(statement | {"Sid": "S" + "x" * (size - len(short))})


def ids(*some: str) -> dict[str, str]:
    return {STAND_IN + (f"-{at}" if at else ""): one for at, one in enumerate(some)}


def roles(*some: str) -> dict[str, str]:
    return {f"{ROLE}-{at}": one for at, one in enumerate(some)}


VENDOR, HOME, NOTHING = {OUTSIDE: W}, {M: N}, dict[str, str]()
PIPE = {SUBJECT: "repo:a/b"}
FEW, TOO_MANY = [f"id-{at}" for at in range(8)], [f"id-{at}" for at in range(9)]
SAML_SUBJECT = web(f"arn:aws:iam::{N}:saml-provider/Okta", {"StringEquals": {"saml:sub": "joe"}},
                   Action="sts:AssumeRoleWithSAML")  # fmt: skip
MFA = allow({"AWS": root(M)}, Bool={"aws:MultiFactorAuthPresent": "true"})
RENAMED: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("no name", M, text_of(allow({"Service": "ec2.amazonaws.com"})), NOTHING),
    ("an id", M, text_of(asks("x1")), VENDOR | ids("x1")),
    ("a list of one", M, text_of(allow({"AWS": root(W)}, StringEquals={"sts:ExternalId": ["x1"]})), VENDOR | ids("x1")),
    ("several", M, text_of(asks("x1", "x2", "x3")), VENDOR | ids("x1", "x2", "x3")),
    ("eight", M, text_of(asks(*FEW)), VENDOR | ids(*FEW)),
    ("nine", M, text_of(asks(*TOO_MANY)), NOTHING),
    ("beside a Sid", M, text_of(asks("x1") | {"Sid": "Vendor"}), VENDOR | ids("x1")),
    ("any of several", M, text_of(asks("x1", operator="ForAnyValue:StringLike")), VENDOR | ids("x1")),
    ("an account that nobody listed", W, text_of(asks("x1")), ids("x1")),
    ("there, an own account", W, text_of(aws(root(N))), NOTHING),
    ("beside what is not plain", M, text_of(asks("x1"), MFA), ids("x1")),
    ("not plain, no id", M, text_of(MFA), NOTHING),
    ("as long as may be", M, of_size(2_048, asks("x1")), VENDOR | ids("x1")),
    ("too long", M, of_size(2_049, asks("x1")), NOTHING),
    ("as long, without an id", M, of_size(2_048, aws(root(N))), HOME),
    ("too long, without an id", M, of_size(2_049, aws(root(N))), NOTHING),
    ("spelt as an id's stand-in", M, text_of(aws(root(N)) | {"Sid": "X"}, asks(f"{STAND_IN}x")), NOTHING),
    ("as an account's", M, text_of(aws(root(OUTSIDE), root(N))), NOTHING),
    ("as a role's", M, text_of(aws(role(N, f"{ROLE}-7"))), NOTHING),
    ("as a subject's", N, text_of(pipeline(N, SUBJECT)), NOTHING),
    ("an id that is left, which may be an account's", M,
     text_of(allow({"AWS": root(N)}, StringEquals={"sts:ExternalId": ["x1", "x1"]})), NOTHING),
    ("own accounts", M, text_of(aws(root(N), root(P), root(M))), {M: N, N: P, P: M}),
    ("one that stands for itself", M, text_of(aws(root(M))), NOTHING),
    ("one outside", M, text_of(aws(root(W))), VENDOR),
    ("and ours", M, text_of(aws(root(W), root(N))), HOME | VENDOR),
    ("two outside", M, text_of(aws(root(W), root(V), root(N))), HOME),
    ("the first that the analysis makes up", M, text_of(aws(root("426185297043"), root(N))), HOME),
    ("the last", M, text_of(aws(root("434104297042"), root(N))), HOME),
    ("the one before", M, text_of(aws(root("426185297042"), root(N))), HOME | {OUTSIDE: "426185297042"}),
    ("the one behind", M, text_of(aws(root("434104297043"), root(N))), HOME | {OUTSIDE: "434104297043"}),
    ("roles of ours", M, text_of(aws(role(N, "a"), role(P, "t/b"), role(N, "a"))), {M: N, N: P} | roles("a", "t/b")),
    ("beside a vendor", M, text_of(aws(role(N, "a"), root(W))), HOME | VENDOR),
    ("spelt as roles that the analysis makes up", M, text_of(aws(role(N, "t/ww"))), HOME),
    ("nearly", M, text_of(aws(role(N, "wx"))), HOME | roles("wx")),
    ("in a path alone", M, text_of(aws(role(N, "w/x"))), HOME | roles("w/x")),
    ("eight roles", M, text_of(aws(*(role(N, one) for one in FEW))), HOME | roles(*FEW)),
    ("nine", M, text_of(aws(*(role(N, one) for one in TOO_MANY))), HOME),
    ("a user", M, text_of(aws(f"arn:aws:iam::{N}:user/bob")), HOME),
    ("whose call it is", M, text_of(service(N)), HOME),
    ("and by its ARN", M, text_of(service(N, f"arn:aws:ec2:*:{N}:*")), HOME),
    ("of two accounts", M, text_of(service(N, f"arn:aws:ec2:*:{M}:*")), NOTHING),
    ("of one outside", M, text_of(service(W)), NOTHING),
    ("in a policy with every letter", M, text_of(service(N) | {"Sid": LETTERS}), NOTHING),
    ("with all but one", M, text_of(service(N) | {"Sid": LETTERS.replace("j", "")}), HOME),
    ("every letter, and no source", M, text_of(aws(root(N)) | {"Sid": LETTERS}), HOME),
]  # fmt: skip
PIPELINES: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("a pipeline", N, text_of(pipeline(N, "repo:a/b")), HOME | PIPE),
    ("of an account without records", P, text_of(pipeline(P, "repo:a/b")), {M: P} | PIPE),
    ("of another's provider", N, text_of(pipeline(M, "repo:a/b")), NOTHING),
    ("a pattern", N, text_of(pipeline(N, "repo:a/*")), HOME),
    ("a pattern of one letter", N, text_of(pipeline(N, "repo:a/?")), HOME),
    ("two subjects", N, text_of(web(oidc(GITHUB, N), {"StringLike": {f"{GITHUB}:sub": ["a", "b"]}})), HOME),
    ("in two statements", N, text_of(pipeline(N, "repo:a/b"), pipeline(N, "repo:a/c")), HOME),
    ("two providers", N, text_of(pipeline(N, "repo:a/b"), web(oidc(EKS, N))), NOTHING),
    ("a user of SAML", N, text_of(SAML_SUBJECT), HOME),
    ("a long subject", N, text_of(pipeline(N, "r" * 256)), HOME | {SUBJECT: "r" * 256}),
    ("a longer one", N, text_of(pipeline(N, "r" * 257)), HOME),
    ("no subject", N, text_of(web(oidc(GITHUB, N), {"StringEquals": AUD})), HOME),
    ("an empty one", N, text_of(pipeline(N, "")), HOME),
    ("one with an accent", N, text_of(pipeline(N, "é")), HOME),
    ("one that nobody sees", N, text_of(pipeline(N, "a\x7fb")), HOME),
    ("beside roles of ours", N, text_of(pipeline(N, "repo:a/b"), aws(role(M, "x"))),
     {M: N, N: M} | roles("x") | PIPE),
    ("beside a vendor", N, text_of(pipeline(N, "repo:a/b"), aws(root(W))), HOME | VENDOR | PIPE),
    ("with its id", N, text_of(pipeline(N, "repo:a/b"), asks("x1")), HOME | VENDOR | PIPE | ids("x1")),
]  # fmt: skip


@rows("why, account, text, names", RENAMED + PIPELINES)
def test_which_names_have_stand_ins(
    why: str, account: str, text: bytes, names: dict[str, str]
) -> None:
    """Catches a name that is put in where more could come of it, and one left that costs an analysis."""
    shape = Shapes(SCOPES).of(account, text)
    assert shape.names == names, why
    assert renamed(shape.text.decode(), names) == text.decode(), why
    assert shape.renames == bool(names), why


@rows("why, account, text, names", PIPELINES)
def test_what_is_known_of_a_provider_goes_along(
    why: str, account: str, text: bytes, names: dict[str, str]
) -> None:
    """Catches a provider of one account that is taken for another's with another issuer."""
    shape, scope = Shapes(SCOPES).of(account, text), SCOPES.of(account)
    inside = shape.scope(scope)
    if not names:
        assert (shape.home, shape.provider, shape.key, inside) == (
            None,
            None,
            (text, None, None),
            scope,
        ), why
        return
    record = KNOWN[M][oidc(GITHUB, M)] if account == N and b"saml-provider" not in text else None
    assert (shape.home, shape.provider) == (M, record), why
    assert shape.key == (shape.text, M, record and ("oidc", GITHUB)), why
    known = {record.arn: record} if record else {}
    assert inside == replace(scope, account=M, providers=known, all_providers=False), why


def test_a_home_that_is_its_own_stand_in_is_no_other_name() -> None:
    """Catches a shape that is believed unseen, as nothing in it has another name."""
    shape = Shapes(SCOPES).of(M, text_of(web(oidc(GITHUB, M), {"StringEquals": AUD})))
    assert (shape.names, shape.home, shape.renames) == ({}, M, True)


ISSUERS = [
    ("of a provider", "idp.example.com", True),
    ("that nobody could read", None, True),
    ("with twelve digits", f"idp.example.com/{N}", False),
    ("with eleven", f"idp.example.com/{N[1:]}", True),
]


@rows("why, issuer, replaced", ISSUERS)
def test_an_issuer_that_may_name_an_account(why: str, issuer: str | None, replaced: bool) -> None:
    """Catches an issuer of one account that is told to be another's."""
    known = {N: {oidc(GITHUB, N): Provider(arn=oidc(GITHUB, N), kind="oidc", issuer=issuer)}}
    shape = Shapes(replace(SCOPES, providers=known)).of(N, text_of(pipeline(N, "repo:a/b")))
    assert shape.names == (HOME | PIPE if replaced else {}), why
    assert shape.provider == (Provider(oidc(GITHUB, M), "oidc", issuer) if replaced else None), why


CROWDS: list[tuple[str, Scopes, bytes, dict[str, str]]] = [
    ("eight of ours", CROWD, text_of(aws(*map(root, MANY[:8]))),
     dict(zip([M, *MANY[:7]], MANY[:8], strict=True))),
    ("nine", CROWD, text_of(aws(*map(root, MANY))), {}),
    ("eight and the role's own", CROWD, text_of(web(oidc(GITHUB, M)), aws(*map(root, MANY[:8]))), {}),
    ("an account of ours that is spelt as the stand-in", ITSELF, text_of(aws(root(W), root(N))), HOME),
]  # fmt: skip


@rows("why, scopes, text, names", CROWDS)
def test_which_accounts_have_stand_ins(
    why: str, scopes: Scopes, text: bytes, names: dict[str, str]
) -> None:
    """Catches two accounts with one stand-in."""
    assert Shapes(scopes).of(M, text).names == names, why


RESOURCE = allow({"AWS": root(N)}, StringEquals={"aws:ResourceAccount": M})
FOR_ONE = allow("*")


def asking(id_: str) -> dict[str, Any]:
    return {"Condition": {"StringEquals": {"sts:ExternalId": id_, "aws:ResourceAccount": N}}}


ANALYSED: list[tuple[str, list[tuple[str, bytes]], int]] = [
    ("without a name", [(M, text_of(allow({"Service": "ec2.amazonaws.com"})))] * 2, 1),
    ("in two accounts", [(one, text_of(allow({"Service": "ec2.amazonaws.com"}))) for one in (M, N)], 1),
    ("one name, held against its own policy", [(M, text_of(aws(root(W))))] * 2, 2),
    ("another one, which is believed", [(M, text_of(aws(root(one)))) for one in (W, V, W)], 2),
    ("what reads the role's account", [(M, text_of(RESOURCE))] * 2, 1),
    ("in two accounts, each for itself", [(one, text_of(RESOURCE)) for one in (M, N, M, N)], 2),
    ("with ids, the other's ours", [(M, text_of(FOR_ONE | asking("x1"))), (N, text_of(FOR_ONE | asking("x2")))], 3),
    ("with the same id", [(one, text_of(FOR_ONE | asking("x1"))) for one in (M, N)], 3),
    ("pipelines of two accounts", [(one, text_of(pipeline(one, "repo:a/b"))) for one in (N, M, N)], 2),
    ("of one without records", [(one, text_of(pipeline(one, "repo:a/b"))) for one in (N, P)], 4),
    ("an account that nobody listed", [(W, text_of(aws(root(V))))] * 2, 1),
    ("two of them", [(one, text_of(aws(root(one)))) for one in (V, W, V)], 2),
]  # fmt: skip


@rows("why, policies, analyses", ANALYSED)
def test_how_often_policies_are_analysed(
    why: str, policies: list[tuple[str, bytes]], analyses: int
) -> None:
    """Catches an analysis for each of a million roles that are nearly alike."""
    every = Answers(SCOPES)
    for account, text in policies:
        answer = every.of(account, text)
        alone = analyze(text, SCOPES.of(account), reasons=False)
        assert put_in(answer.general, answer.shape.names) == alone, why
    assert every.analyses == analyses, why


def test_what_is_so_in_one_account_alone_is_told_of_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches an answer that hangs on the role's account, given by the names of another one."""
    found: Any = lambda *a, **more: replace(analyze(*a, **more), account_bound=True)  # noqa: E731
    monkeypatch.setattr(answers, "analyze", found)
    for statements, names in (
        ([asks("x1")], ids("x1")),
        ([aws(root(N)), asks("x1")], ids("x1")),
        ([aws(root(N))], {}),
    ):
        answer = Answers(SCOPES).of(M, text_of(*statements))
        assert (answer.shape.names, answer.bound) == (names, True)


@rows("cores, parts, expected", [(1, 6, False), (2, 5, False), (2, 6, True), (None, 6, False)])
def test_a_small_file_is_read_here(cores: int | None, parts: int, expected: bool) -> None:
    """Catches workers that are started for nothing, and a large file that one core reads."""
    with mock.patch.object(os, "cpu_count", lambda: cores):
        assert worth_it([None] * parts) is expected


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that grows with the organization; or an answer that is another one once it is full."""
    monkeypatch.setattr(answers, "REMEMBERED", 2)
    every, texts = Answers(SCOPES), [text_of(asks(f"x{n}"), aws(root(N))) for n in range(3)]
    texts += [text_of(asks("x0"), *[aws(root(N))] * n) for n in range(2, 6)]
    for text in texts * 2:
        found = every.of(M, text)
        whole = put_in(found.own, found.late)
        assert whole == analyze(text, SCOPES.of(M), reasons=False)
        assert max(len(every._known), len(every._believed)) <= 2
