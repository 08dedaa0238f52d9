"""A `*` that only services can send: which one, by the sources that the conditions ask for.

Queues and topics have `Principal: *` with `aws:SourceArn` of a topic or a bucket, which is in no
request but a service's.
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

import checker.trust.texts.keys as keys
from checker.access.model import AccessGrant, AccessWitness
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import Policy, Statement

_SOURCE = {
    "string": re.compile(r"arn:[a-z-]+:([a-z0-9-]+):"),
    "arn": re.compile(r"arn:[^:]*:([a-z0-9-]+):"),
}
"""How a source begins whose service is told; only operators on ARNs compare part by part."""
_TOLD = frozenset(("aws:principalservicename", keys.SERVICE_NAMES))
_NAMES = {"execute-api": "apigateway"}
"""Services whose ARNs have another name than they do."""


def serving(grant: AccessGrant, policy: Policy) -> AccessGrant:
    """The grant with its service named, where it is one of a `*` and all sources are of one."""
    if grant.principal.kind != "service" or grant.principal.service != "*":
        return grant
    allows = [one for one in policy.allows if one.index in grant.statements]
    names = {name for one in allows for name in _services(one)}
    name = names.pop() if len(names) == 1 else None
    if name is None or any(one.key in _TOLD for one in _conditions(policy)):
        return grant
    principal = msgspec.structs.replace(grant.principal, service=name)
    return msgspec.structs.replace(grant, principal=principal, witness=_sent(grant.witness, name))


def _conditions(policy: Policy) -> Iterator[Condition]:
    for one in (*policy.allows, *policy.denies):
        yield from one.conditions


def _sent(witness: AccessWitness | None, name: str) -> AccessWitness | None:
    if witness is None:
        return None
    context = dict(witness.context)
    told: dict[str, str | list[str]] = {
        "aws:PrincipalServiceName": name,
        "aws:PrincipalServiceNamesList": [name],
    }
    context |= {key: value for key, value in told.items() if key in context}
    return msgspec.structs.replace(witness, principal=name, context=context)


def _services(allow: Statement) -> set[str | None]:
    """The services that a statement may mean; None for one that is not told."""
    if not allow.who.star():
        return {one.text for one in allow.who.elements if one.form == "service"}
    asked = [one for one in allow.conditions if one.key == "aws:sourcearn" and _binds(one)]
    return {_service(one, text) for one in asked[:1] for text in one.loose()} or {None}


def _binds(one: Condition) -> bool:
    """Whether a request must have a source, and one of the operands."""
    found = one.operator
    return found.family in _SOURCE and not (found.negated or one.absent or found.every)


def _service(one: Condition, text: str) -> str | None:
    """Of whatever a source begins with literally; a wildcard may be any service's."""
    match = _SOURCE[one.operator.family].match(text)
    return match and f"{_NAMES.get(match[1], match[1])}.amazonaws.com"
