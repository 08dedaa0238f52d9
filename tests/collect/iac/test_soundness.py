"""Laws: whatever an unknown value turns out to be, the policy with it unknown lets in no fewer."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from checker.collect.iac.trust_document import trust_document
from checker.collect.iac.unknown import OPEN, is_unresolved, shown, unresolved
from checker.trust import BLOCKING, Scope, analyze
from tests import examples

OWN, VENDOR, OTHER = "111111111111", "999999999999", "888888888888"
SCOPE = Scope(account=OWN, today=date(2026, 11, 20), live=False,
              organizations=frozenset({"o-own1234567"}))  # fmt: skip
HOLE = unresolved("X")
WIDE = ("anyone", "unresolved", "organization")
FILLS = [VENDOR, "*", f"arn:aws:iam::{VENDOR}:root", "o-vendor1234", "o-own1234567", "abc", "a*",
         "sts:AssumeRole", "true", "false", "", "role/x"]  # fmt: skip
accounts = st.sampled_from([VENDOR, OTHER, "*", f"arn:aws:iam::{OTHER}:role/x", HOLE,
                            f"arn:aws:iam::{HOLE}:root", f"arn:aws:iam::{VENDOR}:role/{HOLE}"])  # fmt: skip
values = st.lists(st.sampled_from([HOLE, VENDOR, "o-own1234567", "o-vendor1234", "abc", "a*", ""]),
                  min_size=1, max_size=2)  # fmt: skip
operators = st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike",
                             "StringEqualsIfExists", "ForAllValues:StringEquals", "Null"])  # fmt: skip
keys = st.sampled_from(["sts:ExternalId", "aws:PrincipalAccount", "aws:PrincipalOrgID",
                        "sts:externalid", "aws:PrincipalTag/x"])  # fmt: skip
conditions = st.one_of(
    st.just(HOLE),
    st.dictionaries(operators, st.dictionaries(keys, values, min_size=1, max_size=2), max_size=2),
)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Principal": st.one_of(
            st.sampled_from(["*", HOLE]),
            st.fixed_dictionaries({"AWS": st.lists(accounts, min_size=1, max_size=2)}),
        ),
        "Action": st.sampled_from(["sts:AssumeRole", "sts:TagSession", HOLE, ["sts:*", HOLE]]),
    },
    optional={"Condition": conditions},
)


def filled(value: Any, fill: str) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, fill) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, fill) for item in value]
    return value.replace(HOLE, fill) if isinstance(value, str) else value


def told(document: Any) -> tuple[set[tuple[str, str]], bool, bool]:
    """Who is let in, by kind and account (a service that acts for nobody is nobody outside);
    whether that covers everybody; whether it was read."""
    found = analyze(json.dumps(document), SCOPE)
    parties = [
        g.principal for g in found.grants if g.principal.kind != "service" or g.principal.source
    ]
    who = {(one.kind, one.account or "") for one in parties}
    readable = not any(p.code in BLOCKING for p in found.problems)
    return who, any(kind in WIDE for kind, _ in who), readable


def test_no_value_lets_in_more() -> None:
    """A value that deployment brings may not open what the check had passed. (Not claimed: of a
    `*` in a list of accounts beside a Deny of everybody, which federated callers may pass by.)"""
    by: Counter[str] = Counter()

    # derandomized, as it counts how often it decides
    @settings(max_examples=examples(100), deadline=None, derandomize=True)
    @example(
        [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole",
          "Condition": {"StringEquals": {"sts:ExternalId": [HOLE], "sts:externalid": ["a*"]}}}],
        VENDOR,
    )  # fmt: skip
    @given(st.lists(statements, min_size=1, max_size=3), st.sampled_from(FILLS))
    def law(parts: list[Any], fill: str) -> None:
        denies = any(one["Effect"] == "Deny" for one in parts)
        assume(not (denies and fill == "*"))
        document = {"Version": "2012-10-17", "Statement": parts}
        softened = json.loads(bytes(trust_document(document).policy))
        who, wide, readable = told(softened)
        real, _, deployable = told(filled(document, fill))
        assume(deployable)  # AWS refuses the others
        reported = {account for _, account in who}
        people = {account for _, account in real if account.isdigit() or not account}
        by["wide" if wide else "unread" if not readable else "people" if people else "nobody"] += 1
        assert wide or not readable or people <= reported

    law()
    assert by["people"] >= 10 and by["wide"] >= 10, by


@given(st.lists(statements, min_size=1, max_size=3))
def test_no_mark_is_left(parts: list[Any]) -> None:
    """A mark in a snapshot would be an odd character that means nothing to anybody."""
    found = trust_document({"Version": "2012-10-17", "Statement": parts})
    assert OPEN not in bytes(found.policy).decode()


@given(st.lists(statements, min_size=1, max_size=3))
def test_what_is_known_stays(parts: list[Any]) -> None:
    """A policy without unknown values is the same to the analysis, but for empty conditions."""
    known = [one for one in parts if not is_unresolved(one) and '""' not in json.dumps(one)]
    document = {"Version": "2012-10-17", "Statement": known or [{"Effect": "Allow"}]}
    softened = json.loads(bytes(trust_document(document).policy))
    assert told(shown(softened)) == told(document)


HUB = "token.actions.githubusercontent.com"
claims = st.sampled_from([HOLE, f"repo:{HOLE}/x:*", f"repo:acme/{HOLE}:*", "repo:acme/x:*", f"repo:evil/{HOLE}", "*"])  # fmt: skip
federated = st.fixed_dictionaries(
    {
        "Effect": st.just("Allow"),
        "Principal": st.fixed_dictionaries(
            {"Federated": st.sampled_from([f"arn:aws:iam::{OWN}:oidc-provider/{HUB}", HOLE])}
        ),
        "Action": st.just("sts:AssumeRoleWithWebIdentity"),
        "Condition": st.dictionaries(
            st.sampled_from(["StringEquals", "StringLike", "StringNotLike", "ForAnyValue:StringLike"]),
            st.dictionaries(
                st.sampled_from([f"{HUB}:sub", f"{HUB}:aud", f"{HUB}:repository"]),
                st.lists(claims, min_size=1, max_size=2), min_size=1, max_size=2,
            ),
            max_size=2,
        ),
    }
)  # fmt: skip
REPOSITORIES = ["acme", "evil", "other/y", "*", "", "acme/x:ref", "repo:other/y:*"]


def tenants(document: Any) -> tuple[set[str], bool]:
    """Patterns of the tenants that are let in; whether some tenant cannot be told."""
    found = analyze(json.dumps(document), SCOPE)
    grants = [g.principal for g in found.grants]
    every = {
        p for g in grants if g.kind == "federated" for p in (g.claims or {}).get("sub", ("*",))
    }
    return every, any(g.kind in WIDE for g in grants) or any(
        p.code in BLOCKING for p in found.problems
    )


def test_no_value_lets_in_another_tenant() -> None:
    """A repository that deployment names may not come in behind one that the check had seen."""
    by: Counter[str] = Counter()

    # derandomized, as it counts how often it decides
    @settings(max_examples=examples(100), deadline=None, derandomize=True)
    @given(st.lists(federated, min_size=1, max_size=2), st.sampled_from(REPOSITORIES))
    def law(parts: list[Any], fill: str) -> None:
        document = {"Version": "2012-10-17", "Statement": parts}
        seen, unsure = tenants(json.loads(bytes(trust_document(document).policy)))
        real, _ = tenants(filled(document, fill))
        by["unsure" if unsure else "compared" if real else "nobody"] += 1
        covered = all(any(fnmatchcase(one, pattern) for pattern in seen) for one in real)
        assert unsure or covered

    law()
    assert by["compared"] >= 10 and by["unsure"] >= 10, by
