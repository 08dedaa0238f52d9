"""JUnit, as a build server reads it."""

from __future__ import annotations

from xml.etree import ElementTree

from checker.report.formats import junit
from checker.report.model import Settings
from tests.report import factory


def cases(report):
    return list(ElementTree.fromstring(junit.render(report)).iter("testcase"))  # noqa: S314


def of(report, kind):
    return [case for case in cases(report) if case.find(kind) is not None]


def test_every_finding_is_a_case_of_its_kind():
    """A waived finding that fails the build, or a gap that passes it."""
    report = factory.small()
    assert len(of(report, "failure")) == 4
    assert [c.find("error").get("type") for c in of(report, "error")] == ["gap", "evaluation"]
    skipped = of(report, "skipped")[0].find("skipped").get("message")
    who = "waived by cloud-security@example.com until 2027-01-31: "
    assert skipped == who + "vendor ships no external id until Q1"


def test_a_failure_says_how_bad_it_is_and_what_to_do():
    """A build server's page that shows a red case and no way out."""
    failure = of(factory.report(factory.finding()), "failure")[0].find("failure")
    assert failure.get("type") == "high"
    assert "Remediation: Vet the account" in failure.text


def test_findings_below_the_threshold_are_failures_too():
    """A medium finding that no reader of JUnit ever sees, as the gate is set at high."""
    report = factory.report(
        factory.finding(severity="low"), settings=Settings(fail_on="critical"), verdict="pass"
    )
    assert of(report, "failure")[0].find("failure").get("type") == "low"


def test_a_policy_passes_for_a_third_party_without_any_finding():
    """A pass beside a failure, or an error, of the same policy and third party, in another account."""
    report = factory.report(
        factory.finding(principal=factory.STRANGER),
        factory.finding(policy="shared-image", principal=factory.VENDOR, fingerprint="b" * 32),
        evaluated=(
            factory.evaluated("shared-image", factory.VENDOR, "pass"),
            factory.evaluated("unvetted-account-trust", factory.STRANGER, "pass", account="1" * 12),
            factory.evaluated("unvetted-account-trust", factory.STRANGER, "fail"),
            factory.evaluated("unvetted-account-trust", factory.VENDOR, "pass"),
            factory.evaluated("anyone-trust", factory.STRANGER, "pass"),
            factory.evaluated("anyone-trust", None, "error"),
            factory.evaluated("anyone-trust", factory.VENDOR, "error", account="1" * 12),
            factory.evaluated("anyone-trust", factory.VENDOR, "pass"),
        ),
    )
    passing = [(c.get("classname"), c.get("name")) for c in cases(report) if len(c) == 0]
    assert passing == [
        (
            "vendorgate.unvetted-account-trust.222222222222",
            "unvetted-account-trust: 316881668097 (Example Monitoring) (1 looked at)",
        ),
        (
            "vendorgate.anyone-trust.222222222222",
            "anyone-trust: 999999999999 (Steampipe) (1 looked at)",
        ),
    ]


def test_names_are_unique_even_where_the_shown_parts_are_not():
    """Two principals of one account on one role: servers merge cases of one name and lose one."""
    alike = [factory.finding(fingerprint=f"{n}" * 32) for n in range(3)]
    same = [factory.finding(fingerprint="f" * 32) for _ in range(2)]
    found = cases(factory.report(*alike, *same))
    assert len({case.get("name") for case in found}) == len(found) == 6


def test_a_gap_without_a_finding_is_an_error_still():
    """`collection-gap` disabled, and nothing in JUnit tells that an account was not seen."""
    found = of(factory.report(gaps=factory.small().gaps), "error")
    assert [case.get("classname") for case in found] == ["vendorgate.collection-gap.333333333333"]


def test_counts_add_up():
    """Totals that a server believes over the cases."""
    suite = ElementTree.fromstring(junit.render(factory.small())).find("testsuite")  # noqa: S314
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "9", "failures": "4", "errors": "2", "skipped": "1"}


def test_what_bends_the_verdict_is_told():
    """A disabled policy that a reader of JUnit cannot know of."""
    assert "shared-image: disabled: images are built elsewhere" in junit.render(factory.small())
