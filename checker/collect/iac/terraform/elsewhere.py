"""What a provider makes or looks up that acts in another account than the own one.

Its account is of 12 digits, or marked text where nobody can tell it. What is made there is ours
for those who stand there too, and for nobody else: a stranger's account may be just that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from checker.collect.iac.target import Target
from checker.collect.iac.unknown import MADE, OPEN, is_unresolved, unresolved, wholly


def untold(provider: str) -> str:
    """The account of a provider that nobody can tell."""
    return unresolved(f"the account of provider {provider}")


def place_of(target: Target, account: str | None) -> Target:
    """Where a provider acts: its account, whose organization nobody knows. None: the own one."""
    if account is None:
        return target
    return dataclasses.replace(target, account=account, organization=None)


def recorded(target: Target, account: str | None) -> Target:
    """The same for records, which need an account: the own one where it cannot be told."""
    return target if account is None or is_unresolved(account) else place_of(target, account)


def foreign(value: Any, account: str | None) -> Any:
    """What is made in that account, as others see it."""
    if account is None:
        return value
    return _texts(value, lambda text: text.replace(OPEN + MADE, OPEN + _called(account)))


def home(value: Any, account: str | None, target: Target) -> Any:
    """What is told there, as that account itself sees it."""
    if account is None:
        return value
    own = recorded(target, account).account

    def seen(text: str) -> str:
        return text.replace(OPEN + _called(account), OPEN + MADE).replace(account, own)

    return _texts(value, seen)


def _called(account: str) -> str:
    return f"{wholly(account) or account}: "


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {change(key): _texts(one, change) for key, one in value.items()}
    return value
