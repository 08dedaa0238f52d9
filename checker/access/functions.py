"""A function: who may invoke it, and who may through its URL.

A URL lets in where its AuthType is the statement's; without a URL the statement waits for one.
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from checker.access.model import AccessGrant, Ours, Resource
from checker.access.policies import Only, PolicyAccess, policy_access
from checker.trust.model import Problem

_URL = "lambda:invokefunctionurl"
_TYPE, _VIA = "lambda:functionurlauthtype", "lambda:invokedviafunctionurl"
_TYPES = ("NONE", "AWS_IAM")


def function_access(resource: Resource, ours: Ours, today: date) -> PolicyAccess:
    """Whom a function lets in, with and without its URL."""
    found = policy_access(resource.document, resource, ours, today,
                          only=Only(fixed={_VIA: "false"}, excepted=(_URL,)))  # fmt: skip
    for grants, problems in _by_url(resource, ours, today):
        found.grants += grants
        found.problems += problems
    granting = {index for one in found.grants for index in one.statements}
    found.statements = [
        msgspec.structs.replace(one, outcome="grants", reason="it lets somebody outside in")
        if one.index in granting and one.effect == "Allow" else one
        for one in found.statements
    ]  # fmt: skip
    return found


def _by_url(
    resource: Resource, ours: Ours, today: date
) -> Iterator[tuple[list[AccessGrant], list[Problem]]]:
    """`effective`: None where nobody told of URLs."""
    urls = resource.settings.urls
    present = {one.auth for one in urls or ()}
    for kind in _TYPES:
        only = Only(fixed={_TYPE: kind}, actions=(_URL,))
        found = policy_access(resource.document, resource, ours, today, only=only)
        effective = True if kind in present else None if urls is None else False
        guardrail = None if effective is True else f"no URL with AuthType {kind}"
        yield [msgspec.structs.replace(one, effective=effective, guardrail=guardrail)
               for one in found.grants], found.problems  # fmt: skip
