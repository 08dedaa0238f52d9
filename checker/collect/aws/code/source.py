"""What finds uses of code: data as far as it goes, as kinds of resources are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call
from checker.collect.aws.resources.kind import surviving
from checker.snapshot.code_uses import CodeUse

Uses = Iterable[CodeUse]


@dataclass(frozen=True, kw_only=True)
class Source:
    """`kinds`: of code, that it may find. `items`: what is listed; `read`: the uses in one of them,
    which asks further where the listing does not tell."""

    kinds: tuple[str, ...]
    calls: tuple[Call, ...]
    items: Callable[[AccountRegion], Iterable[Any]]
    read: Callable[[AccountRegion, Any], Uses]

    def uses(self, here: AccountRegion) -> Iterator[CodeUse]:
        """Of the account in the region; each reference of a resource once."""
        for found in surviving(here, self.items, lambda there, one: list(self.read(there, one))):
            yield from dict.fromkeys(found)


def use(
    here: AccountRegion, resource: str, kind: str, reference: str | None, via: str,
    digest: str | None = None,
) -> CodeUse:  # fmt: skip
    return CodeUse(
        account=here.account, region=here.region or "", resource=resource, kind=kind,
        reference=reference, digest=digest, via=via,
    )  # fmt: skip


def described(**told: str | None) -> str:
    """What AWS tells of a thing whose name does not say whose it is."""
    return json.dumps({key: value for key, value in told.items() if value}, sort_keys=True)
