"""Random policies of resources, proved: nobody is let in whom no grant tells.

VENDORGATE_PROOFS sets how many policies (default 30; `make proofs`: 10,000). Seeds are fixed.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec
import pytest

from checker.access import Resource, analyze_resource
from tests.access.proof.documents import SCOPE, document
from tests.access.proof.kinds import KINDS
from tests.access.proof.prove import OURS, proved, verdict_of

POLICIES = int(os.environ.get("VENDORGATE_PROOFS", "30"))
CHUNK = 10
UNKNOWN = 0.1
"""The largest share of a chunk that Z3 may give up on. It is no proof, and is printed."""


@pytest.mark.parametrize("first", range(0, POLICIES, CHUNK))
def test_no_outsider_is_missed(first: int, record_property: Callable[[str, object], None]) -> None:
    """For each action, ARN and caller: no request is let in that no grant covers."""
    found = [one for seed in range(first, min(first + CHUNK, POLICIES)) if (one := proved(seed))]
    told = [(verdict, shown) for verdict, shown in found if verdict is not None]
    unknown = [shown for verdict, shown in told if verdict.unknown]
    record_property("policies", len(told))
    record_property("proved", sum(verdict.proved for verdict, _ in told))
    record_property("unknown", len(unknown))
    record_property("wrong", sum(bool(verdict.findings) for verdict, _ in told))
    wrong = [f"{shown}\n{one.why}: {one.request}" for verdict, shown in told
             for one in verdict.findings]  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert len(unknown) <= max(2, UNKNOWN * len(told)), f"Z3 gives up: {unknown}"


def test_an_answer_without_its_grants_is_refuted() -> None:
    """Where a witness proves that somebody is let in by an action, silence is a miss."""
    refuted = 0
    for seed in range(2 * len(KINDS)):
        kind, spelled, plain = document(seed)
        record = Resource(arn=kind.arn, kind=kind.name, account=SCOPE.account, document=spelled)
        access = analyze_resource(record, OURS, SCOPE.today)
        proven = [one for one in access.grants if one.witness and one.principal.kind != "service"
                  and one.witness.action in kind.works]  # fmt: skip
        silent = msgspec.structs.replace(access, grants=(), deputies=(), aws=())
        verdict = verdict_of(kind, plain, silent)
        if proven and verdict is not None:
            assert verdict.findings, spelled
            refuted += 1
    assert refuted >= 4
