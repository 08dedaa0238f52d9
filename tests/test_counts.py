"""What a check and a collection cost, counted: times are noisy, counts are not.

A count that grows fails here, and says by how much; one that shrinks is written down, lower. What
costs what is told in docs/speed.md.
"""

from __future__ import annotations

import gc
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec
import pytest

import bench
import checker.policy.expression as expression
import checker.resource_trust.reader as resource_reader
import checker.role_trust.answers as answers
import checker.snapshot.ranges as ranges
import checker.subjects.code_use.items as code_items
import checker.subjects.code_use.sifting as code_sifting
import checker.workers as workers
from bench import code, generate, resources, varied
from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.snapshot.read import RecordFile, Snapshot
from checker.vetting.read import read_allowlist
from tests.snapshot.test_ranges import Here
from tests.support.collected import launch, make_role, run
from tests.support.front import Calls, aws

COUNT = 2_000
ROLES = {"as bench/generate.py": generate.trust, "as bench/varied.py": varied.trust}
OTHERS = {"resources": resources.resources, "code_uses": code.uses}
LIMITS = {
    "as bench/generate.py": {"analyses": 16, "searches": 66, "decoded bytes": 43_829},
    "as bench/varied.py": {"analyses": 146, "searches": 95, "decoded bytes": 110_184},
    "resources": {"analyses": 18, "searches": 309, "decoded bytes": 1_035_705},
    "code_uses": {"publishers": 644, "searches": 110, "decoded bytes": 691_736},
}
"""Of 2,000 roles, resources or uses of code: analyses of policies, for roles two for a shape and
one for what has no other of its shape; publishers that were told; expressions of policies that were
evaluated; bytes of records that were decoded, of roles few, of all others each once.
"""
CALLS = 42
"""Of one account with three roles and a machine, in two regions."""


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Fills as a check goes on."""
    counts: Counter[str] = Counter()

    def counting(owner: Any, name: str, what: str, size: Any = lambda *_: 1) -> None:
        plain = getattr(owner, name)

        def call(*given: Any, **more: Any) -> Any:
            counts[what] += size(*given)
            return plain(*given, **more)

        monkeypatch.setattr(owner, name, call)

    counting(answers, "analyze", "analyses")
    counting(resource_reader, "analyze_resource", "analyses")
    counting(code_items, "published", "publishers")
    counting(code_sifting, "published", "publishers")
    counting(expression.Expression, "value", "searches")
    counting(RecordFile, "checked", "decoded bytes", lambda _, lines: len(lines))
    return counts


@pytest.mark.parametrize("words", LIMITS)
def test_a_check_counts_no_more_than_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Catches an answer that is no longer shared, whatever the machine does beside it."""
    vary = words == "as bench/varied.py"
    if words in ROLES:
        generate.write_snapshot(tmp_path / "snapshot", generate.roles(COUNT, ROLES[words]))
    else:
        files: dict[str, Any] = {"roles.jsonl": (), f"{words}.jsonl": OTHERS[words](COUNT)}
        generate.write_files(tmp_path / "snapshot", files)
    generate.write_allowlist(tmp_path / "allowlist.yaml", pipelines_own=not vary)
    vetted, rules = (
        read_allowlist(tmp_path / "allowlist.yaml"),
        Rules(load_policies(None), PolicyOverrides()),
    )
    said = []
    for cores, size in ((1, ranges.RANGE), (2, 100_000)):
        counts = counted(monkeypatch)
        monkeypatch.setattr(workers, "pool", Here)
        monkeypatch.setattr(workers, "LEAST", 1)
        monkeypatch.setattr(workers.os, "cpu_count", lambda cores=cores: cores)
        monkeypatch.setattr(ranges, "RANGE", size)
        report = check(Snapshot(tmp_path / "snapshot"), vetted, rules, date(2026, 11, 20))
        said.append(msgspec.json.encode(report))
        monkeypatch.undo()
    gc.enable()
    assert said[0] == said[1], "by ranges or at once"
    assert no_more(counts, LIMITS[words]) == {}


def no_more(counts: Counter[str], limits: dict[str, int]) -> dict[str, str]:
    assert counts.keys() == limits.keys()
    return {
        what: f"{count:,}, and it was {limits[what]:,}"
        for what, count in counts.items()
        if count > limits[what]
    }


def test_a_collection_makes_no_more_calls_than_it_did(tmp_path: Path) -> None:
    """Catches a call that is made anew for each role, account or region."""
    calls = Calls()
    with aws(calls):
        for name in ("one", "two", "three"):
            make_role(name)
        launch("web", "ami-11111111")
        calls.seen.clear()
        run(tmp_path, "--regions", "us-east-1,eu-west-1")
    assert sum(calls.seen.values()) <= CALLS, calls.seen


@pytest.mark.parametrize("name", sorted(one.name for one in iter_modules(bench.__path__)))
def test_each_bench_can_be_imported(name: str) -> None:
    """Catches a bench that another one's change left broken: nothing else runs the rarer ones."""
    assert import_module(f"bench.{name}")
