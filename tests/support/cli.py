"""Runs the command, as a user would."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from checker.cli import gitfile

_AT_START = ("PYTHON", "TZ", "_")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def vendorgate(*arguments: object, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Ran:
    """The command's exit code and what it printed; a traceback fails the test that called.

    In this process, from the entry point on, which is the same code thirty times faster; with an
    input, or what Python reads when it starts, it is a process of its own (see also `real`).
    """
    if stdin or any(name.startswith(_AT_START) for name in env):
        return real(*arguments, cwd=cwd, stdin=stdin, **env)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    os.environ.setdefault("VENDORGATE_TRACEBACK", "1")  # whoever mends it wants to know where
    with _as_a_process(cwd, arguments, out, err, env):
        from checker.cli.main import _run

        code = _run()
    ran = Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]
    assert "internal error" not in ran.err, ran.err
    return ran


def real(*arguments: object, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Ran:
    """The same through a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        cwd=cwd, input=stdin, capture_output=True, env=_environment() | env,
        timeout=120, check=False,
    )  # fmt: skip
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err and "internal error" not in err, err
    return Ran(done.returncode, out, err)


def _environment() -> dict[str, str]:
    """This one's; but modules are compiled once, not at each of a thousand starts."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@contextlib.contextmanager
def _as_a_process(
    cwd: Path | None, arguments: tuple[object, ...], out: io.TextIOWrapper, err: io.TextIOWrapper,
    env: dict[str, str],
) -> Iterator[None]:  # fmt: skip
    """What a command may change of the process is put back."""
    argv = ["vendorgate", *map(str, arguments)]
    streams = mock.patch.multiple(sys, argv=argv, stdout=out, stderr=err, stdin=io.StringIO())
    with contextlib.chdir(cwd or Path.cwd()), streams, mock.patch.dict(os.environ, env):
        try:
            yield
        finally:
            gc.enable()
            gitfile._root.cache_clear()
