"""Many roles in few words."""

from __future__ import annotations

from random import Random

from checker.collect.cloudtrail.engine import Engine
from checker.usage import rollup
from checker.usage.sql import Window, among, literal


def arns(random: Random) -> list[str]:
    """Names in common and not, with paths, colons in them, and what is no role's ARN."""
    names = ["role/a", "role/b", "role/team/a", "role/x:y/a", "role/it's", "user/a", "role/"]
    accounts = [f"{n:012}" for n in range(60)]
    partitions = ["aws", "aws-us-gov", "aws-cn"]
    made = [f"arn:{p}:iam::{a}:{n}" for p in partitions for a in accounts for n in names]
    made += [
        "a",
        "*",
        "arn:aws:iam::1:role/a",
        "arn:aws:sts::000000000001:role/a",
        "arn:aws:iam:x:000000000001:role/a",
    ]
    return random.sample(made, len(made))


def test_the_same_roles_are_meant() -> None:
    """A role that is looked at and should not be, or the other way round."""
    engine = Engine()
    for seed in range(3):
        every = arns(Random(seed))
        chosen = set(every[: 250 + 300 * seed])
        values = ", ".join(f"({literal(arn)})" for arn in every)
        sql = f"SELECT arn FROM (VALUES {values}) AS t(arn) WHERE {among('arn', chosen)}"  # noqa: S608
        assert {row["arn"] for row in engine.rows(sql)} == chosen


def test_a_vendor_in_thousands_of_accounts_can_be_asked_about() -> None:
    """A question that Athena does not take, in an organization of ten thousand accounts."""
    roles = [f"arn:aws:iam::{n:012}:role/vendor-{v}" for n in range(4000) for v in range(5)]
    assert len(rollup.use("t", Window(), roles).encode()) < 262_144
