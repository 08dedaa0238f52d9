"""Where the documents go: one for everybody where it fits, else one for each part of the tree.

An allowlist is never spread over several documents on one target: each would refuse whom the others
let in. So a document that is too large is made anew for the units below, each with those alone who
were vetted for its accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from checker.enforce.limits import Document, size
from checker.enforce.tree import Node, below
from checker.errors import InputError

Make = Callable[[Iterable[str] | None], Document]
"""The document for some own accounts; None: for all that there are or may be."""


class Placed(msgspec.Struct, frozen=True):
    """`targets`: ids of a root, units and accounts; empty where no snapshot tells of any."""

    targets: tuple[str, ...]
    document: Document

    def plain(self) -> dict[str, Any]:
        return {"targets": list(self.targets), "document": self.document}


class Plan(msgspec.Struct, frozen=True):
    """`parts`: in order of their targets. `split`: what has no document of its own any more, as its
    parts have: whoever comes to stand right under one is bound by none."""

    parts: tuple[Placed, ...]
    split: tuple[str, ...] = ()


def placed(make: Make, roots: list[Node] | None, most: int, mend: str) -> Plan:
    """Raises InputError for what fits nowhere; `mend` says what to do about it."""
    whole = make(None)
    if size(whole) <= most:
        return Plan((Placed(tuple(one.id for one in roots or ()), whole),))
    if not roots:
        raise _too_large(size(whole), most, "the whole list", mend)
    found: dict[str, Placed] = {}
    split: list[str] = []
    for root in roots:
        _place(root, make, most, mend, found, split)
    parts = sorted(found.values(), key=lambda one: one.targets)
    return Plan(tuple(parts), tuple(sorted(split)))


def _place(
    node: Node, make: Make, most: int, mend: str, found: dict[str, Placed], split: list[str]
) -> None:
    document = make(node.accounts)
    if size(document) <= most:
        key = msgspec.json.encode(document).decode()
        known = found.get(key)
        targets = (*(known.targets if known else ()), node.id)
        found[key] = Placed(tuple(sorted(targets)), document)
        return
    parts = below(node)
    if not parts:
        raise _too_large(size(document), most, f"what was vetted for {node.id}", mend)
    split.append(node.id)
    for part in parts:
        _place(part, make, most, mend, found, split)


def _too_large(found: int, most: int, what: str, mend: str) -> InputError:
    return InputError(f"{what} takes {found:,} characters, and AWS takes {most:,}", hint=mend)
