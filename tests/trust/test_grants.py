"""Which grant covers which: what is dropped is in no report, so it must be said by another."""

from __future__ import annotations

import itertools

import pytest

from checker.trust.model import Principal
from checker.trust.search.grants import covers
from tests.trust.support import V, W

ALL = Principal(kind="anyone")
BUT = Principal(kind="anyone", excepted=(V,))
NINES = Principal(kind="anyone", pattern="9*")
DEEPER = Principal(kind="anyone", pattern="99*")
VENDOR = Principal(kind="account", partition="aws", account=V)
OTHER = Principal(kind="account", partition="aws", account=W)
ORGANIZATION = Principal(kind="organization", organization="o-a")
SERVICE = Principal(kind="service", service="x.amazonaws.com")

OVERLAPS = [
    ("all but one do not mean that one", BUT, VENDOR, False),
    ("but mean the others", BUT, OTHER, True),
    ("nor do they mean everybody", BUT, ALL, False),
    ("everybody, and a pattern", ALL, NINES, True),
    ("a pattern does not mean everybody", NINES, ALL, False),
    ("a pattern, and a narrower one", NINES, DEEPER, True),
    ("not the other way", DEEPER, NINES, False),
    ("all but one do not mean a pattern that has the one", BUT, NINES, False),
    ("a pattern, and an account of it", NINES, Principal(kind="account", account="9" * 12), True),
    ("a pattern, and another account", NINES, Principal(kind="account", account="8" * 12), False),
    ("a pattern, and an organization: who is in it?", NINES, ORGANIZATION, False),
    ("everybody, and an organization", ALL, ORGANIZATION, True),
    ("everybody, and a service", ALL, SERVICE, True),
    ("a pattern of accounts means no service", NINES, SERVICE, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "wide", "narrow", "expected"), OVERLAPS, ids=[r[0] for r in OVERLAPS]
)
def test_overlapping_grants(why: str, wide: Principal, narrow: Principal, expected: bool) -> None:
    """Catches a party that vanishes behind a grant which leaves it out, and a TypeError."""
    assert covers(wide, narrow) is expected


def test_no_two_cover_each_other() -> None:
    """Catches two grants of which each is dropped in favour of the other."""
    for one, other in itertools.permutations([ALL, BUT, NINES, DEEPER, VENDOR, ORGANIZATION], 2):
        assert not (covers(one, other) and covers(other, one)), (one, other)
