"""`%{ if … }` and `%{ for … }` of templates.

https://developer.hashicorp.com/terraform/language/expressions/strings#directives
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.collect.iac.terraform.template import pieces

Names = dict[str, Any]
Piece = tuple[str, str]
_FOR = re.compile(r"for\s+([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\s+(.+)", re.DOTALL)
_OPENS = ("if", "for")
_ENDS = {"if": "endif", "for": "endfor"}


class UntoldError(Exception):
    """What a template comes to cannot be told."""


class Directed:
    """`value` of an expression; whether one is `held`; the pairs of what `each` loop goes over."""

    def __init__(
        self,
        value: Callable[[str, Names], Any],
        held: Callable[[str, Names], bool | None],
        each: Callable[[str, Names], list[tuple[Any, Any]] | None],
    ) -> None:
        self._value, self._held, self._each = value, held, each

    def parts(self, text: str, names: Names) -> list[Any]:
        """Raises UntoldError where a condition or a loop cannot be told."""
        return self._filled([*pieces(text)], names)

    def _filled(self, several: list[Piece], names: Names) -> list[Any]:
        found: list[Any] = []
        at = 0
        while at < len(several):
            kind, part = several[at]
            if kind == "directive":
                end, between = _body(several, at)
                found += self._directed(part.strip(), between, names)
                at = end
            else:
                found.append(part if kind == "text" else self._value(part, names))
            at += 1
        return found

    def _directed(self, part: str, between: list[list[Piece]], names: Names) -> list[Any]:
        word, _, rest = part.partition(" ")
        if word == "if":
            held = self._held(rest, names)
            if held is None:
                raise UntoldError
            chosen = between[0] if held else between[1] if len(between) > 1 else []
            return self._filled(chosen, names)
        loop = _FOR.fullmatch(part)
        pairs = self._each(loop[3], names) if loop else None
        if loop is None or pairs is None:
            raise UntoldError
        rounds = [{loop[1]: key, loop[2]: one} if loop[2] else {loop[1]: one} for key, one in pairs]
        return [one for inner in rounds for one in self._filled(between[0], names | inner)]


def _body(several: list[Piece], at: int) -> tuple[int, list[list[Piece]]]:
    """Where a directive ends, and what stands in it, before and behind its `else`."""
    word = several[at][1].split(None, 1)[0] if several[at][1].strip() else ""
    found: list[list[Piece]] = [[]]
    depth = 0
    for place in range(at + 1, len(several)):
        kind, part = several[place]
        first = part.split(None, 1)[0] if kind == "directive" and part.strip() else ""
        if depth == 0 and first == _ENDS.get(word):
            return place, found
        if depth == 0 and first == "else":
            found.append([])
            continue
        depth += (first in _OPENS) - (first in _ENDS.values())
        found[-1].append(several[place])
    raise UntoldError
