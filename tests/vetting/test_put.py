"""Where an exception is put into a list, to the byte; and forms of lists that are refused or taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.vetting.community import parse_list
from checker.vetting.entries import ExceptionEntry
from checker.vetting.read import read_allowlist
from checker.vetting.waive import with_exception
from tests.support.rows import rows

ENTRY = ExceptionEntry(policy="p", principal="1", resource="r", reason="x", owner="o", expires=date(2027, 1, 31))  # fmt: skip
PAIRS = ['policy: p', 'principal: "1"', 'resource: "r"', 'reason: "x"', 'owner: "o"', 'expires: 2027-01-31']  # fmt: skip


def block(indent: str) -> str:
    return "".join(f"{indent}{'  ' if n else '- '}{pair}\n" for n, pair in enumerate(PAIRS))


OTHER = "{policy: q, principal: two, resource: s, reason: y, owner: o, expires: 2027-01-31}"
PLAIN = OTHER.strip("{}").replace(", ", "\n  ")
PUT: list[tuple[str, str, str]] = [
    ("at the end", "version: 1\n", f"version: 1\nexceptions:\n{block('  ')}"), ("behind a line without an end", "version: 1", f"version: 1\nexceptions:\n{block('  ')}"),
    ("in an empty list", "version: 1\nexceptions: []\ngaps: []\n", f"version: 1\nexceptions:\n{block('  ')}gaps: []\n"), ("with a remark", "version: 1\nexceptions: []   # why\n", f"version: 1\nexceptions:      # why\n{block('  ')}"),
    ("behind the last", f"version: 1\nexceptions:\n- {OTHER} # one\ngaps: []\n", f"version: 1\nexceptions:\n- {OTHER} # one\n{block('')}gaps: []\n"),
    ("behind the last, indented", f"version: 1\nexceptions:\n    - {OTHER}\ngaps: []\n", f"version: 1\nexceptions:\n    - {OTHER}\n{block('    ')}gaps: []\n"),
    ("without an end", f"version: 1\nexceptions:\n- {OTHER}", f"version: 1\nexceptions:\n- {OTHER}\n{block('')}"),
    ("in one line", f"version: 1\nexceptions: [{OTHER}]\n", f"version: 1\nexceptions: [{OTHER}, {{{', '.join(PAIRS)}}}]\n"),
    ("behind a comma", f"version: 1\nexceptions: [\n{OTHER}, # one\n]\n", f"version: 1\nexceptions: [\n{OTHER}, # one\n {{{', '.join(PAIRS)}}}]\n"),
    ("behind a remark with a comma", f"version: 1\nexceptions: [\n{OTHER} # one, two\n]\n", f"version: 1\nexceptions: [\n{OTHER} # one, two\n, {{{', '.join(PAIRS)}}}]\n"),
    ("before a remark", "version: 1\nimage_aliases: [amazon]\n# the end\n", f"version: 1\nimage_aliases: [amazon]\nexceptions:\n{block('  ')}# the end\n"),
    ("before a remark, behind keys", f"version: 1\nexceptions:\n- {PLAIN}\n# the end\n", f"version: 1\nexceptions:\n- {PLAIN}\n{block('')}# the end\n"),
    ("a flow at the end of the list before", "version: 1\nimage_aliases: [amazon]\n", f"version: 1\nimage_aliases: [amazon]\nexceptions:\n{block('  ')}"),
]  # fmt: skip


@rows("why, text, expected", PUT)
def test_where_it_is_put(why: str, text: str, expected: str) -> None:
    """And every other byte stays as it is, whatever ends its lines."""
    assert with_exception(text, ENTRY, "a.yaml") == expected, why
    ends = text.replace("\n", "\r\n")
    if "\r\n" in ends:
        assert with_exception(ends, ENTRY, "a.yaml") == expected.replace("\n", "\r\n"), why


REFUSED = [("{version: 1}\n", "not written as keys"), ("- version: 1\n", "not written as keys"), ("", "the file is empty"), ("version\n", "not written as keys"), (f"version: 1\nexceptions:\n- {PLAIN}\n  reason: |\n    y".replace("  reason: y\n", ""), "cannot be put in there"), ("version: 1\nnonsense: 1\n", "nonsense"), ("version: 1\nexceptions:\n- {policy: q}\n", "required|missing|principal")]  # fmt: skip


@rows("text, said", REFUSED)
def test_where_it_is_not(text: str, said: str) -> None:
    """A list that would not be taken with it is left as it is."""
    with pytest.raises(InputError, match=said):
        with_exception(text, ENTRY, "a.yaml")


def test_what_is_given_in_place_of_an_included_file(tmp_path: Path) -> None:
    """Is read in its place, of the first one too; what is wrong is told where it stands."""
    first, inner = tmp_path / "allowlist.yaml", tmp_path / "b.yaml"
    first.write_text("version: 1\ninclude: [b.yaml]\n")
    inner.write_text("version: 1\nimage_aliases: [amazon]\n")
    other = {"b.yaml": b"version: 1\nimage_aliases: [self]\n"}
    assert read_allowlist(first).file.image_aliases == ("amazon",)
    assert read_allowlist(first, other).file.image_aliases == ("self",)
    assert read_allowlist(first, {"allowlist.yaml": b"version: 1\n"}).file.image_aliases == ()


COMMUNITY: list[tuple[str, list[tuple[str, ...]], int]] = [
    ("- {name: A, accounts: ['999999999999']}", [("999999999999",)], 0), ("- {name: A, accounts: [012345670123]}", [("012345670123",)], 0), ("- {name: A, accounts: [999999999999, x]}", [("999999999999",)], 1),
    ("- {name: A, accounts: ['999999999999', '999999999999']}", [("999999999999",)], 0), ("- {name: ' ', accounts: ['999999999999']}", [], 1), ("- {name: A}", [], 1), ("- {accounts: ['999999999999']}", [], 1), ("- x", [], 1),
    ("- {name: A, accounts: []}", [], 0), ("- {name: A, accounts: [' 999999999999 ']}", [("999999999999",)], 0), ("- {name: A, accounts: ['99999999999']}", [], 1),
]  # fmt: skip


@rows("text, kept, left", COMMUNITY)
def test_entries_of_a_community_list(text: str, kept: list[tuple[str, ...]], left: int) -> None:
    """An id that YAML reads as an octal number is taken as it is written."""
    whole = f"{text}\n- {{name: Z, accounts: ['111111111111']}}\n"
    found, left_out = parse_list(whole.encode(), "a.yaml", "2026-11-20")
    assert ([one.accounts for one in found.entries[:-1]], len(left_out)) == (kept, left)
