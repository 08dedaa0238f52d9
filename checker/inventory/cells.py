"""A third party as the cells of a row; whoever shows them escapes them."""

from __future__ import annotations

from checker.report.access import highest, reads
from checker.report.model import Report, ThirdParty

COLUMNS = ("id", "name", "kind", "status", "roles", "images", "accounts", "reads", "privilege")
OF_USE = ("calls", "last use", "unused roles")
"""Only where usage was collected."""
SHORT = ("third party", "status", "roles", "images", "accounts", "reads", "privilege")


def columns(report: Report) -> tuple[str, ...]:
    return (*COLUMNS, *OF_USE) if any(p.use for p in report.third_parties) else COLUMNS


def row(party: ThirdParty, most: int | None = None) -> list[str]:
    """The cells of `columns`; of its accounts the first `most`, and how many more."""
    accounts = [access.account for access in party.access]
    shown = " ".join(accounts[:most])
    if most is not None and len(accounts) > most:
        shown += f" +{len(accounts) - most}"
    seen = str(party.roles), str(party.images), shown, reads(party.access), highest(party.access)
    return [party.id, _name(party), party.kind, party.status, *seen, *use(party)]


def short_row(party: ThirdParty) -> list[str]:
    """The cells of `SHORT`: accounts are counted."""
    counts = str(party.roles), str(party.images), str(len(party.access))
    return [who(party), party.status, *counts, reads(party.access), highest(party.access)]


def use(party: ThirdParty) -> list[str]:
    """The cells of `OF_USE`, none where usage was not collected."""
    told = party.use
    return [str(told.calls), told.last_seen or "-", str(told.roles_unused)] if told else []


def who(party: ThirdParty) -> str:
    """Name and id in one cell; the kind where it is no account."""
    name = "" if party.name is None else f"{_name(party)} "
    return f"{name}{party.id}" + ("" if party.kind == "account" else f" ({party.kind})")


def _name(party: ThirdParty) -> str:
    if party.name is None:
        return "-"
    return party.name if party.named_by == "allowlist" else f"{party.name} (?)"
