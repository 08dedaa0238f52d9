"""What subjects yield: facts to be judged, where they are, and whom they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from msgspec import Struct

from checker.document import Mark
from checker.facts.plain import Facts
from checker.report.model import Place
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.records import ImageUse, Location, Role
from checker.vetting.register import Standing

_SAID = ("Principal is not known", "the trust policy is not known")
"""What a finding says of itself already."""
Name = tuple[str | None, str | None]
"""A name and where it comes from: allowlist or catalogue."""
AllowlistKey = tuple[str, str]
"""How an allowlist would name a third party: the key (`accounts`, …) and the value."""


class Where(Struct, frozen=True):
    """What was evaluated: the resource, its place and the principal.

    `exact` tells the principal (or image) from every other; it goes into the fingerprint. `told`:
    what of it could not be told, in sentences which findings end with.
    """

    resource: str
    account: str | None = None
    account_name: str | None = None
    region: str | None = None
    principal: str | None = None
    exact: str = ""
    location: Place | None = None
    entry: Mark | None = None
    told: tuple[str, ...] = ()


class Call(Struct, frozen=True):
    """The calls through one role (None: without one); none where it is trusted and was unused."""

    role: str | None
    calls: int
    last_seen: str | None


class Reached(Struct, frozen=True):
    """An own resource that lets a third party in by itself. `access`: how far, None where nobody
    can tell."""

    resource: str
    kind: str
    account: str
    region: str | None
    access: str | None


class Referred(Struct, frozen=True):
    """The references to one publisher's code in each account, counted together."""

    references: dict[str, set[str]]


class ReachedTogether(Struct, frozen=True):
    """The resources of each account that let a third party in alike, counted together."""

    resources: dict[str, set[str]]
    access: str | None


class Trusting(Struct, frozen=True):
    """So many roles of each account that trust one third party, all of one grade."""

    roles: Counter[str]
    privilege: str | None
    reads: tuple[bool | None, bool | None]


By = Role | Trusting | ImageUse | CodeUse | Referred | Call | Reached | ReachedTogether


class Sighting(Struct, frozen=True):
    """A third party that an item shows.

    `kind`, `identity`, `name`: as the report lists it. `by`: a role that trusts it, a use of an
    image, calls, or a resource that lets it in; None: it is not listed for this, but its entry is
    not unobserved. `in_scope` is False where this goes beyond what was vetted.
    """

    kind: str
    identity: str
    name: Name
    standing: Standing
    by: By | None
    in_scope: bool = True


class Item(Struct, frozen=True):
    """One thing to judge. `untold`: the name of what nobody can tell of it, for a note. `crowd`: it
    stands for so many things in each account, which no policy can tell from one another. `like`:
    the facts of a thing that was judged, which no policy can tell from this."""

    subject: str
    facts: Facts
    where: Where
    sights: Sighting | None = None
    untold: str | None = None
    crowd: Counter[str] | None = None
    like: Facts | None = None


class Seen(Struct, frozen=True):
    """What subjects of the last loop depend on. `vendors`: whose entries were seen to be needed,
    by position. `waived`, `accepted`: the findings and gaps that each exception and accepted gap
    covers; these go on counting while exceptions are judged. `judging`: the policies that are
    about exceptions themselves."""

    vendors: Container[int]
    waived: Mapping[int, int]
    accepted: Mapping[int, int]
    judging: frozenset[str]


class Sighted(Struct):
    """One third party that nobody vetted, for a proposal. `where`: own account → what was seen
    there; `resources`: ARN → its kind and how far it lets in;
    `claims`: those that its federated trusts ask for; `no_tenant`: those of them that any
    tenant of it could have."""

    key: AllowlistKey
    name: str | None = None
    where: dict[str, list[str]] = {}
    roles: list[str] = []
    resources: dict[str, tuple[str, str]] = {}
    external_ids: set[str] = set()
    claims: list[dict[str, list[str]]] = []
    no_tenant: list[dict[str, list[str]]] = []

    def at(self, account: str, what: str) -> None:
        seen = self.where.setdefault(account, [])
        if what not in seen:
            seen.append(what)


def place(location: Location | None) -> Place | None:
    return Place(file=location.file, line=location.line) if location else None


def untold(role: Role) -> tuple[str, ...]:
    """What of a role's template or plan could not be told, in sentences."""
    return tuple(note for note in role.unresolved or () if not note.startswith(_SAID))
