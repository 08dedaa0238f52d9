"""CloudFormation: third parties' extensions that are activated, and serverless applications.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_TypeSummary.html
https://docs.aws.amazon.com/serverlessrepo/latest/devguide/serverlessrepo-how-to-consume.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape, Tag
from checker.collect.aws.code.uses import APPLICATION, TYPE, Uses, code_use
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse


def _types(kind: str) -> Call:
    request: dict[str, Any] = {"Type": kind, "Filters": {"Category": "ACTIVATED"}}
    return Call("cloudformation", "ListTypes", "TypeSummaries", {**request, "MaxResults": 100})


RESOURCES, MODULES, HOOKS = map(_types, ("RESOURCE", "MODULE", "HOOK"))
DESCRIBED = Call(
    "cloudformation", "DescribeType", has="Arn", gone=frozenset({"TypeNotFoundException"}),
    when="activated extension of which the listing names no publisher",
)  # fmt: skip
STACKS = Call("cloudformation", "DescribeStacks", "Stacks")
_OURS = ("serverlessrepo:applicationId", "serverlessrepo:semanticVersion")
_NOTHING = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"})
"""Of stacks of which nothing was made, or is left."""


class Summary(Shape, frozen=True):
    type_arn: str
    type_name: str | None = None
    type: str | None = None
    publisher_id: str | None = None
    publisher_identity: str | None = None
    publisher_name: str | None = None
    original_type_name: str | None = None


class Described(Shape, frozen=True):
    arn: str
    publisher_id: str | None = None
    original_type_arn: str | None = None


@dataclass(frozen=True)
class Extensions:
    kinds: ClassVar = (TYPE,)
    calls: ClassVar = (RESOURCES, MODULES, HOOKS, DESCRIBED)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if TYPE in wanted:
            yield from surviving(here, _listed, _extension)


def _listed(here: AccountRegion) -> list[Summary]:
    return [one for call in (RESOURCES, MODULES, HOOKS) for one in here.items(call, Summary)]


def _extension(here: AccountRegion, one: Summary) -> CodeUse:
    """The ARN is ours, whoever published it: without a publisher it must not tell one."""
    publisher, original = one.publisher_id, None
    if not publisher:
        found = Reading(here).get(DESCRIBED, Described, Arn=one.type_arn)
        publisher, original = (
            (found.publisher_id, found.original_type_arn) if found else (None,) * 2
        )
    told = {
        "TypeName": one.type_name,
        "TypeArn": one.type_arn if publisher else original,
        "PublisherId": publisher,
        "PublisherIdentity": one.publisher_identity,
        "PublisherName": one.publisher_name,
        "OriginalTypeName": one.original_type_name,
    }
    via = f"activated {(one.type or 'extension').lower()}"
    return code_use(here, TYPE, one.type_arn, as_described(told), via)


def as_described(told: dict[str, Any]) -> str:
    """As AWS describes it, what it left out left out."""
    known = {key: value for key, value in told.items() if value}
    return json.dumps(known, sort_keys=True)


class Stack(Shape, frozen=True):
    stack_id: str
    stack_name: str | None = None
    stack_status: str | None = None
    tags: tuple[Tag, ...] = ()


def _application(here: AccountRegion, stack: Stack) -> Iterator[CodeUse]:
    """The repository tags the stacks that it makes, and SAM those that it nests."""
    tags = {tag.key: tag.value for tag in stack.tags}
    application, version = (tags.get(name) for name in _OURS)
    if application:
        via = f"stack {stack.stack_name}, version {version or 'unknown'}"
        yield code_use(here, APPLICATION, stack.stack_id, application, via)


APPLICATIONS = Uses(
    kinds=(APPLICATION,),
    listing=STACKS,
    item=Stack,
    keep=lambda one: one.stack_status not in _NOTHING,
    named=_application,
)
