"""Whom a Deny means: only who is sure to be meant, as a Deny that is in doubt gets no credit."""

from __future__ import annotations

from collections.abc import Iterator

import checker.trust.texts.keys as keys
from checker.trust.callers.callers import Caller
from checker.trust.document.principals import Element, Who


def means(who: Who, caller: Caller) -> bool:
    """Whether a Deny's Principal is sure to mean the caller."""
    if who.everybody:
        return True
    named = any(_names(one, caller) for one in who.elements)
    if not who.inverted:
        return named
    # AMB: where an ARN is excepted and its account isn't, no credit against the whole account.
    near = any(one.account and one.account == caller.account for one in who.elements)
    return not named and not near


def arns(who: Who, caller: Caller) -> tuple[str, ...]:
    """The identities by which a Deny that doesn't mean all such callers means some of them."""
    return () if who.inverted else tuple(_identities(who, caller))


def _identities(who: Who, caller: Caller) -> Iterator[str]:
    for one in who.elements:
        near = one.account == caller.account or not caller.account
        if (
            one.form == "arn"
            and caller.family == "aws"
            and near
            and one.partition == caller.partition
        ):
            yield one.text


def _names(one: Element, caller: Caller) -> bool:
    if (
        one.form == "star"
    ):  # AMB: AWS doesn't say that {"AWS": "*"} means services and providers too
        return caller.family == "aws"
    if one.form == "account":
        return one.account == caller.account and one.partition == caller.partition
    return one.text != "" and one.text in (caller.element, caller.context.get(keys.ARN))
