"""The allowlist's own entries, and the gaps: what is checked that is neither role nor image."""

from __future__ import annotations

from checker.check.accepted import AcceptedGaps
from checker.check.ledger import Where, fingerprint
from checker.report.model import Finding, Severity, Waiver
from checker.snapshot.records import Gap
from checker.subjects.vendor.facts import exception_facts, vendor_facts
from checker.subjects.world import Context, place
from checker.vetting.allowlist import ExceptionEntry
from checker.vetting.register import Standing

GAP_POLICY = "collection-gap"
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
    "Write into the file what is not known there, give its value (`--parameters`), or put the file "
    "that is missing beside it; then check again. To accept the gaps that are known, run "
    "`vendorgate check --allow-gaps`."
)


def check_vendors(context: Context, *, live: bool) -> None:
    """Evaluates each vendor's entry; to be called when it is known who was observed. `live` False:
    the snapshot is of code, which needs no vendor to be seen in it."""
    register = context.register
    for index, vendor in enumerate(register.vendors):
        standing = Standing(register.vendor_status(index), index)
        observed = index in context.parties.vendors or not live
        facts = vendor_facts(vendor, standing, register, observed)
        issuers = [entry.issuer for entry in vendor.federation]
        identities = (*vendor.accounts, *vendor.organizations, *issuers)
        principal = next(iter(identities), None)
        line = context.line(standing)
        where = Where(facts["resource"], principal=principal, entry_line=line)
        context.ledger.evaluate("vendor", facts, where)


def check_exceptions(context: Context, *, live: bool) -> None:
    """Evaluates each exception; to be called last, when it is known what each waives. Code need
    not hold what an exception in force is for.

    Those that waive findings about exceptions come last, as the others decide what they match.
    """
    ledger, allowlist = context.ledger, context.register.allowlist
    about_others = ledger.policies("exception")
    entries = sorted(
        enumerate(allowlist.file.exceptions), key=lambda e: e[1].policy in about_others
    )
    for index, entry in entries:
        matched = ledger.waivers.used.get(index, 0)
        facts = exception_facts(entry, context.register.today, matched)
        if not live and not matched and facts["status"] == "in-force":
            continue
        where = Where(
            facts["resource"],
            principal=entry.principal,
            entry_line=allowlist.exception_line(index),
        )
        ledger.evaluate("exception", facts, where)


def check_accepted(context: Context, accepted: AcceptedGaps, *, live: bool) -> None:
    """Evaluates each entry for gaps as an exception, of the engine's own policy, for whoever may
    be there; to be called when it is known what each accepts."""
    allowlist = context.register.allowlist
    for index, entry in enumerate(allowlist.file.gaps):
        matched = accepted.used.get(index, 0)
        told = {key: getattr(entry, key) for key in ("reason", "owner", "expires")}
        as_exception = ExceptionEntry(
            policy=GAP_POLICY, principal="*", resource=entry.where, **told
        )
        facts = exception_facts(as_exception, context.register.today, matched)
        if live or matched or facts["status"] != "in-force":
            where = Where(facts["resource"], principal="*", entry_line=allowlist.gap_line(index))
            context.ledger.evaluate("exception", facts, where)


def gap_finding(
    context: Context, gap: Gap, severity: Severity, waiver: Waiver | None = None
) -> Finding:
    """The finding of one gap. It counts for exit code 3, not for 1."""
    resource = "/".join((gap.account or "-", gap.region or "-", gap.call))
    account = context.accounts.get(gap.account or "")
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
        remediation=CODE_REMEDIATION if gap.location else GAP_REMEDIATION,
        fingerprint=fingerprint(GAP_POLICY, resource, gap.code),
        location=place(gap.location),
        facts=shown | {"call": gap.call, "code": gap.code, "message": gap.message},
    )
