"""Resource control policies: what an organization lets nobody do to its resources.

They only deny, so their statements are put behind those of the resource's own policy, and the whole
is analysed anew: a grant of which no request survives is shut.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from checker.access.actions import actions
from checker.access.kinds import kind_of
from checker.access.model import GRADES, AccessGrant, Ours, Resource
from checker.access.overlap import within
from checker.access.statements import decoded
from checker.trust.document.denials import Statement, denials, with_denials
from checker.trust.model import Problem

NAME = "resource control policy"
GUARDED = frozenset(
    """s3 kms sqs secretsmanager ecr ecr-public dynamodb dsql events logs codeartifact
    aoss""".split()  # noqa: SIM905
)
"""Whose resources they hold for."""
_UNBOUND = {"kms:RetireGrant"}
"""https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html"""
Ask = Callable[[Resource], list[AccessGrant]]
"""A resource → whom its policy lets in."""


def under_guardrails(
    grants: list[AccessGrant],
    resource: Resource,
    documents: Iterable[object],
    ours: Ours,
    ask: Ask,
) -> tuple[list[AccessGrant], list[Problem]]:
    """The grants, those that the control policies shut with `effective` False; of one that is
    narrowed, what is left. `documents`: of all that hold over the account, decoded or as text; a
    management account has none. What is not understood of them shuts nothing, and is said."""
    denies, problems = _denies(documents)
    service = (resource.arn.split(":", 3) + [""] * 3)[2]
    if not denies or service not in GUARDED or not grants:
        return grants, problems
    resource = _as_it_is(resource, grants)
    policies = [one for one in grants if one.via in ("policy", "access-point")]
    found = ask(_behind(resource, decoded(resource.document), denies)) if policies else []
    for one in grants:
        if one.via in ("acl", "grant"):
            left = ask(_behind(resource, _as_policy(one, resource), denies))
            found += [one] if any(_serves(each) == _serves(one) for each in left) else (
                _shut(one, resource))  # fmt: skip
        elif one.via == "share":
            found.append(one)
        elif not any(_is_of(each, one, ours) for each in found):
            found += _shut(one, resource)
    return found, problems


def _as_it_is(resource: Resource, grants: list[AccessGrant]) -> Resource:
    """Without what is asked apart; whether the policy is public is told by what it is without."""
    shut = any(one.via == "policy" and one.guardrail == "RestrictPublicBuckets" for one in grants)
    told = resource.settings.policy_status
    status = shut if told is None else told
    settings = msgspec.structs.replace(resource.settings, policy_status=status)
    return msgspec.structs.replace(resource, acl=None, grants=None, settings=settings)


def _as_policy(one: AccessGrant, resource: Resource) -> Statement:
    """A policy that lets in what an ACL or a grant of a key does. Whose id nobody knows may be
    anybody's outside."""
    principal = one.principal
    who: Any = {"AWS": principal.arn or principal.account}
    if principal.kind == "service":
        who = {"Service": principal.service}
    elif principal.arn is None and principal.account is None:
        who = "*"
    allow = {"Effect": "Allow", "Principal": who, "Action": list(one.actions),
             "Resource": [resource.arn, f"{resource.arn}/*"]}  # fmt: skip
    return {"Version": "2012-10-17", "Statement": [allow]}


def _is_of(left: AccessGrant, one: AccessGrant, ours: Ours) -> bool:
    """Whether it is what is left of a grant: of a service for anybody, not for ourselves alone."""
    own = ours.accounts | ours.organizations
    if left.principal.source in own and one.principal.source not in own:
        return False
    same = left.via == one.via and bool({*left.actions} & {*one.actions})
    open_ = left.effective is not False or one.effective is False
    alike = _serves(left) == _serves(one)
    return same and open_ and alike and within(left.principal, one.principal)


def _serves(one: AccessGrant) -> bool:
    return one.principal.kind == "service"


def _shut(one: AccessGrant, resource: Resource) -> Iterator[AccessGrant]:
    for free in (True, False):
        several = tuple(each for each in one.actions if (each in _UNBOUND) == free)
        if several:
            part = _part(one, several, resource)
            kept = free or one.effective is False
            yield part if kept else msgspec.structs.replace(part, effective=False, guardrail=NAME)


def _part(one: AccessGrant, several: tuple[str, ...], resource: Resource) -> AccessGrant:
    if several == one.actions:
        return one
    kind = kind_of(resource.kind, resource.arn)
    graded = {each.name: each.grade for each in actions(kind, resource.kind)}
    gravest = max(several, key=lambda each: GRADES.index(graded.get(each, "write")))
    witness = one.witness and msgspec.structs.replace(one.witness, action=gravest)
    access = graded.get(gravest, "write")
    return msgspec.structs.replace(one, actions=several, access=access, witness=witness)


def _denies(documents: Iterable[object]) -> tuple[list[Statement], list[Problem]]:
    """The statements that deny, each with the version of its document."""
    found: list[Statement] = []
    problems: list[Problem] = []
    for document in documents:
        policy = decoded(document)
        if not isinstance(policy, dict) or "Statement" not in policy:
            problems.append(Problem("unread-guardrail", None, f"{NAME} that is none"))
            continue
        found += denials(policy)
    return found, problems


def _behind(resource: Resource, policy: Any, denies: list[Statement]) -> Resource:
    if not isinstance(policy, dict):
        return resource
    return msgspec.structs.replace(resource, document=with_denials(policy, denies))
