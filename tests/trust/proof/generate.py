"""Random policies, hostile ones among them; the same for the same seed.

Each seed has one condition key of its own, in turn, so that all occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from checker.trust import Provider, Scope
from checker.trust.texts.keys import SPELLING
from tests.trust.proof.pools import (
    ARNS,
    CLAIM_KEYS,
    ENTRA,
    GITHUB,
    OIDC_PROVIDERS,
    OWN,
    SAML_PROVIDERS,
    SENTINEL,
    SERVICES,
    SESSION_ARN,
    UNIQUE,
    VARIABLES,
    M,
    N,
    V,
    W,
    arn_with_variable,
    oidc,
    pool,
    saml,
    with_variable,
)
from tests.trust.proof.world import ACTIONS, AWS, OIDC, SAML, SERVICE, key_of, unknown

TAGS = (
    "aws:PrincipalTag/team",
    "aws:RequestTag/team",
    "aws:ResourceTag/env",
    "iam:ResourceTag/env",
)
OTHERS = ("sts:RequestContext/x", "foo:bar")
ALL_KEYS = (*sorted(SPELLING.values()), *TAGS, *OTHERS, *CLAIM_KEYS)
POPULAR = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "sts:ExternalId",
    "aws:PrincipalTag/team",
    "aws:SourceAccount",
    "aws:SourceIp",
    "aws:userid",
    "aws:CurrentTime",
    "aws:EpochTime",
    "sts:DurationSeconds",
    "aws:MultiFactorAuthAge",
)
_COMPARE = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
_CASELESS = ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
_ARN = ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike")
OPERATORS = {
    "text": (*_TEXT, *_TEXT, *_CASELESS),
    "arn": (*_TEXT, *_ARN, *_ARN),
    "number": tuple(f"Numeric{c}" for c in _COMPARE),
    "date": tuple(f"Date{c}" for c in _COMPARE),
    "bool": ("Bool", "Bool", "StringEquals", "StringNotEquals"),
    "ip": ("IpAddress", "NotIpAddress"),
}
DATES = ("2020-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "2030-01-01", "2030", "1830000000")
NETWORKS = ("203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "10.0.0.0/8", "2001:db8::/32", "::/0")
TODAY = date(2026, 11, 20)


def scope(random: Random) -> Scope:
    issuers = (GITHUB, ENTRA, SENTINEL, "idp.example.com")
    records = {oidc(i): Provider(oidc(i), "oidc", i) for i in issuers}
    records[saml("okta")] = Provider(saml("okta"), "saml", "http://www.okta.com/exk1")
    records[saml("adfs")] = Provider(saml("adfs"), "saml", None)
    known = random.random() < 0.5
    return Scope(
        account=M,
        today=TODAY,
        organizations=frozenset(random.choice([[OWN]] * 6 + [[], [], [OWN, "o-two1234567"]])),
        own=frozenset([M, N]),
        providers=records if known else {},
        all_providers=known and random.random() < 0.5,
        live=random.random() < 0.9,
    )


@dataclass(frozen=True)
class Mood:
    """How hostile a policy is: conditions on one key, and values with variables."""

    conditions: tuple[int, ...] = (1, 1, 1, 2)
    variables: float = 0.2
    statements: tuple[int, ...] = (1, 1, 2, 2, 3)


CALM, HOSTILE = Mood(), Mood((1, 2, 2, 3), 0.5)
STORM = Mood((1, 1, 2), 0.1, (3, 4, 5, 6))


def policy(seed: int) -> tuple[dict[str, Any], Scope]:
    random = Random(seed)
    main = ALL_KEYS[seed % len(ALL_KEYS)]
    mood = random.choice((CALM, CALM, HOSTILE, STORM))
    caller = _caller_for(main, random)
    keys = [main, *random.sample(_more_keys(caller), random.choice((0, 1, 1, 2)))]
    if mood is HOSTILE:  # two keys at most, and what variables read
        keys = [*keys[:2], random.choice(sorted(VARIABLES))]
    count = random.choice(mood.statements)
    made = [_statement(i, caller, keys, mood, random) for i in range(count)]
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": made}
    if random.random() < 0.05:
        del document["Version"]
    return document, scope(random)


def _caller_for(key: str, random: Random) -> str:
    known = key_of(key.lower())
    on = [c for c in (AWS, SERVICE, OIDC, SAML) if known.on(c)] or [AWS]
    return random.choice([*on, *[c for c in on if c == AWS] * 4])


def _more_keys(caller: str) -> list[str]:
    if caller == OIDC:
        return [*CLAIM_KEYS, "sts:RoleSessionName", "aws:PrincipalAccount", "aws:FederatedProvider"]
    if caller == SAML:
        return [k for k in ALL_KEYS if k.startswith("saml:")] + ["sts:RoleSessionName"]
    if caller == SERVICE:
        return [k for k in ALL_KEYS if k.startswith("aws:Source")] + ["aws:PrincipalIsAWSService"]
    return [
        *POPULAR,
        *TAGS,
        "sts:RoleSessionName",
        "aws:PrincipalType",
        "aws:ResourceOrgID",
        "foo:bar",
    ]


def _statement(i: int, caller: str, keys: list[str], mood: Mood, random: Random) -> dict[str, Any]:
    allow = i == 0 or random.random() < 0.4
    made: dict[str, Any] = {"Effect": "Allow" if allow else "Deny"}
    made |= _principal(caller, allow, random)
    if not allow and random.random() < 0.12:
        made["NotAction"] = random.choice(["sts:TagSession", ["sts:AssumeRoleWith*"]])
    else:
        action = ACTIONS[caller]
        made["Action"] = random.choice(
            [action, action, action, [action, "sts:TagSession"], "sts:*", action[:-3] + "*"]
        )
    conditions = _conditions(keys, i == 0, mood, random)
    return made | ({"Condition": conditions} if conditions else {})


def _principal(caller: str, allow: bool, random: Random) -> dict[str, Any]:
    if not allow and random.random() < 0.1:
        return {
            "NotPrincipal": {"AWS": random.choice([[V], [ARNS[0]], [f"arn:aws:iam::{M}:root", V]])}
        }
    if random.random() < (0.45 if allow else 0.7):
        return {"Principal": random.choice(["*", "*", {"AWS": "*"}])}
    if caller == SERVICE:
        return {"Principal": {"Service": random.choice([*SERVICES, list(SERVICES[:2])])}}
    if caller == OIDC:
        return {
            "Principal": {"Federated": random.choice([*OIDC_PROVIDERS, list(OIDC_PROVIDERS[3:5])])}
        }
    if caller == SAML:
        return {"Principal": {"Federated": random.choice(SAML_PROVIDERS)}}
    named = (V, f"arn:aws:iam::{V}:root", [V, W], [M, V], *ARNS, SESSION_ARN, UNIQUE, M)
    return {"Principal": {"AWS": random.choice(named)}}


def _conditions(keys: list[str], main: bool, mood: Mood, random: Random) -> dict[str, Any]:
    made: dict[str, dict[str, Any]] = {}
    for key in keys:
        if not main and random.random() < 0.35:
            continue
        for _ in range(random.choice(mood.conditions)):
            operator, values = _condition(key, mood, random)
            if key not in made.setdefault(operator, {}):
                made[operator][key] = values
    return {operator: block for operator, block in made.items() if block}


def _condition(key: str, mood: Mood, random: Random) -> tuple[str, Any]:
    name = key.lower()
    if random.random() < 0.12:
        return "Null", random.choice(["true", "false"])
    known = key_of(name)
    arn = name == "aws:principalarn" or (
        known.kind == "text" and "arn" in name and known.domain.startswith("arn:")
    )
    base = random.choice(OPERATORS["arn" if arn else known.kind])
    if name == "aws:epochtime" and random.random() < 0.5:
        base = base.replace("Date", "Numeric")
    if name.startswith("aws:principaltag/") and random.random() < 0.15:
        return "BinaryEquals", "YWxwaGE="
    values = [_value(name, base, mood, random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    return _modified(name, base, random), values[0] if len(values) == 1 else values


def _modified(name: str, base: str, random: Random) -> str:
    many = key_of(name).many or unknown(name)
    if random.random() < (0.8 if many else 0.12):
        base = random.choice(["ForAllValues:", "ForAnyValue:"]) + base
    return base + ("IfExists" if random.random() < 0.2 else "")


def _value(name: str, base: str, mood: Mood, random: Random) -> str:
    if base.startswith("Numeric"):
        return random.choice(
            ("1830000000", "1767225600.5") if "epoch" in name else ("60", "900", "3600", "899.5")
        )
    if base.startswith("Date"):
        return random.choice(DATES)
    if "IpAddress" in base:
        return random.choice(NETWORKS)
    exact, patterns = pool(name)
    if base == "Bool" or key_of(name).kind == "bool":
        return random.choice(exact)
    like = "Like" in base or base.startswith("Arn")
    if base.startswith("Arn"):
        if name in ("aws:principalarn", "aws:sourcearn") and random.random() < mood.variables:
            return arn_with_variable(name, random)
        return random.choice([v for v in exact + patterns if v.count(":") >= 5])
    if "IgnoreCase" in base:
        return random.choice([v.upper() for v in exact] + exact)
    if random.random() < mood.variables:
        return with_variable(name, like, random)
    return random.choice(exact + patterns if like else exact + exact + patterns[:1])
