"""How a run of the tests ends."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_the_last_line_says_how_many_passed(tmp_path: Path) -> None:
    """Flags for which pytest says nothing, or something else last: a green run that ran nothing."""
    root = Path(__file__).parents[1]
    flags = [
        "-qq",
        "-rA",
        "--durations=1",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tmp_path / 'x'}",
    ]
    command = [sys.executable, "-m", "pytest", *flags]
    done = subprocess.run([*command, "tests/inventory"], cwd=root, capture_output=True, text=True)
    assert re.fullmatch(r"\d+ passed", done.stdout.splitlines()[-1]), done.stdout
