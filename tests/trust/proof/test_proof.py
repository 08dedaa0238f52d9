"""Random policies, proved: nobody is let in whom no grant covers, and no grant is an idle alarm.

VENDORGATE_PROOFS sets how many policies (CI: 60; `make proofs`: 10,000). Seeds are fixed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from checker.trust import analyze
from tests.trust.proof.generate import ALL_KEYS, policy
from tests.trust.proof.prove import Case, Verdict
from tests.trust.proof.read import OPERATORS

POLICIES = int(os.environ.get("VENDORGATE_PROOFS", "60"))
CHUNK = 20
UNKNOWN = 0.1
"""The largest share of a chunk that Z3 may give up on. It is no proof, and is printed."""


def prove(seed: int) -> Verdict:
    document, scope = policy(seed)
    return Case(document, scope, analyze(document, scope)).verdict()


@pytest.mark.parametrize("first", range(0, POLICIES, CHUNK))
def test_no_outsider_is_missed_and_no_alarm_is_false(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    """For each policy: no request of an outsider is let in uncovered, each witness is let in."""
    verdicts = {seed: prove(seed) for seed in range(first, min(first + CHUNK, POLICIES))}
    unknown = {seed: v.unknown for seed, v in verdicts.items() if v.unknown}
    record_property("policies", len(verdicts))
    record_property("proved", sum(v.proved for v in verdicts.values()))
    record_property("unknown", len(unknown))
    record_property("wrong", sum(bool(v.findings) for v in verdicts.values()))
    wrong = [
        f"{seed}: {f.kind}: {f.why} {f.request or f.grant}"
        for seed, v in verdicts.items()
        for f in v.findings
    ]
    assert not wrong, "\n".join(wrong)
    assert len(unknown) <= max(2, UNKNOWN * len(verdicts)), f"Z3 gives up: {unknown}"


@pytest.mark.parametrize("first", range(0, 2 * CHUNK, CHUNK))
def test_an_answer_without_its_grants_is_refuted(first: int) -> None:
    """Where the engine proves with a witness that somebody is let in, silence is a miss."""
    for seed in range(first, first + CHUNK):
        document, scope = policy(seed)
        analysis = analyze(document, scope)
        proven = [g for g in analysis.grants if g.witness and g.principal.kind != "service"]
        if analysis.grants and not proven:
            continue  # a service may act for ourselves; what was too complex is not proven
        silent = msgspec.structs.replace(analysis, grants=(), statements=())
        kinds = {f.kind for f in Case(document, scope, silent).verdict().findings}
        assert kinds == ({"missed"} if analysis.grants else set()), seed


def test_every_key_and_operator_occurs() -> None:
    """What the generator never writes is never proved: all keys, operators and their variants."""
    keys: Counter[str] = Counter()
    operators: Counter[str] = Counter()
    effects: set[str] = set()
    for seed in range(300):
        for statement in policy(seed)[0]["Statement"]:
            effects |= {statement["Effect"], *statement.get("Principal", {}), *statement}
            for operator, block in statement.get("Condition", {}).items():
                operators[operator.lower()] += 1
                keys.update(list(block))
    bases = {o.rpartition(":")[2].removesuffix("ifexists") for o in operators}
    assert set(OPERATORS) <= bases, set(OPERATORS) - bases
    assert set(ALL_KEYS) <= set(keys), set(ALL_KEYS) - set(keys)
    assert {o.rpartition(":")[0] for o in operators} == {"", "forallvalues", "foranyvalue"}
    assert any(o.endswith("ifexists") for o in operators)
    assert {"Allow", "Deny", "NotPrincipal", "NotAction", "AWS", "Service", "Federated"} <= effects


def test_variables_stand_beside_wildcards() -> None:
    """Where the engine looked for candidates and found none: the generator has such values."""
    text = "".join(json.dumps(policy(seed)[0]) for seed in range(300))
    for shape in ('"*${', '}*"', '"?${', "}?", "*-${", ", '", "${*}", "${aws:PrincipalTag/team}"):
        assert shape.replace('"', "") in text, shape
