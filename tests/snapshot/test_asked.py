"""What a snapshot answers, asked directly: each kind of record, what tells of our own, what is no
snapshot at all."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.errors import InputError
from checker.snapshot import manifest
from checker.snapshot.files import CODE_USES, ROLES
from checker.snapshot.files import RESOURCES as RESOURCES_FILE
from checker.snapshot.lines import ascending, some_lines
from checker.snapshot.manifest import is_time, manifest_text, moment
from checker.snapshot.read import Snapshot
from checker.snapshot.redact import redacted, redacted_manifest
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.role_lines import form, tells_once
from checker.snapshot.write import encode_record
from tests.snapshot.test_redact import DOCUMENT, raw
from tests.snapshot.test_write import role as record
from tests.support.snapshots import OWN2, image, use, vendor_role, write


def resource(kind: str, name: str, settings: Any = None, **more: Any) -> dict[str, Any]:
    told = {"account": OWN2, "arn": f"arn:aws:x:::{name}", "kind": kind, "name": name}
    return told | ({} if settings is None else {"settings": settings}) | more


RESOURCES: list[tuple[dict[str, Any], bool | None]] = [
    (resource("AWS::S3::Bucket", "bucket"), False), (resource("AWS::S3::AccessPoint", "point", {"x": 1}), False),
    (resource("AWS::CloudFront::Distribution", "cdn"), False), (resource("AWS::SQS::Queue", "queue", {"x": 1}), None),
    (resource("AWS::SQS::Queue", "again", {"x": 1}), None), (resource("AWS::SQS::Queue", "id", {"canonical": "1"}), True),
    (resource("AWS::X::Y", "oai", {"own_oais": []}), True), (resource("AWS::ECR::RegistryPolicy", "cache", {"pull_through": []}), True),
    (resource("AWS::X::Y", "escape", {"a": "é"}), True), (resource("AWS::KMS::Key", "key", {"x": 1}), None), (resource("AWS::KMS::Alias", "alias"), None),
]  # fmt: skip


def test_what_tells_of_our_own(tmp_path: Path) -> None:
    """A bucket, an id or a rule of ours that is passed over; lines that cannot be read are for the
    strict reading to refuse."""
    lines = [json.dumps(one).encode() for one, _ in RESOURCES]
    expected = [(one["name"], tells) for one, tells in RESOURCES if tells is not None]
    for odd in ([], [b"{", b"[]"]):
        folder = write(tmp_path / "s", resources=[*lines[:3], *odd, *lines[3:]])
        found = [(one.name, tells) for one, tells in Snapshot(folder).tells_of_own()]
        assert found == expected
        assert [one.name for one in Snapshot(folder).kms_keys()] == ["key"]
    bare = Snapshot(write(tmp_path / "bare", roles=[vendor_role()]))
    assert not [*bare.tells_of_own()] and not [*bare.kms_keys()] and not [*bare.resources()]
    assert not [*bare.code_uses()] and not bare.usage() and not bare.assumptions()
    assert not bare.providers() and not [*bare.image_settings()] and bare.ranges(ROLES) != []
    assert bare.ranges(RESOURCES_FILE) == bare.ranges(CODE_USES) == []
    assert Snapshot(write(tmp_path / "none", images=[])).ranges(ROLES) == []


def provider(arn: str, issuer: str | None) -> dict[str, Any]:
    return {"account": OWN2, "arn": f"arn:aws:iam::{OWN2}:saml-provider/{arn}", "kind": "saml", "issuer": issuer}  # fmt: skip


def test_what_two_records_tell_otherwise(tmp_path: Path) -> None:
    """A provider of two issuers is none that is believed; an image of two owners is refused."""
    told = [provider("a", "x"), provider("b", "y"), provider("b", "z"), provider("c", None), provider("c", "w"), provider("d", ""), provider("d", "v")]  # fmt: skip
    snapshot = Snapshot(write(tmp_path / "s", providers=told, roles=[], image_uses=[], manifest={"sources": ["files"]}))  # fmt: skip
    assert [one.issuer for one in snapshot.providers()] == ["x", None, None, None, "w", None, None]
    assert snapshot.providers() is snapshot.providers()
    said = "Identity providers of which files tell two issuers, and so none is believed: "
    assert [one for one in snapshot.odd() if one.startswith(said)] == [f"{said}arn:aws:iam::{OWN2}:saml-provider/b, arn:aws:iam::{OWN2}:saml-provider/d."]  # fmt: skip
    images = [image("ami-1", owner="1", account="111111111111"), image("ami-1", owner="2")]
    with pytest.raises(InputError, match=r"images\.jsonl: two records contradict each other about us-east-1/ami-1"):  # fmt: skip
        list(Snapshot(write(tmp_path / "i", images=images)).images())
    apart = [image("ami-1", owner="1"), image("ami-1", owner="2", region="eu-west-1"), image("ami-2", owner="2")]  # fmt: skip
    assert len([*Snapshot(write(tmp_path / "j", images=apart)).images()]) == 3


def test_lines_and_what_else_lies_there(tmp_path: Path) -> None:
    """As they stand, their digest first; what the manifest does not name is said, if asked."""
    folder = write(tmp_path / "s", image_uses=[use("i-1", None), use("i-2", None)])
    (folder / "old.jsonl").touch()
    snapshot = Snapshot(folder, name="N")
    lines = (folder / "image_uses.jsonl").read_bytes().splitlines()
    assert [*snapshot.lines("image_uses.jsonl")] == lines
    assert (snapshot.name, Snapshot(folder).name) == ("N", str(folder))
    assert snapshot.unnamed == "The folder holds what the manifest does not name: old.jsonl."
    assert Snapshot(folder, alone=False).unnamed is None
    assert snapshot.odd()[0] == snapshot.unnamed
    (folder / "image_uses.jsonl").write_bytes(b"\n".join(lines))
    for read_all in (lambda: [*snapshot.lines("image_uses.jsonl")], lambda: [*Snapshot(folder).image_uses()]):  # fmt: skip
        with pytest.raises(InputError, match=r"its SHA-256 is not the one in manifest\.json"):
            read_all()


NO_SNAPSHOT: list[tuple[str, bytes, str]] = [
    ("r.json", b'{"schema":"vendorgate/report/v1"}', "is a report, not a snapshot; give the snapshot; vendorgate render shows a report in another format"),
    ("m.json", b'{\n "schema": "vendorgate/snapshot/v1"}', "is the manifest of a snapshot, not a snapshot; give the folder that it is in"),
    ("b.json", b'{"schema": "vendorgate/baseline/v1"}', "is vendorgate's baseline, as JSON, not a snapshot; a snapshot is a folder; for code say check --cloudformation or --terraform"),
    ("z.zip", b"PK\3\4", "is a zip, not a snapshot; unpack it; vendorgate evidence verify looks into a bundle"),
    ("t.yaml", b"Resources: {}", "is a file, not a snapshot; a snapshot is a folder; for code say check --cloudformation or --terraform"),
    ("s/roles.jsonl", b"{}", "is a file of a snapshot, not a snapshot; give the folder that it is in"),
    ("roles.jsonl", b"{}", "is a file, not a snapshot; a snapshot is a folder; for code say check --cloudformation or --terraform"),
    ("near.json", b"{" + b" " * 4062 + b'"schema":"vendorgate/baseline/v1"}', "is vendorgate's baseline, as JSON, not a snapshot; a snapshot is a folder; for code say check --cloudformation or --terraform"),
    ("far.json", b"{" + b" " * 4063 + b'"schema":"vendorgate/baseline/v1"}', "is a file, not a snapshot; a snapshot is a folder; for code say check --cloudformation or --terraform"),
    ("s/z.json", b"PK", "is a zip, not a snapshot; unpack it; vendorgate evidence verify looks into a bundle"),
]  # fmt: skip


def test_what_is_given_in_place_of_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Somebody who gave the right thing of the wrong kind is told which one."""
    write(tmp_path / "s", roles=[])
    for name, data, said in NO_SNAPSHOT:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError) as caught:
            manifest_text(tmp_path / name)
        assert str(caught.value) == f"{tmp_path}/{name}: {said}"
    size = (tmp_path / "s/manifest.json").stat().st_size
    monkeypatch.setattr(manifest, "MAX_MANIFEST", size)
    assert len(manifest_text(tmp_path / "s")) == size
    monkeypatch.setattr(manifest, "MAX_MANIFEST", size - 1)
    with pytest.raises(InputError, match=r"manifest\.json: larger than 0 MiB"):
        manifest_text(tmp_path / "s")
    (tmp_path / "l").mkdir()
    (tmp_path / "l/manifest.json").symlink_to(tmp_path / "s/manifest.json")
    with pytest.raises(InputError, match=r"it has no manifest\.json"):
        manifest_text(tmp_path / "l")


TIMES = {
    "2026-11-20T06:00:00Z": True, "2026-11-20T06:00:00+02:00": True, "2026-11-20T06:00": True, "2026-11-20 06": True, "2026-11-20": False, "": False,
    "2026-13-20T06:00:00Z": False, "yesterday at noon": False, "0001-01-01T00:00:00+10:00": False,
}  # fmt: skip


def test_what_is_a_time() -> None:
    """A day alone, or one that is none in UTC; a time without an offset is of UTC."""
    assert {text: is_time(text) for text in TIMES} == TIMES
    told = [moment(text).isoformat() for text in ("2026-11-20T06:00:00+02:00", "2026-11-20T06:00:00")]  # fmt: skip
    assert told == ["2026-11-20T04:00:00+00:00", "2026-11-20T06:00:00+00:00"]


def test_lines_in_blocks_and_in_order() -> None:
    """A line that is cut where a block ends, or told twice; one that is out of order."""
    file = BytesIO(b"a\nbc\nd\ne\nf\ng")
    told = [some_lines(file, most) for most in (3, 2, 1, 1, 9)]
    assert told == [b"a\nbc\n", b"d\n", b"e\n", b"f\n", b"g"] and some_lines(file) == b""
    assert [*ascending(iter([b"a", b"a", b"b"]), "f", 3)] == [b"a", b"a", b"b"]
    for lines, records, said in (([b"a", b"c", b"b"], 3, "f:3: its lines are not sorted"), ([b"a"], 2, "f: has 1 record where manifest.json says 2"), ([], 1, "f: has 0 records")):  # fmt: skip
        with pytest.raises(InputError, match=re.escape(said)):
            list(ascending(iter(lines), "f", records))


def test_policies_in_settings_are_redacted_where_they_are_text() -> None:
    """A text that asks for no id stays as it is written; one that is a policy loses its ids."""
    text, plain = json.dumps(DOCUMENT), '{"a":  1}'
    given = {"p": text, "q": f" {text}", "plain": plain, "said": "sts:ExternalId", "list": [text, plain, 1, None], "n": {"o": text}, "cut": '{"sts:ExternalId": '}  # fmt: skip
    one = ResourceRecord(account="1", region=None, arn="a", kind="k", settings=raw(given))
    found = json.loads(bytes(redacted(one).settings))  # type: ignore[attr-defined]
    policy = json.dumps(DOCUMENT).replace("secret", "redacted-1")
    left = "not JSON, so left out with the external ids that it may hold"
    assert found == {"p": policy, "q": policy, "plain": plain, "said": "sts:ExternalId", "list": [policy, plain, 1, None], "n": {"o": policy}, "cut": left}  # fmt: skip
    whole = manifest.read_manifest("m", json.dumps({"schema": "vendorgate/snapshot/v1", "tool": {"name": "v", "version": "1"}, "collected_at": "2026-11-20T06:00:00Z",
        "guardrails": [{"id": "p", "document": DOCUMENT}]}).encode())  # fmt: skip
    kept = redacted_manifest(whole)
    assert kept.redacted == ("external-ids",) and b"secret" not in encode_record(kept)
    blind = redacted_manifest(msgspec.structs.replace(whole, guardrails=None))
    assert (blind.guardrails, blind.redacted) == (None, ("external-ids",))


def test_lines_that_need_not_be_decoded() -> None:
    """A line that says something else than what is taken from it."""
    ours = encode_record(record("r"))
    found = form("aws").findall(ours)
    assert len(found) == 1 and form("aws-cn").findall(ours) == []
    for old, new in ((b'"location":null', b'"location":{}'), (b'"account":"1', b'"account":"x'), (b":role/", b":user/"),
                     (b'"unresolved":null', b'"unresolved":[]'), (b'"tags":', b'"more":1,"tags":'), (b'"name":"', b'"name":"\\n')):  # fmt: skip
        assert old in ours and form("aws").findall(ours.replace(old, new)) == [], new
    assert [tells_once(tags) for tags in (b"null", b"{}", b'{"a":"1","b":"1"}', b'{"a":"1","a":"2"}', b'{"a":"b","b":"a"}')] == [True, True, True, False, True]  # fmt: skip
