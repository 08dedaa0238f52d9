"""Exceptions of the allowlist: which findings somebody has waived, until when."""

from __future__ import annotations

from datetime import date

from checker.errors import InputError
from checker.policy.load import ENGINE_POLICIES
from checker.report.model import Waiver
from checker.trust import bare, includes
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import ExceptionEntry


class Waivers:
    """The exceptions that are in force on a day; `used` counts what each has waived.

    Raises InputError for one whose policy is not known, or is the engine's own: a gap is no
    judgement that a person could waive.
    """

    def __init__(self, allowlist: Allowlist, policies: frozenset[str], today: date) -> None:
        allowlist.check_policies(set(policies))
        self._by_policy: dict[str, list[tuple[int, ExceptionEntry]]] = {}
        self.used: dict[int, int] = {}
        for index, entry in enumerate(allowlist.file.exceptions):
            if entry.policy in ENGINE_POLICIES:
                raise _not_waivable(allowlist, index, entry.policy)
            if today <= entry.expires:
                self._by_policy.setdefault(entry.policy, []).append((index, entry))

    def waiver(self, policy: str, principal: str | None, resource: str) -> Waiver | None:
        """The waiver of a finding. `*` for the principal covers every one."""
        for index, entry in self._by_policy.get(policy, ()):
            if covers(entry, principal, resource):
                self.used[index] = self.used.get(index, 0) + 1
                return Waiver(
                    owner=entry.owner, reason=entry.reason, expires=entry.expires.isoformat()
                )
        return None


def covers(entry: ExceptionEntry, principal: str | None, resource: str) -> bool:
    """Whether an entry names these, whatever its policy and its last day."""
    named = entry.principal in ("*", principal) or _same(entry.principal, principal)
    return named and includes(entry.resource, resource)


def _same(named: str, principal: str | None) -> bool:
    """Whether both are one issuer or one registry, however spelled; an ARN names a provider of one
    account."""
    if principal is None:
        return False
    issuer = ":" not in named.removeprefix("https://") and bare(named) == bare(principal)
    return issuer or _is_registry(named, principal)


def _is_registry(named: str, principal: str) -> bool:
    if "." not in principal or "." not in named:
        return False
    from checker.vetting.registries import usual  # of use to few, and long to import

    return usual(named) == principal


def _not_waivable(allowlist: Allowlist, index: int, policy: str) -> InputError:
    return allowlist.document.error(
        ("exceptions", index, "policy"),
        f"{policy} cannot be waived",
        "accept it under gaps: in the allowlist, or run check with --allow-gaps",
    )
