"""The type of each JMESPath expression over the published facts, found before anything runs.

JMESPath answers null for a key that is not there, so a typing error in a policy would make it
pass for ever. Here each field is looked up in the facts' models, and each value that is compared
in the values that the field can have.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind`: object (with `fields`), map and list (of `item`), text (of `values`, where they are
    few), number, boolean, or any."""

    kind: Literal["object", "map", "list", "text", "number", "boolean", "any"]
    fields: dict[str, Any] | None = None
    item: Shape | None = None
    values: frozenset[str] | None = None


ANY = Shape("any")
TEXT, NUMBER, BOOLEAN = Shape("text"), Shape("number"), Shape("boolean")
_SCALARS: dict[Any, Shape] = {str: TEXT, int: NUMBER, float: NUMBER, bool: BOOLEAN}


def shape_of(annotation: Any) -> Shape:
    """The shape of a facts model, or of the type of one of its fields."""
    options = [a for a in _alternatives(annotation) if a is not types.NoneType]
    if len(options) != 1:
        return ANY
    (only,) = options
    if isinstance(only, type) and issubclass(only, BaseModel):
        return Shape("object", fields=_fields(only))
    origin, arguments = get_origin(only), get_args(only)
    if origin is Literal:
        return Shape("text", values=frozenset(arguments))
    if origin is dict:
        return Shape("map", item=shape_of(arguments[1]))
    if origin in (list, tuple):
        return Shape("list", item=shape_of(arguments[0]))
    return _SCALARS.get(only, ANY)


def shape_of_value(value: Any) -> Shape:
    """The shape of a literal in an expression."""
    return _SCALARS.get(type(value), ANY)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)
