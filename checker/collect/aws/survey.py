"""What was asked for, and which accounts that means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial

import msgspec

from checker.collect.aws import guardrails, organization
from checker.collect.aws.account_region import AccountRegion, Options
from checker.collect.aws.code.registry import CODE
from checker.collect.aws.listing import Listing
from checker.collect.aws.session import DEFAULT_ROLE, AccountSession
from checker.collect.aws.wanted import check_excluded, check_regions, check_units, under
from checker.errors import InputError
from checker.snapshot.gaps import of_all
from checker.snapshot.records import Account, Gap, Guardrail, Organization
from checker.snapshot.shards import Shard, shard_of


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to collect. No account and no organization: the caller's own account.

    With `organization`, `accounts` narrows it to those; `units` are paths such as
    `Root/Workloads`, or ids; `regions` empty: all that each account has enabled.
    `include_inactive`: accounts that are suspended, closed or pending are asked all the same.
    `kinds`: of resources and of uses of code that are looked for; where none is of one of these, no
    file of it is written.
    `shard`: only those of it; `listing`: of the organization, made before, instead of a new one.
    """

    profile: str | None = None
    accounts: tuple[str, ...] = ()
    organization: bool = False
    units: tuple[str, ...] = ()
    include_inactive: bool = False
    excluded: tuple[str, ...] = ()
    role_name: str = DEFAULT_ROLE
    external_id: str | None = None
    regions: tuple[str, ...] = ()
    workers: int = 16
    options: Options = field(default_factory=Options)
    kinds: tuple[str, ...] = ()
    aggregator: str | None = None
    stale_after: int = 30
    redact: bool = False
    shard: Shard | None = None
    listing: Listing | None = None

    @property
    def resource_kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind not in CODE)

    @property
    def code_kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind in CODE)


@dataclass(frozen=True)
class Survey:
    """Who we are, before anything is looked at; accounts left out are ours nonetheless.
    `listed_at`: when that was told, where it was not now."""

    organization: Organization | None
    accounts: tuple[Account, ...]
    gaps: list[Gap]
    guardrails: tuple[Guardrail, ...] | None = None
    listed_at: str | None = None

    @property
    def wanted(self) -> list[Account]:
        """Those to look at."""
        return [account for account in self.accounts if account.collected]


def survey(central: AccountSession, request: Request) -> Survey:
    account_region = account_region_of(central, None)
    check_regions(account_region, request.regions, central.pool.regions(central.partition))
    told = _told(central, account_region, request)
    listed = list(told.accounts)
    if request.organization:
        check_units(request.units, listed, told.gaps)
        listed += _unlisted(request, listed, told.gaps)
    check_excluded(request.excluded, listed, told.gaps)
    unique = {account.id: marked(account, request) for account in listed}
    if not any(account.collected for account in unique.values()):
        raise InputError(
            "no account is left to collect",
            hint="see --exclude-account, --ou and --include-inactive",
        )
    accounts = tuple(_in_shard(unique[id_], request.shard) for id_ in sorted(unique))
    return replace(told, accounts=accounts)


def _told(central: AccountSession, account_region: AccountRegion, request: Request) -> Survey:
    """Which accounts there are, by the listing that was given, or as AWS tells now."""
    if request.listing:
        one = request.listing
        one.check(central.partition)
        if not one.gaps:
            members = {account.id for account in one.accounts}
            organization.check_members(account_region, one.organization, members)
        return Survey(
            one.organization,
            one.accounts,
            [*one.gaps, *account_region.gaps],
            one.guardrails,
            one.listed_at,
        )
    ours = organization.organization(account_region)
    if not request.organization:
        ids = request.accounts or (central.account,)
        return Survey(ours, tuple(Account(id=account) for account in ids), account_region.gaps)
    if ours is None and not account_region.gaps:
        raise InputError(
            f"account {central.account} is in no organization",
            hint="leave --organization out, or name accounts with --accounts",
        )
    listed = organization.accounts(account_region, ours)
    limits = guardrails.resource_control_policies(account_region)
    return Survey(ours, tuple(listed), account_region.gaps, limits)


def listing_of(central: AccountSession, now: str) -> Listing:
    """The organization of the caller, for collections to come. Raises InputError."""
    found = _told(central, account_region_of(central, None), Request(organization=True))
    return Listing(
        listed_at=now,
        partition=central.partition,
        organization=found.organization,
        accounts=tuple(sorted(found.accounts, key=lambda account: account.id)),
        gaps=of_all(found.gaps, 0),
        guardrails=found.guardrails,
    )


def _in_shard(account: Account, shard: Shard | None) -> Account:
    """Of another shard: ours, and to be looked at by that one."""
    if shard is None or not account.collected or shard.holds(account.id):
        return account
    theirs = str(shard_of(account.id, shard.count))
    return msgspec.structs.replace(account, collected=False, shard=theirs)


def _unlisted(request: Request, listed: list[Account], gaps: list[Gap]) -> list[Account]:
    """Accounts that were asked for by id, where the organization could not be listed in full."""
    missing = sorted(set(request.accounts) - {account.id for account in listed})
    if missing and not gaps:
        raise InputError(
            f"account {missing[0]} is not among the organization's accounts",
            hint="leave --organization out to collect accounts by their ids alone",
        )
    return [Account(id=account) for account in missing]


def marked(account: Account, request: Request) -> Account:
    left_out = (
        account.id in request.excluded
        or (request.accounts and account.id not in request.accounts)
        or (request.units and not any(under(account, unit) for unit in request.units))
        or not (account.active or request.include_inactive)
    )
    return msgspec.structs.replace(account, collected=not left_out)


def account_region_of(
    session: AccountSession, region: str | None, account: str | None = None
) -> AccountRegion:
    """An account in a region (or its global part), as a session sees it."""
    return AccountRegion(
        account=account or session.account,
        partition=session.partition,
        region=region,
        client=cache(partial(session.client, region=region)),
    )
