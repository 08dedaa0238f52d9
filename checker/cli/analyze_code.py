"""`vendorgate analyze --code`: references to code → who publishes each."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from checker.cli.documents import PAGE
from checker.errors import InputError
from checker.once import DoubledError, decoded_once
from checker.publishers import Owners, PullThrough, published

_PREFIX = re.compile(r"(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*/?|ROOT")
"""https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html"""
_HINT = """write '[{"prefix": "docker-hub", "upstream": "registry-1.docker.io"}]'"""
_RULES = "pullThroughCacheRules"
_CUT = ("nextToken", "NextToken")
_NAMES = (
    ("prefix", "ecrRepositoryPrefix"),
    ("upstream", "upstreamRegistryUrl"),
    ("upstream_prefix", "upstreamRepositoryPrefix"),
)
_KNOWN = {
    "createdAt", "credentialArn", "customRoleArn", "registryId", "updatedAt", "upstreamRegistry",
    *(one for both in _NAMES for one in both),
}  # fmt: skip
"""With what AWS prints beside:
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PullThroughCacheRule.html"""


def answers(kind: str, references: Iterable[str], owners: Owners) -> Iterator[str]:
    """One line of JSON for each reference, in order; `-` stands for the lines of standard input."""
    for reference in _given(references):
        found = published(kind, reference, owners)
        yield json.dumps({"reference": reference, **msgspec.to_builtins(found)}) + "\n"


def _given(references: Iterable[str]) -> Iterator[str]:
    for one in references:
        if one == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield one


def pull_through(text: str | None) -> tuple[PullThrough, ...]:
    """Rules as ours, or as `aws ecr describe-pull-through-cache-rules` prints them.

    Raises:
        InputError: it is not JSON, or no list of rules.
    """
    if text is None:
        return ()
    try:
        found = decoded_once(text)
    except DoubledError as error:
        raise InputError(f"--pull-through: {error}", hint=_HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"--pull-through is not JSON: {error}", hint=_HINT) from error
    listed = found.get(_RULES) if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise InputError("--pull-through is no list of rules", hint=_HINT)
    if isinstance(found, dict):
        _refuse_what_is_not_whole(found)
    return tuple(_rule(one) for one in listed)


def _refuse_what_is_not_whole(answer: dict[str, Any]) -> None:
    if any(answer.get(one) for one in _CUT):
        raise InputError("--pull-through is cut: there are more rules than it shows", hint=PAGE)
    if others := sorted(answer.keys() - {*_CUT, _RULES, "ResponseMetadata"}):
        raise InputError(f"--pull-through: no list of rules has {', '.join(others)}", hint=_HINT)


def _rule(given: Any) -> PullThrough:
    try:
        if others := sorted(given.keys() - _KNOWN):
            raise InputError(f"--pull-through: a rule has no {', '.join(others)}", hint=_HINT)
        if both := [" and ".join(one) for one in _NAMES if {*one} <= given.keys()]:
            raise InputError(f"--pull-through: a rule has {both[0]}: give one", hint=_HINT)
        named = {name: given.get(name, given.get(aws)) for name, aws in _NAMES}
        if isinstance(named["prefix"], str) and not _PREFIX.fullmatch(named["prefix"]):
            text = f"--pull-through: {json.dumps(named['prefix'])} is no prefix"
            raise InputError(text, hint=_HINT)
        return msgspec.convert({k: v for k, v in named.items() if v is not None}, PullThrough)
    except (AttributeError, msgspec.ValidationError) as error:
        raise InputError(f"{json.dumps(given)} is no rule of --pull-through", hint=_HINT) from error
