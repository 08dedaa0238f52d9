"""`make bench`: speed as ratios to physical floors, measured in the same run.

- check of a million roles, JSON, SARIF and JUnit written: to one core that parses the same bytes
  with orjson; once as `bench/generate.py` makes them, once as `bench/varied.py` does;
- `collect cloudtrail`: to all cores that inflate the same files (bench/usage.py);
- `--version`: to a bare interpreter;
- with `--collect`: a collection of 1,000 simulated accounts in 3 regions, to calls x latency /
  workers (bench/collect.py; a minute or more, hence not by default);
- with `--resources`: a check of half a million resources, to the same parse (bench/resources.py);
- a tiny check: to an interpreter that imports pydantic, yaml and jmespath.

Whole processes, the median of several runs; memory is the peak of the process (of a
collection from CloudTrail, of all its processes together).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import collect, resources, usage, varied
from bench.generate import roles as made
from bench.generate import write_allowlist, write_snapshot
from bench.measure import DATA, VENDORGATE, measure, python, show

FLOOR = """
import orjson, sys
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
"""
IMPORTS = "import jmespath, yaml\nfrom pydantic import BaseModel"


def data(name: str, roles: int, *, vary: bool = False) -> Path:
    folder = DATA / name
    if not (folder / "snapshot" / "manifest.json").exists():
        print(f"generating {roles:,} roles …", file=sys.stderr)
        write_snapshot(folder / "snapshot", made(roles, varied.trust) if vary else made(roles))
        write_allowlist(folder / "allowlist.yaml", pipelines_own=not vary)
    return folder


def check(folder: Path, out: Path) -> list[str]:
    formats = [f"--format={name}={out / name}" for name in ("json", "sarif", "junit")]
    return [*VENDORGATE, "check", str(folder / "snapshot"), "-a", str(folder / "allowlist.yaml"),
            "--today", "2026-11-20", *formats]  # fmt: skip


def main() -> None:
    big, tiny = data("big", 1_000_000), data("tiny", 5)
    bare = measure(python("pass"), 21)
    imports = measure(python(IMPORTS), 21)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        floor = measure(python(FLOOR, str(big / "snapshot" / "roles.jsonl")), 3)
        show("check, 1,000,000 roles", measure(check(big, out), 3), floor, "parse", 3.0)
        show("check, 5 roles", measure(check(tiny, out), 21), imports, "imports", 1.6)
    usage.run(usage.QUICK)
    if "--resources" in sys.argv:
        resources.run()
    if "--collect" in sys.argv:
        collect.show(collect.run(1000, 0.05, 32), 0.05, 32, collect.AIM)
        with_resources = collect.run(100, 0.05, 32, 1, resources=True)
        collect.show(with_resources, 0.05, 32, collect.AIM_RESOURCES)
    show("--version", measure([*VENDORGATE, "--version"], 21), bare, "interpreter", 5)


if __name__ == "__main__":
    main()
