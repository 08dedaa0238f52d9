"""What one trust policy says, and of which roles: of all with the same text, unless it depends on
the account, and of all that differ in the external id alone."""

from __future__ import annotations

import msgspec

from checker.role_trust.batches import PolicyKey
from checker.role_trust.external_ids import is_general, with_external_id
from checker.role_trust.trustees import Trust, Trustees
from checker.snapshot.records import Role
from checker.trust import BLOCKING
from checker.trust.document.principals import tells_nobody
from checker.trust.model import Analysis, Grant


class Reading(msgspec.Struct, frozen=True):
    """What one trust policy says; `noteworthy` is False for most: it trusts nobody outside.

    `own_open`: trusts of an identity provider that counts as own, and lets in anybody.

    `general`: it is that of every policy that differs in the external id alone.

    `identity_center`: a trust of IAM Identity Center's own was left out, as the role is its own.
    """

    analysis: Analysis
    trusts: tuple[Trust, ...]
    readable: bool
    noteworthy: bool
    general: bool = False
    own_open: tuple[Trust, ...] = ()
    identity_center: bool = False


class Readings:
    """Those that are known, by the policy's text."""

    def __init__(self) -> None:
        self._by_text: dict[bytes, Reading | None] = {}  # None: it depends on the account
        self._by_account: dict[PolicyKey, Reading] = {}
        self.of_text = self._by_text.get  # a million times
        """The reading of a text that means the same in every account."""

    def of(self, account: str, text: bytes) -> Reading | None:
        return self._by_text.get(text) or self._by_account.get((account, text))

    def is_bound(self, text: bytes) -> bool:
        """Whether a text is known to depend on the account; asked of none that `of` answers."""
        return text in self._by_text

    def remember(self, key: PolicyKey, reading: Reading) -> None:
        _, text = key
        if reading.analysis.account_bound:
            self._by_text[text] = None
            self._by_account[key] = reading
        else:
            self._by_text[text] = reading


def read(key: PolicyKey, analysis: Analysis, trustees: Trustees, *, every: bool) -> Reading:
    """`every`: it is noteworthy whatever it says."""
    account, text = key
    readable_grants = (g for g in analysis.grants if not _unreadable(g, analysis))
    trusted = [t for g in readable_grants if (t := trustees.trust(g, account))]
    return Reading(
        analysis,
        trusts=tuple(t for t in trusted if t.who.standing.status != "own"),
        readable=not any(p.code in BLOCKING for p in analysis.problems),
        noteworthy=every or bool(trusted or analysis.problems),
        general=is_general(text),
        own_open=tuple(t for t in trusted if t.who.standing.status == "own"),
    )


def with_id(reading: Reading, external_id: str | None) -> Reading:
    """A general reading as that of one policy: with its own external id in the witnesses."""
    if external_id is None:
        return reading
    trusts = tuple(
        msgspec.structs.replace(t, facts=with_external_id(t.facts, external_id))
        for t in reading.trusts
    )
    return msgspec.structs.replace(reading, trusts=trusts)


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
