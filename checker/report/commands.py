"""What to type next about a finding: commands that run as they stand, where the gate was run.

Names in them are quoted for a shell; one that cannot be shown as it is gives no command, rather
than another one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from checker.report.escape import short, visible
from checker.report.model import GAP_POLICY, Finding, Report
from checker.report.view import ALLOWLIST

WAIVED_FOR = 90  # days, unless somebody writes another day
_FINGERPRINT = re.compile(r"[0-9a-f]{12,32}\Z")
_NAMED = frozenset({"built-in", "policies"})  # policies that are found without being named


class Commands:
    """Those of one report."""

    def __init__(self, report: Report) -> None:
        inputs = _inputs(report)
        self._inputs = shlex.join(inputs) if inputs is not None else None
        self._ends = _ends(report.evaluated_on)

    def explain(self, finding: Finding) -> str | None:
        """None where `explain` could not find it."""
        return self._of("explain", finding)

    def waive(self, finding: Finding) -> str | None:
        """With a reason and an owner to be replaced; None for what no exception may waive."""
        if finding.policy == GAP_POLICY or finding.status != "open" or self._ends is None:
            return None
        if set(finding.resource) & {"*", "?"}:
            return None
        options = f"--expires {self._ends} --owner WHO --reason WHY"
        command = self._of("waive", finding)
        return f"{command} {options}" if command else None

    def _of(self, verb: str, finding: Finding) -> str | None:
        if self._inputs is None or not _FINGERPRINT.match(finding.fingerprint):
            return None
        return f"vendorgate {verb} {short(finding.fingerprint)} {self._inputs}".rstrip()


def _ends(today: str) -> str | None:
    try:
        return str(date.fromisoformat(today) + timedelta(WAIVED_FOR))
    except (ValueError, OverflowError):
        return None


def _inputs(report: Report) -> list[str] | None:
    """None for code: it was judged without a snapshot, which these commands read."""
    if report.summary.resources is not msgspec.UNSET:
        return None
    words = list(_options(report))
    return words if all(visible(word) == word for word in words) else None


def _options(report: Report) -> Iterator[str]:
    """What differs from the defaults. A revision's rules are the working tree's here."""
    inputs = report.inputs
    if inputs.snapshot.path != "snapshot":
        yield _path(inputs.snapshot.path)
    if inputs.allowlist.path != ALLOWLIST:
        yield from ("-a", _path(inputs.allowlist.path))
    if inputs.policies.path not in _NAMED and not report.settings.rules_from:
        yield from ("-p", _path(inputs.policies.path))
    if inputs.catalogue:
        yield from ("--catalogue", _path(inputs.catalogue.path))
    if not inputs.policies.builtin:
        yield "--no-builtin"
    if report.settings.no_settings:
        yield "--no-settings"


def _path(path: str) -> str:
    """One that begins like an option is none."""
    return f"./{path}" if path.startswith("-") else path
