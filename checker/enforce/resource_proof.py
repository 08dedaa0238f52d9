"""What an RCP would do to resources: to their policies as to trust policies; to ACLs, grants and
shares, which have no conditions, by whom they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import msgspec

from checker.access import UNREAD, Access, AccessGrant, Resource
from checker.enforce.doubt import Doubt
from checker.enforce.found import Found, Proof
from checker.enforce.limits import Document
from checker.enforce.perimeter import Perimeter
from checker.enforce.reach import Reach
from checker.enforce.reasons import AS_MEMBER, BUT, MEMBER, same
from checker.enforce.resource_bench import ResourceBench
from checker.enforce.resource_judged import ResourceJudge
from checker.enforce.services import COVERED, service_of
from checker.facts.build import principal_id
from checker.role_trust.guardrails import overlap
from checker.role_trust.trustees import exact
from checker.snapshot.resources import ResourceRecord
from checker.trust.document.decode import as_list
from checker.trust.model import Principal
from checker.vetting.register import Register

_NOT_COVERED = "no RCP guards the resources of {}"
_NOT_ASKED = "the document guards no resources of {}; see --services"
_NOT_READ = "the document cannot be read beside its policy"
_UNDERSTOOD = "it was not wholly understood: {}"
_UNKNOWN = "nobody can tell whose {} is: the document refuses it, unless it is ours or vetted"
_BY_POLICY = ("policy", "access-point")


class Kept(msgspec.Struct, frozen=True):
    """A resource that lets somebody in, as it was found."""

    record: ResourceRecord
    resource: Resource
    access: Access


def aws_of(some: Iterable[Kept]) -> tuple[str, ...]:
    """Accounts of AWS's own that resources let in: log delivery and the like."""
    named = {p.account for one in some for p in one.access.aws if p.account}
    return tuple(sorted(named))


def not_understood(one: Kept) -> Iterator[Doubt]:
    """What of it could hold somebody whom the analysis does not see."""
    for problem in one.access.problems:
        if problem.code in UNREAD:
            yield Doubt(one.record.arn, _UNDERSTOOD.format(problem.message))


class ResourceProver:
    """Adds to a proof of roles. `right`: who is to be let into an own account."""

    def __init__(
        self,
        register: Register,
        bench: ResourceBench,
        reach: Reach,
        right: Callable[[str], Perimeter],
        statements: Callable[[Perimeter], list[Document]],
        proof: Proof,
        services: tuple[str, ...],
    ) -> None:
        self._judge, self._own = ResourceJudge(register), register.organizations
        self._bench, self._reach = bench, reach
        self._right, self._statements, self._services = right, statements, services
        self.proof = proof
        self.unguarded: Counter[str] = Counter()
        self.unguarded_said: list[str] = []

    def look(self, one: Kept) -> None:
        record = one.record
        self.proof.resources += 1
        self.proof.doubts += not_understood(one)
        service = service_of(record.kind, record.arn)
        if service not in self._services:
            self.unguarded[service] += bool(self._strangers(one))
            return
        reached = self._reach.of_account(record.account)
        if reached.document is None:
            self._left_alone(one, reached.reason)
            if not reached.sure:
                self.proof.doubts.append(Doubt(record.arn, reached.reason or ""))
            return
        mine = [s for s in reached.document["Statement"] if f"{service}:*" in as_list(s["Action"])]
        self._by_policy(one, mine, sure=reached.reason)
        for grant in one.access.grants:
            if grant.via not in _BY_POLICY and grant.effective is not False:
                self._direct(one, grant, reached.reason)

    def tell_unguarded(self) -> None:
        """Of what the document says nothing, once a service."""
        for service, count in sorted(self.unguarded.items()):
            if count:
                said = _NOT_ASKED if service in COVERED else _NOT_COVERED
                self.unguarded_said.append(f"{said.format(service)}: {count} let a stranger in")

    def _strangers(self, one: Kept) -> list[AccessGrant]:
        return [g for g in one.access.grants if not self._judge.status(one.record, g.principal)[0]]

    def _left_alone(self, one: Kept, reason: str | None) -> None:
        for grant in self._strangers(one):
            self.proof.left.append(self._judge.found(one.record, grant, reason))

    def _by_policy(self, one: Kept, statements: list[Document], sure: str | None) -> None:
        given = _policies(one.access)
        if not given and not one.access.aws:
            return
        after = self._bench.behind(one.resource, statements)
        right = self._statements(self._right(one.record.account))
        refused = [self._bench.refused(one.resource, s) for s in statements]
        more = statements if right != statements else []
        wrongly = [self._bench.refused(one.resource, s, right) for s in more]
        if after is None or None in refused or None in wrongly:
            self.proof.doubts.append(Doubt(one.record.arn, _NOT_READ))
            return
        out = [g for x in refused if x for g in _policies(x)]
        wrong = [g for x in wrongly if x for g in _policies(x)]
        self._cut(one, out, wrong, given)
        lost = {exact(p) for x in wrongly if x for p in x.aws}
        self.proof.cuts += [
            self._judge.found(one.record, _as_grant(p), status="aws")
            for p in one.access.aws
            if exact(p) in lost
        ]
        for grant in given:
            if grant.principal.kind == "unresolved":
                self._unknown(one, grant)
            elif not self._judge.status(one.record, grant.principal)[0]:
                self._told(one, grant, _policies(after), out, sure)

    def _unknown(self, one: Kept, grant: AccessGrant) -> None:
        """A canonical id or an identity of CloudFront's may be our own: it may be cut."""
        doubt = Doubt(one.record.arn, _UNKNOWN.format(principal_id(grant.principal)))
        if doubt not in self.proof.doubts[-8:]:
            self.proof.doubts.append(doubt)

    def _cut(
        self, one: Kept, out: list[AccessGrant], wrong: list[AccessGrant], given: list[AccessGrant]
    ) -> None:
        vetted = [g for g in out if self._judge.status(one.record, g.principal)[0]]
        vetted += [
            g for g in wrong if self._judge.status(one.record, g.principal)[1] != "out-of-scope"
        ]
        cut = {exact(g.principal): g for g in vetted if g.witness is not None}
        self.proof.cuts += [self._judge.found(one.record, g) for g in cut.values()]
        kept = {exact(g.principal) for g in given if self._judge.status(one.record, g.principal)[0]}
        self.proof.kept += len(kept - cut.keys())

    def _told(
        self,
        one: Kept,
        grant: AccessGrant,
        after: list[AccessGrant],
        out: list[AccessGrant],
        unsure: str | None,
    ) -> None:
        if unsure is not None:
            self.proof.left.append(self._judge.found(one.record, grant, unsure))
            return
        gone = [g for g in out if overlap(grant.principal, g.principal)]
        mine = [
            g
            for g in after
            if not self._judge.status(one.record, g.principal)[0]
            and overlap(grant.principal, g.principal)
            and (not gone or self._judge.member(g) not in self._own)
        ]
        others = [g for g in mine if not self._judge.member(g)]
        for left in others:
            self._leave(self._judge.found(one.record, left, self._judge.why(one.record, left)))
        if any(same(grant.principal, g.principal) for g in others) or (others and not gone):
            return
        member = next((m for g in mine if (m := self._judge.member(g))), None)
        if member and not gone:
            self._leave(self._judge.found(one.record, mine[0], AS_MEMBER.format(member)))
            return
        reason = MEMBER.format(member) if member else BUT.format(len(others)) if others else None
        witness = gone[0].witness if gone else grant.witness
        shown = msgspec.structs.replace(grant, witness=witness)
        self.proof.closes.append(self._judge.found(one.record, shown, reason))

    def _leave(self, found: Found) -> None:
        if found not in self.proof.left[-8:]:
            self.proof.left.append(found)

    def _direct(self, one: Kept, grant: AccessGrant, unsure: str | None) -> None:
        """Of what has no conditions: its requests are the principal's own, whatever they are."""
        record, principal = one.record, grant.principal
        if principal.kind == "unresolved":
            self._unknown(one, grant)
            return
        vetted, status = self._judge.status(record, principal)
        lets = _lets(principal, self._right(record.account))
        if vetted:
            self.proof.kept += lets is not False
            self.proof.cuts += [self._judge.found(record, grant)] if lets is False else []
        elif lets is False and not unsure:
            reason = self._unless(principal, self._right(record.account))
            self.proof.closes.append(self._judge.found(record, grant, reason))
        else:
            reason = unsure or self._judge.why(record, grant)
            self.proof.left.append(self._judge.found(record, grant, reason, status=status))

    def _unless(self, principal: Principal, right: Perimeter) -> str | None:
        """Of ours all members are known; of others' nobody can tell."""
        others = sorted({*right.organizations} - {*self._own})
        named = principal.kind in ("account", "principal")
        return MEMBER.format(", ".join(others)) if named and others else None


def _policies(access: Access) -> list[AccessGrant]:
    """What a switch shuts already, no document cuts."""
    return [one for one in access.grants if one.via in _BY_POLICY and one.effective is not False]


def _as_grant(principal: Principal) -> AccessGrant:
    return AccessGrant(principal=principal, actions=(), access="read", via="policy")


def _lets(principal: Principal, right: Perimeter) -> bool | None:
    """Whether the document lets a principal in, of whom nothing but the name is known."""
    if principal.kind == "anyone":
        return False
    if principal.kind in ("account", "principal"):
        return principal.account in (*right.accounts, *right.aws)
    if principal.kind == "organization":
        return principal.organization in right.organizations
    if principal.kind == "service" and principal.source is None:
        return True
    return None
