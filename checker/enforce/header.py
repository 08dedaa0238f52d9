"""What stands above each document: of which list it was made, when, and until when it holds."""

from __future__ import annotations

from datetime import date

from checker.enforce.listed import Listed
from checker.report.escape import visible


def header(found: Listed, what: str, today: date, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Lines without the sign of a comment, and without a character that ends one."""
    soonest = found.soonest()
    until = f"{soonest.expires} ({soonest.name})" if soonest else "no entry that expires"
    return tuple(
        visible(line)
        for line in (
            f"{what}, made by vendorgate enforce from {found.path}",
            f"allowlist: sha256 {found.sha256}",
            f"made on: {today}; the first entry expires: {until}",
            *(f"note: {one}" for one in notes),
        )
    )


def comment(lines: tuple[str, ...]) -> str:
    return "".join(f"# {line}\n" for line in lines)
