"""The frameworks whose controls policies support: an open set, with what each is called.

`frameworks.json` has those that the built-in policies name, with version and publisher, and in
short what each control asks. A policy may name others, and call them by a title of its own.
docs/tables.md says where the table comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("frameworks.json")


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`title` holds the version too, as people name it; `published` is a month. `asks`: the
    control's title where its publisher gives one, else what it is about."""

    title: str
    version: str
    publisher: str
    published: str
    source: str
    asks: dict[str, str]


@cache
def frameworks() -> dict[str, Framework]:
    """Those that are built in, in the order in which they are shown."""
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[str, Framework])


def title(key: str, own: Mapping[str, str] | None = None) -> str:
    """What people call it: as it is known, as a policy says for one of its `own`, or its key."""
    known = frameworks().get(key)
    return known.title if known else (own or {}).get(key, key)


def asks(key: str, control: str) -> str:
    """What the control asks, in short; nothing where that is not known here."""
    known = frameworks().get(key)
    return known.asks.get(control, "") if known else ""


def in_order(named: Iterable[str]) -> list[str]:
    """Built-in frameworks as the table has them, then the reader's own by key."""
    order = _order()
    return sorted(named, key=lambda key: (order.get(key, len(order)), key))


@cache
def _order() -> dict[str, int]:
    return {key: at for at, key in enumerate(frameworks())}


def meant(key: str) -> str | None:
    """The built-in framework that this unknown key is a misspelling of: a letter or a digit less,
    more, or another, or two in each other's place. `nist_800_171` is another framework."""
    written = _squeezed(key)
    return next((name for name in frameworks() if _slip(written, _squeezed(name))), None)


def _squeezed(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())


def _slip(one: str, other: str) -> bool:
    if sorted(one) == sorted(other):
        return True
    pairs = zip(one, other, strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    ends = {(one[at + a :], other[at + b :]) for a, b in ((1, 1), (0, 1), (1, 0))}
    return any(left == right for left, right in ends)
