"""What comes back of a range of uses of code."""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec.structs import replace

from checker.snapshot.code_uses import CodeUse
from checker.snapshot.ranges import Sum
from checker.subjects.code_use.alike import Key


class Sort(msgspec.Struct):
    """Uses that are alike, and the first of them. `counts`: how many each account has, of a
    publisher who needs no vetting; those of any other are told one by one."""

    key: Key
    first: CodeUse
    counts: dict[str, int] | None = None


class Sifted(msgspec.Struct, frozen=True):
    """`sum`: of all records; None where something is wrong with one. `uses`: those that are told by
    themselves, and which of `sorts` each is of."""

    sum: Sum | None
    sorts: list[Sort] = []
    which: list[int] = []
    uses: list[CodeUse] = []


class Group:
    """Uses of one sort, of a range. `quiet`: they are counted alone, by `accounts`."""

    def __init__(self, number: int, sort: Sort) -> None:
        self.number, self.sort = number, sort
        self.quiet = sort.counts is not None
        self.accounts: list[str] = []

    def told(self) -> Sort:
        return replace(self.sort, counts=dict(Counter(self.accounts))) if self.quiet else self.sort


class Left:
    """Fills as the records of a range are sifted. `known`: groups by what tells them sooner than
    their keys. `unlike`: at least one use of each form that there is."""

    def __init__(self) -> None:
        self.known: dict[object, Group] = {}
        self.unlike: list[CodeUse] = []
        self._groups: dict[Key, Group] = {}
        self.which: list[int] = []
        self.uses: list[CodeUse] = []

    def group(self, key: Key) -> Group | None:
        return self._groups.get(key)

    def begin(self, key: Key, use: CodeUse, *, quiet: bool) -> Group:
        """A sort's group, of which a use is the first."""
        sort = Sort(key, use, {} if quiet else None)
        group = self._groups[key] = Group(len(self._groups), sort)
        return group

    def tell(self, group: Group, use: CodeUse) -> None:
        self.which.append(group.number)
        self.uses.append(use)

    def sifted(self, told: Sum) -> Sifted:
        return Sifted(told, [one.told() for one in self._groups.values()], self.which, self.uses)
