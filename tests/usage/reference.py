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
    HOPS,
    Caller,
    Event,
    assumed,
    at,
    behind,
    caller,
    counted,
    delegate,
    is_assumption,
    issuer_arn,
    issuing,
    looked_at,
    named,
    of_pairs,
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


def calls(events: Iterable[Event], role: str) -> list[dict[str, Any]]:
    """`usage calls --role`: one hop, whatever role the session is of that assumed this one."""
    events = counted(events)
    issued = issuing(events)
    through = (e for e in events if issuer_arn(e) == role)
    return [row(e, behind(e, issued, set(), 0)) for e in through]


def callers(events: Iterable[Event], names: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """Every attempt of these events, and who made it."""
    events = counted(events)
    issued = issuing(events)

    def by(event: Event) -> Caller | None:
        if at(event, "userIdentity", "type") != "AssumedRole":
            return caller(event)
        return behind(event, issued, set(), 0) or named(event)

    return [row(e, by(e)) for e in events if (e["eventSource"], e["eventName"]) in names]


def assumptions(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Who assumed which role, how often; an attempt that names no role is of none."""
    tally: dict[tuple[str, str | None, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for event in of_pairs(e for e in counted(events) if is_assumption(e) and assumed(e)):
        by = caller(event) or {}
        text = by.get("arn") or by.get("service") or by.get("issuer") or by.get("account")
        key = (str(assumed(event)), text, by.get("account"))
        tally[key][0 if succeeded(event) else 1] += 1
    rows: list[dict[str, Any]] = [
        {"role": role, "caller": by, "caller_account": account, "count": good, "failed": bad}
        for (role, by, account), (good, bad) in tally.items()
    ]
    return sorted(rows, key=lambda r: (-r["count"], r["role"], r["caller"] or ""))


def outsider(by: Caller | None, own: set[str]) -> bool:
    return by is not None and by["service"] is None and by["account"] not in own


def group(role: str | None, via: str, event: Event, by: Caller | None) -> Group:
    """What peaks are counted over: as limits are of an account, the account is part of it."""
    return role, via, recipient(event), json.dumps(by) if by else None


def uses(events: list[Event], watched: set[str], own: set[str]) -> list[tuple[Group, Event]]:
    issued, looked = issuing(events), looked_at(events, watched)
    found: list[tuple[Group, Event]] = []
    for event in events:
        role = issuer_arn(event)
        if delegate(event):
            found.append((group(role, "delegated", event, caller(event)), event))
        elif role in looked:
            by = behind(event, issued, looked, HOPS)
            if role in watched or outsider(by, own):
                found.append((group(role, "session", event, by), event))
        elif is_assumption(event):
            continue
        elif role is None and at(event, "userIdentity", "type") == "AWSAccount":
            by = caller(event)
            if outsider(by, own):
                found.append((group(None, "direct", event, by), event))
    return found


def rollup(events: Iterable[Event], watched: set[str], own: set[str]) -> list[dict[str, Any]]:
    """One row for each role, via, account, caller and name, in this order."""
    events = counted(events)
    groups: dict[Group, list[Event]] = defaultdict(list)
    for key, event in uses(events, watched, own):
        groups[key].append(event)
    rows: list[dict[str, Any]] = []
    for key, mine in groups.items():
        shared = of_group(key, mine, events)
        names: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in mine:
            names[event["eventSource"], event["eventName"]].append(event)
        rows += [shared | of_name(of_one) for of_one in names.values()]
    return sorted(rows, key=order)


def order(found: dict[str, Any]) -> tuple[str, ...]:
    by = json.dumps(found["caller"])
    keys = ("role", "via", "account")
    return (*(found[k] or "" for k in keys), by, found["event_source"], found["event_name"])
