"""`vendorgate waive`: an exception more, and nothing else of the file changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checker.vetting.entries import ExceptionEntry
from checker.vetting.waive import with_exception
from tests.support.cli import Ran, vendorgate
from tests.support.gate import AMI, TODAY
from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    allow,
    role,
    use,
    vendor_role,
    write,
)

WHY = ("--reason", "the contract ends in March", "--owner", "me@example.com", "--expires", "2027-03-31")  # fmt: skip
ARN = f"arn:aws:iam::{OWN2}:role/Shared"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    roles = [role("Shared", allow({"AWS": f"arn:aws:iam::{STRANGER}:root"})), vendor_role("NoId", external_id=None)]  # fmt: skip
    write(tmp_path / "snapshot", roles=roles, image_uses=[use("i-1", AMI)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    return tmp_path


def findings(folder: Path) -> dict[str, Any]:
    report = json.loads(vendorgate("check", "--today", TODAY, "-f", "json", cwd=folder).out)
    return {f["policy"]: f for f in report["findings"]}


def waive(folder: Path, name: str, *options: str) -> Ran:
    return vendorgate("waive", name, *(options or WHY), "--today", TODAY, cwd=folder)


@pytest.mark.parametrize("length", [8, 12, 32])
def test_the_finding_is_waived(folder: Path, length: int) -> None:
    """By as much of the fingerprint as a report shows; the rest of the file to the byte."""
    name = findings(folder)["unvetted-account-trust"]["fingerprint"][:length]
    ran = waive(folder, name)
    assert (ran.code, ran.err) == (0, "")
    assert f"{name[:8]}" in ran.out and "until 2027-03-31 waives" in ran.out
    text = (folder / "allowlist.yaml").read_text()
    assert text == ALLOWLIST + (
        "exceptions:\n"
        "  - policy: unvetted-account-trust\n"
        f'    principal: "{STRANGER}"\n'
        f'    resource: "{ARN}"\n'
        '    reason: "the contract ends in March"\n'
        '    owner: "me@example.com"\n'
        "    expires: 2027-03-31\n"
    )
    assert findings(folder)["unvetted-account-trust"]["status"] == "waived"
    assert vendorgate("validate", "--today", TODAY, cwd=folder).code == 0


def test_a_finding_without_a_principal(folder: Path) -> None:
    """An exception names one, so it is any; which is told."""
    ran = waive(folder, findings(folder)["unknown-image-owner"]["fingerprint"])
    assert (ran.code, "covers every principal" in ran.err) == (0, True)
    assert findings(folder)["unknown-image-owner"]["status"] == "waived"


def test_all_that_it_waives_is_told(folder: Path) -> None:
    """Two users of one account in one role are two findings, and one exception."""
    users = [f"arn:aws:iam::{STRANGER}:user/{name}" for name in "ab"]
    write(folder / "snapshot", roles=[role("Shared", allow({"AWS": users}))])
    ran = waive(folder, findings(folder)["unvetted-account-trust"]["fingerprint"])
    assert (ran.code, ran.out.count("  • ")) == (0, 2)
    write(folder / "snapshot", roles=[role("Shared", allow({"AWS": users})), vendor_role("NoId", external_id=None)])  # fmt: skip
    ran = waive(folder, findings(folder)["missing-external-id"]["fingerprint"])
    assert (ran.code, ran.out.count("  • ")) == (0, 1)  # not what was waived before


REFUSED = [
    ("unvetted-account-trust", {"--expires": "2026-11-19"}, "is over", "a day that is over"),
    ("unvetted-account-trust", {"--reason": "  "}, "must say something", "no reason"),
    ("collection-gap", {}, "cannot be waived; accept it under gaps", "a gap"),
    ("0000", {}, "is no finding here", "no such finding"),
    ("role", {}, "is no finding here", "no fingerprint"),
]


@pytest.mark.parametrize(("policy", "options", "told", "why"), REFUSED, ids=[r[3] for r in REFUSED])
def test_what_is_refused_changes_nothing(
    folder: Path, policy: str, options: dict[str, str], told: str, why: str
) -> None:
    """A list that is half written, or an exception that waives nothing."""
    gap = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeInstances", "code": "x", "message": "no"}  # fmt: skip
    write(
        folder / "snapshot",
        roles=[role("Shared", allow({"AWS": STRANGER}))],
        gaps=[gap],
        image_uses=[],
    )
    found = findings(folder)
    name = found[policy]["fingerprint"] if policy in found else policy
    pairs = dict(zip(WHY[::2], WHY[1::2], strict=True)) | options
    ran = waive(folder, name, *(word for pair in pairs.items() for word in pair))
    assert (ran.code, ran.err.count("\n"), told in ran.err) == (2, 1, True), ran.err
    assert (folder / "allowlist.yaml").read_text() == ALLOWLIST


@pytest.mark.parametrize("wild", "*?")
def test_a_name_that_is_a_pattern_too_is_left_to_a_person(folder: Path, wild: str) -> None:
    """An exception that waives whatever else its resource's name happens to fit."""
    write(folder / "snapshot", roles=[role(f"Share{wild}", allow({"AWS": STRANGER}))])
    ran = waive(folder, findings(folder)["unvetted-account-trust"]["fingerprint"])
    assert (ran.code, "holds a wildcard" in ran.err) == (2, True), ran.err
    assert (folder / "allowlist.yaml").read_text() == ALLOWLIST


def test_one_that_expired_is_to_be_thought_about_where_it_stands(folder: Path) -> None:
    """Two exceptions of the same, of which a reviewer sees one; and one that is waived already."""
    name = findings(folder)["unvetted-account-trust"]["fingerprint"]
    waive(folder, name)
    assert "waived already" in waive(folder, name).err
    path = folder / "allowlist.yaml"
    path.write_text(path.read_text().replace("2027-03-31", "2026-01-31"))
    ran = waive(folder, name)
    assert (ran.code, "allowlist.yaml:16:5: an exception of the same expired on 2026-01-31" in ran.err) == (2, True), ran.err  # fmt: skip


ENTRY = ExceptionEntry(
    policy="p", principal="1", resource="r", reason="x", owner="o", expires=date(2027, 1, 31)
)
OTHER = "{policy: q, principal: two, resource: s, reason: y, owner: o, expires: 2027-01-31}"
BLOCK = "\n".join(f"{'    ' if n else '  - '}{k}: {v}" for n, (k, v) in enumerate(yaml.safe_load(OTHER).items()))  # fmt: skip
PLACES = [
    ("version: 1\n", "no exceptions yet"),
    ("version: 1", "no end of the last line"),
    ("version: 1\nexceptions: []   # waivers\nimage_aliases: [amazon]\n", "an empty list, with a remark"),
    ("version: 1\nexceptions:\nimage_aliases: [amazon]\n", "a key alone"),
    ("version: 1\nexceptions: # waivers\n# nothing yet\n", "a key with a remark"),
    (f"version: 1\nexceptions: [{OTHER}]\n", "a list in one line"),
    (f"version: 1\nexceptions: [\n  {OTHER}, # one\n]\n", "in several"),
    (f"version: 1\nexceptions:\n- {OTHER} # one\n# the end\nimage_aliases: [amazon]\n", "without indentation"),
    (f"version: 1\nexceptions:\n    - {OTHER}\n", "with more of it"),
    (f"version: 1\nexceptions:\n{BLOCK}   # a remark\n\n# gaps follow\ngaps: []\n", "entries of many lines"),
    (f"version: 1\nexceptions:\n  - {OTHER[:-1]},\n     }}\nimage_aliases: []\n", "an entry over two lines"),
    ("version: 1\nexceptions:\n  - policy: q\n    principal: two\n    resource: s\n    owner: o\n    expires: 2027-01-31\n"
     "    reason: |\n      y\n      z\nimage_aliases: [amazon]\n", "a literal at the end"),
    ("# ours\nversion: 1\nimage_aliases: [amazon] # theirs\n# the end\n", "remarks at both ends"),
    ("---\nversion: 1\n", "a document's mark"),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("text", "why"), PLACES, ids=[p[1] for p in PLACES])
def test_an_entry_is_put_in_and_nothing_else_is_touched(text: str, why: str, end: str) -> None:
    """Somebody's comments, order and ways of writing, lost to a tool."""
    text = text.replace("\n", end)
    new = with_exception(text, ENTRY, "allowlist.yaml")
    before, after = yaml.safe_load(text), yaml.safe_load(new)
    assert after == before | {
        "exceptions": [*(before.get("exceptions") or []), msgspec.structs.asdict(ENTRY)]
    }
    assert new.count("\r\n") == (new.count("\n") if "\r\n" in text else 0)
    if "exceptions: [{" not in text:
        lines = iter([line.split() for line in new.splitlines()])
        for line in text.replace("exceptions: []", "exceptions:").splitlines():
            assert line.split() in ([], ["]"]) or line.split() in lines, (line, new)


@pytest.mark.parametrize("text", ["{version: 1}\n", "version: 1\n...\n"])
def test_what_it_cannot_write_into_is_refused_or_right(text: str) -> None:
    """A file that it would break."""
    from checker.errors import InputError

    try:
        new = with_exception(text, ENTRY, "allowlist.yaml")
    except InputError:
        return
    assert yaml.safe_load(new)["exceptions"] == [msgspec.structs.asdict(ENTRY)]


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_any_words_are_written_as_they_are_or_refused(reason: str, resource: str) -> None:
    """A reason that ends the entry and begins another one."""
    from checker.errors import InputError

    entry = msgspec.structs.replace(ENTRY, reason=reason.strip(), resource=resource.strip())
    try:
        new = with_exception("version: 1\n", entry, "allowlist.yaml")
    except (InputError, UnicodeEncodeError):
        return
    assert yaml.safe_load(new)["exceptions"] == [msgspec.structs.asdict(entry)]


@pytest.mark.parametrize("around", ["{}", " {}\n", "`{}`", "[{}…]", "({})"])
def test_a_fingerprint_is_known_as_it_is_copied(around: str) -> None:
    """With what stands around it on a page or in a message, in capitals too."""
    from checker.cli.explain import finding_of
    from tests.report import factory

    one = factory.finding()
    for name in (one.fingerprint, one.fingerprint[:12].upper()):
        assert finding_of(around.format(name), factory.report(one)) is one
    assert finding_of(around.format("ab"), factory.report(one)) is None
