"""Roles that SAM makes for what names none.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.iac.stack import Stack
from checker.collect.iac.unknown import unresolved, wholly
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
    stack: Stack, name: str, kind: str, variants: list[Variant]
) -> Iterator[tuple[str, list[Variant]]]:
    """Each role's name and its variants, with the trust policy among their properties."""
    common = _globals(stack, kind)
    own = [_with_trust(kind, common, one) for one in variants if _makes_one(common, one)]
    if own:
        yield f"{name}Role", own
    events: dict[str, str] = {}
    for variant in variants if kind == MACHINE else []:
        events |= _events(variant.properties.get("Events"))
    for event, service in events.items():
        yield f"{name}{event}Role", [Variant({TRUST: _trust(service)})]


def _makes_one(common: dict[str, Any], variant: Variant) -> bool:
    """Whether there may be no role: it is not named, or by a condition that nobody can follow."""
    role = (common | variant.properties).get("Role")
    return role is None or (wholly(role) or "").startswith("If ")


def _globals(stack: Stack, kind: str) -> dict[str, Any]:
    """What the template says of all functions or machines."""
    section = stack.template.section("Globals").get(kind.rpartition("::")[2])
    found = stack.resolver.value(section) if isinstance(section, dict) else {}
    return found if isinstance(found, dict) else {TRUST: unresolved("Globals")}


def _with_trust(kind: str, common: dict[str, Any], variant: Variant) -> Variant:
    service = "lambda.amazonaws.com" if kind == FUNCTION else "states.amazonaws.com"
    given = variant.properties.get(TRUST) or common.get(TRUST)
    properties = {**variant.properties, TRUST: given or _trust(service)}
    return Variant(properties, variant.when, variant.by_default)


def _events(raw: Any) -> dict[str, str]:
    found = raw.items() if isinstance(raw, dict) else ()
    kinds = {name: one.get("Type") for name, one in found if isinstance(one, dict)}
    return {name: _EVENTS[kind] for name, kind in kinds.items() if kind in _EVENTS}


def _trust(service: str) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"Version": "2012-10-17", "Statement": [allow]}
