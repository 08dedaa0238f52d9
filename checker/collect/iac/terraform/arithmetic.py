"""Numbers as Terraform has them, and as texts: texts are taken for numbers, and nothing for another
type when it is compared.

https://developer.hashicorp.com/terraform/language/expressions/operators
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any

from checker.collect.iac.unknown import is_unresolved, unresolved

Number = int | float
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_EXACT = Context(prec=200)
MOST = 10_000


def number(value: Any) -> Number:
    """Raises TypeError or ValueError of what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value) is None:
        raise ValueError(value)
    return value if isinstance(value, int) else _plain(_decimal(value))


def to_text(value: Any) -> str:
    """As Terraform turns a value into text; unknown where that is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(_decimal(value), "f") if value != int(value) else str(int(value))
    return "" if value is None else unresolved("a value that is no text")


def whole_number(value: Any) -> int | str:
    """A mark as it is. Raises TypeError or ValueError of what is no whole number."""
    if isinstance(value, str) and is_unresolved(value):
        return value
    found = number(value)
    if not isinstance(found, int):
        raise ValueError(value)
    return found


def alike(one: Any, other: Any) -> bool:
    """Whether they are equal, of one type: 1 is neither "1" nor true."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def equal(one: Any, other: Any) -> bool | None:
    """None of lists and maps that hold the same: a list in brackets is a tuple, which no other list
    equals: https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators"""
    same = alike(one, other)
    return None if same and isinstance(one, list | dict) else same


def unequal(one: Any, other: Any) -> bool | None:
    same = equal(one, other)
    return None if same is None else not same


def span(*bounds: Any) -> list[Number] | None:
    """https://developer.hashicorp.com/terraform/language/functions/range"""
    told = [_decimal(number(one)) for one in bounds]
    start, limit = (Decimal(0), told[0]) if len(told) == 1 else told[:2]
    step = told[2] if len(told) > 2 else Decimal(-1 if limit < start else 1)
    if not step or (limit - start) * step < 0:
        raise ValueError(step)
    steps = ((limit - start) / step).to_integral_value(ROUND_CEILING)
    return [_plain(start + n * step) for n in range(int(steps))] if steps <= MOST else None


def whole(value: Any, rounding: str) -> int:
    return int(_decimal(number(value)).to_integral_value(rounding))


def floor(value: Any) -> int:
    return whole(value, ROUND_FLOOR)


def ceil(value: Any) -> int:
    return whole(value, ROUND_CEILING)


def total(values: list[Any]) -> Number:
    found: Number = 0
    for one in values:
        found = OPERATORS["+"](found, one)
    return found


def _decimal(value: Number | str) -> Decimal:
    return Decimal(value if isinstance(value, int | str) else repr(value))


def _plain(value: Decimal) -> Number:
    if not value.is_finite() or value.adjusted() > MOST:
        raise ArithmeticError(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _exactly(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Number]:
    """On numbers of any size, and of decimal places."""

    def call(one: Any, other: Any) -> Number:
        several = number(one), number(other)
        if all(isinstance(each, int) for each in several):
            found: Number = function(*several)
            return found
        with localcontext(_EXACT):
            return _plain(function(*map(_decimal, several)))

    return call


def _divided(one: Any, other: Any) -> Number:
    top, below = number(one), number(other)
    if isinstance(top, int) and isinstance(below, int) and top % below == 0:
        return top // below
    with localcontext(_EXACT):
        return _plain(_decimal(top) / _decimal(below))


def _left(one: Any, other: Any) -> Any:
    """Of the sign of what is divided."""
    found = abs(one) % abs(other)
    return -found if one < 0 else found


def _compared(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: function(_decimal(number(one)), _decimal(number(other)))


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": equal,
    "!=": unequal,
    "<": _compared(lambda one, other: one < other),
    ">": _compared(lambda one, other: one > other),
    "<=": _compared(lambda one, other: one <= other),
    ">=": _compared(lambda one, other: one >= other),
    "+": _exactly(lambda one, other: one + other),
    "-": _exactly(lambda one, other: one - other),
    "*": _exactly(lambda one, other: one * other),
    "/": _divided,
    "%": _exactly(_left),
}
