"""Callers of S3's that come in no account of ours, though they are our own or AWS's: an RCP may
refuse them, and no condition of ours tells them apart.

Origin access identities are users of CloudFront's own, and log delivery that an ACL lets in may
come as an account or as a service.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CloudFrontOriginAccessIdentity.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from checker.access import Resource
from checker.access.owners import LOG_DELIVERY

_IDENTITY = (
    "{} is an origin access identity of our own, which is in no account of ours: the document may "
    "refuse it; use origin access control"
)
_DELIVERY = (
    "an ACL lets in log delivery, of which nobody can tell whether it comes as a service: the "
    "document may refuse it; let in the service by the bucket's policy"
)


def nameless(bucket: Resource, oais: Collection[str]) -> Iterator[str]:
    """What may be refused there, in words. `oais`: ids of our own."""
    text = str(bucket.document)
    live = bucket.settings.ownership != "BucketOwnerEnforced"
    grantees = {name for _, name, _ in bucket.acl or ()} if live else set()
    for one in sorted(oais):
        if one in text or one in grantees:
            yield _IDENTITY.format(one)
    if any(one.endswith("/s3/LogDelivery") or one in LOG_DELIVERY for one in grantees):
        yield _DELIVERY
