"""From rows of text to records: what is counted, of whom, and who is an outsider."""

from __future__ import annotations

import time
from typing import Any

import pytest

from checker.snapshot.usage import Assumption, UsageCaller
from checker.usage.actions import (  # fmt: skip
    PASS_ROLE,
    event_names_of,
    meaning_of,
    names_of,
    prefix_of,
    sources,
)
from checker.usage.callers import chained_from, parsed, with_path, without_key_ids
from checker.usage.codes import DENIED, THROTTLED
from checker.usage.fold import NETWORKS, assumption_records, call_rows, usage_records
from checker.usage.listing import assumption_rows
from checker.usage.mapping import candidates, read_event
from checker.usage.published import never_called, origin, spelled, table
from checker.usage.sql import SEPARATOR
from checker.usage.times import all_plain, canonical, shifted
from tests.support.rows import rows

OWN, VENDOR = "222222222222", "999999999999"
ROLE = f"arn:aws:iam::{OWN}:role/R"
KEY = "AKIA" + "ABCDEFGH12345678"


def caller(*parts: str) -> str:
    return SEPARATOR.join(parts)


V = caller(VENDOR, f"arn:aws:iam::{VENDOR}:role/c", "", "")
CALLERS: list[tuple[str | None, UsageCaller | None, str | None]] = [
    (None, None, None), ("", None, None), (caller("", "", "", ""), None, None),
    (caller(VENDOR, "a", "", ""), UsageCaller(account=VENDOR, arn="a"), None),
    (caller("", "", "s", ""), UsageCaller(service="s"), None), (caller("", "", "", "i"), UsageCaller(issuer="i"), None),
    (caller("", "", "", "", ROLE), None, ROLE), (caller("", "", "", "", f"a{SEPARATOR}b"), None, f"a{SEPARATOR}b"),
]  # fmt: skip


@rows("text, who, chain", CALLERS)
def test_who_called(text: str | None, who: UsageCaller | None, chain: str | None) -> None:
    """A caller taken for another, or for nobody, of whom no policy asks."""
    assert (parsed(text), chained_from(text)) == (who, chain)


def test_a_chain_begins_with_the_whole_name_of_its_role() -> None:
    """A role with a path, that no record of a role is called like."""
    short, whole = f"arn:aws:iam::{OWN}:role/a", f"arn:aws:iam::{OWN}:role/team/a"
    text = caller("", "", "", "", short)
    assert with_path(text, {short: whole}) == caller("", "", "", "", whole)
    for other in (text, None, V):
        assert with_path(other, {whole: short}) == other


def use(**more: Any) -> dict[str, Any]:
    """As an engine answers: all of it text."""
    counts = dict.fromkeys(("peak_per_hour", "peak_per_minute", "caller_peak_per_hour", "caller_peak_per_minute",
                            "denied_peak_per_hour", "throttles_at_peak"), "1")  # fmt: skip
    return counts | {
        "via": "session", "role": ROLE, "account": OWN, "caller": V, "event_source": "ec2.amazonaws.com",
        "event_name": "DescribeInstances", "calls": "3", "error_code": None, "first_seen": "2026-11-02T00:00:00Z",
        "last_seen": "2026-11-03T00:00:00Z", "region": "us-east-1", "network": "n1",
    } | more  # fmt: skip


def test_calls_of_one_caller_and_event_are_one_record() -> None:
    """Calls, errors, times or regions of the last row alone."""
    told = [use(), use(calls="10", error_code="AccessDenied", region="eu-west-1", network="n2", peak_per_hour="9",
                       first_seen="2026-11-01T00:00:00Z", last_seen="2026-11-02T00:00:00Z"),
            use(calls="2", error_code="AccessDenied", region=None, network=None, peak_per_minute="7", last_seen="2026-11-04T00:00:00Z")]  # fmt: skip
    (one,) = usage_records(told)
    assert (one.calls, one.errors, one.regions) == (
        15,
        {"AccessDenied": 12},
        ("eu-west-1", "us-east-1"),
    )
    assert (one.first_seen, one.last_seen) == ("2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z")
    assert (one.peak_per_hour, one.peak_per_minute, one.source_networks) == (9, 7, ("n1", "n2"))
    assert (one.action, one.caller, one.via) == ("ec2:DescribeInstances", parsed(V), "session")


APART = [
    ("another role", {"role": f"{ROLE}2"}), ("no role", {"role": None}), ("another account", {"account": "1"}),
    ("another caller", {"caller": None}), ("directly", {"via": "direct"}), ("another event", {"event_name": "RunInstances"}),
    ("another source", {"event_source": "iam.amazonaws.com"}), ("a chain", {"caller": caller("", "", "", "", ROLE)}),
]  # fmt: skip


@rows("why, more", APART)
def test_what_is_told_apart(why: str, more: dict[str, Any]) -> None:
    """A vendor's calls, among those of whoever is vetted."""
    found = usage_records([use(), use(calls="4", **more)])
    assert sorted(one.calls for one in found) == [3, 4], why
    assert usage_records([use(calls="4", **more), use()]) == found, "in a fixed order"


def test_records_are_in_a_fixed_order() -> None:
    """Whichever row an engine answers first; of no account is as of an empty one."""
    chains = [use(caller=caller("", "", "", "", f"{ROLE}{n}"), account=None) for n in (2, 1)]
    first, second = usage_records(chains), usage_records(reversed(chains))
    assert first == second and [one.account for one in first] == ["", ""]
    told = [assumed(role=f"{ROLE}{n}", caller=who) for n in (2, 1) for who in (V, None)]
    assert [(one.role[-1], one.caller is None) for one in assumption_records(told)] == [("1", True), ("1", False), ("2", True), ("2", False)]  # fmt: skip


def test_peaks_of_a_caller_are_over_all_actions() -> None:
    """A rate that no single action reaches."""
    found = usage_records(
        [
            use(caller_peak_per_hour="5"),
            use(event_name="RunInstances", caller_peak_per_hour="8", throttles_at_peak="2"),
        ]
    )
    assert [(one.caller_peak_per_hour, one.throttles_at_peak) for one in found] == [(8, 2)] * 2


def test_the_networks_with_most_calls_are_kept() -> None:
    """A record without a bound; or the network of a million calls left out of it."""
    told = [use(network=f"n{n:03}", calls="1") for n in range(NETWORKS)] + [
        use(network="z", calls="2")
    ]
    (one,) = usage_records(told)
    assert len(one.source_networks) == NETWORKS and {"z", "n000"} < {*one.source_networks}
    assert f"n{NETWORKS - 1:03}" not in one.source_networks


def assumed(**more: Any) -> dict[str, Any]:
    return {"role": ROLE, "caller": V, "calls": "3", "error_code": None, "told": "1",
            "first_seen": "2026-11-02T00:00:00Z", "last_seen": "2026-11-03T00:00:00Z"} | more  # fmt: skip


def test_assumptions_are_counted_by_their_outcome() -> None:
    """An attempt that failed, counted as one that got in; or one of another time, counted at all."""
    told = [assumed(), assumed(calls="2", error_code="AccessDenied", first_seen="2026-11-01T00:00:00Z", last_seen="2026-11-01T00:00:00Z"),
            assumed(calls="9", told="0"), assumed(role=None), assumed(role="", calls="8")]  # fmt: skip
    (one,) = assumption_records(told)
    assert (one.role, one.account, one.calls, one.errors) == (ROLE, OWN, 3, {"AccessDenied": 2})
    assert (one.first_seen, one.last_seen) == ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z")
    assert [one.calls for one in assumption_records(told, every=True)] == [12]
    assert len(assumption_records([assumed(), assumed(caller=None), assumed(role="odd")])) == 3
    (odd,) = assumption_records([assumed(role="a:b:c:d")])
    assert odd.account == ""


OUTSIDE: list[tuple[UsageCaller | None, bool, str]] = [
    (UsageCaller(account=VENDOR), True, "another account"), (UsageCaller(account=OWN), False, "the role's own"),
    (UsageCaller(account="333333333333"), False, "one of ours"), (UsageCaller(service="s", account=VENDOR), False, "a service"),
    (UsageCaller(issuer="idp.example.com"), True, "an issuer"), (UsageCaller(arn="*"), True, "who did not sign"), (None, False, "nobody known"),
]  # fmt: skip


@rows("who, outside, why", OUTSIDE)
def test_who_is_a_third_party(who: UsageCaller | None, outside: bool, why: str) -> None:
    """A stranger in a list of whom somebody looks at third parties alone."""
    one = Assumption(role=ROLE, account=OWN, caller=who, calls=1, errors={"a": 2, "b": 3})
    (row,) = assumption_rows([one], frozenset({"333333333333"}))
    assert (row["third_party"], row["failed"], row["count"]) == (outside, 5, 1), why
    assert row["caller_account"] == (who and who.account)


def test_the_most_frequent_first() -> None:
    """A list that is cut where it matters."""
    told = [
        Assumption(role=role, account=OWN, calls=calls)
        for role, calls in (("b", 1), ("a", 1), ("c", 9))
    ]
    assert [row["role"] for row in assumption_rows(told, frozenset())] == ["c", "a", "b"]


def call(**more: Any) -> dict[str, Any]:
    names = (
        "event_time",
        "event_source",
        "event_name",
        "account",
        "region",
        "source_ip",
        "error_code",
        "request_id",
        "event_id",
    )
    return (
        dict.fromkeys(names, "x")
        | {"caller": None, "session_account": OWN, "session_arn": "s", "request_parameters": None}
        | more
    )


def test_single_events() -> None:
    """A session for want of who is behind it, where that was asked; parameters with a key id in them."""
    (one,) = call_rows([call(request_parameters=f'{{"a": "{KEY}"}}')], identity=False)
    assert (one["caller"], one["request_parameters"]) == (None, {"a": "(key id)"})
    (one,) = call_rows([call(request_parameters=f"no json {KEY}")], identity=True)
    assert (one["caller"], one["request_parameters"]) == (
        UsageCaller(account=OWN, arn="s"),
        "no json (key id)",
    )
    assert [row["caller"] for row in call_rows([call(caller=V)], identity=True)] == [parsed(V)]
    assert [
        row["caller"]
        for row in call_rows([call(session_account=None, session_arn=None)], identity=True)
    ] == [None]
    assert without_key_ids(f"x{KEY} AKIA1 ({KEY})") == f"x{KEY} AKIA1 ((key id))"
    assert without_key_ids(KEY.replace("AKIA", "ASIA")) == "(key id)"  # of a session


TIMES = [
    ("2026-11-20T06:00:00Z", "2026-11-20T06:00:00Z"), ("2026-11-20 06:00:00.5 UTC", "2026-11-20T06:00:00Z"),
    ("2026-11-20T06:00:00+02:00", "2026-11-20T04:00:00Z"), ("2026-11-20T06:00:00", "2026-11-20T06:00:00Z"),
    ("2026-02-29T06:00:00Z", None), ("20261120T06", "2026-11-20T06:00:00Z"), ("2028-02-29T06:00:00Z", "2028-02-29T06:00:00Z"), ("2026-11-20", None), ("soon", None),
    ("0999-11-20T06:00:00Z", None), ("1000-11-20T06:00:00Z", "1000-11-20T06:00:00Z"), ("0001-01-01T00:00:00+14:00", None),
]  # fmt: skip


@rows("text, expected", TIMES)
def test_times_of_one_form(text: str, expected: str | None) -> None:
    """A time that is compared as text, and lies in no window."""
    assert canonical(text) == expected


def test_a_time_without_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is UTC, wherever it is read."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert canonical("2026-11-20T06:00:00") == "2026-11-20T06:00:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_every_second_of_an_hour() -> None:
    """Each is plain, and so are all of them."""
    assert all_plain(f"2026-11-20T06:{n // 60:02}:{n % 60:02}Z" for n in range(3600))


def test_a_time_moves() -> None:
    """An hour that is looked at too late."""
    from datetime import timedelta

    assert shifted("2026-11-20T23:30:00Z", timedelta(hours=1)) == "2026-11-21T00:30:00Z"


MEANINGS: list[tuple[str, str, tuple[str, ...], tuple[str, ...], bool]] = [
    ("ec2.amazonaws.com", "DescribeInstances", ("ec2:DescribeInstances",), (), True),
    ("ec2.amazonaws.com.cn", "DescribeInstances", ("ec2:DescribeInstances",), (), True),
    ("ec2", "DescribeInstances", (), (), False), ("nosuch.amazonaws.com", "DescribeX", (), (), False),
    ("ec2.amazonaws.com", "No Such", (), (), False), ("ec2.amazonaws.com", "NoSuchCall", (), (), False),
    ("lambda.amazonaws.com", "CreateFunction20150331", ("lambda:CreateFunction",), (PASS_ROLE,), True),
]  # fmt: skip


@rows("source, event, needs, passes, known", MEANINGS)
def test_what_an_event_needed(
    source: str, event: str, needs: tuple[str, ...], passes: tuple[str, ...], known: bool
) -> None:
    """A call that nobody allowed, of which nobody says that it cannot be judged."""
    meant = meaning_of(source, event)
    assert (meant.needs, meant.passes, meant.known) == (needs, passes, known)
    assert meant.sure == (*needs, *passes)


def test_names_of_calls() -> None:
    """A pattern of the allowlist that means no call, and one of AWS's other spelling that does."""
    assert names_of("monitoring.amazonaws.com", "GetMetricData") == (
        "cloudwatch:GetMetricData",
        "monitoring:GetMetricData",
    )
    assert names_of("ec2.amazonaws.com", "DescribeInstances") == ("ec2:DescribeInstances",)
    assert [prefix_of(f"{one}.amazonaws.com") for one in ("monitoring", "ec2", "nosuch")] == [
        "cloudwatch",
        "ec2",
        None,
    ]
    assert prefix_of("ec2") is None
    assert prefix_of("signin.amazonaws.com") == "signin"
    for prefix in set(sources().values()):
        hosts, names = event_names_of(f"{prefix}:Get")
        assert (list(hosts), list(names)) == (sorted(set(hosts)), sorted(set(names)))
    assert list(event_names_of(PASS_ROLE)[1]) == sorted(set(event_names_of(PASS_ROLE)[1]))
    assert [read_event(f"{label}.amazonaws.com", name) for label, name in (
        ("lambda", "Invoke20150331"), ("ec2", "Invoke20150331"), ("ec2", "No Such"), ("nosuch", "Get"))] == [
        ("lambda", "Invoke"), ("ec2", "Invoke20150331"), ("ec2", ""), ("nosuch", "")]  # fmt: skip
    assert candidates("nosuch", "Get") == ()
    assert candidates("s3", "CopyObject")[:2] == ("s3:PutObject", "s3:PutObject")
    assert candidates("apigateway", "frobnicate") == ()
    version = ", ".join(f"{name} {one}" for name, one in sorted(table().sources.items()))
    assert origin() == f"IAM actions of {table().made} ({version})"
    assert event_names_of("s3:ListBucket")[0] == ("s3-control.amazonaws.com", "s3.amazonaws.com")
    assert {"ListObjects", "ListBucket"} <= {*event_names_of("s3:ListBucket")[1]}
    assert event_names_of("monitoring:PutMetricAlarm")[0] == ("monitoring.amazonaws.com",)
    assert event_names_of("nosuch:Get") == (("nosuch.amazonaws.com",), ("Get",))
    assert event_names_of("ListRoles") == ((), ("ListRoles",))
    assert "GetBucketReplication" in event_names_of("GetReplicationConfiguration")[1]
    assert (
        event_names_of(PASS_ROLE)[0] == ()
        and "CreateFunction" in event_names_of(PASS_ROLE.lower())[1]
    )
    assert (
        spelled("EC2:describeinstances") == "ec2:DescribeInstances"
        and spelled("ec2:Nothing") is None
    )
    assert never_called("iam:Pass*") == (PASS_ROLE,) and never_called(
        "iam:*"
    ) == () == never_called("ia*:PassRole")


def test_codes_with_the_prefix_of_ec2() -> None:
    """EC2's own refusals and throttling, counted as neither."""
    assert {"AccessDenied", "Client.UnauthorizedOperation"} < {*DENIED}
    assert {"Throttling", "Client.RequestLimitExceeded", "PriorRequestNotComplete"} < {
        *THROTTLED
    } and not {*DENIED} & {*THROTTLED}
