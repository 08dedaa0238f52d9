"""Laws of `enforce rcp`, judged by the oracle, which is not the code that writes documents.

`VENDORGATE_RANDOM` is the number of lists and snapshots (default 16).
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from checker.enforce.found import Proof
from checker.enforce.listed import listed
from checker.enforce.perimeter import Asked
from checker.enforce.roles import Made, made
from checker.enforce.targets import Plan
from checker.errors import InputError
from tests.enforce.support import (
    TODAY,
    allowlist,
    document_of,
    proven,
    random_list,
    random_roles,
    refuses,
    snapshot,
    vetted,
)
from tests.trust.oracle import Request, allows, as_list
from tests.trust.random_requests import requests_for
from tests.trust.support import M

COUNT = int(os.environ.get("VENDORGATE_RANDOM", "16"))
CHUNKS = 4
ROLES = 6


def real(request: Request) -> Request:
    """As AWS sends it: with the provider of a token."""
    if request.action != "sts:AssumeRoleWithWebIdentity":
        return request
    context = {**request.context, "aws:FederatedProvider": request.principal}
    return Request(request.principal, request.action, context)


def seeds(chunk: int) -> range:
    return range(chunk, COUNT, CHUNKS)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_who_is_vetted_gets_in_and_nobody_else_within_reach(tmp_path: Path, chunk: int) -> None:
    """An RCP that refuses a vetted request is an outage; one that lets in another is no guardrail."""
    decided = {True: 0, False: 0}
    for seed in seeds(chunk):
        rng = Random(f"rcp {seed}")
        entries, every = random_list(rng), rng.random() < 0.3
        found = listed(allowlist(*entries), TODAY)
        if not found.entries:
            continue
        roles = random_roles(rng, ROLES)
        there = snapshot(tmp_path / str(seed), roles)
        most = 5_120 if rng.random() < 0.5 else 1_500
        for one in roles:
            if one["account"] == "333333333333":
                continue
            try:
                document = document_of(found, there, one["account"], every=every, most=most)
            except InputError:
                break  # it does not fit
            merged = {"Statement": [*as_list(one["trust_policy"]["Statement"]),
                                    *document["Statement"]]}  # fmt: skip
            for request in map(real, requests_for(merged, rng, 80)):
                right = vetted(entries, one["account"], request, every=every)
                if right is not None:
                    decided[right] += 1
                    assert refuses(document, request) is not right, (seed, request, document)
    assert not COUNT or (decided[True] and decided[False]), "nothing was tried"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_proof_says_what_the_oracle_says(tmp_path: Path, chunk: int) -> None:
    """A cut that is not told breaks what somebody vetted; a closed door that is open is a lie."""
    for seed in seeds(chunk):
        rng = Random(f"proof {seed}")
        entries, every = random_list(rng), rng.random() < 0.3
        whole = allowlist(*entries)
        found = listed(whole, TODAY)
        if not found.entries:
            continue
        roles = random_roles(rng, ROLES)
        there = snapshot(tmp_path / str(seed), roles)
        proof = proven(whole, there, every=every)
        # a role may compare a claim without regard to case, which no RCP does
        assert not [one for one in proof.cuts if not one.principal.caseless], (seed, proof.cuts)
        (part,) = made(found, there, Asked(every)).plan.parts
        _check(proof, part.document, {one["arn"]: one["trust_policy"] for one in roles}, seed)


def _check(proof: Proof, document: Any, policies: Any, seed: int) -> None:
    tangled = {one.where for one in proof.doubts}
    for one in (*proof.closes, *proof.cuts):
        if one.witness is None and one.resource in tangled:
            continue
        assert one.witness is not None and refuses(document, one.witness), (seed, one)
        assert allows(policies[one.resource], one.witness), (seed, one)
    for one in proof.left:
        bound = not (one.reason or "").startswith("it is in the management")
        if bound and one.witness is not None:  # too tangled
            assert not refuses(document, one.witness), (seed, one)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_document_of_another_list_is_found_to_cut(tmp_path: Path, chunk: int) -> None:
    """The proof must not take a document's word for it: it is what tells an outage beforehand."""
    told = 0
    for seed in seeds(chunk):
        rng = Random(f"other {seed}")
        mine, theirs = random_list(rng), random_list(rng)
        whole, other = allowlist(*mine), listed(allowlist(*theirs), TODAY)
        roles = [{**one, "account": M, "arn": one["arn"].replace(one["account"], M)}
                 for one in random_roles(rng, ROLES)]  # fmt: skip
        there = snapshot(tmp_path / str(seed), roles)
        if not other.entries or not listed(whole, TODAY).entries:
            continue
        done = made(other, there)
        proof = proven(whole, there, Made(Plan(done.plan.parts), done.us))
        (part,) = done.plan.parts
        policies = {one["arn"]: one["trust_policy"] for one in roles}
        _check(proof, part.document, policies, seed)
        missed = {one.resource for one in proof.cuts} | {one.where for one in proof.doubts}
        for arn in policies.keys() - missed:
            for request in map(real, requests_for(policies[arn], rng, 60)):
                if request.principal.endswith(".amazonaws.com") and "Service" not in str(
                    policies[arn]
                ):
                    continue  # whether a `*` means services, AWS leaves open
                cut = vetted(mine, M, request) is True and refuses(part.document, request)
                if cut and allows(policies[arn], request, doubt=False):
                    raise AssertionError((seed, arn, policies[arn], request, part.document))
        told += len(proof.cuts)
    assert not COUNT or told, "no document cut anything"
