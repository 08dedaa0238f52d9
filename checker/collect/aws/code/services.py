"""App Runner: services that run an image; those of a repository of sources are built by AWS.

https://docs.aws.amazon.com/apprunner/latest/api/API_ImageRepository.html
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.uses import CONTAINER, Ask, Uses, code_use
from checker.snapshot.code_uses import CodeUse

_OVER = frozenset({"DELETED", "CREATE_FAILED"})


class Listed(Shape, frozen=True):
    service_arn: str
    status: str | None = None


class ImageRepository(Shape, frozen=True):
    image_identifier: str


class Source(Shape, frozen=True):
    image_repository: ImageRepository | None = None


class Service(Shape, frozen=True):
    service_arn: str
    source_configuration: Source = Source()


def _named(here: AccountRegion, service: Service) -> Iterator[CodeUse]:
    image = service.source_configuration.image_repository
    if image:
        yield code_use(here, CONTAINER, service.service_arn, image.image_identifier, "source")


APP_RUNNER = Uses(
    kinds=(CONTAINER,),
    listing=Call("apprunner", "ListServices", "ServiceSummaryList", sparse=True),
    item=Listed,
    keep=lambda one: one.status not in _OVER,
    ask=Ask(
        Call("apprunner", "DescribeService", "Service", when="App Runner service", sparse=True,
             gone=frozenset({"ResourceNotFoundException"})),
        Service, lambda one: {"ServiceArn": one.service_arn},
    ),
    named=_named,
)  # fmt: skip
