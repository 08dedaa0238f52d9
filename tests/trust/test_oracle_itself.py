"""The oracle against rows made by hand from sections 1 to 3: it has to be right by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from checker.trust import analyze
from checker.trust.model import Analysis, Scope
from tests.trust import test_oracle
from tests.trust.oracle import Request, allows, as_list
from tests.trust.support import GITHUB, OWN, M, V, deny, oidc, policy, role, root, statement

ASSUME, WEB = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
SESSION = f"arn:aws:sts::{V}:assumed-role/deploy/ci"
A_ROLE = {"aws:PrincipalArn": role(V, "team/deploy"), "aws:PrincipalAccount": V}


def holds(
    operator: str,
    wanted: Any,
    value: Any,
    *,
    key: str = "k",
    version: str | None = "2012-10-17",
    **more: Any,
) -> tuple[bool, bool]:
    """Whether the condition holds of the value, in an Allow and in a Deny."""
    context = {**({} if value is None else {key: value}), **more}
    request = Request(role(V), ASSUME, context)
    condition = {operator: {key: wanted}}
    allowing = policy(statement("*", condition), version=version)
    denying = policy(statement("*"), deny("*", condition), version=version)
    return allows(allowing, request), not allows(denying, request)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("stringequals", ["b", "a"], "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", [], "c", True),
        ("StringEquals", [], "c", False),
        ("StringLike", "a*c?", "abbcd", True),
        ("StringLike", "a*c?", "abbc", False),
        ("StringLike", "*", "x/y:z", True),
        ("StringNotLike", ["a*", "b"], "ab", False),
        ("NumericLessThan", 10, "9", True),
        ("NumericEquals", "1", "1.0", True),
        ("NumericNotEquals", "1", "2", True),
        ("NumericGreaterThanEquals", "1", "x", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateGreaterThan", "1767225600", "2026-01-01T00:00:01Z", True),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("Bool", True, "true", True),
        ("Bool", "False", "true", False),
        ("BinaryEquals", "QQ==", "QQ==", True),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
        ("IpAddress", "0.0.0.0/0", "10.1.2.3", True),
        ("IpAddress", "2001:db8::/32", "10.1.2.3", False),
        ("NotIpAddress", "10.0.0.0/8", "11.1.2.3", True),
        ("ArnEquals", "arn:aws:iam::*:role/x*", role(V, "xy"), True),
        ("ArnLike", "arn:*:role/x", role(V, "x"), None),
        ("ArnLike", f"arn:aws:iam::{M}:*", f"arn:aws:iam::{V}:role/x:{M}:y", False),
        ("StringLike", f"*:{M}:*", f"arn:aws:iam::{V}:role/x:{M}:y", True),
        ("ArnNotLike", f"arn:aws:iam::{M}:*", role(V), True),
        # the key is absent
        ("StringEquals", "a", None, False),
        ("StringNotEquals", "a", None, True),
        ("StringEqualsIfExists", "a", None, True),
        ("NumericLessThan", "1", None, False),
        ("NotIpAddress", "10.0.0.0/8", None, True),
        ("Null", "true", None, True),
        ("Null", False, None, False),
        ("Null", "false", "x", True),
        ("ForAllValues:StringEquals", "a", None, True),
        ("ForAllValues:StringNotLike", "a", None, None),
        ("ForAnyValue:StringNotEquals", "a", None, False),
        ("ForAnyValue:StringEqualsIfExists", "a", None, False),
        # several values
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a"], ["a", "b"], False),
        ("ForAnyValue:StringEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["a", "b"], False),
    ],
)
def test_operators(operator: str, wanted: Any, value: Any, expected: bool | None) -> None:
    """Catches an operator read otherwise than section 2 has it; None stands for ambiguous."""
    assert holds(operator, wanted, value) == (
        (True, False) if expected is None else (expected,) * 2
    )


def test_multivalued_key_without_set_operator() -> None:
    """Catches a Deny credited for a reading that AWS does not document."""
    path = f"{OWN}/r-ab12/"
    assert holds("StringLike", f"{OWN}/*", [path], key="aws:PrincipalOrgPaths") == (True, False)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "version", "expected"),
    [
        ("StringEquals", "${aws:PrincipalAccount}", V, "2012-10-17", True),
        ("StringEquals", "${AWS:principalaccount}", M, "2012-10-17", False),
        ("StringEquals", "${aws:PrincipalAccount}", V, None, False),
        ("StringEquals", "${aws:PrincipalAccount}", "${aws:PrincipalAccount}", None, True),
        ("StringEquals", "${absent}", "x", "2012-10-17", False),
        ("StringNotEquals", "${absent}", "x", "2012-10-17", True),
        ("StringEquals", "a-${absent, 'x'}", "a-x", "2012-10-17", True),
        ("StringLike", "a${*}", "a*", "2012-10-17", True),
        ("StringLike", "a${*}", "ab", "2012-10-17", False),
        ("StringLike", "${aws:PrincipalAccount}*", f"{V}1", "2012-10-17", True),
    ],
)
def test_variables(
    operator: str, wanted: str, value: str, version: str | None, expected: bool
) -> None:
    """Catches a variable that is filled in where it should not be, or the other way round."""
    found = holds(operator, wanted, value, version=version, **{"aws:PrincipalAccount": V})
    assert found == (expected, expected)


@pytest.mark.parametrize(
    ("principal", "caller", "context", "expected"),
    [
        ("*", role(V), {}, True),
        ({"AWS": "*"}, role(V), {}, True),
        ({"AWS": V}, role(V), {}, True),
        ({"AWS": root(V)}, SESSION, {}, True),
        ({"AWS": M}, role(V), {}, False),
        ({"AWS": f"arn:aws-cn:iam::{V}:root"}, role(V), {}, False),
        ({"AWS": role(V)}, SESSION, {}, True),
        ({"AWS": role(V, "team/deploy")}, SESSION, A_ROLE, True),
        ({"AWS": role(V)}, SESSION, A_ROLE, False),
        ({"AWS": SESSION}, SESSION, A_ROLE, True),
        ({"AWS": SESSION}, role(V), {}, False),
        ({"AWS": "AROAX"}, role(V), {"aws:userid": "AROAX:ci"}, True),
        ({"AWS": role(V)}, "ec2.amazonaws.com", {}, False),
        ({"Service": "ec2.amazonaws.com"}, "ec2.amazonaws.com", {}, True),
        ({"Service": "ec2.amazonaws.com"}, "ecs.amazonaws.com", {}, False),
        ("*", "ec2.amazonaws.com", {}, True),
        ({"AWS": [M, V]}, role(V), {}, True),
        ({"AWS": M, "Service": "ec2.amazonaws.com"}, "ec2.amazonaws.com", {}, True),
    ],
)
def test_principals(principal: Any, caller: str, context: dict[str, Any], expected: bool) -> None:
    """Catches a form of Principal that matches too much or too little."""
    request = Request(caller, ASSUME, context)
    assert allows(policy(statement(principal)), request) is expected
    assert allows(policy(statement("*"), deny(principal)), request) is not expected


def test_federated_principal() -> None:
    """Catches a provider taken for an AWS principal, or let in by the wrong action."""
    provider = oidc(GITHUB)
    document = policy(statement({"Federated": provider}, Action="sts:*"))
    assert allows(document, Request(provider, WEB, {}))
    assert not allows(document, Request(oidc(GITHUB, V), WEB, {}))
    assert not allows(policy(statement({"AWS": M}, Action="sts:*")), Request(provider, WEB, {}))


def test_one_key_twice() -> None:
    """Catches two spellings of a key taken as AND in an Allow or as OR in a Deny."""
    request = Request(role(V), ASSUME, {"aws:PrincipalAccount": V})
    twice = {"StringEquals": {"aws:PrincipalAccount": V, "AWS:principalaccount": M}}
    assert allows(policy(statement("*", twice)), request)
    assert allows(policy(statement("*"), deny("*", twice)), request)


def test_actions() -> None:
    """Catches an action compared by case, or a NotAction read as an Action."""
    request = Request(role(V), ASSUME, {})
    assert allows(policy(statement("*", Action="STS:?ssumerol*")), request)
    assert not allows(policy(statement("*", Action=None, NotAction="sts:*")), request)
    assert allows(policy(statement("*", Action=None, NotAction="sts:TagSession")), request)


def _renamed(pattern: str, by: str, effect: str) -> Callable[[dict[str, Any]], None]:
    """A reader that takes one operator for another in the statements of one effect."""

    def misread(one: dict[str, Any]) -> None:
        if one["Effect"] == effect and "Condition" in one:
            renamed: dict[str, Any] = {}
            for operator, keys in one["Condition"].items():
                renamed.setdefault(re.sub(pattern, by, operator), {}).update(keys)
            one["Condition"] = renamed

    return misread


def _unconditional(one: dict[str, Any]) -> None:
    if one["Effect"] == "Deny":
        one.pop("Condition", None)


def _every_action(one: dict[str, Any]) -> None:
    if one["Effect"] == "Deny":
        one.pop("NotAction", None)
        one["Action"] = "*"


@pytest.mark.parametrize(
    ("misread", "first"),
    [
        (_renamed("IfExists$", "", "Allow"), 5),
        (_renamed("IfExists$", "", "Deny"), 41),
        (_renamed("ForAllValues", "ForAnyValue", "Allow"), 163),
        (_renamed("ForAnyValue", "ForAllValues", "Deny"), 12),
        (_renamed("^StringEquals$", "StringLike", "Deny"), 1),
        (_renamed("^StringLike$", "StringEquals", "Allow"), 40),
        (_renamed("^Arn(Equals|Like)", "StringEquals", "Allow"), 20),
        (_unconditional, 1),
        (_every_action, 103),
    ],
)
def test_the_comparison_notices_a_misreading(
    misread: Callable[[dict[str, Any]], None], first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches random policies and requests too tame to tell a wrong engine from a right one.
    `first`: the policy that tells, as the policies are made now."""

    def wrong(document: dict[str, Any], scope: Scope) -> Analysis:
        statements = deepcopy(as_list(document["Statement"]))
        for one in statements:
            misread(one)
        return analyze({**document, "Statement": statements}, scope)

    monkeypatch.setattr(test_oracle, "analyze", wrong)
    assert any(test_oracle.faults_at(f"power:{index}") for index in (first, *range(800)))
