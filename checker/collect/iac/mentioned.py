"""Accounts outside that templates, .tf files, values and plans name anywhere, and that nothing
which was found in them does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from checker.aws_accounts import aws_accounts
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

    def unsaid(self, found: Found) -> Iterator[tuple[str, Location]]:
        """Those that are neither our own, nor AWS's, nor named by what was found."""
        said = {self.target.account, *self.target.own, *_named(found)}
        for account, place in self._places.items():
            if account not in said and account not in aws_accounts():
                yield account, place


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    several = [*mentioned.unsaid(found)]
    for account, place in several if strict else ():
        found.gap(mentioned.target, place, "named", _NAMED.format(account))
    if several and not strict:
        each = ", ".join(f"{account} ({at.file}:{at.line})" for account, at in several)
        found.notes.append(_SAID.format(each))


def _named(found: Found) -> Iterator[str]:
    """Those of records, gaps and notes, but for where these are written."""
    records = (one for several in found.records().values() for one in several)
    for one in records:
        bare = replace(one, location=None) if hasattr(one, "location") else one
        yield from mentions(msgspec.json.encode(bare).decode())
    for text in (*(one.message for one in found.gaps), *found.notes, *found.defaults):
        yield from mentions(text)
