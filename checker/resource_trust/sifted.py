"""What comes back of a range of resources: those to look at, and what they say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checker.resource_trust.noted import Alike, Noted
from checker.snapshot.ranges import Sum


class Sifted(msgspec.Struct, frozen=True):
    """`sum`: of all records; None where something is wrong with one. Of each that is left its line,
    account and ARN, and which of `said` it says; -1: it is looked at by itself."""

    sum: Sum | None
    lines: list[bytes] = []
    accounts: list[str] = []
    arns: list[str] = []
    which: list[int] = []
    said: list[Alike] = []

    def noted(self) -> Iterator[Noted]:
        said = [*self.said, None]
        columns = zip(self.lines, self.accounts, self.arns, self.which, strict=True)
        for line, account, arn, which in columns:
            yield Noted(account, arn, said[which], line)


_encode = msgspec.json.Encoder().encode


class Left:
    """Fills as the records of a range are sifted."""

    def __init__(self) -> None:
        self._noted: list[Noted] = []
        self._said: dict[Alike, int] = {}

    def add(self, one: Noted) -> None:
        self._noted.append(one)

    def sifted(self, told: Sum) -> Sifted:
        return Sifted(
            told,
            [_encode(one.record) for one in self._noted],
            [one.account for one in self._noted],
            [one.arn for one in self._noted],
            [self._which(one.alike) for one in self._noted],
            list(self._said),
        )

    def _which(self, alike: Alike | None) -> int:
        if alike is None or not _is_text(alike[0]):
            return -1
        return self._said.setdefault(alike, len(self._said))


def _is_text(said: str) -> bool:
    """A policy that is none is kept as it is, and no message carries it."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True
