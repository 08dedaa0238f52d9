"""What the list says of one grant into one role: own, vetted for it, or for what reason not."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.facts.build import known_name, principal_id
from checker.role_trust.readings import made_by_identity_center
from checker.role_trust.trustees import exact, identity_center
from checker.snapshot.records import Role
from checker.trust.model import Grant, Principal
from checker.vetting.register import Register, Standing
from checker.vetting.scope import trust_beyond_scope

VETTED = ("own", "vetted")


class Judged(msgspec.Struct, frozen=True):
    """`status`: own, vetted, expired, unlisted, out-of-scope. `beyond`: in words, what of it goes
    beyond the scope. `vendor`: the entry's place."""

    grant: Grant
    status: str
    name: str | None
    vendor: int | None
    beyond: tuple[str, ...] = ()

    @property
    def vetted(self) -> bool:
        return self.status in VETTED

    @property
    def source(self) -> str | None:
        """For whose account the service of the witness acts."""
        return _source(self.grant)

    @property
    def exact(self) -> str:
        return exact(self.grant.principal)

    @property
    def id(self) -> str:
        return principal_id(self.grant.principal)


def entry_of(register: Register, vendor: int | None) -> str | None:
    """Where a vendor's entry is: `allowlist.yaml:12`."""
    if vendor is None:
        return None
    mark = register.allowlist.vendor_mark(vendor)
    return f"{mark.path or register.allowlist.path}:{mark.line}"


def judged(register: Register, role: Role, grant: Grant) -> Judged:
    """A service that acts for anybody at all is judged by whom its witness acts for."""
    principal = grant.principal
    if principal.kind == "service" and principal.source in (None, "*"):
        source = _source(grant) or principal.source
        principal = msgspec.structs.replace(principal, source=source)
    standing = register.principal(principal)
    if _signs_in(role, grant):
        standing = Standing("own")
    name, _ = known_name(principal_id(register.told(principal)), standing, register)
    beyond = _beyond(register, role, standing, principal)
    status = "out-of-scope" if beyond and standing.status == "vetted" else standing.status
    return Judged(grant, status, name, standing.vendor, beyond)


def _source(grant: Grant) -> str | None:
    context: dict[str, Any] = grant.witness.context if grant.witness else {}
    account = context.get("aws:SourceAccount")
    return account if isinstance(account, str) else None


def _signs_in(role: Role, grant: Grant) -> bool:
    return made_by_identity_center(role) and identity_center(grant, role.account)


def _beyond(
    register: Register, role: Role, standing: Standing, principal: Principal
) -> tuple[str, ...]:
    scope = register.scope(standing)
    if scope is None:
        return ()
    found = trust_beyond_scope(
        scope, principal, role_name=role.name, role_arn=role.arn, account=role.account
    )
    return tuple(found)
