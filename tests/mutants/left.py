"""The bugs that change no answer, each with the reason: `left.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path


def left(root: Path) -> dict[tuple[str, str], str]:
    """Of each, by its file and what becomes of what, why nothing can tell."""
    rows = tomllib.loads((root / "tests/mutants/left.toml").read_text(encoding="utf-8"))
    return {(row["file"], row["bug"]): row["why"] for row in rows["equal"]}
