"""What other systems lack is not needed: Windows has no fcntl, no users by number, no exchange of names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.demo.recorded import write_recorded
from checker.snapshot import write

ROOT = Path(__file__).parent.parent
AS_ON_WINDOWS = """
import os, pkgutil, sys
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog"):
    sys.modules[name] = None
for name in ("fork", "geteuid", "getuid", "killpg", "mkfifo", "setsid", "O_NOFOLLOW", "O_DIRECTORY"):
    if hasattr(os, name):
        delattr(os, name)
import checker
from checker import usercache
names = [one.name for one in pkgutil.walk_packages(checker.__path__, "checker.")]
assert len(names) > 200, names
for name in names:
    if not name.endswith("__main__"):
        __import__(name)
assert len(usercache.key("k")) == 32 and usercache.key("k") == usercache.key("k")
assert usercache.temporary() is not None
from checker.cli.demo import command
import checker.cli.demo as demo
demo.find_spec = lambda name: None
command.main(["-o", "out"], standalone_mode=False)
"""


_WINDOWS = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
"""Without it, Python does not start there."""


def test_windows_has_all_that_is_imported(tmp_path: Path) -> None:
    """Each module is imported, and a verdict reached, without what POSIX alone has: an import that
    the CI of one system never misses."""
    done = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS], cwd=tmp_path, text=True, encoding="utf-8",
        capture_output=True, check=False, env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)} | _WINDOWS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "FAIL: 18 findings" in done.stdout


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_snapshot_replaces_another_without_an_exchange_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    """Where two names cannot be exchanged, the old snapshot steps aside, and goes."""
    monkeypatch.setattr(write.sys, "platform", platform)
    for now in ("2026-11-20T06:00:00Z", "2026-11-21T06:00:00Z"):
        write_recorded(tmp_path / "s", now)
    assert "2026-11-21" in (tmp_path / "s" / "manifest.json").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_pipe_of_another_encoding_gets_escapes() -> None:
    """A pipe on Windows has the characters of its country: what it lacks is no internal error."""
    done = subprocess.run(
        [sys.executable, "-m", "checker", "check", "--help"], capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp932"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "0 passes \\xb7 1 findings" in done.stdout.decode("cp932")
