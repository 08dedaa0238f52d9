"""Where the content of own registries comes from."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.publishers import PullThrough
from checker.snapshot.read import Snapshot

REGISTRY = "AWS::ECR::RegistryPolicy"
"""The kind of the record of a registry, whose settings hold its rules."""


class _Settings(msgspec.Struct):
    pull_through: tuple[PullThrough, ...] = ()


def pull_through_rules(snapshot: Snapshot) -> dict[tuple[str, str], tuple[PullThrough, ...]]:
    """By account and region; none where no registry was looked at."""
    decode: Any = msgspec.json.Decoder(_Settings).decode
    return {
        (record.account, record.region or ""): decode(bytes(record.settings)).pull_through
        for record in snapshot.resources()
        if record.kind == REGISTRY and record.settings is not msgspec.UNSET
    }
