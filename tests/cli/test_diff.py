"""`vendorgate diff`: what changed between two nights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import vendorgate
from tests.support.snapshots import (
    ALLOWLIST,
    OWN2,
    STRANGER,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)  # fmt: skip

TODAY = ("--today", "2026-11-20")
GAP = {"account": OWN2, "region": "us-east-1", "call": "ec2:DescribeInstances", "code": "Denied",
       "message": "no"}  # fmt: skip


def changes(tmp_path: Path, old: dict[str, Any], new: dict[str, Any], *options: str) -> list[Any]:
    """(what, change, id) of each."""
    write(tmp_path / "old", **old)
    write(tmp_path / "new", **new)
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", "json", *TODAY, *options)
    assert ran.code == 0, ran.err
    return [(c["what"], c["change"], c["id"]) for c in json.loads(ran.out)["changes"]]


ARN = f"arn:aws:iam::{OWN2}:role/Monitoring"


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        ({"roles": [vendor_role()]}, {"roles": [vendor_role()]}, [], "the same"),
        ({"roles": []}, {"roles": [role("own", allow({"AWS": f"arn:aws:iam::{OWN2}:root"}))]}, [],
         "own trust is no third party's"),
        ({"roles": []}, {"roles": [vendor_role()]},
         [("third-party", "added", "account 999999999999"),
          ("trust", "added", f"{ARN} 999999999999")], "a new vendor"),
        ({"roles": [vendor_role("Other"), vendor_role()]}, {"roles": [vendor_role("Other")]},
         [("trust", "removed", f"{ARN} 999999999999")], "one role less"),
        ({"roles": [vendor_role()]}, {"roles": [vendor_role(external_id=None)]},
         [("trust", "changed", f"{ARN} 999999999999")], "the external id is gone"),
        ({"roles": [vendor_role()]}, {"roles": [vendor_role(account=STRANGER)]},
         [("third-party", "added", f"account {STRANGER}"),
          ("third-party", "removed", "account 999999999999"),
          ("trust", "added", f"{ARN} {STRANGER}"),
          ("trust", "removed", f"{ARN} 999999999999")], "somebody else instead"),
        ({"image_uses": [use("i-1", "ami-1")]}, {"image_uses": [use("i-2", "ami-1")]}, [],
         "instances come and go"),
        ({"image_uses": [use("i-1", "ami-1")], "images": [image("ami-1", owner=OWN2)]},
         {"image_uses": [use("i-1", "ami-2")], "images": [image("ami-2", owner=OWN2)]},
         [("image", "removed", f"{OWN2} us-east-1 ami-1"),
          ("image", "added", f"{OWN2} us-east-1 ami-2")], "another image"),
        ({"roles": []}, {"roles": [], "gaps": [GAP]},
         [("gap", "added", f"{OWN2} us-east-1 ec2:DescribeInstances")], "a new gap"),
    ],
)  # fmt: skip
def test_changes(tmp_path: Path, old: Any, new: Any, expected: list[Any], why: str) -> None:
    """Without an allowlist: everybody outside is a third party."""
    assert changes(tmp_path, old, new) == expected, why


def test_the_allowlist_tells_who_is_vetted(tmp_path: Path) -> None:
    """And no finding of theirs makes a difference: exit code 0."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    write(tmp_path / "old", roles=[])
    write(tmp_path / "new", roles=[vendor_role(), vendor_role("x", account=STRANGER)])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", *TODAY,
                     "-a", tmp_path / "allowlist.yaml")  # fmt: skip
    assert ran.code == 0
    assert "Example Monitoring, vetted" in ran.out
    assert f"account {STRANGER}  -, unlisted" in ran.out


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_hostile_names_are_escaped(tmp_path: Path, form: str) -> None:
    """A role's name cannot write to the terminal, nor break out of a table."""
    write(tmp_path / "old", roles=[])
    write(tmp_path / "new", roles=[vendor_role("a|b\x1b[31m`<b>")])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new", "-f", form, *TODAY)
    assert ran.code == 0 and "\x1b" not in ran.out
    rows = [line for line in ran.out.splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)


def test_nothing_changed(tmp_path: Path) -> None:
    """Is said."""
    write(tmp_path / "s", roles=[vendor_role()])
    assert vendorgate("diff", tmp_path / "s", tmp_path / "s", *TODAY).out == "Nothing changed.\n"


@pytest.mark.parametrize("side", ["old", "new"])
def test_what_is_no_snapshot_is_bad_input(tmp_path: Path, side: str) -> None:
    """On either side."""
    write(tmp_path / ("new" if side == "old" else "old"), roles=[])
    ran = vendorgate("diff", tmp_path / "old", tmp_path / "new")
    assert ran.code == 2 and "no snapshot here" in ran.err
