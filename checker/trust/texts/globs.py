"""Patterns of `*` and `?`: does one match, lie within another, meet another, what fits it.

No regular expressions: they backtrack. A `*` or `?` that a policy means literally is written as a
private character, so that one kind of pattern serves StringEquals and StringLike alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from checker.trust.texts.automata import Automaton, Charge, pattern

LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
PLAIN = str.maketrans({"\ue000": "*", "\ue001": "?"})
INCLUDES_LIMIT = 5_000


def literal(text: str) -> str:
    """The pattern that only `text` itself fits."""
    return text.translate(LITERAL) if "*" in text or "?" in text else text


def plain(glob: str) -> str:
    """The text that was made by `literal`, as people write it."""
    return glob.translate(PLAIN)


def is_literal(glob: str) -> bool:
    return "*" not in glob and "?" not in glob


def matches(glob: str, text: str) -> bool:
    """Whether `text` fits, in time that is at most the product of the lengths."""
    if glob == text or glob == "*":
        return True
    if "?" in glob:
        return _matches_one_by_one(glob, text)
    head, middle, tail = _pieces(glob)
    if tail is None or not text.startswith(head) or not text.endswith(tail):
        return False
    end = len(text) - len(tail)
    at = len(head)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


@lru_cache(1 << 12)
def _pieces(glob: str) -> tuple[str, tuple[str, ...], str | None]:
    """What stands before, between and behind its stars; nothing behind where it has none."""
    head, *rest = glob.split("*")
    return (head, tuple(rest[:-1]), rest[-1]) if rest else (head, (), None)


def _matches_one_by_one(glob: str, text: str) -> bool:
    found = pattern(glob)
    states = found.start
    for char in text:
        states = found.step(states, char)
        if not states:
            return False
    return found.fits(states)


def unbounded(_steps: int) -> None:
    """Charges nobody."""


def includes(outer: str, inner: str, charge: Charge = unbounded) -> bool:
    """Whether all that fits `inner` fits `outer`: exact, but for False where that takes too long.

    A letter that `outer` lacks is the hardest filling of a `*` or `?`; only the lengths vary.
    """
    if outer in (inner, "*"):
        return True
    if is_literal(inner):
        return matches(outer, inner)
    found = pattern(outer)
    seen = {(0, found.start)}
    todo = list(seen)
    while todo and len(seen) < INCLUDES_LIMIT:
        at, states = todo.pop()
        charge(1)
        if not states:
            return False
        if at == len(inner):
            if not found.fits(states):
                return False
            continue
        new = [state for state in _read(found, states, at, inner[at]) if state not in seen]
        seen.update(new)
        todo += new
    return not todo


def _read(found: Automaton, states: int, at: int, char: str) -> list[tuple[int, int]]:
    if char == "*":
        return [(at + 1, states), (at, found.other(states))]
    return [(at + 1, found.other(states) if char == "?" else found.step(states, char))]


def meets(left: str, right: str, charge: Charge) -> list[str]:
    """Patterns which together hold exactly what fits both."""
    if left == "*" or left == right:
        return [right]
    if right == "*":
        return [left]
    if is_literal(left):
        return [left] if matches(right, left) else []
    if is_literal(right):
        return [right] if matches(left, right) else []
    if left[-1] != "*" and right[-1] != "*" and not _one(left[-1], right[-1]):
        return []
    return _walk(left, right, charge)


def arn_meets(left: str, right: str, charge: Charge) -> list[str]:
    """The same for ARN patterns, whose six parts match one by one."""
    pairs = zip(left.split(":", 5), right.split(":", 5), strict=True)
    return [":".join(parts) for parts in product(*(meets(a, b, charge) for a, b in pairs))]


def uncased(glob: str) -> str:
    """A pattern that fits whatever case the letters have."""
    return "".join("?" if char.lower() != char.upper() else char for char in glob)


def _one(left: str, right: str) -> str:
    """The single character that fits both, `?` if any does, empty if none."""
    if left == right or right == "?":
        return left
    return right if left == "?" else ""


def _walk(left: str, right: str, charge: Charge) -> list[str]:
    found: dict[str, None] = {}
    seen = {(0, 0, "")}
    todo = [(0, 0, "")]
    while todo:
        i, j, done = todo.pop()
        if i == len(left) and j == len(right):
            found[done] = None
            continue
        for state in _moves(left, right, i, j, done):
            if state not in seen:
                charge(1 + len(done) // 16)
                seen.add(state)
                todo.append(state)
    return sorted(found, key=lambda glob: (len(glob), glob))


def _moves(left: str, right: str, i: int, j: int, done: str) -> list[tuple[int, int, str]]:
    a, b = left[i : i + 1], right[j : j + 1]
    if a == "*" and b == "*":
        starred = done if done.endswith("*") else done + "*"
        return [(i + 1, j, starred), (i, j + 1, starred)]
    if a == "*":
        rest = [(i, j + 1, done + b)] if b else []
        return [(i + 1, j, done), *rest]
    if b == "*":
        rest = [(i + 1, j, done + a)] if a else []
        return [(i, j + 1, done), *rest]
    both = _one(a, b) if a and b else ""
    return [(i + 1, j + 1, done + both)] if both else []


def fills(glob: str, letter: str, widths: tuple[int, ...], charge: Charge) -> Iterator[str]:
    """Texts that fit: `letter` for each `?`, and for each `*` as often as `widths` says."""
    parts = glob.replace("?", letter).split("*")
    for chosen in product(widths, repeat=len(parts) - 1):
        charge(1 + len(parts) + len(glob) // 16)
        yield parts[0] + "".join(
            letter * width + part for width, part in zip(chosen, parts[1:], strict=True)
        )
