"""The SQL that Athena is asked, as a JSON list, for `make sql` to hold against Trino's grammar.

Names and windows are as hostile as they get, since a quotation mark in the wrong place is what the
grammar would find; the last texts are broken on purpose, so that the check itself can fail.
"""

from __future__ import annotations

import json
from typing import Any

from checker.usage import queries
from checker.usage.sql import Window

TABLE = '"logs"."cloudtrail"'
ROLE = "arn:aws:iam::111122223333:role/it's/O'Brien--"
NAMES = ["Run_Instances", "100%", "Do\\It", "it's"]
WINDOWS = {
    "no window": Window(),
    "a window": Window(
        begin="2026-05-01T00:00:00Z",
        end="2026-06-01T00:00:00Z",
        accounts=("111122223333", "444455556666"),
        regions=("us-east-1",),
        days=("2026/04/30", "2026/06/02"),
    ),
}
ASKED = "SELECT event_name, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
BROKEN = {
    "broken: no such clause": "SELECT 1 FORM events",
    "broken: an open parenthesis": "SELECT (1 FROM events",
    "broken: an open string": "SELECT 'it's' FROM events",
}


def of_window(window: Window) -> dict[str, str]:
    """Every question, over one window."""
    return {
        "calls": queries.calls(TABLE, window, ROLE),
        "callers": queries.callers(TABLE, window, ["s3.amazonaws.com"], NAMES),
        "callers of nothing": queries.callers(TABLE, window, [], []),
        "assumptions": queries.assumptions(TABLE, window),
        "assumptions, covering": queries.assumptions(TABLE, window, covering=True),
        "changes": queries.changes(TABLE, window, ["iam.amazonaws.com", "ec2.amazonaws.com"]),
        "anything": queries.anything(TABLE, window),
        "rollup, no chain": queries.rollup(TABLE, window, [ROLE], rounds=0),
        "rollup, chains": queries.rollup(TABLE, window, [ROLE, "r"]),
        "rollup of no role": queries.rollup(TABLE, window, []),
        "events": f"WITH {queries.events_view(TABLE, window)} {ASKED}",
    }


def texts() -> list[dict[str, Any]]:
    asked = {
        f"{q}, {w}": sql for w, window in WINDOWS.items() for q, sql in of_window(window).items()
    }
    broken = BROKEN | {"broken: a rollup that is cut": asked["rollup, chains, no window"][:-40]}
    found = [(asked, True), (broken, False)]
    return [
        {"name": name, "sql": sql, "valid": valid}
        for group, valid in found
        for name, sql in group.items()
    ]


if __name__ == "__main__":
    print(json.dumps(texts()))
