"""Who publishes a container image: whoever may push to where it is pulled from.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
"""

from __future__ import annotations

import re

import msgspec

import checker.publishers.marketplace as marketplace
from checker.partitions import DNS_SUFFIX, RESOURCE_SUFFIX
from checker.publishers.gallery import of_gallery
from checker.publishers.model import NOBODY, UNKNOWN, Owners, Published, Publisher, PullThrough
from checker.publishers.reference import ImageReference, image_reference
from checker.publishers.shared import anybody_publishes, naming

_ROOT = "ROOT"
_STEPS = 8
_ALL = (*DNS_SUFFIX.items(), *RESOURCE_SUFFIX.items())
_SUFFIXES = {suffix: [which for which, other in _ALL if other == suffix] for _, suffix in _ALL}
"""Of the host of a registry, and in which partitions it is."""
_REGIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
)
REGION = r"[a-z]{2,}+(?:-[a-z]++)++-[0-9]++"
PARTITIONS = "|".join(start for start, _ in _REGIONS)
"""How names of regions begin that are of another partition than `aws`."""


def host_of_ecr(region: str) -> str:
    """The pattern of the host of an account's registry, around that of its region."""
    suffix = "|".join(map(re.escape, _SUFFIXES))
    account = r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?"
    return rf"{account}\.{region}\.(?P<suffix>{suffix})(?::[0-9]+)?"


ECR = re.compile(host_of_ecr(f"(?P<region>{REGION})"))
_PUBLIC = "public.ecr.aws"
CURATED = "aws/codebuild/"
"""How names of images begin that CodeBuild has itself, where a build names one."""


def container_image(text: str, owners: Owners) -> Published:
    """Who publishes an image, whatever own cache it comes through; a digest can't be changed."""
    found = image_reference(text)
    if found is None:
        return NOBODY
    came = origin(found, owners)
    return Published(_publisher(came, owners) if came else UNKNOWN, found.digest is None)


def origin(image: ImageReference, owners: Owners, steps: int = _STEPS) -> ImageReference | None:
    """What a cache of ours fetches in the end; itself where none does. None where rules lead round
    in circles, or to no image."""
    rule = _rule(image, owners)
    if rule is None:
        return image
    upstream = _upstream(image, rule)
    return origin(upstream, owners, steps - 1) if upstream and steps else None


def _publisher(image: ImageReference, owners: Owners) -> Publisher:
    private = ECR.fullmatch(image.host)
    if private is not None:
        return _of_registry(private, image, owners)
    if image.host == _PUBLIC:
        return of_gallery(image.parts)
    if (who := naming(image.host, image.parts)) is not None:
        return Publisher("registry", who)
    return UNKNOWN if anybody_publishes(image.host) else Publisher("registry", image.host)


def _of_registry(host: re.Match[str], image: ImageReference, owners: Owners) -> Publisher:
    partition = _partition(host["region"])
    if partition not in _SUFFIXES[host["suffix"]]:
        return UNKNOWN
    if host["account"] == marketplace.MARKETPLACE:
        return marketplace.container(image.parts[0])
    return owners.of(partition, host["account"])


def _partition(region: str) -> str:
    return next((name for start, name in _REGIONS if region.startswith(start)), "aws")


def _rule(image: ImageReference, owners: Owners) -> PullThrough | None:
    """The rule of the longest prefix; `ROOT` only where no other takes the repository."""
    host = ECR.fullmatch(image.host) if owners.rules or owners.by_registry else None
    rules = owners.rules_of(host["account"], host["region"]) if host else ()
    if host is None or not rules or _of_registry(host, image, owners).kind != "own":
        return None
    path = "/".join(image.parts)
    found = [one for one in rules if one.prefix == _ROOT or path.startswith(_slashed(one.prefix))]
    return max(found, key=lambda one: (one.prefix != _ROOT, len(one.prefix)), default=None)


def _slashed(prefix: str) -> str:
    """AWS takes a prefix with the slash that it assumes behind one, too."""
    return prefix.rstrip("/") + "/"


def _upstream(image: ImageReference, rule: PullThrough) -> ImageReference | None:
    """The same image where the cache has it from."""
    path = "/".join(image.parts)
    rest = path if rule.prefix == _ROOT else path.removeprefix(_slashed(rule.prefix))
    before = "" if rule.upstream_prefix == _ROOT else _slashed(rule.upstream_prefix)
    host = rule.upstream.removeprefix("https://").rstrip("/")
    found = image_reference(f"{host}/{before}{rest}")
    return found and msgspec.structs.replace(found, tag=image.tag, digest=image.digest)
