"""`python -m tests.mutants`: plants small bugs, each in turn, and runs the tests of their folder.

mutmut cannot sample and rewrites every function into a trampoline, which msgspec and pydantic do
not bear; cosmic-ray has one command of tests for all folders; neither changes a policy. So this is
ours: it samples over all folders by their number of possible bugs, so that the score is that of
the whole, and works on copies, so that the tree of whoever runs it is never touched.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.folders import TESTS, folder_of, runs, tests_of
from tests.mutants.left import left, reason
from tests.mutants.plant import bugs, policy_bugs
from tests.mutants.touched import Touched, chosen
from tests.mutants.trees import APART, LATE, ROOT, Planted, Trees, copied, git

CONSTANTS = 0.25
"""Their share that may be drawn: they are a third of all that can be planted, and the dullest."""


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
    parser.add_argument("--within", type=int, help="seconds for all")
    parser.add_argument("--least", type=float, default=0, help="percent; below it the exit is 1")
    return parser.parse_args()


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
        trees = Trees(copied(Path(name, str(number))) for number in range(jobs))
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
        one: chosen(touched, ":".join(map(str, one.place)), tests_of(folder_of(one.path)))
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


def _told(outcomes: dict[Planted, str], least: float) -> int:
    """The score of each folder and of all, without what is known to change no answer."""
    rows = left(ROOT)
    equal = {one: why for one in outcomes if (why := reason(one, rows)) is not None}
    every, lived = Counter[str](), Counter[str]()
    survivors = sorted((one for one, outcome in outcomes.items() if outcome == "survived"), key=str)
    for one in survivors:
        print(f"{'equal    ' if one in equal else 'survived '} {one}")
        if one in equal:
            print(f"          {equal[one]}")
    for one, outcome in outcomes.items():
        if outcome != "survived" or one not in equal:
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
