"""What is made here, for functions that look into a text: as it will be called, as far as that is
known. A mark says nothing of what it will hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from checker.collect.iac.grants.arns import arn_of
from checker.collect.iac.grants.rows import BUCKET, FORMS, UNSURE
from checker.collect.iac.target import Target
from checker.collect.iac.unknown import (
    A_MARK,
    MADE,
    OPEN,
    is_made,
    is_unresolved,
    made,
    unresolved,
    wholly,
)

LOOKING = (
    "replace", "split", "trimprefix", "trimsuffix", "lower", "upper", "title", "substr", "trim",
    "startswith", "endswith", "strcontains",
)  # fmt: skip
"""Functions that look into a text."""
_SHORTENING = ("trimprefix", "trimsuffix")
_MARKS = re.compile(f"({A_MARK})")
_REGION = made("the region")
_LOWER = (".id", ".key_id", "the region")
_ISSUERS = (".issuer", ".url")
"""Of tokens: a host and a path, behind the word `oidc-provider/` mostly."""
_ID = re.compile(r"[a-z0-9./_-]*")
_NAME = re.compile(r"[\w.+=@/-]*")
_ANY = re.compile(r"[\w.+=@/:-]*")
_NAMED = ".name"


def shortens(name: str, given: list[Any]) -> bool:
    """Whether a function takes a part away of what is made here: what is left is ours, too."""
    if not given or wholly(given[0]) is None or not is_made(given[0]):
        return False
    return name in _SHORTENING or (name == "replace" and given[2:] == [""])


def spell(kind: str, attribute: str, called: Any, address: str, target: Target) -> str | None:
    """The ARN of a resource of the code, or a bucket's name, with marks for what is not known of
    it; None where nobody knows its form."""
    known = isinstance(called, str) and called and not is_unresolved(called)
    name = called if known else made(f"{address}{'.id' if kind == BUCKET else _NAMED}")
    if attribute == "id":
        return name if kind == BUCKET else None
    if kind in UNSURE or not (kind in FORMS or kind in _PLAIN):
        return None
    found = arn_of(kind, "\0", target)
    parts = found.split(":", 5)
    if "{region}" in FORMS.get(kind, "{region}") and not target.region:
        parts[3] = _REGION
    return ":".join(parts).replace("\0", name)


_PLAIN = ("AWS::SQS::Queue", "AWS::SNS::Topic")


def spelled(text: str, known: Mapping[str, str]) -> str:
    if OPEN not in text:
        return text
    return "".join(known.get(one, one) for one in _MARKS.split(text))


def doubted(text: str, part: str) -> str | None:
    """The text, in which what may hold a part is no longer known; None where that may go over the
    edge of what is known."""
    pieces = _MARKS.split(text)
    for at in range(1, len(pieces), 2):
        mark = pieces[at]
        if not mark.startswith(OPEN + MADE):
            continue
        may = _holds(mark)
        if _overlaps(pieces[at - 1], pieces[at + 1], part, may):
            return None
        if may(part):
            pieces[at] = unresolved(f"a part of {mark[1:-1]}")
    return "".join(pieces)


def _holds(mark: str) -> Callable[[str], bool]:
    """Whether such a name may hold a text."""
    name = mark[1:-1].removeprefix(MADE)
    if name.endswith(_ISSUERS):
        return lambda part: "provider" not in part and "//" not in part
    form = _ID if name.endswith(_LOWER) else _NAME if name.endswith(_NAMED) else _ANY
    return lambda part: "//" not in part and form.fullmatch(part) is not None


def _overlaps(before: str, after: str, part: str, may: Callable[[str], bool]) -> bool:
    """Whether a part may begin in what is known and go on in what is not, or the other way."""
    for at in range(1, len(part)):
        begin, rest = part[:at], part[at:]
        if before.endswith(begin) and may(rest):
            return True
        if after.startswith(rest) and may(begin):
            return True
    ends = range(1, len(part))
    return any(before.endswith(part[:one]) and after.startswith(part[two:]) and may(part[one:two])
               for one in ends for two in ends if two > one)  # fmt: skip
