"""Whom a resource lets in: its policy, its ACL, its grants, its shares → grants with witnesses.

To read it in order: `kinds` says what stands behind each kind of resource, `actions` what outsiders
can do there; `resources` meets ARNs; `statements` reads a policy; `squares` tells which statements
meet at which action and resource, and `policies` asks the trust analysis who gets in at each.
`unusual` are callers that no role meets. `buckets`, `points`, `functions`, `grants`, `shares` add
what is not in a policy; `limits` and `guardrails` tell what shuts a door.

It calls nothing and judges nobody.
"""

from checker.access.analyze import UNREAD, analyze_resource
from checker.access.kinds import KINDS, NO_DOORS
from checker.access.model import Access, AccessGrant, Ours, Resource
from checker.access.own_things import OAI, OwnThings
from checker.access.shares import SHARED_KINDS

KIND_NAMES = frozenset({*KINDS, *SHARED_KINDS})
"""All kinds of resources that are understood."""
NAMED_KINDS = KIND_NAMES | NO_DOORS | {OAI}
"""The same, and those that have no door."""

__all__ = [
    "KIND_NAMES",
    "NAMED_KINDS",
    "UNREAD",
    "Access",
    "AccessGrant",
    "Ours",
    "OwnThings",
    "Resource",
    "analyze_resource",
]
