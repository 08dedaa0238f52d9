"""Where the content of own registries comes from."""

from __future__ import annotations

import msgspec

from checker.publishers import PullThrough
from checker.snapshot.files import RESOURCES
from checker.snapshot.manifest import UNREADABLE, reason, refused
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceInBrief

REGISTRY = "AWS::ECR::RegistryPolicy"
"""The kind of the record of a registry, whose settings hold its rules."""


class _Settings(msgspec.Struct):
    pull_through: tuple[PullThrough, ...] = ()


def pull_through_rules(snapshot: Snapshot) -> dict[tuple[str, str], tuple[PullThrough, ...]]:
    """By account and region; none where no registry was looked at. What is told twice adds up."""
    found: dict[tuple[str, str], tuple[PullThrough, ...]] = {}
    for record, _ in snapshot.tells_of_own():
        if record.kind == REGISTRY:
            key = record.account, record.region or ""
            found[key] = found.get(key, ()) + _rules(record, snapshot)
    return found


def _rules(record: ResourceInBrief, snapshot: Snapshot) -> tuple[PullThrough, ...]:
    if isinstance(record.settings, msgspec.UnsetType):
        return ()
    try:
        return msgspec.json.decode(record.settings, type=_Settings).pull_through
    except UNREADABLE as error:
        said = f"{record.arn}: no rules of a pull-through cache ({reason(error)})"
        raise refused(snapshot.path / RESOURCES, said) from None
