"""What is told of a reference to code, and what must be known to tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from checker.aws_accounts import aws_accounts

PublisherKind = Literal["own", "account", "aws", "registry", "publisher", "marketplace", "unknown"]


class Publisher(msgspec.Struct, frozen=True):
    """Who can change what a reference brings.

    `id`: the account; of a public registry the host and who publishes there (`docker.io/datadog`);
    of an extension the publisher's 40 digits; of AWS what its own name for it is, where no account
    tells. None where nobody can be named. `partition`: of an account, where it is not our own.
    """

    kind: PublisherKind
    id: str | None = None
    account: str | None = None
    name: str | None = None
    partition: str | msgspec.UnsetType = msgspec.UNSET


UNKNOWN = Publisher("unknown")


class Published(msgspec.Struct, frozen=True):
    """`mutable`: the publisher can put other code behind the same reference."""

    publisher: Publisher
    mutable: bool


NOBODY = Published(UNKNOWN, True)


class PullThrough(msgspec.Struct, frozen=True):
    """A rule of an own registry: repositories under `prefix` are fetched from `upstream`.

    `ROOT` as prefix stands for all that no other rule takes, and as `upstream_prefix` for none:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private-wildcards.html
    """

    prefix: str
    upstream: str
    upstream_prefix: str = "ROOT"


class Owners(msgspec.Struct, frozen=True):
    """Whom references are judged for.

    `account`: where the code runs; `own`: all own accounts, of `partition`; `rules`: those of all
    their registries, `by_registry` those of each, by account and region.
    """

    account: str | None = None
    own: frozenset[str] = frozenset()
    partition: str = "aws"
    rules: tuple[PullThrough, ...] = ()
    by_registry: Mapping[tuple[str, str], tuple[PullThrough, ...]] = {}

    def rules_of(self, account: str, region: str) -> tuple[PullThrough, ...]:
        """Of one own registry."""
        return self.by_registry.get((account, region), self.rules)

    def of(self, partition: str, account: str) -> Publisher:
        """Who an account is. An own id in another partition is somebody else's."""
        if partition == self.partition and account in self.own:
            return Publisher("own", account, account)
        purpose = aws_accounts().get(account)
        apart = msgspec.UNSET if partition == self.partition else partition
        return Publisher("aws" if purpose else "account", account, account, purpose, apart)
