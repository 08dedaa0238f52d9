"""What commands answer, word for word: each file in `transcripts/` is a session in a new folder.

A line begins with what it is: `# ` why, `$ ` a command (`cat` shows a file), `@ ` a file's name with its lines below as
`| `, `= ` the exit code, `> ` what is printed, and `! ` what goes to stderr.
`UPDATE_GOLDEN=1 pytest tests/cli/test_transcripts.py` writes the answers anew: read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import __version__
from tests.cli.worlds import WORLDS
from tests.support.cli import Ran, vendorgate

_PASSING = re.compile(r'"(collected_at|begun_at|version)": ?"[^"]*"')
FOLDER = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An option that is not asked for any more, a word that is left out, another exit code."""
    monkeypatch.chdir(tmp_path)
    WORLDS.get(name, lambda _: None)(tmp_path)
    file = FOLDER / f"{name}.txt"
    told = file.read_text("utf-8")
    new = "".join(f"{line}\n" for line in _played(told.splitlines()))
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(new, "utf-8")
    assert new == told


def _played(lines: list[str]) -> Iterator[str]:
    """The session with what is answered now."""
    written: Path | None = None
    for line in lines:
        kind, rest = line[:1], line[2:]
        if kind == "@":
            written = Path(rest)
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text("")
        elif kind == "|" and written:
            written.write_text(f"{written.read_text('utf-8')}{rest}\n", "utf-8")
        if kind not in ("=", ">", "!"):
            yield line
        if rest.startswith("cat "):
            yield from (f"> {line}" for line in _timeless(Path(rest[4:])).splitlines())
        elif kind == "$":
            yield from _answer(vendorgate(*shlex.split(rest)[1:]))


def _timeless(path: Path) -> str:
    """A file without what another day or version changes."""
    if not path.exists():
        return "(there is none)"
    return _PASSING.sub(r'"\1": …', path.read_text("utf-8"))


def _answer(ran: Ran) -> Iterator[str]:
    yield f"= {ran.code}"
    out = ran.out.replace(f"vendorgate {__version__}", "vendorgate …")
    yield from (f"> {line}".rstrip() for line in out.split("\n")[:-1])
    yield from (f"! {line}".rstrip() for line in ran.err.split("\n")[:-1])
