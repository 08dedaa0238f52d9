"""`python -m bench.usage`: how fast CloudTrail's files are read; with `--full`, two million events.

The floor is all cores that inflate the same files with libdeflate and do nothing else. DuckDB's own
reader of JSON is what one would do without us: here it makes a column of one field and counts it,
once, as it is slow. Memory is that of a process and all that it starts.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.measure import DATA, VENDORGATE, Timing, measure, once, python, show
from bench.trail import write_trail

QUICK, FULL = 400_000, 2_000_000
RUNS = 3
AIM, AIM_MEMORY = 1.5, 350
FLOOR = """
import deflate, multiprocessing, pathlib, sys

def inflate(path):
    return len(deflate.gzip_decompress(path.read_bytes()))

if __name__ == "__main__":
    paths = sorted(pathlib.Path(sys.argv[1]).rglob("*.json.gz"))
    with multiprocessing.get_context("fork").Pool() as pool:
        print(sum(pool.imap_unordered(inflate, paths)))
"""
DUCKDB = """
import duckdb, sys
issuer = "STRUCT(sessionContext STRUCT(sessionIssuer STRUCT(arn VARCHAR)))"
rows = duckdb.sql(f'''
    SELECT event.userIdentity.sessionContext.sessionIssuer.arn AS role, count(*) FROM (
      SELECT unnest(Records) AS event FROM read_json('{sys.argv[1]}/**/*.json.gz',
        format = 'unstructured', maximum_object_size = 33554432,
        columns = {{'Records': 'STRUCT(userIdentity {issuer})[]'}}))
    GROUP BY 1''').fetchall()
assert sum(count for _, count in rows) == int(sys.argv[2]), "not all events"
"""


def data(events: int) -> Path:
    folder = DATA / f"trail-{events}"
    if not folder.exists():
        print(f"generating {events:,} events …", file=sys.stderr)
        write_trail(folder, events)
    return folder


def collected(folder: Path) -> tuple[float, float]:
    """Each run adds to a snapshot that has no usage yet."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name, "snapshot")
        shutil.copytree(folder / "snapshot", copy)
        command = [*VENDORGATE, "collect", "cloudtrail", str(folder / "logs"), "-o", str(copy)]
        taken = once(command, tree=True)
        if not (copy / "usage.jsonl").exists():
            raise SystemExit(f"no usage.jsonl: {' '.join(command)}")
    return taken


def both(folder: Path) -> tuple[Timing, Timing]:
    """By turns, the floor and ours, so that what else the machine does is in both."""
    floor = python(FLOOR, str(folder / "logs"))
    runs = [(once(floor, tree=True), collected(folder)) for _ in range(RUNS)]
    floors, ours = zip(*runs, strict=True)
    return median(floors), median(ours)


def median(runs: Iterable[tuple[float, float]]) -> Timing:
    taken = list(runs)
    return Timing(statistics.median(s for s, _ in taken), max(m for _, m in taken))


def compare(folder: Path, events: int, floor: Timing) -> None:
    try:
        theirs = measure(python(DUCKDB, str(folder / "logs"), str(events)), 1, tree=True)
    except SystemExit:
        print("DuckDB's read_json      left out: it failed")
        return
    show("DuckDB's read_json", theirs, floor, "inflate")


def run(events: int) -> None:
    folder = data(events)
    floor, ours = both(folder)
    show("collect cloudtrail", ours, floor, "inflate", AIM, AIM_MEMORY)
    compare(folder, events, floor)


if __name__ == "__main__":
    run(FULL if "--full" in sys.argv else QUICK)
