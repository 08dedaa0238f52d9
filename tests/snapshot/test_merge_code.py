"""Snapshots with and without uses of code, merged: what some did not look for is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.cli import vendorgate
from tests.support.snapshots import OWN, OWN2, vendor_role, write


def part(folder: Path, account: str, **more: Any) -> Path:
    """A collection of one account."""
    manifest = {
        "accounts": [{"id": account, "state": "ACTIVE"}],
        "sources": ["aws"],
        **more.pop("manifest", {}),
    }
    return write(
        folder, manifest=manifest, roles=[vendor_role(account=account)], providers=[], image_uses=[],
        images=[], image_settings=[], **more,
    )  # fmt: skip


def layer(account: str) -> dict[str, Any]:
    return {
        "account": account, "region": "us-east-1", "kind": "layer",
        "resource": f"arn:aws:lambda:us-east-1:{account}:function:f",
        "reference": "arn:aws:lambda:us-east-1:999999999999:layer:agent:3",
    }  # fmt: skip


def merged(folder: Path, *parts: Path) -> tuple[dict[str, Any], list[str]]:
    ran = vendorgate("merge", *parts, "-o", folder)
    assert ran.code in (0, 3), ran.err
    lines = (folder / "code_uses.jsonl").read_text().splitlines()
    return json.loads((folder / "manifest.json").read_text()), lines


def looked(*kinds: str) -> dict[str, Any]:
    return {"code_kinds": list(kinds)}


def test_both_looked(tmp_path: Path) -> None:
    """Uses of both, and nothing to say."""
    parts = [part(tmp_path / one, one, manifest=looked("layer"), code_uses=[layer(one)])
             for one in (OWN, OWN2)]  # fmt: skip
    manifest, lines = merged(tmp_path / "all", *parts)
    assert (manifest["code_kinds"], len(lines), manifest["gaps"]) == (["layer"], 2, [])


def test_one_did_not_look(tmp_path: Path) -> None:
    """Catches an account of which nobody looked at the code, and that looks as if it ran none."""
    one = part(tmp_path / "one", OWN, manifest=looked("layer"), code_uses=[layer(OWN)])
    manifest, lines = merged(tmp_path / "all", one, part(tmp_path / "two", OWN2))
    (gap,) = manifest["gaps"]
    assert (gap["code"], OWN2 in gap["message"], len(lines)) == ("NotLookedFor", True, 1)


def test_one_looked_for_less(tmp_path: Path) -> None:
    """Catches a kind that only some looked for, and that is told of all."""
    one = part(tmp_path / "one", OWN, manifest=looked("layer", "snapshot"), code_uses=[])
    two = part(tmp_path / "two", OWN2, manifest=looked("layer"), code_uses=[layer(OWN2)])
    manifest, lines = merged(tmp_path / "all", one, two)
    (gap,) = manifest["gaps"]
    assert (manifest["code_kinds"], len(lines)) == (["layer"], 1)
    assert "snapshot" in gap["message"]
