"""Who used which role: each line of the trail put down to a third party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.arns import account_of
from checker.role_trust.index import PartyKey, RoleTrustIndex
from checker.role_trust.trustees import exact
from checker.snapshot.usage import Assumption, Usage
from checker.subjects.role_usage.attribution import NOBODY, Attribution, Callers, User
from checker.subjects.role_usage.trail import Trail
from checker.vetting.register import Register


@dataclass
class Use:
    """One third party and one role (or account, without a role). `assumed`: only that it assumed
    the role is known."""

    user: User
    role: str | None
    account: str
    lines: list[Usage] = field(default_factory=list)
    assumed: bool = False

    def resource(self, partition: str) -> str:
        return self.role or f"arn:{partition}:iam::{self.account}:root"


class Uses:
    """All use that a trail tells of, and the trusts that nobody used."""

    def __init__(self, register: Register, trail: Trail, index: RoleTrustIndex) -> None:
        self._register, self._trail, self._index = register, trail, index
        self._callers = Callers(register, index)
        self._uses: dict[tuple[str, str], Use] = {}
        self._used: set[tuple[str | None, PartyKey | None]] = set()
        self._unattributed: set[str] = set()
        self._entered: set[str] = set()

    def __iter__(self) -> Iterator[Use]:
        """In order of the resource, then of who it was."""
        self._entered = {
            assumption.role
            for assumption in self._trail.assumptions
            if self._by_outsider(assumption)
        }
        for line in self._trail.lines:
            self._call(line)
        for assumption in self._trail.assumptions:
            self._assumption(assumption)
        if self._trail.asked:
            self._unused()
        return (use for _, use in sorted(self._uses.items()))

    def _call(self, line: Usage) -> None:
        user = self._whose(line)
        if user == "own":
            return
        account = (self._own_account(line.role) if line.role else None) or line.account
        if user == "unknown":
            self._unattributed.add(line.role or line.account)
            user = NOBODY
        self._used.add((line.chained_from, user.through))
        self._use(user, line.role, account).lines.append(line)

    def _whose(self, line: Usage) -> Attribution:
        """Where nobody is told, whom the role trusts; but behind a role that outsiders assumed,
        whomever it trusts now, it may be one of them."""
        if line.caller is None and line.chained_from is not None:
            return self._callers.behind(line.chained_from)
        attribution = self._callers.attribute(line.caller, self._index.roles.get(line.role or ""))
        unknown = line.caller is None and attribution == "own" and line.role in self._entered
        return "unknown" if unknown else attribution

    def _by_outsider(self, assumption: Assumption) -> User | None:
        """Who assumed a role in an account that is ours, whether it trusts them or not."""
        if not self._own_account(assumption.role) or assumption.calls <= 0:
            return None
        user = self._callers.attribute(assumption.caller, self._index.roles.get(assumption.role))
        if isinstance(user, User):
            return user
        return NOBODY if assumption.caller is None else None

    def _assumption(self, assumption: Assumption) -> None:
        """Judged as a call where there was no other: of roles too that trust nobody any more."""
        user = self._by_outsider(assumption)
        if user is None:
            return
        use = self._use(
            user, assumption.role, self._own_account(assumption.role) or assumption.account
        )
        if not use.lines or use.assumed:
            use.assumed = True
            use.lines.append(_as_call(assumption))

    def _unused(self) -> None:
        """The trusts that nobody used; not those of a role of which it cannot be told."""
        for arn, role in self._index.roles.items():
            for outsider in role.outsiders.values():
                known = (arn, outsider.key) in self._used or arn in self._unattributed
                if not known and outsider.who.principal.kind != "service":
                    self._use(self._callers.of_trust(outsider), arn, role.role.account)

    def _use(self, user: User, role: str | None, account: str) -> Use:
        self._used.add((role, user.through))
        use = Use(user, role, account)
        key = use.resource(self._register.partition), exact(user.principal)
        return self._uses.setdefault(key, use)

    def _own_account(self, arn: str | None) -> str | None:
        account = account_of(arn or "")
        return account if account in self._register.own_accounts else None


def _as_call(assumption: Assumption) -> Usage:
    return Usage(
        role=assumption.role,
        account=assumption.account,
        caller=assumption.caller,
        event_source="sts.amazonaws.com",
        event_name="AssumeRole",
        action="sts:AssumeRole",
        calls=assumption.calls,
        first_seen=assumption.first_seen,
        last_seen=assumption.last_seen,
    )
