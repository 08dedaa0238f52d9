"""How an event of CloudTrail is called as an action: the rule, and `action_names.json`, which has
what breaks it, each with its reference.

What comes out is a name; whether AWS publishes such an action, `actions` asks of `published`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

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


class Several(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events of a source that need more than one action."""

    source: str
    reference: str
    actions: dict[str, tuple[str, ...]]


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped table. `none`: sources whose calls IAM doesn't decide, with the reference;
    `several`: events that need all of the actions; `perhaps`: that may need these besides, which
    only the request's parameters tell."""

    derived_from: str
    same: tuple[str, ...]
    renamed: dict[str, str]
    none: dict[str, str]
    events: tuple[Group, ...]
    several: tuple[Several, ...]
    perhaps: tuple[Several, ...]


@cache
def table() -> Names:
    return msgspec.json.decode(_FILE.read_bytes(), type=Names)


@cache
def sources() -> dict[str, str]:
    """The IAM prefix by the source's name, without the host."""
    return {one: one for one in table().same} | table().renamed


def candidates(label: str, name: str) -> tuple[str, ...]:
    """Every action that an event of a known source may need, whether AWS publishes it or not."""
    if label not in sources():
        return ()
    single = ruled(label, name)
    return (*((single,) if single else ()), *several(label, name), *perhaps(label, name))


def read_event(event_source: str, event_name: str) -> tuple[str, str]:
    """The source without its host and the name without its date; no name, if it cannot be one of
    an event that has an action."""
    label = label_of(event_source)
    name = _DATE.sub("", event_name) if label in _DATED else event_name
    known = label in sources() and label != event_source
    return label, name if known and _NAME.fullmatch(name) else ""


def ruled(label: str, name: str) -> str | None:
    prefix = sources()[label]
    action = _verb(name) if prefix == "apigateway" else exceptions(label).get(name, name)
    return action if action is None or ":" in action else f"{prefix}:{action}"


def several(label: str, name: str) -> tuple[str, ...]:
    return _of(grouped("several"), label, name)


def perhaps(label: str, name: str) -> tuple[str, ...]:
    return _of(grouped("perhaps"), label, name)


@cache
def grouped(kind: str) -> dict[str, dict[str, tuple[str, ...]]]:
    return {group.source: group.actions for group in getattr(table(), kind)}


def _of(groups: dict[str, dict[str, tuple[str, ...]]], label: str, name: str) -> tuple[str, ...]:
    found = groups.get(label, {}).get(name, ())
    return tuple(one if ":" in one else f"{sources()[label]}:{one}" for one in found)


def label_of(event_source: str) -> str:
    """The source without its host; all of it, if it has none."""
    stem = event_source.removesuffix(".cn")
    return stem.removesuffix(_HOST) if stem.endswith(_HOST) else event_source


@cache
def by_source() -> dict[str, dict[str, str | None]]:
    return {group.source: group.actions for group in table().events}


def exceptions(label: str) -> dict[str, str | None]:
    return by_source().get(label, {})


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
