"""What changed, in words: for a person at a terminal, in 80 columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.diff.compare import Change, Diff, Side
from checker.report import changes
from checker.report.grants import in_words
from tests.support.cli import vendorgate
from tests.support.snapshots import OWN2, STRANGER, allow, image, role, use, vendor_role, write

WORDS = [
    ({"kind": "account", "account": "9", "external_id": "none", "partition": "aws"}, "the whole account 9, without an external id"),
    ({"kind": "principal", "account": "9", "arn": "arn:x", "external_id": "required"}, "arn:x, with an external id"),
    ({"kind": "organization", "organization": "o-1", "external_id": "pattern"},
     "the whole organization o-1, with an external id that need only fit a pattern"),
    ({"kind": "anyone", "except": ["8", "9"], "pattern": "1*"}, "anyone, without an external id, except 8, 9, pattern 1*"),
    ({"kind": "federated", "provider": "idp", "claims": {"sub": ["a", "b"], "aud": ["c"]}}, "idp, aud c; sub a, b"),
    ({"kind": "federated", "provider": "idp"}, "idp, any claims"),
    ({"kind": "service", "service": "s3", "source": "9"}, "s3 for 9"),
    ({"kind": "service", "service": "s3"}, "s3"), ({"kind": "service", "external_id": "required"}, "service, external id: required"),
    ({"kind": "principal", "account": "9"}, "principal, without an external id, account 9"), ({"kind": "account"}, "account, without an external id"),
    ({"kind": "organization", "external_id": "odd"}, "organization, external id: odd"), ({"kind": "federated", "claims": {"sub": ["a"]}}, 'federated, claims {"sub": ["a"]}'),
    ({"kind": "unresolved", "id": "AIDA"}, "whoever that is, id AIDA"),
    ({"kind": "principal", "arn": "arn:x", "partition": "aws-cn", "odd": {"a": 1}}, 'arn:x, without an external id, odd {"a": 1}, partition aws-cn'),
]  # fmt: skip


@pytest.mark.parametrize(("grant", "said"), WORDS)
def test_a_grant_in_words(grant: dict[str, object], said: str) -> None:
    """No value of it is left out, as two that differ would read alike."""
    assert in_words(json.dumps(grant)) == said
    assert in_words(f"{json.dumps(grant)}; {json.dumps(grant)}") == f"{said}; {said}"


@pytest.mark.parametrize(
    "text", ["owner 999999999999", "", "AccessDenied", "[1]", '{"kind": "anyone"}x', '{"a": 1}']
)
def test_what_is_no_grant_is_as_it_is(text: str) -> None:
    """A description of an image, or of a third party whose name somebody chose."""
    assert in_words(text) == text


def test_a_terminal_of_80_columns(tmp_path: Path) -> None:
    """Raw JSON in lines of 300 characters."""
    pattern = allow({"AWS": "arn:aws:iam::999999999999:root"}, StringLike={"sts:ExternalId": "a*"})
    write(tmp_path / "old", roles=[vendor_role()], image_uses=[use("i-1", "ami-1")],
          images=[image("ami-1", owner=STRANGER)])  # fmt: skip
    write(tmp_path / "new", roles=[role("Monitoring", pattern), vendor_role("C", STRANGER)])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "--today", "2026-11-20")
    lines = ran.out.split("\n")[3:]  # behind the two paths
    assert max(map(len, lines)) <= 80 and "{" not in ran.out
    text = " ".join(ran.out.split())
    assert (
        f"~ arn:aws:iam::{OWN2}:role/Monitoring ← 999999999999 was: the whole account 999999999999, with an external id now:"
        in text
    )
    assert f"Trusts: 1 new, 1 changed + arn:aws:iam::{OWN2}:role/C ← {STRANGER}" in text
    assert text.endswith("4 changes, 2 of them new trust.")


SIDES = Side("old", "0", "2026-11-01T06:00:00Z"), Side("new\x1b", "1", "2026-11-20T06:00:00Z")
GONE = "the region eu-west-1 was not looked at"
CHANGES = (
    Change("scope", "removed", "region eu-west-1", "looked at", None),
    Change("scope", "added", "account 9", None, "looked at"),
    Change("third-party", "added", "account 9", None, "there", None, new_trust=True),
    Change("third-party", "removed", "account 8", "there", None),
    Change("third-party", "changed", "account 7", "Acme, vetted", "Acme, expired"),
    Change(
        "trust",
        "added",
        "arn:r 9",
        None,
        '{"kind": "account", "account": "9"}',
        None,
        new_trust=True,
    ),
    Change("trust", "not-looked-at", "arn:s 9", "there", None, GONE),
    Change(
        "resource", "newly-looked-at", "arn:q 9", None, "write by its policy", GONE, new_trust=True
    ),
    Change("code", "newly-looked-at", "arn:f x", None, "there", GONE),
    Change("image", "added", "1 us-east-1 ami-|\x1b", None, "owner 9\x1b"),
    Change("gap", "removed", "1 - iam:X", "Denied", None),
)


def test_every_change_in_words() -> None:
    """What is not looked at any more, told as gone; a party without the word for it."""
    text = changes.render_text(Diff("x", *SIDES, CHANGES), 60)
    assert text.split("\n") == [
        "From old, collected 2026-11-01T06:00:00Z", "To   new\\x1b, collected 2026-11-20T06:00:00Z", "",
        "What is looked at: 1 gone, 1 new",
        "-  region eu-west-1", "     not looked at any more", "+  account 9", "     looked at", "",
        "Third parties: 1 new, 1 gone, 1 changed",
        "+  account 9", "     new trust", "-  account 8",
        "~  account 7", "     was: Acme, vetted", "     now: Acme, expired", "",
        "Trusts: 1 new, 1 not looked at any more",
        "+  arn:r ← 9", "     the whole account 9, without an external id", "     new trust",
        "-? arn:s ← 9", "     not looked at any more, so it may be there still (the",
        "       region eu-west-1 was not looked at)", "",
        "Resources that let somebody in: 1 seen for the first time",
        "+? arn:q ← 9", "     write by its policy",
        "     seen for the first time, as nobody looked there before",
        "       (the region eu-west-1 was not looked at)", "     new trust", "",
        "Code of others that runs here: 1 seen for the first time",
        "+? arn:f x", "     seen for the first time, as nobody looked there before",
        "       (the region eu-west-1 was not looked at)", "",
        "Images in use: 1 new", "+  1 us-east-1 ami-|\\x1b", "     owner 9\\x1b", "",
        "Gaps: 1 gone", "-  1 - iam:X", "     Denied", "",
        "11 changes, 3 of them new trust.", "",
    ]  # fmt: skip
    table = changes.render_markdown(Diff("x", *SIDES, CHANGES)).split("\n")
    first = "seen for the first time, as nobody looked there before"
    assert table == [
        "**scope removed: 1; scope added: 1; third-party added: 1; third-party removed: 1; "
        "third-party changed: 1; trust added: 1; trust not-looked-at: 1; resource newly-looked-at: 1; "
        "code newly-looked-at: 1; image added: 1; gap removed: 1**", "",
        "| | what | which | |", "|---|---|---|---|",
        "| removed | scope | `region eu-west-1` | `not looked at any more` |",
        "| added | scope | `account 9` | `looked at` |",
        "| added | third-party | `account 9` |  |",
        "| removed | third-party | `account 8` |  |",
        "| changed | third-party | `account 7` | `Acme, vetted -> Acme, expired` |",
        "| added | trust | `arn:r 9` | `the whole account 9, without an external id` |",
        f"| not-looked-at | trust | `arn:s 9` | `not looked at any more, so it may be there still ({GONE})` |",
        f"| newly-looked-at | resource | `arn:q 9` | `write by its policy: {first} ({GONE})` |",
        f"| newly-looked-at | code | `arn:f x` | `{first} ({GONE})` |",
        "| added | image | `1 us-east-1 ami-\\x7c\\x1b` | `owner 9\\x1b` |",
        "| removed | gap | `1 - iam:X` | `Denied` |", "",
    ]  # fmt: skip
    nothing = Diff("x", *SIDES, ())
    assert changes.render_text(nothing) == changes.render_markdown(nothing) == "Nothing changed.\n"
