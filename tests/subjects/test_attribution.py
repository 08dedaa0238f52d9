"""Whose a call is, from the caller and the role alone; and what a role is kept to trust."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from checker.errors import InputError
from checker.role_trust.index import (
    Outsider,
    PartyKey,
    RoleTrustIndex,
    TrustedRole,
    _outsiders,
    stands_for,
)
from checker.role_trust.readings import Reading
from checker.role_trust.trustees import Trust, Trustee, party_kind
from checker.snapshot.records import ProviderRecord, Role
from checker.snapshot.usage import Assumption, Usage, UsageCaller, UsageWindow
from checker.subjects.role_usage.attribution import ANYONE, NOBODY, Callers, User
from checker.subjects.role_usage.facts import usage_facts, usage_vetting
from checker.subjects.role_usage.trail import Trail, check_window, moment, window_of
from checker.subjects.role_usage.uses import Uses
from checker.trust import Analysis, Grant, Principal
from checker.vetting.entries import UsageLimits
from checker.vetting.register import UNLISTED, Standing
from tests.support.rows import rows
from tests.vetting.test_register import OLD, ORG, OWN, OWN_ORG, STRANGER, VENDOR, by, register

VETTED = Standing("vetted", 0, "account")
SAML = f"arn:aws:iam::{OWN}:saml-provider/"
ARN = f"arn:aws:iam::{OWN}:role/R"


def trustee(principal: Principal, identity: str, standing: Standing = UNLISTED) -> Trustee:
    return Trustee(principal, standing, identity, identity, party_kind(principal), {}, {})


ACCOUNT = trustee(by("principal", account=VENDOR, arn="x"), VENDOR, VETTED)
OTHER = trustee(by("account", account=STRANGER), STRANGER)
EVERYBODY = trustee(by("anyone"), "*")
MEMBERS = trustee(by("organization", organization=ORG), ORG, VETTED)
OTHERS = trustee(by("organization", organization="o-else"), "o-else")
LOGIN = trustee(by("federated", provider="idp.else.example"), "idp.else.example")
OKTA = trustee(by("federated", provider=SAML + "Okta"), SAML + "Okta")
ENTRA = trustee(by("federated", provider=SAML + "Entra"), SAML + "Entra")


def record(arn: str = ARN, policy: Any = None) -> Role:
    raw = msgspec.Raw(json.dumps(policy).encode())
    return Role(account=OWN, arn=arn, name="R", path="/", trust_policy=raw)


def trusted(
    *who: Trustee, mixed: bool = False, own: bool = False, own_organization: bool = False,
    identity_center: bool = False, own_providers: tuple[str, ...] = (),
) -> TrustedRole:  # fmt: skip
    outsiders: dict[PartyKey, Outsider] = {}
    for one in who:
        key = (one.party, one.identity)
        outsiders[key] = Outsider(key, one, mixed)
    return TrustedRole(
        record(), outsiders, frozenset(own_providers), own, own_organization, identity_center
    )


def told(user: User | str) -> Any:
    """What a reader sees of an attribution."""
    if isinstance(user, str):
        return user
    return user.party, user.standing.status, user.through, user.by


A, S = ("account", VENDOR), ("account", STRANGER)
M, F = ("organization", ORG), ("federated", "idp.else.example")
Call = dict[str, Any] | None
BY_ACCOUNT, BY_STRANGER = {"account": VENDOR}, {"account": STRANGER}
ATTRIBUTED: list[tuple[Call, TrustedRole | None, Any, str]] = [
    (None, None, "unknown", "nobody told, of no role"),
    (None, trusted(), "own", "a role that nobody outside may take"),
    (None, trusted(ACCOUNT), (A, "vetted", A, "trust"), "the only one that may"),
    (None, trusted(ACCOUNT, OTHER), "unknown", "one of two"),
    (None, trusted(ACCOUNT, own=True), "unknown", "or one of ours"),
    (None, trusted(ACCOUNT, mixed=True), "unknown", "vetted in one way, and not in another"),
    ({}, trusted(ACCOUNT), (A, "vetted", A, "trust"), "a caller without a trait is none"),
    ({"service": "ec2.amazonaws.com"}, trusted(ACCOUNT), "own", "AWS itself"),
    ({"service": "ec2.amazonaws.com", "account": STRANGER}, None, "own", "AWS, whatever account it names"),
    ({"account": OWN}, trusted(ACCOUNT), "own", "our own account"),
    (BY_ACCOUNT, None, (A, "vetted", None, "session"), "of no role that we know"),
    (BY_ACCOUNT, trusted(ACCOUNT), (A, "vetted", A, "session"), "by the trust that names it"),
    (BY_ACCOUNT, trusted(OTHER), (A, "vetted", None, "session"), "a vendor that the role does not name"),
    (BY_ACCOUNT, trusted(EVERYBODY), (A, "vetted", ANYONE, "session"), "by the trust in anyone"),
    (BY_ACCOUNT, trusted(ACCOUNT, EVERYBODY), (A, "vetted", A, "session"), "its own trust before anyone's"),
    (BY_STRANGER, trusted(EVERYBODY), (S, "unlisted", ANYONE, "session"), "a stranger by it"),
    (BY_STRANGER, trusted(ACCOUNT), (S, "unlisted", None, "session"), "a stranger that nothing names"),
    (BY_STRANGER, trusted(), (S, "unlisted", None, "session"), "where nobody is trusted"),
    (BY_STRANGER, trusted(own_organization=True), "own", "an account of ours that nobody listed"),
    (BY_STRANGER, trusted(ACCOUNT, own_organization=True), (S, "unlisted", None, "session"),
     "ours or not: an outsider is trusted too"),
    (BY_STRANGER, trusted(MEMBERS), (M, "vetted", M, "session"), "an account of the organization trusted"),
    (BY_STRANGER, trusted(MEMBERS, OTHERS), (S, "unlisted", None, "session"), "of one of two"),
    (BY_ACCOUNT, trusted(OTHERS), (A, "vetted", None, "session"), "a vendor is not a member of another's"),
    ({"account": OLD}, trusted(MEMBERS), (("account", OLD), "expired", None, "session"), "nor one of old"),
    ({"arn": f"arn:aws:sts::{STRANGER}:assumed-role/x/y"}, trusted(), (S, "unlisted", None, "session"), "by its ARN"),
    ({"issuer": "idp.else.example"}, None, (F, "unlisted", None, "session"), "a login of no role"),
    ({"issuer": "idp.else.example"}, trusted(LOGIN), (F, "unlisted", F, "session"), "by the trust in it"),
    ({"issuer": "https://idp.else.example"}, trusted(LOGIN), (F, "unlisted", F, "session"), "as a URL"),
    ({"issuer": "idp.else.example"}, trusted(LOGIN, mixed=True), "unknown", "by one of two trusts in it"),
    ({"issuer": "idp.else.example"}, trusted(LOGIN, own_providers=("idp.else.example",)), "unknown", "ours or theirs"),
    ({"issuer": "idp.else.example"}, trusted(LOGIN, identity_center=True), "unknown", "or Identity Center's"),
    ({"issuer": "idp.else.example"}, trusted(ACCOUNT), (F, "unlisted", None, "session"), "which no trust names"),
    ({"issuer": "idp.else.example"}, trusted(own_providers=("idp.else.example",)), "own", "our pipeline"),
    ({"issuer": "idp.else.example"}, trusted(identity_center=True), "own", "our people"),
    ({"issuer": "idp.example.com"}, trusted(LOGIN), "own", "our issuer"),
    ({"issuer": "saml.example"}, trusted(OKTA), (("federated", SAML + "Okta"), "unlisted",
     ("federated", SAML + "Okta"), "session"), "the only SAML provider, whose issuer nobody could read"),
    ({"issuer": "saml.example"}, trusted(OKTA, ENTRA), (("federated", "saml.example"), "unlisted", None, "session"),
     "one of two such"),
    ({"issuer": "saml.example"}, trusted(LOGIN), (("federated", "saml.example"), "unlisted", None, "session"),
     "another's OIDC provider is not it"),
    ({"arn": "*"}, None, (ANYONE, "unlisted", None, "session"), "who did not sign"),
    ({"arn": "*"}, trusted(ACCOUNT), (ANYONE, "unlisted", None, "session"), "where anyone is not trusted"),
    ({"arn": "*"}, trusted(EVERYBODY), (ANYONE, "unlisted", ANYONE, "session"), "by the trust in anyone"),
]  # fmt: skip


def index(**roles: TrustedRole) -> RoleTrustIndex:
    made = RoleTrustIndex(register(), (), (), listed=True)
    made.roles |= roles
    return made


@rows("caller, role, expected, why", ATTRIBUTED, ids=[row[-1] for row in ATTRIBUTED])
def test_whose_a_call_is(caller: Call, role: TrustedRole | None, expected: Any, why: str) -> None:
    """Catches a stranger's call put down to us or to a vendor, and our own put down to a stranger."""
    callers = Callers(register(), index())
    who = None if caller is None else UsageCaller(**caller)
    assert told(callers.attribute(who, role)) == expected, why


def test_who_came_in_by_an_organization_keeps_its_account() -> None:
    """Catches a member of the vendor's organization of which only the organization is told."""
    callers = Callers(register(), index())
    user = callers.attribute(UsageCaller(account=STRANGER), trusted(MEMBERS))
    assert isinstance(user, User)
    assert (user.principal.account, user.organization) == (STRANGER, ORG)


def test_behind_a_chain_nobody_is_own() -> None:
    """Catches calls at the end of a chain that pass as ours, as its first role trusts nobody now."""
    callers = Callers(register(), index(mine=trusted(), vendors=trusted(ACCOUNT)))
    assert callers.behind("mine") == callers.behind("gone") == "unknown"
    assert told(callers.behind("vendors")) == (A, "vetted", A, "trust")


def test_trusts_of_one_party_that_differ_are_mixed() -> None:
    """Catches a party of whom one trust was vetted, and whose every call then passes."""
    vetted = trustee(by("federated", provider="i"), "i", VETTED)
    strange = trustee(by("federated", provider="i", claims={"a": ("b",)}), "i")
    for listed, mixed in (
        ([vetted], False), ([vetted, vetted], False), ([vetted, strange], True), ([strange, vetted], True),
        ([vetted, strange, strange], True),
    ):  # fmt: skip
        found = _outsiders(Trust(one, {}, False) for one in listed)
        (only,) = found.values()
        assert (only.mixed, only.who) == (mixed, listed[0])


STANDS = [
    (by("principal", account=VENDOR, arn="x"), VENDOR, by("account", account=VENDOR, partition="aws")),
    (by("service", service="s", source=VENDOR), VENDOR, by("account", account=VENDOR, partition="aws")),
    (by("service", service="s", source=ORG), ORG, by("organization", organization=ORG, partition="aws")),
    (by("federated", provider="i", claims={"a": ("b",)}), "i", by("federated", provider="i")),
    (by("anyone", pattern="1*"), "*", by("anyone", pattern="1*")),
]  # fmt: skip


@rows("principal, identity, expected", STANDS)
def test_who_stands_behind_a_trust(
    principal: Principal, identity: str, expected: Principal
) -> None:
    """Catches a role of a vendor that counts as another party than the vendor."""
    assert stands_for(trustee(principal, identity), "aws") == expected


def names(text: Any) -> dict[str, Any]:
    return {"Statement": [{"Principal": {"AWS": text}}]}


KEPT = [
    (names(f"arn:aws:iam::{OWN}:root"), True, True, False, "an account of ours"),
    (names(f"arn:aws:iam::{STRANGER}:root"), True, False, False, "nobody of ours"),
    (names([STRANGER, OWN]), True, True, False, "a stranger and one of ours"),
    (names(SAML + "Okta"), True, False, False, "our own id in a provider's ARN"),
    (names(OWN_ORG), True, True, False, "the organization, whose accounts are all listed"),
    (names(OWN_ORG), False, True, True, "the organization, whose accounts nobody listed"),
    (names(STRANGER), False, False, False, "nobody listed, and a stranger named"),
]


@rows("policy, listed, own, organization, why", KEPT)
def test_whom_else_a_role_trusts(
    policy: Any, listed: bool, own: bool, organization: bool, why: str
) -> None:
    """Catches a role that we may use too, whose every call is put down to its vendor."""
    kept = RoleTrustIndex(
        register(organizations=frozenset({"o-second12345"})), (), (), listed=listed
    )
    reading = Reading(Analysis(), (Trust(ACCOUNT, {}, False),), True, True)
    kept.keep(record(policy=policy), reading)
    (found,) = kept.roles.values()
    assert (found.own, found.own_organization) == (own, organization), why
    assert found.outsiders.keys() == {A} and bytes(found.role.trust_policy) == b"null"


def test_roles_that_nobody_outside_took_or_may_take_are_let_go() -> None:
    """Catches a million roles in memory, and a used one whose trust is gone and with it its use."""
    kept = RoleTrustIndex(register(), [ARN], (), listed=True)
    nothing = Reading(Analysis(), (), True, True)
    for arn in (ARN, ARN + "2"):
        kept.keep(record(arn), nothing)
    assert kept.roles.keys() == {ARN} and kept.roles[ARN].outsiders == {}


def test_own_logins_are_kept_by_their_issuer() -> None:
    """Catches our own pipeline's calls that are put down to whoever else logs in there."""
    arn = f"arn:aws:iam::{OWN}:oidc-provider/idp.example.com"
    providers = [
        ProviderRecord(account=OWN, arn=SAML + "X", kind="saml", issuer="https://idp.example.com/")
    ]
    kept = RoleTrustIndex(register(), [], providers, listed=True)
    grants = tuple(Grant(principal=by("federated", provider=p), actions=("a",)) for p in
                   ("idp.example.com", "idp.else.example"))  # fmt: skip
    kept.keep(record(), Reading(Analysis(grants=grants), (Trust(ACCOUNT, {}, False),), True, True))
    assert kept.roles[ARN].own_providers == {"idp.example.com"} and kept.roles[ARN].own
    assert kept.issuer(SAML + "X") == kept.issuer(arn) == "idp.example.com"


def call(role: str | None = ARN, who: Call = None, **more: Any) -> Usage:
    caller = None if who is None else UsageCaller(**who)
    return Usage(**{"role": role, "account": OWN, "caller": caller, "event_source": "ec2.amazonaws.com",
                    "event_name": "DescribeInstances", "calls": 1} | more)  # fmt: skip


def used(
    lines: list[Usage], assumed: list[Assumption] | None = None, *, asked: bool = True,
    roles: dict[str, TrustedRole] | None = None,
) -> list[tuple[str, str | None, int, bool]]:  # fmt: skip
    """Who, which role, how many lines, and whether only that they assumed it is known."""
    window = window_of(None, date(2026, 11, 20))
    trail = Trail(lines, assumed or [], window, asked)
    found = Uses(register(), trail, index(**(roles or {})))
    return [(one.user.party[1], one.role, len(one.lines), one.assumed) for one in found]


GONE = f"arn:aws:iam::{STRANGER}:role/Theirs"
UNKNOWN = NOBODY.party[1]


def assumed(who: Call, calls: int = 1, role: str = ARN) -> Assumption:
    caller = None if who is None else UsageCaller(**who)
    return Assumption(role=role, account=OWN, caller=caller, calls=calls)


MINE, VENDORS = {ARN: trusted()}, {ARN: trusted(ACCOUNT)}
USES: list[tuple[list[Usage], list[Assumption], dict[str, Any], Any, str]] = [
    ([], [], VENDORS, [(VENDOR, ARN, 0, False)], "a trust that nobody used"),
    ([], [], {ARN: trusted(trustee(by("service", service="s", source=VENDOR), VENDOR))}, [],
     "AWS's services are no users"),
    ([call(who=BY_ACCOUNT), call(who=BY_ACCOUNT)], [], VENDORS, [(VENDOR, ARN, 2, False)], "its calls together"),
    ([call(who={"account": OWN})], [], MINE, [], "our own"),
    ([call()], [], MINE, [], "nobody told, where nobody outside is trusted"),
    ([call()], [assumed(BY_STRANGER)], MINE, [(UNKNOWN, ARN, 1, False), (STRANGER, ARN, 1, True)],
     "nor where an outsider took the role"),
    ([call()], [assumed(BY_STRANGER, calls=0)], MINE, [], "an attempt that failed is no use"),
    ([call(chained_from=ARN + "0")], [], MINE, [(UNKNOWN, ARN, 1, False)], "the end of a chain of which nobody is known"),
    ([call(ARN + "2", chained_from=ARN)], [], VENDORS, [(VENDOR, ARN + "2", 1, False)],
     "the end of a chain is use of its beginning"),
    ([call(None, BY_STRANGER)], [], MINE, [(STRANGER, None, 1, False)], "a call that needed no role"),
    ([], [assumed(BY_STRANGER), assumed(BY_STRANGER)], MINE, [(STRANGER, ARN, 2, True)], "a role that was taken"),
    ([call(who=BY_STRANGER)], [assumed(BY_STRANGER)], MINE, [(STRANGER, ARN, 1, False)], "calls tell more than that"),
    ([], [assumed(BY_STRANGER, role=GONE)], MINE, [], "a role of somebody else's account"),
    ([], [assumed(None)], MINE, [(UNKNOWN, ARN, 1, True)], "taken by whoever it was"),
    ([], [assumed({"account": OWN})], MINE, [], "taken by one of ours"),
    ([call(), call(who=BY_ACCOUNT)], [], {ARN: trusted(ACCOUNT, OTHER)},
     [(UNKNOWN, ARN, 1, False), (VENDOR, ARN, 1, False)], "of a role of which it cannot be told nobody is idle"),
]  # fmt: skip


@rows("lines, taken, roles, expected, why", USES, ids=[row[-1] for row in USES])
def test_who_used_which_role(
    lines: list[Usage], taken: list[Assumption], roles: Any, expected: Any, why: str
) -> None:
    """Catches use that nobody is told of, and a vendor that is called idle and is not."""
    assert sorted(used(lines, taken, roles=roles)) == sorted(expected), why


MORE: list[tuple[list[Usage], list[Assumption], dict[str, Any], Any, str]] = [
    ([call()], [assumed(BY_ACCOUNT)], VENDORS, [(VENDOR, ARN, 1, False)], "the only one that may have called"),
    ([call()], [assumed({"account": OWN})], MINE, [], "taken by ours, so the calls are ours"),
]  # fmt: skip


@rows("lines, taken, roles, expected, why", MORE)
def test_who_may_have_been_behind_a_role(
    lines: list[Usage], taken: list[Assumption], roles: Any, expected: Any, why: str
) -> None:
    """Catches a call that nobody is told of, though only one can have made it."""
    assert used(lines, taken, roles=roles) == expected, why


def test_use_stands_in_the_account_of_its_role() -> None:
    """Catches a vendor's use that is told of the account which logged it, and not of the role's."""
    lines = [call(who=BY_STRANGER, account="444444444444"), call(GONE, BY_STRANGER, account="444444444444"),
             call(None, BY_STRANGER, account="444444444444")]  # fmt: skip
    trail = Trail(lines, [], window_of(None, date(2026, 11, 20)), False)
    told = {one.role: one.account for one in Uses(register(), trail, index())}
    assert told == {ARN: OWN, GONE: "444444444444", None: "444444444444"}


def test_which_limits_hold_for_a_use() -> None:
    """Catches a limit of nought dollars that counts as none."""
    assert usage_vetting(VETTED, register())["usd_per_day"] == 1.0
    (vendor, *_) = (found := register()).vendors
    scope = msgspec.structs.replace(vendor.scope, usage=UsageLimits(usd_per_day=0.0))
    found.vendors = (msgspec.structs.replace(vendor, scope=scope),)
    assert usage_vetting(VETTED, found)["usd_per_day"] == 0.0
    assert usage_vetting(UNLISTED, found)["usd_per_day"] == 1.0


def test_what_nobody_asked_for_is_not_unused() -> None:
    """Catches a vendor that is told to go, as the trail was read for assumed roles alone."""
    assert used([], asked=False, roles=VENDORS) == []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINDOWS: list[tuple[Any, int | None, int | None, str, str]] = [
    (None, None, None, "2026-11-20", "no window: idle until today"),
    ({"begin": "2026-11-01"}, None, None, "2026-11-20", "no end"),
    ({"end": "2026-11-10"}, None, None, "2026-11-10", "no beginning"),
    ({"begin": "2026-11-01", "end": "2026-11-11"}, 10, 10, "2026-11-11", "whole"),
    ({"begin": "2026-11-01", "end": "2026-11-11", "holes": [("2026-11-03", "2026-11-04")]}, 8, 6, "2026-11-11",
     "two days without one event"),
    ({"begin": "2026-11-01", "end": "2026-11-11T23:00:00Z", "holes": [("2026-11-03", "2026-11-03"), ("2026-11-08", "2026-11-09")]},
     7, 1, "2026-11-11T23:00:00", "two holes"),
]  # fmt: skip


@rows("recorded, days, unbroken, until, why", WINDOWS)
def test_how_long_a_trail_was_watched(
    recorded: Any, days: int | None, unbroken: int | None, until: str, why: str
) -> None:
    """Catches days that nobody watched and that count as days without use."""
    window = None if recorded is None else msgspec.convert({"source": "s"} | recorded, UsageWindow)
    found = window_of(window, date(2026, 11, 20))
    assert (found.days, found.unbroken, found.until) == (days, unbroken, at(until)), why


@rows(
    "recorded, refused",
    [
        (None, False),
        ({}, False),
        ({"begin": "2026-11-01", "end": "2026-11-01"}, False),
        ({"begin": "2026-11-02", "end": "2026-11-01"}, True),
        ({"begin": "2026-11-01"}, False),
        ({"end": "2026-11-01"}, False),
        ({"begin": "x"}, True),
        ({"end": "x"}, True),
        ({"holes": [("2026-11-01", "x")]}, True),
    ],
)
def test_a_window_that_is_none(recorded: Any, refused: bool) -> None:
    """Catches a trail of no known time, of which every day would count as watched."""
    window = None if recorded is None else msgspec.convert({"source": "s"} | recorded, UsageWindow)
    if not refused:
        return check_window(window, "f")
    with pytest.raises(InputError, match="collect the trail again"):
        check_window(window, "f")
    return None


def test_a_moment() -> None:
    """Catches a time without an offset that is not UTC, and text that is no time."""
    assert moment("2026-11-20") == at("2026-11-20")
    assert moment("2026-11-20T01:00:00+01:00") == at("2026-11-20")
    assert moment(None) is moment("") is moment("soon") is None


WATCHED = window_of(
    UsageWindow(source="s", begin="2026-11-01", end="2026-11-11"), date(2026, 11, 20)
)
IDLE = [
    ([], None, 10, "nothing in all the days that were watched"),
    ([], "2026-10-02", 40, "nor before"),
    ([], "2026-11-09", 10, "used lately, and by somebody else"),
    ([], "2026-12-01", 10, "used after the trail's end"),
    ([call(last_seen="2026-11-06")], None, 5, "seen"),
    ([call(last_seen="2026-11-06"), call(last_seen="2026-11-09"), call()], "2026-01-01", 2, "the last time counts"),
    ([call(last_seen="2026-11-12")], None, 0, "after the end"),
    ([call()], None, None, "seen at a time that nobody knows"),
    ([call()], "2026-11-01", 10, "and the role's last use is a bound"),
]  # fmt: skip


@rows("lines, last_used, idle, why", IDLE)
def test_days_without_use(
    lines: list[Usage], last_used: str | None, idle: int | None, why: str
) -> None:
    """Catches a vendor in use that is told to go, and an idle one that is not."""
    assert usage_facts(lines, None, WATCHED, last_used)["idle_days"] == idle, why


def test_a_role_used_lately_of_which_no_day_was_watched() -> None:
    """Catches a fault where nobody knows how long a trail was watched."""
    unwatched = window_of(None, date(2026, 11, 20))
    assert usage_facts([], None, unwatched, "2026-11-09")["idle_days"] == 11
    assert usage_facts([], None, unwatched, None)["idle_days"] is None


def test_what_all_calls_come_to() -> None:
    """Catches failures that count as work, and a peak of one action for that of all."""
    lines = [
        call(calls=10, errors={"AccessDenied": 2, "ThrottlingException": 3, "Other": 1}, first_seen="2026-11-02",
             last_seen="2026-11-03", peak_per_hour=7, peak_per_minute=3, denied_peak_per_hour=2, regions=("b", "a")),
        call(calls=4, event_name="StopInstances", first_seen="2026-11-01", last_seen="2026-11-02", peak_per_hour=9,
             throttles_at_peak=5, source_networks=("10.0.0.0/8",)),
    ]  # fmt: skip
    found = usage_facts(lines, None, WATCHED, None)
    assert (found["calls"], found["errors"], found["denied"], found["throttled"]) == (14, 6, 2, 3)
    assert (found["first_seen"], found["last_seen"]) == ("2026-11-01", "2026-11-03")
    assert (found["peak_per_hour"], found["peak_per_minute"]) == (9, 3)
    assert (found["denied_peak_per_hour"], found["throttles_at_peak"]) == (2, 5)
    assert (found["regions"], found["source_networks"]) == (["a", "b"], ["10.0.0.0/8"])
    assert [(one["calls"], one["errors"]) for one in found["actions"]] == [(10, 6), (4, 0)]
    whole = usage_facts([call(caller_peak_per_hour=2, peak_per_hour=9)], None, WATCHED, None)
    assert whole["peak_per_hour"] == 2  # over all actions, as the trail was asked
    none = usage_facts([], None, WATCHED, None)
    assert (none["calls"], none["peak_per_hour"], none["costly"], none["costly_usd"]) == (
        0,
        0,
        [],
        None,
    )


def metrics(calls: int, **more: Any) -> Usage:
    return call(event_source="monitoring.amazonaws.com", event_name="GetMetricData",
                action="cloudwatch:GetMetricData", calls=calls, **more)  # fmt: skip


def test_what_calls_cost() -> None:
    """Catches a burst that is spread over the window, and a bill for what failed."""
    day = {"first_seen": "2026-11-01T00:00:00Z", "last_seen": "2026-11-01T12:00:00Z"}
    four = {"first_seen": "2026-11-01T00:00:00Z", "last_seen": "2026-11-05T00:00:00Z"}
    price = usage_facts([metrics(1, **day)], None, WATCHED, None)["costly_usd_per_day"]

    def daily(*lines: Usage) -> float:
        return float(usage_facts(lines, None, WATCHED, None)["costly_usd_per_day"])

    assert price > 0
    assert daily(metrics(1_000, **day)) == pytest.approx(1_000 * price)
    assert daily(metrics(1_000, **four)) == pytest.approx(250 * price)
    assert daily(metrics(1_000)) == pytest.approx(1_000 * price)
    assert daily(metrics(1_000, first_seen=four["first_seen"])) == pytest.approx(1_000 * price)
    failed = usage_facts([metrics(5, errors={"AccessDenied": 5}, **day)], None, WATCHED, None)
    assert failed["costly"] == []
    million = usage_facts([metrics(1_000_000, **day)], None, WATCHED, None)
    assert "up to $" in million["costly"][0]["text"] and million["unpriced"] == []
    assert daily(metrics(1_000, errors={"AccessDenied": 400}, **day)) == pytest.approx(600 * price)
    assert daily(metrics(5, errors={"AccessDenied": 5}, **day)) == daily(call()) == 0
    assert daily(metrics(500, **day), metrics(500, **day)) == pytest.approx(1_000 * price)
    (row,) = usage_facts([metrics(500), metrics(700)], None, WATCHED, None)["costly"]
    assert row["calls"] == 1_200 and "1,200 calls" in row["text"]
    (one,) = usage_facts([metrics(1)], None, WATCHED, None)["costly"]
    assert "(1 call, less than $0.01)" in one["text"]
