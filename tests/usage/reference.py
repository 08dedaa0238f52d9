"""A plain reading of docs/usage.md: too slow for use, too simple to be wrong.

It shares no line with the engines. Rows of `usage calls`, of `callers`, of `usage assumptions` and
of the rollup; who is behind an event stands in `attribution`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.usage.attribution import (
    Behind,
    Caller,
    Event,
    Window,
    assumed,
    at,
    behind,
    caller,
    counted,
    delegate,
    entered,
    is_assumption,
    issuer_arn,
    issuing,
    looked_at,
    named,
    outsider,
    recipient,
    succeeded,
)
from tests.usage.counting import DENIED, THROTTLED, Group, of_group, of_name

__all__ = ["DENIED", "THROTTLED", "assumptions", "caller", "callers", "calls", "counted", "rollup"]


def row(event: Event, by: Caller | None) -> dict[str, Any]:
    return {
        "event_time": event["eventTime"],
        "event_source": event["eventSource"],
        "event_name": event["eventName"],
        "account": recipient(event),
        "region": event.get("awsRegion"),
        "source_ip": event.get("sourceIPAddress"),
        "error_code": event.get("errorCode"),
        "request_id": event.get("requestID"),
        "event_id": event["eventID"],
        "request_parameters": event.get("requestParameters"),
        "caller": by,
    }


ALL = Window()


def calls(events: Iterable[Event], role: str, window: Window = ALL) -> list[dict[str, Any]]:
    """`usage calls --role`: one hop, whatever role the session is of that assumed this one."""
    events = counted(events, window)
    issued = issuing(events)
    through = (e for e in events if e["told"] and issuer_arn(e) == role)
    return [row(e, behind(e, issued, set())[0]) for e in through]


def callers(
    events: Iterable[Event], names: set[tuple[str, str]], window: Window = ALL
) -> list[dict[str, Any]]:
    """Every attempt of these events, and who made it."""
    events = counted(events, window)
    issued = issuing(events)

    def by(event: Event) -> Caller | None:
        if at(event, "userIdentity", "type") != "AssumedRole":
            return caller(event)
        return behind(event, issued, set())[0] or named(event)

    asked = (e for e in events if e["told"] and (e["eventSource"], e["eventName"]) in names)
    return [row(e, by(e)) for e in asked]


def assumptions(events: Iterable[Event], window: Window = ALL) -> list[dict[str, Any]]:
    """Who assumed which role, how often; an attempt that names no role is of none."""
    tally: dict[tuple[str, str | None, str | None], list[int]] = defaultdict(lambda: [0, 0])
    told = (e for e in counted(events, window) if e["told"])
    for event in (e for e in told if is_assumption(e) and assumed(e)):
        by = caller(event) or {}
        text = by.get("arn") or by.get("service") or by.get("issuer") or by.get("account")
        key = (str(assumed(event)), text, by.get("account"))
        tally[key][0 if succeeded(event) else 1] += 1
    rows: list[dict[str, Any]] = [
        {"role": role, "caller": by, "caller_account": account, "count": good, "failed": bad}
        for (role, by, account), (good, bad) in tally.items()
    ]
    return sorted(rows, key=lambda r: (-r["count"], r["role"], r["caller"] or ""))


def group(role: str | None, via: str, event: Event, by: Behind) -> Group:
    """What peaks are counted over: as limits are of an account, the account is part of it."""
    return role, via, recipient(event), json.dumps(by)


def uses(
    events: list[Event], watched: set[str], own: set[str], hops: int | None
) -> list[tuple[Group, Event]]:
    issued, came = issuing(events), entered(events, own)
    looked = looked_at(events, watched | came)
    found: list[tuple[Group, Event]] = []
    for event in (e for e in events if e["told"]):
        role = issuer_arn(event)
        if delegate(event):
            by: Behind = (caller(event), None)
            if outsider(by[0], own):
                found.append((group(role, "delegated", event, by), event))
        elif role in looked:
            by = behind(event, issued, looked, hops)
            unknown = by[0] is None and (role in came or by[1] is not None)
            if role in watched or unknown or outsider(by[0], own):
                found.append((group(role, "session", event, by), event))
        elif is_assumption(event):
            continue
        elif role is None and at(event, "userIdentity", "type") == "AWSAccount":
            by = (caller(event), None)
            if outsider(by[0], own):
                found.append((group(None, "direct", event, by), event))
    return found


def rollup(
    events: Iterable[Event], watched: set[str], own: set[str], window: Window = ALL,
    hops: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """One row for each role, via, account, caller and name, in this order."""
    events = counted(events, window)
    groups: dict[Group, list[Event]] = defaultdict(list)
    for key, event in uses(events, watched, own, hops):
        groups[key].append(event)
    rows: list[dict[str, Any]] = []
    for key, mine in groups.items():
        shared = of_group(key, mine, [e for e in events if e["told"]])
        names: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in mine:
            names[event["eventSource"], event["eventName"]].append(event)
        rows += [shared | of_name(of_one) for of_one in names.values()]
    return sorted(rows, key=order)


def order(found: dict[str, Any]) -> tuple[str, ...]:
    by = json.dumps(found["caller"])
    keys = ("role", "via", "account")
    return (*(found[k] or "" for k in keys), by, found["event_source"], found["event_name"])
