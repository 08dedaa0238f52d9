"""How vendors used their roles, through the real command: who it was, and what that breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, vendorgate
from tests.support.gate import check, findings, pipeline
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    role,
    vendor_role,
    write,
)

MONITORING = f"arn:aws:iam::{OWN2}:role/Monitoring"
GITHUB = "token.actions.githubusercontent.com"
WINDOW = {"source": "logs", "begin": "2026-08-01T00:00:00Z", "end": "2026-11-20T00:00:00Z"}
SHORT = WINDOW | {"begin": "2026-11-01T00:00:00Z"}
LIMITS = ALLOWLIST.replace(
    "scope: {external_id: required}",
    'scope: {external_id: required, usage: {actions: ["ec2:Describe*", "kms:Decrypt"], '
    'denied: ["iam:*"], calls_per_hour: 100, dormant_after_days: 30}}',
)


def scoped(usage: str) -> str:
    return ALLOWLIST.replace(
        "scope: {external_id: required}",
        f"scope: {{external_id: required, usage: {{{usage}}}}}",
    )


def forbids(*patterns: str) -> str:
    return scoped(f"denied: {json.dumps(patterns)}")


def vets(*patterns: str) -> str:
    return scoped(f"actions: {json.dumps(patterns)}")


PAYS = ALLOWLIST.replace(
    "external_id: required", "external_id: required, usage: {usd_per_day: 2.5}"
)
EXPIRED = ALLOWLIST.replace("expires: 2027-05-01", "expires: 2026-11-01")
STRANGERS = ALLOWLIST.replace(VENDOR, "777777777777")


def call(account: str | None = VENDOR, name: str = "ec2:DescribeInstances", **more: Any) -> dict[str, Any]:  # fmt: skip
    """A line of usage in its minimal form."""
    source, event = name.split(":")
    caller = {"account": account, "arn": None, "service": None, "issuer": None}
    return {
        "role": MONITORING, "account": OWN2, "caller": caller if account else None,
        "event_source": f"{source}.amazonaws.com", "event_name": event, "action": name,
        "calls": 10, "errors": {}, "first_seen": "2026-11-01T10:00:00Z",
        "last_seen": "2026-11-18T10:00:00Z", "peak_per_hour": 5, "regions": ["us-east-1"],
        "source_networks": ["192.0.2.0/24"],
    } | more  # fmt: skip


def by(**caller: Any) -> dict[str, Any]:
    return {"account": None, "arn": None, "service": None, "issuer": None} | caller


def used(folder: Path, *lines: Any, roles: Any = (), allowlist: str = ALLOWLIST,
         window: Any = WINDOW, **kinds: Any) -> Ran:  # fmt: skip
    listed = list(roles) or [vendor_role()]
    return check(folder, roles=listed, usage=list(lines), allowlist=allowlist,
                 manifest={"usage": window}, **kinds)  # fmt: skip


ABOUT_USE = {
    "unexpected-vendor-action", "denied-vendor-action", "vendor-call-rate", "vendor-throttling",
    "costly-vendor-calls", "dormant-vendor-role", "unvetted-role-use", "vendor-probing",
    "unknown-role-use", "unattributed-use", "possible-vendor-action", "unknown-vendor-action",
}  # fmt: skip


def policies(ran: Ran) -> set[tuple[str, str | None]]:
    return {(policy, principal) for policy, _, principal in findings(ran) if policy in ABOUT_USE}


def notes(ran: Ran) -> str:
    return " ".join(json.loads(ran.out)["notes"])


ORG = role("Monitoring", allow("*", StringEquals={"aws:PrincipalOrgID": "o-vendor12345"}))
OWN_ORG = role("Monitoring", allow("*", StringEquals={"aws:PrincipalOrgID": "o-own1234567"}))
BOTH = role("Monitoring", [allow({"AWS": VENDOR}), allow({"AWS": STRANGER})])
WITH_OWN = role("Monitoring", allow({"AWS": [VENDOR, OWN]}))
WITH_SERVICE = role("Monitoring", allow({"AWS": VENDOR, "Service": "ec2.amazonaws.com"}))
WEB = pipeline("repo:acme/app:*") | {"name": "Monitoring", "arn": MONITORING}
IDP = role("Monitoring", allow({"Federated": f"arn:aws:iam::{OWN2}:oidc-provider/idp.example.com"},
                               "sts:AssumeRoleWithWebIdentity"))  # fmt: skip
OLD = {"last_seen": "2026-08-02T00:00:00Z", "first_seen": "2026-08-01T00:00:00Z"}
BY_WEB = call(caller=by(issuer=GITHUB))

OTHER = f"arn:aws:iam::{OWN2}:role/Other"
GONE = role("Monitoring", allow({"AWS": f"arn:aws:iam::{OWN}:root"}))
UNKNOWN = {("unattributed-use", "(unknown)")}


def assumed(account: str | None, **more: Any) -> dict[str, Any]:
    """A line of assumptions of the role."""
    who = by(account=account, issuer=more.pop("issuer", None))
    return {"role": MONITORING, "account": OWN2, "caller": who, "calls": 1, "errors": {},
            "first_seen": None, "last_seen": "2026-11-18T10:00:00Z"} | more  # fmt: skip


CASES = [
    ("a vetted vendor, within nothing in particular", [call()], {}, set()),
    ("what was vetted", [call()], {"allowlist": LIMITS}, set()),
    ("an action that was not vetted", [call(name="s3:ListBuckets")], {"allowlist": LIMITS},
     {("unexpected-vendor-action", VENDOR)}),
    ("an event of no known action", [call(event_source="x.amazonaws.com", event_name="Y", action=None)],
     {"allowlist": LIMITS}, {("unexpected-vendor-action", VENDOR)}),
    ("the same, vetted by its event's name", [call(event_source="x.amazonaws.com", event_name="Y", action=None)],
     {"allowlist": LIMITS.replace("kms:Decrypt", "x:Y")}, set()),
    ("a forbidden action", [call(name="iam:CreateUser")], {"allowlist": LIMITS},
     {("unexpected-vendor-action", VENDOR), ("denied-vendor-action", VENDOR)}),
    ("a copy reads what is forbidden to be read", [call(name="s3:CopyObject")],
     {"allowlist": forbids("s3:GetObject*")}, {("denied-vendor-action", VENDOR)}),
    ("a copy needs both to be allowed", [call(name="s3:CopyObject")],
     {"allowlist": vets("s3:PutObject")}, {("unexpected-vendor-action", VENDOR)}),
    ("and both are", [call(name="s3:CopyObject")], {"allowlist": vets("s3:PutObject", "s3:GetObject")}, set()),
    ("or the event by its name", [call(name="s3:CopyObject")], {"allowlist": vets("s3:CopyObject")}, set()),
    ("a function is created with a role", [call(name="lambda:CreateFunction20150331")],
     {"allowlist": forbids("iam:PassRole")}, {("denied-vendor-action", VENDOR)}),
    ("which an allowed action needn't name", [call(name="lambda:CreateFunction20150331")],
     {"allowlist": vets("lambda:*")}, set()),
    ("a stack may have been given a role", [call(name="cloudformation:CreateStack")],
     {"allowlist": forbids("iam:*")}, {("possible-vendor-action", VENDOR)}),
    ("a version may have been deleted", [call(name="s3:DeleteObject")],
     {"allowlist": forbids("s3:DeleteObjectVersion")}, {("possible-vendor-action", VENDOR)}),
    ("a forbidden deletion is that alone", [call(name="s3:DeleteObject")],
     {"allowlist": forbids("s3:Delete*")}, {("denied-vendor-action", VENDOR)}),
    ("a call that nobody knows, of a service with forbidden actions", [call(name="ec2:Frobnicate", action=None)],
     {"allowlist": forbids("ec2:Create*")}, {("unknown-vendor-action", VENDOR)}),
    ("of another service", [call(name="ec2:Frobnicate", action=None)], {"allowlist": forbids("iam:*")}, set()),
    ("of a service that nobody knows", [call(name="nosuch:Frobnicate", action=None)],
     {"allowlist": forbids("iam:*")}, {("unknown-vendor-action", VENDOR)}),
    ("of CloudWatch, whose source has another name", [call(name="monitoring:Frobnicate", action=None)],
     {"allowlist": forbids("cloudwatch:Delete*")}, {("unknown-vendor-action", VENDOR)}),
    ("forbidden by its own name", [call(name="ec2:Frobnicate", action=None)],
     {"allowlist": forbids("ec2:Frob*")}, {("denied-vendor-action", VENDOR)}),
    ("vetted by its own name", [call(name="ec2:Frobnicate", action=None)],
     {"allowlist": scoped('actions: ["ec2:Frobnicate"], denied: ["ec2:Create*"]')}, set()),
    ("a sign-in is no action of any service", [call(name="signin:ConsoleLogin", action=None)],
     {"allowlist": forbids("iam:*")}, set()),
    ("at the limit", [call(peak_per_hour=100)], {"allowlist": LIMITS}, set()),
    ("above it", [call(peak_per_hour=101)], {"allowlist": LIMITS}, {("vendor-call-rate", VENDOR)}),
    ("above it over all actions", [call(caller_peak_per_hour=150)], {"allowlist": LIMITS},
     {("vendor-call-rate", VENDOR)}),
    ("the caller's own peak is exact", [call(peak_per_hour=90, caller_peak_per_hour=95)],
     {"allowlist": LIMITS}, set()),
    ("throttled requests", [call(throttles_at_peak=1)], {}, {("vendor-throttling", VENDOR)}),
    ("calls that cost", [call(name="ce:GetCostAndUsage", calls=1701)], {}, {("costly-vendor-calls", VENDOR)}),
    ("calls that cost a dollar a day, over 17 days", [call(name="ce:GetCostAndUsage", calls=1700)], {}, set()),
    ("calls that cost a few cents", [call(name="ce:GetCostAndUsage")], {}, set()),
    ("the same dollars, all on one day", [call(name="ce:GetCostAndUsage", calls=1700, first_seen="2026-11-18T09:00:00Z")],
     {}, {("costly-vendor-calls", VENDOR)}),
    ("at a time that is not known", [call(name="ce:GetCostAndUsage", calls=101, first_seen=None)],
     {}, {("costly-vendor-calls", VENDOR)}),
    ("for more, which was vetted", [call(name="ce:GetCostAndUsage", calls=1701)],
     {"allowlist": PAYS}, set()),
    ("for a cent, where nothing is accepted", [call(name="ce:GetCostAndUsage")],
     {"allowlist": PAYS.replace("usd_per_day: 2.5", "usd_per_day: 0")}, {("costly-vendor-calls", VENDOR)}),
    ("two kinds of calls, each below a dollar", [call(name="ce:GetCostAndUsage", calls=1000), call(name="ce:GetTags", calls=1000)],
     {}, {("costly-vendor-calls", VENDOR)}),
    ("metrics, of which a call may ask for 500", [call(name="cloudwatch:GetMetricData", event_source="monitoring.amazonaws.com", calls=3401)],
     {}, {("costly-vendor-calls", VENDOR)}),
    ("one instance, whose price nothing bounds", [call(name="ec2:RunInstances", calls=1)], {},
     {("costly-vendor-calls", VENDOR)}),
    ("an instance that is accepted to cost", [call(name="ec2:RunInstances", calls=1)],
     {"allowlist": PAYS}, {("costly-vendor-calls", VENDOR)}),
    ("calls that would cost, and failed", [call(name="ce:GetCostAndUsage", calls=9000, errors={"AccessDenied": 9000})],
     {}, set()),
    ("many refusals", [call(denied_peak_per_hour=20, errors={"AccessDenied": 20})], {},
     {("vendor-probing", VENDOR)}),
    ("no use", [], {}, {("dormant-vendor-role", VENDOR)}),
    ("no use in a short window", [], {"window": SHORT}, set()),
    ("no use in a short window that is long enough for this vendor", [],
     {"window": WINDOW | {"begin": "2026-10-01T00:00:00Z"}, "allowlist": LIMITS},
     {("dormant-vendor-role", VENDOR)}),
    ("no use in an unknown window", [], {"window": None}, {("dormant-vendor-role", VENDOR)}),
    ("no use in a short window, and IAM knows of an old one", [],
     {"window": SHORT, "roles": [vendor_role(last_used="2026-05-01T00:00:00Z")]},
     {("dormant-vendor-role", VENDOR)}),
    ("the last use is long ago", [call(**OLD)], {}, {("dormant-vendor-role", VENDOR)}),
    ("a time that is none", [call(first_seen="x", last_seen="y")], {}, set()),
    ("no use by a stranger", [], {"roles": [vendor_role(account=STRANGER)]},
     {("dormant-vendor-role", STRANGER)}),
    ("a stranger that is trusted", [call(STRANGER)], {"roles": [vendor_role(account=STRANGER)]},
     {("unvetted-role-use", STRANGER)}),
    ("a stranger gets no lesson in manners", [call(STRANGER, "ce:GetCostAndUsage", throttles_at_peak=9)],
     {"roles": [vendor_role(account=STRANGER)], "allowlist": LIMITS},
     {("unvetted-role-use", STRANGER)}),
    ("a stranger that is not trusted any more", [call(STRANGER), call()], {},
     {("unvetted-role-use", STRANGER)}),
    ("an expired vetting", [call()], {"allowlist": EXPIRED}, {("unvetted-role-use", VENDOR)}),
    ("two vendors of one role are told apart", [call(), call(STRANGER, "s3:ListBuckets")],
     {"roles": [BOTH], "allowlist": LIMITS}, {("unvetted-role-use", STRANGER)}),
    ("two vendors, one of whom does nothing", [call()], {"roles": [BOTH]},
     {("dormant-vendor-role", STRANGER)}),
    ("nobody known, and one is trusted", [call(None, "s3:ListBuckets")], {"allowlist": LIMITS},
     {("unexpected-vendor-action", VENDOR)}),
    ("nobody known, and several are trusted", [call(None)], {"roles": [BOTH]}, UNKNOWN),
    ("nobody known, and an own account is trusted too", [call(None)], {"roles": [WITH_OWN]}, UNKNOWN),
    ("nobody known, and a service is trusted too", [call(None, "s3:ListBuckets")],
     {"roles": [WITH_SERVICE], "allowlist": LIMITS}, UNKNOWN),
    ("nobody known, and nobody outside is trusted", [call(None), call(role=OTHER)],
     {"roles": [GONE, vendor_role("Other")]}, set()),
    ("nobody known, through a role that a stranger assumed", [call(None), call(role=OTHER)],
     {"roles": [GONE, vendor_role("Other")], "assumptions": [assumed(STRANGER)]},
     UNKNOWN | {("unvetted-role-use", STRANGER)}),
    ("nobody known behind a chain, of whose first role one is trusted",
     [call(None, "s3:ListBuckets", chained_from=OTHER)],
     {"roles": [GONE, vendor_role("Other")], "allowlist": LIMITS}, {("unexpected-vendor-action", VENDOR)}),
    ("nobody known behind a chain, and nobody is trusted with its first role",
     [call(None, chained_from=MONITORING), call(role=OTHER)], {"roles": [GONE, vendor_role("Other")]}, UNKNOWN),
    ("nobody known behind a chain, whose first role is gone",
     [call(None, chained_from=OTHER), call()], {}, UNKNOWN),
    ("a stranger assumed a role that trusts nobody any more", [call(role=OTHER)],
     {"roles": [GONE, vendor_role("Other")], "assumptions": [assumed(STRANGER)]},
     {("unvetted-role-use", STRANGER)}),
    ("a stranger assumed a role that trusts the vendor alone", [call()],
     {"assumptions": [assumed(STRANGER)]}, {("unvetted-role-use", STRANGER)}),
    ("a stranger who failed, too", [call()], {"assumptions": [assumed(STRANGER, errors={"AccessDenied": 3})]},
     {("unvetted-role-use", STRANGER)}),
    ("a provider assumed a role that trusts nobody any more", [call(role=OTHER)],
     {"roles": [GONE, vendor_role("Other")], "assumptions": [assumed(None, issuer=GITHUB)]},
     {("unvetted-role-use", GITHUB)}),
    ("a stranger failed to", [call()], {"assumptions": [assumed(STRANGER, calls=0, errors={"AccessDenied": 3})]}, set()),
    ("a provider that is trusted no more", [call()], {"assumptions": [assumed(None, issuer=GITHUB)]},
     {("unvetted-role-use", GITHUB)}),
    ("somebody assumed a role that trusts nobody, and did nothing", [],
     {"roles": [GONE], "assumptions": [assumed(None) | {"caller": None}]}, UNKNOWN),
    ("somebody assumed a role that trusts nobody, and called", [call(None)],
     {"roles": [GONE], "assumptions": [assumed(None) | {"caller": None}]}, UNKNOWN),
    ("somebody assumed the vendor's", [], {"assumptions": [assumed(None) | {"caller": None}]}, set()),
    ("an own account assumed it", [call()], {"assumptions": [assumed(OWN)]}, set()),
    ("the vendor assumed it, and did nothing", [], {"assumptions": [assumed(VENDOR)], "allowlist": LIMITS}, set()),
    ("an own caller", [call(OWN), call()], {}, set()),
    ("an own caller by its ARN alone", [call(caller=by(arn=f"arn:aws:iam::{OWN}:role/x")), call()], {}, set()),
    ("a service", [call(caller=by(service="ec2.amazonaws.com")), call()], {}, set()),
    ("anybody at all", [call(role=None, via="direct", caller=by(arn="*")), call()], {},
     {("unvetted-role-use", "*")}),
    ("a direct call of a stranger", [call(STRANGER, role=None, via="direct"), call()], {},
     {("unvetted-role-use", STRANGER)}),
    ("a direct call of the vendor", [call(role=None, via="direct"), call()], {}, set()),
    ("an account of a vetted organization", [call("666666666666")], {"roles": [ORG]}, set()),
    ("of an organization that is none of ours, without one", [call("666666666666")], {"roles": [OWN_ORG]},
     {("unvetted-role-use", "666666666666")}),
    ("a vetted pipeline", [BY_WEB], {"roles": [WEB]}, set()),
    ("a provider that the role does not trust", [BY_WEB, call()], {}, {("unvetted-role-use", GITHUB)}),
    ("an own provider", [call(caller=by(issuer="https://idp.example.com/"))], {"roles": [IDP]}, set()),
    ("a role that is gone", [call(role=f"arn:aws:iam::{OWN2}:role/Gone"), call()], {},
     {("unknown-role-use", VENDOR)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines", "more", "expected"), CASES, ids=[c[0] for c in CASES])
def test_use(tmp_path: Path, why: str, lines: Any, more: Any, expected: Any) -> None:
    """Use that is judged by the wrong vendor's vetting, missed, or held against the innocent."""
    ran = used(tmp_path, *lines, **more)
    assert policies(ran) == expected, ran.err


def test_what_nobody_can_be_told_to_have_done_is_said(tmp_path: Path) -> None:
    """Calls of unknown callers that vanish look like no calls."""
    ran = used(tmp_path, call(None), roles=[BOTH])
    (found,) = [f for f in json.loads(ran.out)["findings"] if f["policy"] == "unattributed-use"]
    assert (found["resource"], found["severity"]) == (MONITORING, "high") and ran.code == 1
    assert found["message"].startswith(
        f"10 calls through {MONITORING}, of which the trail does not"
    )
    assert "(unknown)" not in {p["id"] for p in json.loads(ran.out)["third_parties"]}
    assert policies(used(tmp_path / "b", call(None))) == set()


def test_a_limit_says_which_hours_it_is_of(tmp_path: Path) -> None:
    """Twice as many calls around the turn of an hour as were vetted, and nobody is told why not."""
    assert "clock hours" in notes(used(tmp_path / "a", call(), allowlist=LIMITS))
    assert "clock hours" not in notes(used(tmp_path / "b", call()))


WINDOWS = [
    ("ends before it begins", {"begin": "2027-01-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}, "ends before"),
    ("begins at no time", {"begin": "yesterday"}, "is no time"),
    ("has a hole of no time", {"holes": [["x", "2026-11-02"]]}, "is no time"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "more", "said"), WINDOWS, ids=[w[0] for w in WINDOWS])
def test_a_window_that_is_none_is_refused(tmp_path: Path, why: str, more: Any, said: str) -> None:
    """A vendor that is dormant, or is not, by a window that nobody can have seen."""
    ran = used(tmp_path, call(), window=WINDOW | more)
    assert ran.code == 2 and said in ran.err and "manifest.json" in ran.err


def test_days_that_the_trail_lacks_prove_no_rest(tmp_path: Path) -> None:
    """A vendor that is called dormant for days of which nothing is known, in silence."""
    broken = WINDOW | {"begin": "2026-08-01T00:00:00Z", "holes": [["2026-10-01", "2026-10-05"]]}
    dormant = {("dormant-vendor-role", VENDOR)}
    assert policies(used(tmp_path / "a")) == dormant
    ran = used(tmp_path / "b", window=broken)
    assert policies(ran) == set(), "46 days since"
    assert "nothing is known of them: 2026-10-01 to 2026-10-05." in notes(ran)
    assert policies(used(tmp_path / "c", window=broken, allowlist=LIMITS)) == dormant


def test_an_assumed_role_that_is_not_there(tmp_path: Path) -> None:
    """A role made for an attack and deleted after it leaves its assumptions alone behind."""
    gone = {"role": f"arn:aws:iam::{OWN2}:role/Gone", "account": OWN2, "calls": 2, "errors": {},
            "first_seen": None, "last_seen": "2026-11-18T10:00:00Z"}  # fmt: skip
    ours, known = gone | {"caller": by(account=OWN)}, gone | {"role": MONITORING}
    outside = gone | {"caller": by(account=VENDOR)}
    lines = [ours, known | {"caller": by(account=VENDOR)}]
    assert policies(used(tmp_path / "a", call(), assumptions=lines)) == set()
    ran = used(tmp_path / "b", call(), assumptions=[*lines, outside], allowlist=LIMITS)
    assert policies(ran) == {("unknown-role-use", VENDOR)}
    tried = outside | {"calls": 0, "errors": {"AccessDenied": 3}}
    assert policies(used(tmp_path / "c", call(), assumptions=[tried])) == set()


@pytest.mark.parametrize(("why", "lines", "more", "expected"), CASES, ids=[c[0] for c in CASES])
def test_own_calls_add_no_finding(tmp_path: Path, why: str, lines: Any, more: Any, expected: Any) -> None:  # fmt: skip
    """What the organization itself does is nobody's third-party risk."""
    own = [
        call(OWN, "iam:CreateUser", caller_peak_per_hour=9999),
        call(OWN, role=None, via="direct"),
    ]
    assert policies(used(tmp_path, *lines, *own, **more)) == expected


@pytest.mark.parametrize(("why", "lines", "more", "expected"), CASES, ids=[c[0] for c in CASES])
def test_vetting_adds_no_unvetted_use(tmp_path: Path, why: str, lines: Any, more: Any, expected: Any) -> None:  # fmt: skip
    """An entry on the allowlist that makes a call a stranger's."""
    after = expected  # as `test_use` finds it
    if "allowlist" in more:
        after = policies(used(tmp_path / "b", *lines, **more | {"allowlist": ALLOWLIST}))
    bad = {f for f in after if f[0] == "unvetted-role-use"}
    if bad:
        assert bad <= policies(used(tmp_path / "a", *lines, **more | {"allowlist": STRANGERS}))


def test_without_usage_nothing_changes(tmp_path: Path) -> None:
    """A snapshot for which no trail was read must not be called unused, nor say so anywhere."""
    ran = check(tmp_path, roles=[vendor_role()])
    assert policies(ran) == set() and '"use"' not in ran.out


def test_the_fingerprint_survives_a_narrower_trust(tmp_path: Path) -> None:
    """A baseline or exception that is lost because the vendor now calls by one role."""
    lines = [call(name="s3:ListBuckets")]
    narrow = role("Monitoring", allow({"AWS": f"arn:aws:iam::{VENDOR}:role/x"}))
    prints = [
        {f["fingerprint"] for f in json.loads(ran.out)["findings"] if f["policy"] in ABOUT_USE}
        for ran in (
            used(tmp_path / "a", *lines, allowlist=LIMITS),
            used(tmp_path / "b", *lines, allowlist=LIMITS, roles=[narrow]),
        )
    ]
    assert prints[0] == prints[1] and len(prints[0]) == 1


def test_every_format_can_show_it(tmp_path: Path) -> None:
    """A report that fails on facts without a grant."""
    roles = [vendor_role(), vendor_role("S", STRANGER)]
    lines = [call(), call(STRANGER), BY_WEB, call(STRANGER, role=None, via="direct")]
    write(tmp_path / "snapshot", roles=roles, usage=lines, manifest={"usage": WINDOW})
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    for shape in ("text", "html", "sarif", "markdown", "csv", "junit", "ocsf"):
        ran = vendorgate("check", "--today", "2026-11-20", "-f", shape, cwd=tmp_path)
        assert ran.code == 1, (shape, ran.err)
    report = json.loads(
        vendorgate("check", "--today", "2026-11-20", "-f", "json", cwd=tmp_path).out
    )
    for one in report["findings"]:
        ran = vendorgate("explain", one["fingerprint"], cwd=tmp_path)
        assert ran.code == 0, (one["policy"], ran.err)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The vendor uses one of its two roles; a stranger that is trusted nowhere calls."""
    roles = [vendor_role(), vendor_role("Spare")]
    lines = [call(), call(name="kms:Decrypt", calls=3), call("<b>", role=None, via="direct"),
             call(STRANGER, role=None, via="direct", last_seen="2026-11-19T00:00:00Z")]  # fmt: skip
    write(tmp_path / "snapshot", roles=roles, usage=lines, manifest={"usage": WINDOW})
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    return tmp_path


def test_the_inventory_tells_of_use(folder: Path) -> None:
    """Who asks whom to put out needs to see who does nothing."""
    parties = json.loads(vendorgate("inventory", "-f", "json", cwd=folder).out)["third_parties"]
    uses = {party["id"]: party["use"] for party in parties}
    assert uses[VENDOR] == {
        "calls": 13, "last_seen": "2026-11-18T10:00:00Z", "roles_used": 1, "roles_unused": 1,
    }  # fmt: skip
    assert (uses[STRANGER]["calls"], uses[STRANGER]["roles_used"]) == (10, 0)
    rows = vendorgate("inventory", "-f", "csv", cwd=folder).out.splitlines()
    assert rows[0].endswith("privilege,calls,last use,unused roles")
    assert any(row.endswith(",13,2026-11-18T10:00:00Z,1") for row in rows)
    shown = " ".join(vendorgate("inventory", cwd=folder).out.split())
    assert "CALLS LAST USE UNUSED ROLES" in shown and " 13 2026-11-18T10:00:00Z 1" in shown


def test_the_page_tells_of_use(folder: Path) -> None:
    """The section is there, says what is used of what is trusted, and lets no markup in."""
    page = vendorgate("check", "-f", "html", cwd=folder).out
    assert 'id="use"' in page and 'href="#use"' in page
    assert "1 of 2" in page and "<b><" not in page


def test_an_explanation_tells_of_use(folder: Path) -> None:
    """What a vendor does, and which trusts it does not need, in one place."""
    for name in (VENDOR, "Example Monitoring"):
        said = vendorgate("explain", name, "--today", "2026-11-20", cwd=folder).out
        assert "Use: 2\n" in said
        assert (
            "role/Monitoring: 13 calls, last 2026-11-18T10:00:00Z (ec2:DescribeInstances 10" in said
        )
        assert "role/Spare: not used for at least 111 days" in said


def test_a_trail_makes_no_difference_to_what_is_trusted(folder: Path) -> None:
    """The first snapshot with usage must not show every caller as newly trusted."""
    roles = [vendor_role(), vendor_role("Spare")]
    write(folder / "before", roles=roles)
    ran = vendorgate("diff", "before", "snapshot", "-f", "json", cwd=folder)
    assert json.loads(ran.out)["changes"] == [], ran.err


def test_what_the_trail_lacks_is_said(tmp_path: Path) -> None:
    """A role that is called unused by a trail that does not have its calls."""
    window = WINDOW | {"notes": ["Data events are not recorded."]}
    assert "Data events are not recorded." in notes(used(tmp_path, call(), window=window))


ENTRA = "sts.windows.net/11111111-2222-3333-4444-555555555555/"
BY_ENTRA = role("Monitoring", allow(
    {"Federated": f"arn:aws:iam::{OWN2}:oidc-provider/{ENTRA}"}, "sts:AssumeRoleWithWebIdentity",
    StringEquals={f"{ENTRA}:aud": "api://x"}))  # fmt: skip
ISSUERS = [
    ("an ARN for the issuer", f"arn:aws:iam::{OWN2}:oidc-provider/{GITHUB}", WEB, set()),
    ("another scheme and slash", f"https://{GITHUB}/", WEB, set()),
    ("an issuer that ends in a slash", ENTRA.rstrip("/"), BY_ENTRA, {("unvetted-role-use", ENTRA[:-1])}),
    ("the same, as its ARN ends", f"arn:aws:iam::{OWN2}:oidc-provider/{ENTRA}", BY_ENTRA,
     {("unvetted-role-use", ENTRA[:-1])}),
    ("claims of strangers beside the vetted ones",
     GITHUB, role("Monitoring", [*WEB["trust_policy"]["Statement"],
                                 *pipeline("repo:evil/*")["trust_policy"]["Statement"]]), UNKNOWN),
    ("claims of strangers alone", GITHUB, pipeline("repo:evil/*") | {"name": "Monitoring", "arn": MONITORING},
     {("unvetted-role-use", GITHUB)}),
    ("a SAML provider by its entity id", "urn:idp", role("Monitoring", allow(
        {"Federated": f"arn:aws:iam::{OWN2}:saml-provider/P"}, "sts:AssumeRoleWithSAML",
        StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"})),
     {("unvetted-role-use", "urn:idp")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "issuer", "record", "expected"), ISSUERS, ids=[i[0] for i in ISSUERS])  # fmt: skip
def test_issuers(tmp_path: Path, why: str, issuer: str, record: Any, expected: Any) -> None:
    """A provider has many spellings, and where its tenants are mixed nothing tells whose it was."""
    saml = {"account": OWN2, "arn": f"arn:aws:iam::{OWN2}:saml-provider/P", "kind": "saml", "issuer": "urn:idp"}  # fmt: skip
    ran = used(tmp_path, call(caller=by(issuer=issuer)), roles=[record], providers=[saml])
    assert policies(ran) == expected


def test_what_data_events_alone_show_is_said(tmp_path: Path) -> None:
    """A vendor that reads metrics all day, in a trail that shows nothing of it: no finding, and a
    reader who takes that for an answer."""
    said = "Calls that cost and are data events, such as cloudwatch:GetMetricData"
    assert said in notes(used(tmp_path / "a", call()))
    assert said not in notes(used(tmp_path / "b", window=None))
