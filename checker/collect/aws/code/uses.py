"""What names code, as data: how it is listed, what is asked of each, and what it names.

Of what is asked, nothing is read but names: environments, commands and parameters may hold secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse

LAYER, DOCUMENT, TYPE = "layer", "ssm-document", "cloudformation-type"
CONTAINER, BUILD, PACKAGE = "container-image", "build-image", "model-package"
APPLICATION, COMPONENT = "serverless-application", "image-builder-component"
ADDON, SNAPSHOT = "eks-addon", "snapshot"
_FEW = 3


@dataclass(frozen=True)
class Ask:
    """A call for each thing that was listed: `request` makes its request of the item."""

    call: Call
    shape: type[Any]
    request: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Uses:
    """`item`: what a listing holds (`str`: plain names), `keep`: whether it is of interest at all.
    `named`: what an item names, or what was answered of it where it is asked for more."""

    kinds: tuple[str, ...]
    listing: Call
    item: type[Any]
    named: Callable[[AccountRegion, Any], Iterable[CodeUse]]
    ask: Ask | None = None
    keep: Callable[[Any], bool] = lambda _: True
    once: bool = False

    @property
    def calls(self) -> tuple[Call, ...]:
        return (self.listing, self.ask.call) if self.ask else (self.listing,)

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if wanted & set(self.kinds):
            for found in surviving(here, self._items, self._read):
                yield from (one for one in found if one.kind in wanted)

    def _items(self, here: AccountRegion) -> Iterable[Any]:
        return filter(self.keep, here.items(self.listing, self.item))

    def _read(self, here: AccountRegion, item: Any) -> list[CodeUse]:
        if self.ask is None:
            return list(self.named(here, item))
        found = Reading(here).get(self.ask.call, self.ask.shape, **self.ask.request(item))
        return [] if found is None else list(self.named(here, found))


def code_use(
    here: AccountRegion, kind: str, resource: str, reference: str,
    via: str | None = None, digest: str | None = None,
) -> CodeUse:  # fmt: skip
    return CodeUse(
        account=here.account, region=here.region_name, resource=resource, kind=kind,
        reference=reference, via=via, digest=digest,
    )  # fmt: skip


def digest_of(image: str | None) -> str | None:
    """Of an image's full name."""
    return (image or "").partition("@")[2] or None


def few(noun: str, numbers: Iterable[int]) -> str:
    """The newest of them, and how many more there are."""
    told = sorted(set(numbers), reverse=True)
    more = f" and {len(told) - _FEW} more" if len(told) > _FEW else ""
    return f"{noun}{'s' * (len(told) > 1)} {', '.join(map(str, told[:_FEW]))}{more}"
