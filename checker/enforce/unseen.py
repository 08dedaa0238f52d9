"""What of a snapshot nobody looked at: a guardrail may cut there what it does not know of."""

from __future__ import annotations

from collections.abc import Iterator

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
_OF_ROLES = ("cognito-identity", "cognito-idp", "iam", "rolesanywhere")


def of_roles(manifest: Manifest) -> Iterator[Doubt]:
    yield from _unseen(manifest, "roles.jsonl", "no role was looked at", _OF_IMAGES)


def of_images(manifest: Manifest) -> Iterator[Doubt]:
    yield from _unseen(manifest, "image_uses.jsonl", "no use of an image was looked at", _OF_ROLES)


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
