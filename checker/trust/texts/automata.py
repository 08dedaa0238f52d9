"""All texts that fit patterns, at once: the patterns side by side, letter by letter.

A set of patterns is one number: each bit is a place in one of them that the text read so far can
have reached (Baeza-Yates and Gonnet's shift-and, with `*` as a bit that stays). So a walk over all
texts of a form meets few states, and finds one text that fits what it shall and nothing else, or
has proved that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain

import msgspec

Charge = Callable[[int], None]


class Automaton:
    """Texts that fit any of some patterns.

    `by_part`: the patterns are ARNs, whose first five parts are matched one by one, so that no
    wildcard of theirs crosses a colon. `caseless`: letters match in either case.
    """

    def __init__(self, patterns: Iterable[str], *, by_part: bool, caseless: bool) -> None:
        self.caseless = caseless
        self.letters: dict[str, int] = {}
        self.start = self.final = self.star = self.one = self.colonless = 0
        at = 0
        for pattern in patterns:
            at = self._add(_tidy(pattern.lower() if caseless else pattern), at, by_part)
        self.start = self._closure(self.start)
        self.sure = self.star & self.final >> 1 & ~self.colonless
        """Places of a last `*`: once reached, whatever follows fits."""
        self.size = at
        self.chars = frozenset(self.letters)

    def _add(self, pattern: str, at: int, by_part: bool) -> int:
        self.start |= 1 << at
        colons = 0
        for char in pattern:
            bit = 1 << at
            if char == "*":
                self.star |= bit
            elif char == "?":
                self.one |= bit
            else:
                self.letters[char] = self.letters.get(char, 0) | bit
            colons += char == ":"
            if by_part and colons < 5:
                self.colonless |= bit
            at += 1
        self.final |= 1 << at
        return at + 1

    def _closure(self, states: int) -> int:
        return states | (states & self.star) << 1

    def step(self, states: int, char: str) -> int:
        """The places after one more character."""
        if self.caseless:
            char = char.lower()
        moves, stays = self.letters.get(char, 0) | self.one, self.star
        if char == ":" and self.colonless:
            moves, stays = moves & ~(self.colonless & self.one), stays & ~self.colonless
        after = (states & moves) << 1 | states & stays
        return after | (after & self.star) << 1

    def other(self, states: int) -> int:
        """The places after a character that no pattern names."""
        after = (states & self.one) << 1 | states & self.star
        return after | (after & self.star) << 1

    def fits(self, states: int) -> bool:
        return bool(states & self.final)


def _tidy(pattern: str) -> str:
    """`**` is `*`, so that no star follows another."""
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


@lru_cache(maxsize=8192)
def pattern(glob: str) -> Automaton:
    """Of one pattern alone."""
    return Automaton((glob,), by_part=False, caseless=False)


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a text: `text` itself, or `least` to `most` characters that are `allowed`."""

    text: str | None = None
    allowed: Callable[[str], bool] | None = None
    least: int = 0
    most: int = 1_000_000
    filler: str = "wzqxjkvyhgfubdpmcnlrtsioeaWZQXJ7936482150"


class Test(msgspec.Struct, frozen=True):
    """What segments `first` to `last`, read together, shall fit; or shall not."""

    automaton: Automaton
    wanted: bool
    first: int
    last: int


def find(segments: tuple[Segment, ...], tests: list[Test], charge: Charge) -> list[str] | None:
    """The texts of the segments that pass all tests; None is the proof that there are none."""
    return _Walk(segments, tests, charge).rest(0, (0,) * len(tests))


States = tuple[int, ...]
"""The places reached in each test's patterns."""


class _Walk:
    """A walk through segments, which never enters one twice in the same states."""

    def __init__(self, segments: tuple[Segment, ...], tests: list[Test], charge: Charge) -> None:
        self.segments = segments
        self.tests = tests
        self.charge = charge
        self.failed: set[tuple[int, States]] = set()
        self.active = [
            [n for n, one in enumerate(tests) if one.first <= at <= one.last]
            for at in range(len(segments))
        ]

    def rest(self, at: int, states: States) -> list[str] | None:
        """The texts from this segment on."""
        if at == len(self.segments):
            return []
        if (at, states) in self.failed:
            return None
        self.failed.add((at, states))
        begun = self._begin(at, states)
        for after, text in self._through(at, begun) if begun is not None else ():
            left = self._leave(at, after)
            more = None if left is None else self.rest(at + 1, left)
            if more is not None:
                return [text, *more]
        return None

    def _begin(self, at: int, states: States) -> States | None:
        """The states with those of the tests that start here."""
        begun = list(states)
        for n in self.active[at]:
            one = self.tests[n]
            if one.first == at:
                state = _settled(one, one.automaton.start)
                if state is None:
                    return None
                begun[n] = state
        return tuple(begun)

    def _leave(self, at: int, states: States) -> States | None:
        """The states beyond the segment, if the tests that end with it are passed."""
        left = list(states)
        for n in self.active[at]:
            one = self.tests[n]
            if one.last == at:
                if one.automaton.fits(states[n]) != one.wanted:
                    return None
                left[n] = 0
        return tuple(left)

    def _through(self, at: int, states: States) -> Iterator[tuple[States, str]]:
        """Each way to read the segment: the states after it, shortest texts first."""
        segment = self.segments[at]
        if segment.text is not None:
            self.charge(1 + len(self.active[at]) * len(segment.text) // 8)
            found = self._read(at, states, segment.text)
            if found is not None:
                yield found, segment.text
            return
        letters = alphabet(segment, [self.tests[n].automaton for n in self.active[at]])
        size = sum(self.tests[n].automaton.size for n in self.active[at])
        cost = 1 + len(letters) * (1 + len(self.active[at]) + size // 1024) // 2
        layer = {states: ""}
        seen: set[States] = set()
        for length in range(segment.most + 1):
            if length >= segment.least:
                layer = {one: text for one, text in layer.items() if one not in seen}
                seen.update(layer)
                yield from layer.items()
            if not layer:
                return
            self.charge(cost * len(layer))
            layer = self._next(at, layer, letters)

    def _next(self, at: int, layer: dict[States, str], letters: list[str]) -> dict[States, str]:
        after: dict[States, str] = {}
        for states, text in layer.items():
            for char in letters:
                moved = self._step(at, states, char)
                if moved is not None and moved not in after:
                    after[moved] = text + char
        return after

    def _read(self, at: int, states: States | None, text: str) -> States | None:
        for char in text:
            if states is None:
                return None
            states = self._step(at, states, char)
        return states

    def _step(self, at: int, states: States, char: str) -> States | None:
        """None where a pattern that must be fitted no longer can be."""
        after = list(states)
        for n in self.active[at]:
            one = self.tests[n]
            moved = _settled(one, one.automaton.step(states[n], char))
            if moved is None:
                return None
            after[n] = moved
        return tuple(after)


def _settled(test: Test, states: int) -> int | None:
    """One number for all states in which the test is passed whatever follows; None where it cannot
    be passed any more."""
    if not states:
        return None if test.wanted else 0
    sure = states & test.automaton.sure
    if not sure:
        return states
    if not test.wanted:
        return None
    first = sure & -sure
    return first | first << 1


def alphabet(segment: Segment, automata: list[Automaton]) -> list[str]:
    """A letter that no pattern names, which stands for all such, and those that one names."""
    allowed = segment.allowed or (lambda _: True)
    named: dict[str, None] = {}
    for one in automata:
        for char in sorted(one.chars):
            named.update(dict.fromkeys((char, *_cases(char)) if one.caseless else (char,)))
    others = chain(segment.filler, map(chr, range(33, 0x250)))
    fresh = next((char for char in others if char not in named and allowed(char)), None)
    found = [char for char in named if allowed(char)]
    return found if fresh is None else [fresh, *found]


def _cases(char: str) -> list[str]:
    return [one for one in (char.lower(), char.upper()) if len(one) == 1]
