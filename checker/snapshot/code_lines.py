"""Lines of uses of code as we write them, taken apart by one pattern: most are never decoded.

A line that fits is one that decodes strictly to a use, and tells no key twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.snapshot.fitting import TEXT

NEXT = rb'","location":null,"reference":"'
"""What stands between a kind and a reference."""


def form(references: Iterable[bytes]) -> re.Pattern[bytes]:
    """Finds such lines, each behind a line's end and before one: the line without its end, account,
    groups of `references`, any other kind, and its reference. `references`: kinds with references
    of forms that are known, `NEXT` between them."""
    known = b"|".join(references)
    other = rb'([ !#-\[\]-~]*+)","location":null,"reference":(null|%b)' % TEXT
    maybe = rb"(?:null|%b)" % TEXT
    fields = (
        rb'\{"account":"([0-9]{12})"',
        rb'"digest":%b' % maybe,
        rb'"kind":"(?:(?:%b)"|%b)' % (known, other),
        rb'"region":%b' % TEXT,
        rb'"resource":%b' % TEXT,
        rb'"via":%b\}' % maybe,
    )  # fmt: skip
    return re.compile(rb"\n(%b)(?=\n)" % b",".join(fields))


def reference_in(line: bytes) -> str:
    """That of a line that fits; empty where it has none."""
    kind = line.partition(b'"kind":"')[2]
    return kind.partition(NEXT)[2].partition(b'"')[0].decode()


def kind_in(line: bytes) -> str:
    """The same of its kind."""
    return line.partition(b'"kind":"')[2].partition(b'"')[0].decode()
