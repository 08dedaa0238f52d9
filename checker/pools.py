"""A pool of processes that ends, however it was broken."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import parent_process
from multiprocessing.context import BaseContext
from typing import Any


class Pool(ProcessPoolExecutor):
    """Spawned processes begin one by one, as something is submitted. One that begins while the pool
    breaks is not among those that it stops: it would wait for somebody to read its answers, and we
    for it (as https://github.com/python/cpython/issues/94777, still there for spawned ones)."""

    def __init__(
        self, workers: int, context: BaseContext, start: Callable[..., None], *given: object
    ) -> None:
        """Each process begins with `start(*given)`."""
        super().__init__(workers, context, partial(_begin, start, *given))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _uninterrupted():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._broken:
            for process in list((self._processes or {}).values()):
                process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)


def _begin(start: Callable[..., None], *given: object) -> None:
    """In a worker."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*given)


def _end_with_parent() -> None:
    """Who is killed (`timeout`, a job that is cancelled) tells its workers nothing: they would wait
    for more for ever, and keep open what they share with it, as a pipe that somebody reads."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that begins meanwhile never hears of Ctrl-C, which a terminal sends to all: whoever
    started it stops it, and it says nothing. Windows knows of no such mask."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
