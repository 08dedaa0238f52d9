"""Which document binds a role, and which roles none can."""

from __future__ import annotations

import msgspec

from checker.enforce.limits import Document
from checker.enforce.targets import Plan
from checker.snapshot.records import Manifest, Role

MANAGEMENT = "it is in the management account, which no RCP binds"
SERVICE_LINKED = "it is a service-linked role, which no RCP binds"
NOWHERE = "nobody could tell where its account stands in the organization"
UNBOUND = "no document goes to its account"


class Reached(msgspec.Struct, frozen=True):
    """`reason`: why no document binds it. `sure` is False where one may."""

    document: Document | None
    reason: str | None = None
    sure: bool = True


class Reach:
    """Of a plan, in one snapshot."""

    def __init__(self, manifest: Manifest, plan: Plan) -> None:
        self._exempt = {one.management_account for one in manifest.own_organizations}
        self._units = {account.id: account.units for account in manifest.accounts}
        self._parts = {target: part for part in plan.parts for target in part.targets}
        self._only = plan.parts[0].document if len(plan.parts) == 1 else None

    def of(self, role: Role) -> Reached:
        if (role.path or "").startswith("/aws-service-role/"):
            return Reached(None, SERVICE_LINKED)
        return self.of_account(role.account)

    def of_account(self, account: str) -> Reached:
        if account in self._exempt:
            return Reached(None, MANAGEMENT)
        units = self._units.get(account)
        if units is None:  # what might bind it is judged as if it did
            return Reached(self._only, NOWHERE, sure=False)
        for target in (*units, account):
            if target in self._parts:
                return Reached(self._parts[target].document)
        return Reached(None, UNBOUND)
