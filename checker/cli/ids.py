"""Ids and regions that options take, refused in one way."""

from __future__ import annotations

import re

from checker.errors import InputError
from checker.patterns import pattern

_REGION = pattern(r"[a-z]{2,}(-[a-z]+)+-\d+")


def check_region(region: str, option: str = "--region") -> None:
    """Raises InputError for what is no region."""
    if not _REGION.fullmatch(region):
        raise InputError(f"{option}: {region!r} is no region", hint="such as eu-west-1")


def check_account(account: str, option: str = "--account") -> None:
    """Raises InputError for what is no account id."""
    if not re.fullmatch(r"[0-9]{12}", account):
        raise InputError(f"{option}: {account!r} is no account id", hint="12 digits")
