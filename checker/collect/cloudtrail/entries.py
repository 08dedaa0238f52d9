"""What of the assumptions cannot be judged, as gaps: those that name no role, and those in accounts
of which the snapshot does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from checker.collect.cloudtrail.logs import gap
from checker.collect.cloudtrail.roles import outside
from checker.snapshot.records import Gap
from checker.snapshot.usage import Assumption
from checker.usage import fold
from checker.usage.callers import parsed

Row = Mapping[str, Any]


def unjudged(rows: Sequence[Row], own: frozenset[str]) -> list[Gap]:
    """`rows`: of `queries.assumptions`."""
    at_home = (row for row in rows if int(row["home"]))
    return [*nameless(rows), *_unlisted(fold.assumption_records(at_home), own)]


def nameless(rows: Iterable[Row]) -> Iterator[Gap]:
    """That succeeded; of those that failed CloudTrail leaves the parameters out."""
    found = [row for row in rows if int(row["told"]) and _is_nameless(row)]
    if found:
        count, first = sum(int(row["calls"]) for row in found), min(r["first_seen"] for r in found)
        reason = f"{count:,} assumptions that succeeded name no role (requestParameters.roleArn)"
        yield gap("(all)", "InvalidEvent", f"{reason}, the first at {first}: it cannot be told "
                  "whose sessions they began; give the events whole")  # fmt: skip


def _is_nameless(row: Row) -> bool:
    if row["caller"] is None or row["role"] or row["error_code"]:
        return False
    caller = parsed(row["caller"])
    return caller is None or caller.service is None


def _unlisted(assumed: Iterable[Assumption], own: frozenset[str]) -> Iterator[Gap]:
    """Of outsiders and of accounts that may be our own too; within an account nobody came in."""
    came: dict[str, set[str]] = {}
    for one in assumed:
        if one.calls and one.account not in own and outside(one.caller, own):
            caller = one.caller.text if one.caller else ""
            if one.caller and one.caller.account != one.account:
                came.setdefault(one.account, set()).add(caller)
    for account, callers in sorted(came.items()):
        yield Gap(account=account, call="cloudtrail:AssumeRole", code="UnlistedAccount",
                  message=_unlisted_message(account, sorted(callers)))  # fmt: skip


def _unlisted_message(account: str, callers: list[str]) -> str:
    shown = ", ".join(callers[:3]) + (", …" if len(callers) > 3 else "")
    return (
        f"the trail has account {account}, which the snapshot does not list, and roles in it were "
        f"assumed by {shown}: nobody judges that; collect it too, or leave it out by --account"
    )
