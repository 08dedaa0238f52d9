"""Snapshots by their names: a folder, or a place in S3, of which a copy is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.errors import InputError

if TYPE_CHECKING:
    from checker.snapshot.read import Snapshot

_META = "vendorgate.stored"
_SCHEME = "s3:"  # a path keeps one slash of two
KMS_KEY = click.option(
    "--kms-key", metavar="ID", help="For an output in S3: its key, not the bucket's own encryption."
)


def is_remote(path: Path) -> bool:
    """Raises InputError for a place in S3 that is spelt otherwise."""
    if path.parts[:1] == (_SCHEME,):
        return True
    if ":" in str(path) and not path.exists():
        from checker.collect.store.spelling import check_spelling

        check_spelling(str(path))
    return False


def opened(path: Path) -> Snapshot:
    """Raises InputError for what is no snapshot."""
    from checker.snapshot.read import Snapshot

    if not is_remote(path):
        return Snapshot(path)
    from checker.collect.store.place import shown

    return Snapshot(local(path), name=shown(path))


def local(path: Path) -> Path:
    """Its folder on this machine: of one in S3 a copy, made once, gone when the command ends."""
    if not is_remote(path):
        return path
    root = click.get_current_context().find_root()
    copies: dict[Path, Path] = root.meta.setdefault(_META, {})
    if path not in copies:
        copies[path] = _copied(root, path)
    return copies[path]


def _copied(root: click.Context, path: Path) -> Path:
    from checker.collect.store.place import client, place_of
    from checker.collect.store.read import fetch_snapshot

    place = place_of(path)
    import tempfile

    folder = Path(root.with_resource(tempfile.TemporaryDirectory(prefix="vendorgate-")))
    target = folder / place.bucket / place.prefix  # so that an error tells which
    target.mkdir(parents=True)
    fetch_snapshot(_client(client), place, target)
    return target


def _client(make: Any, profile: str | None = None) -> Any:
    from checker.collect.store.place import FAILURES, failed

    try:
        return make(profile)
    except FAILURES as error:
        raise failed("S3", error) from error


def each(path: Path) -> list[Path]:
    """`s3://BUCKET/PREFIX/*` as the folders right below; a shell does so for what is here."""
    if not is_remote(path) or path.name != "*":
        return [path]
    from checker.collect.store.place import client, place_of
    from checker.collect.store.read import below

    found = below(_client(client), place_of(path.parent))
    if not found:
        raise InputError("there is nothing below", path=str(place_of(path.parent)))
    return [Path(str(place)) for place in found]


@contextmanager
def output(path: Path, key: str | None = None, profile: str | None = None) -> Iterator[Path]:
    """A folder to write a snapshot to; when the context ends it is in its place. Raises InputError,
    before any work, for a place that cannot be written to."""
    if not is_remote(path):
        if key:
            raise InputError("--kms-key goes with an output in S3", hint="-o s3://BUCKET/PREFIX")
        yield path
        return
    from checker.collect.store.place import client, place_of, staging
    from checker.collect.store.write import Target

    place = place_of(path)
    target = Target.of(_client(client, profile), place, key)
    folder = staging(place)
    yield folder
    try:
        target.put(folder)
    except InputError as error:
        error.hint = f"it is whole in {folder}: `vendorgate merge {folder} -o {place}` sends it"
        raise
    import shutil

    shutil.rmtree(folder)


def read_object(name: str, limit: int) -> bytes:
    """A file, or an object of S3."""
    from checker.bounded import read_bytes

    if not is_remote(Path(name)):
        return read_bytes(Path(name), limit)
    from checker.collect.store.place import client, place_of
    from checker.collect.store.read import fetch_object

    return fetch_object(_client(client), place_of(name), limit)


def write_object(data: bytes, path: Path, key: str | None) -> None:
    from checker.cli.output import write_bytes

    if not is_remote(path):
        write_bytes([data], path)
        return
    from checker.collect.store.place import client, place_of
    from checker.collect.store.write import put_object

    put_object(_client(client), place_of(path), data, key)


def shown_as(path: Path) -> str:
    if not is_remote(path):
        return str(path)
    from checker.collect.store.place import shown

    return shown(path)
