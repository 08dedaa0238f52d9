"""Makes the built-in copy of the community's list anew: `make names`.

    python -m tests.vetting.community_list ACCOUNTS.YAML COMMIT DATE

ACCOUNTS.YAML is accounts.yaml of https://github.com/fwdcloudsec/known_aws_accounts as it was at
COMMIT, of DATE. Its licence is Apache-2.0; NOTICE says what is changed. An entry without a page of
its own has the list's for a source.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from checker.report.json_report import encode
from checker.vetting.catalogue import COMMUNITY, VendorList
from checker.vetting.community import parse_list

REPOSITORY = "https://github.com/fwdcloudsec/known_aws_accounts"


def made(data: bytes, commit: str, date: str) -> tuple[VendorList, list[str]]:
    page = f"{REPOSITORY}/blob/{commit}/accounts.yaml"
    found, left_out = parse_list(data, page, date)
    entries = tuple(
        msgspec.structs.replace(entry, source=entry.source or page) for entry in found.entries
    )
    return msgspec.structs.replace(found, entries=entries), left_out


def text(found: VendorList) -> str:
    """One entry a line, so that a difference shows which vendor changed."""
    head = encode(msgspec.structs.replace(found, entries=())).decode().rstrip("}").rstrip()
    head = head.removesuffix("[]").rstrip()
    lines = ",\n ".join(encode(entry).decode() for entry in found.entries)
    return f"{head}[\n {lines}\n]}}\n"


def main(path: str, commit: str, date: str) -> None:
    found, left_out = made(Path(path).read_bytes(), commit, date)
    COMMUNITY.write_text(text(found))
    accounts = {account for entry in found.entries for account in entry.accounts}
    print(f"{len(found.entries)} vendors, {len(accounts)} accounts; left out: {left_out}")


if __name__ == "__main__":
    main(*sys.argv[1:])
