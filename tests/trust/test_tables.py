"""What the tables say of condition keys, operators and shared issuers, a line of a file for each.

They are facts of AWS and of the issuers, each with its reference in the source. Whoever changes one
on purpose writes the file anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import checker.trust.document.operators as operators
import checker.trust.texts.keys as keys
from checker.trust import BLOCKING
from checker.trust.tenancy import TENANCY

GOLDEN = Path(__file__).with_name("tables.jsonl")
OTHERS = (
    "aws:PrincipalTag/a", "aws:RequestTag/A", "aws:ResourceTag/a", "iam:ResourceTag/a", "sts:RequestContext/x", "SAML:eduPersonX", "saml:x", "s3:prefix", "kms:ViaService", "athena:x",
    "token.actions.githubusercontent.com:sub", "idp.example.com/:amr", "idp.example.com/x:user_id", "cognito-identity.amazonaws.com:amr", "cognito-identity.amazonaws.com:email", "graph.facebook.com:app_id",
    "graph.facebook.com:id", "www.amazon.com:app_id", "www.amazon.com:sub", "accounts.google.com:aud", "accounts.google.com:oaud", "nohost:sub", "aws:odd", "odd", "", ":", "saml:sub_type", "saml:namequalifier",
)  # fmt: skip
SETS = {name: one for name, one in vars(keys).items() if name.isupper() and isinstance(one, frozenset)}  # fmt: skip
VALUES = ("arn:AWS:IAM::999999999999:ROLE/Path/Name", "AROAx:Y", "aroax", "O-A/R-b/", "${aws:userid}", "VPC-1", "x")  # fmt: skip
NAMES = ("StringEquals", "ForAnyValue:StringNotLikeIfExists", "forallvalues:ARNLIKE", "NullIfExists", "ForAnyValue:Null", "null", "numericlessthanequalsifexists", "BinaryEquals", "dategreaterthan", "NotIpAddress", "stringequalsignorecase", "odd", "", "ForAllValues:", "ifexists")  # fmt: skip
COMPARED: dict[str, list[tuple[str, str]]] = {
    "string": [("a", "a"), ("a", "A"), ("a*", "ab"), ("a?", "ab")], "caseless": [("A", "a"), ("A*", "ab")], "bool": [("true", "true"), ("TRUE", "true"), ("x", "true")],
    "number": [("5", "5"), ("5", "4"), ("5", "6"), ("5.0", "5"), ("x", "5"), ("5", "x"), ("1e3", "1000"), ("-1", "0")], "ip": [("10.0.0.0/8", "10.1.1.1"), ("10.0.0.1", "10.0.0.2"), ("::/0", "10.0.0.1"), ("::/0", "::1"), ("10.0.0.0/33", "10.0.0.0"), ("x", "y")],
    "date": [("2026-01-01", "2026-01-01T00:00:00Z"), ("2026", "2027"), ("2027-01-01T01:00+01:00", "2027-01-01T00:00:00Z"), ("1900000000", "2030-03-17T17:46:40Z"), ("x", "2026")],
    "arn": [("arn:aws:iam::1:role/*", "arn:aws:iam::1:role/x"), ("arn:*", "arn:aws:iam::1:role/x"), ("arn:aws:*:*:*:*", "arn:aws:iam::1:role/x"), ("*", "arn:aws:iam::1:role/x")],
    "null": [],
}  # fmt: skip


def of_keys() -> Iterator[tuple[str, Any]]:
    for key in (*keys.SPELLING.values(), *OTHERS):
        low = key.lower()
        yield key, {
            "spelled": keys.spelled(low), "domain": keys.domain(low).pattern, "known": keys.known(low), "listed": keys.listed(low), "never": keys.never(low), "tag": keys.tag(low),
            "shape": [keys.shape(low), keys.width(low)], "issuer": keys.issuer(low), "token": [keys.of_token(low), keys.of_session(low)], "in": sorted(name for name, one in SETS.items() if low in one),
            "sent": [provider for provider in ("cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com", "accounts.google.com", "idp.example.com") if keys.claim_always_sent(provider, low)],
            "few": list(keys.FEW.get(keys.domain(low), ())), "ends": list(keys.ENDS.get(keys.domain(low), ())), "written": [keys.canonical(low, one) for one in VALUES],
        }  # fmt: skip


def of_operators() -> Iterator[tuple[str, Any]]:
    for name in (*operators.OPERATORS, *NAMES):
        one = operators.parse(name)
        pairs = COMPARED[one.family] if one else ()
        met = [_meets(one, *pair) for pair in pairs] if one and one.family != "null" else []
        yield name, one and [one.name, one.family, one.negated, one.wild, one.if_exists, one.every, one.some, met]  # fmt: skip


def _meets(one: operators.Operator, operand: str, value: str) -> bool | None:
    """None where the operand is no value of its kind."""
    text = one.family in ("string", "caseless", "arn")
    read = operand if text else operators.read(one, operand)
    return None if read is None else bool(one.compare(read, value))


def of_issuers() -> Iterator[tuple[str, Any]]:
    for issuer, one in TENANCY.items():
        yield issuer, [list(one.claims), one.source, one.example]


def others() -> Iterator[tuple[str, Any]]:
    yield "blocking problems", sorted(BLOCKING)
    yield "ties", [sorted(one) for one in keys.TIES]


TABLES = {"keys": of_keys, "operators": of_operators, "issuers": of_issuers, "others": others}


@cache
def golden() -> dict[str, Any]:
    if os.environ.get("UPDATE_GOLDEN"):
        lines = (json.dumps([table, *one]) + "\n" for table, of in TABLES.items() for one in of())
        GOLDEN.write_text("".join(lines))
    found: dict[str, Any] = {}
    for table, name, told in map(json.loads, GOLDEN.read_text().splitlines()):
        found.setdefault(table, []).append([name, told])
    return found


@pytest.mark.parametrize("table", TABLES)
def test_each_fact_is_as_it_was(table: str) -> None:
    """Catches a slip in a table, which would open or shut every policy that comes by it."""
    assert json.loads(json.dumps(list(TABLES[table]()))) == golden()[table]
