"""Whoever is named, by their own name or by who is behind them; and where files of a list include
others."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from checker.trust import Principal
from checker.vetting.allowlist import Allowlist
from checker.vetting.entrances import Entrances
from checker.vetting.includes import Disk, whole
from checker.vetting.register import Register
from checker.yamlfile import parse_yaml
from tests.enforce.support import vendor
from tests.support.rows import rows
from tests.vetting.test_register import ANCHOR, OWN, VENDOR, ca

STRANGER_CA = ca("888888888888")
NAMED: list[tuple[str, dict[str, object], str, str]] = [
    ("by the anchor's name", {"federation": [{"issuer": ANCHOR}]}, STRANGER_CA, "vetted"), ("by who is behind it", {"federation": [{"issuer": STRANGER_CA}]}, STRANGER_CA, "vetted"),
    ("by the account behind it", {"accounts": [VENDOR]}, ca(VENDOR), "vetted"), ("by neither", {"accounts": [VENDOR]}, STRANGER_CA, "unlisted"), ("our own authority", {"accounts": [VENDOR]}, ca(OWN), "own"),
]  # fmt: skip


@rows("why, ids, authority, expected", NAMED)
def test_an_anchor_by_its_name_or_its_authority(
    why: str, ids: dict[str, object], authority: str, expected: str
) -> None:
    """One that is vetted by either name is no stranger, and a stranger's authority no vendor's."""
    text = json.dumps({"version": 1, "vendors": [vendor("A", **ids)]})
    register = Register(Allowlist(parse_yaml(text.encode(), "a.yaml")), date(2026, 11, 20), own_accounts=frozenset({OWN}), entrances=Entrances({ANCHOR: authority}, {}))  # fmt: skip
    assert register.principal(Principal(kind="federated", provider=ANCHOR)).status == expected, why


def test_where_an_include_stands(tmp_path: Path) -> None:
    """Of a further file by that file's name; of the first one without."""
    (tmp_path / "b.yaml").write_text("version: 1\ninclude: [c.yaml]\n")
    (tmp_path / "c.yaml").write_text("version: 1\n")
    found = whole(b"version: 1\ninclude: [b.yaml]\n", "a.yaml", Disk(tmp_path))
    assert [(name, mark.path, mark.line) for name, mark in found.includes] == [("b.yaml", None, 2), ("c.yaml", "b.yaml", 2)]  # fmt: skip
