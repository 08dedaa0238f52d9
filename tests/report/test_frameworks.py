"""Each format for machines names the frameworks with their versions, and why a policy supports them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.evidence.controls import control_map
from checker.report.formats import render
from tests.report import factory

POLICY = factory.policy(
    "unvetted-account-trust",
    controls={"nist_800_53": ("SA-9",), "soc2": ("CC9.2",), "acme": ("X-1",)},
    reasons={"soc2": {"CC9.2": "nobody weighed it"}},
    frameworks={"acme": "ACME Baseline 3\x1b[31m"},
)
FOUND = factory.finding(policy=POLICY.id)
REPORT = factory.report(FOUND, policies=(POLICY,), evaluated=())
TITLES = ["NIST SP 800-53 r5 SA-9", "SOC 2 TSC 2017 CC9.2", r"ACME Baseline 3\x1b[31m X-1"]


def compliance(event: dict[str, Any]) -> list[str]:
    return list(event["compliance"].get("requirements", ()))


def test_ocsf() -> None:
    """A data lake that mixes editions of a standard."""
    events = [json.loads(line) for line in render(REPORT, "ocsf").splitlines()]
    (found,) = [e for e in events if compliance(e) and e["status"] == "New"]
    assert sorted(compliance(found)) == sorted(TITLES)


def test_asff() -> None:
    """Security Hub showed our keys where other products show titles."""
    (call,) = [json.loads(line) for line in render(REPORT, "asff").splitlines()]
    (finding, *_) = call["Findings"]
    assert finding["Compliance"]["RelatedRequirements"] == TITLES


def test_sarif() -> None:
    """Code scanning, in the help of an alert."""
    (run,) = json.loads(render(REPORT, "sarif"))["runs"]
    (rule,) = [r for r in run["tool"]["driver"]["rules"] if r["id"] == POLICY.id]
    assert "NIST SP 800-53 r5 SA-9; SOC 2 TSC 2017 CC9.2" in rule["help"]["markdown"]
    assert rule["properties"]["frameworks"]["soc2"] == "SOC 2 TSC 2017"


def test_oscal() -> None:
    """A GRC tool that asks which catalog a control id is of."""
    results = json.loads(render(REPORT, "oscal"))["assessment-results"]
    resources = {r["title"]: r for r in results["back-matter"]["resources"]}
    nist = resources["NIST SP 800-53 r5"]
    assert nist["rlinks"] == [{"href": "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final"}]
    assert {p["name"]: p["value"] for p in nist["props"]}["version"] == "5"
    assert r"ACME Baseline 3\x1b[31m" in resources
    (policy, *_) = results["results"][0]["observations"]
    remarks = {
        p["value"]: p["remarks"] for p in policy["props"] if p["name"].startswith("supports-")
    }
    assert remarks["CC9.2"] == "SOC 2 TSC 2017 CC9.2: nobody weighed it"


def test_the_control_map() -> None:
    """The auditor's file: which edition, what the control asks, why the policy stands there."""
    made = control_map(REPORT)
    assert made["titles"]["nist_800_53"]["title"] == "NIST SP 800-53 r5"
    assert (made["titles"]["soc2"]["version"], made["titles"]["acme"]["version"]) == ("2017", None)
    control = made["frameworks"]["soc2"]["CC9.2"]
    assert control["asks"] == "risks of vendors and business partners are assessed and managed"
    assert control["supported_by"][0]["reason"] == "nobody weighed it"


@pytest.mark.parametrize("name", ["ocsf", "asff", "sarif", "oscal", "html", "json"])
def test_a_report_of_before_has_no_reasons(name: str) -> None:
    """A stored report, written before there were any, that cannot be rendered any more."""
    policy = factory.policy("unvetted-account-trust")
    assert render(factory.report(factory.finding(), policies=(policy,)), name)
