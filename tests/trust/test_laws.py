"""Laws that hold of every policy, most of them about two documents that are nearly the same."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.trust import BLOCKING, analyze, includes
from checker.trust.model import Analysis, Grant
from tests import examples
from tests.trust.coverage import covers
from tests.trust.oracle import Request, allows, as_list
from tests.trust.random_policies import random_policy
from tests.trust.random_requests import requests_for
from tests.trust.support import EXT, OWN, SCOPE, M, N, V, W, codes, deny, policy, show, statement

seeds = st.integers(min_value=0, max_value=2**40)
laws = settings(max_examples=examples(60), deadline=None)
FILLS = ("", "z", "zz")


def policies() -> st.SearchStrategy[dict[str, Any]]:
    return seeds.map(lambda seed: random_policy(Random(seed)))


def statements_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return deepcopy(as_list(document["Statement"]))


def known(analysis: Analysis) -> list[tuple[Any, ...]]:
    """The grants without what depends on the places of statements."""
    return [
        (g.principal, g.actions, g.external_id, g.network_limited, len(g.statements))
        for g in analysis.grants
    ]


def still_covered(earlier: Grant, later: Analysis) -> bool:
    """Whether the grant's own witness is let in by a grant of the later analysis."""
    witness = earlier.witness
    if witness is None:  # the budget was spent: `test_oracle` asserts that this is said
        return True
    if earlier.principal.kind == "unresolved":
        member = witness.context.get("aws:PrincipalOrgID")
        return any(
            one.kind in ("unresolved", "anyone", "account")
            or (one.kind == "organization" and one.organization == member)
            for one in (g.principal for g in later.grants)
        )
    context = {"aws:PrincipalArn": witness.principal, "aws:userid": ":", **witness.context}
    if witness.action == "sts:AssumeRole" and not witness.principal.startswith("arn:"):
        context["aws:PrincipalServiceName"] = witness.principal
    return any(covers(g, Request(witness.principal, witness.action, context)) for g in later.grants)


def assert_covers(later: dict[str, Any], earlier: dict[str, Any]) -> None:
    found = analyze(later, SCOPE)
    for grant in analyze(earlier, SCOPE).grants:
        assert still_covered(grant, found), f"{grant}\n{show(earlier)}\n{show(later)}"


@laws
@given(policies(), st.randoms(use_true_random=False))
def test_statement_order_is_irrelevant(document: dict[str, Any], rng: Random) -> None:
    """Catches an answer that depends on which statement is read first."""
    shuffled = statements_of(document)
    rng.shuffle(shuffled)
    expected = known(analyze(document, SCOPE))
    assert known(analyze({**document, "Statement": shuffled}, SCOPE)) == expected, show(document)


def listed(value: Any) -> Any:
    """The same document with a list wherever it may have one."""
    if isinstance(value, dict):
        return {
            k: listed(v) if isinstance(v, dict | list) or k in ("Effect", "Version") else [v]
            for k, v in value.items()
        } | ({"Principal": "*"} if value.get("Principal") == "*" else {})
    return (
        [listed(v) if isinstance(v, dict) else v for v in value]
        if isinstance(value, list)
        else value
    )


@laws
@given(policies())
def test_scalar_equals_singleton(document: dict[str, Any]) -> None:
    """Catches a scalar that is read otherwise than the list that holds it alone."""
    every = listed({**document, "Statement": statements_of(document)})
    first, second = analyze(document, SCOPE), analyze(every, SCOPE)
    assert (second.grants, codes(second)) == (first.grants, codes(first)), show(document)


@laws
@given(policies(), policies())
def test_adding_a_deny_never_adds_a_grant(document: dict[str, Any], other: dict[str, Any]) -> None:
    """Catches a Deny that lets somebody in."""
    denies = [s for s in statements_of(other) if s["Effect"] == "Deny"]
    assert_covers(document, {**document, "Statement": statements_of(document) + denies})


@laws
@given(policies(), policies())
def test_adding_an_allow_never_removes_one(document: dict[str, Any], other: dict[str, Any]) -> None:
    """Catches an Allow that hides whom another Allow lets in."""
    allows_ = [s for s in statements_of(other) if s["Effect"] == "Allow"]
    assert_covers({**document, "Statement": statements_of(document) + allows_}, document)


def widened(operator: str, value: Any) -> Any:
    """The pattern without what follows its middle; an Arn keeps its six parts."""
    if isinstance(value, list):
        return [widened(operator, v) for v in value]
    if not isinstance(value, str) or "$" in value:
        return value
    if operator.startswith("Arn"):
        head, _, tail = value.rpartition(":")
        return f"{head}:{tail[: len(tail) // 2]}*"
    return value[: len(value) // 2] + "*"


@laws
@given(policies())
def test_widening_a_pattern_never_removes_a_grant(document: dict[str, Any]) -> None:
    """Catches a wider pattern that lets in fewer."""
    wider = statements_of(document)
    for one in wider:
        for operator, keys in one.get("Condition", {}).items() if one["Effect"] == "Allow" else ():
            if operator.removesuffix("IfExists").endswith(("StringLike", "ArnLike", "ArnEquals")):
                keys.update({key: widened(operator, value) for key, value in keys.items()})
    assert_covers({**document, "Statement": wider}, document)


@laws
@given(policies())
def test_own_accounts_are_never_listed(document: dict[str, Any]) -> None:
    """Catches an own account, or the own organization, reported as an outsider."""
    for grant in analyze(document, SCOPE).grants:
        principal = grant.principal
        assert principal.account not in (M, N) or principal.kind == "federated", show(document)
        assert principal.organization != OWN
        assert not {M, N} & set(principal.excepted)


@laws
@given(policies())
def test_making_a_vendor_ours_removes_it_and_adds_nobody(document: dict[str, Any]) -> None:
    """Catches an own account that is told from the scope in one place and not in another."""
    ours = msgspec.structs.replace(SCOPE, own=frozenset({M, N, V}))
    later = analyze(document, SCOPE)
    for grant in analyze(document, ours).grants:
        assert grant.principal.account != V, show(document)
        assert still_covered(grant, later), f"{grant}\n{show(document)}"


UNKNOWN = [
    {"StringSounds": {"aws:PrincipalAccount": M}},
    {"ForSomeValues:StringEquals": {"aws:PrincipalAccount": M}},
    {"StringEquals": {"aws:PrincipalShoeSize": "43"}},
    {"NumericEquals": {"aws:MultiFactorAuthAge": "old"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "perhaps"}},
    {"IpAddress": {"aws:SourceIp": "everywhere"}},
    {"DateLessThan": {"aws:CurrentTime": "soon"}},
    {"StringEquals": "aws:PrincipalAccount"},
    {"StringEquals": {"aws:PrincipalAccount": {"a": 1}}},
    {"StringEquals": {"aws:PrincipalAccount": None}},
    {"Null": {"aws:PrincipalOrgID": "maybe"}},
    ["StringEquals"],
    "StringEquals",
]


@laws
@given(
    st.sampled_from(UNKNOWN),
    st.sampled_from([M, V, [M, V]]),
    st.sampled_from(["Allow", "allow", "Permit", "", 1, None, ["Allow"]]),
)
def test_unknown_is_never_a_pass(condition: Any, principal: Any, effect: Any) -> None:
    """Catches an operator, key, value or effect that is not understood and lets V pass unseen."""
    found = analyze(policy(statement({"AWS": principal}, condition, Effect=effect)), SCOPE)
    assert codes(found) & BLOCKING or (
        effect == "Allow"
        and (principal == M or any(g.principal.account == V for g in found.grants))
    )


@laws
@given(st.sampled_from(UNKNOWN))
def test_unknown_deny_earns_no_credit(condition: Any) -> None:
    """Catches a Deny that is not understood and yet takes an outsider out."""
    document = policy(statement({"AWS": [V, W]}), deny("*", condition))
    assert {grant.principal.account for grant in analyze(document, SCOPE).grants} == {V, W}


@laws
@given(policies(), st.text(max_size=12))
def test_unknown_fields_never_hide_a_grant(document: dict[str, Any], name: str) -> None:
    """Catches a misspelt field that makes the engine skip its statement in silence."""
    changed = statements_of(document)
    for one in changed:
        one.setdefault("X" + name, "*")
    found = analyze({**document, "Statement": changed}, SCOPE)
    assert codes(found) & BLOCKING or known(found) == known(analyze(document, SCOPE))


@laws
@given(policies())
def test_analysis_depends_on_nothing_but_its_arguments(document: dict[str, Any]) -> None:
    """Catches a memory between calls, and a document changed by being read."""
    before = deepcopy(document)
    first = analyze(document, SCOPE)
    analyze(policy(statement("*", {"StringLike": {"aws:PrincipalOrgID": f"{EXT}*"}})), SCOPE)
    assert analyze(document, SCOPE) == first
    assert document == before


@laws
@given(policies())
def test_what_holds_of_the_role_itself_changes_nothing(document: dict[str, Any]) -> None:
    """Catches callers who are asked about without the role that they ask for."""
    asked = statements_of(document)
    for one in asked:
        if one["Effect"] == "Allow":
            one.setdefault("Condition", {})["StringEqualsIgnoreCase"] = {
                **one.get("Condition", {}).get("StringEqualsIgnoreCase", {}),
                "aws:ResourceAccount": M,
            }
    if "resourceaccount" not in show(document).lower():
        first, second = analyze(document, SCOPE), analyze({**document, "Statement": asked}, SCOPE)
        assert (known(second), codes(second)) == (known(first), codes(first)), show(document)


@laws
@given(policies())
def test_account_bound_tells_the_truth(document: dict[str, Any]) -> None:
    """Catches a promise that one answer serves every own account, where it does not."""
    first = analyze(document, SCOPE)
    other = analyze(document, msgspec.structs.replace(SCOPE, account=N, own=frozenset({M, N})))
    if not (first.account_bound or other.account_bound):
        assert known(first) == known(other), show(document)


patterns = st.text(alphabet="ab*?", max_size=6)


@laws
@given(patterns, patterns)
def test_inclusion_is_sound(outer: str, inner: str) -> None:
    """Catches `includes` saying yes of a pattern that has an instance outside."""
    if includes(outer, inner):
        for fill in FILLS:
            for one in "zb":
                instance = inner.replace("*", fill).replace("?", one)
                assert includes(outer, instance), (outer, inner, instance)


@laws
@given(patterns, st.text(alphabet="ab", max_size=6))
def test_inclusion_of_a_text_is_matching(outer: str, text: str) -> None:
    """Catches `includes` at odds with the oracle's matching where the inner has no wildcard."""
    document = policy(statement("*", {"StringLike": {"sts:RoleSessionName": outer}}))
    request = Request(f"arn:aws:iam::{V}:user/x", "sts:AssumeRole", {"sts:RoleSessionName": text})
    assert includes(outer, text) is (allows(document, request))


@laws
@given(st.text(alphabet="ab*?", max_size=5))
def test_everything_includes_itself_and_is_in_the_star(pattern: str) -> None:
    """Catches the two ends of inclusion."""
    assert includes(pattern, pattern)
    assert includes("*", pattern)


@laws
@given(policies())
def test_each_request_is_covered_or_refused(document: dict[str, Any]) -> None:
    """Catches an uncovered outsider, with Hypothesis choosing the seeds."""
    from tests.trust.test_oracle import faults_of

    requests = list(requests_for(document, Random(0), limit=100))
    faults = list(faults_of(document, requests, "hypothesis"))
    assert not faults, str(faults[0])
