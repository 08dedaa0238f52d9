"""Strict YAML: what is refused, where it says it stands."""

from __future__ import annotations

from datetime import date

import pytest

from checker.errors import InputError
from checker.yamlfile import parse_yaml

REFUSED = [
    ("empty", b"", "f:1: the file is empty"),
    ("only a comment", b"# nothing\n", "f:1: the file is empty"),
    ("binary", b"\x7fELF\x00\x01\xff", "not UTF-8"),
    ("a control character", b"a: 1\nb: \x1b[31m", "f:2: holds a control character"),
    ("truncated", b"a: [1, 2", "f:2:1: not valid YAML"),
    ("nested a hundred thousand deep", b"[" * 100_000, "nested deeper than 48"),
    ("nested maps", b"{a: " * 60 + b"1" + b"}" * 60, "nested deeper than 48"),
    ("an alias bomb", b"a: &a [x, x]\nb: [*a, *a]", "f:1:4: anchors and aliases"),
    ("a key twice, of which readers see one", b"a: 1\na: 2", "f:2:1: the key 'a' stands here twice"),
    ("a key twice, deeper", b"a:\n  b: 1\n  b: 2", "f:3:3: the key 'b' stands here twice"),
    ("python objects", b"a: !!python/object/apply:os.system [id]", "f:1:4: the tag"),
    ("a list as a key", b"? [a]\n: 1", "f:1:3: a key must be text"),
    ("no such day", b"a: 2026-02-30", "f:1:4: not a valid value"),
    ("a number of 6,000 digits", b"a: " + b"1" * 6000, "f:1:4: not a valid value"),
    ("a tag that says what is plain", b"a: !!str x", "f:1:4: the tag"),
    ("text as binary, which a diff does not show", b"a: !!binary eA==", "f:1:4: the tag"),
    ("a tag on a key", b"!!str a: 1", "f:1:1: the tag"),
    ("an anchor on a key", b"&a b: 1", "f:1:1: anchors and aliases"),
    ("a line that ends for the parser alone", "a: 1 # x\u2028b: 2\n".encode(), "f:1:9: the character U+2028"),
    ("NEL within quotes, which folds them", 'a: "x\x85y"'.encode(), "f:1:6: the character U+0085"),
    ("a bare carriage return", b"a: 1\nb: 2\rc: 3\n", "f:2:5: the character U+000D"),
    ("a bidi control outside of quotes", "a: x\u202e\n".encode(), "f:1:5: the character U+202E"),
    ("a zero-width space in a key", "a\u200b: x\n".encode(), "f:1:2: the character U+200B"),
    ("one beside quoted text", "a: 'x\u200b' # \u200b\n".encode(), "f:1:11: the character U+200B"),
    ("a number by the clock", b"a: 100:00", "f:1:4: '100:00' is a number that reads like another"),
    ("a number in octal", b"a: 0777", "f:1:4: '0777' is a number"),
    ("two documents, of which readers see one", b"a: 1\n---\nb: 2", "f:2:1: a second document begins here"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(why: str, text: bytes, message: str) -> None:
    """Bad YAML that got through, or crashed, would be an allowlist that nobody can trust."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "f")
    assert any(part in str(caught.value) for part in message.split("|")), str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_and_their_places() -> None:
    """A wrong position sends the user to the wrong line of a long allowlist."""
    document = parse_yaml(b'a: 1\nb:\n  - "012345670123"\n  - 2026-05-01\n', "f")
    assert document.value == {"a": 1, "b": ["012345670123", date(2026, 5, 1)]}
    assert (document.mark(("b", 1)).line, document.mark(("b", 1)).column) == (4, 5)
    assert document.mark(("b", 7, "x")).line == 3, "the nearest value around it that is there"


def test_a_byte_order_mark_is_no_key() -> None:
    """Windows editors write one; it must not become part of the first key."""
    assert parse_yaml(b"\xef\xbb\xbfa: 1", "f").value == {"a": 1}


def test_what_a_reviewer_sees_is_accepted() -> None:
    """Names in scripts that need joiners, emoji, and Windows' ends of lines are nobody's attack."""
    text = "a: \"\u0646\u200c\u0647\"\r\nb: \u26a0\ufe0f # \u26a0\ufe0f\r\nc: 'x\u202ey'\r\n"
    assert list(parse_yaml(text.encode(), "f").value) == ["a", "b", "c"]
