"""One request as it is shown: keys spelled as the policy does, values as AWS would send them."""

from __future__ import annotations

import checker.trust.globs as globs
import checker.trust.keys as keys
import checker.trust.operators as operators
from checker.trust.callers import Caller
from checker.trust.conditions import Context, Value
from checker.trust.model import Witness
from checker.trust.parse import Policy


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


def of_two_networks(found: Witness | None) -> bool:
    """Whether it comes by endpoints of several organizations: a call has one, or none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgpaths
    """
    told = {key.lower(): value for key, value in found.context.items()} if found else {}
    paths, name = told.get("aws:vpceorgpaths", ()), told.get("aws:vpceorgid")
    paths = [paths] if isinstance(paths, str) else paths
    heads = {path.partition("/")[0] for path in paths}
    return len(paths) > 1 or bool(name and heads and heads != {name})


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
