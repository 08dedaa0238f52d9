"""Tables that are one test: every row runs, and every row that fails is named."""

from __future__ import annotations

import pytest

from tests.support.rows import rows

SEEN: list[str] = []


@rows("number, why", [(2, "even"), (3, "odd"), (4, "even again"), (5, "odd again")], ids="abcd")
def even(number: int, why: str, tmp_path: object = None) -> None:
    SEEN.append(why)
    assert number % 2 == 0, why


def test_all_that_fail_are_named() -> None:
    """Catches a table of which only the first failure is seen, or none."""
    with pytest.raises(BaseExceptionGroup) as caught:
        even()
    assert [error.__notes__ for error in caught.value.exceptions] == [
        ["in the row b"],
        ["in the row d"],
    ]
    assert len(SEEN) == 4 and "2 of 4 rows" in str(caught.value)


@rows("one", ["a", "b"])
@rows("other", [1, 2], ids=str)
def test_rows_of_rows(one: str, other: int, request: pytest.FixtureRequest) -> None:
    """Catches a fixture that is taken for a column, or a column for a fixture."""
    assert (one in "ab", other in (1, 2)) == (True, True)
    assert request.node.name == "test_rows_of_rows"


def test_no_row_is_an_error() -> None:
    """Catches a table that became empty, whose test passes for ever."""
    with pytest.raises(AssertionError, match="without a row"):
        rows("one", [])
