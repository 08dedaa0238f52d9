"""Security Lake: the same rows from the same events, here from Parquet and in Athena by columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from checker.collect.cloudtrail.engine import Engine
from checker.collect.cloudtrail.scan import Found, Scanner
from checker.usage import fold, ocsf, queries
from checker.usage.sql import Window
from tests.usage import ocsf as lake
from tests.usage import reference
from tests.usage.loaded import Rows, Trail, everything, loaded, use
from tests.usage.test_engines import (
    ENGINES,
    WINDOWS,
    expected,
    meant,
    ordered,
    plain,
    without_parameters,
)
from tests.usage.trails import TOKEN, TRAPS, random_trail
from tests.usage.traps import OWN, WATCHED

VERSIONS = pytest.mark.parametrize("version", ocsf.VERSIONS)


def columns(kinds: Any) -> Any:
    """As a table's columns are told: what is no struct is a type."""
    return {name: columns(kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else kinds


class LakeTrail(Trail):
    """A table of Security Lake's, asked as Athena is."""

    def __init__(self, events: Rows, window: Window, version: str) -> None:
        super().__init__(Engine(), window, remote=True)
        self.columns = columns(lake.types(version))
        sql, parameters = lake.select(
            [lake.record(e, version) for e in told(events)], lake.types(version)
        )
        self.engine._connection.execute(f"CREATE TABLE lake AS {sql}", parameters)

    def rows(self, ask: Any) -> Iterator[dict[str, Any]]:
        source = ocsf.as_trail('"lake"', self.columns, self.window)
        for row in self.engine.rows(ask(source, self.window)):
            yield {name: None if v is None else str(v) for name, v in row.items()}


def told(events: Rows) -> Rows:
    """What Security Lake is given: no Insights."""
    return [event for event in events if event.get("eventCategory") != "Insight"]


def agree(
    events: Rows, watched: set[str], own: set[str], window: Window, version: str, *, remote: bool
) -> None:
    if remote:
        from checker.collect.cloudtrail.collect import read_use

        trail = LakeTrail(events, window, version)
        records = read_use(trail, frozenset(watched), frozenset(own)).usage
        found = [{k: v for k, v in r.items() if k != "action"} for r in plain(records)]
    else:
        engine = loaded([lake.parquet(told(events), version)])
        found = use(engine, watched, own, window, remote=False)
    assert ordered(found) == ordered(expected(told(events), watched, own, window, remote=remote))


@ENGINES
@VERSIONS
@pytest.mark.parametrize("name", sorted(TRAPS))
def test_the_same_rows_from_the_same_events(name: str, version: str, remote: bool) -> None:
    """A column that says something else in OCSF than it does in CloudTrail."""
    agree(TRAPS[name]().events, WATCHED, OWN, Window(), version, remote=remote)


@ENGINES
@pytest.mark.parametrize("within", sorted(WINDOWS))
def test_the_same_rows_from_random_trails(within: str, remote: bool) -> None:
    """A window that cuts away, by partitions, the assumption that tells who called."""
    for seed in (1, 2):
        events, watched, own = random_trail(seed, 400)
        agree(events, watched, own, WINDOWS[within], ocsf.VERSIONS[0], remote=remote)
