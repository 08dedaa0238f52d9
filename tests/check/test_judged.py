"""What decides of a finding beside the policies, asked directly: filters, baseline, waivers, ages."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from checker.check.accepted import AcceptedGaps, gap_entry
from checker.check.age import DEFAULT, gaps_of_age, limit, of_code, said_of_day
from checker.check.baseline import Baseline, parse_baseline, render_baseline
from checker.check.filters import Filter
from checker.check.gaps import CODE_REMEDIATION, gap_finding
from checker.check.ledger import Ledger, _remediation, _with, fingerprint
from checker.check.notes import NOTHING
from checker.check.outcome import judged
from checker.check.waivers import Waivers
from checker.document import Mark
from checker.errors import InputError
from checker.policy.load import load_policies
from checker.report.model import Evaluated, EvaluationError, GapEntry, Place
from checker.role_trust.guardrails import _covers, _denies, _merged, overlap
from checker.snapshot.records import Account, Gap, Location, Manifest
from checker.subjects.item import Item, Where
from checker.trust import Principal
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.report.factory import finding, report
from tests.support.gate import check
from tests.support.rows import rows
from tests.support.snapshots import vendor_role
from tests.vetting.test_register import ORG, OWN, STRANGER, VENDOR, by

TODAY = date(2026, 11, 20)
GAP = "collection-gap"


def listed(text: str) -> Allowlist:
    return Allowlist(parse_yaml(("version: 1\n" + text).encode(), "allowlist.yaml"))


A, B = "222222222222", "333333333333"
HAS: list[tuple[dict[str, Any], dict[str, Any], bool, str]] = [
    ({}, {}, True, "no filter"),
    ({"policies": ("p",)}, {"policy": "p"}, True, "the policy"),
    ({"policies": ("p",)}, {"policy": "q"}, False, "another policy"),
    ({"accounts": (A,)}, {"account": A}, True, "the account"),
    ({"accounts": (A,)}, {"account": B}, False, "another account"),
    ({"accounts": (A,)}, {"account": None}, True, "of no account, so of all"),
    ({"severities": ("high",)}, {"severity": "high"}, True, "the severity"),
    ({"severities": ("high",)}, {"severity": "low"}, False, "another severity"),
    ({"policies": ("p",), "severities": ("high",)}, {"policy": "p", "severity": "low"}, False, "one of two"),
    ({"policies": ("p",), "accounts": (A,)}, {"policy": "p", "account": B}, False, "the other of two"),
    ({"policies": ("p",), "severities": ("low",)}, {"policy": GAP, "severity": "high"}, True, "a gap may hide any"),
    ({"accounts": (A,)}, {"policy": GAP, "account": B}, False, "but in an account that is left out"),
    ({"accounts": (A,)}, {"policy": GAP, "account": None}, True, "a gap of the whole"),
]  # fmt: skip


@rows("chosen, given, expected, why", HAS)
def test_what_a_filter_has(chosen: Any, given: Any, expected: bool, why: str) -> None:
    """Catches a gap that a filter hides, and a finding that nobody chose."""
    assert Filter(**chosen).has(finding(**given)) is expected, why
    assert bool(Filter(**chosen)) is bool(chosen)


@rows(
    "chosen, policy, account, expected",
    [
        ({}, "p", A, True),
        ({"policies": ("p",)}, "p", A, True),
        ({"policies": ("q",)}, "p", A, False),
        ({"accounts": (A,)}, "p", A, True),
        ({"accounts": (B,)}, "p", A, False),
        ({"accounts": (B,)}, "p", None, True),
        ({"severities": ("low",)}, "p", A, True),
    ],
)
def test_which_errors_a_filter_has(chosen: Any, policy: str, account: str, expected: bool) -> None:
    """Catches a policy that could not be evaluated, and passes as its severity was not chosen."""
    error = EvaluationError(
        policy=policy, account=account, resource="r", principal=None, message="m"
    )
    assert Filter(**chosen).has_error(error) is expected


def test_what_a_filter_leaves_out_is_told() -> None:
    """Catches a part that is taken for the whole."""
    assert Filter().told([finding()]) is None
    left = [finding(), finding(policy=GAP), finding(status="waived"), finding(severity="low"),
            finding(policy=GAP, status="waived")]  # fmt: skip
    told = Filter(accounts=(A,)).told(left)
    assert told and (told.left_out["high"], told.left_out["low"], told.gaps) == (1, 1, 1)
    chosen = Filter(policies=("p",), severities=("high",))
    asked = [("p", "high"), ("q", "high"), ("p", "low"), ("p", None)]
    assert [chosen.has_policy(*one) for one in asked] == [True, False, False, False]  # type: ignore[arg-type]


def baseline(*known: Any) -> Baseline:
    text, _ = render_baseline(tuple(known))
    return parse_baseline(text.encode(), Path("known.json"))


KNOWN = finding(severity="medium")
MARKED = [
    (KNOWN, True, "the very finding"),
    (finding(severity="low"), True, "become milder"),
    (finding(severity="high"), False, "become worse"),
    (finding(severity="medium", status="waived"), False, "a waiver says for itself"),
    (finding(severity="medium", policy=GAP, fingerprint=KNOWN.fingerprint), False, "a gap"),
    (finding(severity="medium", resource="x"), False, "another resource"),
    (finding(severity="medium", resource="x", fingerprint=KNOWN.fingerprint), False, "under its fingerprint"),
    (finding(severity="medium", principal="x", fingerprint=KNOWN.fingerprint), False, "another principal under it"),
    (finding(severity="medium", policy="x", fingerprint=KNOWN.fingerprint), False, "another policy under it"),
]  # fmt: skip


@rows("one, known, why", MARKED)
def test_what_a_baseline_knows(one: Any, known: bool, why: str) -> None:
    """Catches a finding that hides behind another's line, or behind its own when it was milder."""
    (found,) = baseline(KNOWN).marked((one,))
    assert found.baseline is known, why
    assert msgspec.structs.replace(found, baseline=False) == one


def test_what_a_baseline_says_that_is_not_so() -> None:
    """Catches a line that could hide a finding to come, unsaid."""
    (wrong,) = baseline(KNOWN).notes((finding(resource="x", fingerprint=KNOWN.fingerprint),))
    assert wrong.startswith("Entries of the baseline that name another")
    many = [finding(resource=f"r{n}") for n in range(7)]
    (gone,) = baseline(*many).notes(())
    assert "7 (" in gone and gone.count(" on r") == 5 and "and 2 more" in gone
    (five,) = baseline(*many[:5]).notes(())
    assert "more" not in five and baseline(KNOWN).notes((KNOWN,)) == []


def test_what_goes_into_a_baseline() -> None:
    """Catches a gap or a waived finding that is written down as known, and an order by chance."""
    made = [finding(resource=r, policy=p) for p, r in (("b", "x"), ("a", "z"), ("a", "y"))]
    text, count = render_baseline((*made, finding(policy=GAP), finding(status="waived")))
    said = [(one["policy"], one["resource"]) for one in json.loads(text)["findings"]]
    assert (count, said) == (3, [("a", "y"), ("a", "z"), ("b", "x")])


ENTRY = {"fingerprint": "f", "severity": "low", "policy": "p", "resource": "r", "principal": None}
SOUND = {"schema": "vendorgate/baseline/v1", "findings": [ENTRY]}


@rows(
    "value, said",
    [
        (SOUND | {"schema": "x"}, "has schema 'x'"),
        (SOUND | {"more": 1}, "is no baseline"),
        (SOUND | {"findings": [ENTRY | {"more": 1}]}, "is no baseline"),
        (SOUND | {"findings": [ENTRY, ENTRY]}, "names the finding f twice"),
        ([], "is no baseline"),
    ],
)
def test_what_is_no_baseline(value: Any, said: str) -> None:
    """Catches a line that nobody understands, and so counts for more than its author meant."""
    assert parse_baseline(json.dumps(SOUND).encode(), Path("f")).entries[0].severity == "low"
    with pytest.raises(InputError, match=said) as caught:
        parse_baseline(json.dumps(value).encode(), Path("f"))
    assert "--write-baseline" in str(caught.value)


EXCEPTION = "exceptions:\n  - {policy: %s, principal: '%s', resource: '%s', reason: r, owner: o, expires: %s}\n"
ISSUER, SAML = "idp.example.com/x", "arn:aws:iam::1:saml-provider/x"
WAIVED: list[tuple[tuple[str, ...], tuple[str, str | None, str], bool, str]] = [
    (("p", VENDOR, "R*", "2026-11-20"), ("p", VENDOR, "R1"), True, "on its last day"),
    (("p", VENDOR, "R*", "2026-11-19"), ("p", VENDOR, "R1"), False, "a day later"),
    (("p", VENDOR, "R*", "2027-01-01"), ("q", VENDOR, "R1"), False, "another policy"),
    (("p", VENDOR, "R*", "2027-01-01"), ("p", STRANGER, "R1"), False, "another principal"),
    (("p", VENDOR, "R*", "2027-01-01"), ("p", VENDOR, "S1"), False, "another resource"),
    (("p", VENDOR, "R", "2027-01-01"), ("p", VENDOR, "R1"), False, "one whose name goes on"),
    (("p", VENDOR, "R*", "2027-01-01"), ("p", None, "R1"), False, "no principal is not this one"),
    (("p", "*", "R*", "2027-01-01"), ("p", None, "R1"), True, "any covers none"),
    (("p", "*", "R*", "2027-01-01"), ("p", STRANGER, "R1"), True, "and everybody"),
    (("p", ISSUER, "R*", "2027-01-01"), ("p", f"https://{ISSUER}", "R1"), True, "an issuer, spelled otherwise"),
    (("p", f"https://{ISSUER}/", "R*", "2027-01-01"), ("p", ISSUER, "R1"), True, "the other way"),
    (("p", ISSUER, "R*", "2027-01-01"), ("p", ISSUER + "y", "R1"), False, "another issuer"),
    (("p", SAML, "R*", "2027-01-01"), ("p", SAML, "R1"), True, "a provider by its ARN"),
    (("p", SAML, "R*", "2027-01-01"), ("p", SAML.replace("::1:", "::2:"), "R1"), False, "another account's"),
]  # fmt: skip


@rows("entry, asked, waived, why", WAIVED)
def test_what_an_exception_waives(
    entry: tuple[str, ...], asked: tuple[str, str | None, str], waived: bool, why: str
) -> None:
    """Catches a waiver that covers more than its author wrote, and one that covers nothing."""
    found = Waivers(listed(EXCEPTION % entry), frozenset({"p", "q"}), TODAY)
    waiver = found.waiver(*asked)
    assert (waiver is not None) is waived, why
    assert found.used == ({0: 1} if waived else {})
    if waived:
        found.waiver(*asked)
        assert found.used == {0: 2}


def test_a_gap_is_no_judgement_to_waive() -> None:
    """Catches an exception that makes a gap a pass."""
    with pytest.raises(InputError, match="cannot be waived"):
        Waivers(listed(EXCEPTION % (GAP, "*", "x", "2020-01-01")), frozenset({GAP}), TODAY)


ACCEPTED = (
    "gaps:\n  - {account: '%s', region: '%s', call: '%s', reason: r, owner: o, expires: %s}\n"
)
LATER = "2027-01-01"
FITS: list[tuple[tuple[str, ...], dict[str, Any], bool, str]] = [
    ((A, "us-*", "ec2:*", "2026-11-20"), {}, True, "on its last day"),
    ((A, "us-*", "ec2:*", "2026-11-19"), {}, False, "a day later"),
    ((B, "us-*", "ec2:*", LATER), {}, False, "another account"),
    ((A, "eu-*", "ec2:*", LATER), {}, False, "another region"),
    ((A, "us-*", "s3:*", LATER), {}, False, "another call"),
    ((A, "-", "ec2:*", LATER), {"region": None}, True, "no region"),
    ((A, "us-*", "ec2:*", LATER), {"region": None}, False, "none is not any of those"),
    (("-", "-", "organizations:*", LATER), {"account": None, "region": None, "call": "organizations:ListRoots"}, True,
     "of no account"),
    ((A, "*", "*", LATER), {"call": "organizations:ListAccounts"}, False, "accounts that nobody knows of"),
    ((A, "*", "organizations:ListAccounts*", LATER), {"call": "organizations:ListAccounts"}, True, "accepted by name"),
    ((A, "*", "*", LATER), {"call": "config:SelectResourceConfig"}, False, "nor of AWS Config"),
    ((A, "*", "*", LATER), {"call": "shard:2/4"}, False, "nor a shard"),
    ((A, "*", "*", LATER), {"call": "merge"}, False, "nor a merge"),
]  # fmt: skip


@rows("entry, changed, accepted, why", FITS)
def test_which_gaps_are_accepted(
    entry: tuple[str, ...], changed: dict[str, Any], accepted: bool, why: str
) -> None:
    """Catches a line that accepts what its author did not mean, and so passes what nobody saw."""
    given = {"account": A, "region": "us-east-1", "call": "ec2:DescribeInstances"} | changed
    gap = Gap(**given, code="AccessDenied", message="no")
    known = AcceptedGaps(listed(ACCEPTED % entry), TODAY)
    ((same, waiver),) = known.judged([gap])
    assert same is gap and (waiver is not None) is accepted, why
    assert known.used == ({0: 1} if accepted else {})
    assert ("accepted until" in gap_entry(gap, waiver).message) is accepted
    found = gap_finding(gap, None, "high", waiver)
    assert found.status == ("waived" if accepted else "open")


def test_what_a_gap_is_told_as() -> None:
    """Catches two gaps of one name, one of which is lost, and a mend for AWS told of a file."""
    gap = Gap(call="c", code="X", message="m")
    here = gap_finding(gap, Account(id=A, name="prod"), "high")
    assert (here.resource, here.account_name, here.location) == ("-/-/c", "prod", None)
    other = gap_finding(Gap(call="c", code="Y", message="m"), None, "high")
    assert here.fingerprint != other.fingerprint and "grant the call" in here.remediation
    written = gap_finding(
        msgspec.structs.replace(gap, location=Location(file="f", line=2)), None, "high"
    )
    assert "Write into the file" in written.remediation and written.location is not None


def manifest(**more: Any) -> Manifest:
    made = {"schema": "s", "tool": {"name": "v", "version": "1"}, "sources": ["aws"],
            "collected_at": "2026-11-20T06:00:00Z"} | more  # fmt: skip
    return msgspec.convert(made, Manifest)


def ages(days: int | None, now: str | None = None, **more: Any) -> list[str]:
    clock = datetime.fromisoformat(now).replace(tzinfo=UTC) if now else None
    return [f"{g.call} {g.code}" for g in gaps_of_age(manifest(**more), TODAY, days, clock)]


def seen(at: str | None, **more: Any) -> dict[str, Any]:
    return {"id": A} | ({"collected_at": at} if at else {}) | more


OLD_DAY = "2026-11-10T23:00:00Z"
AGES = [
    ({}, 0, None, [], "of today"),
    ({"collected_at": "2026-11-19T23:59:59Z"}, 1, None, [], "of yesterday"),
    ({"collected_at": "2026-11-18T23:59:59Z"}, 1, None, ["snapshot TooOld"], "of the day before"),
    ({"collected_at": "2020-01-01T00:00:00Z"}, None, None, [], "no limit"),
    ({"accounts": [seen(OLD_DAY), seen(OLD_DAY, id=B)]}, 9, None, ["snapshot:2026-11-10 TooOld"], "an account in it"),
    ({"accounts": [seen(OLD_DAY)]}, 10, None, [], "at the limit"),
    ({"accounts": [seen(OLD_DAY, state="SUSPENDED")]}, 9, None, ["snapshot:2026-11-10 TooOld"], "one that is shut, and was looked at"),
    ({"accounts": [seen(OLD_DAY, collected=False), seen(None, id=B)]}, 9, None, [], "accounts that nobody looked at"),
    ({}, None, "2026-11-20T05:50:00", [], "clocks that differ"),
    ({}, None, "2026-11-20T05:49:59", ["snapshot FromTheFuture"], "a time to come"),
    ({"pieces": [{"organization": "o-x", "listed": True, "listed_at": OLD_DAY}]}, 9, None, ["snapshot:o-x TooOld"],
     "an old list of accounts"),
    ({"pieces": [{"organization": "o-x", "listed": True, "listed_at": OLD_DAY},
                 {"organization": "o-x", "listed": True, "listed_at": "2026-11-19T00:00:00Z"},
                 {"organization": "o-x", "listed": True, "listed_at": OLD_DAY}]}, 9, None, [], "and a newer one"),
    ({"pieces": [{"organization": "o-x", "listed": False, "listed_at": OLD_DAY},
                 {"organization": None, "listed": True, "listed_at": OLD_DAY}]}, 9, None, [], "no list of ours"),
    ({"pieces": [{"organization": n, "listed": True, "listed_at": OLD_DAY} for n in ("o-y", "o-x")]}, 9, None,
     ["snapshot:o-x TooOld", "snapshot:o-y TooOld"], "in order of the name"),
]  # fmt: skip


@rows("more, days, now, expected, why", AGES)
def test_how_old_may_what_be(
    more: Any, days: int | None, now: str | None, expected: list[str], why: str
) -> None:
    """Catches an old part that passes as young, by a day or as one of many."""
    assert ages(days, now, **more) == expected, why


def test_which_limit_holds() -> None:
    """Catches a limit of nought that counts as none, and code that grows too old."""
    assert [limit(n, manifest()) for n in (0, 3, None)] == [0, 3, DEFAULT]
    code = manifest(sources=["terraform", "cloudformation"])
    mixed, none = manifest(sources=["terraform", "aws"]), manifest(sources=[])
    assert [of_code(one) for one in (code, mixed, none)] == [True, False, False]
    assert (limit(None, code), limit(5, code), limit(None, none)) == (None, 5, DEFAULT)


def test_a_day_before_there_was_a_snapshot_is_said() -> None:
    """Catches a verdict on a day of which the snapshot shows nothing."""
    assert said_of_day(manifest(), TODAY) == []
    (said,) = said_of_day(manifest(), date(2026, 11, 19))
    assert "2026-11-19, a day before" in said and "2026-11-20T06:00:00Z" in said
    young = manifest(accounts=[seen("2026-11-21T00:00:00Z")])
    assert said_of_day(young, TODAY) and not said_of_day(young, date(2026, 11, 21))


POLICIES = load_policies(None).policies
ANYONE = next(one for one in POLICIES if one.id == "anyone-trust")


def facts(kind: str, status: str = "unlisted", name: Any = "R") -> dict[str, Any]:
    from checker.policy.testing import facts_of

    made = facts_of(ANYONE, ANYONE.tests[0], 0)
    made["principal"] |= {"kind": kind}
    made["vetting"] |= {"status": status}
    made["role"] |= {"name": name, "arn": "arn:R"}
    return made


def ledger(text: str = "") -> Ledger:
    waivers = Waivers(listed(text), frozenset({"anyone-trust"}), TODAY)
    return Ledger([ANYONE], {"anyone-trust": "low"}, waivers)


def test_what_was_found_is_kept_once_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a row that says pass beside a failure, a finding twice, and an error that is none."""
    kept = ledger()
    here = Where(
        resource="R", account=A, account_name="prod", location=None, principal="*", exact="e"
    )
    for made in (facts("anyone", "own"), facts("anyone"), facts("anyone"), facts("account")):
        kept.evaluate(Item("role_trust", made, here))
    kept.evaluate(Item("vendor", {}, here))
    assert kept.evaluations == 3, "that of an account is skipped"
    (found,) = kept.findings
    assert (found.severity, found.status, found.fingerprint) == (
        "low", "open", fingerprint("anyone-trust", "R", "e"),
    )  # fmt: skip
    rows_ = [(one.policy, one.account, one.principal, one.result) for one in kept.evaluated()]
    assert rows_ == [("anyone-trust", A, "*", "fail")] and kept.errors == []
    monkeypatch.setattr("checker.policy.evaluate.evaluate", lambda *_: ("error", "odd"))
    kept.evaluate(Item("role_trust", facts("anyone", "expired"), here))
    assert kept.evaluated()[0].result == "error" and len(kept.errors) == 1
    assert (
        kept.policies("role_trust") == {"anyone-trust"} and kept.policies("vendor") == frozenset()
    )


def test_two_doors_that_read_alike_are_two_findings() -> None:
    """Catches a door that nobody knows of, behind one of the baseline with the same words."""
    kept = ledger()
    for exact in ("policy *", "acl *"):
        where = Where(resource="R", account=A, principal="*", exact=exact)
        kept.evaluate(Item("role_trust", facts("anyone"), where))
    assert len(kept.findings) == 2


def test_a_waived_finding_is_told_as_that() -> None:
    """Catches a waiver that leaves no trace, or that covers a row of failures."""
    kept = ledger(EXCEPTION % ("anyone-trust", "*", "R", LATER))
    for resource, expected in (("R", "waived"), ("S", "fail"), ("R", "fail")):
        where = Where(resource=resource, account=A, account_name=None, location=None, principal="*")
        kept.evaluate(Item("role_trust", facts("anyone"), where))
        assert kept.evaluated()[0].result == expected
    told = {one.resource: (one.status, one.waiver is not None) for one in kept.findings}
    assert told == {"R": ("waived", True), "S": ("open", False)}
    assert kept.waivers.used == {0: 2}


def test_many_at_once_count_as_many() -> None:
    """Catches a row of one for a thousand roles that are alike, or one of another account."""
    kept = ledger()
    here = Where(resource="R", account=A, principal="*")
    crowd = Counter({A: 2, B: 3})
    for made, some in ((facts("anyone", "own"), crowd), (facts("anyone", "own"), None), (facts("anyone"), Counter({B: 1}))):  # fmt: skip
        kept.evaluate(Item("role_trust", made, here, crowd=some))
    assert kept.evaluations == 7
    told = [(one.account, one.result, one.resources) for one in kept.evaluated()]
    assert told == [(A, "pass", 3), (B, "fail", 4)]


def test_a_finding_says_where_its_entry_stands() -> None:
    """Catches a line of one file that is told of another."""
    told = []
    for number, mark in enumerate((None, Mark(3, 1), Mark(4, 1, path="teams/b.yaml"))):
        kept = ledger()
        where = Where(resource=f"R{number}", account=A, principal="*", entry=mark)
        kept.evaluate(Item("role_trust", facts("anyone"), where))
        (found,) = kept.findings
        told.append((found.entry_line, found.entry_file))
    assert told == [(None, msgspec.UNSET), (3, msgspec.UNSET), (4, "teams/b.yaml")]


def test_the_part_that_is_chosen() -> None:
    """Catches a row, a gap or an error of somebody else in a team's report, or one that is missing
    there; a gap of no account is of all."""
    gaps = tuple(GapEntry(account=one, region=None, call="c", code="x", message="m") for one in (A, B, None))  # fmt: skip
    errors = tuple(EvaluationError(policy=policy, account=one, resource="r", principal=None, message="m") for policy, one in (("p", A), ("p", B), ("q", A)))  # fmt: skip
    evaluated = tuple(Evaluated(policy=policy, account=one, principal="1", result="pass", resources=1) for policy, one in (("p", A), ("p", B), ("q", A), ("p", None)))  # fmt: skip
    found = tuple(finding(policy=policy, account=one, severity=severity) for policy, one, severity in (("p", A, "high"), ("p", B, "high"), ("q", A, "info"), (GAP, None, "high")))  # fmt: skip
    whole = msgspec.structs.replace(report(*found), gaps=gaps, errors=errors, evaluated=evaluated)
    rules: Any = SimpleNamespace(severities={"p": "high", "q": "info"})
    table: list[tuple[Filter, list[int], list[int], list[int], list[int], str]] = [
        (Filter(), [0, 1, 2, 3], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3], "fail"), (Filter(accounts=(A,)), [0, 2, 3], [0, 2], [0, 2], [0, 2, 3], "fail"),
        (Filter(policies=("q",)), [2, 3], [0, 1, 2], [2], [2], "incomplete"), (Filter(severities=("info",)), [2, 3], [0, 1, 2], [0, 1, 2], [2], "incomplete"),
        (Filter(policies=("p",), accounts=(B,)), [1, 3], [1, 2], [1], [1, 3], "fail"),
    ]  # fmt: skip
    for chosen, findings, left, erred, told, verdict in table:
        made = judged(whole, rules, chosen, unsure=False)
        assert made.findings == tuple(found[n] for n in findings), chosen
        assert made.gaps == tuple(gaps[n] for n in left), chosen
        assert made.errors == tuple(errors[n] for n in erred), chosen
        assert made.evaluated == tuple(evaluated[n] for n in told), chosen
        assert (made.verdict, made.summary.errors, sum(made.summary.open.values())) == (verdict, len(erred), len(findings))  # fmt: skip
        assert (made.settings.filters is None) is not bool(chosen)
    assert judged(report(), rules, Filter(), unsure=True).verdict == "incomplete"
    assert judged(report(), rules, Filter(), unsure=False).verdict == "pass"


def test_the_order_of_findings_is_that_of_their_weight() -> None:
    """Catches a report whose first line is not the worst."""
    kept = ledger()
    given = [("low", "a", "1", "r"), ("high", "b", "2", "r"), ("high", "b", "1", "s"), ("high", "b", "1", "r"),
             ("high", "a", "9", "z"), ("critical", "z", None, "z")]  # fmt: skip
    for severity, policy, account, resource in given:
        one = {"severity": severity, "policy": policy, "account": account, "resource": resource}
        kept.add(finding(**one, fingerprint=f"{policy}{account}{resource}"))
    kept.add(finding(severity="critical", policy="z", account="1", resource="a", fingerprint="x"))
    told = [(f.severity, f.policy, f.account, f.resource) for f in kept.sorted_findings()]
    assert told.pop(1) == ("critical", "z", "1", "a")
    assert told == [given[i] for i in (5, 4, 3, 2, 1, 0)]


def test_the_mend_is_that_of_where_it_stands() -> None:
    """Catches a command for AWS told of a file, and a name in it that a shell would take apart."""
    here = Where(resource="R", account=A, account_name=None, location=None)
    there = msgspec.structs.replace(here, location=Place(file="f", line=1))
    plain = next(p for p in POLICIES if not p.file.remediation_in_code)
    coded = next(p for p in POLICIES if p.file.remediation_in_code)
    assert _remediation(plain, {}, there) == plain.file.remediation
    assert _remediation(coded, {}, there) == coded.file.remediation_in_code
    assert _remediation(coded, {}, here) == coded.file.remediation
    command = next(p for p in POLICIES if "--role-name ROLE" in p.file.remediation)
    assert "--role-name R1" in _remediation(command, {"role": {"name": "R1"}}, here)
    for name in ("a b", "-x", "a;b", "", None, "x" * 65):
        assert _remediation(command, {"role": {"name": name}}, here) == command.file.remediation
    in_code = [CODE_REMEDIATION, *(p.file.remediation_in_code or "" for p in POLICIES)]
    assert [
        text for text in in_code if "--parameters" in text
    ] == []  # Terraform has no such option


def test_nothing_to_judge_is_said(tmp_path: Path) -> None:
    """Catches an empty snapshot that passes, or is incomplete and does not say why."""
    ran = check(tmp_path, roles=[], image_uses=[])
    assert ran.code == 3 and NOTHING in json.loads(ran.out)["notes"]
    unlooked = {"resource_policies", "code_uses", "resources"}
    assert unlooked.isdisjoint(json.loads(ran.out)["summary"]), "none is said where nobody looked"
    assert NOTHING not in json.loads(check(tmp_path, roles=[vendor_role()]).out)["notes"]


def test_what_could_not_be_told_is_shown_beside() -> None:
    """Catches a list that is cut and does not say so."""
    assert [_with("m", told) for told in ((), ("a",), ("a", "b", "c"), ("a", "b", "c", "d", "e"))] == [
        "m", "m (a)", "m (a; b; c)", "m (a; b; c; and 2 more)"]  # fmt: skip


ROLE = f"arn:aws:iam::{OWN}:role/S"


@rows(
    "statement, covers",
    [
        ({"Resource": "*"}, True),
        ({"Resource": [ROLE]}, True),
        ({"Resource": ROLE + "2"}, False),
        ({"NotResource": ROLE}, False),
        ({"NotResource": [ROLE + "2"]}, True),
        ({"Resource": "*", "NotResource": "x"}, False),
        ({"Resource": ["*", "${a}"]}, False),
        ({"NotResource": "${a}"}, False),
    ],
)
def test_which_denials_are_about_a_role(statement: Any, covers: bool) -> None:
    """Catches a refusal that is told of a role which the guardrail does not mean."""
    assert _covers(statement, ROLE) is covers


def test_what_a_guardrail_denies() -> None:
    """Catches an Allow, or what is no statement, that is taken for a refusal."""
    deny, allow = {"Effect": "Deny"}, {"Effect": "Allow"}

    def of(value: Any) -> list[Any]:
        return list(_denies(json.dumps(value).encode()))

    old = deny | {"Version": "2008-10-17"}
    assert of({"Statement": [deny, allow, "x", {}]}) == [old] == of({"Statement": deny})
    assert of({"Version": "2012-10-17", "Statement": deny}) == [deny | {"Version": "2012-10-17"}]
    assert of([]) == of({}) == of({"Statement": allow}) == []


def test_what_is_asked_of_trust_policy_and_guardrail_together() -> None:
    """Catches a variable that is text in one language, and refuses in the other."""
    one = {"Effect": "Deny", "Version": "2012-10-17", "Resource": "*"}
    tied = one | {"Condition": "${a}"}

    def of(policy: Any, *denies: Any) -> Any:
        return _merged(json.dumps(policy).encode(), list(denies))

    mine = {"Version": "2012-10-17", "Statement": {"a": 1}}
    bare = {"Effect": "Deny"}
    assert of(mine, one, tied)["Statement"] == [{"a": 1}, bare, bare | {"Condition": "${a}"}]
    assert of({"Statement": [{"a": 1}]}, one, tied)["Statement"] == [{"a": 1}, bare]
    assert of([], one) is of({}, one) is of({"Statement": "x"}, one) is None


ANY, WHOLE, PART = (
    by("anyone"),
    by("account", account=STRANGER),
    by("principal", account=STRANGER, arn="a"),
)
OTHER, THEIRS = by("account", account=VENDOR), by("principal", account=STRANGER, arn="b")
MEMBERS, LOGIN = by("organization", organization=ORG), by("federated", provider="i")
OVERLAP = [
    (WHOLE, ANY, True, "anyone is left"), (ANY, WHOLE, True, "an account of anyone"), (ANY, PART, True, "a role"),
    (ANY, MEMBERS, True, "an organization"), (ANY, LOGIN, False, "who logs in is no account"), (WHOLE, WHOLE, True, "itself"),
    (WHOLE, PART, True, "a role of it"), (PART, WHOLE, True, "its account"), (PART, PART, True, "the same role"),
    (PART, THEIRS, False, "another role"), (WHOLE, OTHER, False, "another account"),
    (by("principal", account=VENDOR, arn="a"), PART, False, "of another account"),
    (MEMBERS, WHOLE, True, "perhaps a member"), (WHOLE, MEMBERS, True, "perhaps its organization"),
    (MEMBERS, MEMBERS, True, "the same organization"), (MEMBERS, by("organization", organization="o-else"), False, "another"),
    (MEMBERS, LOGIN, False, "no member"), (LOGIN, LOGIN, True, "the same login"),
    (LOGIN, by("federated", provider="j"), False, "another login"), (LOGIN, by("service", service="i"), False, "a service"),
    (by("service", service="s", source=VENDOR), by("service", service="s"), True, "the same service"),
    (by("unresolved", id="x"), by("unresolved", id="y"), False, "another id"),
]  # fmt: skip


@rows("asked, left, expected, why", OVERLAP)
def test_whether_what_is_left_may_be_what_was_asked(
    asked: Principal, left: Principal, expected: bool, why: str
) -> None:
    """Catches a trust that is told to be refused, and still lets somebody in."""
    assert overlap(asked, left) is expected, why
