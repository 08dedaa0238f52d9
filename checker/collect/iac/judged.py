"""The accounts that will be judged by what was found: whom roles and resources let in, whose code
runs, whose images. A record that merely names somebody, as a key or in its name, judges nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from checker.access import AccessGrant, Ours, analyze_resource
from checker.collect.iac.mentions import mentions
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.resource_trust.records import resource_of
from checker.snapshot.records import Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_record
from checker.trust import Grant, Scope, analyze

_WHOM = ("aws:source", "aws:principala", "kms:calleraccount")
R = TypeVar("R", bound=Role | ResourceRecord)


def judged(found: Found, target: Target, accounts: frozenset[str], today: date) -> frozenset[str]:
    """Of these accounts, whom a judgement will tell of: the analysis is asked of records that name
    one of them."""
    texts = [
        *(_who(grants) for grants in _trusting(found, target, accounts, today)),
        *(_who(grants) for grants in _reached(found, target, accounts, today)),
        *(one.reference or "" for one in found.code_uses),
        *(_text((one.via_account, one.lookup_owners)) for one in found.image_uses),
        *(_text((one.owner, one.ancestry, one.launch_permissions)) for one in found.images),
        *(one.issuer or "" for one in found.providers),
    ]
    return frozenset(account for text in texts for account in mentions(text))


def _trusting(
    found: Found, target: Target, accounts: frozenset[str], today: date
) -> Iterator[tuple[Grant, ...]]:
    scope = Scope(account=target.account, today=today, organizations=_organizations(target),
                  own=_own(target), partition=target.partition, live=False)  # fmt: skip
    for role in _naming(found.roles, accounts):
        text = bytes(role.trust_policy).decode("utf-8", "replace")
        yield analyze(text, scope, reasons=False).grants


def _reached(
    found: Found, target: Target, accounts: frozenset[str], today: date
) -> Iterator[tuple[AccessGrant, ...]]:
    ours = Ours(accounts=_own(target), organizations=_organizations(target),
                partition=target.partition)  # fmt: skip
    for record in _naming(found.resources, accounts):
        one, _ = resource_of(record)
        yield analyze_resource(one, ours, today).grants


def _own(target: Target) -> frozenset[str]:
    return target.own | {target.account}


def _organizations(target: Target) -> frozenset[str]:
    return frozenset({target.organization} if target.organization else ())


def _naming(records: Iterable[R], accounts: frozenset[str]) -> Iterator[R]:
    return (one for one in records if not accounts.isdisjoint(mentions(_text(one))))


def _who(grants: Iterable[Grant | AccessGrant]) -> str:
    """Is let in, and for whom; `anyone` but for some tells nothing of these, nor does an external
    id or a tag, which may look like an account."""
    return _text([(replace(one.principal, excepted=()), _for_whom(one)) for one in grants])


def _for_whom(grant: Grant | AccessGrant) -> list[object]:
    """Who asks in the request that is let in, and for whom."""
    if grant.witness is None:
        return []
    asked = grant.witness.context.items()
    return [
        grant.witness.principal,
        *(told for key, told in asked if key.lower().startswith(_WHOM)),
    ]


def _text(value: object) -> str:
    return encode_record(value).decode()
