"""Accounts outside that templates, .tf files, values and plans name anywhere, and that nothing
which was found in them does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from checker.aws_accounts import aws_accounts
from checker.collect.iac.judged import judged
from checker.collect.iac.mentions import mentions
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.snapshot.records import Location

_DIGITS = re.compile(rb"[0-9]{12}")
_COMMENT = re.compile(r"\s*(?:#|//)")
_SAID = "Outside accounts that the code names where nothing here judges them: {}."
_NAMED = "{} is named, where nothing here judges it"


class Mentioned:
    """Where each account is named first."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._places: dict[str, Location] = {}
        self._count = Counter[str]()

    def file(self, path: Path, data: bytes) -> None:
        """A file of code in UTF-8, line by line, but for comments."""
        if not _DIGITS.search(data):
            return
        for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
            if not _COMMENT.match(line):
                self.value(line, self.target.location(path, number))

    def value(self, text: str, place: Location) -> None:
        """What one resource says, as text."""
        for account in mentions(text):
            self._places.setdefault(account, place)
            self._count[account] += 1

    def unsaid(self, found: Found) -> list[tuple[str, Location]]:
        """Those that are neither our own, nor AWS's, nor judged or told by what was found."""
        others = frozenset(self._places) - {self.target.account, *self.target.own, *aws_accounts()}
        others -= {account for text in _sentences(found) for account in mentions(text)}
        if not others:
            return []
        told = judged(found, self.target, others, datetime.now(UTC).date())
        others -= told.said
        others -= {one for one in others if told.refused[one] >= self._count[one]}
        return [each for each in self._places.items() if each[0] in others]


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    several = mentioned.unsaid(found)
    for account, place in several if strict else ():
        found.gap(mentioned.target, place, "named", _NAMED.format(account))
    if several and not strict:
        each = ", ".join(f"{account} ({at.file}:{at.line})" for account, at in several)
        found.notes.append(_SAID.format(each))


def _sentences(found: Found) -> Iterator[str]:
    """What readers are told."""
    yield from (*(one.message for one in found.gaps), *found.notes, *found.defaults)
