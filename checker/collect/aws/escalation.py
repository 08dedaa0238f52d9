"""Whether a role can make itself an administrator, and over which other roles that would go.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checker.collect.aws.arns import covers, is_of
from checker.collect.aws.means import Existing, means
from checker.collect.aws.statements import Access

PASS, ASSUME = "iam:passrole", "sts:assumerole"  # actions
# Nobody but its service changes a service-linked role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
_LINKED = ":role/aws-service-role/"


@dataclass(frozen=True)
class Via:
    """Roles that a role can act as: patterns of their ARNs, of the rights and of each cap; and the
    service that has to be trusted by them, None where the role itself has to be."""

    service: str | None
    roles: tuple[tuple[str, ...], ...]


def is_admin(access: Access, account: str | None) -> bool:
    table = means()
    return (
        any(_changes(access, action) for action in table.changing)
        or every_role(access.on(ASSUME), None)
        or any(_is_elsewhere(access, row.role, account) for row in table.administrators)
        or any(every_role(access.on(PASS, to), account) for to in _services(access))
        or any(_takes_over(access, row, account) for row in table.existing)
    )


def every_role(lists: list[tuple[str, ...]], account: str | None) -> bool:
    return bool(lists) and all(_all(each, "iam", "role/*", account) for each in lists)


def vias(access: Access) -> list[Via]:
    """The ways over named roles."""
    found = [Via(None, tuple(access.on(ASSUME)))] if access.allows(ASSUME) else []
    passed = ((service, access.on(PASS, service)) for service in sorted(_services(access)))
    return [*found, *(Via(service, tuple(roles)) for service, roles in passed if roles)]


def _services(access: Access) -> set[str]:
    """Those that would act with a role that is passed, where one may be passed to them."""
    if not access.allows(PASS):  # to whichever
        return set()
    return {
        row.service
        for row in means().passing
        if access.on(PASS, row.service)
        and all(access.allows(action.lower()) for action in row.actions)
    }


def _is_elsewhere(access: Access, role: str, account: str | None) -> bool:
    """Whether it may be assumed in other accounts; that of the own is followed by its policies."""
    lists = access.on(ASSUME)
    return bool(lists) and all(
        any(covers(one, "iam", f"role/{role}") and not is_of(one, account) for one in each)
        for each in lists
    )


def _changes(access: Access, action: str) -> bool:
    lists = access.on(action)
    return bool(lists) and all(any(_LINKED not in one for one in each) for each in lists)


def _takes_over(access: Access, row: Existing, account: str | None) -> bool:
    first, *others = (action.lower() for action in row.actions)
    lists = access.on(first)
    service = _ARNS_OF.get(first.partition(":")[0], first.partition(":")[0])
    everywhere = bool(lists) and all(_all(each, service, row.resource, account) for each in lists)
    return everywhere and all(access.allows(action) for action in others)


# What an action is on may be of another service.
_ARNS_OF = {"ssm": "ec2", "ec2-instance-connect": "ec2"}


def _all(patterns: Iterable[str], service: str, rest: str, account: str | None) -> bool:
    return any(covers(pattern, service, rest, account) for pattern in patterns)
