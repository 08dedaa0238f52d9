"""What loops go over: each item as it is by default or in this run, and as what is given alone
tells it. A default within an item decides no more than one that stands alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.collect.iac.unknown import is_unresolved, unresolved, wholly

ITEM = "an item of "
"""How one is called of which nothing is given."""


class Item:
    """What a name of a loop stands for. `sure`: tells it by what is given alone."""

    def __init__(self, value: Any, sure: Callable[[], Any]) -> None:
        self.value, self._tell = value, sure
        self._sure: list[Any] = []

    def sure(self) -> Any:
        if not self._sure:
            self._sure.append(self._tell())
        return self._sure[0]

    def is_unsure(self) -> bool:
        """Whether nothing that is given tells anything of it."""
        sure = self.sure()
        inner = sure.get("value") if isinstance(sure, dict) else sure
        return (wholly(inner) or "").startswith(ITEM)


class Items:
    """The items of a loop. `sure`: tells all of them by what is given alone; `text`: how they are
    written."""

    def __init__(self, value: Any, sure: Callable[[], Any], text: str) -> None:
        self._value, self._text = value, text
        self._all = Item(value, sure)

    def item(self, key: Any, item: Any) -> Item:
        """`key`: that of a map; of a list the place."""
        return Item(item, lambda: self._one(key, item))

    def each(self, key: Any, item: Any) -> Item:
        """As `each` and iterators of blocks have it: who is looked at has that key."""
        inner = self.item(key, item)
        return Item({"key": key, "value": item}, lambda: {"key": key, "value": inner.sure()})

    def _one(self, key: Any, item: Any) -> Any:
        sure = self._all.sure()
        if isinstance(sure, dict) and isinstance(key, str) and key in sure:
            return sure[key]
        if isinstance(sure, list):
            if item in sure:
                return item
            likely = [one for one in sure if may_be(one, item)]
            if likely and all(one == likely[0] for one in likely):
                return likely[0]
            at = key if isinstance(key, int) and len(sure) == len(self._value) else len(sure)
            if at < len(sure):
                return sure[at]
            names = [wholly(one) for one in likely]
            if names and all(names):
                return unresolved(" or ".join(map(str, names))[:120])
        return unresolved(f"{ITEM}{wholly(sure) or self._text}"[:120])


def may_be(sure: Any, value: Any) -> bool:
    """Whether what is known of a value leaves open that it is this one."""
    if isinstance(sure, str) and is_unresolved(sure):
        return True
    if isinstance(sure, dict) and isinstance(value, dict):
        return sure.keys() == value.keys() and all(may_be(one, value[k]) for k, one in sure.items())
    if isinstance(sure, list) and isinstance(value, list):
        alike = len(sure) == len(value)
        return alike and all(may_be(one, other) for one, other in zip(sure, value, strict=True))
    return bool(sure == value)


def plain(value: Any) -> Any:
    """What a name stands for, by default or in this run."""
    return value.value if isinstance(value, Item) else value
