"""Facts are plain dictionaries for speed; here each is held against its published model."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.check.engine import check
from checker.check.ledger import Ledger
from checker.check.rules import Bent, Rules
from checker.policy.load import load_policies
from checker.snapshot.read import Snapshot
from checker.subjects.role_trust.model import SUBJECTS
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.check.test_gate import AMI, IMAGES, ROLES
from tests.check.test_usage import call
from tests.support.snapshots import ALLOWLIST, STRANGER, image, use, write


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Every fact that policies see of the gate's own cases."""
    facts: list[tuple[str, Any]] = []
    evaluate = Ledger.evaluate
    monkeypatch.setattr(
        Ledger, "evaluate", lambda self, s, f, w: (facts.append((s, f)), evaluate(self, s, f, w))
    )
    images = [image(f"{AMI[:-2]}{n:02}", **r[1]) for n, r in enumerate(IMAGES) if r[1]]
    uses = [use(f"i-{n}", one["image_id"], name="n", via="v") for n, one in enumerate(images)]
    known = {r[1]["arn"]: r[1] for r in reversed(ROLES)}
    again = [r[1] for r in ROLES if r[1] is not known[r[1]["arn"]]]
    roles = [*known.values(), *({**one, "arn": f"{one['arn']}{n}"} for n, one in enumerate(again))]
    lines = [call(), call(STRANGER, "ce:GetCostAndUsage"), call(role=None, via="direct")]
    write(
        tmp_path / "s", roles=roles, images=images, image_uses=[*uses, use("i", None)], usage=lines
    )
    rules = Rules(load_policies(None), Bent())
    allowlist = Allowlist(parse_yaml(ALLOWLIST.encode(), "allowlist.yaml"))
    check(Snapshot(tmp_path / "s"), allowlist, rules, date(2026, 11, 20))
    return facts


def test_facts_are_what_the_models_publish(seen: list[tuple[str, Any]]) -> None:
    """A fact that is missing, misspelt or of another type reads as null in every policy."""
    subjects = {"role_trust", "trust_policy", "role_usage", "image_use", "vendor"}
    assert {subject for subject, _ in seen} >= subjects
    for subject, facts in seen:
        model = SUBJECTS[subject].model_validate(facts, strict=True)
        assert model.model_dump(by_alias=True) == facts
