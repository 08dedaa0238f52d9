"""The SQL of each question, word for word: what Athena is asked, and bills.

`UPDATE_GOLDEN=1 pytest tests/usage/test_sql.py` writes `golden.sql` anew: read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.errors import InputError
from checker.usage import iceberg, ocsf, queries, rollup
from checker.usage.events import COLUMNS, where
from checker.usage.ocsf import NEEDED, is_ocsf, missing, type_at
from checker.usage.sql import Window, among, listed, literal, told_apart
from tests.support.rows import rows
from tests.usage.ocsf import types as ocsf_types
from tests.usage.print_sql import LAKE, OTHERS, PLACES, ROLE, S3_TABLES, TABLE, WINDOWS, of_window

GOLDEN = Path(__file__).parent / "golden.sql"
WHOLE, NONE = WINDOWS["a window"], WINDOWS["no window"]
HALVES = {
    "from then on": Window(begin=WHOLE.begin), "up to then": Window(end=WHOLE.end), "accounts": Window(accounts=("2", "1")), "regions": Window(regions=("r",)),
    "days": Window(days=WHOLE.days), "days of accounts": Window(days=WHOLE.days, accounts=("1",)), "days of regions": Window(days=WHOLE.days, regions=("r",)),
    "injected": Window(injected=("1",)), "no window": NONE, "a window": WHOLE,
}  # fmt: skip


def _texts() -> Iterator[tuple[str, str]]:
    """Each question once over a whole window; its parts over each half of one."""
    yield "columns", COLUMNS
    for name, sql in of_window(WHOLE).items():
        if name not in ("calls", "use of no role", "rollup of no role", "rollup, chains"):
            yield name, sql
    yield "links", queries.links(TABLE, WHOLE, [ROLE, "r"])
    timed = PLACES | {"eventtime": "at"}
    for name, window in HALVES.items():
        for wanted, entries in (("", ""), ("a OR b", ""), ("a OR b", "c")):
            yield f"where, {name}, {wanted}, {entries}", where(window, wanted, entries=entries)
        yield f"census, {name}", ocsf.census(TABLE, LAKE, window)
        textual = LAKE | {"time_dt": "string"}
        yield f"census without time_dt, {name}", ocsf.census(TABLE, textual, window)
        made = iceberg.as_trail(S3_TABLES, OTHERS, timed, window)
        yield f"iceberg, {name}", made[made.index("  WHERE") :]
    many = [f"arn:aws:iam::{account:012}:role/{n}" for account in (2, 1) for n in range(101)]
    yield "many roles", among("c", [*many, "arn:aws:iam::000000000003:role/0", "x"])
    yield "rollup", rollup.rollup(TABLE, NONE, [ROLE], rounds=1)
    yield "Security Lake", ocsf.as_trail(TABLE, LAKE, WHOLE)
    newer = LAKE | {"cloud": {"region": "string", "account": {"uid": "string"}}}
    yield "Security Lake, with the account", ocsf.as_trail(TABLE, newer, NONE)
    yield "iceberg, a text", iceberg.as_trail(S3_TABLES, OTHERS, PLACES, WHOLE)
    yield "iceberg, a time", iceberg.as_trail(S3_TABLES, OTHERS, timed, WHOLE, ("account", "day"))
    every = {name: f"c{number}" for number, name in enumerate(iceberg.NAMES)}
    yield "iceberg, all", iceberg.as_trail(TABLE, dict.fromkeys(every.values(), "string"), every, NONE)  # fmt: skip


def test_what_athena_is_asked() -> None:
    """A condition that is gone, in a question that still has an answer."""
    texts = [(name, text if name == "columns" else text.replace(COLUMNS, " {columns}")) for name, text in _texts()]  # fmt: skip
    found = "".join(f"-- {name}\n{text.strip()}\n\n" for name, text in texts)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()


def test_texts_in_sql() -> None:
    """A quotation mark that ends a text; a list of nothing, which takes all."""
    assert literal("it's") == "'it''s'"
    assert (listed(["b", "a", "b"]), listed([])) == ("'a', 'b'", "''")
    for bad in ("a\nb", "\x00", "\x7f", "\x1f"):
        with pytest.raises(InputError):
            literal(bad)
    told_apart(["a", "b"])
    with pytest.raises(InputError) as caught:
        told_apart(["b", "a", "b", "c", "a"])
    assert caught.value.message == "two columns of the answer are called a, b"


HOLDS: list[tuple[str, Window, list[bool]]] = [
    ("no window", Window(), [True, True, True, True]), ("from then on", Window(begin="b"), [False, True, True, True]), ("up to then", Window(end="b"), [True, False, False, False]),
    ("an account", Window(accounts=("1",)), [True, True, False, True]), ("a region", Window(regions=("r",)), [True, True, True, False]), ("all of it", Window("b", "c", ("1",), ("r",)), [False, True, False, False]),
]  # fmt: skip


@rows("why, window, held", HOLDS)
def test_what_a_window_holds(why: str, window: Window, held: list[bool]) -> None:
    """Its beginning, and not its end."""
    events = [("a", "1", "r"), ("b", "1", "r"), ("b", None, "r"), ("b", "1", None)]
    assert [window.holds(*one) for one in events] == held
    assert window.narrows == (window != Window())
    assert not replace(window, begin=None, end=None, accounts=(), regions=(), days=("a", "b"), injected=("1",)).narrows  # fmt: skip


# Columns of Security Lake


def lacking(*gone: str, **more: Any) -> list[str]:
    """What is missing of a lake's columns without some, and with others of another type."""
    made: dict[str, Any] = _copied(ocsf_types("1.5.0"))
    for path in gone:
        *above, last = path.split(".")
        at = made
        for part in above:
            at = at[part]
        del at[last]
    for path, kind in more.items():
        *above, last = path.split("__")
        at = made
        for part in above:
            at = at[part]
        at[last] = kind
    return missing(made)


def _copied(kinds: Any) -> Any:
    return {name: _copied(kind) for name, kind in kinds.items()} if isinstance(kinds, dict) else kinds.lower()  # fmt: skip


@rows("path", NEEDED)
def test_each_column_is_needed(path: str) -> None:
    """Without one, somebody's use is not seen; as a number, it is another's."""
    assert lacking() == [] == lacking("cloud.account.uid")
    assert lacking(path) == [path]
    odd = {"time": "varchar", "unmapped": "varchar"}.get(path, "bigint")
    said = {"time": "a number of milliseconds", "unmapped": "a map of texts"}.get(path, "a text")
    assert lacking(**{path.replace(".", "__"): odd}) == [f"{path} as {said}"]
    assert lacking(**{path.replace(".", "__"): {"a": "string"}}) == [path]


KINDS = [
    ("time", "bigint", True), ("time", "long", True), ("time", "int", True), ("time", "double", False), ("unmapped", "map<string,string>", True), ("unmapped", "map(varchar, varchar)", True),
    ("unmapped", "map<string,int>", False), ("unmapped", "map<int,string>", False), ("metadata__uid", "varchar(20)", True), ("metadata__uid", "char(20)", True), ("metadata__uid", "string", True), ("metadata__uid", "binary", False),
    ("cloud__account__uid", "bigint", False),
]  # fmt: skip


@rows("path, kind, fits", KINDS)
def test_types_of_columns(path: str, kind: str, fits: bool) -> None:
    """As Athena and as Parquet call them."""
    assert (lacking(**{path: kind}) == []) is fits and (lacking(**{path: kind.upper()}) == []) is fits  # fmt: skip


def test_all_that_is_odd_is_told() -> None:
    """In order: what is not there, then what is of another type."""
    odd = dict.fromkeys(("src_endpoint__ip", "api__operation", "cloud__region", "actor__invoked_by"), "int")  # fmt: skip
    assert lacking("time", "unmapped", **odd) == ["time", "unmapped", *(f"{one} as a text" for one in (
        "actor.invoked_by", "api.operation", "cloud.region", "src_endpoint.ip"))]  # fmt: skip


def test_roles_that_are_few() -> None:
    """They are named each; beyond, by what they have in common."""
    roles = [f"arn:aws:iam::{n % 2:012}:role/{n}" for n in range(201)]
    assert [" LIKE " in among("c", roles[:count]) for count in (200, 201)] == [False, True]
    assert among("c", roles[:200]) == f"c IN ({listed(roles[:200])})"


def test_tables_of_ocsf() -> None:
    """Told by two columns; a field of a text, or of none, has no type."""
    tables: list[Any] = [{"metadata": {}, "class_uid": "int"}, {"metadata": {}}, {"class_uid": "int"}, {}]  # fmt: skip
    assert [is_ocsf(one) for one in tables] == [True, False, False, False]
    columns: Any = {"a": {"b": {"c": "int"}}, "d": "string"}
    assert [type_at(columns, one) for one in ("a", "a.b", "a.b.c", "a.b.c.d", "d", "e", "d.e", "d.string")] == ["struct", "struct", "int", None, "string", None, None, None]  # fmt: skip


def test_what_is_said_of_other_versions() -> None:
    """How many, and which are read."""
    assert ocsf.unknown_version("9.9", 1) == "1 event in OCSF 9.9: 1.1.0 and 1.5.0 are read (source version 2)"  # fmt: skip
    assert ocsf.unknown_version(None, 2000) == "2,000 events in OCSF of no version: 1.1.0 and 1.5.0 are read (source version 2)"  # fmt: skip
    assert ocsf.no_product(1000) == "1,000 events of OCSF name no product"


# Columns of somebody's own


FLAT: dict[str, Any] = {name: "string" for name in iceberg.NAMES if "." not in name}
OWN: dict[str, str | None] = {name: None for name in iceberg.NAMES if "." in name}
CHECKED: list[tuple[str, dict[str, Any], dict[str, str | None], str | None]] = [
    ("all there", FLAT, OWN, None), ("under another name", FLAT | {"x": "varchar(9)"}, OWN | {"eventid": "x"}, None), ("a field", FLAT | {"x": {"y": "char(9)"}}, OWN | {"errorcode": "x.y"}, None),
    ("a time", FLAT | {"eventtime": "timestamp with time zone"}, OWN, None), ("what is said to be missing", {k: v for k, v in FLAT.items() if k != "errorcode"}, OWN | {"errorcode": None}, None),
    *((f"no {name}", FLAT, OWN | {name: None}, f"no event is one without {name}") for name in ("eventid", "eventtime", "eventsource", "eventname")),
    ("two of them", FLAT, OWN | {"eventname": None, "eventid": None}, "no event is one without eventid, eventname"), ("not said", FLAT, {k: v for k, v in OWN.items() if not k.endswith("type")}, "the table has no column for useridentity.type (useridentity.type)"),
    ("no such column", FLAT, OWN | {"errorcode": "x", "eventid": "y"}, "the table has no column for eventid (y), errorcode (x)"), ("a time elsewhere", FLAT | {"errorcode": "TIMESTAMP"}, OWN, "columns of a type that is not read: errorcode is TIMESTAMP"),
    ("a number", FLAT | {"eventtime": "bigint", "errorcode": "int"}, OWN, "columns of a type that is not read: eventtime is bigint, errorcode is int"), ("a row", FLAT | {"errorcode": {"a": "string"}}, OWN, "columns of a type that is not read: errorcode is struct"),
]  # fmt: skip


@rows("why, columns, mapped, said", CHECKED, ids=[row[0] for row in CHECKED])
def test_columns_of_a_table(why: str, columns: Any, mapped: Any, said: str | None) -> None:
    """One that is not there, or that does not hold what it should, is not read as null."""
    if said is None:
        assert iceberg.checked(columns, mapped) == {name: mapped.get(name, name) for name in iceberg.NAMES}  # fmt: skip
    else:
        with pytest.raises(InputError) as caught:
            iceberg.checked(columns, mapped)
        assert caught.value.message == said
