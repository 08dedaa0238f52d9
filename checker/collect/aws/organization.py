"""Which accounts are ours: the organization, its accounts and the paths of its units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import NOT_OFFERED, Call, Shape
from checker.plurals import plural
from checker.snapshot.records import Account, Organization

ORGANIZATION = Call(
    "organizations",
    "DescribeOrganization",
    "Organization",
    nothing=NOT_OFFERED | {"AWSOrganizationsNotInUseException"},
)
ACCOUNTS = Call("organizations", "ListAccounts", "Accounts")
ROOTS = Call("organizations", "ListRoots", "Roots")
UNITS = Call(
    "organizations", "ListOrganizationalUnitsForParent", "OrganizationalUnits", when="unit"
)
CHILDREN = Call("organizations", "ListAccountsForParent", "Accounts", when="unit")


class OrganizationDetail(Shape, frozen=True):
    id: str
    master_account_id: str | None = None


class Member(Shape, frozen=True):
    """`Status` retires in September 2026 in favour of `State`; older endpoints only know it.

    `paths` are of ids: `o-…/r-…/ou-…/111111111111/`; older endpoints don't tell.
    """

    id: str
    name: str | None = None
    state: str | None = None
    status: str | None = None
    paths: tuple[str, ...] = ()

    @property
    def parent(self) -> str | None:
        """The id of the unit, where the account itself tells."""
        units = [part for path in self.paths[:1] for part in path.split("/") if "-" in part]
        return units[-1] if units else None


class Unit(Shape, frozen=True):
    id: str
    name: str = ""


class Place(NamedTuple):
    """A root or unit: its id, its path of names, and that of ids."""

    id: str
    path: str
    ids: tuple[str, ...]


def organization(account_region: AccountRegion) -> Organization | None:
    """The caller's organization; None where it belongs to none, or where that is a gap."""
    found = account_region.get(ORGANIZATION, OrganizationDetail)
    if found is None:
        return None
    return Organization(id=found.id, management_account=found.master_account_id)


def accounts(account_region: AccountRegion, ours: Organization | None) -> list[Account]:
    """Every account of the organization, with its path where the units could be listed. A listing
    that breaks what is always so is a gap; who is ours nonetheless is among the accounts."""
    members = _once(account_region.items(ACCOUNTS, Member))
    places = _places(account_region, members)
    members += [Member(id=account) for account in _unlisted(account_region, ours, members, places)]
    return [
        Account(
            id=member.id,
            name=member.name,
            path=places[member.id].path if member.id in places else None,
            units=places[member.id].ids if member.id in places else None,
            state=member.state or member.status,
        )
        for member in members
    ]


def _once(listed: Iterable[Member]) -> list[Member]:
    """Pages may overlap while accounts change; who is active by one of them is looked at."""
    found: dict[str, Member] = {}
    for member in listed:
        known = found.get(member.id)
        if known is None or (known.state or known.status) != "ACTIVE":
            found[member.id] = member
    return list(found.values())


def _unlisted(
    account_region: AccountRegion,
    ours: Organization | None,
    members: Sequence[Member],
    places: Mapping[str, Place],
) -> list[str]:
    """The caller's account and the management account are members of every organization, and so is
    whoever stands in its tree:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
    """
    known = {account_region.account}
    if not _failed(account_region, ACCOUNTS):
        known |= {*places, (ours and ours.management_account) or account_region.account}
    missing = sorted(known - {member.id for member in members})
    if missing:
        text = f"{', '.join(missing)}: not among the {plural(len(members), 'account')} listed"
        _incomplete(account_region, ACCOUNTS, text)
    return missing


def check_members(
    account_region: AccountRegion, ours: Organization | None, listed: Collection[str]
) -> None:
    """Of a list that was made before: a gap where it lacks who is always there. Then it is cut, or
    another organization's."""
    whose = f"of {ours.id}" if ours else "of nobody knows which organization"
    known = {account_region.account, (ours and ours.management_account) or account_region.account}
    if missing := sorted(known - set(listed)):
        text = (
            f"{', '.join(missing)}: not among the {plural(len(listed), 'account')} of the list "
            f"{whose}"
        )
        _incomplete(account_region, ACCOUNTS, f"{text}, which is cut, or of others than the caller")
    elif ours is None:
        _incomplete(account_region, ACCOUNTS, f"a list {whose}")


def _places(account_region: AccountRegion, members: Sequence[Member]) -> dict[str, Place]:
    """One walk over the units: a call or two each, instead of one for every account."""
    telling = bool(members) and all(member.parent for member in members)
    places: dict[str, Place] = {}
    units: dict[str, Place] = {}
    for place in _walk(account_region):
        units[place.id] = place
        if not telling:
            children = account_region.items(CHILDREN, Member, ParentId=place.id)
            places.update({child.id: place for child in children})
    for member in members:
        if member.parent in units:
            places.setdefault(member.id, units[member.parent])
    if not units:
        _incomplete(account_region, ROOTS, "no root is listed, and each organization has one")
    lost = [member.id for member in members if member.id not in places]
    if lost:
        told = plural(len(lost), "account stands", "accounts stand")
        text = f"{told} nowhere in the tree, {lost[0]} among them"
        _incomplete(account_region, UNITS if telling else CHILDREN, text)
    return places


def _incomplete(account_region: AccountRegion, call: Call, text: str) -> None:
    """A gap, unless a call of these that failed tells why already."""
    if not _failed(account_region, ACCOUNTS, ROOTS, UNITS, CHILDREN):
        account_region.gap(call.name, "IncompleteListing", text)


def _failed(account_region: AccountRegion, *calls: Call) -> bool:
    return bool({gap.call for gap in account_region.gaps} & {call.name for call in calls})


def _walk(account_region: AccountRegion) -> Iterator[Place]:
    waiting = [Place(root.id, root.name, (root.id,)) for root in account_region.items(ROOTS, Unit)]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += [
            Place(unit.id, f"{place.path}/{unit.name}", (*place.ids, unit.id))
            for unit in account_region.items(UNITS, Unit, ParentId=place.id)
        ]
