"""What a proof of trust policies says."""

from __future__ import annotations

import msgspec

from checker.access.model import AccessWitness
from checker.enforce.doubt import Doubt
from checker.trust import Witness
from checker.trust.model import Principal


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """One principal and one role or resource. `entry`: where its vendor stands in the list;
    `reason`: why it is left, or where it is not closed; `waived`: which exception of the list
    accepts it until then. `witness`: a request that is refused of who is cut or closed, one that
    gets in of who is left."""

    resource: str
    account: str
    id: str
    principal: Principal
    status: str
    name: str | None = None
    entry: str | None = None
    reason: str | None = None
    waived: str | None = None
    witness: Witness | AccessWitness | None = None


class Proof(msgspec.Struct):
    """`roles` and `resources` were looked at, `trusting` of the roles trust somebody outside;
    `kept`: grants to vetted that stay whole."""

    cuts: list[Found] = []
    closes: list[Found] = []
    left: list[Found] = []
    doubts: list[Doubt] = []
    roles: int = 0
    resources: int = 0
    trusting: int = 0
    kept: int = 0
