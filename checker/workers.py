"""Worker processes, and what it means when one is gone."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from checker.errors import InputError

if TYPE_CHECKING:  # imported when there is enough to do for worker processes
    from checker.pools import Pool

P = TypeVar("P")
LEAST = 6
"""For fewer parts no worker is started: that takes longer than to read them here."""
_TRIMMED = 8
"""Parts, of 16 MB as a rule."""


def worth_it(parts: Sequence[object]) -> bool:
    """Whether workers would do so many parts of a large file sooner than this process."""
    return count() > 1 and len(parts) >= LEAST


def count() -> int:
    return min(os.cpu_count() or 1, 8)


class Crew:
    """Workers that have begun."""

    def __init__(self, busy: Pool) -> None:
        self._busy = busy

    def in_order(self, parts: Iterable[P], work: Callable[[P], bytes]) -> InOrder[P]:
        """What they make of parts, who begin at once."""
        return InOrder(self._busy, parts, work)


class InOrder(Generic[P]):
    """What workers make of parts, each with what it was made of, in the order of the parts: the
    outcome never depends on timing. A few are ahead, so memory does not grow with the file."""

    def __init__(self, busy: Pool, parts: Iterable[P], work: Callable[[P], bytes]) -> None:
        self._busy = busy
        self._begun = ((part, busy.submit(work, part)) for part in parts)
        self._ahead = deque(islice(self._begun, 2 * count()))

    def __iter__(self) -> Iterator[tuple[P, bytes]]:
        taken = 0
        while self._ahead:
            self._ahead.extend(islice(self._begun, 1))
            part, future = self._ahead.popleft()
            yield part, self._busy.answer(future)
            taken += 1
            if taken % _TRIMMED == 0:
                trim()

    def cancel(self) -> None:
        """What nobody has begun with."""
        for _, future in self._ahead:
            future.cancel()


def trim() -> None:
    """Gives memory back that was let go of. It lies between what stays, which is why glibc keeps it
    until it is asked: twice of what a check of ten million roles needs. Others give it back
    themselves, or never."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def begin() -> None:
    """In a worker, as in who asks: nothing there is a cycle."""
    gc.disable()


@contextmanager
def crew(start: Callable[..., None] = begin, *given: object) -> Iterator[Crew]:
    """Each begins with `start(*given)`, while whoever asks goes on."""
    with loss_is_said(), pool(count(), start, *given) as busy:
        try:
            for _ in range(count()):
                busy.submit(_nothing, None)
            yield Crew(busy)
        finally:
            busy.shutdown(cancel_futures=True)


def _nothing(_: None) -> bytes:
    """A process is started when there is something for it to do."""
    return b""


def pool(workers: int, start: Callable[..., None], *given: object) -> Pool:
    """Processes that each begin with `start(*given)`."""
    from multiprocessing import get_context

    from checker.pools import Pool

    return Pool(workers, get_context("fork" if _alone() else "spawn"), start, *given)


def _alone() -> bool:
    """Whether this thread is the only one of its process, as Linux tells. A fork beside others may
    hang (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods); a
    process that is spawned takes a fifth of a second to import all that is known here already."""
    try:
        return len([*Path("/proc/self/task").iterdir()]) == 1
    except OSError:
        return False


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
