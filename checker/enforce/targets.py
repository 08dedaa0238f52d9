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
Excess = Callable[[Document], str | None]
"""What of a document is more than AWS takes, in words: `takes 5,121 characters, of 5,120`."""


def characters(most: int) -> Excess:
    def excess(document: Document) -> str | None:
        found = size(document)
        return f"takes {found:,} characters, and AWS takes {most:,}" if found > most else None

    return excess


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

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(target for one in self.parts for target in one.targets)


def placed(make: Make, roots: list[Node] | None, excess: Excess, mend: str) -> Plan:
    """Raises InputError for what fits nowhere; `mend` says what to do about it."""
    whole = make(None)
    if (why := excess(whole)) is None:
        return Plan((Placed(tuple(one.id for one in roots or ()), whole),))
    if not roots:
        raise InputError(f"the whole list {why}", hint=mend)
    places = _Places(make, excess, mend, {}, [])
    for root in roots:
        places.place(root)
    parts = sorted(places.found.values(), key=lambda one: one.targets)
    return Plan(tuple(parts), tuple(sorted(places.split)))


class _Places(msgspec.Struct):
    """Fills as the tree is gone down; equal documents are one."""

    make: Make
    excess: Excess
    mend: str
    found: dict[str, Placed]
    split: list[str]

    def place(self, node: Node) -> None:
        document = self.make(node.accounts)
        why = self.excess(document)
        if why is None:
            self._put(node.id, document)
            return
        parts = below(node)
        if not parts:
            raise InputError(f"what was vetted for {node.id} {why}", hint=self.mend)
        self.split.append(node.id)
        for part in parts:
            self.place(part)

    def _put(self, target: str, document: Document) -> None:
        key = msgspec.json.encode(document).decode()
        known = self.found.get(key)
        targets = (*(known.targets if known else ()), target)
        self.found[key] = Placed(tuple(sorted(targets)), document)
