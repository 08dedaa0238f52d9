"""What every run of the tests says, and what all tests share."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path
from unittest import mock

import pytest
from _pytest.runner import runtestprotocol

from tests.support.sdk import started_once


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """How many passed, last of all, where flags (`-qq`) keep pytest from saying so itself."""
    gc.freeze()  # pytest collects five times as it ends, for warnings: seconds, of all that is here
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and session.config.get_verbosity() < -1:
        reporter.write_line(", ".join(part for part, _ in reporter.build_summary_stats_line()[0]))


def pytest_configure(config: pytest.Config) -> None:
    """Neighbours stay with one worker, as what a module sets up is set up once for each that has of
    it; who has no work left takes half of another's."""
    if getattr(config.option, "dist", "no") == "load":  # what `-n` alone means
        config.option.dist = "worksteal"
    # a setting of many containers, by which each worker and process compiles all of it anew
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    gc.disable()  # until all is loaded, as nearly all of it stays


def pytest_collection_finish() -> None:
    """What is loaded now stays: a quarter of all time went into walks over it, for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than cores, as a third of a worker's time is waiting for a server, a process or a
    clock: two cores took 360 s with two workers, and 278 s with three."""
    found = yield
    return found if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else found + 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A worker tells what a test came to, and not that its set-up and its end were well: of six
    messages a test, each written, read and looked at, two are left."""
    asked = item.config.option.durations is not None  # how long each part took
    if asked or not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.fixture(scope="session", autouse=True)
def nobody_waits_for_the_disk() -> Iterator[None]:
    """What is left after the current fails no test can tell; that it is asked for, one does."""
    with mock.patch("os.fsync"):
        yield


@pytest.fixture(scope="session", autouse=True)
def the_sdk_starts_once() -> Iterator[None]:
    """A collection is otherwise half models that are read again."""
    with started_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def a_cache_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What commands remember is nothing of the user's, and nothing that an earlier run left."""
    folder = str(tmp_path_factory.mktemp("cache"))
    with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": folder}):
        yield


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def tmp_path(
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
    _numbers: Iterator[int],
) -> Path:
    """As pytest's, which looks through all that there are for each new one."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    made = tmp_path_factory.getbasetemp() / f"{name}-{next(_numbers)}"
    made.mkdir()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot of three roles, and the logs of some traps."""
    from tests.support.trail import write_trail  # of use to few, and long to import

    return write_trail(tmp_path)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no name: those of gzip hold the second in which they were made, and workers that
    begin in two seconds would not agree on what there is to run."""
    return argname if isinstance(val, bytes) else None
