"""What `vendorgate vendors` shows: the vendors of an account id, and the accounts of a name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.report.escape import terminal
from checker.vetting.catalogue import Catalogue, Known

NOBODY = "nobody that the catalogue knows"
HINT = "A name is a hint: only the allowlist vets."
CONFLICT = "lists call this account otherwise: which is right, they don't say"


def as_json(catalogue: Catalogue, given: tuple[str, ...]) -> str:
    ids, names = [one for one in given if _is_id(one)], [one for one in given if not _is_id(one)]
    accounts = [
        {"account": one, "vendors": [_row(known) for known in catalogue.known(one)]} for one in ids
    ]
    shown: dict[str, Any] = {"schema": "vendorgate/vendor-names/v1", "accounts": accounts}
    if names:
        shown["names"] = [
            {"name": one, "vendors": [_named(known) for known in catalogue.find(one)]}
            for one in names
        ]
    return json.dumps(shown, indent=2) + "\n"


def as_text(catalogue: Catalogue, given: tuple[str, ...]) -> str:
    lines = (
        line
        for one in given
        for line in (_of_id(catalogue, one) if _is_id(one) else _of_name(catalogue, one))
    )
    return "\n".join([*map(terminal, lines), HINT]) + "\n"


def _is_id(given: str) -> bool:
    return re.fullmatch("[0-9]{12}", given) is not None


def _row(known: Known) -> dict[str, Any]:
    return {
        "name": known.entry.name,
        "source": known.entry.source,
        "enabled": known.entry.enabled,
        "list": known.source,
        "synced_on": known.synced_on,
    }


def _named(known: Known) -> dict[str, Any]:
    return {"accounts": list(known.entry.accounts), "partition": known.entry.partition} | _row(
        known
    )


def _of_id(catalogue: Catalogue, account: str) -> Iterator[str]:
    listed = catalogue.known(account)
    if not listed:
        yield f"{account}  {NOBODY}"
    yield from (f"{account}  {_said(known)}" for known in listed)
    if " / " in (catalogue.name_of(account) or ""):
        yield f"{account}  {CONFLICT}"


def _of_name(catalogue: Catalogue, name: str) -> Iterator[str]:
    listed = catalogue.find(name)
    if not listed:
        yield f"{name}  {NOBODY}"
    for known in listed:
        where = "" if known.entry.partition == "aws" else f" ({known.entry.partition})"
        yield from (f"{account}{where}  {_said(known)}" for account in known.entry.accounts)


def _said(known: Known) -> str:
    of = f", of {known.synced_on}" if known.synced_on else ""
    off = "" if known.entry.enabled else "  (disabled in that list)"
    source = known.entry.source or "no page named"
    return f"{known.entry.name}{off}  {source}  [{known.source}{of}]"
