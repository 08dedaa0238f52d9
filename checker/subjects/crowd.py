"""Things that are alike, and of which no policy says anything, are counted and told together."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from checker.facts.plain import Facts
from checker.subjects.item import By, Item
from checker.subjects.world import World

REMEMBERED = 1 << 14
"""So many sorts of them are told together at a time."""


def one_by_one(world: World, subject: str, own: frozenset[tuple[str, ...]]) -> bool:
    """Whether each thing is to be seen by itself: somebody looks, or a policy decides by what is
    its `own`, the facts by which things that are alike may differ."""
    return world.judge is None or world.judge.reads(subject, own)


def passes(world: World, subject: str, facts: Facts) -> bool:
    """Whether no policy says anything of these facts, as far as anybody can tell."""
    return world.judge is not None and world.judge.passes(subject, facts)


def together(item: Item, count: Counter[str], by: By | None) -> Item:
    """An item for all of them. `count`: by account; `by`: what shows its third party."""
    sights = item.sights and replace(item.sights, by=by)
    return replace(item, sights=sights, crowd=count)
