"""What changed between two snapshots, as text, JSON or Markdown."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from checker.report.escape import markdown_code, terminal
from checker.report.json_report import pretty

_SIGNS = {
    "added": "+", "removed": "-", "changed": "~", "newly-looked-at": "+?", "not-looked-at": "-?",
}  # fmt: skip
_WORDS = {
    "newly-looked-at": "seen for the first time, as nobody looked there before",
    "not-looked-at": "not looked at any more, so it may be there still",
}


class Diff(Protocol):
    @property
    def changes(self) -> tuple[Any, ...]: ...


def render_json(diff: Diff) -> str:
    return pretty(diff)


def render_text(diff: Diff) -> str:
    """One line a change, and how many of each there are."""
    lines = [
        f"{_SIGNS[c.change]:<2} {c.what:<12} {terminal(c.id)}  {terminal(_detail(c))}"
        for c in diff.changes
    ]
    return "\n".join([*lines, _counts(diff)]) + "\n"


def render_markdown(diff: Diff) -> str:
    """A table, for a pull request or a chat."""
    if not diff.changes:
        return f"{_counts(diff)}\n"
    head = [f"**{_counts(diff)}**", "", "| | what | which | |", "|---|---|---|---|"]
    rows = [
        f"| {c.change} | {c.what} | {markdown_code(c.id)} | {markdown_code(_detail(c))} |"
        for c in diff.changes
    ]
    return "\n".join([*head, *rows]) + "\n"


def _detail(change: Any) -> str:
    if change.change == "changed":
        return f"{change.was} -> {change.now}"
    shown = str(change.now or change.was)
    if change.change in _WORDS:
        return f"{shown}: {_WORDS[change.change]} ({change.reason})"
    return shown if change.what != "scope" or change.now else "not looked at any more"


def _counts(diff: Diff) -> str:
    counted = Counter((c.what, c.change) for c in diff.changes)
    if not counted:
        return "Nothing changed."
    parts = [f"{what} {change}: {n}" for (what, change), n in counted.items()]
    return "; ".join(parts)
