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
from tests.trust.proof.symbols import Symbol
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
    if not any(isinstance(t, Variable) for t in tokens):
        if len(parts := leaves(value)) > 1:
            return spread(tokens, parts, caseless)
        return matches(value, pattern(tokens, lambda _: None) or "", caseless)
    if caseless:
        raise UnsupportedError("a variable under an operator without case")
    ways = [_fill(way, caller) for way in _ways(tokens, caller)]
    return z3.Or([z3.And(*there, _pieces(filled, value)) for filled, there in ways])


def _ways(tokens: Sequence[Token], caller: Caller) -> list[list[Token]]:
    """A variable with a default: as it is, and (marked by an empty key) by its default."""
    ways: list[list[Token]] = [[]]
    for token in tokens:
        more: list[Token] = [token]
        if isinstance(token, Variable) and token.default is not None:
            more.append(Variable("", f"{token.key},{token.default}"))
        ways = [[*way, t] for way in ways for t in more]
    return ways


def _fill(
    tokens: Sequence[Token], caller: Caller
) -> tuple[list[z3.SeqRef | str], list[z3.BoolRef]]:
    """The tokens as terms, and what must be there (or absent, where a default stands) for it."""
    filled: list[z3.SeqRef | str] = []
    there: list[z3.BoolRef] = []
    for token in tokens:
        if isinstance(token, Literal):
            filled.append(text(token.text))
        elif not isinstance(token, Variable):
            filled.append(token)
        elif token.key:
            symbol, one = _single(token.key, caller)
            there.append(one)
            filled.append(symbol.items[0][1] if symbol.items else text(""))
        else:
            key, _, default = (token.default or "").partition(",")
            there.append(z3.Not(_single(key, caller)[1]))
            filled.append(text(default))
    return filled, there


def _single(key: str, caller: Caller) -> tuple[Symbol, z3.BoolRef]:
    """A variable of a key with several values has none."""
    symbol = caller.symbol(key)
    if symbol.items and symbol.kind not in ("text", "bool"):
        raise UnsupportedError(f"a variable of {key}")
    one = symbol.present
    return symbol, z3.And(one, z3.Not(symbol.items[1][0])) if len(symbol.items) > 1 else one


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
