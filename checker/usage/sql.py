"""Pieces of SQL in Athena's dialect: literals that are safe, and an event's columns.

https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html has the table's columns. The
embedded engine has a table of the same columns and runs the same text, transpiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from checker.errors import InputError
from checker.usage.times import shifted

ASSUMPTIONS = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
OTHER_CATEGORIES = ("Insight", "NetworkActivity")
"""Of events that are no calls, or tell of a call that another event tells of."""
SEPARATOR = "\x1f"
LOOKBACK = timedelta(hours=12)
"""As long as a session lives at most.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html"""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Window:
    """Which events are reported: `begin` is included and `end` not (ISO 8601 in UTC, as CloudTrail
    writes them); `days` are the first and last partition to read (`YYYY/MM/DD`), None where the
    table has no partitions; `injected` the accounts to read, where the table has no list of its
    own."""

    begin: str | None = None
    end: str | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    days: tuple[str, str] | None = None
    injected: tuple[str, ...] = ()

    @property
    def since(self) -> str | None:
        """From when on assumptions are read, whatever is reported."""
        return shifted(self.begin, -LOOKBACK) if self.begin else None

    @property
    def narrows(self) -> bool:
        return bool(self.begin or self.end or self.accounts or self.regions)

    def holds(self, time: str, account: str | None, region: str | None) -> bool:
        """Whether an event is reported."""
        return (
            (self.begin is None or time >= self.begin)
            and (self.end is None or time < self.end)
            and (not self.accounts or account in self.accounts)
            and (not self.regions or region in self.regions)
        )


def literal(text: str) -> str:
    """A string in SQL. Raises InputError for one that no name in AWS has."""
    if _CONTROL.search(text):
        raise InputError(f"{text!r} has a control character in it")
    return "'" + text.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """What stands between the parentheses of IN; of nothing, a value that nothing has."""
    return ", ".join(map(literal, sorted(set(values)))) or "''"


def told_apart(names: Sequence[str]) -> None:
    """Raises InputError where two columns of an answer have one name: a row has but one of them."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(
            f"two columns of the answer are called {', '.join(twice)}",
            hint="give each a name of its own: SELECT … AS other",
        )


def among(column: str, roles: Iterable[str]) -> str:
    """Whether a column is one of the roles. Of many, most have their names in common with those of
    other accounts, so that names and accounts are listed, and not each pair of them: Athena takes
    262,144 bytes."""
    given = sorted(set(roles))
    if len(given) <= _FEW:
        return f"{column} IN ({listed(given)})"
    groups, rest = _grouped(given)
    pairs = [
        f"({column} LIKE {literal(f'{begin}%')} AND "
        f"substr({column}, {len(begin) + 1}, 12) IN ({listed(accounts)}) AND "
        f"substr({column}, {len(begin) + 13}) IN ({listed(names)}))"
        for (begin, accounts), names in groups.items()
    ]
    return "(" + " OR ".join([*pairs, f"{column} IN ({listed(rest)})"]) + ")"


Groups = dict[tuple[str, frozenset[str]], list[str]]
"""Names by how their ARNs begin, and by the accounts that have them."""


def _grouped(roles: Iterable[str]) -> tuple[Groups, list[str]]:
    """And what is no role's ARN."""
    accounts: dict[tuple[str, str], set[str]] = {}
    rest: list[str] = []
    for role in roles:
        if found := _ARN.fullmatch(role):
            accounts.setdefault((found["begin"], found["name"]), set()).add(found["account"])
        else:
            rest.append(role)
    groups: Groups = {}
    for (begin, name), held in accounts.items():
        groups.setdefault((begin, frozenset(held)), []).append(name)
    return groups, rest


_FEW = 200
_ARN = re.compile(r"(?P<begin>arn:[a-z-]+:iam::)(?P<account>[0-9]{12})(?P<name>:.*)", re.DOTALL)
