"""Snapshots that somebody doctored: each is refused, or the report says what is odd about it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.access import KIND_NAMES
from checker.publishers import KINDS
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)

Doctor = Callable[[Path], None]
PROVIDER = f"arn:aws:iam::{OWN2}:saml-provider/corp"
CLEAN: dict[str, list[Any]] = {
    "roles": [vendor_role(), role("Plain", allow({"Service": "ec2.amazonaws.com"}), account=OWN)],
    "providers": [{"account": OWN2, "arn": PROVIDER, "kind": "saml", "issuer": "idp.example.com"}],
    "image_uses": [use("i-1", "ami-1")],
    "images": [image("ami-1", owner=OWN2)],
}


def checked(folder: Path, *options: str) -> Ran:
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return vendorgate("check", "--today", "2026-11-20", *options, cwd=folder)


def manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def replaced(folder: Path, name: str, data: bytes, records: int | None = None) -> None:
    """Another content, with a digest and a count that fit."""
    (folder / name).write_bytes(data)
    files = json.loads((folder / "manifest.json").read_text())["files"]
    count = data.count(b"\n") if records is None else records
    files[name] = {"records": count, "sha256": hashlib.sha256(data).hexdigest()}
    manifest(folder, files=files)


def added(folder: Path, name: str, *records: dict[str, Any]) -> None:
    path = folder / name
    data = path.read_bytes() if path.exists() else b""
    replaced(folder, name, data + b"".join(json.dumps(r).encode() + b"\n" for r in records))


def unnamed(folder: Path, name: str) -> None:
    """The manifest forgets a file that lies there."""
    files = json.loads((folder / "manifest.json").read_text())["files"]
    del files[name]
    manifest(folder, files=files)


def gone(folder: Path, name: str) -> None:
    unnamed(folder, name)
    (folder / name).unlink()


def twice(folder: Path, key: str, value: Any) -> None:
    """The manifest says a thing twice: readers differ in which they believe."""
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:-1] + f", {json.dumps(key)}: {json.dumps(value)}" + "}")


def elsewhere(folder: Path, name: str) -> None:
    (folder / name).rename(folder.parent / "elsewhere")
    (folder / name).symlink_to(folder.parent / "elsewhere")


def pipe(folder: Path) -> None:
    (folder / "roles.jsonl").unlink()
    os.mkfifo(folder / "roles.jsonl")


def two_templates(folder: Path) -> None:
    manifest(folder, sources=["cloudformation"])
    added(
        folder,
        "providers.jsonl",
        {"account": OWN2, "arn": PROVIDER, "kind": "saml", "issuer": "evil.example"},
    )


def hard(folder: Path, data: bytes) -> None:
    (folder / "roles.jsonl").write_bytes(data)


GOOD = json.dumps(vendor_role()).encode() + b"\n"
REFUSED: list[tuple[str, Doctor, str]] = [
    ("a role left out", lambda f: hard(f, GOOD), "SHA-256 is not the one in manifest.json"),
    ("a role left out, with a digest that fits", lambda f: replaced(f, "roles.jsonl", GOOD, 2), "has 1 record where manifest.json says 2"),
    ("a role cut in half", lambda f: replaced(f, "roles.jsonl", GOOD[:-40]), "roles.jsonl:1: not a valid record"),
    ("a file that is a link", lambda f: elsewhere(f, "roles.jsonl"), "not a file here"),
    ("a manifest that is a link", lambda f: elsewhere(f, "manifest.json"), "no manifest.json"),
    ("a file that is a pipe", pipe, "not a file here"),
    ("a file that is gone", lambda f: (f / "roles.jsonl").unlink(), "not a file here"),
    ("a file outside", lambda f: manifest(f, files={"../roles.jsonl": {"records": 0, "sha256": ""}}), "no file of a snapshot"),
    ("gaps told twice", lambda f: twice(f, "gaps", []), "'gaps' twice"),
    ("accounts told twice", lambda f: twice(f, "accounts", [{"id": VENDOR}]), "'accounts' twice"),
    ("an account told twice", lambda f: manifest(f, accounts=[{"id": OWN}, {"id": OWN2}, {"id": OWN2, "collected": False}]), "tells of the account 222222222222 twice"),
    ("files told twice", lambda f: twice(f, "files", {}), "'files' twice"),
    ("another schema", lambda f: manifest(f, schema="vendorgate/snapshot/v2"), "its schema is"),
    ("a role of the vendor's own account, by its field",
     lambda f: replaced(f, "roles.jsonl", json.dumps(vendor_role("R", STRANGER) | {"account": STRANGER}).encode() + b"\n"),
     "roles.jsonl:1: its ARN is not of its account 888888888888"),
    ("a provider of another account",
     lambda f: added(f, "providers.jsonl", {"account": OWN, "arn": PROVIDER, "kind": "saml", "issuer": "x"}),
     "providers.jsonl:2: its ARN is not of its account"),
    ("a use of another account", lambda f: added(f, "image_uses.jsonl", use("i-2", "ami-1") | {"account": OWN}), "image_uses.jsonl:2: its ARN is not of its account"),
    ("a provider of two issuers",
     lambda f: added(f, "providers.jsonl", {"account": OWN2, "arn": PROVIDER, "kind": "saml", "issuer": "evil.example"}),
     "providers.jsonl:2: tells of arn:aws:iam::222222222222:saml-provider/corp a second"),
    ("an image of two owners", lambda f: added(f, "images.jsonl", image("ami-1", account=OWN, owner=STRANGER)), "contradict each other about"),
    *((f"a role with {what} told twice", lambda f, more=more: replaced(f, "roles.jsonl", GOOD[:-2] + more + b"}\n"), said)
      for what, more, said in (
        ("its trust policy", b', "trust_policy": {}', "roles.jsonl:1: tells 'trust_policy' twice"),
        ("a key in escapes", b', "trust\\u005fpolicy": {}', "'trust_policy' twice"),
        ("a key within", b', "tags": {"a": "1", "a": "2"}', "'a' twice"))),
    ("a role as we write it, with a key more", lambda f: replaced(f, "roles.jsonl", json.dumps(vendor_role(), sort_keys=True, separators=(",", ":")).encode()[:-1] + b',"trust_policy":{}}\n'), "'trust_policy' twice"),
    ("a role told twice, and otherwise", lambda f: added(f, "roles.jsonl", vendor_role() | {"trust_policy": {}}), "roles.jsonl:3: tells of arn:aws:iam::222222222222:role/Monitoring a second time"),
    ("a role told twice", lambda f: added(f, "roles.jsonl", vendor_role()), "roles.jsonl:3: tells of arn:aws:iam::222222222222:role/Monitoring a second time"),
    ("an account of letters", lambda f: added(f, "roles.jsonl", vendor_role() | {"account": "2222"}), "not a 12-digit account id"),
]  # fmt: skip


@pytest.mark.parametrize(("doctor", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_doctored_snapshot_is_refused(tmp_path: Path, doctor: Doctor, said: str) -> None:
    """What is no snapshot of ours is bad input, in one line that names the file."""
    doctor(write(tmp_path / "snapshot", **CLEAN))
    ran = checked(tmp_path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
    assert said in ran.err, ran.err


SAID: list[tuple[str, Doctor, str]] = [
    ("a file that nobody named", lambda f: (f / "usage.jsonl").write_text("{}\n") and None, "does not name: usage.jsonl"),
    ("a folder within", lambda f: (f / "older").mkdir(), "does not name: older"),
    ("a hidden file", lambda f: (f / ".roles.jsonl").write_text("") and None, "does not name: .roles.jsonl"),
    ("roles that the manifest forgets", lambda f: unnamed(f, "roles.jsonl"), "does not name: roles.jsonl"),
    ("a name that commands", lambda f: (f / "::error::\x1b[31mx").write_text("") and None, r"does not name: ::error::\x1b[31mx"),
    ("no roles at all", lambda f: gone(f, "roles.jsonl"), "no roles.jsonl: no role was looked at"),
    ("no uses of images at all", lambda f: gone(f, "image_uses.jsonl"), "no image_uses.jsonl: no use of an image was looked at"),
    ("a role of an account that is not listed",
     lambda f: added(f, "roles.jsonl", role("R", allow({"AWS": VENDOR}), account="444444444444")), "does not list: 444444444444"),
    ("a stranger listed as ours",
     lambda f: manifest(f, accounts=[{"id": OWN}, {"id": OWN2}, {"id": STRANGER}]), "not one role: 888888888888"),
    ("accounts left out", lambda f: manifest(f, accounts=[{"id": OWN, "collected": False}, {"id": OWN2}]), "left out of the collection, as asked: 1"),
    ("templates that give one name to two providers", two_templates, "two issuers, and so none is believed"),
    ("another partition", lambda f: manifest(f, partition="aws-cn"), "are not of the snapshot's partition aws-cn: 4"),
]  # fmt: skip


@pytest.mark.parametrize(("doctor", "said"), [s[1:] for s in SAID], ids=[s[0] for s in SAID])
def test_what_is_odd_in_a_snapshot_is_said(tmp_path: Path, doctor: Doctor, said: str) -> None:
    """It may be read, but the reader of the report must know."""
    doctor(write(tmp_path / "snapshot", **CLEAN))
    report = json.loads(checked(tmp_path, "-f", "json").out)
    assert any(said in note.encode("unicode_escape").decode() for note in report["notes"]), report[
        "notes"
    ]
    assert said in checked(tmp_path).out


def test_templates_may_make_one_role_each(tmp_path: Path) -> None:
    """Two stacks with a role of one name are judged both, not refused."""
    folder = write(tmp_path / "snapshot", **CLEAN)
    manifest(folder, sources=["cloudformation"])
    added(folder, "roles.jsonl", vendor_role())
    assert checked(tmp_path).code in (0, 3)


def test_a_snapshot_as_collected_has_nothing_odd(tmp_path: Path) -> None:
    """A note that is always there is read by nobody."""
    looked = {"guardrails": [], "resource_kinds": sorted(KIND_NAMES), "code_kinds": sorted(KINDS)}
    write(tmp_path / "snapshot", **CLEAN, resources=[], code_uses=[], manifest=looked)
    ran = checked(tmp_path, "-f", "json")
    assert (ran.code, json.loads(ran.out)["notes"]) == (0, [])


OTHERS = [
    ("diff", "snapshot", "snapshot"),
    ("inventory", "snapshot"),
    ("evidence", "build", "snapshot", "-o", "e.zip"),
]


@pytest.mark.parametrize("command", OTHERS, ids=[" ".join(c[:2]) for c in OTHERS])
def test_other_commands_say_it_on_stderr(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Their output has no place for notes, and a forgotten file is forgotten there too."""
    write(tmp_path / "snapshot", **CLEAN)
    (tmp_path / "snapshot/usage.jsonl").write_text("{}\n")
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate(*command, cwd=tmp_path)
    assert "does not name: usage.jsonl" in ran.err, ran.err
