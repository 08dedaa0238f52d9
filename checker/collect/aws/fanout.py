"""Runs tasks side by side; a task may ask for more tasks. Failures are values in its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TypeAlias

import msgspec

from checker.snapshot.records import Gap


@dataclass(frozen=True)
class Outcome:
    """What one task saw, what it could not see, and the tasks (in `regions`) that follow."""

    records: list[msgspec.Struct] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    then: list[Task] = field(default_factory=list)
    regions: tuple[str, ...] = ()


Task: TypeAlias = Callable[[], Outcome]
Progress: TypeAlias = Callable[[int, int], None]


def silent(_done: int, _known: int) -> None:
    """Progress that nobody watches."""


def run(tasks: Iterable[Task], workers: int, progress: Progress) -> list[Outcome]:
    """The outcomes of all tasks, in no particular order; `progress` hears of done and known."""
    finished: SimpleQueue[Future[Outcome]] = SimpleQueue()
    outcomes: list[Outcome] = []
    known = 0
    pool = ThreadPoolExecutor(workers, thread_name_prefix="vendorgate")
    try:
        waiting = list(tasks)
        while waiting or len(outcomes) < known:
            for task in waiting:
                pool.submit(task).add_done_callback(finished.put)
            known += len(waiting)
            progress(len(outcomes), known)
            outcome = finished.get().result()
            outcomes.append(outcome)
            waiting = outcome.then
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # on Ctrl-C, what has not begun never does
    progress(known, known)
    return outcomes
