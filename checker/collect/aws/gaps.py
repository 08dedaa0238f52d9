"""Gaps that say one thing are one gap."""

from __future__ import annotations

import re

from msgspec.structs import replace

from checker.collect.aws.account_region import AccountRegion
from checker.snapshot.records import Gap

_REFUSED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ForbiddenException",
        "NotAuthorizedException",
        "UnauthorizedOperation",
    }
)
# How AWS says whose denial it is:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_BY_ORGANIZATION = re.compile(r"explicit deny in a service control policy", re.IGNORECASE)


def is_denied(account_region: AccountRegion) -> bool:
    """Whether the organization shuts a region: all calls are refused there, none is answered."""
    gaps = account_region.gaps
    return (
        account_region.region is not None
        and not account_region.heard
        and len(gaps) > 1
        and all(gap.code in _REFUSED and gap.region == account_region.region for gap in gaps)
        and any(_BY_ORGANIZATION.search(gap.message) for gap in gaps)
    )


def of_account_region(account_region: AccountRegion) -> list[Gap]:
    """Of one account in a region; where that is shut one gap, of no call in particular."""
    gaps = account_region.gaps
    if not is_denied(account_region):
        return gaps
    text = f"a service control policy denies the region: {len(gaps)} of {len(gaps)} calls refused"
    return [replace(gaps[0], call="*", code="RegionDenied", message=text)]
