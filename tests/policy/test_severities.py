"""How bad each built-in policy's findings are: changed by a person, on purpose, and told to users."""

from __future__ import annotations

from checker.policy.load import load_policies

SEVERITIES = {
    "critical": """anyone-trust change-blanket-exception denied-vendor-action public-resource
        unvetted-cluster-admin unvetted-role-use""",
    "high": """change-expires-too-late change-grown-baseline change-moved-identity
        change-open-federation change-own-without-evidence change-reviewed-later
        change-unbounded-scope change-weakened-policy change-weakened-setting
        change-without-evidence expired-vetting foreign-service-source foreign-snapshot-image
        laundered-image
        open-federation public-image resource-out-of-scope shared-snapshot
        unexpected-vendor-action unknown-code-publisher unknown-image-owner unknown-role-use
        unattributed-use unknown-vendor-action unpinned-image-lookup unreadable-resource-policy
        unreadable-trust-policy
        unresolved-trust unvetted-account-trust unvetted-container-publisher
        unvetted-document-owner unvetted-layer-owner
        unvetted-federation unvetted-image-owner unvetted-image-parameter
        unvetted-marketplace-image unvetted-organization-access unvetted-organization-trust
        unvetted-resource-access vendor-out-of-scope
        vendor-reads-secrets""",
    "medium": """costly-vendor-calls expired-evidence expired-exception guardrail-drift missing-external-id
        mutable-third-party-code open-deputy possible-vendor-action resource-over-privileged
        shared-image unsure-own-image unvetted-extension-publisher vendor-call-rate
        vendor-over-privileged vendor-probing vendor-reads-data vendor-throttling""",
    "low": """dangling-principal dangling-resource-principal dormant-vendor-role expiring-exception
        expiring-vetting foreign-snapshot-volume inert-resource-statement latent-resource-access
        mismatched-vendor-name unread-object-acls unused-resource-grant""",
    "info": "public-by-nature service-without-source unobserved-vendor unused-exception",
}


def test_the_severities_are_those_that_somebody_chose() -> None:
    """Catches a policy that fails no build any more, and a new one that nobody placed."""
    told = {name: level for level, names in SEVERITIES.items() for name in names.split()}
    assert {policy.id: policy.severity for policy in load_policies(None).policies} == told
