"""The picture with its legend, and the same as a table for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from checker.report import view
from checker.report.model import Report
from checker.report.page.flows import STATUSES, Flows, flows
from checker.report.page.graph import COUNTED, NARROW, WIDE, picture, tone
from checker.report.page.markup import Html, block, fold, section, table, tag

_HEADERS = ("Third party", "Status", "Own account", "Roles", "Images")


def reach(report: Report) -> Html:
    flow = flows(report)
    if not flow.sources:
        quiet = tag("p", "No third party reaches an own account.", class_="quiet")
        return section("reach", "Who reaches what", quiet)
    return section(
        "reach",
        "Who reaches what",
        tag("p", _caption(flow), class_="lead"),
        _legend(flow),
        tag("figure", picture(flow, WIDE), picture(flow, NARROW)),
        fold("The picture as a table", _table(flow), class_="access"),
    )


def _caption(flow: Flows) -> str:
    caption = (
        "Third parties on the left; on the right own accounts that they reach, or that run their "
        "code."
    )
    if flow.more_parties:
        more = view.plural(flow.more_parties, "more is", "more are")
        caption += (
            " Drawn one by one: those not vetted first, then the highest privilege, then the most"
            f" {COUNTED}; {more} added up by status."
        )
    if flow.more_accounts:
        others = view.plural(flow.more_accounts, "account")
        caption += f" {others} that fewer reach stand together."
    return caption


def _legend(flow: Flows) -> Html:
    used = {source.status for source in flow.sources}
    items = [
        tag("li", tag("i", class_=f"swatch {tone(status)}"), " ", status)
        for status in STATUSES
        if status in used
    ]
    items += [
        tag("li", f"wider: more {COUNTED}"),
        tag("li", "stronger: higher privilege"),
    ]
    return tag("ul", block(items), class_="legend")


def _table(flow: Flows) -> Html:
    links = [link for source in flow.sources for link in source.links]
    resources, code = any(k.resources for k in links), any(k.code for k in links)
    headers = (
        *_HEADERS,
        *(("Resources",) if resources else ()),
        *(("Code",) if code else ()),
        "Privilege or access" if resources else "Privilege",
    )
    rows = _rows(flow, resources=resources, code=code)
    return table(headers, rows, "Who reaches what: each line of the picture")


def _rows(flow: Flows, *, resources: bool, code: bool) -> Iterator[tuple[str, ...]]:
    for source in flow.sources:
        for link in source.links:
            account = link.account or flow.accounts[link.account]
            counts = [f"{link.roles:,}", f"{link.images:,}"]
            counts += [f"{link.resources:,}"] if resources else []
            counts += [f"{link.code:,}"] if code else []
            yield source.name, source.status, account, *counts, link.privilege or "–"
