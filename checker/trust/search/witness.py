"""One request as it is shown: keys spelled as the policy does, values as AWS would send them."""

from __future__ import annotations

import checker.trust.document.operators as operators
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.document.conditions import Context, Value
from checker.trust.document.parse import Policy
from checker.trust.model import Witness


def witness(
    policy: Policy, caller: Caller, action: str, request: Context, today: int
) -> Witness | None:
    """None where a condition was left out, so that no request is proved."""
    if policy.partial:
        return None
    spelled = {
        keys.spelled(policy.spelling.get(key, key)): _plain(value)
        for key, value in {**_always(policy, caller, today), **request, **_mfa(request)}.items()
    }
    return Witness(caller.text, action, dict(sorted(spelled.items())))


def _always(policy: Policy, caller: Caller, today: int) -> dict[str, Value]:
    """What every request of the caller has, though nothing depends on it here."""
    found: dict[str, Value] = {}
    for key in policy.spelling:
        if key in keys.NOW:
            found[key] = str(today) if key == "aws:epochtime" else operators.moment(today)
        elif caller.sends(key):
            found[key] = ("wzqx",) if keys.listed(key) else "wzqx"
    return found


def _mfa(request: Context) -> dict[str, Value]:
    return {keys.MFA: "true"} if keys.MFA_AGE in request else {}


def _plain(value: Value) -> str | list[str]:
    if not isinstance(value, str):
        return [globs.plain(one) for one in value]
    return value if value.isascii() else globs.plain(value)
