"""Rows of tables, wherever they come from, as answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from checker.collect.aws.organization import ACCOUNTS, ORGANIZATION
from checker.collect.files.kinds import told_by_arn
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import SHARED
from checker.collect.steampipe.tables import MEMBERS, TABLES, Row, Table
from checker.errors import InputError
from checker.snapshot.records import Gap, Input

CUT = "CutOutput"
_ARNS = ("arn", "autoscaling_group_arn", "launch_configuration_arn")
_ACCOUNT = re.compile(r"[0-9]{12}")
_JUDGING = {"inline_policies", "attached_policy_arns"}
IGNORED = (
    "Steampipe passes over what its connections are told to ignore (ignore_error_codes, "
    "ignore_error_messages): a table without rows may be one that it was not allowed to look at. "
    "It does not ask for instances that services of AWS hide, nor for disabled images."
)


@dataclass(frozen=True)
class Rows:
    """What a query of a table gave. `name`: the file, or the table with its connection; `covers`:
    the accounts of which it would show any row, None: nobody can tell. `account`: whose rows are
    that do not tell; `guessed`: by a part of the file's name."""

    table: Table
    name: str
    columns: frozenset[str]
    rows: list[Row]
    covers: frozenset[str] | None = None
    account: str | None = None
    guessed: bool = False
    sha256: str | None = None

    @property
    def lacking(self) -> list[str]:
        """Needed columns; where there is neither row nor column, nobody can tell."""
        if not self.columns and not self.rows:
            return []
        return [name for name in self.table.needed if name not in self.columns]

    def input(self) -> Input:
        lines = sorted(json.dumps(row, sort_keys=True, default=str) for row in self.rows)
        digest = self.sha256 or hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return Input(name=self.name, kind=self.table.name, sha256=digest)


def take(several: Iterable[Rows], answers: Answers) -> None:
    """All tables into the answers; what they lack is a gap. Raises InputError, for a row that does
    not tell its account or region."""
    listed = list(several)
    usable = [one for one in listed if not one.lacking]
    for one in listed:
        if one.lacking:
            _lacks(one, answers)
    for one in usable:
        _Taking(one, answers).take()
    asked = _regions(usable)
    accounts = answers.accounts()
    alone = frozenset(accounts) if len(accounts) == 1 else frozenset[str]()
    for one in usable:
        _empty(one, answers, asked, alone)
    _unjudged(usable, answers)
    answers.notes.append(IGNORED)
    answers.means = {call: one.name for one in TABLES for call in one.calls}


def _lacks(one: Rows, answers: Answers) -> None:
    text = f"{one.name}: no column {', '.join(one.lacking)}: select *"
    for call in one.table.calls or (one.table.name,):
        if one.table.calls:
            answers.failures.setdefault((None, call), (CUT, text))
        else:
            answers.gaps.append(Gap(call=call, code=CUT, message=text))


@dataclass
class _Taking:
    rows: Rows
    answers: Answers
    bad: int = 0

    def take(self) -> None:
        for row in self.rows.rows:
            account, region = self._place(row)
            place = Place(account, region)
            self.answers.given[place]  # it was looked at
            self._partition(row)
            try:
                items = list(self.rows.table.items({**row, "account_id": account}))
            except (KeyError, TypeError, ValueError, AttributeError, msgspec.MsgspecError):
                self.bad += 1
                continue
            if any(row.get(name) is None for name in _never_null(self.rows.table)):
                self.bad += 1
                continue
            for call, item in items:
                self._add(place, call, item)
        if self.rows.table.name == MEMBERS:
            states = {str(r.get("id")): r.get("state") or r.get("status") for r in self.rows.rows}
            self.answers.listings.append(states)
        if self.bad:
            text = f"{self.rows.name}: {self.bad} rows whose columns are empty, or no such ones"
            calls = self.rows.table.calls or (self.rows.table.name,)
            self.answers.gaps.append(Gap(call=calls[0], code=CUT, message=text))

    def _place(self, row: Row) -> tuple[str, str | None]:
        told, there = next((told_by_arn(row[k]) for k in _ARNS if row.get(k)), (None, None))
        said = row.get("account_id")
        if said is not None and not (isinstance(said, str) and _ACCOUNT.fullmatch(said)):
            hint = "an account id is text of 12 digits: copy the table anew, without a spreadsheet"
            raise InputError(f"account_id {said!r} is none", path=self.rows.name, hint=hint)
        account = said or told or self.rows.account
        region = row.get("region") or there
        if account is None or (self.rows.table.regional and region is None):
            what = "account_id" if account is None else "region"
            hint = "select *, or say which with --account"
            raise InputError(f"a row tells no {what}", path=self.rows.name, hint=hint)
        if self.rows.guessed and not (said or told):
            self.answers.guessed.setdefault(account, self.rows.name)
        else:
            self.answers.sure.add(account)
        return account, str(region) if self.rows.table.regional else None

    def _partition(self, row: Row) -> None:
        if row.get("partition"):
            self.answers.partitions.add(str(row["partition"]))

    def _add(self, place: Place, call: str, item: Any) -> None:
        if call == ACCOUNTS.name:
            self.answers.members.append(item)
        elif call == ORGANIZATION.name:
            if item not in self.answers.organizations:
                self.answers.organizations.append(item)
        elif self.rows.table.name == "aws_ec2_ami_shared":
            self.answers.add(place, SHARED, [item])
        else:
            self.answers.add(place, call, [item])


def _never_null(table: Table) -> tuple[str, ...]:
    """Columns without whose value a row says nothing; a template may name no image."""
    always = {
        "aws_iam_role": table.needed,
        "aws_ec2_instance": table.needed,
        "aws_ec2_ami": table.needed,
        "aws_ec2_launch_configuration": table.needed,
    }
    return always.get(table.name, table.needed[:1])


def _regions(several: Iterable[Rows]) -> Mapping[str, set[str]]:
    """Those that Steampipe asked, of each account: as it says itself, else those of which there
    is a row."""
    said: dict[str, set[str]] = {}
    seen: dict[str, set[str]] = {}
    for one in several:
        for row in one.rows:
            account = row.get("account_id") or one.account
            if one.table.name == "aws_region":
                if row.get("steampipe_available") is True:
                    said.setdefault(str(account), set()).add(str(row.get("name")))
            elif one.table.regional and row.get("region"):
                seen.setdefault(str(account), set()).add(str(row["region"]))
    return {account: said.get(account, set()) | seen.get(account, set()) for account in said | seen}


def _empty(
    one: Rows, answers: Answers, asked: Mapping[str, set[str]], alone: frozenset[str]
) -> None:
    """A table that was asked for an account, and has no row of it, found nothing there. `alone`:
    the account, where all that was given is of one."""
    covered = one.covers if one.covers is not None else alone.union(_accounts(one))
    if one.guessed:  # a file without rows makes nobody one of ours
        covered = covered & answers.sure
    for account in sorted(covered):
        places = [Place(account)]
        if one.table.regional:
            places = [Place(account, region) for region in sorted(asked.get(account, ()))]
        for place in places:
            for call in one.table.calls:
                answers.add(place, call, [])


def _accounts(one: Rows) -> Iterator[str]:
    for row in one.rows:
        account = row.get("account_id") or one.account
        if account:
            yield str(account)


def _unjudged(several: Iterable[Rows], answers: Answers) -> None:
    """Roles whose policies nobody told. Empty columns are no policies, unless they are empty in the
    whole account: in each, AWS has roles with a policy attached."""
    for one in several:
        if one.table.name != "aws_iam_role":
            continue
        told = {_of(row) for row in one.rows if row.get("attached_policy_arns")}
        whole = one.columns >= _JUDGING
        answers.unjudged |= {
            str(row.get("arn")) for row in one.rows if not whole or _of(row) not in told
        }


def _of(row: Row) -> str:
    return str(row.get("account_id") or told_by_arn(row.get("arn"))[0])
