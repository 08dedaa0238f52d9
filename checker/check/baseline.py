"""Known findings: those that were there when a team adopted the check, and fail no build.

A baseline holds fingerprints, and beside each what a reader needs to know which finding it is.
Gaps, evaluations that erred and waived findings are never in it: what could not be judged is not
known, and a waiver says for itself until when it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from checker.bounded import read_input
from checker.errors import InputError
from checker.once import refuse_twice
from checker.report.json_report import encode
from checker.report.model import GAP_POLICY, SEVERITIES, FileInput, Finding, Severity

SCHEMA = "vendorgate/baseline/v1"
NAMED = 5
_GRADES = ("read", "write", "admin")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known finding. It covers the severity, and the `access` (of what a resource lets do), that
    it was recorded with and those below: a finding that has become worse since is a new one."""

    fingerprint: str
    severity: Severity
    policy: str
    resource: str
    principal: str | None
    access: Literal["read", "write", "admin"] | msgspec.UnsetType = msgspec.UNSET


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    findings: tuple[Entry, ...]


class Baseline:
    """A baseline as read; `input` goes into the report."""

    def __init__(self, path: Path, entries: Iterable[Entry], sha256: str) -> None:
        self.input = FileInput(path=str(path), sha256=sha256)
        self._entries = {entry.fingerprint: entry for entry in entries}
        """A fingerprint alone is a hash that nobody can review: what stands beside it counts."""
        self.entries = tuple(self._entries.values())

    def marked(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings, the known ones marked."""
        return tuple(replace(f, baseline=True) if self._knows(f) else f for f in findings)

    def _knows(self, finding: Finding) -> bool:
        entry = self._entries.get(finding.fingerprint)
        return (
            entry is not None
            and _names(entry, finding)
            and _recordable(finding)
            and covers(entry, finding.severity, _access(finding))
        )

    def notes(self, findings: tuple[Finding, ...]) -> list[str]:
        """What the baseline says that is not so, a sentence each."""
        known = {finding.fingerprint: finding for finding in findings}
        entries = self._entries.values()
        gone = [e for e in entries if e.fingerprint not in known]
        wrong = [
            e for e in entries if e.fingerprint in known and not _names(e, known[e.fingerprint])
        ]
        notes = []
        if gone:
            notes.append(
                f"Findings of the baseline that are gone: {_listed(gone)}. Write it anew "
                "with --write-baseline, so that they cannot come back unseen."
            )
        if wrong:
            notes.append(
                "Entries of the baseline that name another policy, resource or principal than the "
                f"finding of their fingerprint, and so count for nothing: {_listed(wrong)}."
            )
        return notes


def read_baseline(path: Path) -> Baseline:
    """Reads a file that `--write-baseline` wrote. Raises InputError for any other."""
    return parse_baseline(read_input(path, hint=_HINT), path)


def parse_baseline(data: bytes, path: Path) -> Baseline:
    """The same of its text."""
    import hashlib

    try:
        file = msgspec.json.decode(data, type=_File)
        refuse_twice(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError(f"is no baseline: {error}", path=path, hint=_HINT) from None
    if file.schema != SCHEMA:
        raise InputError(f"has schema {file.schema!r}, not {SCHEMA!r}", path=path, hint=_HINT)
    _check_once(path, file.findings)
    return Baseline(path, file.findings, hashlib.sha256(data).hexdigest())


def _check_once(path: Path, entries: Iterable[Entry]) -> None:
    counts = Counter(entry.fingerprint for entry in entries)
    twice = [fingerprint for fingerprint, count in counts.items() if count > 1]
    if twice:
        raise InputError(f"names the finding {twice[0]} twice", path=path, hint=_HINT)


_HINT = "make one: vendorgate check --write-baseline FILE"


def render_baseline(findings: tuple[Finding, ...]) -> tuple[str, int]:
    """The text of a baseline of all open findings, in a fixed order, and how many they are."""
    entries = sorted(
        (
            Entry(f.fingerprint, f.severity, f.policy, f.resource, f.principal, _access(f))
            for f in findings
            if _recordable(f)
        ),
        key=lambda e: (e.policy, e.resource, e.fingerprint),
    )
    text = msgspec.json.format(encode(_File(SCHEMA, tuple(entries))), indent=2).decode()
    return text + "\n", len(entries)


def _recordable(finding: Finding) -> bool:
    return finding.status == "open" and finding.policy != GAP_POLICY


def _names(entry: Entry, finding: Finding) -> bool:
    entry_names = (entry.policy, entry.resource, entry.principal)
    return entry_names == (_kept(finding.policy), _kept(finding.resource), _kept(finding.principal))


def _kept(text: str | None) -> str | None:
    """As a baseline can hold it: `encode` spells lone surrogates out."""
    return text if text is None else text.encode(errors="backslashreplace").decode()


def _listed(entries: list[Entry]) -> str:
    named = "; ".join(f"{e.policy} on {e.resource}" for e in entries[:NAMED])
    more = f"; and {len(entries) - NAMED:,} more" if len(entries) > NAMED else ""
    return f"{len(entries):,} ({named}{more})"


def covers(entry: Entry, severity: Severity, access: Any) -> bool:
    """Whether what is of this severity, and lets do this, is no worse than what is known. An entry
    that tells no access is of before it was told."""
    told = access if entry.access is msgspec.UNSET else entry.access
    milder = access is msgspec.UNSET or _GRADES.index(access) <= _GRADES.index(told)
    return milder and SEVERITIES.index(severity) >= SEVERITIES.index(entry.severity)


def _access(finding: Finding) -> Any:
    """What a resource lets do; unset where that is not what was found."""
    grant = finding.facts.get("grant")
    access = grant.get("access") if isinstance(grant, dict) else None
    return access if access in _GRADES else msgspec.UNSET
