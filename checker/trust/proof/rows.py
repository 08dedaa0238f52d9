"""What refuses a request: a Deny, or a grant that covers it already; and ways to escape it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

import checker.trust.document.conditions as conditions
from checker.trust.document.conditions import Condition, Value
from checker.trust.document.operators import OPERATORS
from checker.trust.proof.places import Literal

Request = dict[str, Value]


class Row(msgspec.Struct, frozen=True):
    """What refuses a request: a Deny, or a grant that covers it already. `index` is the Deny's."""

    conditions: tuple[Condition, ...]
    index: int | None = None
    arns: tuple[str, ...] = ()


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Those first that are told exactly; what is written where must not matter."""
    found = list(rows)
    return found if len(found) < 2 else sorted(found, key=_rank)


def _rank(row: Row) -> tuple[bool, int, list[str]]:
    tied = any(one.variables for one in row.conditions)
    told = (f"{one.key} {one.operator.name} {one.operands}" for one in row.conditions)
    return tied, len(row.conditions), sorted(told)


def refuses(row: Row, request: Request) -> bool:
    if row.arns and request.get("aws:principalarn") not in row.arns:
        return False
    return all(one.holds(request) for one in row.conditions)


def escapes(row: Row) -> list[Literal]:
    found = [Literal(one, False) for one in row.conditions]
    if row.arns:
        found.insert(0, Literal(is_one_of("aws:principalarn", row.arns), False))
    return found


def is_one_of(key: str, texts: tuple[str, ...]) -> Condition:
    return conditions.condition(key, OPERATORS["stringequals"], texts, allow=True)


def fits_one_of(key: str, patterns: tuple[str, ...], *, caseless: bool = False) -> Condition:
    found = OPERATORS["stringlike"]
    if caseless:
        found = msgspec.structs.replace(OPERATORS["stringequalsignorecase"], wild=True)
    return conditions.condition(key, found, patterns, allow=True)


def arn_fits(key: str, glob: str) -> Condition:
    """Part by part: what stands in an ARN's last part is no account."""
    return conditions.condition(key, OPERATORS["arnlike"], (glob,), allow=True)
