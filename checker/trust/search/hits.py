"""One finding of the search: a caller that one statement lets in."""

from __future__ import annotations

import msgspec

from checker.trust.callers.callers import Caller
from checker.trust.model import Principal, Witness

NO_ID, PATTERN, EXACT = 0, 1, 2


class Hit(msgspec.Struct, frozen=True):
    """A caller let in. `external_id`: the weakest that suffices; `loose`: any at all does."""

    statement: int
    action: str
    caller: Caller
    principal: Principal
    external_id: int = NO_ID
    loose: bool = True
    network_limited: bool = False
    witness: Witness | None = None
