"""The folder for what memory should not hold."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from checker import usercache


def theirs(path: Path, owner: int) -> None:
    """Somebody else's, put in place of ours. Only root can give a folder away; for anybody else
    those of root are somebody else's."""
    if os.getuid():
        path.symlink_to("/")
        return
    path.mkdir(mode=0o700)
    os.chown(path, owner, owner)


def opened(path: Path) -> None:
    path.mkdir()
    path.chmod(0o777)


STRANGE: list[tuple[str, Callable[[Path], object]]] = [
    ("is a file", lambda path: path.write_text("x")),
    ("is open to all", opened),
    ("is somebody else's", lambda path: theirs(path, 12345)),
    ("leads nowhere", lambda path: path.symlink_to("/nonexistent/x")),
]


@pytest.mark.parametrize(("why", "make"), STRANGE, ids=[why for why, _ in STRANGE])
def test_a_cache_that_is_not_ours_alone(
    why: str, make: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs that whoever may rename the folder puts in place of those that were fetched; and an
    engine that, with nowhere else to go, writes into the working tree."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    make(tmp_path / "vendorgate")
    found = usercache.temporary()
    assert found is not None, why
    with found as name:
        assert Path(name).parent == Path(tempfile.gettempdir())
        assert not Path(name).stat().st_mode & 0o077


def test_our_own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files in memory, where there is a disk; also by a link of our own."""
    (tmp_path / "disk").mkdir(mode=0o700)
    (tmp_path / "vendorgate").symlink_to(tmp_path / "disk")
    for base in (tmp_path, tmp_path / "new"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(base))
        found = usercache.temporary()
        assert found is not None
        with found as name:
            assert Path(name).parent == base / "vendorgate"


def test_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system's, where it can be done without."""
    (tmp_path / "vendorgate").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    assert usercache.temporary() is None
