"""The demo, run for tests that want its organization and reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import vendorgate


def demo(factory: pytest.TempPathFactory) -> Path:
    """The folder with its snapshot, allowlist and reports, which name no path of this machine."""
    folder = factory.mktemp("demo")
    ran = vendorgate("demo", "-o", "demo-out", cwd=folder)
    assert ran.code == 0, ran.err
    return folder / "demo-out"
