"""Runs tasks side by side; a task may ask for more tasks.

The threads are daemons: whatever they wait for, the process ends when it is told to, while those
of concurrent.futures would be waited for (https://docs.python.org/3/library/threading.html).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Task: TypeAlias = "Callable[[], list[Task]]"
"""Failures are the task's own affair; what it raises ends everything."""
Ended: TypeAlias = "tuple[list[Task], BaseException | None]"


def run(tasks: Iterable[Task], workers: int, tick: Callable[[], None]) -> None:
    """All tasks and those that they ask for; `tick` is called after each.

    What a task asks for goes before what has not begun: an account is finished before the next
    one is entered, so that few are in memory and many are safe at any time.
    """
    waiting, running = deque(tasks), 0
    todo: SimpleQueue[Task | None] = SimpleQueue()
    ended: SimpleQueue[Ended] = SimpleQueue()
    threads = 0
    try:
        while waiting or running:
            while waiting and running < workers:
                todo.put(waiting.popleft())
                running += 1
            if threads < running:
                _start(_work, todo, ended)
                threads += 1
                continue
            more, error = ended.get()  # which Ctrl-C interrupts
            if error is not None:
                raise error
            waiting.extendleft(reversed(more))
            running -= 1
            tick()
    finally:
        for _ in range(threads):
            todo.put(None)


def apart(work: Callable[[], T]) -> T:
    """What it answers, from a thread of its own: looking up a name, and much else that waits in
    the operating system, cannot be interrupted in the main one."""
    ended: SimpleQueue[tuple[list[T], BaseException | None]] = SimpleQueue()
    _start(_one, lambda: [work()], ended)
    found, error = ended.get()
    if error is not None:
        raise error
    return found[0]


def _start(work: Callable[..., None], *arguments: object) -> None:
    Thread(target=work, args=arguments, daemon=True, name="vendorgate").start()


def _work(todo: SimpleQueue[Task | None], ended: SimpleQueue[Ended]) -> None:
    while (task := todo.get()) is not None:
        _one(task, ended)


def _one(
    work: Callable[[], list[T]], ended: SimpleQueue[tuple[list[T], BaseException | None]]
) -> None:
    try:
        found = work()
    except BaseException as error:  # noqa: BLE001  it is raised where somebody waits for it
        ended.put(([], error))
    else:
        ended.put((found, None))
