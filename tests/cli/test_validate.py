"""`vendorgate validate`, and what is said of files that are not what they should be."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.cli.tomllines import lines_of
from tests.support.cli import vendorgate
from tests.support.gate import TODAY
from tests.support.snapshots import ALLOWLIST, vendor_role, write

VETTING = "vetting: {owner: o, reference: r, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}"  # fmt: skip
FORM = f"""\
version: 1
vendors:
  - name: A
    acounts: ["999999999999"]
    {VETTING}
  - name: B
    accounts: [888888888888]
    {VETTING.replace("owner: o, ", "")}
"""
MEANING = f"""\
version: 1
vendors:
  - name: A
    {VETTING}
  - name: B
    accounts: ["999999999999"]
    {VETTING.replace("2027", "2025")}
  - name: B
    accounts: ["999999999999"]
    {VETTING}
"""
NAMES = ALLOWLIST + "".join(
    f"{'exceptions:' if not n else ''}\n  - {{policy: {name}, principal: '*', resource: x, reason: r, owner: o, expires: 2027-01-01}}"
    for n, name in enumerate(("anyone-trusts", "nope"))
)
DRAFTS = MEANING.replace('"999999999999"', '"888888888888"', 1).replace("2027-05-01", "")
SETTINGS = """\
fail-on = "hihg"
max_age = 3
# the rest
[severity]
anyone-trust = "low"
[disabled]
"public-image" = ""
"""
PROJECT = f'[project]\nname = "x"\n[tool.vendorgate]\n{SETTINGS}'.replace("[sev", "[tool.vendorgate.sev").replace("[dis", "[tool.vendorgate.dis")  # fmt: skip
ALL = [
    ("allowlist.yaml", FORM, [4, 7, 8], "unknown, unquoted and missing keys"),
    ("allowlist.yaml", MEANING, [3, 7, 8, 9], "no identity, an end before the beginning, names and accounts twice"),
    ("allowlist.yaml", NAMES, [16, 17], "waivers of no policy"),
    ("vendorgate.toml", SETTINGS, [1, 2, 5, 7], "settings"),
    ("pyproject.toml", PROJECT, [4, 5, 8, 10], "those of a project"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "lines", "why"), ALL, ids=[a[3] for a in ALL])
def test_all_that_is_wrong_is_told_at_once(
    tmp_path: Path, name: str, text: str, lines: list[int], why: str
) -> None:
    """One error a run: seven runs for seven errors, each a push to see the next one."""
    (tmp_path / name).write_text(text)
    ran = vendorgate("validate", name, "--today", TODAY, cwd=tmp_path)
    said = ran.err.splitlines()
    assert ran.code == 2
    assert [int(line.split(":")[2]) for line in said] == lines, ran.err
    assert all(line.startswith(f"error: {name}:") for line in said)


def test_a_check_tells_one_and_how_many_more(tmp_path: Path) -> None:
    """One line, as for all bad input; and where the others are told."""
    (tmp_path / "allowlist.yaml").write_text(FORM)
    write(tmp_path / "snapshot", roles=[vendor_role()])
    ran = vendorgate("check", cwd=tmp_path)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.endswith(" (and 2 more: vendorgate validate)\n")


def test_drafts_are_all_told(tmp_path: Path) -> None:
    """A proposal of forty vendors, told one a run."""
    write(tmp_path / "snapshot", roles=[vendor_role(), vendor_role("B", "888888888888")])
    assert vendorgate("init", "--from", "snapshot", cwd=tmp_path).code == 0
    ran = vendorgate("validate", "allowlist.yaml", cwd=tmp_path)
    assert ran.err.count("is a draft, which vets nobody") == 2


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("version: 1\nvendors:\n\t- name: x\n", "3:1", "a tab before an item"),
        ("version: 1\nvendors:\n  - name: x\n\taccounts: []\n", "4:1", "a tab before a key"),
        ("version: 1\nvendors:\n  - name: x\n  \taccounts: []\n", "4:3", "a tab after spaces"),
    ],
)
def test_a_tab_is_called_one(tmp_path: Path, text: str, place: str, why: str) -> None:
    """“found character that cannot start any token”, of a character that nobody sees."""
    (tmp_path / "allowlist.yaml").write_text(text)
    err = vendorgate("validate", "allowlist.yaml", cwd=tmp_path).err
    told = f"error: allowlist.yaml:{place}: a tab indents this line; indent by spaces"
    assert err.startswith(told), err


@pytest.mark.parametrize(
    ("text", "place"),
    [("a = \n", "1:5"), ('fail-on = "high"\nx = [1, 2\n', "2"), ("[severity]\n[severity]\n", "2")],
)
def test_an_error_of_toml_has_its_line(tmp_path: Path, text: str, place: str) -> None:
    """As every other error has it, where an editor finds it."""
    (tmp_path / "vendorgate.toml").write_text(text)
    err = vendorgate("check", cwd=tmp_path).err
    assert re.match(rf"error: vendorgate\.toml:{place}(:\d+)?: not valid TOML: ", err), err
    assert "(at " not in err


def test_a_policy_that_the_settings_misspell_has_its_line(tmp_path: Path) -> None:
    """A disabled policy that is in force, for a letter."""
    (tmp_path / "vendorgate.toml").write_text('# ours\n[disabled]\nanyone-trusts = "why"\n')
    err = vendorgate("validate", "vendorgate.toml", cwd=tmp_path).err
    told = "error: vendorgate.toml:3: no policy is called 'anyone-trusts'; did you mean"
    assert err.startswith(told), err


@given(st.lists(st.text("ab-_.\"' =[]#\n\t"), max_size=6).map("\n".join))
def test_lines_of_anything(text: str) -> None:
    """A text that no TOML is ends in no traceback, and no line is outside of it."""
    assert all(0 < line <= len(text.splitlines()) for line in lines_of(text).values())


@pytest.mark.parametrize("command", [("check",), ("inventory",), ("diff", "full")])
def test_what_is_no_snapshot_is_called_by_its_name(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """“no snapshot here; collect”, of the report that somebody has just been sent."""
    write(tmp_path / "full", roles=[vendor_role()])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    report = vendorgate("check", "full", "-f", "json", "--today", TODAY, cwd=tmp_path).out
    (tmp_path / "report.json").write_text(report)
    (tmp_path / "small.json").write_text(json.dumps(json.loads(report)))
    (tmp_path / "e.zip").write_bytes(b"PK\3\4")
    (tmp_path / "x.txt").write_text("x")
    for name, said in (
        ("report.json", "is a report, not a snapshot; give the snapshot; vendorgate render"),
        ("small.json", "is a report, not a snapshot"),
        ("full/manifest.json", "give the folder that it is in"),
        ("full/roles.jsonl", "is a file of a snapshot, not a snapshot; give the folder"),
        ("e.zip", "is a zip, not a snapshot; unpack it; vendorgate evidence verify"),
        ("x.txt", "is a file, not a snapshot; a snapshot is a folder"),
        ("nowhere", "no snapshot here; make one: vendorgate collect aws"),
    ):
        ran = vendorgate(*command, name, cwd=tmp_path)
        assert (ran.code, said in ran.err) == (2, True), (name, ran.err)


def test_a_project_without_settings_of_ours(tmp_path: Path) -> None:
    """Somebody else's pyproject.toml, however odd, is none of ours: not even whether it is TOML."""
    for text in ("", "tool = 3\n", "[tool]\nother = 1\n", "[tool.other\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        ran = vendorgate("validate", "pyproject.toml", cwd=tmp_path)
        assert (ran.code, "no settings of ours" in ran.out) == (0, True), ran.err


def test_a_table_that_may_be_ours(tmp_path: Path) -> None:
    """Whoever reads the file in a review could take it for our settings, or the parser does."""
    for data, code, said in (
        (rb'[tool."vendor\u0067ate"]' b"\nfail-on = 'low'\n", 0, "valid (settings)"),
        (rb'[tool."vendor\u0067ate"]' b"\nfial-on = 'low'\n", 2, "fial-on"),
        ("[tool.vendor\u200bgate]\n".encode(), 2, "cannot be seen in a review"),
        ("[tool.vendorgate]\n".encode("utf-16-le"), 2, "not valid TOML"),
        (b"[tool.vendorgate\n", 2, "not valid TOML"),
    ):
        (tmp_path / "pyproject.toml").write_bytes(data)
        ran = vendorgate("validate", "pyproject.toml", cwd=tmp_path)
        assert (ran.code, said in ran.out + ran.err) == (code, True), (data, ran.out, ran.err)


def test_policies_are_told_by_name(tmp_path: Path) -> None:
    """Another order on each machine, in which nobody finds what changed; or a file passed over."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    names = [f"{letter}.{ending}" for letter in "hgfedcba" for ending in ("yml", "yaml")]
    for name in names:
        (tmp_path / "policies").mkdir(exist_ok=True)
        (tmp_path / "policies" / name).write_text("nothing: 1\n")
    ran = vendorgate("validate", "--today", TODAY, cwd=tmp_path)
    told = dict.fromkeys(line.split(":")[1].strip() for line in ran.err.splitlines() if line.startswith("error"))  # fmt: skip
    assert ran.code == 2 and list(told) == [f"policies/{name}" for name in sorted(names)]
