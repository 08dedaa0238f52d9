"""Text as wide as the reader's terminal: lines broken at blanks, tables narrowed.

Nothing is cut, and no word is broken in a line: an ARN that is longer than the terminal is wide is
copied as one. Files and pipes have no width, so that a line stays what `grep` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import combining, east_asian_width

from checker.report.escape import uncommanded

_PAINT = re.compile(r"\x1b\[[0-9;]*m")  # our own: `terminal` leaves no other
_INDENT = re.compile(r"(?:\x1b\[[0-9;]*m)* *(?:• )?")
_WORD = re.compile(r"( *)([^ ]+)")
_GAP = "  "
_NARROW = 12  # no column is made narrower: an account id stays whole


def columns(text: str) -> int:
    """How many a terminal takes for it."""
    if text.isascii():
        return len(_PAINT.sub("", text))
    return sum(map(_wide, _PAINT.sub("", text)))


def _wide(letter: str) -> int:
    return 0 if combining(letter) else 1 + (east_asian_width(letter) in "WF")


def fit(text: str, width: int) -> str:
    """Each line in as many as it needs, those after the first as far in as its text begins; a width
    of 0 is none."""
    if not width:
        return text
    return "\n".join(part for line in text.split("\n") for part in _broken(line, width))


def _broken(line: str, width: int) -> Iterator[str]:
    if columns(line) <= width:
        yield line
        return
    begin = _INDENT.match(line)
    now = begin[0] if begin else ""
    indent, empty = " " * columns(now), True
    for blanks, word in _WORD.findall(line[len(now) :]):
        if not empty and columns(now + blanks + word) > width:
            yield now
            now, blanks = indent, ""
            word = uncommanded(word)
        now, empty = now + blanks + word, False
    yield now


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Without lines. Too wide, its widest columns are narrowed, their cells broken at blanks and,
    where one word is too long, within it. A row may lack its last cells."""
    from tabulate import tabulate

    # The head is a row like others: tabulate would widen each column by two for it.
    rows = [[name.upper() for name in headers], *rows]
    widths = _widths(rows, width)
    shown = tabulate(rows, tablefmt="plain", disable_numparse=True, maxcolwidths=widths)
    return "\n".join(map(uncommanded, shown.split("\n")))


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int | None] | None:
    widths = [max(map(columns, column)) for column in zip_longest(*rows, fillvalue="")]
    if not width:
        return None
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROW:
        widths[widths.index(max(widths))] -= 1
    return list(widths)
