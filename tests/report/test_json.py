"""JSON: all of a report, and back; what is wrong with a stored one is said with its line."""

from __future__ import annotations

import json

import pytest

from checker.errors import InputError
from checker.report import json_report, locate
from checker.report.formats.json import render
from checker.report.json_report import read
from checker.report.model import Report
from tests.report import factory


def test_reading_is_the_inverse_of_rendering():
    """A field that is lost on the way: `render` would make other documents than `check`."""
    report = factory.small()
    assert read(render(report)) == report
    assert render(read(render(report))) == render(report)


def test_keys_stand_in_the_order_of_the_contract():
    """A reader who finds findings before the verdict, or keys in another order every release."""
    given = json.loads(render(factory.small()))
    contract = "schema tool evaluated_on inputs verdict settings summary third_parties evaluated"
    assert list(given) == [*contract.split(), "findings", "gaps", "errors", "policies", "notes"]
    finding = "policy severity status account account_name region resource principal message"
    more = "remediation fingerprint location facts entry_line waiver baseline"
    assert list(given["findings"][0]) == f"{finding} {more}".split()
    assert list(given["summary"]["open"]) == ["critical", "high", "medium", "low", "info"]


def test_a_file_of_any_size_ends_with_one_line_break():
    """A diff with “no newline at end of file”."""
    assert render(factory.report()).endswith("}\n")


GOOD = render(factory.small())


def without(key: str) -> str:
    given = json.loads(GOOD)
    del given["findings"][2][key]
    return json.dumps(given, indent=2)


def line(text: str, marker: str, nth: int = 0) -> int:
    """The line of the nth occurrence of a marker."""
    return [n for n, row in enumerate(text.splitlines(), 1) if marker in row][nth]


MISSING = without("resource")
BAD = [
    ("", 1, "is not JSON", "nothing"),
    ("{\n  'a': 1}", 2, "is not JSON", "another syntax"),
    (GOOD[:3000], GOOD[:3000].rstrip().count("\n") + 1, "is not JSON", "cut"),
    ("[]", 1, "array", "another shape"),
    (
        GOOD.replace('"verdict"', '"verdict": "pass", "verdict"', 1),
        None,
        "tells 'verdict' twice",
        "two verdicts",
    ),
    ("{}", 1, "names no schema", "an object of another kind"),
    ('{"schema": "vendorgate/snapshot/v1"}', 1, "has schema", "a manifest"),
    (GOOD.replace('"fail",', '"failed",', 1), line(GOOD, '"verdict"'), "failed", "a verdict"),
    (
        GOOD.replace('"severity": "medium"', '"severity": "mild"', 1),
        line(GOOD, '"severity": "medium"'),
        "mild",
        "a severity",
    ),
    (MISSING, line(MISSING, '"policy": "unvetted', 2) - 1, "resource", "a missing key"),
    ('{"x": ' + "[" * 100_000, None, "is not JSON", "nesting without end"),
]


def doctored(**given: object) -> str:
    return json.dumps(json.loads(GOOD) | given)


SUMMARY = json.loads(GOOD)["summary"]
CONTRADICTIONS = [
    (doctored(verdict="pass"), "the verdict 'pass' is not that"),
    (doctored(verdict="incomplete"), "the verdict 'incomplete' is not that"),
    (doctored(findings=[]), "other open findings"),
    (doctored(summary=SUMMARY | {"waived": 7}), "other waived findings"),
    (doctored(summary=SUMMARY | {"known": 7}), "other known findings"),
    (doctored(summary=SUMMARY | {"errors": 7}), "other errors"),
    (doctored(third_parties=[]), "other third parties"),
]


@pytest.mark.parametrize(("text", "says"), CONTRADICTIONS)
def test_a_report_that_contradicts_itself_is_refused(text: str, says: str) -> None:
    """PASS above twelve open findings: made by hand, and shown as ours."""
    with pytest.raises(InputError, match=says):
        read(text, path="report.json")


@pytest.mark.parametrize(("text", "at", "says", "why"), BAD, ids=[row[3] for row in BAD])
def test_what_is_wrong_is_said_with_its_line(text, at, says, why):
    """A traceback, or “invalid report” without a place to look at."""
    with pytest.raises(InputError, match=says) as caught:
        read(text, path="report.json")
    assert caught.value.path == "report.json"
    assert caught.value.line == at
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_unicode_are_bad_input():
    """A UnicodeDecodeError's traceback for a file in another encoding."""
    with pytest.raises(InputError, match="is not JSON"):
        read(GOOD.encode("utf-16"), path="x")


def test_unknown_keys_of_a_newer_version_are_passed_over():
    """A renderer that refuses reports of the next release."""
    given = json.loads(GOOD) | {"newer": 1}
    assert isinstance(read(json.dumps(given)), Report)


PATHS = [
    ("$", 1),
    ("$.a", 2),
    ("$.b[1]", 5),
    ("$.b[1].c", 6),
    ("$.zz", 1),
    ("$.b[7]", None),
    ("$.b[...]", 3),
]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_a_path_has_a_line(path, expected):
    """An error that points at another line than the one to mend."""
    text = '{\n "a": "}",\n "b": [\n  1,\n  {"d": 2,\n   "c": 3}]\n}'
    assert locate.line_of(text, path) == expected


@pytest.mark.parametrize("many", [1, 2, 3, 2_000])
def test_in_parts_it_is_the_same(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a comma, a bracket or an indent that is lost where one part follows another."""
    monkeypatch.setattr(json_report, "_MANY", many)
    for report in (factory.small(), factory.report(), factory.large(7, 5)):
        assert b"".join(json_report.report_parts(report)).decode() == json_report.pretty(report)
