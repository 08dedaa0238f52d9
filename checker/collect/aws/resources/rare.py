"""Kinds with doors that few organizations have: listed in one call, read in one for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape
from checker.collect.aws.resources.kind import Kind, Read, surviving
from checker.collect.aws.resources.more import STREAMS, Policy, Stream, ask_by, policy_told
from checker.collect.aws.resources.reading import Reading, document, own_arn, plain
from checker.snapshot.resources import ResourceRecord

_RESOURCE = frozenset({"ResourceNotFoundException"})


def _policy(found: Policy) -> dict[str, Any]:
    return {"document": document(found.policy)}


class Vault(Shape, frozen=True):
    arn: str = field(name="VaultARN")
    name: str = field(name="VaultName")


class VaultPolicy(CamelShape, frozen=True):
    policy: Policy


VAULTS = Kind(
    kind="AWS::Glacier::Vault",
    # who had no vaults when the service was closed to newcomers has none now:
    # https://docs.aws.amazon.com/amazonglacier/latest/dev/introduction.html
    listing=Call("glacier", "ListVaults", "VaultList", {"accountId": "-"}, sparse=True,
                 nothing=frozenset({"NoLongerSupportedException"})),
    item=Vault,
    arn=lambda _, one: one.arn,
    name=lambda one: one.name,
    reads=(
        Read(Call("glacier", "GetVaultAccessPolicy", has="policy", nothing=_RESOURCE,
                  when="vault", sparse=True),
             VaultPolicy, lambda one: {"accountId": "-", "vaultName": one.name},
             lambda found: _policy(found.policy)),
    ),
)  # fmt: skip


class Application(Shape, frozen=True):
    application_id: str
    name: str | None = None


class ApplicationStatement(Shape, frozen=True):
    """https://docs.aws.amazon.com/goto/WebAPI/serverlessrepo-2017-09-08/ApplicationPolicyStatement"""

    actions: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    principal_org_ids: tuple[str, ...] | None = field(default=None, name="PrincipalOrgIDs")
    statement_id: str | None = None


class ApplicationPolicy(Shape, frozen=True):
    statements: tuple[ApplicationStatement, ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        listed = [plain(one) for one in self.statements]
        return {"document": {"Statements": listed} if listed else None}


APPLICATIONS = Kind(
    kind="AWS::ServerlessRepo::Application",
    listing=Call("serverlessrepo", "ListApplications", "Applications", sparse=True),
    item=Application,
    arn=lambda _, one: one.application_id,
    name=lambda one: one.name,
    reads=(
        Read(Call("serverlessrepo", "GetApplicationPolicy", lean=True, when="application",
                  gone=frozenset({"NotFoundException"}), sparse=True),
             ApplicationPolicy, ask_by("ApplicationId", "application_id"),
             lambda found: found.told),
    ),
)  # fmt: skip


class Portfolio(Shape, frozen=True):
    id: str
    arn: str = field(name="ARN")
    display_name: str | None = None


class PortfolioShare(Shape, frozen=True):
    principal_id: str


@dataclass(frozen=True)
class Portfolios:
    """https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribePortfolioShares.html"""

    kinds = ("AWS::ServiceCatalog::Portfolio",)
    listing = Call("servicecatalog", "ListPortfolios", "PortfolioDetails", sparse=True)
    shares = tuple(
        Call("servicecatalog", "DescribePortfolioShares", "PortfolioShareDetails", {"Type": kind},
             when="portfolio, of four sorts", gone=_RESOURCE, sparse=True)
        for kind in ("ACCOUNT", "ORGANIZATION", "ORGANIZATIONAL_UNIT",
                     "ORGANIZATION_MEMBER_ACCOUNT")
    )  # fmt: skip
    calls = (listing, *shares)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kinds[0] in wanted:
            yield from surviving(
                here, lambda place: place.items(self.listing, Portfolio), self._record
            )

    def _record(self, here: AccountRegion, one: Portfolio) -> ResourceRecord:
        reading, share = Reading(here), list[dict[str, str]]()
        for call in self.shares:
            found = reading.items(call, PortfolioShare, PortfolioId=one.id) or ()
            share += [{"PrincipalId": each.principal_id} for each in found]
        return reading.record(self.kinds[0], one.arn, one.display_name, share=share)


class WorkspaceImage(Shape, frozen=True):
    image_id: str
    name: str | None = None


class WorkspaceShare(Shape, frozen=True):
    shared_account_id: str


WORKSPACE_IMAGES = Kind(
    kind="AWS::WorkSpaces::WorkspaceImage",
    listing=Call("workspaces", "DescribeWorkspaceImages", "Images", {"ImageType": "OWNED"},
                 sparse=True),
    item=WorkspaceImage,
    arn=lambda here, one: own_arn(here, "workspaces", f"workspaceimage/{one.image_id}"),
    name=lambda one: one.name,
    reads=(
        Read(Call("workspaces", "DescribeWorkspaceImagePermissions", "ImagePermissions",
                  when="image of WorkSpaces", gone=_RESOURCE, sparse=True),
             WorkspaceShare, ask_by("ImageId", "image_id"),
             lambda found: {"share": [{"AccountId": one.shared_account_id} for one in found]},
             each=True),
    ),
)  # fmt: skip


class DirectoryBucket(Shape, frozen=True):
    name: str


DIRECTORY_BUCKETS = Kind(
    kind="AWS::S3Express::DirectoryBucket",
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
    keep=lambda one: one.name.endswith("--x-s3"),
    listing=Call("s3", "ListDirectoryBuckets", "Buckets", sparse=True,
                 action="s3express:ListAllMyDirectoryBuckets"),
    item=DirectoryBucket,
    arn=lambda here, one: own_arn(here, "s3express", f"bucket/{one.name}"),
    name=lambda one: one.name,
    reads=(
        Read(Call("s3", "GetBucketPolicy", has="Policy", when="directory bucket",
                  nothing=frozenset({"NoSuchBucketPolicy"}), gone=frozenset({"NoSuchBucket"}),
                  sparse=True, action="s3express:GetBucketPolicy"),
             Policy, ask_by("Bucket", "name"), _policy),
    ),
)  # fmt: skip


class LambdaPoint(Shape, frozen=True):
    name: str
    arn: str | None = field(default=None, name="ObjectLambdaAccessPointArn")


class GrantsInstance(Shape, frozen=True):
    arn: str = field(name="AccessGrantsInstanceArn")
    id: str | None = field(default=None, name="AccessGrantsInstanceId")


LAMBDA_POINTS = Kind(
    kind="AWS::S3ObjectLambda::AccessPoint",
    by_account=True,
    listing=Call("s3control", "ListAccessPointsForObjectLambda", "ObjectLambdaAccessPointList",
                 sparse=True, action="s3:ListAccessPointsForObjectLambda"),
    item=LambdaPoint,
    arn=lambda here, one: one.arn or own_arn(here, "s3-object-lambda", f"accesspoint/{one.name}"),
    name=lambda one: one.name,
    reads=(
        Read(Call("s3control", "GetAccessPointPolicyForObjectLambda", has="Policy",
                  when="access point of Object Lambda", sparse=True,
                  nothing=frozenset({"NoSuchAccessPointPolicy"}),
                  gone=frozenset({"NoSuchAccessPoint"}),
                  action="s3:GetAccessPointPolicyForObjectLambda"),
             Policy, ask_by("Name", "name"), _policy),
    ),
)  # fmt: skip
GRANTS_INSTANCES = Kind(
    kind="AWS::S3::AccessGrantsInstance",
    by_account=True,
    listing=Call("s3control", "ListAccessGrantsInstances", "AccessGrantsInstancesList",
                 sparse=True, action="s3:ListAccessGrantsInstances"),
    item=GrantsInstance,
    arn=lambda _, one: one.arn,
    name=lambda one: one.id,
    reads=(
        Read(Call("s3control", "GetAccessGrantsInstanceResourcePolicy", has="Policy",
                  when="instance of S3 Access Grants", sparse=True,
                  nothing=frozenset({"NoSuchAccessGrantsInstanceResourcePolicy"}),
                  gone=frozenset({"AccessGrantsInstanceNotExistsError"}),
                  action="s3:GetAccessGrantsInstanceResourcePolicy"),
             Policy, lambda _: {}, _policy),
    ),
)  # fmt: skip


class Consumer(Shape, frozen=True):
    arn: str = field(name="ConsumerARN")
    name: str = field(name="ConsumerName")


@dataclass(frozen=True)
class StreamConsumers:
    """https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html"""

    kinds = ("AWS::Kinesis::StreamConsumer",)
    listing = STREAMS.listing
    consumers = Call("kinesis", "ListStreamConsumers", "Consumers", when="data stream",
                     gone=_RESOURCE)  # fmt: skip
    policy = Call("kinesis", "GetResourcePolicy", has="Policy", nothing=_RESOURCE,
                  when="consumer of a data stream")  # fmt: skip
    calls = (listing, consumers, policy)
    once = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[ResourceRecord]:
        if self.kinds[0] in wanted:
            streams = STREAMS.listed(here)
            for found in surviving(here, self._listed, self._of_stream, streams):
                yield from found

    def _listed(self, here: AccountRegion) -> Iterator[Stream]:
        return here.items(self.listing, Stream)

    def _of_stream(self, here: AccountRegion, stream: Stream) -> list[ResourceRecord]:
        listed = Reading(here).items(self.consumers, Consumer, StreamARN=stream.arn) or ()
        return [self._record(here, one) for one in listed]

    def _record(self, here: AccountRegion, one: Consumer) -> ResourceRecord:
        reading = Reading(here)
        found = reading.get(self.policy, Policy, ResourceARN=one.arn)
        told = policy_told(found) if found else {}
        return reading.record(self.kinds[0], one.arn, one.name, **told)


RARE = (
    VAULTS, APPLICATIONS, Portfolios(), WORKSPACE_IMAGES, DIRECTORY_BUCKETS, LAMBDA_POINTS,
    GRANTS_INSTANCES, StreamConsumers(),
)  # fmt: skip
