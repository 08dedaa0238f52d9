"""The actions that AWS publishes, and which of them a call of AWS's SDK is.

`iam_actions.json` is made from AWS's Service Authorization Reference and botocore's models by
`python -m tests.usage.published`; it says from which versions. It is read when first asked.
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

import checker.trust.texts.globs as globs

_FILE = Path(__file__).with_name("iam_actions.json")


class PassesRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Actions with which a role is passed: because a role must be named, or may be.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """

    always: frozenset[str]
    maybe: frozenset[str]


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names by prefix: `called` are those that some operation needs, `other` those that none
    does: permissions only, or calls of a console."""

    made: str
    sources: dict[str, str]
    called: dict[str, str]
    other: dict[str, str]
    passes_role: PassesRole


@cache
def table() -> Published:
    return msgspec.json.decode(_FILE.read_bytes(), type=Published)


@cache
def _names(prefix: str) -> dict[str, str]:
    """As AWS spells them, by their spelling in lower case."""
    found = table()
    text = f"{found.called.get(prefix, '')} {found.other.get(prefix, '')}"
    return {name.lower(): name for name in text.split()}


def spelled(action: str) -> str | None:
    """The action as AWS spells it; None for one that AWS doesn't publish."""
    prefix, _, name = action.partition(":")
    found = _names(prefix.lower()).get(name.lower())
    return f"{prefix.lower()}:{found}" if found else None


def origin() -> str:
    """Where the table is from, in words."""
    of = ", ".join(f"{name} {version}" for name, version in sorted(table().sources.items()))
    return f"IAM actions of {table().made} ({of})"


def never_called(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern means, where none of them is a call of AWS's SDK; else ()."""
    wanted = pattern.lower()
    prefix = wanted.partition(":")[0]
    found = table()
    if _matching(wanted, prefix, found.called):
        return ()
    return _matching(wanted, prefix, found.other)


def _matching(pattern: str, prefix: str, listed: dict[str, str]) -> tuple[str, ...]:
    names = (f"{prefix}:{name}" for name in listed.get(prefix, "").split())
    return tuple(name for name in names if globs.matches(pattern, name.lower()))
