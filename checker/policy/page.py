"""A policy as its documentation page: the file is the source, so the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterator

from checker.frameworks import asks, in_order, title
from checker.policy.model import Policy, PolicyText


def render(policy: Policy) -> str:
    """Markdown."""
    return "\n".join(_lines(policy)) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    file = policy.file
    yield f"# {file.id}\n"
    yield f"**{file.title}.**\n"
    yield f"Severity {file.severity} · applies to {', '.join(file.applies_to)}\n"
    yield f"## Why\n\n{file.rationale.strip()}\n"
    yield f"## What to do\n\n{file.remediation.strip()}\n"
    if file.remediation_in_code:
        yield f"In code that is not deployed yet: {file.remediation_in_code.strip()}\n"
    yield "## The rule\n\n```yaml"
    yield from (f"{key}: {value}" for key, value in _rule(policy))
    yield "```\n"
    if file.controls:
        yield "## Controls\n\nIt supports these; it satisfies none of them alone.\n"
        yield from _controls(file)
        yield ""
    if file.references:
        yield "## References\n"
        yield from (f"- <{link}>" for link in file.references)
        yield ""
    yield "## Its tests\n"
    yield from (f"- {test.expect}: {test.name}" for test in policy.tests)


def _rule(policy: Policy) -> Iterator[tuple[str, str]]:
    file = policy.file
    if file.when:
        yield "when", " ".join(file.when.split())
    yield "assert", " ".join(file.assertion.split())
    yield "message", " ".join(file.message.split())


def _controls(file: PolicyText) -> Iterator[str]:
    for key in in_order(file.controls):
        yield f"- **{title(key, file.frameworks)}**"
        for control, reason in file.controls[key].items():
            name = asks(key, control)
            yield f"  - {control}{f' ({name})' if name else ''}{f': {reason}' if reason else ''}"
