"""Names for account ids that vendors have published. A hint for people: it vets nobody."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("catalogue.json")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor: `source` is a public page that names these account ids as its own."""

    name: str
    source: str
    accounts: tuple[str, ...]


@cache
def _names() -> dict[str, str]:
    entries = msgspec.json.decode(_FILE.read_bytes(), type=list[Entry])
    return {account: entry.name for entry in entries for account in entry.accounts}


def name_of(account: str) -> str | None:
    """The vendor that published this account id, if the catalogue knows one."""
    return _names().get(account)
