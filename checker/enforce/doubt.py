"""What could not be judged, and why: never a pass."""

from __future__ import annotations

import msgspec


class Doubt(msgspec.Struct, frozen=True, omit_defaults=True):
    """`where`: a role, a resource, or ACCOUNT/REGION/CALL of a gap."""

    where: str
    reason: str
