"""Open findings by severity and policy: why it matters and what to do once, then each of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from checker.frameworks import title
from checker.report import view
from checker.report.commands import Commands
from checker.report.escape import prose
from checker.report.model import Finding, PolicyInfo, Report
from checker.report.page import anchors, filters
from checker.report.page.details import details
from checker.report.page.markup import (
    Html,
    block,
    code,
    fold,
    long,
    section,
    severity,
    spoken,
    tag,
)

OPEN = 5  # findings of a policy in sight; the others are folded
FACTED = 25  # of a policy with their facts: ten times as long as the rest


class Listing:
    """What the findings of one report are shown with."""

    def __init__(self, report: Report) -> None:
        self.policies = {policy.id: policy for policy in report.policies}
        self.names = view.names(report)
        self.commands = Commands(report)
        self.rows = anchors.rows(report)


def findings(report: Report) -> Html:
    listed = anchors.listed(report)
    if not listed:
        quiet = tag("p", "No open finding.", class_="quiet")
        return section("findings", "Findings", quiet)
    listing, count = Listing(report), len(view.open_findings(report))
    groups = (
        _group(list(group), listing)
        for _, group in groupby(listed, key=lambda f: (f.severity, f.policy))
    )
    return section(
        "findings",
        "Findings",
        filters.findings(listed),
        *groups,
        _cut(count - len(listed)),
        count=count,
    )


def _cut(left: int) -> Html:
    if left <= 0:
        return Html("")
    text = (
        f"{view.plural(left, 'more finding')}, of no higher severity, not on this page, nor found"
        " by its filter: see the JSON or CSV report."
    )
    return tag("p", text, class_="cut", id="g-cut", data_n=left)


def _group(members: list[Finding], listing: Listing) -> Html:
    first = members[0]
    policy = listing.policies.get(first.policy)
    return tag(
        "article",
        tag("h3", *_title(first, policy), " ", tag("span", f"{len(members):,}", class_="count")),
        tag("p", code(first.policy), *_controls(policy), class_="quiet"),
        _remedy(members, policy),
        _list(members[:OPEN], listing),
        _more(members, listing),
        class_="policy",
        data_severity=first.severity,
        data_policy=first.policy,
    )


def _title(first: Finding, policy: PolicyInfo | None) -> Iterator[str]:
    yield severity(first.severity)
    yield " "
    yield tag("span", prose(policy.title) if policy else first.policy)


def _controls(policy: PolicyInfo | None) -> Iterator[str]:
    if policy is None:
        return
    for key, ids in policy.controls.items():
        why = "\n".join(f"{c}: {r}" for c, r in policy.reasons.get(key, {}).items())
        shown = f"{title(key, policy.frameworks)} {', '.join(ids)}"
        yield tag("span", shown, class_="ctl", **({"title": why} if why else {}))


def _remedy(members: list[Finding], policy: PolicyInfo | None) -> Html:
    paragraphs = [
        tag("p", tag("b", "What to do. "), spoken(text)) for text in view.remedies(members)
    ]
    if policy and policy.rationale.strip():
        paragraphs.insert(0, tag("p", tag("b", "Why. "), long(prose(policy.rationale))))
    return tag("div", block(paragraphs), class_="remedy")


def _list(members: list[Finding], listing: Listing, *, facts: bool = True) -> Html:
    return tag("ul", block(_finding(member, listing, facts) for member in members), class_="found")


def _more(members: list[Finding], listing: Listing) -> Html:
    if len(members) <= OPEN:
        return Html("")
    parts, bare = [_list(members[OPEN:FACTED], listing)], members[FACTED:]
    if bare:
        told = "What the policy saw of those below is in the JSON report"
        told += ", and vendorgate explain tells it." if listing.commands.explain(bare[0]) else "."
        parts += [tag("p", told, class_="quiet"), _list(bare, listing, facts=False)]
    return fold(f"{len(members) - OPEN:,} more", *parts, class_="rest")


def _finding(finding: Finding, listing: Listing, facts: bool) -> Html:
    return tag(
        "li",
        tag("p", finding.message),
        tag("p", *_where(finding, listing), class_="where"),
        details(finding, listing.commands, facts=facts),
        id=anchors.of_finding(finding),
    )


def _where(finding: Finding, listing: Listing) -> Iterator[Html]:
    if finding.resource not in finding.message:
        yield tag("span", code(finding.resource))
    if (party := anchors.party_of(finding, listing.rows)) is not None:
        yield from _party(party, finding.message, listing)
    if finding.account:
        name = f"{finding.account_name} " if finding.account_name else ""
        yield tag("span", f"in {name}", code(finding.account), class_="in")
    if finding.region:
        yield tag("span", finding.region)
    if finding.location:
        yield tag("span", "at ", code(f"{finding.location.file}:{finding.location.line}"))
    yield tag("span", "fingerprint ", tag("code", finding.fingerprint, class_="fp"))


def _party(principal: str, message: str, listing: Listing) -> Iterator[Html]:
    """A link to its row, of one that has a row."""
    name = view.known(principal, listing.names)
    row = listing.rows.get(principal)
    if row is not None:
        yield tag("span", "by ", tag("a", name, href=f"#{anchors.of_party(row)}"))
    elif principal not in message:
        yield tag("span", f"by {name}")
