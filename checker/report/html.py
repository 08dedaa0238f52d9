"""One page for people: self-contained, readable without its script, in print and by a reader.

The page's own policy (CSP) lets nothing in but the style and the script that stand in it, by
their hashes; every string that it shows goes through `page.markup`.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from string import Template

from checker.report.model import Report
from checker.report.page import figure, findings, head, parties, tail, use
from checker.report.page.markup import Html, block, tag, text

_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "style-src '{style}'; script-src '{script}'; require-trusted-types-for 'script'"
)


def render(report: Report) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    policy = _POLICY.format(style=_digest(style), script=_digest(script))
    return Template(_asset("page.html")).substitute(
        policy=text(policy),
        title=text(f"{report.verdict.upper()} · vendorgate · {report.evaluated_on}"),
        style=style,
        script=script,
        contents=head.contents(report),
        header=_header(report),
        main=_main(report),
        footer=tail.origin(report),
    )


def _asset(name: str) -> str:
    return resources.files("checker.report").joinpath("assets", name).read_text("utf-8")


def _digest(given: str) -> str:
    """A source of the policy: the browser hashes what stands between the tags."""
    return "sha256-" + base64.b64encode(hashlib.sha256(given.encode()).digest()).decode()


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
        use.use(report),
        findings.findings(report),
        tail.gaps(report),
        tail.errors(report),
        tail.waivers(report),
        tail.known(report),
        tail.policies(report),
    )
    return tag("main", block(part for part in sections if part))
