"""IAM Roles Anywhere: whose certificates get workloads into roles.

A role that trusts `rolesanywhere.amazonaws.com` names a trust anchor of its account; who gets in
is decided by the certificate authority behind it. Profiles say which roles can be asked for at
all, so they let nobody in who is not let in without them, and are not read.
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import field

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.certificates import authority
from checker.snapshot.records import ProviderRecord

ANCHORS = Call("rolesanywhere", "ListTrustAnchors", "trustAnchors", sparse=True)


class SourceData(CamelShape, frozen=True):
    certificates: str | None = field(name="x509CertificateData", default=None)
    acm_pca_arn: str | None = None


class Source(CamelShape, frozen=True):
    source_data: SourceData = SourceData()


class Anchor(CamelShape, frozen=True):
    trust_anchor_arn: str
    source: Source = Source()


def trust_anchors(account_region: AccountRegion) -> Iterator[ProviderRecord]:
    """Those that are not enabled, too, which anybody may do tomorrow."""
    for anchor in account_region.items(ANCHORS, Anchor):
        data = anchor.source.source_data
        yield ProviderRecord(
            account=account_region.account,
            arn=anchor.trust_anchor_arn,
            kind="trust-anchor",
            issuer=data.acm_pca_arn or authority(data.certificates or ""),
        )
