"""What no API of AWS's shows: nothing failed, so it is no gap; but every report says it.

Sources tell it as a gap of this code, which becomes a note when a snapshot is written.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.snapshot.records import Gap

NOT_SHOWN = "NotShown"
_PODS = (
    "not looked at, as AWS's API does not show which images they run; give `collect kubernetes` "
    "what `kubectl get pods -A -o json` prints."
)
_ABOUT = "Pods of "


def pods_of(cluster: str) -> str:
    """How the note about a cluster's pods begins; `cluster`: its ARN."""
    return f"{_ABOUT}{cluster}: "


def pods_unseen(cluster: str) -> str:
    return f"{pods_of(cluster)}{_PODS}"


def gaps_and_notes(gaps: Iterable[Gap]) -> tuple[list[Gap], tuple[str, ...]]:
    """The gaps, and as notes what stood among them and is none."""
    listed = list(gaps)
    notes = {gap.message for gap in listed if gap.code == NOT_SHOWN}
    return [gap for gap in listed if gap.code != NOT_SHOWN], tuple(sorted(notes))


def carried_notes(notes: Iterable[str], accounts: Iterable[str]) -> list[str]:
    """Those about what is in these accounts."""
    own = [f":{account}:cluster/" for account in accounts]
    return [one for one in notes if one.startswith(_ABOUT) and any(a in one for a in own)]
