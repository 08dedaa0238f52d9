"""What one trust policy says of whom: the analysis, and what the allowlist says of each grant."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from checker.role_trust.renaming import with_names
from checker.role_trust.trustees import Trust, Trustees
from checker.snapshot.records import Role
from checker.trust import BLOCKING
from checker.trust.document.principals import tells_nobody
from checker.trust.model import Analysis, Grant

Names = Mapping[str, str]
"""Stand-ins that the witnesses of a reading show → what a policy has in their place."""


class Reading(msgspec.Struct, frozen=True):
    """What one trust policy says; `noteworthy` is False for most: it trusts nobody outside.

    `own_open`: trusts of an identity provider that counts as own, and lets in anybody.

    `identity_center`: a trust of IAM Identity Center's own was left out, as the role is its own.
    """

    analysis: Analysis
    trusts: tuple[Trust, ...]
    readable: bool
    noteworthy: bool
    own_open: tuple[Trust, ...] = ()
    identity_center: bool = False


def read(account: str, analysis: Analysis, trustees: Trustees, *, every: bool) -> Reading:
    """`account`: that of the role; `every`: it is noteworthy whatever it says."""
    readable_grants = (g for g in analysis.grants if not _unreadable(g, analysis))
    trusted = [t for g in readable_grants if (t := trustees.trust(g, account))]
    return Reading(
        analysis,
        trusts=tuple(t for t in trusted if t.who.standing.status != "own"),
        readable=not any(p.code in BLOCKING for p in analysis.problems),
        noteworthy=every or bool(trusted or analysis.problems),
        own_open=tuple(t for t in trusted if t.who.standing.status == "own"),
    )


def with_own_names(trust: Trust, names: Names) -> Trust:
    """A trust of a shape as that of one policy, whose own names its witness shows."""
    if not names:
        return trust
    return msgspec.structs.replace(trust, facts=with_names(trust.facts, names))


def as_of(role: Role, reading: Reading) -> Reading:
    """A policy's reading as that of one role: without the trust by which IAM Identity Center signs
    its users in, where it made the role."""
    if not made_by_identity_center(role):
        return reading
    trusts = tuple(t for t in reading.trusts if not t.identity_center)
    left_out = len(trusts) < len(reading.trusts)
    return msgspec.structs.replace(reading, trusts=trusts, identity_center=left_out)


def made_by_identity_center(role: Role) -> bool:
    """https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html:
    only Identity Center can create roles under this path."""
    return (role.path or "").startswith("/aws-reserved/sso.amazonaws.com/")


_NO_PRINCIPAL = ("invalid-principal", "missing-principal", "canonical-user")


def _unreadable(grant: Grant, analysis: Analysis) -> bool:
    """Whether a grant is to a principal that could not be read: the policy as a whole is judged for
    that, once, and not each of its grants again."""
    if grant.principal.kind != "unresolved" or not tells_nobody(grant.principal.id or ""):
        return False
    broken = {problem.statement for problem in analysis.problems if problem.code in _NO_PRINCIPAL}
    return broken >= set(grant.statements)
