"""What is told twice, counted by ranges of any size, is what is counted of a file at once."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.snapshot.odd import Seen
from checker.snapshot.records import Location
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.twice import Named, Run, Twice, TwiceCounter
from tests import examples
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
X, Y = ("K", "x", None), ("K", "y", None)
ELSEWHERE = ("K", "x", Location(file="a.yaml", line=1))
Told = list[tuple[str, Named]]


def counted(records: Told) -> TwiceCounter:
    """As they are read, an account's that stand together at once."""
    counter = TwiceCounter()
    for account, run in groupby(records, lambda one: one[0]):
        counter.look(account, [named for _, named in run])
    return counter


def again(told: Twice) -> Twice:
    """From one process to another."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=Twice)


COUNTED: list[tuple[str, Told, int]] = [
    ("nothing", [], 0), ("one", [(A, X)], 0), ("two", [(A, X), (A, Y)], 0), ("twice", [(A, X), (A, X)], 1), ("thrice", [(A, X)] * 3, 2), ("with another between", [(A, X), (A, Y), (A, X)], 1),
    ("in two accounts", [(A, X), (B, X)], 0), ("of two kinds", [(A, X), (A, ("L", "x", None))], 0), ("in code, in two places", [(A, X), (A, ELSEWHERE)], 0), ("there twice", [(A, ELSEWHERE)] * 2, 1),
    ("each of two", [(A, X), (A, X), (B, Y), (B, Y)], 2), ("where an account comes again, as in no file of ours", [(A, X), (B, X), (A, X)], 0),
]  # fmt: skip


@rows("why, records, count", COUNTED)
def test_what_is_told_twice(why: str, records: Told, count: int) -> None:
    """Catches one that is counted in another account, or at another place in code."""
    assert counted(records).count == count, why
    one_by_one = TwiceCounter()
    for account, named in records:
        one_by_one.look(account, [named])
    assert one_by_one.count == count, why
    told = TwiceCounter()
    told.add(again(counted(records).told()))
    assert told.count == count, why


def test_what_others_may_go_on_with() -> None:
    """The runs at both ends, once where there is one; those between are of nobody else."""
    assert counted([]).told() == Twice()
    assert counted([(A, X), (A, X)]).told() == Twice(1, Run(A, frozenset([X])), None)
    three: Told = [(A, X), (B, X), (B, X), (C, Y)]
    assert counted(three).told() == Twice(1, Run(A, frozenset([X])), Run(C, frozenset([Y])))


records = st.lists(
    st.tuples(st.sampled_from([A, B, C]), st.sampled_from([X, Y, ELSEWHERE])), max_size=12
)
cuts = st.lists(st.integers(0, 12), max_size=4).map(sorted)


@settings(max_examples=examples(100), deadline=None)
@given(records.flatmap(lambda drawn: st.sampled_from([drawn, sorted(drawn, key=str)])), cuts, cuts)
def test_ranges_are_counted_as_the_whole(drawn: Told, ends: list[int], groups: list[int]) -> None:
    """Catches one that is told again in the next range, or in one that begins with its account."""
    parts = [drawn[a:b] for a, b in zip([0, *ends], [*ends, 12], strict=True)]
    told, whole = TwiceCounter(), counted(drawn)
    for part in parts:
        told.add(again(counted(part).told()))
    assert (told.count, told.told()) == (whole.count, whole.told())
    # and of what some ranges told together, as a merge of merges
    of_some = TwiceCounter()
    for a, b in zip([0, *groups], [*groups, 12], strict=True):
        some = TwiceCounter()
        for part in parts[a:b]:
            some.add(counted(part).told())
        of_some.add(some.told())
    assert of_some.told() == whole.told()


def record(account: str, named: Named) -> ResourceRecord:
    kind, arn, location = named
    return ResourceRecord(account=account, arn=arn, kind=kind, location=location)


@settings(max_examples=examples(50), deadline=None)
@given(records, cuts)
def test_what_was_read_elsewhere_is_seen_as_here(drawn: Told, ends: list[int]) -> None:
    """Catches a kind, or an account's last resource, that only the strict reading sees."""
    here, there = Seen("aws"), Seen("aws")
    here.look("resources.jsonl", ResourceRecord, [record(*one) for one in drawn])
    for a, b in zip([0, *ends], [*ends, 12], strict=True):
        some: Any = drawn[a:b]
        part = Seen("aws")
        part.look("resources.jsonl", ResourceRecord, [record(*one) for one in some])
        there.add("resources.jsonl", part.of("resources.jsonl"))
    seen = here.of("resources.jsonl")
    assert there.of("resources.jsonl") == seen
    assert seen.kinds == {kind for _, (kind, _, _) in drawn}
