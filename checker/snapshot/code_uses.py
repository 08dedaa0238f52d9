"""Code that others may have published, and that runs, or would run, in an own account."""

from __future__ import annotations

import msgspec

from checker.snapshot.base import Record
from checker.snapshot.records import Location


class CodeUse(Record, frozen=True, kw_only=True):
    """One reference to code (`code_uses.jsonl`); AMIs are in `image_uses.jsonl`.

    `resource`: the ARN of what runs it; `kind`: what it refers to (`layer`, `container-image`,
    `build-image`, `ssm-document`, `cloudformation-type`, `serverless-application`, `snapshot`,
    `image-builder-component`, `eks-addon`, `model-package`, `image-snapshot`). `reference`: as it
    is written there, None where it could not be told; `digest`: what ran by it (`sha256:…`), where
    somebody told. `via`: where in the resource the reference stands. `unresolved`: as a resource's.
    """

    account: str
    region: str
    resource: str
    kind: str
    reference: str | None
    digest: str | None = None
    via: str | None = None
    location: Location | None = None
    unresolved: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
