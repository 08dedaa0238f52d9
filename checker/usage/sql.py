"""Pieces of SQL in Athena's dialect: literals that are safe, and an event's columns.

https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html has the table's columns. The
embedded engine has a table of the same columns and runs the same text, transpiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
