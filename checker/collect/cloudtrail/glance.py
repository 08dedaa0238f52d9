"""A file of CloudTrail's own, most of whose events are only counted.

What a question wants of a log has words in its text, such as the name of a role. Where none of them
stands, an event is told to be one, and when it was, and no more is made of it: that costs half.

The list is cut before and behind each event that has such a word, and each piece is decoded as a
list of its own. Where all pieces are lists of events, so is the whole, as JSON has but one reading:
a cut in the wrong place leaves something open. So nothing can hide, wherever it is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from checker.collect.cloudtrail.event import Event, Glimpse

_HEAD = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[\s*(?P<key>\{"[A-Za-z]+":)')
_TAIL = re.compile(rb"\]\s*\}\s*\Z")
_TAIL_SIZE = 64
_ESCAPES = (b"\\u00", b"\\/")
"""How JSON can write what a word consists of in another way."""
MOST = 56
"""Words: beyond, the automaton is no longer one of vector instructions, and costs more than it
saves."""


_event = msgspec.json.Decoder(Event)
_glimpses = msgspec.json.Decoder(list[Glimpse])


@dataclass
class Glanced:
    events: list[Event] = field(default_factory=list)
    others: list[Glimpse] = field(default_factory=list)


class Finder:
    """Where words stand in a text, or an escape that might hide one."""

    def __init__(self, words: tuple[bytes, ...]) -> None:
        import ahocorasick_rs

        def made(patterns: tuple[bytes, ...]) -> Any:
            kind = ahocorasick_rs.MatchKind.LeftmostFirst  # the only one that is of vectors
            return ahocorasick_rs.BytesAhoCorasick(patterns, matchkind=kind)

        self._plain, self._escaped = made(words), made((*words, *_ESCAPES))

    @classmethod
    def of(cls, words: tuple[bytes, ...] | None) -> Finder | None:
        """None where each event has to be decoded whole."""
        if words is None or len(words) > MOST:
            return None
        try:
            return cls(words)
        except ImportError:  # no wheel for this platform
            return None

    def places(self, text: bytearray) -> Iterator[int]:
        """In order."""
        finder = self._escaped if b"\\" in text else self._plain
        return (start for _, start, _ in finder.find_matches_as_indexes(text))


def glance(text: bytearray, finder: Finder) -> Glanced | None:
    """None where it is not so simple. The text is changed meanwhile, and in the end as it was."""
    head = _HEAD.match(text)
    tail = _TAIL.search(text, max(len(text) - _TAIL_SIZE, 0))
    if head is None or tail is None:
        return None
    pieces = _pieces(text, head, tail.start(), finder)
    try:
        return _decoded(text, pieces)
    except (msgspec.DecodeError, RecursionError):
        return None


def _pieces(
    text: bytearray, head: re.Match[bytes], end: int, finder: Finder
) -> Iterator[tuple[int, int, bool]]:
    """From where to where, and whether it is one event that may be wanted."""
    between = b"}," + head["key"]
    at = head.start("key")
    for place in finder.places(text):
        if place < at:
            continue
        start = text.rfind(between, at, place) + 2
        if start > 1:
            yield at, start - 1, False
        else:
            start = at
        stop = text.find(between, place, end) + 1
        yield start, stop or end, True
        at = stop + 1 if stop else end
    if at < end:
        yield at, end, False


def _decoded(text: bytearray, pieces: Iterator[tuple[int, int, bool]]) -> Glanced:
    found = Glanced()
    with memoryview(text) as view:
        for start, end, wanted in pieces:
            if wanted:
                found.events.append(_event.decode(view[start:end]))
            else:
                found.others += _listed(text, view, start, end)
    return found


def _listed(text: bytearray, view: memoryview, start: int, end: int) -> list[Glimpse]:
    """In place of a copy in brackets, the text has them for a moment."""
    before, behind = text[start - 1], text[end]
    text[start - 1], text[end] = b"[]"
    try:
        return _glimpses.decode(view[start - 1 : end + 1])
    finally:
        text[start - 1], text[end] = before, behind
