"""Standard streams as the caller left them: closed ones too (`>&-`), those whose reader has gone,
and of any encoding."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import click


class _Closed(io.RawIOBase):
    """A stream that nobody reads: to write to it is an error, not a report that is lost."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(data):
            raise OSError(errno.EBADF, "stdout is closed, so nothing can be written there")
        return 0


class ReaderGoneError(Exception):
    """Whoever read our output has gone."""


@contextlib.contextmanager
def told_if_gone() -> Iterator[None]:
    """Raises ReaderGoneError for a pipe that is closed: of an OSError, click makes exit code 1,
    which would say that there are findings."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGoneError from error


def tell(line: str) -> None:
    """On stderr. Where nobody can hear it, the exit code still tells."""
    try:
        click.echo(line, err=True)
    except OSError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """What it still holds cannot be written: no second error when the interpreter ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
