"""Whole processes, measured: seconds, and the peak memory of a process and of what it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench.results import beside

DATA = Path(__file__).parent / "data"
_CACHE = tempfile.TemporaryDirectory(prefix="vendorgate-bench-")
"""Of these runs alone, and out of the checkout, where nothing would be remembered."""
ENVIRONMENT = {
    # as installed: modules are compiled once, not at each start
    **{k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "CI")},
    "XDG_CACHE_HOME": _CACHE.name,
}
VENDORGATE = [str(Path(sys.executable).with_name("vendorgate"))]
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Timing:
    """Seconds (the median) and the peak memory, in MB."""

    seconds: float
    memory: float


def measure(command: list[str], runs: int, *, tree: bool = False, cold: bool = False) -> Timing:
    """`tree`: memory is that of the process and all that it starts, at one moment. `cold`: nothing
    is remembered of what was read before, as in CI."""
    taken, peak = [], 0.0
    for _ in range(runs):
        seconds, memory = once(command, tree=tree, cold=cold)
        taken.append(seconds)
        peak = max(peak, memory)
    return Timing(statistics.median(taken), peak)


def once(command: list[str], *, tree: bool = False, cold: bool = False) -> tuple[float, float]:
    environment = {**ENVIRONMENT, "CI": "true"} if cold else ENVIRONMENT
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        cwd=DATA,  # a folder as users have it: no policies/ of its own
    )  # fmt: skip
    sampler = Sampler(process.pid) if tree else None
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {' '.join(command)}")
    return seconds, max(usage.ru_maxrss / 1024, sampler.stop() if sampler else 0.0)


class Sampler(threading.Thread):
    """Looks at a tree of processes every few milliseconds, and keeps the most that it saw.

    Pages that a parent shares with its children count for each of them: it is never too little.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._done, self._peak = pid, threading.Event(), 0.0
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.02):
            self._peak = max(self._peak, sum(map(resident, family(self._pid))))

    def stop(self) -> float:
        self._done.set()
        self.join()
        return self._peak


def family(pid: int) -> list[int]:
    """A process and what it started, and what these started; who ended meanwhile is left out."""
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*"):
            ahead += map(int, text(task / "children").split())
    return found


def resident(pid: int) -> float:
    """The memory of a process, in MB."""
    return int([*text(Path(f"/proc/{pid}/statm")).split(), "0", "0"][1]) * _PAGE / 2**20


def text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


PARSE = """
import orjson, sys
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
"""


def parse_floor(path: Path) -> list[str]:
    """One core that parses the lines of a file with orjson."""
    return python(PARSE, str(path))


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def show(
    what: str, ours: Timing, floor: Timing, floor_name: str, aim: float | None = None,
    aim_memory: int | None = None,
) -> None:  # fmt: skip
    times = ours.seconds / floor.seconds
    print(
        f"{what:<32}{times:6.2f} x {floor_name}{f' (aim {aim})' if aim else ''}"
        f"{beside(what, times)}   "
        f"{ours.seconds:.3f} s / {floor.seconds:.3f} s, {ours.memory:.0f} MB"
        f"{f' (aim {aim_memory})' if aim_memory else ''}",
        flush=True,
    )
