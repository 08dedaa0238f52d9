"""Rows that are more than memory should hold: written to disk as they come, and read again as often
as a format needs."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from checker.errors import InputError

Row = dict[str, Any]
_AT_ONCE = 500
_IN_MEMORY = 4 << 20  # bytes


class Spool:
    """Of any values that a question answers with; the file has no name, so nobody else writes it.

    Raises InputError where there is no room.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self.count = 0
        left = iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            self._write(some)

    def _write(self, some: list[Row]) -> None:
        try:
            pickle.dump(some, self._file, pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            hint = "free disk space, or ask for less: --from, --to"
            raise InputError(f"the answer has no room: {error.strerror}", hint=hint) from None
        self.count += len(some)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Row]:
        for some in self.parts():
            yield from some

    def parts(self) -> Iterator[list[Row]]:
        """Some rows at a time."""
        self._file.seek(0)
        left = self.count
        while left > 0:
            some: list[Row] = pickle.load(self._file)  # noqa: S301  what this process wrote
            left -= len(some)
            yield some
