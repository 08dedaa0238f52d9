"""Conditions under which an action does less than its name says.

A session of a directory bucket may be for reading alone; a grant that a service asks for binds a
key to a resource, and lets nobody hand it on.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from datetime import date

import msgspec

from checker.access.merge import merged
from checker.access.model import Grade, Ours, Resource
from checker.access.policies import Only, PolicyAccess, policy_access


class Milder(msgspec.Struct, frozen=True):
    """With `key` at `mild`, `action` is but `access`; at `full` it is what it is."""

    action: str
    key: str
    full: str
    mild: str
    access: Grade


_MILDER = {
    "AWS::S3Express::DirectoryBucket": Milder(
        "s3express:createsession", "s3express:sessionmode", "ReadWrite", "ReadOnly", "read"
    ),
    "AWS::KMS::Key": Milder(
        "kms:creategrant", "kms:grantisforawsresource", "false", "true", "write"
    ),
}


def graded_access(resource: Resource, ours: Ours, today: date) -> PolicyAccess:
    """Whom a policy lets in, with what it lets do under such a condition."""
    mild = _MILDER.get(resource.kind)
    if mild is None or mild.key not in _text(resource.document):
        return policy_access(resource.document, resource, ours, today)
    full = Only(fixed={mild.key: mild.full})
    found = policy_access(resource.document, resource, ours, today, only=full)
    less = Only(fixed={mild.key: mild.mild}, actions=(mild.action,))
    more = policy_access(resource.document, resource, ours, today, only=less)
    held = (msgspec.structs.replace(one, access=mild.access) for one in more.grants)
    found.grants = merged([*found.grants, *held])
    found.problems += more.problems
    return found


def _text(document: object) -> str:
    return str(document).lower()
