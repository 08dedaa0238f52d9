"""Logs that are searched side by side: what is not searched is never a quiet log."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from checker.collect.cloudtrail import logs
from checker.collect.cloudtrail.logs import LocalLogs
from checker.errors import InputError
from tests.usage.loaded import everything


def die(_paths: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback with the exit code of a finding, or an answer without what it was to read."""
    monkeypatch.setattr(logs, "SERIAL", 0)
    monkeypatch.setattr(logs, "scan", die)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    paths = tuple(tmp_path / name for name in "ab")
    for path in paths:
        path.write_text("[]")
    with pytest.raises(InputError, match="a worker process was killed"):
        list(LocalLogs(paths).found(everything()))
