"""What of a derived file is wording, which another version may have otherwise, and what is not."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from checker.evidence.model import CHANGES, EVALUATION, GIT, README
from checker.once import refuse_twice

_WORDED = (CHANGES, "control-map.json", "oscal-assessment-results.json")
_PROSE = frozenset(
    {"title", "description", "remarks", "message", "detail", "remediation", "reason", "asks"}
)
_FACT = re.compile(
    r"[0-9][0-9A-Za-z.:-]*[0-9A-Za-z]|[0-9]|\b[A-Z]{4,}\b|\bNone\b"
    r"|\b(?:critical|high|medium|low|info|open|waived)\b"
)
"""Numbers, ids, days, verdicts, severities, and that there is nothing."""
_INPUTS = (EVALUATION, GIT)
"""Read strictly, each key once: written anew they differ in form alone."""


def reworded(name: str, here: bytes, made: bytes) -> bool:
    """Whether the two differ in words alone: the same values in the same places, and in prose the
    same numbers, ids, days and verdicts in the same order. Lists and settings have no words."""
    if name in _INPUTS:
        return True
    try:
        if name == README:
            return _facts(here.decode()) == _facts(made.decode())
        refuse_twice(here)
        return name in _WORDED and _bare(msgspec.json.decode(here)) == _bare(
            msgspec.json.decode(made)
        )
    except (ValueError, msgspec.DecodeError, RecursionError):
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
