"""Two ways to know a trust policy's answer at a glance, as most differ in one name.

The answer of a policy with one external id is that of each with another id in its place. One that
names a single account, which is ours, and at most one role of it, lets in nobody where another such
does. What makes either true is said in `shapes`; here it is a key, by which answers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from checker.role_trust.plain import ID
from checker.role_trust.shapes import LONGEST

_ID = re.compile(rb'"sts:ExternalId":(%b)' % ID)
_NAMES = re.compile(rb'([0-9]{12})(?:(:role/)([\w+=,.@/-]+)(?="))?')
_DIGITS = re.compile(rb"[0-9]{12}")


def without_id(text: bytes) -> tuple[object, str] | None:
    """All of a policy but its external id, and the id; None where there is not one alone."""
    found = _ID.search(text)
    if found is None or len(text) > LONGEST:
        return None
    start, end = found.span(1)
    external_id = text[start + 1 : end - 1]
    if text.count(external_id) > 1:
        return None
    return (text[:start], text[end:]), external_id.decode()


def without_account(text: bytes, own: AbstractSet[bytes]) -> object | None:
    """All of a policy but the one own account that it names, and one role of it; None where there
    is another, or an identity provider."""
    parts = _NAMES.split(text)
    accounts, roles = parts[1::4], [one for one in parts[3::4] if one]
    few = len(set(accounts)) == 1 and accounts[0] in own and len(roles) <= 1
    if not few or len(text) > LONGEST or b'"Federated"' in text:
        return None
    for one in roles:
        if _DIGITS.search(one) or not one.rpartition(b"/")[2].strip(b"w"):
            return None
    return tuple(parts[0::4]), bool(roles)
