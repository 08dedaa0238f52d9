"""What an RCP would do: put behind every trust policy of a snapshot, and analysed.

Of each role that anybody outside may assume: whom of them the document refuses, and who gets in all
the same. Whoever was vetted, and is refused by some request that they may make now, is *cut*; who
was not, and has no way in left, is *closed*; any other is *left*, with the reason. What could not
be judged is said, as a guardrail may cut what nobody looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from checker.enforce.bench import Bench, acts
from checker.enforce.doubt import Doubt
from checker.enforce.found import Found, Proof
from checker.enforce.judged import Judged, entry_of, judged
from checker.enforce.limits import Document
from checker.enforce.rcp import tells_tenants
from checker.enforce.reach import Reach, Reached
from checker.enforce.reasons import AS_MEMBER, BUT, MEMBER, membership, same, unreached
from checker.role_trust.guardrails import overlap
from checker.role_trust.renaming import shown
from checker.role_trust.shapes import without_ids
from checker.snapshot.records import Role
from checker.trust import BLOCKING, Analysis, Witness
from checker.vetting.register import Register

NOT_UNDERSTOOD = "its trust policy was not wholly understood: {}"
OTHER_VERSION = (
    "the document cannot be read beside its trust policy, which is none, or has variables of the "
    'older language ("Version" is not 2012-10-17)'
)
_TANGLED = "it is too tangled to be proven"
Waived = Callable[[Judged, Role], str | None]


def _general(role: Role) -> bytes:
    """The trust policy, the same for all that differ in their external id alone."""
    return without_ids(bytes(role.trust_policy))[0]


def _own_id(role: Role, witness: Witness | None) -> Witness | None:
    """With the role's own external id again."""
    if witness is None:
        return None
    _, ids = without_ids(bytes(role.trust_policy))
    return msgspec.structs.replace(witness, context=shown(witness.context, ids))


def _as_member(one: Judged) -> bool:
    """Of tokens of an issuer that is not named there the right document says nothing."""
    return one.status != "out-of-scope" and one.grant.principal.kind != "federated"


class _Refused(msgspec.Struct, frozen=True):
    """`all`: whom each statement refuses; `wrongly`: whom of them the right document would not."""

    all: list[Analysis]
    wrongly: list[Analysis]


class Prover:
    """`organizations`: the vetted ones, ours among them; `members`: accounts of ours. `right`: the
    document that lets just those in who are vetted for an own account: whom another one refuses
    beside it is cut."""

    def __init__(
        self,
        register: Register,
        bench: Bench,
        reach: Reach,
        organizations: frozenset[str],
        members: frozenset[str],
        right: Callable[[str], Document],
        *,
        waived: Waived,
    ) -> None:
        self._right, self._members = right, members
        self._register, self._bench, self._reach = register, bench, reach
        self._organizations, self._waived = organizations, waived
        self.proof = Proof()

    def look(self, role: Role) -> None:
        proof, text = self.proof, _general(role)
        proof.roles += 1
        before = self._bench.before(role.account, text)
        self._doubt(role, before)
        if not before.grants:
            return
        proof.trusting += 1
        reached = self._reach.of(role)
        grants = [judged(self._register, role, grant) for grant in before.grants]
        if reached.document is None:
            self._left_alone(role, grants, reached.reason)
            if not reached.sure:
                proof.doubts.append(Doubt(role.arn, reached.reason or ""))
        else:
            self._behind(role, before, grants, reached, reached.document)

    def _behind(
        self,
        role: Role,
        before: Analysis,
        grants: list[Judged],
        reached: Reached,
        document: Document,
    ) -> None:
        after = self._bench.behind(role.account, _general(role), document)
        refused = self._refused(role, before, document)
        if after is None or refused is None:
            self.proof.doubts.append(Doubt(role.arn, OTHER_VERSION))
            return
        for analysis in (after, *refused.all, *refused.wrongly):
            self._doubt(role, analysis)
        cuts = self._cuts(role, refused)
        self.proof.cuts += [self._found(role, one) for one in cuts]
        self.proof.kept += len(
            {one.exact for one in grants if one.vetted} - {one.exact for one in cuts}
        )
        left = [judged(self._register, role, grant) for grant in after.grants]
        out = [judged(self._register, role, g) for one in refused.all for g in one.grants]
        for one in grants:
            if not one.vetted:
                self._told(role, one, left, out, reached)

    def _refused(self, role: Role, before: Analysis, document: Document) -> _Refused | None:
        """None where the trust policy and the document cannot be read beside each other."""
        text, right = _general(role), self._right(role.account)
        acting = [one for one in document["Statement"] if acts(one, before)]
        ask = partial(self._bench.refused, role.account, text)
        found = [ask(one) for one in acting]
        wrongly = [ask(one, right) for one in acting] if right != document else []
        if None in found or None in wrongly:
            return None
        return _Refused([x for x in found if x], [x for x in wrongly if x])

    def _cuts(self, role: Role, refused: _Refused) -> list[Judged]:
        """The vetted among who is refused, and whoever is that the right document lets in: members
        of a vetted organization, too, whom nothing else tells. Without a witness they are in doubt,
        which is said already."""
        all_, wrongly = (
            [judged(self._register, role, g) for one in some for g in one.grants]
            for some in (refused.all, refused.wrongly)
        )
        found = [one for one in all_ if one.vetted]
        found += [one for one in wrongly if one.vetted or _as_member(one)]
        sure = (one for one in found if one.grant.witness and not self._of_ours(one))
        return list({one.exact: one for one in sure}.values())

    def _of_ours(self, one: Judged) -> bool:
        """A service that acts for a member of our organization, which the analysis imagines to
        leave out aws:SourceOrgID: AWS sends it wherever the account is in one.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid
        """
        principal = one.grant.principal
        return principal.kind == "service" and (principal.source or one.source) in self._members

    def _told(
        self, role: Role, one: Judged, left: list[Judged], out: list[Judged], reached: Reached
    ) -> None:
        """Whether a grant to somebody whom nobody vetted is closed. `left`: who gets in all the
        same; `out`: who is refused."""
        mine, gone = (
            [x for x in some if not x.vetted and overlap(one.grant.principal, x.grant.principal)]
            for some in (left, out)
        )
        if gone:
            mine = [x for x in mine if membership(x, self._register.organizations) is None]
        member = next((m for x in mine if (m := membership(x, self._organizations))), None)
        others = [x for x in mine if membership(x, self._organizations) is None]
        if not reached.sure:
            self.proof.left.append(self._found(role, one, reached.reason))
            return
        self._leave(role, others, reached)
        if any(same(one.grant.principal, x.grant.principal) for x in others) or (
            others and not gone
        ):
            return
        if not gone and member:
            self.proof.left.append(self._found(role, mine[0], AS_MEMBER.format(member)))
        else:
            reason = (
                MEMBER.format(member) if member else BUT.format(len(others)) if others else None
            )
            self._close(role, one, gone, reason)

    def _close(self, role: Role, one: Judged, gone: list[Judged], reason: str | None) -> None:
        """With a request that is refused."""
        shown = next((x for x in gone if x.exact == one.exact), gone[0] if gone else one)
        found = self._found(role, one, reason)
        self.proof.closes.append(
            msgspec.structs.replace(found, witness=_own_id(role, shown.grant.witness))
        )

    def _leave(self, role: Role, others: list[Judged], reached: Reached) -> None:
        for one in others:
            issuer, document = one.grant.principal.provider, reached.document
            told = document is not None and tells_tenants(document, issuer)
            reason = unreached(one, self._register.partition, told=told)
            found = self._found(role, one, reason)
            if found not in self.proof.left[-len(others) :]:
                self.proof.left.append(found)

    def _left_alone(self, role: Role, grants: list[Judged], reason: str | None) -> None:
        self.proof.kept += sum(one.vetted for one in grants)
        self.proof.left += [self._found(role, one, reason) for one in grants if not one.vetted]

    def _found(self, role: Role, one: Judged, reason: str | None = None) -> Found:
        return Found(
            resource=role.arn,
            account=role.account,
            id=one.id,
            principal=one.grant.principal,
            status=one.status,
            name=one.name,
            entry=entry_of(self._register, one.vendor),
            reason=reason,
            waived=None if one.vetted else self._waived(one, role),
            witness=_own_id(role, one.grant.witness),
        )

    def _doubt(self, role: Role, analysis: Analysis | None) -> None:
        for problem in analysis.problems if analysis else ():
            if problem.code == "too-complex":
                self._add(role, _TANGLED)
            elif problem.code in BLOCKING:
                self._add(role, NOT_UNDERSTOOD.format(problem.message))

    def _add(self, role: Role, reason: str) -> None:
        doubt = Doubt(role.arn, reason)
        if doubt not in self.proof.doubts[-4:]:
            self.proof.doubts.append(doubt)
