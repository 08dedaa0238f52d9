"""A `*` that only services can send: which one, by the sources that the conditions ask for.

Queues and topics have `Principal: *` with `aws:SourceArn` of a topic or a bucket, which is in no
request but a service's.
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
"""

from __future__ import annotations

import json
import re

import msgspec

from checker.access.model import AccessGrant, AccessWitness, Resource
from checker.access.statements import decoded
from checker.trust.document.decode import as_list

_SOURCE = re.compile(r"arn:[a-z-]+:([a-z0-9-]+):")
_NAMES = {"execute-api": "apigateway"}
"""Services whose ARNs have another name than they do."""


def serving(grant: AccessGrant, resource: Resource) -> AccessGrant:
    """The grant with its service named, where it is one of a `*` and the sources are of one."""
    if grant.principal.kind != "service" or grant.principal.service != "*":
        return grant
    name = _asked_service(grant, resource)
    if name is None:
        return grant
    principal = msgspec.structs.replace(grant.principal, service=name)
    return msgspec.structs.replace(grant, principal=principal, witness=_sent(grant.witness, name))


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


def _asked_service(grant: AccessGrant, resource: Resource) -> str | None:
    document = decoded(resource.document)
    listed = document.get("Statement") if isinstance(document, dict) else None
    several = as_list(listed)
    found = {
        match[1]
        for index in grant.statements
        for match in _SOURCE.finditer(json.dumps((several[index] or {}).get("Condition")))
    }
    name = found.pop() if len(found) == 1 else None
    return name and f"{_NAMES.get(name, name)}.amazonaws.com"
