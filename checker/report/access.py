"""What a third party may do where it gets in, in a word or two."""

from __future__ import annotations

from collections.abc import Iterable

from checker.report.model import Access

GRADES = ("none", "read", "write", "admin", "unknown")
"""Of privilege, from the least to the one that may be any."""


def highest(access: Iterable[Access]) -> str:
    """The highest grade of its roles; `-` where none is known."""
    grades = [account.privilege for account in access if account.privilege]
    return max(grades, key=GRADES.index, default="-")


def gravest(access: Iterable[Access]) -> str:
    """The most that resources with policies of their own let it do; `-` for nothing."""
    found = [account.access for account in access if account.access]
    return max(found, key=GRADES.index, default="-")


def reads(access: Iterable[Access]) -> str:
    """What the roles of a third party may read: data, secrets; `?` where nobody knows."""
    graded = [account for account in access if account.privilege]
    known = {
        "data": [account.reads_data for account in graded],
        "secrets": [account.reads_secrets for account in graded],
    }
    shown = (f"{name}{'' if True in each else '?'}" for name, each in known.items()
            if True in each or None in each)  # fmt: skip
    return " ".join(shown) or "-"
