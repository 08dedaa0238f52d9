"""Notes of `vendorgate validate` on actions that no trail shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST


@pytest.mark.parametrize(
    ("usage", "noted", "why"),
    [
        ('denied: ["iam:PassRole"]', "iam:PassRole is no call", "a permission alone"),
        (
            'actions: ["ec2:*", "s3:Replicate*"]',
            "usage.actions: s3:Replicate* means",
            "what S3 does",
        ),
        ('denied: ["kms:SynchronizeMultiRegionKey"]', "is no call of AWS's SDK", "what KMS does"),
        ('denied: ["iam:*", "s3:DeleteObjectVersion"]', None, "others of them are calls"),
        ('denied: ["signin:*"]', None, "no IAM action at all"),
    ],
)
def test_an_action_that_no_trail_shows_is_noted(
    tmp_path: Path, usage: str, noted: str | None, why: str
) -> None:
    """A limit that limits nothing, and nobody knows."""
    file = tmp_path / "allowlist.yaml"
    scope = "scope: {external_id: required"
    file.write_text(ALLOWLIST.replace(f"{scope}}}", f"{scope}, usage: {{{usage}}}}}", 1))
    ran = vendorgate("validate", str(file), "--today", "2026-11-20")
    assert ran.code == 0
    assert (noted in ran.err) if noted else "usage." not in ran.err, why


def test_the_table_tells_its_age() -> None:
    """An old table, whose age nobody can see."""
    assert "IAM actions of 20" in vendorgate("usage", "--version").out
