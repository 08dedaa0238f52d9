"""How third parties used the roles that they were given: evaluated where CloudTrail was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from checker.check.ledger import Where
from checker.check.parties import Call
from checker.facts.build import Facts, principal_facts, principal_id
from checker.role_trust.index import Key, Trusted, TrustedRole
from checker.role_trust.reader import exact
from checker.snapshot.read import Snapshot
from checker.snapshot.usage import Assumption, Usage
from checker.subjects.role_usage.attribution import NOBODY, Callers, User, Whose
from checker.subjects.role_usage.facts import (
    check_window,
    limits_of,
    usage_facts,
    usage_vetting,
    used_role_facts,
    window_of,
)
from checker.subjects.world import Context, place

USAGE, ASSUMPTIONS = "usage.jsonl", "assumptions.jsonl"


@dataclass
class _Use:
    """One third party and one role (or account, without a role)."""

    user: User
    role: str | None
    account: str
    lines: list[Usage] = field(default_factory=list)
    assumed: bool = False


class UsageCheck:
    """Made before the roles are looked at, so that those which matter are kept."""

    def __init__(self, context: Context, snapshot: Snapshot) -> None:
        manifest, register = snapshot.manifest, context.register
        self._context, self._snapshot = context, snapshot
        self._lines, self._assumptions = snapshot.usage(), snapshot.assumptions()
        used = {one.role for one in self._lines if one.role}
        used |= {one.role for one in self._assumptions}
        listed = bool(manifest.own_organizations)
        self.trusted = Trusted(register, used, snapshot.providers(), listed=listed)
        self._callers = Callers(register, self.trusted)
        check_window(manifest.usage, snapshot.path / "manifest.json")
        self._window = window_of(manifest.usage, register.today)
        self._uses: dict[tuple[str, str], _Use] = {}
        self._used: set[tuple[str, Key]] = set()
        self._entered: set[str] = set()

    @classmethod
    def of(cls, context: Context, snapshot: Snapshot) -> UsageCheck | None:
        """None where there is nothing to ask of."""
        files = snapshot.manifest.files
        context.parties.usage_collected = USAGE in files
        return cls(context, snapshot) if USAGE in files or ASSUMPTIONS in files else None

    def evaluate(self) -> None:
        """To be called when all roles were looked at."""
        self._entered = {one.role for one in self._assumptions if self._by_outsider(one)}
        for line in self._lines:
            self._call(line)
        for one in self._assumptions:
            self._assumption(one)
        if USAGE in self._snapshot.manifest.files:
            self._unused()
        for _, use in sorted(self._uses.items()):
            self._evaluate(use)

    def _call(self, line: Usage) -> None:
        user = self._whose(line)
        if user == "own":
            return
        account = (self._own_account(line.role) if line.role else None) or line.account
        if user == "unknown":
            unattributed = self._context.unattributed
            name = line.role or line.account
            unattributed[name] = unattributed.get(name, 0) + line.calls
            user = NOBODY
        if line.chained_from and user.through:
            self._used.add((line.chained_from, user.through))
        self._use(user, line.role, account).lines.append(line)

    def _whose(self, line: Usage) -> Whose:
        """Where nobody is told, whom the role trusts; but behind a role that outsiders assumed,
        whomever it trusts now, it may be one of them."""
        if line.caller is None and line.chained_from is not None:
            return self._callers.behind(line.chained_from)
        found = self._callers.whose(line.caller, self.trusted.roles.get(line.role or ""))
        unknown = line.caller is None and found == "own" and line.role in self._entered
        return "unknown" if unknown else found

    def _by_outsider(self, one: Assumption) -> User | None:
        """Who assumed a role in an account that is ours, whether it trusts them or not."""
        if not self._own_account(one.role) or one.calls <= 0:
            return None
        user = self._callers.whose(one.caller, self.trusted.roles.get(one.role))
        if isinstance(user, User):
            return user
        return NOBODY if one.caller is None else None

    def _assumption(self, one: Assumption) -> None:
        """Judged as a call where there was no other: of roles too that trust nobody any more."""
        user = self._by_outsider(one)
        if user is None:
            return
        use = self._use(user, one.role, self._own_account(one.role) or one.account)
        if not use.lines or use.assumed:
            use.assumed = True
            use.lines.append(_as_call(one))

    def _unused(self) -> None:
        """The trusts that nobody used; not those of a role of which it cannot be told."""
        for arn, role in self.trusted.roles.items():
            for outsider in role.outsiders.values():
                known = (arn, outsider.key) in self._used or arn in self._context.unattributed
                if not known and outsider.who.principal.kind != "service":
                    self._use(self._callers.of_trust(outsider), arn, role.role.account)

    def _use(self, user: User, role: str | None, account: str) -> _Use:
        if role and user.through:
            self._used.add((role, user.through))
        use = _Use(user, role, account)
        return self._uses.setdefault((self._resource(use), exact(user.principal)), use)

    def _resource(self, use: _Use) -> str:
        return use.role or f"arn:{self._context.register.partition}:iam::{use.account}:root"

    def _own_account(self, arn: str | None) -> str | None:
        parts = (arn or "").split(":")
        account = parts[4] if len(parts) > 5 else None
        return account if account in self._context.register.own_accounts else None

    def _evaluate(self, use: _Use) -> None:
        facts = self._facts(use)
        role = self.trusted.roles.get(use.role or "")
        user, context = use.user, self._context
        name = facts["principal"]["name"], facts["principal"]["named_by"]
        seen = facts["usage"]
        call = Call(use.role, seen["calls"], seen["last_seen"])
        if user is not NOBODY:
            context.parties.called(*user.party, name, user.standing, call)
        where = Where(
            resource=facts["resource"],
            account=use.account,
            account_name=facts["account"]["name"],
            principal=principal_id(user.principal),
            exact=exact(user.principal),
            location=place(role.role.location) if role else None,
            entry_line=context.line(user.standing),
        )
        context.ledger.evaluate("role_usage", facts, where)

    def _facts(self, use: _Use) -> Facts:
        context, user = self._context, use.user
        register = context.register
        role = self.trusted.roles.get(use.role or "")
        limits = None if use.assumed else limits_of(user.standing, register)
        last_used = role.role.last_used if role else None
        principal = principal_facts(user.principal, user.standing, register)
        if user.organization is not None:
            principal["organization"] = user.organization
        return {
            "resource": self._resource(use),
            "account": context.account(use.account),
            "role": self._role_facts(use, role),
            "principal": principal,
            "via": _via(use.lines),
            "attributed_by": user.by,
            "usage": usage_facts(use.lines, limits, self._window, last_used),
            "vetting": usage_vetting(user.standing, register),
        }

    def _role_facts(self, use: _Use, role: TrustedRole | None) -> Facts:
        trusts = bool(role and use.user.through in role.outsiders)
        known = None if use.role is None else self._known(use.account, role)
        return used_role_facts(use.role, role.role if role else None, known, trusts)

    def _known(self, account: str, role: TrustedRole | None) -> bool | None:
        """None where the role's account was left out of the collection, or is none of ours."""
        record = self._context.accounts.get(account)
        left_out = record is not None and not record.collected
        ours = account in self._context.register.own_accounts
        return True if role else (None if left_out or not ours else False)


def _as_call(one: Assumption) -> Usage:
    return Usage(
        role=one.role,
        account=one.account,
        caller=one.caller,
        event_source="sts.amazonaws.com",
        event_name="AssumeRole",
        action="sts:AssumeRole",
        calls=one.calls,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
    )


def _via(lines: Iterable[Usage]) -> str:
    """The plainest of all."""
    found = {line.via for line in lines}
    return next((via for via in ("session", "delegated", "direct") if via in found), "session")
