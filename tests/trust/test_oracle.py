"""The engine against the oracle, over policies made by chance.

`VENDORGATE_RANDOM` is the number of policies (default 150), `VENDORGATE_SEED` the seed (default 1).
The long run, with a count and the shortest counterexamples, outside pytest:

    VENDORGATE_RANDOM=20000 python -m tests.trust.test_oracle
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

import pytest

from checker.trust import analyze
from checker.trust.model import Grant
from tests.trust.coverage import covers
from tests.trust.oracle import Request, account_of, allows, as_list
from tests.trust.random_policies import large_policy, random_policy
from tests.trust.random_requests import requests_for
from tests.trust.realism import unrealistic
from tests.trust.support import SCOPE, codes, principals, show

COUNT = int(os.environ.get("VENDORGATE_RANDOM", "150"))
SEED = os.environ.get("VENDORGATE_SEED", "1")
NETWORK = {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce"}  # of those that the policies read
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
    """Outsiders whom no grant covers; grants that say too little or too much; false witnesses."""
    analysis = analyze(document, SCOPE)
    for request in requests:
        service = request.principal.endswith(".amazonaws.com")
        if service and "ambiguous" in codes(analysis):
            continue  # whether a `*` means services, too
        grants = [grant for grant in analysis.grants if covers(grant, request)]
        why = denies_grants(document, request, grants)
        if service and why == "needs no network" and "confused-deputy" in codes(analysis):
            continue  # which is told of services beside anyone
        if why and allows(document, request):
            yield Fault(why, seed, document, request)
    spent = "too-complex" in codes(analysis)
    for grant in analysis.grants:
        if grant.witness is None:
            if not spent:
                yield Fault("no witness", seed, document, grant)
        elif why := witness_fault(document, grant, spent):
            yield Fault(why, seed, document, grant.witness)


def denies_grants(document: dict[str, Any], request: Request, grants: list[Grant]) -> str:
    """What is wrong with the grants that cover a request, if it is allowed."""
    if not grants:
        return "uncovered"
    if not any(request.action in grant.actions for grant in grants):
        return "action not listed"
    if len(grants) > 1:
        return ""
    context = {key.lower(): value for key, value in request.context.items()}
    external = context.get("sts:externalid")
    if external is None and grants[0].external_id != "none":
        return "needs no external id"
    if grants[0].external_id == "required" and f'"{external}"' not in json.dumps(document):
        return "needs no exact external id"
    if grants[0].network_limited and not NETWORK & context.keys():
        return "needs no network"
    return ""


def witness_fault(document: dict[str, Any], grant: Grant, spent: bool) -> str:
    """Why the witness proves nothing: refused, impossible, or of something else than the grant."""
    witness = grant.witness
    assert witness is not None
    if not allows(document, witness):
        return "refused"
    if why := unrealistic(witness):
        return f"impossible: {why}"
    if not allows(only(document, grant.statements), witness):
        return "of other statements"
    if witness.action not in grant.actions:
        return "of another action"
    keys = {key.lower() for key in witness.context}
    if grant.external_id != "none" and "sts:externalid" not in keys:
        return "without the external id"
    if grant.network_limited and not keys & NETWORK:
        return "without a network"
    granting = [as_list(document["Statement"])[at] for at in grant.statements]
    if not spent and _is_named(grant, json.dumps(document), json.dumps(granting)):
        return "named in the policy"
    return "" if grant.principal.kind == "unresolved" or covers(grant, witness) else "not covered"


def _is_named(grant: Grant, document: str, granting: str) -> bool:
    """Whether it stands for one that the policy names: of an account, for one that it lets in by
    name. (Whom a Deny leaves over may be the only kind of caller that is left.)"""
    assert grant.witness is not None
    name = grant.witness.principal
    if grant.principal.kind in ("anyone", "organization"):
        return name.startswith("arn:") and account_of(name)[1] in document
    return grant.principal.kind == "account" and f'"{name}"' in granting


def only(document: dict[str, Any], indices: tuple[int, ...]) -> dict[str, Any]:
    """The policy with all of its Denies, but of its Allows only these."""
    some = [
        statement
        for i, statement in enumerate(as_list(document["Statement"]))
        if i in indices or statement["Effect"] == "Deny"
    ]
    return {**document, "Statement": some}


def faults_at(seed: str) -> list[Fault]:
    """The first fault of one random policy, if it has any."""
    rng = Random(seed)
    document = random_policy(rng)
    return list(islice(faults_of(document, list(requests_for(document, rng)), seed), 1))


def examine(index: int) -> list[Fault]:
    """The same, on the smallest policy that still shows the fault."""
    return [smallest(fault) for fault in faults_at(f"{SEED}:{index}")]


def smallest(fault: Fault) -> Fault:
    """Leave out statements, conditions and values as long as the same kind of fault remains."""
    requests = [fault.request] if isinstance(fault.request, Request) else []
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


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engine_agrees_on_large_policies(chunk: int) -> None:
    """Catches a spent budget that hides an outsider, or that escapes as an exception."""
    for index in range(chunk, COUNT // 5, CHUNKS):
        holds(f"{SEED}:large:{index}")


def holds(seed: str) -> None:
    rng = Random(seed)
    document = large_policy(rng)
    requests = list(requests_for(document, rng, limit=150))
    fault = next(faults_of(document, requests, seed), None)
    assert fault is None, str(fault)


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param("1:large:212", id="a Deny leaves over one user and all roles"),
        pytest.param("1:large:394", id="members of another organization need no external id"),
        pytest.param("1:large:803", id="any service, but by name one whose sources are known"),
        pytest.param("1:large:1215", id="given up, while a named account was left out of anyone"),
    ],
)
def test_large_policies_that_once_were_wrong(seed: str) -> None:
    """Catches what one of thousands of random policies shows, and the few of a usual run do not."""
    holds(seed)


@pytest.mark.parametrize("seed", ["big:41"])
def test_large_policies_that_once_crashed(seed: str) -> None:
    """Catches the budget being spent where nobody expects it: while the grants are merged."""
    assert analyze(large_policy(Random(seed)), SCOPE).grants


def test_the_budget_is_for_hostile_policies() -> None:
    """Catches a search that gives up on policies of a few statements, as people write them."""
    documents = [random_policy(Random(f"{SEED}:{index}")) for index in range(2 * COUNT)]
    spent = [d for d in documents if "too-complex" in codes(analyze(d, SCOPE))]
    assert len(spent) <= COUNT // 50, f"{len(spent)} of {2 * COUNT}, such as {show(spent[0])}"


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
