"""Accounts outside that templates, .tf files, values and plans name anywhere, and that nothing
which was found in them does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.code_text import CodeText
from checker.collect.iac.judged import Judged, judged
from checker.collect.iac.kept_out import KeptOut
from checker.collect.iac.mentions import mentions
from checker.collect.iac.records import FEW, Found
from checker.collect.iac.target import Target
from checker.snapshot.records import Location

_SAID = "Outside accounts that the code names where nothing here judges them: {}."
_NAMED = "{} is named, where nothing here judges it"
Places = dict[str, list[Location]]
"""Of each account, where it is named."""


class Mentioned:
    """Where each account is named, in the order of the files."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._texts: list[CodeText] = []
        self._written, self._planned, self._looked_at = Places(), Places(), Places()

    def text(self, text: CodeText) -> None:
        """A file of code."""
        self._texts.append(text)
        if self._others(mentions(text.whole())):
            for number, line in enumerate(text.lines, 1):
                found = [*mentions(line)]
                if found and not text.section(number).prose:
                    _add(self._written, Location(file=text.file, line=number), found)

    def value(self, place: Location, *forms: Any, looked_at: bool = False) -> None:
        """What a plan or a parameter says, in each form in which it is known. `looked_at`: it
        tells of trust."""
        _add(self._looked_at if looked_at else self._planned, place, *forms)

    def unsaid(self, found: Found) -> Places:
        """Those that are neither our own, nor AWS's, nor judged or told by what was found."""
        named = dict.fromkeys((*self._written, *self._planned, *self._looked_at))
        others = self._others(named)
        others -= {account for text in _sentences(found) for account in mentions(text)}
        if not others:
            return {}
        told = judged(found, self.target, others, datetime.now(UTC).date())
        places = ((one, self._elsewhere(one, told)) for one in named if one in others - told.said)
        return {one: at for one, at in places if at}

    def _elsewhere(self, account: str, told: Judged) -> list[Location]:
        """Where it is named, but for where the documents that were read have it from."""
        documents = [(place, named[account]) for place, named in told.documents if named[account]]
        read = {place for place, _ in documents}
        planned = self._planned.get(account, [])
        looked_at = [one for one in self._looked_at.get(account, []) if one not in read]
        if not documents:
            return [*planned, *looked_at, *self._written.get(account, [])]
        return [*planned, *looked_at, *KeptOut(account, self._texts, documents).elsewhere()]

    def _others(self, accounts: Iterable[str]) -> frozenset[str]:
        known = (self.target.account, *self.target.own)
        return frozenset(accounts).difference(known, aws_accounts())


def _add(places: Places, place: Location, *forms: Any) -> None:
    for account in dict.fromkeys(one for text in _texts(forms) for one in mentions(text)):
        places.setdefault(account, []).append(place)


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    several = {one: [*dict.fromkeys(at)] for one, at in mentioned.unsaid(found).items()}
    for account, places in several.items() if strict else ():
        for place in places[:FEW]:
            found.gap(mentioned.target, place, "named", _NAMED.format(account))
    if several and not strict:
        each = ", ".join(f"{account} ({_few(places)})" for account, places in several.items())
        found.notes.append(_SAID.format(each))


def _few(places: list[Location]) -> str:
    more = ", …" if len(places) > FEW else ""
    return ", ".join(f"{one.file}:{one.line}" for one in places[:FEW]) + more


def _texts(value: Any) -> Iterator[str]:
    """All that stands in it, keys too; an account may be a number there."""
    if isinstance(value, dict | list | tuple):
        for one in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts(one)
    elif isinstance(value, str | int):
        yield str(value)


def _sentences(found: Found) -> Iterator[str]:
    """What readers are told."""
    yield from (*(one.message for one in found.gaps), *found.notes)
