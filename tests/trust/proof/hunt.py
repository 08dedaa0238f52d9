"""Counterexamples, made small: `python -m tests.trust.proof.hunt FIRST LAST`.

One JSON object a line: seed, scope, the smallest document found that still shows it, what kind of
counterexample it is, and the request. At most five with the same cause.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from checker.trust import Scope, analyze
from tests.trust.proof.generate import policy
from tests.trust.proof.prove import Case, Finding, OracleError
from tests.trust.proof.read import OPERATORS, UnsupportedError, listed
from tests.trust.proof.world import issuer

EACH = 5


def findings(document: dict[str, Any], scope: Scope) -> list[Finding]:
    try:
        return Case(document, scope, analyze(document, scope)).verdict().findings
    except (UnsupportedError, OracleError):
        return []


def same(document: dict[str, Any], scope: Scope, old: Finding) -> Finding | None:
    told = {(f.kind, f.why): f for f in findings(document, scope)}
    return told.get((old.kind, old.why))


def smaller(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document without one statement, one condition, or one value."""
    for i, statement in enumerate(document["Statement"]):
        if len(document["Statement"]) > 1:
            yield document | {"Statement": [s for s in document["Statement"] if s is not statement]}
        for operator, block in statement.get("Condition", {}).items():
            for key, values in block.items():
                yield _without(document, i, operator, key, None)
                for j in range(len(listed(values)) if len(listed(values)) > 1 else 0):
                    yield _without(document, i, operator, key, j)


def _without(
    document: dict[str, Any], i: int, operator: str, key: str, j: int | None
) -> dict[str, Any]:
    made = deepcopy(document)
    conditions = made["Statement"][i]["Condition"]
    if j is not None:
        del conditions[operator][key][j]
        return made
    del conditions[operator][key]
    if not conditions[operator]:
        del conditions[operator]
    if not conditions:
        del made["Statement"][i]["Condition"]
    return made


def smallest(
    document: dict[str, Any], scope: Scope, finding: Finding
) -> tuple[dict[str, Any], Finding]:
    for less in smaller(document):
        if found := same(less, scope, finding):
            return smallest(less, scope, found)
    return document, finding


def cause(document: dict[str, Any], finding: Finding) -> str:
    """What two counterexamples with the same cause are likely to share."""
    if finding.kind.endswith("witness"):
        family = re.sub(r"'[^']*'|\"[^\"]*\"", "…", finding.why)
        family = re.sub(r"saml:\S+:", "saml:…:", family)
        family = re.sub(r"(\w+[.])+\w+\S*:\S+:", "a claim:", family)
        family = re.sub(r"(tag|context)/.*?:", r"\1/…:", family)
        return f"{finding.kind}: {family}"
    parts = {p for s in document["Statement"] for p in _conditions(s)}
    return f"{finding.kind} [{'; '.join(sorted(parts))}]"


def _conditions(statement: dict[str, Any]) -> Iterator[str]:
    for operator, block in statement.get("Condition", {}).items():
        over, _, base = operator.rpartition(":")
        family, negated = OPERATORS[base.removesuffix("IfExists").lower()]
        for key, values in block.items():
            name = (
                "saml:…" if key.startswith("saml:") else "a claim" if issuer(key.lower()) else key
            )
            words = (statement["Effect"], over, "not" if negated else "", family, name)
            variable = " with a variable" if "${" in json.dumps(values) else ""
            yield " ".join(w for w in words if w) + variable


def shown(scope: Scope) -> dict[str, Any]:
    return {
        "account": scope.account,
        "today": str(scope.today),
        "organizations": sorted(scope.organizations),
        "own": sorted(scope.own),
        "providers": sorted(scope.providers),
        "all_providers": scope.all_providers,
        "live": scope.live,
    }


def hunt(first: int, last: int) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for seed in range(first, last):
        document, scope = policy(seed)
        try:
            found = {(f.kind, f.why): f for f in findings(document, scope)}
        except OracleError as error:
            yield {"seed": seed, "kind": "oracle-error", "cause": "oracle", "why": str(error)}
            continue
        for finding in found.values():
            less, why = smallest(document, scope, finding)
            key = cause(less, why)
            seen[key] += 1
            if seen[key] <= EACH:
                yield {
                    "seed": seed,
                    "kind": why.kind,
                    "cause": key,
                    "why": why.why,
                    "document": less,
                    "scope": shown(scope),
                    "request": why.request
                    and {
                        "principal": why.request.principal,
                        "action": why.request.action,
                        "context": why.request.context,
                    },
                }


if __name__ == "__main__":
    for line in hunt(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(line), flush=True)
