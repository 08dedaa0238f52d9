"""Conditions on the own organization, of which only AWS tells the id: what an outsider meets of
them he meets of one on the own account, which is known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.unknown import OPEN, is_made, is_public
from checker.trust.document.decode import as_list

_ACCOUNTS = {
    "aws:principalorgid": "aws:PrincipalAccount",
    "aws:principalorgpaths": "aws:PrincipalAccount",
    "aws:sourceorgid": "aws:SourceAccount",
    "aws:sourceorgpaths": "aws:SourceAccount",
}
"""Key → the one that is there whenever it is, and of which there is one value."""
_PLAIN = {
    "stringequals": "StringEquals", "stringlike": "StringLike",
    "stringequalsignorecase": "StringEquals", "foranyvalue:stringequals": "StringEquals",
    "foranyvalue:stringlike": "StringLike", "stringnotequals": "StringNotEquals",
    "stringnotlike": "StringNotLike", "stringnotequalsifexists": "StringNotEquals",
    "stringnotlikeifexists": "StringNotLike",
}  # fmt: skip
"""Operators that say of who is in no organization what they say of who is in another one."""


def at_home(raw: Any, account: str) -> Any:
    """A Condition with the account in the place of its organization, where that is made here."""
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        return raw
    found: dict[str, Any] = {}
    there = _keys(raw)
    for operator, block in raw.items():
        if not block:
            found.setdefault(operator, {})
        plain = _PLAIN.get(operator.lower())
        for key, values in block.items():
            named = _ACCOUNTS.get(key.lower()) if plain and _is_ours(values) else None
            if plain and named and named.lower() not in there | _keys(found):
                found.setdefault(plain, {})[named] = account
            else:
                found.setdefault(operator, {})[key] = values
    return found


def _keys(raw: dict[str, Any]) -> set[str]:
    return {key.lower() for block in raw.values() for key in block}


def _is_ours(values: Any) -> bool:
    several = as_list(values)
    made = [one for one in several if is_made(one) and not is_public(one)]
    return bool(several) and all(one.startswith(OPEN) for one in made) and made == several
