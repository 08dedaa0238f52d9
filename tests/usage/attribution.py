"""Who calls and whose use it is, as docs/usage.md says: the lower half of the reference.

Where the page leaves room, the reading is said in one place each: `counted`, `issuing`, `behind`,
`looked_at`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

Event = dict[str, Any]
Caller = dict[str, str | None]

HOPS = 15  # how many steps of a chain are followed in Athena
SESSION = timedelta(hours=12)
SSO = ":role/aws-reserved/sso.amazonaws.com/"
PASSED_OVER = {"Insight", "NetworkActivity"}
ASSUMING = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def at(value: Any, *path: str) -> Any:
    """What stands at a path; None where anything on the way is missing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def moment(text: str) -> datetime:
    """What a time says; without an offset it is UTC."""
    found = datetime.fromisoformat(text.replace(" UTC", "Z"))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Window(NamedTuple):
    """What is reported; None of anything: all."""

    begin: str | None = None
    end: str | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def has(self, event: Event) -> bool:
        time = moment(event["eventTime"])
        return (
            (self.begin is None or time >= moment(self.begin))
            and (self.end is None or time < moment(self.end))
            and (not self.accounts or recipient(event) in self.accounts)
            and (not self.regions or event.get("awsRegion") in self.regions)
        )

    def near(self, event: Event) -> bool:
        """What may have issued a session that calls in the window: twelve hours more, anywhere."""
        time = moment(event["eventTime"])
        return (self.begin is None or time >= moment(self.begin) - SESSION) and (
            self.end is None or time < moment(self.end)
        )


def counted(events: Iterable[Event], window: Window = Window()) -> list[Event]:  # noqa: B008
    """Each call of the window or before it once, without the categories passed over: of two records
    the one that tells more; `told` says whether the window reports either."""
    calls: dict[str, list[Event]] = {}
    for event in events:
        if event.get("eventCategory") not in PASSED_OVER and window.near(event):
            told = {"told": window.has(event), "eventTime": written(event["eventTime"]),
                    "errorCode": error(event)}  # fmt: skip
            calls.setdefault(event.get("sharedEventID") or event["eventID"], []).append(
                event | told
            )
    found = [min(copies, key=tells_less) | {"told": any(c["told"] for c in copies)}
             for copies in calls.values()]  # fmt: skip
    return sorted(found, key=lambda e: (e["eventTime"], e["eventID"]))


def error(event: Event) -> str | None:
    """A switch of roles that failed says so in its answer."""
    failed = is_switch(event) and at(event, "responseElements", "SwitchRole") == "Failure"
    found: str | None = event.get("errorCode") or ("Failure" if failed else None)
    return found


def written(time: str) -> str:
    """As CloudTrail writes times: to the second, in UTC."""
    return moment(time).strftime("%Y-%m-%dT%H:%M:%SZ")


# Who calls


def who(**known: str | None) -> Caller | None:
    """A caller of what is known; nobody where nothing is."""
    found = {key: known.get(key) for key in ("account", "arn", "service", "issuer")}
    return found if any(found.values()) else None


def provider(name: str | None) -> str | None:
    """A web identity provider's host and path: of an ARN, what follows `oidc-provider/`; `https://`
    and a last `/` are left out."""
    return (
        name.split("oidc-provider/", 1)[-1].removeprefix("https://").rstrip("/") if name else None
    )


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
    "AWSService": lambda event: who(
        service=at(event, "userIdentity", "invokedBy") or "AWS Internal"
    ),
    "AWSAccount": _account,
    "WebIdentityUser": lambda event: who(
        issuer=provider(at(event, "userIdentity", "identityProvider"))
    ),
    "SAMLUser": _saml,
    "AssumedRole": _session,
    "FederatedUser": _session,
}


def caller(event: Event) -> Caller | None:
    """The table of "Who calls", the delegate and who switched roles before it."""
    if account := delegate(event):
        return who(account=account)
    if is_switch(event):
        name = switched_from(event)
        return who(account=name.split(":")[4] if name else None, arn=name)
    return CALLERS.get(at(event, "userIdentity", "type"), named)(event)


# Whose use it is


def is_switch(event: Event) -> bool:
    return (event.get("eventSource"), event.get("eventName")) == (
        "signin.amazonaws.com",
        "SwitchRole",
    )


def switched_from(event: Event) -> str | None:
    """Who switched; a session by its role."""
    name: str | None = at(event, "additionalEventData", "SwitchFrom")
    if name and ":sts::" in name and ":assumed-role/" in name:
        partition, account, role = name.split(":")[1], name.split(":")[4], name.split("/")[1]
        return f"arn:{partition}:iam::{account}:role/{role}"
    return name


def is_assumption(event: Event) -> bool:
    of_sts = event["eventSource"] == "sts.amazonaws.com" and event["eventName"] in ASSUMING
    return of_sts or is_switch(event)


def assumed(event: Event) -> str | None:
    if is_switch(event):
        return issuer_arn(event)
    found: str | None = at(event, "requestParameters", "roleArn")
    return found


def succeeded(event: Event) -> bool:
    return is_assumption(event) and not event.get("errorCode")


def recipient(event: Event) -> str | None:
    found: str | None = event.get("recipientAccountId") or at(event, "userIdentity", "accountId")
    return found


def tells_less(event: Event) -> tuple[bool, str, str]:
    return (caller(event) or {}).get("arn") is None, event["eventTime"], event["eventID"]


def key_of(event: Event) -> str | None:
    found: str | None = at(event, "userIdentity", "accessKeyId")
    return found


def issuing(events: Iterable[Event]) -> dict[str, Event]:
    """The assumption that issued each access key."""
    found: dict[str, Event] = {}
    for event in sorted(filter(succeeded, events), key=tells_less):
        key = (
            key_of(event)
            if is_switch(event)
            else at(event, "responseElements", "credentials", "accessKeyId")
        )
        if key:
            found.setdefault(key, event)
    return found


def web(event: Event) -> Caller | None:
    context = at(event, "userIdentity", "sessionContext")
    return who(issuer=provider(at(context, "webIdFederationData", "federatedProvider")))


def without_path(role: str) -> str:
    return role.split("/")[0] + "/" + role.split("/")[-1]


def by_role(event: Event) -> str | None:
    """The role whose session made an assumption."""
    return switched_from(event) if is_switch(event) else issuer_arn(event)


def chained(assumption: Event, looked: set[str]) -> bool:
    """Whether a session of one of these roles made it."""
    role = by_role(assumption)
    if delegate(assumption) or role is None:
        return False
    return role in ({without_path(r) for r in looked} if is_switch(assumption) else looked)


def began(assumption: Event, looked: set[str]) -> str | None:
    """The role whose session a chain begins with, by its whole ARN."""
    role = by_role(assumption)
    return next((r for r in sorted(looked) if without_path(r) == role), role)


Behind = tuple[Caller | None, str | None]  # who, else the role that a chain began with


def behind(
    event: Event, issued: dict[str, Event], looked: set[str], hops: int | None = None
) -> Behind:
    """Rules 1 to 5; `hops`: how many steps are followed, None for all."""
    if delegate(event):
        return caller(event), None
    if is_switch(event):
        return (None, began(event, looked)) if chained(event, looked) else (caller(event), None)
    assumption, steps = issued.get(key_of(event) or ""), 0
    if assumption is None:
        return web(event), None
    while chained(assumption, looked):
        before = None if is_switch(assumption) else issued.get(key_of(assumption) or "")
        if before is None:
            provided = web(assumption)
            return provided, None if provided else began(assumption, looked)
        assumption, steps = before, steps + 1
        if steps > (len(issued) if hops is None else hops):  # or the chain is a ring
            return None, issuer_arn(event)
    return caller(assumption), None


def outsider(by: Caller | None, own: set[str]) -> bool:
    return by is not None and by["service"] is None and by["account"] not in own


def entered(events: list[Event], own: set[str]) -> set[str]:
    """Own roles that outsiders assumed, or somebody of whom nothing is known."""
    came = (e for e in events if succeeded(e) and (outsider(caller(e), own) or not caller(e)))
    found = {assumed(e) or "" for e in came}
    return {r for r in found if r.count(":") > 4 and r.split(":")[4] in own and SSO not in r}


def looked_at(events: list[Event], roles: set[str]) -> set[str]:
    """The roles, and those that sessions of them reach."""
    found = set(roles)
    while True:
        names = {without_path(role) for role in found}
        new = {r for e in events if succeeded(e) and (by := by_role(e)) and without_path(by) in names
               if not delegate(e) and (r := assumed(e))}  # fmt: skip
        if new <= found:
            return found
        found |= new
