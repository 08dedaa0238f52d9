"""`python -m tests.mutants`: plants small bugs, each in turn, and runs the tests of their folder.

mutmut cannot sample and rewrites every function into a trampoline, which msgspec and pydantic do
not bear; cosmic-ray has one command of tests for all folders; neither changes a policy. So this is
ours: it samples over all folders by their number of possible bugs, so that the score is that of
the whole, and works on copies, so that the tree of whoever runs it is never touched.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutants.folders import TESTS, folder_of, runs
from tests.mutants.forked import ORDERS
from tests.mutants.left import left
from tests.mutants.live import held
from tests.mutants.plant import Bug, bugs, policy_bugs
from tests.mutants.touched import ONLY, PROBES, Chosen, Touched, chosen

ROOT = Path(__file__).parents[2]
CONSTANTS = 0.25
"""Their share that may be drawn: they are a third of all that can be planted, and the dullest."""
LATE, APART = "not tried", "apart"
FIRST = 1_000_000_000
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

    def __str__(self) -> str:
        return f"{self.path}:{self.bug.line}: {self.name[1]}"


def main() -> int:
    given = _arguments()
    known = list(planted_in(git("ls-files", "checker/*.py", "policies/*.yaml").split()))
    if given.changed is not None:
        known = list(_changed(known, given.changed, given.most))
    if given.folder:
        known = [one for one in known if folder_of(one.path) in given.folder]
    chance = random.Random(given.seed)
    if given.again:
        told = set(re.findall(r"^survived  (.+?):[0-9]+: (.+)$", given.again.read_text(), re.M))
        drawn = [one for one in known if one.name in told]
    else:
        known = [one for one in known if one.bug.kind != "constant" or chance.random() < CONSTANTS]
        drawn = chance.sample(known, min(given.sample, len(known)))
    print(f"{len(drawn)} of {len(known):,} bugs, seed {given.seed}", flush=True)
    outcomes = _tried(drawn, given.jobs, given.within) if drawn else {}
    if late := len(drawn) - len(outcomes):
        print(f"{late} of them not tried: {given.within} s were over")
    return _told(outcomes, given.least)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--again", type=Path, metavar="FILE", help="the survivors that stand there")
    parser.add_argument("--folder", action="append", choices=list(TESTS))
    parser.add_argument("--changed", metavar="COMMIT", help="lines that changed since it alone")
    parser.add_argument("--most", type=int, default=400, help="changed lines, above which none")
    parser.add_argument("--within", type=int, help="seconds for all; the tests are known to pass")
    parser.add_argument("--least", type=float, default=0, help="percent; below it the exit is 1")
    return parser.parse_args()


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def planted_in(paths: Iterable[str]) -> Iterator[Planted]:
    """All that could be."""
    for path in paths:
        source = (ROOT / path).read_bytes()
        for bug in (bugs if path.endswith(".py") else policy_bugs)(source):
            yield Planted(path, bug, source)


def _changed(known: list[Planted], since: str, most: int) -> Iterable[Planted]:
    """Bugs in lines that the working tree has and the commit has not; none if these are many."""
    lines: set[tuple[str, int]] = set()
    path = ""
    for line in git("diff", "--unified=0", "--no-color", since, "--", "checker", "policies").split(
        "\n"
    ):
        if line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            begin, size = int(hunk[1]), int(hunk[2] or 1)
            lines |= {(path, number) for number in range(begin, begin + size)}
    print(f"{len(lines):,} lines changed since {since}", flush=True)
    return [one for one in known if (one.path, one.bug.line) in lines] if len(lines) <= most else []


def _tried(drawn: list[Planted], jobs: int, within: int | None) -> dict[Planted, str]:
    """Each bug's outcome: killed, survived or timeout; those alone that there was time for."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, ThreadPoolExecutor(jobs) as pool:
        trees = Trees(_copied(Path(name, str(number))) for number in range(jobs))
        if within:
            end = time.monotonic() + within
            made = pool.map(lambda one: trees.ofplanted_in(one, end - time.monotonic()), drawn)
        else:
            places = sorted({one.place for one in drawn})
            touched = list(pool.map(lambda tests: trees.recorded(tests, places),
                                    runs({folder_of(path) for path, *_ in places})))  # fmt: skip
            made = _those_of_folders(drawn, touched, trees, pool)
        outcomes: dict[Planted, str] = {}
        for one, outcome in made:
            if outcome != LATE:
                outcomes[one] = outcome
                print(f"{len(outcomes)}/{len(drawn)} {outcome:8} {one}", flush=True)
    return outcomes


def _those_of_folders(
    drawn: list[Planted], touched: list[Touched], trees: Trees, pool: ThreadPoolExecutor
) -> Iterator[tuple[Planted, str]]:
    """In forks what can be, and what lived on there by the tests of other processes."""
    tests = {
        one: chosen(touched, ":".join(map(str, one.place)), TESTS[folder_of(one.path)])
        for one in drawn
    }
    folders: dict[str, list[Planted]] = defaultdict(list)
    for one in drawn:
        folders[folder_of(one.path)].append(one)
    for outcomes in pool.map(lambda ones: trees.forked(ones, tests), folders.values()):
        later = [one for one, outcome in outcomes.items() if outcome in ("", APART)]
        here = [tests[one].alone(outcomes[one] == APART) for one in later]
        yield from ((one, outcome) for one, outcome in outcomes.items() if one not in later)
        yield from zip(later, pool.map(trees.alone, later, here), strict=True)


class Trees:
    """Copies of the working tree, one for each job."""

    def __init__(self, trees: Iterable[Path]) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for tree in trees:
            self._free.put(tree)
        self._clock = count(FIRST)

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
        """By all tests of its folder, as far as there is time."""
        if seconds <= 0:
            return one, LATE
        with self._borrowed() as tree:
            outcome = self._outcome(one, tree, TESTS[folder_of(one.path)], seconds, {})
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


def _copied(tree: Path) -> Path:
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
    command = [sys.executable, "-m", "pytest", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist",
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


def _told(outcomes: dict[Planted, str], least: float) -> int:
    """The score of each folder and of all, without what is known to change no answer."""
    equal = left(ROOT)
    every, lived = Counter[str](), Counter[str]()
    survivors = sorted((one for one, outcome in outcomes.items() if outcome == "survived"), key=str)
    for one in survivors:
        print(f"{'equal    ' if one.name in equal else 'survived '} {one}")
        if one.name in equal:
            print(f"          {equal[one.name]}")
    for one, outcome in outcomes.items():
        if outcome != "survived" or one.name not in equal:
            every[folder_of(one.path)] += 1
            lived[folder_of(one.path)] += outcome == "survived"
    for folder in sorted(every):
        print(f"{folder:30} {every[folder] - lived[folder]:4} of {every[folder]:4} found")
    found, of = every.total() - lived.total(), every.total()
    score = 100 * found / max(of, 1)
    same = f", {len(outcomes) - of} more change no answer" if len(outcomes) > of else ""
    print(f"{found} of {of} found: {score:.0f} %{same}")
    return int(score < least)


if __name__ == "__main__":
    raise SystemExit(main())
