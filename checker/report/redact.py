"""A report without external ids, for whoever need not know them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from checker.patterns import pattern
from checker.report.model import Finding, Report

STAND_IN = "(redacted)"
_WRITTEN = pattern(
    r"""(externalid\\*["']?\s*[:=]\s*)
        ( \[[^\]]*\]? | (?:-\s+[^\n]*\n?\s*)+
        | (?P<quote>\\*["']).*?(?:(?P=quote)|$) | [^\s,}\]"'\\]+ )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""In a text that is no JSON (any more), as YAML, code or what was cut: a list, or one value."""
_KEYS = frozenset({"sts:externalid", "externalid"})


def without_external_ids(report: Report) -> Report:
    """In the facts of findings, and in whatever a policy's message says of them."""
    return replace(report, findings=tuple(map(_finding, report.findings)))


def _finding(finding: Finding) -> Finding:
    ids = sorted(set(_ids(finding.facts)), key=len, reverse=True)
    if not ids:
        return finding
    message = finding.message
    for account in ids:
        message = message.replace(account, STAND_IN)
    return replace(finding, facts=redacted(finding.facts), message=message)


def redacted(value: Any) -> Any:
    """JSON values with a stand-in for each external id."""
    if isinstance(value, dict):
        return {k: STAND_IN if _is_key(k) else redacted(item) for k, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    """A text may be a document, as policies in calls of IAM are; percent-encoded, too."""
    plain = unquote(text) if "%22" in text else text
    document = _document(plain)
    try:
        kept = redacted(document)
    except RecursionError:
        return STAND_IN
    if kept != document:
        return json.dumps(kept)
    return _WRITTEN.sub(rf'\1"{STAND_IN}"', plain) if _WRITTEN.search(plain) else text


def _document(text: str) -> Any:
    """None for what is no JSON of objects, lists or texts."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except RecursionError:
        return {"externalid": text}
    except ValueError:
        return None


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
    elif isinstance(value, str) and isinstance(document := _document(value), dict | list):
        yield from _ids(document)


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and key.lower() in _KEYS
