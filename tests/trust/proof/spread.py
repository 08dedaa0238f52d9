"""A glob against a text made of several unknowns: what each of them must be like.

`arn:aws:iam::` ACCOUNT `:role/` REST fits a pattern where the pattern can be cut so that each part
fits its piece; a `*` may go on in the next part. So one hard question about a whole becomes a
choice between easy ones about single unknowns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import z3

from tests.trust.proof.read import ANY, STAR, Literal, Token
from tests.trust.proof.rex import matches
from tests.trust.proof.symbols import NO, YES

ALPHABETS = {
    "account": r"[0-9]",
    "unique": r"[A-Z0-9]",
    "session": r"[A-Za-z0-9_+=,.@-]",
    "name": r"[A-Za-z0-9_+=,.@-]",
    "provider": r"[A-Za-z0-9_.-]",
    "arn-account": r"[0-9]",
    "arn-service": r"[a-z0-9-]",
    "arn-region": r"[a-z0-9-]",
}
"""Of unknowns that are parts of others: letters that they can have, to leave out idle cuts."""


def leaves(value: z3.SeqRef) -> list[z3.SeqRef]:
    if value.decl().kind() != z3.Z3_OP_SEQ_CONCAT:
        return [value]
    return [leaf for child in value.children() for leaf in leaves(child)]


def spread(tokens: Sequence[Token], parts: list[z3.SeqRef], caseless: bool) -> z3.BoolRef:
    letters: list[str | Literal] = []
    for token in tokens:
        if isinstance(token, Literal):
            letters += [Literal(c.lower() if caseless else c) for c in token.text]
        elif isinstance(token, str):
            letters.append(token)
    return _Spread(letters, parts, caseless).fits(0, 0)


class _Spread:
    def __init__(
        self, letters: list[str | Literal], parts: list[z3.SeqRef], caseless: bool
    ) -> None:
        self.letters, self.parts, self.caseless = letters, parts, caseless
        self.fits = lru_cache(maxsize=None)(self._fits)

    def _fits(self, part: int, at: int) -> z3.BoolRef:
        """Whether the parts from this one on fit the letters from there on."""
        if part == len(self.parts):
            return YES if all(x == STAR for x in self.letters[at:]) else NO
        value = self.parts[part]
        if z3.is_string_value(value):
            ends = self._after(value.as_string(), at)
            return _either([self.fits(part + 1, end) for end in sorted(ends)])
        ways = []
        for end in range(at, len(self.letters) + 1):
            if end > at and not self._may(str(value), end - 1):
                break
            star = end > at and self.letters[end - 1] == STAR
            rest = self.fits(part + 1, end - 1 if star else end)
            if not z3.is_false(rest):
                ways.append(z3.And(matches(value, self._glob(at, end), self.caseless), rest))
        return _either(ways)

    def _may(self, name: str, at: int) -> bool:
        letter = self.letters[at]
        alphabet = ALPHABETS.get(name)
        if not isinstance(letter, Literal) or alphabet is None:
            return True
        return (
            re.fullmatch(alphabet, letter.text, re.IGNORECASE if self.caseless else 0) is not None
        )

    def _glob(self, at: int, end: int) -> str:
        shapes = {STAR: ".*", ANY: "."}
        return "".join(
            re.escape(x.text) if isinstance(x, Literal) else shapes[x] for x in self.letters[at:end]
        )

    def _after(self, text: str, at: int) -> set[int]:
        """Where one may be after a constant text."""
        now = self._open({at})
        for c in text.lower() if self.caseless else text:
            now = self._open(
                {p if self.letters[p] == STAR else p + 1 for p in now if self._takes(p, c)}
            )
        return now

    def _takes(self, at: int, c: str) -> bool:
        letter = self.letters[at] if at < len(self.letters) else None
        return letter in (STAR, ANY) or (isinstance(letter, Literal) and letter.text == c)

    def _open(self, places: set[int]) -> set[int]:
        """A `*` may be left without taking anything more."""
        found = set(places)
        for place in places:
            p = place
            while p < len(self.letters) and self.letters[p] == STAR:
                p += 1
                found.add(p)
        return found


def _either(ways: list[z3.BoolRef]) -> z3.BoolRef:
    ways = [w for w in ways if not z3.is_false(w)]
    return NO if not ways else ways[0] if len(ways) == 1 else z3.Or(ways)
