"""The verdict, what it speaks of, and what bends it."""

from __future__ import annotations

from checker.report import view
from checker.report.model import SEVERITIES, Report
from checker.report.page.markup import Html, block, code, section, severity, tag

_SECTIONS = {
    "reach": "Picture",
    "third-parties": "Third parties",
    "running": "Code that runs",
    "use": "Use",
    "findings": "Findings",
    "gaps": "Gaps",
}
_WORDS = {"pass": "Pass", "fail": "Fail", "incomplete": "Incomplete"}


def contents(report: Report) -> Html:
    """Links within the page: with thousands of third parties what follows them is far below."""
    sections = dict(_SECTIONS)
    if not any(party.use for party in report.third_parties):
        del sections["use"]
    if report.summary.waived:
        sections["waivers"] = "Waivers"
    links = (tag("a", title, href=f"#{name}") for name, title in sections.items())
    return tag("nav", block(links), aria_label="On this page")


def verdict(report: Report) -> Html:
    _, _, why = view.verdict(report).partition(": ")
    return tag(
        "div",
        tag("p", tag("strong", _WORDS[report.verdict]), " ", tag("span", why)),
        class_=f"verdict {report.verdict}",
    )


def numbers(report: Report) -> Html:
    """The few figures that people ask for first."""
    parties = report.third_parties
    accounts = {access.account for party in parties for access in party.access}
    findings = view.open_findings(report)
    figures = (
        (len(parties), "third party" if len(parties) == 1 else "third parties", ""),
        (sum(party.status != "vetted" for party in parties), "not vetted", "warn"),
        (len(accounts), f"own account{'' if len(accounts) == 1 else 's'} reached", ""),
        (len(findings), "open finding" if len(findings) == 1 else "open findings", "warn"),
        (report.summary.waived, "waived", ""),
        (len(report.gaps), "gap" if len(report.gaps) == 1 else "gaps", "warn"),
    )
    return tag("ul", block(_figure(*figure) for figure in figures), class_="figures")


def _figure(count: int, label: str, tone: str) -> Html:
    number = tag("b", f"{count:,}", class_=tone if count and tone else None)
    return tag("li", number, " ", tag("span", label))


def severities(report: Report) -> Html:
    """Open findings by severity, as words and numbers: no severity is left out."""
    graded = [finding.severity for finding in view.open_findings(report)]
    items = (
        tag("li", severity(name), " ", _counted(name, graded.count(name))) for name in SEVERITIES
    )
    return tag("ul", block(items), class_="severities", aria_label="Open findings by severity")


def _counted(name: str, count: int) -> Html:
    """The script shows those of the severity alone."""
    if not count:
        return tag("span", "0", class_="zero")
    label = f"{count:,} {name}: show"
    return tag("a", f"{count:,}", href="#findings", data_severity=name, aria_label=label)


def scope(report: Report) -> Html:
    inputs = report.inputs
    collected = f"collected {_moment(inputs.snapshot.collected_at)}"
    rows = (
        ("Evaluated on", f"{report.evaluated_on} (UTC)"),
        ("Snapshot", _input(inputs.snapshot.path, collected)),
        ("Allowlist", code(inputs.allowlist.path)),
        ("Policies", _input(inputs.policies.path, f"{inputs.policies.count:,} in force")),
        ("Looked at", view.looked_at(report)),
        ("Fails on", _threshold(report)),
    )
    pairs = (tag("div", tag("dt", name), tag("dd", value)) for name, value in rows)
    return tag("dl", block(pairs), class_="scope")


def _threshold(report: Report) -> str:
    threshold = report.settings.fail_on
    return "nothing" if threshold == "none" else f"{threshold} and above"


def _moment(text: str) -> str:
    """`2026-11-20 06:00:00 UTC`; whatever else was given stays as it is."""
    day, _, time = text.partition("T")
    return f"{day} {time[:-1]} UTC" if time.endswith("Z") else text


def _input(path: str, more: str) -> Html:
    return tag("span", code(path), tag("br"), more)


def bends(report: Report) -> Html:
    sentences = view.bends(report)
    if not sentences:
        text = "Nothing: every built-in policy is in force, at its own severity."
        return section("bends", "What bends the verdict", tag("p", text, class_="quiet"))
    items = tag("ul", block(tag("li", line) for line in sentences), class_="plain")
    return section("bends", "What bends the verdict", items, count=len(sentences))
