"""Other names in the place of names."""

from __future__ import annotations

import re
from collections.abc import Mapping


def renamed(text: str, names: Mapping[str, str]) -> str:
    """All at once, the longer first: what one becomes may be spelt as another."""
    if text in names:
        return names[text]
    some = [name for name in names if name in text]
    if len(some) < 2:
        return text.replace(some[0], names[some[0]]) if some else text
    some.sort(key=len, reverse=True)
    return re.sub("|".join(map(re.escape, some)), lambda found: names[found[0]], text)
