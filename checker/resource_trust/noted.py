"""A resource that somebody must look at, as far as it must be known for that."""

from __future__ import annotations

import msgspec

from checker.resource_trust.moving import Named
from checker.snapshot.resources import ResourceRecord

Alike = tuple[str, str | None]
"""What a resource says, but for names, and the one account of somebody else that it names."""
_decode = msgspec.json.Decoder(ResourceRecord).decode


class Noted(msgspec.Struct):
    """`alike`: equal for all that say the same but for their names; None where it is looked at by
    itself. Its record is read from its `line` where it was not yet."""

    account: str
    arn: str
    alike: Alike | None
    line: bytes = b""
    given: ResourceRecord | None = None

    @property
    def record(self) -> ResourceRecord:
        if self.given is None:
            self.given = _decode(self.line)
        return self.given

    @property
    def names(self) -> Named:
        """Of the resource, and of the account of somebody else."""
        return Named(self.arn, self.account, self.alike[1] if self.alike else None)
