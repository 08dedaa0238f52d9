"""Third parties whose code runs here, machine images among it, as one list."""

from __future__ import annotations

from checker.report.model import Access, Report, ThirdParty
from checker.report.page import anchors
from checker.report.page.markup import Html, section, table, tag
from checker.report.page.parties import accounts, status, who

TITLE = "Third parties whose code runs here"
_COLUMNS = ("Third party", "Kind", "Status", "Machine images", "Other code", "Runs in")
_LEAD = (
    "Machine images: uses of AMIs. Other code: references to layers, container images, documents, "
    "extensions, components, add-ons and the like. What nobody looked at stands in the notes."
)


def running(report: Report) -> Html:
    """In the order of all third parties, of which they are some."""
    found = [(row, one) for row, one in enumerate(report.third_parties) if _runs(one)]
    if not found:
        quiet = tag("p", "No code of a third party was seen to run.", class_="quiet")
        return section("running", TITLE, quiet)
    rows = (_row(row, party) for row, party in found)
    return section(
        "running",
        TITLE,
        tag("p", _LEAD, class_="lead"),
        tag("div", table(_COLUMNS, rows, TITLE), class_="wide-table"),
        count=len(found),
    )


def _runs(one: ThirdParty | Access) -> bool:
    return bool(one.images or one.code)


def _row(row: int, party: ThirdParty) -> tuple[str, ...]:
    return (
        tag("a", who(party), href=f"#{anchors.of_party(row)}"),
        party.kind,
        status(party.status),
        f"{party.images:,}",
        f"{party.code or 0:,}",
        accounts([access for access in party.access if _runs(access)]),
    )
