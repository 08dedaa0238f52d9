"""Worker processes, and what it means when one is gone."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from checker.errors import InputError

if TYPE_CHECKING:  # imported when there is enough to do for worker processes
    from concurrent.futures import Future, ProcessPoolExecutor

P = TypeVar("P")
LEAST = 6
"""For fewer parts no worker is started: that takes longer than to read them here."""


def worth_it(parts: Sequence[object]) -> bool:
    """Whether workers would do so many parts of a large file sooner than this process."""
    return count() > 1 and len(parts) >= LEAST


def count() -> int:
    return min(os.cpu_count() or 1, 8)


def in_order(
    parts: Iterable[P], work: Callable[[P], bytes], start: Callable[..., None], *given: object
) -> Iterator[tuple[P, bytes]]:
    """What workers make of parts, each with what it was made of, in the order of the parts: the
    outcome never depends on timing. A few are ahead, so memory does not grow with their number."""
    workers, ahead = count(), deque[tuple[P, "Future[bytes]"]]()
    with loss_is_said(), pool(workers, start, *given) as busy:
        try:
            for part in parts:
                ahead.append((part, busy.submit(work, part)))
                if len(ahead) > 2 * workers:
                    yield _next(ahead)
            while ahead:
                yield _next(ahead)
        finally:
            busy.shutdown(cancel_futures=True)


def _next(ahead: deque[tuple[P, Future[bytes]]]) -> tuple[P, bytes]:
    part, future = ahead.popleft()
    return part, future.result()


def pool(workers: int, start: Callable[..., None], *given: object) -> ProcessPoolExecutor:
    """Processes that each begin with `start(*given)`; spawned, as a fork beside threads may hang
    (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods)."""
    from multiprocessing import get_context

    from checker.pools import Pool

    return Pool(workers, get_context("spawn"), start, given)


@contextmanager
def loss_is_said() -> Iterator[None]:
    """Whoever submits, waits or shuts down learns that a worker is gone: what it was to do is not
    done, so nothing is concluded. It is not done here instead: this process would be the next.

    A pool that breaks while something is being submitted may have closed its pipes already: an
    OSError without a number ("handle is closed"), which no file or socket raises.
    """
    from concurrent.futures import BrokenExecutor

    try:
        yield
    except BrokenExecutor:
        raise _lost() from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise _lost() from None


def _lost() -> InputError:
    return InputError(
        "a worker process was killed, as happens for want of memory",
        hint="free memory, or give more of it, and run it again",
    )
