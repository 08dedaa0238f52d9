"""`make bench`: speed as ratios to physical floors, measured in the same run.

- check of a million roles, JSON, SARIF and JUnit written: to one core that parses the same bytes
  with orjson;
- `--version`: to a bare interpreter;
- with `--collect`: a collection of 1,000 simulated accounts in 3 regions, to calls x latency /
  workers (bench/collect.py; a minute or more, hence not by default);
- a tiny check: to an interpreter that imports pydantic, yaml and jmespath.

Whole processes, the median of several runs; memory is the peak of the process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import collect
from bench.generate import write_allowlist, write_snapshot

DATA = Path(__file__).parent / "data"
# as installed: modules are compiled once, not at each start
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
VENDORGATE = [str(Path(sys.executable).with_name("vendorgate"))]
FLOOR = """
import orjson, sys
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
"""
IMPORTS = "import jmespath, yaml\nfrom pydantic import BaseModel"


@dataclass(frozen=True)
class Timing:
    """Seconds (the median) and the peak memory of one process, in MB."""

    seconds: float
    memory: float


def measure(command: list[str], runs: int) -> Timing:
    taken, peak = [], 0.0
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
            cwd=DATA,  # a folder as users have it: no policies/ of its own
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"failed: {' '.join(command)}")
        taken.append(time.perf_counter() - start)
        peak = max(peak, usage.ru_maxrss / 1024)
    return Timing(statistics.median(taken), peak)


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def data(name: str, roles: int) -> Path:
    folder = DATA / name
    if not (folder / "snapshot" / "manifest.json").exists():
        print(f"generating {roles:,} roles …", file=sys.stderr)
        write_snapshot(folder / "snapshot", roles)
        write_allowlist(folder / "allowlist.yaml")
    return folder


def check(folder: Path, out: Path) -> list[str]:
    formats = [f"--format={name}={out / name}" for name in ("json", "sarif", "junit")]
    return [*VENDORGATE, "check", str(folder / "snapshot"), "-a", str(folder / "allowlist.yaml"),
            "--today", "2026-11-20", *formats]  # fmt: skip


def show(what: str, ours: Timing, floor: Timing, floor_name: str, aim: float) -> None:
    ratio = ours.seconds / floor.seconds
    print(
        f"{what:<24}{ratio:6.2f} x {floor_name} (aim {aim})   "
        f"{ours.seconds:.3f} s / {floor.seconds:.3f} s, {ours.memory:.0f} MB"
    )


def main() -> None:
    big, tiny = data("big", 1_000_000), data("tiny", 5)
    bare = measure(python("pass"), 21)
    imports = measure(python(IMPORTS), 21)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        floor = measure(python(FLOOR, str(big / "snapshot" / "roles.jsonl")), 3)
        show("check, 1,000,000 roles", measure(check(big, out), 3), floor, "parse", 3.0)
        show("check, 5 roles", measure(check(tiny, out), 21), imports, "imports", 1.6)
    if "--collect" in sys.argv:
        collect.show(collect.run(1000, 0.05, 32), 0.05, 32)
    show("--version", measure([*VENDORGATE, "--version"], 21), bare, "interpreter", 5)


if __name__ == "__main__":
    main()
