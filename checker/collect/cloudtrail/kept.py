"""Objects that were fetched, kept on disk as they came, so that none is fetched twice."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from checker import usercache

_LEFT = 2 << 30  # bytes that are left free for others


@dataclass
class Kept:
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _paths: dict[str, Path] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def get(self, key: str) -> Path | None:
        return self._paths.get(key)

    def put(self, key: str, data: bytes) -> Path | None:
        """Where it is kept; None where there is no room."""
        try:
            path = self._place() / str(next(self._numbers))
            if shutil.disk_usage(path.parent).free < len(data) + _LEFT:
                return None
            path.write_bytes(data)
        except OSError:
            return None
        self._paths[key] = path
        return path

    def drop(self, key: str) -> None:
        if path := self._paths.pop(key, None):
            with suppress(OSError):
                path.unlink()

    def open(self) -> None:
        """Where it cannot be made, nothing is kept."""
        self._folder = self._folder or usercache.temporary()

    def _place(self) -> Path:
        if self._folder is None:
            raise OSError
        return Path(self._folder.name)
