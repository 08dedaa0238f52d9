"""One range of a snapshot's file of uses of code, sifted in a worker process.

Most lines are told by one pattern to be a use, and whom it is of, and are never decoded. Uses of
our own code and of AWS's, which needs no vetting, are counted here.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from checker.errors import InputError
from checker.publishers import Owners, PullThrough, forms, published
from checker.room import room
from checker.snapshot.code_lines import NEXT, form, kind_in, reference_in
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.fitting import Row, in_turns
from checker.snapshot.odd import Seen, is_private
from checker.snapshot.ranges import Range
from checker.snapshot.read import file_of
from checker.subjects.code_use.alike import Key, key_of
from checker.subjects.code_use.sifted import Group, Left, Sifted, encode_use

OURS = ("own", "aws")
Rules = tuple[tuple[tuple[str, str], tuple[PullThrough, ...]], ...]
"""Of own registries, those by which they fetch from others, by account and region."""


class _Form(msgspec.Struct, frozen=True):
    """What is known of all references that say the same in their form. `key` None: each has its
    own."""

    key: Key | None
    kind: str
    private: bool


class Sifter:
    """Remembers what it read from one range to the next."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._form = form(kind.encode() + NEXT + text for kind, text in forms().items())
        self._forms: dict[Row, _Form] = {}
        self._quiet: dict[Key, bool] = {}
        self._fetching = {account for account, _ in owners.by_registry}

    def sift(self, part: Range) -> Sifted:
        """What is wrong with a record is said by who reads the range again."""
        left, seen = Left(), Seen(self._owners.partition)
        file = file_of(part, CodeUse, seen)
        with contextlib.suppress(InputError):
            for lines in file.lines(part):
                for rows, others in in_turns(self._form, lines):
                    if rows:
                        file.follow([row[1] for row in rows])
                        self._fit(rows, seen, left)
                    if others:
                        self._decoded(file.decode(others), left)
            return left.sifted(file.sum())
        return Sifted(None)

    def _fit(self, rows: list[Row], seen: Seen, left: Left) -> None:
        """Looks at lines that fit; of those whose references are of one form, at one."""
        known: dict[Row, Group] = {}
        for row in rows:
            group = known.get(row[2:])
            if group is None:
                group, form = self._group(row, left)
                seen.code.add(form.kind)
                seen.private = seen.private or form.private
                if form.key is not None:
                    known[row[2:]] = group
            if group.quiet:
                group.count(row[1])
            else:
                left.tell(group, row[0], row[1].decode(), reference_in(row[0]))

    def _group(self, row: Row, left: Left) -> tuple[Group, _Form]:
        account, reference = row[1].decode(), reference_in(row[0])
        form = self._forms.get(row[2:])
        if form is None:
            kind = kind_in(row[0])
            key = self._key(account, kind, reference)
            shared = key[0] is None and key[2] not in self._fetching
            private = is_private(kind, reference)
            form = room(self._forms)[row[2:]] = _Form(key if shared else None, kind, private)
        key = form.key or self._key(account, form.kind, reference)
        return left.group(key, row[0], self._is_quiet(key, account, form.kind, reference)), form

    def _decoded(self, uses: list[CodeUse], left: Left) -> None:
        """Looks at uses of any other form."""
        for use in uses:
            account, reference = use.account, use.reference or ""
            key, line = self._key(account, use.kind, reference), encode_use(use)
            group = left.group(key, line, self._is_quiet(key, account, use.kind, reference))
            if group.quiet:
                group.count(account.encode())
            else:
                left.tell(group, line, account, reference)

    def _key(self, account: str, kind: str, reference: str) -> Key:
        return key_of(account, kind, reference, self._owners.by_registry)

    def _is_quiet(self, key: Key, account: str, kind: str, reference: str) -> bool:
        """Whether its publisher is ourselves or AWS, who need no vetting."""
        quiet = self._quiet.get(key)
        if quiet is None:
            owners = replace(self._owners, account=account)
            who = published(kind if reference else "unknown", reference, owners).publisher
            quiet = room(self._quiet)[key] = who.kind in OURS
        return quiet


_encode = msgspec.msgpack.Encoder().encode


@lru_cache(1)
def _sifter(own: frozenset[str], partition: str, rules: Rules) -> Sifter:
    return Sifter(Owners(None, own, partition, by_registry=dict(rules)))


def sift(given: tuple[frozenset[str], str, Rules, Range]) -> bytes:
    """In a worker."""
    own, partition, rules, part = given
    return _encode(_sifter(own, partition, rules).sift(part))
