"""How one value of a key compares with one value of a policy, in plain Python."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from tests.trust.proof.read import ANY, STAR, Literal, Token, Variable

COMPARE: dict[str, Callable[..., bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FORMS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d", "%Y-%m")


def pattern(value: Sequence[Token], resolve: Callable[[Variable], str | None]) -> str | None:
    """A regular expression of a value with its variables filled in; None where one has none.

    What a variable brings is literal, wildcards too.
    """
    parts = []
    for token in value:
        if isinstance(token, Variable):
            filled = resolve(token)
            if filled is None:
                return None
            parts.append(re.escape(filled))
        elif isinstance(token, Literal):
            parts.append(re.escape(token.text))
        else:
            parts.append(".*" if token == STAR else ".")
    return "".join(parts)


def literal(value: Sequence[Token]) -> tuple[Token, ...]:
    """The same where wildcards are plain letters."""
    return tuple(Literal(t) if t in (STAR, ANY) else t for t in value)  # type: ignore[arg-type]


def components(value: Sequence[Token]) -> list[list[Token]]:
    """An ARN pattern cut at its first five colons: Arn operators compare part by part."""
    parts: list[list[Token]] = [[]]
    for token in value:
        if not isinstance(token, Literal):
            parts[-1].append(token)
            continue
        for i, text in enumerate(token.text.split(":", 6 - len(parts))):
            parts += [[]] if i else []
            parts[-1] += [Literal(text)] if text else []
    return parts


def dates(text: str) -> list[int]:
    """The instants that a date may mean, in seconds: four digits are a year, or seconds."""
    found = [int(text)] if text.isdigit() else []
    if re.fullmatch(r"\d{4}", text):
        found.append(int(datetime(int(text), 1, 1, tzinfo=UTC).timestamp()))
    for form in _FORMS:
        try:
            found.append(int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()))
        except ValueError:
            continue
    return found


def in_network(value: str, network: str) -> bool:
    return ip_address(value) in ip_network(network, strict=False)


def is_value(kind: str, text: str) -> bool:
    """Whether a key that holds numbers, dates or addresses could have the text."""
    if kind == "ip":
        try:
            return bool(ip_address(text))
        except ValueError:
            return False
    if kind == "date":
        return bool(dates(text))
    return kind != "number" or text.isdigit()
