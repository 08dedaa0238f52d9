"""What a proof of trust policies says."""

from __future__ import annotations

import msgspec

from checker.enforce.doubt import Doubt
from checker.trust import Witness
from checker.trust.model import Principal


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """One principal and one role. `reason`: why it is left, or where it is not closed; `waived`:
    which exception of the list accepts it until then. `witness`: a request that is refused of who
    is cut or closed, one that gets in of who is left."""

    role: str
    account: str
    id: str
    principal: Principal
    status: str
    name: str | None = None
    vendor: int | None = None
    reason: str | None = None
    waived: str | None = None
    witness: Witness | None = None


class Proof(msgspec.Struct):
    """`roles` were looked at, `trusting` of them trust somebody outside; `kept`: grants to vetted
    that stay whole."""

    cuts: list[Found] = []
    closes: list[Found] = []
    left: list[Found] = []
    doubts: list[Doubt] = []
    roles: int = 0
    trusting: int = 0
    kept: int = 0
