"""Where a change stands: in the allowlist, or in a file that it includes."""

from __future__ import annotations

from msgspec.structs import replace

from checker.document import Mark
from checker.review.model import Change


def at(change: Change, mark: Mark) -> Change:
    """The change with its line, and its file without the revision."""
    return replace(change, line=mark.line, file=file_of(mark))


def file_of(mark: Mark) -> str | None:
    """None for the allowlist itself."""
    return None if mark.path is None else mark.path.rpartition(":")[2]
