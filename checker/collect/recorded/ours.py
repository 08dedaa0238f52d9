"""Who is ours, by what was recorded: the organization's accounts, and those that were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from checker.collect.aws.organization import ACCOUNTS, Member, OrganizationDetail
from checker.collect.recorded.answers import Answers
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Account, Gap, Organization

_FEW = 5


@dataclass(frozen=True)
class Ours:
    """`listed`: the organization's list of accounts was given."""

    organization: Organization | None
    accounts: tuple[Account, ...]
    listed: bool
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def known(answers: Answers) -> Ours:
    """Raises InputError where two organizations were given, or lists of one that differ."""
    _agreed(answers)
    _confirmed(answers)
    try:
        organization = _organization(answers)
        members = {one.id: one for one in msgspec.convert(answers.members, list[Member])}
    except msgspec.ValidationError as error:
        raise InputError(f"what was given of the organization is none: {error}") from None
    strange = [id_ for id_ in members if len(id_) != 12 or not id_.isdecimal()]
    if strange:
        raise InputError(f"an account of the organization is called {strange[0]!r}")
    looked = answers.accounts()
    ids = sorted({*members, *looked})
    accounts = [_account(id_, members.get(id_), looked) for id_ in ids]
    return Ours(
        organization=organization,
        accounts=tuple(accounts),
        listed=bool(members),
        gaps=tuple(_missing(organization, members, looked)) if members else (),
        notes=() if members else (_unlisted(ids),),
    )


def _agreed(answers: Answers) -> None:
    """Pages of a list have no account in common. Of lists that have, and differ, nobody can tell
    which holds: who has left since would be ours by the older."""
    for number, one in enumerate(answers.listings):
        for other in answers.listings[:number]:
            differing = sorted({id_ for id_, _ in one.items() ^ other.items()})
            if differing and one.keys() & other.keys():
                raise InputError(
                    f"two lists of the organization's accounts differ: {_few(differing)}",
                    hint="give the newer one alone, of the whole organization",
                )  # fmt: skip


def _confirmed(answers: Answers) -> None:
    """A number in a file's name is an account of ours only where something else says so: who is
    ours needs no vetting."""
    known = answers.sure | {str(one.get("Id")) for one in answers.members}
    errors = [
        InputError(
            f"only its name tells of the account {id_}", path=path,
            hint="if that is yours, put the file into a folder of just that name",
        )
        for id_, path in sorted(answers.guessed.items())
        if id_ not in known
    ]  # fmt: skip
    if errors:
        raise BadInputsError(errors) if len(errors) > 1 else errors[0]


def _organization(answers: Answers) -> Organization | None:
    told = {
        one.id: Organization(id=one.id, management_account=one.master_account_id)
        for one in msgspec.convert(answers.organizations, list[OrganizationDetail])
    }
    for member in answers.members:
        parts = str(member.get("Arn", "")).replace("/", ":").split(":")
        if len(parts) > 7 and parts[2] == "organizations":
            told.setdefault(parts[6], Organization(id=parts[6], management_account=parts[4]))
    if len(told) > 1:
        raise InputError(
            f"holds accounts of the organizations {' and '.join(sorted(told))}",
            hint="make a snapshot of each, then: vendorgate merge",
        )
    return next(iter(told.values()), None)


def _account(id_: str, member: Member | None, looked: set[str]) -> Account:
    """One that is suspended or closed cannot be looked at, and lets nobody in."""
    state = (member.state or member.status) if member else None
    one = Account(id=id_, name=member.name if member else None, state=state)
    return msgspec.structs.replace(one, collected=id_ in looked or one.active)


def _missing(
    organization: Organization | None, members: dict[str, Member], looked: set[str]
) -> Iterator[Gap]:
    """A list without the management account, or without one that was looked at, is cut or of
    others."""
    manager = organization.management_account if organization else None
    wanted = looked | ({manager} if manager else set())
    lacking = sorted(wanted - members.keys())
    if lacking:
        text = f"{_few(lacking)}: not among the {len(members)} accounts listed"
        yield Gap(call=ACCOUNTS.name, code="IncompleteListing", message=text)


def _unlisted(ids: list[str]) -> str:
    return (
        "No list of the organization's accounts was given: own are those that were looked at "
        f"({_few(ids)}), and whom the allowlist names; any other is a third party."
    )


def _few(ids: list[str]) -> str:
    more = f" and {len(ids) - _FEW} more" if len(ids) > _FEW else ""
    return ", ".join(ids[:_FEW]) + more
