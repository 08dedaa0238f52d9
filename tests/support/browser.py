"""A real Chromium, headless, for the page that people open, and what its pictures hold."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

_NAMES = "chromium", "chromium-browser", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
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


def picture(page: Path, to: Path, width: int, height: int, *, dark: bool = False) -> None:
    scheme = f"--blink-settings=preferredColorScheme={int(not dark)}"
    run(page.as_uri(), scheme, f"--window-size={width},{height}", f"--screenshot={to}")


@dataclass(frozen=True)
class Png:
    """`corner` is the colour at the upper left; `lines` how many different ones there are."""

    width: int
    height: int
    corner: tuple[int, ...]
    lines: int


def read_png(path: Path) -> Png:
    """As Chromium writes it: eight bits a channel. The first pixel of the first line has nothing
    before it or above it, so it stands there as it is, whatever the line's filter."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) in ((8, 2), (8, 6))
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    plain, line = zlib.decompress(packed), 1 + width * (3 if kind == 2 else 4)
    assert len(plain) == line * height
    lines = {plain[start : start + line] for start in range(0, len(plain), line)}
    return Png(width, height, tuple(plain[1:4]), len(lines))


_KEYWORD = b"vendorgate-shows\0\0\0\0\0"
"""An iTXt chunk, neither compressed nor translated (https://www.w3.org/TR/png-3/#11iTXt)."""


def annotate(path: Path, text: str) -> None:
    """Writes into a picture, which no machine can read, what it shows."""
    data, body = path.read_bytes(), b"iTXt" + _KEYWORD + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    path.write_bytes(data[:-12] + chunk + data[-12:])  # before its last chunk, which is empty


def annotation(path: Path) -> str | None:
    """What was written into it; None where nothing was."""
    _, found, rest = path.read_bytes()[:-16].partition(b"iTXt" + _KEYWORD)
    return rest.decode() if found else None


class Outline(HTMLParser):
    """Elements with the names of their attributes, and the text of raw elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, ...]] = Counter()
        self.urls: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements[(tag, *(name for name, _ in attrs))] += 1
        self.urls += [value for name, value in attrs if name in ("src", "href", "action", "style")]
