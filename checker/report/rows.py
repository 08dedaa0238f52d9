"""Rows of any columns, as the audit questions answer them: for people, programs, spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import msgspec

from checker.report.escape import csv_cell, shorten, terminal
from checker.report.json_report import pretty

Rows = list[dict[str, Any]]
_WIDEST = 60
_LEFT_OUT = ("request_parameters", "request_id", "event_id")
"""Of an event, in a table for people: JSON and CSV have them."""


def render_json(rows: Rows) -> str:
    return pretty(rows)


def render_csv(rows: Rows) -> str:
    """One row each, values that are objects as JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if rows:
        writer.writerow([csv_cell(name) for name in rows[0]])
    for row in rows:
        writer.writerow([csv_cell(_text(value)) for value in row.values()])
    return out.getvalue()


def render_text(rows: Rows) -> str:
    from tabulate import tabulate

    if not rows:
        return "No rows.\n"
    names = [name for name in rows[0] if name not in _LEFT_OUT]
    cells = [[terminal(shorten(_said(row[name]), _WIDEST)) for name in names] for row in rows]
    headers = [terminal(name.upper()) for name in names]
    return tabulate(cells, headers=headers, tablefmt="plain", disable_numparse=True) + "\n"


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
