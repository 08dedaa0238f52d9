"""Worker processes, and what it means when one is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from checker.errors import InputError

if TYPE_CHECKING:  # imported when there is enough to do for worker processes
    from concurrent.futures import ProcessPoolExecutor


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
