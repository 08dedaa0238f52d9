"""The picture with its legend, and the same as a table for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from checker.report import view
from checker.report.model import Report
from checker.report.page.flows import STATUSES, Flows, flows
from checker.report.page.graph import NARROW, WIDE, picture, tone
from checker.report.page.markup import Html, block, fold, section, table, tag

_HEADERS = ("Third party", "Status", "Own account", "Roles", "Images", "Privilege")


def reach(report: Report) -> Html:
    found = flows(report)
    if not found.sources:
        quiet = tag("p", "No third party reaches an own account.", class_="quiet")
        return section("reach", "Who reaches what", quiet)
    return section(
        "reach",
        "Who reaches what",
        tag("p", _caption(found), class_="lead"),
        _legend(found),
        tag("figure", picture(found, WIDE), picture(found, NARROW)),
        fold("The picture as a table", _table(found), class_="access"),
    )


def _caption(found: Flows) -> str:
    said = "Third parties on the left, own accounts that they reach on the right."
    if found.more_parties:
        said += (
            " Drawn one by one: those not vetted first, then the highest privilege, then the most"
            f" roles; {view.plural(found.more_parties, 'more is', 'more are')} added up by status."
        )
    if found.more_accounts:
        others = view.plural(found.more_accounts, "account")
        said += f" {others} that fewer reach stand together."
    return said


def _legend(found: Flows) -> Html:
    used = {source.status for source in found.sources}
    items = [
        tag("li", tag("i", class_=f"swatch {tone(status)}"), " ", status)
        for status in STATUSES
        if status in used
    ]
    items += [tag("li", "wider: more roles and images"), tag("li", "stronger: higher privilege")]
    return tag("ul", block(items), class_="legend")


def _table(found: Flows) -> Html:
    return table(_HEADERS, _rows(found), "Who reaches what: each line of the picture")


def _rows(found: Flows) -> Iterator[tuple[str, ...]]:
    for source in found.sources:
        for link in source.links:
            account = link.account or found.accounts[link.account]
            counts = f"{link.roles:,}", f"{link.images:,}"
            yield source.name, source.status, account, *counts, link.privilege or "–"
