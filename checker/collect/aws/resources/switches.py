"""The four switches of S3 Block Public Access, as each place that has them tells them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import msgspec

from checker.collect.aws.calls import Shape


class Switches(Shape, frozen=True):
    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False

    @property
    def told(self) -> dict[str, bool]:
        """As AWS spells them."""
        found: dict[str, bool] = msgspec.to_builtins(self)
        return found


OFF = Switches().told
"""Where nobody ever set any."""
