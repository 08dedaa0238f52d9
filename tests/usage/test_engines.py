"""The embedded engine, with Athena's SQL, against the plain reading of docs/usage.md."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.collect.cloudtrail.engine import TABLE, Engine
from checker.collect.cloudtrail.scan import Scanner, Search
from checker.usage import fold, queries
from checker.usage.sql import Window
from tests.usage import reference
from tests.usage.trails import FAULTS, FORMS, TOKEN, TRAPS, fault, random_trail, write
from tests.usage.traps import OWN, WATCHED

Rows = list[dict[str, Any]]
SEEDS = range(int(os.environ.get("VENDORGATE_RANDOM", "500")) // 50)


def loaded(texts: Iterable[bytes]) -> Engine:
    """Everything, as `usage sql` reads it."""
    scanner = Scanner(Search(None, lambda _: True, parameters=True, salt=b"s" * 16))
    engine = Engine()
    for text in texts:
        found = scanner.scan("f", text)
        assert found.gap is None, found.gap
        for rows in found.rows:
            engine.add(rows)
    return engine


def of_events(events: Rows) -> Engine:
    return loaded([json.dumps({"Records": events}).encode()])


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def rollup(engine: Engine, events: Rows, watched: set[str], own: set[str]) -> Rows:
    """The records, without what the reference has no word for."""
    from checker.collect.cloudtrail.roles import kept, reached

    assumed = fold.assumption_records(engine.rows(queries.assumptions(TABLE, Window())))
    looked = reached(frozenset(watched), assumed)
    found = fold.usage_records(engine.rows(queries.rollup(TABLE, Window(), looked)))
    records = plain(kept(found, frozenset(watched), frozenset(own)))
    return [{k: v for k, v in r.items() if k != "action"} for r in records]


def ordered(rows: Rows) -> Rows:
    return sorted(rows, key=lambda r: json.dumps(r, sort_keys=True))


def expected(events: Rows, watched: set[str], own: set[str]) -> Rows:
    rows = reference.rollup(events, watched, own)
    return [r | {"account": r["account"] or ""} for r in rows]


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_the_rollup_is_that_of_the_reference(name: str) -> None:
    """Each trap, in SQL: an engine that attributes or counts otherwise."""
    events = TRAPS[name]().events
    assert ordered(rollup(of_events(events), events, WATCHED, OWN)) == ordered(
        expected(events, WATCHED, OWN)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_random_trails(seed: int) -> None:
    """What nobody thought of: all questions over a mixture of all traps."""
    events, watched, own = random_trail(seed, 400)
    engine = of_events(events)
    assert ordered(rollup(engine, events, watched, own)) == ordered(expected(events, watched, own))
    for role in sorted(watched):
        sql = queries.calls(TABLE, Window(), role)
        rows = plain(fold.call_rows(engine.rows(sql), identity=False))
        assert without_parameters(rows) == without_parameters(reference.calls(events, role))


def without_parameters(rows: Rows) -> Rows:
    return [{k: v for k, v in row.items() if k != "request_parameters"} for row in rows]


@pytest.mark.parametrize("seed", SEEDS)
def test_callers_and_assumptions_of_random_trails(seed: int) -> None:
    """A failed attempt, or one through a session, that is attributed to somebody else."""
    from checker.usage.listing import assumption_rows

    events, _, own = random_trail(seed, 400)
    engine = of_events(events)
    names = sorted({(e["eventSource"], e["eventName"]) for e in events if "eventSource" in e})[:6]
    for source, name in names:
        rows = list(engine.rows(queries.callers(TABLE, Window(), [source], [name])))
        exact = [row for row in rows if row["event_name"] == name]
        found = plain(fold.call_rows(exact, identity=True))
        assert without_parameters(found) == without_parameters(
            reference.callers(events, {(source, name)})
        )
    assumed = fold.assumption_records(engine.rows(queries.assumptions(TABLE, Window())))
    rows = [
        {k: v for k, v in r.items() if k != "third_party"}
        for r in assumption_rows(assumed, frozenset(own))
    ]
    assert ordered(rows) == ordered(reference.assumptions(events))


@pytest.mark.parametrize("how", sorted(FORMS))
def test_every_form_of_a_file_is_read_alike(tmp_path: Path, how: str) -> None:
    """A second gzip member, an odd line end, an escaped slash, that hides events."""
    from checker.collect.cloudtrail.files import log_files

    events, watched, own = random_trail(99, 300)
    write(tmp_path / "logs", events, how)
    engine = loaded(path.read_bytes() for path in log_files(tmp_path / "logs"))
    assert ordered(rollup(engine, events, watched, own)) == ordered(expected(events, watched, own))


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_file_that_cannot_be_read_whole_is_a_gap(tmp_path: Path, name: str) -> None:
    """A cut file of which the first half counts, or a bomb that takes the machine down."""
    from checker.collect.cloudtrail.files import content
    from checker.collect.cloudtrail.inflate import UnreadableError

    path = fault(tmp_path, name)
    scanner = Scanner(Search(None, lambda _: True, parameters=True, salt=b"s" * 16))
    try:
        found = scanner.scan("f", content(path))
    except UnreadableError:
        return
    assert found.gap and not found.rows and TOKEN not in str(found)
