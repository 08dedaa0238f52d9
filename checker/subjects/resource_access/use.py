"""Whether an outsider used what a resource lets it do, as far as a trail tells.

Calls without a role come in by a resource's policy or grant. Of a key's use both accounts' trails
tell, and no trail leaves it out; of other kinds a trail without data events, or the resource's own
account, may not, so that they were used is known, and that they were not is not.
https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.access.model import AccessGrant
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.usage import Usage
from checker.subjects.role_usage.trail import Trail

ENOUGH = 90
"""Days of a trail without a hole."""
_TOLD_BY_BOTH = ("AWS::KMS::Key",)
_ENDS = {"kms:retiregrant"}
"""What is there for the day when the rest is over: that it was not used, says nothing."""


class DirectUse:
    """`trail` None: nobody looked."""

    def __init__(self, trail: Trail | None) -> None:
        self._trail = trail
        self._actions = _by_accounts(trail.lines if trail else ())

    def of(self, record: ResourceRecord, grant: AccessGrant) -> bool | None:
        """Whether the account called any of the actions where the resource is; None: not told."""
        who = grant.principal.account
        if self._trail is None or who is None:
            return None
        allowed = {action.lower() for action in grant.actions}
        if allowed & self._actions.get((record.account, who), set()):
            return True
        days = self._trail.window.unbroken
        told = self._trail.asked and days is not None and days >= ENOUGH and allowed != _ENDS
        return False if told and record.kind in _TOLD_BY_BOTH else None


def _by_accounts(lines: Iterable[Usage]) -> dict[tuple[str, str], set[str]]:
    """Own account and caller → the actions that the caller called there without a role."""
    found: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        if line.role is None and line.action and line.caller and line.caller.account:
            key = line.account, line.caller.account
            found.setdefault(key, set()).add(line.action.lower())
    return found
