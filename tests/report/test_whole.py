"""A report that somebody edited, and the parts that other formats make of one."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from checker.errors import InputError
from checker.inventory.cells import COLUMNS
from checker.inventory.formats import render_csv, render_text
from checker.report.access import reads
from checker.report.commands import Commands
from checker.report.formats.json import render
from checker.report.formats.junit import _passes, _unique
from checker.report.grants import in_words
from checker.report.json_report import read
from checker.report.locate import line_of
from checker.report.model import Access, EvaluationError, GapEntry, Report, Settings
from checker.report.places import Places
from checker.report.redact import STAND_IN, redacted, without_external_ids
from checker.report.whole import contradiction
from tests.report.factory import (
    OWN,
    STRANGER,
    VENDOR,
    evaluated,
    finding,
    party,
    report,
    summary,
)
from tests.support.rows import rows

HIGH, LOW = finding(), finding(policy="p", severity="low")
WAIVED, KNOWN = finding(status="waived"), finding(baseline=True)
GAP = finding(policy="collection-gap", severity="high")
ERROR = EvaluationError(policy="p", account=OWN, resource="r", principal=None, message="m")
ACCEPTED = Settings(allow_gaps=True)
FIRM = GapEntry(
    account=None, region=None, call="snapshot", code="TooOld", message="m", acceptable=False
)


def counted(one: Report, **more: Any) -> Report:
    return replace(one, summary=replace(one.summary, **more))


WHOLE: list[tuple[str, Report, str | None]] = [
    ("nothing found", report(), None),
    ("and incomplete all the same", report(verdict="incomplete"), None),
    ("nothing found, and it fails", report(verdict="fail"), "the verdict 'fail'"),
    ("something found", report(HIGH), None),
    ("and it passes", report(HIGH, verdict="pass"), "the verdict 'pass'"),
    ("and is incomplete", report(HIGH, verdict="incomplete"), "the verdict 'incomplete'"),
    ("below the threshold", report(LOW, verdict="pass"), None),
    ("and it fails", report(LOW), "the verdict 'fail'"),
    ("below another threshold", report(LOW, settings=Settings(fail_on="low")), None),
    ("at another threshold, and passes", report(LOW, verdict="pass", settings=Settings(fail_on="low")), "the verdict"),
    ("waived", report(WAIVED, verdict="pass"), None),
    ("waived, and it fails", report(WAIVED), "the verdict"),
    ("known", report(KNOWN, verdict="pass"), None),
    ("known, and it fails", report(KNOWN), "the verdict"),
    ("a gap", report(GAP, verdict="incomplete"), None),
    ("a gap that passes", report(GAP, verdict="pass"), "the verdict"),
    ("a gap that is accepted", report(GAP, verdict="pass", settings=ACCEPTED), None),
    ("one that none accepts", report(GAP, verdict="incomplete", gaps=(FIRM,), settings=ACCEPTED), None),
    ("one that none accepts, and passes", report(GAP, verdict="pass", gaps=(FIRM,), settings=ACCEPTED), "the verdict"),
    ("a gap that fails", report(GAP), "the verdict"),
    ("an error", report(errors=(ERROR,), verdict="incomplete"), None),
    ("an error that passes", report(errors=(ERROR,), verdict="pass"), "the verdict"),
    ("a finding more than is listed", counted(report(HIGH), open={"high": 2}), "open findings"),
    ("one of another severity", counted(report(HIGH), open={"low": 1}), "open findings"),
    ("fewer", counted(report(HIGH), open={}), "open findings"),
    ("counts of nothing", counted(report(HIGH), open={"high": 1, "low": 0}), None),
    ("a waiver more", counted(report(WAIVED, verdict="pass"), waived=2), "waived findings"),
    ("a known one less", counted(report(KNOWN, verdict="pass"), known=0), "known findings"),
    ("an error less", counted(report(errors=(ERROR,), verdict="incomplete"), errors=0), "errors"),
    ("a third party less", counted(report(), third_parties=1), "third parties"),
]  # fmt: skip


@rows("why, one, said", WHOLE)
def test_a_stored_report_says_one_thing(why: str, one: Report, said: str | None) -> None:
    """A verdict edited by hand, or a finding taken out, that `render` shows as a pass."""
    found = contradiction(one)
    assert found is None if said is None else said in (found or ""), (why, found)
    if said is None:
        assert read(render(one)) == one
    else:
        with pytest.raises(InputError, match=said):
            read(render(one))


TEXT = render(report(HIGH))
BROKEN: list[tuple[str, str, str, int | None]] = [
    ("another schema", TEXT.replace("report/v1", "report/v2"), "has schema", 1),
    ("none", TEXT.replace('"schema": "vendorgate/report/v1",', ""), "names no schema", 1),
    ("cut", TEXT[:-20], "is not JSON", TEXT[:-20].rstrip().count("\n") + 1),
    ("a word", TEXT.replace('"findings": [', '"findings": x['), "is not JSON", TEXT[: TEXT.index('"findings": [')].count("\n") + 1),
    ("a severity that is none", TEXT.replace('"severity": "high",\n      "status"', '"severity": "huge",\n      "status"'),
     "findings", TEXT[: TEXT.index('"severity": "high",\n      "status"')].count("\n") + 1),
    ("a key twice", TEXT.replace('"verdict": "fail"', '"verdict": "pass", "verdict": "fail"'), "tells 'verdict' twice", None),
]  # fmt: skip


@rows("why, text, said, line", BROKEN)
def test_a_report_that_is_none_is_refused_by_its_line(
    why: str, text: str, said: str, line: int | None
) -> None:
    """A file that was cut or garbled, read as one of fewer findings."""
    assert text != TEXT, why
    with pytest.raises(InputError, match=said) as caught:
        read(text, path="r.json")
    assert (caught.value.line, caught.value.path) == (line, "r.json"), why


def test_the_line_of_a_value() -> None:
    """The line of another finding, which is right."""
    text = '{"a": [1,\n {"b": 2},\n {"b":\n 3}], "c":\n\n{}}'
    places = ("$.a", "$.a[1]", "$.a[2].b", "$.c", "$.a[2].zz", "$.d", "$.a[9]", "$.c[...]")
    assert [line_of(text, one) for one in places] == [1, 2, 4, 6, 3, 1, None, 6]


def ids(document: Any, message: str = "id abc-1 and abc-12", **more: Any) -> Any:
    (one,) = without_external_ids(
        report(finding(facts={"role": document} | more, message=message))
    ).findings
    return one


def test_no_external_id_is_left() -> None:
    """A secret in a report that goes to a chat, in whichever way it was written."""
    condition = {"StringEquals": {"sts:ExternalId": ["abc-12", "abc-1"]}}
    one = ids({"trust_policy": condition})
    assert one.facts == {"role": {"trust_policy": {"StringEquals": {"sts:ExternalId": STAND_IN}}}}
    assert one.message == f"id {STAND_IN} and {STAND_IN}"
    assert ids({"x": 1}).message == "id abc-1 and abc-12" and ids({"x": 1}) == ids({"x": 1})
    assert ids({"x": ({"externalId": "abc-1"},)}).message == f"id {STAND_IN} and {STAND_IN}2"
    assert ids({"x": '{"externalid": "abc-12"}'}).message == f"id abc-1 and {STAND_IN}"
    assert ids({"x": '[{"externalid": "abc-12"}]'}).message == f"id abc-1 and {STAND_IN}"
    for key in ("STS:EXTERNALID", "Sts:externalId", "EXTERNALID"):  # IAM takes no notice of case
        assert ids({key: "abc-12"}).facts == {"role": {key: STAND_IN}}


TEXTS = [
    ('{"sts:ExternalId": "abc"}', '{"sts:ExternalId": "(redacted)"}'),
    ("%7B%22sts:ExternalId%22:%22abc%22%7D", '{"sts:ExternalId": "(redacted)"}'),
    ("sts:ExternalId: abc", 'sts:ExternalId: "(redacted)"'), ("ExternalId = 'a b'", 'ExternalId = "(redacted)"'),
    ('{"ExternalId": "ab', '{"ExternalId": "(redacted)"'), ("ExternalId: [a, b], c", 'ExternalId: "(redacted)", c'),
    ("externalid:\n - a\n - b\n", 'externalid:\n "(redacted)"'), ("a plain text", "a plain text"), ("[1, 2]", "[1, 2]"), ("100%22", "100%22"),
    ('"{\\"ExternalId\\": \\"abc\\"}"', '"{\\"ExternalId\\": \\"(redacted)\\"}"'), ("[" * 100_000, f'{{"externalid": "{STAND_IN}"}}'),
]  # fmt: skip


@rows("text, expected", TEXTS, ids=[text[:30] for text, _ in TEXTS])
def test_texts_with_an_external_id_in_them(text: str, expected: str) -> None:
    """A policy as a request had it: encoded, cut, or in another language than JSON."""
    found, again = redacted({"a": [text]})["a"][0], redacted((text,))[0]
    assert found == expected or (text[0] == '"' and "abc" not in found), found
    assert again == found


def test_a_pass_stands_for_a_party_in_all_accounts() -> None:
    """A vendor that passes in one account and fails in another, shown as a pass."""
    every = (
        evaluated("a", VENDOR, "pass", resources=2), evaluated("a", VENDOR, "pass", account="333333333333"),
        evaluated("b", VENDOR, "pass"), evaluated("b", VENDOR, "error", account="333333333333"),
        evaluated("c", VENDOR, "pass"), evaluated("d", None, "pass"), evaluated("e", VENDOR, "waived"),
    )  # fmt: skip
    found = [
        (one.classname, one.name)
        for one in _passes(report(finding(policy="c", principal=VENDOR), evaluated=every))
    ]
    assert [name for _, name in found] == [
        f"a: {VENDOR} (Example Monitoring) (3 looked at)",
        "d: - (1 looked at)",
    ]
    assert "all" in found[0][0] and OWN in found[1][0]
    cases = [type("Case", (), {"name": name})() for name in "aaba"]
    assert [one.name for one in _unique(cases)] == ["a", "a #2", "b", "a #3"]


def test_where_a_finding_is() -> None:
    """An event that a service sorts under no account, or in a region that there is not."""
    snapshot = report().inputs.snapshot

    def places(*regions: str, partition: str = "aws", **more: Any) -> Places:
        given = replace(
            report().inputs, snapshot=replace(snapshot, regions=regions, partition=partition)
        )
        return Places(report(inputs=given, **more))

    assert [places(*some).region(None) for some in ((), ("eu-west-1",), ("eu-west-1", "us-east-1"), ("odd",))] == [
        "us-east-1", "eu-west-1", "us-east-1", "us-east-1"]  # fmt: skip
    assert (
        places(partition="aws-cn").region(None).startswith("cn-")
        and places(partition="x").partition == "aws"
    )
    assert (places().region("eu-west-1"), places().region("<b>")) == ("eu-west-1", "us-east-1")
    assert (places().account(STRANGER), places().account(None), places().account("odd")) == (
        STRANGER,
        OWN,
        OWN,
    )
    assert places(evaluated=(evaluated("a", None, "pass", account=None),)).account(None) == "0" * 12


def test_commands_of_a_report() -> None:
    """A command that reads another list, or one that nobody can run."""

    def commands(**more: Any) -> Commands:
        return Commands(report(**more))

    short = HIGH.fingerprint[:12]
    assert commands().explain(HIGH) == f"vendorgate explain {short}"
    assert (
        commands().waive(HIGH)
        == f"vendorgate waive {short} --expires 2027-02-18 --owner WHO --reason WHY"
    )
    for other in (
        GAP,
        WAIVED,
        finding(resource="a*"),
        finding(resource="a?"),
        finding(fingerprint="x"),
    ):
        assert commands().waive(other) is None
    assert (
        commands(evaluated_on="soon").waive(HIGH) is None
        and commands(evaluated_on="9999-12-31").waive(HIGH) is None
    )
    inputs = report().inputs
    given = replace(inputs, snapshot=replace(inputs.snapshot, path="-s x"), allowlist=replace(inputs.allowlist, path="l.yaml"),
                    policies=replace(inputs.policies, path="rules", builtin=False))  # fmt: skip
    assert commands(inputs=given, settings=Settings(no_settings=True)).explain(HIGH) == (
        f"vendorgate explain {short} './-s x' -a l.yaml -p rules --no-builtin --no-settings")  # fmt: skip
    assert "-p" not in (
        commands(inputs=given, settings=Settings(rules_from="main")).explain(HIGH) or ""
    )
    hidden = replace(inputs, allowlist=replace(inputs.allowlist, path="a\u202e.yaml"))
    assert commands(inputs=hidden).explain(HIGH) is None
    code = msgspec.structs.replace(summary((), third_parties=2), resources={})
    assert commands(summary=code).explain(HIGH) is None


GRANTS = [
    ("plain text", "plain text"), ("", ""), ('{"a": 1}', '{"a": 1}'), ('{"kind": "anyone"} x', '{"kind": "anyone"} x'),
    ('{"kind": "anyone"}', "anyone, without an external id"),
    ('{"kind": "anyone", "external_id": "pattern"}; {"kind": "service", "service": "s", "source": "1"}',
     "anyone, with an external id that need only fit a pattern; s for 1"),
    ('{"kind": "principal", "arn": "a", "account": "1", "partition": "aws", "external_id": "required"}', "a, with an external id"),
    ('{"kind": "account", "account": "1", "partition": "aws-cn"}', "the whole account 1, without an external id, partition aws-cn"),
    ('{"kind": "organization", "organization": "o", "external_id": "odd"}', "the whole organization o, external id: odd"),
    ('{"kind": "federated", "provider": "p", "claims": {"sub": ["a", "b"], "aud": "c"}}', "p, aud c; sub a, b"),
    ('{"kind": "federated", "provider": "p", "external_id": "required"}', "p, any claims, external id: required"),
    ('{"kind": "unresolved", "id": "x", "network_limited": true}', "whoever that is, id x, network limited true"),
    ('{"kind": "new"}', "new"),
]  # fmt: skip


@rows("text, words", GRANTS)
def test_a_grant_in_words(text: str, words: str) -> None:
    """A condition that went, and is left out of the words that say what changed."""
    assert in_words(text) == words


READS: list[tuple[tuple[tuple[Any, Any, Any], ...], str]] = [
    ((), "-"), (((None, True, True),), "-"), ((("read", False, False),), "-"), ((("read", True, False),), "data"), ((("read", False, True),), "secrets"),
    ((("read", None, False),), "data?"), ((("read", None, None),), "data? secrets?"), ((("read", None, False), ("read", True, True)), "data secrets"),
]  # fmt: skip


@rows("access, said", READS)
def test_what_a_party_may_read(access: tuple[tuple[Any, Any, Any], ...], said: str) -> None:
    """A vendor that reads secrets, or of whom nobody knows, shown as one that reads nothing."""
    given = [
        Access(account=OWN, roles=1, images=0, privilege=p, reads_data=d, reads_secrets=s)
        for p, d, s in access
    ]
    assert reads(given) == said


def test_a_party_in_the_inventory() -> None:
    """The lowest of several grades, a status of another, an account that is cut without a word."""
    grades = ("read", "admin", None, "write")
    access = tuple(
        Access(account=f"{n:012}", roles=1, images=0, privilege=grade)
        for n, grade in enumerate(grades)
    )
    one = report(
        third_parties=(
            party(STRANGER, name="S", named_by="catalogue", access=access),
            party(VENDOR, status="vetted", access=()),
        )
    )
    rows_ = list(csv.reader(io.StringIO(render_csv(one))))
    assert rows_[0] == list(COLUMNS) and len(rows_) == 3
    told = dict(zip(COLUMNS, rows_[1], strict=True))
    assert (told["name"], told["status"], told["privilege"], told["accounts"].split()) == (
        "S (?)",
        "unlisted",
        "admin",
        [a.account for a in access],
    )
    vetted = dict(zip(COLUMNS, rows_[2], strict=True))
    assert (vetted["status"], vetted["accounts"], vetted["privilege"]) == ("vetted", "", "-")
    text = render_text(one)
    assert (
        "2 third parties, 1 not vetted for what they have." in text
        and "(?): named by" in text
        and " +1" in text
    )
    assert "Incomplete" not in text
    gap = GapEntry(account=OWN, region=None, call="c", code="d", message="m")
    for made in (
        render_text(replace(one, gaps=(gap,))),
        render_text(replace(one, gaps=(gap,), third_parties=())),
    ):
        assert "Incomplete: 1 corner could not be looked at" in made.replace("\n", " ")
    assert render_text(replace(one, third_parties=())).startswith(
        "No third party is trusted by 3 roles."
    )
