"""Known findings: those that were there when a team adopted the check, and fail no build.

A baseline holds fingerprints, and beside each what a reader needs to know which finding it is.
Gaps, evaluations that erred and waived findings are never in it: what could not be judged is not
known, and a waiver says for itself until when it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from checker.check.entries import GAP_POLICY
from checker.errors import InputError
from checker.report.json_report import encode
from checker.report.model import SEVERITIES, FileInput, Finding, Severity

SCHEMA = "vendorgate/baseline/v1"
NAMED = 5


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known finding. It covers the severity that it was recorded with and those below: a
    finding that has become worse since is a new one."""

    fingerprint: str
    severity: Severity
    policy: str
    resource: str
    principal: str | None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    findings: tuple[Entry, ...]


class Baseline:
    """A baseline as read; `input` goes into the report."""

    def __init__(self, path: Path, entries: Iterable[Entry], sha256: str) -> None:
        self.input = FileInput(path=str(path), sha256=sha256)
        self._entries = {entry.fingerprint: entry for entry in entries}
        self.entries = tuple(self._entries.values())

    def marked(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings, the known ones marked."""
        return tuple(replace(f, baseline=True) if self._knows(f) else f for f in findings)

    def _knows(self, finding: Finding) -> bool:
        entry = self._entries.get(finding.fingerprint)
        return entry is not None and _recordable(finding) and _covers(entry, finding.severity)

    def notes(self, findings: tuple[Finding, ...]) -> list[str]:
        """What the baseline says that is no longer so, in a sentence or none."""
        found = {finding.fingerprint for finding in findings}
        gone = [e for e in self._entries.values() if e.fingerprint not in found]
        if not gone:
            return []
        named = "; ".join(f"{e.policy} on {e.resource}" for e in gone[:NAMED])
        more = f"; and {len(gone) - NAMED:,} more" if len(gone) > NAMED else ""
        return [
            f"Findings of the baseline that are gone: {len(gone):,} ({named}{more}). Write it anew "
            "with --write-baseline, so that they cannot come back unseen."
        ]


def read_baseline(path: Path) -> Baseline:
    """Reads a file that `--write-baseline` wrote. Raises InputError for any other."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", path=path, hint=_HINT
        ) from None
    return parse_baseline(data, path)


def parse_baseline(data: bytes, path: Path) -> Baseline:
    """The same of its text."""
    import hashlib

    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(f"is no baseline: {error}", path=path, hint=_HINT) from None
    if file.schema != SCHEMA:
        raise InputError(f"has schema {file.schema!r}, not {SCHEMA!r}", path=path, hint=_HINT)
    return Baseline(path, file.findings, hashlib.sha256(data).hexdigest())


_HINT = "make one: vendorgate check --write-baseline FILE"


def render_baseline(findings: tuple[Finding, ...]) -> tuple[str, int]:
    """The text of a baseline of all open findings, in a fixed order, and how many they are."""
    entries = sorted(
        (
            Entry(f.fingerprint, f.severity, f.policy, f.resource, f.principal)
            for f in findings
            if _recordable(f)
        ),
        key=lambda e: (e.policy, e.resource, e.fingerprint),
    )
    text = msgspec.json.format(encode(_File(SCHEMA, tuple(entries))), indent=2).decode()
    return text + "\n", len(entries)


def _recordable(finding: Finding) -> bool:
    return finding.status == "open" and finding.policy != GAP_POLICY


def _covers(entry: Entry, severity: Severity) -> bool:
    return SEVERITIES.index(severity) >= SEVERITIES.index(entry.severity)
