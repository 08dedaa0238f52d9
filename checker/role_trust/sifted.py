"""What comes back of a range of roles: the records to look at, and what their policies say."""

from __future__ import annotations

import msgspec

from checker.snapshot.ranges import Sum


class Said(msgspec.Struct, frozen=True):
    """What a policy says, as msgpack; `account`: of roles of that one alone, None for any."""

    account: str | None
    analysis: bytes


class Sifted(msgspec.Struct, frozen=True):
    """`sum`: of all records; None where something is wrong with one. `roles`: those to look at, as
    lines; of each, `which` of `said` it is, and the names that its witnesses show."""

    sum: Sum | None
    roles: bytes = b""
    which: list[int] = []
    names: list[dict[str, str]] = []
    said: list[Said] = []


class Found:
    """Fills as the records of a range are looked at."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.which: list[int] = []
        self.names: list[dict[str, str]] = []
        self._said: dict[int, tuple[int, Said]] = {}

    def add(self, line: bytes, said: Said, names: dict[str, str]) -> None:
        number, _ = self._said.setdefault(id(said), (len(self._said), said))
        self.lines.append(line)
        self.which.append(number)
        self.names.append(names)

    def sifted(self, told: Sum) -> Sifted:
        said = [one for _, one in self._said.values()]
        return Sifted(told, b"\n".join(self.lines), self.which, self.names, said)
