"""A lost worker process is said, whichever way the pool tells it; other errors pass as they are."""

from __future__ import annotations

import errno
from concurrent.futures.process import BrokenProcessPool

import pytest

from checker.errors import InputError
from checker.workers import loss_is_said


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
