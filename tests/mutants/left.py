"""The bugs that change no answer, each with the reason: `left.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.trees import Planted


@dataclass(frozen=True)
class Left:
    """By its file and what becomes of what; `within`: what its line has, where others in the file
    are edited alike."""

    file: str
    bug: str
    why: str
    within: str = ""

    def is_it(self, one: Planted) -> bool:
        return one.name == (self.file, self.bug) and self.within in one.text


def left(root: Path) -> list[Left]:
    rows = tomllib.loads((root / "tests/mutants/left.toml").read_text(encoding="utf-8"))
    return [Left(**row) for row in rows["equal"]]


def reason(one: Planted, rows: list[Left]) -> str | None:
    """Why nothing can tell; None where a test could."""
    return next((row.why for row in rows if row.is_it(one)), None)
