"""Standard streams as the caller left them: closed ones too (`>&-`), and of any encoding."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any


class _Closed(io.RawIOBase):
    """A stream that nobody reads: to write to it is an error, not a report that is lost."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(data):
            raise OSError(errno.EBADF, "stdout is closed, so nothing can be written there")
        return 0


def open_closed() -> None:
    """Python has None for a stream that was closed, and the next file opened gets its number:
    what is meant for stdout would go into that file."""
    _fill()
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  for good
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(_Closed(), "utf-8", write_through=True)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  for good
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe on Windows knows no arrows
        sys.stdout.reconfigure(errors="backslashreplace")


def _fill() -> None:
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
