"""Accounts outside that code names anywhere, and that nothing which was found in it does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from checker.aws_accounts import aws_accounts
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.snapshot.records import Location

_BEFORE = r"(?:(?<![\w.+/-])|(?<=https://))"
_BEHIND = r"(?:(?![\w+/.-])|(?=\.dkr[.-]ecr)|(?=\.(?:[\s\"']|$)))"
_ACCOUNT = re.compile(f"{_BEFORE}([0-9]{{12}}){_BEHIND}", re.ASCII)
"""Not a part of a name, a path, a version or a telephone number."""
_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_COMMENT = re.compile(r"\s*(?:#|//)")
_MOST = 20
_SAID = "Outside accounts that the code names where nothing here judges them: {}."
_NAMED = "{} is named, where nothing here judges it"


class Mentioned:
    """Where each account is named first."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._places: dict[str, Location] = {}

    def file(self, path: Path, text: str) -> None:
        """A file of code, line by line, but for comments."""
        if not _DIGITS.search(text):
            return
        for number, line in enumerate(text.splitlines(), 1):
            if not _COMMENT.match(line):
                self.value(line, self.target.location(path, number))

    def value(self, text: str, place: Location) -> None:
        """What one resource says, as text."""
        for account in _ACCOUNT.findall(text):
            self._places.setdefault(account, place)

    def unsaid(self, found: Found) -> Iterator[tuple[str, Location]]:
        """Those that are neither our own, nor AWS's, nor named by what was found."""
        said = {self.target.account} | set(_named(found))
        for account, place in self._places.items():
            if account not in said and account not in aws_accounts():
                yield account, place


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    several = [*mentioned.unsaid(found)]
    for account, place in several if strict else ():
        found.gap(mentioned.target, place, "named", _NAMED.format(account))
    few = ", ".join(f"{account} ({at.file}:{at.line})" for account, at in several[:_MOST])
    more = f" and {len(several) - _MOST} more" if len(several) > _MOST else ""
    if several and not strict:
        found.notes.append(_SAID.format(few + more))


def _named(found: Found) -> Iterator[str]:
    """Twelve digits in any record, gap or note."""
    told: list[Iterable[object]] = [
        *found.records().values(),
        found.gaps,
        found.notes,
        found.defaults,
    ]
    for several in told:
        for one in several:
            yield from _DIGITS.findall(msgspec.json.encode(one).decode())
