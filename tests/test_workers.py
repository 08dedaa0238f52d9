"""A lost worker process is said, whichever way the pool tells it; other errors pass as they are."""

from __future__ import annotations

import errno
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Thread

import pytest

from checker import workers
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
            while known[1].is_alive():
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


def test_memory_is_given_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches parts that are let go of and stay: twice of what ten million roles need."""
    told: list[int] = []
    monkeypatch.setattr(workers, "trim", lambda: told.append(len(taken)))
    busy, taken = ThreadPoolExecutor(1), list[int]()
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
