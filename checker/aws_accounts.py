"""Accounts of AWS's own that people name in policies or take code from, by what they are for.

`aws_accounts.json` holds, by purpose, the accounts and where AWS publishes them. They are a class
of their own: never strangers, never left unsaid.
"""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec


class _Purpose(msgspec.Struct):
    source: str
    accounts: str


@functools.cache
def aws_accounts() -> dict[str, str]:
    """Account → what AWS has it for."""
    data = Path(__file__).with_name("aws_accounts.json").read_bytes()
    by_use = msgspec.json.decode(data, type=dict[str, _Purpose])
    return {one: use for use, found in by_use.items() for one in found.accounts.split()}
