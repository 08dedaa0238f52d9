"""What several formats say alike: the verdict in words, where a finding stands, who is who."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import UnsetType

from checker.patterns import pattern
from checker.plurals import plural as plural
from checker.report.escape import prose
from checker.report.model import (
    GAP_POLICY,
    SEVERITIES,
    Filters,
    Finding,
    GapEntry,
    Report,
    failing,
)

NOTHING = "no role and no image use was looked at"
ALLOWLIST = "allowlist.yaml"
FAIL_ON, MAX_AGE = "high", 7  # unless somebody asks for others
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_ROLE_NAME = pattern(r"(--role-name )[A-Za-z0-9_+=,.@-]+")
_DRIVE = pattern(r"^[A-Za-z]:")


def open_findings(report: Report) -> list[Finding]:
    """Open findings that are not known, most severe first; gaps are left to `report.gaps`."""
    opened = [f for f in report.findings if f.status == "open" and f.policy != GAP_POLICY]
    return sorted((f for f in opened if not f.baseline), key=lambda f: RANK[f.severity])


def known_findings(report: Report) -> list[Finding]:
    """Those of the baseline, most severe first."""
    return sorted((f for f in report.findings if f.baseline), key=lambda f: RANK[f.severity])


def known_lines(report: Report) -> list[str]:
    """Known findings: each critical one, the others by number; not escaped."""
    accepted = known_findings(report)
    lines = [f"critical {f.policy}: {f.message}" for f in accepted if f.severity == "critical"]
    others = Counter((f.severity, f.policy) for f in accepted if f.severity != "critical")
    return lines + [f"{s} {policy}: {plural(n, 'finding')}" for (s, policy), n in others.items()]


def waived_findings(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.status == "waived"]


def names(report: Report) -> dict[str, str]:
    """Third party → its name, where one is known."""
    return {party.id: party.name for party in report.third_parties if party.name}


def gates(report: Report, finding: Finding) -> bool:
    """Does this severity reach the threshold?"""
    return finding.severity in failing(report.settings.fail_on)


def known(principal: str, names: dict[str, str]) -> str:
    """`999999999999 (Example Monitoring)`."""
    name = "anyone" if principal == "*" else names.get(principal)
    return f"{principal} ({name})" if name else principal


def by_severity(findings: Iterable[Finding]) -> str:
    """`1 critical, 2 high`."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(
        f"{counts[severity]:,} {severity}" for severity in SEVERITIES if severity in counts
    )


def verdict(report: Report) -> str:
    """The verdict and all that bears on it, in one line."""
    shown = open_findings(report)
    gating = [finding for finding in shown if gates(report, finding)]
    parts = [
        f"{plural(len(gating), 'finding')} at or above {report.settings.fail_on}"
        + (f" ({by_severity(gating)})" if gating else "")
    ]
    if report.settings.fail_on == "none":
        parts = [f"{plural(len(shown), 'finding')}, none of which fails the build"]
    elif len(shown) > len(gating):
        parts.append(f"{len(shown) - len(gating):,} below")
    return f"{report.verdict.upper()}: " + ", ".join(parts + _also(report))


def _also(report: Report) -> list[str]:
    parts = []
    if report.summary.waived:
        parts.append(f"{report.summary.waived:,} waived")
    if report.inputs.baseline:
        parts.append(f"{report.summary.known:,} known")
    if report.gaps:
        parts.append(plural(len(report.gaps), "gap") + _accepted(report))
    if report.errors:
        parts.append(plural(len(report.errors), "evaluation error"))
    if report.settings.filters:
        parts.append(f"{_left_out(report.settings.filters)} left out by a filter")
    return [*parts, NOTHING] if is_empty(report) else parts


def is_empty(report: Report) -> bool:
    """Whether there was nothing to judge."""
    count = report.summary
    judged = (count.roles, count.image_uses, count.resources, count.resource_policies)
    return not any((*judged, count.code_uses))


def _accepted(report: Report) -> str:
    """How many of the gaps somebody has accepted, by an option or in the allowlist."""
    accepted = sum(f.policy == GAP_POLICY and f.status == "waived" for f in report.findings)
    if report.settings.allow_gaps:
        accepted = len(report.gaps) - len(unaccepted(report))
    if accepted >= len(report.gaps):
        return " (accepted)"
    return f" ({accepted:,} accepted)" if accepted else ""


def unaccepted(report: Report) -> list[GapEntry]:
    """The gaps that are in the way of a pass though all are accepted that can be."""
    return [gap for gap in report.gaps if gap.acceptable is False]


def looked_at(report: Report) -> str:
    """What the verdict speaks of."""
    count, inputs = report.summary, report.inputs
    return (
        f"{plural(count.third_parties, 'third party', 'third parties')}, "
        f"{plural(count.roles, 'role')}, {plural(count.image_uses, 'image use')}, "
        f"{_where_looked(count.resource_policies, 'resource')}"
        f"{_where_looked(count.code_uses, 'code use')}"
        f"{plural(inputs.policies.count, 'policy', 'policies')}, "
        f"{plural(count.evaluations, 'evaluation')}"
    )


def _where_looked(count: int | UnsetType, what: str) -> str:
    """Nothing where nobody looked, which a note says."""
    return "" if isinstance(count, UnsetType) else f"{plural(count, what)}, "


def bends(report: Report) -> list[str]:
    """What bends the verdict, a sentence each: every report lists it."""
    settings = report.settings
    sentences = [
        f"{o.policy}: severity {o.severity} instead of {o.was}: {o.reason}"
        for o in settings.severity
    ]
    sentences += [f"{policy.policy}: disabled: {policy.reason}" for policy in settings.disabled]
    sentences += [
        f"{policy}: replaced: not the built-in policy of this id" for policy in settings.replaced
    ]
    if not (settings.builtin_policies and report.inputs.policies.builtin):
        sentences.append("the built-in policies are left out (--no-builtin)")
    if report.inputs.baseline:
        known = plural(report.summary.known, "known finding")
        fail = "fails" if report.summary.known == 1 else "fail"
        sentences.append(f"{known} of the baseline {report.inputs.baseline.path} {fail} nothing")
    return [*sentences, *_options(report)]


def _options(report: Report) -> Iterator[str]:
    """The options that are not as they are without being asked for."""
    settings = report.settings
    if settings.filters:
        yield f"only {_chosen(settings.filters)}: {_left_out(settings.filters)} left out"
    if settings.fail_on == "none":
        yield "no finding fails the build (--fail-on none)"
    elif settings.fail_on != FAIL_ON:
        yield f"the build fails from {settings.fail_on} on, not from {FAIL_ON} on (--fail-on)"
    if settings.allow_gaps:
        yield "gaps in coverage are accepted (--allow-gaps)"
    if settings.max_age is not None and settings.max_age > MAX_AGE:
        yield f"a snapshot may be {settings.max_age:,} days old, not {MAX_AGE} (--max-age)"
    if settings.rules_from:
        yield f"settings, policies and baseline are those of {settings.rules_from} (--rules-from)"
    if settings.no_settings:
        yield "the settings file is left out (--no-settings)"


def _chosen(filters: Filters) -> str:
    """`findings of the policy x, in the account y are shown and judged`."""
    parts = []
    if filters.policies:
        parts.append(f"of {', '.join(filters.policies)} (--policy)")
    if filters.accounts:
        parts.append(f"in {', '.join(filters.accounts)} (--account)")
    if filters.severities:
        parts.append(f"that are {' or '.join(filters.severities)} (--severity)")
    return f"findings {' '.join(parts)} are shown and judged"


def _left_out(filters: Filters) -> str:
    """`3 findings (1 critical, 2 high) and 1 gap`."""
    counts = {severity: n for severity, n in filters.left_out.items() if n}
    named = ", ".join(f"{n:,} {severity}" for severity, n in counts.items())
    findings = plural(sum(counts.values()), "finding") + (f" ({named})" if named else "")
    return f"{findings} and {plural(filters.gaps, 'gap')}" if filters.gaps else findings


def place(report: Report, finding: Finding) -> tuple[str, int]:
    """File and line that a finding is shown at: its own, or that of the allowlist entry, or the
    allowlist's first line. The file is relative, with forward slashes, and stays inside."""
    if finding.location:
        return relative(finding.location.file), max(1, finding.location.line)
    return _entry_file(report, finding), max(1, finding.entry_line or 1)


def _entry_file(report: Report, finding: Finding) -> str:
    """The allowlist, or what it includes, which lies in its folder or below."""
    allowlist = report.inputs.allowlist.path.replace("\\", "/")
    first = relative(allowlist)
    if not finding.entry_file:
        return first
    folder = allowlist[: len(allowlist) - len(posixpath.basename(allowlist))]
    within = finding.entry_file.replace("\\", "/").removeprefix(folder)
    return relative(posixpath.join(posixpath.dirname(first), within))


def relative(path: str) -> str:
    """A path inside the repository. Of one that leads elsewhere only the name is kept: where the
    repository begins is not known here, and code scanning refuses absolute paths."""
    plain = posixpath.normpath(_DRIVE.sub("", path.replace("\\", "/")) or ".")
    if plain.startswith(("/", "../")):
        plain = posixpath.basename(plain)
    return ALLOWLIST if plain in ("", ".", "..") else plain


def waiver(finding: Finding) -> str:
    """Who accepted a waived finding, until when and why."""
    if finding.waiver is None:
        return "waived"
    accepted = finding.waiver
    return f"waived by {accepted.owner} until {accepted.expires}: {accepted.reason}"


def remedies(findings: Iterable[Finding]) -> list[str]:
    """What to do, once for each policy: as a rule its text varies by the role's name alone, which
    stands in it where there is but one."""
    distinct = dict.fromkeys(prose(finding.remediation) for finding in findings)
    if len(distinct) > 1:
        distinct = dict.fromkeys(_ROLE_NAME.sub(r"\1ROLE", text) for text in distinct)
    texts = [text for text in distinct if text]
    more = [f"{plural(len(texts) - 3, 'more text')}: see the JSON report"] if len(texts) > 3 else []
    return texts[:3] + more


def gap_lines(report: Report, *, placed: bool = True) -> list[str]:
    """`ACCOUNT/REGION/CALL: CODE: MESSAGE`, not escaped; without those that are written in a file
    where `placed` is False."""
    return [
        f"{'/'.join((gap.account or '-', gap.region or '-', gap.call))}: {gap.code}: {gap.message}"
        for gap in report.gaps
        if placed or not gap.location
    ]
