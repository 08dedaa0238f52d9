"""A snapshot into S3: its files first, under their digests, and the manifest last, if nobody else
has written one meanwhile. Until then whoever reads sees the old snapshot, whole, or none.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import S3Transfer, TransferConfig

from checker.collect.aws.calls import Call
from checker.collect.store.place import FAILURES, Place, code_of, failed
from checker.collect.store.read import fetch_manifest
from checker.errors import InputError
from checker.snapshot.files import MANIFEST
from checker.snapshot.manifest import read_manifest

PUT = Call("s3", "PutObject")
HEAD = Call("s3", "HeadObject")
# What s3transfer makes of a large file, and gives up where that is cut:
CREATE = Call("s3", "CreateMultipartUpload")
PART = Call("s3", "UploadPart")
COMPLETE = Call("s3", "CompleteMultipartUpload")
ABORT = Call("s3", "AbortMultipartUpload")
_PARTS = TransferConfig(
    multipart_threshold=16 << 20, multipart_chunksize=16 << 20, max_concurrency=8
)
_LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


@dataclass
class Target:
    """A place to write to, as it was before the work began: `etag` of the manifest that may be
    replaced, None where there was none. `key`: of KMS, instead of the bucket's own encryption;
    `asked`: some is asked for, as the bucket has none of its own."""

    place: Place
    client: Any
    etag: str | None
    key: str | None = None
    asked: bool = False

    @classmethod
    def of(cls, client: Any, place: Place, key: str | None = None) -> Target:
        """Raises InputError where what stands there is no snapshot, or nobody may look."""
        text, etag = fetch_manifest(client, place)
        if text is not None:
            try:
                read_manifest(f"{place}/{MANIFEST}", text)
            except InputError:
                said = "not a snapshot, and would be replaced"
                raise InputError(said, path=f"{place}/{MANIFEST}", hint="choose another") from None
            if not etag:
                said = "S3 does not tell its ETag, so another's could be replaced unseen"
                raise InputError(said, path=f"{place}/{MANIFEST}", hint="choose another prefix")
        return cls(place, client, etag, key)

    @property
    def encryption(self) -> dict[str, str]:
        """The bucket's own, unless a key is named: to name AES256 where there is one would be
        weaker than some. Buckets of S3 all have one, those of other makes may not.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
        """
        if self.key is not None:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.key}
        return {"ServerSideEncryption": "AES256"} if self.asked else {}

    def encrypted(self, send: Callable[[], Any]) -> Any:
        """What `send` answers, which says that it is; asked for where it is not so by itself."""
        answer = send()
        if not answer.get("ServerSideEncryption") and not self.encryption:
            self.asked = True
            answer = send()
        how = answer.get("ServerSideEncryption")
        if not how or (self.key and not how.startswith("aws:kms")):
            raise InputError(
                "S3 does not say that what it stored is encrypted", path=self.place,
                hint="turn on the bucket's default encryption, or name a key: --kms-key",
            )  # fmt: skip
        return answer

    def put(self, folder: Path) -> None:
        """The snapshot in a folder. Raises InputError; then the old one is there as before."""
        text = (folder / MANIFEST).read_bytes()
        manifest = read_manifest(folder / MANIFEST, text)
        by_digest = {entry.sha256: name for name, entry in sorted(manifest.files.items())}
        for digest, name in by_digest.items():
            self._upload(folder / name, f"data/{digest}")
        self._publish(text)

    def _upload(self, path: Path, name: str) -> None:
        stored = self.encrypted(lambda: self._sent(path, name))
        if stored["ContentLength"] != path.stat().st_size:
            raise InputError("S3 has not as much of it as was sent", path=f"{self.place}/{name}")

    def _sent(self, path: Path, name: str) -> Any:
        """What S3 says of a file that was sent."""
        place, key = self.place, self.place.key(name)
        try:
            transfer = S3Transfer(self.client, _PARTS)
            transfer.upload_file(str(path), place.bucket, key, extra_args=self.encryption)
            return self.client.head_object(Bucket=place.bucket, Key=key)
        except (*FAILURES, S3UploadFailedError) as error:
            behind = error.__cause__ or error.__context__ or error
            raise failed(place, behind if isinstance(behind, FAILURES) else error) from error

    def _publish(self, text: bytes) -> None:
        """In one request, or not at all."""
        condition = {"IfMatch": self.etag} if self.etag else {"IfNoneMatch": "*"}
        place = self.place
        try:
            self.client.put_object(
                Bucket=place.bucket, Key=place.key(MANIFEST), Body=text,
                ContentType="application/json", **condition, **self.encryption,
            )  # fmt: skip
        except FAILURES as error:
            if code_of(error) not in _LOST:
                raise failed(place, error) from error
            if fetch_manifest(self.client, place)[0] != text:  # ours, whose answer was lost
                raise InputError(
                    "another collection wrote a snapshot here meanwhile, which stays",
                    path=place,
                    hint="choose another prefix, or let one write at a time",
                ) from None


def put_object(client: Any, place: Place, data: bytes, key: str | None) -> None:
    """One object at a place itself, in one request: a listing."""
    target = Target(place, client, None, key)
    request = {"Bucket": place.bucket, "Key": place.prefix, "Body": data}
    try:
        target.encrypted(lambda: client.put_object(**request, **target.encryption))
    except FAILURES as error:
        raise failed(place, error) from error
