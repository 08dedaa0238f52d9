"""The questions of `vendorgate usage`, each asked of a trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from typing import Any

from checker.collect.cloudtrail import searches
from checker.collect.cloudtrail.entries import nameless
from checker.collect.cloudtrail.trail import Ask, Trail
from checker.errors import InputError
from checker.snapshot.usage import Assumption
from checker.spool import Spool
from checker.usage import fold, queries
from checker.usage.actions import event_names_of, meaning_of
from checker.usage.callers import without_key_ids
from checker.usage.sql import Window

Row = dict[str, Any]
_AT_ONCE = 20_000
"""So many rows are put in order in memory."""


def calls(trail: Trail, role: str) -> Iterator[Row]:
    """Every call through a role."""
    trail.look(searches.of_role(role))
    found = _events(trail, lambda table, window: queries.calls(table, window, role))
    return fold.call_rows(_settled(trail, found), identity=False)


def callers(trail: Trail, action: str) -> Iterator[Row]:
    """Every attempt at an action, given as IAM or as CloudTrail names it. Raises InputError."""
    sources, names = event_names_of(action)
    trail.look(searches.of_names(sources, names))
    found = _events(trail, lambda table, window: queries.callers(table, window, sources, names))
    asked = (row for row in _settled(trail, found) if _is(row, action))
    return fold.call_rows(asked, identity=True)


def _settled(trail: Trail, rows: Iterator[Row]) -> Iterator[Row]:
    """When the last is there, it is known whether there was any."""
    last = None
    for row in rows:
        last = row
        yield row
    trail.settle([last] if last else [])


def _events(trail: Trail, ask: Ask) -> Iterator[Row]:
    """In order of time, which Athena is not asked for: one worker would have to do it."""
    if trail.remote:
        return _in_order(trail.rows(ask))
    return trail.rows(lambda table, window: ask(table, window) + queries.IN_ORDER)


def _in_order(rows: Iterator[Row]) -> Iterator[Row]:
    """Many at a time, each lot by way of the disk: memory would not hold all of an answer."""
    with ExitStack() as spools:
        lots = []
        while some := sorted(islice(rows, _AT_ONCE), key=_moment):
            lots.append(spools.enter_context(Spool(some)))
        yield from merge(*lots, key=_moment)


def _moment(row: Row) -> tuple[str, str]:
    return row["event_time"], row["event_id"]


def _is(row: Row, action: str) -> bool:
    source, name = row["event_source"], row["event_name"]
    wanted = action.partition(":")[2] if ":" in action else action
    meaning = meaning_of(source, name)
    mapped = (*meaning.sure, *meaning.perhaps)
    same = any(one.casefold() == action.casefold() for one in mapped)
    return same or name == wanted or any(one.partition(":")[2] == action for one in mapped)


def assumptions(trail: Trail) -> list[Assumption]:
    """Who assumed which role."""
    trail.look(searches.of_assumptions())
    found = list(trail.rows(queries.assumptions))
    trail.settle([row for row in found if int(row["told"])])
    trail.gaps += nameless(found)
    return fold.assumption_records(found)


def answer(trail: Trail, query: str) -> Iterator[Row]:
    """The rows of a query over `events`. Raises InputError for one that is no single SELECT."""
    select = _select(query)
    trail.look(searches.of_everything())

    def ask(table: str, window: Window) -> str:
        view = queries.events_view(table, window)
        if select.upper().startswith("WITH "):
            return f"WITH {view}, {select[5:]}"
        return f"WITH {view}\n{select}"

    trail.settle([])
    for row in trail.rows(ask, foreign=True):
        yield {name: _clean(value) for name, value in row.items()}


def _clean(value: Any) -> Any:
    return without_key_ids(value) if isinstance(value, str) else value


def _select(query: str) -> str:
    """The query as the parser understood it: nothing else can hide in it."""
    import sqlglot
    from sqlglot import expressions
    from sqlglot.errors import SqlglotError

    try:
        parsed = sqlglot.parse(query, read="athena")
    except SqlglotError as error:
        raise InputError(f"no SQL of Athena's: {str(error).splitlines()[0]}") from None
    if len(parsed) != 1 or not isinstance(parsed[0], expressions.Query):
        raise InputError("only one SELECT can be asked", hint="SELECT … FROM events")
    text = parsed[0].sql("athena")
    if text.upper().startswith("WITH RECURSIVE"):
        raise InputError("WITH RECURSIVE is not supported")
    return text
