"""docs/enforcing.md shows what the command prints."""

from __future__ import annotations

from pathlib import Path

from tests.support.shown import hold_commands

PAGE = Path(__file__).parent.parent.parent / "docs" / "enforcing.md"


def test_the_document_of_the_page_is_the_command_s(tmp_path: Path) -> None:
    """An example that its reader attaches, and that is of an older version."""
    hold_commands(PAGE, tmp_path, within=r"## What it writes.*?## What it proves")
