"""What the exit code hangs on: each severity at each threshold, and what was not judged."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from checker.check.ledger import _RESULTS, Ledger, _with
from checker.check.verdict import open_by_severity, verdict
from checker.report.model import Settings
from tests.report.factory import finding
from tests.support.rows import rows

GAP = "collection-gap"
ROWS: list[tuple[str, list[dict[str, Any]], dict[str, Any], bool, str]] = [
    ("nothing", [], {}, False, "pass"),
    ("nothing, and not all was judged", [], {}, True, "incomplete"),
    ("at the threshold", [{"severity": "high"}], {}, False, "fail"),
    ("above it", [{"severity": "critical"}], {}, False, "fail"),
    ("below it", [{"severity": "medium"}], {}, False, "pass"),
    ("below it, and not all was judged", [{"severity": "medium"}], {}, True, "incomplete"),
    ("a failure is worse than doubt", [{"severity": "high"}], {}, True, "fail"),
    ("a lower threshold", [{"severity": "low"}], {"fail_on": "low"}, False, "fail"),
    ("a higher threshold", [{"severity": "high"}], {"fail_on": "critical"}, False, "pass"),
    ("no threshold", [{"severity": "critical"}], {"fail_on": "none"}, False, "pass"),
    ("info fails at none", [{"severity": "info"}], {"fail_on": "low"}, False, "pass"),
    ("waived", [{"severity": "critical", "status": "waived"}], {}, False, "pass"),
    ("known", [{"severity": "critical", "baseline": True}], {}, False, "pass"),
    ("the second of two", [{"severity": "low"}, {"severity": "high"}], {}, False, "fail"),
    ("a gap", [{"severity": "high", "policy": GAP}], {}, False, "incomplete"),
    ("a gap that is waived", [{"severity": "high", "policy": GAP, "status": "waived"}], {}, False, "pass"),
    ("a gap that is accepted", [{"severity": "high", "policy": GAP}], {"allow_gaps": True}, False, "pass"),
    ("an accepted gap, and doubt", [{"severity": "high", "policy": GAP}], {"allow_gaps": True}, True, "incomplete"),
    ("a gap and a failure", [{"severity": "high", "policy": GAP}, {"severity": "high"}], {}, False, "fail"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "findings", "options", "unsure", "expected"), ROWS, ids=[r[0] for r in ROWS])  # fmt: skip
def test_the_verdict(why: str, findings: Any, options: Any, unsure: bool, expected: str) -> None:
    """Catches a pass of what fails or was not looked at, and a failure that nobody asked for."""
    settings = Settings(builtin_policies=True, **options)
    assert verdict(tuple(finding(**one) for one in findings), settings, unsure) == expected, why


def test_only_what_is_open_is_counted() -> None:
    """Catches a summary that counts what is waived."""
    some = [{"severity": "high"}, {"severity": "high", "status": "waived"}, {"severity": "low"}]
    told = open_by_severity(tuple(finding(**one) for one in some))
    assert told == {"critical": 0, "high": 1, "medium": 0, "low": 1, "info": 0}


def test_the_worst_result_is_told() -> None:
    """A pass in one role, told of all that a third party has; an error beside a finding, as it."""
    order = ("pass", "waived", "fail", "error")
    for one, other in product(range(4), repeat=2):
        ledger = Ledger((), {}, None)  # type: ignore[arg-type]
        for result in (one, other):
            ledger._count("p", "1", _RESULTS.index(order[result]), {"2": 3})  # type: ignore[arg-type]
        (row,) = ledger.evaluated()
        assert (row.result, row.resources) == (order[max(one, other)], 6)


@rows("count, said", [(0, "m"), (3, "m (0; 1; 2)"), (4, "m (0; 1; 2; and 1 more)")])
def test_what_could_not_be_told_is_counted(count: int, said: str) -> None:
    """A finding of which more is not known than its message has room for."""
    assert _with("m", tuple(map(str, range(count)))) == said
