"""The two formats in which the community keeps lists of vendor accounts.

Both are a YAML list of entries with `name`, `accounts` and `source`: a list of URLs in
https://github.com/fwdcloudsec/known_aws_accounts, which also knows `enabled`; text or a list in
CloudMapper's vendor_accounts.yaml. Other keys are of no use here. What is no account id is left
out and said; an id that is not quoted is read as it is written, not as the number YAML makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.document import Document
from checker.errors import InputError
from checker.validation import ACCOUNT_PATTERN
from checker.vetting.catalogue import Entry, VendorList
from checker.yamlfile import parse_yaml

_ADDRESS = re.compile(r"https?://[^\s<>{}]+")
_HINT = "give known_aws_accounts/accounts.yaml or CloudMapper's vendor_accounts.yaml"


def parse_list(data: bytes, source: str, synced_on: str) -> tuple[VendorList, list[str]]:
    """The list, and a line for each thing that was left out. Raises InputError for a text that is
    no such list."""
    document = parse_yaml(data, source)
    if not isinstance(document.value, list) or not document.value:
        raise InputError("is no list of vendors", path=source, hint=_HINT)
    left_out: list[str] = []
    entries = tuple(_entries(document, left_out))
    if not entries:
        raise InputError("names no account of any vendor", path=source, hint=_HINT)
    return VendorList(source, synced_on, document.sha256, entries), left_out


def _entries(document: Document, left_out: list[str]) -> Iterator[Entry]:
    for index, item in enumerate(document.value):
        name = item.get("name") if isinstance(item, dict) else None
        listed = item.get("accounts") if isinstance(item, dict) else None
        if not isinstance(name, str) or not name.strip() or not isinstance(listed, list):
            left_out.append(f"line {document.mark((index,)).line}: no entry with name and accounts")
            continue
        accounts = tuple(dict.fromkeys(_accounts(document, index, listed, left_out)))
        if accounts:
            enabled = item.get("enabled") is not False
            yield Entry(name.strip(), _url(item.get("source")), accounts, enabled)


def _accounts(
    document: Document, index: int, listed: list[Any], left_out: list[str]
) -> Iterator[str]:
    for number in range(len(listed)):
        mark = document.mark((index, "accounts", number))
        written = mark.text or ""
        if re.match(ACCOUNT_PATTERN, written.strip()):
            yield written.strip()
        else:
            left_out.append(f"line {mark.line}: {written!r} is no account id of 12 digits")


def _url(source: Any) -> str | None:
    """The first page that says so: an address, without a part that the reader would fill in."""
    listed = source if isinstance(source, list) else [source]
    found = (one.strip() for one in listed if isinstance(one, str))
    return next((one for one in found if _ADDRESS.fullmatch(one)), None)
