"""The statement that makes a table of CloudTrail's files."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from checker.collect.cloudtrail.ddl import table_ddl
from checker.errors import InputError

GIVEN: dict[str, Any] = {
    "bucket": "s3://trail-logs/team/x/",
    "table": "cloudtrail",
    "organization": "o-a1b2c3d4e5",
    "accounts": ["222222222222", "111111111111", "222222222222"],
    "regions": ["us-east-1", "eu-central-1"],
    "start": date(2026, 9, 1),
}


def settings(sql: str) -> dict[str, str]:
    return dict(re.findall(r"^  '([^']+)'='([^']+)',?$", sql, re.MULTILINE))


def test_partitions_are_projected() -> None:
    """A table that needs its partitions loaded answers with nothing, and looks as if all is well."""
    logs = "s3://trail-logs/team/x/AWSLogs/o-a1b2c3d4e5/"
    sql = table_ddl(**GIVEN)
    assert settings(sql) == {
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": "111111111111,222222222222",
        "projection.region.type": "enum",
        "projection.region.values": "eu-central-1,us-east-1",
        "projection.day.type": "date",
        "projection.day.range": "2026/09/01,NOW",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": logs + "${account}/CloudTrail/${region}/${day}",
    }
    assert sql.startswith("CREATE EXTERNAL TABLE `cloudtrail` (")
    assert f"LOCATION '{logs}'\n" in sql
    assert "PARTITIONED BY (`account` string, `region` string, `day` string)" in sql


@pytest.mark.parametrize(
    ("bucket", "organization", "logs"),
    [
        ("s3://b-1", None, "s3://b-1/AWSLogs/"),
        ("s3://b-1/", None, "s3://b-1/AWSLogs/"),
        ("s3://b-1/o-a1b2c3d4e5", "o-a1b2c3d4e5", "s3://b-1/o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/"),
    ],
    ids=["no prefix", "a slash", "Control Tower"],
)
def test_where_the_files_lie(bucket: str, organization: str | None, logs: str) -> None:
    """A folder that does not exist is an empty table, not an error."""
    sql = table_ddl(**GIVEN | {"bucket": bucket, "organization": organization})
    assert settings(sql)["storage.location.template"].startswith(logs + "${account}/")


def test_columns_are_what_the_queries_read() -> None:
    """A column that is missing is COLUMN_NOT_FOUND after minutes; a bracket, a table that is none."""
    sql = table_ddl(**GIVEN)
    columns = sql[sql.index("(") : sql.index("PARTITIONED")]
    assert columns.count("<") == columns.count(">") > 0
    for name in ("eventid", "eventtime", "eventname", "requestparameters", "responseelements", "eventcategory", "recipientaccountid"):  # fmt: skip
        assert f"\n  {name} STRING," in columns
    for name in ("identityprovider:STRING", "invokedbydelegate:STRUCT<accountid:STRING>", "federatedprovider:STRING"):  # fmt: skip
        assert name in columns
    assert columns == columns.replace("\t", " ") and not re.search(
        r"[;'\"`$]", columns.split("\n", 1)[1]
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"bucket": "trail-logs"}, "no address"),
        ({"bucket": "s3://a'b"}, "a quote ends the literal"),
        ({"bucket": "s3://trail/x'); DROP TABLE y; --"}, "SQL in the prefix"),
        ({"bucket": "s3://trail/${account}"}, "a column of its own"),
        ({"bucket": "s3://trail/a b"}, "a space"),
        ({"bucket": "s3://trail/x\n"}, "a line end"),
        ({"bucket": "s3://trail//x"}, "an empty folder"),
        ({"bucket": "s3://trail/AWSLogs"}, "AWSLogs would come twice"),
        ({"bucket": "s3://trail/AWSLogs/111111111111/CloudTrail"}, "too deep"),
        ({"table": "Trail"}, "capital letters"),
        ({"table": "a`b"}, "a quote ends the name"),
        ({"table": "logs.trail"}, "a database before it"),
        ({"table": ""}, "no name"),
        ({"organization": "o-1"}, "too short"),
        ({"organization": ""}, "empty is not none"),
        ({"organization": "o-a1b2c3d4e5/'"}, "a quote"),
        ({"accounts": []}, "no partitions at all"),
        ({"accounts": ["11111111111"]}, "eleven digits"),
        ({"accounts": ["١١١١١١١١١١١١"]}, "digits of another script"),
        ({"accounts": ["111111111111,222222222222"]}, "two in one"),
        ({"regions": []}, "no partitions at all"),
        ({"regions": ["us-east-1'"]}, "a quote"),
        ({"regions": ["us-east"]}, "no number"),
        ({"regions": ["*"]}, "no pattern"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_unchecked_gets_in(changed: dict[str, Any], why: str) -> None:
    """A statement is pasted into a console with many rights: it may say only what it should."""
    with pytest.raises(InputError) as caught:
        table_ddl(**GIVEN | changed)
    assert caught.value.hint


@pytest.mark.parametrize(
    "region", ["us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "ap-southeast-7"]
)
def test_regions_of_all_partitions(region: str) -> None:
    """A region refused for how it is spelt cannot be looked at."""
    assert (
        settings(table_ddl(**GIVEN | {"regions": [region]}))["projection.region.values"] == region
    )
