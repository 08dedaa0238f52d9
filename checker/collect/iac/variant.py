"""What a resource may come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Variant:
    """A resource as it would be under some outcome of the conditions.

    `when`: what must be so, in words, where the defaults leave it out. `by_default`: by property,
    the parameters whose default was taken for it.
    """

    properties: dict[str, Any]
    when: str | None = None
    by_default: Mapping[str, frozenset[str]] = field(default_factory=dict)
