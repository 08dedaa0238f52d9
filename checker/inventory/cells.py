"""A third party as the cells of a row; whoever shows them escapes them."""

from __future__ import annotations

from msgspec import UNSET

from checker.report.access import gravest, highest, reads
from checker.report.model import Report, ThirdParty

COLUMNS = ("id", "name", "kind", "status", "roles", "images", "accounts", "reads", "privilege")
OF_RESOURCES = ("resources", "access")
"""Only where somebody looked for resources with policies of their own."""
OF_CODE = ("code",)
"""Only where somebody looked for code of others that runs here."""
OF_USE = ("calls", "last use", "unused roles")
"""Only where usage was collected."""
SHORT = ("third party", "status", "roles", "images", "accounts", "reads", "privilege")


def columns(report: Report) -> tuple[str, ...]:
    used = any(party.use for party in report.third_parties)
    return (*COLUMNS, *of_resources(report), *of_code(report), *(OF_USE if used else ()))


def short_columns(report: Report) -> tuple[str, ...]:
    return (*SHORT, *of_resources(report), *of_code(report))


def of_resources(report: Report) -> tuple[str, ...]:
    looked = any(party.resources is not UNSET for party in report.third_parties)
    return OF_RESOURCES if looked else ()


def of_code(report: Report) -> tuple[str, ...]:
    return OF_CODE if any(party.code is not UNSET for party in report.third_parties) else ()


def row(party: ThirdParty, most: int | None = None) -> list[str]:
    """The cells of `columns`; of its accounts the first `most`, and how many more."""
    accounts = [access.account for access in party.access]
    shown = " ".join(accounts[:most])
    if most is not None and len(accounts) > most:
        shown += f" +{len(accounts) - most}"
    seen = str(party.roles), str(party.images), shown, reads(party.access), highest(party.access)
    beyond = (*resources(party), *code(party), *use(party))
    return [party.id, _name(party), party.kind, party.status, *seen, *beyond]


def short_row(party: ThirdParty) -> list[str]:
    """The cells of `short_columns`: accounts are counted."""
    counts = str(party.roles), str(party.images), str(len(party.access))
    known = reads(party.access), highest(party.access), *resources(party), *code(party)
    return [who(party), party.status, *counts, *known]


def resources(party: ThirdParty) -> list[str]:
    """The cells of `OF_RESOURCES`, none where nobody looked."""
    if party.resources is UNSET:
        return []
    return [str(party.resources), gravest(party.access)]


def code(party: ThirdParty) -> list[str]:
    """The cell of `OF_CODE`, none where nobody looked."""
    return [] if party.code is UNSET else [str(party.code)]


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
