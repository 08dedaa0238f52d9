"""Regular expressions that are compiled when they are first asked for: a check of a few roles needs
half of those in the modules that it imports, and to compile one takes longer than to use it."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """`re.compile`, at the first use: what does not compile is said then (tests/test_patterns.py
    compiles all)."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


class _Late:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._asked: Any = text, flags

    def __getattr__(self, name: str) -> Any:
        """Kept in the object, so that it costs no more than a pattern the next time."""
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(*self._asked), name)
        self.__dict__[name] = value
        return value
