"""The cells of an inventory's row, and which columns there are: what nobody looked at has none."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import msgspec
from msgspec.structs import replace

from checker.inventory import cells
from checker.inventory.formats import render
from checker.report.model import Access, GapEntry, Use
from tests.report.factory import OWN, STRANGER, party, report, small, summary
from tests.support.hostile import every_name, harmless
from tests.support.rows import rows

OTHER = "333333333333"


def used(**what: Any) -> Use:
    given = {field.name: None for field in msgspec.structs.fields(Use)} | {"calls": 7, "last_seen": "2026-11-19T00:00:00Z", "roles_unused": 2}  # fmt: skip
    return Use(**given | what)


WHO: list[tuple[dict[str, Any], str, str]] = [
    ({}, STRANGER, "-"), ({"name": "Acme", "named_by": "allowlist"}, f"Acme {STRANGER}", "Acme"), ({"name": "Acme", "named_by": "catalogue"}, f"Acme (?) {STRANGER}", "Acme (?)"),
    ({"kind": "organization"}, f"{STRANGER} (organization)", "-"),
]  # fmt: skip


@rows("what, whole, name", WHO)
def test_who_it_is(what: dict[str, Any], whole: str, name: str) -> None:
    """A name of the catalogue is a hint, and says so."""
    assert (cells.who(party(STRANGER, **what)), cells.row(party(STRANGER, **what))[1]) == (whole, name)  # fmt: skip


def test_accounts_are_cut_and_counted() -> None:
    """All of them, or the first few and how many more."""
    some = tuple(Access(account=f"{n:012}", roles=1, images=0, privilege="read") for n in range(4))
    ids = [one.account for one in some]
    given = party(STRANGER, access=some)
    assert cells.row(given)[6] == " ".join(ids)
    assert cells.row(given, 3)[6] == f"{' '.join(ids[:3])} +1"
    assert cells.row(given, 4)[6] == " ".join(ids)
    assert cells.short_row(given)[4] == "4"


COLUMNS: list[tuple[dict[str, Any], int, int]] = [({}, 0, 0), ({"resources": 3}, 2, 2), ({"code": 1}, 1, 1), ({"use": used()}, 3, 0), ({"resources": 0, "code": 0, "use": used(calls=0)}, 6, 3)]  # fmt: skip


@rows("what, more, short", COLUMNS)
def test_columns_of_what_was_looked_at(what: dict[str, Any], more: int, short: int) -> None:
    """Nothing found is a number; nobody looked is no column. Each row has as many cells."""
    one = party(STRANGER, **what)
    made = report(third_parties=(one,))
    assert len(cells.columns(made)) == len(cells.row(one)) == len(cells.COLUMNS) + more
    assert len(cells.short_columns(made)) == len(cells.short_row(one)) == len(cells.SHORT) + short


def test_what_the_columns_are_called() -> None:
    """Programs read the CSV by these names; people the short ones."""
    one = party(STRANGER, resources=0, code=0, use=used())
    made = report(third_parties=(one,))
    assert cells.columns(made) == (
        "id", "name", "kind", "status", "roles", "images", "accounts", "reads", "privilege",
        "resources", "access", "code", "calls", "last use", "unused roles",
    )  # fmt: skip
    assert cells.short_columns(made) == (
        "third party", "status", "roles", "images", "accounts", "reads", "privilege",
        "resources", "access", "code",
    )  # fmt: skip


def test_of_nobody_there_are_few_columns() -> None:
    """Where nobody is listed, nobody was looked at for more."""
    nobody = report(third_parties=())
    assert (cells.columns(nobody), cells.short_columns(nobody)) == (cells.COLUMNS, cells.SHORT)


def test_use_in_cells() -> None:
    """Calls, the last one, roles that were not used; of one that was never seen, a dash."""
    assert cells.use(party(STRANGER, use=used())) == ["7", "2026-11-19T00:00:00Z", "2"]
    assert cells.use(party(STRANGER, use=used(last_seen=None))) == ["7", "-", "2"]
    assert cells.use(party(STRANGER)) == []


def test_every_form_says_what_is_missing() -> None:
    """Nobody, gaps, how many are not vetted, and where a name is a hint."""
    gap = GapEntry(account=OWN, region=None, call="c", code="x", message="m")
    nobody = report(third_parties=(), summary=summary((), third_parties=0), gaps=(gap,))
    for form in ("text", "markdown"):
        assert "No third party is trusted by 3 roles." in render(nobody, form)
        assert "Incomplete: 1 corner could not be looked at" in render(nobody, form)
        assert "Incomplete" not in render(report(), form)
        assert "2 third parties, 1 not vetted for what they have." in render(report(), form)
        assert "named by the public catalogue" in render(report(), form)
    looked = report(third_parties=(), summary=summary((), third_parties=0, resource_policies=2))
    assert "by 3 roles or 2 resources" in render(looked, "text")
    vetted = report(third_parties=(party(STRANGER, status="vetted"), party(OTHER, status="expired")))  # fmt: skip
    assert "(?)" not in render(vetted, "text") and "2 third parties, 1 not vetted" in render(vetted, "text")  # fmt: skip
    told = json.loads(render(report(gaps=(gap, replace(gap, account=None))), "json"))
    assert (len(told["third_parties"]), told["schema"]) == (2, "vendorgate/inventory/v1")
    assert [one["account"] for one in told["gaps"]] == [OWN, None]
    lines = render(report(), "csv").splitlines()
    assert len(lines) == 3 and lines[0].startswith("id,name,kind,status")
    nowhere = report(third_parties=(party(STRANGER, roles=0, access=()),))
    for form in ("text", "markdown", "csv", "json"):  # whoever only a trail tells of, too
        assert STRANGER in render(nowhere, form), form


@every_name
def test_a_name_in_a_table_does_nothing(name: str) -> None:
    """A formula, a command of a runner, or a cell more, by what a vendor is called."""
    made = report(third_parties=(party(STRANGER, name=name, named_by="allowlist", kind=name),))
    for width in (0, 40):
        assert harmless(render(made, "text", width=width))
    (_, row) = csv.reader(io.StringIO(render(made, "csv")))
    assert row[1][:1] not in tuple("=+-@\t\r＝") and all(cell.isprintable() for cell in row)
    (told,) = (line for line in render(made, "markdown").splitlines() if line.startswith(f"| `{STRANGER}"))  # fmt: skip
    bare = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", told)
    assert bare.count("|") == 10 and not re.search(r"<|>|(?<!\\)[\[\]`]|@|://", bare)


def test_a_narrow_terminal_gets_short_tables() -> None:
    """The same third parties, and how they used it apart."""
    one = party(STRANGER, name="A" * 30, named_by="allowlist", use=used())
    made = report(third_parties=(one, party(OTHER)))
    wide, narrow = render(made, "text", width=400), render(made, "text", width=72)
    assert "unused roles" in wide.lower() and max(map(len, narrow.splitlines())) <= 72
    assert narrow.lower().count("last use") == 1
    assert "last use" not in render(report(), "text", width=72).lower()
    idle = report(third_parties=(party(STRANGER, name="A" * 30, use=used(calls=0)),), gaps=small().gaps)  # fmt: skip
    told = render(idle, "text", width=72)
    assert "last use" in told.lower() and "Incomplete: 1 corner could not be looked at" in told
