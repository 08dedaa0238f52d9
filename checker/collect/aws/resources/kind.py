"""A kind of resource as data: how it is listed, what is read of each, and which calls that takes.

What was listed and is said to be gone when it is read is looked for once more: if it is still
listed, that it was not read is a gap; if not, it was deleted meanwhile, and lets nobody in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call
from checker.collect.aws.resources.reading import GoneError, Reading
from checker.snapshot.resources import ResourceRecord

T = TypeVar("T")


class Source(Protocol):
    """What finds resources, or uses of code, of some kinds; `once`: for each account, not for each
    region."""

    @property
    def kinds(self) -> tuple[str, ...]: ...

    @property
    def calls(self) -> tuple[Call, ...]: ...

    @property
    def once(self) -> bool: ...

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[msgspec.Struct]:
        """Of the account in the place's region; of the kinds that are wanted."""


@dataclass(frozen=True)
class Read:
    """A call for each resource: `ask` makes its request of the item that was listed, `tell` what it
    tells of the record; a call with a key and `each` is a listing."""

    call: Call
    shape: type[Any]
    ask: Callable[[Any], dict[str, Any]]
    tell: Callable[[Any], dict[str, Any]]
    each: bool = False

    def of(self, reading: Reading, item: Any, **more: str) -> dict[str, Any]:
        """Nothing where there is none, or where it failed. `more`: what is asked of every item."""
        read = reading.items if self.each else reading.get
        answer = read(self.call, self.shape, **self.ask(item), **more)
        return {} if answer is None else self.tell(answer)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`item`: what a listing holds (`str`: plain names). `arn`, `name`, `tell`: of an item; reads
    may tell of the ARN, too. `keep`: whether an item is of interest at all. `shared`:
    another source lists the same, and asks `listed`. `by_account`: each request names the account,
    as S3 has it. `once` with `home`: AWS
    keeps all of an account's there, and other partitions have none."""

    kind: str
    listing: Call
    item: type[Any]
    arn: Callable[[AccountRegion, Any], str]
    name: Callable[[Any], str | None]
    tell: Callable[[Any], dict[str, Any]] = lambda _: {}
    reads: tuple[Read, ...] = ()
    keep: Callable[[Any], bool] = lambda _: True
    shared: bool = False
    by_account: bool = False
    once: bool = False
    home: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,)

    @property
    def calls(self) -> tuple[Call, ...]:
        return (self.listing, *(read.call for read in self.reads))

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kind in wanted and (not self.home or here.partition == "aws"):
            there = here.at(self.home) if self.home else here
            first = self.listed(there) if self.shared else None
            yield from surviving(there, self._items, self._record, first)

    def listed(self, here: AccountRegion) -> list[Any]:
        """The items, for all sources that want to know of them: asked for once."""
        return here.memo.get((self.listing.name, here.region), lambda: list(self._items(here)))

    def _items(self, here: AccountRegion) -> Iterable[Any]:
        return filter(self.keep, here.items(self.listing, self.item, **self._more(here)))

    def _more(self, here: AccountRegion) -> dict[str, str]:
        return {"AccountId": here.account} if self.by_account else {}

    def _record(self, here: AccountRegion, item: Any) -> ResourceRecord:
        reading, told = Reading(here), dict(self.tell(item))
        settings = told.pop("settings", {})
        for read in self.reads:
            more = read.of(reading, item, **self._more(here))
            settings = {**settings, **more.pop("settings", {})}
            told |= more
        arn = told.pop("arn", None) or self.arn(here, item)
        return reading.record(self.kind, arn, self.name(item), settings=settings, **told)


def surviving(
    here: AccountRegion,
    items: Callable[[AccountRegion], Iterable[Any]],
    read: Callable[[AccountRegion, Any], T],
    first: Iterable[Any] | None = None,
) -> Iterator[T]:
    """What is read of all items; a gap for each that is said to be gone and is still listed.
    `first`: the items, where somebody listed them already."""
    gone: list[tuple[Any, GoneError]] = []
    for item in list(items(here) if first is None else first):
        try:
            yield read(here, item)
        except GoneError as error:
            gone.append((item, error))
    again = {_id(item) for item in items(here)} if gone else set()
    for item, said in gone:
        if _id(item) in again:
            here.gap(said.call.name, said.code, said.message)


def _id(item: Any) -> Any:
    """Of an item of a listing: what stands first in its shape."""
    return item if isinstance(item, str) else getattr(item, item.__struct_fields__[0])
