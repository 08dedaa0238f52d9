"""What comes back of a range of uses of code."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from checker.snapshot.code_uses import CodeUse
from checker.snapshot.ranges import Sum
from checker.subjects.code_use.alike import Key

decode_use = msgspec.json.Decoder(CodeUse).decode
encode_use = msgspec.json.Encoder().encode


class Sort(msgspec.Struct):
    """Uses that are alike, and the first of them, as its line. `counts`: how many each account has,
    of a publisher who needs no vetting; those of any other are told one by one."""

    key: Key
    first: bytes
    counts: dict[str, int] | None = None


class Sifted(msgspec.Struct, frozen=True):
    """`sum`: of all records; None where something is wrong with one. Of each use that is told by
    itself its line, account and reference, and which of `sorts` it is of."""

    sum: Sum | None
    sorts: list[Sort] = []
    which: list[int] = []
    lines: list[bytes] = []
    accounts: list[str] = []
    references: list[str] = []


class Group:
    """Uses of one sort, of a range. `quiet`: they are counted alone."""

    def __init__(self, number: int, sort: Sort) -> None:
        self.number, self.sort = number, sort
        self.quiet = sort.counts is not None
        self._counts: dict[bytes, int] = {}

    def count(self, account: bytes) -> None:
        self._counts[account] = self._counts.get(account, 0) + 1

    def told(self) -> Sort:
        if not self.quiet:
            return self.sort
        counts = {account.decode(): count for account, count in self._counts.items()}
        return replace(self.sort, counts=counts)


class Left:
    """Fills as the records of a range are sifted."""

    def __init__(self) -> None:
        self._groups: dict[Key, Group] = {}
        self._told: list[tuple[int, bytes, str, str]] = []

    def group(self, key: Key, line: bytes, quiet: bool) -> Group:
        """Of a use's sort; `line`: its own."""
        group = self._groups.get(key)
        if group is None:
            sort = Sort(key, line, {} if quiet else None)
            group = self._groups[key] = Group(len(self._groups), sort)
        return group

    def tell(self, group: Group, line: bytes, account: str, reference: str) -> None:
        self._told.append((group.number, line, account, reference))

    def sifted(self, told: Sum) -> Sifted:
        sorts = [group.told() for group in self._groups.values()]
        columns = [list(one) for one in zip(*self._told, strict=True)]
        return Sifted(told, sorts, *columns)
