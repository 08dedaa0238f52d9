"""What was asked for, and which accounts that means."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial

import msgspec

from checker.collect.aws import guardrails, organization
from checker.collect.aws.corner import Corner, Options
from checker.collect.aws.session import DEFAULT_ROLE, AccountSession
from checker.errors import InputError
from checker.snapshot.records import Account, Gap, Guardrail, Organization


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to collect. No account and no organization: the caller's own account.

    With `organization`, `accounts` narrows it to those; `units` are paths such as
    `Root/Workloads`; `regions` empty: all that each account has enabled.
    """

    profile: str | None = None
    accounts: tuple[str, ...] = ()
    organization: bool = False
    units: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    role_name: str = DEFAULT_ROLE
    external_id: str | None = None
    regions: tuple[str, ...] = ()
    workers: int = 16
    options: Options = field(default_factory=Options)
    aggregator: str | None = None
    stale_after: int = 30
    redact: bool = False


@dataclass(frozen=True)
class Survey:
    """Who we are, before anything is looked at; accounts left out are ours nonetheless."""

    organization: Organization | None
    accounts: tuple[Account, ...]
    gaps: list[Gap]
    guardrails: tuple[Guardrail, ...] | None = None

    @property
    def wanted(self) -> list[Account]:
        """Those to look at."""
        return [account for account in self.accounts if account.collected]


def survey(central: AccountSession, request: Request) -> Survey:
    corner = corner_of(central, None)
    ours = organization.organization(corner)
    if not request.organization:
        ids = request.accounts or (central.account,)
        listed = [Account(id=account) for account in ids]
    elif ours is None and not corner.gaps:
        raise InputError(
            f"account {central.account} is in no organization",
            hint="leave --organization out, or name accounts with --accounts",
        )
    else:
        listed = organization.accounts(corner, ours)
        _check_units(request, listed, corner.gaps)
        listed += _unlisted(request, listed, corner.gaps)
    unique = {account.id: marked(account, request) for account in listed}
    if not any(account.collected for account in unique.values()):
        raise InputError("no account is left to collect", hint="see --exclude-account and --ou")
    limits = guardrails.resource_control_policies(corner) if request.organization else None
    return Survey(ours, tuple(unique[id_] for id_ in sorted(unique)), corner.gaps, limits)


def _check_units(request: Request, listed: list[Account], gaps: list[Gap]) -> None:
    """Units that cannot be listed, or that are misspelt, would leave us with less than meant."""
    if request.units and gaps:
        gap = gaps[0]
        raise InputError(
            f"--ou needs the organization's units: {gap.call}: {gap.code}: {gap.message}",
            hint="grant organizations:List* and organizations:Describe* to the caller",
        )
    paths = sorted({account.path for account in listed if account.path})
    for unit in request.units:
        if not any(_under(path, unit) for path in paths):
            raise InputError(
                f"no account under the organizational unit {unit!r}",
                hint=f"there are: {', '.join(paths)}",
            )


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
        or (request.units and not any(_under(account.path or "", unit) for unit in request.units))
    )
    return msgspec.structs.replace(account, collected=not left_out)


def _under(path: str, unit: str) -> bool:
    return f"{path}/".startswith(f"{unit.rstrip('/')}/")


def corner_of(session: AccountSession, region: str | None, account: str | None = None) -> Corner:
    """An account in a region (or its global part), as a session sees it."""
    return Corner(
        account=account or session.account,
        partition=session.partition,
        region=region,
        client=cache(partial(session.client, region=region)),
    )
