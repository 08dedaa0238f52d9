"""Messages: text with expressions in braces, as `{role.arn} trusts {principal.id}`."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from checker.policy.expression import Expression


class Template(msgspec.Struct, frozen=True):
    """A checked message (braces.py reads it)."""

    parts: tuple[str | Expression, ...]

    def render(self, facts: dict[str, Any]) -> str:
        """The message over these facts, null said as `none`. Raises one of expression.FAULTS."""
        return "".join(p if isinstance(p, str) else shown(p.value(facts)) for p in self.parts)


def shown(value: Any) -> str:
    """A value within a message."""
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)
