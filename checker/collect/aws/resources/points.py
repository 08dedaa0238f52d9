"""Access points of S3: a region's own, and those of several regions, which an account has once.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.corner import Corner
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document
from checker.collect.aws.resources.switches import Switches
from checker.snapshot.resources import ResourceRecord

POINT, SEVERAL = "AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"
_GONE = frozenset({"NoSuchAccessPoint"})
POINTS = Call("s3control", "ListAccessPoints", "AccessPointList", {"MaxResults": 1000},
              action="s3:ListAccessPoints")  # fmt: skip
POLICY = Call(
    "s3control", "GetAccessPointPolicy", has="Policy", when="access point", gone=_GONE,
    nothing=frozenset({"NoSuchAccessPointPolicy"}), action="s3:GetAccessPointPolicy",
)  # fmt: skip
ONE = Call(
    "s3control", "GetAccessPoint", has="Name", when="access point with a policy", gone=_GONE,
    action="s3:GetAccessPoint",
)  # fmt: skip
CALLS = (POINTS, POLICY, ONE)
OF_SEVERAL = Call(
    "s3control", "ListMultiRegionAccessPoints", "AccessPoints", {"MaxResults": 100}, once=True,
    action="s3:ListMultiRegionAccessPoints",
)  # fmt: skip
POLICY_OF_SEVERAL = Call(
    "s3control", "GetMultiRegionAccessPointPolicy", has="Policy", when="multi-region access point",
    once=True, gone=frozenset({"NoSuchMultiRegionAccessPoint"}),
    action="s3:GetMultiRegionAccessPointPolicy",
)  # fmt: skip
_HOME = "us-west-2"  # where all of a partition's are kept; others than aws have none


class Listed(Shape, frozen=True):
    name: str
    bucket: str
    network_origin: str | None = None
    bucket_account_id: str | None = None
    access_point_arn: str | None = None


class Policy(Shape, frozen=True):
    policy: str


class Described(Shape, frozen=True):
    name: str
    public_access_block_configuration: Switches | None = None


class Several(Shape, frozen=True):
    name: str
    alias: str | None = None
    public_access_block: Switches | None = None


class Established(Shape, frozen=True):
    policy: str | None = None


class Policies(Shape, frozen=True):
    established: Established = Established()


class PolicyOfSeveral(Shape, frozen=True):
    policy: Policies = Policies()


def points(corner: Corner) -> Iterator[ResourceRecord]:
    """Those that the account has in the region, on whosever buckets."""

    def listed(corner: Corner) -> Iterator[Listed]:
        return corner.items(POINTS, Listed, AccountId=corner.account)

    yield from surviving(corner, listed, _point)


def _point(corner: Corner, listed: Listed) -> ResourceRecord:
    reading = Reading(corner)
    request = {"AccountId": corner.account, "Name": listed.name}
    policy = reading.get(POLICY, Policy, **request)
    settings: dict[str, Any] = {"bucket": listed.bucket}
    if listed.network_origin:
        settings["origin"] = listed.network_origin
    if listed.bucket_account_id not in (None, corner.account):
        settings["bucket_account"] = listed.bucket_account_id
    described = reading.get(ONE, Described, **request) if policy else None
    if described and described.public_access_block_configuration:
        settings["bpa"] = described.public_access_block_configuration.told
    return reading.record(
        POINT, listed.access_point_arn or _arn(corner, listed.name), listed.name,
        document=document(policy.policy) if policy else None, settings=settings,
    )  # fmt: skip


def _arn(corner: Corner, name: str) -> str:
    return f"arn:{corner.partition}:s3:{corner.region}:{corner.account}:accesspoint/{name}"


@dataclass(frozen=True)
class MultiRegionAccessPoints:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html"""

    kinds = (SEVERAL,)
    calls = (OF_SEVERAL, POLICY_OF_SEVERAL)
    once = True

    def records(self, corner: Corner, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if SEVERAL not in wanted or corner.partition != "aws":
            return

        def listed(corner: Corner) -> Iterator[Several]:
            return corner.items(OF_SEVERAL, Several, AccountId=corner.account)

        yield from surviving(corner.at(_HOME), listed, _several)


def _several(corner: Corner, one: Several) -> ResourceRecord:
    """Of its policies only the one that holds: a proposed one is on its way to be that."""
    reading = Reading(corner)
    found = reading.get(POLICY_OF_SEVERAL, PolicyOfSeveral, AccountId=corner.account, Name=one.name)
    text = found.policy.established.policy if found else None
    block = one.public_access_block
    arn = f"arn:{corner.partition}:s3::{corner.account}:accesspoint/{one.alias or one.name}"
    return reading.record(
        SEVERAL, arn, one.name, region=None, document=document(text),
        settings={"bpa": block.told} if block else {},
    )  # fmt: skip
