"""Whether two files of a bundle say the same, though another version worded one of them.

Only prose may differ, and in prose neither a number, an id, a severity nor the verdict: whoever
relies on `--accept-other-version` relies on all that follows from the inputs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from typing import Any

from checker.evidence.model import EVALUATION, GIT, README, REPORT, SETTINGS

_PROSE = frozenset({"description", "detail", "message", "note", "remarks", "statement", "title"})
"""Keys of sentences."""
_INPUTS = frozenset({EVALUATION, GIT})
"""Read strictly and whole: written anew they differ in form alone."""
_FACT = re.compile(
    r"\b(?:PASS|FAIL|INCOMPLETE|critical|high|medium|low|info|open|waived)\b|\S*[0-9]\S*"
)


def only_wording(name: str, given: bytes, made: bytes) -> bool:
    """`given` stands in the bundle, `made` was made again."""
    if name == REPORT:
        return given == made
    if name in _INPUTS:
        return True
    try:
        return bool(_content(name, given) == _content(name, made))
    except (ValueError, RecursionError):
        return False


def _content(name: str, data: bytes) -> Any:
    text = data.decode()
    if name == README:
        return _facts(text)
    if name == SETTINGS:
        return tomllib.loads(text)
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key twice")
    return {k: _facts(v) if k in _PROSE and isinstance(v, str) else v for k, v in pairs}


def _facts(prose: str) -> Counter[str]:
    return Counter(_FACT.findall(prose))
