"""The reference itself, held to docs/usage.md by tables made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.usage import reference, trails
from tests.usage.attribution import HOPS, Window
from tests.usage.counting import network
from tests.usage.events import STS, Event, federated, foreign, service, session, user, web_user
from tests.usage.traps import ACME, BOLT, DEPLOY, HERE, IDP, PORTAL, SSO, STEPS, THERE, VENDOR

Rows = list[tuple[Any, ...]]
GITHUB = "token.actions.githubusercontent.com"
FAR = "arn:aws:iam::444455556666:role/far"
FAR_TEAM, ONCE = (
    "arn:aws:iam::444455556666:role/team/far",
    "arn:aws:iam::111122223333:role/trusted-once",
)
EVE, OPS = "arn:aws:iam::888800002222:user/eve", "arn:aws:iam::999900001111:role/ops"
PARTNER = "arn:aws:iam::111122223333:role/partner"
GUEST = {"type": "AssumedRole", "accountId": HERE, "sessionContext": {}}


def by(**known: str) -> dict[str, str | None]:
    nobody: dict[str, str | None] = dict.fromkeys(("account", "arn", "service", "issuer"))
    return nobody | known


CALLERS: list[tuple[str, Event, dict[str, str | None] | None]] = [
    ("a service", service("ec2.amazonaws.com"), by(service="ec2.amazonaws.com")),
    ("another account", foreign(ACME), by(account=ACME)),
    ("another account's ARN is not in the table", foreign(ACME) | {"arn": "x"}, by(account=ACME)),
    ("anybody", {"type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL"}, by(arn="*")),
    ("a provider's ARN", web_user(f"arn:aws:iam::{HERE}:oidc-provider/a.example/b/c", "s"), by(issuer="a.example/b/c")),
    ("a provider that ends in a slash", web_user(f"arn:aws:iam::{HERE}:oidc-provider/a.example/b/", "s"), by(issuer="a.example/b")),
    ("a provider's name", web_user("accounts.google.com", "s"), by(issuer="accounts.google.com")),
    ("SAML, nothing else known", {"type": "SAMLUser", "identityProvider": "x1="}, by(issuer="x1=")),
    ("a session is its role", session(VENDOR, "K"), by(account=HERE, arn=VENDOR)),
    ("a session of no known role", GUEST, by(account=HERE)),
    ("a federated user is the user", federated(HERE, "al", "K"), by(account=HERE, arn=f"arn:aws:iam::{HERE}:user/al")),
    ("a user", user(HERE), by(account=HERE, arn=f"arn:aws:iam::{HERE}:user/alice")),
    ("the root user", {"type": "Root", "accountId": HERE, "arn": "r"}, by(account=HERE, arn="r")),
    ("no type", {"accountId": HERE, "arn": "r"}, by(account=HERE, arn="r")),
    ("a delegate", session(VENDOR, "K", delegate=BOLT), by(account=BOLT)),
    ("a delegate of a user", user(HERE) | {"invokedByDelegate": {"accountId": BOLT}}, by(account=BOLT)),
    ("nothing known", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "identity", "expected"), CALLERS, ids=[r[0] for r in CALLERS])
def test_caller(why: str, identity: Event, expected: dict[str, str | None] | None) -> None:
    """A row of the table misread would attribute all use of one kind to somebody else."""
    assert reference.caller({"userIdentity": identity}) == expected


# role, via, account, caller, name, calls, peak of the name, peak of the caller
ROLLUPS: dict[str, Rows] = {
    "duplicates": [(VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 10, 10, 10)],
    "two_vendors": [
        (VENDOR, "session", HERE, by(account=BOLT), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 2, 2, 2),
    ],
    "web_identity": [(DEPLOY, "session", HERE, by(issuer=GITHUB), "ListBuckets", 2, 2, 2)],
    "slashed": [
        (DEPLOY, "session", HERE, by(issuer="sts.windows.net/tenant"), "ListBuckets", 2, 2, 2)
    ],
    "saml": [(PARTNER, "session", HERE, by(issuer=IDP), "ListBuckets", 1, 1, 1)],
    "services": [
        (VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(service="ec2.amazonaws.com"), "ListBuckets", 1, 1, 1),
    ],
    "failed_assumptions": [],
    "denied_burst": [
        (VENDOR, "session", HERE, by(account=ACME), "RunInstances", 1, 1, 4),
        (VENDOR, "session", HERE, by(account=ACME), "GetObject", 7, 4, 4),
    ],
    "throttled_by_others": [
        (VENDOR, "session", HERE, by(account=ACME), "DescribeInstances", 6, 3, 3)
    ],
    "bucket_policy": [
        (None, "direct", HERE, by(account=ACME), "GetObject", 1, 1, 1),
        (None, "direct", HERE, by(arn="*"), "GetObject", 1, 1, 1),
        (None, "direct", THERE, by(account=ACME), "GetObject", 1, 1, 1),
    ],
    "categories": [(VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 2, 2, 2)],
    "dated_names": [
        (VENDOR, "session", HERE, None, "GetFunction20150331v2", 2, 2, 3),
        (VENDOR, "session", HERE, None, "ListFunctions20150331", 1, 1, 3),
    ],
    "other_keys": [
        (None, "direct", HERE, by(account=BOLT), "AssumeRole", 1, 1, 1),
        (VENDOR, "session", HERE, None, "ListBuckets", 1, 1, 1),
    ],
    "missing_fields": [(VENDOR, "session", HERE, None, "ListBuckets", 1, 1, 1)],
    "chain_without_a_start": [
        (DEPLOY, "session", HERE, None, "ListBuckets", 1, 1, 1),
        (STEPS[0], "session", HERE, None, "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, None, "AssumeRole", 2, 2, 2),
    ],
    # sessions 0 to 5 assume, 1 to 6 list buckets: Acme is behind all of them
    "chain_of_watched_roles": [
        (VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 6, 6, 12),
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 6, 6, 12),
    ],
    "own_role_assumes": [
        (VENDOR, "session", HERE, by(account=HERE, arn=SSO), "ListBuckets", 1, 1, 2),
        (VENDOR, "session", HERE, by(account=HERE, arn=SSO), "AssumeRole", 1, 1, 2),
    ],
    "delegates": [
        (SSO, "delegated", HERE, by(account=BOLT), "AssumeRole", 1, 1, 1),
        (VENDOR, "delegated", HERE, by(account=BOLT), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=BOLT), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1),
    ],
    "shared_events": [
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
        (FAR, "session", THERE, by(account=ACME), "ListBuckets", 1, 1, 1),
    ],
    "forged_records": [(VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 5, 5, 5)],
    "named_in_passing": [],
    "hostile_text": [(VENDOR, "session", HERE, by(account=ACME), "CreateTags", 14, 14, 14)],
    "escapes": [(VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1)],
    "chain_1": [
        (STEPS[0], "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
    ],
    "chain_4": [
        (STEPS[0], "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
        (STEPS[1], "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
        (STEPS[2], "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
        (STEPS[3], "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
    ],
    "trust_that_is_gone": [
        (ONCE, "session", HERE, None, "ListBuckets", 1, 1, 1),
        (ONCE, "session", HERE, by(account=BOLT), "CreateUser", 1, 1, 1),
        (ONCE, "session", THERE, by(account=BOLT), "AssumeRole", 1, 1, 1),
        (FAR_TEAM, "session", THERE, by(account=BOLT), "ListBuckets", 1, 1, 1),
    ],
    "failed_to_come_in": [],
    "switch_role": [
        (DEPLOY, "session", HERE, None, "SwitchRole", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=BOLT, arn=EVE), "CreateUser", 1, 1, 2),
        (VENDOR, "session", HERE, by(account=BOLT, arn=EVE), "SwitchRole", 1, 1, 2),
        (VENDOR, "session", HERE, by(account=ACME, arn=OPS), "SwitchRole", 1, 1, 1),
    ],
    "switch_role_onward": [
        (STEPS[0], "session", HERE, None, "ListBuckets", 1, 1, 2),
        (STEPS[0], "session", HERE, None, "SwitchRole", 1, 1, 2),
    ],
    "switch_role_from_afar": [
        (STEPS[0], "session", HERE, None, "ListBuckets", 1, 1, 2),
        (STEPS[0], "session", HERE, None, "SwitchRole", 1, 1, 2),
    ],
    "somebody_assumes": [(ONCE, "session", HERE, None, "ListBuckets", 2, 2, 2)],
    "recorded_twice": [(VENDOR, "session", HERE, by(account=ACME), "Decrypt", 1, 1, 1)],
    "https_issuers": [(DEPLOY, "session", HERE, by(issuer=GITHUB), "ListBuckets", 6, 6, 6)],
    "other_times": [(VENDOR, "session", HERE, by(account=ACME), "ListBuckets", 4, 4, 4)],
    "a_user_assumes": [
        (
            ONCE,
            "session",
            HERE,
            by(account=BOLT, arn=f"arn:aws:iam::{BOLT}:user/alice"),
            "ListBuckets",
            1,
            1,
            1,
        )
    ],
    "deep_chain_40": [
        (VENDOR, "session", HERE, by(account=ACME), "CreateUser", 1, 1, 41),
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 40, 40, 41),
    ],
    "chain_5": [
        *((step, "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1) for step in STEPS[:4]),
        (STEPS[4], "session", HERE, by(account=ACME), "ListBuckets", 1, 1, 1),
        (VENDOR, "session", HERE, by(account=ACME), "AssumeRole", 1, 1, 1),
    ],
}
COLUMNS = ("role", "via", "account", "caller", "event_name", "calls", "peak_per_hour",
           "caller_peak_per_hour")  # fmt: skip


@pytest.mark.parametrize("name", ROLLUPS)
def test_rollup_of_a_trap(name: str) -> None:
    """A reference that falls into a trap itself would let the engines fall in after it."""
    trap = trails.TRAPS[name]()
    found = reference.rollup(trap.events, trails.WATCHED, trails.OWN)
    assert [tuple(r[c] for c in COLUMNS) for r in found] == ROLLUPS[name], trap.expect


@pytest.mark.parametrize(("hops", "unknown"), [(15, 0), (16, 1), (40, 25)])
def test_the_depth_of_athena(hops: int, unknown: int) -> None:
    """A step that is followed too far or not far enough, in the one engine that has a bound."""
    events = trails.TRAPS[f"deep_chain_{hops}"]().events
    found = reference.rollup(events, trails.WATCHED, trails.OWN, hops=HOPS)
    assert sum(r["calls"] for r in found if r["caller"] is None) == unknown
    assert {r["chained_from"] for r in found if r["caller"] is None} <= {VENDOR}


FILTERS = [
    ("from eleven on", Window(begin="2026-05-01T11:00:00Z"), {(VENDOR, ACME), (DEPLOY, None)}),
    ("from ten on", Window(begin="2026-05-01T07:59:00Z"), {(VENDOR, ACME), (DEPLOY, BOLT)}),
    ("a region", Window(regions=("eu-west-1",)), {(VENDOR, ACME), (DEPLOY, BOLT)}),
    ("another region", Window(regions=("us-east-1",)), set()),
    ("an account", Window(accounts=(THERE,)), set()),
]


@pytest.mark.parametrize(("why", "window", "expected"), FILTERS, ids=[f[0] for f in FILTERS])
def test_filters_narrow_what_is_reported(why: str, window: Window, expected: set[Any]) -> None:
    """A filter that takes away the assumption makes the call nobody's."""
    events = trails.TRAPS["before_and_elsewhere"]().events
    found = reference.rollup(events, trails.WATCHED, trails.OWN, window)
    assert {(r["role"], (r["caller"] or {}).get("account")) for r in found} == expected


def test_every_column_of_a_rollup() -> None:
    """A column that is computed over the wrong calls would show in no projection."""
    trap = trails.TRAPS["denied_burst"]()
    assert reference.rollup(trap.events, trails.WATCHED, trails.OWN)[1] == {
        "role": VENDOR, "via": "session", "account": HERE, "caller": by(account=ACME),
        "event_source": "s3.amazonaws.com", "event_name": "GetObject", "calls": 7,
        "errors": {"AccessDenied": 6, "NoSuchKey": 1},
        "first_seen": "2026-05-01T10:50:00Z", "last_seen": "2026-05-01T11:05:00Z",
        "peak_per_hour": 4, "peak_per_minute": 2, "caller_peak_per_hour": 4,
        "caller_peak_per_minute": 2, "denied_peak_per_hour": 4, "throttles_at_peak": 0,
        "chained_from": None,
        "regions": ["us-east-1"], "source_networks": ["203.0.113.0/24"],
    }  # fmt: skip


def test_throttles_are_of_the_busiest_hours_and_of_the_account() -> None:
    """Errors of a quiet hour, or of another account, would blame a vendor for nothing."""
    trap = trails.TRAPS["throttled_by_others"]()
    (found,) = reference.rollup(trap.events, trails.WATCHED, trails.OWN)
    assert found["throttles_at_peak"] == 2


# role, caller, its account, succeeded, failed
ASSUMPTIONS: dict[str, Rows] = {
    "duplicates": [(VENDOR, ACME, ACME, 1, 0)],
    "failed_assumptions": [(VENDOR, ACME, ACME, 1, 0), (VENDOR, BOLT, BOLT, 0, 2)],
    "services": [(VENDOR, ACME, ACME, 1, 0), (VENDOR, "ec2.amazonaws.com", None, 1, 0)],
    "saml": [
        (SSO, PORTAL, None, 1, 0),
        (PARTNER, IDP, None, 1, 0),
        (PARTNER, f"arn:aws:iam::{HERE}:saml-provider/idp", None, 0, 1),
    ],
    "shared_events": [(VENDOR, ACME, ACME, 1, 0), (FAR, VENDOR, HERE, 1, 0)],
    "chain_of_watched_roles": [(VENDOR, VENDOR, HERE, 6, 0), (VENDOR, ACME, ACME, 1, 0)],
    "delegates": [(VENDOR, BOLT, BOLT, 1, 0), (VENDOR, ACME, ACME, 1, 0)],
    "forged_records": [(VENDOR, ACME, ACME, 1, 0)],
    "named_in_passing": [],
    "other_keys": [],
}


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_assumptions_of_a_trap(name: str) -> None:
    """An assumption counted twice, or of nobody, would make a dormant vendor look alive."""
    found = reference.assumptions(trails.TRAPS[name]().events)
    assert [tuple(r.values()) for r in found] == ASSUMPTIONS[name]


def test_a_call_row_to_the_letter() -> None:
    """A column that is missing, or taken from elsewhere, is what `usage calls` would print."""
    found = reference.calls(trails.TRAPS["escapes"]().events, VENDOR)
    assert found == [{
        "event_time": "2026-05-01T10:01:00Z", "event_source": "s3.amazonaws.com",
        "event_name": "ListBuckets", "account": HERE, "region": "us-east-1",
        "source_ip": "203.0.113.7", "error_code": None,
        "request_id": "00000036-1111-4111-8111-000000000002",
        "event_id": "00000036-2222-4222-8222-000000000002",
        "request_parameters": {"path": "/a/b", "literal": "\\u002f and \\/",
                               "policy": '{"Resource": "a/b"}'},
        "caller": by(account=ACME),
    }]  # fmt: skip


CALLS: list[tuple[str, str, str, list[dict[str, str | None] | None]]] = [
    ("one hop, not the vendor behind it", "chain_2", STEPS[1], [by(account=HERE, arn=STEPS[0])]),
    ("a delegate before the session's", "delegates", VENDOR, [by(account=n) for n in (BOLT, ACME, BOLT)]),
    ("web identity without an assumption", "web_identity", DEPLOY, [by(issuer=GITHUB)] * 2),
    ("nobody that the trail tells", "other_keys", VENDOR, [None]),
    ("the half of a pair that tells more", "shared_events", FAR, [by(account=HERE, arn=VENDOR)]),
    ("an assumption of another role", "chain_1", VENDOR, [by(account=ACME)]),
    ("our own sessions too", "saml", SSO, [by(issuer=PORTAL)]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "role", "expected"), CALLS, ids=[r[0] for r in CALLS])
def test_callers_of_calls(
    why: str, name: str, role: str, expected: list[dict[str, str | None] | None]
) -> None:
    """One hop more or less, and the wrong party answers for the call."""
    found = reference.calls(trails.TRAPS[name]().events, role)
    assert [r["caller"] for r in found] == expected


def test_callers_of_a_name() -> None:
    """A session of nobody that is left out would hide who shared an image."""
    session_arn = f"arn:aws:sts::{HERE}:assumed-role/vendor/job"
    events = trails.TRAPS["other_keys"]().events
    found = reference.callers(events, {("s3.amazonaws.com", "ListBuckets"), (STS, "AssumeRole")})
    assert [r["caller"] for r in found] == [
        by(account=HERE, arn=session_arn),
        by(account=HERE, arn=f"arn:aws:iam::{HERE}:user/alice"),
    ]
    denied = trails.TRAPS["denied_burst"]().events
    runs = reference.callers(denied, {("ec2.amazonaws.com", "RunInstances")})
    assert [(r["error_code"], r["caller"]) for r in runs] == [
        ("Client.UnauthorizedOperation", by(account=ACME))
    ]


def test_the_window() -> None:
    """An edge counted twice or never would make two months that do not add up; and who called is
    told by what was before the window."""
    trap = trails.TRAPS["older_sessions"]()
    within = Window("2026-05-01T00:00:00Z", "2026-05-08T00:00:00Z")
    (found,) = reference.rollup(trap.events, trails.WATCHED, trails.OWN, within)
    assert (found["calls"], found["caller"]) == (2, by(account=ACME))
    assert (found["first_seen"], found["last_seen"]) == (
        "2026-05-01T00:00:00Z",
        "2026-05-07T23:59:59Z",
    )


NETWORKS = [
    ("IPv4", "198.51.100.9", "198.51.100.0/24"),
    ("IPv6", "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
    ("IPv6, shortened behind", "2001:db8:1::5", "2001:db8:1::/48"),
    ("IPv6, shortened before", "2001:db8::5", "2001:db8::5"),
    ("a service", "ec2.amazonaws.com", "ec2.amazonaws.com"),
    ("AWS itself", "AWS Internal", "AWS Internal"),
]


@pytest.mark.parametrize(("why", "address", "expected"), NETWORKS, ids=[r[0] for r in NETWORKS])
def test_networks(why: str, address: str, expected: str) -> None:
    """A network that is too wide would hide that a vendor calls from somewhere new."""
    assert network(address) == expected
