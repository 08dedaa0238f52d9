"""CloudFront's origin access identities: which are our own, of those that buckets name.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.resources import ResourceRecord

KIND = "AWS::CloudFront::CloudFrontOriginAccessIdentity"
IDENTITIES = Call(
    "cloudfront", "ListCloudFrontOriginAccessIdentities", once=True, sparse=True,
    has="CloudFrontOriginAccessIdentityList",
)  # fmt: skip


class Identity(Shape, frozen=True):
    id: str
    s3_canonical_user_id: str = field(name="S3CanonicalUserId", default="")


class Identities(Shape, frozen=True):
    items: tuple[Identity, ...] = ()


class Page(Shape, frozen=True):
    cloud_front_origin_access_identity_list: Identities


@dataclass(frozen=True)
class OriginAccessIdentities:
    kinds = (KIND,)
    calls = (IDENTITIES,)
    once = True

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        for page in here.pages(IDENTITIES, Page) if KIND in wanted else ():
            for one in page.cloud_front_origin_access_identity_list.items:
                yield _identity(here, one)


def _identity(here: AccountRegion, one: Identity) -> ResourceRecord:
    place = f"{here.partition}:cloudfront::{here.account}"
    settings: dict[str, object] = {"own_oais": [one.id]}
    if one.s3_canonical_user_id:
        settings["canonical"] = {one.s3_canonical_user_id: here.account}
    arn = f"arn:{place}:origin-access-identity/{one.id}"
    return Reading(here).record(KIND, arn, one.id, region=None, settings=settings)
