"""What no API of AWS's shows: nothing failed, so it is no gap; but every report says it.

Sources tell it as a gap of this code, which becomes a note when a snapshot is written.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.snapshot.pods import ABOUT, NOT_LISTED, pods_of
from checker.snapshot.records import Gap

NOT_SHOWN = "NotShown"


def pods_unseen(cluster: str) -> str:
    return f"{pods_of(cluster)}{NOT_LISTED}"


def gaps_and_notes(gaps: Iterable[Gap]) -> tuple[list[Gap], tuple[str, ...]]:
    """The gaps, and as notes what stood among them and is none."""
    listed = list(gaps)
    notes = {gap.message for gap in listed if gap.code == NOT_SHOWN}
    return [gap for gap in listed if gap.code != NOT_SHOWN], tuple(sorted(notes))


def carried_notes(notes: Iterable[str], accounts: Iterable[str]) -> list[str]:
    """Those about what is in these accounts."""
    own = [f":{account}:cluster/" for account in accounts]
    return [one for one in notes if one.startswith(ABOUT) and any(a in one for a in own)]
