"""What vendors' roles may read, through the real command: policies, inventory, page, explanation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import check, findings
from tests.support.snapshots import ALLOWLIST, VENDOR, vendor_role

DATA, SECRETS = "vendor-reads-data", "vendor-reads-secrets"


def scope(said: str) -> str:
    return ALLOWLIST.replace("{external_id: required}", f"{{external_id: required, {said}}}", 1)


def reading(data: bool | None, secrets: bool | None, grade: str = "read") -> dict[str, Any]:
    return vendor_role(privilege=grade, reads_data=data, reads_secrets=secrets)


CASES = [
    # scope, the role, what is found, why
    ("max_privilege: read", reading(True, False), set(), "data are ruled out by nobody"),
    ("max_privilege: read, reads_data: false", reading(True, False), {DATA}, "and now they are"),
    ("max_privilege: read, reads_data: false", reading(False, False), set(), "configuration alone"),
    ("max_privilege: read, reads_data: false", reading(None, False), {DATA}, "nobody knows"),
    ("max_privilege: read, reads_data: true", reading(True, False), set(), "vetted"),
    ("max_privilege: read", reading(False, True), {SECRETS}, "secrets are ruled out by saying nothing"),
    ("max_privilege: read, reads_secrets: true", reading(True, True), set(), "vetted"),
    ("max_privilege: read, reads_secrets: false", reading(True, True), {SECRETS}, "ruled out"),
    ("max_privilege: read, reads_secrets: false", reading(True, None), {SECRETS}, "and nobody knows"),
    ("max_privilege: read", reading(None, None), set(), "an older snapshot, and nothing was said"),
    ("max_privilege: admin", reading(True, True, "admin"), set(), "an administrator was vetted"),
    ("max_privilege: write", reading(True, True, "write"), {SECRETS}, "who writes need read no secrets"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "role", "expected", "why"), CASES)
def test_what_may_be_read_is_held_against_the_scope(
    tmp_path: Path, said: str, role: dict[str, Any], expected: set[str], why: str
) -> None:
    """A monitoring vendor that reads every object, and passes as a reader."""
    ran = check(tmp_path, roles=[role], allowlist=scope(said))
    assert {(p, r, w) for p, r, w in findings(ran)} == {
        (policy, "Monitoring", VENDOR) for policy in expected
    }, why
    assert ran.code == (1 if SECRETS in expected else 0)


@pytest.mark.parametrize(
    "text", ["reads_data: yes please", 'reads_secrets: "false"', "reads_data: 1"]
)
def test_only_a_yes_or_no_is_taken(tmp_path: Path, text: str) -> None:
    """A text that is true, as any text is."""
    ran = check(tmp_path, roles=[reading(False, False)], allowlist=scope(text))
    assert ran.code == 2 and "allowlist.yaml:" in ran.err


SHOWN = [
    ([reading(True, False)], "data", "data"),
    ([reading(False, False)], "-", "neither"),
    ([reading(True, True)], "data secrets", "both"),
    ([reading(None, True)], "data? secrets", "one of which nobody knows"),
    ([reading(None, None), vendor_role("Mon2", privilege="read", reads_data=False, reads_secrets=True)],
     "data? secrets", "of two roles"),
    ([vendor_role()], "-", "nobody graded it"),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "shown", "why"), SHOWN)
def test_what_is_read_is_shown(tmp_path: Path, roles: list[Any], shown: str, why: str) -> None:
    """In the inventory and on the page."""
    ran = check(
        tmp_path,
        "-f",
        "html=page.html",
        "-f",
        "json",
        roles=roles,
        allowlist=scope("roles: ['M*']"),
    )
    rows = vendorgate(
        "inventory", "-f", "csv", "--today", "2026-11-20", cwd=tmp_path
    ).out.splitlines()
    assert rows[1].split(",")[rows[0].split(",").index("reads")].lstrip("'") == shown, why
    cell = "–" if shown == "-" else shown
    assert f'data-l="Reads">{cell}<' in (tmp_path / "page.html").read_text()
    access = json.loads(ran.out)["third_parties"][0]["access"][0]
    assert {"reads_data", "reads_secrets"} <= access.keys()


def test_an_explanation_tells_what_is_read(tmp_path: Path) -> None:
    """Who asks about a vendor is told of secrets."""
    check(tmp_path, roles=[reading(True, True)], allowlist=ALLOWLIST)
    said = vendorgate("explain", VENDOR, "--today", "2026-11-20", cwd=tmp_path).out
    assert "privilege read, reads data and secrets" in said


def test_a_review_tells_what_a_new_vendor_may_read(tmp_path: Path) -> None:
    """Whom a pull request lets in, and what they read."""
    check(tmp_path, roles=[reading(True, False)], allowlist=ALLOWLIST)
    (tmp_path / "base.yaml").write_text(ALLOWLIST.replace(VENDOR, "777777777777"))
    said = vendorgate("review", "--base", "base.yaml", "--head", "allowlist.yaml", "snapshot",
                      "--today", "2026-11-20", "-f", "markdown", cwd=tmp_path).out  # fmt: skip
    row = next(line for line in said.splitlines() if line.startswith(f"| {VENDOR}"))
    assert row.endswith("| read | data |")
