"""Characters by which a text looks other to a reviewer than it is.

Whatever people review in a diff (YAML, TOML) may hold none of them; who reads such a text asks
here, so that a parser is imported only where it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.errors import InputError

_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
"""Ends of lines for YAML 1.1 that a diff shows within a line."""
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e007f]"
)
"""Characters without a shape, or that turn the order of others around."""


def refuse_breaks(text: str, path: str) -> None:
    """Raises InputError for ends of lines that a diff does not show."""
    _refuse(_BREAKS, text, path, "ends a line for the parser alone")


def refuse_hidden(text: str, path: str, quoted: Iterable[tuple[int, int]] = ()) -> None:
    """Raises InputError for characters by which a text looks other to a reviewer than it is: ends
    of lines that a diff does not show, and, outside of the quoted spans, what has no shape."""
    refuse_breaks(text, path)
    if _UNSEEN.search(text):
        plain = list(text)
        for start, end in quoted:
            plain[start:end] = " " * (end - start)
        _refuse(_UNSEEN, "".join(plain), path, "cannot be seen in a review")


def _refuse(pattern: re.Pattern[str], text: str, path: str, what: str) -> None:
    if found := pattern.search(text):
        before = text[: found.start()]
        raise InputError(
            f"the character U+{ord(found[0]):04X} {what}",
            path=path,
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            hint="delete it, or write it as an escape within double quotes",
        )
