"""`enforce block-public-access`: nothing of ours is for everybody.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_s3_syntax.html
"""

from __future__ import annotations

from checker.enforce.forms import Policy
from checker.enforce.limits import Document
from checker.enforce.targets import Placed
from checker.enforce.tree import apart, roots
from checker.snapshot.read import Snapshot

BUCKETS: Document = {"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}
SHARED: Document = {
    "ec2_attributes": {
        "image_block_public_access": {"state": {"@@assign": "block_new_sharing"}},
        "snapshot_block_public_access": {"state": {"@@assign": "block_all_sharing"}},
    }
}


def notes(snapshot: Snapshot | None) -> tuple[str, ...]:
    if snapshot is None:
        return ()
    every = (one.id for one in roots(snapshot.manifest, exempt=False))
    return tuple(apart(snapshot.manifest, every))


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
