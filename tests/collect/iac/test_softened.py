"""A trust policy with unknown values → one without, element by element: it lets in no fewer."""

from __future__ import annotations

import json
from typing import Any

from checker.collect.iac.trust_document import read_policy, trust_document
from checker.collect.iac.unknown import made, unresolved
from checker.collect.iac.whom import account_of, everywhere, filled, provider
from tests.support.rows import rows

ROOT, V = "arn:aws:iam::111111111111:root", "999999999999"
U, M = unresolved("Vendor"), made("Role")
GITHUB = "token.actions.githubusercontent.com"


def allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more


def deny(principal: Any, **more: Any) -> dict[str, Any]:
    return allow(principal, **more) | {"Effect": "Deny"}


def whoever(*texts: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": list(texts)}, "Action": "*"}


def softened(*statements: Any) -> tuple[list[Any], tuple[str, ...]]:
    found = trust_document({"Version": "2012-10-17", "Statement": list(statements)}, ROOT)
    return json.loads(bytes(found.policy))["Statement"], found.unresolved


UNKNOWN_ORG = {"StringEquals": {"aws:PrincipalOrgID": U}}
KNOWN = allow({"AWS": V})
STATEMENTS: list[tuple[str, list[Any], list[Any], int]] = [
    ("all is known", [KNOWN], [KNOWN], 0), ("what is no statement", ["x", None, 3], ["x", None, 3], 0),
    ("who is not known", [allow({"AWS": U})], [allow({"AWS": "${Vendor}"})], 1),
    ("who may be anybody", [allow(U, Condition={"Bool": {"a": "b"}})], [whoever("${Vendor}")], 1),
    ("who may be anybody, beside a Deny", [allow(U), deny({"AWS": V})], [allow("${Vendor}"), deny({"AWS": V})], 1),
    ("a part of a known account", [allow({"AWS": f"arn:aws:iam::{V}:role/{U}"})], [allow({"AWS": f"arn:aws:iam::{V}:root"})], 0),
    ("what the code makes", [allow({"AWS": M})], [allow({"AWS": ROOT})], 0),
    ("a service in a region", [allow({"Service": f"ec2.{unresolved('AWS::Region')}.{unresolved('AWS::URLSuffix')}"})], [allow({"Service": "ec2.us-east-1.amazonaws.com"})], 0),
    ("what is done is not known", [allow({"AWS": V}, Action=U)], [allow({"AWS": V}, Action="*")], 1),
    ("one of two actions", [allow({"AWS": V}, Action=["sts:AssumeRole", U])], [allow({"AWS": V}, Action="*")], 1),
    ("all but what is not known", [allow({"AWS": V}, NotAction=["sts:TagSession", U])], [allow({"AWS": V}, NotAction=["sts:TagSession"])], 0),
    ("a Deny of whom nobody knows", [KNOWN, deny({"AWS": U})], [KNOWN], 1), ("of one that is known", [deny({"AWS": [V, U]})], [deny({"AWS": [V]})], 0),
    ("of an action that is not", [deny({"AWS": V}, Action=U)], [], 1), ("of one that is", [deny({"AWS": V}, Action=["sts:AssumeRole", U])], [deny({"AWS": V}, Action=["sts:AssumeRole"])], 0),
    ("of all but one that is not", [{"Effect": "Deny", "NotPrincipal": {"AWS": U}, "Action": "*"}], [], 1),
    ("of all actions but one", [deny({"AWS": V}, NotAction=U)], [], 1), ("under a condition that is not known", [deny({"AWS": V}, Condition=UNKNOWN_ORG)], [], 1),
    ("under one that is", [deny({"AWS": V}, Condition={"Bool": {"a": "b"}})], [deny({"AWS": V}, Condition={"Bool": {"a": "b"}})], 0),
    ("anybody of an organization that is not known", [allow({"AWS": "*"}, Condition=UNKNOWN_ORG)], [whoever("${Vendor}")], 0),
    ("of that or of one that is", [allow({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": ["o-1", U]}})],
     [whoever("${Vendor}"), allow({"AWS": ["*"]}, Condition={"StringLike": {"aws:PrincipalOrgID": ["o-1"]}})], 0),
    ("a stranger beside anybody of it", [allow({"AWS": ["*", V]}, Condition=UNKNOWN_ORG)], [allow({"AWS": [V]}, Condition={}), whoever("${Vendor}")], 0),
    ("a login that is not known", [allow({"Federated": U})], [{"Effect": "Allow", "Principal": {"AWS": ["${Vendor}"]}, "Action": "*"}], 1),
    ("a tenant that is not known", [allow({"Federated": GITHUB}, Condition={"StringEquals": {f"{GITHUB}:sub": U}})], [whoever("${Vendor}")], 0),
    ("beside a Deny it stays whose login it is", [allow({"Federated": GITHUB}, Condition={"StringEquals": {f"{GITHUB}:sub": U}}), deny({"AWS": V})],
     [allow({"Federated": GITHUB}, Condition={}), deny({"AWS": V})], 0),
    ("a provider that the code makes", [allow({"Federated": M})], [{"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}], 0),
    ("no principal at all", [{"Effect": "Allow", "Action": U}], [{"Effect": "Allow", "Action": "*"}], 1),
    ("what a transform adds", [allow({"AWS": V}, **{unresolved("Transform x"): "y"})], [KNOWN], 0),
]  # fmt: skip


@rows("why, given, expected, notes", STATEMENTS)
def test_each_statement(why: str, given: list[Any], expected: list[Any], notes: int) -> None:
    """An unknown value never narrows an Allow, and gives a Deny no credit: what is dropped is said."""
    found, said = softened(*given)
    told = [one for one in said if ("Condition" not in one and " has a value" not in one) or "Deny" in one]  # fmt: skip
    assert found == expected, why
    assert len(told) == notes, (why, said)


IDS = {"StringEquals": {"sts:ExternalId": U}}


def test_an_external_id_that_a_deny_reads_is_not_made_up() -> None:
    """The Deny may be of the very id that is filled in later."""
    (kept,), _ = softened(allow({"AWS": V}, Condition=IDS))
    assert kept["Condition"] == {"StringEquals": {"sts:ExternalId": ["unresolved-Vendor"]}}
    (kept, _), _ = softened(allow({"AWS": V}, Condition=IDS), deny({"AWS": V}, Condition={"StringEquals": {"sts:ExternalId": "x"}}))  # fmt: skip
    assert kept["Condition"] == {}


WHOLE: list[tuple[str, Any, Any, bool]] = [
    ("nothing", None, None, True), ("what is not known", U, None, True), ("text that is no JSON", "{no", "{no", False),
    ("a list", "[]", [], False), ("a key twice", '{"Statement": [], "Statement": [1]}', '{"Statement": [], "Statement": [1]}', False),
    ("a key twice below", '{"a": {"b": 1, "b": 2}}', '{"a": {"b": 1, "b": 2}}', False), ("JSON text", '{"Statement": []}', {"Statement": []}, False),
    ("without statements", {"Version": "x"}, {"Version": "x", "Statement": [None]}, False), ("one statement alone", {"Statement": KNOWN}, {"Statement": [KNOWN]}, False),
]  # fmt: skip


@rows("why, value, expected, said", WHOLE)
def test_a_whole_policy(why: str, value: Any, expected: Any, said: bool) -> None:
    """One that cannot be read stays the text that it is, which the analysis tells as unreadable."""
    found = trust_document(value, ROOT)
    assert json.loads(bytes(found.policy)) == expected, why
    assert bool(found.unresolved) is said, why


def test_text_is_read_once_or_not_at_all() -> None:
    """Nothing is hidden by a key that is there twice, nor by nesting."""
    assert read_policy('{"a": 1}') == {"a": 1} and read_policy({"a": 1}) == {"a": 1}
    deep = "[" * 100_000
    assert read_policy(deep) == deep


NAMES: list[tuple[Any, Any]] = [
    (f"arn:aws:iam::{V}:role/{U}", f"arn:aws:iam::{V}:root"), (f"arn:aws:iam::{U}:root", f"arn:aws:iam::{U}:root"), (f"arn:{U}:iam::{V}:root", f"arn:{U}:iam::{V}:root"),
    (f"arn:aws-cn:iam::{V}:role/{U}", f"arn:aws-cn:iam::{V}:root"), (V, V), (U, U), (f"x:aws:iam::{V}:role/{U}", f"x:aws:iam::{V}:role/{U}"), (3, 3),
    (f"arn:aws:iam::{V}x:role/{U}", f"arn:aws:iam::{V}x:role/{U}"),
]  # fmt: skip


@rows("value, expected", NAMES)
def test_a_name_in_a_known_account(value: Any, expected: Any) -> None:
    """Whoever it is, the account is told."""
    assert account_of(value) == expected


def test_principals_are_filled_in() -> None:
    """Ours where the code makes them; a service everywhere by one name."""
    assert filled("AWS", [M, V], ROOT) == [ROOT, V] and filled("Federated", M, ROOT) == ROOT
    assert filled("Service", M, ROOT) == M and filled("AWS", M, None) == M
    assert everywhere(f"x.{unresolved('AWS::Region')}.amazonaws.com") == "x.us-east-1.amazonaws.com"
    assert [provider(one) for one in ({"Federated": GITHUB}, {"Federated": [f"arn:aws:iam::1:oidc-provider/{GITHUB}"]}, {"Federated": [GITHUB, "x"]}, {"Federated": 3}, "*", {})] == [GITHUB, GITHUB, None, None, None, None]  # fmt: skip
