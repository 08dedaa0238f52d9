"""Disagreements with a second simulator, written apart from the engine and its oracle.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
has StringEqualsIgnoreCase match any spelling: each can be what gets past a case-sensitive Deny.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from checker.trust import analyze
from checker.trust.model import Principal
from checker.trust.proof.coverage import _same_account
from checker.trust.proof.found import Found
from checker.trust.proof.prover import Answer
from tests.support.rows import rows
from tests.trust.oracle import allows
from tests.trust.support import (
    EXT,
    GITHUB,
    SCOPE,
    V,
    W,
    codes,
    deny,
    oidc,
    policy,
    principals,
    role,
    statement,
    web,
)

ID, ARN, ANYCASE = "sts:ExternalId", "aws:PrincipalArn", "StringEqualsIgnoreCase"
IN_V = f"account:{V}"
DEPLOY = f"principal:arn:aws:iam::{V}:role/??????"


def vendor(wanted: str, *denies: dict[str, Any]) -> dict[str, Any]:
    return policy(
        statement({"AWS": V}, {ANYCASE: {ID: wanted}}), *(deny("*", one) for one in denies)
    )


def star(key: str, value: str, operator: str = ANYCASE) -> dict[str, Any]:
    return policy(statement("*", {operator: {key: value}}))


ROWS = [
    pytest.param(
        vendor("AbC-dEf", {"StringEquals": {ID: ["AbC-dEf", "abc-def", "ABC-DEF"]}}),
        [IN_V],
        id="a spelling that no Deny lists",
    ),
    pytest.param(
        vendor("abcd", {"StringLike": {ID: ["a*", "?B*", "*d", "AB*"]}}),
        [IN_V],
        id="a spelling between patterns: AbcD",
    ),
    pytest.param(
        vendor("abcd", {"StringLike": {ID: ["a*", "A*"]}}),
        [],
        id="every spelling is denied",
    ),
    pytest.param(
        star(ARN, f"ARN:AWS:IAM::{V}:ROLE/deploy"), [DEPLOY], id="the fixed part of an ARN"
    ),
    pytest.param(
        policy(
            statement("*", {ANYCASE: {ARN: role(V, "Deploy")}}),
            deny("*", {"StringEquals": {ARN: [role(V, "Deploy"), role(V, "DEPLOY")]}}),
        ),
        [DEPLOY],
        id="the name of a role: all spellings, so a pattern",
    ),
    pytest.param(
        policy(
            statement({"AWS": V}, {ANYCASE: {"aws:username": "bob"}}),
            deny("*", {"StringEquals": {"aws:username": ["bob", "Bob", "BOB"]}}),
        ),
        [f"principal:arn:aws:iam::{V}:user/*/???", f"principal:arn:aws:iam::{V}:user/???"],
        id="the name of a user",
    ),
    pytest.param(
        star("aws:PrincipalOrgID", EXT.upper()), [f"organization:{EXT}"], id="an organization"
    ),
    pytest.param(
        star("aws:userid", "aroaexampleexample123:ci"),
        ["unresolved:AROAEXAMPLEEXAMPLE123"],
        id="a unique id",
    ),
    pytest.param(
        star("aws:PrincipalServiceName", "Glue.AmazonAWS.com"),
        ["service:glue.amazonaws.com"],
        id="a service",
    ),
    pytest.param(
        policy(
            web(oidc(GITHUB), {ANYCASE: {f"{GITHUB}:sub": "repo:a"}}),
            deny("*", {"StringLike": {f"{GITHUB}:sub": ["repo:*", "Repo:*"]}}, Action="sts:*"),
        ),
        [f"federated:{GITHUB} {{sub: repo:a}}"],
        id="a claim",
    ),
]


@pytest.mark.parametrize(("document", "expected"), ROWS)
def test_any_spelling_counts(document: dict[str, Any], expected: list[str]) -> None:
    """Catches a spelling that gets in and was not tried: a miss in silence."""
    analysis = analyze(document, SCOPE)
    assert principals(analysis) == expected
    assert not codes(analysis) & {"too-complex", "inert"}
    assert all(one.witness and allows(document, one.witness) for one in analysis.grants)


def test_a_spelling_tied_to_another_key_is_found() -> None:
    """Catches spellings tied by a policy variable being tried in part, and nothing said."""
    document = policy(
        statement({"AWS": V}, {ANYCASE: {ID: "acme-${aws:PrincipalTag/team}"}}),
        deny("*", {"StringEquals": {ID: ["acme-x", "ACME-X"]}}),
    )
    analysis = analyze(document, SCOPE)
    assert principals(analysis) == [IN_V]
    assert "too-complex" not in codes(analysis)
    assert allows(document, analysis.grants[0].witness)


def test_a_deny_whose_variable_has_no_value_holds() -> None:
    """Catches a Deny left out of the analysis: roles have no user name, users no role's ARN."""
    document = policy(
        statement({"AWS": V}),
        deny("*", {"StringNotEqualsIgnoreCase": {ARN: f"arn:aws:iam::{V}:role/${{aws:username}}"}}),
    )
    analysis = analyze(document, SCOPE)
    assert principals(analysis) == []
    assert [one.outcome for one in analysis.statements] == ["denied", "denied"]


NOT_NEEDED = [
    ({"StringNotEqualsIgnoreCase": {ID: "${aws:PrincipalTag/ext}"}}, {"StringEquals": {ID: "acme"}}),
    ({}, {"Null": {ID: "true"}, "ForAllValues:StringEquals": {"sts:SourceIdentity": "${sts:RoleSessionName}"}}),
]  # fmt: skip


@rows("asked, refused", NOT_NEEDED)
def test_an_external_id_that_was_not_searched_is_none(asked: Any, refused: Any) -> None:
    """Catches an external id asked for where the search was given up, or cannot read the variable
    that lets a request without one by: absence may do."""
    (grant,) = analyze(policy(statement({"AWS": V}, asked), deny("*", refused)), SCOPE).grants
    assert grant.external_id == "none"


def test_a_pattern_of_every_account_is_none() -> None:
    """Catches everybody who is told as some: whose account is like `*`."""
    (grant,) = analyze(star("aws:PrincipalAccount", "*", "StringLike"), SCOPE).grants
    assert (grant.principal.kind, grant.principal.pattern) == ("anyone", None)


def test_an_account_of_another_partition_is_another() -> None:
    """Catches a caller of whom nothing is told, as an account of the same number is."""
    told = Principal(kind="account", partition="aws", account=V)
    for partition in ("aws", "aws-cn"):
        caller = SimpleNamespace(account=V, partition=partition)
        same = _same_account(told, cast(Any, SimpleNamespace(caller=caller)))
        assert same is (partition == "aws")


LAMBDA, EC2, TWO = "lambda.amazonaws.com", "ec2.amazonaws.com", "o-two7654321"
IF_ANY, ELSEWHERE = "StringEqualsIfExists", "999999999998"
BESIDE_ALL = [
    ("accounts", [
        statement({"Service": LAMBDA}, {IF_ANY: {"aws:SourceAccount": [W, ELSEWHERE]}}),
        statement({"Service": [LAMBDA, EC2]}),
        deny({"Service": LAMBDA}, {"StringLike": {"aws:SourceOrgID": "o-*"}, "StringLikeIfExists": {"aws:SourceArn": f"*:{V}:*"}, "ForAnyValue:StringLike": {"aws:SourceOrgPaths": f"{TWO}/*"}}),
    ], {(LAMBDA, W), (LAMBDA, ELSEWHERE)}),
    ("organizations", [
        statement({"Service": [LAMBDA, EC2]}, {IF_ANY: {"aws:SourceOrgID": [EXT, TWO]}, "Null": {"aws:SourceAccount": "true"}}),
        deny({"Service": LAMBDA}),
    ], {(EC2, EXT), (EC2, TWO)}),
]  # fmt: skip


@rows("why, statements, named", BESIDE_ALL)
def test_all_who_are_named_are_told_beside_anybody(why: str, statements: Any, named: Any) -> None:
    """Catches the second of those for whom a service may act, who counts as one whom nobody names:
    the account is in the policy, and in no finding."""
    found = [one.principal for one in analyze(policy(*statements), SCOPE).grants]
    assert {(one.service, one.source) for one in found if one.source} == named, why
    assert any(one.source is None for one in found), why


def test_what_the_proof_gives_up_on_may_be() -> None:
    """Catches a network that keeps callers in, where nobody knows whether it does."""
    for answer, limited in ((Answer(unsure=True), False), (Answer(), True)):
        found = Found.__new__(Found)
        found.words = cast(Any, SimpleNamespace(reads=frozenset({"aws:sourceip"})))
        found.prover = cast(Any, SimpleNamespace(ask=lambda *_, said=answer: said))
        allow = cast(Any, SimpleNamespace(conditions=()))
        assert found.network_limited(allow, cast(Any, None), []) is limited


def test_an_organization_of_another_partition_is_not_made_up() -> None:
    """Catches a grant without a witness for members of an organization in another partition."""
    document = policy(
        statement({"AWS": f"arn:aws-cn:iam::{V}:root"}),
        statement("*"),
        deny("*", {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": EXT}, "Null": {ID: "true"}}),
        deny("*", {"StringNotEquals": {"aws:PrincipalOrgID": EXT}}),
    )
    analysis = analyze(document, SCOPE)
    assert f"account:aws-cn:{V}" in principals(analysis)
    assert all(one.witness for one in analysis.grants)


def test_an_organization_is_as_open_as_its_member() -> None:
    """Catches an account that needs no external id vanishing in an organization that needs one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    member = {"StringEquals": {"aws:PrincipalOrgID": EXT}}
    document = policy(
        statement("*", {"StringEquals": {"aws:PrincipalOrgID": EXT, ID: "abc-1"}}),
        statement({"AWS": W}, member),
    )
    (grant,) = analyze(document, SCOPE).grants
    assert grant.principal.organization == EXT
    assert (grant.external_id, grant.statements) == ("none", (0, 1))


def test_providers_without_a_record_are_not_missed() -> None:
    """`*` lets in every provider of the account; without records, none was listed at all."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
            }
        ],
    }
    scope = msgspec.structs.replace(SCOPE, providers={}, all_providers=False)
    found = {grant.principal.provider for grant in analyze(document, scope).grants}
    home = f"arn:aws:iam::{SCOPE.account}"
    assert {f"{home}:saml-provider/*", f"{home}:oidc-provider/*"} <= found
    known = msgspec.structs.replace(scope, all_providers=True)
    assert not any("*" in g.principal.provider for g in analyze(document, known).grants)


def test_an_issuer_that_only_conditions_tell_of() -> None:
    """Catches one that goes unsaid because others are recorded."""
    scope = msgspec.structs.replace(SCOPE, all_providers=False)
    condition = {"StringEquals": {"idp.example.com:sub": "x"}}
    document = policy(statement("*", condition, Action="sts:AssumeRoleWithWebIdentity"))
    found = {grant.principal.provider for grant in analyze(document, scope).grants}
    assert found == {"idp.example.com"}
