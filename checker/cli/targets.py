"""Where reports go: each to a place of its own, and to none that is read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.errors import InputError

Wanted = tuple[str, Path | None]
_READ = (".jsonl", ".yaml", ".yml")
"""What the folders that we read hold, beside a snapshot's manifest."""


def at_end(path: Path) -> Path:
    """The file at the end of links, which need not be there. Raises OSError for links in a ring."""
    with contextlib.suppress(FileNotFoundError):
        path.stat()
    return Path(os.path.realpath(path))


def check_apart(wanted: Sequence[Wanted]) -> None:
    """Raises InputError for two reports of one name: the second would replace the first."""
    seen: dict[str, str] = {}
    for name, path in wanted:
        if path is None or (path.exists() and not path.is_file()):
            continue  # what is no plain file is written through
        place = os.path.realpath(path)
        if place in seen:
            said = f"{seen[place]} and {name} cannot both go to it"
            raise InputError(said, path=path, hint="give each a file of its own")
        seen[place] = name


def check_not_read(wanted: Sequence[Wanted], read: Iterable[Path | str | None]) -> None:
    """Raises InputError for a report in the place of what is read: a file, or one in a folder."""
    places = [Path(os.path.realpath(one)) for one in read if one is not None]
    for _, path in wanted:
        if path is None or not path.is_file():
            continue
        target = Path(os.path.realpath(path))
        held = target.name == "manifest.json" or target.suffix in _READ
        if target in places or (held and target.parent in places):
            hint = "choose another file"
            raise InputError("is read here, and would be replaced", path=path, hint=hint)
