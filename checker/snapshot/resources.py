"""A resource that may let others in by a policy, an ACL, grants or shares of its own."""

from __future__ import annotations

import msgspec

from checker.snapshot.base import Record
from checker.snapshot.records import Location

Given = msgspec.Raw | msgspec.UnsetType
"""JSON as AWS, or who read code, gave it; unset where it does not apply."""


class ResourceInBrief(Record, frozen=True, kw_only=True):
    """What of a resource tells whom it lets in, and what else is ours."""

    account: str
    region: str | None = None
    arn: str
    kind: str
    name: str | None = None
    document: Given = msgspec.UNSET
    acl: Given = msgspec.UNSET
    grants: Given = msgspec.UNSET
    share: Given = msgspec.UNSET
    settings: Given = msgspec.UNSET


class ResourceRecord(ResourceInBrief, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A resource (`resources.jsonl`); `kind` is its CloudFormation type, `region` None for what is
    global. A resource that has no policy is recorded without one: it was looked at.

    `document`: the policy, an object or its text. `acl`: `[type, id or group, permission]` each.
    `grants`: KMS's `Grants`. `share`: whom it is shared with, in the form of its kind. `settings`:
    what opens or shuts it beside those (`bpa`, `ownership`, `urls`, …). `unresolved`: of one that
    is still a template, in words what of these could not be told, and how it was taken then.

    A field that this version does not know is refused: it may be a door, as a `document` misspelt.
    """

    tags: dict[str, str] | None = None
    location: Location | None = None
    unresolved: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
