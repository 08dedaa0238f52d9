"""Kinds whose policy needs some care to be read: it counts only with a setting, comes in another
form, or in a listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from msgspec import field

from checker.collect.aws.calls import Call, CamelShape, Shape
from checker.collect.aws.resources.kind import Kind, Read
from checker.collect.aws.resources.more import Camel, ask_by
from checker.collect.aws.resources.reading import document, own_arn

_GONE = frozenset({"ResourceNotFoundException"})


class AuthPolicy(CamelShape, frozen=True):
    """Without a policy AWS answers without one, or with a code."""

    policy: str | None = None
    state: str | None = None


_AUTH = Call(
    "vpc-lattice", "GetAuthPolicy", lean=True, nothing=_GONE, sparse=True,
    when="Lattice service or network",
)  # fmt: skip


def _lattice(found: AuthPolicy) -> dict[str, Any]:
    """Inactive: without IAM's authentication the policy counts for nothing, and all get in who
    reach it."""
    return {"document": document(found.policy), "settings": {"auth": found.state}}


LATTICE_SERVICES, LATTICE_NETWORKS = (
    Kind(
        kind=kind,
        listing=Call("vpc-lattice", operation, "items", sparse=True),
        item=Camel,
        arn=lambda _, one: one.arn,
        name=lambda one: one.name,
        reads=(Read(_AUTH, AuthPolicy, ask_by("resourceIdentifier"), _lattice),),
    )
    for kind, operation in (
        ("AWS::VpcLattice::Service", "ListServices"),
        ("AWS::VpcLattice::ServiceNetwork", "ListServiceNetworks"),
    )
)


class PublicRepository(CamelShape, frozen=True):
    repository_arn: str
    repository_name: str


class PublicPolicy(CamelShape, frozen=True):
    policy_text: str


PUBLIC_REPOSITORIES = Kind(
    kind="AWS::ECR::PublicRepository",
    listing=Call("ecr-public", "DescribeRepositories", "repositories", once=True, sparse=True),
    item=PublicRepository,
    arn=lambda _, one: one.repository_arn,
    name=lambda one: one.repository_name,
    once=True,
    home="us-east-1",
    reads=(
        Read(Call("ecr-public", "GetRepositoryPolicy", has="policyText", once=True, sparse=True,
                  nothing=frozenset({"RepositoryPolicyNotFoundException"}),
                  gone=frozenset({"RepositoryNotFoundException"}), when="public repository"),
             PublicPolicy, ask_by("repositoryName", "repository_name"),
             lambda found: {"document": document(found.policy_text)}),
    ),
)  # fmt: skip


class DomainName(Shape, frozen=True):
    domain_name: str


class Vpc(Shape, frozen=True):
    vpc_id: str | None = field(name="VPCId", default=None)


class Security(Shape, frozen=True):
    enabled: bool = False


class Domain(Shape, frozen=True):
    arn: str = field(name="ARN")
    access_policies: str | None = None
    vpc: Vpc = field(name="VPCOptions", default=Vpc())
    advanced_security_options: Security = Security()

    @property
    def told(self) -> dict[str, Any]:
        """An empty text is no policy."""
        settings = {"vpc": bool(self.vpc.vpc_id), "fgac": self.advanced_security_options.enabled}
        return {"arn": self.arn, "document": document(self.access_policies), "settings": settings}


SEARCH_DOMAINS = Kind(
    kind="AWS::OpenSearchService::Domain",
    listing=Call("opensearch", "ListDomainNames", "DomainNames", action="es:ListDomainNames"),
    item=DomainName,
    arn=lambda here, one: own_arn(here, "es", f"domain/{one.domain_name}"),
    name=lambda one: one.domain_name,
    reads=(
        Read(Call("opensearch", "DescribeDomain", "DomainStatus", when="search domain",
                  gone=_GONE, action="es:DescribeDomain"),
             Domain, ask_by("DomainName", "domain_name"), lambda found: found.told),
    ),
)  # fmt: skip


class RestApi(CamelShape, frozen=True):
    id: str
    name: str | None = None
    policy: str | None = None
    tags: Mapping[str, str] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The text comes with its quotes escaped once more.
        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
        """
        found = document(self.policy)
        if isinstance(found, str):
            with suppress(ValueError, TypeError, RecursionError):
                found = document(json.loads(f'"{found}"'))
        return {"document": found, "tags": dict(self.tags or {})}


REST_APIS = Kind(
    kind="AWS::ApiGateway::RestApi",
    listing=Call("apigateway", "GetRestApis", "items", {"limit": 500}, lean=True,
                 action="apigateway:GET", next_page="position"),
    item=RestApi,
    arn=lambda here, one: f"arn:{here.partition}:apigateway:{here.region}::/restapis/{one.id}",
    name=lambda one: one.name,
    tell=lambda one: one.told,
)  # fmt: skip
SERVED = (
    LATTICE_SERVICES, LATTICE_NETWORKS, PUBLIC_REPOSITORIES, SEARCH_DOMAINS, REST_APIS,
)  # fmt: skip
