"""Messages: text with expressions in braces, as `{role.arn} trusts {principal.id}`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.policy.expression import Expression, ExpressionError
from checker.policy.shapes import Shape

_QUOTES = "'\"`"


class Template:
    """A checked message. `{{` and `}}` stand for braces."""

    def __init__(self, text: str, shape: Shape) -> None:
        self._parts: list[str | Expression] = [
            Expression(part, shape) if is_expression else part
            for is_expression, part in _parts(text)
        ]

    def render(self, facts: dict[str, Any]) -> str:
        """The message over these facts, null said as `none`. Raises one of expression.FAULTS."""
        return "".join(p if isinstance(p, str) else _text(p.value(facts)) for p in self._parts)


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


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)
