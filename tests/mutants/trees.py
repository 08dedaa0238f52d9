"""Copies of the working tree, in which bugs are planted and tests run."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutants.folders import folder_of, tests_of
from tests.mutants.forked import ORDERS
from tests.mutants.live import held
from tests.mutants.plant import Bug
from tests.mutants.touched import ONLY, PROBES, Chosen, Touched

ROOT = Path(__file__).parents[2]
LATE, APART = "not tried", "apart"
_FIRST = 1_000_000_000
"""Times of the planted files, each another: an equal one could run a module as compiled before."""
Place = tuple[str, int, int]
"""A file, the first byte that is changed, and its line."""


@dataclass(frozen=True)
class Planted:
    path: str
    bug: Bug
    source: bytes

    @property
    def place(self) -> Place:
        return self.path, self.bug.begin, self.bug.line

    @property
    def name(self) -> tuple[str, str]:
        """The same however the lines around it change."""
        before = " ".join(self.source[self.bug.begin : self.bug.end].decode().split())
        after = " ".join(self.bug.text.split()) or "nothing"
        return self.path, f"{self.bug.kind}: {before[:90]}  →  {after[:90]}"

    @property
    def text(self) -> str:
        """Its line."""
        return self.source.splitlines()[self.bug.line - 1].decode()

    def __str__(self) -> str:
        return f"{self.path}:{self.bug.line}: {self.name[1]}"


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


class Trees:
    """Copies of the working tree, one for each job."""

    def __init__(self, trees: Iterable[Path]) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for tree in trees:
            self._free.put(tree)
        self._clock = count(_FIRST)

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Path]:
        tree = self._free.get()
        try:
            yield tree
        finally:
            self._free.put(tree)  # or whoever waits for it waits for ever

    def recorded(self, where: list[str], places: list[Place]) -> Touched:
        """Which of these tests come by which places, and how long each takes."""
        begun = time.monotonic()
        with self._borrowed() as tree:
            probes = tree.with_suffix(".probes")
            probes.write_text(json.dumps(places))
            code = _tests(where, tree, 3600, {PROBES: str(probes)})
            if code not in (0, 1):
                raise SystemExit(f"{' '.join(where)}: these tests do not run (exit {code})")
            found = Touched(*json.loads(probes.with_suffix(".record").read_bytes()))
        took = time.monotonic() - begun
        print(f"{where[0]}{'…' * (len(where) > 1)}: {took:.0f} s to look at its tests", flush=True)
        for test in found.failed:
            print(f"{test} fails without a bug: left out", flush=True)
        return found

    def forked(self, ones: list[Planted], tests: dict[Planted, Chosen]) -> dict[Planted, str]:
        """The outcome of each; "" for one that could not be tried, APART for one that is to be
        tried by the tests that start processes, too."""
        orders: dict[Planted, dict[str, Any]] = {
            one: {
                "path": one.path, "planted": one.bug.planted(one.source).decode(),
                "first": where.first, "tests": list(here),
                "seconds": 60 + 4 * sum(here.values()),
            }
            for one in ones
            if tests[one].forked and (where := held(one.source, one.bug.begin, one.bug.line))
            and (here := tests[one].together)
        }  # fmt: skip
        outcomes = {one: "" if tests[one].tests else "survived" for one in ones}
        if not orders:
            return outcomes
        with self._borrowed() as tree:
            file = tree.with_suffix(".orders")
            file.write_text(json.dumps(list(orders.values())))
            places = {test.split("::")[0] for order in orders.values() for test in order["tests"]}
            _tests(sorted(places), tree, 36_000, {ORDERS: str(file)})
            told = map(json.loads, file.with_suffix(".outcomes").read_text().splitlines())
            for one, outcome in zip(orders, told, strict=False):
                outcomes[one] = APART if outcome == "survived" and tests[one].apart else outcome
        return outcomes

    def alone(self, one: Planted, here: dict[str, float]) -> str:
        """In its file, by these tests."""
        with self._borrowed() as tree:
            only = tree.with_suffix(".only")
            only.write_text(json.dumps(list(here)))
            places = sorted({test.split("::")[0] for test in here})  # the others aren't imported
            return self._outcome(one, tree, places, 60 + 4 * sum(here.values()), {ONLY: str(only)})

    def ofplanted_in(self, one: Planted, seconds: float) -> tuple[Planted, str]:
        """By all tests of its folder, as far as there is time; they must pass without it."""
        if seconds <= 0:
            return one, LATE
        with self._borrowed() as tree:
            _failed(tree).unlink(missing_ok=True)
            outcome = self._outcome(one, tree, tests_of(folder_of(one.path)), seconds, {})
            if outcome == "killed" and (failed := red(tree)):
                raise SystemExit(f"{', '.join(failed)}: fails without a bug, so none is looked for")
        return one, LATE if outcome == "timeout" else outcome

    def _outcome(
        self, one: Planted, tree: Path, places: Iterable[str], seconds: float, told: dict[str, str]
    ) -> str:
        path, when = tree / one.path, next(self._clock)
        path.write_bytes(one.bug.planted(one.source))
        os.utime(path, (when, when))
        try:
            code = _tests(places, tree, seconds, told)
        finally:
            path.write_bytes(one.source)
            os.utime(path)
        if code not in (0, 1, 2, 3, 4, 124):
            raise SystemExit(f"pytest ended with {code} at {one}")
        return {0: "survived", 124: "timeout"}.get(code, "killed")


def _failed(tree: Path) -> Path:
    """Where pytest says which tests did."""
    return Path(f"{tree}.cache/v/cache/lastfailed")


def red(tree: Path) -> list[str]:
    """What has just failed there and does so without a bug, or takes too long. One that is not
    there then is none: a bug may change the names of rows."""
    file = _failed(tree)
    failed = list(json.loads(file.read_bytes())) if file.exists() else []
    return failed if failed and _tests(failed, tree, 60, {}) in (1, 2, 124) else []


def copied(tree: Path) -> Path:
    """The working tree's files with a history of one commit, which some tests ask for."""
    for path in git("ls-files").split("\n")[:-1]:
        if (ROOT / path).is_file():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, tree / path)
    who = ("-c", "user.name=x", "-c", "user.email=x@x.example")
    for step in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "x")):
        subprocess.run(["git", *step], cwd=tree, check=True)
    return tree


def _tests(places: Iterable[str], tree: Path, seconds: float, told: dict[str, str]) -> int:
    """pytest's exit code, of the first failure; 124 for one that takes too long."""
    command = [sys.executable, "-m", "pytest", "-qq", "-o", f"cache_dir={tree}.cache", "-p", "no:xdist",
               "-p", "tests.mutants.touched", "-p", "tests.mutants.forked", f"--basetemp={tree}.tmp", *places]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(tree)} | told
    command += [] if PROBES in told else ["-x"]
    process = subprocess.Popen(command, cwd=tree, env=environment, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """It, and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()
