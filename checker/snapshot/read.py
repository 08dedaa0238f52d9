"""Reads a snapshot strictly: what the manifest says is what must be there, or it is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

import msgspec

from checker.errors import InputError
from checker.snapshot.records import (
    SCHEMA,
    FileEntry,
    Image,
    ImageSettings,
    ImageUse,
    Manifest,
    ProviderRecord,
    Role,
)
from checker.snapshot.usage import Assumption, Usage

R = TypeVar("R", Role, ProviderRecord, ImageUse, Image, ImageSettings, Usage, Assumption)
BLOCK = 1 << 20
MAX_MANIFEST = 256 << 20
_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Snapshot:
    """A snapshot directory whose manifest has been read; records are read as they are asked for.

    Raises InputError for a missing or malformed manifest, a file whose name leaves the directory,
    whose digest or number of records differs from the manifest, and for a malformed record.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = _manifest_text(path)
        self.sha256 = hashlib.sha256(text).hexdigest()
        self.manifest = _manifest(path / "manifest.json", text)

    def roles(self) -> Iterator[list[Role]]:
        """Roles by the block, so that a million of them need no more memory than a few."""
        return self._blocks("roles.jsonl", Role)

    def providers(self) -> list[ProviderRecord]:
        return [r for block in self._blocks("providers.jsonl", ProviderRecord) for r in block]

    def image_uses(self) -> list[ImageUse]:
        return [r for block in self._blocks("image_uses.jsonl", ImageUse) for r in block]

    def images(self) -> list[Image]:
        return [r for block in self._blocks("images.jsonl", Image) for r in block]

    def image_settings(self) -> list[ImageSettings]:
        return [r for b in self._blocks("image_settings.jsonl", ImageSettings) for r in b]

    def usage(self) -> list[Usage]:
        return [r for block in self._blocks("usage.jsonl", Usage) for r in block]

    def assumptions(self) -> list[Assumption]:
        return [r for block in self._blocks("assumptions.jsonl", Assumption) for r in block]

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, without their ends, its digest held against the manifest first."""
        path, entry = self.path / name, self.manifest.files[name]
        with _open_inside(path) as file:
            digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # it has readinto
            if digest.hexdigest() != entry.sha256:
                raise _refused(path, "its SHA-256 is not the one in manifest.json")
        for block in _whole_lines(path):
            yield from block.splitlines()

    def _blocks(self, name: str, kind: type[R]) -> Iterator[list[R]]:
        entry = self.manifest.files.get(name)
        if entry is None:
            return iter(())
        return _RecordFile(self.path / name, entry, kind).blocks()


class _RecordFile(Generic[R]):
    def __init__(self, path: Path, entry: FileEntry, kind: type[R]) -> None:
        self.path, self.entry = path, entry
        self.decoder: msgspec.json.Decoder[R] = msgspec.json.Decoder(kind)
        self.count = 0
        self.accounts: set[str] = set()

    def blocks(self) -> Iterator[list[R]]:
        digest = hashlib.sha256()
        # imported here, as most snapshots are small and it brings logging along
        from concurrent.futures import ThreadPoolExecutor

        # hashlib lets go of the interpreter lock: the digest costs no time beside the decoding
        with ThreadPoolExecutor(1) as hasher:
            for lines in _whole_lines(self.path):
                hashing = hasher.submit(digest.update, lines)
                yield self._decode(lines)
                hashing.result()
        self._compare(digest.hexdigest())

    def _decode(self, lines: bytes) -> list[R]:
        try:
            records = self.decoder.decode_lines(lines)
        except _UNREADABLE:
            raise self._first_error(lines) from None
        self._check_accounts({record.account for record in records})
        self.count += len(records)
        return records

    def _first_error(self, lines: bytes) -> InputError:
        for offset, line in enumerate(lines.splitlines(), start=self.count + 1):
            try:
                self.decoder.decode(line)
            except _UNREADABLE as error:
                return _refused(self.path, f"not a valid record ({_reason(error)})", line=offset)
        return _refused(self.path, "not valid JSON Lines", line=self.count + 1)

    def _check_accounts(self, accounts: set[str]) -> None:
        for account in sorted(accounts - self.accounts):
            if not _ACCOUNT.match(account):
                raise _refused(self.path, f"{account!r} is not a 12-digit account id")
            self.accounts.add(account)

    def _compare(self, sha256: str) -> None:
        if sha256 != self.entry.sha256:
            raise _refused(self.path, "its SHA-256 is not the one in manifest.json")
        if self.count != self.entry.records:
            raise _refused(
                self.path,
                f"has {self.count} records where manifest.json says {self.entry.records}",
            )


def _whole_lines(path: Path) -> Iterator[bytes]:
    rest = b""
    with _open_inside(path) as file:
        while block := file.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if cut:
                yield rest + block[:cut]
                rest = block[cut:]
            else:
                rest += block
    if rest:
        yield rest


def _open_inside(path: Path) -> BinaryIO:
    if path.is_symlink() or not path.is_file():
        raise _refused(path, "is named in manifest.json but is not a file here")
    return path.open("rb")


def _manifest_text(path: Path) -> bytes:
    manifest = path / "manifest.json"
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


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except _UNREADABLE as error:
        raise _refused(path, f"not a valid manifest ({_reason(error)})") from None
    if manifest.schema != SCHEMA:
        raise _refused(path, f"its schema is {manifest.schema!r}, not {SCHEMA!r}")
    if not _is_time(manifest.collected_at):
        raise _refused(path, f"its collected_at is {manifest.collected_at!r}, which is no time")
    for account in manifest.accounts:
        if not _ACCOUNT.match(account.id):
            raise _refused(path, f"{account.id!r} is not a 12-digit account id")
    for name in manifest.files:
        if not re.fullmatch(r"[a-z_]+\.jsonl", name):
            raise _refused(path, f"names the file {name!r}, which is no file of a snapshot")
    return manifest


def _is_time(text: str) -> bool:
    """A day and a time, that is one in UTC too."""
    try:
        return len(text) > len("2026-11-20") and bool(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error)


def _refused(path: Path, message: str, line: int | None = None) -> InputError:
    return InputError(message, path=path, line=line, hint="collect the snapshot anew")
