"""Rows of a query's answer that hold an event, as Lake, Athena and Logs Insights write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from checker.collect.cloudtrail.decoding import (
    Fields,
    decoded,
    fields_of,
    items_of,
    json_of,
    string_of,
)
from checker.collect.cloudtrail.event import SPELLED
from checker.collect.cloudtrail.inflate import UnreadableError

# https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html: these columns are texts of JSON
_TEXTS = ("requestparameters", "responseelements", "additionaleventdata")
_any = msgspec.json.Decoder()


def of_lake(fields: Fields) -> Iterator[msgspec.Raw]:
    """`QueryResultRows` of GetQueryResults: each row a list of objects of one column.
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html"""
    for row in items_of(fields["QueryResultRows"]):
        columns = {name: each for cell in items_of(row) for name, each in fields_of(cell).items()}
        whole = columns.get("eventJson", columns.get("eventjson"))
        if whole is None:
            reason = "rows of CloudTrail Lake without whole events: SELECT eventJson"
            raise UnreadableError("UnknownShape", reason)
        yield json_of(whole)


def of_insights(row: msgspec.Raw) -> msgspec.Raw:
    """A row of Logs Insights: a list of `{"field", "value"}`.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html"""
    for cell in map(fields_of, items_of(row)):
        if string_of(cell.get("field")) == "@message" and "value" in cell:
            return json_of(cell["value"])
    reason = "rows of CloudWatch Logs Insights without @message: add it to `fields`"
    raise UnreadableError("UnknownShape", reason)


def of_athena(fields: Fields) -> Iterator[msgspec.Raw]:
    """A row that Athena unloaded as JSON: its columns know no case."""
    row = {name: decoded(_any, raw) for name, raw in fields.items()}
    for name in _TEXTS:
        if isinstance(row.get(name), str):
            row[name] = decoded(_any, msgspec.Raw(row[name].encode() or b"null"))
    apart = {SPELLED.get(name, name): row[name] if name in _TEXTS else _spelled(row[name])
             for name in row}  # fmt: skip
    yield msgspec.Raw(msgspec.json.encode(apart))


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {SPELLED.get(name, name): _spelled(each) for name, each in value.items()}
    return value
