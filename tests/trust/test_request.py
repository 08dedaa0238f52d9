"""One request to a policy: what decides it, and what has to be told first. Whole answers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from checker.trust.answers.ask import NoValue, request
from checker.trust.answers.request import Unnamed
from checker.trust.model import Scope
from tests.support.rows import rows
from tests.trust.support import (
    EKS,
    EXT,
    GITHUB,
    GOOGLE,
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
    root,
    statement,
    web,
)

ROLE, PATHED, USER = role(V), role(V, "team/deploy"), f"arn:aws:iam::{V}:user/team/bob"
SESSION = f"arn:aws:sts::{V}:assumed-role/deploy/ci"
ASSUME, WEB, BY_SAML = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
EC2 = "ec2.amazonaws.com"
NO_ORG = replace(SCOPE, organizations=frozenset())
TWO_ORGS = replace(SCOPE, organizations=frozenset({OWN, "o-two7654321"}))
ID, ARN, ORG, PATHS = (
    "sts:ExternalId",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
)
NOW, EPOCH, TYPE = "aws:CurrentTime", "aws:EpochTime", "aws:PrincipalType"
Told = tuple[bool | None, int | None, str]
NOBODY: Told = (False, None, "no Allow statement names it")


def lets(index: int = 0) -> Told:
    return True, index, "this statement lets it in"


def fails(words: str, has: str = "no such key", index: int = 0) -> Told:
    return False, index, f"it does not fulfil {words}: the request has {has}"


def asks(key: str) -> Told:
    return None, None, f"every such request has {key}: give it in the context"


def refuses(index: int = 1) -> Told:
    return False, index, "this Deny refuses what statement 0 lets in"


def ours(key: str) -> Told:
    return None, None, f"an own account is in an own organization: give {key} in the context"


def other(key: str) -> Told:
    return None, None, f"{key} in the context is not that of {ROLE}"


def star(key: str = "", value: Any = None, operator: str = "StringEquals") -> dict[str, Any]:
    return policy(statement("*", {operator: {key: value}} if key else None))


def named(value: str | None = None, who: Any = None) -> dict[str, Any]:
    """An Allow of V, with an external id."""
    return statement(who or {"AWS": V}, {"StringEquals": {ID: value}} if value else None)


def ec2(*denies: Any) -> dict[str, Any]:
    return policy(statement({"Service": EC2}), *denies)


OPEN = policy(named())
LEFT_OPEN: Told = (None, 1, "AWS leaves open whether this Deny means such a caller")
ON_ID, ON_ARN = f"StringEquals on {ID}", "ArnEquals"
SERVICE = {"Bool": {"aws:PrincipalIsAWSService": "true"}, "StringEquals": {"aws:PrincipalServiceName": EC2},
           "ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": EC2}}  # fmt: skip
BROKEN = policy(statement({"AWS": V}, Resource="*"))
NOT_ALL = "; but the policy was not wholly understood: a trust policy takes no Resource"
ROWS: list[tuple[str, Any, str, str, dict[str, Any], Told]] = [
    ("an action that grants nothing", OPEN, V, "sts:TagSession", {}, (False, None, "sts:TagSession alone lets nobody take the role")),
    ("an action without its service", OPEN, V, "AssumeRole", {}, lets()),
    ("in any case", OPEN, V, "STS:assumerole", {}, lets()),
    ("another service's", OPEN, V, "iam:AssumeRole", {}, (False, None, "iam:AssumeRole alone lets nobody take the role")),
    ("a root user", OPEN, root(V), ASSUME, {}, (False, None, "a root user cannot call sts:AssumeRole")),
    ("the account", OPEN, V, ASSUME, {}, lets()),
    ("its role", OPEN, ROLE, ASSUME, {}, lets()),
    ("another account", OPEN, W, ASSUME, {}, NOBODY),
    ("another partition's", OPEN, f"arn:aws-cn:iam::{V}:role/x", ASSUME, {}, NOBODY),
    ("another action", star() | {"Statement": [statement("*", Action=WEB)]}, ROLE, ASSUME, {}, NOBODY),
    ("a condition, and no such key", policy(named("a")), ROLE, ASSUME, {}, fails(ON_ID)),
    ("another value", policy(named("a")), ROLE, ASSUME, {ID: "b"}, fails(ON_ID, "'b'")),
    ("the value, by a key in any case", policy(named("a")), ROLE, ASSUME, {"STS:EXTERNALID": "a"}, lets()),
    ("of two that fail, who is named", policy(named("a", "*"), named("b")), ROLE, ASSUME, {}, fails(ON_ID, index=1)),
    ("also where it comes first", policy(named("b"), named("a", "*")), ROLE, ASSUME, {}, fails(ON_ID)),
    ("of two stars the first", policy(named("b", "*"), named("a", "*")), ROLE, ASSUME, {}, fails(ON_ID)),
    ("the second lets in", policy(named("b"), named()), ROLE, ASSUME, {}, lets(1)),
    ("a Deny", policy(named(), deny({"AWS": V})), ROLE, ASSUME, {}, refuses()),
    ("of another", policy(named(), deny({"AWS": W})), ROLE, ASSUME, {}, lets()),
    ("of another action", policy(named(), deny("*", Action=WEB)), ROLE, ASSUME, {}, lets()),
    ("of what the request has not", policy(named(), deny("*", {"StringEquals": {ID: "b"}})), ROLE, ASSUME, {}, lets()),
    ("of what it has", policy(named(), deny("*", {"StringEquals": {ID: "b"}})), ROLE, ASSUME, {ID: "b"}, refuses()),
    ("of the role of a session", policy(named(), deny({"AWS": ROLE})), SESSION, ASSUME, {}, refuses()),
    ("of it by its path", policy(named(), deny({"AWS": PATHED})), SESSION, ASSUME, {}, refuses()),
    ("of the AWS star, for a service", ec2(deny({"AWS": "*"})), EC2, ASSUME, {}, LEFT_OPEN),
    ("and a sure one behind it", ec2(deny({"AWS": "*"}), deny()), EC2, ASSUME, {}, refuses(2)),
    ("of an account, for a service", ec2(deny({"AWS": V})), EC2, ASSUME, {}, lets()),
    ("a service behind a star", star(), EC2, ASSUME, {}, lets()),
    ("as it is spelt there", policy(statement({"Service": "EC2.amazonaws.com"})), EC2, ASSUME, {}, lets()),
    ("another service", ec2(), "sns.amazonaws.com", ASSUME, {}, NOBODY),
    ("a service where an account is named", OPEN, EC2, ASSUME, {}, NOBODY),
    ("what a service has", policy(statement("*", SERVICE)), EC2, ASSUME, {}, lets()),
    ("and nobody else", policy(statement("*", SERVICE)), ROLE, ASSUME, {}, fails("Bool on aws:PrincipalIsAWSService", "'false'")),
    ("no service, which is asked for", star("aws:PrincipalIsAWSService", "false", "Bool"), ROLE, ASSUME, {}, lets()),
    ("the account's id", star("aws:PrincipalAccount", V), ROLE, ASSUME, {}, lets()),
    ("the ARN", star(ARN, ROLE, ON_ARN), ROLE, ASSUME, {}, lets()),
    ("the type of a role", star(TYPE, "AssumedRole"), ROLE, ASSUME, {}, lets()),
    ("of a user", star(TYPE, "User"), USER, ASSUME, {}, lets()),
    ("whose name has no path", star("aws:username", "bob"), USER, ASSUME, {}, lets()),
    ("which a role has not", star("aws:username", "deploy"), ROLE, ASSUME, {}, fails("StringEquals on aws:username")),
    ("the ARN of a session's role is not sure", star(ARN, PATHED, ON_ARN), SESSION, ASSUME, {ARN: PATHED}, lets()),
    ("as it stands in its own", star(ARN, ROLE, ON_ARN), SESSION, ASSUME, {ARN: ROLE}, lets()),
    ("nobody asks for it", star(), SESSION, ASSUME, {ARN: PATHED}, lets()),
    ("the one role that may be a session's", policy(statement({"AWS": PATHED})), SESSION, ASSUME, {}, lets()),
    ("one of two", policy(statement({"AWS": [PATHED, role(V, "other/deploy")]})), SESSION, ASSUME, {}, NOBODY),
    ("another account's", policy(statement({"AWS": role(W, "team/deploy")})), SESSION, ASSUME, {}, NOBODY),
    ("one that ends alike", policy(statement({"AWS": role(V, "team/xdeploy")})), SESSION, ASSUME, {}, NOBODY),
    ("what each session has", star("aws:userid", "x"), ROLE, ASSUME, {}, asks("aws:userid")),
    ("a name behind a path with a colon", star("aws:username", "bob"), f"arn:aws:iam::{V}:user/a:b/bob", ASSUME, {}, lets()),
    ("the first of several that are not told", policy(statement("*", {"StringLike": {"aws:userid": "x", TYPE: "x", ARN: "x"}})), V, ASSUME, {}, asks(ARN)),
    ("and is given", star("aws:userid", "x"), ROLE, ASSUME, {"aws:userid": "x"}, lets()),
    ("who of an account it is", star(ARN, ROLE, ON_ARN), V, ASSUME, {}, asks(ARN)),
    ("of which type, as the policy spells it", star("AWS:principaltype", "x"), V, ASSUME, {}, asks(TYPE)),
    ("in a variable", star("aws:PrincipalTag/a", "${aws:userid}"), ROLE, ASSUME, {"aws:PrincipalTag/a": "x"}, asks("aws:userid")),
    ("in a Deny alone", policy(named(), deny("*", {"StringLike": {"aws:userid": "x"}})), ROLE, ASSUME, {}, asks("aws:userid")),
    ("what it may lack", star("aws:SourceIp", "10.0.0.0/8", "IpAddress"), ROLE, ASSUME, {}, fails("IpAddress on aws:SourceIp")),
    ("what it may have", star("aws:SourceIp", "10.0.0.0/8", "IpAddress"), ROLE, ASSUME, {"aws:SourceIp": "10.1.1.1"}, lets()),
    ("our member, of one organization", star(ORG, OWN), N, ASSUME, {}, lets()),
    ("the role's own account", star(ORG, OWN), M, ASSUME, {}, lets()),
    ("in which unit of it", star(PATHS, f"{OWN}/*", "ForAnyValue:StringLike"), N, ASSUME, {}, ours(PATHS)),
    ("an outsider may be in none", star(PATHS, f"{OWN}/*", "ForAnyValue:StringLike"), V, ASSUME, {}, fails(f"ForAnyValue:StringLike on {PATHS}")),
    ("in no organization", star(ORG, EXT), V, ASSUME, {}, fails(f"StringEquals on {ORG}")),
    ("or in theirs", star(ORG, EXT), V, ASSUME, {ORG: EXT}, lets()),
    ("where the role is", star("aws:ResourceOrgPaths", "o/*", "ForAnyValue:StringLike"), ROLE, ASSUME, {},
     (None, None, "where the role is in its organization is not known: give aws:ResourceOrgPaths")),
    ("an account that is not the principal's", star(), ROLE, ASSUME, {"aws:PrincipalAccount": W}, other("aws:PrincipalAccount")),
    ("its own", star(), ROLE, ASSUME, {"aws:PrincipalAccount": V}, lets()),
    ("its own, in a list", star(), ROLE, ASSUME, {"aws:PrincipalAccount": [V]}, lets()),
    ("another ARN", star(), ROLE, ASSUME, {ARN: PATHED}, other(ARN)),
    ("the role's account", star("aws:ResourceAccount", M), ROLE, ASSUME, {}, lets()),
    ("the role's organization", star("aws:ResourceOrgID", OWN), ROLE, ASSUME, {}, lets()),
    ("today", policy(statement("*", {"DateGreaterThan": {NOW: "2026-11-19T23:59:59Z"}, "DateLessThan": {EPOCH: "2026-11-20T00:00:01Z"}})),
     ROLE, ASSUME, {}, lets()),
    ("a moment that is given", star(EPOCH, "2030-01-01T00:00:00Z", "DateGreaterThan"), ROLE, ASSUME, {NOW: "2031-01-01T00:00:00Z"}, lets()),
    ("by the other key", star(NOW, "2030-01-01T00:00:00Z", "DateGreaterThan"), ROLE, ASSUME, {EPOCH: "1956528000"}, lets()),
    ("a text that is none", star(EPOCH, "2030-01-01T00:00:00Z", "DateLessThan"), ROLE, ASSUME, {NOW: "soon"}, lets()),
    ("an issuer", policy(web(oidc(GITHUB))), GITHUB, WEB, {}, lets()),
    ("by its address", policy(web(oidc(GITHUB))), f"https://{GITHUB}", WEB, {}, lets()),
    ("by its ARN", policy(web(oidc(GITHUB))), oidc(GITHUB), WEB, {}, lets()),
    ("another one", policy(web(oidc(GITHUB))), EKS, WEB, {}, NOBODY),
    ("one that AWS knows", policy(web(GOOGLE)), GOOGLE, WEB, {}, lets()),
    ("a claim that each token has", policy(web(oidc(GITHUB), {"StringEquals": {f"{GITHUB}:sub": "a"}})), GITHUB, WEB, {}, asks(f"{GITHUB}:sub")),
    ("which is given", policy(web(oidc(GITHUB), {"StringEquals": {f"{GITHUB}:sub": "a"}})), GITHUB, WEB, {f"{GITHUB}:sub": "a"}, lets()),
    ("by which provider it comes", policy(web(oidc(GITHUB), {"StringEquals": {"aws:FederatedProvider": oidc(GITHUB)}})), GITHUB, WEB, {}, lets()),
    ("which SAML does not tell", policy(web(SAML, {"StringEquals": {"aws:FederatedProvider": SAML}}, Action=BY_SAML)), SAML, BY_SAML, {},
     fails("StringEquals on aws:FederatedProvider")),
    ("SAML", policy(web(SAML, Action=BY_SAML)), SAML, BY_SAML, {}, lets()),
    ("SAML by the action of OIDC", policy(web(SAML, Action=[WEB, BY_SAML])), SAML, WEB, {},
     (False, None, "a SAML provider takes roles by sts:AssumeRoleWithSAML alone")),
    ("OIDC by that of SAML", policy(web(oidc(GITHUB), Action=[WEB, BY_SAML])), GITHUB, BY_SAML, {},
     (False, None, "an OIDC provider takes roles by sts:AssumeRoleWithWebIdentity alone")),
    ("a number", star("aws:MultiFactorAuthAge", "60", "NumericLessThan"), ROLE, ASSUME, {"aws:MultiFactorAuthAge": 5}, lets()),
    ("a truth", star("aws:MultiFactorAuthPresent", "true", "Bool"), ROLE, ASSUME, {"aws:MultiFactorAuthPresent": True}, lets()),
    ("one of several", star("aws:TagKeys", "b", "ForAnyValue:StringEquals"), ROLE, ASSUME, {"aws:TagKeys": ["a", "b"]}, lets()),
    ("each of several", star("aws:TagKeys", "b", "ForAllValues:StringEquals"), ROLE, ASSUME, {"aws:TagKeys": ["a", "b"]},
     fails("ForAllValues:StringEquals on aws:TagKeys", "('a', 'b')")),
    ("a star that is meant as one", policy(named("a*?")), ROLE, ASSUME, {ID: "a*?"}, lets()),
    ("and is shown so", policy(named("a*?")), ROLE, ASSUME, {ID: "b*?"}, fails(ON_ID, "'b*?'")),
    ("in a list", star("aws:TagKeys", "a*", "ForAnyValue:StringEquals"), ROLE, ASSUME, {"aws:TagKeys": ["b", "a*"]}, lets()),
    ("shown so", star("aws:TagKeys", "c", "ForAnyValue:StringEquals"), ROLE, ASSUME, {"aws:TagKeys": ["b", "a*"]},
     fails("ForAnyValue:StringEquals on aws:TagKeys", "('b', 'a*')")),
    ("within a pattern", star(ID, "a*", "StringLike"), ROLE, ASSUME, {ID: "a*?"}, lets()),
    ("what a pattern escapes", star(ID, "a${*}b", "StringLike"), ROLE, ASSUME, {ID: "a*b"}, lets()),
    ("and nothing else", star(ID, "a${*}b", "StringLike"), ROLE, ASSUME, {ID: "axb"}, fails(f"StringLike on {ID}", "'axb'")),
    ("one key twice", star(), ROLE, ASSUME, {"aws:userid": "a", "AWS:userid": "b"}, (None, None, "the context gives 'aws:userid' twice")),
    ("a policy that is not understood", BROKEN, W, ASSUME, {}, (None, None, f"no Allow statement names it{NOT_ALL}")),
    ("though it lets in", BROKEN, V, ASSUME, {}, (None, 0, f"this statement lets it in{NOT_ALL}")),
    ("one that hides something", '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', V, ASSUME, {},
     (None, None, "'Version' is given twice in one object")),
    ("a name to be filled in", policy(statement({"AWS": "${Vendor}"})), V, ASSUME, {},
     (None, 0, "statement 0 names '${Vendor}': who that is cannot be told")),
]  # fmt: skip
ELSEWHERE: list[tuple[str, Scope, Any, str, Told]] = [
    ("our member, of two", TWO_ORGS, star(ORG, OWN), N, ours(ORG)),
    ("of none", NO_ORG, star(ORG, OWN), N, fails(f"StringEquals on {ORG}")),
    ("an outsider beside two", TWO_ORGS, star(ORG, OWN), V, fails(f"StringEquals on {ORG}")),
    ("the role's, of two", TWO_ORGS, star("aws:ResourceOrgID", OWN), ROLE, fails("StringEquals on aws:ResourceOrgID")),
    ("a role in none", NO_ORG, star("aws:ResourceOrgPaths", "o/*", "ForAnyValue:StringLike"), ROLE,
     fails("ForAnyValue:StringLike on aws:ResourceOrgPaths")),
]  # fmt: skip


@rows("why, document, principal, action, context, expected", ROWS)
def test_what_decides_one_request(
    why: str, document: Any, principal: str, action: str, context: dict[str, Any], expected: Told
) -> None:
    """Catches a request that is let in or refused by another statement than it is, or is sure too soon."""
    told = request(document, SCOPE, principal, action, context)
    assert (told.allowed, told.statement, told.reason) == expected, why
    assert (told.asked, told.witness) == (principal, None)


@rows("why, scope, document, principal, expected", ELSEWHERE)
def test_what_hangs_on_who_we_are(
    why: str, scope: Scope, document: Any, principal: str, expected: Told
) -> None:
    """Catches an organization of ours that is guessed."""
    told = request(document, scope, principal, ASSUME, {})
    assert (told.allowed, told.statement, told.reason) == expected, why


NO_TEXTS: list[tuple[str, Any]] = [
    ("an object", {"a": "b"}),
    ("an object in a list", ["a", {}]),
    ("a list in a list", [["a"]]),
    ("nothing", None),
    ("a number that is no id", 10**30),
]


@rows("why, value", NO_TEXTS)
def test_what_is_no_text_is_refused(why: str, value: Any) -> None:
    """Catches an answer about an empty text in place of what was given."""
    with pytest.raises(NoValue, match=f"^{ID} has no text or list of texts$"):
        request(OPEN, SCOPE, V, ASSUME, {ID: value})


NO_NAMES = [
    "x",
    "a b",
    "a b.c",
    f"arn:aws:iam::{V}:group/x",
    "*",
    "AROAEXAMPLEEXAMPLE123",
    "ec2",
    "a\nb.c",
    "",
]


@rows("text", NO_NAMES)
def test_what_names_nobody_is_refused(text: str) -> None:
    """Catches an answer about somebody whom the text does not name."""
    for action in (ASSUME, WEB):
        with pytest.raises(Unnamed) as error:
            request(star(), SCOPE, text, action, {})
        assert error.value.args == (text,)
