"""All that may be asked of AWS, and the policies and plans that say so, in a file.

Which codes mean that there is nothing, what an answer must hold and what is asked for are believed
wherever an answer is read. Whoever changes a call on purpose writes `calls.jsonl` anew
(UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from checker.collect.analyzer import collect as analyzer
from checker.collect.aws.calls import Call
from checker.collect.aws.permissions import declared, documents
from checker.collect.aws.plan import plan
from checker.collect.aws.resources.registry import EVERY, calls_of, with_needed
from checker.collect.aws.survey import Request
from checker.collect.store import read, write
from checker.snapshot.shards import Shard
from tests.collect.odd import golden

GOLDEN = Path(__file__).with_name("calls.jsonl")
A, B = "111111111111", "222222222222"
SOME = ("AWS::EKS::AccessEntry", "AWS::ECR::PublicRepository", "layer")
PLANS = {
    "two accounts": Request(accounts=(A, B)),
    "in two regions": Request(accounts=(A, B), regions=("a", "b")),
    "with some kinds": Request(accounts=(A,), regions=("a",), kinds=SOME),
    "of a shard": Request(accounts=(A, B), shard=Shard(1, 2)),
    "an aggregator": Request(aggregator="all"),
}


def _calls() -> Iterator[Call]:
    yield from (*declared(), *calls_of(EVERY))
    for module in (analyzer, read, write):
        yield from (one for one in vars(module).values() if isinstance(one, Call))


def _said(call: Call) -> dict[str, Any]:
    """What is not left as it is by default."""
    found = {one.name: getattr(call, one.name) for one in fields(call)[2:]}
    told = {key: sorted(value) if isinstance(value, frozenset) else value for key, value in found.items()}  # fmt: skip
    return {key: dict(value) if key == "request" else value for key, value in told.items() if value}


@cache
def now() -> dict[str, Any]:
    calls = {f"{call.name} {dict(call.request)}": _said(call) for call in _calls()}
    policies = documents("role", ("/own/p", "q"), SOME)
    return {
        **dict(sorted(calls.items())),
        **{f"policy of {who}": document for who, document in policies.items()},
        **{f"plan of {what}": plan(request).splitlines() for what, request in PLANS.items()},
        "needed": {kind: needed for kind in EVERY if len(needed := [*with_needed([kind])]) > 1},
    }


def test_what_is_asked_and_believed_is_as_it_was() -> None:
    """Catches a refusal that passes for nothing there, a permission that is not granted, and a
    request for less than all."""
    held = golden(GOLDEN, now)
    assert list(held) == list(now())
    assert {name: found for name, found in now().items() if held[name] != found} == {}
