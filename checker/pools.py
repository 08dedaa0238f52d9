"""A pool of processes that ends, however it was broken."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, InvalidStateError, ProcessPoolExecutor
from concurrent.futures.process import (
    BrokenProcessPool,
    _ExecutorManagerThread,
    _threads_wakeups,
)
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import parent_process
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from checker.errors import InputError

T = TypeVar("T")
_PATIENCE = 2.0
"""Seconds."""


class Pool(ProcessPoolExecutor):
    """Spawned processes begin one by one, as something is submitted. One that begins while the pool
    breaks is not among those that it stops: it would wait for somebody to read its answers, and we
    for it (as https://github.com/python/cpython/issues/94777, still there for spawned ones). Nor
    does it stop those that began where the next one, or its thread, cannot."""

    _gone: tuple[int, ...] = ()

    def __init__(
        self, workers: int, context: BaseContext, start: Callable[..., None], *given: object
    ) -> None:
        """Each process begins with `start(*given)`."""
        super().__init__(workers, context, partial(_begin, start, *given))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _uninterrupted():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        every = self._every()
        if self._broken:
            self._stop()
        super().shutdown(wait, cancel_futures=cancel_futures)
        for one in every:  # left by who hands out the work, if that had no memory to end either
            one.kill()
        self._gone += tuple(one.exitcode for one in every if one.exitcode)

    def answer(self, future: Future[T]) -> T:
        """What comes of it. Who hands out the work may be gone without a word, for want of memory:
        then nothing comes, and nobody says so."""
        while True:
            try:
                return future.result(_PATIENCE)
            except TimeoutError:
                if future.done():
                    return future.result()
                manager = self._executor_manager_thread
                if manager is None or not manager.is_alive():  # type: ignore[attr-defined]
                    raise BrokenProcessPool("nobody hands out the work") from None

    def __exit__(self, *raised: Any) -> bool | None:
        super().__exit__(*raised)
        if isinstance(raised[1], BrokenExecutor) and any(code > 0 for code in self._gone):
            raise _left(max(self._gone)) from None  # nobody killed it
        return None

    def _spawn_process(self) -> None:
        with self._stopped_if_one_cannot_begin():
            super()._spawn_process()  # type: ignore[misc]

    def _start_executor_manager_thread(self) -> None:
        if self._executor_manager_thread is not None:
            return
        if self._mp_context.get_start_method() == "fork":
            self._launch_processes()
        manager = _Manager(self)
        with self._stopped_if_one_cannot_begin():
            manager.start()
        self._executor_manager_thread = manager
        _threads_wakeups[manager] = self._executor_manager_thread_wakeup

    @contextmanager
    def _stopped_if_one_cannot_begin(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            if isinstance(error, OSError) and error.errno is None:  # as the pool breaks
                raise
            self._stop()
            raise _not_begun(error) from None

    def _every(self) -> list[BaseProcess]:
        return list((self._processes or {}).values())

    def _stop(self) -> None:
        for process in self._every():
            process.kill()


class _Manager(_ExecutorManagerThread):
    """Who hands out the work. Whoever waits for an answer would wait for ever where it ends before
    its time, as for want of memory, or of a thread to write what a process is to read."""

    def run(self) -> None:
        try:
            super().run()
        except Exception:  # noqa: BLE001  whatever it was, it is told to who waits
            for item in list(self.pending_work_items.values()):
                with suppress(InvalidStateError):
                    item.future.set_exception(BrokenProcessPool("nobody hands out the work"))
            self.pending_work_items.clear()
            for process in self.processes.values():
                process.kill()
            with suppress(Exception):
                self.terminate_broken(None)  # type: ignore[arg-type]  # it takes none


def _not_begun(error: Exception) -> InputError:
    text = " ".join(str(error).split())
    said = getattr(error, "strerror", None) or text.partition(". ")[0]
    hint = _GUARD if "bootstrapping" in text else _ROOM
    return InputError(f"a worker process cannot be started: {said}", hint=hint)


def _left(code: int) -> InputError:
    said = f"a worker process ended before its work was done (exit code {code})"
    return InputError(said, hint=_GUARD)


_ROOM = "allow more processes and open files (ulimit -u, -n), or free memory, and run it again"
_GUARD = 'a script that calls this has to do so under `if __name__ == "__main__":`'


def _begin(start: Callable[..., None], *given: object) -> None:
    """In a worker. One that finds no memory to begin says nothing: who waits for it is told."""
    try:
        _watch()
        start(*given)
    except MemoryError:
        signal.raise_signal(signal.SIGTERM)


def _watch() -> None:
    try:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    except RuntimeError as error:  # which is want of memory, or of threads
        raise MemoryError from error


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
