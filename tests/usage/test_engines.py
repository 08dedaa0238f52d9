"""The embedded engine, with Athena's SQL, against the plain reading of docs/usage.md."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.collect.cloudtrail import engine as embedded
from checker.collect.cloudtrail.engine import TABLE
from checker.collect.cloudtrail.scan import Scanner
from checker.usage import fold, queries, rollup
from checker.usage.sql import Window
from tests.usage import attribution, print_sql, reference
from tests.usage.loaded import Rows, everything, of_events, rows_of, use
from tests.usage.print_sql import of_window
from tests.usage.trails import FAULTS, FORMS, TOKEN, fault, random_trail, together, write
from tests.usage.traps import OWN, WATCHED

SEEDS = range(int(os.environ.get("VENDORGATE_RANDOM", "350")) // 50)
ENGINES = pytest.mark.parametrize("remote", [False, True], ids=["here", "athena"])
# Of times and places that the traps and the mixture have on both sides.
WINDOWS = {
    "all": Window(),
    "from": Window(begin="2026-05-01T10:30:00Z"),
    "to": Window(end="2026-05-01T11:30:00Z"),
    "an hour": Window("2026-05-01T11:00:00Z", "2026-05-01T12:00:00Z"),
    "an account": Window(accounts=("444455556666",)),
    "a region": Window(regions=("eu-west-1",)),
    "all of it": Window(
        "2026-05-01T10:00:30Z", "2026-05-01T12:00:00Z", ("111122223333",), ("us-east-1",)
    ),
}


WHOLE = sorted(WINDOWS).index("all of it")
DRAWN = [(seed, sorted(WINDOWS)[seed % len(WINDOWS)]) for seed in SEEDS]
RANDOM = pytest.mark.parametrize(("seed", "within"), DRAWN)
SOME = pytest.mark.parametrize(("seed", "within"), DRAWN[WHOLE::10])
"""Where each trail costs seconds, a tenth of them, first one of the window that narrows all."""


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def ordered(rows: Rows) -> Rows:
    return sorted(rows, key=lambda r: json.dumps(r, sort_keys=True))


def meant(window: Window) -> attribution.Window:
    return attribution.Window(window.begin, window.end, window.accounts, window.regions)


def expected(
    events: Rows, watched: set[str], own: set[str], window: Window, *, remote: bool
) -> Rows:
    hops = attribution.HOPS if remote else None
    rows = reference.rollup(events, watched, own, meant(window), hops)
    return [r | {"account": r["account"] or ""} for r in rows if r["account"]]


@pytest.mark.parametrize("within", sorted(WINDOWS))
def test_windows_of_traps(within: str) -> None:
    """Attribution that needs what the filters leave out."""
    events, window = (
        together(["before_and_elsewhere", "recorded_twice", "shared_events"]),
        WINDOWS[within],
    )
    engine = of_events(events)
    for remote in (False, True):
        found = use(engine, WATCHED, OWN, window, remote=remote)
        assert ordered(found) == ordered(expected(events, WATCHED, OWN, window, remote=remote)), (
            remote
        )


@RANDOM
def test_calls_of_random_trails(seed: int, within: str) -> None:
    """A filter that takes away the assumption that tells who called."""
    events, watched, _ = random_trail(seed, 400)
    engine, window = of_events(events), WINDOWS[within]
    for role in sorted(watched):
        sql = queries.calls(TABLE, window, role) + queries.IN_ORDER
        rows = plain(list(fold.call_rows(engine.rows(sql), identity=False)))
        plainly = reference.calls(events, role, meant(window))
        assert without_parameters(rows) == without_parameters(plainly)


def without_parameters(rows: Rows) -> Rows:
    return [{k: v for k, v in row.items() if k != "request_parameters"} for row in rows]


@RANDOM
def test_callers_and_assumptions_of_random_trails(seed: int, within: str) -> None:
    """A failed attempt, or one through a session, that is attributed to somebody else."""
    from checker.usage.listing import assumption_rows

    events, _, own = random_trail(seed, 400)
    engine, window = of_events(events), WINDOWS[within]
    names = sorted({(e["eventSource"], e["eventName"]) for e in events if "eventSource" in e})[:6]
    for source, name in names:
        sql = queries.callers(TABLE, window, [source], [name]) + queries.IN_ORDER
        rows = list(engine.rows(sql))
        exact = [row for row in rows if row["event_name"] == name]
        found = plain(list(fold.call_rows(exact, identity=True)))
        assert without_parameters(found) == without_parameters(
            reference.callers(events, {(source, name)}, meant(window))
        )
    assumed = fold.assumption_records(engine.rows(queries.assumptions(TABLE, window)))
    rows = [
        {k: v for k, v in r.items() if k != "third_party"}
        for r in assumption_rows(assumed, frozenset(own))
    ]
    assert ordered(rows) == ordered(reference.assumptions(events, meant(window)))


@pytest.mark.parametrize("how", sorted(FORMS))
def test_every_form_of_a_file_is_read_alike(tmp_path: Path, how: str) -> None:
    """A second gzip member, an odd line end, an escaped slash, that hides events."""
    from checker.collect.cloudtrail.files import log_files

    events, _, _ = random_trail(99, 300)
    write(tmp_path / "logs", events, how)
    found = scanned(path.read_bytes() for path in log_files(tmp_path / "logs"))
    assert ordered(found) == ordered(scanned([json.dumps({"Records": events}).encode()]))


def scanned(texts: Iterable[bytes]) -> Rows:
    """What an engine would be given."""
    scanner = Scanner(everything())
    found = [scanner.scan("f", text) for text in texts]
    assert not any(each.gap for each in found), found
    return [
        {name: parsed(value) for name, value in row.items()}
        for each in found
        for row in rows_of(each)
    ]


def parsed(value: Any) -> Any:
    """What was asked stays as it is written."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", '"') else value


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_file_that_cannot_be_read_whole_is_a_gap(tmp_path: Path, name: str) -> None:
    """A cut file of which the first half counts, or a bomb that takes the machine down."""
    from checker.collect.cloudtrail.files import content
    from checker.collect.cloudtrail.inflate import UnreadableError

    path = fault(tmp_path, name)
    scanner = Scanner(everything())
    try:
        found = scanner.scan("f", content(path))
    except UnreadableError:
        return
    assert found.gap and not found.rows and TOKEN not in str(found)


@SOME
def test_the_questions_are_understood_as_they_are(
    seed: int, within: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function of Athena's that DuckDB has too, and that answers otherwise there."""
    events, watched, _ = random_trail(seed, 400)
    engine, window = of_events(events), WINDOWS[within]
    asked = [rollup.rollup(TABLE, window, watched), *of_window(window).values()]
    for sql in (each.replace(print_sql.TABLE, TABLE) for each in asked):
        translated = ordered(list(engine.rows(sql, foreign=True)))
        with monkeypatch.context() as patch:
            patch.setattr(embedded, "transpiled", lambda _: pytest.fail("it was translated"))
            assert ordered(list(engine.rows(sql))) == translated
