"""A report without external ids, for whoever need not know them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from checker.report.model import Finding, Report

STAND_IN = "(redacted)"
_WRITTEN = re.compile(
    r"""(\\*"(?:sts:)?externalid\\*"\s*:\s*)(\[[^\]]*\]?|\\+"[^"]*"?|"(?:[^"\\]|\\.)*"?)""",
    re.IGNORECASE,
)
"""In a text that is no JSON any more, however often it was quoted."""
_HINT = re.compile(r"externalid|\\u00", re.IGNORECASE)
_KEYS = frozenset({"sts:externalid", "externalid"})


def without_external_ids(report: Report) -> Report:
    """In the facts of findings, and in whatever a policy's message says of them."""
    return replace(report, findings=tuple(map(_finding, report.findings)))


def _finding(finding: Finding) -> Finding:
    ids = sorted(set(_ids(finding.facts)), key=len, reverse=True)
    if not ids:
        return finding
    message = finding.message
    for one in ids:
        message = message.replace(one, STAND_IN)
    return replace(finding, facts=redacted(finding.facts), message=message)


def redacted(value: Any) -> Any:
    """JSON values with a stand-in for each external id."""
    if isinstance(value, dict):
        return {k: STAND_IN if _is_key(k) else redacted(item) for k, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item) for item in value]
    return _text(value) if isinstance(value, str) and _HINT.search(value) else value


def _text(value: str) -> str:
    """JSON within a text, as trails have policy documents; URL-encoded too."""
    try:
        inner = json.loads(value)
    except (ValueError, RecursionError):
        plain = unquote(value) if "%22" in value else value
        kept = _WRITTEN.sub(rf'\1"{STAND_IN}"', value) if plain == value else _text(plain)
        return value if kept == plain else kept
    kept = redacted(inner)
    return value if kept == inner else json.dumps(kept, ensure_ascii=False)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if _is_key(key):
                yield from (s for s in (item if isinstance(item, list) else [item]) if s)
            else:
                yield from _ids(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _ids(item)


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and key.lower() in _KEYS
