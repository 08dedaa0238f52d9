"""What changed, in words: for a person at a terminal, in 80 columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
