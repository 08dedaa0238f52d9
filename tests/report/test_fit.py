"""Text as wide as the terminal: nothing lost, nothing begun that a runner takes for a command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.inventory import formats as inventory
from checker.report import fit as fitting
from checker.report.fit import columns, fit, table
from checker.report.formats import text
from checker.report.model import Use
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.gate import AMI
from tests.support.hostile import every_name, harmless, hostile_report
from tests.support.snapshots import ALLOWLIST, STRANGER, allow, role, use, write

BROKEN = [
    ("  • one two three", 9, ["  • one", "    two", "    three"], "below where the text began"),
    ("short", 9, ["short"], "it fits"),
    ("a  b", 4, ["a  b"], "two blanks stay"),
    (
        "arn:aws:iam::222222222222:role/x is",
        9,
        ["arn:aws:iam::222222222222:role/x", "is"],
        "a word",
    ),
    ("a 漢字漢字 b", 9, ["a", "漢字漢字", "b"], "letters of two columns"),
    ("\x1b[2m  • one two\x1b[0m", 9, ["\x1b[2m  • one", "    two\x1b[0m"], "paint has no width"),
    ("note this ::error x", 12, ["note this", "\\x3a:error x"], "a command where a line begins"),
]


@pytest.mark.parametrize(("line", "width", "lines", "why"), BROKEN, ids=[r[3] for r in BROKEN])
def test_a_line_is_broken_at_its_blanks(line, width, lines, why):
    """A line that is cut, or whose second half stands where another finding would."""
    assert fit(line, width) == "\n".join(lines), why


@given(st.text("ab :#[•\n漢", max_size=60), st.integers(4, 30))
def test_no_word_is_lost_and_no_line_too_long(given_text, width):
    """A word that falls between two lines; a line that the terminal breaks once more."""
    shown = fit(given_text, width)
    assert shown.replace("\\x3a:", "::").replace("#\\x23[", "##[").split() == given_text.split()
    assert all(columns(line) <= width or len(line.split()) < 3 for line in shown.split("\n"))
    assert fit(given_text, 0) == given_text


@every_name
@pytest.mark.parametrize("width", [40, 80])
def test_a_broken_line_is_no_command(name, width):
    """`::error` out of a name, which the break moves to where a line begins."""
    report = hostile_report(f"some words before {name} and {name}")
    assert harmless(text.render(report, width=width))
    assert harmless(inventory.render_text(report, width=width))


def party(id_: str, **given: object):
    access = tuple(
        factory.Access(account=f"{200000000000 + n}", roles=1, images=0, privilege="admin",
                       reads_data=True, reads_secrets=True)
        for n in range(4)
    )  # fmt: skip
    return factory.party(id_, access=access, status="out-of-scope", **given)


def test_the_inventory_fits_a_terminal_of_eighty_columns():
    """Rows that the terminal breaks in the middle of a number."""
    used = Use(calls=1_234_567, last_seen="2026-11-20", roles_used=1, roles_unused=12)
    parties = (
        party("012345670123", name="Example Monitoring of everything", named_by="catalogue"),
        party("https://login.example.com/a/long/path/of/an/issuer", kind="federated", use=used),
        party("222222222222", use=used),
    )
    shown = inventory.render_text(factory.report(third_parties=parties), width=80)
    assert max(map(len, shown.split("\n"))) <= 80
    assert all(any(word in line for line in shown.split("\n")) for word in ("012345670123", "out-of-scope", "2026-11-20", "admin"))  # fmt: skip
    whole = inventory.render_text(factory.report(third_parties=parties))
    wide = max(map(columns, whole.split("\n\n")[0].split("\n")))
    heads = [
        inventory.render_text(factory.report(third_parties=parties), width=one).split("\n")[0]
        for one in (wide, wide - 1)
    ]
    assert [head == whole.split("\n")[0] for head in heads] == [True, False]
    assert whole == inventory.render_text(factory.report(third_parties=parties), width=500)
    assert len(re.findall(r"^012345670123 .* out-of-scope .* admin", whole, re.MULTILINE)) == 1


def test_a_number_of_an_account_keeps_its_zero_in_a_table():
    """tabulate reads 012345670123 as a number and shows another account."""
    assert "012345670123" in table(["id"], [["012345670123"]], 80)


def test_a_terminal_gets_its_width_and_a_pipe_does_not(tmp_path: Path):
    """A build log whose lines are broken where nobody looks; a terminal's that are not."""
    roles = [role("Shared", allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}))]
    write(tmp_path / "snapshot", roles=roles, image_uses=[use("i-1", AMI)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    command = [sys.executable, "-m", "checker", "check", "--no-color"]
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as reader:
        environment = os.environ | {"COLUMNS": "60"}
        subprocess.run(command, cwd=tmp_path, stdout=theirs, env=environment, check=False)
        os.close(theirs)
        shown = b""
        while part := _read(reader):
            shown += part
    lines = shown.decode().split("\r\n")
    assert max(len(line) for line in lines if len(line.split()) > 1) <= 60
    piped = vendorgate("check", cwd=tmp_path).out
    assert max(map(len, piped.split("\n"))) > 100
    assert "".join(shown.decode().split()) == "".join(piped.split())


def _read(terminal) -> bytes:
    """Linux answers with an error where the other side is closed."""
    try:
        return terminal.read(65536)
    except OSError:
        return b""


def test_the_widest_columns_give_way_until_it_fits():
    """A column that is cut without need, or one that nobody can read: each has twelve, if it can."""
    head, row = ("a", "b"), ["x" * 20, "y" * 30]
    for width, widths in (
        (0, None), (60, [20, 30]), (52, [20, 30]), (51, [20, 29]), (42, [20, 20]), (41, [19, 20]),
        (26, [12, 12]), (10, [12, 12]),
    ):  # fmt: skip
        assert fitting._widths([head, row], width) == widths, width
    assert fitting._widths([head, [], ["x"]], 80) == [1, 1]


WIDE = {"": 0, "abc": 3, "e\u0301": 1, "\u65e5\u672c": 4, "\uff21": 2, "\u00e9": 1, "\u2192": 1, "\x1b[31ma\x1b[0m": 1,
        "\x1b[31m\u65e5\x1b[0m": 2}  # fmt: skip


def test_how_many_columns_a_text_takes():
    """A table whose columns stand askew: letters of two columns, marks of none, colours."""
    assert {text: columns(text) for text in WIDE} == WIDE
