"""An absence is proved: policies that let in whom a search of candidates once missed, and reasons."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any
from unittest import mock

import msgspec
import pytest

import checker.trust.search.decide as decide
from checker.trust import Analysis, analyze
from checker.trust.budget import POLICY_STEPS, Budget
from tests.support.rows import rows
from tests.trust.oracle import allows
from tests.trust.realism import unrealistic
from tests.trust.support import (
    EXT,
    GITHUB,
    GOOGLE,
    OWN,
    SAML,
    SCOPE,
    M,
    N,
    V,
    codes,
    deny,
    oidc,
    policy,
    principals,
    statement,
    web,
)

ALONE = msgspec.structs.replace(SCOPE, organizations=frozenset())
ANY, IN_V = ["anyone"], [f"account:{V}"]
GOOGLE_IN, OKTA = [f"federated:{GOOGLE}"], ["federated:http://www.okta.com/exk1a2b3c"]
LOGS = "delivery.logs.amazonaws.com"
ARN = "aws:PrincipalArn"
TAG = "aws:PrincipalTag"


def vendor(condition: Any, *denies: Any) -> dict[str, Any]:
    return policy(statement({"AWS": V}, condition), *denies)


def star(condition: Any, *denies: Any) -> dict[str, Any]:
    return policy(statement("*", condition), *denies)


def saml(condition: Any, *denies: Any) -> dict[str, Any]:
    action = "sts:AssumeRoleWithSAML"
    return policy(statement({"Federated": SAML}, condition, Action=action), *denies)


def refused(condition: Any) -> dict[str, Any]:
    return deny("*", condition, Action="sts:*")


TIED = "aws:ResourceTag/env"
LET_IN = [
    (
        "a list of a key that nobody knows, of which a Deny names one value",
        star(
            {"StringEquals": {"x:team": "q"}},
            refused({"StringEquals": {"x:team": "q"}, "ForAnyValue:StringLike": {"x:team": "*"}}),
        ),
        ANY,
    ),
    (
        "an id that a variable needs, or one of two values",
        star(
            {
                "StringEquals": {TIED: ["${sts:ExternalId}-x", "alpine"]},
                "StringLikeIfExists": {TIED: ["${aws:PrincipalTag/team}", "??"]},
                "StringNotEquals": {"aws:PrincipalTag/team": "alpine"},
            }
        ),
        ANY,
    ),
    ("presence of a key of few letters", star({"Null": {"aws:SourceIdentity": "false"}}), ANY),
    ("any value of such a key", vendor({"StringLike": {"aws:SourceIdentity": "*"}}), IN_V),
    ("a Deny without it", vendor(None, refused({"Null": {"aws:SourceIdentity": "true"}})), IN_V),
    (
        "a path that ends in a slash",
        vendor({"ForAnyValue:StringLike": {"aws:VpceOrgPaths": f"{OWN}/*"}}),
        IN_V,
    ),
    ("twelve digits", vendor({"StringLike": {"aws:VpceAccount": "1111*"}}), IN_V),
    (
        "a wildcard beside a variable, on the caller's side",
        vendor({"StringLike": {"aws:userid": "*:${sts:RoleSessionName}"}}),
        IN_V,
    ),
    (
        "a variable in an ARN",
        star({"StringLike": {ARN: f"arn:aws:iam::*:role/${{{TAG}/team}}"}}),
        ANY,
    ),
    (
        "a wildcard before a variable that is told",
        vendor(
            {
                "StringLike": {"sts:ExternalId": f"*:${{{TAG}/x}}"},
                "StringEquals": {f"{TAG}/x": "qq"},
            }
        ),
        IN_V,
    ),
    (
        "wildcards on both sides of a variable",
        vendor(
            {"StringLike": {f"{TAG}/y": f"*-${{{TAG}/x}}-*"}, "StringEquals": {f"{TAG}/x": "q"}}
        ),
        IN_V,
    ),
    (
        "a variable with a default that does not fit",
        vendor({"StringEquals": {f"{TAG}/y": "b", f"{TAG}/z": f"${{{TAG}/y, 'c'}}"}}),
        IN_V,
    ),
    (
        "a key of another service is never there: nor is its Deny",
        vendor(None, refused({"StringEquals": {"kms:CallerAccount": V}})),
        IN_V,
    ),
    ("and its absence is given", star({"Null": {"kms:ViaService": "true"}}), ANY),
    (
        "an attribute of SAML is a list",
        saml(
            {
                "ForAnyValue:StringEquals": {"saml:edupersonentitlement": "a"},
                "ForAnyValue:StringLike": {"saml:edupersonentitlement": "b*"},
            }
        ),
        OKTA,
    ),
    (
        "of which a Deny must mean all",
        saml(
            {"ForAnyValue:StringEquals": {"saml:mail": "a@example.com"}},
            refused({"ForAllValues:StringEquals": {"saml:mail": ["a@example.com"]}}),
        ),
        OKTA,
    ),
    (
        "so are the providers of a request's context",
        vendor(
            {
                "ForAnyValue:ArnEquals": {
                    "sts:RequestContextProviders": "arn:aws:iam::aws:contextProvider/IdentityCenter"
                },
                "ForAnyValue:ArnLike": {
                    "sts:RequestContextProviders": "arn:aws:iam::aws:contextProvider/X*"
                },
            }
        ),
        IN_V,
    ),
    (
        "and a key that nobody knows",
        vendor({"ForAnyValue:StringEquals": {"a:b": "a"}, "ForAnyValue:StringLike": {"a:b": "b*"}}),
        IN_V,
    ),
    (
        "2030 may be a year, in an Allow",
        vendor({"DateLessThan": {"aws:CurrentTime": "2030"}}),
        IN_V,
    ),
    (
        "and a second of 1970, in a Deny of what is earlier",
        vendor(None, refused({"DateLessThan": {"aws:CurrentTime": "2030"}})),
        IN_V,
    ),
    (
        "2030-07 is a month",
        vendor({"DateLessThan": {"aws:CurrentTime": "2030-07"}}),
        IN_V,
    ),
    (
        "the account of a federated call is told nowhere",
        policy(web(GOOGLE), refused({"StringNotEquals": {"aws:PrincipalAccount": M}})),
        GOOGLE_IN,
    ),
    (
        "a service has several names",
        policy(
            statement(
                {"Service": LOGS},
                {
                    "ForAnyValue:StringEquals": {
                        "aws:PrincipalServiceNamesList": "logs.amazonaws.com"
                    },
                    "StringEquals": {"aws:SourceAccount": V},
                },
            )
        ),
        [f"service:{LOGS} for {V}"],
    ),
    (
        "an organization is told, an account is not",
        policy(
            statement(
                {"Service": LOGS},
                {"Null": {"aws:SourceOrgID": "false", "aws:SourceAccount": "true"}},
            )
        ),
        [f"service:{LOGS}"],
    ),
    (
        "calls by SAML carry no aws:FederatedProvider",
        saml(None, refused({"StringEquals": {"aws:FederatedProvider": SAML}})),
        OKTA,
    ),
    ("which is absent there", saml({"Null": {"aws:FederatedProvider": "true"}}), OKTA),
    (
        "two spellings that only one text between has",
        vendor(
            {"StringEqualsIgnoreCase": {"sts:ExternalId": "abcd"}},
            refused({"StringLike": {"sts:ExternalId": ["a*", "?B*", "*d", "AB*"]}}),
        ),
        IN_V,
    ),
    (
        "a number between two bounds",
        vendor({"NumericGreaterThan": {"a:n": "5"}, "NumericLessThan": {"a:n": "6"}}),
        IN_V,
    ),
    (
        "an address in a network but none of its parts",
        vendor(
            {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            refused({"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/10"]}}),
        ),
        IN_V,
    ),
    (
        "any of an organization's members that no Deny names",
        star(
            {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{EXT}/r-ab12/*"}},
            refused({"StringEquals": {"aws:PrincipalAccount": V}}),
        ),
        [f"organization:{EXT}"],
    ),
]
LET_IN += [
    (
        "a variable's default names an account",
        star(
            {
                "StringEquals": {"aws:PrincipalAccount": f"${{{TAG}/x, '{V}'}}"},
                "Null": {f"{TAG}/x": "true"},
            }
        ),
        IN_V,
    ),
    (
        "one operator in two cases: either may be what AWS keeps",
        star(
            {
                "StringEquals": {"aws:PrincipalAccount": M},
                "stringequals": {"aws:PrincipalAccount": V},
            }
        ),
        IN_V,
    ),
    (
        "a service that acts for outsiders alone, whoever they are",
        policy(statement({"Service": LOGS}, {"StringLike": {"aws:SourceAccount": "9*"}})),
        [f"service:{LOGS} for *"],
    ),
    (
        "a service that may act for us, too",
        policy(statement({"Service": LOGS}, {"StringLike": {"aws:SourceAccount": "1111*"}})),
        [f"service:{LOGS}"],
    ),
    (
        "a service of some account of AWS's, which a pattern may fit",
        policy(statement({"Service": LOGS}, {"StringLike": {"aws:PrincipalAccount": "?9999*"}})),
        [f"service:{LOGS}"],
    ),
    (
        "and which a Deny of all but a pattern spares",
        policy(
            statement({"Service": LOGS}),
            refused({"StringNotLike": {"aws:PrincipalAccount": ["99999999999?"]}}),
        ),
        [f"service:{LOGS}"],
    ),
    (
        "a text that is no address, where a Deny asks for any",
        vendor(
            {},
            refused({"ForAllValues:IpAddress": {f"{TAG}/a": ["0.0.0.0/0", "::/0"]}}),
        ),
        IN_V,
    ),
    (
        "a text that is no number",
        vendor(
            {},
            refused({"ForAllValues:NumericGreaterThanEquals": {f"{TAG}/a": "7"}}),
            refused({"ForAllValues:NumericLessThan": {f"{TAG}/a": "7"}}),
        ),
        IN_V,
    ),
    (
        "a service behind a star that acts for an account of such a pattern, as its own is",
        star(
            {
                "StringLike": {"aws:PrincipalAccount": "?99999999999"},
                "StringEquals": {"aws:PrincipalAccount": "${aws:SourceAccount}"},
            }
        ),
        ["service:*"],
    ),
]
KEPT_OUT = [
    (
        "a service without a name",
        star(
            {
                "Null": {"aws:PrincipalServiceNamesList": "true"},
                "StringLike": {"aws:SourceAccount": "9*"},
            }
        ),
        "Null on aws:PrincipalServiceNamesList",
    ),
    (
        "a star that is a letter in a service's name",
        star({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "*.amazonaws.com"}}),
        "ForAnyValue:StringEquals on aws:PrincipalServiceNamesList",
    ),
    (
        "a value that differs from itself",
        star(
            {
                "StringNotEquals": {
                    "aws:PrincipalAccount": ["${aws:PrincipalAccount}", "${aws:SourceAccount}"]
                }
            }
        ),
        "StringNotEquals on aws:PrincipalAccount",
    ),
    (
        "a path without a root",
        vendor({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": f"{EXT}/"}}),
        "ForAnyValue:StringEquals on aws:PrincipalOrgPaths",
    ),
    (
        "federated users of our own account",
        star({"StringLike": {"aws:userid": f"{M}:*"}}),
        "StringLike on aws:userid",
    ),
    (
        "an age below nought",
        vendor({"NumericLessThan": {"aws:MultiFactorAuthAge": "0"}}),
        "NumericLessThan on aws:MultiFactorAuthAge",
    ),
    (
        "a root user cannot call AssumeRole",
        star({"ArnEquals": {ARN: f"arn:aws:iam::{V}:root"}}),
        "ArnEquals on aws:PrincipalArn",
    ),
    (
        "who calls always has an ARN",
        policy(statement({"AWS": "*"}, {"ArnLikeIfExists": {ARN: f"arn:aws:iam::{M}:role/*"}})),
        "ArnLikeIfExists on aws:PrincipalArn",
    ),
    (
        "no external id with a token",
        policy(web(GOOGLE, {"StringEquals": {"sts:ExternalId": "abc"}})),
        "StringEquals on sts:ExternalId",
    ),
    (
        "one clock",
        vendor(
            {
                "DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
                "DateLessThan": {"aws:EpochTime": "1830000000"},
            }
        ),
        "DateGreaterThan on aws:CurrentTime and DateLessThan on aws:EpochTime",
    ),
    (
        "a session always has a name",
        vendor({"Null": {"sts:RoleSessionName": "true"}}),
        "Null on sts:RoleSessionName",
    ),
    (
        "an age of MFA goes with MFA",
        vendor(
            {
                "Null": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
            }
        ),
        "Null on aws:MultiFactorAuthPresent and NumericLessThan on aws:MultiFactorAuthAge",
    ),
    (
        "a service is no AWS principal",
        policy(statement({"Service": LOGS}, {"ArnLike": {ARN: "arn:aws:iam::*:role/x"}})),
        "ArnLike on aws:PrincipalArn",
    ),
    (
        "nothing between two bounds that touch",
        vendor({"NumericGreaterThan": {"a:n": "5"}, "NumericLessThanEquals": {"a:n": "5"}}),
        "NumericGreaterThan on a:n and NumericLessThanEquals on a:n",
    ),
    ("our own accounts", policy(statement({"AWS": [M, N]})), "it names nobody outside"),
    (
        "an account of theirs beside ours, where the action is for providers",
        policy(statement({"AWS": [N, V]}, Action="sts:AssumeRoleWithSAML")),
        "have no use for the actions",
    ),
    (
        "a provider beside our account",
        policy(statement({"AWS": N, "Federated": oidc(GITHUB)})),
        "have no use for the actions",
    ),
    (
        "a service beside our account",
        policy(statement({"AWS": N, "Service": LOGS}, Action="sts:AssumeRoleWithSAML")),
        "have no use for the actions",
    ),
    (
        "a role that was deleted beside our account",
        policy(statement({"AWS": [N, "AROAEXAMPLEEXAMPLE123"]})),
        "it names nobody outside",
    ),
    (
        "our own organization",
        star({"StringEquals": {"aws:PrincipalOrgID": OWN}}),
        "StringEquals on aws:PrincipalOrgID",
    ),
    (
        "a role's tags alone",
        policy(statement({"AWS": V}, Action="sts:TagSession")),
        "it allows no action that assumes the role",
    ),
]
DENIED = [
    (
        "all but ours",
        policy(statement({"AWS": V}), refused({"StringNotEquals": {"aws:PrincipalOrgID": OWN}})),
    ),
    ("everybody", policy(statement({"AWS": V}), refused(None))),
    (
        "in two halves",
        policy(
            statement({"AWS": V}),
            refused({"Null": {"sts:ExternalId": "true"}}),
            refused({"StringLike": {"sts:ExternalId": "*"}}),
        ),
    ),
    (
        "a token's provider",
        policy(web(GOOGLE), refused({"StringEquals": {"aws:FederatedProvider": GOOGLE}})),
    ),
]


def analysed(document: dict[str, Any], scope: Any = SCOPE) -> Analysis:
    """The analysis, each of whose statements has an outcome and a reason."""
    found = analyze(document, scope)
    assert [one.index for one in found.statements] == list(range(len(document["Statement"])))
    assert all(one.reason for one in found.statements)
    granting = {index for grant in found.grants for index in grant.statements}
    assert {one.index for one in found.statements if one.outcome == "grants"} == granting
    assert "too-complex" not in codes(found)
    return found


@pytest.mark.parametrize(
    ("document", "expected"), [row[1:] for row in LET_IN], ids=[r[0] for r in LET_IN]
)
def test_whoever_can_get_in_is_found(document: dict[str, Any], expected: list[str]) -> None:
    """Catches a value that was not thought of taken for one that there is not."""
    found = analysed(document)
    assert [one.partition(" {")[0] for one in principals(found)] == expected
    for grant in found.grants:
        assert grant.witness and allows(document, grant.witness)
        assert not unrealistic(grant.witness)


@pytest.mark.parametrize(
    ("document", "reason"), [row[1:] for row in KEPT_OUT], ids=[r[0] for r in KEPT_OUT]
)
def test_an_absence_has_its_reason(document: dict[str, Any], reason: str) -> None:
    """Catches nobody let in, without the condition that keeps them out."""
    found = analysed(document)
    assert not found.grants
    (outcome,) = found.statements
    assert outcome.outcome == "inert"
    assert reason in outcome.reason


def test_everybody_is_more_than_our_own() -> None:
    """Catches a `*` that is called harmless as it names no account."""
    scope = msgspec.structs.replace(SCOPE, providers={})
    (told,) = analyze(policy(statement("*", Action="sts:AssumeRoleWithSAML")), scope).statements
    assert "have no use for the actions" in told.reason


@pytest.mark.parametrize("document", [row[1] for row in DENIED], ids=[r[0] for r in DENIED])
def test_a_deny_that_covers_all_is_named(document: dict[str, Any]) -> None:
    """Catches an Allow that is called inert though a Deny alone makes it so."""
    found = analysed(document)
    assert not found.grants
    allow, *denies = found.statements
    assert allow.outcome == "denied"
    assert all(one.outcome == "denied" for one in denies)
    assert all(str(one.index) in allow.reason for one in denies)


@pytest.mark.parametrize(
    ("condition", "alone", "member"),
    [
        ({"StringEqualsIfExists": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}, ANY, []),
        ({"Null": {"aws:ResourceOrgID": "true"}}, ANY, []),
        ({"ForAnyValue:StringLike": {"aws:ResourceOrgPaths": f"{OWN}/*"}}, [], ANY),
    ],
    ids=["the caller's is the role's", "the role's is absent", "the role's path"],
)
def test_the_roles_organization(condition: Any, alone: list[str], member: list[str]) -> None:
    """Catches an organization made up for an account that is in none."""
    assert principals(analyze(star(condition), ALONE)) == alone
    assert principals(analyze(star(condition), SCOPE)) == member


OUR_ROLES = {"ArnLikeIfExists": {ARN: f"arn:aws:iam::{M}:role/*"}}
NO_ID = {"Null": {"aws:userid": "true"}}
OF_OUR_ROLE = {"StringEquals": {"aws:ResourceAccount": M, "aws:ResourceOrgID": OWN}}
IN_AN_ORGANIZATION = {"Null": {"aws:userid": "true", "aws:ResourceOrgID": "false"}}
BEHIND_A_STAR = [
    (OUR_ROLES, {"ambiguous"}, "a service has no ARN of a principal"),
    (NO_ID, {"ambiguous"}, "nor a user id"),
    ({**NO_ID, **OF_OUR_ROLE}, {"ambiguous"}, "whose role it is tells nothing of the caller"),
    (IN_AN_ORGANIZATION, {"ambiguous"}, "each role's account is in our organization"),
    ({**NO_ID, "StringEquals": {"aws:ResourceOrgID": EXT}}, set(), "no role of ours is in theirs"),
    ({**NO_ID, "StringEquals": {"aws:PrincipalAccount": M}}, set(), "no service's account is ours"),
    (
        {"StringLike": {"aws:PrincipalAccount": "9999*"}},
        set(),
        "`anyone like 9999*` means them too",
    ),
]


@pytest.mark.parametrize(("condition", "said", "why"), BEHIND_A_STAR)
def test_services_behind_a_star_are_said(condition: Any, said: set[str], why: str) -> None:
    """Catches silence on services that pass only as they lack the keys that are asked for."""
    found = analyze(policy(statement({"AWS": "*"}, condition)), SCOPE)
    assert [one.principal.pattern for one in found.grants] in ([], ["9999*"])
    assert codes(found) == said, why


def test_what_a_deny_leaves_doubtful_is_sure_without_the_key() -> None:
    """Catches a Deny on a list without ForAnyValue that gets no credit where the key is absent."""
    document = policy(
        statement({"AWS": V}),
        refused({"StringNotEquals": {"aws:PrincipalOrgPaths": f"{EXT}/r-ab12/"}}),
    )
    (grant,) = analyze(document, SCOPE).grants
    assert grant.witness and "aws:PrincipalOrgPaths" in grant.witness.context


def test_without_reasons_the_answer_is_the_same() -> None:
    """Catches a quick way, as the gate takes it, that answers otherwise."""
    for _, document, *_ in [*LET_IN, *KEPT_OUT, *DENIED]:
        quick = analyze(document, SCOPE, reasons=False)
        assert quick.statements == ()
        assert quick.grants == analyze(document, SCOPE).grants


OF_TWO = {
    "ForAnyValue:StringLike": {"aws:VpceOrgPaths": [f"{OWN}/*"]},
    "StringEquals": {"aws:VpceOrgID": EXT},
}
ENDPOINTS = [
    (OF_TWO, 0, "the path is that of the organization"),
    ({"ForAnyValue:StringLike": {"aws:VpceOrgPaths": [f"{EXT}/*"]}, "StringEquals": {"aws:VpceOrgID": EXT}}, 1,
     "both are of one"),
    ({"ForAnyValue:StringLike": {"aws:VpceOrgPaths": [f"{EXT}/*"]}, "Null": {"aws:VpceOrgID": "true"}}, 0,
     "they come together"),
    ({"Null": {"aws:VpceOrgPaths": "true"}, "StringNotEquals": {"aws:VpceOrgID": EXT}}, 1,
     "through no endpoint"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "grants", "reason"), ENDPOINTS)
def test_a_call_comes_through_one_endpoint_or_none(
    condition: dict[str, Any], grants: int, reason: str
) -> None:
    found = analyze(vendor(condition), SCOPE)
    assert len(found.grants) == grants, reason
    assert "too-complex" not in codes(found)
    assert all(one.witness for one in found.grants)


UNLISTED = msgspec.structs.replace(SCOPE, all_providers=False)
HIDDEN = [
    ({"StringLike": {"aws:FederatedProvider": "*google*"}}, ["federated:accounts.google.com", "*"]),
    ({"StringLike": {"aws:FederatedProvider": "arn:aws:iam::*:oidc-provider/*.example.net"}}, ["*"]),
    ({"StringLike": {"aws:FederatedProvider": f"arn:aws:iam::{V}:oidc-provider/*"}}, []),
    ({"StringLike": {"aws:FederatedProvider": "*/x.example.net"},
      "StringNotLike": {"aws:FederatedProvider": "*.net"}}, []),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), HIDDEN)
def test_own_providers_of_any_name_stand_behind_a_star(
    condition: dict[str, Any], expected: list[str]
) -> None:
    """Catches one stand-in for all providers that no record tells of: a pattern may mean others."""
    document = star(condition)
    document["Statement"][0]["Action"] = "sts:AssumeRoleWithWebIdentity"
    own = f"federated:arn:aws:iam::{M}:oidc-provider/*"
    wanted = [own if one == "*" else one for one in expected]
    found = analyze(document, UNLISTED)
    assert sorted(principals(found)) == sorted(wanted)
    assert all(one.witness for one in found.grants)
    assert own not in principals(analyze(document, SCOPE)), "they are all recorded"


ISSUED = [
    ({"Null": {"aws:TokenIssueTime": "false"}}, 1, "any time"),
    ({"StringLike": {"aws:TokenIssueTime": "2026-1?-3*T2?:59*"}}, 1, "a pattern of times"),
    ({"StringLike": {"aws:TokenIssueTime": "w*"}}, 0, "no time begins so"),
    ({"DateLessThan": {"aws:TokenIssueTime": "2026-01-31T00:00:00Z"}}, 1, "before"),
    ({"DateEquals": {"aws:TokenIssueTime": "2024-02-29T23:59:59Z"}}, 1, "a month's last day"),
]


@pytest.mark.parametrize(("condition", "grants", "reason"), ISSUED)
def test_a_time_is_shown_as_aws_writes_it(
    condition: dict[str, Any], grants: int, reason: str
) -> None:
    """Catches a witness with text for a time, which AWS could not send."""
    found = analyze(vendor(condition), SCOPE)
    assert len(found.grants) == grants, reason
    for one in found.grants:
        assert one.witness
        datetime.fromisoformat(str(one.witness.context["aws:TokenIssueTime"]))


CLAIMS = [
    ("a claim that is true", {"Bool": {f"{GITHUB}:ref_protected": "true"}}, ("repo:acme/*",), "repo:acme/*"),
    ("a claim that is an address", {"IpAddress": {f"{GITHUB}:x": "10.0.0.0/8"}}, ("repo:acme/*",), "repo:acme/*"),
    ("a variable beside a wildcard", {}, ("repo:acme/*:*",), "repo:acme/${aws:PrincipalTag/x}:*"),
    ("with a default", {}, ("repo:acme/*:*",), "repo:acme/${aws:PrincipalTag/x, 'app'}:*"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "more", "expected", "sub"), CLAIMS)
def test_what_stands_beside_a_claim_takes_nothing_from_it(
    reason: str, more: dict[str, Any], expected: tuple[str, ...], sub: str
) -> None:
    """Catches a grant that is called open, as something else in the statement was hard to read."""
    document = policy(web(oidc(GITHUB), {"StringLike": {f"{GITHUB}:sub": sub}, **more}))
    found = analyze(document, SCOPE)
    (grant,) = found.grants
    assert grant.principal.claims == {"sub": expected}, reason
    assert grant.witness and not codes(found) & {"too-complex"}


def test_what_anyone_needs_is_not_what_a_service_needs() -> None:
    """Catches `anyone` that is said to need no external id, as a service that it covers needs none."""
    needs = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringEquals": {"sts:ExternalId": "ab"}}
    found = analyze(
        policy(statement("*", needs), statement({"Service": "sns.amazonaws.com"})), SCOPE
    )
    told = [(g.principal.kind, g.external_id, g.network_limited) for g in found.grants]
    assert told == [("anyone", "required", True), ("service", "none", False)]


ANCHORS = "arn:aws:rolesanywhere:us-east-1:111111111111:trust-anchor"
ANYWHERE = [
    ("ArnLike", f"{ANCHORS}/*", f"{ANCHORS}/*"),
    ("StringLike", f"{ANCHORS}/*", f"{ANCHORS}/*"),
    ("ArnLike", "arn:aws:rolesanywhere:*:111111111111:*", "arn:aws:rolesanywhere:*:111111111111:*"),
    ("ArnEquals", f"{ANCHORS}/abc-1", f"{ANCHORS}/abc-1"),
]


@pytest.mark.parametrize(("operator", "asked", "shown"), ANYWHERE)
def test_a_pattern_of_trust_anchors_is_one_grant(operator: str, asked: str, shown: str) -> None:
    """Catches a second, open grant for an anchor that the pattern means, and ARNs of no anchor."""
    who = {"Service": "rolesanywhere.amazonaws.com"}
    found = analyze(policy(statement(who, {operator: {"aws:SourceArn": asked}})), SCOPE)
    assert principals(found) == [f"federated:{shown}"]
    assert all(grant.witness for grant in found.grants)


def test_each_of_two_trust_anchors_is_a_grant() -> None:
    """Catches a second anchor that the first one hides."""
    asked = {"ArnEquals": {"aws:SourceArn": [f"{ANCHORS}/abc-1", f"{ANCHORS}/abc-2"]}}
    found = analyze(policy(statement({"Service": "rolesanywhere.amazonaws.com"}, asked)), SCOPE)
    assert principals(found) == [f"federated:{ANCHORS}/abc-1", f"federated:{ANCHORS}/abc-2"]


BOUNDS = [
    ({"NumericGreaterThan": {"sts:DurationSeconds": "60"}}, 1, "no bound is a session's own"),
    ({"NumericLessThan": {"sts:DurationSeconds": "86400"}}, 1, "nor is one above them all"),
    ({"NumericGreaterThan": {"aws:MultiFactorAuthAge": "-10"}}, 1, "an age begins at nought"),
    ({"NumericLessThan": {"aws:MultiFactorAuthAge": "-10"}}, 0, "and is never less"),
    ({"DateGreaterThan": {"aws:TokenIssueTime": "1960-01-01"}}, 1, "before the first second"),
    ({"NumericLessThan": {"sts:DurationSeconds": "900"}}, 0, "a session lasts that long at least"),
    ({"NumericGreaterThan": {"sts:DurationSeconds": "43199"}}, 1, "twelve hours"),
    ({"StringLike": {"sts:DurationSeconds": ["0*", "*~*"]}}, 0, "digits alone, and no nought before them"),
    ({"StringNotLike": {"sts:DurationSeconds": ["???", "????", "?????"]}, "Null": {"sts:DurationSeconds": "false"}}, 0, "three to five digits"),
    ({"NumericGreaterThan": {"sts:DurationSeconds": "43200"}}, 0, "no session lasts longer"),
    ({"DateGreaterThan": {"aws:CurrentTime": "5000-01-01"}}, 1, "a lower bound, far away"),
    ({"DateGreaterThan": {"aws:CurrentTime": "9999-12-31T23:59:58Z"}}, 1, "the last second"),
    ({"DateGreaterThan": {"aws:CurrentTime": "9999-12-31T23:59:59Z"}}, 0, "after all times"),
    ({"Bool": {"aws:PrincipalTag/a": "true"}, "StringLike": {"aws:PrincipalTag/a": "x*"}}, 0,
     "a text that is true begins with t"),
    ({"Bool": {"aws:PrincipalTag/a": "true"}, "StringLike": {"aws:PrincipalTag/a": "T*"}}, 1,
     "in any case"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "grants", "reason"), BOUNDS)
def test_values_have_bounds(condition: dict[str, Any], grants: int, reason: str) -> None:
    """Catches a value that there is not, by the search or by the proof alone."""
    for steps in (POLICY_STEPS, 0):
        with mock.patch.object(decide, "Budget", lambda steps=steps: Budget(steps)):
            found = analyze(vendor(condition), SCOPE)
        assert len(found.grants) == grants, (reason, steps)
        assert "too-complex" not in codes(found)
        assert ("expired" in codes(found)) <= (not grants)


def test_few_values_are_tried_one_by_one() -> None:
    """Without the external id there is alpine alone, which the others exclude."""
    (grant,) = analyze(LET_IN[1][1], SCOPE).grants
    assert grant.external_id == "pattern"


def test_an_endpoint_has_one_path() -> None:
    """Two of them would fit both patterns."""
    some = {"ForAnyValue:StringLike": {"aws:VpceOrgPaths": [f"{EXT}/*"]},
            "ForAnyValue:StringNotLike": {"aws:VpceOrgPaths": [f"{EXT}/*"]}}  # fmt: skip
    assert not analyze(vendor(some), SCOPE).grants


def test_an_account_is_left_out_by_proof_alone() -> None:
    """A Deny of one of its external ids leaves no account out."""
    told = {"sts:ExternalId": ["${sts:RoleSessionName}"], "aws:PrincipalAccount": [V]}
    found = analyze(star({}, refused({"StringEqualsIfExists": told})), SCOPE)
    assert [one.principal.excepted for one in found.grants if one.principal.kind == "anyone"] == [
        ()
    ]


def test_for_which_organization_a_service_acts_is_the_same_each_time() -> None:
    """Catches a witness that names another of our organizations in each run."""
    ours = [f"o-own{number:07}" for number in range(20)]
    scope = msgspec.structs.replace(SCOPE, organizations=frozenset(ours))
    any_of = {"Null": {"aws:SourceOrgID": "false"}, "StringEquals": {"aws:SourceAccount": N}}
    (grant,) = analyze(policy(statement({"Service": LOGS}, any_of)), scope).grants
    assert grant.witness and grant.witness.context["aws:SourceOrgID"] == ours[0]


def test_which_of_few_values_is_shown_is_the_same_each_time() -> None:
    """Catches a witness with another of the values that variables are bound by in each run."""
    names = [f"t{number:02}" for number in range(20)]
    twice = "${sts:ExternalId}${sts:ExternalId}"
    asked = {"sts:ExternalId": names, "sts:RoleSessionName": twice}
    given = {"StringEquals": asked, "StringNotEquals": {"sts:RoleSessionName": "t00t00"}}
    (grant,) = analyze(vendor(given), SCOPE).grants
    assert grant.witness and grant.witness.context["sts:ExternalId"] == "t01"


def test_a_service_that_a_deny_spares_is_said() -> None:
    """No AWS principal has the key that the Deny asks for; a service may."""
    deny = refused({"ArnNotEqualsIfExists": {"aws:SourceArn": "arn:aws:s3:::ours"}})
    found = analyze(star({"StringNotEquals": {"aws:PrincipalOrgID": ["o-ext*"]}}, deny), SCOPE)
    assert "ambiguous" in codes(found)


A, B, OTHERS = f"{TAG}/a", f"{TAG}/b", "${aws:PrincipalTag/b}"
OF_TWO: list[tuple[str, list[Any], list[str]]] = [
    ("all of AWS are excepted from a Deny", [statement({"AWS": V}), deny(None, NotPrincipal={"AWS": "*"})], IN_V), ("all of AWS are denied", [statement({"AWS": V}), deny({"AWS": "*"})], []),
    ("another value than the variable's", [statement("*", {"StringEquals": {B: ["x", "y"], A: ["x", "y"]}, "StringNotEquals": {A: OTHERS}})], ["anyone"]),
    ("the same, by a Deny", [statement("*", {"StringEquals": {B: ["x", "y"], A: ["x", "y"]}}), deny("*", {"StringEquals": {A: OTHERS}})], ["anyone"]),
    ("the same value, which may be neither", [statement("*", {"StringEquals": {B: ["x", "y"], A: OTHERS}, "StringNotEquals": {A: "x", B: "y"}})], []),
    ("that, by Denies", [statement("*", {"StringEquals": {B: ["x", "y"], A: OTHERS}}), deny("*", {"StringEquals": {A: "x"}}), deny("*", {"StringEquals": {B: "y"}})], []),
    ("the same value", [statement("*", {"StringEquals": {B: ["x", "y"], A: OTHERS}, "StringNotEquals": {A: "x"}})], ["anyone"]),
    ("each of two unique ids, of a role and of a user", [statement("*", {"StringLike": {"aws:userid": ["AROAEXAMPLEEXAMPLE123:*", "AIDAEXAMPLEEXAMPLE456"]}})], ["unresolved:AIDAEXAMPLEEXAMPLE456", "unresolved:AROAEXAMPLEEXAMPLE123"]),
    ("a user of an account whom its token names", [statement("*", {"StringEquals": {"aws:userid": f"{V}:bob"}})], IN_V), ("one of ours", [statement("*", {"StringEquals": {"aws:userid": f"{N}:bob"}})], []),
    ("any id of that session", [statement("*", {"StringLike": {"aws:userid": ["*:bob", "AROA*:bob"]}})], ["anyone"]),
    ("of one that has a few values alone", [statement("*", {"StringEquals": {"aws:MultiFactorAuthPresent": ["true", "x"], A: "${aws:MultiFactorAuthPresent}"}, "StringNotEquals": {A: "true"}})], []),
]  # fmt: skip


@rows("why, statements, expected", OF_TWO)
def test_the_proof_alone_answers_as_the_search_does(
    why: str, statements: list[Any], expected: list[str]
) -> None:
    """Catches a proof that holds only as somebody was found before. A variable has one of its values
    in a request, not all: neither tells of a request that there is not, or hides one that is."""
    for steps in (POLICY_STEPS, 0):
        with mock.patch.object(decide, "Budget", lambda steps=steps: Budget(steps)):
            found = analyze(policy(*statements), SCOPE)
        assert principals(found) == expected, (why, steps, codes(found))


ADDRESS = "aws:SourceIp"
BY_TEXT: list[tuple[str, Any, list[str]]] = [
    ("three digits", {"StringLike": {ADDRESS: "203.0.113.*"}}, ["anyone"]), ("in the last place alone", {"StringLike": {ADDRESS: "10.1.2.1??"}}, ["anyone"]), ("to the letter", {"StringEquals": {ADDRESS: "203.0.113.200"}}, ["anyone"]),
    ("in each place", {"StringLike": {ADDRESS: "1??.2??.1??.2??"}}, ["anyone"]), ("of VPCs", {"StringLike": {"aws:VpcSourceIp": "172.16.*"}}, ["anyone"]), ("of the newer kind", {"StringLike": {ADDRESS: "2001:db8:*"}}, ["anyone"]),
    ("none other is left", {"StringNotLike": {ADDRESS: ["?.*", "??.*", "*:*"]}, "Null": {ADDRESS: "false"}}, ["anyone"]), ("more than there is", {"StringLike": {ADDRESS: "999.*"}}, []), ("five places", {"StringLike": {ADDRESS: "*.*.*.*.*"}}, []), ("no address", {"StringLike": {ADDRESS: "x*"}}, []),
]  # fmt: skip


@rows("why, condition, expected", BY_TEXT)
def test_addresses_as_text(why: str, condition: Any, expected: list[str]) -> None:
    """Catches an address that is taken for impossible, so that whoever has it goes unsaid."""
    for steps in (POLICY_STEPS, 0):
        with mock.patch.object(decide, "Budget", lambda steps=steps: Budget(steps)):
            found = analyze(star(condition), SCOPE)
        assert principals(found) == expected, (why, steps)
        for one in found.grants:
            for key in (ADDRESS, "aws:VpcSourceIp"):
                value = one.witness.context.get(key) if one.witness else None
                assert value is None or ip_address(str(value)), (why, value)


UNIQUE = "A" * 17
IN_PATHS = [
    f"{EXT}/r-ab12/",
    f"{EXT}/r-ab12/ou-ab12-12345678/",
    f"{EXT}/r-ab12/" + "ou-ab12-12345678/" * 5,
]
SENT: dict[str, list[str]] = {
    ADDRESS: ["1.2.3.4", "10.20.30.40", "100.200.250.255", "203.0.113.9", "2001:db8::1", "::1", "fe80::1ff:fe23:4567:890a", "2001:db8:0:1:2:3:4:5"], "aws:Ec2InstanceSourcePrivateIPv4": ["172.31.255.1"], "aws:SourceVpc": ["vpc-1", "vpc-0123456789abcdef0"], "aws:SourceVpce": ["vpce-1a"],
    "aws:VpceAccount": [V], "aws:VpceOrgID": [EXT, "o-" + "a" * 32], "aws:UserAgent": ["x y/1", "Boto3/1.2 [x]"], "aws:referer": ["https://x.example.com/?a=b"], "aws:RequestedRegion": ["eu-west-1"], f"{TAG}/a": ["a b", "x" * 256, "é"], "aws:RequestTag/a": ["x"],
    "aws:TokenIssueTime": ["2026-11-20T00:00:00Z", "2099-12-31T23:59:59Z", "2030-02-28T12:30:45Z"], "aws:MultiFactorAuthAge": ["0", "129600"], "sts:DurationSeconds": ["900", "901", "1800", "3600", "9999", "10000", "43199", "43200"], "sts:RoleSessionName": ["ab", "x" * 64, "a@b.c=d,e+f-_"],
    "sts:SourceIdentity": ["ab"], "sts:ExternalId": ["ab", "a:b/c=d,e.f@g-h+i"], "ec2:SourceInstanceArn": [f"arn:aws:ec2:eu-west-1:{V}:instance/i-1"], "aws:SourceVpcArn": [f"arn:{one}:ec2:eu-west-1:{V}:vpc/vpc-1" for one in ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b")],
    "aws:PrincipalOrgID": [EXT, "o-" + "a" * 32], "aws:PrincipalAccount": [V, "000000000001"], "aws:userid": [f"AROA{UNIQUE}:x1", f"AIDA{UNIQUE}", f"{V}:bob"], "aws:username": ["bob", "x" * 64, "a@b"], "aws:PrincipalType": ["User", "AssumedRole", "FederatedUser"],
    "aws:PrincipalOrgPaths": IN_PATHS, "aws:VpceOrgPaths": IN_PATHS, "aws:SourceOrgPaths": IN_PATHS,
    ARN: [f"arn:aws:iam::{V}:role/x", f"arn:aws:iam::{V}:user/a/b/c", f"arn:aws:sts::{V}:federated-user/bob", f"arn:aws:iam::{V}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_x_0123"],
}  # fmt: skip
"""What AWS sends."""


@pytest.mark.parametrize("key", SENT)
def test_what_aws_sends_is_in_the_forms_of_the_proof(key: str) -> None:
    """Catches a form that leaves out a value which there is: the proof alone would take whoever
    has it for nobody."""
    for value in SENT[key]:
        for text in (value[: len(value) // 2 + 1] + "*", "?" + value[1:], value[:-1] + "?"):
            operator = "ForAnyValue:StringLike" if key.endswith("OrgPaths") else "StringLike"
            with mock.patch.object(decide, "Budget", lambda: Budget(0)):
                found = analyze(star({operator: {key: text}}), SCOPE)
            assert found.grants, (value, text)
