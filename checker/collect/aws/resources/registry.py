"""All sources of resources: which kinds there are; and which calls these and uses of code take."""

from __future__ import annotations

from collections.abc import Iterable

from checker.collect.aws.calls import Call
from checker.collect.aws.code.registry import CODE, TOGETHER
from checker.collect.aws.code.registry import SOURCES as CODE_SOURCES
from checker.collect.aws.resources.buckets import BUCKET, Buckets
from checker.collect.aws.resources.entries import AccessEntries
from checker.collect.aws.resources.functions import Functions, LayerVersions
from checker.collect.aws.resources.identities import KIND as IDENTITY
from checker.collect.aws.resources.identities import OriginAccessIdentities
from checker.collect.aws.resources.keys import Keys
from checker.collect.aws.resources.kind import Source
from checker.collect.aws.resources.logpolicies import Policies
from checker.collect.aws.resources.more import MORE
from checker.collect.aws.resources.more_shares import MORE_SHARES
from checker.collect.aws.resources.points import POINT, MultiRegionAccessPoints
from checker.collect.aws.resources.policies import (
    DESTINATIONS,
    EVENT_BUSES,
    FILE_SYSTEMS,
    QUEUES,
    REPOSITORIES,
    SECRETS,
    TOPICS,
)
from checker.collect.aws.resources.rare import RARE
from checker.collect.aws.resources.registries import Registries
from checker.collect.aws.resources.served import SERVED
from checker.collect.aws.resources.shares import DOCUMENTS, ENDPOINT_SERVICES, Shares
from checker.collect.aws.resources.snapshots import CLUSTERS, INSTANCES, Snapshots
from checker.collect.aws.resources.tables import Streams, Tables

SOURCES: tuple[Source, ...] = (
    Buckets(),
    MultiRegionAccessPoints(),
    OriginAccessIdentities(),
    Keys(),
    Functions(),
    LayerVersions(),
    QUEUES,
    TOPICS,
    SECRETS,
    REPOSITORIES,
    Registries(),
    EVENT_BUSES,
    FILE_SYSTEMS,
    Tables(),
    Streams(),
    DESTINATIONS,
    Policies(),
    Shares(),
    DOCUMENTS,
    ENDPOINT_SERVICES,
    AccessEntries(),
    Snapshots(),
    INSTANCES,
    CLUSTERS,
    *MORE,
    *SERVED,
    *MORE_SHARES,
    *RARE,
)
ALL = tuple(sorted(kind for source in SOURCES for kind in source.kinds))
EVERY = (*ALL, *CODE)
"""Of resources, and of uses of code."""
_SOURCES = (*SOURCES, *CODE_SOURCES)
_TOGETHER = {**TOGETHER, BUCKET: (POINT, IDENTITY), POINT: (BUCKET, IDENTITY)}
"""What cannot be judged alone: a bucket may leave it to its access points whom to let in, and name
an identity that may be our own."""


def with_needed(kinds: Iterable[str]) -> tuple[str, ...]:
    """These, and what must be known to judge them."""
    wanted = set(kinds)
    return tuple(sorted(wanted.union(*(_TOGETHER.get(kind, ()) for kind in wanted))))


def sources_of(kinds: Iterable[str], *, once: bool) -> list[Source]:
    """Those that find any of the kinds, in each account or in each region."""
    wanted = set(kinds)
    return [one for one in _SOURCES if one.once == once and wanted & set(one.kinds)]


def calls_of(kinds: Iterable[str]) -> list[Call]:
    """What is asked for them, each request once, by name."""
    wanted = set(kinds)
    found = {
        (call.name, repr(call.request)): call
        for one in _SOURCES if wanted & set(one.kinds) for call in one.calls
    }  # fmt: skip
    return [found[key] for key in sorted(found)]
