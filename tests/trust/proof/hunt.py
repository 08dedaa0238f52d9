"""Counterexamples, made small: `python -m tests.trust.proof.hunt FIRST LAST`.

One JSON object a line: seed, scope, the smallest document found that still shows it, what kind of
counterexample it is, and the request. At most five with the same cause.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from checker.trust import Scope, analyze
from tests.trust.proof.generate import policy
from tests.trust.proof.prove import Case, Finding, OracleError
from tests.trust.proof.read import OPERATORS, UnsupportedError, listed

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
    parts = set()
    for statement in document["Statement"]:
        for operator, block in statement.get("Condition", {}).items():
            for key, values in block.items():
                base = operator.rpartition(":")[2].removesuffix("IfExists")
                family, negated = OPERATORS[base.lower()]
                variable = " with a variable" if "${" in json.dumps(values) else ""
                over = operator.rpartition(":")[0]
                sign = "not " if negated else ""
                parts.add(
                    f"{statement['Effect']} {over} {sign}{family} {key.split('/')[0]}{variable}".replace(
                        "  ", " "
                    )
                )
    why = "" if finding.kind == "missed" else f": {finding.why}"
    return f"{finding.kind}{why} [{'; '.join(sorted(parts))}]"


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
