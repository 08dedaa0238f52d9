"""Which accounts need not be looked at anew: each condition alone, as whoever is carried by mistake
is not looked at."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from checker.collect.aws.carry import Base, Hint, Told, begin_of
from checker.collect.aws.survey import Request
from checker.errors import InputError
from checker.snapshot.manifest import read_manifest
from checker.snapshot.merge import Source
from checker.snapshot.records import Account, Manifest
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
NOW = "2026-11-20T12:00:00Z"
AT = "2026-11-19T12:00:00Z"
GAP = {"account": A, "region": None, "call": "iam:ListRoles", "code": "AccessDenied", "message": ""}


def manifest(**more: Any) -> Manifest:
    told = {"schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "t"}, "collected_at": AT,
            "organization": {"id": "o-own1234567"}, "accounts": [{"id": A}, {"id": B}], "regions": ["us-east-1"],
            "pieces": [{"organization": "o-own1234567", "listed": True}]}  # fmt: skip
    return read_manifest("m", json.dumps(told | more).encode())


def base(
    told: dict[str, Any] | None = None, *, now: str = NOW, max_age: int = 7, **hint: Any
) -> Base:
    given: dict[str, Any] = {"accounts": {A: Told("2026-11-20T11:50:00Z")}, "begin": "2026-11-19T11:00:00Z",
                             "end": "2026-11-20T11:55:00Z"}  # fmt: skip
    return Base(Source(manifest(**(told or {}))), Hint(**(given | hint)), now, max_age)


def heard(last_seen: str, last_change: str | None = None) -> dict[str, Any]:
    return {"accounts": {A: Told(last_seen, last_change)}}


QUIET: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("quiet", {}, {}, True), ("nothing is told of it", {}, {"accounts": {}}, False),
    ("it was not looked at", {"accounts": [{"id": A, "collected": False}]}, {}, False), ("it was not there", {"accounts": [{"id": B}]}, {}, False),
    ("changed since", {}, heard(NOW, "2026-11-20T06:00:00Z"), False), ("changed within the hour before", {}, heard(NOW, "2026-11-19T11:00:00Z"), False),
    ("changed long before", {}, heard(NOW, "2026-11-19T10:59:59Z"), True),
    ("not heard of since", {}, heard("2026-11-19T10:59:59Z"), False), ("heard of within the hour before", {}, heard("2026-11-19T11:00:00Z"), True),
    ("the hint begins later", {}, {"begin": "2026-11-19T13:00:01Z"}, False), ("within the hour after", {}, {"begin": "2026-11-19T13:00:00Z"}, True),
    ("the hint begins nowhere", {}, {"begin": None}, False), ("too old", {}, {"max_age": 0}, False), ("just not", {}, {"max_age": 1}, True),
    ("of a time to come", {"collected_at": "2026-11-20T12:00:01Z"}, {}, False), ("with a gap", {"gaps": [GAP]}, {}, False),
    ("another with a gap", {"gaps": [GAP | {"account": B}]}, {}, True), ("a region that is shut", {"gaps": [GAP | {"code": "RegionDenied"}]}, {}, True),
    *((f"a gap of {call}", {"gaps": [GAP | {"call": f"{call}x"}]}, {}, True) for call in ("organizations:", "cloudtrail:", "snapshot")),
    ("its own time, which is older", {"accounts": [{"id": A, "collected_at": "2026-11-18T12:00:00Z"}]}, {}, False),
    ("a gap of nobody's", {"gaps": [GAP | {"account": None}]}, {}, False), ("the hint ends nowhere", {}, {"end": None}, False),
    ("the hint ends too early", {}, {"end": "2026-11-20T10:59:59Z"}, False), ("an hour ago", {}, {"end": "2026-11-20T11:00:00Z"}, True),
    ("the hint is of times to come", {}, {"end": "2026-11-20T12:10:01Z"}, False), ("by other clocks", {}, {"end": "2026-11-20T12:10:00Z"}, True),
    ("the hint is not whole", {}, {"why_not": "so"}, False), ("it hears of each region", {}, {"regions": frozenset({"us-east-1", "x"})}, True),
    ("it hears of another region", {}, {"regions": frozenset({"eu-west-1"})}, False),
]  # fmt: skip


@rows("why, told, hint, carried", QUIET)
def test_who_is_carried_over(
    why: str, told: dict[str, Any], hint: dict[str, Any], carried: bool
) -> None:
    """A role that was made since, in an account that nobody looks at any more."""
    one = base(told, **hint)
    wanted = [Account(id=A), Account(id=C)]
    assert one.carried(wanted, ()) == (frozenset({A}) if carried else frozenset()), why
    assert not one.carried(wanted, {A}), "it was finished"
    assert not one.carried([Account(id=C)], ()), "nobody wants it"


REFUSED: list[tuple[str, dict[str, Any], str, Request]] = [
    ("another organization", {"organization": {"id": "o-other12345"}}, "not of organization", Request()),
    ("none", {"organization": None}, "not of organization", Request()), ("other options", {}, "was asked for ''", Request(regions=("r",))),
    ("of before there were pieces", {"pieces": []}, "nobody knows what", Request()),
    ("of several", {"pieces": [{"asked": ""}, {"asked": "--x"}]}, "was asked for '', '--x'", Request()),
]  # fmt: skip


@rows("why, told, said, request", REFUSED)
def test_what_is_of_others_carries_nothing(
    why: str, told: dict[str, Any], said: str, request: Request
) -> None:
    """Accounts of another organization, or half of what is asked for today."""
    found: Any = SimpleNamespace(organization=SimpleNamespace(id="o-own1234567"))
    base().check(Request(), found)
    with pytest.raises(InputError, match=said):
        base(told).check(request, found)


def test_what_is_carried_keeps_its_time_and_gaps() -> None:
    """An account of last week that reads as of today; or a gap that is not carried along."""
    shut, listing = GAP | {"code": "RegionDenied"}, GAP | {"call": "organizations:ListRoots"}
    one = base({"gaps": [shut, listing, GAP | {"account": B}], "regions": ["a"]})
    assert [gap.code for gap in one.gaps(frozenset({A}))] == ["RegionDenied"]
    fresh = manifest(
        collected_at=NOW,
        accounts=[{"id": A}, {"id": B}, {"id": C, "collected": False}],
        regions=["b"],
    )
    made = one.manifest_with(fresh, frozenset({A}))
    assert (made.collected_at, made.regions) == (AT, ("a", "b"))
    assert [account.collected_at or None for account in made.accounts] == [AT, NOW, None]
    assert [(piece.collected_at, piece.listed_at) for piece in made.pieces or ()] == [(NOW, NOW)]
    assert len(made.notes) == 1 and "no change: 1." in made.notes[0]
    pods = [f"Pods of arn:aws:eks:r:{account}:cluster/c: x" for account in (A, B)]
    noted = base({"notes": [*pods, f"Of :{A}:cluster/ something"]})
    assert noted.manifest_with(fresh, frozenset({A})).notes[0] == pods[0]
    assert len(noted.manifest_with(fresh, frozenset({A})).notes) == 2
    assert noted.manifest_with(fresh, frozenset()).notes == ()
    nobody = one.manifest_with(fresh, frozenset())
    assert (nobody.collected_at, nobody.regions, nobody.notes) == (NOW, ("b",), ())


def test_from_when_a_hint_is_asked() -> None:
    """A change before the hint begins, which it cannot tell of."""
    old = {"accounts": [{"id": A, "collected_at": "2026-11-15T12:00:00Z"}, {"id": B, "collected_at": "2026-10-01T12:00:00Z"},
                        {"id": C, "collected": False, "collected_at": "2026-11-14T12:00:00Z"}]}  # fmt: skip
    assert begin_of(manifest(**old), 7, NOW) == "2026-11-15T11:00:00"
    assert begin_of(manifest(**old), 1, NOW) == "2026-11-20T11:00:00"
    assert begin_of(manifest(**old), 90, NOW) == "2026-10-01T11:00:00"
