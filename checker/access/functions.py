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
    found = PolicyAccess()
    for via in ("false", None) if _VIA in str(resource.document).lower() else (None,):
        only = Only(fixed={_VIA: via}, excepted=(_URL,))
        more = policy_access(resource.document, resource, ours, today, only=only)
        found = PolicyAccess([*found.grants, *more.grants], [*found.problems, *more.problems],
                             more.statements)  # fmt: skip
    found.grants += _by_url(resource, ours, today)
    found.problems += _unknown_urls(resource)
    granting = {index for one in found.grants for index in one.statements}
    found.statements = [
        msgspec.structs.replace(one, outcome="grants", reason="it lets somebody outside in")
        if one.index in granting and one.effect == "Allow" else one
        for one in found.statements
    ]  # fmt: skip
    return found


def _by_url(resource: Resource, ours: Ours, today: date) -> list[AccessGrant]:
    """Who gets in by a URL; those for whom there is none stand behind it.

    Where nobody asks who calls (NONE), only what is for everybody lets in.
    """
    present = _present(resource)
    open_: list[AccessGrant] = []
    shut: dict[bytes, list[tuple[str, AccessGrant]]] = {}
    for kind in _TYPES:
        only = Only(fixed={_TYPE: kind}, actions=(_URL,), signed=kind != "NONE")
        found = policy_access(resource.document, resource, ours, today, only=only)
        for one in found.grants:
            if present is not None and kind in present:
                open_.append(one)
            else:
                shut.setdefault(msgspec.json.encode(one.principal), []).append((kind, one))
    told = {msgspec.json.encode(one.principal) for one in open_}
    unsure = present is None or bool({*present} - {*_TYPES})
    waiting = [_waiting(several, unsure) for who, several in shut.items() if who not in told]
    return [*open_, *waiting]


def _waiting(several: list[tuple[str, AccessGrant]], unsure: bool) -> AccessGrant:
    kinds = " or ".join(kind for kind, _ in several)
    return msgspec.structs.replace(several[0][1], effective=None if unsure else False,
                                   guardrail=f"no URL with AuthType {kinds}")  # fmt: skip


def _present(resource: Resource) -> set[str] | None:
    """The types of the URLs of this qualifier; None where nobody told of URLs."""
    urls = resource.settings.urls
    if urls is None:
        return None
    parts = resource.arn.split(":")
    mine = (None, "$LATEST") if len(parts) < 8 else (parts[7],)
    return {one.auth for one in urls
            if one.qualifier is msgspec.UNSET or one.qualifier in mine}  # fmt: skip


def _unknown_urls(resource: Resource) -> Iterator[Problem]:
    for one in sorted((_present(resource) or set()) - {*_TYPES}):
        yield Problem("unread-setting", None, f"no AuthType of a URL: {one!a:.80}")
