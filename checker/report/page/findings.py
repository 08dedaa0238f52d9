"""Open findings by severity and policy: why it matters and what to do once, then each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from checker.frameworks import title
from checker.report import view
from checker.report.escape import prose, short
from checker.report.model import Finding, PolicyInfo, Report
from checker.report.page.markup import Html, block, code, fold, long, section, spoken, tag

OPEN = 5  # findings of a policy in sight; up to FOLDED in all, beyond only their number
FOLDED = 100
FACTS = 6_000  # characters of one finding's facts


def findings(report: Report) -> Html:
    found = sorted(view.open_findings(report), key=lambda f: (view.RANK[f.severity], f.policy))
    if not found:
        quiet = tag("p", "No open finding.", class_="quiet")
        return section("findings", "Findings", quiet)
    policies = {policy.id: policy for policy in report.policies}
    names = view.names(report)
    groups = (
        _group(list(group), policies.get(policy), names)
        for (_, policy), group in groupby(found, key=lambda f: (f.severity, f.policy))
    )
    return section("findings", "Findings", *groups, count=len(found))


def _group(members: list[Finding], policy: PolicyInfo | None, names: dict[str, str]) -> Html:
    first = members[0]
    return tag(
        "article",
        tag("h3", *_title(first, policy), " ", tag("span", f"{len(members):,}", class_="count")),
        tag("p", code(first.policy), *_controls(policy), class_="quiet"),
        _remedy(members, policy),
        _list(members[:OPEN], names),
        _more(members, names),
        class_=f"policy {first.severity}",
    )


def _title(first: Finding, policy: PolicyInfo | None) -> Iterator[str]:
    yield tag("span", first.severity, class_=f"sev {first.severity}")
    yield " "
    yield tag("span", prose(policy.title) if policy else first.policy)


def _controls(policy: PolicyInfo | None) -> Iterator[str]:
    if policy is None:
        return
    for key, ids in policy.controls.items():
        why = "\n".join(f"{c}: {r}" for c, r in policy.reasons.get(key, {}).items())
        shown = f"{title(key, policy.frameworks)} {', '.join(ids)}"
        yield tag("span", shown, class_="ctl", **({"title": why} if why else {}))


def _remedy(members: list[Finding], policy: PolicyInfo | None) -> Html:
    said = [tag("p", tag("b", "What to do. "), spoken(text)) for text in view.remedies(members)]
    if policy and policy.rationale.strip():
        said.insert(0, tag("p", tag("b", "Why. "), long(prose(policy.rationale))))
    return tag("div", block(said), class_="remedy")


def _list(members: list[Finding], names: dict[str, str]) -> Html:
    return tag("ul", block(_finding(member, names) for member in members), class_="found")


def _more(members: list[Finding], names: dict[str, str]) -> Html:
    folded, left = members[OPEN:FOLDED], len(members) - FOLDED
    if not folded:
        return Html("")
    said = f"and {left:,} that are not shown here: see the JSON or CSV report"
    rest = tag("p", said, class_="quiet") if left > 0 else ""
    return block((fold(f"{len(folded):,} more", _list(folded, names), class_="rest"), rest))


def _finding(finding: Finding, names: dict[str, str]) -> Html:
    return tag(
        "li",
        tag("p", finding.message),
        tag("p", *_where(finding, names), class_="where"),
        _facts(finding),
    )


def _where(finding: Finding, names: dict[str, str]) -> Iterator[Html]:
    if finding.resource not in finding.message:
        yield tag("span", code(finding.resource))
    if finding.principal not in (None, "*") and finding.principal not in finding.message:
        yield tag("span", f"by {view.known(finding.principal, names)}")
    if finding.account:
        name = f"{finding.account_name} " if finding.account_name else ""
        yield tag("span", f"in {name}", code(finding.account))
    if finding.region:
        yield tag("span", finding.region)
    if finding.location:
        yield tag("span", "at ", code(f"{finding.location.file}:{finding.location.line}"))
    yield tag("span", "fingerprint ", code(short(finding.fingerprint)))


def _facts(finding: Finding) -> Html:
    witness = (finding.facts.get("grant") or {}) if isinstance(finding.facts, dict) else {}
    witness = witness.get("witness") if isinstance(witness, dict) else None
    parts = [tag("h4", "A request that gets in today"), _json(witness)] if witness else []
    parts += [tag("h4", "What the policy saw"), _json(finding.facts)]
    parts.append(tag("p", "Fingerprint ", code(finding.fingerprint), class_="quiet"))
    return fold("Witness and facts" if witness else "Facts", *parts, class_="facts")


def _json(value: Any) -> Html:
    shown = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    left = len(shown) - FACTS
    lines = [long(line) for line in shown[:FACTS].split("\n")]
    lines += [long(f"… ({left:,} more characters: see the JSON report)")] if left > 0 else []
    return tag("pre", block(lines), tabindex=0)
