"""Text against a value with wildcards and policy variables, in Z3's terms.

Without variables a glob is a regular language. With them it is cut at its `*`: the first piece is
a prefix, the last a suffix, and each one between is found as far to the left as may be, which
loses no match. So both a match and its absence are without quantifiers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import z3

from tests.trust.proof.callers import Caller, text
from tests.trust.proof.read import ANY, STAR, Literal, Token, UnsupportedError, Variable
from tests.trust.proof.rex import matches, template
from tests.trust.proof.spread import leaves, spread
from tests.trust.proof.symbols import YES, Symbol
from tests.trust.proof.values import components, pattern


def arn(tokens: Sequence[Token], symbol: Symbol, i: int, caller: Caller) -> z3.BoolRef:
    """Six components, matched one by one; `*` stays in its own, but for the last."""
    parts = components(tokens)
    if len(parts) != 6:
        raise UnsupportedError("an ARN pattern of fewer than six parts")
    if symbol.parts:
        return z3.And([matching(p, t, caller) for p, t in zip(parts, symbol.parts, strict=True)])
    plain = [_regular(p) for p in parts]
    heads = [re.sub(r"(?<!\\)[.]", "[ -9;-~]", p) for p in plain[:5]]
    return matches(symbol.items[i][1], ":".join([*heads, plain[5]]))


def _regular(tokens: Sequence[Token]) -> str:
    found = pattern(tokens, lambda _: None)
    if found is None:
        raise UnsupportedError(
            "a variable in an ARN pattern on a key whose values have no known parts"
        )
    return found


def matching(
    tokens: Sequence[Token], value: z3.SeqRef, caller: Caller, caseless: bool = False
) -> z3.BoolRef:
    ways: list[_Way] = [([], [])]
    for token in tokens:
        more = _variable(token, caller) if isinstance(token, Variable) else [(token, YES)]
        ways = [([*way, t], [*there, f]) for way, there in ways for t, f in more]
    return z3.Or([z3.And(*there, _match(way, value, caseless)) for way, there in ways])


_Way = tuple[list[Token | z3.SeqRef], list[z3.BoolRef]]
"""A value with its variables filled in, and what must be there for it."""


def _variable(token: Variable, caller: Caller) -> list[tuple[Token | z3.SeqRef, z3.BoolRef]]:
    """As it is; and by its default where it has none. A key with several values gives none."""
    symbol = caller.symbol(token.key)
    if symbol.items and symbol.kind not in ("text", "bool"):
        raise UnsupportedError(f"a variable of {token.key}")
    one = symbol.present
    if len(symbol.items) > 1:
        one = z3.And(one, z3.Not(symbol.items[1][0]))
    ways: list[tuple[Token | z3.SeqRef, z3.BoolRef]] = []
    if symbol.items:
        value = symbol.items[0][1]
        ways.append((Literal(value.as_string()) if z3.is_string_value(value) else value, one))
    if token.default is not None:
        ways.append((Literal(token.default), z3.Not(one)))
    return ways


def _match(way: list[Token | z3.SeqRef], value: z3.SeqRef, caseless: bool) -> z3.BoolRef:
    plain = [t for t in way if isinstance(t, Literal | str)]
    if len(plain) == len(way):
        if len(parts := leaves(value)) > 1:
            return spread(plain, parts, caseless)
        return matches(value, pattern(plain, lambda _: None) or "", caseless)
    if caseless:
        raise UnsupportedError("a variable under an operator without case")
    return _pieces([text(t.text) if isinstance(t, Literal) else t for t in way], value)


def _pieces(tokens: list[z3.SeqRef | str], value: z3.SeqRef) -> z3.BoolRef:
    pieces: list[list[z3.SeqRef | str]] = [[]]
    for token in tokens:
        if isinstance(token, str) and token == STAR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, *rest = pieces
    if not rest:
        return _whole(first, value)
    *middle, last = rest
    facts, end = _prefix(first, value)
    for piece in middle:
        if piece:
            end = _find(piece, value, end, facts)
    return z3.And(*facts, *_suffix(last, value, end))


def _whole(piece: list[z3.SeqRef | str], value: z3.SeqRef) -> z3.BoolRef:
    if ANY not in [p for p in piece if isinstance(p, str)]:
        return value == template([p for p in piece if not isinstance(p, str)])
    facts, end = _prefix(piece, value)
    return z3.And(*facts, z3.Length(value) == end)


def _at(
    piece: list[z3.SeqRef | str], value: z3.SeqRef, start: z3.ArithRef
) -> tuple[list[z3.BoolRef], z3.ArithRef]:
    facts = []
    for token in piece:
        if isinstance(token, str):
            start = start + 1
            continue
        facts.append(z3.SubString(value, start, z3.Length(token)) == token)
        start = start + z3.Length(token)
    return [*facts, z3.Length(value) >= start], start


def _prefix(piece: list[z3.SeqRef | str], value: z3.SeqRef) -> tuple[list[z3.BoolRef], z3.ArithRef]:
    if any(isinstance(p, str) for p in piece):
        return _at(piece, value, z3.IntVal(0))
    start = template([p for p in piece if not isinstance(p, str)])
    return [z3.PrefixOf(start, value)], z3.Length(start)


def _suffix(piece: list[z3.SeqRef | str], value: z3.SeqRef, end: z3.ArithRef) -> list[z3.BoolRef]:
    size = z3.IntVal(0)
    for token in piece:
        size = size + (1 if isinstance(token, str) else z3.Length(token))
    fits = z3.Length(value) - size >= end
    if any(isinstance(p, str) for p in piece):
        return [fits, *_at(piece, value, z3.Length(value) - size)[0]]
    return [fits, z3.SuffixOf(template([p for p in piece if not isinstance(p, str)]), value)]


def _find(
    piece: list[z3.SeqRef | str], value: z3.SeqRef, end: z3.ArithRef, facts: list[z3.BoolRef]
) -> z3.ArithRef:
    """Where the piece ends, at its leftmost place; `?` at its edges only shift it."""
    shape = "".join("?" if isinstance(p, str) else "x" for p in piece)
    found = re.fullmatch(r"(\?*)x*(\?*)", shape)
    if not found:
        raise UnsupportedError("`?` within a piece between two `*`")
    text_ = template([p for p in piece if not isinstance(p, str)])
    at = z3.IndexOf(value, text_, end + len(found[1]))
    facts.append(at >= 0)
    return at + z3.Length(text_) + len(found[2])
