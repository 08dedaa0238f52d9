"""Runs tasks side by side; a task may ask for more tasks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeAlias

Task: TypeAlias = "Callable[[], list[Task]]"
"""Failures are the task's own affair; what it raises ends everything."""


def run(tasks: Iterable[Task], workers: int, tick: Callable[[], None]) -> None:
    """All tasks and those that they ask for; `tick` is called after each.

    What a task asks for goes before what has not begun: an account is finished before the next
    one is entered, so that few are in memory and many are safe at any time.
    """
    finished: SimpleQueue[Future[list[Task]]] = SimpleQueue()
    waiting, running = deque(tasks), 0
    pool = ThreadPoolExecutor(workers, thread_name_prefix="vendorgate")
    try:
        while waiting or running:
            while waiting and running < workers:
                pool.submit(waiting.popleft()).add_done_callback(finished.put)
                running += 1
            waiting.extendleft(reversed(finished.get().result()))
            running -= 1
            tick()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # on Ctrl-C, what has not begun never does
