"""The demo, run for tests that want its organization and reports."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.support.cli import vendorgate

HOSTILE = {
    "AWS_PROFILE": "production", "AWS_ENDPOINT_URL_EC2": "http://192.0.2.1",
    "HTTP_PROXY": "http://192.0.2.1:3128",
}  # fmt: skip
"""An environment with settings that a demo must not touch."""


def demo(factory: pytest.TempPathFactory) -> Path:
    """The folder with its snapshot, allowlist and reports, which name no path of this machine: a
    copy, which a test may change."""
    return Path(shutil.copytree(_made(factory) / "demo-out", factory.mktemp("demo") / "demo-out"))


def printed(factory: pytest.TempPathFactory) -> str:
    """What it prints."""
    return (_made(factory) / "printed").read_text()


def said(factory: pytest.TempPathFactory) -> str:
    """What it says beside it, on stderr."""
    return (_made(factory) / "said").read_text()


def _made(factory: pytest.TempPathFactory) -> Path:
    """Once for all workers of a run (https://pytest-xdist.readthedocs.io/en/stable/how-to.html)."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "demo-made").exists():
            folder = factory.mktemp("demo")
            ran = vendorgate("demo", "-o", "demo-out", cwd=folder, **HOSTILE)
            assert ran.code == 0, ran.err
            (folder / "printed").write_text(ran.out)
            (folder / "said").write_text(ran.err)
            folder.rename(shared / "demo-made")  # whole, or not there
    return shared / "demo-made"
