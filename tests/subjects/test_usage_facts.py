"""What a third party did with a role, counted: each figure of the facts from lines that are plain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from checker.errors import InputError
from checker.snapshot.usage import Usage, UsageWindow
from checker.subjects.role_usage.facts import _costly, _price, usage_facts, used_role_facts
from checker.subjects.role_usage.trail import Window, check_window, window_of
from checker.usage.costs import Cost
from checker.vetting.entries import UsageLimits

OWN = "222222222222"
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
WINDOW = Window("2026-10-21T00:00:00Z", "2026-11-20T00:00:00Z", 30, 30, UNTIL)
UNKNOWN = Window(None, None, None, None, UNTIL)


def line(**what: Any) -> Usage:
    """A call by a role, once and without an error."""
    given: dict[str, Any] = {"role": "arn:r", "account": OWN, "event_source": "ec2.amazonaws.com",
                             "event_name": "DescribeInstances", "calls": 1}  # fmt: skip
    return Usage(**given | what)


def facts(*lines: Usage, window: Window = WINDOW, last_used: str | None = None) -> dict[str, Any]:
    return usage_facts(lines, None, window, last_used)


def test_calls_and_failures_are_added_up() -> None:
    """A code taken for a denial, or a denial that is none, decides a policy."""
    lines = (
        line(calls=5, errors={"AccessDenied": 2, "ThrottlingException": 1, "InvalidInput": 1}),
        line(calls=3, errors={"Client.UnauthorizedOperation": 1, "RequestLimitExceeded": 1}),
    )
    found = facts(*lines)
    assert {key: found[key] for key in ("calls", "errors", "denied", "throttled")} == {
        "calls": 8, "errors": 6, "denied": 3, "throttled": 2}  # fmt: skip
    nothing = facts()
    assert (nothing["calls"], nothing["errors"], nothing["first_seen"], nothing["last_seen"]) == (0, 0, None, None)  # fmt: skip


def test_first_and_last_are_those_of_all_lines() -> None:
    """A line that tells no time is none of them."""
    lines = (line(first_seen="2026-11-02T00:00:00Z", last_seen="2026-11-03T00:00:00Z"), line(),
             line(first_seen="2026-11-01T00:00:00Z", last_seen="2026-11-02T00:00:00Z"))  # fmt: skip
    found = facts(*lines)
    assert (found["first_seen"], found["last_seen"]) == ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z")  # fmt: skip


IDLE = [
    ((line(last_seen="2026-11-10T00:00:00Z"),), WINDOW, None, 10, "the trail has the call"),
    ((line(last_seen="2026-11-10T00:00:00Z"),), WINDOW, "2026-11-19T00:00:00Z", 10,
     "the last use by anybody is not theirs"),
    ((line(last_seen="2026-11-30T00:00:00Z"),), WINDOW, None, 0, "after the end is today"),
    ((), WINDOW, None, 30, "not in all of the window"),
    ((), WINDOW, "2026-11-19T00:00:00Z", 30, "the window is longer"),
    ((), WINDOW, "2026-01-01T00:00:00Z", 323, "nobody used it for longer"),
    ((), WINDOW, "2026-11-30T00:00:00Z", 30, "a use that is yet to come tells nothing"),
    ((), UNKNOWN, "2026-11-10T00:00:00Z", 10, "no window, a last use"),
    ((), UNKNOWN, None, None, "nothing is known"),
    ((line(),), WINDOW, None, None, "it was there, and nobody knows when"),
    ((line(last_seen="soon"),), WINDOW, "2026-11-10T00:00:00Z", 10, "no time: a last use by anybody"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "window", "last_used", "expected", "why"), IDLE)
def test_days_without_use(
    lines: tuple[Usage, ...], window: Window, last_used: str | None, expected: int | None, why: str
) -> None:
    """A role taken for used is not told as dormant; one taken for dormant is told in vain."""
    assert facts(*lines, window=window, last_used=last_used)["idle_days"] == expected, why


def test_peaks_are_the_highest() -> None:
    """Over all actions where the trail was asked for it; else those of the busiest action."""
    lines = (line(peak_per_hour=5, peak_per_minute=3, denied_peak_per_hour=1, throttles_at_peak=2),
             line(peak_per_hour=7, peak_per_minute=2, denied_peak_per_hour=4))  # fmt: skip
    names = ("peak_per_hour", "peak_per_minute", "denied_peak_per_hour", "throttles_at_peak")
    assert [facts(*lines)[name] for name in names] == [7, 3, 4, 2]
    whole = line(caller_peak_per_hour=11, caller_peak_per_minute=6)
    assert [facts(*lines, whole)[name] for name in names] == [11, 6, 4, 2]
    assert [facts()[name] for name in names] == [0, 0, 0, 0]


def test_actions_come_by_how_often() -> None:
    """The busiest first, those of one number by name; an action of several lines once."""
    lines = (line(calls=2), line(event_name="RunInstances", calls=3, errors={"AccessDenied": 3}),
             line(event_name="DescribeImages", calls=5), line(calls=3))  # fmt: skip
    assert facts(*lines)["actions"] == [
        {"action": "ec2:DescribeImages", "calls": 5, "errors": 0},
        {"action": "ec2:DescribeInstances", "calls": 5, "errors": 0},
        {"action": "ec2:RunInstances", "calls": 3, "errors": 3},
    ]


def checks(**what: Any) -> Usage:
    """Calls of $0.002 each."""
    given = {"event_source": "access-analyzer.amazonaws.com", "event_name": "CheckNoNewAccess"}
    return line(**given | what)


QUERY = {"event_source": "athena.amazonaws.com", "event_name": "StartQueryExecution"}
DAYS = {"first_seen": "2026-11-01T00:00:00Z", "last_seen": "2026-11-11T00:00:00Z"}
COSTS = [
    ((line(),), ([], None, 0.0, []), "what costs nothing"),
    ((checks(calls=10),), ([0.02], 0.02, 0.02, []), "a burst is of one day"),
    ((checks(calls=10, **DAYS),), ([0.02], 0.02, 0.002, []), "over ten days"),
    ((checks(calls=10, first_seen=DAYS["first_seen"], last_seen="2026-11-08T00:00:00Z"),), ([0.02], 0.02, 0.002857, []), "to the sixth place"),
    ((checks(calls=10, first_seen=DAYS["first_seen"]),), ([0.02], 0.02, 0.02, []), "half a span"),
    ((checks(calls=10, last_seen=DAYS["last_seen"]),), ([0.02], 0.02, 0.02, []), "the other half"),
    ((checks(calls=10, errors={"AccessDenied": 4}),), ([0.012], 0.012, 0.012, []), "what failed costs nothing"),
    ((checks(calls=4, errors={"AccessDenied": 4}),), ([], None, 0.0, []), "nothing was done"),
    ((checks(calls=10), checks(calls=5)), ([0.03], 0.03, 0.03, []), "two lines of one action"),
    ((line(calls=3, **QUERY),), ([None], None, 0.0, ["athena:StartQueryExecution"]), "no price"),
    ((line(calls=3, **QUERY), checks(calls=10)), ([0.02, None], 0.02, 0.02, ["athena:StartQueryExecution"]), "one of two"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected", "why"), COSTS)
def test_what_the_calls_cost(lines: tuple[Usage, ...], expected: tuple[Any, ...], why: str) -> None:
    """A bill that is told as too small passes the gate."""
    found = facts(*lines)
    told = ([row["usd"] for row in found["costly"]], found["costly_usd"], found["costly_usd_per_day"], found["unpriced"])  # fmt: skip
    assert told == expected, why


PRICES = [
    (None, None, None, "billed: by size"), (0.0, 0.0, None, "less than $0.01"),
    (0.00999, 0.001, None, "less than $0.01"), (0.01, 0.001, None, "about $0.01"),
    (0.01, None, 0.01, "up to $0.01"), (1234.5, 1.0, None, "about $1,234.50"),
]  # fmt: skip


@pytest.mark.parametrize(("most", "usd", "bound", "said"), PRICES)
def test_prices_as_people_read_them(
    most: float | None, usd: float | None, bound: float | None, said: str
) -> None:
    """An estimate and an upper bound are two things."""
    cost = Cost(pattern="a:B", billed="by size", link="", as_of="", usd=usd, most=bound)
    assert _price(most, cost) == said


def test_money_is_told_to_the_sixth_place() -> None:
    """Digits of a price that nobody has."""
    cost = Cost(pattern="a:B", billed="x", link="", as_of="", usd=0.12345678)
    found = _costly("a:B", cost, 1)
    assert (found["usd"], found["most"]) == (0.123457, 0.123457)


def test_one_call_is_no_calls() -> None:
    """As it stands in a report."""
    texts = [facts(checks(calls=n))["costly"][0]["text"] for n in (1, 2000)]
    assert texts == ["access-analyzer:CheckNoNewAccess (1 call, less than $0.01)",
                     "access-analyzer:CheckNoNewAccess (2,000 calls, about $4.00)"]  # fmt: skip


def test_a_role_of_which_nothing_is_known() -> None:
    """Its name is the end of its ARN, and nothing else is guessed."""
    known = used_role_facts("arn:aws:iam::222222222222:role/a/b", None, None, trusts=False)
    assert known == {"arn": "arn:aws:iam::222222222222:role/a/b", "name": "b", "path": None, "tags": {},
                     "last_used": None, "privilege": "unknown", "reads_data": None,
                     "reads_secrets": None, "known": None, "trusts": False}  # fmt: skip
    assert used_role_facts(None, None, False, trusts=True)["name"] is None


def test_regions_and_networks_are_each_told_once() -> None:
    """In their order."""
    lines = (line(regions=("us-east-1", "eu-west-1"), source_networks=("192.0.2.0/24",)),
             line(regions=("eu-west-1",), source_networks=("192.0.2.0/24", "10.0.0.0/24")))  # fmt: skip
    found = facts(*lines)
    assert found["regions"] == ["eu-west-1", "us-east-1"]
    assert found["source_networks"] == ["10.0.0.0/24", "192.0.2.0/24"]
    assert found["window"] == {"begin": WINDOW.begin, "end": WINDOW.end, "days": 30}


HOLES: list[tuple[tuple[tuple[str, str], ...], int, int, str]] = [
    ((), 30, 30, "none"),
    ((("2026-11-01", "2026-11-02"),), 28, 17, "two days in the middle"),
    ((("2026-11-01", "2026-11-01"), ("2026-10-25", "2026-10-26")), 27, 18, "the last one breaks it"),
    ((("2026-11-19", "2026-11-19"),), 29, 0, "the day before"),
]  # fmt: skip


@pytest.mark.parametrize(("holes", "days", "unbroken", "why"), HOLES)
def test_days_of_which_the_trail_has_nothing(
    holes: tuple[tuple[str, str], ...], days: int, unbroken: int, why: str
) -> None:
    """Days unseen are no days without use."""
    recorded = UsageWindow(
        source="trail", begin="2026-10-21T00:00:00Z", end="2026-11-20T00:00:00Z", holes=holes
    )
    found = window_of(recorded, UNTIL.date())
    assert (found.days, found.unbroken) == (days, unbroken), why


@pytest.mark.parametrize(("begin", "end"), [(None, "2026-11-20T00:00:00Z"), ("2026-11-20", None), (None, None)])  # fmt: skip
def test_half_a_window_has_no_length(begin: str | None, end: str | None) -> None:
    """And none is made up for it; idle days go to its end, or to today."""
    found = window_of(UsageWindow(source="trail", begin=begin, end=end), UNTIL.date())
    assert (found.days, found.unbroken, found.until) == (None, None, UNTIL)
    assert window_of(None, UNTIL.date()) == UNKNOWN


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"begin": "soon"}, "no time"), ({"end": "late"}, "no time"),
    ({"holes": (("x", "2026-11-01"),)}, "no time"), ({"holes": (("2026-11-01", "x"),)}, "no time"),
    ({"begin": "2026-11-21T00:00:00Z"}, "ends before it begins"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_a_window_that_is_none_is_refused(wrong: dict[str, Any], said: str) -> None:
    """A snapshot by hand: a day that is made up would tell roles as dormant, or not."""
    given = {"begin": "2026-10-21T00:00:00Z", "end": "2026-11-20T00:00:00Z"} | wrong
    with pytest.raises(InputError, match=said):
        check_window(UsageWindow(source="trail", **given), "manifest.json")
    check_window(
        UsageWindow(source="trail", begin="2026-11-20T00:00:00Z", end="2026-11-20T00:00:00Z"), "x"
    )
    check_window(None, "x")


def test_limits_are_held_against_what_was_done() -> None:
    """An action that was not vetted, and one that is forbidden."""
    limits = UsageLimits(actions=("ec2:DescribeInstances",), denied=("ec2:Run*",))
    lines = (line(), line(event_name="RunInstances"), line(event_name="DescribeImages"))
    found = usage_facts(lines, limits, WINDOW, None)
    assert found["unexpected"] == ["ec2:DescribeImages", "ec2:RunInstances"]
    assert found["denied_actions"] == ["ec2:RunInstances"]


COPY = line(event_source="s3.amazonaws.com", event_name="CopyObject")
MAKE = line(event_source="lambda.amazonaws.com", event_name="CreateFunction20150331")
DENIED: list[tuple[str, Usage, tuple[str, ...], list[str], list[str]]] = [
    ("by its own name", line(), ("ec2:Describe*",), ["ec2:DescribeInstances"], []),
    ("what it needs beside that", COPY, ("s3:GetObject",), ["s3:CopyObject (which needs s3:GetObject)"], []),
    ("the role that it passes", MAKE, ("iam:PassRole",), ["lambda:CreateFunction20150331 (which needs iam:PassRole)"], []),
    ("what it may have needed", COPY, ("s3:PutObjectAcl",), [], ["s3:CopyObject (which may have needed s3:PutObjectAcl)"]),
    ("a role that it may have passed", line(event_name="RunInstances"), ("iam:*",), [], ["ec2:RunInstances (which may have needed iam:PassRole)"]),
    ("the surest of both", COPY, ("s3:PutObjectAcl", "s3:GetObject"), ["s3:CopyObject (which needs s3:GetObject)"], []),
    ("something else", COPY, ("s3:DeleteObject", "ec2:*"), [], []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "call", "denied", "sure", "perhaps"), DENIED)
def test_calls_that_need_what_is_denied(
    why: str, call: Usage, denied: tuple[str, ...], sure: list[str], perhaps: list[str]
) -> None:
    """Catches a denied action that goes unsaid as the call has another name."""
    found = usage_facts((call,), UsageLimits(denied=denied), WINDOW, None)
    assert (found["denied_actions"], found["perhaps_denied"]) == (sure, perhaps), why


VETTED: list[tuple[str, Usage, tuple[str, ...], list[str]]] = [
    ("the one action that it needs", line(), ("ec2:Describe*",), []),
    ("all that it needs", COPY, ("s3:PutObject", "s3:GetObject"), []),
    ("half of it", COPY, ("s3:PutObject",), ["s3:CopyObject"]),
    ("the other half", COPY, ("s3:GetObject",), ["s3:CopyObject"]),
    ("its own name", COPY, ("s3:CopyObject",), []),
    ("something else", COPY, ("s3:List*",), ["s3:CopyObject"]),
    ("nothing", line(), (), ["ec2:DescribeInstances"]),
]


@pytest.mark.parametrize(("why", "call", "vetted", "unexpected"), VETTED)
def test_calls_beyond_what_was_vetted(
    why: str, call: Usage, vetted: tuple[str, ...], unexpected: list[str]
) -> None:
    """Catches a copy that passes as somebody may write, and an alarm for what was vetted."""
    found = usage_facts((call,), UsageLimits(actions=vetted), WINDOW, None)
    assert found["unexpected"] == unexpected, why


NEW = line(event_name="AnswerNewCall")
ODD = line(event_source="odd.example", event_name="Do")
UNKNOWN_CALLS: list[tuple[str, Usage, tuple[str, ...] | None, str, list[str]]] = [
    ("of a service of which something is denied", NEW, None, "ec2:Run*", ["ec2:AnswerNewCall"]),
    ("of one of two", NEW, None, "s3:* ec2:Run*", ["ec2:AnswerNewCall"]),
    ("of another service", NEW, None, "s3:*", []),
    ("of a service that nobody knows", ODD, None, "s3:*", ["odd.example:Do"]),
    ("of such a one, with nothing denied", ODD, None, "", []),
    ("vetted by its own name", NEW, ("ec2:AnswerNewCall",), "ec2:Run*", []),
    ("in other letters", NEW, ("EC2:answernewcall",), "ec2:Run*", []),
    ("known, with other calls vetted", line(), ("s3:*",), "ec2:Run*", []),
    ("known, with no call vetted", line(), None, "ec2:Run*", []),
    ("told as unexpected already", NEW, ("s3:*",), "ec2:Run*", []),
]


@pytest.mark.parametrize(("why", "call", "vetted", "denied", "unknown"), UNKNOWN_CALLS)
def test_calls_that_nobody_knows(
    why: str, call: Usage, vetted: tuple[str, ...] | None, denied: str, unknown: list[str]
) -> None:
    """Catches a call that may be a denied one and goes unsaid, and an alarm for each that is known."""
    limits = UsageLimits(actions=vetted, denied=tuple(denied.split()))
    assert usage_facts((call,), limits, WINDOW, None)["unknown_actions"] == unknown, why
