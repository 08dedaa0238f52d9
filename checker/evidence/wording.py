"""What of a derived file is wording, which another version may have otherwise, and what is not."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from checker.evidence.model import CHANGES, README

_WORDED = (CHANGES, "control-map.json", "oscal-assessment-results.json")
_PROSE = frozenset({"title", "description", "remarks", "message", "detail", "remediation"})
_FACT = re.compile(r"[0-9][0-9A-Za-z.:-]*[0-9A-Za-z]|[0-9]|\b[A-Z]{4,}\b|\bNone\b")
"""Numbers, ids, days, verdicts, and that there is nothing."""


def reworded(name: str, here: bytes, made: bytes) -> bool:
    """Whether the two differ in words alone: the same values in the same places, and in prose the
    same numbers, ids, days and verdicts in the same order. Lists and settings have no words."""
    try:
        if name == README:
            return _facts(here.decode()) == _facts(made.decode())
        return name in _WORDED and _bare(msgspec.json.decode(here)) == _bare(
            msgspec.json.decode(made)
        )
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False


def _facts(text: str) -> list[str]:
    return _FACT.findall(text)


def _bare(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _bare(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_bare(one, key) for one in value]
    if key.endswith("uuid"):  # made from the text, so it changes with every word
        return None
    return _facts(value) if key in _PROSE and isinstance(value, str) else value
