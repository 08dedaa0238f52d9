"""Whether two principals may be the same people."""

from __future__ import annotations

from checker.trust.model import Principal
from checker.trust.search.grants import covers


def apart(one: Principal, other: Principal) -> bool:
    """Whether two principals surely have nobody in common."""
    accounts, organizations = (one.account, other.account), (one.organization, other.organization)
    left_out = one.account in other.excepted or other.account in one.excepted
    return left_out or any(all(pair) and pair[0] != pair[1] for pair in (accounts, organizations))


def within(narrow: Principal, wide: Principal) -> bool:
    return narrow == wide or covers(wide, narrow)
