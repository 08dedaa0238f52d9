"""What makes no sense among the gaps that an allowlist accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checker.document import Document
from checker.errors import InputError

_OPEN = re.compile(r"[*?]+")


def inconsistent_gaps(places: Iterable[str], document: Document) -> Iterator[InputError]:
    """`places`: ACCOUNT/REGION/CALL of each entry, as patterns."""
    first: dict[str, int] = {}
    for index, place in enumerate(places):
        before = first.setdefault(place, index)
        if before != index:
            line = document.line_for(("gaps", before), ("gaps", index))
            yield document.error(
                ("gaps", index), f"the same gaps are accepted on {line}", "keep one of them"
            )
        account, region, call = place.split("/", 2)
        if not _named(call) and not _named(account) and not _named(region):
            yield document.error(
                ("gaps", index),
                "this accepts every gap there is",
                "name an account, a region or a call, such as ec2:*",
            )
        elif _OPEN.search(call.partition(":")[0]) and not _named(account) and not _named(region):
            yield document.error(
                ("gaps", index, "call"),
                f"{call!r} accepts gaps of more than one service, in every account and region",
                "write the service, such as ec2:*, or name an account or a region",
            )


def _named(pattern: str) -> bool:
    return bool(_OPEN.sub("", pattern).strip(":-"))
