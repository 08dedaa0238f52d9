"""`collect aws`: which accounts, then accounts × regions side by side, into one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, partial

import msgspec

from checker import __version__
from checker.collect.aws import ec2, guardrails, organization, sources
from checker.collect.aws.calls import CALL_ERRORS, Corner, Options, describe
from checker.collect.aws.fanout import Outcome, Progress, Task, run, silent
from checker.collect.aws.session import DEFAULT_ROLE, AccountSession, assume, connect
from checker.errors import InputError
from checker.snapshot.records import (
    SCHEMA,
    Account,
    Gap,
    Guardrail,
    Manifest,
    Organization,
    Tool,
)
from checker.snapshot.write import FILES

# States in which nobody can assume a role of an account.
_CLOSED = {"SUSPENDED", "CLOSED", "PENDING_ACTIVATION"}


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


@dataclass(frozen=True)
class Collected:
    """A snapshot that is not written yet: its manifest, and records by file name."""

    manifest: Manifest
    records: dict[str, list[msgspec.Struct]]


@dataclass(frozen=True)
class Survey:
    """Who we are, before anything is looked at; accounts left out are ours nonetheless."""

    organization: Organization | None
    accounts: tuple[Account, ...]
    gaps: list[Gap]
    guardrails: tuple[Guardrail, ...] | None = None


def collect(request: Request, *, collected_at: str, progress: Progress = silent) -> Collected:
    """Look at everything; what could not be looked at is a gap in the manifest."""
    central = connect(request.profile)
    survey = _survey(central, request)
    tasks = [
        partial(_account, central, account, request)
        for account in survey.accounts
        if account.collected
    ]
    outcomes = run(tasks, request.workers, progress)
    records = [record for outcome in outcomes for record in outcome.records]
    gaps = [*survey.gaps, *(gap for outcome in outcomes for gap in outcome.gaps)]
    manifest = Manifest(
        schema=SCHEMA,
        tool=Tool(name="vendorgate", version=__version__),
        collected_at=collected_at,
        partition=central.partition,
        organization=survey.organization,
        accounts=survey.accounts,
        regions=tuple(sorted({region for outcome in outcomes for region in outcome.regions})),
        sources=("aws",),
        gaps=tuple(sorted(gaps, key=_order)),
        guardrails=survey.guardrails,
    )
    return Collected(manifest, _by_file(records))


def _survey(central: AccountSession, request: Request) -> Survey:
    corner = _corner(central, None)
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
        listed = organization.accounts(corner) or [Account(id=central.account)]
        _check_units(request, listed, corner.gaps)
        listed += _unlisted(request, listed, corner.gaps)
    unique = {account.id: _marked(account, request) for account in listed}
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


def _marked(account: Account, request: Request) -> Account:
    left_out = (
        account.id in request.excluded
        or (request.accounts and account.id not in request.accounts)
        or (request.units and not any(_under(account.path or "", unit) for unit in request.units))
    )
    return msgspec.structs.replace(account, collected=not left_out)


def _under(path: str, unit: str) -> bool:
    return f"{path}/".startswith(f"{unit.rstrip('/')}/")


def _account(central: AccountSession, account: Account, request: Request) -> Outcome:
    """Get into an account; its global part and its regions follow."""
    corner = _corner(central, None, account.id)
    if account.state in _CLOSED:
        message = f"the account's state is {account.state}; --exclude-account leaves it out"
        corner.gap("sts:AssumeRole", "AccountNotActive", message)
        return Outcome(gaps=corner.gaps)
    try:
        session = _enter(central, account.id, request)
    except CALL_ERRORS as error:
        corner.gap("sts:AssumeRole", *describe(error))
        return Outcome(gaps=corner.gaps)
    home = _corner(session, None)
    regions = request.regions or tuple(ec2.regions(home))
    then: list[Task] = [partial(_global, session)]
    then += [partial(_region, session, region, request.options) for region in regions]
    return Outcome(gaps=home.gaps, then=then, regions=regions)


def _enter(central: AccountSession, account: str, request: Request) -> AccountSession:
    """The caller's own account needs no role."""
    if account == central.account:
        return central
    return assume(central, account, request.role_name, request.external_id)


def _global(session: AccountSession) -> Outcome:
    corner = _corner(session, None)
    return Outcome(sources.account_records(corner), corner.gaps)


def _region(session: AccountSession, region: str, options: Options) -> Outcome:
    corner = replace(_corner(session, region), options=options)
    return Outcome(sources.region_records(corner), corner.gaps)


def _corner(session: AccountSession, region: str | None, account: str | None = None) -> Corner:
    return Corner(
        account=account or session.account,
        partition=session.partition,
        region=region,
        client=cache(partial(session.client, region=region)),
    )


def _by_file(records: Iterable[msgspec.Struct]) -> dict[str, list[msgspec.Struct]]:
    """Every file, empty ones too: nothing found is not the same as not looked for."""
    files: dict[str, list[msgspec.Struct]] = {name: [] for name in FILES}
    names = {kind: name for name, kind in FILES.items()}
    for record in records:
        files[names[type(record)]].append(record)
    return files


def _order(gap: Gap) -> tuple[str, ...]:
    return (gap.account or "", gap.region or "", gap.call, gap.code, gap.message)
