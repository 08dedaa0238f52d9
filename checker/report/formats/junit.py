"""JUnit XML: a test case for each finding, and a passing one for each policy and third party
without any.

Every open finding is a failure, with its severity as the type, also below the `--fail-on`
threshold: JUnit knows no weaker result that is shown, and a finding must be seen. What gates a
build is the exit code. Gaps and evaluations that erred are errors; waived findings, and those
known from the baseline, are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from junit_xml import TestCase, TestSuite, to_xml_report_string

from checker.report import view
from checker.report.escape import lines, short, visible
from checker.report.model import GAP_POLICY, EvaluationError, Finding, GapEntry, Report


def render(report: Report) -> str:
    cases = _unique([*_findings(report), *_gaps(report), *_errors(report), *_passes(report)])
    suite = TestSuite("vendorgate", cases, properties=_properties(report))
    # The library's pretty-printer builds a second tree, which takes ten times as long.
    xml = to_xml_report_string([suite], prettyprint=False, encoding="utf-8")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'


def _properties(report: Report) -> dict[str, str]:
    """Also the settings that bend the verdict, which no test case would show."""
    inputs = report.inputs
    values = {
        "verdict": view.verdict(report),
        "evaluated_on": report.evaluated_on,
        "snapshot": f"{inputs.snapshot.path} sha256:{inputs.snapshot.sha256}",
        "allowlist": f"{inputs.allowlist.path} sha256:{inputs.allowlist.sha256}",
    }
    values |= {f"setting.{n}": text for n, text in enumerate(view.bends(report), 1)}
    values |= {f"note.{n}": text for n, text in enumerate(report.notes, 1)}
    return {name: visible(value) for name, value in values.items()}


def _case(policy: str, account: str | None, name: str, **more: Any) -> TestCase:
    classname = f"vendorgate.{visible(policy)}.{visible(account or '-')}"
    return TestCase(visible(name), classname, **more)


def _findings(report: Report) -> Iterator[TestCase]:
    names = view.names(report)
    for finding in report.findings:
        case = _finding_case(finding, names)
        if finding.status == "waived":
            case.add_skipped_info(visible(view.waiver(finding)))
        elif finding.baseline:
            case.add_skipped_info(f"known from the baseline: {visible(finding.message)}")
        elif finding.policy == GAP_POLICY:
            case.add_error_info(visible(finding.message) or "gap", _body(finding), "gap")
        else:
            message = visible(finding.message) or finding.policy
            case.add_failure_info(message, _body(finding), finding.severity)
        yield case


def _finding_case(finding: Finding, names: dict[str, str]) -> TestCase:
    """The name holds the fingerprint: one role may trust two principals of one account."""
    subject = finding.resource
    if finding.principal:
        subject += f" ← {view.known(finding.principal, names)}"
    place = finding.location
    return _case(
        finding.policy,
        finding.account,
        f"{finding.policy}: {subject} [{short(finding.fingerprint)}]",
        file=visible(place.file) if place else None,
        line=place.line if place else None,
    )


def _body(finding: Finding) -> str:
    rows = {
        "Severity": finding.severity,
        "Resource": finding.resource,
        "Principal": finding.principal,
        "Account": finding.account and f"{finding.account} {finding.account_name or ''}".strip(),
        "Region": finding.region,
        "Fingerprint": finding.fingerprint,
    }
    table = "\n".join(f"{label}: {visible(value)}" for label, value in rows.items() if value)
    return f"{visible(finding.message)}\n\n{table}\n\nRemediation: {lines(finding.remediation)}"


def _gaps(report: Report) -> Iterator[TestCase]:
    """Gaps that no finding stands for, as where `collection-gap` is disabled."""
    if not any(finding.policy == GAP_POLICY for finding in report.findings):
        yield from map(_gap_case, report.gaps)


def _gap_case(gap: GapEntry) -> TestCase:
    where = "/".join((gap.account or "-", gap.region or "-", gap.call))
    case = _case(GAP_POLICY, gap.account, f"{GAP_POLICY}: {where}")
    case.add_error_info(visible(f"{gap.code}: {gap.message}"), None, "gap")
    return case


def _errors(report: Report) -> Iterator[TestCase]:
    return map(_error_case, report.errors)


def _error_case(error: EvaluationError) -> TestCase:
    subject = f"{error.resource} ← {error.principal}" if error.principal else error.resource
    case = _case(error.policy, error.account, f"{error.policy}: {subject}")
    case.add_error_info(visible(error.message) or "error", None, "evaluation")
    return case


class _Passed:
    """What of a policy and a third party passes, over all accounts."""

    def __init__(self, account: str | None) -> None:
        self.account, self.count, self.all = account, 0, True


def _passes(report: Report) -> Iterator[TestCase]:
    """One for each policy and third party, over all accounts: a vendor in a thousand accounts is
    not a thousand test cases."""
    with_finding = {(finding.policy, finding.principal) for finding in report.findings}
    found: dict[tuple[str, str | None], _Passed] = {}
    for row in report.evaluated:
        key = row.policy, row.principal
        if (passed := found.get(key)) is None:
            passed = found[key] = _Passed(row.account)
        else:
            passed.account = "all"
        passed.count += row.resources
        passed.all = passed.all and row.result == "pass"
    names = view.names(report)
    for (policy, principal), passed in found.items():
        if passed.all and (policy, principal) not in with_finding:
            who = view.known(principal, names) if principal else "-"
            name = f"{policy}: {who} ({passed.count} looked at)"
            yield _case(policy, passed.account, name)


def _unique(cases: list[TestCase]) -> list[TestCase]:
    """Consumers merge cases of one name, and a failure may be lost behind a pass."""
    taken: set[str] = set()
    for case in cases:
        name, count = case.name, 1
        while case.name in taken:
            count += 1
            case.name = f"{name} #{count}"
        taken.add(case.name)
    return cases
