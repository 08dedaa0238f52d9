"""A snapshot out of S3: its manifest first, then what that names, each held against its digest.

Whoever replaces the snapshot meanwhile takes nothing away: files are stored under their digests,
and what a manifest names stays there. Objects beside the manifest under their own names, as
a plain copy of a folder leaves them, are read as well.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError

from checker.collect.aws.calls import Call
from checker.collect.store.place import FAILURES, MISSING, Place, code_of, failed
from checker.errors import InputError
from checker.snapshot.files import MANIFEST
from checker.snapshot.manifest import MAX_MANIFEST, read_manifest, refused
from checker.snapshot.records import FileEntry, Manifest

GET = Call("s3", "GetObject", "Body")
LIST = Call("s3", "ListObjectsV2", "Name")
_ATTEMPTS = 4  # to read a body whole; requests are repeated by themselves
_BLOCK = 1 << 20
_NOT_THERE = MISSING | {"AccessDenied", "403"}
"""Without s3:ListBucket, S3 does not tell one from the other."""


class NoSnapshotError(InputError):
    """There is no manifest: nothing was written there, or not to its end."""


def fetch_snapshot(client: Any, place: Place, folder: Path) -> None:
    """Into an empty folder. Raises InputError for what is not there, or not whole."""
    text, _ = fetch_manifest(client, place)
    if text is None:
        raise NoSnapshotError(
            "no snapshot here: there is no manifest.json", path=place,
            hint="make one: vendorgate collect aws -o s3://…",
        )  # fmt: skip
    manifest: Manifest = read_manifest(f"{place}/{MANIFEST}", text)
    for name, entry in sorted(manifest.files.items()):
        _fetch_file(client, place, name, entry, folder / name)
    (folder / MANIFEST).write_bytes(text)


def fetch_manifest(client: Any, place: Place) -> tuple[bytes | None, str | None]:
    """Its text, and the ETag by which nobody else's is replaced; None where there is none, or S3
    does not tell it."""
    try:
        answer = client.get_object(Bucket=place.bucket, Key=place.key(MANIFEST))
        with closing(answer["Body"]) as body:
            text: bytes = body.read(MAX_MANIFEST + 1)
    except (*FAILURES, HTTPError) as error:
        if code_of(error) in MISSING:
            return None, None
        raise failed(f"{place}/{MANIFEST}", error) from error
    if len(text) > MAX_MANIFEST:
        raise InputError(f"larger than {MAX_MANIFEST >> 20} MiB", path=f"{place}/{MANIFEST}")
    return text, answer.get("ETag")


def fetch_object(client: Any, place: Place, limit: int) -> bytes:
    """One that stands at a place itself: a listing."""
    try:
        answer = client.get_object(Bucket=place.bucket, Key=place.prefix)
        with closing(answer["Body"]) as body:
            data: bytes = body.read(limit + 1)
    except (*FAILURES, HTTPError) as error:
        raise failed(place, error) from error
    if len(data) > limit:
        raise InputError(f"larger than {limit >> 20} MiB", path=place)
    return data


def below(client: Any, place: Place) -> list[Place]:
    """The folders right in one, sorted."""
    request = {"Bucket": place.bucket, "Prefix": f"{place.prefix}/", "Delimiter": "/"}
    try:
        pages = client.get_paginator("list_objects_v2").paginate(**request)
        found = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]
    except FAILURES as error:
        raise failed(place, error) from error
    return [Place(place.bucket, key.rstrip("/")) for key in sorted(found)]


def _fetch_file(client: Any, place: Place, name: str, entry: FileEntry, target: Path) -> None:
    """By its digest, else by its name; a body that does not fit is asked for again, as it may have
    been cut."""
    error: BaseException | None = None
    for _ in range(_ATTEMPTS):
        try:
            digest = _stored(client, place, name, entry, target)
        except ClientError as refusal:
            raise failed(f"{place}/{name}", refusal) from refusal
        except (*FAILURES, HTTPError) as cut:
            error = cut
            continue
        if digest == entry.sha256:
            return
        error = None
    if error is not None:
        raise failed(f"{place}/{name}", error) from error
    raise refused(f"{place}/{name}", "its SHA-256 is not the one in manifest.json")


def _stored(client: Any, place: Place, name: str, entry: FileEntry, target: Path) -> str:
    try:
        return _download(client, place, f"data/{entry.sha256}", target)
    except ClientError as error:
        if code_of(error) not in _NOT_THERE:
            raise
        refusal = error
    try:
        return _download(client, place, name, target)
    except ClientError as error:
        # a key of KMS that may not be used is what forbids: not that nothing has the other name
        if code_of(error) in MISSING and code_of(refusal) not in MISSING:
            raise refusal from None
        raise


def _download(client: Any, place: Place, name: str, target: Path) -> str:
    """The SHA-256 of what came."""
    answer = client.get_object(Bucket=place.bucket, Key=place.key(name))
    digest = hashlib.sha256()
    with closing(answer["Body"]) as body, target.open("wb") as file:
        while block := body.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()
