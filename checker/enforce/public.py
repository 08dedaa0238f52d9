"""`enforce block-public-access`: nothing of ours is for everybody.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_s3_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checker.enforce.doubt import Doubt
from checker.enforce.forms import Policy
from checker.enforce.limits import Document
from checker.enforce.targets import Placed
from checker.enforce.tree import roots
from checker.enforce.unseen import of_images
from checker.images.sharing import outsiders
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Image
from checker.vetting.register import Register

BUCKETS: Document = {"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}
SHARED: Document = {
    "ec2_attributes": {
        "image_block_public_access": {"state": {"@@assign": "block_new_sharing"}},
        "snapshot_block_public_access": {"state": {"@@assign": "block_all_sharing"}},
    }
}
_STAYS = "it is public already, and the block stops new sharing alone: end it there"
_NOT_READ = (
    "no bucket was looked at: of a public bucket policy the block refuses the accounts, too, that "
    "it names"
)


class Public(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is for everybody."""

    resource: str
    account: str
    region: str | None = None
    reason: str | None = None


class PublicProof(msgspec.Struct):
    """As the other proofs. Nothing of it is vetted: nobody can vet everybody."""

    cuts: list[Public] = []
    closes: list[Public] = []
    left: list[Public] = []
    doubts: list[Doubt] = []


def policies(snapshot: Snapshot | None) -> list[Policy]:
    tree = roots(snapshot.manifest, exempt=False) if snapshot else []
    targets = tuple(one.id for one in tree)
    return [
        Policy(
            "vendorgate-s3-public", "S3_POLICY", "No bucket is public", Placed(targets, BUCKETS)
        ),
        Policy(
            "vendorgate-ec2-public",
            "DECLARATIVE_POLICY_EC2",
            "No image and no snapshot is public",
            Placed(targets, SHARED),
        ),
    ]


def prove_public(snapshot: Snapshot, register: Register, images: Iterable[Image]) -> PublicProof:
    """Of own images; buckets and snapshots are not in a snapshot of today, which is said."""
    return PublicProof(left=list(_public(images, register)), doubts=list(_unseen(snapshot)))


def _public(images: Iterable[Image], register: Register) -> Iterator[Public]:
    for image in images:
        if any(one.kind == "anyone" for one in outsiders(image, register)):
            yield Public(image.image_id, image.account, image.region, _STAYS)


def _unseen(snapshot: Snapshot) -> Iterator[Doubt]:
    yield from of_images(snapshot.manifest)
    yield Doubt("the snapshot", _NOT_READ)
