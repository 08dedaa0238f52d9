"""Pods of EKS clusters, of which AWS's API does not show what they run: said, until
`collect kubernetes` is given it."""

from __future__ import annotations

from collections.abc import Iterable

from checker.snapshot.records import Gap

PODS = "kubernetes:pods"
"""As which clusters are kept until a snapshot is written: nothing failed, so it is no gap there."""
_HIDDEN = (
    "not looked at, as AWS's API does not show which images they run; give `collect kubernetes` "
    "what `kubectl get pods -A -o json` prints."
)


def pods_of(cluster: str) -> str:
    """How the note about a cluster's pods begins; `cluster`: its ARN."""
    return f"Pods of {cluster}: "


def hidden(cluster: str) -> str:
    return f"{pods_of(cluster)}{_HIDDEN}"


def without_pods(gaps: Iterable[Gap]) -> tuple[list[Gap], list[str]]:
    """The gaps, and the notes about pods that stood among them."""
    listed = list(gaps)
    notes = {gap.message for gap in listed if gap.call == PODS}
    return [gap for gap in listed if gap.call != PODS], sorted(notes)


def carried_notes(notes: Iterable[str], accounts: Iterable[str]) -> list[str]:
    """Those about pods of these accounts."""
    own = [f":{account}:cluster/" for account in accounts]
    return [one for one in notes if one.startswith("Pods of ") and any(a in one for a in own)]
