"""Messages as people write them: text with expressions in braces."""

from __future__ import annotations

from collections.abc import Iterator

from checker.policy.shapes import Shape
from checker.policy.template import Template
from checker.policy.typed import ExpressionError, typed

_QUOTES = "'\"`"


def template(text: str, shape: Shape) -> Template:
    """`{{` and `}}` stand for braces. Raises ExpressionError."""
    return Template(
        tuple(typed(part, shape) if is_expression else part for is_expression, part in _parts(text))
    )


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    at = 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "}}"):
            yield False, text[at]
            at += 2
        elif text[at] == "{":
            end = _closing(text, at + 1)
            yield True, text[at + 1 : end]
            at = end + 1
        elif text[at] == "}":
            raise ExpressionError("a '}' without its '{'", "write '}}' for a brace")
        else:
            end = min(i for i in (text.find("{", at), text.find("}", at), len(text)) if i >= 0)
            yield False, text[at:end]
            at = end


def _closing(text: str, start: int) -> int:
    """Where the expression ends: at the brace that is in no quotes and closes no inner one."""
    depth, quote, at = 0, "", start
    while at < len(text):
        letter = text[at]
        if quote:
            at += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter == "}" and not depth:
            return at
        else:
            depth += (letter == "{") - (letter == "}")
        at += 1
    raise ExpressionError("a '{' without its '}'", "write '{{' for a brace")
