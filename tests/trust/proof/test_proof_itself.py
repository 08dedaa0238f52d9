"""An oracle that cannot fail proves nothing: wrong answers are caught, right ones are proved."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from checker.trust import Analysis, Grant, Principal, Problem, Scope, Witness
from checker.trust.model import Outcome
from tests.trust.proof import pools
from tests.trust.proof.generate import TODAY
from tests.trust.proof.pools import EXT, GITHUB, OWN, M, N, V, W, oidc
from tests.trust.proof.prove import Case

SCOPE = Scope(account=M, today=TODAY, organizations=frozenset([OWN]), own=frozenset([M, N]))
ALONE = Scope(account=M, today=TODAY, own=frozenset([M]))
ROLE, WEB, SAML = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
ACCOUNT = Principal(kind="account", partition="aws", account=V)
ANYONE = Principal(kind="anyone")
HUB = Principal(kind="federated", provider=GITHUB)


def allow(principal: Any, action: str = ROLE, **conditions: dict[str, Any]) -> dict[str, Any]:
    made = {"Effect": "Allow", "Principal": principal, "Action": action}
    blocks = {name.replace("_", ":"): block for name, block in conditions.items()}
    return made | ({"Condition": blocks} if blocks else {})


def deny(principal: Any, **conditions: dict[str, Any]) -> dict[str, Any]:
    return allow(principal, "sts:*", **conditions) | {"Effect": "Deny"}


def found(statements: list[dict[str, Any]], scope: Scope, *principals: Principal) -> set[str]:
    """The kinds of findings where the answer is these principals, with no witness needed."""
    document = {"Version": "2012-10-17", "Statement": statements}
    grants = tuple(
        Grant(principal=p, actions=(WEB if p.provider else ROLE,), statements=(0,))
        for p in principals
    )
    excuse = (Problem("too-complex", None, ""),)
    verdict = Case(document, scope, Analysis(grants=grants, problems=excuse)).verdict()
    return {f.kind for f in verdict.findings} | ({"unknown"} if verdict.unknown else set())


AWS, STAR = {"AWS": V}, "*"
OAUTH = {"Federated": oidc(GITHUB)}
TAG, OTHER = "aws:PrincipalTag/x", "aws:PrincipalTag/y"
SUB = f"{GITHUB}:sub"
SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"

LET_IN = {
    "a whole account": ([allow(AWS)], ACCOUNT),
    "anybody": ([allow(STAR)], ANYONE),
    "`aws` as `*`": ([allow({"AWS": "*"})], ANYONE),
    "the action is a pattern": ([allow(AWS, "sts:?ssumeRol*")], ACCOUNT),
    "external id": ([allow(AWS, StringEquals={"sts:ExternalId": "abc"})], ACCOUNT),
    "external id of two letters": ([allow(AWS, StringLike={"sts:ExternalId": "a?"})], ACCOUNT),
    "a pattern with a variable between wildcards": (
        [allow(AWS, StringLike={OTHER: f"*-${{{TAG}}}-*"}, StringEquals={TAG: "q"})],
        ACCOUNT,
    ),
    "a variable with a default": ([allow(AWS, StringEquals={TAG: f"${{{OTHER}, 'q'}}"})], ACCOUNT),
    "one key by another": ([allow(AWS, StringLike={"sts:ExternalId": f"x?${{{TAG}}}*"})], ACCOUNT),
    "a path in an organization": (
        [allow(STAR, ForAnyValue_StringLike={"aws:PrincipalOrgPaths": f"{EXT}/*"})],
        Principal(kind="organization", partition="aws", organization=EXT),
    ),
    "an organization's path without its end": (
        [allow(STAR, ForAnyValue_StringLike={"aws:PrincipalOrgPaths": f"{OWN}*"})],
        ANYONE,
    ),
    "ForAllValues holds of no value": (
        [allow(AWS, ForAllValues_StringEquals={"aws:TagKeys": "x"})],
        ACCOUNT,
    ),
    "IfExists holds of no value": (
        [allow(AWS, StringEqualsIfExists={"aws:PrincipalOrgID": OWN})],
        ACCOUNT,
    ),
    "two values of a list": (
        [
            allow(
                AWS,
                ForAnyValue_StringEquals={"aws:TagKeys": "a"},
                ForAnyValue_StringLike={"aws:TagKeys": "b*"},
            )
        ],
        ACCOUNT,
    ),
    "a Deny that a list escapes": (
        [
            allow(AWS, ForAnyValue_StringEquals={"aws:TagKeys": "a"}),
            deny(STAR, ForAllValues_StringEquals={"aws:TagKeys": "a"}),
        ],
        ACCOUNT,
    ),
    "spoofed path": (
        [allow(STAR, StringLike={"aws:PrincipalArn": f"*:{M}:*"})],
        ANYONE,
    ),
    "outside a network": ([allow(AWS, NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})], ACCOUNT),
    "after a date": (
        [allow(AWS, DateGreaterThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"})],
        ACCOUNT,
    ),
    "a year": ([allow(AWS, DateLessThan={"aws:CurrentTime": "2030"})], ACCOUNT),
    "a number between two": (
        [
            allow(
                AWS,
                NumericLessThan={"sts:DurationSeconds": "901"},
                NumericGreaterThan={"sts:DurationSeconds": "899"},
            )
        ],
        ACCOUNT,
    ),
    "any other case": (
        [allow(AWS, StringEqualsIgnoreCase={TAG: "QA"}, StringNotEquals={TAG: "QA"})],
        ACCOUNT,
    ),
    "a Deny of one network": (
        [allow(AWS), deny(STAR, IpAddress={"aws:SourceIp": "::/0"})],
        ACCOUNT,
    ),
    "a Deny of one role": ([allow(AWS), deny({"AWS": f"arn:aws:iam::{V}:role/x"})], ACCOUNT),
    "a Deny with NotPrincipal": (
        [allow(AWS), {"Effect": "Deny", "NotPrincipal": AWS, "Action": "*"}],
        ACCOUNT,
    ),
    "a Deny of a key that STS never carries": (
        [allow(AWS), deny(STAR, StringEquals={"kms:CallerAccount": V})],
        ACCOUNT,
    ),
    "a repository": ([allow(OAUTH, WEB, StringLike={SUB: "repo:acme/*"})], HUB),
    "an issuer that ends in /": (
        [allow({"Federated": oidc(pools.ENTRA)}, WEB, StringEquals={f"{pools.ENTRA}:aud": "x"})],
        Principal(kind="federated", provider=pools.ENTRA.rstrip("/")),
    ),
    "a tenant by the session's name": (
        [allow({"Federated": oidc(SENTINEL)}, WEB, StringEquals={"sts:RoleSessionName": "ws-1"})],
        Principal(kind="federated", provider=SENTINEL, claims={"sts:RoleSessionName": ("ws-1",)}),
    ),
    "a session by its ARN": (
        [allow({"AWS": f"arn:aws:sts::{V}:assumed-role/app/alice"})],
        Principal(
            kind="principal",
            partition="aws",
            account=V,
            arn=f"arn:aws:sts::{V}:assumed-role/app/alice",
        ),
    ),
    "a service for an outside account": (
        [
            allow(
                {"Service": "sns.amazonaws.com"}, ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{V}:*"}
            )
        ],
        Principal(kind="service", service="sns.amazonaws.com", source=V),
    ),
}


@pytest.mark.parametrize("name", LET_IN)
def test_silence_is_caught_and_the_right_grant_is_proved(name: str) -> None:
    """Each lets an outsider in: no grant is a miss, the right grant is neither miss nor alarm."""
    statements, principal = LET_IN[name]
    assert found(statements, SCOPE) == {"missed"}
    assert found(statements, SCOPE, principal) == set()


NOBODY: dict[str, list[dict[str, Any]]] = {
    "own accounts": [allow({"AWS": [M, N]})],
    "the own organization": [allow(STAR, StringEquals={"aws:PrincipalOrgID": OWN})],
    "the own organization's paths": [
        allow(STAR, ForAnyValue_StringLike={"aws:PrincipalOrgPaths": f"{OWN}/*"})
    ],
    "the own organization, by a variable": [
        allow(STAR, StringEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"})
    ],
    "an account id with a wildcard taken literally": [
        allow(STAR, StringEquals={"aws:PrincipalAccount": "9999*"})
    ],
    "an account id that is none": [allow(STAR, StringLike={"aws:PrincipalAccount": "99999999999"})],
    "an external id of one letter": [allow(AWS, StringLike={"sts:ExternalId": "?"})],
    "a date that has passed": [allow(AWS, DateLessThan={"aws:CurrentTime": "2020-01-01"})],
    "one time by two clocks": [
        allow(
            AWS,
            DateGreaterThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"},
            DateLessThan={"aws:EpochTime": "1830000000"},
        )
    ],
    "a root user": [allow(STAR, ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{V}:root"})],
    "nobody unsigned": [
        allow(STAR, ArnLikeIfExists={"aws:PrincipalArn": f"arn:aws:iam::{M}:role/*"}),
        deny(STAR, Bool={"aws:PrincipalIsAWSService": "true"}),
    ],
    "no session name": [allow(AWS, Null={"sts:RoleSessionName": "true"})],
    "an MFA age without MFA": [
        allow(
            AWS,
            Null={"aws:MultiFactorAuthPresent": "true"},
            NumericLessThan={"aws:MultiFactorAuthAge": "60"},
        )
    ],
    "no network holds both": [
        allow(
            AWS,
            IpAddress={"aws:SourceIp": "10.1.0.0/16"},
            NotIpAddress={"aws:SourceIp": "10.0.0.0/8"},
        )
    ],
    "two values of one": [
        allow(AWS, StringLike={TAG: ["a*", "b*"]}, StringNotLike={TAG: ["*a", "?*"]})
    ],
    "a pattern and its complement": [
        allow(AWS, StringLike={TAG: f"*${{{OTHER}}}*"}, StringNotLike={TAG: f"*${{{OTHER}}}*"})
    ],
    "a Deny of all but us": [
        allow(STAR),
        deny(STAR, StringNotEqualsIfExists={"aws:PrincipalOrgID": OWN}),
    ],
    "a Deny of the account": [allow({"AWS": f"arn:aws:iam::{V}:role/x"}), deny(AWS)],
    "a key of another service": [allow(STAR, StringLike={"kms:CallerAccount": "*"})],
    "an external id of a token": [allow(OAUTH, WEB, StringEquals={"sts:ExternalId": "abc"})],
    "another issuer's claim": [allow(OAUTH, WEB, StringEquals={"accounts.google.com:sub": "x"})],
    "a deleted principal": [allow({"AWS": pools.UNIQUE})],
    "TagSession alone": [allow(AWS, "sts:TagSession")],
    "a claim that is always there": [allow(OAUTH, WEB, Null={SUB: "true"})],
}


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_proved_and_an_alarm_is_caught(name: str) -> None:
    """Each lets no outsider in: no grant is proved right, a grant is a false alarm."""
    assert found(NOBODY[name], SCOPE) == set()
    principal = HUB if name.startswith(("an external id of a", "another", "a claim")) else ACCOUNT
    document = {"Version": "2012-10-17", "Statement": NOBODY[name]}
    action = WEB if principal is HUB else ROLE
    grant = Grant(principal=principal, actions=(action,), statements=(0,))
    kinds = {f.kind for f in Case(document, SCOPE, Analysis(grants=(grant,))).verdict().findings}
    assert kinds == {"refused-witness", "false-alarm"}


TOO_NARROW = {
    "one account of two": ([allow({"AWS": [V, W]})], ACCOUNT),
    "an account for anybody": ([allow(STAR)], ACCOUNT),
    "anybody but one who is let in": ([allow(STAR)], Principal(kind="anyone", excepted=(V,))),
    "a pattern that leaves one out": (
        [allow(STAR, StringLike={"aws:PrincipalAccount": "99*"})],
        Principal(kind="anyone", pattern="999*"),
    ),
    "a role for its account": (
        [allow(AWS)],
        Principal(kind="principal", partition="aws", account=V, arn=f"arn:aws:iam::{V}:role/*"),
    ),
    "an organization for all": (
        [allow(STAR)],
        Principal(kind="organization", partition="aws", organization=EXT),
    ),
    "a claim that nothing asks for": (
        [allow(OAUTH, WEB, StringEqualsIfExists={f"{GITHUB}:environment": "prod"})],
        msgspec.structs.replace(HUB, claims={"environment": ("prod",)}),
    ),
    "a claim too narrow": (
        [allow(OAUTH, WEB, StringLike={SUB: "repo:acme*"})],
        msgspec.structs.replace(HUB, claims={"sub": ("repo:acme/*",)}),
    ),
    "a source that nothing asks for": (
        [allow({"Service": "sns.amazonaws.com"})],
        Principal(kind="service", service="sns.amazonaws.com", source=V),
    ),
    "another service": (
        [allow({"Service": ["sns.amazonaws.com", "ec2.amazonaws.com"]})],
        Principal(kind="service", service="sns.amazonaws.com"),
    ),
    "another provider": (
        [allow({"Federated": [oidc(GITHUB), "accounts.google.com"]}, WEB)],
        HUB,
    ),
}


@pytest.mark.parametrize("name", TOO_NARROW)
def test_a_grant_that_covers_too_few_is_a_miss(name: str) -> None:
    """Each answer names somebody who is let in, and leaves somebody out."""
    statements, principal = TOO_NARROW[name]
    assert found(statements, SCOPE, principal) == {"missed"}


def test_an_account_in_no_organization() -> None:
    """Its role has no aws:ResourceOrgID, so what asks for its absence lets anybody in."""
    assert found([allow(STAR, Null={"aws:ResourceOrgID": "true"})], ALONE) == {"missed"}
    assert found([allow(STAR, Null={"aws:ResourceOrgID": "true"})], SCOPE) == set()


def witness(**changes: Any) -> Witness:
    context = {
        "aws:PrincipalAccount": V,
        "aws:PrincipalArn": f"arn:aws:iam::{V}:role/w",
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": "AROA0123456789ABCDEFG:session",
        "sts:ExternalId": "abc",
    }
    changed = {k: v for k, v in (context | changes).items() if v is not None}
    return Witness(f"arn:aws:iam::{V}:role/w", ROLE, changed)


WITNESSES = {
    "right": (witness(), set()),
    "not allowed": (witness(**{"sts:ExternalId": "abd"}), {"refused-witness"}),
    "without a key that is asked for": (witness(**{"sts:ExternalId": None}), {"refused-witness"}),
    "an external id that AWS refuses": (
        witness(**{"sts:ExternalId": "a*c"}),
        {"unrealistic-witness"},
    ),
    "another account than the ARN's": (
        witness(**{"aws:PrincipalAccount": W}),
        {"unrealistic-witness", "refused-witness"},
    ),
    "a key that STS never carries": (witness(**{"kms:CallerAccount": V}), {"unrealistic-witness"}),
    "MFA's age without MFA": (witness(**{"aws:MultiFactorAuthAge": "60"}), {"unrealistic-witness"}),
    "a session name too short": (
        witness(**{"aws:userid": "AROA0123456789ABCDEFG:s"}),
        {"unrealistic-witness"},
    ),
    "a member of ours": (witness(**{"aws:PrincipalOrgID": OWN}), {"refused-witness"}),
}


@pytest.mark.parametrize("name", WITNESSES)
def test_a_wrong_witness_is_caught(name: str) -> None:
    """A witness is replayed: it must be allowed, realistic, an outsider, and of its own grant."""
    made, wanted = WITNESSES[name]
    statements = [allow(AWS, StringLike={"sts:ExternalId": "a?c"})]
    document = {"Version": "2012-10-17", "Statement": statements}
    grant = Grant(
        principal=ACCOUNT,
        actions=(ROLE,),
        external_id="pattern",
        statements=(0,),
        witness=made,
    )
    assert {
        f.kind for f in Case(document, SCOPE, Analysis(grants=(grant,))).verdict().findings
    } == wanted


OUTCOMES = {
    "inert, and it is": ("own accounts", "inert", set()),
    "inert, and an account is named": (None, "inert", {"wrong-outcome"}),
    "denied, and it is": ("a Deny of the account", "denied", set()),
    "inert, and only a Deny keeps them out": ("a Deny of the account", "inert", {"wrong-outcome"}),
    "denied, and no Deny is there": (None, "denied", {"wrong-outcome"}),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_wrong_reason_for_an_absence_is_caught(name: str) -> None:
    """An Allow is inert where it lets in nobody whatever the Denies say, and denied where they do."""
    policy, outcome, wanted = OUTCOMES[name]
    statements = NOBODY[policy] if policy else [allow(AWS)]
    document = {"Version": "2012-10-17", "Statement": statements}
    told = (Outcome(0, "Allow", outcome, ""),)
    grants = () if policy else (Grant(principal=ACCOUNT, actions=(ROLE,), witness=witness()),)
    analysis = Analysis(grants=grants, statements=told)
    assert {f.kind for f in Case(document, SCOPE, analysis).verdict().findings} == wanted


EXTERNAL_IDS = {
    "required, and it is": ({"StringEquals": {"sts:ExternalId": "abc"}}, "required", set()),
    "required in any case": (
        {"StringEqualsIgnoreCase": {"sts:ExternalId": "ABC"}},
        "required",
        set(),
    ),
    "required, and any that fits will do": (
        {"StringLike": {"sts:ExternalId": "a*"}},
        "required",
        {"wrong-external-id"},
    ),
    "a pattern, and it is": ({"StringLike": {"sts:ExternalId": "a*"}}, "pattern", set()),
    "a pattern, and none will do": (
        {"StringLikeIfExists": {"sts:ExternalId": "a*"}},
        "pattern",
        {"wrong-external-id"},
    ),
    "none, and one is needed": (
        {"StringEquals": {"sts:ExternalId": "abc"}},
        "none",
        {"wrong-external-id"},
    ),
    "none, though the witness has one": (
        {"StringEqualsIfExists": {"sts:ExternalId": "abc"}},
        "none",
        set(),
    ),
}


@pytest.mark.parametrize("name", EXTERNAL_IDS)
def test_a_wrong_external_id_is_caught(name: str) -> None:
    """What a grant says of the external id is the weakest that its requests may have."""
    conditions, external_id, wanted = EXTERNAL_IDS[name]
    document = {"Version": "2012-10-17", "Statement": [allow(AWS, **conditions)]}
    grant = Grant(principal=ACCOUNT, actions=(ROLE,), external_id=external_id, witness=witness())
    analysis = Analysis(grants=(grant,))
    assert {f.kind for f in Case(document, SCOPE, analysis).verdict().findings} == wanted
