"""Rows that go by way of the disk: what is written is what would be of a list in memory."""

from __future__ import annotations

import csv
import errno
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from tabulate import tabulate

from checker import spool
from checker.errors import InputError
from checker.report import rows as shown
from checker.snapshot.usage import UsageCaller
from checker.spool import Spool
from tests.support.hostile import every_name, harmless

CALLER = UsageCaller(account="999999999999")
ROWS: list[dict[str, Any]] = [
    {"n": n, "who": "x" * (n % 40), "caller": CALLER if n % 2 else None, "big": Decimal(n) ** 30}
    for n in range(25)
]


@pytest.fixture(params=[1, 7, 25, 500])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Spool:
    """In parts of so many rows, of which some are on disk."""
    monkeypatch.setattr(spool, "_AT_ONCE", request.param)
    monkeypatch.setattr(spool, "_IN_MEMORY", 100)
    return Spool(iter(ROWS))


def test_rows_are_read_as_often_as_they_are_needed(rows: Spool) -> None:
    """A second format that gets nothing, or what the disk made of a value."""
    assert list(rows) == list(rows) == ROWS and rows.count == 25


def test_json_is_one_list(rows: Spool) -> None:
    """A comma too many between two parts, or none."""
    text = "".join(shown.render_json(rows))
    assert [row["n"] for row in json.loads(text)] == list(range(25))
    assert text == shown.pretty(ROWS)


def test_csv_has_one_heading(rows: Spool) -> None:
    """A heading for each part."""
    read = list(csv.reader(io.StringIO("".join(shown.render_csv(rows)))))
    assert (read[0], len(read)) == (["n", "who", "caller", "big"], 26)


def test_a_table_is_as_wide_from_the_first_row_to_the_last(rows: Spool) -> None:
    """Columns that begin elsewhere in each part; a row that is there to measure, and is shown."""
    cells = [shown._cells(row, list(ROWS[0])) for row in ROWS]
    names = [name.upper() for name in ROWS[0]]
    whole = tabulate(cells, headers=names, tablefmt="plain", disable_numparse=True)
    assert "".join(shown.render_text(rows, 100)) == whole + "\n\n25 rows.\n"


EVENT = {"event_time": "2026-11-19 03:12:44", "event_name": "DescribeInstances", "account": "222222222222",
         "caller": "arn:aws:sts::999999999999:assumed-role/collector/i-0123456789abcdef0", "error_code": None}  # fmt: skip


def test_rows_that_are_wider_than_a_terminal_are_blocks() -> None:
    """A table that a terminal breaks in the middle of each line; an ARN that is cut."""
    others = [EVENT | {"event_time": f"2026-11-19 03:13:{n}", "event_name": f"Describe{'X' * 60}{n}"} for n in (10, 11)]  # fmt: skip
    text = "".join(shown.render_text(Spool([EVENT, *others])))
    same, first, second, third, count = text.split("\n\n")
    assert same == (
        "The same in each row:\n  ACCOUNT     222222222222\n"
        f"  CALLER      {EVENT['caller']}\n  ERROR_CODE  -"
    )
    assert first == "EVENT_TIME  2026-11-19 03:12:44\nEVENT_NAME  DescribeInstances"
    assert second.endswith("X10") and third.endswith("X11") and count == "3 rows.\n"


@every_name
def test_a_value_does_nothing(name: str) -> None:
    """A caller's name that a terminal or a runner obeys: in a table, a block or what all rows have."""
    for more in ({}, {"wide": "x" * 90}, {"same": name}):
        found = [{"n": n, "who": name * n} | more for n in (1, 2)]
        assert harmless("".join(shown.render_text(Spool(found)))), more


def test_a_row_alone_has_nothing_in_common_with_others() -> None:
    """Its columns would all be said to be the same in each row."""
    text = "".join(shown.render_text(Spool([EVENT])))
    assert text == "".join(f"{k.upper():<10}  {v}\n" for k, v in EVENT.items() if v) + "\n1 row.\n"


def test_what_differs_behind_the_cut_is_not_the_same() -> None:
    """Two long ARNs of one length whose ends nobody would see."""
    rows = [{"arn": "x" * 70 + end} for end in "ab"]
    text = "".join(shown.render_text(Spool(rows)))
    assert "same" not in text and "xa\n" in text and "xb\n" in text


def test_rows_that_are_all_alike_are_counted() -> None:
    """Nothing would be left to show of each."""
    text = "".join(shown.render_text(Spool([{"a": 1, "b": "x"}] * 3)))
    assert text == "The same in each row:\n  B  x\n\nA\n1\n1\n1\n\n3 rows.\n"


@pytest.mark.parametrize(("name", "said"), [("json", "[]\n"), ("csv", ""), ("text", "No rows.\n")])
def test_nothing(name: str, said: str) -> None:
    """A bracket without its other, a table without rows."""
    assert "".join(getattr(shown, f"render_{name}")(Spool([]))) == said


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback, or an answer that is cut and looks whole."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool.pickle, "dump", full)
    with pytest.raises(InputError, match="the answer has no room: No space left"):
        Spool(iter(ROWS))
