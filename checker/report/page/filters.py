"""The forms that choose what is in sight; hidden until the script is there to serve them.

What they hide is counted beside them, with the verdict, which they do not touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checker.report.model import SEVERITIES, Finding, ThirdParty
from checker.report.page.flows import STATUSES
from checker.report.page.markup import Html, block, tag

Choice = tuple[str, str]
"""A value, and what is said of it."""
_ANY: Choice = ("", "any")


def parties(listed: Sequence[ThirdParty]) -> Html:
    kinds, statuses = {party.kind for party in listed}, {party.status for party in listed}
    known = [status for status in STATUSES if status in statuses]
    return tag(
        "form",
        _search("f-text", "Search"),
        _select("f-status", "Status", [_ANY, ("!vetted", "not vetted"), *_same(known)]),
        _select("f-kind", "Kind", [_ANY, *_same(sorted(kinds))]),
        tag("output", id="f-count", aria_live="polite"),
        tag("button", "Show all", type="button", id="f-all", hidden=True),
        id="filters",
        aria_label="Filter third parties",
        hidden=True,
    )


def findings(listed: Sequence[Finding]) -> Html:
    """The script fills in the accounts: it knows them from the findings."""
    severities, policies = {f.severity for f in listed}, {f.policy for f in listed}
    form = tag(
        "form",
        _search("g-text", "Search"),
        _select("g-severity", "Severity", [_ANY, *_same(s for s in SEVERITIES if s in severities)]),
        _select("g-policy", "Policy", [_ANY, *_same(sorted(policies))]),
        _select("g-account", "Account", [_ANY]),
        tag("button", type="button", id="g-party", hidden=True),
        tag("button", "Clear", type="button", id="g-clear", hidden=True),
        id="finder",
        aria_label="Filter findings",
        hidden=True,
    )
    told = tag("output", id="g-count", for_="g-text g-severity g-policy g-account",
               aria_live="polite")  # fmt: skip
    status = tag("p", id="g-said", class_="sr", role="status")
    return block((form, tag("p", told, id="g-told", class_="told", hidden=True), status))


def _same(values: Iterable[str]) -> list[Choice]:
    return [(value, value) for value in values]


def _search(name: str, label: str) -> Html:
    return tag(
        "label", tag("span", label), tag("input", type="search", id=name, autocomplete="off")
    )


def _select(name: str, label: str, options: Iterable[Choice]) -> Html:
    choices = (tag("option", shown, value=value) for value, shown in options)
    return tag("label", tag("span", label), tag("select", block(choices), id=name))
