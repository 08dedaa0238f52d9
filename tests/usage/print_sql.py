"""The SQL that Athena is asked, as a JSON list, for `make sql` to hold against Trino's grammar.

Names and windows are as hostile as they get, since a quotation mark in the wrong place is what the
grammar would find; the last texts are broken on purpose, so that the check itself can fail.
"""

from __future__ import annotations

import json
from typing import Any

from checker.usage import iceberg, ocsf, queries, rollup
from checker.usage.sql import Window
from tests.usage.ocsf import types as ocsf_types

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
        injected=("111122223333", "444455556666"),
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
        "calls, in order": queries.calls(TABLE, window, ROLE) + queries.IN_ORDER,
        "callers": queries.callers(TABLE, window, ["s3.amazonaws.com"], NAMES),
        "callers of nothing": queries.callers(TABLE, window, [], []),
        "assumptions": queries.assumptions(TABLE, window),
        "use": rollup.use(TABLE, window, [ROLE, "r"]),
        "use of no role": rollup.use(TABLE, window, []),
        "changes": queries.changes(
            TABLE, window, ["iam.amazonaws.com", "ec2.amazonaws.com"], "us-east-1"
        ),
        "changes, no home": queries.changes(TABLE, window, ["iam.amazonaws.com"], None),
        "anything": queries.anything(TABLE, window),
        "rollup, no chain": rollup.rollup(TABLE, window, [ROLE], rounds=0),
        "rollup, chains": rollup.rollup(TABLE, window, [ROLE, "r"]),
        "rollup of no role": rollup.rollup(TABLE, window, []),
        "events": f"WITH {queries.events_view(TABLE, window)} {ASKED}",
    }


def columns(kinds: Any) -> Any:
    return (
        {name: columns(kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else kinds
    )


LAKE = columns(ocsf_types())
OTHERS: dict[str, Any] = {"event_id": "string", "at": "timestamp", "who": {"kind": "string"}} | {
    name: "string" for name in iceberg.NAMES if "." not in name and name != "eventid"
}
PLACES: dict[str, str | None] = dict.fromkeys(iceberg.NAMES) | {
    name: name for name in iceberg.NAMES if "." not in name
} | {"eventid": "event_id", "useridentity.type": "who.kind"}  # fmt: skip
S3_TABLES = '"s3tablescatalog/events"."logs"."cloudtrail"'


def of_other_tables(window: Window) -> dict[str, str]:
    """A question of each kind, to what stands for a table of other columns."""
    timed = PLACES | {"eventtime": "at"}
    stands = {
        "Security Lake": ocsf.as_trail(TABLE, LAKE, window),
        "Security Lake, without time_dt": ocsf.as_trail(
            TABLE, LAKE | {"time_dt": "string"}, window
        ),
        "Iceberg, a text": iceberg.as_trail(S3_TABLES, OTHERS, PLACES, window),
        "Iceberg, a time": iceberg.as_trail(S3_TABLES, OTHERS, timed, window, ("account", "day")),
    }
    asked = {f"{name}, use": rollup.use(stand, window, [ROLE]) for name, stand in stands.items()}
    asked |= {
        f"{name}, calls": queries.calls(stand, window, ROLE) for name, stand in stands.items()
    }
    asked |= {
        f"{name}, changes": queries.changes(stand, window, ["iam.amazonaws.com"], "us-east-1")
        for name, stand in stands.items()
    }
    asked |= {
        f"{name}, anything": queries.anything(stand, window) for name, stand in stands.items()
    }
    return asked | {"Security Lake, census": ocsf.census(TABLE, LAKE, window)}


def texts() -> list[dict[str, Any]]:
    asked = {
        f"{q}, {w}": sql
        for w, window in WINDOWS.items()
        for q, sql in (of_window(window) | of_other_tables(window)).items()
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
