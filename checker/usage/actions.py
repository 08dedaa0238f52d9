"""A CloudTrail event → the IAM action that let it happen.

The rule is `source:EventName`; `action_names.json` has what breaks it, each with its reference: a
source that is not called as its IAM prefix, an event that is not called as its action. An unknown
source has no action, its events are shown by name: a guess could pass a call that nobody allowed.
Sources and names are texts that outsiders can choose, so no function here raises for any.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

import checker.trust.globs as globs

_FILE = Path(__file__).with_name("action_names.json")
_HOST = ".amazonaws.com"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,127}")
# An event of Lambda or CloudFront ends in the version of the API: UpdateFunctionCode20150331v2.
# https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
_DATE = re.compile(r"20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(?:_?v[0-9]+)?\Z")
_DATED = frozenset({"cloudfront", "lambda", "route53"})


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events of a source whose names mislead. An action without a colon has the source's
    prefix; null stands for what needs none, or one that only the request's parameters tell."""

    source: str
    reference: str
    actions: dict[str, str | None]


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped table. `none`: sources whose calls IAM doesn't decide, with the reference."""

    derived_from: str
    same: tuple[str, ...]
    renamed: dict[str, str]
    none: dict[str, str]
    events: tuple[Group, ...]


@cache
def table() -> Names:
    return msgspec.json.decode(_FILE.read_bytes(), type=Names)


@cache
def sources() -> dict[str, str]:
    """The IAM prefix by the source's name, without the host."""
    return {one: one for one in table().same} | table().renamed


def iam_action(event_source: str, event_name: str) -> str | None:
    """`None`: the source is unknown, IAM doesn't decide on it, or no single action fits."""
    label = _label(event_source)
    prefix = sources().get(label)
    if prefix is None or label == event_source:
        return None
    name = _DATE.sub("", event_name) if label in _DATED else event_name
    if not _NAME.fullmatch(name):
        return None
    action = _verb(name) if prefix == "apigateway" else _exceptions(label).get(name, name)
    return action if action is None or ":" in action else f"{prefix}:{action}"


def names_of(event_source: str, event_name: str) -> tuple[str, ...]:
    """All names that a pattern may mean the call by, the IAM action first."""
    action = iam_action(event_source, event_name)
    plain = f"{_label(event_source)}:{event_name}"
    return (plain,) if action is None or action == plain else (action, plain)


def shown_name(event_source: str, event_name: str, action: str | None) -> str:
    """What people read: the action; where there is none, the event."""
    return action or f"{_label(event_source)}:{event_name}"


def matches(pattern: str, names: tuple[str, ...]) -> bool:
    """Whether an IAM action pattern means one of the names; IAM takes no notice of case.

    A `*` or `?` in a name is a letter: it stands there because an outsider chose it.
    """
    lowered = pattern.lower()
    return any(globs.matches(lowered, name.lower()) for name in names)


def _label(event_source: str) -> str:
    """The source without its host; all of it, if it has none."""
    stem = event_source.removesuffix(".cn")
    return stem.removesuffix(_HOST) if stem.endswith(_HOST) else event_source


@cache
def _by_source() -> dict[str, dict[str, str | None]]:
    return {group.source: group.actions for group in table().events}


def _exceptions(label: str) -> dict[str, str | None]:
    return _by_source().get(label, {})


# The actions of API Gateway's control plane are the HTTP verbs of its REST API; only newer
# resources have actions of their own name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
_VERBS = {
    **dict.fromkeys(("Get", "List", "Export"), "GET"),
    **dict.fromkeys(("Create", "Generate", "Import", "Test", "Reject"), "POST"),
    **dict.fromkeys(("Delete", "Flush", "Reset", "Untag"), "DELETE"),
    **dict.fromkeys(("Put", "Reimport"), "PUT"),
    "Update": "PATCH",
}
_ODD_VERBS = {
    "ImportApi": "PUT",
    "ImportDocumentationParts": "PUT",
    "PutRoutingRule": "UpdateRoutingRule",
    "TagResource": None,  # PUT for a REST API, POST for an HTTP API
}
_OWN_NAME = re.compile(
    r"(?:Create|Delete|Get|List|Update|Disable|Preview|Publish|Put)(?:Portal|Product|RoutingRule)\w*"
)


def _verb(name: str) -> str | None:
    if name in _ODD_VERBS:
        return _ODD_VERBS[name]
    if _OWN_NAME.fullmatch(name):
        return name
    first = re.match("[A-Z][a-z]*", name)
    return _VERBS.get(first[0]) if first else None


def event_names_of(action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Event sources (none: any) and names that may be the action; names may have a date behind.

    `SERVICE:Name` as IAM or as CloudTrail spells it; a bare name is that of any source.
    """
    prefix, _, name = action.rpartition(":")
    known = {label for label, iam in sources().items() if iam == prefix or not prefix}
    labels = known | ({prefix} if prefix else set())
    found = {name}
    for label in labels:
        odd = _by_source().get(label, {})
        found |= {event for event, mapped in odd.items() if mapped == name}
    named = sorted(f"{label}.amazonaws.com" for label in labels) if prefix else ()
    return tuple(named), tuple(sorted(found))
