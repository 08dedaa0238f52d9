"""How third parties used what they were given, where CloudTrail was read."""

from __future__ import annotations

from checker.report import view
from checker.report.model import Report, ThirdParty, Use
from checker.report.page.markup import Html, section, table, tag
from checker.report.page.parties import who

SHOWN = 200
_COLUMNS = ("Third party", "Calls", "Last use", "Roles used", "Not used")


def use(report: Report) -> Html:
    """The busiest first; then those with most that they do not use."""
    users = [(party, party.use) for party in report.third_parties if party.use]
    if not users:
        return Html("")
    users.sort(key=lambda user: (-user[1].calls, -user[1].roles_unused, user[0].id))
    rows = (_row(party, used) for party, used in users[:SHOWN])
    rest = len(users) - SHOWN
    more = f"and {view.plural(rest, 'other')}: see the JSON report" if rest > 0 else ""
    return section(
        "use",
        "Use by vendors",
        tag("div", table(_COLUMNS, rows, "Use by vendors"), class_="wide-table"),
        tag("p", more, class_="quiet") if more else "",
        count=len(users),
    )


def _row(party: ThirdParty, used: Use) -> tuple[str, ...]:
    """A role that was used may trust it no more; of one that is trusted the trail may not tell."""
    roles = max(party.roles, used.roles_used + used.roles_unused)
    return (
        who(party),
        f"{used.calls:,}",
        used.last_seen or "–",
        f"{used.roles_used:,} of {roles:,}",
        f"{used.roles_unused:,}",
    )
