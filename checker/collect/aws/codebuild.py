"""CodeBuild: fleets whose machines are launched from an image of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.references import Reference

FLEETS = Call("codebuild", "ListFleets", "fleets", sparse=True)
FLEET = Call("codebuild", "BatchGetFleets", "fleets", when="100 build fleets", sparse=True)
_AT_ONCE = 100
_OVER = frozenset(("DELETING", "PENDING_DELETION", "CREATE_FAILED"))


class Status(CamelShape, frozen=True):
    status_code: str | None = None


class Fleet(CamelShape, frozen=True):
    arn: str
    name: str | None = None
    status: Status = Status()
    image_id: str | None = None


def build_fleets(account_region: AccountRegion) -> Iterator[Reference]:
    """One without an image runs on CodeBuild's own.
    https://docs.aws.amazon.com/codebuild/latest/userguide/fleets.html"""
    names = account_region.texts(FLEETS)
    for start in range(0, len(names), _AT_ONCE):
        for fleet in account_region.items(FLEET, Fleet, names=names[start : start + _AT_ONCE]):
            if fleet.image_id and fleet.status.status_code not in _OVER:
                yield Reference(
                    resource=fleet.arn,
                    kind="build-fleet",
                    name=fleet.name,
                    state=fleet.status.status_code,
                    image=fleet.image_id,
                )
