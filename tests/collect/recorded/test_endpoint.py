"""What Steampipe's endpoint is asked, and what of its answers is a gap: in the place of a database."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from checker.collect.recorded.answers import Answers
from checker.collect.steampipe.postgres import Database, _parsed, opened, read
from checker.collect.steampipe.tables import BY_NAME, Row
from checker.errors import InputError
from tests.support.rows import rows

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("psycopg.rows")
A, B = "111111111111", "222222222222"
AWS = "hub.steampipe.io/plugins/turbot/aws@latest"
IMAGE = "ami-1"


class Asked(Database):
    """`tables`: rows, or the text of an error, of each `connection.table`; `states`: rows of
    Steampipe's own table of connections, None: there is none. `queries`: those for rows."""

    def __init__(
        self, tables: Mapping[str, list[Row] | str], states: list[Row] | None = None
    ) -> None:
        self._secret, self.shown = "s3cr3t", "postgres://h:1/d"
        self.tables, self._told, self.queries = tables, states, []

    def rows(self, query: Any, values: Sequence[Any] = ()) -> list[Row]:
        text = query if isinstance(query, str) else query.as_string(None)
        if "information_schema.columns" in text:
            assert values == [[*BY_NAME]]
            return [
                {"schema": schema, "name": name, "column": column}
                for schema, _, name in (one.partition(".") for one in sorted(self.tables))
                for column in BY_NAME[name].columns
            ]
        if "information_schema.tables" in text:
            return [] if self._told is None else [{"schema": "internal"}, {"schema": "other"}]
        if text == 'SELECT * FROM "internal"."steampipe_connection"':
            return self._told or []
        self.queries.append(text)
        found = self.tables[text.split(" FROM ")[1].split(" WHERE")[0].replace('"', "")]
        if isinstance(found, str):
            raise psycopg.Error(found)
        return found


def state(name: str, **more: Any) -> Row:
    return {"name": name, "state": "ready", "type": "", "plugin": AWS, "error": None} | more


def asked(database: Asked, *wanted: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """The names of the tables that were read, and the gaps."""
    answers = Answers()
    found = read(database, wanted, answers)
    assert (
        all((gap.account, gap.region) == (None, None) for gap in answers.gaps)
        and not answers.failures
    )
    return [one.name.removeprefix("postgres://h:1/d/") for one in found], [
        (gap.call, gap.code, gap.message) for gap in answers.gaps
    ]


ACCOUNT: list[Row] = [{"account_id": A}]
TWO: dict[str, Any] = {"a.aws_account": ACCOUNT, "b.aws_account": ACCOUNT}
WITH_ALL = TWO | {"all.aws_account": ACCOUNT}
ALL = state("all", type="aggregator", connections=["a", "l*"])
LOST = state("lost", state="error", error="no creds s3cr3t\nmore")
LOST_GAP = ("steampipe:lost", "ConnectionError", "the connection could not be asked: no creds …")


def unready(name: str, told: str) -> tuple[str, str, str]:
    text = f"the connection could not be asked: its state is {told}"
    return f"steampipe:{name}", "ConnectionError", text


CONNECTIONS: list[tuple[str, Any, Any, list[str], list[str], list[tuple[str, ...]]]] = [
    ("an older Steampipe says nothing", TWO, None, [], ["a", "b"], []),
    ("all are ready", TWO, [state("a"), state("b", state="updated")], [], ["a", "b"], []),
    ("so is one that did not change", TWO, [state("a", state="unchanged")], [], ["a", "b"], []),
    ("one that is not, yet shows tables", TWO, [state("a", state="pending")], [], ["a", "b"], [unready("a", "pending")]),
    ("one without tables", TWO, [state("a"), LOST], [], ["a", "b"], [LOST_GAP]),
    ("one that is ready, and without", TWO, [state("new")], [], ["a", "b"], [unready("new", "ready")]),
    ("one of another plugin", TWO, [state("k8s", plugin="turbot/kubernetes@latest", state="error")], [], ["a", "b"], []),
    ("one of no plugin", TWO, [state("k8s", plugin=None, state="error")], [], ["a", "b"], []),
    ("others are not wanted", TWO, [state("a"), LOST], ["a"], ["a"], []),
    ("it is wanted", TWO, [state("a"), LOST], ["a", "lost"], ["a"], [LOST_GAP]),
    ("wanted, and Steampipe says nothing of it", TWO, None, ["b"], ["b"], []),
    ("an aggregator tells nothing more", WITH_ALL, [state("a"), state("b"), ALL], [], ["a", "b"], []),
    ("unless it is wanted", WITH_ALL, [state("a"), state("b"), ALL], ["all"], ["all"], [unready("l*", "ready")]),
    ("with its parts", WITH_ALL, [state("a", state="error"), LOST, ALL], ["all"], ["all"], [unready("a", "error"), LOST_GAP]),
    ("a part that is wanted, too", WITH_ALL, [state("a", state="error"), LOST, ALL], ["a", "all"], ["a", "all"], [unready("a", "error"), LOST_GAP]),
    ("without parts it is of all", WITH_ALL, [state("b", state="error"), LOST, ALL | {"connections": None}], ["all"], ["all"], [unready("b", "error"), LOST_GAP]),
    ("of all of AWS", WITH_ALL, [state("k", plugin="k8s", state="error"), ALL | {"connections": []}], ["all"], ["all"], []),
    ("an aggregator alone", {"all.aws_account": ACCOUNT}, [ALL | {"connections": ["a"]}, state("a")], [], ["all"], [unready("a", "ready")]),
    ("an aggregator that is broken, not wanted", TWO, [ALL | {"state": "error"}], [], ["a", "b"], []),
    ("one that is broken, and wanted", WITH_ALL, [ALL | {"state": "error", "connections": ["b"]}, state("b")], ["all"], ["all"], [unready("all", "error")]),
]  # fmt: skip


@rows("why, tables, states, wanted, read_, gaps", CONNECTIONS, ids=[row[0] for row in CONNECTIONS])
def test_which_connections_are_asked(
    why: str, tables: Any, states: Any, wanted: list[str], read_: list[str], gaps: Any
) -> None:
    """A connection that is in error shows no row, and no error: it would be an account of nothing."""
    told, said = asked(Asked(tables, states), *wanted)
    assert (told, sorted(said)) == ([f"{one}.aws_account" for one in read_], sorted(gaps))


def test_the_order_of_what_is_said() -> None:
    """The same twice, whatever order a set has: parts behind what was asked."""
    lost = [state(f"l{n}", state="error") for n in range(9)]
    parts = [f"l{n}" for n in (3, 7, 1, 5, 0, 8, 2, 6, 4)]
    one = state("all", type="aggregator", connections=parts)
    told = [unready(f"l{n}", "error") for n in range(9)]
    assert asked(Asked(TWO, lost)) == (["a.aws_account", "b.aws_account"], told)
    assert asked(Asked(WITH_ALL, [*lost, one]), "all") == (["all.aws_account"], told)


class Driver:
    """A connection of psycopg's, which is its own cursor; `done`: what was done with it."""

    def __init__(self, **told: Any) -> None:
        self.done: list[Any] = [told]

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        self.done.append("left")

    def cursor(self, **told: Any) -> Driver:
        assert told == {"row_factory": psycopg.rows.dict_row}
        return self

    def execute(self, *query: Any) -> None:
        self.done.append(query)

    def fetchall(self) -> list[Row]:
        return [{"a": 1}]

    def close(self) -> None:
        self.done.append("closed")


def test_a_connection_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told to read alone; it is closed, whatever goes wrong in between."""
    made: list[Driver] = []
    monkeypatch.setattr(psycopg, "connect", lambda **told: made.append(Driver(**told)) or made[-1])
    told = {"user": "u", "password": "p", "host": "h", "port": "1", "dbname": "d", "autocommit": True}  # fmt: skip
    with pytest.raises(KeyError), opened("postgres://u:p@h:1/d") as database:
        assert database.rows("x") == database.rows("y", ["v"]) == [{"a": 1}]
        assert database.shown == "postgres://h:1/d"
        raise KeyError
    read_only = ("SET default_transaction_read_only TO on",)
    assert made[0].done == [told, read_only, ("x", None), "left", ("y", ["v"]), "left", "closed"]


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or for which there is no driver: refused, in other words than its own."""

    def fails(**_: Any) -> None:
        raise psycopg.OperationalError("no p for u\nmore")

    monkeypatch.setattr(psycopg, "connect", fails)
    with pytest.raises(InputError) as caught, opened("postgres://u:p@h:1/d"):
        pass
    assert (caught.value.message, caught.value.path) == ("cannot be asked: no … for u", "postgres://h:1/d")  # fmt: skip
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError) as caught, opened("postgres://u:p@h:1/d"):
        pass
    assert caught.value.message == "PostgreSQL's driver is not installed"


def test_connections_that_cannot_be() -> None:
    """One that nobody has, and a database without tables: refused, and not empty."""
    with pytest.raises(InputError) as caught:
        asked(Asked(TWO, [state("lost")]), "A")
    assert caught.value.message == "--connection: there is none called 'A' with tables of AWS"
    for states in (None, [LOST]):
        with pytest.raises(InputError) as caught:
            asked(Asked({}, states))
        assert caught.value.message == "has no table of Steampipe's AWS plugin"


def taken(tables: Mapping[str, list[Row] | str]) -> tuple[dict[str, Any], Answers, list[str]]:
    """Rows, columns and accounts of each table; the answers; what was asked."""
    database, answers = Asked(tables), Answers()
    found = read(database, (), answers)
    told = {one.name.split("/")[-1]: (one.rows, one.covers) for one in found}
    assert all(one.columns == set(one.table.columns) for one in found)
    return told, answers, database.queries


def test_a_table_is_asked_once() -> None:
    """With the columns that are read and that it has; it covers every account of its connection."""
    tables: dict[str, Any] = {"a.aws_account": ACCOUNT, "a.aws_iam_role": [{"account_id": B}], "a.aws_region": [{"account_id": None}, {}]}  # fmt: skip
    told, answers, queries = taken(tables)
    both = frozenset({A, B})
    assert told == {name: (rows, both) for name, rows in tables.items()}
    assert (answers.gaps, answers.failures) == ([], {})
    named = [("aws_account", "a.aws_account"), ("aws_region", "a.aws_region"), ("aws_iam_role", "a.aws_iam_role")]  # fmt: skip
    assert [one.replace('"', "") for one in queries] == [
        f"SELECT {', '.join(BY_NAME[name].columns)} FROM {place}"  # noqa: S608  # nobody runs it
        for name, place in named
    ]


def test_columns_that_a_table_has_not() -> None:
    """They are not asked for, and are known to be missing."""

    class Fewer(Asked):
        def rows(self, query: Any, values: Sequence[Any] = ()) -> list[Row]:
            return [one for one in super().rows(query, values) if one.get("column") != "name"]

    database = Fewer({"a.aws_region": ACCOUNT})
    (found,) = read(database, (), Answers())
    assert found.columns == set(BY_NAME["aws_region"].columns) - {"name"}
    assert found.lacking == ["name"]
    assert '"name"' not in database.queries[0] and '"opt_in_status"' in database.queries[0]


ROLES = "iam:GetAccountAuthorizationDetails"
DENIED = ("SteampipeError", "a.aws_iam_role: denied")
FAILED: list[tuple[str, dict[str, Any], dict[Any, Any], list[tuple[str, ...]]]] = [
    ("of each account that it would tell", {"a.aws_account": [{"account_id": A}, {"account_id": B}], "a.aws_iam_role": "denied\nHINT"},
     {(A, ROLES): DENIED, (B, ROLES): DENIED}, []),
    ("of nobody where no account is known", {"a.aws_iam_role": "denied"}, {},
     [("steampipe:a.aws_iam_role", "SteampipeError", "denied"), ("steampipe:a", "NothingListed", "tells of no account: see aws_account")]),
    ("a table that answers no call", {"a.aws_account": ACCOUNT, "a.aws_iam_policy": "no s3cr3t"}, {},
     [("steampipe:a.aws_iam_policy", "SteampipeError", "no …")]),
    ("an error without a text", {"a.aws_account": ACCOUNT, "a.aws_iam_policy": ""}, {}, [("steampipe:a.aws_iam_policy", "SteampipeError", "Error")]),
    ("a connection that tells nothing", {"a.aws_account": []}, {}, [("steampipe:a", "NothingListed", "tells of no account: see aws_account")]),
]  # fmt: skip


@rows("why, tables, failures, gaps", FAILED, ids=[row[0] for row in FAILED])
def test_tables_that_fail(why: str, tables: Any, failures: Any, gaps: Any) -> None:
    """What could not be asked is told of whoever it would have shown."""
    told, answers, _ = taken(tables)
    assert sorted(told) == sorted(name for name, rows in tables.items() if isinstance(rows, list))
    assert answers.failures == failures
    assert [(gap.call, gap.code, gap.message) for gap in answers.gaps] == gaps


def place(**more: Any) -> Row:
    return {"account_id": A, "region": "us-east-1"} | more


def shared(name: str, image: Any, more: Any = (), own: Any = ()) -> tuple[Any, Answers, list[str]]:
    tables = {"a.aws_ec2_ami_shared": [place(image_id="x")], f"a.{name}": [place(image_id=image), *more]}  # fmt: skip
    told, answers, queries = taken(tables | ({"a.aws_ec2_ami": own} if own else {}))
    asked_for = [one.split(" WHERE ")[1] for one in queries if "ami_shared" in one]
    return told["a.aws_ec2_ami_shared"], answers, asked_for


def where(image: str, region: str = "us-east-1", account: str = A) -> str:
    return f"\"image_id\" = '{image}' AND \"region\" = '{region}' AND \"account_id\" = '{account}'"


USED = [
    ("an instance's", "aws_ec2_instance", IMAGE, [where(IMAGE)]), ("a configuration's", "aws_ec2_launch_configuration", IMAGE, [where(IMAGE)]),
    ("a template's", "aws_ec2_launch_template_version", IMAGE, [where(IMAGE)]), ("none", "aws_ec2_instance", None, []),
    ("a parameter", "aws_ec2_instance", "resolve:ssm:/x/ami-1", []), ("what names none by its id", "aws_ec2_fleet", IMAGE, []),
]  # fmt: skip


@rows("why, name, image, wheres", USED, ids=[row[0] for row in USED])
def test_images_of_others_are_asked_for(why: str, name: str, image: Any, wheres: Any) -> None:
    """One by one, as Steampipe wants it: somebody else's image that nobody looks up has no owner."""
    told, answers, asked_for = shared(name, image)
    assert told == ([place(image_id="x")] * len(wheres), frozenset())
    assert (asked_for, answers.gaps, answers.failures) == (wheres, [], {})


def test_images_that_are_known() -> None:
    """An account's own of that region; each other once, in order."""
    more = [place(image_id=IMAGE), place(image_id=IMAGE, region="eu-west-1"), place(image_id="ami-0"), place(image_id="ami-0", account_id=B)]  # fmt: skip
    _, _, asked_for = shared("aws_ec2_instance", IMAGE, more, own=[place(image_id=IMAGE)])
    assert asked_for == [where(IMAGE, "eu-west-1"), where("ami-0"), where("ami-0", account=B)]
    tables = {"a.aws_ec2_ami_shared": "denied", "a.aws_ec2_instance": [place(image_id=IMAGE)]}
    told, answers, _ = taken(tables)
    assert told["a.aws_ec2_ami_shared"] == ([], frozenset())
    assert [(gap.call, gap.code, gap.message) for gap in answers.gaps] == [
        ("steampipe:a.aws_ec2_ami_shared", "SteampipeError", "denied")
    ]
    told, _, queries = taken({"a.aws_ec2_instance": [place(image_id=IMAGE)]})
    assert list(told) == ["a.aws_ec2_instance"] and len(queries) == 1


URLS: list[tuple[str, tuple[str, str] | None]] = [
    ("postgres://u:p@h:9193/d", ("p", "postgres://h:9193/d")), ("postgresql://u@h/d?sslmode=require", ("", "postgres://h:5432/d")),
    ("postgres://h", ("", "postgres://h:5432/")), ("postgres:///d", ("", "postgres://localhost:5432/d")),
    ("postgres://u:p%40s@h:1,g:2/d", ("p@s", "postgres://h,g:1,2/d")), ("postgres://u:p@s@h/d", None), ("postgres://u:7/p@h:1/d", None),
    ("postgres://h:x/d", None), ("host=h", None), ("postgres://[x/", None), ("postgres://h/d@e", None), ("postgres://h/d?port=a", None),
]  # fmt: skip


@rows("url, expected", URLS)
def test_addresses(url: str, expected: tuple[str, str] | None) -> None:
    """What is shown of one, without its name and password; or that it is none, and nothing of it."""
    if expected is None:
        with pytest.raises(InputError) as caught:
            _parsed(url)
        assert caught.value.message == "is no URL of a PostgreSQL database"
    else:
        assert _parsed(url)[:2] == expected


SAID = [("no s3cr3t\nHINT: x", "s3cr3t", "no …"), ("", "x", "ValueError"), ("  a  ", "", "a"), ("plain", "", "plain")]  # fmt: skip


@rows("text, secret, said", SAID)
def test_what_is_said_of_an_error(text: str, secret: str, said: str) -> None:
    """Its first line, without the password."""
    database = Asked({})
    database._secret = secret
    assert database.said(ValueError(text)) == said
