"""Which shard of an organization an account belongs to: told by its id alone, for ever the same.

The I-th of N: the SHA-256 of the id, as a number, modulo N, is I-1. So whoever collects a shard
needs to know nothing of the others, and a new account moves no other one.
"""

from __future__ import annotations

import hashlib

import msgspec

from checker.patterns import pattern

MOST = 10_000
"""Shards: the most children that an array of AWS Batch has, and far beyond what pays."""
NOBODYS = "none"
"""The shard of an account that no shard knew of."""
_FORM = pattern(r"([1-9][0-9]{0,4})/([1-9][0-9]{0,4})")


class Shard(msgspec.Struct, frozen=True, order=True):
    """The `index`-th of `count`, from 1."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, account: str) -> bool:
        return shard_of(account, self.count) == self


def shard_of(account: str, count: int) -> Shard:
    digest = hashlib.sha256(account.encode()).digest()
    return Shard(int.from_bytes(digest) % count + 1, count)


def parse_shard(text: str) -> Shard | None:
    """`I/N`; None for what is none."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    shard = Shard(int(found[1]), int(found[2]))
    return shard if shard.index <= shard.count <= MOST else None
