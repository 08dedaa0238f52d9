"""Writes a snapshot: sorted JSON Lines, a manifest with their digests, swapped in whole.

Everything goes to a temporary sibling directory first. Where the kernel can exchange two names
in one step (Linux), there is no moment without a whole snapshot under the name; elsewhere the
old one is renamed aside and the new one in, and a kill between the two renames leaves both whole
beside each other.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from checker.errors import InputError
from checker.snapshot.files import ALL_FILES, CODE_USES, FILES, MANIFEST, RESOURCES
from checker.snapshot.records import SCHEMA, FileEntry, Manifest

__all__ = [
    "ALL_FILES", "CODE_USES", "FILES", "MANIFEST", "RESOURCES", "check_target", "encode_document",
    "encode_manifest", "encode_record", "sweep", "write_snapshot", "write_sorted",
]  # fmt: skip
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def write_snapshot(
    directory: Path, manifest: Manifest, records: Mapping[str, Iterable[msgspec.Struct]]
) -> Manifest:
    """Write `records` (by file name) and `manifest`, its `files` filled in, which is returned.

    A snapshot that is already there is replaced in one step; a directory that is something else
    is refused.
    """
    lines = ((name, sorted(map(encode_record, records[name]))) for name in sorted(records))
    return write_sorted(directory, manifest, lines)


def write_sorted(
    directory: Path, manifest: Manifest, files: Iterable[tuple[str, Iterable[bytes]]]
) -> Manifest:
    """The same of sorted lines, of which one at a time is in memory."""
    target = directory.resolve()  # a link to a snapshot stays a link
    check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(target) as scratch:
            entries = {name: _write_lines(scratch / name, lines) for name, lines in files}
            whole = msgspec.structs.replace(manifest, files=entries)
            _write(scratch / MANIFEST, encode_manifest(whole))
            _sync(scratch)
            _swap(scratch, target)
            _sync(target.parent)
    except OSError as error:
        raise InputError(
            f"the snapshot cannot be written: {error.strerror or error}",
            path=directory,
            hint="choose another directory with -o",
        ) from error
    return whole


def sweep(target: Path) -> None:
    """Remove what a kill while writing left beside a snapshot that is there: of the names that we
    give, and with nothing else inside."""
    if target.exists():
        for left in target.parent.glob(f".{glob.escape(target.name)}.{'[0-9a-f]' * 8}.tmp"):
            if _only_ours(left):
                shutil.rmtree(left, ignore_errors=True)  # which follows no link


def _only_ours(folder: Path) -> bool:
    return folder.is_dir() and all(
        path.name == MANIFEST or path.suffix == ".jsonl" for path in folder.iterdir()
    )


def check_target(directory: Path) -> None:
    """Refuse a place that holds anything but a snapshot: replacing it would delete that."""
    hint = "choose a new or empty directory with -o"
    if "s3:" in directory.parts:
        raise InputError("only collect aws and merge write to S3", path=directory, hint=hint)
    try:
        names = sorted(entry.name for entry in directory.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(str(error.strerror), path=directory, hint=hint) from error
    if names and (MANIFEST not in names or not _is_ours(directory / MANIFEST)):
        raise InputError("not a snapshot, and not empty", path=directory, hint=hint)
    strangers = [name for name in names if name != MANIFEST and not name.endswith(".jsonl")]
    if strangers:
        raise InputError(f"{strangers[0]!r} is no part of a snapshot", path=directory, hint=hint)


def _is_ours(manifest: Path) -> bool:
    family = SCHEMA.rpartition("/")[0].encode()
    return manifest.is_file() and family in manifest.read_bytes()


def encode_document(document: object) -> msgspec.Raw:
    """A policy document as canonical JSON.

    One that UTF-8 cannot hold (a lone surrogate, legal as a JSON escape) becomes a JSON string
    with its text, escapes and all: msgspec refuses to read a line with such an escape in it,
    and one odd document must not make a whole snapshot unreadable.
    """
    try:
        return msgspec.Raw(msgspec.json.encode(document, order="sorted"))
    except UnicodeEncodeError:
        return msgspec.Raw(msgspec.json.encode(json.dumps(document, sort_keys=True)))


def encode_record(record: Any) -> bytes:
    """One line, without its end."""
    try:
        return msgspec.json.encode(record, order="sorted")
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(record), order="sorted")


def encode_manifest(manifest: Manifest) -> bytes:
    """Indented JSON, keys sorted, with a newline at the end."""
    return msgspec.json.format(encode_record(manifest), indent=2) + b"\n"


def _encodable(value: Any) -> Any:
    """The same value with lone surrogates written out as `\\ud800`: visible, and UTF-8."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, msgspec.Struct):
        told = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: _encodable(one) for name, one in told if one is not msgspec.UNSET}
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def _write_lines(path: Path, lines: Iterable[bytes]) -> FileEntry:
    """Equal lines count once: pages that overlap may tell of one resource twice."""
    digest, count, last = hashlib.sha256(), 0, b""
    with path.open("xb") as file:
        for line in lines:
            if line != last:
                file.write(line + b"\n")
                digest.update(line + b"\n")
                count, last = count + 1, line
        file.flush()
        os.fsync(file.fileno())
    return FileEntry(records=count, sha256=digest.hexdigest())


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """An empty sibling, so that a rename suffices; gone afterwards, whatever is in it then."""
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    scratch.mkdir()  # not mkdtemp: a snapshot has the permissions that the user's umask gives
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _swap(scratch: Path, target: Path) -> None:
    """Put `scratch` in the place of `target`, and what was there in the place of `scratch`."""
    if not target.exists():
        scratch.rename(target)
    elif not _exchange(scratch, target):
        aside = scratch.with_suffix(".old")
        target.rename(aside)
        try:
            scratch.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(scratch)


def _exchange(one: Path, other: Path) -> bool:
    """renameat2(RENAME_EXCHANGE): atomic; False where the system or file system has no such call.

    Through ctypes, as the standard library does not offer it.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def _sync(directory: Path) -> None:
    """Make renames in a directory last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
