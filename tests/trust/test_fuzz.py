"""Documents that nobody would write: nonsense that must not crash, and hostile size and shape.

`python -m tests.trust.test_fuzz` prints how long each hostile document takes, slowest first.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.trust import BLOCKING, analyze
from checker.trust.model import Analysis
from tests import examples
from tests.trust.oracle import allows
from tests.trust.support import (
    GITHUB,
    OWN,
    SCOPE,
    V,
    W,
    codes,
    deny,
    oidc,
    policy,
    role,
    statement,
    web,
)

HANG = 2.0  # seconds: no measure of speed, only a guard


def nested(depth: int) -> Any:
    found: Any = "*"
    for _ in range(depth):
        found = [found]
    return found


NONSENSE: dict[str, Any] = {
    "null": None,
    "text": "str",
    "number": 12,
    "list": [],
    "map": {},
    "true": True,
    "nan": float("nan"),
    "nan-text": '{"Statement": NaN}',
    "infinity": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": float("inf")}}]},
    "numbers-text": '{"Version": 20121017, "Statement": {"Effect": 1, "Principal": 12, "Action": 5}}',
    "number-text": '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": [999999999999, -0, 12]}}]}',
    "huge-number": {"Statement": [{"Principal": {"AWS": 10**400}}]},
    "huge-number-text": '{"Statement": [{"Principal": {"AWS": 1' + "0" * 5000 + "}}]}",
    "huge-exponent": '{"Statement": [{"Principal": {"AWS": 1e99999}}]}',
    "empty-text": "",
    "space": " \n\t",
    "binary": b"\x00\xff\xfe\x80",
    "empty-bytes": b"",
    "bom": b"\xef\xbb\xbf{}",
    "utf-16": '{"Statement": []}'.encode("utf-16"),
    "half-a-text": '{"Statement": [',
    "twice": "{} {}",
    "url-encoded": "%7B%22Statement%22%3A%5B%5D%7D",
    "deep": nested(900),
    "deep-text": "[" * 900 + "]" * 900,
    "too-deep": "[" * 100_000 + "]" * 100_000,
    "too-deep-maps": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "too-deep-value": nested(100_000),
    "deep-statement": policy(nested(900)),
    "deep-principal": policy(statement({"AWS": nested(900)})),
    "deep-condition": policy(statement("*", {"StringEquals": {"aws:userid": nested(900)}})),
    "too-deep-condition": policy(statement("*", {"StringLike": {"aws:userid": nested(100_000)}})),
    "surrogate": policy(
        statement({"AWS": "\ud800"}, {"StringLike": {"sts:ExternalId": "\udfff*"}})
    ),
    "surrogate-text": '{"Version": "\\ud800", "Statement": [{"Effect": "\\udc00"}]}',
    "control": policy(statement({"AWS": "\x00\x1b[31m"}, {"StringLike": {"a\x00b": "\x07"}})),
    "control-text": '{"Statement": "\x00"}',
    "statement-null": policy(None),
    "statement-text": policy("Allow"),
    "statement-absent": {"Version": "2012-10-17"},
    "statement-empty": policy(),
    "version-list": {"Version": ["2012-10-17"], "Statement": statement("*")},
    "principal-list": policy(statement(["*"])),
    "principal-empty": policy(statement({})),
    "principal-null": policy(statement({"AWS": None})),
    "principal-number": policy(statement(12)),
    "principal-nested": policy(statement({"AWS": {"AWS": "*"}})),
    "principal-kind": policy(statement({"aws": V, "Gcp": "x"})),
    "principal-empty-text": policy(statement({"AWS": "", "Service": "", "Federated": ""})),
    "arn-parts": policy(
        statement({"AWS": ["arn", "arn:", ":::::", "arn:aws:iam::", f"arn:aws::{V}:"]})
    ),
    "action-map": policy(statement("*", Action={"a": 1})),
    "action-empty": policy(statement("*", Action=[])),
    "both-actions": policy(statement("*", NotAction="sts:*")),
    "both-principals": policy(statement("*", NotPrincipal="*")),
    "key-empty": policy(statement("*", {"StringEquals": {"": ""}, "": {"": ""}})),
    "operator-parts": policy(statement("*", {"ForAllValues:": {"a": "b"}, "IfExists": {"a": "b"}})),
    "null-if-exists": policy(statement("*", {"NullIfExists": {"aws:userid": "true"}})),
    "variables": policy(
        statement(
            "*", {"StringLike": {"sts:ExternalId": ["${", "${}", "${${a}}", "${a,}", "${,'"]}}
        )
    ),
    "address": policy(
        statement("*", {"IpAddress": {"aws:SourceIp": ["1.2.3", "::/999", "", "/"]}})
    ),
    "date": policy(statement("*", {"DateLessThan": {"aws:CurrentTime": ["x", "9" * 400, "-1"]}})),
    "year-zero": policy(statement("*", {"DateLessThan": {"aws:CurrentTime": "0000-00-00"}})),
    "big-number": policy(
        statement("*", {"NumericLessThan": {"aws:MultiFactorAuthAge": "9" * 5000}})
    ),
    "unicode-digits": policy(
        statement({"AWS": "٩" * 12}, {"IpAddress": {"aws:SourceIp": "١.1.1.1"}})
    ),
    "statements-many": policy(*[statement({"AWS": V})] * 2000),
}


def analysed(document: Any) -> Analysis:
    """The analysis, in time and in good form."""
    start = time.process_time()
    found = analyze(document, SCOPE)
    assert time.process_time() - start < HANG
    assert isinstance(found, Analysis)
    return found


@pytest.mark.parametrize("document", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_never_raises(document: Any) -> None:
    """Catches a crash on a document that is no policy."""
    analysed(document)


# What these say is clear, and it is nobody, or whom the analysis lists.
PASSES = {"statement-empty", "statements-many", "action-empty", "url-encoded", "principal-empty"}


@pytest.mark.parametrize("name", sorted(NONSENSE.keys() - PASSES))
def test_nonsense_never_passes(name: str) -> None:
    """Catches nonsense that is silently taken for a policy that trusts nobody."""
    found = analysed(NONSENSE[name])
    assert codes(found) & BLOCKING or found.grants


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["*", V, "Allow", "Deny", "sts:AssumeRole", "2012-10-17", role(V), "${a}"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.text(max_size=4)
        | st.sampled_from(["AWS", "Service", "Federated", "StringLike", "Null", "aws:userid"]),
        inner,
        max_size=3,
    ),
    max_leaves=12,
)  # fmt: skip
FIELDS = ("Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition", "Sid")
statements = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, json_values))
almost = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Principal": json_values | st.just("*")},
    optional={"Action": json_values | st.just("sts:*"), "Condition": json_values},
)
documents = json_values | st.fixed_dictionaries(
    {"Statement": st.lists(statements | almost, max_size=3) | json_values},
    optional={"Version": json_values, "Id": json_values},
)
fuzz = settings(max_examples=examples(100), deadline=None)
counted = settings(fuzz, derandomize=True)
"""Where a law must have decided so often: chance alone would fail it now and then."""


@fuzz
@given(documents)
def test_any_json_value_is_analysed(document: Any) -> None:
    """Catches a crash on a value of an unexpected type, wherever it stands."""
    analysed(document)


def test_any_json_text_is_analysed_as_its_value() -> None:
    """Catches a text that is read otherwise than the value it decodes to."""
    by: Counter[str] = Counter()

    @counted
    @given(documents)
    def law(document: Any) -> None:
        text = json.dumps(document)
        assume("NaN" not in text and "Infinity" not in text)  # no JSON, though Python writes them
        found = analyze(text, SCOPE)
        assert found == analyze(json.loads(text), SCOPE)
        by["grants" if found.grants else "none"] += 1

    law()
    assert by["grants"] >= 10 and by["none"] >= 10, by


@fuzz
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_analysed(document: Any) -> None:
    """Catches a crash in decoding, and text that is no JSON passing."""
    try:
        is_policy = isinstance(json.loads(document), dict)
    except ValueError:
        is_policy = False
    found = analysed(document)
    assert is_policy or codes(found) & BLOCKING


def test_each_witness_of_nonsense_is_allowed() -> None:
    """Catches a grant made up where the statement allows nobody."""
    by: Counter[str] = Counter()

    @counted
    @given(almost)
    def law(one: Any) -> None:
        found = analyze(policy(one), SCOPE)
        for grant in found.grants if not codes(found) & BLOCKING else ():
            assert grant.witness is not None
            assert allows(policy(one), grant.witness)
            by["witnesses"] += 1

    law()
    assert by["witnesses"] >= 5, by


# --- hostile -------------------------------------------------------------------------------------


def like(key: str, *values: str, operator: str = "StringLike") -> dict[str, Any]:
    return {operator: {key: list(values)}}


def tag(i: int) -> str:
    return f"aws:PrincipalTag/t{i}"


TAG, NOT = tag(0), "StringNotLike"
HOLES = [f"*{c}*" for c in "abcdefghijklmnop"]
PATTERNS = [f"{c}*{d}*{c}*" for c in "abcd" for d in "efgh"]


def chain(size: int, operator: str) -> dict[str, Any]:
    """Each tag tied to the next by a variable, the last to the first."""
    return {operator: {tag(i): f"${{{tag((i + 1) % size)}}}" for i in range(size)}}


def hostile() -> Iterator[tuple[str, dict[str, Any]]]:
    """Constructions of which each drives another part of a search into the exponential."""
    yield (
        "overlapping globs",
        policy(
            statement("*", like("sts:ExternalId", "*a*a*a*a*b", "a*a*a*a*", "*a?a?a?a?*a*b")),
            *(
                deny("*", like("sts:ExternalId", f"{'*a' * i}*{'b*' * (9 - i)}"))
                for i in range(1, 9)
            ),
            *(deny("*", like("sts:ExternalId", f"{'?a*' * i}b*")) for i in range(1, 9)),
        ),
    )
    yield (
        "one glob for each letter",
        policy(
            statement("*", like(TAG, *HOLES)),
            *(deny("*", like(TAG, f"*{c}*{d}*")) for c in "abcdef" for d in "abcdef"),
        ),
    )
    yield (
        "one glob that is long",
        policy(statement("*", like(TAG, "*a" * 1500)), deny("*", like(TAG, "a*" * 1400 + "b"))),
    )
    yield (
        "question marks",
        policy(
            statement("*", like(TAG, "?" * 1000 + "*")),
            *(
                deny("*", like(TAG, "*" + "?" * n + "a" + "?" * (200 - n)))
                for n in range(0, 200, 20)
            ),
        ),
    )
    yield (
        "many keys",
        policy(
            statement("*"),
            *(
                deny("*", {**like(tag(i), "a*"), **like(tag(i + 1), "b*", operator=NOT)})
                for i in range(40)
            ),
        ),
    )
    yield "keys three by three", policy(
        statement("*"),
        *(
            deny("*", {"StringEquals": {tag(i % 12): str(i % 2), tag(i * 5 % 12): str(i % 3),
                                        tag(i * 7 % 12): str(i % 2)}})
            for i in range(40)
        ),
    )  # fmt: skip
    yield "satisfiability", policy(
        statement("*", {"StringEquals": {tag(i): ["0", "1"] for i in range(14)}}),
        *(
            deny("*", {"StringEquals": {tag(i * 3 % 14): str(i % 2),
                                        tag(i * 5 % 14): str(i // 2 % 2),
                                        tag((i * 11 + 1) % 14): str(i // 4 % 2)}})
            for i in range(36)
        ),
    )  # fmt: skip
    yield "pigeonholes", policy(
        statement("*", {"StringEquals": {tag(i): ["1", "2", "3", "4"] for i in range(5)}}),
        *(
            deny("*", {"StringEquals": {tag(i): h, tag(j): h}})
            for h in "1234" for i in range(5) for j in range(i)
        ),
    )  # fmt: skip
    yield "pigeonholes in a list", policy(
        statement("*", like("aws:TagKeys", *HOLES, operator="ForAnyValue:StringLike")),
        *(deny("*", like("aws:TagKeys", *HOLES[:i], *HOLES[i + 1 :],
                         operator="ForAnyValue:StringNotLike")) for i in range(16)),
    )  # fmt: skip
    yield "lists for all", policy(
        statement("*", {**like("aws:TagKeys", *HOLES, operator="ForAllValues:StringLike"),
                        "Null": {"aws:TagKeys": "false"}}),
        *(deny("*", like("aws:TagKeys", p, operator="ForAnyValue:StringLike")) for p in PATTERNS),
        *(deny("*", like("aws:TagKeys", p, operator="ForAllValues:StringNotLike")) for p in HOLES),
    )  # fmt: skip
    yield "variables in a ring", policy(
        statement("*", chain(20, "StringEquals")), deny("*", chain(20, NOT)),
        *(deny("*", like(tag(i), "a*", "*b*")) for i in range(20)),
    )  # fmt: skip
    yield "variables all round", policy(
        *(statement("*", {**chain(n, "StringLike"), **like("sts:ExternalId", f"${{{tag(n)}}}*")})
          for n in range(2, 8)),
        *(deny("*", chain(n, "StringNotEquals")) for n in range(2, 12)),
    )  # fmt: skip
    yield (
        "variables within globs",
        policy(
            statement(
                "*", like(TAG, *(f"*${{{tag(i)}}}*${{{tag(i + 1)}}}*" for i in range(1, 12)))
            ),
            *(
                deny("*", like(tag(i), f"*${{{TAG}}}*", f"a*${{{tag(i + 1)}}}"))
                for i in range(1, 16)
            ),
        ),
    )
    yield "the caller in variables", policy(
        statement("*", {"StringEquals": {
            TAG: "${aws:PrincipalAccount}", tag(1): "${aws:PrincipalOrgID}",
            tag(2): "${aws:userid}", tag(3): "${aws:PrincipalArn}",
            "sts:RoleSessionName": "${aws:username}"}}),
        *(deny("*", like("aws:PrincipalArn", f"arn:aws:iam::*:*${{{tag(i)}}}*"))
          for i in range(30)),
    )  # fmt: skip
    accounts = [f"{300000000000 + i * 7}" for i in range(240)]
    yield (
        "accounts and denies",
        policy(
            statement({"AWS": accounts}),
            *(
                deny({"AWS": a}, {"StringNotEquals": {"sts:ExternalId": a[-4:]}})
                for a in accounts[:24]
            ),
        ),
    )
    yield (
        "accounts by condition",
        policy(
            statement("*", {"StringEquals": {"aws:PrincipalAccount": accounts[:160]}}),
            *(deny("*", like("aws:PrincipalAccount", f"*{i:02}*")) for i in range(20)),
            *(
                deny("*", like("aws:PrincipalAccount", f"*{i}*{i + 1}*", operator=NOT))
                for i in range(3)
            ),
        ),
    )
    roles = [role(f"{300000000000 + i}", "x") for i in range(60)]
    yield "roles and organizations", policy(
        statement({"AWS": roles}, {"StringNotEquals": {"aws:PrincipalOrgID": OWN}}),
        *(deny("*", {**like("aws:PrincipalArn", f"*{i}*"),
                     **like("aws:PrincipalOrgPaths", f"o-{i:010}/*",
                            operator="ForAnyValue:" + NOT)})
          for i in range(20)),
    )  # fmt: skip
    yield "arn globs", policy(
        statement("*", like("aws:PrincipalArn", *(f"*{c}*:*{d}*/*" for c in "abc" for d in "123"))),
        *(deny("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*{i}*:*/{'*a' * 12}*"}})
          for i in range(10)),
        *(deny("*", like("aws:PrincipalArn", f"*:*{i}*:*", operator=NOT)) for i in range(8)),
    )  # fmt: skip
    yield (
        "networks",
        policy(
            statement("*", {"IpAddress": {"aws:SourceIp": [f"10.{i}.0.0/16" for i in range(100)]}}),
            *(
                deny("*", {"IpAddress": {"aws:SourceIp": f"10.{i}.{i}.0/{17 + i % 8}"}})
                for i in range(40)
            ),
        ),
    )
    subject = f"{GITHUB}:sub"
    yield (
        "subjects",
        policy(
            web(
                oidc(GITHUB),
                like(subject, *(f"repo:*{c}*/*{d}*:*" for c in "abcd" for d in "wxyz")),
            ),
            *(
                deny("*", like(subject, f"*{c}*:*{d}*"), Action="sts:*")
                for c in "efgh"
                for d in "stuv"
            ),
        ),
    )
    yield "statements", policy(
        *(statement({"AWS": [V, W]}, {**like("sts:ExternalId", f"{i}*"), **like(TAG, f"*{i}")})
          for i in range(24)),
        *(deny("*", {**like("sts:ExternalId", f"*{i}"), **like(TAG, f"{i}*")}) for i in range(24)),
    )  # fmt: skip


HOSTILE = dict(hostile())


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_end_in_time(document: dict[str, Any]) -> None:
    """Catches a search without bounds, and a bound that hides an outsider."""
    assert len(json.dumps(document)) < 10_240
    found = analysed(document)
    spent = "too-complex" in codes(found)
    assert not spent or (found.grants and "too-complex" in BLOCKING)
    for grant in found.grants:
        assert spent or grant.witness is not None
        assert grant.witness is None or allows(document, grant.witness)


def worst() -> list[tuple[float, str, int, int, bool]]:
    """(milliseconds, name, characters, grants, whether the budget was spent), slowest first."""
    rows = []
    for name, document in {**HOSTILE, **NONSENSE}.items():
        start = time.process_time()
        found = analyze(document, SCOPE)
        spent = "too-complex" in codes(found)
        size = len(json.dumps(document)) if name in HOSTILE else 0
        rows.append(((time.process_time() - start) * 1000, name, size, len(found.grants), spent))
    return sorted(rows, reverse=True)


if __name__ == "__main__":
    for milliseconds, name, size, grants, spent in worst()[:25]:
        print(
            f"{milliseconds:8.1f} ms  {size:6} chars {grants:4} grants {'spent' * spent:5}  {name}"
        )
