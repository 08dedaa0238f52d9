"""What of a snapshot nobody looked at: a guardrail may cut there what it does not know of."""

from __future__ import annotations

from collections.abc import Iterator

from checker.access.kinds import KINDS
from checker.enforce.doubt import Doubt
from checker.plurals import plural
from checker.snapshot.records import Gap, Manifest

_OF_IMAGES = (
    "autoscaling",
    "batch",
    "ec2",
    "eks",
    "elasticmapreduce",
    "emr",
    "imagebuilder",
    "ssm",
)
_OF_RESOURCES = (
    *(
        "apigateway",
        "backup",
        "codeartifact",
        "dynamodb",
        "ecr",
        "ecr-public",
        "efs",
        "es",
        "events",
    ),
    *("elasticfilesystem", "glue", "kafka", "kms", "lambda", "logs", "opensearch", "ram", "rds"),
    *("redshift", "s3", "s3control", "secretsmanager", "ses", "sns", "sqs"),
)
_BESIDE_ROLES = (*_OF_IMAGES, *_OF_RESOURCES)
_OF_ROLES = ("cognito-identity", "cognito-idp", "iam", "rolesanywhere")


def of_roles(manifest: Manifest) -> Iterator[Doubt]:
    yield from _unseen(manifest, "roles.jsonl", "no role was looked at", _BESIDE_ROLES)


def of_resources(manifest: Manifest, services: tuple[str, ...]) -> Iterator[Doubt]:
    """What is of roles as well is told there."""
    if "resources.jsonl" not in manifest.files:
        yield Doubt("the snapshot", "no resource was looked at")
    looked = manifest.resource_kinds or tuple(KINDS)
    for name, kind in sorted(KINDS.items()):
        if kind.service in services and name not in looked:
            yield Doubt("the snapshot", f"no {name} was looked for")
    for gap in manifest.gaps:
        service = gap.call.partition(":")[0]
        if service in services or (service == "s3control" and "s3" in services):
            yield Doubt(_where(gap), f"{gap.code}: {gap.message}")


def of_public(manifest: Manifest) -> Iterator[Doubt]:
    yield from of_resources(manifest, ("s3", "ec2"))


def of_images(manifest: Manifest) -> Iterator[Doubt]:
    yield from _unseen(
        manifest,
        "image_uses.jsonl",
        "no use of an image was looked at",
        (*_OF_ROLES, *_OF_RESOURCES),
    )


def _unseen(manifest: Manifest, file: str, said: str, others: tuple[str, ...]) -> Iterator[Doubt]:
    """`others`: services of whose calls it makes no difference that they failed."""
    if file not in manifest.files:
        yield Doubt("the snapshot", said)
    for gap in manifest.gaps:
        if gap.call.partition(":")[0] not in others:
            yield Doubt(_where(gap), f"{gap.code}: {gap.message}")
    left_out = [one.id for one in manifest.accounts if not one.collected and not one.shard]
    if left_out:
        was = plural(len(left_out), "account was", "accounts were")
        yield Doubt(left_out[0], f"{was} left out of the collection")


def _where(gap: Gap) -> str:
    return "/".join((gap.account or "-", gap.region or "-", gap.call))
