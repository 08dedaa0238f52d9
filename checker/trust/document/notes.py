"""What parsing takes along: where it is, what it has to report, and how keys are spelled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from checker.trust.model import Problem

BLOCKING = frozenset(
    """not-json too-deep too-complex duplicate-key unknown-element unexpected-resource
    invalid-document invalid-statement invalid-version invalid-effect invalid-action
    invalid-principal missing-principal not-principal canonical-user foreign-partition
    invalid-condition invalid-value unknown-operator""".split()  # noqa: SIM905
)
"""Problems which mean that the document was not, or not wholly, understood: never a pass.

The others inform: ambiguous, confused-deputy, dangling-principal, duplicate-condition-key,
empty-condition, expired, foreign-provider, inert, unknown-key.
"""

ENOUGH = 200
"""How many problems that only inform are kept."""


class Notes(msgspec.Struct):
    partition: str
    live: bool
    today: int
    index: int | None = None
    variables: bool = False
    partial: bool = False
    problems: dict[Problem, None] = {}
    spelling: dict[str, str] = {}

    def add(self, code: str, statement: int | None, message: str) -> None:
        if len(self.problems) < ENOUGH or code in BLOCKING:
            self.problems[Problem(code, statement, message)] = None

    def here(self, code: str, message: str) -> None:
        self.add(code, self.index, message)

    def unknown(self, names: Iterable[Any], statement: int | None) -> None:
        for name in sorted(map(str, names)):
            self.add("unknown-element", statement, f"no element of a policy: {name!a:.80}")


def scalar(value: Any) -> str | None:
    """Text, or a number or boolean that was left unquoted; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 10**30:
        return str(value)
    return repr(value) if isinstance(value, float) else None
