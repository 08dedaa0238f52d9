"""SARIF rules, from the policies in force."""

from __future__ import annotations

from itertools import chain, islice, zip_longest
from typing import Any

from checker.frameworks import title
from checker.report.escape import lines, prose, visible
from checker.report.model import Finding, PolicyInfo, Report, Severity

LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
# GitHub: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1.
SCORES: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "3.0",
    "info": "0.0",
}
MAX_RULES = 25_000
MAX_TAGS = 10  # more than 20 are refused; of more than 10, the rest is dropped with a warning
MAX_TEXT = 1_024  # characters of a description
Json = dict[str, Any]


def rules(report: Report, findings: list[Finding]) -> list[Json]:
    """A rule for each policy, sorted by id, so that an unrelated policy moves none but indexes."""
    used = {finding.policy: finding for finding in findings}
    known = {policy.id: policy for policy in report.policies}
    if len(known) > MAX_RULES:
        known = {name: policy for name, policy in known.items() if name in used}
    known |= {name: _unlisted(used[name]) for name in used.keys() - known.keys()}
    return [_rule(policy) for _, policy in sorted(known.items())]


def _unlisted(finding: Finding) -> PolicyInfo:
    """The engine's own findings may come of no policy file; a result needs its rule anyway."""
    return PolicyInfo(
        id=finding.policy,
        title=finding.policy.replace("-", " ").capitalize(),
        severity=finding.severity,
        applies_to="",
        rationale="",
        remediation=finding.remediation,
    )


def _rule(policy: PolicyInfo) -> Json:
    rule: Json = {
        "id": policy.id,
        "name": "".join(word.capitalize() for word in policy.id.split("-")),
        "shortDescription": {"text": prose(policy.title)[:MAX_TEXT]},
        "fullDescription": {"text": prose(policy.rationale or policy.title)[:MAX_TEXT]},
        "help": _help(policy),
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": {
            "tags": _tags(policy),
            "precision": "very-high",
            "security-severity": SCORES[policy.severity],
            "controls": policy.controls,
            "frameworks": {key: visible(title(key, policy.frameworks)) for key in policy.controls},
        },
    }
    links = [link for link in policy.references if link.startswith("https://")]
    return rule | ({"helpUri": visible(links[0])} if links else {})


def _tags(policy: PolicyInfo) -> list[str]:
    """`external/nist-800-53/SA-9`, after the manner of `external/cwe/cwe-79`; frameworks take
    turns, so that a cut leaves something of each. `properties.controls` has all."""
    frameworks = (
        [f"external/{framework.replace('_', '-')}/{control}" for control in ids]
        for framework, ids in policy.controls.items()
    )
    turns = chain.from_iterable(zip_longest(*frameworks))
    tags = dict.fromkeys(("security", *filter(None, turns)))
    return [visible(tag) for tag in islice(tags, MAX_TAGS)]


def _help(policy: PolicyInfo) -> Json:
    """As text, and as Markdown: policies are the reader's own files, so theirs is meant."""
    rationale, remediation = lines(policy.rationale), lines(policy.remediation)
    heading, links = prose(policy.title), [visible(link) for link in policy.references]
    controls = _controls(policy) if policy.controls else ""
    told = f"Controls: {controls}" if controls else ""
    text = _paragraphs(rationale, remediation, told, "\n".join(links)) or heading
    listed = "\n".join(f"- <{link}>" for link in links)
    sections = {"Remediation": remediation, "Controls": controls, "References": listed}
    titled = (f"## {name}\n\n{said}" if said else "" for name, said in sections.items())
    return {"text": text, "markdown": _paragraphs(f"# {heading}", rationale, *titled)}


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _controls(policy: PolicyInfo) -> str:
    return visible(
        "; ".join(
            f"{title(framework, policy.frameworks)} {', '.join(ids)}"
            for framework, ids in policy.controls.items()
        )
    )
