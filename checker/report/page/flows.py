"""Who reaches what, cut down to what a picture can hold; the rest is added up, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checker.report import view
from checker.report.access import GRADES
from checker.report.model import Access, Report, ThirdParty

PARTIES = 16
ACCOUNTS = 8
STATUSES = ("unlisted", "out-of-scope", "expired", "vetted")
OTHERS = ""  # the account that stands for all accounts beyond


@dataclass(frozen=True)
class Link:
    account: str
    roles: int
    images: int
    privilege: str | None
    resources: int = 0
    code: int = 0

    @property
    def amount(self) -> int:
        """Of all that is reached, or runs there."""
        return self.roles + self.images + self.resources + self.code


@dataclass(frozen=True)
class Source:
    """A third party, or all further ones of a status; its links are in order of the accounts."""

    name: str
    id: str | None
    status: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Flows:
    """`accounts` maps id to name; `more_*`: how many are added up."""

    sources: tuple[Source, ...]
    accounts: dict[str, str]
    more_parties: int
    more_accounts: int


def flows(report: Report) -> Flows:
    parties = sorted((p for p in report.third_parties if p.access), key=_weight)
    shown, rest = parties[:PARTIES], parties[PARTIES:]
    kept, more = _accounts(parties)
    sources = [_source(_name(p), p.id, p.status, p.access, kept) for p in shown]
    sources += _added_up(rest, kept)
    used = _ordered(sources)
    return Flows(tuple(sources), _named(report, used, more), len(rest), more)


def _weight(party: ThirdParty) -> tuple[int, int, int, str]:
    """Not vetted first, then the highest privilege or access, then the most that it reaches."""
    grade = grade_of(one for access in party.access for one in grades(access))
    reached = party.roles + party.images + (party.resources or 0) + (party.code or 0)
    return _rank(party.status), -_graded(grade), -reached, party.id


def _rank(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else 0


def _graded(privilege: str | None) -> int:
    return GRADES.index(privilege) if privilege in GRADES else -1


def grade_of(privileges: Iterable[str | None]) -> str | None:
    """The highest of them."""
    return max(privileges, key=_graded, default=None)


def grades(access: Access) -> tuple[str | None, str | None]:
    """Of its roles, and of the resources that let it in by themselves."""
    return access.privilege, access.access or None


def _name(party: ThirdParty) -> str:
    return party.name or ("Anyone" if party.id == "*" else party.id)


def _accounts(parties: list[ThirdParty]) -> tuple[set[str], int]:
    """The accounts that are reached most, and how many others there are."""
    reached: dict[str, int] = {}
    for access in (access for party in parties for access in party.access):
        count = access.roles + access.images + (access.resources or 0) + (access.code or 0)
        reached[access.account] = reached.get(access.account, 0) + count
    order = sorted(reached, key=lambda account: (-reached[account], account))
    return set(order[:ACCOUNTS]), len(order[ACCOUNTS:])


def _added_up(rest: list[ThirdParty], kept: set[str]) -> list[Source]:
    groups: dict[str, list[ThirdParty]] = {}
    for party in rest:
        groups.setdefault(party.status, []).append(party)
    return [
        _source(f"{len(group):,} more", None, status, [a for p in group for a in p.access], kept)
        for status, group in groups.items()
    ]


def _source(
    name: str, id_: str | None, status: str, access: Iterable[Access], kept: set[str]
) -> Source:
    by_account: dict[str, list[Access]] = {}
    for reached in access:
        by_account.setdefault(reached.account if reached.account in kept else OTHERS, []).append(
            reached
        )
    links = (_link(account, group) for account, group in by_account.items())
    return Source(name, id_, status, tuple(links))


def _link(account: str, group: list[Access]) -> Link:
    roles, images = sum(a.roles for a in group), sum(a.images for a in group)
    resources = sum(a.resources or 0 for a in group)
    grade = grade_of(one for a in group for one in grades(a))
    return Link(account, roles, images, grade, resources, sum(a.code or 0 for a in group))


def _ordered(sources: list[Source]) -> list[str]:
    """Accounts at the mean height of who reaches them, so that few lines cross; others last."""
    heights: dict[str, list[int]] = {}
    for height, source in enumerate(sources):
        for link in source.links:
            heights.setdefault(link.account, []).append(height)

    def key(account: str) -> tuple[bool, float, str]:
        at = heights[account]
        return account == OTHERS, sum(at) / len(at), account

    return sorted(heights, key=key)


def _named(report: Report, accounts: list[str], more: int) -> dict[str, str]:
    """Account → its name, which only findings tell, or nothing."""
    names = {f.account: f.account_name for f in report.findings if f.account and f.account_name}
    names[OTHERS] = view.plural(more, "other account")
    return {account: names.get(account, "") for account in accounts}
