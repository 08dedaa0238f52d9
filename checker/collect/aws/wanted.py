"""Whether what was asked for is there: a name that is misspelt would leave less than was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from checker.collect.aws import ec2
from checker.collect.aws.account_region import AccountRegion
from checker.errors import InputError, did_you_mean
from checker.snapshot.records import Account, Gap


def check_regions(
    account_region: AccountRegion, wanted: Iterable[str], known: Collection[str]
) -> None:
    """`known`: to botocore; of what that does not know, EC2 is asked, as new regions come."""
    strange = [region for region in wanted if region not in known]
    if not strange:
        return
    told = {r.region_name for r in account_region.items(ec2.REGIONS, ec2.Region, AllRegions=True)}
    for region in strange:
        if region not in told:
            raise InputError(
                f"--regions: there is no region {region!r} in the partition "
                f"{account_region.partition}",
                hint=_nearest(region, {*known, *told}),
            )


def check_excluded(excluded: Iterable[str], accounts: Iterable[Account], gaps: list[Gap]) -> None:
    """An account that is to be left out, and that nobody knows; where all are known."""
    known = {account.id for account in accounts}
    for account in excluded:
        if account not in known and not gaps:
            raise InputError(
                f"--exclude-account: {account} is not among the accounts to collect",
                hint=_nearest(account, known),
            )


def check_units(units: Iterable[str], listed: list[Account], gaps: list[Gap]) -> None:
    """Units that cannot be listed are as bad as those that are misspelt."""
    if units and gaps:
        gap = gaps[0]
        raise InputError(
            f"--ou needs the organization's units: {gap.call}: {gap.code}: {gap.message}",
            hint="grant organizations:List* and organizations:Describe* to the caller",
        )
    paths = sorted({account.path for account in listed if account.path})
    for unit in units:
        if not any(under(account, unit) for account in listed):
            raise InputError(
                f"no account under the organizational unit {unit!r}",
                hint=_nearest(unit, _units(listed), f"there are: {', '.join(paths)}"),
            )


def under(account: Account, unit: str) -> bool:
    """Whether an account stands in a unit or below it: a path of names, or the unit's id."""
    by_name = f"{account.path or ''}/".startswith(f"{unit.rstrip('/')}/")
    return by_name or unit in (account.units or ())


def _units(listed: Iterable[Account]) -> set[str]:
    """Every unit that has an account below it, by path and by id."""
    found = {id_ for account in listed for id_ in account.units or ()}
    for account in listed:
        parts = (account.path or "").split("/")
        found |= {"/".join(parts[: n + 1]) for n in range(len(parts))}
    return found - {""}


def _nearest(name: str, known: Collection[str], more: str = "") -> str:
    return "; ".join(filter(None, (did_you_mean(name, known), more))) or "see --help"
