"""Which tests run which bugs' statements, recorded once: so that a bug meets few, quick ones.

A plugin of pytest. With `VENDORGATE_PROBES=FILE`, which names the places of bugs, it writes beside
it which tests come by; functions get a call before the statement, which costs next to nothing.
With `VENDORGATE_ONLY=FILE` only the tests that stand there run, in that order. What runs when a
module is imported is for all tests; one that starts another process, where nobody looks, is for
all bugs.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.folders import within
from tests.mutants.live import PROBE, held, loaded, plant, probed

PROBES, ONLY = "VENDORGATE_PROBES", "VENDORGATE_ONLY"


@dataclass(frozen=True)
class Touched:
    """What a run of some tests recorded."""

    seconds: dict[str, float]
    """Of each test that passes, by its id."""
    failed: list[str]
    """Those that do not pass, bug or none."""
    apart: list[str]
    """The tests, and files whose set-up does so, that start another process."""
    by: dict[str, list[str]]
    """The tests, and files whose set-up several tests share, that come by each place."""
    imported: list[str]
    """The places in modules and in functions that run when these are imported."""


@dataclass(frozen=True)
class Chosen:
    """The tests whose outcome a bug can change, the quickest first; `apart`: those of them that
    start another process; `forked`: whether the others can run in a fork."""

    tests: dict[str, float]
    apart: tuple[str, ...]
    forked: bool

    @property
    def together(self) -> dict[str, float]:
        return {test: took for test, took in self.tests.items() if test not in self.apart}

    def alone(self, apart: bool) -> dict[str, float]:
        """Those that are left where the others ran in a fork, or all."""
        return {test: took for test, took in self.tests.items() if test in self.apart or not apart}


def chosen(runs: Iterable[Touched], place: str, of: Iterable[str]) -> Chosen:
    """For a place, among the tests in `of`."""
    found: list[tuple[bool, float, str]] = []
    apart: list[str] = []
    every = any(place in run.imported for run in runs)
    for run in runs:
        by, other = set(run.by.get(place, ())), set(run.apart)
        for test, seconds in run.seconds.items():
            file = test.split("::")[0]
            near, far = bool({test, file} & by), bool({test, file} & other)
            if (near or far or every) and within(test, of):
                found.append((not near, seconds, test))
                apart += [test] * far
    return Chosen({test: seconds for _, seconds, test in sorted(found)}, tuple(apart), not every)


class Recorder:
    """The set-up of a test counts for its whole file, as others share it."""

    def __init__(self, path: str) -> None:
        from coverage import Coverage

        self.path = Path(path)
        self.places: list[tuple[str, int, int]] = json.loads(self.path.read_text())
        of = sorted({path for path, *_ in self.places})
        self.coverage = Coverage(data_file=None, include=of, config_file=False)
        self.coverage.start()
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()
        self.apart: set[str] = set()
        self.imported: set[int] = set()
        self.hit: set[int] = set()
        self.by: dict[int, set[str]] = defaultdict(set)
        self.running = ""
        setattr(builtins, PROBE, self.hit.add)
        sys.addaudithook(self._heard)

    def _heard(self, event: str, told: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.fork", "os.posix_spawn"):
            git = bool(told) and Path(os.fsdecode(told[0])).name == "git"  # which runs none of ours
            self.apart |= set() if git else {self.running}

    def _runs(self, name: str) -> None:
        for number in tuple(self.hit):  # threads may go on
            self.by[number].add(self.running)
        self.hit.clear()
        self.running = name

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Everything is imported: what ran for that is known, and the probes are planted."""
        for path in sorted({path for path, *_ in self.places if path.endswith(".py")}):
            loaded(path)
        self.coverage.stop()
        ran = {os.path.relpath(file): set(self.coverage.get_data().lines(file) or ())
               for file in self.coverage.get_data().measured_files()}  # fmt: skip
        functions: dict[tuple[str, int], dict[int, tuple[int, int]]] = defaultdict(dict)
        for number, (path, begin, line) in enumerate(self.places):
            source = Path(path).read_bytes()
            where = held(source, begin, line) if path.endswith(".py") else None
            if where is None or ran.get(path, set()).intersection(where.body):
                self.imported.add(number)
            if where is not None:
                functions[path, where.first][number] = begin, line
        for (path, first), begins in functions.items():
            if not plant(path, probed(Path(path).read_bytes(), begins), first):
                self.imported |= begins.keys()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        self._runs(item.nodeid.split("::")[0])
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._runs(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        self.failed |= {report.nodeid} if report.failed else set()

    def pytest_sessionfinish(self) -> None:
        self._runs("")
        names = [":".join(map(str, place)) for place in self.places]
        seconds = {test: took for test, took in self.seconds.items() if test not in self.failed}
        told = [seconds, sorted(self.failed), sorted(self.apart),
                {names[number]: sorted(by) for number, by in self.by.items()},
                [names[number] for number in sorted(self.imported)]]  # fmt: skip
        self.path.with_suffix(".record").write_text(json.dumps(told))


class Chooser:
    """Those of a list alone, in its order."""

    def __init__(self, path: str) -> None:
        self.places = {name: place for place, name in enumerate(json.loads(Path(path).read_text()))}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.places),
            key=lambda item: self.places[item.nodeid],
        )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before the first conftest.py imports what bugs are planted in."""
    if probes := os.environ.get(PROBES):
        early_config.pluginmanager.register(Recorder(probes))


def pytest_configure(config: pytest.Config) -> None:
    if only := os.environ.get(ONLY):
        config.pluginmanager.register(Chooser(only))
