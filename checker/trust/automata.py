"""All texts that fit patterns, at once: the patterns side by side, letter by letter.

A set of patterns is one number: each bit is a place in one of them that the text read so far can
have reached (Baeza-Yates and Gonnet's shift-and, with `*` as a bit that stays). So a walk over all
texts of a form meets few states, and finds one text that fits what it shall and nothing else, or
has proved that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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

    def fits(self, states: int) -> bool:
        return bool(states & self.final)


def _tidy(pattern: str) -> str:
    """`**` is `*`, so that no star follows another."""
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a text: `text` itself, or from `least` to `most` characters that are `allowed`."""

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
    ways: dict[tuple[int, ...], tuple[str, ...]] = {(0,) * len(tests): ()}
    for at, segment in enumerate(segments):
        begun = [one.automaton.start if one.first == at else None for one in tests]
        entered = {
            tuple(state if new is None else new for state, new in zip(states, begun, strict=True)): done
            for states, done in ways.items()
        }
        active = [n for n, one in enumerate(tests) if one.first <= at <= one.last]
        ways = {}
        for states, done, text in _through(segment, tests, active, entered, charge):
            ended = [n for n in active if tests[n].last == at]
            if all(tests[n].automaton.fits(states[n]) == tests[n].wanted for n in ended):
                if at == len(segments) - 1:
                    return [*done, text]
                left = tuple(0 if n in ended else state for n, state in enumerate(states))
                ways.setdefault(left, (*done, text))
        if not ways:
            break
    return None


States = tuple[int, ...]


def _through(
    segment: Segment,
    tests: list[Test],
    active: list[int],
    entered: dict[States, tuple[str, ...]],
    charge: Charge,
) -> Iterator[tuple[States, tuple[str, ...], str]]:
    """Each way to read the segment: the states after it, shortest texts first."""
    if segment.text is not None:
        for states, done in entered.items():
            charge(1 + len(active) * len(segment.text) // 8)
            for char in segment.text:
                states = _step(states, char, tests, active)
            yield states, done, segment.text
        return
    letters = alphabet(segment, [tests[n].automaton for n in active])
    cost = 1 + sum(1 + tests[n].automaton.size // 512 for n in active)
    layer = {states: (done, "") for states, done in entered.items()}
    seen: set[States] = set()
    for length in range(segment.most + 1):
        if length >= segment.least:
            layer = {states: way for states, way in layer.items() if states not in seen}
            seen.update(layer)
            for states, (done, text) in layer.items():
                yield states, done, text
        if not layer:
            return
        after: dict[States, tuple[tuple[str, ...], str]] = {}
        for states, (done, text) in layer.items():
            charge(cost * len(letters))
            for char in letters:
                moved = _step(states, char, tests, active)
                if moved not in after:
                    after[moved] = (done, text + char)
        layer = after


def _step(states: States, char: str, tests: list[Test], active: list[int]) -> States:
    after = list(states)
    for n in active:
        after[n] = tests[n].automaton.step(states[n], char)
    return tuple(after)


def alphabet(segment: Segment, automata: list[Automaton]) -> list[str]:
    """A letter that no pattern names, which stands for all such, and those that one names."""
    assert segment.allowed is not None
    named: dict[str, None] = {}
    for one in automata:
        for char in sorted(one.chars):
            named.update(dict.fromkeys((char, *_cases(char)) if one.caseless else (char,)))
    others = (char for char in segment.filler if char not in named and segment.allowed(char))
    fresh = next(others, None)
    if fresh is None:
        fresh = next((c for c in map(chr, range(33, 0x250)) if c not in named and segment.allowed(c)), None)
    found = [char for char in named if segment.allowed(char)]
    return found if fresh is None else [fresh, *found]


def _cases(char: str) -> list[str]:
    return [one for one in (char.lower(), char.upper()) if len(one) == 1]
