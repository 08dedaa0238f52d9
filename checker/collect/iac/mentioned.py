"""Accounts outside that templates, .tf files, values and plans name anywhere, and that nothing
which was found in them does.

What is looked at is known by a table of types and properties, and no table is ever whole: whoever
is named elsewhere is told by a note, so that no account of somebody else's goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker.aws_accounts import aws_accounts
from checker.collect.iac.judged import judged
from checker.collect.iac.mentions import Room, mentions, unbroken
from checker.collect.iac.prose import Form, deployed
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.plurals import FEW, few
from checker.snapshot.records import Location

_SAID = "Outside accounts that the code names where nothing here judges them: {}."
_CUT = "What is packed was looked through in part, as it is large"
_NAMED = "{} is named, where nothing here judges it"
Places = dict[str, dict[Location, None]]
"""Of each account, where it is named, in order."""


class Mentioned:
    """Where each account is named, in the order of the files; `cut`: where more is packed than is
    unpacked."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._places = Places()
        self.cut: dict[Location, None] = {}

    def file(
        self, path: Path, data: bytes, form: Form | None = None, parsed: Any = None
    ) -> None:  # fmt: skip
        """A file of code in UTF-8, line by line, but for what is never deployed. `parsed`: see
        `deployed`."""
        text = data.decode(errors="replace")
        room = Room()
        if not self._others(mentions(text, room)) and not room.cut:
            return
        room, again = Room(), Room()
        text = deployed(text, form, path, parsed)
        joined, lines = unbroken(text).split("\n"), text.split("\n")
        for number, line in enumerate(joined, 1):
            self.value(self.target.location(path, number), line, room=room)
        for number, line in enumerate(lines, 1):  # what was taken for a part of base64 may be none
            apart = line != joined[number - 1]
            if apart and not self._places.keys() >= {*mentions(line, again)}:
                self.value(self.target.location(path, number), line, room=room)

    def value(self, place: Location, *forms: Any, room: Room | None = None) -> None:
        """What a plan or a parameter says, in each form in which it is known. `room`: see
        `mentions`."""
        room = room or Room()
        for text in _texts(forms):
            for account in mentions(text, room):
                self._places.setdefault(account, {})[place] = None
        if room.cut:
            self.cut[place], room.cut = None, False

    def unsaid(self, found: Found) -> Places:
        """Those that are neither our own, nor AWS's, nor judged or told by what was found. One that
        a policy keeps out is told: it names somebody, and lets nobody in who could be judged."""
        others = self._others(self._places)
        others -= {account for text in _sentences(found) for account in mentions(text)}
        if others:
            others -= judged(found, self.target, others, datetime.now(UTC).date())
        return {one: at for one, at in self._places.items() if one in others}

    def _others(self, accounts: Iterable[str]) -> frozenset[str]:
        known = (self.target.account, *self.target.own)
        return frozenset(accounts).difference(known, aws_accounts())


def tell(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """All has been read: a note for the reader. `strict`: a gap for each of them."""
    _tell_cut(mentioned, found, strict=strict)
    several = {one: [*at] for one, at in mentioned.unsaid(found).items()}
    for account, places in several.items() if strict else ():
        for place in places[:FEW]:
            found.gap(mentioned.target, place, "named", _NAMED.format(account))
    if several and not strict:
        each = ", ".join(f"{account} ({_few(places)})" for account, places in several.items())
        found.notes.append(_SAID.format(each))


def _tell_cut(mentioned: Mentioned, found: Found, *, strict: bool) -> None:
    """What was packed, and looked through in part: the rest may name anybody."""
    places = [*mentioned.cut]
    for place in places if strict else ():
        found.gap(mentioned.target, place, "not-read", _CUT)
    if places and not strict:
        found.notes.append(f"{_CUT}: {_few(places)}.")


def _few(places: list[Location]) -> str:
    return few([f"{one.file}:{one.line}" for one in places])


def _texts(value: Any) -> Iterator[str]:
    """All that stands in it, with its key; an account may be a number there."""
    if isinstance(value, dict):
        for key, one in value.items():
            plain = isinstance(one, str | int)
            yield from (f"{key}: {one}",) if plain else (key, *_texts(one))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str | int):
        yield str(value)


def _sentences(found: Found) -> Iterator[str]:
    """What readers are told."""
    yield from (*(one.message for one in found.gaps), *found.notes)
