"""From a value to its parts, and what operators make of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.iac.terraform.functions import to_text
from checker.collect.iac.unknown import is_unresolved
from checker.collect.iac.values import as_list

SPLAT = object()
"""A step over each item."""
NOTHING = object()
"""What a name stands for that nothing declares; null is None."""


def walked(value: Any, steps: list[Any]) -> Any:
    """A value's part; None where there is none."""
    if value is NOTHING:
        return NOTHING
    for at, step in enumerate(steps):
        if step is SPLAT:
            return splat(value, steps[at + 1 :], None)
        value = stepped(value, step)
    return value


def splat(value: Any, steps: list[Any], otherwise: Any) -> Any:
    if isinstance(value, str) and is_unresolved(value):
        return value
    if isinstance(value, dict) and not hasattr(value, "attribute"):
        several = [value]
    else:
        several = as_list(value) if value is not None else []
    found = [walked(one, steps) for one in several]
    return otherwise if otherwise is not None and None in found else found


def stepped(value: Any, step: Any) -> Any:
    if hasattr(value, "attribute"):
        return value.attribute(step) if isinstance(step, str) else value
    if isinstance(value, str) and is_unresolved(value):
        return value
    if isinstance(value, dict):
        key = to_text(step)
        if key in value:
            return value[key]
        return key if is_unresolved(key) else next(filter(is_unresolved, value), None)
    if isinstance(value, list):
        if isinstance(step, str) and step.isdigit():
            step = int(step)
        if isinstance(step, int):
            return value[step] if -len(value) <= step < len(value) else None
        if isinstance(step, str) and is_unresolved(step):
            return step
    return None


def truth(value: Any) -> bool | None:
    if value is True or value == "true":
        return True
    return False if value is False or value == "false" else None


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "%": lambda one, other: one % other,
}
