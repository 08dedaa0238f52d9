"""All that is said of every document of the tables here, and of some made by chance, in a file.

The tables say who is let in; this holds the rest still: how much each grant needs, what is said to
be wrong, what each statement does and why, and what is answered of one that is asked about. Whoever
changes a line on purpose writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import msgspec

import checker.trust.proof.completion as completion
import checker.trust.search.decide as decide
import tests.trust.test_absence as absence
import tests.trust.test_cases as cases
import tests.trust.test_federation_cases as federation
import tests.trust.test_found as found
from checker.trust import analyze
from checker.trust.analysis import days
from checker.trust.answers.ask import request, who
from checker.trust.budget import Budget
from checker.trust.document.operators import OPERATORS
from checker.trust.document.parse import Policy, parse
from checker.trust.model import Analysis, Scope, Witness
from checker.trust.search.decide import Decider
from checker.trust.search.hits import Hit
from tests.support.rows import rows
from tests.trust.random_policies import random_policy
from tests.trust.support import (
    COGNITO,
    EXT,
    GITHUB,
    OWN,
    SAML,
    SCOPE,
    M,
    N,
    V,
    W,
    compact,
    deny,
    oidc,
    policy,
    role,
    statement,
)
from tests.trust.test_fuzz import NONSENSE

GOLDEN = Path(__file__).with_name("golden.jsonl")
BY_CHANCE = 300
ASKED = (V, W, M, role(V), f"arn:aws:iam::{V}:user/team/bob", f"arn:aws:sts::{V}:assumed-role/x/ci",
         EXT, OWN, "ec2.amazonaws.com", GITHUB, COGNITO)  # fmt: skip
ELSEWHERE = {
    "a template": msgspec.structs.replace(SCOPE, live=False),
    "nobody listed": msgspec.structs.replace(SCOPE, own=frozenset(), organizations=frozenset()),
    "two organizations": msgspec.structs.replace(SCOPE, organizations=frozenset({OWN, "o-two7654321"})),
    "no providers": msgspec.structs.replace(SCOPE, providers={}, all_providers=False),
    "China": msgspec.structs.replace(SCOPE, partition="aws-cn"),
}  # fmt: skip
"""Other "we"s."""


def documents() -> Iterator[tuple[str, Any, Scope]]:
    """Each with its place: table and row."""
    seen: set[int] = set()
    for module in (cases, federation, found, absence):
        for table, listed in vars(module).items():
            for at, row in enumerate(listed if isinstance(listed, list) else ()):
                fields = row if isinstance(row, tuple) else getattr(row, "__dict__", {}).values()
                more = getattr(row, "scope", {})
                for one in fields:
                    if isinstance(one, dict) and "Statement" in one and id(one) not in seen:
                        seen.add(id(one))
                        name = f"{module.__name__.rpartition('_')[2]} {table} {at}"
                        whole = isinstance(more, Scope)
                        yield name, one, more if whole else msgspec.structs.replace(SCOPE, **more)
    for at in range(BY_CHANCE):
        yield f"chance {at}", random_policy(Random(f"golden {at}")), SCOPE
    for why, scope in ELSEWHERE.items():
        for at in range(20):
            yield f"{why} {at}", random_policy(Random(f"golden {why} {at}")), scope


def granted(analysis: Analysis) -> list[Any]:
    return [
        [compact(one.principal), *one.actions, one.external_id,
         *["network"] * one.network_limited, list(one.statements)]
        for one in analysis.grants
    ]  # fmt: skip


def said(name: str, document: Any, scope: Scope) -> dict[str, Any]:
    """`proved`: what the proof finds without the search, where that is told otherwise."""
    analysis = analyze(document, scope)
    with mock.patch.object(decide, "Budget", lambda: Budget(0)):
        proved = granted(analyze(document, scope, reasons=False))
    asked = () if name.startswith(("allow", "deny")) else ASKED
    answers = {one: who(document, scope, one) for one in asked}
    named = {one: a for one, a in answers.items() if not a.reason.startswith("no Allow statement")}
    return {
        "grants": granted(analysis),
        "proved": proved if proved != granted(analysis) else None,
        "problems": [[one.code, one.statement, one.message] for one in analysis.problems],
        "statements": [[one.outcome, one.reason] for one in analysis.statements],
        "bound": analysis.account_bound,
        "who": {one: [a.allowed, a.statement, a.reason] for one, a in named.items()},
        "shown": [shown(one.witness) for one in analysis.grants],
        "done": done(document, scope, [answers[one].witness for one in asked]),
    }


def shown(witness: Witness | None) -> list[Any] | None:
    return witness and [witness.principal, witness.context]


def done(document: Any, scope: Scope, proofs: list[Witness | None]) -> list[Any]:
    """What an answer does not show: the steps that search and proof leave of their budgets, which
    are the same whatever was asked before; and digests of all that is read, of what the search
    finds by itself and of the requests that prove what is asked."""
    decider = Decider(parse(document, scope.partition, scope.live, days(scope)), scope, days(scope))
    hits = decider.hits()
    left = decider.budget.steps
    with mock.patch.object(decider, "hits", lambda: hits):
        told = [hit(one) for one in hits]
        completion.complete(decider)
    return [left, decider.words.budget.steps, *map(digest, (read(decider.policy), told, proofs))]


def hit(one: Hit) -> list[Any]:
    needs = one.external_id, one.loose, one.network_limited
    return [one.statement, one.action, one.principal, needs, one.witness]


def read(policy: Policy) -> list[Any]:
    return [
        [one.index, one.allow, one.who, one.actions,
         [[each.key, each.operator.name, each.operands, each.absent, sorted(each.variables),
           each.weight, sorted(each.exact or ()), each.strict] for each in one.conditions]]
        for one in (*policy.allows, *policy.denies)
    ]  # fmt: skip


def digest(of: Any) -> str:
    return sha256(repr(of).encode()).hexdigest()[:10]


CONDITIONS = {
    "aws:PrincipalTag/a": ["x", "Y*", "7"],
    "aws:PrincipalAccount": [V, "8*"],
    "aws:PrincipalArn": [role(V), f"arn:aws:iam::{W}:user/*"],
    "aws:CurrentTime": ["2030", "2027-01-01T00:00:00Z", "1900000000"],
    "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"],
    "aws:MultiFactorAuthPresent": ["true"],
    "aws:TagKeys": ["a", "b?"],
}


def operators() -> Iterator[tuple[str, Any, Scope]]:
    """Each operator in an Allow and in a Deny, on keys of every kind."""
    for place, name in enumerate(OPERATORS):
        for at, (key, values) in enumerate(CONDITIONS.items()):
            before = ("", "ForAnyValue:", "ForAllValues:")[(place + at) % 3]
            after = ("", "IfExists")[(place + at // 2) % 2 and name != "null"]
            condition = {f"{before}{name}{after}": {key: values}}
            label = f"{before}{name}{after} {key}"
            yield f"allow {label}", policy(statement({"AWS": V}, condition)), SCOPE
            yield f"deny {label}", policy(statement({"AWS": V}), deny("*", condition)), SCOPE


A, B, TAG = "aws:PrincipalTag/a", "aws:PrincipalTag/b", "${aws:PrincipalTag/a}"
OR_X = "${aws:PrincipalTag/a, 'x'}"
UNIQUE = {"StringLike": {"aws:userid": "AROAEXAMPLEEXAMPLE123:*"}}
ONE_ROLE = {"ArnEquals": {"aws:PrincipalArn": role(V)}}
ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    *((who, UNIQUE) for who in ("*", {"AWS": V}, {"AWS": role(V)})),
    ("*", {**UNIQUE, "StringEquals": {"aws:PrincipalAccount": V}}),
    ({"AWS": V}, {"StringEquals": {B: TAG, A: "y"}}),
    ({"AWS": V}, {"StringEquals": {B: OR_X, A: "y"}}),
    ({"AWS": V}, {"StringEquals": {B: OR_X}, "Null": {A: "true"}}),
    ({"AWS": V}, {"StringEquals": {B: TAG}, "Null": {A: "true"}}),
    ({"AWS": V}, {"StringEquals": {B: TAG, A: ["y", "z"]}, "StringNotEquals": {B: "y"}}),
    ({"AWS": V}, {"StringEquals": {B: [TAG, "w"]}, "StringNotLike": {A: "*"}}),
    ({"AWS": V}, {"StringNotEquals": {B: TAG}, "StringLike": {A: "y*", B: "y*"}}),
    ("*", {"StringLike": {"aws:PrincipalAccount": "9999*"}, "StringEquals": {B: TAG, A: "y"}}),
    ("*", {"StringEquals": {"aws:PrincipalAccount": V, "aws:username": "Bob"}}),
    ("*", {"StringEqualsIgnoreCase": {"aws:username": "bob"}, "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{V}:user/*"}}),
    ({"AWS": V}, {"StringEquals": {"aws:PrincipalType": "AssumedRole", "aws:userid": "x"}}),
    ({"AWS": V}, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}),
    ({"AWS": V}, {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "::/0"]}}),
    ({"AWS": V}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
    ({"AWS": V}, {"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"}}),
    ({"AWS": V}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}, "Bool": {"aws:MultiFactorAuthPresent": "false"}}),
    ({"AWS": V}, {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}, "DateGreaterThan": {"aws:EpochTime": "1830000000"}}),
    ({"AWS": V}, {"StringLike": {"sts:ExternalId": ["a*", "*"]}}),
    ({"AWS": V}, {"StringLike": {"sts:ExternalId": ["a*", "b?"]}}),
    ({"AWS": V}, {"StringEqualsIfExists": {"sts:ExternalId": "abc"}}),
    ({"AWS": V}, {"Null": {"sts:ExternalId": "false"}}),
    ({"AWS": [V, W, role(W)]}, {"StringEquals": {"sts:ExternalId": "abc"}}),
    ({"Service": ["ec2.amazonaws.com", "sns.amazonaws.com"]}, {"StringEquals": {"aws:SourceAccount": [M, V]}}),
    ({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceOrgID": [OWN, EXT]}}),
    ({"Service": "sns.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{V}:topic"}}),
    ({"Service": "sns.amazonaws.com"}, {"StringEqualsIfExists": {"aws:SourceAccount": M}}),
    ({"AWS": V, "Service": "sns.amazonaws.com"}, {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
    ({"AWS": [f"arn:aws:iam::{V}:user/bob", role(W)]}, {"StringEquals": {A: "${aws:username}", "sts:ExternalId": "abc"}}),
    ({"AWS": [role(W), f"arn:aws:iam::{V}:user/bob"]}, {"StringEquals": {A: "${aws:username}", "sts:ExternalId": "abc"}}),
    ({"AWS": [V, W]}, {"StringEquals": {A: "${aws:PrincipalAccount}", "sts:ExternalId": "abc"}}),
    ({"AWS": [V, W]}, {"StringEquals": {"aws:PrincipalAccount": TAG}, "StringLike": {A: "99999*"}}),
    *(("*", {"StringEquals": {"aws:PrincipalType": "FederatedUser"}, "StringLike": {"aws:userid": f"{account}:b*"}, "ArnLike": {"aws:PrincipalArn": f"arn:aws:sts::{arn}:federated-user/{name}"}})
      for account, arn, name in (("*", "*", "*"), ("*", "*", "*b"), (V, "*", "*"), ("*", V, "*"), (V, W, "*"), ("*", "*", "a*"), ("*", "*", "?ob"))),
    *(("*", {one: {key: TAG}, other: {key: but}}) for key in (B, "odd:Key", "aws:TagKeys") for one, other, but in (("StringEquals", "StringNotEquals", TAG), ("StringEquals", "StringNotEquals", "${aws:username}"), ("StringLike", "StringNotEquals", TAG), ("ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals", TAG))),
    *(("*", {"StringEquals": {B: [f"v{n}" for n in range(count)], A: "${aws:PrincipalTag/b}"}, "StringNotEquals": {A: "v0"}}) for count in (31, 32, 33)),
    *(({"AWS": V}, {operator: {key: text}}) for operator in ("StringLike", "StringNotLike", "StringEquals") for key, text in (("aws:userid", "*${aws:userid}*"), (A, f"{TAG}*"), (A, [f"x{TAG}", TAG]))),
    *(("*", {"StringLike": {"aws:PrincipalServiceName": one}, f"{of}:StringLike": {"aws:PrincipalServiceNamesList": other}}) for of in ("ForAnyValue", "ForAllValues") for one, other in (("s*.amazonaws.com", "*x*"), ("s*", ["sns.*", "ec2.*"]), ("*", "odd"))),
    *(("*", condition) for condition in (
        {"ForAnyValue:StringLike": {"aws:VpceOrgPaths": f"{EXT}/r-ab12/ou-a*"}, "ForAnyValue:StringEquals": {"aws:VpceOrgPaths": f"{EXT}/r-ab12/"}}, {"ForAllValues:StringLike": {"aws:VpceOrgPaths": f"{EXT}/*"}}, {"StringEquals": {"aws:VpceOrgID": EXT}},
        {"StringEquals": {"aws:VpceOrgID": EXT}, "ForAnyValue:StringLike": {"aws:VpceOrgPaths": f"{OWN}/*"}}, {"StringEquals": {"aws:VpceOrgID": EXT}, "ForAnyValue:StringLike": {"aws:VpceOrgPaths": f"{EXT}/*"}}, {"Null": {"aws:VpceOrgID": "true", "aws:VpceOrgPaths": "false"}},
        {"StringNotEquals": {"aws:VpceOrgID": EXT}, "ForAllValues:StringNotLike": {"aws:VpceOrgPaths": f"{EXT}/*"}}, {"StringEquals": {"aws:VpceAccount": V}, "StringEqualsIfExists": {"aws:VpceOrgID": OWN}},
        {"StringLike": {"aws:PrincipalAccount": "11111111111?"}}, {"StringLike": {"aws:PrincipalAccount": "1111111111*11"}}, {"StringLike": {"aws:PrincipalAccount": ["1111111111*11", "9999999999*99"]}}, {"StringLike": {"aws:PrincipalAccount": ["99999999999?", "?99999999999"]}}, {"StringLike": {"aws:PrincipalAccount": "42618529704?"}}, {"StringNotLike": {"aws:PrincipalAccount": ["?????????0??", "4*"]}},
        {"StringEquals": {"aws:PrincipalType": ["User", "Robot"], A: "${aws:PrincipalType}"}}, {"StringEquals": {"aws:MultiFactorAuthPresent": ["true", "maybe"], A: "${aws:MultiFactorAuthPresent}"}, "StringNotEquals": {A: "true"}})),
    *(({"AWS": V}, {operator: {key: [plain, TAG]}}) for operator, key, plain in (("NumericEquals", "aws:MultiFactorAuthAge", "5"), ("DateLessThan", "aws:CurrentTime", "2030"), ("IpAddress", "aws:SourceIp", "192.0.2.0/24"), ("Bool", "aws:MultiFactorAuthPresent", "true"), ("ArnLike", "aws:PrincipalArn", role(V)))),
    *(("*", {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, other: {"AWS:sourceip": "198.51.100.0/24"}}) for other in ("IpAddress", "IpAddressIfExists", "NotIpAddress")),
    *(({"AWS": V}, {"StringEquals": {"sts:ExternalId": "abc"}, other: {"STS:externalid": ["abd", "abc"]}}) for other in ("StringEquals", "StringEqualsIfExists", "StringLike", "StringNotEquals")),
    *(("*", {"StringEquals": {f"{prefix}:PrincipalTag/t{n}": "x" for n in range(count) for prefix in ("aws", "AWS")}}) for count in (2, 4, 5, 7)),
    *(("*", {"StringEquals": {"aws:PrincipalType": "FederatedUser"}, operator: {"aws:userid": userid}, other: {"aws:PrincipalArn": f"arn:aws:sts::{V}:federated-user/bob"}})
      for operator, userid in (("StringNotLike", "*:bob"), ("StringNotLike", f"{V}:b*"), ("StringLike", "*:x"), ("StringLike", "*:*b")) for other in ("ArnEquals", "ArnNotEquals")),
]  # fmt: skip
DENIED: list[Any] = [
    deny("*", {"StringNotEquals": {"aws:Foo": "x"}}), deny("*", {"StringEquals": {"aws:Foo": "x"}}),
    deny("*", {"ForAllValues:StringNotEquals": {"aws:Foo": "x"}}),
    deny("*", {"StringNotEqualsIfExists": {"sts:ExternalId": ["abc", "abd"]}}),
    deny("*", {"Null": {"sts:ExternalId": "true"}}), deny("*", {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
    deny("*", {"StringNotEquals": {B: TAG}}), deny("*", {"StringNotEquals": {B: OR_X}}),
    deny({"AWS": [role(V), W]}), deny(None, NotPrincipal={"AWS": [V, role(V)]}), deny(None, NotPrincipal={"AWS": role(V)}),
    deny({"AWS": f"arn:aws:iam::{V}:user/bob"}), deny({"AWS": f"arn:aws-cn:iam::{V}:root"}),
    deny("*", ONE_ROLE), deny("*", {"ArnNotEquals": {"aws:PrincipalArn": role(V)}}), deny("*", Action="sts:TagSession"),
    deny("*", {"StringNotEquals": {"aws:PrincipalOrgID": EXT}}),
    deny("*", {"StringEquals": {"aws:PrincipalAccount": TAG}}), deny("*", {"StringNotEquals": {"aws:PrincipalAccount": TAG}}),
    deny({"AWS": [f"arn:aws-cn:iam::{V}:role/deploy", role(V, "x")]}), deny({"AWS": f"arn:aws-cn:iam::{V}:role/deploy"}),
    deny({"AWS": [f"arn:aws:sts::{V}:assumed-role/x/ci", f"arn:aws:sts::{V}:federated-user/bob", "AROAEXAMPLEEXAMPLE123"]}),
    *(deny(None, NotPrincipal=one) for one in ({"Service": "ec2.amazonaws.com"}, {"Service": "sns.amazonaws.com"}, {"Federated": COGNITO}, {"AWS": "*"}, "*", {"AWS": [f"arn:aws:iam::{V}:user/bob"]}, {"AWS": f"arn:aws:iam::{V}:role/d*"})),
    *(deny("*", **{"Action": None, **more}) for more in ({}, {"Action": "sts:*", "NotAction": "x:y"}, {"Action": ["sts:AssumeRole", {}]}, {"Action": "AssumeRole"}, {"NotAction": "AssumeRole"}, {"NotAction": ["x:y", 5]}, {"Action": 5}, {"Action": []}, {"NotAction": []}, {"NotAction": "sts:*"})),
    *(deny(None, NotPrincipal=one) for one in ("bogus", [], {}, 5, {"AWS": []}, {"Odd": V})),
    *(deny({form: one}) for form, one in (("AWS", f"arn:aws:iam::{V}:role/d*"), ("AWS", f"arn:aws:iam::{V}:odd/x"), ("AWS", "bogus"), ("AWS", f"arn:aws:s3:::{V}"), ("Service", "ec2 amazonaws"), ("Service", "*.amazonaws.com"), ("Federated", "*"), ("Odd", V), ("AWS", "${Account}"), ("AWS", f"arn:aws:iam::{V}:role/${{Name}}"))),
    deny({"AWS": role(V), "Service": "ec2.amazonaws.com", "Federated": COGNITO}), deny(None, NotPrincipal={"AWS": [f"arn:aws-cn:iam::{V}:root", role(W)], "Service": "ec2.amazonaws.com"}),
]  # fmt: skip


def combined() -> Iterator[tuple[str, Any, Scope]]:
    """Conditions that hang together, and Denies behind them."""
    for at, (who_, condition) in enumerate(ALLOWED):
        yield f"allowed {at}", policy(statement(who_, condition)), SCOPE
    for at, one in enumerate(DENIED):
        for who_ in ("*", {"AWS": V}, {"Service": "ec2.amazonaws.com"}):
            name = f"denied {at} {who_}"
            yield name, policy(statement(who_, {"StringLike": {"sts:ExternalId": "*"}}), one), SCOPE
    for at, several in enumerate(BESIDE):
        yield f"beside {at}", policy(*several), SCOPE
        if "FederatedProvider" in str(several):
            yield f"beside {at} of nobody", policy(*several), ELSEWHERE["no providers"]


BY_ID = {"StringEquals": {"sts:ExternalId": "abc"}}
NETWORK = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
BESIDE: list[list[Any]] = [
    [statement({"AWS": [f"arn:aws:sts::{V}:assumed-role/x/ci", *(role(V, f"{path}/x") for path in "fbdace")]}), deny({"AWS": role(V, "a/x")})], [statement({"AWS": [V, W]}), statement("*", {"StringLike": {"aws:PrincipalAccount": ["99999999999?", "88888888888*"]}})],
    [statement({"AWS": [f"arn:aws:iam::{V}:user/x", f"arn:aws:iam::{V}:role/y/x", f"arn:aws:iam::{W}:role/x"]})], [statement({"AWS": [f"arn:aws:iam::{V}:user/x", f"arn:aws:sts::{V}:assumed-role/x/cd", f"arn:aws:iam::{V}:role/xx"]})],
    *([statement({"Federated": one}, {operator: {"aws:FederatedProvider": text}}, Action="sts:AssumeRoleWithWebIdentity")] for one, operator, text in (("*", "StringEquals", "idp.example.com"), ("*", "StringEquals", oidc("idp.example.com")), ("*", "StringEquals", f"arn:aws:iam::{V}:oidc-provider/idp.example.com"), ("*", "StringEquals", "arn:aws:iam::1:oidc-provider/"), ("*", "StringLike", "arn:aws:iam::*:oidc-provider/idp*"), ("*", "StringEquals", SAML), ("*", "StringEquals", [COGNITO, oidc(GITHUB)]))),
    [statement("*", BY_ID), statement({"AWS": V}), statement({"AWS": role(V)}, BY_ID)], [statement("*", NETWORK), statement({"AWS": V}), statement({"AWS": role(V)}, NETWORK)],
    [statement("*", NETWORK), statement({"AWS": V}, BY_ID), statement({"AWS": role(V)})], [statement("*", {"StringLike": {"sts:ExternalId": "a*"}}), statement({"AWS": V}, BY_ID), statement({"AWS": W})],
    [statement({"AWS": V}), statement({"AWS": role(V)}), statement({"AWS": [role(V, "a*"), role(V, "ab")]})], [statement({"AWS": role(V)}, {"StringLike": {"sts:ExternalId": "a*"}}), statement({"AWS": V}, BY_ID)],
    [statement({"AWS": [role(f"{n:012}") for n in range(40)]}), statement({"AWS": [f"{n:012}" for n in range(40)]})],
    [statement({"Service": ["ec2.amazonaws.com", "sns.amazonaws.com"]}), statement({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": V}}), statement("*", {"StringEquals": {"aws:PrincipalOrgID": EXT}})],
    [statement("*", {"StringEquals": {"aws:PrincipalOrgID": EXT}}), statement({"AWS": V}, {"StringEquals": {"aws:PrincipalOrgID": EXT}}), statement("*", {"StringLike": {"aws:PrincipalAccount": "9*"}})],
    [statement("*", {"StringLike": {"aws:PrincipalAccount": "9*"}}), statement("*", {"StringLike": {"aws:PrincipalAccount": "99*"}}), statement({"AWS": [V, W]}), statement("*", {"StringNotEquals": {"aws:PrincipalAccount": V}})],
]  # fmt: skip
"""Grants of which some cover others."""
RA, S3 = "rolesanywhere.amazonaws.com", "s3.amazonaws.com"
ANCHOR = f"arn:aws:rolesanywhere:eu-west-1:{M}:trust-anchor/0a1b"
SOURCES: list[Any] = [
    {"ArnEquals": {"aws:SourceArn": ANCHOR}}, {"ArnLike": {"aws:SourceArn": [f"{ANCHOR[:-2]}*", f"arn:aws:s3:::{V}"]}},
    {"StringLike": {"aws:SourceArn": f"*:{V}:*"}}, {"StringLike": {"aws:SourceArn": f"arn:aws:sns:*:{V}:t?pic"}},
    {"StringEqualsIgnoreCase": {"aws:SourceArn": ANCHOR.upper()}}, {"ArnNotLike": {"aws:SourceArn": f"arn:aws:*:*:{M}:*"}},
    {"ArnLikeIfExists": {"aws:SourceArn": f"arn:aws:s3:::b{W}"}, "StringEquals": {"aws:SourceAccount": [V, N]}},
    {"StringLike": {"aws:SourceAccount": "9999*"}}, {"StringNotLike": {"aws:SourceAccount": ["1*", "2*"]}},
    {"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}, {"StringEquals": {"aws:SourceOrgID": "${aws:ResourceOrgID}"}},
    {"StringNotEquals": {"aws:SourceOrgID": OWN}}, {"StringEqualsIfExists": {"aws:SourceOrgID": EXT}, "Null": {"aws:SourceAccount": "false"}},
    {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": [f"{EXT}/r-ab12/ou-*", f"{OWN}/*"]}},
    {"ForAllValues:StringLike": {"aws:SourceOrgPaths": f"{EXT}/*"}}, {"ForAnyValue:StringNotLike": {"aws:SourceOrgPaths": f"{OWN}/*"}},
    {"StringLike": {"aws:PrincipalServiceName": ["s*.amazonaws.com", "x?.amazonaws.com"]}},
    {"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": [S3, "ec2.amazonaws.com"]}},
    {"Bool": {"aws:PrincipalIsAWSService": "true"}, "StringNotEquals": {"aws:PrincipalServiceName": "ec2.amazonaws.com"}},
    {"StringNotEquals": {"aws:PrincipalAccount": V}}, {"StringEquals": {"sts:ExternalId": "${aws:SourceAccount}"}},
]  # fmt: skip
SUB, AUD, FED = f"{GITHUB}:sub", f"{GITHUB}:aud", "aws:FederatedProvider"
SAML_AUD = "https://signin.aws.amazon.com/saml"
AMR = f"{GITHUB}:amr"
CLAIMS: list[Any] = [
    {"StringLike": {SUB: "repo:a/*"}, "StringEquals": {f"{GITHUB}:actor": "x", AUD: "sts.amazonaws.com", f"{GITHUB}:environment": "p"}},
    {"ForAllValues:StringLike": {AMR: ["a*", "b"]}, "ForAnyValue:StringEquals": {AMR: ["a1", "b"]}}, {"ForAnyValue:StringLike": {AMR: ["a*", "b*"]}, "ForAnyValue:StringEquals": {AMR: "c"}}, {"ForAllValues:StringEquals": {AMR: ["a", "b"]}, "Null": {AMR: "false"}}, {"ForAnyValue:StringNotEquals": {AMR: "a"}, "ForAllValues:StringNotLike": {AMR: "b*"}},
    {"StringLike": {SUB: [f"repo:{one}/*" for one in "hbgacfed"]}},
    {"StringLike": {SUB: ["repo:a/*", "repo:b/?:*"]}, "StringEquals": {AUD: "sts.amazonaws.com"}},
    {"StringNotLike": {SUB: "repo:a/*"}}, {"StringLikeIfExists": {SUB: "repo:a/*"}}, {"Null": {SUB: "true"}}, {"Null": {AUD: "false"}},
    {"StringEqualsIgnoreCase": {SUB: "Repo:A/b", f"{GITHUB}:environment": "Prod"}},
    {"ForAnyValue:StringEquals": {f"{GITHUB}:amr": ["a", "b"]}}, {"ForAllValues:StringEquals": {f"{GITHUB}:amr": "a"}},
    {"StringEquals": {FED: oidc(GITHUB)}}, {"StringLike": {FED: "arn:aws:iam::*:oidc-provider/*google*"}}, {"StringEquals": {FED: COGNITO}},
    {"StringNotEquals": {FED: [COGNITO, oidc(GITHUB)]}}, {"StringEquals": {"aws:PrincipalAccount": V}}, {"StringLike": {"sts:RoleSessionName": "ci-*"}},
    {"StringEquals": {"idp.example.com:sub": "a"}}, {"StringEquals": {f"{COGNITO}:aud": "eu-west-1:1"}, "ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}},
    {"StringEquals": {"SAML:aud": SAML_AUD}}, {"StringEquals": {"SAML:iss": "x", "SAML:sub_type": "persistent"}}, {"StringLike": {"SAML:sub": "j?e*"}},
    {"StringEquals": {SUB: "${aws:PrincipalTag/a}"}}, {"StringEquals": {"aws:RequestTag/x": f"${{{SUB}}}"}},
]  # fmt: skip
WEB_OR_SAML = ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
PROVIDERS: list[Any] = [
    {"Federated": oidc(GITHUB)}, {"Federated": [COGNITO, oidc("idp.example.com/")]}, {"Federated": [SAML, f"arn:aws:iam::{V}:saml-provider/x"]}, "*",
]  # fmt: skip
SPELT: list[Any] = [
    {"StringEquals": {"sts:ExternalId": "a"}, "stringequals": {"sts:ExternalId": "b"}},
    {"StringEquals": {"sts:ExternalId": "a", "STS:externalid": "b", "Sts:ExternalID": ["c", "d"]}},
    {"StringEquals": {"aws:PrincipalTag/a": "x", "aws:principaltag/A": "y"}, "StringLike": {"sts:ExternalId": "*"}},
    {"StringNotEquals": {"sts:ExternalId": [], "aws:Foo": "x"}}, {"StringEquals": {}}, {"StringEquals": []}, {"Bool": {"aws:PrincipalArn": "true"}},
    {"NumericEquals": {"aws:PrincipalAccount": V}}, {"StringEquals": {"s3:prefix": "x"}}, {"StringLike": {"sts:ExternalId": "${a b"}},
    {"StringLike": {"sts:ExternalId": ["${*}${?}${$}", "${ aws:username , 'x' }", "${,}"]}}, {"StringEquals": {"aws:TagKeys": "a"}},
    {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, {"DateGreaterThan": {"aws:CurrentTime": "2019"}}, {"DateNotEquals": {"aws:CurrentTime": ["2030", "x"]}},
    {"ArnLike": {"aws:PrincipalArn": ["*", "arn:aws:iam::*:role/x"]}}, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/33", "10.1.1.1", "::1/128"]}},
    {"Null": {"sts:ExternalId": "maybe"}}, {"Null": {"sts:ExternalId": ["true", "false"]}}, {"NullIfExists": {"sts:ExternalId": "true"}},
    {"ForAnyValue:Bool": {"aws:MultiFactorAuthPresent": "TRUE"}}, {"BinaryEquals": {"aws:PrincipalTag/a": "QUJD"}}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "1e3"}},
    {"StringEquals": {"aws:PrincipalOrgID": "O-EXT1234567", "aws:PrincipalAccount": "99999"}}, {"StringEquals": {"aws:PrincipalType": "Robot"}},
]  # fmt: skip


def special() -> Iterator[tuple[str, Any, Scope]]:
    """Services and for whom they act, tokens and their claims, and odd spellings; each in an Allow
    and in a Deny."""
    named: list[tuple[str, list[Any], list[Any], dict[str, Any]]] = [
        ("source", [{"Service": [S3, RA]}, "*"], SOURCES, {}),
        ("claim", PROVIDERS, CLAIMS, {"Action": WEB_OR_SAML}),
        ("spelt", [{"AWS": V}], SPELT, {}),
    ]
    for what, some, conditions, more in named:
        for at, condition in enumerate(conditions):
            who_ = some[at % len(some)]
            yield f"{what} {at}", policy(statement(who_, condition, **more)), SCOPE
            denied = [statement(who_, **more), deny("*", condition, Action="sts:*")]
            yield f"denied {what} {at}", policy(*denied), SCOPE


def nonsense() -> Iterator[tuple[str, Any, Scope]]:
    """What nobody should write, and what is said of it."""
    for name, document in NONSENSE.items():
        with contextlib.suppress(
            RecursionError, ValueError
        ):  # what is too deep to show, or no JSON
            raw = json.loads(document) if isinstance(document, str) else document
            if isinstance(raw, dict) and len(json.dumps(document)) < 4_000:
                yield f"nonsense {name}", document, SCOPE


DOCUMENTS = [*documents(), *operators(), *combined(), *special(), *nonsense()]
each = rows("name, document, scope", DOCUMENTS, [name for name, _, _ in DOCUMENTS])


@cache
def golden() -> dict[str, Any]:
    if os.environ.get("UPDATE_GOLDEN"):
        told = {name: said(name, document, scope) for name, document, scope in DOCUMENTS}
        lines = (json.dumps([*one]) + "\n" for one in told.items())
        GOLDEN.write_text("".join(lines))
    return dict(json.loads(line) for line in GOLDEN.read_text().splitlines())


def test_the_file_is_of_these_documents() -> None:
    """Catches a row whose answer nobody holds still."""
    assert list(golden()) == [name for name, _, _ in DOCUMENTS]


@each
def test_all_that_is_said_is_as_it_was(name: str, document: Any, scope: Scope) -> None:
    """Catches a reason, a problem or a need that is lost while the same people are let in."""
    assert json.loads(json.dumps(said(name, document, scope))) == golden()[name]


@each
def test_a_witness_is_a_request_that_is_let_in(name: str, document: Any, scope: Scope) -> None:
    """Catches one request that is refused, or not told, though the whole says that it gets in."""
    for one in analyze(document, scope, reasons=False).grants:
        shown = one.witness
        if shown is not None:
            told = request(document, scope, shown.principal, shown.action, shown.context)
            assert told.allowed is not False, (shown, told)
