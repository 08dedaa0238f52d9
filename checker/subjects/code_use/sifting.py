"""One range of a snapshot's file of uses of code, sifted in a worker process.

Uses of our own code and of AWS's, which needs no vetting, are counted here.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from checker.errors import InputError
from checker.publishers import (
    Alike,
    Owners,
    PullThrough,
    alike,
    glances,
    published,
    registry,
    tells,
)
from checker.room import room
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.odd import Seen
from checker.snapshot.ranges import Range
from checker.snapshot.read import file_of
from checker.subjects.code_use.alike import Key, key_of
from checker.subjects.code_use.sifted import Group, Left, Sifted

_IMAGE, _OURS = "container-image", ("own", "aws")
_IMAGES = (_IMAGE, "build-image")
Rules = tuple[tuple[tuple[str, str], tuple[PullThrough, ...]], ...]
"""Of own registries, those by which they fetch from others, by account and region."""


class Sifter:
    """Remembers what it read from one range to the next."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._quiet: dict[Key, bool] = {}

    def sift(self, part: Range) -> Sifted:
        """What is wrong with a record is said by who reads the range again."""
        left = Left()
        seen = Seen(self._owners.partition)
        file = file_of(part, CodeUse, seen)
        with contextlib.suppress(InputError):
            for lines in file.lines(part):
                self._look(file.counted(lines), left)
            seen.look_at_code(left.unlike)
            return left.sifted(file.sum())
        return Sifted(None)

    def _look(self, uses: list[CodeUse], left: Left) -> None:
        known = left.known
        images = iter(glances([use.reference or "" for use in uses if use.kind == _IMAGE]))
        for use in uses:
            kind = use.kind
            form = next(images) if kind == _IMAGE else self._form(use)
            group = known.get((kind, form))
            if group is None:
                group = self._unlike(use, form, left)
            if group.quiet:
                group.accounts.append(use.account)
            else:
                left.tell(group, use)

    def _unlike(self, use: CodeUse, form: Alike | None, left: Left) -> Group:
        """The group of a use of which no other of its form is known."""
        left.unlike.append(use)
        if form and use.kind == _IMAGE:
            enough = tells(form) and not self._fetches(use.reference or "")
            form = form if enough else self._form(use)
        group = left.known.get((use.kind, form)) or self._group(use, left)
        if form is not None:
            left.known[use.kind, form] = group
        return group

    def _form(self, use: CodeUse) -> Alike | None:
        """Of images with what stands before the first slash, so that each registry is met."""
        kind, reference = use.kind, use.reference or ""
        found = None if self._fetches(reference) else alike(kind, reference)
        return found and (*found, reference.partition("/")[0]) if kind in _IMAGES else found

    def _fetches(self, reference: str) -> bool:
        """Whether an image may be from a registry that has it from elsewhere."""
        rules = self._owners.by_registry
        return bool(rules) and registry(reference) in rules

    def _group(self, use: CodeUse, left: Left) -> Group:
        key = key_of(use.account, use.kind, use.reference or "", self._owners.by_registry)
        return left.group(key) or left.begin(key, use, quiet=self._is_quiet(key, use))

    def _is_quiet(self, key: Key, use: CodeUse) -> bool:
        """Whether its publisher is ourselves or AWS, who need no vetting."""
        quiet = self._quiet.get(key)
        if quiet is None:
            owners = replace(self._owners, account=use.account)
            who = published(use.kind, use.reference or "", owners).publisher
            quiet = room(self._quiet)[key] = who.kind in _OURS
        return quiet


_encode = msgspec.msgpack.Encoder().encode


@lru_cache(1)
def _sifter(own: frozenset[str], partition: str, rules: Rules) -> Sifter:
    return Sifter(Owners(None, own, partition, by_registry=dict(rules)))


def sift(given: tuple[frozenset[str], str, Rules, Range]) -> bytes:
    """In a worker."""
    own, partition, rules, part = given
    return _encode(_sifter(own, partition, rules).sift(part))
