"""The analysis of resources against the plain reading, over policies made by chance.

`VENDORGATE_RANDOM` is the number of policies (default 60). The long run, outside pytest:

    VENDORGATE_RANDOM=10000 python -m tests.access.test_oracle
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

import msgspec
import pytest

from checker.access import Access, AccessGrant, Ours, Resource, analyze_resource
from checker.trust.model import Grant, Principal
from tests.access.oracle import allows, at
from tests.access.random_documents import World, free_key, random_document
from tests.trust.coverage import covers
from tests.trust.oracle import Request
from tests.trust.random_requests import requests_for
from tests.trust.realism import unrealistic
from tests.trust.support import OWN, TODAY, M, N

COUNT = int(os.environ.get("VENDORGATE_RANDOM", "60"))
CHUNKS = 10
OURS = Ours(accounts=frozenset({M, N}), organizations=frozenset({OWN}))


def analyzed(world: World, document: dict[str, Any]) -> Access:
    record = Resource(arn=world.arn, kind=world.kind, account=M, document=document)
    return analyze_resource(record, OURS, TODAY)


def faults(seed: str) -> Iterator[str]:
    """Outsiders whom no grant covers with their action; witnesses that are refused."""
    rng = Random(seed)
    world, document, plain = random_document(rng)
    found = analyzed(world, document)
    if any(one.code == "too-complex" for one in found.problems):
        return
    shown = f"{seed} {world.kind}\n{json.dumps(document)}\n"
    for action, arn in world.works:
        part = at(plain, action, arn)
        for request in requests_for(part, rng, 60) if part["Statement"] else ():
            asked = request.action == "sts:AssumeRole" and allows(plain, action, arn, request)
            if asked and not _told(found, action, request):
                yield f"{shown}uncovered: {action} {arn} {request}"
    for grant in found.grants:
        if why := _refused(grant, plain, world):
            yield f"{shown}{why}: {grant}"


def _told(found: Access, action: str, request: Request) -> bool:
    if "aws:PrincipalServiceName" in request.context:
        doubted = any(one.code == "ambiguous" for one in found.problems)
        return (
            doubted
            or _for_us(request)
            or any(_serves(one, request) for one in _told_apart(found, action))
        )
    return any(action in grant.actions and covers(_trust(grant), request) for grant in found.grants)


def _for_us(request: Request) -> bool:
    """Whether a service acts for ourselves."""
    sent = (request.context.get(key, "") for key in ("aws:SourceAccount", "aws:SourceOrgID"))
    arn = str(request.context.get("aws:SourceArn", ":::::")).split(":")[4]
    return not {M, N, OWN}.isdisjoint({*map(str, sent), arn})


def _told_apart(found: Access, action: str) -> Iterator[Principal]:
    """Services too that act for whoever asks them, and AWS's own accounts: of any action."""
    yield from (one.principal for one in found.grants if action in one.actions)
    for one in (*found.deputies, *found.aws):
        yield msgspec.structs.replace(one, source=None if one.source == "*" else one.source)


def _serves(principal: Principal, request: Request) -> bool:
    """A service behind a `*` is told by the ARN of its source, which is its own resource's."""
    source = str(request.context.get("aws:SourceArn", "")).split(":")
    of_source = source[2] + ".amazonaws.com" if len(source) > 5 else ""
    for name in filter(None, (request.principal, of_source)):
        context = {**request.context, "aws:PrincipalServiceName": name}
        if covers(_as_trust(principal), Request(name, request.action, context)):
            return True
    return False


def _trust(grant: AccessGrant) -> Grant:
    return _as_trust(grant.principal)


def _as_trust(principal: Principal) -> Grant:
    return Grant(principal=principal, actions=("sts:AssumeRole",))


def _refused(grant: AccessGrant, plain: dict[str, Any], world: World) -> str:
    witness = grant.witness
    if witness is None:
        return "no witness"
    free = free_key(world)
    context = {"sts:ExternalId" if key.lower() == free.lower() else key: value
               for key, value in witness.context.items()}  # fmt: skip
    request = Request(witness.principal, "sts:AssumeRole", context)
    if not allows(plain, witness.action, witness.resource, request):
        return "refused"
    if witness.action not in grant.actions:
        return "of another action"
    rest = {key: value for key, value in context.items() if key != "sts:ExternalId"}
    return unrealistic(Request(witness.principal, "sts:AssumeRole", rest))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nobody_is_missed_and_no_witness_is_refused(chunk: int) -> None:
    """Catches a Deny that counts where it is not about the request, or a square that is not tried."""
    seeds = (f"r{at}" for at in range(chunk, COUNT, CHUNKS))
    assert list(islice((one for seed in seeds for one in faults(seed)), 3)) == []


if __name__ == "__main__":
    wrong = [one for at in range(COUNT) for one in islice(faults(f"r{at}"), 1)]
    print("\n\n".join(wrong[:5]), f"\n{len(wrong)} of {COUNT} policies have a fault")
    sys.exit(bool(wrong))
