"""Snapshots in S3, through the real command: whole or not there, nobody else's replaced."""

from __future__ import annotations

import json
import random
import re
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig

from checker.cli import stored
from checker.collect.store import place, read, write
from checker.demo.server import Answer, ApiCall, failure
from checker.errors import InputError
from tests.support.cli import Ran, vendorgate
from tests.support.front import aws
from tests.support.snapshots import ALLOWLIST, use, vendor_role
from tests.support.snapshots import write as snapshot

BUCKET = "acme-snapshots"
HOME = f"s3://{BUCKET}/nightly"
KINDS = ("roles", "providers", "image_uses", "images", "image_settings")


class Requests:
    """Counts requests to S3 for objects; `fail` says which to answer otherwise."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.fail: Any = None

    def __call__(self, call: ApiCall) -> Answer | None:
        if call.service != "s3":
            return None
        self.seen[call.method] += 1
        return self.fail(call) if self.fail else None


@pytest.fixture
def requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Requests]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with bucket(tmp_path) as made:
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
        yield made


@contextmanager
def bucket(folder: Path, *, encrypted: bool = True) -> Iterator[Requests]:
    made = Requests()
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    with aws(made):
        s3().create_bucket(Bucket=BUCKET)
        if encrypted:
            by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            rules = {"Rules": [by_default]}
            s3().put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=rules)
        made.seen.clear()
        yield made


def s3() -> Any:
    return boto3.client("s3")


def local(folder: Path, name: str = "local", **more: Any) -> Path:
    """A snapshot as `collect aws` would leave it, of a role that a stranger can assume."""
    records: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    records["roles"] = [vendor_role("Monitoring", account="888888888888")]
    records["image_uses"] = [use("i-1", "ami-1")]
    return snapshot(folder / name, **(records | more))


def send(folder: Path, *options: object, name: str = "local", to: str = HOME) -> Ran:
    return vendorgate("merge", folder / name, "-o", to, *options)


def check(folder: Path, name: object = HOME) -> tuple[int, dict[str, Any] | str]:
    options = ("--today", "2026-11-21", "-f", "json")
    ran = vendorgate("check", name, *options, cwd=folder)
    return ran.code, json.loads(ran.out) if ran.out else ran.err


def keys() -> list[str]:
    return [one["Key"] for one in s3().list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def test_what_was_sent_is_what_is_checked(tmp_path: Path, requests: Requests) -> None:
    """The same findings as from a folder; the report names the place, and no copy stays."""
    local(tmp_path)
    vendorgate("merge", tmp_path / "local", "-o", tmp_path / "merged")
    assert send(tmp_path).code == 0
    (code, here), (again, there) = check(tmp_path, "merged"), check(tmp_path)
    assert (code, again) == (1, 1)
    assert isinstance(here, dict) and isinstance(there, dict)
    assert here["findings"] == there["findings"]
    assert there["inputs"]["snapshot"]["path"] == HOME
    assert not list((tmp_path / "cache").rglob("*.jsonl"))


@pytest.mark.parametrize(
    "command",
    [
        ("inventory", HOME, "-f", "json"),
        ("diff", HOME, "local", "-f", "json"),
        ("explain", "888888888888", HOME),
        ("evidence", "build", HOME, "-o", "evidence.zip"),
        ("init", "--from", HOME),
    ],
)
def test_every_command_that_reads_a_snapshot_reads_it_there(
    tmp_path: Path, requests: Requests, command: tuple[str, ...]
) -> None:
    """One that takes the place for a folder says that there is none."""
    local(tmp_path)
    send(tmp_path)
    if command[0] == "init":
        (tmp_path / "allowlist.yaml").unlink()
    ran = vendorgate(*command, cwd=tmp_path)
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("number", range(1, 5))
def test_a_writer_that_is_cut_leaves_the_old_snapshot(
    tmp_path: Path, requests: Requests, number: int
) -> None:
    """Whichever request fails: files, then the manifest, the last. New places hold none then."""
    local(tmp_path)
    local(tmp_path, "next", roles=[vendor_role("Other", account="888888888888")])
    send(tmp_path)
    before = check(tmp_path)
    for target, left in ((HOME, before), (f"{HOME}-2", None)):
        put = Counter[str]()

        def fail(call: ApiCall, put: Counter[str] = put) -> Answer | None:
            put[call.path] += call.method == "PUT"
            late = call.method == "PUT" and len(+put) >= number
            return failure(call, "AccessDenied", "no") if late else None

        requests.fail = fail
        ran = send(tmp_path, name="next", to=target)
        requests.fail = None
        assert ran.code == 2, ran.err
        assert "vendorgate merge" in ran.err  # it is whole on this machine
        if left is None:
            code, said = check(tmp_path, target)
            assert (code, "no snapshot here" in str(said)) == (2, True)
        else:
            assert check(tmp_path, target) == left


def test_what_could_not_be_sent_is_sent_later(tmp_path: Path, requests: Requests) -> None:
    """The command that the error names: an hour's collection must not be lost."""
    local(tmp_path)
    requests.fail = lambda c: failure(c, "SlowDown", "", 503) if c.method == "PUT" else None
    ran = send(tmp_path)
    requests.fail = None
    found = re.search(r"`vendorgate (merge .*)`", ran.err)
    assert (ran.code, found is not None) == (2, True)
    assert found
    assert vendorgate(*found[1].split()).code == 0
    assert check(tmp_path)[0] == 1


def test_two_writers_do_not_replace_each_other(tmp_path: Path, requests: Requests) -> None:
    """The second one began before the first had ended: its snapshot may be the older one."""
    first, second = local(tmp_path), local(tmp_path, "second", roles=[])
    slow = write.Target.of(s3(), place.place_of(HOME))
    fast = write.Target.of(s3(), place.place_of(HOME))
    fast.put(first)
    with pytest.raises(InputError, match="another collection wrote a snapshot here meanwhile"):
        slow.put(second)
    again = write.Target.of(s3(), place.place_of(HOME))
    write.Target.of(s3(), place.place_of(HOME)).put(second)
    with pytest.raises(InputError, match="which stays"):
        again.put(first)


def test_an_answer_that_was_lost_is_no_other_writer(tmp_path: Path, requests: Requests) -> None:
    """The manifest was put, the answer never came, and the same request is refused when repeated."""
    local(tmp_path)
    target = write.Target.of(s3(), place.place_of(HOME))
    target.put(tmp_path / "local")
    target.put(tmp_path / "local")
    assert check(tmp_path)[0] == 1


def test_a_reader_keeps_what_it_began_with(tmp_path: Path, requests: Requests) -> None:
    """A snapshot that is replaced while somebody reads it is whole for both."""
    local(tmp_path)
    send(tmp_path)
    home = place.place_of(HOME)
    text, _ = read.fetch_manifest(s3(), home)
    local(tmp_path, "next", roles=[])
    send(tmp_path, name="next")
    assert text
    for name, entry in json.loads(text)["files"].items():
        assert f"nightly/data/{entry['sha256']}" in keys(), name


def test_a_snapshot_that_was_copied_there_is_read(tmp_path: Path, requests: Requests) -> None:
    """`aws s3 sync` knows nothing of digests; half of a copy is refused."""
    folder = local(tmp_path)
    for path in folder.iterdir():
        s3().put_object(Bucket=BUCKET, Key=f"nightly/{path.name}", Body=path.read_bytes())
    assert check(tmp_path)[0] == 1
    s3().put_object(Bucket=BUCKET, Key="nightly/roles.jsonl", Body=b"")
    code, said = check(tmp_path)
    assert (code, f"{HOME}/roles.jsonl: its SHA-256 is not" in str(said)) == (2, True)
    s3().delete_object(Bucket=BUCKET, Key="nightly/roles.jsonl")
    code, said = check(tmp_path)
    assert (code, "NoSuchKey" in str(said)) == (2, True)


@pytest.mark.parametrize(("times", "expected"), [(2, 1), (99, 2)])
def test_an_object_that_came_cut_is_asked_for_again(
    tmp_path: Path, requests: Requests, times: int, expected: int
) -> None:
    """The digest tells, whatever the length says."""
    local(tmp_path)
    send(tmp_path)
    left = [times]

    def cut(call: ApiCall) -> Answer | None:
        if "/data/" not in call.path or not left[0]:
            return None
        left[0] -= 1
        return Answer(200, "", "binary/octet-stream")

    requests.fail = cut
    assert check(tmp_path)[0] == expected


def encryption() -> set[tuple[str | None, str | None]]:
    told = [s3().head_object(Bucket=BUCKET, Key=key) for key in keys()]
    return {(one.get("ServerSideEncryption"), one.get("SSEKMSKeyId")) for one in told}


def test_a_bucket_without_encryption_is_asked_for_some(tmp_path: Path, monkeypatch: Any) -> None:
    """Buckets of S3 all encrypt; those of other makes may not, and then do when they are asked."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    local(tmp_path)
    with bucket(tmp_path, encrypted=False):
        assert send(tmp_path).code == 0
        assert encryption() == {("AES256", None)}
        assert send(tmp_path, "--kms-key", "alias/snapshots").code == 0
        assert encryption() == {("aws:kms", "alias/snapshots")}


def test_the_own_encryption_of_a_bucket_is_left_to_it(tmp_path: Path, requests: Requests) -> None:
    """Asked for AES256, a bucket with a key of its own would not use that."""
    local(tmp_path)
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/own"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]}
    s3().put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=rules)
    assert send(tmp_path).code == 0
    assert encryption() == {("aws:kms", "alias/own")}


def test_what_is_not_encrypted_is_no_success(tmp_path: Path, requests: Requests) -> None:
    """Whatever does not say so, even when asked, is not S3 as we know it."""
    local(tmp_path)
    requests.fail = lambda call: Answer(200, "") if call.method == "HEAD" else None
    ran = send(tmp_path)
    assert (ran.code, "encrypted" in ran.err) == (2, True)
    assert "nightly/manifest.json" not in keys()


def big(folder: Path) -> Path:
    """Seven megabytes of roles, which no compression makes small."""
    chance = random.Random(7)
    text = "".join(chance.choices(string.ascii_letters, k=700_000))
    roles = [vendor_role(f"r{n}", tags={"x": text}) for n in range(10)]
    return local(folder, roles=[json.dumps(role, sort_keys=True).encode() for role in roles])


def test_a_large_file_goes_in_parts(
    tmp_path: Path, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And comes back whole; an upload that is cut in the middle is given up, not left to be paid."""
    parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    monkeypatch.setattr(write, "_PARTS", parts)
    big(tmp_path)
    refuse = failure
    requests.fail = lambda c: refuse(c, "AccessDenied", "no") if "partNumber=2" in c.path else None
    assert send(tmp_path).code == 2
    assert requests.seen["DELETE"] == 1
    assert keys() == [key for key in keys() if "manifest" not in key]
    requests.fail = None
    posts = requests.seen["POST"]
    assert send(tmp_path).code == 0
    assert requests.seen["POST"] > posts  # begun and completed
    assert check(tmp_path)[0] in (0, 1)


@pytest.mark.parametrize(
    "name",
    ["s3://", "s3://bucket", "s3://bucket/", "s3://Bucket_x/y", "s3://bucket/a/../b", "s3://b/x"],
)
def test_what_is_no_place_is_refused(tmp_path: Path, name: str) -> None:
    """A prefix that is empty or climbs would put the manifest anywhere."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", name, cwd=tmp_path)
    assert (ran.code, "is no place of a snapshot" in ran.err) == (2, True)


def test_something_else_is_not_replaced(tmp_path: Path, requests: Requests) -> None:
    """A web page's manifest.json under the same name; and a bucket that nobody has."""
    local(tmp_path)
    s3().put_object(Bucket=BUCKET, Key="nightly/manifest.json", Body=b'{"name": "an app"}')
    ran = send(tmp_path)
    assert (ran.code, "not a snapshot" in ran.err) == (2, True)
    ran = send(tmp_path, to="s3://nobody-has-this/nightly")
    assert (ran.code, "NoSuchBucket" in ran.err) == (2, True)


def test_who_cannot_write_there_says_so(tmp_path: Path) -> None:
    """A folder named `s3:` on this machine, and a pipeline that finds nothing in S3."""
    (tmp_path / "t.yaml").write_text("Resources: {T: {Type: AWS::SNS::Topic}}")
    options = ("--account", "111111111111", "-o", HOME)
    ran = vendorgate("collect", "cloudformation", "t.yaml", *options, cwd=tmp_path)
    assert (ran.code, "collect aws and merge" in ran.err) == (2, True)
    assert not (tmp_path / "s3:").exists()


def test_shards_meet_there(tmp_path: Path, requests: Requests) -> None:
    """`PREFIX/*` is every snapshot right below; one whose manifest never came is a gap."""
    pieces = [{"organization": "o-own1234567", "listed": True, "shard": f"{n}/2"} for n in (1, 2)]
    for number, piece in enumerate(pieces, 1):
        local(tmp_path, f"{number}", manifest={"pieces": [piece]})
        send(tmp_path, name=f"{number}", to=f"s3://{BUCKET}/run/{number}-2")
    to = f"s3://{BUCKET}/merged"
    assert vendorgate("merge", f"s3://{BUCKET}/run/*", "-o", to).code == 0
    assert check(tmp_path, to)[0] == 1
    s3().put_object(Bucket=BUCKET, Key="run/3-2/data/0", Body=b"")
    assert vendorgate("merge", f"s3://{BUCKET}/run/*", "-o", to).code == 3
    _, report = check(tmp_path, to)
    assert isinstance(report, dict)
    assert [gap["code"] for gap in report["gaps"]] == ["NoSnapshot"]
    ran = vendorgate("merge", f"s3://{BUCKET}/run/3-2", f"s3://{BUCKET}/run/1-2", "-o", to)
    assert (ran.code, "run/3-2: no snapshot here" in ran.err) == (2, True)


def test_a_collection_goes_there_and_its_listing_too(tmp_path: Path, requests: Requests) -> None:
    """From the accounts to the gate without a file on this machine."""
    boto3.client("organizations").create_organization(FeatureSet="ALL")
    listing = f"s3://{BUCKET}/run/listing.json"
    options = (
        "collect",
        "aws",
        "--organization",
        "--regions",
        "us-east-1",
        "--no-resources",
        "--no-code",
    )
    assert vendorgate(*options, "--write-listing", listing).code == 0
    ran = vendorgate(*options, "--shard", "1/1", "--listing", listing, "-o", HOME)
    assert ran.code == 0, ran.err
    assert f"{HOME}: accounts: 1" in ran.err
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.name == "nightly"]
    merged = vendorgate("merge", HOME, "--listing", listing, "-o", tmp_path / "merged")
    assert merged.code == 0


def test_what_stands_there_without_an_etag(tmp_path: Path, requests: Requests) -> None:
    """A proxy or another store leaves it out: it is read, and not replaced."""
    local(tmp_path)
    send(tmp_path)
    key = "nightly/manifest.json"
    text = s3().get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    before = check(tmp_path)
    bare = Answer(200, text, "application/json")
    requests.fail = lambda c: bare if c.method == "GET" and key in c.path else None
    assert check(tmp_path) == before
    local(tmp_path, "next", roles=[])
    ran = send(tmp_path, name="next")
    assert (ran.code, "does not tell its ETag" in ran.err) == (2, True), ran.err


def test_a_key_that_may_not_be_used_is_named_as_such(tmp_path: Path, requests: Requests) -> None:
    """KMS refuses what is there; that nothing has the file's own name is beside the point."""
    local(tmp_path)
    send(tmp_path)
    requests.fail = lambda c: failure(c, "AccessDenied", "kms") if "/data/" in c.path else None
    code, said = check(tmp_path)
    assert (code, "AccessDenied: kms" in str(said)) == (2, True), said


@pytest.mark.parametrize("text", ["", "{}", "null", "[]", '{"schema": "', "<html>"])
def test_a_manifest_that_is_none_is_named_with_its_place(
    tmp_path: Path, requests: Requests, text: str
) -> None:
    """As people write it, with both slashes."""
    local(tmp_path)
    send(tmp_path)
    requests.fail = lambda c: Answer(200, text) if "manifest.json" in c.path else None
    code, said = check(tmp_path)
    assert (code, f"error: {HOME}/manifest.json: " in str(said)) == (2, True), said


MOVED = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>"
WRONG = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-west-1</Region></Error>"
ELSEWHERE = [
    ("a bucket of another region", Answer(400, WRONG), 1, ""),
    ("no region is told, by S3", Answer(301, MOVED), 2, "nightly/manifest.json: S3 answers PermanentRedirect: elsewhere"),
    ("nor by a proxy", Answer(307, "<html>sign in</html>", "text/html"), 2, "S3 answers 307"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "answer", "code", "said"), ELSEWHERE, ids=[r[0] for r in ELSEWHERE]
)
def test_redirects(
    tmp_path: Path, requests: Requests, why: str, answer: Answer, code: int, said: str
) -> None:
    """The region is asked for once; a redirect that leads nowhere ends, and tells how to go on."""
    local(tmp_path)
    assert send(tmp_path).code == 0
    requests.seen.clear()
    requests.fail = lambda call: answer if call.region == "us-east-1" else None
    found, text = check(tmp_path)
    assert requests.seen["HEAD"] <= 1
    assert (found, said in str(text)) == (code, True), text


SPELT = [
    ("S3://acme-snapshots/nightly", "s3://acme-snapshots/nightly"),
    ("s3a://acme-snapshots/a/b", "s3://acme-snapshots/a/b"),
    ("s3:acme-snapshots/nightly", "s3://acme-snapshots/nightly"),
    (
        "https://acme-snapshots.s3.amazonaws.com/nightly/manifest.json",
        "s3://acme-snapshots/nightly",
    ),
    ("https://acme.snap.s3.cn-north-1.amazonaws.com.cn/a?versionId=3", "s3://acme.snap/a"),
    ("HTTPS://s3-eu-west-1.amazonaws.com/acme-snapshots/a/", "s3://acme-snapshots/a"),
    ("https://acme-snapshots.s3.dualstack.eu-west-1.amazonaws.com/a", "s3://acme-snapshots/a"),
    ("https://my-s3.example/nightly", "s3://BUCKET/PREFIX"),
    ("arn:aws:s3:::acme-snapshots/nightly", "s3://acme-snapshots/nightly"),
    ("arn:aws-us-gov:s3:::acme-snapshots", "s3://acme-snapshots/PREFIX"),
    ("arn:aws:s3:eu-west-1:111111111111:accesspoint/a", "s3://BUCKET/PREFIX"),
    ("gs://acme-snapshots/nightly", "s3://BUCKET/PREFIX"),
]


@pytest.mark.parametrize(("given", "right"), SPELT, ids=[row[0] for row in SPELT])
def test_what_is_meant_for_s3_is_answered_with_how_to_write_it(given: str, right: str) -> None:
    """A console, a policy and other tools name the same place in other ways."""
    with pytest.raises(InputError) as refusal:
        stored.is_remote(Path(given))
    assert refusal.value.hint == f"write {right}"


@pytest.mark.parametrize("name", ["C:/snapshot", "a:b", "nightly/s3:/a", "arn:aws:iam::1:role/x"])
def test_a_folder_may_have_a_colon(name: str) -> None:
    """Nothing of S3 is meant."""
    assert not stored.is_remote(Path(name))


def test_a_place_that_is_misspelt_becomes_no_folder(tmp_path: Path) -> None:
    """As input and as output; a folder of that name, where there is one, is read."""
    local(tmp_path)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    asked = vendorgate("check", "S3://b-b/p", cwd=tmp_path)
    made = vendorgate("merge", "local", "-o", "https://b-b.s3.amazonaws.com/p", cwd=tmp_path)
    assert (asked.code, made.code) == (2, 2)
    assert "write s3://b-b/p" in asked.err and "write s3://b-b/p" in made.err
    assert {path.name for path in tmp_path.iterdir()} == {"local", "allowlist.yaml"}
    local(tmp_path, "S3:/b-b/p")
    assert vendorgate("check", "S3://b-b/p", "--today", "2026-11-21", cwd=tmp_path).code == 1
