"""Accounts outside that templates, .tf files, values and plans name anywhere, and that nothing
which was found in them does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.comments import Form, without_comments
from checker.collect.iac.judged import judged
from checker.collect.iac.mentions import mentions
from checker.collect.iac.records import FEW, Found
from checker.collect.iac.target import Target
from checker.snapshot.records import Location

_DIGITS = re.compile(rb"[0-9]{12}")
_COMMENT = re.compile(r"\s*(?:#|//)")
_ODD_ENDS = ("\r", "\x85", "\u2028", "\u2029")
"""Of lines, to YAML."""
_SIGNS = ("#", "//", "/*")
_SAID = "Outside accounts that the code names where nothing here judges them: {}."
_NAMED = "{} is named, where nothing here judges it"


Valued = Callable[[], Iterable[tuple[Location, Any]]]
"""What resources say with all names filled in, each with its place: asked for where it must be."""


class Mentioned:
    """Where each account is named, in the order of the files; `valued`: more of the same code."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.valued: list[Valued] = []
        self._written, self._planned = _Places(), _Places()

    def file(self, path: Path, data: bytes, form: Form | None = None) -> None:
        """A file of code in UTF-8, line by line, but for comments: of one whose form is not known,
        but for lines that begin as such."""
        if not _DIGITS.search(data):
            return
        text = data.decode(errors="replace").replace("\r\n", "\n")
        odd = any(end in text for end in _ODD_ENDS)  # where a comment ends, readers differ
        if form and not odd and any(sign in text for sign in _SIGNS):
            text = without_comments(text, form, path) if self._others(mentions(text)) else text
        for number, line in enumerate(text.split("\n"), 1):
            if odd or not _COMMENT.match(line):
                self._written.add(self.target.location(path, number), line)

    def value(self, place: Location, *forms: Any) -> None:
        """What one resource of a plan says, in each form in which it is known."""
        self._planned.add(place, *forms)

    def unsaid(self, found: Found) -> list[tuple[str, list[Location]]]:
        """Those that are neither our own, nor AWS's, nor judged or told by what was found."""
        named = dict.fromkeys((*self._written.all, *self._planned.all))
        others = self._others(named)
        others -= {account for text in _sentences(found) for account in mentions(text)}
        if not others:
            return []
        told = judged(found, self.target, others, datetime.now(UTC).date())
        found_at = {
            **self._filled_in(others & told.read.keys()).beyond(told.read),
            **self._planned.beyond(told.read),
            **self._written.beyond(told.written),
        }
        return [(one, found_at[one]) for one in named
                if one in found_at and one in others - told.said]  # fmt: skip

    def _filled_in(self, kept_out: Set[str]) -> _Places:
        """Whom a document keeps out may be named elsewhere by a name that both have."""
        found = _Places()
        for several in self.valued if kept_out else ():
            for place, value in several():
                found.add(place, value)
        return found

    def _others(self, accounts: Iterable[str]) -> frozenset[str]:
        known = (self.target.account, *self.target.own)
        return frozenset(accounts).difference(known, aws_accounts())


class _Places:
    """Of each account the first few, and how often it is named in all."""

    def __init__(self) -> None:
        self.all: dict[str, list[Location]] = {}
        self._count = Counter[str]()

    def add(self, place: Location, *forms: Any) -> None:
        """A value, in each form in which it is known."""
        found = Counter[str]()
        for form in forms:
            found |= Counter(one for text in _texts(form) for one in mentions(text))
        self._count += found
        for account in found:
            places = self.all.setdefault(account, [])
            if len(places) <= FEW and place not in places:
                places.append(place)

    def beyond(self, accounted: Counter[str]) -> dict[str, list[Location]]:
        """Those that are named more often than that."""
        return {one: at for one, at in self.all.items() if self._count[one] > accounted[one]}


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    several = mentioned.unsaid(found)
    for account, places in several if strict else ():
        for place in places[:FEW]:
            found.gap(mentioned.target, place, "named", _NAMED.format(account))
    if several and not strict:
        each = ", ".join(f"{account} ({_few(places)})" for account, places in several)
        found.notes.append(_SAID.format(each))


def _few(places: list[Location]) -> str:
    more = ", …" if len(places) > FEW else ""
    return ", ".join(f"{one.file}:{one.line}" for one in places[:FEW]) + more


def _texts(value: Any) -> Iterator[str]:
    """All that stands in it, keys too; an account may be a number there."""
    if isinstance(value, dict | list):
        for one in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts(one)
    elif isinstance(value, str | int):
        yield str(value)


def _sentences(found: Found) -> Iterator[str]:
    """What readers are told."""
    yield from (*(one.message for one in found.gaps), *found.notes, *found.defaults)
