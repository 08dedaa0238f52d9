"""A message for Slack: Block Kit, to be posted to an incoming webhook.

https://docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 3,000 characters in a
section's text, 150 in a header's. Verdict, counts, gaps, errors and whatever bends the verdict are
always there; findings fill the room that is left, the most severe first, and the rest is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from checker.report import view
from checker.report.escape import prose, short, shorten, slack, terminal
from checker.report.json_report import pretty
from checker.report.model import SEVERITIES, Finding, Report

BLOCKS, TEXT, HEADER = 50, 3_000, 150
MESSAGE, SHOWN = 300, 10
"""Characters of a name or sentence; items of a list that are shown."""
_ICONS = {
    "pass": ":white_check_mark:", "fail": ":x:", "incomplete": ":warning:",
    "critical": ":red_circle:", "high": ":large_orange_circle:",
    "medium": ":large_yellow_circle:", "low": ":large_blue_circle:", "info": ":white_circle:",
}  # fmt: skip
Block = dict[str, Any]


def render(report: Report) -> str:
    """`text` is what a notification shows, and a screen reader reads."""
    verdict = slack(view.verdict(report))
    head, tail = [_header(report), _section(verdict), *_counts(report)], _tail(report)
    room = BLOCKS - len(head) - len(tail) - 1  # for the block that counts the rest
    body = _findings(report, room)
    return pretty({"text": verdict, "blocks": [*head, *body, *tail]})


def _header(report: Report) -> Block:
    words = {"pass": "passes", "fail": "fails", "incomplete": "is incomplete"}
    text = f"{_ICONS[report.verdict]} vendorgate: trust in third parties {words[report.verdict]}"
    return {"type": "header", "text": {"type": "plain_text", "text": text[:HEADER], "emoji": True}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _counts(report: Report) -> list[Block]:
    counts = Counter(finding.severity for finding in view.open_findings(report))
    parts = [f"{_ICONS[s]} *{counts[s]:,}* {s}" for s in SEVERITIES]
    parts += [
        f"*{report.summary.waived:,}* waived",
        f"*{len(report.gaps):,}* gap{'s' * (len(report.gaps) != 1)}",
    ]
    if report.inputs.baseline:
        parts.append(f"*{report.summary.known:,}* known")
    snapshot = report.inputs.snapshot
    path, day = (slack(shorten(s, MESSAGE)) for s in (snapshot.path, snapshot.collected_at))
    looked = (
        f"Looked at {view.looked_at(report)}: snapshot {path} of {day}, evaluated on "
        f"{report.evaluated_on} (UTC)."
    )
    return [_section("  ".join(parts)), _section(looked)]


def _findings(report: Report, room: int) -> list[Block]:
    """A block for each policy, as many as there is room for; what finds none is counted."""
    names, blocks, shown = view.names(report), list[Block](), 0
    policies = {policy.id: policy.title for policy in report.policies}
    findings = sorted(view.open_findings(report), key=lambda f: (view.RANK[f.severity], f.policy))
    for (severity, policy), group in groupby(findings, key=lambda f: (f.severity, f.policy)):
        members = list(group)
        if len(blocks) == room:
            break
        title = slack(shorten(prose(policies.get(policy, "")), MESSAGE))
        head = f"{_ICONS[severity]} *{severity.upper()} {policy}* ({len(members):,}): {title}"
        text, count = _fit(head, [_line(finding, names) for finding in members[:SHOWN]])
        blocks.append(_section(text))
        shown += count
    if left := len(findings) - shown:
        blocks.append(_section(f"_{view.plural(left, 'more finding')}: see the JSON report._"))
    return blocks


def _fit(head: str, lines: Iterable[str], limit: int = TEXT) -> tuple[str, int]:
    """The head and as many of the lines as the limits allow, and how many these are."""
    kept = [head]
    for line in lines:
        if len("\n".join([*kept, line])) > limit:
            break
        kept.append(line)
    return "\n".join(kept), len(kept) - 1


def _line(finding: Finding, names: dict[str, str]) -> str:
    message = slack(shorten(finding.message, MESSAGE))
    who = view.known(finding.principal, names) if finding.principal else ""
    told = f" — {slack(shorten(who, MESSAGE))}" if who and who not in finding.message else ""
    return f"• {message}{told} `{short(terminal(finding.fingerprint))}`"


def _tail(report: Report) -> list[Block]:
    errors = [f"{e.policy} on {e.resource}: {e.message}" for e in report.errors]
    bends = view.bends(report)[::-1]  # filters and other options are the last
    lists = (
        ("Settings that bend the verdict", bends, len(bends)),
        ("Could not look at", view.gap_lines(report), SHOWN),
        ("Could not be evaluated", errors, SHOWN),
        ("Known from the baseline", view.known_lines(report), SHOWN),
        ("Notes", list(report.notes), SHOWN),
    )
    return [_section(_list(title, items, most)) for title, items, most in lists if items]


def _list(title: str, items: list[str], most: int) -> str:
    head = f"*{title}* ({len(items):,})"
    rest = "\n• _and {:,} more: see the JSON report_"
    lines = [f"• {slack(shorten(item, MESSAGE))}" for item in items[:most]]
    text, count = _fit(head, lines, TEXT - len(rest) - 10)
    return text + (rest.format(len(items) - count) if len(items) > count else "")
