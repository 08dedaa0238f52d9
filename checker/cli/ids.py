"""Ids that options take, refused in one way."""

from __future__ import annotations

import re

from checker.errors import InputError


def check_account(account: str, option: str = "--account") -> None:
    """Raises InputError for what is no account id."""
    if not re.fullmatch(r"[0-9]{12}", account):
        raise InputError(f"{option}: {account!r} is no account id", hint="12 digits")
