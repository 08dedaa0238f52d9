"""What an auditor asks of the list: who is not on it, who is only on it, what was waived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from checker.check.waivers import covers
from checker.evidence.evaluate import Bundle
from checker.report.model import Finding, Report
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import ExceptionEntry, Vendor

UNOBSERVED = "unobserved-vendor"


def third_parties(bundle: Bundle) -> dict[str, Any]:
    return {
        "observed_but_not_listed": [
            party for party in bundle.report.third_parties if party.status == "unlisted"
        ],
        "listed_but_not_observed": [
            _listed(vendor)
            for vendor in bundle.allowlist.file.vendors
            if _unobserved(vendor, bundle.report)
        ],
    }


def _unobserved(vendor: Vendor, report: Report) -> bool:
    """As the policy found; by identity where that is disabled (a shared issuer then counts)."""
    if any(policy.id == UNOBSERVED for policy in report.policies):
        resource = f"allowlist.yaml#{vendor.name}"
        return any(f.policy == UNOBSERVED and f.resource == resource for f in report.findings)
    return not _identities(vendor) & {party.id for party in report.third_parties}


def _identities(vendor: Vendor) -> set[str]:
    issuers = (entry.issuer for entry in vendor.federation)
    return {*vendor.ids, *issuers}


def _listed(vendor: Vendor) -> dict[str, Any]:
    vetting = vendor.vetting
    return {
        "name": vendor.name,
        "identities": sorted(_identities(vendor)),
        "owner": vetting.owner,
        "reference": vetting.reference,
        "expires": vetting.expires.isoformat(),
    }


def waivers(bundle: Bundle) -> list[dict[str, Any]]:
    """Every exception of the allowlist, in its order, those too that have ended."""
    today = bundle.evaluation.today
    findings = bundle.report.findings
    return [_waiver(entry, today, findings) for entry in bundle.allowlist.file.exceptions]


def _waiver(entry: ExceptionEntry, today: date, findings: Iterable[Finding]) -> dict[str, Any]:
    return {
        "policy": entry.policy,
        "principal": entry.principal,
        "resource": entry.resource,
        "owner": entry.owner,
        "reason": entry.reason,
        "expires": entry.expires.isoformat(),
        "in_force": today <= entry.expires,
        "days_left": (entry.expires - today).days,
        "findings": [found.fingerprint for found in findings if _covers(entry, found)],
    }


def _covers(entry: ExceptionEntry, found: Finding) -> bool:
    same = (entry.policy, entry.owner, entry.reason, entry.expires.isoformat())
    given = found.waiver
    return (
        given is not None
        and same == (found.policy, given.owner, given.reason, given.expires)
        and covers(entry, found.principal, found.resource)
    )


def in_force(allowlist: Allowlist, today: date) -> int:
    return sum(today <= entry.expires for entry in allowlist.file.exceptions)
