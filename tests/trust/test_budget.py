"""Where the steps are spent, more is told than there is: nobody is missed."""

from __future__ import annotations

from typing import Any

import pytest

import checker.trust.proof.completion as completion
import checker.trust.search.decide as decide
from checker.trust import analyze
from checker.trust.budget import Budget
from checker.trust.document.parse import parse
from checker.trust.model import Analysis
from tests.trust.coverage import covered_by
from tests.trust.oracle import Request, allows
from tests.trust.support import (
    EKS,
    GITHUB,
    SCOPE,
    M,
    N,
    V,
    W,
    codes,
    oidc,
    policy,
    principals,
    role,
    statement,
    web,
)
from tests.trust.test_golden import DOCUMENTS

SOME = DOCUMENTS[:300:2]
PROVED = [one for one in DOCUMENTS[1::4] if "LET_IN" not in one[0]]
PROVED += [one for one in DOCUMENTS if "LET_IN" in one[0]]
STEPS = [(0, 0), (0, 60), (100, 0), (100, 400), (1_000, 100), (18_000, 0)]
"""For the search, and for the proof."""


def poor(monkeypatch: pytest.MonkeyPatch, search: int, proof: int) -> None:
    monkeypatch.setattr(decide, "Budget", lambda: Budget(search))
    monkeypatch.setattr(completion, "PROOF_STEPS", proof)


@pytest.mark.parametrize(("search", "proof"), STEPS)
def test_with_fewer_steps_nobody_is_missed(
    monkeypatch: pytest.MonkeyPatch, search: int, proof: int
) -> None:
    """Catches a stranger who goes unsaid in a policy that is too tangled, and one that is not told
    to be so: it would pass as one that lets in nobody."""
    whole = [analyze(document, scope) for _, document, scope in SOME]
    poor(monkeypatch, search, proof)
    for (name, document, scope), full in zip(SOME, whole, strict=True):
        less = analyze(document, scope)
        assert_tells_all(less, full, name)
        known = set(principals(less)) <= set(principals(full))
        proved = all(one.witness and allows(document, one.witness) for one in less.grants)
        assert known or proved or "too-complex" in codes(less), (name, principals(less))


def assert_tells_all(less: Analysis, full: Analysis, name: str) -> None:
    for grant in full.grants:
        if grant.witness:
            shown = Request(grant.witness.principal, grant.witness.action, grant.witness.context)
            if not covered_by(shown, full):
                continue  # an issuer with a last slash: this reading of it is too strict
            assert covered_by(shown, less), (name, grant, principals(less))


def test_the_proof_alone_misses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a proof of nobody that only holds as the quick search found somebody before: where
    a policy spends its steps, that one would go unsaid."""
    whole = [analyze(document, scope) for _, document, scope in PROVED]
    poor(monkeypatch, 0, completion.PROOF_STEPS)
    for (name, document, scope), full in zip(PROVED, whole, strict=True):
        assert_tells_all(analyze(document, scope), full, name)


def test_for_whom_a_service_acts_is_proved_or_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a service that acts for strangers alone, told as one for whoever asks: no finding."""
    document = policy(
        statement({"Service": "a.amazonaws.com"}, {"StringLike": {"aws:SourceAccount": "9*"}})
    )
    for steps in range(0, 120, 7):
        poor(monkeypatch, 18_000, steps)
        found = analyze(document, SCOPE)
        strangers = principals(found) == ["service:a.amazonaws.com for *"]
        assert strangers or "too-complex" in codes(found), steps


def test_accounts_that_are_too_many_to_tell_are_left_out_of_nobody() -> None:
    """Catches `anyone` but for accounts of which nobody knows, and an answer that is called sure."""
    document = policy(statement("*", {"StringLike": {"aws:PrincipalArn": "*:role/x"}}))
    decider = decide.Decider(parse(document, "aws", True, 0), SCOPE, 0)
    decider.words.budget = Budget(0)
    assert (list(decider.named()), decider.spent) == ([], True)


WHO = {"AWS": [V, N, role(W), "AROAEXAMPLEEXAMPLE123"], "Service": ["ec2.amazonaws.com", "rolesanywhere.amazonaws.com"]}  # fmt: skip
KEPT_OUT = {"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}"}}
WRITTEN: list[tuple[str, Any, list[str]]] = [
    ("anybody", statement("*", KEPT_OUT), ["anyone"]),
    ("each who is named, but ours and who is gone", statement(WHO, KEPT_OUT),
     [f"account:{V}", "federated:rolesanywhere.amazonaws.com", f"principal:{role(W)}", "service:ec2.amazonaws.com"]),
    ("a name to be filled in", statement({"AWS": "${Vendor}"}, KEPT_OUT), ["unresolved:${Vendor}"]),
    ("a provider", web(oidc(GITHUB), KEPT_OUT), [f"federated:{GITHUB}"]),
    ("every provider", statement("*", KEPT_OUT, Action="sts:AssumeRoleWithWebIdentity"),
     ["federated:accounts.google.com", "federated:cognito-identity.amazonaws.com", "federated:graph.facebook.com",
      f"federated:{EKS}", f"federated:{GITHUB}", "federated:www.amazon.com"]),
    ("nobody, by an action that is for tokens", statement({"AWS": V}, Action="sts:AssumeRoleWithWebIdentity"), []),
    ("a provider beside an account", statement({"AWS": V, "Federated": oidc(GITHUB)}, KEPT_OUT, Action="sts:AssumeRoleWithWebIdentity"), [f"federated:{GITHUB}"]),
    ("nobody, where nothing is allowed", statement({"AWS": V}, Action="sts:GetCallerIdentity"), []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "allow", "expected"), WRITTEN, ids=[r[0] for r in WRITTEN])
def test_what_is_written_is_let_in(
    monkeypatch: pytest.MonkeyPatch, why: str, allow: Any, expected: list[str]
) -> None:
    """Catches one of those who are named, of whom nothing is told once the search is given up."""
    poor(monkeypatch, 0, 0)
    found = analyze(policy(allow), SCOPE)
    assert principals(found) == expected, why
    assert "too-complex" in codes(found) or not expected
    assert M not in str(found.grants)
