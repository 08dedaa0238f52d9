"""From the rows that an engine answers to the rows and records that people read.

Athena answers everything as text; numbers are made numbers here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.arns import account_of
from checker.snapshot.usage import Assumption, Usage, UsageCaller
from checker.usage.actions import iam_action
from checker.usage.callers import chained_from, parsed, with_path, without_key_ids

Row = Mapping[str, Any]
NETWORKS = 256
"""So many source networks of one caller and action are kept, those with the most calls."""
_COLUMNS = (
    "event_time", "event_source", "event_name", "account", "region", "source_ip", "error_code",
    "request_id", "event_id",
)  # fmt: skip
_PEAKS = ("peak_per_hour", "peak_per_minute")
_OF_CALLER = (
    "caller_peak_per_hour", "caller_peak_per_minute", "denied_peak_per_hour", "throttles_at_peak",
)  # fmt: skip


def call_rows(rows: Iterable[Row], *, identity: bool) -> Iterator[dict[str, Any]]:
    """Events as `usage calls` and `usage callers` show them. `identity`: where nobody is known to
    be behind a session, name the session itself."""
    return (_call(row, identity) for row in rows)


def _call(row: Row, identity: bool) -> dict[str, Any]:
    caller = parsed(row["caller"])
    if caller is None and identity:
        caller = UsageCaller(account=row["session_account"], arn=row["session_arn"])
    shown = {name: row[name] for name in _COLUMNS}
    return shown | {
        "request_parameters": _parameters(row["request_parameters"]),
        "caller": None if caller in (None, UsageCaller()) else caller,
    }


def _parameters(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(without_key_ids(text))
    except (ValueError, RecursionError):
        return without_key_ids(text)


def assumption_records(rows: Iterable[Row], *, every: bool = False) -> list[Assumption]:
    """One for each role and caller, in order; attempts that name no role are left out. `every`:
    those too that the window does not report."""
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        if row["role"] and (every or int(row["told"])):
            groups.setdefault((row["role"], row["caller"]), []).append(row)
    found = [_assumption(role, caller, group) for (role, caller), group in groups.items()]
    return sorted(found, key=lambda a: (a.role, (a.caller or UsageCaller()).order))


def _assumption(role: str, caller: str | None, group: list[Row]) -> Assumption:
    return Assumption(
        role=role,
        account=account_of(role) or "",
        caller=parsed(caller),
        calls=sum(int(row["calls"]) for row in group if not row["error_code"]),
        errors=_errors(group),
        first_seen=min(row["first_seen"] for row in group),
        last_seen=max(row["last_seen"] for row in group),
    )


def usage_records(rows: Iterable[Row], paths: Mapping[str, str] | None = None) -> list[Usage]:
    """One for each role, account, caller and event, in order; `paths`: roles by their ARN without
    a path, as a session of one is named where it switched to another."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for given in rows:
        row = {**given, "caller": with_path(given["caller"], paths or {})}
        key = tuple(row[k] for k in ("via", "role", "account", "caller"))
        groups.setdefault(key, []).append(row)
    found = [usage for group in groups.values() for usage in _of_caller(group)]
    return sorted(found, key=_order)


def _of_caller(group: list[Row]) -> list[Usage]:
    shared = {name: max(int(row[name]) for row in group) for name in _OF_CALLER}
    actions: dict[tuple[str, str], list[Row]] = {}
    for row in group:
        actions.setdefault((row["event_source"], row["event_name"]), []).append(row)
    return [_usage(rows, shared) for rows in actions.values()]


def _usage(group: list[Row], shared: dict[str, int]) -> Usage:
    first = group[0]
    return Usage(
        role=first["role"],
        account=first["account"] or "",
        caller=parsed(first["caller"]),
        chained_from=chained_from(first["caller"]),
        via=first["via"],
        event_source=first["event_source"],
        event_name=first["event_name"],
        action=iam_action(first["event_source"], first["event_name"]),
        calls=sum(int(row["calls"]) for row in group),
        errors=_errors(group),
        first_seen=min(row["first_seen"] for row in group),
        last_seen=max(row["last_seen"] for row in group),
        regions=tuple(sorted({row["region"] for row in group if row["region"]})),
        source_networks=_networks(group),
        **{name: max(int(row[name]) for row in group) for name in _PEAKS},
        **shared,
    )


def _errors(group: list[Row]) -> dict[str, int]:
    errors: dict[str, int] = {}
    for row in group:
        if code := row["error_code"]:
            errors[code] = errors.get(code, 0) + int(row["calls"])
    return dict(sorted(errors.items()))


def _networks(group: list[Row]) -> tuple[str, ...]:
    calls: dict[str, int] = {}
    for row in group:
        if network := row["network"]:
            calls[network] = calls.get(network, 0) + int(row["calls"])
    most = sorted(calls, key=lambda network: (-calls[network], network))[:NETWORKS]
    return tuple(sorted(most))


def _order(usage: Usage) -> tuple[Any, ...]:
    caller = (usage.caller or UsageCaller()).order
    where = usage.role or "", usage.via, usage.account, usage.chained_from or ""
    return (*where, caller, usage.event_source, usage.event_name)
