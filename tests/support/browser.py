"""A real Chromium, headless, for the page that people open.

`python -m tests.support.browser PAGE PICTURE` makes the picture of the README.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_NAMES = "chromium", "chromium-browser", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
_QUIET = [
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def run(url: str, *options: str) -> str:
    """What it prints; the sandbox refuses to run as root, as containers do."""
    assert CHROMIUM
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *_QUIET, *root, f"--user-data-dir={profile}", *options, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def elements(page: Path, fragment: str = "") -> str:
    """The page as it stands after its script ran."""
    return run(f"{page.as_uri()}{fragment}", "--virtual-time-budget=5000", "--dump-dom")


def picture(page: Path, to: Path, width: int, height: int) -> None:
    run(page.as_uri(), f"--window-size={width},{height}", f"--screenshot={to}")


if __name__ == "__main__":
    picture(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), 1280, 1340)
