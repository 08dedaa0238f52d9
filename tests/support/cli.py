"""Runs the real command, as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def vendorgate(*arguments: object, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Ran:
    """The command's exit code and what it printed; a traceback fails the test that called."""
    done = subprocess.run(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        cwd=cwd, input=stdin, capture_output=True, env=os.environ | env, timeout=120, check=False,
    )  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return Ran(done.returncode, out, err)
