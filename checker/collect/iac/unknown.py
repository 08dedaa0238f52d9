"""Values that are known only at deployment, as marked text inside of what is known.

`arn:aws:iam::⟦VendorAccount⟧:root` keeps the known parts; ⟦ and ⟧ stand for two characters of
Unicode's private planes. Text of a template that holds them counts as unknown, which is sound.
"""

from __future__ import annotations

from typing import Any

OPEN, CLOSE = "\U000f0000", "\U000f0001"


def unresolved(name: str) -> str:
    """A value that cannot be told, called by what would tell it."""
    return f"{OPEN}{name.replace(OPEN, '').replace(CLOSE, '')}{CLOSE}"


def is_unresolved(value: Any) -> bool:
    """Whether any part of it, keys included, cannot be told."""
    if isinstance(value, str):
        return OPEN in value
    if isinstance(value, dict):
        return any(is_unresolved(key) or is_unresolved(item) for key, item in value.items())
    return isinstance(value, list) and any(map(is_unresolved, value))


def wholly(value: Any) -> str | None:
    """The name of a value of which nothing is known; None of any other."""
    if isinstance(value, str) and value.startswith(OPEN) and value.find(CLOSE) == len(value) - 1:
        return value[1:-1]
    return None


def shown(value: Any) -> Any:
    """The same for a reader: `${VendorAccount}`, which no deployed policy can hold."""
    if isinstance(value, str):
        return value.replace(OPEN, "${").replace(CLOSE, "}")
    if isinstance(value, dict):
        return {shown(key): shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value
