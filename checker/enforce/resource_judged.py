"""What the list says of one grant to one resource."""

from __future__ import annotations

from checker.access import AccessGrant
from checker.enforce.found import Found
from checker.enforce.judged import entry_of
from checker.facts.build import known_name, principal_id
from checker.snapshot.resources import ResourceRecord
from checker.trust.model import Principal
from checker.vetting.register import Register
from checker.vetting.scope import access_beyond_scope

_SHARED = "a share of {} is bound by no RCP"
_FEDERATED = "of a federated caller a request tells no account"
_SOURCE = "its service may call without aws:SourceAccount, and then tells not for whom"
_GETS_PAST = "the request of the witness gets past the document"


class ResourceJudge:
    """Asks the register, and the scope of whom it finds there."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def status(self, record: ResourceRecord, principal: Principal) -> tuple[bool, str]:
        """Whether it is vetted for this, and what the list says."""
        standing = self._register.principal(principal)
        if standing.vendor is not None and standing.status == "vetted":
            scope = self._register.vendors[standing.vendor].scope
            beyond = any(
                access_beyond_scope(
                    scope, principal, arn=record.arn, kind=record.kind, account=record.account
                )
            )
            return not beyond, "out-of-scope" if beyond else "vetted"
        return standing.status in ("own", "vetted"), standing.status

    def member(self, grant: AccessGrant) -> str | None:
        """The vetted organization by which alone it gets in, should it be a member."""
        context = grant.witness.context if grant.witness else {}
        kind = grant.principal.kind
        key = "aws:SourceOrgID" if kind == "service" else "aws:PrincipalOrgID"
        found = context.get(key) if kind in ("account", "principal", "service") else None
        right = self._register.organization(found) if isinstance(found, str) else None
        return str(found) if right and right.status in ("own", "vetted") else None

    def why(self, record: ResourceRecord, grant: AccessGrant) -> str:
        if self.status(record, grant.principal)[1] == "out-of-scope":
            return "the list vets it for less than this; an RCP tells vendors alone"
        said = {"federated": _FEDERATED, "service": _SOURCE}
        if grant.via == "share":
            return _SHARED.format(record.kind)
        return said.get(grant.principal.kind, _GETS_PAST)

    def found(
        self,
        record: ResourceRecord,
        grant: AccessGrant,
        reason: str | None = None,
        status: str | None = None,
    ) -> Found:
        standing = self._register.principal(grant.principal)
        identity = principal_id(grant.principal)
        name, _ = known_name(identity, standing, self._register)
        return Found(
            resource=record.arn,
            account=record.account,
            id=identity,
            principal=grant.principal,
            status=status or self.status(record, grant.principal)[1],
            name=name,
            entry=entry_of(self._register, standing.vendor),
            reason=reason,
            witness=grant.witness,
        )
