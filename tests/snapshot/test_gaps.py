"""Gaps of many accounts: one where none could reach an endpoint, and no gap lost."""

from __future__ import annotations

from checker.snapshot.gaps import UNREACHABLE, of_all
from checker.snapshot.records import Gap
from tests.support.rows import rows

A, B = "111111111111", "222222222222"


def gap(account: str | None, code: str = UNREACHABLE, call: str = "ec2:*", region: str | None = "x") -> Gap:  # fmt: skip
    return Gap(account=account, region=region, call=call, code=code, message="m")


ALL: list[tuple[str, list[Gap], int, list[Gap]]] = [
    ("none", [], 2, []), ("by both", [gap(A), gap(B)], 2, [gap(None)]), ("by one of two", [gap(A)], 2, [gap(A)]), ("by the only one", [gap(A)], 1, [gap(A)]), ("by two of three", [gap(B), gap(A)], 3, [gap(A), gap(B)]),
    ("denied in both", [gap(B, "AccessDenied"), gap(A, "AccessDenied")], 2, [gap(A, "AccessDenied"), gap(B, "AccessDenied")]),
    ("in two regions", [gap(A, region="x"), gap(B, region="y")], 2, [gap(A, region="x"), gap(B, region="y")]), ("two calls", [gap(A), gap(B), gap(A, call="s3:*")], 2, [gap(None), gap(A, call="s3:*")]),
    ("told twice", [gap(A, "AccessDenied")] * 2, 1, [gap(A, "AccessDenied")]), ("one of nobody beside them", [gap(A), gap(B), gap(None, "Other")], 2, [gap(None), gap(None, "Other")]),
]  # fmt: skip


@rows("why, given, accounts, expected", ALL)
def test_gaps_of_all(why: str, given: list[Gap], accounts: int, expected: list[Gap]) -> None:
    """What only some could not reach is theirs: a gap of nobody's would hide whose it is."""
    assert list(of_all(given, accounts)) == expected, why
    assert of_all(reversed(given), accounts) == of_all(given, accounts), why
