"""What a log's search keeps, against the SQL that is asked of it: one rule, written twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.collect.cloudtrail.engine import TABLE, Engine
from checker.collect.cloudtrail.scan import Scanner, Search
from checker.collect.cloudtrail.searches import of_use
from checker.usage import queries, rollup
from checker.usage.sql import Window
from tests.usage.loaded import everything
from tests.usage.trails import TRAPS, random_trail
from tests.usage.traps import WATCHED

NAMES = ("bucket_policy", "throttled_by_others", "trust_that_is_gone")
TRAILS = {name: (TRAPS[name]().events, WATCHED) for name in NAMES}
TRAILS |= {f"mixture {seed}": random_trail(seed, 200)[:2] for seed in (1, 2)}


@pytest.mark.parametrize("name", TRAILS)
def test_a_search_keeps_whatever_the_question_counts(name: str) -> None:
    """An event that the SQL would count, and the search leaves out: it is gone, and unsaid."""
    events, watched = TRAILS[name]
    text = json.dumps({"Records": events}).encode()
    roles = frozenset(watched)
    kept, whole = (_engine(text, search) for search in (of_use(roles), everything()))
    for asked in (rollup.rollup(TABLE, Window(), roles), queries.assumptions(TABLE, Window())):
        assert _ordered(kept, asked) == _ordered(whole, asked)


def _engine(text: bytes, search: Search) -> Engine:
    engine = Engine()
    for rows in Scanner(search).scan("f", text).rows:
        engine.add(rows)
    return engine


def _ordered(engine: Engine, asked: str) -> list[str]:
    """Without what AWS's services assume for themselves, who are nobody's third party."""
    rows: list[dict[str, Any]] = [row for row in engine.rows(asked) if not _by_service(row)]
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)


def _by_service(row: dict[str, Any]) -> bool:
    return "via" not in row and (row["caller"] or "").split("\x1f")[2:3] not in ([], [""])
