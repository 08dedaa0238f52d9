"""One page for people: self-contained, readable without its script, in print and by a reader.

`page.shell` closes it to whatever comes from elsewhere; every string that it shows goes through
`page.markup`.
"""

from __future__ import annotations

from checker.report.model import Report
from checker.report.page import figure, findings, head, parties, running, tail, use
from checker.report.page.markup import Html, block, tag
from checker.report.page.shell import Page, document


def render(report: Report) -> str:
    page = Page(
        title=f"{report.verdict.upper()} · vendorgate · {report.evaluated_on}",
        kind="Third-party trust report",
        heading="Who from outside can get in, and did anyone vet them?",
        contents=head.contents(report),
        header=_header(report),
        main=_main(report),
        footer=tail.origin(report),
        script="page.js",
    )
    return document(page)


def _header(report: Report) -> Html:
    return block(
        (
            head.verdict(report),
            head.numbers(report),
            head.severities(report),
            head.scope(report),
        )
    )


def _main(report: Report) -> Html:
    sections = (
        head.bends(report),
        tail.notes(report),
        figure.reach(report),
        parties.third_parties(report),
        running.running(report),
        use.use(report),
        findings.findings(report),
        tail.gaps(report),
        tail.errors(report),
        tail.waivers(report),
        tail.known(report),
        tail.policies(report),
    )
    return tag("main", block(part for part in sections if part))
