"""A lost worker process is said, whichever way the pool tells it; other errors pass as they are."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Thread
from typing import Any

import pytest

from checker import pools, workers
from checker.errors import InputError
from checker.pools import Pool
from checker.workers import begin, loss_is_said


@pytest.mark.parametrize("told", [BrokenProcessPool("gone"), OSError("handle is closed")])
def test_a_lost_worker_is_said(told: Exception) -> None:
    """The pool's pipes may be closed before it says that it is broken."""
    with pytest.raises(InputError, match="a worker process was killed"), loss_is_said():
        raise told


@pytest.mark.parametrize(
    "told", [OSError(errno.ENOSPC, "No space left"), ValueError("a defect"), InputError("bad")]
)
def test_what_is_no_loss_passes(told: Exception) -> None:
    """A full disk is not told as a killed worker, nor is a defect of ours."""
    with pytest.raises(type(told)) as raised, loss_is_said():
        raise told
    assert raised.value is told


class _LateWorker(Pool):
    """One worker dies while the last begins, which the pool then does not know to stop."""

    def _spawn_process(self) -> None:
        known = list(self._processes.values())
        super()._spawn_process()  # type: ignore[misc]
        if len(known) == 2:
            number, late = self._processes.popitem()
            known[0].kill()
            end = time.monotonic() + 5  # from Python 3.12 on it stops none while one begins
            while known[1].is_alive() and time.monotonic() < end:
                time.sleep(0.01)
            self._processes[number] = late


def test_a_pool_ends_though_it_broke_while_a_worker_began() -> None:
    """Found under load: `check` waited for ever for a worker that waited for it."""
    broken = _LateWorker(3, get_context("spawn"), begin)
    large = b"x" * 1_000_000
    try:
        for _ in range(8):
            broken.submit(bytes, large)
    except (BrokenProcessPool, OSError):
        pass
    left = list(broken._processes.values())
    ending = Thread(target=broken.shutdown, daemon=True)
    ending.start()
    ending.join(20)
    still = ending.is_alive()
    for process in left:
        process.kill()
    assert not still


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such mask")
def test_a_worker_does_not_hear_of_an_interruption() -> None:
    """Ctrl-C goes to all processes of a terminal: each worker said where it was."""
    with Pool(1, get_context("spawn"), begin) as workers:
        masked = workers.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
    assert signal.SIGINT in masked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


FAILING = """
import errno, os, threading
from multiprocessing import active_children
from checker import pools, workers
from checker.errors import InputError

def failing(*given):
    global begun
    begun += 1
    if begun == nth:
        raise {error}
    return whole(*given)

workers.os.cpu_count = lambda: 2
whole, {called} = {called}, failing
for nth in range(1, 4):
    begun = 0
    try:
        with workers.crew() as crew:
            print(len([*crew.in_order(range(4), workers._nothing)]))
    except InputError as error:
        print(error.message)
    left = active_children()
    for one in left:
        one.join(20)
    assert not any(one.is_alive() for one in left), "an orphan"
"""
NO_FORK = "a worker process cannot be started: Resource temporarily unavailable"
NO_THREAD = "a worker process cannot be started: can't start new thread"
LOST = "a worker process was killed, as happens for want of memory"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are spawned there")
@pytest.mark.parametrize(
    ("called", "error", "said"),
    [
        ("os.fork", "BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))", [NO_FORK, NO_FORK, "4"]),
        # of whoever hands out the work, and of what it is written by
        ("threading.Thread.start", 'RuntimeError("can\'t start new thread")', [NO_THREAD, LOST, "4"]),
    ],
)  # fmt: skip
def test_a_pool_ends_of_which_a_part_cannot_begin(called: str, error: str, said: list[str]) -> None:
    """Catches a check that waits for ever where the second process is one too many, a worker that
    nobody stops, and a traceback."""
    script = FAILING.format(called=called, error=error)
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (told.stdout.splitlines(), told.stderr, told.returncode) == (said, "", 0)


def test_who_hands_out_the_work_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found where memory was short: its thread ended before its first line, and nobody was told."""
    monkeypatch.setattr(pools._Manager, "run", lambda _: None)
    monkeypatch.setattr(pools, "_PATIENCE", 0.01)
    lost = Pool(1, get_context("spawn"), begin)
    with pytest.raises(BrokenProcessPool), lost:
        future = lost.submit(workers._nothing, None)
        (process,) = lost._every()
        lost.answer(future)
    process.join(20)
    assert process.exitcode


class _Leaving(Pool):
    """Its workers end by themselves, as those of a script that begins anew in each of them."""

    def __init__(self, _: int, start: Callable[..., None], *given: object) -> None:
        super().__init__(1, get_context("spawn"), start, *given)

    def submit(self, *_: Any) -> Future[Any]:  # type: ignore[override]
        return super().submit(os._exit, 3)


def test_a_worker_that_ends_by_itself_was_not_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches advice to free memory for a script that lacks its guard."""
    monkeypatch.setattr(workers, "pool", _Leaving)
    with pytest.raises(InputError, match=r"exit code 3\); .*__main__"), workers.crew() as crew:
        list(crew.in_order([None], workers._nothing))


def test_memory_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches parts that are let go of and stay: twice of what ten million roles need."""
    told: list[int] = []
    monkeypatch.setattr(workers, "trim", lambda: told.append(len(taken)))
    busy: Any = ThreadPoolExecutor(1)
    busy.answer, taken = Future.result, list[int]()
    for part, _ in workers.InOrder(busy, range(20), lambda _: b""):
        taken.append(part)
    assert (taken, told) == ([*range(20)], [8, 16])


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_who_gives_back_nothing_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Catches a check that ends on Windows, on macOS or with musl, which have no such call."""

    def load(_: None) -> None:
        raise error

    monkeypatch.setattr("ctypes.CDLL", load)
    workers.trim()
