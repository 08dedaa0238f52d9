"""More kinds with a policy: a listing, and one call for each, or what stands in the listing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import field

from checker.collect.aws.calls import Call, CamelShape, Shape
from checker.collect.aws.resources.kind import Kind, Read
from checker.collect.aws.resources.reading import document, own_arn

_RESOURCE = frozenset({"ResourceNotFoundException"})
_THING = frozenset({"NotFoundException"})
# These codes are told of a thing that is gone, too, which lets nobody in, either.


class Named(Shape, frozen=True):
    """Something with an ARN and a name, as several services list it."""

    arn: str
    name: str | None = None


class Camel(CamelShape, frozen=True):
    arn: str
    name: str | None = None
    domain_name: str | None = None


class Policy(Shape, frozen=True):
    policy: str


class CamelPolicy(CamelShape, frozen=True):
    policy: str


def policy_told(found: Policy | CamelPolicy) -> dict[str, Any]:
    """Of a document as text; Kinesis says `{}` where there is none."""
    return {"document": document(found.policy) if found.policy.strip() != "{}" else None}


def ask_by(parameter: str, attribute: str = "arn") -> Any:
    return lambda one: {parameter: getattr(one, attribute)}


def _with_policy(
    kind: str, listing: Call, item: type[Any], call: Call, parameter: str,
    named: tuple[str, str] = ("arn", "name"), asked: str = "", shape: type[Any] = Policy,
    shared: bool = False,
) -> Kind:  # fmt: skip
    """`named`: members with the ARN and the name; `asked`: with what is asked by, if another."""
    arn, name = named
    return Kind(
        kind=kind, listing=listing, item=item, arn=lambda _, one: str(getattr(one, arn)),
        name=lambda one: getattr(one, name), shared=shared,
        reads=(Read(call, shape, ask_by(parameter, asked or arn), policy_told),),
    )  # fmt: skip


class Vault(Shape, frozen=True):
    backup_vault_arn: str
    backup_vault_name: str


VAULTS = _with_policy(
    "AWS::Backup::BackupVault",
    Call("backup", "ListBackupVaults", "BackupVaultList"), Vault,
    Call("backup", "GetBackupVaultAccessPolicy", has="Policy", nothing=_RESOURCE,
         when="backup vault"),
    "BackupVaultName", ("backup_vault_arn", "backup_vault_name"), "backup_vault_name",
)  # fmt: skip


class Stream(Shape, frozen=True):
    arn: str = field(name="StreamARN")
    name: str = field(name="StreamName")


STREAMS = _with_policy(
    "AWS::Kinesis::Stream",
    Call("kinesis", "ListStreams", "StreamSummaries"), Stream,
    Call("kinesis", "GetResourcePolicy", has="Policy", nothing=_RESOURCE, when="data stream"),
    "ResourceARN", shared=True,
)  # fmt: skip


class KafkaCluster(Shape, frozen=True):
    cluster_arn: str
    cluster_name: str | None = None


KAFKA = _with_policy(
    "AWS::MSK::Cluster",
    Call("kafka", "ListClustersV2", "ClusterInfoList", sparse=True), KafkaCluster,
    Call("kafka", "GetClusterPolicy", has="Policy", nothing=_THING, when="Kafka cluster"),
    "ClusterArn", ("cluster_arn", "cluster_name"),
)  # fmt: skip


class PackagePolicy(CamelShape, frozen=True):
    document: str


def _packages(found: PackagePolicy) -> dict[str, Any]:
    return {"document": document(found.document)}


DOMAINS = Kind(
    kind="AWS::CodeArtifact::Domain",
    listing=Call("codeartifact", "ListDomains", "domains", sparse=True),
    item=Camel,
    arn=lambda _, one: one.arn,
    name=lambda one: one.name,
    reads=(
        Read(Call("codeartifact", "GetDomainPermissionsPolicy", "policy", nothing=_RESOURCE,
                  when="package domain", sparse=True),
             PackagePolicy, ask_by("domain", "name"), _packages),
    ),
)  # fmt: skip
PACKAGES = Kind(
    kind="AWS::CodeArtifact::Repository",
    listing=Call("codeartifact", "ListRepositories", "repositories", sparse=True),
    item=Camel,
    arn=lambda _, one: one.arn,
    name=lambda one: one.name,
    reads=(
        Read(Call("codeartifact", "GetRepositoryPermissionsPolicy", "policy", nothing=_RESOURCE,
                  when="package repository", sparse=True),
             PackagePolicy, lambda one: {"domain": one.domain_name, "repository": one.name},
             _packages),
    ),
)  # fmt: skip


class Identity(Shape, frozen=True):
    identity_name: str


class IdentityPolicies(Shape, frozen=True):
    policies: Mapping[str, str]

    @property
    def told(self) -> dict[str, Any]:
        """All of them hold together: one document with the statements of each. One that is in no
        such form stands alone, so that it is told."""
        documents = [document(text) for text in self.policies.values()]
        statements: list[Any] = []
        for one in documents:
            if not isinstance(one, dict) or "Statement" not in one:
                return {"document": one}
            found = one["Statement"]
            statements += found if isinstance(found, list) else [found]
        whole = {"Version": "2012-10-17", "Statement": statements}
        return {"document": whole if statements else None}


IDENTITIES = Kind(
    kind="AWS::SES::EmailIdentity",
    listing=Call("sesv2", "ListEmailIdentities", "EmailIdentities", {"PageSize": 1000},
                 sparse=True, action="ses:ListEmailIdentities"),
    item=Identity,
    arn=lambda here, one: own_arn(here, "ses", f"identity/{one.identity_name}"),
    name=lambda one: one.identity_name,
    reads=(
        Read(Call("sesv2", "GetEmailIdentityPolicies", has="Policies", when="e-mail identity",
                  gone=_THING, sparse=True, action="ses:GetEmailIdentityPolicies"),
             IdentityPolicies, ask_by("EmailIdentity", "identity_name"), lambda found: found.told),
    ),
)  # fmt: skip


class Authority(Shape, frozen=True):
    arn: str
    status: str | None = None


AUTHORITIES = Kind(
    kind="AWS::ACMPCA::CertificateAuthority",
    listing=Call("acm-pca", "ListCertificateAuthorities", "CertificateAuthorities", sparse=True),
    item=Authority,
    arn=lambda _, one: one.arn,
    name=lambda one: one.arn.rpartition("/")[2],
    keep=lambda one: one.status != "DELETED",
    reads=(
        Read(Call("acm-pca", "GetPolicy", has="Policy", nothing=_RESOURCE,
                  when="certificate authority", sparse=True),
             Policy, ask_by("ResourceArn"), policy_told),
    ),
)  # fmt: skip
SINKS = _with_policy(
    "AWS::Oam::Sink",
    Call("oam", "ListSinks", "Items", sparse=True), Named,
    Call("oam", "GetSinkPolicy", has="Policy", nothing=_RESOURCE, when="sink", sparse=True),
    "SinkIdentifier",
)  # fmt: skip


class TablePolicy(CamelShape, frozen=True):
    resource_policy: str


TABLE_BUCKETS = Kind(
    kind="AWS::S3Tables::TableBucket",
    listing=Call("s3tables", "ListTableBuckets", "tableBuckets", sparse=True,
                 next_page="continuationToken"),
    item=Camel,
    arn=lambda _, one: one.arn,
    name=lambda one: one.name,
    reads=(
        Read(Call("s3tables", "GetTableBucketPolicy", has="resourcePolicy", nothing=_THING,
                  when="table bucket", sparse=True),
             TablePolicy, ask_by("tableBucketARN"),
             lambda found: {"document": document(found.resource_policy)}),
    ),
)  # fmt: skip


class VectorBucket(CamelShape, frozen=True):
    vector_bucket_arn: str
    vector_bucket_name: str | None = None


VECTOR_BUCKETS = _with_policy(
    "AWS::S3Vectors::VectorBucket",
    Call("s3vectors", "ListVectorBuckets", "vectorBuckets", sparse=True), VectorBucket,
    Call("s3vectors", "GetVectorBucketPolicy", has="policy", nothing=_THING,
         when="vector bucket", sparse=True),
    "vectorBucketArn", ("vector_bucket_arn", "vector_bucket_name"), shape=CamelPolicy,
)  # fmt: skip


class EventStore(Shape, frozen=True):
    event_data_store_arn: str
    name: str | None = None


class EventPolicy(Shape, frozen=True):
    resource_policy: str | None = None


EVENT_STORES = Kind(
    kind="AWS::CloudTrail::EventDataStore",
    listing=Call("cloudtrail", "ListEventDataStores", "EventDataStores"),
    item=EventStore,
    arn=lambda _, one: one.event_data_store_arn,
    name=lambda one: one.name,
    reads=(
        Read(Call("cloudtrail", "GetResourcePolicy", has="ResourceArn", when="event data store",
                  nothing=frozenset({"ResourcePolicyNotFoundException"}), gone=_RESOURCE),
             EventPolicy, ask_by("ResourceArn", "event_data_store_arn"),
             lambda found: {"document": document(found.resource_policy)}),
    ),
)  # fmt: skip


class SqlCluster(CamelShape, frozen=True):
    arn: str
    identifier: str


SQL_CLUSTERS = _with_policy(
    "AWS::DSQL::Cluster",
    Call("dsql", "ListClusters", "clusters", sparse=True), SqlCluster,
    Call("dsql", "GetClusterPolicy", has="policy", nothing=_RESOURCE, when="DSQL cluster",
         sparse=True),
    "identifier", ("arn", "identifier"), "identifier", CamelPolicy,
)  # fmt: skip


class SchemaRegistry(Shape, frozen=True):
    registry_arn: str
    registry_name: str


SCHEMAS = _with_policy(
    "AWS::EventSchemas::RegistryPolicy",
    Call("schemas", "ListRegistries", "Registries", {"Scope": "LOCAL"}, sparse=True),
    SchemaRegistry,
    Call("schemas", "GetResourcePolicy", has="Policy", nothing=_THING, when="schema registry",
         sparse=True),
    "RegistryName", ("registry_arn", "registry_name"), "registry_name",
)  # fmt: skip
MORE = (
    VAULTS, STREAMS, KAFKA, DOMAINS, PACKAGES, IDENTITIES, AUTHORITIES, SINKS, TABLE_BUCKETS,
    VECTOR_BUCKETS, EVENT_STORES, SQL_CLUSTERS, SCHEMAS,
)  # fmt: skip
