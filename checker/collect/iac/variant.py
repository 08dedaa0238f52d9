"""What a resource may come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Variant:
    """A resource as it would be under some outcome of the conditions.

    `when`: what must be so, in words, where the defaults leave it out. `by_default`: by property,
    the parameters whose default was taken for it. `surely`: the properties that a default tells,
    as what is given alone tells them; None where one may not be there.
    """

    properties: dict[str, Any]
    when: str | None = None
    by_default: Mapping[str, frozenset[str]] = field(default_factory=dict)
    surely: Mapping[str, Any] = field(default_factory=dict)

    def within(self, when: str | None) -> Variant:
        """The same in a template that stands under a condition itself."""
        both = [one for one in (when, self.when) if one]
        return replace(self, when=" and ".join(dict.fromkeys(both)) or None)
