"""CSV: a row for each finding, for a spreadsheet; then one, of the policy `not-judged`, for each
evaluation that erred, and one, of the policy `setting`, for each setting that bends the verdict."""

from __future__ import annotations

import csv
import io

from checker.report import view
from checker.report.escape import csv_cell, prose
from checker.report.model import Finding, Report
from checker.report.stand_ins import bent, unjudged

_WHERE = ("policy", "severity", "status", "account", "account_name", "region", "resource")
_OWN = (*_WHERE, "principal", "message", "fingerprint")
_MORE = ("remediation", "principal_name", "file", "line")
_WAIVER = ("waiver_owner", "waiver_expires", "waiver_reason", "baseline")


def render(report: Report) -> str:
    names = view.names(report)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*_OWN, *_MORE, *_WAIVER))
    writer.writerows(_row(finding, names) for finding in report.findings)
    beside = (*unjudged(report), *bent(report))
    writer.writerows(_row(finding, names) for finding in beside)
    return out.getvalue()


def _row(finding: Finding, names: dict[str, str]) -> list[str]:
    place, waiver = finding.location, finding.waiver
    values = [getattr(finding, column) for column in _OWN]
    values += [prose(finding.remediation), names.get(finding.principal or "")]
    values += [place.file, str(place.line)] if place else [None, None]
    values += [waiver.owner, waiver.expires, waiver.reason] if waiver else [None, None, None]
    values += ["known" if finding.baseline else None]
    return [csv_cell(value or "") for value in values]
