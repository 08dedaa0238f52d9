"""What a vendor was vetted for, against what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from checker.trust import includes
from checker.trust.model import Principal
from checker.vetting.entries import VettedScope

GRADES = ("none", "read", "write", "admin")


def trust_beyond_scope(
    scope: VettedScope, principal: Principal, *, role_name: str, role_arn: str, account: str
) -> Iterator[str]:
    """In words, each way in which one trust goes beyond what was vetted."""
    if scope.roles is not None and not _named(scope.roles, role_name, role_arn):
        yield f"the role {role_name} is none of {_listed(scope.roles)}"
    yield from _account_beyond(scope, account)
    yield from _principal_beyond(scope, principal)


def access_beyond_scope(
    scope: VettedScope, principal: Principal, *, arn: str, kind: str, account: str
) -> Iterator[str]:
    """In words, each way in which access to one resource goes beyond what was vetted."""
    if not vets_resources(scope):
        yield "it was vetted for no resource (its scope names no resources, kinds or max_access)"
    if scope.resources is not None and not _any(scope.resources, arn):
        yield f"{arn} is none of {_listed(scope.resources)}"
    if scope.kinds is not None and kind not in scope.kinds:
        yield f"{kind} is none of {_listed(scope.kinds)}"
    yield from _account_beyond(scope, account)
    yield from _principal_beyond(scope, principal)


def vets_resources(scope: VettedScope) -> bool:
    """Whether resources were thought of: an entry of before they were judged vets none."""
    limits = (scope.resources, scope.kinds, scope.max_access)
    return any(limit is not None for limit in limits)


def over_accessed(scope: VettedScope, access: str | None) -> bool | None:
    """Whether more can be done than was vetted; None where no limit was."""
    if scope.max_access is None:
        return None
    return access is None or GRADES.index(access) > GRADES.index(scope.max_access)


def image_beyond_scope(
    scope: VettedScope, *, image_name: str | None, image_id: str | None, account: str
) -> Iterator[str]:
    """In words, each way in which the use of an image goes beyond what was vetted."""
    yield from _account_beyond(scope, account)
    names = [n for n in (image_name, image_id) if n]
    if scope.images is not None and not any(_any(scope.images, name) for name in names):
        yield f"the image {image_name or image_id} is none of {_listed(scope.images)}"


def code_beyond_scope(
    scope: VettedScope, *, names: tuple[str, ...], account: str, mutable: bool
) -> Iterator[str]:
    """In words, each way in which a use of code goes beyond what was vetted. `names`: what the
    reference may be called, the first as it is written."""
    yield from _account_beyond(scope, account)
    if scope.code is not None and not any(_any(scope.code, name) for name in names):
        yield f"the code {names[0] if names else 'untold'} is none of {_listed(scope.code)}"
    if _may_change(scope, mutable):
        yield "it can be changed behind its name, and pinned is required"


def is_code_within(scope: VettedScope, name: str, account: str, *, mutable: bool) -> bool:
    """Whether a use of code of that name goes beyond in none of these ways: sooner told than
    how."""
    if not _is_account_of(scope, account) or _may_change(scope, mutable):
        return False
    return scope.code is None or _any(scope.code, name)


def _may_change(scope: VettedScope, mutable: bool) -> bool:
    return mutable and scope.pinned == "required"


def over_privileged(scope: VettedScope, privilege: str | None) -> bool | None:
    """Whether a role may do more than was vetted; None where no limit was. A role that nobody
    could grade counts as more."""
    if scope.max_privilege is None:
        return None
    if privilege not in GRADES:
        return True
    return GRADES.index(privilege) > GRADES.index(scope.max_privilege)


def _listed(vetted: tuple[str, ...]) -> str:
    return ", ".join(vetted) or "none, as the list is empty"


def _account_beyond(scope: VettedScope, account: str) -> Iterator[str]:
    if not _is_account_of(scope, account):
        yield f"account {account} is none of {_listed(scope.in_accounts or ())}"


def _is_account_of(scope: VettedScope, account: str) -> bool:
    return scope.in_accounts is None or account in scope.in_accounts


def _principal_beyond(scope: VettedScope, principal: Principal) -> Iterator[str]:
    who = _principal_arn(principal)
    if scope.principals is not None and who and not _any(scope.principals, who):
        yield f"{_in_words(principal)} is more than {_listed(scope.principals)}"


def _named(patterns: tuple[str, ...], name: str, arn: str) -> bool:
    return any(includes(p, arn if p.startswith("arn:") else name) for p in patterns)


def _any(patterns: tuple[str, ...], text: str) -> bool:
    return any(map(includes, patterns, repeat(text)))


def _principal_arn(principal: Principal) -> str | None:
    """The ARNs that it may have, as a pattern; None for who has none, as a pipeline."""
    if principal.arn:
        return principal.arn
    if principal.kind in ("account", "organization"):  # whose accounts may be any
        return f"arn:{principal.partition or 'aws'}:iam::{principal.account or '*'}:*"
    return None


def _in_words(principal: Principal) -> str:
    whole = f"the whole {principal.kind} {principal.account or principal.organization}"
    return principal.arn or whole
