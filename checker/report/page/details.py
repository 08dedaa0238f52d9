"""What is folded under a finding: what the policy saw, and what to type next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from checker.report.commands import Commands
from checker.report.model import Finding
from checker.report.page.markup import Html, block, fold, long, tag

FACTS = 6_000  # characters of one finding's facts


def details(finding: Finding, commands: Commands, *, facts: bool) -> Html:
    """Nothing where there is neither."""
    witness = _witness(finding) if facts else None
    parts = [*_seen(finding, witness)] if facts else []
    typed = list(_typed(finding, commands))
    if not parts and not typed:
        return Html("")
    names = [name for name, there in (("commands", typed), ("witness", witness), ("facts", parts))
            if there]  # fmt: skip
    return fold(_listed(names).capitalize(), *typed, *parts, class_="facts")


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _witness(finding: Finding) -> Any:
    grant = (finding.facts.get("grant") or {}) if isinstance(finding.facts, dict) else {}
    return grant.get("witness") if isinstance(grant, dict) else None


def _seen(finding: Finding, witness: Any) -> Iterator[Html]:
    if witness:
        yield from (tag("h4", "A request that gets in today"), _json(witness))
    yield from (tag("h4", "What the policy saw"), _json(finding.facts))


def _typed(finding: Finding, commands: Commands) -> Iterator[Html]:
    for command in (commands.explain(finding), commands.waive(finding)):
        if command:
            yield tag("pre", long(command), class_="cmd")


def _json(value: Any) -> Html:
    shown = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    left = len(shown) - FACTS
    lines = [long(line) for line in shown[:FACTS].split("\n")]
    lines += [long(f"… ({left:,} more characters: see the JSON report)")] if left > 0 else []
    return tag("pre", block(lines), tabindex=0)
