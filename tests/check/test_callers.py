"""Whose an identity is, by its ARN alone."""

from __future__ import annotations

from checker.subjects.role_usage.attribution import _account_of
from tests.support.rows import rows

ARNS = [
    (None, None, "nobody is named"),
    ("", None, "an empty name"),
    ("arn:aws:iam::999999999999:root", "999999999999", "the whole account"),
    ("arn:aws:sts::999999999999:assumed-role/R/s", "999999999999", "a session"),
    ("arn:aws:iam::999999999999", None, "cut before it says what it is"),
    ("arn:aws:iam::99999999999:root", None, "eleven digits"),
    ("arn:aws:iam::9999999999999:root", None, "thirteen"),
    ("arn:aws:iam::99999999999x:root", None, "twelve that are not all digits"),
    ("999999999999", None, "no ARN"),
]


@rows("arn, account, why", ARNS)
def test_the_account_of_an_arn(arn: str | None, account: str | None, why: str) -> None:
    """Use that is attributed to an account that the trail did not name, or to none."""
    assert _account_of(arn) == account, why
