"""What a row of the rollup counts: the arithmetic of the reference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from tests.usage.attribution import Event, recipient

Group = tuple[str | None, str, str | None, str]  # role, via, account, who is behind it as JSON

DENIED = {
    "AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
    "Client.UnauthorizedOperation", "NotAuthorized", "NotAuthorizedException",
    "UnauthorizedException", "UnauthorizedOperation",
}  # fmt: skip
THROTTLED = {
    "BandwidthLimitExceeded", "Client.RequestLimitExceeded", "EC2ThrottledException",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
    "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
    "ThrottlingException", "TooManyRequestsException",
}  # fmt: skip


def per(events: Iterable[Event], unit: int) -> Counter[str]:
    """Calls for each clock hour (13 characters of the time) or minute (16)."""
    return Counter(e["eventTime"][:unit] for e in events)


def peak(events: Iterable[Event], unit: int) -> int:
    return max(per(events, unit).values(), default=0)


def network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return ".".join(address.split(".")[:3]) + ".0/24"
    written = address.split(":")[:3]
    return (
        ":".join(written) + "::/48" if isinstance(found, IPv6Address) and all(written) else address
    )


def throttles_at_peak(mine: list[Event], account: str | None, events: list[Event]) -> int:
    hours = per(mine, 13)
    busiest = {hour for hour, count in hours.items() if count == max(hours.values())}
    throttled = (e for e in events if e.get("errorCode") in THROTTLED and recipient(e) == account)
    return max([n for hour, n in per(throttled, 13).items() if hour in busiest], default=0)


def of_group(key: Group, mine: list[Event], events: list[Event]) -> dict[str, Any]:
    """What is the same in all rows of one role, via, account and caller."""
    role, via, account, behind = key
    by, chained_from = json.loads(behind)
    return {
        "role": role,
        "via": via,
        "account": account,
        "caller": by,
        "chained_from": chained_from,
        "caller_peak_per_hour": peak(mine, 13),
        "caller_peak_per_minute": peak(mine, 16),
        "denied_peak_per_hour": peak([e for e in mine if e.get("errorCode") in DENIED], 13),
        "throttles_at_peak": throttles_at_peak(mine, account, events),
    }


def of_name(mine: list[Event]) -> dict[str, Any]:
    """What is of one event's name."""
    return {
        "event_source": mine[0]["eventSource"],
        "event_name": mine[0]["eventName"],
        "calls": len(mine),
        "errors": dict(Counter(e["errorCode"] for e in mine if e.get("errorCode"))),
        "first_seen": min(e["eventTime"] for e in mine),
        "last_seen": max(e["eventTime"] for e in mine),
        "peak_per_hour": peak(mine, 13),
        "peak_per_minute": peak(mine, 16),
        "regions": sorted({e["awsRegion"] for e in mine if e.get("awsRegion")}),
        "source_networks": sorted(
            {network(e["sourceIPAddress"]) for e in mine if e.get("sourceIPAddress")}
        ),
    }
