"""Snapshots in S3, in parts and without S3: where they stand, what is read again, and what is believed of an answer."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError, IncompleteReadError, NoCredentialsError
from urllib3.exceptions import ProtocolError

from checker.collect.store import place, read, write
from checker.collect.store.place import Place
from checker.collect.store.spelling import check_spelling
from checker.errors import InputError
from checker.snapshot.records import FileEntry
from tests.support.rows import rows

HERE = Place("bucket", "a/b")
LONG = "x" * 900
PLACES: list[tuple[str, str | None]] = [
    ("s3://bucket/a/b", "s3://bucket/a/b"), ("s3:/bucket/a/b/", "s3://bucket/a/b"), ("s3://b-1.c/ä", "s3://b-1.c/ä"), (f"s3://bucket/{LONG}", f"s3://bucket/{LONG}"), ("s3://abc/x", "s3://abc/x"),
    (f"s3://{'b' * 63}/x", f"s3://{'b' * 63}/x"), (f"s3://bucket/{LONG}x", None), (f"s3://bucket/{'ä' * 451}", None), ("s3://bucket", None), ("s3://", None), ("s3://bucket/a/../b", None), ("s3://bucket/..", None),
    ("s3://ab/x", None), (f"s3://{'b' * 64}/x", None), ("s3://Bucket/x", None), ("s3://-bucket/x", None), ("s3://bucket-/x", None), ("s3://bucket/a\nb", None), ("s3://bucket/a\x7f", None),
]  # fmt: skip


@rows("given, found", PLACES)
def test_what_is_a_place(given: str, found: str | None) -> None:
    """A prefix that climbs, or is longer than a key may be; a place that is read as another one."""
    if found is None:
        with pytest.raises(InputError, match="is no place of a snapshot"):
            place.place_of(given)
    else:
        assert str(place.place_of(Path(given))) == found == place.shown(Path(given))
    assert place.is_remote(Path(given)) and not place.is_remote(Path("x") / given)


SPELT: list[tuple[str, str | None]] = [
    ("snapshot", None),
    ("a/b", None),
    ("C:/x", None),
    ("c:\\x", None),
    ("s3://b/p", "s3://b/p: is spelt s3://, and no place of a snapshot; write s3://b/p"),
    ("s3:/b/p", "s3://b/p: is spelt s3://, and no place of a snapshot; write s3://b/p"),
    ("s3:b/p", "s3:b/p: is without slashes, and no place of a snapshot; write s3://b/p"),
    ("S3:b/p", "S3:b/p: is without slashes, and no place of a snapshot; write s3://b/p"),
    ("s3a://b/p", "s3a://b/p: is spelt s3a://, and no place of a snapshot; write s3://b/p"),
    ("S3N://b/p/", "S3N://b/p/: is spelt S3N://, and no place of a snapshot; write s3://b/p"),
    ("s3a:/b/p/manifest.json", "s3a://b/p/manifest.json: is spelt s3a://, and no place of a snapshot; write s3://b/p"),
    ("arn:aws:s3:::b/p/q", "arn:aws:s3:::b/p/q: is an ARN, and no place of a snapshot; write s3://b/p/q"),
    ("arn:aws:s3:::b", "arn:aws:s3:::b: is an ARN, and no place of a snapshot; write s3://b/PREFIX"),
    ("arn:aws-cn:s3:::b/p", "arn:aws-cn:s3:::b/p: is an ARN, and no place of a snapshot; write s3://b/p"),
    ("arn:aws:s3:us-east-1:111111111111:accesspoint/x", "arn:aws:s3:us-east-1:111111111111:accesspoint/x: is an ARN, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("arn:aws:iam::111111111111:role/x", None),
    ("https://b.s3.us-east-1.amazonaws.com/p/q", "https://b.s3.us-east-1.amazonaws.com/p/q: is a URL, and no place of a snapshot; write s3://b/p/q"),
    ("https://s3.amazonaws.com/b/p?x=1#y", "https://s3.amazonaws.com/b/p?x=1#y: is a URL, and no place of a snapshot; write s3://b/p"),
    ("http://B.s3.amazonaws.com:443/p", "http://B.s3.amazonaws.com:443/p: is a URL, and no place of a snapshot; write s3://b/p"),
    ("https://s3.cn-north-1.amazonaws.com.cn/b/p/manifest.json", "https://s3.cn-north-1.amazonaws.com.cn/b/p/manifest.json: is a URL, and no place of a snapshot; write s3://b/p"),
    ("https://example.com/x", "https://example.com/x: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("https://s3.amazonaws.com/", "https://s3.amazonaws.com/: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("gs://b/p", "gs://b/p: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("ftp://h/p", "ftp://h/p: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("athena://db/t", "athena://db/t: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
    ("git://x/y", None),
    ("file:///x", None),
    ("http:///x", None),
    ("foo:x", None),
    ("x:/y", None),
    ("ab://c", None),
    ("athena:/db/t", "athena://db/t: is a URL, and no place of a snapshot; write s3://BUCKET/PREFIX"),
]  # fmt: skip


@rows("given, said", SPELT)
def test_what_is_spelt_otherwise_is_no_folder(given: str, said: str | None) -> None:
    """A snapshot in a folder called `https:`, in the place of the bucket that was meant."""
    if said is None:
        check_spelling(given)
    else:
        with pytest.raises(InputError) as error:
            check_spelling(given)
        assert f"{error.value.path}: {error.value.message}; {error.value.hint}" == said


def test_the_client_and_the_folder_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Fewer attempts than its user asked for; a folder that two places share."""
    monkeypatch.setattr("checker.usercache.folder", lambda: tmp_path)
    assert place.staging(HERE) == tmp_path / "s3" / "bucket" / "a/b"
    made: list[Any] = []
    for told, attempts in ((None, 8), (3, 3)):
        session = SimpleNamespace(
            register=lambda *_: None, get_config_variable={"max_attempts": told}.get,
            create_client=lambda name, config: made.append((name, config.retries, config.max_pool_connections)),
        )  # fmt: skip
        monkeypatch.setattr(
            "botocore.session.Session", lambda profile, one=session: one if profile == "p" else None
        )
        place.client("p")
        assert made.pop() == ("s3", {"mode": "standard", "total_max_attempts": attempts}, 16)


def test_what_stands_at_a_place() -> None:
    """One object in the place of another."""
    assert (HERE.key("m"), HERE.below("c"), place.shown("x/y")) == ("a/b/m", Place("bucket", "a/b/c"), "x/y")  # fmt: skip


def refusal(code: str, message: str = "m") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "x")


FAILED: list[tuple[Exception, str, str | None]] = [
    (refusal("AccessDenied"), "S3 answers AccessDenied: m", "see the permissions in docs/collecting.md"), (refusal("NoSuchBucket"), "S3 answers NoSuchBucket: m", "is the bucket's name right?"),
    (NoCredentialsError(), "S3 answers NoCredentialsError: Unable to locate credentials", "set AWS credentials: AWS_PROFILE, AWS_ACCESS_KEY_ID, …"), (OSError("no route"), "S3 answers no route", None), (refusal("SlowDown"), "S3 answers SlowDown: m", None),
    *((refusal(code), f"S3 answers {code}: m", "AWS_REGION names the bucket's region; is there a proxy?") for code in ("PermanentRedirect", "TemporaryRedirect", "301", "307")),
]  # fmt: skip


@rows("error, said, hint", FAILED)
def test_what_went_wrong_is_said(error: Exception, said: str, hint: str | None) -> None:
    """A refusal without its mend."""
    found = place.failed(HERE, error)
    assert (found.message, found.hint) == (said, hint)
    assert place.code_of(error) == (error.response["Error"]["Code"] if isinstance(error, ClientError) else "")  # fmt: skip


class Bodied(io.BytesIO):
    """A body that ends with an error, where there is one."""

    def __init__(self, data: bytes, error: Exception | None = None) -> None:
        super().__init__(data)
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if self.error and len(found) < (size or 0):
            raise self.error
        return found


class S3:
    """Objects by their keys: bytes, an error, or several of these, one for each time; what was asked and put."""

    def __init__(self, **objects: Any) -> None:
        self.objects = {key.replace("__", "/"): value for key, value in objects.items()}
        self.asked, self.put = list[str](), list[dict[str, Any]]()
        self.told: Callable[[dict[str, Any]], Any] = lambda _: {"ServerSideEncryption": "AES256"}

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803  as boto3 has it
        self.asked.append(f"{Bucket} {Key}")
        found = self.objects.get(Key, refusal("NoSuchKey"))
        found = found.pop(0) if isinstance(found, list) else found
        if isinstance(found, ClientError | OSError):
            raise found
        body = Bodied(*found) if isinstance(found, tuple) else Bodied(found)
        return {"Body": body, "ETag": "e"}

    def put_object(self, **request: Any) -> Any:
        self.put.append(request)
        found = self.told(request)
        if isinstance(found, Exception):
            raise found
        return found


def test_a_manifest_is_read_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that passes for a place where nothing is, which is then written to."""
    assert read.fetch_manifest(S3(a__b__=b"", **{"a__b__manifest.json": b"{}"}), HERE) == (b"{}", "e")  # fmt: skip
    for code in ("NoSuchKey", "404", "NotFound"):
        assert read.fetch_manifest(S3(**{"a__b__manifest.json": refusal(code)}), HERE) == (None, None)  # fmt: skip
    for problem in (refusal("AccessDenied"), refusal("403"), OSError("lost"), (b"{", ProtocolError("cut"))):  # fmt: skip
        with pytest.raises(InputError, match="S3 answers"):
            read.fetch_manifest(S3(**{"a__b__manifest.json": problem}), HERE)
    monkeypatch.setattr(read, "MAX_MANIFEST", 4)
    assert read.fetch_manifest(S3(**{"a__b__manifest.json": b"1234"}), HERE) == (b"1234", "e")
    with pytest.raises(InputError, match="larger than"):
        read.fetch_manifest(S3(**{"a__b__manifest.json": b"12345"}), HERE)


def test_an_object_is_read_within_its_bounds() -> None:
    """A list of accounts that is cut at the most that is taken."""
    assert read.fetch_object(S3(a__b=b"1234"), HERE, 4) == b"1234"
    for problem, limit, said in ((b"12345", 4, "larger than 0 MiB"), (refusal("NoSuchKey"), 4, "NoSuchKey"), ((b"1", ProtocolError("cut")), 4, "cut")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            read.fetch_object(S3(a__b=problem), HERE, limit)


def test_what_stands_right_below() -> None:
    """A shard on the second page of a listing, or below another one."""
    asked: list[Any] = []
    pages: list[Any] = [{"CommonPrefixes": [{"Prefix": "a/b/2/"}]}, {}, {"CommonPrefixes": [{"Prefix": "a/b/1/"}]}]  # fmt: skip
    listing = SimpleNamespace(paginate=lambda **request: asked.append(request) or pages)
    client = SimpleNamespace(get_paginator=lambda name: listing if name == "list_objects_v2" else None)  # fmt: skip
    assert read.below(client, HERE) == [Place("bucket", "a/b/1"), Place("bucket", "a/b/2")]
    assert asked == [{"Bucket": "bucket", "Prefix": "a/b/", "Delimiter": "/"}]

    def refuse(**_: Any) -> Any:
        raise refusal("AccessDenied")

    listing.paginate = refuse
    with pytest.raises(InputError, match="AccessDenied"):
        read.below(client, HERE)


DATA, OTHER = b"one\n", b"two\n"
BY, NAME = f"a/b/data/{sha256(DATA).hexdigest()}", "a/b/roles.jsonl"
CUT = IncompleteReadError(actual_bytes=1, expected_bytes=4)
FETCHED: list[tuple[str, dict[str, Any], str | None, int]] = [
    ("by its digest", {BY: DATA}, None, 1), ("by its name, as it was copied", {NAME: DATA}, None, 2), ("which nobody may tell from a refusal", {BY: refusal("AccessDenied"), NAME: DATA}, None, 2),
    ("or by the status alone", {BY: refusal("403"), NAME: DATA}, None, 2), ("cut three times", {BY: [OTHER, (b"o", ProtocolError("cut")), (b"o", CUT), DATA]}, None, 4),
    ("cut without end", {BY: [(b"o", ProtocolError("cut"))] * 4}, "cut", 4), ("lost without end", {BY: [OSError("lost")] * 4}, "lost", 4), ("another one without end", {BY: [OTHER] * 4}, "its SHA-256 is not the one in manifest.json", 4),
    ("cut, and then another one", {BY: [(b"o", ProtocolError("cut")), OTHER, OTHER, OTHER]}, "its SHA-256 is not", 4), ("another one, and then cut", {BY: [OTHER, OTHER, OTHER, (b"o", ProtocolError("cut"))]}, "cut", 4),
    ("neither", {}, "NoSuchKey", 2), ("refused, and not there", {BY: refusal("AccessDenied", "kms"), NAME: refusal("NoSuchKey")}, "AccessDenied: kms", 2),
    ("not there, and refused", {NAME: refusal("AccessDenied", "own")}, "AccessDenied: own", 2), ("refused twice", {BY: refusal("AccessDenied", "kms"), NAME: refusal("AccessDenied", "own")}, "AccessDenied: own", 2),
    ("an error of another kind", {BY: refusal("SlowDown"), NAME: DATA}, "SlowDown", 1),
]  # fmt: skip


@rows("why, objects, said, times", FETCHED)
def test_a_file_is_what_the_manifest_says(tmp_path: Path, why: str, objects: dict[str, Any], said: str | None, times: int) -> None:  # fmt: skip
    """Half of the roles, believed; or a file that is there, given up."""
    client, target = S3(), tmp_path / "roles.jsonl"
    client.objects = {key: list(value) if isinstance(value, list) else value for key, value in objects.items()}  # fmt: skip
    entry = FileEntry(records=1, sha256=sha256(DATA).hexdigest())
    if said is None:
        read._fetch_file(client, HERE, "roles.jsonl", entry, target)
        assert target.read_bytes() == DATA
    else:
        with pytest.raises(InputError, match=said):
            read._fetch_file(client, HERE, "roles.jsonl", entry, target)
    assert len(client.asked) == times


TOLD = {"schema": "vendorgate/snapshot/v1", "tool": {"name": "vendorgate", "version": "t"}, "collected_at": "2026-11-20T06:00:00Z", "accounts": [{"id": "111111111111"}], "regions": []}  # fmt: skip


def test_whose_manifest_is_replaced() -> None:
    """Somebody's page, or another's snapshot that nobody could tell from one's own."""
    text = json.dumps(TOLD).encode()
    new = write.Target.of(S3(), HERE)
    assert (new.etag, new.place, new.key, new.asked) == (None, HERE, None, False)
    assert write.Target.of(S3(**{"a__b__manifest.json": text}), HERE, "k").etag == "e"
    with pytest.raises(InputError, match="not a snapshot, and would be replaced"):
        write.Target.of(S3(**{"a__b__manifest.json": b"{}"}), HERE)
    bare = SimpleNamespace(get_object=lambda **_: {"Body": Bodied(text)})
    with pytest.raises(InputError, match="does not tell its ETag"):
        write.Target.of(bare, HERE)


ENCRYPTED: list[tuple[str, str | None, list[str | None], dict[str, str] | None]] = [
    ("the bucket's own", None, ["AES256"], {}), ("the bucket's own key", None, ["aws:kms"], {}), ("none until it is asked for", None, [None, "AES256"], {"ServerSideEncryption": "AES256"}), ("none at all", None, [None, None], None),
    ("by a key", "k", ["aws:kms"], {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k"}), ("by a key, twice over", "k", ["aws:kms:dsse"], {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k"}),
    ("another way than by the key", "k", ["AES256"], None), ("not by the key", "k", [None], None),
]  # fmt: skip


@rows("why, key, answers, asked", ENCRYPTED)
def test_what_is_stored_is_encrypted(why: str, key: str | None, answers: list[str | None], asked: dict[str, str] | None) -> None:  # fmt: skip
    """A snapshot in the clear, or under another key than was named, that passes for a success."""
    target, left = write.Target(HERE, S3(), None, key), list(answers)

    def send() -> Any:
        how = left.pop(0)
        return {"ServerSideEncryption": how} if how else {}

    if asked is None:
        with pytest.raises(InputError, match="does not say that what it stored is encrypted"):
            target.encrypted(send)
    else:
        assert target.encrypted(send) == {"ServerSideEncryption": answers[-1]}
        assert target.encryption == asked
    assert left == []


def test_why_nothing_was_sent_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """“Failed to upload”, and not that nobody may write there; or another error's words."""
    sent: list[Any] = []
    told: list[BaseException | None] = [refusal("AccessDenied"), ValueError("x"), None]

    def upload(*given: Any, **more: Any) -> None:
        sent.append((given, more))
        if told:
            raise S3UploadFailedError("failed to upload") from told.pop(0)

    monkeypatch.setattr(write, "S3Transfer", lambda *_: SimpleNamespace(upload_file=upload))
    client = SimpleNamespace(head_object=lambda **request: request)
    target = write.Target(HERE, client, None, "k")
    for said in ("AccessDenied: m", "failed to upload", "failed to upload"):
        with pytest.raises(InputError, match=f"S3 answers .*{said}"):
            target._sent(tmp_path / "x", "data/d")
    assert target._sent(tmp_path / "x", "data/d") == {"Bucket": "bucket", "Key": "a/b/data/d"}
    assert sent[-1] == ((str(tmp_path / "x"), "bucket", "a/b/data/d"), {"extra_args": target.encryption})  # fmt: skip


PUBLISHED: list[tuple[str, str | None, Any, Any, str | None]] = [
    ("where there was none", None, {}, None, None), ("in place of one's own", "e", {}, None, None), ("refused", "e", refusal("AccessDenied"), None, "AccessDenied"), ("lost", "e", OSError("lost"), None, "lost"),
    *((f"another's came first: {code}", "e", refusal(code), OTHER, "another collection wrote a snapshot here meanwhile") for code in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")),
    ("one's own, whose answer was lost", "e", refusal("PreconditionFailed"), DATA, None),
]  # fmt: skip


@rows("why, etag, answer, there, said", PUBLISHED)
def test_a_manifest_is_put_on_condition(why: str, etag: str | None, answer: Any, there: Any, said: str | None) -> None:  # fmt: skip
    """Another collection's snapshot, replaced by an older one."""
    client = S3(**({} if there is None else {"a__b__manifest.json": there}))
    client.told = lambda _: answer
    target = write.Target(HERE, client, etag)
    if said is None:
        target._publish(DATA)
    else:
        with pytest.raises(InputError, match=said):
            target._publish(DATA)
    condition = {"IfMatch": "e"} if etag else {"IfNoneMatch": "*"}
    assert client.put == [{"Bucket": "bucket", "Key": "a/b/manifest.json", "Body": DATA, "ContentType": "application/json", **condition}]  # fmt: skip


def test_a_list_is_put_in_one_request() -> None:
    """A list in the clear, or one that was refused in silence."""
    client = S3()
    write.put_object(client, HERE, DATA, None)
    assert client.put == [{"Bucket": "bucket", "Key": "a/b", "Body": DATA}]
    client.told = lambda request: {"ServerSideEncryption": request.get("ServerSideEncryption")}
    write.put_object(client, HERE, DATA, None)
    assert client.put[1:] == [{"Bucket": "bucket", "Key": "a/b", "Body": DATA}, {"Bucket": "bucket", "Key": "a/b", "Body": DATA, "ServerSideEncryption": "AES256"}]  # fmt: skip
    write.put_object(client, HERE, DATA, "k")
    assert client.put[-1]["SSEKMSKeyId"] == "k"
    client.told = lambda _: refusal("AccessDenied")
    with pytest.raises(InputError, match="AccessDenied"):
        write.put_object(client, HERE, DATA, None)


def test_a_snapshot_is_put_with_its_manifest_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A manifest of files that are not there yet, or that came short."""
    entries = {name: {"records": 1, "sha256": sha256(data).hexdigest()} for name, data in (("roles.jsonl", DATA), ("images.jsonl", OTHER), ("providers.jsonl", DATA))}  # fmt: skip
    for name, data in (("roles.jsonl", DATA), ("images.jsonl", OTHER), ("providers.jsonl", DATA), ("manifest.json", json.dumps(TOLD | {"files": entries}).encode())):  # fmt: skip
        (tmp_path / name).write_bytes(data)
    client, sent, short = S3(), list[tuple[str, str]](), list[int]()
    target = write.Target(HERE, client, None)

    def send(path: Path, name: str) -> Any:
        assert not client.put
        sent.append((path.name, name))
        return {"ServerSideEncryption": "AES256", "ContentLength": len(path.read_bytes()) - len(short)}  # fmt: skip

    monkeypatch.setattr(target, "_sent", send)
    target.put(tmp_path)
    assert sorted(name for _, name in sent) == sorted({f"data/{entry['sha256']}" for entry in entries.values()})  # fmt: skip
    assert [one["Key"] for one in client.put] == ["a/b/manifest.json"]
    short.append(1)
    client.put.clear()
    with pytest.raises(InputError, match="not as much of it as was sent"):
        target.put(tmp_path)
    assert client.put == []
