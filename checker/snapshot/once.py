"""What a file of records tells once, or is refused: a key of an object, and what bears an ARN.

Readers differ in which of two values of a key counts, and so a reviewer and we could read another
role. What we wrote ourselves is compared with what we would write, which costs little; only lines
of another form are looked into.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from operator import attrgetter, lt
from pathlib import Path
from typing import Any

import msgspec

from checker.snapshot.lines import line_of, records_in, whole_lines
from checker.snapshot.manifest import UNREADABLE, reason, refused
from checker.snapshot.resources import ResourceRecord

_ENCODER = msgspec.json.Encoder(order="sorted")
_PLAIN, _AS_IT_STANDS = msgspec.json.Decoder(), msgspec.json.Encoder()
_GIVEN = tuple(map(attrgetter, ("acl", "grants", "share", "settings")))
_JUDGED_LATER = frozenset({"trust_policy", "document"})
"""Policies as AWS had them: the analysis says what is twice in there."""


class _Named(msgspec.Struct):
    arn: str


class Ordered:
    """Whether ARNs come in ascending order, as in a file of ours, so that none can come twice."""

    def __init__(self) -> None:
        self.first, self.last, self.holds = "", "", True

    def follow(self, arns: list[str]) -> None:
        if arns and self.holds:
            self.add(arns[0], arns[-1], ordered=all(map(lt, arns, arns[1:])))

    def add(self, first: str, last: str, *, ordered: bool) -> None:
        """More of them, from `first` to `last`, which ascend if they are `ordered`."""
        self.holds = self.holds and ordered and self.last < first
        self.first, self.last = self.first or first, last


def check_keys(path: Path, lines: bytes, records: list[Any], before: int) -> None:
    """Raises InputError for an object that has a key twice; `before`: the records before these."""
    if _is_ours(lines, records) or as_written(lines):
        return
    each = zip_longest(records_in(lines), records, fillvalue=b"")
    for number, (line, record) in enumerate(each, before + 1):
        if _is_ours(line, [record]):  # whatever stands beside it
            continue
        try:
            twice = next(_twice(json.loads(line, object_pairs_hook=_Pairs, parse_int=str)), None)
        except (*UNREADABLE, ValueError) as error:
            said = f"not a valid record ({reason(error)})"
            raise refused(path, said, line=line_of(path, number)) from None
        if twice is not None:
            raise refused(path, f"tells {twice!r} twice", line=line_of(path, number))


def _is_ours(lines: bytes, records: list[Any]) -> bool:
    """Whether they are what we would write of these records."""
    ours = _ENCODER.encode_lines(records)
    return (ours == lines or ours[:-1] == lines) and as_written(_as_given(records))


def _as_given(records: list[Any]) -> bytes:
    """What of resources is kept as it stands, so that lines may be equal though it tells twice: in
    lines, each text once."""
    if not records or not isinstance(records[0], ResourceRecord):
        return b""
    texts: set[bytes] = set()
    for of in _GIVEN:
        given = list(map(of, records))
        if given.count(msgspec.UNSET) < len(given):
            texts |= {bytes(one) for one in given if one is not msgspec.UNSET}
    return b"".join([text + b"\n" for text in texts])


def as_written(lines: bytes) -> bool:
    """Whether nothing gets lost as the lines are read: a key that is told twice would."""
    try:
        return _AS_IT_STANDS.encode_lines(_PLAIN.decode_lines(lines)) == lines
    except (*UNREADABLE, UnicodeEncodeError):
        return False


def check_arns(path: Path) -> None:
    """Raises InputError where two records of a file have one ARN."""
    decoder, first = msgspec.json.Decoder(_Named), dict[str, int]()
    number = 0
    for lines in whole_lines(path):
        for record in decoder.decode_lines(lines):
            number += 1
            if (told := first.setdefault(record.arn, number)) != number:
                said = f"tells of {record.arn} a second time, after line {line_of(path, told)}"
                raise refused(path, said, line=line_of(path, number))


class _Pairs(list[tuple[str, Any]]):
    """An object, every key of it."""


def _twice(value: Any) -> Iterator[str]:
    """Keys that some object has more than once."""
    if isinstance(value, _Pairs):
        yield from (key for key, count in Counter(k for k, _ in value).items() if count > 1)
        for key, item in value:
            if key not in _JUDGED_LATER:
                yield from _twice(item)
    elif isinstance(value, list):
        for item in value:
            yield from _twice(item)
