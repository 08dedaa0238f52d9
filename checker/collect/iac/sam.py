"""Roles that SAM makes for what names none.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.collect.iac.unknown import wholly
from checker.collect.iac.variant import Variant

TRUST = "AssumeRolePolicyDocument"
FUNCTION, MACHINE = "AWS::Serverless::Function", "AWS::Serverless::StateMachine"
KINDS = (FUNCTION, MACHINE)
_EVENTS = {
    "Api": "apigateway.amazonaws.com",
    "CloudWatchEvent": "events.amazonaws.com",
    "EventBridgeRule": "events.amazonaws.com",
    "Schedule": "events.amazonaws.com",
    "ScheduleV2": "scheduler.amazonaws.com",
}
"""What starts a state machine → the service whose role does."""


def roles_made(
    name: str, kind: str, variants: list[Variant]
) -> Iterator[tuple[str, list[Variant]]]:
    """Each role's name and its variants, with the trust policy among their properties."""
    own = [_with_trust(kind, one) for one in variants if _makes_one(one)]
    if own:
        yield f"{name}Role", own
    events: dict[str, str] = {}
    for variant in variants if kind == MACHINE else []:
        events |= _events(variant.properties.get("Events"))
    for event, service in events.items():
        yield f"{name}{event}Role", [Variant({TRUST: _trust(service)})]


def _makes_one(variant: Variant) -> bool:
    """Whether there may be no role: it is not named, or by a condition that nobody can follow."""
    role = variant.properties.get("Role")
    return role is None or (wholly(role) or "").startswith("If ")


def _with_trust(kind: str, variant: Variant) -> Variant:
    service = "lambda.amazonaws.com" if kind == FUNCTION else "states.amazonaws.com"
    given = variant.properties.get(TRUST) or _trust(service)
    properties = {**variant.properties, TRUST: given}
    return Variant(properties, variant.when, variant.by_default)


def with_globals(kind: str, properties: Any, section: Mapping[str, Any]) -> Any:
    """Properties as SAM fills them up from Globals: lists are joined, mappings merged.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    common = section.get(kind.rpartition("::")[2])
    if not kind.startswith("AWS::Serverless::") or not isinstance(common, dict):
        return properties
    return _merged(common, {} if properties is None else properties)


def _merged(common: Any, own: Any) -> Any:
    if isinstance(common, dict) and isinstance(own, dict) and not _calls(common, own):
        both = {key: _merged(common[key], own[key]) for key in common.keys() & own.keys()}
        return {**common, **own, **both}
    return [*common, *own] if isinstance(common, list) and isinstance(own, list) else own


def _calls(*values: dict[str, Any]) -> bool:
    return any(key == "Ref" or key.startswith("Fn::") for one in values for key in one)


def _events(raw: Any) -> dict[str, str]:
    found = raw.items() if isinstance(raw, dict) else ()
    kinds = {name: one.get("Type") for name, one in found if isinstance(one, dict)}
    known = {name: kind for name, kind in kinds.items() if isinstance(kind, str)}
    return {name: _EVENTS[kind] for name, kind in known.items() if kind in _EVENTS}


def _trust(service: str) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"Version": "2012-10-17", "Statement": [allow]}
