"""Whom a Deny means: only who is sure to be meant, as a Deny that is in doubt gets no credit."""

from __future__ import annotations

from checker.trust.callers import Caller
from checker.trust.principals import Who


def means(who: Who, caller: Caller) -> bool:
    """Whether a Deny's Principal is sure to mean the caller."""
    if who.everybody:
        return True
    named = any(
        _names(one.form, one.text, one.partition, one.account, caller) for one in who.elements
    )
    if not who.inverted:
        return named
    # AMB: where an ARN is excepted and its account isn't, no credit against the whole account.
    near = any(one.account and one.account == caller.account for one in who.elements)
    return not named and not near


def _names(form: str, text: str, partition: str, account: str, caller: Caller) -> bool:
    if form == "star":  # AMB: AWS doesn't say that {"AWS": "*"} means services and providers too
        return caller.family in ("aws", "anonymous")
    if form == "account":
        return account == caller.account and partition == caller.partition
    return text != "" and text in (caller.element, caller.context.get("aws:principalarn"))
