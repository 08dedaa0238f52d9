"""`make bench`: speed as ratios to physical floors, measured in the same run.

- check of a million roles, JSON, SARIF and JUnit written: to one core that parses the same bytes
  with orjson; once as `bench/generate.py` makes them, once as `bench/varied.py` does;
- `collect cloudtrail`: to all cores that inflate the same files (bench/usage.py);
- `--version`: to a bare interpreter;
- with `--collect`: a collection of 1,000 simulated accounts in 3 regions, to calls x latency /
  workers (bench/collect.py; a minute or more, hence not by default);
- with `--resources`: a check of half a million resources, to the same parse (bench/resources.py);
- with `--code`: a check of a million uses of code, to the same parse (bench/code.py);
- a tiny check: to an interpreter that imports pydantic, yaml and jmespath; in CI, too, where
  nothing is remembered of what was read before.

Whole processes, the median of several runs, each ratio beside that of the last release on such a
machine (bench/results.py; `--record` writes them down). Memory is the peak of the process (of a
large check and of a collection from CloudTrail, of all their processes together).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import code, collect, resources, results, usage, varied
from bench.generate import roles as made
from bench.generate import write_allowlist, write_snapshot
from bench.measure import DATA, VENDORGATE, measure, python, show

FLOOR = """
import orjson, sys
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
"""
AIM, AIM_MEMORY = 1.5, 300
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
    vary = data("varied", 1_000_000, vary=True)
    bare = measure(python("pass"), 21)
    imports = measure(python(IMPORTS), 21)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        for what, folder in (("", big), (", varied", vary)):
            floor = measure(python(FLOOR, str(folder / "snapshot" / "roles.jsonl")), 3)
            ours = measure(check(folder, out), 3, tree=True)
            show(f"check, 1,000,000 roles{what}", ours, floor, "parse", AIM, AIM_MEMORY)
        show("check, 5 roles", measure(check(tiny, out), 21), imports, "imports", 1.3)
        cold = measure(check(tiny, out), 21, cold=True)
        show("check, 5 roles, in CI", cold, imports, "imports")
    usage.run(usage.QUICK)
    if "--resources" in sys.argv:
        resources.run()
    if "--code" in sys.argv:
        code.run()
    if "--collect" in sys.argv:
        collect.show(collect.run(1000, 0.05, 32), 0.05, 32, collect.AIM)
        with_resources = collect.run(100, 0.05, 32, 1, resources=True)
        collect.show(with_resources, 0.05, 32, collect.AIM_RESOURCES)
    show("--version", measure([*VENDORGATE, "--version"], 21), bare, "interpreter", 3)
    if "--record" in sys.argv:
        results.record()


if __name__ == "__main__":
    main()
