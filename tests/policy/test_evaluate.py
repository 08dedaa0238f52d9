"""The memory of what was evaluated, and outcomes that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import checker.policy.evaluate as evaluate
from checker.policy.load import load_policies
from checker.policy.messages import Message
from checker.subjects.registry import model
from tests.support.gate import check
from tests.support.snapshots import STRANGER, vendor_role

TRUST = [one for one in load_policies(None).policies if "role_trust" in one.applies_to]


def facts(account: str) -> dict[str, Any]:
    made = model("role_trust")().model_dump(by_alias=True)
    made["principal"] |= {"kind": "account", "account": account}
    made["vetting"]["status"] = "vetted" if account.startswith("9") else "unlisted"
    return made


def test_a_memory_that_is_full_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an answer of what stood there before, and a memory that grows with the snapshot."""
    monkeypatch.setattr(evaluate, "MEMORY", 2)
    evaluator = evaluate.Evaluator(TRUST)
    for status in ("vetted", "unlisted", "expired", "own", "vetted", "unlisted"):
        made = facts(STRANGER)
        made["vetting"]["status"] = status
        told = {p.id: outcome for p, outcome, _ in evaluator.outcomes(made)}
        right = {p.id: o for p in TRUST if (o := evaluate.evaluate(p, made)[0]) != "skip"}
        assert told == right
        assert all(len(group._known) <= 2 for group in evaluator._groups)


def test_a_message_that_cannot_be_written_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches a finding that is lost with its words: the check is incomplete, and says why."""

    def fails(*_: Any) -> str:
        raise TypeError("no text")

    monkeypatch.setattr(Message, "render", fails)
    ran = check(tmp_path, "-f", "text", roles=[vendor_role("S", STRANGER)])
    assert ran.code == 3 and "message: no text" in ran.out
