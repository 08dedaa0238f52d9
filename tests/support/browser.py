"""A real Chromium, headless, for the page that people open, and what its pictures hold."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from select import select
from typing import Any

import pytest

_NAMES = "chromium", "chromium-browser", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
_QUIET = [
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

# Chromium reads its file 3 and writes its file 4, whatever numbers the pipes have here
_WIRED = """import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD_CLOEXEC, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])"""


class Browser:
    """One for all pages of a process, as to start one takes seconds. It is told what to do through
    two pipes (https://chromedevtools.github.io/devtools-protocol/)."""

    def __init__(self) -> None:
        assert CHROMIUM
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # the sandbox refuses to run as root, as containers do
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        said, heard = os.pipe(), os.pipe()
        command = [CHROMIUM, *_QUIET, *root, f"--user-data-dir={self._profile.name}", "about:blank"]
        ends = said[0], heard[1]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WIRED, *map(str, ends), *command], pass_fds=ends,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(said[0]), os.close(heard[1])
        self._to, self._from = os.fdopen(said[1], "wb"), heard[0]
        self._sent, self._rest = 0, b""
        self._events: list[tuple[str | None, str | None]] = []
        atexit.register(self.close)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._profile.cleanup()

    @contextmanager
    def page(self, url: str, **told: Any) -> Iterator[Callable[..., Any]]:
        """Asks a page whose script ran for five seconds of its time, which is none of ours."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        ask = partial(self.ask, session=session)
        for method, parameters in told.items():
            ask(f"Emulation.{method}", **parameters)
        ask("Page.enable")
        ask("Page.navigate", url=url)
        self.await_event("Page.loadEventFired", session)
        ask("Emulation.setVirtualTimePolicy", policy="advance", budget=5000)
        self.await_event("Emulation.virtualTimeBudgetExpired", session)
        yield ask
        self.ask("Target.closeTarget", targetId=target)

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while (answer := self._next()).get("id") != self._sent:
            self._events.append((answer.get("method"), answer.get("sessionId")))
        assert "error" not in answer, answer
        return answer["result"]

    def await_event(self, method: str, session: str) -> None:
        while (method, session) not in self._events:
            told = self._next()
            self._events.append((told.get("method"), told.get("sessionId")))
        self._events.remove((method, session))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select([self._from], [], [], 120)
            part = os.read(self._from, 1 << 20) if ready else b""
            assert part, "the browser went away, or says nothing"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)


@cache
def browser() -> Browser:
    return Browser()


def elements(page: Path, fragment: str = "") -> str:
    """The page as it stands after its script ran."""
    with browser().page(f"{page.as_uri()}{fragment}") as ask:
        whole = ask("Runtime.evaluate", expression="document.documentElement.outerHTML")
    return whole["result"]["value"]


def picture(page: Path, to: Path, width: int, height: int, *, dark: bool = False) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    told = {"setDeviceMetricsOverride": size, "setEmulatedMedia": {"features": [scheme]}}
    with browser().page(page.as_uri(), **told) as ask:
        to.write_bytes(b64decode(ask("Page.captureScreenshot", format="png")["data"]))


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
