"""What changed since the bundle before: the list's history, its changes, findings, parties."""

from __future__ import annotations

from typing import Any

from checker.evidence.evaluate import Bundle, Since
from checker.review.judge import review
from checker.review.model import Review

SCHEMA = "vendorgate/evidence-changes/v1"


def compared(bundle: Bundle) -> Review | None:
    """The review of the allowlist now against that of the bundle before, each with its report."""
    since = bundle.since
    if since is None:
        return None
    reports = since.report, bundle.report
    return review(since.allowlist, bundle.allowlist, bundle.rules, bundle.evaluation.today, reports)


def changes(bundle: Bundle, since: Since, reviewed: Review) -> dict[str, Any]:
    """`opened` and `closed` are open findings that only this bundle has, and only the other; a
    finding that was waived in between counts as closed."""
    return {
        "schema": SCHEMA,
        "since": _since(since),
        "commits": bundle.git.history,
        "commits_note": bundle.git.note,
        "allowlist": reviewed.changes,
        "breaks": reviewed.broken,
        "lets_in": reviewed.lets_in,
        "puts_out": reviewed.puts_out,
        "opened": reviewed.opens,
        "closed": reviewed.closes,
    }


def _since(since: Since) -> dict[str, Any]:
    return {
        "manifest_sha256": since.sha256,
        "evaluated_on": since.evaluation.evaluated_on,
        "collected_at": since.report.inputs.snapshot.collected_at,
        "tool": since.evaluation.tool,
        "verdict": since.report.verdict,
        "allowlist_commit": since.git.allowlist,
    }
