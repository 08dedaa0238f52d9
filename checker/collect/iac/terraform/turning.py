"""What a plan takes back of what shuts others, which stay as they are and are open from then on."""

from __future__ import annotations

from collections.abc import Callable

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.cognito import takes_guests
from checker.collect.iac.grants.build import LAID_OPEN
from checker.collect.iac.grants.model import Row
from checker.collect.iac.grants.rows import CACHE, KEY, ROWS
from checker.collect.iac.terraform.cloud_control import PREFIX, kind_of, properties_of
from checker.collect.iac.terraform.made import GUESTS, POOLS
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.terraform.steps import truth
from checker.collect.iac.unknown import is_unresolved

_FETCHED = "not changed, and judged all the same, as what a registry fetches changes"
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


def laid_open(plan: Plan) -> Callable[[Planned], str | None]:
    """Why one that the plan leaves as it is must be judged all the same, in words: a role that
    trusts a pool which takes guests from now on, an image that may be fetched from elsewhere."""
    pools, caches = _opened_pools(plan), _changes_caches(plan)

    def why(planned: Planned) -> str | None:
        if caches and _may_be_fetched(planned):
            return _FETCHED
        return LAID_OPEN if _trusts_one(planned, pools) else None

    return why


def _opened_pools(plan: Plan) -> tuple[str, ...]:
    """The ids of identity pools that a plan opens to guests."""
    opened = [one for one in plan.resources if one.type in POOLS and one.before
              and not takes_guests(one.before.get(GUESTS))
              and takes_guests(one.values.get(GUESTS))]  # fmt: skip
    told = (one.values.get(key) for one in opened for key in ("id", "identity_pool_id"))
    return tuple(one for one in told if isinstance(one, str) and not is_unresolved(one))


def _changes_caches(plan: Plan) -> bool:
    """Whether it changes from where own registries fetch what they lack."""
    rows = (row_of(one.type) for one in plan.resources if one.changes)
    return any(row is not None and row.kind == CACHE for row in rows)


def _may_be_fetched(planned: Planned) -> bool:
    """Whether it runs an image of a registry that may fetch it from elsewhere."""
    return kind_of(planned.type) in RUNS and ".dkr" in str(planned.values).lower()


def _trusts_one(planned: Planned, pools: tuple[str, ...]) -> bool:
    """Whether it is a role that trusts one of these pools."""
    trust = str(planned.values.get("assume_role_policy")) if pools else ""
    return planned.type == "aws_iam_role" and any(one in trust for one in pools)
