"""Lines of a form that are told by one pattern, among others that are decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

TEXT = rb'"[ !#-\[\]-~]*+"'
"""Without escapes, and in ASCII."""
TAGS = rb"null|\{(?:%b:%b(?:,%b:%b)*+)?\}" % (TEXT, TEXT, TEXT, TEXT)
Row = tuple[bytes, ...]
"""A line without its end, and parts of it as they stand there."""


def in_turns(form: re.Pattern[bytes], lines: bytes) -> Iterator[tuple[list[Row], bytes]]:
    """The lines of a block in their order, some at a time: the rows of such as fit, or the lines of
    others. `form` matches a line from behind the end of the one before it to before its own."""
    rows = form.findall(b"\n" + lines + b"\n")
    if len(rows) == lines.count(b"\n") + (lines[-1:] != b"\n"):
        yield rows, b""
        return
    at = start = 0
    others: list[bytes] = []
    for line in lines.split(b"\n"):
        if at < len(rows) and rows[at][0] == line:
            if others:
                yield rows[start:at], b""
                yield [], b"\n".join(others)
                start, others = at, []
            at += 1
        elif line:
            others.append(line)
    yield rows[start:at], b""
    yield [], b"\n".join(others)
