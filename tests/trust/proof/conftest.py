"""Sums up what was proved, as a share that is unknown is no proof."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sums: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                sums.update({name: n for name, n in report.user_properties if isinstance(n, int)})
    if asked := sums["policies"]:
        terminalreporter.write_line(
            f"{sums['proved']:,} of {asked:,} random trust policies proved, "
            f"{sums['unknown']:,} unknown, {sums['wrong']:,} wrong"
        )
