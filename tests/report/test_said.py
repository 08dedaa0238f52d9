"""What every report says of its verdict: all that bears on it, in words, and nothing besides."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.report.model import (
    DisabledPolicy,
    FileInput,
    Filters,
    Finding,
    GapEntry,
    Place,
    Report,
    Settings,
    SeverityOverride,
    Waiver,
    failing,
)
from checker.report.places import Places
from checker.report.rows import render_csv, render_json, render_text
from checker.report.stand_ins import bent
from checker.report.view import (
    bends,
    gap_lines,
    known_lines,
    open_findings,
    place,
    relative,
    remedies,
    verdict,
    waiver,
)
from checker.report.whole import contradiction
from checker.spool import Spool
from tests.report.factory import OWN, STRANGER, finding, report, summary
from tests.support.rows import rows

GAP = GapEntry(account=OWN, region=None, call="ec2:DescribeImages", code="AccessDenied", message="no")  # fmt: skip
OPEN_GAP, WAIVED_GAP = ({"policy": "collection-gap", "resource": name, "status": status} for name, status in (("g", "open"), ("h", "waived")))  # fmt: skip
HIGH, LOW = finding(), finding(severity="low", resource="x")
CRITICAL = finding(severity="critical", resource="c", policy="anyone-trust")


def with_baseline(*found: Finding, **more: Any) -> Report:
    made = report(*found, **more)
    return msgspec.structs.replace(made, inputs=msgspec.structs.replace(made.inputs, baseline=FileInput(path="b.json", sha256="")))  # fmt: skip


def settings(**what: Any) -> Settings:
    return Settings(**what)


FIRM = msgspec.structs.replace(GAP, acceptable=False)
NOTHING_LOOKED_AT = summary((), roles=0, image_uses=0)
VERDICTS: list[tuple[str, Report, str]] = [
    ("nothing", report(), "PASS: 0 findings at or above high"),
    ("one", report(HIGH), "FAIL: 1 finding at or above high (1 high)"),
    ("one below", report(LOW, verdict="pass"), "PASS: 0 findings at or above high, 1 below"),
    ("of two severities", report(CRITICAL, HIGH, LOW), "FAIL: 2 findings at or above high (1 critical, 1 high), 1 below"),
    ("another threshold", report(LOW, settings=settings(fail_on="low")), "FAIL: 1 finding at or above low (1 low)"),
    ("no threshold", report(HIGH, verdict="pass", settings=settings(fail_on="none")), "PASS: 1 finding, none of which fails the build"),
    ("a waived one", report(finding(status="waived"), verdict="pass"), "PASS: 0 findings at or above high, 1 waived"),
    ("a known one", with_baseline(finding(baseline=True), verdict="pass"), "PASS: 0 findings at or above high, 1 known"),
    ("a baseline, and none of it", with_baseline(), "PASS: 0 findings at or above high, 0 known"),
    ("a gap", report(verdict="incomplete", gaps=(GAP,)), "INCOMPLETE: 0 findings at or above high, 1 gap"),
    ("one that an option accepts", report(gaps=(GAP,), settings=settings(allow_gaps=True)), "PASS: 0 findings at or above high, 1 gap (accepted)"),
    ("one that no option accepts", report(verdict="incomplete", gaps=(FIRM,), settings=settings(allow_gaps=True)), "INCOMPLETE: 0 findings at or above high, 1 gap"),
    ("one of two that an option accepts", report(verdict="incomplete", gaps=(GAP, FIRM), settings=settings(allow_gaps=True)), "INCOMPLETE: 0 findings at or above high, 2 gaps (1 accepted)"),
    ("one that the list accepts", report(finding(**WAIVED_GAP), verdict="pass", gaps=(GAP,), summary=summary(())), "PASS: 0 findings at or above high, 1 gap (accepted)"),
    ("one of two", report(finding(**WAIVED_GAP), verdict="pass", gaps=(GAP, GAP), summary=summary(())), "PASS: 0 findings at or above high, 2 gaps (1 accepted)"),
    ("left out by a filter", report(settings=settings(filters=Filters(left_out={"critical": 1, "high": 0}, gaps=2))), "PASS: 0 findings at or above high, 1 finding (1 critical) and 2 gaps left out by a filter"),
    ("nothing looked at", report(summary=NOTHING_LOOKED_AT), "PASS: 0 findings at or above high, no role and no image use was looked at"),
    ("code alone", report(summary=summary((), roles=0, image_uses=0, code_uses=1)), "PASS: 0 findings at or above high"),
    ("resources alone", report(summary=summary((), roles=0, image_uses=0, resources=1)), "PASS: 0 findings at or above high"),
    ("policies of resources alone", report(summary=summary((), roles=0, image_uses=0, resource_policies=1)), "PASS: 0 findings at or above high"),
    ("an image alone", report(summary=summary((), roles=0, image_uses=1)), "PASS: 0 findings at or above high"),
]  # fmt: skip


@rows("why, given, said", VERDICTS)
def test_the_verdict_in_a_line(why: str, given: Report, said: str) -> None:
    """A gap, a waiver or a filter that goes unsaid reads like a clean bill."""
    assert verdict(given) == said, why


BENDS: list[tuple[str, Settings, list[str]]] = [
    ("none", settings(), []),
    ("a severity", settings(severity=(SeverityOverride(policy="p", severity="low", was="high", reason="r"),)), ["p: severity low instead of high: r"]),
    ("a policy that is off", settings(disabled=(DisabledPolicy(policy="p", reason="r"),)), ["p: disabled: r"]),
    ("one that is replaced", settings(replaced=("p",)), ["p: replaced: not the built-in policy of this id"]),
    ("no built-in ones", settings(builtin_policies=False), ["the built-in policies are left out (--no-builtin)"]),
    ("findings of a policy", settings(filters=Filters(policies=("p", "q"), left_out={"high": 2})), ["only findings of p, q (--policy) are shown and judged: 2 findings (2 high) left out"]),
    ("of an account", settings(filters=Filters(accounts=(OWN,))), [f"only findings in {OWN} (--account) are shown and judged: 0 findings left out"]),
    ("of severities", settings(filters=Filters(severities=("high", "low"), gaps=1)), ["only findings that are high or low (--severity) are shown and judged: 0 findings and 1 gap left out"]),
    ("no threshold", settings(fail_on="none"), ["no finding fails the build (--fail-on none)"]),
    ("another threshold", settings(fail_on="critical"), ["the build fails from critical on, not from high on (--fail-on)"]),
    ("gaps", settings(allow_gaps=True), ["gaps in coverage are accepted (--allow-gaps)"]),
    ("an age", settings(max_age=8), ["a snapshot may be 8 days old, not 7 (--max-age)"]),
    ("the usual age", settings(max_age=7), []), ("a younger one", settings(max_age=1), []),
    ("rules of a revision", settings(rules_from="main"), ["settings, policies and baseline are those of main (--rules-from)"]),
    ("no settings", settings(no_settings=True), ["the settings file is left out (--no-settings)"]),
]  # fmt: skip


@rows("why, given, said", BENDS)
def test_what_bends_the_verdict(why: str, given: Settings, said: list[str]) -> None:
    """Each as a sentence, and as a finding for formats that have room for nothing else."""
    made = report(settings=given)
    assert bends(made) == said, why
    assert [one.message for one in bent(made)] == [f"A setting bends the verdict: {one}" for one in said]  # fmt: skip
    assert len({one.fingerprint for one in bent(made)}) == len(said)


def test_a_baseline_and_policies_from_elsewhere() -> None:
    """Both bend it: a known finding fails nothing, and no built-in policy was read."""
    assert bends(with_baseline(finding(baseline=True))) == ["1 known finding of the baseline b.json fails nothing"]  # fmt: skip
    assert bends(with_baseline()) == ["0 known findings of the baseline b.json fail nothing"]
    made = report()
    policies = msgspec.structs.replace(made.inputs.policies, builtin=False)
    alone = msgspec.structs.replace(made, inputs=msgspec.structs.replace(made.inputs, policies=policies))  # fmt: skip
    assert bends(alone) == ["the built-in policies are left out (--no-builtin)"]


def test_which_findings_are_open() -> None:
    """Neither gaps, which stand apart, nor what is waived or known; the gravest first."""
    others = (finding(**OPEN_GAP), finding(status="waived", resource="w"), finding(baseline=True, resource="k"))  # fmt: skip
    assert open_findings(report(LOW, CRITICAL, HIGH, *others)) == [CRITICAL, HIGH, LOW]
    every = [finding(severity=one, resource=one) for one in ("low", "info", "medium", "critical", "high")]  # fmt: skip
    assert [one.severity for one in open_findings(report(*every))] == ["critical", "high", "medium", "low", "info"]  # fmt: skip
    twice = [finding(fingerprint=one) for one in ("a", "b")]  # two grants to one of one role
    assert open_findings(report(*twice)) == twice
    known = [finding(baseline=True, severity=one, resource=f"{one}{n}", message="m") for one in ("critical", "high") for n in (1, 2)]  # fmt: skip
    assert known_lines(report(*known)) == ["critical unvetted-account-trust: m"] * 2 + ["high unvetted-account-trust: 2 findings"]  # fmt: skip
    assert [failing(one) for one in ("none", "critical", "high")] == [(), ("critical",), ("critical", "high")]  # fmt: skip


def test_gaps_and_waivers_in_words() -> None:
    """Where, which call, why; those of files stand with their files."""
    placed = msgspec.structs.replace(GAP, location=Place(file="t.yaml", line=1), account=None)
    made = report(gaps=(GAP, placed))
    here = f"{OWN}/-/ec2:DescribeImages: AccessDenied: no"
    assert gap_lines(made) == [here, "-/-/ec2:DescribeImages: AccessDenied: no"]
    assert gap_lines(made, placed=False) == [here]
    told = finding(status="waived", waiver=Waiver(owner="o", reason="r", expires="2027-01-01"))
    assert (waiver(told), waiver(HIGH)) == ("waived by o until 2027-01-01: r", "waived")


def test_what_to_do_is_said_once() -> None:
    """Texts that differ by the role's name alone are one; of more than three, how many."""
    named = [finding(remediation=f"aws iam x --role-name R{n}\n") for n in (1, 2)]
    assert remedies(named[:1]) == ["aws iam x --role-name R1"]
    assert remedies(named) == ["aws iam x --role-name ROLE"]
    many = [finding(remediation=f"do {n}") for n in range(5)]
    assert remedies(many) == ["do 0", "do 1", "do 2", "2 more texts: see the JSON report"]
    assert remedies(many[:4])[3:] == ["1 more text: see the JSON report"]
    assert remedies(many[:3]) == ["do 0", "do 1", "do 2"]
    assert remedies([finding(remediation="")]) == []


PATHS: list[tuple[str, str]] = [
    ("a/b.yaml", "a/b.yaml"), ("./a.yaml", "a.yaml"), ("a\\b.yaml", "a/b.yaml"), ("C:\\x\\a.yaml", "a.yaml"), ("/etc/a.yaml", "a.yaml"), ("../a.yaml", "a.yaml"),
    ("a/../b.yaml", "b.yaml"), ("..", "allowlist.yaml"), ("", "allowlist.yaml"), (".", "allowlist.yaml"), ("/", "allowlist.yaml"),
]  # fmt: skip


@rows("path, expected", PATHS)
def test_paths_stay_in_the_repository(path: str, expected: str) -> None:
    """Code scanning refuses all others, and with them every finding."""
    assert relative(path) == expected


SPOTS: list[tuple[dict[str, Any], tuple[str, int]]] = [
    ({}, ("allowlist.yaml", 1)), ({"location": Place(file="t/a.tf", line=3)}, ("t/a.tf", 3)), ({"location": Place(file="a.tf", line=0)}, ("a.tf", 1)),
    ({"entry_line": 7}, ("allowlist.yaml", 7)), ({"entry_line": 7, "entry_file": "teams/a.yaml"}, ("teams/a.yaml", 7)),
    ({"location": Place(file="a.tf", line=2), "entry_line": 7}, ("a.tf", 2)),
]  # fmt: skip


@rows("what, expected", SPOTS)
def test_where_a_finding_is_shown(what: dict[str, Any], expected: tuple[str, int]) -> None:
    """In its own file, else at the entry, else at the list."""
    assert place(report(), finding(**what)) == expected


WHERE: list[tuple[str, tuple[str, ...], tuple[str, str, str]]] = [
    ("aws", (), ("aws", "us-east-1", "us-east-1")), ("aws", ("eu-west-1",), ("aws", "eu-west-1", "eu-west-1")),
    ("aws", ("eu-west-1", "us-east-1"), ("aws", "us-east-1", "us-east-1")), ("aws-cn", (), ("aws-cn", "cn-north-1", "cn-north-1")),
    ("x", (), ("aws", "us-east-1", "us-east-1")), ("aws", ("nowhere", "eu-west-1"), ("aws", "eu-west-1", "eu-west-1")), ("aws", ("nowhere",), ("aws", "us-east-1", "us-east-1")),
    ("aws-us-gov", ("us-gov-east-1",), ("aws-us-gov", "us-gov-east-1", "us-gov-east-1")),
]  # fmt: skip


@rows("partition, regions, expected", WHERE)
def test_where_services_put_it(
    partition: str, regions: tuple[str, ...], expected: tuple[str, str, str]
) -> None:
    """IAM has no region: it is at home, or where somebody looked; a name that is none is none."""
    made = report()
    snapshot = msgspec.structs.replace(made.inputs.snapshot, partition=partition, regions=regions)
    found = Places(msgspec.structs.replace(made, inputs=msgspec.structs.replace(made.inputs, snapshot=snapshot)))  # fmt: skip
    assert (found.partition, found.region(None), found.region("here")) == expected
    assert found.region("ap-south-1") == "ap-south-1"


def test_whose_it_is() -> None:
    """Of a finding of no account: the lowest of those that were judged."""
    other = "111111111111"
    found = Places(report(finding(account=other), finding(account="x", resource="y")))
    assert [found.account(one) for one in (STRANGER, None, "x")] == [STRANGER, other, other]
    assert Places(report(evaluated=())).account(None) == "000000000000"


SPOILT: list[tuple[str, Report, str | None]] = [
    ("one of ours", report(HIGH), None), ("with all", with_baseline(LOW, finding(status="waived", resource="w"), finding(baseline=True, resource="k"), verdict="pass"), None),
    ("fewer open ones", report(HIGH, summary=summary(())), "open findings"), ("of another severity", report(HIGH, summary=summary((LOW,))), "open findings"),
    ("fewer waived ones", report(finding(status="waived"), verdict="pass", summary=summary(())), "waived findings"),
    ("fewer known ones", report(finding(baseline=True), verdict="pass", summary=summary((HIGH,))), "known findings"),
    ("other third parties", report(summary=summary((), third_parties=9)), "third parties"), ("errors that are gone", report(summary=summary((), errors=1)), "errors"),
    ("a pass with a finding", report(HIGH, verdict="pass"), "the verdict 'pass'"), ("incomplete with a finding", report(HIGH, verdict="incomplete"), "the verdict 'incomplete'"),
    ("a fail without", report(verdict="fail"), "the verdict 'fail'"), ("a fail for one below", report(LOW, verdict="fail"), "the verdict 'fail'"),
    ("a pass with a gap", report(finding(**OPEN_GAP), verdict="pass"), "the verdict 'pass'"), ("incomplete for a gap", report(finding(**OPEN_GAP), verdict="incomplete"), None),
    ("a pass with gaps that are accepted", report(finding(**OPEN_GAP), verdict="pass", settings=settings(allow_gaps=True)), None),
    ("a pass with one that none accepts", report(finding(**OPEN_GAP), verdict="pass", gaps=(FIRM,), settings=settings(allow_gaps=True)), "the verdict 'pass'"),
    ("a pass with a known finding", report(finding(baseline=True), verdict="pass"), None), ("incomplete without a reason that is listed", report(verdict="incomplete"), None),
    ("a pass where none fails", report(HIGH, verdict="pass", settings=settings(fail_on="none")), None),
]  # fmt: skip


@rows("why, given, said", SPOILT)
def test_a_report_that_contradicts_itself(why: str, given: Report, said: str | None) -> None:
    """Somebody may have taken a finding out of a stored one."""
    found = contradiction(given)
    assert (found is None) if said is None else (said in (found or "")), (why, found)


def text(*given: dict[str, Any], width: int = 80) -> str:
    with Spool(iter(given)) as spool:
        return "".join(render_text(spool, width))


ROWS: list[tuple[str, tuple[dict[str, Any], ...], int, str]] = [
    ("nothing", (), 80, "No rows.\n"), ("one", ({"a": "x", "b": None},), 80, "A    B\nx    -\n\n1 row.\n"),
    ("the same in each", ({"a": "x", "b": 1}, {"a": "x", "b": 2}), 80, "The same in each row:\n  A  x\n\nB\n1\n2\n\n2 rows.\n"),
    ("all the same", ({"a": "x", "b": 1}, {"a": "x", "b": 1}), 80, "The same in each row:\n  B  1\n\nA\nx\nx\n\n2 rows.\n"),
    ("wide", ({"a": "x" * 9, "b": "y" * 9}, {"a": "z", "b": None}), 19, f"A  {'x' * 9}\nB  {'y' * 9}\n\nA  z\n\n2 rows.\n"),
    ("as wide as there is room", ({"a": "x" * 9, "b": "y" * 9}, {"a": "z", "b": "w"}), 20, f"A          B\n{'x' * 9}  {'y' * 9}\nz          w\n\n2 rows.\n"),
    ("of an event", ({"a": True, "event_id": "e", "request_id": "r", "request_parameters": "p"},), 80, "A\nyes\n\n1 row.\n"),
    ("an object", ({"a": {"b": [1]}},), 80, 'A\n{"b": [1]}\n\n1 row.\n'),
]  # fmt: skip


@rows("why, given, width, expected", ROWS)
def test_rows_for_people(
    why: str, given: tuple[dict[str, Any], ...], width: int, expected: str
) -> None:
    """A column that is left out though it differs hides who called."""
    assert text(*given, width=width) == expected, why


def test_rows_for_programs() -> None:
    """All of them, with nothing left out."""
    given = ({"a": "x", "b": None}, {"a": False, "b": {"c": 1}})
    with Spool(iter(given)) as spool:
        assert "".join(render_csv(spool)) == 'a,b\nx,\nno,"{""c"": 1}"\n'
        assert msgspec.json.decode("".join(render_json(spool))) == [{"a": "x", "b": None}, {"a": False, "b": {"c": 1}}]  # fmt: skip
    with Spool(iter(())) as spool:
        assert ("".join(render_json(spool)), "".join(render_csv(spool))) == ("[]\n", "")
    many = [{"a": number} for number in range(1001)]
    with Spool(iter(many)) as spool:
        assert msgspec.json.decode("".join(render_json(spool))) == many
        assert "".join(render_csv(spool)).splitlines() == ["a", *(str(n) for n in range(1001))]
