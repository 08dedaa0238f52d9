"""Patterns: matching, inclusion and meeting, against the definition on all short texts."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from checker.trust.texts.globs import arn_meets, includes, literal, matches, meets, plain

LETTERS = "abz"
TEXTS = ["".join(found) for size in range(6) for found in product(LETTERS, repeat=size)]


def fits(glob: str, text: str) -> bool:
    """The definition, recursively."""
    if not glob:
        return not text
    if glob[0] == "*":
        return fits(glob[1:], text) or (bool(text) and fits(glob, text[1:]))
    return bool(text) and glob[0] in ("?", text[0]) and fits(glob[1:], text[1:])


def random_globs(seed: int, count: int) -> list[str]:
    rng = Random(seed)
    return ["".join(rng.choices("ab*?", (3, 3, 2, 1), k=rng.randrange(5))) for _ in range(count)]


def free(_: int) -> None:
    """A budget without end."""


def test_matches_as_defined() -> None:
    """Catches a matcher that takes a shortcut too many."""
    for glob in random_globs(1, 150):
        for text in TEXTS:
            assert matches(glob, text) == fits(glob, text), (glob, text)


def test_includes_as_defined() -> None:
    """Catches a vetted pattern that is said to hold one which reaches beyond it."""
    for outer, inner in zip(random_globs(2, 600), random_globs(3, 600), strict=True):
        expected = all(fits(outer, text) for text in TEXTS if fits(inner, text))
        assert includes(outer, inner) == expected, (outer, inner)


def test_meets_hold_exactly_what_fits_both() -> None:
    """Catches a request that two conditions allow and that is never tried."""
    for left, right in zip(random_globs(4, 300), random_globs(5, 300), strict=True):
        met = meets(left, right, free)
        for text in TEXTS:
            both = fits(left, text) and fits(right, text)
            assert any(fits(one, text) for one in met) == both, (left, right, text)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("repo:acme/*", "repo:acme/app:*", True),
        ("repo:acme/*", "repo:acme*", False),
        ("repo:acme/*", "repo:*", False),
        ("*", "", True),
        ("a", "a", True),
        ("?*", "*", False),
        ("*a*b*", "*ab*", True),
        ("a*" * 3000, "a*" * 3000, True),
        ("*a" * 2000 + "b", "*?" * 2000, False),
        ("*a" + "?" * 16 + "*", "*a" * 9 + "?" * 7, False),
    ],
)
def test_includes(outer: str, inner: str, expected: bool) -> None:
    """Catches a wrong inclusion in the form in which allowlists have it."""
    assert includes(outer, inner) == expected


def test_a_literal_star_is_no_wildcard() -> None:
    """Catches StringEquals that takes `*` for a pattern."""
    assert not matches(literal("a*"), "ab")
    assert plain(literal("a*?")) == "a*?"


def test_arn_parts_meet_one_by_one() -> None:
    """Catches a `*` that reaches over a colon."""
    left, right = "arn:aws:iam::*:role/x*", "arn:aws:iam::999999999999:*"
    assert arn_meets(left, right, free) == ["arn:aws:iam::999999999999:role/x*"]
