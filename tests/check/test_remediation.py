"""What to do about a finding: with the role's own name in the command, where that is safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

NAMES = [
    ("Monitoring", "Monitoring", "a name"),
    ("a+b=c,d.e@f-g_h", "a+b=c,d.e@f-g_h", "all signs that AWS allows"),
    ("x;rm -rf ~", "ROLE", "a command"),
    ("$(id)", "ROLE", "another"),
    ("--profile", "ROLE", "an option"),
    ("a" * 65, "ROLE", "longer than AWS allows"),
    ("é", "ROLE", "a letter that AWS does not allow"),
]


def findings(folder: Path, *names: str) -> list[dict[str, Any]]:
    write(folder / "snapshot", roles=[vendor_role(name, STRANGER) for name in names], image_uses=[])
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    report = json.loads(vendorgate("check", "--today", TODAY, "-f", "json", cwd=folder).out)
    return [f for f in report["findings"] if f["policy"] == "unvetted-account-trust"]


@pytest.mark.parametrize(("name", "told", "why"), NAMES, ids=[row[2] for row in NAMES])
def test_the_command_names_the_role(tmp_path: Path, name: str, told: str, why: str) -> None:
    """A placeholder that somebody runs as it stands; a name that runs something else."""
    (found,) = findings(tmp_path, name)
    assert f"--role-name {told} --policy-document" in " ".join(found["remediation"].split())


def test_of_several_roles_it_is_told_once(tmp_path: Path) -> None:
    """Fifty remediations that differ by a name."""
    assert len({f["remediation"] for f in findings(tmp_path, "A", "B", "C")}) == 3
    for form in ("text", "markdown"):
        out = vendorgate("check", "--today", TODAY, "-f", form, cwd=tmp_path).out
        assert out.count("update-assume-role-policy") == 1 and "--role-name ROLE" in " ".join(
            out.split()
        )


def test_of_one_role_by_its_name(tmp_path: Path) -> None:
    """Ready to be run."""
    findings(tmp_path, "Alone")
    out = vendorgate("check", "--today", TODAY, cwd=tmp_path).out
    assert "--role-name Alone" in " ".join(out.split())
