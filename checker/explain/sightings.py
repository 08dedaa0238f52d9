"""Unvetted third parties with where they were seen, out of a report's findings."""

from __future__ import annotations

from collections.abc import Iterator

from checker.facts.plain import Facts
from checker.report.model import Finding, Report
from checker.subjects import registry
from checker.subjects.item import AllowlistKey, Sighted
from checker.subjects.registry import Explained


def sightings(report: Report) -> list[Sighted]:
    """Each third party once, in order of key; what no entry could vet is left out."""
    found: dict[AllowlistKey, Sighted] = {}
    for finding in report.findings:
        for subject, key, named in _named(finding):
            sighted = found.setdefault(key, Sighted(key))
            if named.get("name") and key[0] != "marketplace_products":
                sighted.name = named["name"]
            subject.note(sighted, finding.account or "-", finding.facts, named)
    return [found[key] for key in sorted(found)]


def keys_of(finding: Finding) -> Iterator[AllowlistKey]:
    """What an allowlist would have to name for this finding."""
    return (key for _, key, _ in _named(finding))


def _named(finding: Finding) -> Iterator[tuple[Explained, AllowlistKey, Facts]]:
    """With the finding's subject, and the facts that name it."""
    for subject in registry.explained().values():
        if all(mark in finding.facts for mark in subject.MARK.split()):
            for key, named in subject.keys(finding.facts):
                yield subject, key, named
