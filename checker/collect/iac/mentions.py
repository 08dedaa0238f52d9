"""Accounts that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.partitions import DNS_SUFFIX, DUAL_STACK_SUFFIX

_HOST = "|".join(
    rf"(?<=\.{re.escape(suffix)}/)"
    for suffix in sorted({*DNS_SUFFIX.values(), *DUAL_STACK_SUFFIX.values()})
)
_ADDRESS = rf"(?<=://)|{_HOST}|(?<=:path/)|(?<=\\n)|(?<=%3A)|(?<=%3a)"
_BEFORE = rf"(?:(?<![\w.+/-])|{_ADDRESS})"
_BEHIND = r"(?:(?![\w+/.-])|(?=\.dkr[.-]ecr)|(?=\.signin\.)|(?=/sg-)|(?=\.(?:[\s\"']|$)))"
_IN_PATH = rf"(?:{_HOST}|(?<=:path/)|(?<=AWSLogs/))([0-9]{{12}})(?=/)"
_ACCOUNT = re.compile(rf"{_BEFORE}([0-9]{{12}}){_BEHIND}|{_IN_PATH}", re.ASCII)
"""Not a part of a name, a path, a version or a telephone number: but for the path of a queue, and
of logs of AWS's."""


def mentions(text: str) -> Iterator[str]:
    """Each of them, as often as it stands there."""
    return (found[1] or found[2] for found in _ACCOUNT.finditer(text))
