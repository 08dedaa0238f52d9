"""What one template tells others of the same account and region (`Fn::ImportValue`).

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from checker.collect.iac.grants.model import Code, Part
from checker.collect.iac.unknown import wholly

IMPORTED = "ImportValue "
"""How a mark begins of a value that another template tells."""


class Exports:
    """Those of all code that is read; a name that two of them tell is nobody's."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._codes = list({id(one.code): one.code for one in parts}.values())

    def told(self, part: Part) -> tuple[Any, Code]:
        """What names the resource of a part, and which code says so."""
        mark = wholly(part.named) or ""
        if not mark.startswith(IMPORTED):
            return part.named, part.code
        found = [
            (value, code) for value, code in self._all.get(mark.removeprefix(IMPORTED), ())
            if code.target == part.code.target
        ]  # fmt: skip
        return found[0] if len(found) == 1 else (part.named, part.code)

    @functools.cached_property
    def _all(self) -> dict[str, list[tuple[Any, Code]]]:
        found: dict[str, list[tuple[Any, Code]]] = {}
        for code in self._codes:
            for name, value in code.exports():
                found.setdefault(name, []).append((value, code))
        return found
