"""Three ways to know a trust policy's answer at a glance, as most differ in one name.

The answer of a policy with one external id is that of each with another id in its place; that of a
provider of the role's own account, which names no other, is that of each such account of which the
snapshot knows the same. One that names a single account, which is ours, and at most one role of it,
lets in nobody where another such does, if that is `plain`. What makes that true is said in
`shapes`; here it is a key, by which answers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from checker.role_trust.plain import ID
from checker.role_trust.scopes import Scopes
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
    """All of a policy but the one own account that it names, and one role of it, at its place: so
    that it is `plain` where another that is alike is; None where there is another account or role.
    Of none that names an identity provider, whose account is not all that counts."""
    parts = _NAMES.split(text)
    accounts, roles = parts[1::4], [one for one in parts[3::4] if one]
    few = len(set(accounts)) == 1 and accounts[0] in own and len(roles) <= 1
    if not few or len(text) > LONGEST:
        return None
    for one in roles:
        if _DIGITS.search(one) or not one.rpartition(b"/")[2].strip(b"w"):
            return None
    return tuple(parts[0::4]), tuple(parts[2::4])


def without_home(text: bytes, account: str, scopes: Scopes) -> object | None:
    """All of a policy for an identity provider but the role's own account, and what is known of the
    provider; None where another account is named."""
    _, _, rest = text.partition(b'"Federated":"')
    home = account.encode()
    if not rest or set(_DIGITS.findall(text)) != {home} or account not in scopes.own:
        return None
    known = scopes.providers.get(account, {}).get(rest.partition(b'"')[0].decode())
    return tuple(text.split(home)), known and (known.kind, known.issuer)
