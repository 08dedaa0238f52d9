"""Which resource control policies of a snapshot hold over an account.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import msgspec

from checker.snapshot.records import Guardrail, Manifest


class Attached:
    """A management account has none; of others those of the root, of the units and its own. `seen`
    is False where nobody could look."""

    def __init__(self, manifest: Manifest) -> None:
        self.seen = manifest.guardrails is not None
        self._units = {account.id: account.units for account in manifest.accounts}
        self._exempt = {one.management_account for one in manifest.own_organizations}
        self._by_target: dict[str, list[Guardrail]] = {}
        for guardrail in manifest.guardrails or ():
            for target in guardrail.targets:
                self._by_target.setdefault(target, []).append(guardrail)

    def over(self, account: str) -> tuple[Guardrail, ...] | None:
        """None where nobody could look, or where the account stands is not known."""
        if account in self._exempt:
            return ()
        units = self._units.get(account)
        if not self.seen or units is None:
            return None
        targets = (*units, account)
        return tuple(one for target in targets for one in self._by_target.get(target, ()))


def unread_guardrails(manifest: Manifest) -> list[str]:
    """The ids of those that are no policy, of which nothing can be held against anybody."""
    return sorted(one.id for one in manifest.guardrails or () if not _is_policy(one))


def _is_policy(guardrail: Guardrail) -> bool:
    document = msgspec.json.decode(guardrail.document)
    return isinstance(document, dict) and "Statement" in document
