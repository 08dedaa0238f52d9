"""What every run of the tests says, and what all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from unittest import mock

import pytest
from botocore.loaders import JSONFileLoader


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """How many passed, last of all, where flags (`-qq`) keep pytest from saying so itself."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.config.get_verbosity() < -1:
        reporter.ensure_newline()
        reporter.write_line(", ".join(part for part, _ in reporter.build_summary_stats_line()[0]))


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """Each collection makes a botocore session of its own, whose models (20 services, megabytes of
    JSON) cost more than all that a small collection does; the SDK does not change them."""
    parsed = lru_cache(100)(JSONFileLoader().load_file)
    with mock.patch.object(JSONFileLoader, "load_file", lambda _, path: parsed(path)):
        yield
