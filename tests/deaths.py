"""`python -m tests.deaths`: many collections, several at a time, each a process that must live.

The first uses of a shape in several threads at once have crashed the interpreter, in one of ten
collections under load: a signal, not an error that a test in one process could see. Every process
must end with 0, and leave the same snapshot.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.collect.test_wire import environment
from tests.support.modelled import MEMBER, OWN, World
from tests.support.wire import serving

ACCOUNTS = (OWN, MEMBER, "333333333333")
"""Each is looked at by two threads at once, and there are more threads than that."""


def collection(folder: Path) -> tuple[int, str]:
    """How a process ended (a signal is negative), and a digest of the records that it wrote."""
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "checker", "collect", "aws", "-q",
         "--no-resources", "--no-code",
         "--accounts", ",".join(ACCOUNTS), "--workers", "16", "-o", str(folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode:
        print(f"{folder.name}: {ended.returncode}: {ended.stderr[-2000:]}", flush=True)
        return ended.returncode, ""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.read_bytes())
    return 0, digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4)
    given = parser.parse_args()
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as home,
        serving(World(paged="none")) as server,
        environment(server),
        ThreadPoolExecutor(given.at_once) as several,
    ):
        folders = [Path(home) / str(number) for number in range(given.runs)]
        found = Counter(several.map(collection, folders))
    seconds = time.monotonic() - begun
    dead = sum(count for (code, _), count in found.items() if code)
    print(
        f"{given.runs} collections, {given.at_once} at a time: {dead} deaths, "
        f"{len(found)} different ends, {seconds:.0f} s, load {os.getloadavg()[0]:.1f}"
    )
    sys.exit(len(found) != 1 or bool(dead))


if __name__ == "__main__":
    main()
