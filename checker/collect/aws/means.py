"""The tables of `privilege.json`, each row with its public source: what makes an administrator,
what reads or does not whatever its name says, what reads data and secrets.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("privilege.json")


class Actions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    actions: tuple[str, ...]


class Passing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that is passed to a service, which runs code or makes calls with it. `service` is
    the one that the role has to trust."""

    source: str
    service: str
    actions: tuple[str, ...]


class Existing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What already has a role, and is made to do something else; the first action is on every
    `resource`, as nobody tells here which of them has what role."""

    source: str
    resource: str
    actions: tuple[str, ...]


class Administrator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that AWS makes, or has made, an administrator of accounts, by its name."""

    source: str
    role: str


class Means(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`changes`: change what an identity may do or whom a role trusts. `credentials` hand some
    out, `acts` do something, though both are called as if they read; `reads` are called otherwise
    and read. `data`: objects, items, messages, logs. `secrets`: secrets, parameters, keys."""

    changes: tuple[Actions, ...]
    passing: tuple[Passing, ...]
    existing: tuple[Existing, ...]
    administrators: tuple[Administrator, ...]
    credentials: tuple[Actions, ...]
    acts: tuple[Actions, ...]
    reads: tuple[Actions, ...]
    data: tuple[Actions, ...]
    secrets: tuple[Actions, ...]

    @cached_property
    def changing(self) -> tuple[str, ...]:
        return _names(self.changes)

    @cached_property
    def known_reads(self) -> frozenset[str]:
        return frozenset(_names(self.reads))

    @cached_property
    def reading_secrets(self) -> tuple[str, ...]:
        return _names(self.secrets)

    @cached_property
    def reading_data(self) -> tuple[str, ...]:
        return _names(self.data)

    def no_reads_of(self, service: str) -> tuple[str, ...]:
        """The actions of a service, or of all that a pattern fits, that only seem to read."""
        if "*" in service or "?" in service:
            return tuple(name for listed in self._no_reads.values() for name in listed)
        return tuple(self._no_reads.get(service, ()))

    @cached_property
    def _no_reads(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in _names(self.credentials + self.acts):
            found.setdefault(name.partition(":")[0], []).append(name)
        return found


@cache
def means() -> Means:
    return msgspec.json.decode(_FILE.read_bytes(), type=Means)


def _names(rows: tuple[Actions, ...]) -> tuple[str, ...]:
    """In lower case, as policies are compared."""
    return tuple(dict.fromkeys(one.lower() for row in rows for one in row.actions))
