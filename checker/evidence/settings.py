"""vendorgate.toml of a bundle: with it, plain `vendorgate check` there gives the same report."""

from __future__ import annotations

import json
from collections.abc import Iterator

from checker.evidence.model import Evaluation


def render(said: Evaluation) -> str:
    return "\n".join(_lines(said)) + "\n"


def _lines(said: Evaluation) -> Iterator[str]:
    yield 'snapshot = "snapshot"'
    yield 'policies = "policies"'
    yield f"builtin = {str(said.builtin_policies).lower()}"
    yield f"fail-on = {_text(said.fail_on)}"
    yield f"allow-gaps = {str(said.allow_gaps).lower()}"
    if said.max_age is not None:
        yield f"max-age = {said.max_age}"
    if said.severity:
        yield "\n[severity]"
    for policy, bend in sorted(said.severity.items()):
        level, reason = _text(bend.level), _text(bend.reason)
        yield f"{_text(policy)} = {{level = {level}, reason = {reason}}}"
    if said.disabled:
        yield "\n[disabled]"
    for policy, reason in sorted(said.disabled.items()):
        yield f"{_text(policy)} = {_text(reason)}"


def _text(value: str) -> str:
    """A basic string of TOML is one of JSON, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
