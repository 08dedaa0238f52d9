"""S3: buckets with their access points, and what of the account or the organization shuts them.

Each region is asked for its own: S3 answers what is elsewhere with a redirect.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.resources.account import CALLS as OF_ACCOUNT
from checker.collect.aws.resources.account import AccountSettings, account_settings
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.points import CALLS as OF_POINTS
from checker.collect.aws.resources.points import POINT, points
from checker.collect.aws.resources.reading import Reading, document
from checker.collect.aws.resources.switches import OFF, Switches
from checker.snapshot.resources import ResourceRecord

BUCKET = "AWS::S3::Bucket"
_GONE = frozenset({"NoSuchBucket"})
BUCKETS = Call(
    "s3", "ListBuckets", "Buckets", {"MaxBuckets": 1000}, action="s3:ListAllMyBuckets",
    next_page="ContinuationToken",
)  # fmt: skip
POLICY = Call(
    "s3", "GetBucketPolicy", has="Policy", when="bucket", gone=_GONE,
    nothing=frozenset({"NoSuchBucketPolicy"}),
)  # fmt: skip
ACL = Call("s3", "GetBucketAcl", has="Grants", when="bucket", gone=_GONE)
OWNERSHIP = Call(
    "s3", "GetBucketOwnershipControls", "OwnershipControls", when="bucket", gone=_GONE,
    nothing=frozenset({"OwnershipControlsNotFoundError"}),
)  # fmt: skip
BLOCK = Call(
    "s3", "GetPublicAccessBlock", "PublicAccessBlockConfiguration", when="bucket", gone=_GONE,
    nothing=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    action="s3:GetBucketPublicAccessBlock",
)  # fmt: skip
STATUS = Call(
    "s3", "GetBucketPolicyStatus", "PolicyStatus", gone=_GONE,
    when="bucket with RestrictPublicBuckets whose policy says *",
    nothing=frozenset({"NoSuchBucketPolicy"}),
)  # fmt: skip


class Bucket(Shape, frozen=True):
    name: str
    bucket_region: str | None = None


class Owner(Shape, frozen=True):
    id: str = field(name="ID", default="")


class Page(Shape, frozen=True):
    buckets: tuple[Bucket, ...] = ()
    owner: Owner = Owner()


class Policy(Shape, frozen=True):
    policy: str


class Grantee(Shape, frozen=True):
    type: str = ""
    id: str | None = field(name="ID", default=None)
    uri: str | None = field(name="URI", default=None)
    email_address: str | None = None


class AclGrant(Shape, frozen=True):
    grantee: Grantee
    permission: str


class Acl(Shape, frozen=True):
    grants: tuple[AclGrant, ...]
    owner: Owner = Owner()

    @property
    def told(self) -> list[list[str]]:
        """Type, id or group, permission."""
        return [
            [one.grantee.type, one.grantee.id or one.grantee.uri or one.grantee.email_address or "",
             one.permission]
            for one in self.grants
        ]  # fmt: skip


class OwnershipRule(Shape, frozen=True):
    object_ownership: str


class OwnershipControls(Shape, frozen=True):
    rules: tuple[OwnershipRule, ...] = ()


class PolicyStatus(Shape, frozen=True):
    is_public: bool


@dataclass(frozen=True)
class Buckets:
    """Buckets, and the access points of the same region: a bucket may leave it to these whom to let
    in, so that nothing can be said of one without the other."""

    kinds = (BUCKET, POINT)
    calls = (BUCKETS, POLICY, ACL, OWNERSHIP, BLOCK, STATUS, *OF_POINTS, *OF_ACCOUNT)
    once = False

    def records(self, here: AccountRegion, _wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        yield from points(here)
        owners: list[str] = []

        def listed(here: AccountRegion) -> list[Bucket]:
            pages = list(here.pages(BUCKETS, Page, BucketRegion=here.region))
            owners.extend(page.owner.id for page in pages if page.owner.id)
            return [one for page in pages for one in page.buckets]

        yield from surviving(here, listed, lambda here, one: _bucket(here, one, owners[:1]))


def _bucket(here: AccountRegion, bucket: Bucket, owners: list[str]) -> ResourceRecord:
    """`owners`: the account's canonical id, where it was told."""
    reading, name = Reading(here), bucket.name
    policy = reading.get(POLICY, Policy, Bucket=name)
    acl = reading.get(ACL, Acl, Bucket=name)
    account = account_settings(here)
    ids = [*owners, acl.owner.id if acl else ""]  # whoever has a bucket is its owner
    settings: dict[str, Any] = {
        **account.told, **_ownership(reading, name), **_block(reading, name),
        "canonical": dict.fromkeys(filter(None, ids), here.account),
    }  # fmt: skip
    if _restricted(settings, account) and policy and "*" in policy.policy:
        status = reading.get(STATUS, PolicyStatus, Bucket=name)
        settings |= {"policy_status": status.is_public} if status else {}
    return reading.record(
        BUCKET, f"arn:{here.partition}:s3:::{name}", name,
        document=document(policy.policy) if policy else None,
        acl=acl.told if acl else None, settings=settings,
    )  # fmt: skip


def _ownership(reading: Reading, name: str) -> dict[str, str]:
    """Without the controls ACLs are alive, as with ObjectWriter.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"""
    found = reading.get(OWNERSHIP, OwnershipControls, Bucket=name)
    if found is None:
        return {} if OWNERSHIP.name in reading.unread else {"ownership": "ObjectWriter"}
    return {"ownership": found.rules[0].object_ownership} if found.rules else {}


def _block(reading: Reading, name: str) -> dict[str, dict[str, bool]]:
    found = reading.get(BLOCK, Switches, Bucket=name)
    if found is None:
        return {} if BLOCK.name in reading.unread else {"bpa": OFF}
    return {"bpa": found.told}


def _restricted(settings: dict[str, Any], account: AccountSettings) -> bool:
    return bool(settings.get("bpa", OFF)["RestrictPublicBuckets"]) or account.restricted
