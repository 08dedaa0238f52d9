"""Scripts and documented commands, run by a shell, in which `vendorgate` is this process.

The shell, its quoting, variables and exit codes are real; the command runs as
`tests.support.cli.vendorgate` runs it, which saves the half second in which an interpreter starts.
What is about the process itself (signals, streams, stdin) is not for this: see `real` there.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from tests.support.cli import Ran, vendorgate

_STAND_IN = Path(__file__).with_name("stand_in.py")


def program(path: Path, before: str = "") -> None:
    """Writes the script; `before` are lines of shell that come first."""
    path.write_text(f'#!/bin/sh\n{before}exec "{sys.executable}" -ISE "{_STAND_IN}" "$@"\n')
    path.chmod(0o755)


def shell(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str], *, merged: bool = False
) -> Ran:
    """Its exit code and streams; `merged`: stderr where stdout goes. stdin is empty."""
    with (
        tempfile.TemporaryDirectory() as place,  # as the path of a socket is short
        socket.socket(socket.AF_UNIX) as asked,
        Path(place, "out").open("w+") as out,
        Path(place, "err").open("w+") as err,
    ):
        address = f"{place}/asked"
        asked.bind(address)
        asked.listen()
        with subprocess.Popen(
            command, cwd=cwd, env={**env, "VENDORGATE_ASKED": address}, stdin=subprocess.DEVNULL,
            stdout=out, stderr=out if merged else err,
        ) as process:  # fmt: skip
            while process.poll() is None:
                if select.select([asked], [], [], 0.005)[0]:
                    _answer(asked.accept()[0])
        told = (Path(place, name).read_bytes().decode() for name in ("out", "err"))
        return Ran(process.returncode, *told)


def _answer(one: socket.socket) -> None:
    with one:
        asked: dict[str, Any] = json.load(one.makefile())
        with mock.patch.dict(os.environ, asked["env"], clear=True):
            ran = vendorgate(*asked["arguments"], cwd=Path(asked["cwd"]))
        one.sendall(json.dumps([ran.code, ran.out, ran.err]).encode())
