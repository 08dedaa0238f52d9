"""What an item of kubectl's is called in a finding, and whether it has ended."""

from __future__ import annotations

from typing import Any

_ENDED = ("Succeeded", "Failed")
"""Phases of pods: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase"""
_FINISHED = ("Complete", "Failed")
"""Conditions of jobs, told when all of their pods are gone; before 1.31, when one has failed:
https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions"""
_STILL_THERE = ("active", "ready", "terminating")
"""How many pods of a job are."""


def name_of(item: Any) -> str:
    """For a gap."""
    metadata = _metadata(item)
    kind = item.get("kind") if isinstance(item, dict) else "something"
    return f"{kind} {metadata.get('namespace', 'default')}/{metadata.get('name', '?')}"


def workload(item: dict[str, Any]) -> tuple[str, str, str]:
    """Namespace, kind and name of what keeps a pod running, which outlives it. The names of a
    Deployment's sets have a hash behind it, which is their pods' label too; the names of what a
    node runs by a file of its own have the node's."""
    metadata = _metadata(item)
    namespace = str(metadata.get("namespace", "default"))
    kind, name = str(item.get("kind")), str(metadata.get("name", "?"))
    owner = _owner(item)
    if owner.get("kind") == "Node":
        return namespace, kind, name.removesuffix(f"-{owner.get('name')}")
    if owner:
        kind, name = str(owner.get("kind")), str(owner.get("name"))
        labels = metadata.get("labels")
        hashed = labels.get("pod-template-hash") if isinstance(labels, dict) else None
        if kind == "ReplicaSet" and isinstance(hashed, str) and name.endswith(f"-{hashed}"):
            kind, name = "Deployment", name.removesuffix(f"-{hashed}")
    return namespace, kind, name


def is_over(item: Any) -> bool:
    """Whether it has ended: a pod, a job, or a set that a Deployment keeps to roll back to."""
    kind = item.get("kind") if isinstance(item, dict) else None
    status = _dict(item, "status")
    if kind == "Pod":
        return status.get("phase") in _ENDED
    if kind == "Job":
        conditions = status.get("conditions")
        ended = isinstance(conditions, list) and any(map(_is_finished, conditions))
        return ended and not any(map(status.get, _STILL_THERE))
    is_kept = kind == "ReplicaSet" and _owner(item).get("kind") == "Deployment"
    return (
        is_kept
        and not status.get("terminatingReplicas")
        and all(_is_none(part.get("replicas")) for part in (_dict(item, "spec"), status))
    )


def _is_finished(condition: Any) -> bool:
    told = condition if isinstance(condition, dict) else {}
    return told.get("type") in _FINISHED and told.get("status") == "True"


def _is_none(number: Any) -> bool:
    """What is not told is not known: a set of no number runs one."""
    return type(number) is int and number == 0


def _owner(item: Any) -> dict[str, Any]:
    owners = _metadata(item).get("ownerReferences")
    owner = owners[0] if isinstance(owners, list) and owners else None
    return owner if isinstance(owner, dict) else {}


def _metadata(item: Any) -> dict[str, Any]:
    return _dict(item, "metadata")


def _dict(item: Any, key: str) -> dict[str, Any]:
    found = item.get(key) if isinstance(item, dict) else None
    return found if isinstance(found, dict) else {}
