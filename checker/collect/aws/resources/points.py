"""Access points of S3: a region's own, and those of several regions, which an account has once.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading, document, own_arn
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


def points(here: AccountRegion) -> Iterator[ResourceRecord]:
    """Those that the account has in the region, on whosever buckets."""

    def listed(here: AccountRegion) -> Iterator[Listed]:
        return here.items(POINTS, Listed, AccountId=here.account)

    yield from surviving(here, listed, _point)


def _point(here: AccountRegion, listed: Listed) -> ResourceRecord:
    reading = Reading(here)
    request = {"AccountId": here.account, "Name": listed.name}
    policy = reading.get(POLICY, Policy, **request)
    settings: dict[str, Any] = {"bucket": listed.bucket}
    if listed.network_origin:
        settings["origin"] = listed.network_origin
    if listed.bucket_account_id not in (None, here.account):
        settings["bucket_account"] = listed.bucket_account_id
    described = reading.get(ONE, Described, **request) if policy else None
    if described and described.public_access_block_configuration:
        settings["bpa"] = described.public_access_block_configuration.told
    return reading.record(
        POINT, listed.access_point_arn or _arn(here, listed.name), listed.name,
        document=document(policy.policy) if policy else None, settings=settings,
    )  # fmt: skip


def _arn(here: AccountRegion, name: str) -> str:
    return own_arn(here, "s3", f"accesspoint/{name}")


@dataclass(frozen=True)
class MultiRegionAccessPoints:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html"""

    kinds = (SEVERAL,)
    calls = (OF_SEVERAL, POLICY_OF_SEVERAL)
    once = True

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if SEVERAL not in wanted or here.partition != "aws":
            return

        def listed(here: AccountRegion) -> Iterator[Several]:
            return here.items(OF_SEVERAL, Several, AccountId=here.account)

        yield from surviving(here.at(_HOME), listed, _several)


def _several(here: AccountRegion, one: Several) -> ResourceRecord:
    """Of its policies only the one that holds: a proposed one is on its way to be that."""
    reading = Reading(here)
    found = reading.get(POLICY_OF_SEVERAL, PolicyOfSeveral, AccountId=here.account, Name=one.name)
    text = found.policy.established.policy if found else None
    block = one.public_access_block
    arn = f"arn:{here.partition}:s3::{here.account}:accesspoint/{one.alias or one.name}"
    return reading.record(
        SEVERAL, arn, one.name, region=None, document=document(text),
        settings={"bpa": block.told} if block else {},
    )  # fmt: skip
