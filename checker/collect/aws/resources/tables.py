"""DynamoDB: tables and their streams, each with a policy of its own.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document, own_arn
from checker.snapshot.resources import ResourceRecord

STREAM = "AWS::DynamoDB::Stream"
POLICY = Call(
    "dynamodb", "GetResourcePolicy", has="Policy", when="table, and latest stream of each",
    nothing=frozenset({"PolicyNotFoundException"}), gone=frozenset({"ResourceNotFoundException"}),
)  # fmt: skip
STREAMS = Call(
    "dynamodbstreams", "ListStreams", "Streams", next_page="LastEvaluatedStreamArn",
    action="dynamodb:ListStreams",
)  # fmt: skip


class Policy(Shape, frozen=True):
    policy: str


class Stream(Shape, frozen=True):
    stream_arn: str
    table_name: str = ""
    stream_label: str = ""


def _arn(here: AccountRegion, table: str) -> str:
    return own_arn(here, "dynamodb", f"table/{table}")


@dataclass(frozen=True)
class Tables:
    kinds = ("AWS::DynamoDB::Table",)
    calls = (
        Call("dynamodb", "ListTables", "TableNames", next_page="LastEvaluatedTableName"),
        POLICY,
    )
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kinds[0] in wanted:
            yield from surviving(here, lambda here: here.texts(self.calls[0]), self._table)

    def _table(self, here: AccountRegion, name: str) -> ResourceRecord:
        return _record(here, self.kinds[0], _arn(here, name), name)


@dataclass(frozen=True)
class Streams:
    """Those that ended are listed, too: of each table the latest."""

    kinds = (STREAM,)
    calls = (STREAMS, POLICY)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if STREAM in wanted:
            yield from surviving(here, _latest, _stream)


def _latest(here: AccountRegion) -> list[Stream]:
    found = sorted(here.items(STREAMS, Stream), key=lambda one: one.stream_label)
    return list({one.table_name: one for one in found}.values())


def _stream(here: AccountRegion, one: Stream) -> ResourceRecord:
    return _record(here, STREAM, one.stream_arn, one.table_name)


def _record(here: AccountRegion, kind: str, arn: str, name: str) -> ResourceRecord:
    reading = Reading(here)
    found = reading.get(POLICY, Policy, ResourceArn=arn)
    return reading.record(kind, arn, name, document=document(found.policy) if found else None)
