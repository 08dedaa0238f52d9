"""The engine's own policy: what could not be looked at."""

from __future__ import annotations

from checker.check.ledger import fingerprint
from checker.report.model import GAP_POLICY, Finding, Severity, Waiver
from checker.snapshot.records import Account, Gap
from checker.subjects.item import place

GAP_TITLE = "Something could not be looked at"
GAP_SEVERITY: Severity = "high"
GAP_RATIONALE = (
    "What could not be looked at may hold any trust. A gap is never a pass: the check is "
    "incomplete (exit code 3) until it is closed or accepted."
)
GAP_REMEDIATION = (
    "Let the collector look: grant the call that was refused (the code says why it was), then "
    "collect again. To accept one for a while, write it into the allowlist (`gaps:`); to accept "
    "all that are known, run `vendorgate check --allow-gaps`."
)
GAP_CONTROLS = {
    "nist_800_53": {"CA-7": "monitoring that could not look somewhere must say so, and not pass"},
    "nist_csf": {"GV.SC-07": "a supplier's risk where nobody looked is not monitored"},
    "soc2": {"CC9.2": "the risk of vendors where nobody looked was not assessed"},
}

CODE_REMEDIATION = (
    "Write into the file what is not known there, give the check the value of the parameter or "
    "variable, or put the file that is missing beside it; then check again. To accept the gaps "
    "that are known, run `vendorgate check --allow-gaps`."
)

FOUND_BY_ANALYZER = "FoundByAccessAnalyzer"
"""The code of a gap where AWS's analyzer found what we did not."""
ANALYZER_REMEDIATION = (
    "Collect the snapshot and the analyzer's findings anew, as a policy may have changed between "
    "the two, with the resource's account, region and kind among what is looked at. If AWS still "
    "tells more, look at the resource; who archives the finding in Access Analyzer sets it aside."
)


def gap_finding(
    gap: Gap, account: Account | None, severity: Severity, waiver: Waiver | None = None
) -> Finding:
    """The finding of one gap in an account. It counts for exit code 3, not for 1."""
    resource = "/".join((gap.account or "-", gap.region or "-", gap.call))
    shown = {"account": gap.account, "region": gap.region}
    return Finding(
        policy=GAP_POLICY,
        severity=severity,
        status="waived" if waiver else "open",
        waiver=waiver,
        account=gap.account,
        account_name=account.name if account else None,
        region=gap.region,
        resource=resource,
        principal=None,
        message=f"{gap.call} could not be looked at ({gap.code}): {gap.message}",
        remediation=_remediation(gap),
        fingerprint=fingerprint(GAP_POLICY, resource, gap.code),
        location=place(gap.location),
        facts=shown | {"call": gap.call, "code": gap.code, "message": gap.message},
    )


def _remediation(gap: Gap) -> str:
    if gap.code == FOUND_BY_ANALYZER:
        return ANALYZER_REMEDIATION
    return CODE_REMEDIATION if gap.location else GAP_REMEDIATION
