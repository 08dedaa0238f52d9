"""The engine against the oracle, over policies made by chance.

`VENDORGATE_RANDOM` is the number of policies (default 500), `VENDORGATE_SEED` the seed (default 1).
The long run, with a count and the shortest counterexamples, outside pytest:

    VENDORGATE_RANDOM=20000 python -m tests.trust.test_oracle
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from checker.trust import analyze
from tests.trust.coverage import covered_by, covers
from tests.trust.oracle import Request, allows, as_list
from tests.trust.random_policies import random_policy
from tests.trust.random_requests import requests_for
from tests.trust.realism import unrealistic
from tests.trust.support import SCOPE, codes, principals, show

COUNT = int(os.environ.get("VENDORGATE_RANDOM", "500"))
SEED = os.environ.get("VENDORGATE_SEED", "1")
CHUNKS = 20  # so that pytest-xdist can spread them


@dataclass(frozen=True)
class Fault:
    """One disagreement: `kind` says which, `request` is the outsider or the witness."""

    kind: str
    seed: str
    document: dict[str, Any]
    request: Any

    def __str__(self) -> str:
        found = analyze(self.document, SCOPE)
        return (
            f"{self.kind} (seed {self.seed})\n{show(self.document)}\n{self.request}\n"
            f"grants: {principals(found)}\nproblems: {sorted(codes(found))}"
        )


def faults_of(document: dict[str, Any], requests: list[Request], seed: str) -> Iterator[Fault]:
    """Uncovered outsiders who are allowed; witnesses refused, impossible, or not covered."""
    analysis = analyze(document, SCOPE)
    for request in requests:
        if allows(document, request) and not covered_by(request, analysis):
            yield Fault("uncovered", seed, document, request)
    spent = any(problem.code == "too-complex" for problem in analysis.problems)
    for grant in analysis.grants:
        witness = grant.witness
        if witness is None:
            if not spent:
                yield Fault("no witness", seed, document, grant)
        elif not allows(document, witness):
            yield Fault("refused", seed, document, witness)
        elif why := unrealistic(witness):
            yield Fault(f"impossible: {why}", seed, document, witness)
        elif grant.principal.kind != "unresolved" and not covers(grant, witness):
            yield Fault("beside its grant", seed, document, witness)


def examine(index: int) -> list[Fault]:
    """The faults of one random policy, none or one, on the smallest policy that still shows it."""
    seed = f"{SEED}:{index}"
    rng = Random(seed)
    document = random_policy(rng)
    fault = next(faults_of(document, list(requests_for(document, rng)), seed), None)
    return [smallest(fault)] if fault else []


def smallest(fault: Fault) -> Fault:
    """Leave out statements, conditions and values as long as the same kind of fault remains."""
    requests = [fault.request] if fault.kind == "uncovered" else []
    for document in list(_smaller(fault.document)):
        found = next(
            (f for f in faults_of(document, requests, fault.seed) if f.kind == fault.kind), None
        )
        if found:
            return smallest(found)
    return fault


def _smaller(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    statements = as_list(document["Statement"])
    for i, statement in enumerate(statements):
        if len(statements) > 1:
            yield {**document, "Statement": statements[:i] + statements[i + 1 :]}
        for less in _less(statement.get("Condition", {})):
            changed = deepcopy(statements)
            changed[i]["Condition"] = less
            yield {**document, "Statement": changed}


def _less(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operator, keys in block.items():
        rest = {name: some for name, some in block.items() if name != operator}
        yield rest
        for key, values in keys.items():
            others = {name: some for name, some in keys.items() if name != key}
            if others:
                yield {**rest, operator: others}
            for value in values if isinstance(values, list) and len(values) > 1 else ():
                fewer = [other for other in values if other != value]
                yield {**rest, operator: {**others, key: fewer}}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engine_agrees_with_the_oracle(chunk: int) -> None:
    """Catches an outsider whom no grant covers, and a witness that the policy refuses."""
    for index in range(chunk, COUNT, CHUNKS):
        faults = examine(index)
        assert not faults, str(faults[0])


def test_the_budget_is_for_hostile_policies() -> None:
    """Catches a search that gives up on policies of a few statements, as people write them."""
    documents = [random_policy(Random(f"{SEED}:{index}")) for index in range(COUNT)]
    spent = [d for d in documents if "too-complex" in codes(analyze(d, SCOPE))]
    assert len(spent) <= COUNT // 100, f"{len(spent)} of {COUNT}, such as {show(spent[0])}"


def main() -> int:
    """Run all and show each kind of fault on its smallest policy."""
    faults: list[Fault] = []
    let_in = spent = 0
    for index in range(COUNT):
        analysis = analyze(random_policy(Random(f"{SEED}:{index}")), SCOPE)
        let_in += bool(analysis.grants)
        spent += "too-complex" in codes(analysis)
        faults += examine(index)
    counts = Counter(fault.kind for fault in faults)
    for kind in counts:
        same = [fault for fault in faults if fault.kind == kind]
        for fault in sorted(same, key=lambda f: len(show(f.document)))[:3]:
            print(f"{fault}\n")
    print(
        f"{COUNT} policies, seed {SEED}: {let_in} with grants, {spent} too complex, "
        f"faults {dict(counts)}"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
