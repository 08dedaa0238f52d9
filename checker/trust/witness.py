"""One request as it is shown: keys spelled as the policy does, values as AWS would send them."""

from __future__ import annotations

import checker.trust.globs as globs
import checker.trust.keys as keys
from checker.trust.callers import Caller
from checker.trust.conditions import Context, Value
from checker.trust.model import Witness
from checker.trust.parse import Policy


def witness(policy: Policy, caller: Caller, action: str, request: Context) -> Witness | None:
    """None where a condition was left out, so that no request is proved."""
    if policy.partial:
        return None
    spelled = {
        keys.spelled(policy.spelling.get(key, key)): _plain(value)
        for key, value in request.items()
    }
    return Witness(caller.text, action, dict(sorted(spelled.items())))


def _plain(value: Value) -> str | list[str]:
    if not isinstance(value, str):
        return [globs.plain(one) for one in value]
    return value if value.isascii() else globs.plain(value)
