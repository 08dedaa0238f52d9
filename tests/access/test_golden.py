"""All that is said of every resource of the corpus, in a file.

The tables say who is let in; this holds the rest still: by which way, with which actions, what
stops it, by which request, what is said to be wrong, and what each statement does. Whoever changes
a line on purpose writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.access import Access, Resource, analyze_resource
from checker.access.kinds import KINDS, Kind
from checker.access.limits import with_keys
from checker.access.model import AccessGrant, AccessWitness
from checker.access.resources import behind
from checker.trust.model import Principal
from tests.access import corpus
from tests.access.support import OURS
from tests.trust.support import TODAY, M

GOLDEN = Path(__file__).with_name("golden.jsonl")
FEW = 8
PARTS = [*(one.__name__ for one in (*corpus.PLAIN, corpus.own_points, corpus.encrypted)), "kinds"]


def plain(one: Principal) -> str:
    """Each of its fields that is told."""
    told = msgspec.to_builtins(one)
    return " ".join(f"{key}={value}" for key, value in told.items() if value)


def sent(one: AccessWitness) -> str:
    """The request, without what every role of its account sends."""
    account = (one.principal.split(":") + [""] * 5)[4]
    usual = {"aws:PrincipalAccount": account, "aws:PrincipalArn": one.principal, "aws:PrincipalType": "AssumedRole",
             "aws:PrincipalIsAWSService": "false", "aws:userid": "AROAWWWWWWWWWWWWWWWWW:wz"}  # fmt: skip
    usual = usual if usual.items() <= one.context.items() else {}
    rest = {key: value for key, value in one.context.items() if key not in usual}
    told = f" {json.dumps(rest)}" * bool(rest or not usual)
    return f"as {one.principal} {one.action} {one.resource}{told}"


def actions(names: tuple[str, ...], *, whole: bool) -> str:
    if whole or len(names) <= FEW:
        return " ".join(names)
    return f"{len(names)} from {names[0]} to {names[-1]}"


def granted(one: AccessGrant, *, whole: bool) -> str:
    parts = [
        plain(one.principal), one.access, one.via, actions(one.actions, whole=whole),
        "" if one.effective else f"{one.effective}: {one.guardrail}", "network" * one.network_limited,
        f"by {list(one.statements)}" if one.statements else "",
        sent(one.witness) if one.witness else "unseen",
    ]  # fmt: skip
    return "; ".join(filter(None, parts))


def said(found: Access, *, whole: bool) -> dict[str, Any]:
    told = {
        "grants": [granted(one, whole=whole) for one in found.grants],
        "aws": list(map(plain, found.aws)),
        "deputies": list(map(plain, found.deputies)),
        "problems": [f"{one.code} {one.statement}: {one.message}" for one in found.problems],
        "statements": " ".join(f"{one.effect} {one.outcome}" for one in found.statements),
    }
    return {key: value for key, value in told.items() if value}


def behind_it(name: str, kind: Kind) -> dict[str, Any]:
    """What stands behind a kind's policy, and which types that are."""
    resource = Resource(arn=corpus.arn_of(name), kind=name, account=M)
    told: dict[str, Any] = json.loads(msgspec.json.encode(kind))
    return told | {"there": behind(kind, resource)}


@cache
def now(part: str) -> dict[str, Any]:
    """Of each resource what is said, and whether those that are under a key are."""
    found: dict[str, Access] = {}
    if part == "kinds":
        return {name: behind_it(name, kind) for name, kind in KINDS.items()}
    if part == "encrypted":
        for name, resource, key in corpus.encrypted():
            found[name] = analyze_resource(resource, with_keys([key, resource], OURS, TODAY), TODAY)
    elif part == "own_points":
        for name, resource, ours in corpus.own_points():
            found[name] = analyze_resource(resource, ours, TODAY)
    else:
        for name, resource in getattr(corpus, part)():
            found[name] = analyze_resource(resource, corpus.BUCKETS, TODAY)
    return {name: said(one, whole=name.startswith("open ")) for name, one in found.items()}


@cache
def golden() -> dict[str, dict[str, Any]]:
    if os.environ.get("UPDATE_GOLDEN"):
        lines = [json.dumps([part, *one]) for part in PARTS for one in now(part).items()]
        GOLDEN.write_text("\n".join(lines) + "\n")
    found: dict[str, dict[str, Any]] = {}
    for part, name, told in map(json.loads, GOLDEN.read_text().splitlines()):
        found.setdefault(part, {})[name] = told
    return found


@pytest.mark.parametrize("part", PARTS)
def test_all_that_is_said_is_as_it_was(part: str) -> None:
    """Catches a reason, a request or a problem that is lost while the same people are let in."""
    assert now(part) == golden()[part]
