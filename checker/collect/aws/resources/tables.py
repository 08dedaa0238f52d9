"""DynamoDB: tables and their streams, each with a policy of its own.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.corner import Corner
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document
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


def _arn(corner: Corner, table: str) -> str:
    return f"arn:{corner.partition}:dynamodb:{corner.region}:{corner.account}:table/{table}"


@dataclass(frozen=True)
class Tables:
    kinds = ("AWS::DynamoDB::Table",)
    calls = (
        Call("dynamodb", "ListTables", "TableNames", next_page="LastEvaluatedTableName"),
        POLICY,
    )
    once = False

    def records(self, corner: Corner, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kinds[0] in wanted:
            yield from surviving(corner, lambda here: here.texts(self.calls[0]), self._table)

    def _table(self, corner: Corner, name: str) -> ResourceRecord:
        return _record(corner, self.kinds[0], _arn(corner, name), name)


@dataclass(frozen=True)
class Streams:
    """Those that ended are listed, too: of each table the latest."""

    kinds = (STREAM,)
    calls = (STREAMS, POLICY)
    once = False

    def records(self, corner: Corner, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if STREAM in wanted:
            yield from surviving(corner, _latest, _stream)


def _latest(corner: Corner) -> list[Stream]:
    found = sorted(corner.items(STREAMS, Stream), key=lambda one: one.stream_label)
    return list({one.table_name: one for one in found}.values())


def _stream(corner: Corner, one: Stream) -> ResourceRecord:
    return _record(corner, STREAM, one.stream_arn, one.table_name)


def _record(corner: Corner, kind: str, arn: str, name: str) -> ResourceRecord:
    reading = Reading(corner)
    found = reading.get(POLICY, Policy, ResourceArn=arn)
    return reading.record(kind, arn, name, document=document(found.policy) if found else None)
