"""A snapshot that is not what its manifest says is refused, with file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.errors import InputError
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_record
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, role, vendor_role, write


def refused(folder: Path) -> str:
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "json=report.json", cwd=folder)
    assert ran.code == 2, ran.out
    assert ran.err.count("\n") == 1, "one line"
    assert not (folder / "report.json").exists()
    return ran.err


GOOD = json.dumps(vendor_role()).encode()
LINES = [
    ("cut", [GOOD, GOOD[:-40]], "roles.jsonl:2: not a valid record"),
    ("empty", [GOOD, b""], "roles.jsonl: has 1 record where"),
    ("two on a line", [GOOD + b" " + GOOD, b"x"], "roles.jsonl:1: not a valid record|roles.jsonl:2"),
    ("no object", [b"[]"], "roles.jsonl:1: not a valid record"),
    ("no account", [b'{"arn": "a", "name": "n"}'], "roles.jsonl:1: not a valid record"),
    ("a number for a name", [GOOD.replace(b'"Monitoring"', b"7")], "roles.jsonl:1: not a valid"),
    ("a short account", [GOOD.replace(b'"222222222222"', b'"2222"')], "'2222' is not a 12-digit"),
    ("not UTF-8", [GOOD.replace(b"Monitoring", b"\xff\xfe")], "roles.jsonl:1: not a valid record"),
    ("nested 100,000 deep", [b"[" * 100_000], "roles.jsonl:1: not a valid record"),
    ("a policy nested 100,000 deep",
     [b'{"account":"222222222222","arn":"a","name":"n","trust_policy":' + b"[" * 100_000],
     "roles.jsonl:1: not a valid record (nested too deep)"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines", "message"), LINES, ids=[line[0] for line in LINES])
def test_bad_lines(tmp_path: Path, why: str, lines: list[bytes], message: str) -> None:
    """A record that cannot be read is named by its line; what it held is not guessed."""
    write(tmp_path / "snapshot", roles=lines)
    assert any(part in (said := refused(tmp_path)) for part in message.split("|")), said


PLAIN = GOOD[:-1]
TWICE = [
    ("a trust policy", [GOOD, PLAIN + b', "trust_policy": {"Statement": []}}'],
     "roles.jsonl:2: tells 'trust_policy' twice"),
    ("a key spelt by an escape", [PLAIN + b', "trust_polic\\u0079": {}}'], "tells 'trust_policy' twice"),
    ("a privilege", [PLAIN + b', "privilege": "admin", "privilege": "read"}'], "tells 'privilege' twice"),
    ("a tag", [PLAIN + b', "tags": {"a": "1", "a": "2"}}'], "tells 'a' twice"),
    ("a role, otherwise", [GOOD, GOOD.replace(b"sts:AssumeRole", b"sts:TagSession")],
     "roles.jsonl:2: tells of arn:aws:iam::222222222222:role/Monitoring a second time, after line 1"),
    ("the very same role", [GOOD, json.dumps(vendor_role("A")).encode(), GOOD], "roles.jsonl:3: tells of"),
]  # fmt: skip


@pytest.mark.parametrize("sources", [["aws"], ["aws", "kubernetes"]])
@pytest.mark.parametrize(("why", "lines", "message"), TWICE, ids=[line[0] for line in TWICE])
def test_told_twice(
    tmp_path: Path, why: str, lines: list[bytes], message: str, sources: list[str]
) -> None:
    """What a line or a file says twice, one reader takes for the first and another for the last;
    whatever was added to what AWS told."""
    write(tmp_path / "snapshot", roles=lines, manifest={"sources": sources})
    assert message in (said := refused(tmp_path)), said


def test_a_line_of_our_own_form_with_a_key_more(tmp_path: Path) -> None:
    """The quick comparison with what we would write must see a key that is added to it."""
    ours = encode_record(msgspec.json.decode(GOOD, type=Role))
    write(tmp_path / "snapshot", roles=[ours[:-1] + b',"trust_policy":null}'])
    assert "roles.jsonl:1: tells 'trust_policy' twice" in refused(tmp_path)


@pytest.mark.parametrize("part", ["settings", "share", "acl", "grants"])
def test_a_key_twice_in_what_is_given_of_a_resource(tmp_path: Path, part: str) -> None:
    """Of two switches of one name a reviewer reads the other; a line of our own form has them too."""
    told = msgspec.Raw(b'[{"bpa":{"x":true},"bpa":null}]')
    given = ResourceRecord(
        account=OWN2, arn="arn:aws:s3:::a", kind="AWS::S3::Bucket", **{part: told}
    )
    path = write(tmp_path / "snapshot", roles=[], resources=[encode_record(given)])
    with pytest.raises(InputError, match=r"resources\.jsonl:1: tells 'bpa' twice"):
        list(Snapshot(path).resources())


def test_a_key_twice_within_a_trust_policy_is_the_analysis_to_judge(tmp_path: Path) -> None:
    """AWS keeps a policy's text: a finding on that role, and no reason to refuse all others."""
    policy = b'{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}'
    start = GOOD.index(b'"trust_policy": ') + len(b'"trust_policy": ')
    write(tmp_path / "snapshot", roles=[GOOD[:start] + policy + b"}"])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", cwd=tmp_path)
    assert ran.code != 2, ran.err


def test_two_stacks_may_make_one_role(tmp_path: Path) -> None:
    """Of templates it is not known which are deployed: both are judged."""
    write(tmp_path / "snapshot", roles=[GOOD, GOOD], manifest={"sources": ["cloudformation"]})
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    assert vendorgate("check", "--today", "2026-11-20", cwd=tmp_path).code == 0


MANIFESTS: list[tuple[str, Any, str]] = [
    ("another digest", {"files": {"roles.jsonl": {"records": 1, "sha256": "0" * 64}}}, "SHA-256"),
    ("outside the folder", {"files": {"../roles.jsonl": {"records": 1, "sha256": ""}}}, "no file of a"),
    ("an absolute path", {"files": {"/etc/passwd": {"records": 1, "sha256": ""}}}, "no file of a"),
    ("a file that is not there", {"files": {"images.jsonl": {"records": 1, "sha256": ""}}}, "not a file"),
    ("another schema", {"schema": "vendorgate/snapshot/v9"}, "its schema is"),
    ("text for accounts", {"accounts": "x"}, "not a valid manifest"),
    ("a partition that is null", {"partition": None}, "not a valid manifest"),
    ("an account of 3 digits", {"accounts": [{"id": "123"}]}, "not a 12-digit account id"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lie", "message"), MANIFESTS, ids=[m[0] for m in MANIFESTS])
def test_lying_manifests(tmp_path: Path, why: str, lie: Any, message: str) -> None:
    """A manifest that does not fit what is there: edited by hand, or by somebody else."""
    write(tmp_path / "snapshot", roles=[vendor_role()], manifest=lie)
    assert message in (said := refused(tmp_path)), said


@pytest.mark.parametrize("records", [0, 2])
def test_a_manifest_that_counts_wrongly(tmp_path: Path, records: int) -> None:
    """Lines cut from the end of a file, with the digest made to fit; and a file that holds some
    where there are none."""
    folder = write(tmp_path / "snapshot", roles=[vendor_role()])
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["roles.jsonl"]["records"] = records
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert f"has 1 record where manifest.json says {records}" in refused(tmp_path)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"{}"])
def test_broken_manifests(tmp_path: Path, text: bytes) -> None:
    """An interrupted copy of a snapshot."""
    folder = write(tmp_path / "snapshot", roles=[vendor_role()])
    (folder / "manifest.json").write_bytes(text)
    assert "manifest.json: not a valid manifest" in refused(tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A snapshot from elsewhere must not make us read a file of ours."""
    folder = write(tmp_path / "snapshot", roles=[vendor_role()])
    (folder / "roles.jsonl").rename(tmp_path / "elsewhere")
    (folder / "roles.jsonl").symlink_to(tmp_path / "elsewhere")
    assert "not a file here" in refused(tmp_path)


def test_no_snapshot(tmp_path: Path) -> None:
    """The commonest mistake: nothing was collected yet."""
    assert "no snapshot here; make one: vendorgate collect aws" in refused(tmp_path)
    (tmp_path / "snapshot").mkdir()
    assert "it has no manifest.json; make one" in refused(tmp_path)


POLICIES = [
    ("900 deep", b"[" * 900 + b"]" * 900),
    ("a lone surrogate", b'{"Statement": "\\ud800"}'),
    ("control characters", b'{"Statement": "\\u001b[31m\\u0000"}'),
    ("a number of 400 digits", b"1" * 400),
    ("an infinite number", b"1e999"),
]


@pytest.mark.parametrize(("why", "policy"), POLICIES, ids=[p[0] for p in POLICIES])
def test_odd_trust_policies_are_findings_or_refused(
    tmp_path: Path, why: str, policy: bytes
) -> None:
    """A trust policy that cannot be understood is never a pass, and never a traceback."""
    record = json.dumps(role("Odd", [])).encode()
    start = record.index(b'"trust_policy": ') + len(b'"trust_policy": ')
    write(tmp_path / "snapshot", roles=[record[:start] + policy + b"}"])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", cwd=tmp_path)
    assert ran.code in (1, 2)
    assert "unreadable-trust-policy" in ran.out if ran.code == 1 else ran.err.startswith("error: ")
    assert "\x1b" not in ran.out + ran.err


def test_fields_of_newer_collectors_are_passed_over(tmp_path: Path) -> None:
    """A snapshot of a newer minor version must still be read."""
    write(tmp_path / "snapshot", roles=[vendor_role(novelty={"a": 1})], novelties=[{"x": 1}])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    assert vendorgate("check", "--today", "2026-11-20", cwd=tmp_path).code == 0


def test_accounts_of_a_hundred_thousand_roles(tmp_path: Path) -> None:
    """Blocks must not lose or repeat the record on their border."""
    roles = [vendor_role(f"R{n}", padding="x" * 40) for n in range(30_000)]
    write(tmp_path / "snapshot", roles=roles)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate("check", "--today", "2026-11-20", "-f", "json", cwd=tmp_path)
    report = json.loads(ran.out)
    assert (report["summary"]["roles"], report["third_parties"][0]["roles"]) == (30_000, 30_000)
    assert report["third_parties"][0]["access"][0]["account"] == OWN2


def test_an_unknown_field_of_a_resource_is_refused(tmp_path: Path) -> None:
    """A misspelt `document` is a door that nobody looked at: passed over, its stranger gets by."""
    bucket = {"account": OWN2, "arn": "arn:aws:s3:::b", "kind": "AWS::S3::Bucket", "documnet": {}}
    write(tmp_path / "snapshot", resources=[bucket])
    assert "resources.jsonl:1: not a valid record" in refused(tmp_path)
