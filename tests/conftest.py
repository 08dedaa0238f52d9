"""What every run of the tests says."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """How many passed, last of all, where flags (`-qq`) keep pytest from saying so itself."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.config.get_verbosity() < -1:
        reporter.ensure_newline()
        reporter.write_line(", ".join(part for part, _ in reporter.build_summary_stats_line()[0]))
