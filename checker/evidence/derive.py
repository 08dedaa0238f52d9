"""The files of a bundle that follow from its inputs, so that verification can make them again."""

from __future__ import annotations

from checker.evidence import controls, readme, settings, tables
from checker.evidence.changes import changes, compared
from checker.evidence.evaluate import Bundle
from checker.evidence.model import (
    ALLOWLIST,
    CHANGES,
    EVALUATION,
    GIT,
    INCLUDES,
    MANIFEST,
    POLICIES,
    README,
    REPORT,
    SETTINGS,
    SINCE,
    SINCE_FILES,
    SNAPSHOT,
    encode,
)
from checker.report import json_report
from checker.report.formats import oscal
from checker.vetting.allowlist import Allowlist


def derived(bundle: Bundle) -> dict[str, bytes]:
    """File name → content."""
    reviewed = compared(bundle)
    files = {
        EVALUATION: encode(bundle.evaluation),  # as it is read: nothing else stands in it
        GIT: encode(bundle.git),
        REPORT: json_report.pretty(bundle.report).encode(),
        SETTINGS: settings.render(bundle.evaluation).encode(),
        "third-parties.json": encode(tables.third_parties(bundle)),
        "waivers.json": encode(tables.waivers(bundle)),
        "gaps.json": encode(bundle.report.gaps),
        "control-map.json": encode(controls.control_map(bundle.report)),
        "oscal-assessment-results.json": oscal.render(bundle.report).encode(),
        README: readme.render(bundle, reviewed).encode(errors="backslashreplace"),
    }
    if bundle.since and reviewed:
        files[CHANGES] = encode(changes(bundle, bundle.since, reviewed))
    return files


def inputs(bundle: Bundle) -> set[str]:
    """The files that the others follow from."""
    names = {MANIFEST, ALLOWLIST, EVALUATION, GIT, f"{SNAPSHOT}/manifest.json"}
    names |= {f"{SNAPSHOT}/{name}" for name in bundle.manifest.files}
    names |= {f"{POLICIES}/{policy.id}.yaml" for policy in bundle.rules.set.policies}
    names |= _included(bundle.allowlist)
    if not bundle.since:
        return names
    before = {*SINCE_FILES, *_included(bundle.since.allowlist)}
    return names | {f"{SINCE}/{name}" for name in before}


def _included(allowlist: Allowlist) -> set[str]:
    return {f"{INCLUDES}/{part.name}" for part in allowlist.document.parts[1:]}
