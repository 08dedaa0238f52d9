"""OCSF, ASFF and OSCAL: what the services that read them demand.

The OSCAL of every report here was also read by compliance-trestle 5.2 in a development
environment of its own; it is too heavy for ours, so here only shape and ids are held.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from checker.report.formats import render
from tests.report import factory
from tests.support.hostile import HOSTILE, every_name, hostile_report

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def lines(report: Any, name: str) -> list[Any]:
    return [json.loads(line) for line in render(report, name).splitlines()]


def asff(report: Any) -> list[Any]:
    return [finding for call in lines(report, "asff") for finding in call["Findings"]]


@pytest.mark.parametrize("report", [factory.report(), factory.small()], ids=["clean", "small"])
def test_ocsf_has_what_the_class_requires(report: Any) -> None:
    """A data lake drops an event that lacks one of these."""
    required = {"activity_id", "category_uid", "class_uid", "compliance", "finding_info", "metadata",
                "severity_id", "time", "type_uid", "status_id", "cloud"}  # fmt: skip
    for event in lines(report, "ocsf"):
        assert required <= event.keys()
        assert (event["class_uid"], event["type_uid"]) == (2003, 200301)
        assert event["finding_info"]["uid"] and event["finding_info"]["title"]
        assert event["time"] == 1795154400000


def test_ocsf_tells_open_waived_and_passed() -> None:
    """A waiver that shows as a failure wakes somebody; a pass that is missing shows nothing."""
    said = [(e["compliance"]["status"], e["status"]) for e in lines(factory.small(), "ocsf")]
    assert said.count(("Fail", "New")) == 5
    assert said.count(("Fail", "Suppressed")) == 1
    assert said.count(("Pass", "Resolved")) == 2


@pytest.mark.parametrize("result", ["pass", "fail", "waived", "error"])
def test_ocsf_passes_what_passes_alone(result: str) -> None:
    """A policy that nobody could evaluate, or that somebody waived, told as met."""
    row = factory.evaluated("unvetted-account-trust", factory.VENDOR, result)
    said = [
        event["compliance"]["status"] for event in lines(factory.report(evaluated=(row,)), "ocsf")
    ]
    assert said == (["Pass"] if result == "pass" else [])


@every_name
def test_asff_keeps_to_its_limits(name: str) -> None:
    """One field too long, and Security Hub refuses the finding."""
    for finding in asff(hostile_report(name)):
        assert len(json.dumps(finding).encode()) < 240_000
        assert 1 <= len(finding["Title"]) <= 256 and 1 <= len(finding["Description"]) <= 1024
        assert 1 <= len(finding["Remediation"]["Recommendation"]["Text"]) <= 512
        assert all(1 <= len(value) <= 2048 for value in finding["ProductFields"].values())
        (resource,) = finding["Resources"]
        assert 1 <= len(resource["Id"]) <= 512
        assert re.fullmatch(r"[0-9]{12}", finding["AwsAccountId"])
        assert re.fullmatch(
            r"arn:aws:securityhub:us-east-1:(\d{12}):product/\1/default", finding["ProductArn"]
        )


def test_asff_goes_in_calls_of_a_hundred() -> None:
    """BatchImportFindings refuses the hundred-and-first."""
    report = factory.report(*(factory.finding(resource=f"{factory.ROLE}{n}") for n in range(250)))
    calls = lines(report, "asff")
    assert [len(call["Findings"]) for call in calls] == [100, 100, 50]
    assert len({finding["Id"] for finding in asff(report)}) == 250
    one_more = msgspec.structs.replace(report, findings=report.findings[:101])
    assert [len(call["Findings"]) for call in lines(one_more, "asff")] == [100, 1]


def test_asff_has_a_call_for_each_account_and_region_in_order() -> None:
    """A call of two accounts, which Security Hub refuses; or another order on each run."""
    places = [
        ("222222222222", "us-east-1"),
        ("222222222222", "eu-west-1"),
        ("111111111111", "us-east-1"),
    ]
    report = factory.report(*(factory.finding(account=a, region=r) for a, r in places))
    calls = [[(f["AwsAccountId"], f["ProductArn"].split(":")[3]) for f in call["Findings"]]
             for call in lines(report, "asff")]  # fmt: skip
    assert calls == [[place] for place in sorted(places)]


def test_asff_says_what_is_waived_and_what_is_not_known() -> None:
    """A gap is no failed control, and a waiver is no open finding."""
    found = asff(factory.small())
    assert [f["Workflow"]["Status"] for f in found].count("SUPPRESSED") == 1
    gaps = [f for f in found if f["GeneratorId"] == "vendorgate/collection-gap"]
    assert [f["Compliance"]["Status"] for f in gaps] == ["NOT_AVAILABLE"]


WAIVED = {"asff": "SUPPRESSED", "ocsf": "Suppressed", "oscal": "deviation-approved", "sarif": "suppressions"}  # fmt: skip


@pytest.mark.parametrize(("name", "mark"), WAIVED.items())
def test_what_is_known_is_not_waived(name: str, mark: str) -> None:
    """What stands in the baseline fails no build, but nobody has accepted it."""
    known = factory.report(factory.finding(baseline=True))
    assert mark in render(factory.small(), name, include_suppressed=True)
    assert mark not in render(known, name, include_suppressed=True)


@pytest.mark.parametrize("name", ["empty", "long", "surrogates", "newlines"])
def test_oscal_strings_are_what_its_schema_allows(name: str) -> None:
    """A property of blanks or a title of two lines makes the whole document invalid."""
    document = json.loads(render(hostile_report(HOSTILE[name]), "oscal"))
    (result,) = document["assessment-results"]["results"]
    for part in (*result["observations"], *result["risks"]):
        assert all(re.fullmatch(r"\S(.*\S)?", prop["value"]) for prop in part["props"])
        assert part["description"] and UUID.fullmatch(part["uuid"])
        assert re.fullmatch(r"[^\n]+", part.get("title", "-"))


def test_oscal_ids_are_stable_and_refer() -> None:
    """A finding that gets a new id each night is a new risk each night."""
    one, two = (json.loads(render(r, "oscal"))["assessment-results"]["results"][0]
                for r in (factory.small(), factory.report(*factory.small().findings[1:4])))  # fmt: skip
    known = {risk["uuid"] for risk in one["risks"]}
    assert len(known) == 6 and {risk["uuid"] for risk in two["risks"]} < known
    observed = {o["uuid"] for o in one["observations"]}
    assert len(observed) == len(one["observations"])
    assert {
        risk["related-observations"][0]["observation-uuid"] for risk in one["risks"]
    } <= observed


def test_oscal_names_controls_as_the_catalogue_does() -> None:
    """`RA-3(1)` is `ra-3.1` there, and a reader looks it up."""
    policy = factory.policy("p", controls={"nist_800_53": ("RA-3(1)", "SA-9"), "soc2": ("CC9.2",)})
    document = json.loads(render(factory.report(policies=(policy,), evaluated=()), "oscal"))
    reviewed = document["assessment-results"]["results"][0]["reviewed-controls"]
    (selection,) = reviewed["control-selections"]
    assert selection["include-controls"] == [{"control-id": "ra-3.1"}, {"control-id": "sa-9"}]


def test_a_text_is_cut_no_shorter_than_it_must_be() -> None:
    """A letter less than Security Hub takes, or one more, for which it refuses the call."""
    titles = [f["Resources"][0]["Id"] for n in (511, 512, 513) for f in asff(factory.report(factory.finding(resource="x" * n)))]  # fmt: skip
    assert titles == ["x" * 511, "x" * 512, "x" * 511 + "…"]


def test_oscal_counts_what_nobody_looked_at() -> None:
    """One gap of many, as the only one."""
    small = factory.small()
    result = json.loads(render(factory.report(gaps=small.gaps * 3), "oscal"))["assessment-results"][
        "results"
    ][0]
    assert [prop["value"] for prop in result["props"] if prop["name"] == "gaps"] == ["3"]


def test_oscal_names_controls_in_order() -> None:
    """Another document for each order of a policy's frameworks, which no diff can be made of."""
    controls = {"soc2": ("CC9.2",), "nist_800_53": ("AC-3", "AC-20"), "dora": ("Art. 28(3)",)}
    told = []
    for some in (controls, dict(reversed(controls.items()))):
        document = render(
            factory.report(
                factory.finding(policy="x"), policies=(factory.policy("x", controls=some),)
            ),
            "oscal",
        )
        told.append(document)
    assert told[0] == told[1]
