"""Commands that a document shows, run by a shell as they stand."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.support.shell import program, shell

_FILES = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
_BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n|.*\|\n)*.*)\n", re.MULTILINE)
"""Behind the prompt; a line that ends in a backslash or a bar goes on."""


def hold_commands(path: Path, folder: Path, *, within: str = r".*", **stubs: str) -> None:
    """Holds what stands below each command against what it prints, or writes it anew.

    Only `within` a part of the document; in `folder`, where the files are written that the document
    shows. `stubs` are scripts under the names of commands that tests don't have.
    """
    text = path.read_text()
    part = re.search(within, text, re.DOTALL)
    assert part, within
    for name, content in _FILES.findall(text):
        (folder / name).write_text(content)
    _programs(folder / "bin", stubs)
    assert _COMMAND.search(part[0])
    new = _BLOCK.sub(lambda block: f"{block[1]}{_answered(block[2], folder)}{block[3]}", part[0])
    whole = text[: part.start()] + new + text[part.end() :]
    if os.environ.get("UPDATE_README"):
        path.write_text(whole)
    assert whole == text, f"run `make docs`: what {path.name} shows is stale"


def _programs(folder: Path, stubs: dict[str, str]) -> None:
    folder.mkdir()
    program(folder / "vendorgate")
    for name, script in stubs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}")
        (folder / name).chmod(0o755)


def _answered(block: str, folder: Path) -> str:
    return "".join(f"$ {command}\n{_run(command, folder)}" for command in _COMMAND.findall(block))


def _run(command: str, folder: Path) -> str:
    """What it prints, to either stream, without empty lines at the end."""
    found = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = shell(["bash", "-c", command], folder, os.environ | {"PATH": found}, merged=True)
    assert "Traceback" not in done.out, done.out
    printed = done.out.rstrip("\n")
    return printed + "\n" if printed else ""
