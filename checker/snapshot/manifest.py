"""Reads `manifest.json`: what it says must be there is named by it alone, and once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from checker.errors import InputError
from checker.once import key_told_twice
from checker.patterns import pattern
from checker.snapshot.coverage import CALL, uncovered
from checker.snapshot.records import SCHEMA, Account, Manifest
from checker.snapshot.shards import NOBODYS, parse_shard

CODE = frozenset({"cloudformation", "terraform"})
"""Sources that are files: what they tell of need not be deployed yet."""
MAX_MANIFEST = 256 << 20
ACCOUNT = pattern(r"[0-9]{12}\Z")
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def manifest_text(path: Path) -> bytes:
    """Of the snapshot in a folder. Raises InputError where there is none."""
    manifest = path / "manifest.json"
    if path.is_file():
        raise _a_file(path)
    if not path.is_dir():
        raise InputError("no snapshot here", path=path, hint="make one: vendorgate collect aws")
    if manifest.is_symlink() or not manifest.is_file():
        raise InputError(
            "not a snapshot: it has no manifest.json",
            path=path,
            hint="make one: vendorgate collect aws",
        )
    if manifest.stat().st_size > MAX_MANIFEST:
        raise InputError(f"larger than {MAX_MANIFEST >> 20} MiB", path=manifest)
    return manifest.read_bytes()


_SCHEMA_OF = pattern(rb'"schema": ?"vendorgate/([a-z]+)/v[0-9]+"')
_INSTEAD = {
    "report": ("a report", "give the snapshot; vendorgate render shows a report in another format"),
    "snapshot": ("the manifest of a snapshot", "give the folder that it is in"),
}


def _a_file(path: Path) -> InputError:
    """What was given in place of a snapshot, as far as its beginning tells."""
    with path.open("rb") as file:
        head = file.read(4096)
    found = _SCHEMA_OF.search(head)
    what, hint = (
        "a file",
        "a snapshot is a folder; for code say check --cloudformation or --terraform",
    )
    if path.suffix == ".jsonl" and (path.parent / "manifest.json").is_file():
        what, hint = "a file of a snapshot", "give the folder that it is in"
    elif head.startswith(b"PK"):
        what, hint = "a zip", "unpack it; vendorgate evidence verify looks into a bundle"
    elif found:
        kind = found[1].decode()
        what, hint = _INSTEAD.get(kind, (f"vendorgate's {kind}, as JSON", hint))
    return InputError(f"is {what}, not a snapshot", path=path, hint=hint)


def read_manifest(path: object, text: bytes) -> Manifest:
    """With the gaps of what its pieces do not cover. Raises InputError, with `path`, for one that
    we would not have written."""
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
        twice = key_told_twice(text)
    except (*UNREADABLE, ValueError) as error:
        raise refused(path, f"not a valid manifest ({reason(error)})") from None
    if twice is not None:
        raise refused(path, f"tells {twice!r} twice")
    if manifest.schema != SCHEMA:
        raise refused(path, f"its schema is {manifest.schema!r}, not {SCHEMA!r}")
    if not is_time(manifest.collected_at):
        raise refused(path, f"its collected_at is {manifest.collected_at!r}, which is no time")
    _check_ids(path, [account.id for account in manifest.accounts])
    for name in manifest.files:
        if not re.fullmatch(r"[a-z_]+\.jsonl", name):
            raise refused(path, f"names the file {name!r}, which is no file of a snapshot")
    _check_pieces(path, manifest)
    return covered(manifest)


def _check_ids(path: object, ids: list[str]) -> None:
    """Told twice, an account would have two states, and one of them would go unsaid."""
    known = set[str]()
    for one in ids:
        if not ACCOUNT.match(one):
            raise refused(path, f"{one!r} is not a 12-digit account id")
        if one in known:
            raise refused(path, f"tells of the account {one} twice")
        known.add(one)


def covered(manifest: Manifest) -> Manifest:
    """With a gap for each thing that its pieces do not cover, whatever it said of these before."""
    told = tuple(gap for gap in manifest.gaps if not gap.call.startswith(CALL))
    return msgspec.structs.replace(manifest, gaps=(*told, *uncovered(manifest)))


def _check_pieces(path: object, manifest: Manifest) -> None:
    for piece in manifest.parts:
        if piece.shard is not None and parse_shard(piece.shard) is None:
            raise refused(path, f"{piece.shard!r} is no shard, such as 2/4")
        for time in (piece.listed_at, piece.collected_at):
            _check_time(path, str(time))
    for account in manifest.accounts:
        _check_account(path, account)


def _check_account(path: object, account: Account) -> None:
    if account.collected_at:
        _check_time(path, account.collected_at)
    if account.shard and account.collected:
        raise refused(path, f"{account.id} was collected, and was not (shard {account.shard})")
    if account.shard and account.shard != NOBODYS and parse_shard(account.shard) is None:
        raise refused(path, f"{account.shard!r} of {account.id} is no shard, such as 2/4")


def _check_time(path: object, text: str) -> None:
    if not is_time(text):
        raise refused(path, f"{text!r} is no time")


def moment(text: str) -> datetime:
    """A time of a manifest, in UTC; one without an offset is of UTC."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def reason(error: Exception) -> str:
    """Why a text could not be decoded."""
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error)


def refused(path: object, message: str, line: int | None = None) -> InputError:
    """A snapshot that is not what it says is never mended by hand."""
    return InputError(message, path=path, line=line, hint="collect the snapshot anew")


def is_time(text: str) -> bool:
    """A day and a time, that is one in UTC too."""
    try:
        return len(text) > len("2026-11-20") and bool(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return False
