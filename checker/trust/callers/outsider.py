"""A kind of caller, with all its callers at once.

`fixed` is what all callers of the kind have in common, `units` are texts that may be anything of a
form, `opened` are keys that vary freely.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.document.conditions import Value
from checker.trust.texts.forms import Shape

KNOWN = "known"
Units = tuple[tuple[Shape, ...], ...]


class Outsider(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of caller. `caller` is one of it, as far as all are alike.

    `excluded`: values of a key that these callers never have; `forced`: one that is among a key's;
    `absent`: keys that they never send.
    """

    name: str
    caller: Caller
    action: int
    fixed: dict[str, Value]
    units: Units = ()
    opened: frozenset[str] = frozenset()
    excluded: dict[str, tuple[str, ...]] = {}
    not_own: Callable[[str], bool] | None = None
    forced: dict[str, str] = {}
    absent: frozenset[str] = frozenset()
    places: dict[str, object] = {}
    sent: list[str] = []

    def but(self, **changes: Any) -> Outsider:
        """The same kind with some fields changed; what was worked out of it is left behind."""
        return msgspec.structs.replace(self, places={}, sent=[], **changes)

    def always(self, reads: list[str]) -> list[str]:
        """The keys among those read that every request carries, and that vary."""
        if not self.sent:
            found = [key for key in reads if self.caller.sends(key) and self.place(key) != KNOWN]
            self.sent.extend(("", *found))
        return self.sent[1:]

    def place(self, key: str) -> object:
        """Where the key's value is found: KNOWN, the number of a text, or keys that go together."""
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = self._place(key)
        return found

    def _place(self, key: str) -> object:
        if self.known(key):
            return KNOWN
        if key in keys.NOW:
            return keys.NOW
        if key in (keys.MFA, keys.MFA_AGE):
            return keys.MFA
        unit = self.unit(key)
        return key if unit is None else unit

    def unit(self, key: str) -> int | None:
        """Which of the texts holds the key's value."""
        return next(
            (at for at, unit in enumerate(self.units) if any(key in one.spans for one in unit)),
            None,
        )

    def known(self, key: str) -> bool:
        """Whether the key's value, or its absence, is the same for all of the kind."""
        if key in self.fixed or key in self.absent:
            return True
        return self.caller.decides(key) and key not in self.opened and self.unit(key) is None
