"""Who publishes what an ARN or a name of AWS's stands for."""

from __future__ import annotations

import re
from typing import Any

import msgspec

import checker.publishers.marketplace as marketplace
from checker.publishers.model import NOBODY, UNKNOWN, Owners, Published, Publisher, PublisherKind

_ACCOUNT = re.compile(r"[0-9]{12}")
_PUBLISHER = re.compile(r"[0-9a-f]{40}")
_LAYER = re.compile(r"layer:[A-Za-z0-9_-]{1,140}(:[1-9][0-9]*)?")
_TYPE = re.compile(r"type/(?:resource|module|hook)/(?:([0-9a-f]{40})/)?([A-Za-z0-9-]+)(?:/.+)?")
_TYPE_NAME = re.compile(r"[A-Za-z0-9]+(?:::[A-Za-z0-9]+)+")
_DOCUMENT = re.compile(r"(?:document|automation-definition)/[A-Za-z0-9_.-]{3,}(?::.+)?")
_DOCUMENT_NAME = re.compile(r"[A-Za-z0-9_.-]{3,128}")
_COMPONENT = re.compile(
    r"component/(?P<name>[a-z0-9_-]+)/(?P<version>[0-9x.]+)(?:/(?P<build>[0-9]+))?"
)
_APPLICATION = re.compile(r"applications/[A-Za-z0-9_-]+")
_PACKAGE = re.compile(r"model-package/[A-Za-z0-9-]+(?:/[0-9]+)?", re.I)
_STUDIO = re.compile(r"image(?P<version>-version)?/[A-Za-z0-9.-]+(?:/[0-9]+)?")
_RESERVED = ("aws", "amazon", "amzn")
AMAZON = Published(Publisher("aws", "Amazon", None, "Amazon"), True)


class Arn(msgspec.Struct, frozen=True):
    """The six parts of an ARN but its first."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def arn(text: str, service: str) -> Arn | None:
    """An ARN of one service; None for all else."""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != service:
        return None
    return Arn(*parts[1:])


def layer(text: str, owners: Owners) -> Published:
    """The account whose layer it is; a version's content can't be changed.

    https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
    """
    found = arn(text, "lambda")
    named = found and _LAYER.fullmatch(found.resource)
    if found is None or not named or not _ACCOUNT.fullmatch(found.account):
        return NOBODY
    return Published(owners.of(found.partition, found.account), named[1] is None)


def ssm_document(text: str, owners: Owners) -> Published:
    """A bare name is our own document, or AWS's where its beginning is reserved; else the ARN's.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
    """
    found = arn(text, "ssm")
    if found is None:
        return _named_document(text, Publisher("own", owners.account, owners.account))
    if not _DOCUMENT.fullmatch(found.resource):
        return NOBODY
    if _ACCOUNT.fullmatch(found.account):
        return Published(owners.of(found.partition, found.account), True)
    return _named_document(found.resource.split("/")[1].split(":")[0], UNKNOWN)


def _named_document(name: str, other: Publisher) -> Published:
    """AWS's, where the name is reserved for it; else that of `other`."""
    if not _DOCUMENT_NAME.fullmatch(name):
        return NOBODY
    return AMAZON if name.lower().startswith(_RESERVED) else Published(other, True)


def has_name_alone(document: str) -> bool:
    """Whether it tells no account and is not AWS's: our own one, or a vendor's that is called so.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
    """
    return ssm_document(document, Owners()).publisher.kind == "own"


def component(text: str, owners: Owners) -> Published:
    """The account of an Image Builder component; only one build is what it was.

    https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-components.html
    """
    found = arn(text, "imagebuilder")
    named = found and _COMPONENT.fullmatch(found.resource)
    if found is None or not named:
        return NOBODY
    publisher = {
        "aws": Publisher("aws", "Amazon", None, "Amazon"),
        "aws-marketplace": marketplace.component(named["name"]),
    }.get(found.account)
    if publisher is None and not _ACCOUNT.fullmatch(found.account):
        return NOBODY
    mutable = named["build"] is None or "x" in named["version"]
    return Published(publisher or owners.of(found.partition, found.account), mutable)


def application(text: str, owners: Owners) -> Published:
    """The account of a serverless application, who may publish another one under its version.

    https://docs.aws.amazon.com/serverlessrepo/latest/devguide/what-is-serverlessrepo.html
    """
    return _of_account(text, "serverlessrepo", _APPLICATION, owners, mutable=True)


def studio_image(text: str, owners: Owners) -> Published:
    """The account of an image of SageMaker Studio, who may add another version to it.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceSpec.html
    """
    found = arn(text, "sagemaker")
    named = found and _STUDIO.fullmatch(found.resource)
    return _of_account(text, "sagemaker", _STUDIO, owners, mutable=not (named and named["version"]))


def model_package(text: str, owners: Owners) -> Published:
    """The account of a model package of SageMaker; a version's content can't be changed.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
    """
    found = _of_account(text, "sagemaker", _PACKAGE, owners, mutable=False)
    if found is NOBODY:
        return found
    who = marketplace.model(found.publisher, text.split("/")[1])
    return Published(who, found.mutable)


def _of_account(
    text: str, service: str, name: re.Pattern[str], owners: Owners, *, mutable: bool
) -> Published:
    found = arn(text, service)
    if found is None or not name.fullmatch(found.resource):
        return NOBODY
    if not _ACCOUNT.fullmatch(found.account):
        return NOBODY
    return Published(owners.of(found.partition, found.account), mutable)


def addon(given: dict[str, Any], _: Owners) -> Published:
    """Who publishes an add-on of EKS, as DescribeAddon tells; EKS pins its version.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
    """
    publisher, owner = given.get("publisher"), given.get("owner")
    if owner == "aws" or (publisher == "eks" and owner != "aws-marketplace"):
        return Published(Publisher("aws", "eks", None, "Amazon EKS"), False)
    if isinstance(publisher, str) and publisher:
        return Published(Publisher("marketplace", f"eks/{publisher}", None, publisher), False)
    return Published(UNKNOWN, False)


def extension(text: str, owners: Owners) -> Published:
    """Who publishes a type of CloudFormation's registry: AWS, an account, or a publisher's digits.

    A name alone does not tell a private type from a public one.
    https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-publish.html
    """
    if _TYPE_NAME.fullmatch(text):
        return AMAZON if text.startswith("AWS::") else NOBODY
    found = arn(text, "cloudformation")
    named = found and _TYPE.fullmatch(found.resource)
    if found is None or not named:
        return NOBODY
    if named[1]:
        return Published(Publisher("publisher", named[1]), True)
    if _ACCOUNT.fullmatch(found.account):
        return Published(owners.of(found.partition, found.account), True)
    return AMAZON if not found.account and named[2].startswith("AWS-") else NOBODY


def described_type(given: dict[str, Any], owners: Owners) -> Published:
    """What ListTypes or DescribeType tells of a type."""
    publisher, identity = given.get("PublisherId"), given.get("PublisherIdentity")
    if isinstance(publisher, str) and _PUBLISHER.fullmatch(publisher):
        kind: PublisherKind = "marketplace" if identity == "AWS_Marketplace" else "publisher"
        name = given.get("PublisherName")
        known = name if isinstance(name, str) else None
        return Published(Publisher(kind, publisher, None, known), True)
    text = given.get("TypeArn") or given.get("Arn") or given.get("TypeName")
    return extension(text, owners) if isinstance(text, str) else NOBODY


def owned(given: dict[str, Any], owners: Owners) -> Published:
    """A snapshot, by the owner that DescribeSnapshots tells; it can't be changed."""
    owner, alias, one = (given.get(key) for key in ("OwnerId", "OwnerAlias", "SnapshotId"))
    if alias == "amazon":  # AWS's word, which no owner can give itself
        return Published(AMAZON.publisher, False)
    if isinstance(owner, str) and _ACCOUNT.fullmatch(owner):
        found = owners.of(owners.partition, owner)
        if alias == "aws-marketplace" and found.kind == "account":
            found = marketplace.snapshot(owner, one)
        return Published(found, False)
    return Published(NOBODY.publisher, False)
