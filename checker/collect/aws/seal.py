"""Seals on what a collection has finished, so that it believes nobody's journal but its own.

A repository, an archive or another user may put a journal where ours would be. The seal is an
HMAC under a key that only the user's own cache has.
"""

from __future__ import annotations

import hashlib
import hmac
import subprocess
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import msgspec

from checker.errors import InputError
from checker.snapshot.records import Gap


class Part(msgspec.Struct, frozen=True):
    """What is known of a finished account beside its records."""

    account: str
    gaps: tuple[Gap, ...] = ()
    regions: tuple[str, ...] = ()


class Sealed(msgspec.Struct, frozen=True):
    """The first line of a finished account."""

    part: Part
    seal: str


class Begun(msgspec.Struct, frozen=True):
    """`begun.json`: which request a journal belongs to, since when, and its own name, which all
    seals within it cover."""

    key: str
    at: str
    journal: str
    seal: str = ""


HINT = "look at it, then remove it"


def sealed_begun(key: bytes, begun: Begun) -> Begun:
    bare = msgspec.structs.replace(begun, seal="")
    said = _seal(key, "begun", begun.journal, [msgspec.json.encode(bare)])
    return msgspec.structs.replace(begun, seal=said)


def begun_holds(key: bytes, begun: Begun) -> bool:
    return _same(begun.seal, sealed_begun(key, begun).seal)


def sealed_part(key: bytes, journal: str, part: Part, lines: Iterable[bytes]) -> Sealed:
    """Of a finished account and its lines: none can stand in another's place, or journal's."""
    said = chain([msgspec.json.encode(part)], lines)
    return Sealed(part, _seal(key, part.account, journal, said))


def run_holds(key: bytes, begun: Begun, run: Path) -> bool:
    """Whether a file is what was sealed under its name in this journal."""
    with run.open("rb") as file:
        try:
            found = msgspec.json.decode(file.readline(), type=Sealed)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return False
        again = sealed_part(key, begun.journal, found.part, file)
    return found.part.account == run.stem and _same(found.seal, again.seal)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _seal(key: bytes, what: str, journal: str, lines: Iterable[bytes]) -> str:
    made = hmac.new(key, f"{journal}\0{what}\0".encode(), hashlib.sha256)
    for line in lines:
        made.update(line)
    return made.hexdigest()


def refuse_strange(folder: Path, ours: Iterable[Path]) -> None:
    """Raises InputError for a journal that is a link, that git tracks, or that holds anything
    but what a collection makes: none of that is ours to believe or to delete."""
    if folder.is_symlink():
        raise InputError("is a link, and no journal of a collection", path=folder, hint=HINT)
    if not folder.exists():
        return
    known = set(ours)
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file() or path not in known:
            raise InputError("is no part of a collection's journal", path=path, hint=HINT)
    if _tracked(folder):
        raise InputError(
            "is tracked by git: a journal is never part of a repository", path=folder,
            hint=f"git rm -r --cached, and {HINT}",
        )  # fmt: skip


def _tracked(folder: Path) -> bool:
    """False where there is no git, or no repository."""
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--", folder.name]
    try:
        ran = subprocess.run(  # noqa: S603  no shell; the name stands after --
            command, cwd=folder.parent, capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0 and bool(ran.stdout)
