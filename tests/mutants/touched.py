"""Which tests run which lines, recorded once for each folder: so that a bug meets few, quick ones.

A plugin of pytest. With `VENDORGATE_RECORD=FILE` it writes what each test touches; with
`VENDORGATE_ONLY=FILE` only the tests that stand there run, in that order. What runs when a module
is imported is touched by all; a test that starts another process, where nobody looks, touches all.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

RECORD, ONLY = "VENDORGATE_RECORD", "VENDORGATE_ONLY"


@dataclass(frozen=True)
class Touched:
    """What a run of the tests recorded."""

    seconds: dict[str, float]
    """Of each test, by its id."""
    apart: list[str]
    """The tests, and files whose set-up does so, that start another process."""
    names: list[str]
    """Tests, files (whose set-up several tests share) and "" (importing)."""
    lines: dict[str, dict[str, list[int]]]
    """Of each module the lines, and which of the names run them."""

    def tests(self, path: str, first: int, last: int) -> list[str]:
        """Whose outcome the lines can change, the quickest first."""
        found = self.lines.get(path, {})
        touching = {self.names[index] for line in range(first, last + 1)
                    for index in found.get(str(line), ())}  # fmt: skip
        every = "" in touching or not path.endswith(".py")
        touching |= set(self.apart)
        near = {one for one in self.seconds
                if one in touching or one.split("::")[0] in touching}  # fmt: skip
        chosen = self.seconds if every else near
        return sorted(chosen, key=lambda one: (one not in near, self.seconds[one]))


class Recorder:
    """What each test touches; the set-up of a test counts for its whole file, as others share it."""

    def __init__(self, path: str) -> None:
        from coverage import Coverage

        self.path = Path(path)
        self.coverage = Coverage(data_file=None, source=["checker"], config_file=False)
        self.coverage.start()
        self.seconds: Counter[str] = Counter()
        self.apart: set[str] = set()
        self.running = ""
        sys.addaudithook(self._heard)

    def _heard(self, event: str, told: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.fork", "os.posix_spawn"):
            git = bool(told) and Path(os.fsdecode(told[0])).name == "git"  # which runs none of ours
            self.apart |= set() if git else {self.running}

    def _runs(self, name: str) -> None:
        self.running = name
        self.coverage.switch_context(name)

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

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        names: dict[str, int] = {}
        lines: dict[str, dict[int, list[int]]] = defaultdict(dict)
        for file in data.measured_files():
            for line, tests in data.contexts_by_lineno(file).items():
                indexes = [names.setdefault(one, len(names)) for one in tests]
                lines[os.path.relpath(file)][line] = indexes
        told = [self.seconds, sorted(self.apart), list(names), lines]
        self.path.write_text(json.dumps(told))


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


def pytest_configure(config: pytest.Config) -> None:
    if record := os.environ.get(RECORD):
        config.pluginmanager.register(Recorder(record))
    elif only := os.environ.get(ONLY):
        config.pluginmanager.register(Chooser(only))
