"""The calls that a collection would make; none is made but those that list the organization."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checker.collect.aws import ec2
from checker.collect.aws.calls import Call
from checker.collect.aws.described import IMAGES
from checker.collect.aws.permissions import (
    ASSUME,
    aggregator_calls,
    central_calls,
    member_calls,
)
from checker.collect.aws.resources.registry import calls_of
from checker.collect.aws.session import connect
from checker.collect.aws.survey import Request, survey

_GLOBAL = ("iam",)


def plan(request: Request) -> str:
    """Where, which, how often; a page more is a call more."""
    if request.aggregator:
        calls = [*aggregator_calls(), replace(IMAGES, when="200 images or accounts in a region")]
        return _section(f"aggregator {request.aggregator}", calls)
    shard = request.shard
    accounts = sum(shard is None or shard.holds(one) for one in request.accounts)
    if not request.accounts or request.organization:
        accounts = len(survey(connect(request.profile, request.workers), request).wanted)
    each, regional = _account_calls(request), _region_calls(request)
    regions = f"{len(request.regions)}" if request.regions else "the enabled"
    once, there = len(_once(each)), len(_once(regional))
    total = f"{accounts} x ({once} + {regions} regions x {there})"
    if request.regions:
        total += f" = {accounts * (once + len(request.regions) * there):,}"
    return "\n".join(
        [
            _section("the caller", [c for c in central_calls() if c != ASSUME]),
            _section(f"each of {accounts} accounts", each),
            _section(f"each of {regions} regions of each account", regional),
            f"at least {total} calls in the accounts; a page or an item more is a call more",
        ]
    )


def _account_calls(request: Request) -> list[Call]:
    assume = [ASSUME] if request.accounts or request.organization else []
    listing = [] if request.regions else [ec2.REGIONS]
    own = [c for c in member_calls() if c.service in _GLOBAL]
    return [*assume, *listing, *own, *(c for c in calls_of(request.kinds) if c.once)]


def _region_calls(request: Request) -> list[Call]:
    own = [c for c in member_calls() if c.service not in _GLOBAL and c != ec2.REGIONS]
    return [*own, *(c for c in calls_of(request.kinds) if not c.once)]


def _once(calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if not call.when or call == ASSUME]


def _section(title: str, calls: Iterable[Call]) -> str:
    return "\n".join([f"{title}:", *(f"  {_line(call)}" for call in calls)])


def _line(call: Call) -> str:
    often = f"1 for each {call.when}" if call.when and call != ASSUME else "1"
    return f"{call.name:<47} {often}"
