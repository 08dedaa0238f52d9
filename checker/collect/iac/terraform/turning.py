"""What a plan takes back of what shuts others, which stay as they are and are open from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.cognito import takes_guests
from checker.collect.iac.grants.build import LAID_OPEN
from checker.collect.iac.grants.model import Row
from checker.collect.iac.grants.rows import CACHE, KEY, ROWS
from checker.collect.iac.terraform.cloud_control import PREFIX, kind_of, properties_of
from checker.collect.iac.terraform.made import GUESTS, POOLS
from checker.collect.iac.terraform.naming import Named, named_anew
from checker.collect.iac.terraform.planned import Json, Plan, Planned, invoked
from checker.collect.iac.terraform.running import run_from_now_on
from checker.collect.iac.terraform.stack_types import STACKS
from checker.collect.iac.terraform.steps import truth
from checker.collect.iac.unknown import is_unresolved

_RULE = ("ecrrepositoryprefix", "upstreamregistryurl", "upstreamrepositoryprefix")
_TELLS = "not changed, and judged all the same, as it tells what a registry fetches"
_POINTED = "not changed, and judged all the same, as a parameter that it names changes"
_FETCHED = "not changed, and judged all the same, as what a registry fetches changes"
_BROUGHT = "not changed, and judged all the same, as what changes runs it from now on"
_SWITCHES = tuple(ROWS["aws_s3_bucket_public_access_block"].shutting())


def row_of(kind: str) -> Row | None:
    """What the table has of a type, of the awscc provider's too."""
    return ROWS.get(kind_of(kind))


def both_of(planned: Planned) -> tuple[Json | None, Json]:
    """The values that a plan changes, and those that it makes of them, as the table calls them."""
    if not planned.type.startswith(PREFIX):
        return planned.before, planned.values
    before = None if planned.before is None else properties_of(planned.before)
    return before, properties_of(planned.values)


def turns(planned: Planned, *, gone: bool = False) -> bool:
    """Whether a plan changes what it shuts, or whom a key lets in; what is new shuts more."""
    row, (before, after) = row_of(planned.type), both_of(planned)
    if gone or row is None or not planned.changes or planned.written:
        return gone
    if row.kind == KEY:
        return before is None or any(before.get(key) != after.get(key) for key in row.tops())
    several = [key for key in row.shutting() if key not in _SWITCHES]
    if before is None:
        return bool(several)
    off = (key for key in row.shutting() if key in _SWITCHES and truth(before.get(key)))
    return any(before.get(key) != after.get(key) for key in several) or any(
        truth(after.get(key)) is not True for key in off
    )


def is_of_another(one: Planned) -> bool:
    """Whether a plan makes of it what tells of another resource than before."""
    row = row_of(one.type)
    keys, (before, after) = [*row.naming()] if row else [], both_of(one)
    return any((before or {}).get(key) != after.get(key) for key in keys)


class Turned(NamedTuple):
    """What the plans of one run change that decides of what they leave. `caches`: for which names
    of repositories it changes from where own registries fetch, empty: for any; `fetching`: whether
    something changes that runs an image of a registry; `parameters`: own ones that are another
    value's now; `named`: what something runs or is made from that did not before."""

    caches: frozenset[str] = frozenset()
    fetching: bool = False
    parameters: frozenset[str] = frozenset()
    named: tuple[Named, ...] = ()


def turned(plans: Iterable[Plan]) -> Turned:
    """All that they change together: one run may be of several plans."""
    several = [*plans]
    changed = [one for plan in several for one in plan.resources if one.changes]
    gone = [one for plan in several for one in plan.gone]
    taken = [one for plan in several for one in invoked(plan)]
    return Turned(
        frozenset(prefix for one in (*changed, *gone) for prefix in _fetched_anew(one, gone)),
        any(map(_may_be_fetched, changed)),
        frozenset(name for one in changed for name in _given_anew(one)),
        tuple(map(named_anew, (*changed, *taken))),
    )


def laid_open(plan: Plan, turned: Turned, own: frozenset[str]) -> Callable[[Planned], str | None]:
    """Why one that the plan leaves as it is must be judged all the same, in words: a role that
    trusts a pool which takes guests from now on, an image that may be fetched from elsewhere, or
    that a parameter names, and what something runs from now on. `own`: accounts whose registries
    fetch."""
    pools, brought = _opened_pools(plan), run_from_now_on(plan, turned.named)

    def why(planned: Planned) -> str | None:
        if turned.caches and _may_be_fetched(planned) and _is_for(planned, turned.caches, own):
            return _FETCHED
        if turned.fetching and _brings_rules(planned):
            return _TELLS
        if any(f"ssm:{name}" in str(planned.values) for name in turned.parameters):
            return _POINTED
        if planned.address in brought:
            return _BROUGHT
        return LAID_OPEN if _trusts_one(planned, pools) else None

    return why


def _opened_pools(plan: Plan) -> tuple[str, ...]:
    """The ids of identity pools that a plan opens to guests."""
    opened = [one for one in plan.resources if one.type in POOLS and one.before
              and not takes_guests(one.before.get(GUESTS))
              and takes_guests(one.values.get(GUESTS))]  # fmt: skip
    told = (one.values.get(key) for one in opened for key in ("id", "identity_pool_id"))
    return tuple(one for one in told if isinstance(one, str) and not is_unresolved(one))


def _fetched_anew(one: Planned, gone: list[Planned]) -> Iterator[str]:
    """The prefixes of a rule that comes, changes or goes, before and after; of a stack that has
    one, any."""
    row, (before, after) = row_of(one.type), both_of(one)
    if _brings_rules(one):
        yield ""
    elif row is not None and row.kind == CACHE:
        told = [*map(_rule, (before or {}, after))]
        if one in gone or before is None or told[0] != told[1]:
            yield from (_prefix(each) for each in told if any(each.values()))


def _rule(values: Json) -> Json:
    """What of it decides, whatever the provider calls that."""
    plain = {key.replace("_", "").lower(): value for key, value in values.items()}
    return {key: plain.get(key) for key in _RULE}


def _prefix(rule: Json) -> str:
    found = rule[_RULE[0]]
    return "" if not isinstance(found, str) or is_unresolved(found) or found == "ROOT" else found


def _given_anew(one: Planned) -> Iterator[str]:
    """The name of a parameter whose value changes."""
    name, before = one.values.get("name"), one.before or {}
    if one.type == "aws_ssm_parameter" and isinstance(name, str) and not is_unresolved(name):
        values = ("value", "insecure_value")
        if any(before.get(key) != one.values.get(key) for key in values):
            yield name


def _brings_rules(planned: Planned) -> bool:
    """Whether it is a stack with a rule in its template, before or after."""
    text = str((planned.before, planned.values)) if planned.type in STACKS else ""
    return "PullThroughCacheRule" in text


def _may_be_fetched(planned: Planned) -> bool:
    """Whether it runs an image of a registry that may fetch it from elsewhere."""
    runs = kind_of(planned.type) in RUNS or planned.type in STACKS
    return runs and ".dkr" in str(planned.values).lower()


def _is_for(planned: Planned, prefixes: frozenset[str], own: frozenset[str]) -> bool:
    """Whether it may name such a repository of an own registry."""
    text = str(planned.values).lower()
    ours = is_unresolved(planned.values) or any(f"{one}.dkr" in text for one in own)
    return ours and any(not one or f"/{one.lower().rstrip('/')}" in text for one in prefixes)


def _trusts_one(planned: Planned, pools: tuple[str, ...]) -> bool:
    """Whether it is a role that trusts one of these pools."""
    trust = str(planned.values.get("assume_role_policy")) if pools else ""
    return planned.type == "aws_iam_role" and any(one in trust for one in pools)
