"""What a manifest says of the pods of a cluster, in a note, as AWS's API does not show them."""

from __future__ import annotations

from checker.patterns import pattern
from checker.snapshot.records import Manifest

NOT_LISTED = (
    "not looked at, as AWS's API does not show which images they run; give `collect kubernetes` "
    "what `kubectl get pods -A -o json` prints."
)
LEFT_OUT = (
    "known to another snapshot of the account alone, and left out; give them to "
    "`collect kubernetes` again."
)
ABOUT = "Pods of "
_NOTE = pattern(rf"{ABOUT}(arn:[^:]*:eks:[^:]*:[0-9]{{12}}:cluster/[^ ]+): (.*)")
_POD = pattern(r"(arn:[^:]*:eks:[^:]*:[0-9]{12}:cluster/[^/]+)/")


def pods_of(cluster: str) -> str:
    """How the note about a cluster's pods begins; `cluster`: its ARN."""
    return f"{ABOUT}{cluster}: "


def cluster_of(resource: str) -> str | None:
    """The cluster that a resource runs in, if it is a pod's."""
    found = _POD.match(resource)
    return found[1] if found else None


def told_of(note: str) -> tuple[str, str] | None:
    """The cluster that a note is about, and what it says of its pods; None of any other note."""
    found = _NOTE.match(note)
    return (found[1], found[2]) if found else None


def listed(manifest: Manifest) -> frozenset[str]:
    """The clusters whose pods somebody listed."""
    told = filter(None, map(told_of, manifest.notes))
    return frozenset(cluster for cluster, said in told if said not in (NOT_LISTED, LEFT_OUT))
