"""Rows of any columns, as the audit questions answer them: for people, programs, spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from checker.report.escape import csv_cell, shorten, terminal
from checker.report.json_report import pretty
from checker.report.view import plural
from checker.spool import Row, Spool

WIDTH = 80
"""Of a terminal, where nobody knows better."""
_WIDEST, _LONGEST = 60, 1000
_LEFT_OUT = ("request_parameters", "request_id", "event_id")
"""Of an event, in a table for people: JSON and CSV have them."""


def render_json(rows: Spool) -> Iterator[str]:
    between = "["
    for some in rows.parts():
        yield between + pretty(some)[1:-3]  # without brackets
        between = ","
    yield "\n]\n" if rows.count else "[]\n"


def render_csv(rows: Spool) -> Iterator[str]:
    """One row each, values that are objects as JSON."""
    for number, some in enumerate(rows.parts()):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if not number:
            writer.writerow([csv_cell(name) for name in some[0]])
        writer.writerows([csv_cell(_text(value)) for value in row.values()] for row in some)
        yield out.getvalue()


def render_text(rows: Spool, width: int = WIDTH) -> Iterator[str]:
    """A table whose columns are as wide as their widest cell, wherever that stands. What is the
    same in each row is said once; where the rest is wider than `width`, a row is a block of
    lines."""
    if not rows.count:
        yield "No rows.\n"
        return
    names = [name for name in next(iter(rows)) if name not in _LEFT_OUT]
    widest, same = _measured(rows, names)
    constant = dict(zip(names, same, strict=True)) if rows.count > 1 else {}
    left = [name for name in names if constant.get(name) is None] or names[:1]
    if told := [(name, constant[name] or "") for name in names if name not in left]:
        yield "The same in each row:\n" + "".join(_pairs(told, "  ")) + "\n"
    wide = dict(zip(names, widest, strict=True))
    if sum(max(len(name), len(wide[name])) + 2 for name in left) - 2 <= width:
        yield from _as_table(rows, left, [wide[name] for name in left])
    else:
        yield from _as_blocks(rows, left)
    yield f"\n{plural(rows.count, 'row')}.\n"


def _measured(rows: Spool, names: list[str]) -> tuple[list[str], list[str | None]]:
    """Of each column the widest cell, and the only one, if there is but one."""
    widest: list[str] = []
    same: list[str | None] = []
    for row in rows:
        whole, cells = [_said(row[name]) for name in names], _cells(row, names)
        widest = [max(pair, key=len) for pair in zip(widest or cells, cells, strict=True)]
        same = [a if a == b else None for a, b in zip(same or whole, whole, strict=True)]
    return widest, same


def _as_table(rows: Spool, names: list[str], widest: list[str]) -> Iterator[str]:
    for number, some in enumerate(rows.parts()):
        lines = _table([widest, *(_cells(row, names) for row in some)], names).split("\n")
        heading = [] if number else lines[:1]
        yield "".join(f"{line}\n" for line in [*heading, *lines[2:]])


def _as_blocks(rows: Spool, names: list[str]) -> Iterator[str]:
    """What a row has nothing in is left out."""
    for number, row in enumerate(rows, 1):
        pairs = [(name, cell) for name in names if (cell := _said(row[name])) != "-"]
        yield ("" if number == 1 else "\n") + "".join(_pairs(pairs, ""))


def _pairs(pairs: list[tuple[str, str]], indent: str) -> Iterator[str]:
    room = max((len(name) for name, _ in pairs), default=0)
    for name, cell in pairs:
        shown = terminal(shorten(cell, _LONGEST))
        yield f"{indent}{terminal(name.upper()):<{room}}  {shown}\n"


def _cells(row: Row, names: list[str]) -> list[str]:
    return [terminal(shorten(_said(row[name]), _WIDEST)) for name in names]


def _table(cells: list[list[str]], names: list[str]) -> str:
    from tabulate import tabulate

    headers = [terminal(name.upper()) for name in names]
    return tabulate(cells, headers=headers, tablefmt="plain", disable_numparse=True)


def _said(value: Any) -> str:
    """A caller in one word: the most telling that is known."""
    return value.text if hasattr(value, "text") else _text(value) or "-"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, sort_keys=True, default=str)
