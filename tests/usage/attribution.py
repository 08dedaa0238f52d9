"""Who calls and whose use it is, as docs/usage.md says: the lower half of the reference.

Where the page leaves room, the reading is said in one place each: `HOPS`, `of_pairs`, `issuing`,
`behind`, `looked_at`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Event = dict[str, Any]
Caller = dict[str, str | None]

HOPS = 4  # how often one looks behind a session that another session assumed
PASSED_OVER = {"Insight", "NetworkActivity"}
ASSUMING = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def at(value: Any, *path: str) -> Any:
    """What stands at a path; None where anything on the way is missing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def counted(events: Iterable[Event], start: str = "", end: str = "~") -> list[Event]:
    """Each event once, from `start` to before `end`, without the categories passed over."""
    once: dict[str, Event] = {}
    for event in events:
        if event.get("eventCategory") not in PASSED_OVER and start <= event["eventTime"] < end:
            once.setdefault(event["eventID"], event)
    return sorted(once.values(), key=lambda e: (e["eventTime"], e["eventID"]))


# Who calls


def who(**known: str | None) -> Caller | None:
    """A caller of what is known; nobody where nothing is."""
    found = {key: known.get(key) for key in ("account", "arn", "service", "issuer")}
    return found if any(found.values()) else None


def provider(name: str | None) -> str | None:
    """A web identity provider's host and path: of an ARN, what follows `oidc-provider/`; a last
    `/` is left out."""
    return name.split("oidc-provider/", 1)[-1].rstrip("/") if name else None


def delegate(event: Event) -> str | None:
    found: str | None = at(event, "userIdentity", "invokedByDelegate", "accountId")
    return found


def issuer_arn(event: Event) -> str | None:
    """The role (or user) whose session this is."""
    found: str | None = at(event, "userIdentity", "sessionContext", "sessionIssuer", "arn")
    return found


def _account(event: Event) -> Caller | None:
    account = at(event, "userIdentity", "accountId")
    return who(arn="*") if account == "ANONYMOUS_PRINCIPAL" else who(account=account)


def _saml(event: Event) -> Caller | None:
    return who(
        issuer=at(event, "responseElements", "issuer")
        or at(event, "requestParameters", "principalArn")
        or at(event, "userIdentity", "identityProvider")
    )


def _session(event: Event) -> Caller | None:
    return who(account=at(event, "userIdentity", "accountId"), arn=issuer_arn(event))


def named(event: Event) -> Caller | None:
    return who(account=at(event, "userIdentity", "accountId"), arn=at(event, "userIdentity", "arn"))


CALLERS: dict[str | None, Callable[[Event], Caller | None]] = {
    "AWSService": lambda event: who(service=at(event, "userIdentity", "invokedBy")),
    "AWSAccount": _account,
    "WebIdentityUser": lambda event: who(
        issuer=provider(at(event, "userIdentity", "identityProvider"))
    ),
    "SAMLUser": _saml,
    "AssumedRole": _session,
    "FederatedUser": _session,
}


def caller(event: Event) -> Caller | None:
    """The table of "Who calls", and the delegate before it."""
    if account := delegate(event):
        return who(account=account)
    return CALLERS.get(at(event, "userIdentity", "type"), named)(event)


# Whose use it is


def is_assumption(event: Event) -> bool:
    return event["eventSource"] == "sts.amazonaws.com" and event["eventName"] in ASSUMING


def assumed(event: Event) -> str | None:
    found: str | None = at(event, "requestParameters", "roleArn")
    return found


def succeeded(event: Event) -> bool:
    return is_assumption(event) and not event.get("errorCode")


def recipient(event: Event) -> str | None:
    found: str | None = event.get("recipientAccountId") or at(event, "userIdentity", "accountId")
    return found


def elsewhere(event: Event) -> bool:
    """An assumption that another account than the role's wrote down."""
    parts = (assumed(event) or "").split(":")
    return len(parts) < 6 or event.get("recipientAccountId") != parts[4]


def of_pairs(found: Iterable[Event]) -> list[Event]:
    """Of the events of one assumption, the one with the caller's ARN, as the role's account is
    told an account only."""
    one: dict[str, Event] = {}
    for event in sorted(found, key=tells_less):
        one.setdefault(event.get("sharedEventID") or event["eventID"], event)
    return list(one.values())


def tells_less(event: Event) -> tuple[bool, str, str]:
    return (caller(event) or {}).get("arn") is None, event["eventTime"], event["eventID"]


def issuing(events: Iterable[Event]) -> dict[str, Event]:
    """The assumption that issued each access key.

    The two events of a pair hold the same key. Here the one with the caller's ARN is taken, as the
    role's account sees an account only, and no chain could be followed from one own account to
    another.
    """

    found: dict[str, Event] = {}
    for event in sorted(filter(succeeded, events), key=tells_less):
        if key := at(event, "responseElements", "credentials", "accessKeyId"):
            found.setdefault(key, event)
    return found


def behind(event: Event, issued: dict[str, Event], looked: set[str], hops: int) -> Caller | None:
    """Rules 1 to 5. Where one looks behind a session and the trail tells nobody, it is nobody."""
    if delegate(event):
        return caller(event)
    assumption = issued.get(at(event, "userIdentity", "accessKeyId"))
    first = caller(assumption) if assumption else None
    if assumption is None or first is None:
        context = at(event, "userIdentity", "sessionContext")
        return who(issuer=provider(at(context, "webIdFederationData", "federatedProvider")))
    if delegate(assumption) or issuer_arn(assumption) not in looked:
        return first
    return behind(assumption, issued, looked, hops - 1) if hops else None


def looked_at(events: list[Event], watched: set[str]) -> set[str]:
    """The watched roles, and those that sessions of them reach."""
    roles = set(watched)
    for _ in range(HOPS):
        roles |= {r for e in events if succeeded(e) and issuer_arn(e) in roles if (r := assumed(e))}
    return roles
