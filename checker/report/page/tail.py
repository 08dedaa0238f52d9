"""What could not be looked at, what was waived, the policies in force, and where it all is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from checker.report import view
from checker.report.escape import prose
from checker.report.model import Evaluated, Finding, PolicyInfo, Report
from checker.report.page.markup import Html, block, code, fold, section, severity, table, tag

SHOWN = 200
NEAR = 30  # days: a waiver that ends within them is marked


def gaps(report: Report) -> Html:
    if not report.gaps:
        quiet = tag("p", "Everything in scope was looked at.", class_="quiet")
        return section("gaps", "Gaps in coverage", quiet)
    accepted = ""
    if report.settings.allow_gaps:
        firm = len(view.unaccepted(report))
        but = f", but for {view.plural(firm, 'gap')}" if firm else ""
        accepted = f" They were accepted (--allow-gaps){but}."
    rows = (
        (gap.account or "–", gap.region or "–", code(gap.call), gap.code, gap.message)
        for gap in report.gaps[:SHOWN]
    )
    return section(
        "gaps",
        "Gaps in coverage",
        tag("p", f"Could not be looked at, so nothing is known of it.{accepted}", class_="lead"),
        table(("Account", "Region", "Call", "Code", "Message"), rows, "Gaps"),
        _rest(len(report.gaps)),
        count=len(report.gaps),
    )


def waivers(report: Report) -> Html:
    """Soonest to end first, equal ones once."""
    count = Counter(_waived(finding) for finding in view.waived_findings(report))
    if not count:
        return Html("")
    rows = [
        (_ends(w.expires, report.evaluated_on), w.policy, w.principal, f"{n:,}", w.owner, w.reason)
        for w, n in sorted(count.items())[:SHOWN]
    ]
    headers = ("Ends", "Policy", "Third party", "Findings", "Owner", "Reason")
    shown = table(headers, rows, "Waivers, soonest to end first")
    return section("waivers", "Waivers", shown, _rest(len(count)), count=sum(count.values()))


class _Waived(NamedTuple):
    """What makes two waived findings one row."""

    expires: str
    policy: str
    principal: str
    owner: str
    reason: str


def _waived(finding: Finding) -> _Waived:
    waiver = finding.waiver
    owner, reason, expires = (
        (waiver.owner, waiver.reason, waiver.expires) if waiver else ("–", "–", "")
    )
    return _Waived(expires, finding.policy, finding.principal or "–", owner, reason)


def _ends(expires: str, today: str) -> Html:
    days = _days(expires, today)
    if days is None or days > NEAR:
        return tag("span", expires or "–")
    soon = f"in {view.plural(days, 'day')}" if days >= 0 else "over"
    return tag("span", f"{expires} ", tag("b", soon, class_="warn"))


def _days(expires: str, today: str) -> int | None:
    try:
        return (date.fromisoformat(expires) - date.fromisoformat(today)).days
    except ValueError:
        return None


def known(report: Report) -> Html:
    lines = view.known_lines(report)
    if not lines:
        return Html("")
    items = tag("ul", block(tag("li", line) for line in lines[:SHOWN]), class_="plain")
    count = report.summary.known
    return section("known", "Known from the baseline", items, _rest(len(lines)), count=count)


def errors(report: Report) -> Html:
    if not report.errors:
        return Html("")
    rows = (
        (code(error.policy), code(error.resource), error.message) for error in report.errors[:SHOWN]
    )
    return section(
        "errors",
        "Could not be evaluated",
        table(("Policy", "Resource", "Message"), rows, "Evaluation errors"),
        _rest(len(report.errors)),
        count=len(report.errors),
    )


def notes(report: Report) -> Html:
    if not report.notes:
        return Html("")
    items = block(tag("li", note) for note in report.notes)
    return section("notes", "Notes", tag("ul", items, class_="plain"), count=len(report.notes))


def policies(report: Report) -> Html:
    results = _results(report.evaluated)
    rows = (_policy(policy, results) for policy in report.policies)
    headers = ("Policy", "Severity", "Passed", "Failed", "Waived", "Erred")
    if not report.policies:
        return Html("")
    shown = fold("All policies and their results", table(headers, rows, "Policies in force"))
    return section("policies", "Policies in force", shown, count=len(report.policies))


def _results(evaluated: Iterable[Evaluated]) -> Counter[tuple[str, str]]:
    count: Counter[tuple[str, str]] = Counter()
    for row in evaluated:
        count[row.policy, row.result] += row.resources
    return count


def _policy(policy: PolicyInfo, results: Counter[tuple[str, str]]) -> tuple[str, ...]:
    who = tag("span", tag("b", prose(policy.title)), " ", code(policy.id), class_="who")
    kinds = ("pass", "fail", "waived", "error")
    return who, severity(policy.severity), *(f"{results[policy.id, kind]:,}" for kind in kinds)


def _rest(count: int) -> Html:
    text = f"and {count - SHOWN:,} more: see the JSON report"
    return tag("p", text, class_="quiet") if count > SHOWN else Html("")


def origin(report: Report) -> Html:
    inputs = report.inputs
    rows = (
        ("snapshot", inputs.snapshot.sha256),
        ("allowlist", inputs.allowlist.sha256),
        ("policies", inputs.policies.sha256),
    )
    digests = (tag("div", tag("dt", name), tag("dd", code(digest))) for name, digest in rows)
    return tag(
        "footer",
        tag("p", f"Made by {report.tool.name} {report.tool.version}. SHA-256 of what it rests on:"),
        tag("dl", block(digests)),
    )
