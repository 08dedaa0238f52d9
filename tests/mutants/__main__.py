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
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.folders import TESTS, folder_of
from tests.mutants.plant import Bug, bugs, policy_bugs, statement
from tests.mutants.touched import ONLY, RECORD, Touched

ROOT = Path(__file__).parents[2]
CONSTANTS = 0.25
"""Their share that may be drawn: they are a third of all that can be planted, and the dullest."""
LATE = "not tried"
FIRST = 1_000_000_000
"""Times of the planted files, each another: an equal one could run a module as compiled before."""


@dataclass(frozen=True)
class Planted:
    path: str
    bug: Bug
    source: bytes

    def __str__(self) -> str:
        before = " ".join(self.source[self.bug.begin : self.bug.end].decode().split())
        after = " ".join(self.bug.text.split()) or "nothing"
        return f"{self.path}:{self.bug.line}: {self.bug.kind}: {before[:90]}  →  {after[:90]}"


def main() -> int:
    given = _arguments()
    known = list(_all(git("ls-files", "checker/*.py", "policies/*.yaml").split()))
    if given.changed is not None:
        known = list(_changed(known, given.changed, given.most))
    if given.folder:
        known = [one for one in known if folder_of(one.path) in given.folder]
    chance = random.Random(given.seed)
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
    parser.add_argument("--folder", action="append", choices=list(TESTS))
    parser.add_argument("--changed", metavar="COMMIT", help="lines that changed since it alone")
    parser.add_argument("--most", type=int, default=400, help="changed lines, above which none")
    parser.add_argument("--within", type=int, help="seconds for all; the tests are known to pass")
    parser.add_argument("--least", type=float, default=0, help="percent; below it the exit is 1")
    return parser.parse_args()


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def _all(paths: Iterable[str]) -> Iterable[Planted]:
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
    end = time.monotonic() + within if within else None
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, ThreadPoolExecutor(jobs) as pool:
        for number in range(jobs):
            trees.put(_copied(Path(name, str(number))))
        clock = count(FIRST)

        @contextlib.contextmanager
        def borrowed() -> Iterator[Path]:
            tree = trees.get()
            try:
                yield tree
            finally:
                trees.put(tree)  # or whoever waits for it waits for ever

        def known(folder: str) -> Touched:
            with borrowed() as tree:
                return _recorded(folder, tree)

        def tried(one: Planted) -> str:
            left = end - time.monotonic() if end else 3600
            if left <= 0:
                return LATE
            with borrowed() as tree:
                outcome = _outcome(one, tree, left, next(clock), touched.get(folder_of(one.path)))
            return LATE if end and outcome == "timeout" else outcome

        folders = [] if end else sorted({folder_of(one.path) for one in drawn})
        touched = dict(zip(folders, pool.map(known, folders), strict=True))
        outcomes: dict[Planted, str] = {}
        for one, outcome in zip(drawn, pool.map(tried, drawn), strict=True):
            if outcome == LATE:
                continue
            outcomes[one] = outcome
            print(f"{len(outcomes)}/{len(drawn)} {outcome:8} {one}", flush=True)
    return outcomes


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


def _recorded(folder: str, tree: Path) -> Touched:
    """Which of its tests touch what, and how long each takes; without a bug they must pass."""
    begun = time.monotonic()
    record = tree.with_suffix(".record")
    code = _tests(folder, tree, 3600, {RECORD: str(record)})
    print(f"{folder}: {time.monotonic() - begun:.0f} s to look at its tests", flush=True)
    if code != 0:
        raise SystemExit(f"{folder}: its tests fail as they are (exit {code})")
    return Touched(*json.loads(record.read_bytes()))


def _tests(folder: str, tree: Path, seconds: float, told: dict[str, str]) -> int:
    """pytest's exit code, of the first failure; 124 for one that takes too long."""
    command = [sys.executable, "-m", "pytest", "-qq", "-x", "-p", "no:cacheprovider", "-p", "no:xdist",
               "-p", "tests.mutants.touched", f"--basetemp={tree}.tmp", *TESTS[folder]]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(tree)} | told
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


def _outcome(one: Planted, tree: Path, seconds: float, when: int, touched: Touched | None) -> str:
    told: dict[str, str] = {}
    if touched:
        chosen = touched.tests(one.path, *statement(one.source, one.bug))
        if not chosen:
            return "survived"
        seconds = min(seconds, 60 + 4 * sum(touched.seconds[test] for test in chosen))
        only = tree.with_suffix(".only")
        only.write_text(json.dumps(chosen))
        told = {ONLY: str(only)}
    path = tree / one.path
    path.write_bytes(one.bug.planted(one.source))
    os.utime(path, (when, when))
    try:
        code = _tests(folder_of(one.path), tree, seconds, told)
    finally:
        path.write_bytes(one.source)
        os.utime(path)
    if code not in (0, 1, 2, 3, 4, 124):
        raise SystemExit(f"pytest ended with {code} at {one}")
    return {0: "survived", 124: "timeout"}.get(code, "killed")


def _told(outcomes: dict[Planted, str], least: float) -> int:
    every, lived = Counter[str](), Counter[str]()
    for one, outcome in outcomes.items():
        every[folder_of(one.path)] += 1
        lived[folder_of(one.path)] += outcome == "survived"
    for folder in sorted(every):
        print(f"{folder:30} {every[folder] - lived[folder]:4} of {every[folder]:4} found")
    survivors = [one for one, outcome in outcomes.items() if outcome == "survived"]
    for one in sorted(survivors, key=str):
        print(f"survived  {one}")
    score = 100 * (1 - len(survivors) / max(len(outcomes), 1))
    print(f"{len(outcomes) - len(survivors)} of {len(outcomes)} found: {score:.0f} %")
    return int(score < least)


if __name__ == "__main__":
    raise SystemExit(main())
