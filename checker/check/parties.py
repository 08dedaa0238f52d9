"""Third parties: each once, with where it was seen and whether it was vetted there."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import UNSET

from checker.report.access import GRADES
from checker.report.model import Access, ThirdParty, Use
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import Role
from checker.subjects.item import (
    By,
    Call,
    Name,
    Reached,
    ReachedTogether,
    Referred,
    Sighting,
    Trusting,
)
from checker.vetting.register import Standing

_STATUSES = ("vetted", "out-of-scope", "expired", "unlisted")


class Looked(NamedTuple):
    """For what of third parties somebody looked, beside roles and images."""

    usage: bool = False
    resources: bool = False
    code: bool = False


class Parties:
    """Collects sightings; `listed` answers in order: worst status, kind, id."""

    def __init__(self, looked: Looked) -> None:
        self._seen: dict[tuple[str, str], _Party] = {}
        self.vendors: set[int] = set()
        """Those that were seen, by their position in the allowlist."""
        self._looked = looked

    def sight(self, seen: Sighting) -> None:
        """Counts what an item shows."""
        if seen.standing.vendor is not None:
            self.vendors.add(seen.standing.vendor)
        if seen.by is not None:
            party = self._party(seen.kind, seen.identity, seen.name)
            party.judge(seen.standing, in_scope=seen.in_scope)
            party.add(seen.by)

    def _party(self, kind: str, identity: str, name: Name) -> _Party:
        party = self._seen.get((kind, identity))
        if party is None:
            party = self._seen[kind, identity] = _Party(kind, identity, name)
        elif party.name != name:  # an issuer that many tenants share: one tenant's name is not its
            party.name = (None, None)
        return party

    def listed(self) -> tuple[ThirdParty, ...]:
        in_order = sorted(self._seen.values(), key=lambda p: (-p.status, p.kind, p.identity))
        return tuple(party.listed(self._looked) for party in in_order)


Reads = tuple[bool | None, bool | None]
"""Of data and of secrets, as a role's record has them."""


def _either(one: Reads, other: Reads) -> Reads:
    """What is read by any of two; None where nobody knows of one, and the other does not."""
    if one == other:
        return one
    pairs = zip(one, other, strict=True)
    data, secrets = (True if True in pair else None if None in pair else False for pair in pairs)
    return data, secrets


class _Party:
    def __init__(self, kind: str, identity: str, name: Name) -> None:
        self.kind, self.identity, self.name = kind, identity, name
        self.status = 0
        self.roles: dict[str, int] = {}
        self.privilege: dict[str, int] = {}
        self.reads: dict[str, Reads] = {}
        self.images: dict[str, set[str]] = {}
        self.resources: dict[str, set[str]] = {}
        self.access: dict[str, int] = {}
        self.code: dict[str, set[str]] = {}
        self.calls = 0
        self.last_seen: str | None = None
        self.roles_used: set[str] = set()
        self.roles_unused: set[str] = set()
        self._last: str | None = None

    def judge(self, standing: Standing, *, in_scope: bool) -> None:
        """The worst that was seen of it counts."""
        status = standing.status if in_scope or standing.status != "vetted" else "out-of-scope"
        self.status = max(self.status, _STATUSES.index(status))

    def add(self, by: By) -> None:
        if isinstance(by, Role):
            self._role(by)
        elif isinstance(by, Call):
            self._call(by)
        elif isinstance(by, Reached):
            self._reached(by.account, {by.resource}, by.access)
        elif isinstance(by, CodeUse):
            self.code.setdefault(by.account, set()).add(by.reference or "")
        elif isinstance(by, Trusting | ReachedTogether | Referred):
            self._together(by)
        else:
            self.images.setdefault(by.account, set()).add(by.image_id or "")

    def _together(self, by: Trusting | ReachedTogether | Referred) -> None:
        """Many that are alike, by account."""
        if isinstance(by, Trusting):
            for account, count in by.roles.items():
                self._roles(account, count, by.privilege, by.reads)
        elif isinstance(by, ReachedTogether):
            for account, resources in by.resources.items():
                self._reached(account, resources, by.access)
        else:
            for account, references in by.references.items():
                self.code.setdefault(account, set()).update(references)

    def _call(self, call: Call) -> None:
        self.calls += call.calls
        self.last_seen = max(filter(None, (self.last_seen, call.last_seen)), default=None)
        if call.role is not None:
            (self.roles_used if call.calls else self.roles_unused).add(call.role)

    def _role(self, role: Role) -> None:
        if role.arn == self._last:  # another grant of the same role
            return
        self._last = role.arn
        self._roles(role.account, 1, role.privilege, role.reads)

    def _roles(self, account: str, count: int, privilege: str | None, reads: Reads) -> None:
        self.roles[account] = self.roles.get(account, 0) + count
        if privilege is not None:
            grade = GRADES.index(privilege)
            self.privilege[account] = max(self.privilege.get(account, 0), grade)
            self.reads[account] = _either(self.reads.get(account, reads), reads)

    def _reached(self, account: str, resources: set[str], access: str | None) -> None:
        self.resources.setdefault(account, set()).update(resources)
        if access is not None:
            self.access[account] = max(self.access.get(account, 0), GRADES.index(access))

    def listed(self, looked: Looked) -> ThirdParty:
        seen = (self.roles, self.images, self.code, self.resources)
        accounts = sorted(set[str]().union(*seen))
        return ThirdParty(
            id=self.identity,
            kind=self.kind,
            name=self.name[0],
            named_by=self.name[1],  # type: ignore[arg-type]  # one of the two, by known_name
            status=_STATUSES[self.status],
            roles=sum(self.roles.values()),
            images=len(set().union(*self.images.values())),
            code=len(set().union(*self.code.values())) if looked.code else UNSET,
            access=tuple(self._access(account, looked) for account in accounts),
            use=self._use() if looked.usage else UNSET,
            resources=sum(map(len, self.resources.values())) if looked.resources else UNSET,
        )

    def _use(self) -> Use:
        return Use(
            calls=self.calls,
            last_seen=self.last_seen,
            roles_used=len(self.roles_used),
            roles_unused=len(self.roles_unused - self.roles_used),
        )

    def _access(self, account: str, looked: Looked) -> Access:
        grade = self.privilege.get(account)
        data, secrets = self.reads.get(account, (None, None))
        return Access(
            account=account,
            roles=self.roles.get(account, 0),
            images=len(self.images.get(account, ())),
            code=len(self.code.get(account, ())) if looked.code else UNSET,
            privilege=None if grade is None else GRADES[grade],
            reads_data=data,
            reads_secrets=secrets,
            resources=len(self.resources.get(account, ())) if looked.resources else UNSET,
            access=self._gravest(account) if looked.resources else UNSET,
        )

    def _gravest(self, account: str) -> str | None:
        """Of what the resources there let it do."""
        grade = self.access.get(account)
        return None if grade is None else GRADES[grade]
