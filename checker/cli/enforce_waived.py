"""Which exceptions of the allowlist accept a trust that a guardrail would close."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.enforce.judged import Judged
    from checker.enforce.proof import Waived
    from checker.snapshot.records import Role
    from checker.vetting.allowlist import Allowlist

POLICIES = {
    "anyone": ("anyone-trust",),
    "account": ("unvetted-account-trust", "vendor-out-of-scope"),
    "principal": ("unvetted-account-trust", "vendor-out-of-scope"),
    "organization": ("unvetted-organization-trust", "vendor-out-of-scope"),
    "federated": ("unvetted-federation", "open-federation", "vendor-out-of-scope"),
    "service": ("foreign-service-source",),
    "unresolved": ("unresolved-trust",),
}
"""By whose exceptions a trust of each kind is accepted."""


def waived(allowlist: Allowlist, today: date) -> Waived:
    """Says who accepted it until when, and why; None: nobody."""
    from checker.check.waivers import Waivers

    named = frozenset(one.policy for one in allowlist.file.exceptions)
    waivers = Waivers(allowlist, named, today)

    def said(one: Judged, role: Role) -> str | None:
        for policy in POLICIES[one.grant.principal.kind]:
            if found := waivers.waiver(policy, one.id, role.arn):
                return f"{found.owner} until {found.expires}: {found.reason}"
        return None

    return said
