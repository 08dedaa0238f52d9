"""Other names in the place of names."""

from __future__ import annotations

from collections.abc import Mapping

from checker.trust.texts.names import renamed
from tests.support.rows import rows

RENAMED: list[tuple[str, Mapping[str, str], str]] = [
    ("", {}, ""), ("a", {}, "a"), ("a", {"b": "c"}, "a"), ("a-a", {"a": "b"}, "b-b"), ("a-b", {"a": "b", "b": "a"}, "b-a"),
    ("aa-a", {"a": "x", "aa": "y"}, "y-x"), ("a.b-axb", {"a.b": "1", "axb": "2"}, "1-2"), ("abc", {"a": "", "c": "d"}, "bd"),
]  # fmt: skip


@rows("text, names, expected", RENAMED)
def test_all_at_once(text: str, names: Mapping[str, str], expected: str) -> None:
    """Catches a name that is put in twice, or found within a longer one."""
    assert renamed(text, names) == expected
