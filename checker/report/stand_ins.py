"""What is no finding as findings, for formats that have room for nothing else."""

from __future__ import annotations

import hashlib

import msgspec

from checker.report import view
from checker.report.model import EvaluationError, Finding, Report

SETTING = "setting"  # no policy: what bends the verdict
UNJUDGED = "not-judged"  # no policy either: what could not be evaluated, or was not there


def bent(report: Report) -> list[Finding]:
    """What bends the verdict."""
    remedy = "See that whoever owns the gate wants it so."
    return [
        _stand_in(report, SETTING, f"A setting bends the verdict: {text}", text, remedy)
        for text in view.bends(report)
    ]


def unjudged(report: Report) -> list[Finding]:
    """What makes a report incomplete, and is no gap."""
    found = [
        msgspec.structs.replace(
            _stand_in(report, UNJUDGED, _erred(error), _key(error), "See the JSON report."),
            severity="high",
            account=error.account,
            resource=error.resource,
            principal=error.principal,
        )
        for error in dict.fromkeys(report.errors)
    ]
    if view.is_empty(report) and report.verdict != "pass":
        remedy = "Look whether the snapshot is of what it should be of."
        empty = _stand_in(report, UNJUDGED, view.NOTHING.capitalize(), view.NOTHING, remedy)
        found.append(msgspec.structs.replace(empty, severity="high"))
    return found


def _erred(error: EvaluationError) -> str:
    return f"{error.policy} could not be evaluated on {error.resource}: {error.message}"


def _key(error: EvaluationError) -> str:
    return "\0".join(map(str, msgspec.structs.astuple(error)))


def _stand_in(report: Report, policy: str, message: str, key: str, remediation: str) -> Finding:
    digest = hashlib.sha256(f"{policy}\0{key}".encode("utf-8", "replace")).hexdigest()
    return Finding(
        policy=policy,
        severity="info",
        status="open",
        account=None,
        account_name=None,
        region=None,
        resource=report.inputs.allowlist.path,
        principal=None,
        message=message,
        remediation=remediation,
        fingerprint=digest[:32],
        location=None,
        facts={},
    )
