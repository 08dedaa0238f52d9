"""What differs between a guardrail that is attached and the list."""

from __future__ import annotations

import msgspec


class Drift(msgspec.Struct, frozen=True, omit_defaults=True):
    """One guardrail. `kind`: `rcp` or `allowed-amis`; `id`: the policy's, or ACCOUNT/REGION.

    `lacks`: who or what is vetted and not in it; `holds`: who is in it and vetted no more;
    `changed`: what else it says, in words.
    """

    kind: str
    id: str
    name: str | None = None
    targets: tuple[str, ...] = ()
    state: str | None = None
    lacks: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def drifted(self) -> bool:
        return bool(self.lacks or self.holds or self.changed)
