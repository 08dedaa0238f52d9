"""What changed between two snapshots, as text, JSON or Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any, Protocol

from checker.report.escape import markdown_code, terminal
from checker.report.grants import in_words
from checker.report.json_report import pretty
from checker.report.rows import WIDTH
from checker.report.view import plural

_SIGNS = {
    "added": "+", "removed": "-", "changed": "~", "newly-looked-at": "+?", "not-looked-at": "-?",
}  # fmt: skip
_WORDS = {
    "newly-looked-at": "seen for the first time, as nobody looked there before",
    "not-looked-at": "not looked at any more, so it may be there still",
}


_KINDS = {
    "added": "new", "removed": "gone", "changed": "changed",
    "newly-looked-at": "seen for the first time", "not-looked-at": "not looked at any more",
}  # fmt: skip
_SECTIONS = {
    "scope": "What is looked at", "third-party": "Third parties", "trust": "Trusts",
    "resource": "Resources that let somebody in",
    "code": "Code of others that runs here",
    "image": "Images in use", "gap": "Gaps",
}  # fmt: skip


_THERE = "there"
"""Of a third party whose standing nobody asked for."""


class Diff(Protocol):
    @property
    def changes(self) -> tuple[Any, ...]: ...
    @property
    def old(self) -> Any: ...
    @property
    def new(self) -> Any: ...


def render_json(diff: Diff) -> str:
    return pretty(diff)


def render_text(diff: Diff, width: int = WIDTH) -> str:
    """Sections of what changed, each change with its words below it, within `width` columns; only
    a name is never broken, as it is to be copied."""
    lines: list[str] = []
    if diff.changes:
        sides = (("From", diff.old), ("To", diff.new))
        lines = [
            f"{word:<4} {terminal(f'{s.path}, collected {s.collected_at}')}" for word, s in sides
        ]
        lines.append("")
    for what, group in groupby(diff.changes, key=lambda change: change.what):
        members = list(group)
        counted = Counter(_KINDS[change.change] for change in members)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in counted.items())
        lines += [f"{_SECTIONS[what]}: {counts}", *(_lines(members, width)), ""]
    new = sum(change.new_trust for change in diff.changes)
    total = f"{plural(len(diff.changes), 'change')}, {new:,} of them new trust."
    return "\n".join([*lines, total if diff.changes else _counts(diff)]) + "\n"


def _lines(changes: list[Any], width: int) -> Iterator[str]:
    for change in changes:
        yield f"{_SIGNS[change.change]:<2} {terminal(_name(change))}"
        for told in _told(change):
            yield from wrap(
                terminal(told), width, initial_indent="     ", subsequent_indent="       ",
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip


def _name(change: Any) -> str:
    """`ROLE ← WHO` of a trust, whose id is both; of others the id."""
    role, _, who = change.id.partition(" ")
    return f"{role} ← {who}" if change.what in ("trust", "resource") else str(change.id)


def _told(change: Any) -> Iterator[str]:
    """What it is, or was and is now; and why that is not certain."""
    if change.change == "changed":
        yield f"was: {in_words(change.was)}"
        yield f"now: {in_words(change.now)}"
    elif change.what == "scope" and not change.now:
        yield "not looked at any more"
    elif (shown := in_words(str(change.now or change.was))) != _THERE:
        yield shown
    if change.change in _WORDS:
        yield f"{_WORDS[change.change]} ({change.reason})"
    if change.new_trust:
        yield "new trust"


def render_markdown(diff: Diff) -> str:
    """A table, for a pull request or a chat."""
    if not diff.changes:
        return f"{_counts(diff)}\n"
    head = [f"**{_counts(diff)}**", "", "| | what | which | |", "|---|---|---|---|"]
    rows = [
        f"| {c.change} | {c.what} | {markdown_code(c.id)} | {_cell(_detail(c))} |"
        for c in diff.changes
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    return markdown_code(text) if text else ""


def _detail(change: Any) -> str:
    if change.change == "changed":
        return f"{in_words(change.was)} -> {in_words(change.now)}"
    shown = in_words(str(change.now or change.was))
    shown = "" if shown == _THERE else shown
    if change.change in _WORDS:
        told = f"{_WORDS[change.change]} ({change.reason})"
        return f"{shown}: {told}" if shown else told
    return shown if change.what != "scope" or change.now else "not looked at any more"


def _counts(diff: Diff) -> str:
    counted = Counter((c.what, c.change) for c in diff.changes)
    if not counted:
        return "Nothing changed."
    parts = [f"{what} {change}: {n}" for (what, change), n in counted.items()]
    return "; ".join(parts)
