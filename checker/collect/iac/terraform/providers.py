"""Whose account a configuration of the aws provider acts in.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from checker.collect.iac.terraform.planned import Json, as_objects
from checker.collect.iac.unknown import is_unresolved
from checker.trust.document.decode import as_list

_ROLES = ("assume_role_with_web_identity", "assume_role")
"""The first one logs in, the second one goes on from there."""
_CREDENTIALS = (
    "profile", "access_key", "shared_credentials_files", "shared_credentials_file",
    "shared_config_files", "allowed_account_ids", "forbidden_account_ids",
)  # fmt: skip
KEYS = (*_ROLES, *_CREDENTIALS)
"""The arguments that tell which account it is."""
_ACCOUNT = re.compile(r"[0-9]{12}")
_ROLE = re.compile(r"arn:[\w-]+:iam::([0-9]{12}):role/")
Told = tuple[str | None, bool]
"""The account, None for the own one, and whether it can be told."""


def account_of(values: Json, default: Json | None, others: Iterable[Json], own: str) -> Told:
    """`values`: the arguments of one configuration, with marks for what is not known; `default`:
    those of the one without an alias, which is there without being written, too; None where
    nothing uses one. `others`: of all there are.

    The default one acts in the own account unless it says otherwise: the caller has told which
    account that is. So does one with the same credentials, for another region mostly."""
    said = _said(values)
    if said is not None:
        return (None if said == own else said), True
    if values is default:
        return None, True
    if default is not None and _said(default) not in (None, own):
        return None, not any(_credentials(values))
    same = [default] if default is not None else list(others)
    return None, all(_credentials(one) == _credentials(values) for one in same)


def _said(values: Json) -> str | None:
    """The account that it names: that of the last role of the chain, or the one allowed."""
    roles = _role_arns(values)
    if roles:
        found = _ROLE.match(roles[-1])
        if found:
            return found[1]
    allowed = _listed(values)
    return next(iter(allowed)) if len(allowed) == 1 else None


def _listed(values: Json) -> set[str]:
    """The accounts that it may act in, where all are known."""
    found = [str(one) for one in as_list(values.get("allowed_account_ids") or [])]
    return set(found) if all(_ACCOUNT.fullmatch(one) for one in found) else set()


def _role_arns(values: Json) -> list[str]:
    blocks = [one for key in _ROLES for one in _blocks(values.get(key))]
    found = [one.get("role_arn") for one in blocks]
    return [one for one in found if isinstance(one, str) and one]


def _blocks(value: Any) -> list[Json]:
    if is_unresolved(value) and isinstance(value, str):
        return [{"role_arn": value}]
    return as_objects(as_list(value))


def _credentials(values: Json) -> tuple[Any, ...]:
    return (_role_arns(values), *(values.get(key) or None for key in _CREDENTIALS))
