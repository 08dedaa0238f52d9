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
from checker.spool import Row, Spool

_WIDEST = 60
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


def render_text(rows: Spool) -> Iterator[str]:
    """A table whose columns are as wide as their widest cell, wherever that stands."""
    if not rows.count:
        yield "No rows.\n"
        return
    names = [name for name in next(iter(rows)) if name not in _LEFT_OUT]
    widest = [""] * len(names)
    for row in rows:
        widest = [max(pair, key=len) for pair in zip(widest, _cells(row, names), strict=True)]
    for number, some in enumerate(rows.parts()):
        lines = _table([widest, *(_cells(row, names) for row in some)], names).split("\n")
        heading = [] if number else lines[:1]
        yield "".join(f"{line}\n" for line in [*heading, *lines[2:]])


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
