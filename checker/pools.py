"""A pool of processes that ends, however it was broken."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


class Pool(ProcessPoolExecutor):
    """Spawned processes begin one by one, as something is submitted. One that begins while the pool
    breaks is not among those that it stops: it would wait for somebody to read its answers, and we
    for it (as https://github.com/python/cpython/issues/94777, still there for spawned ones)."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _uninterrupted():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._broken:
            for process in list((self._processes or {}).values()):
                process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)


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
