"""Listings that the emulator lacks, or where it fails when several ask at once, empty as in an
account that never used the service."""

from __future__ import annotations

import json

from checker.demo.server import Answer, ApiCall, failure

_NO_POLICY = ("organizations", "DescribeEffectivePolicy")
_IDENTITIES = """<CloudFrontOriginAccessIdentityList><Marker/><MaxItems>100</MaxItems>
<IsTruncated>false</IsTruncated><Quantity>0</Quantity></CloudFrontOriginAccessIdentityList>"""
_JSON = {
    ("imagebuilder", "/ListImageRecipes"): "imageRecipeSummaryList",
    ("rolesanywhere", "/trustanchors"): "trustAnchors",
    ("codebuild", "ListFleets"): "fleets",
    ("pcs", "ListClusters"): "clusters",
    ("sagemaker", "ListClusters"): "ClusterSummaries",
    ("cognito-identity", "ListIdentityPools"): "IdentityPools",
    ("ecr", "DescribePullThroughCacheRules"): "pullThroughCacheRules",
}


def empty_listings(call: ApiCall) -> Answer | None:
    """An interceptor."""
    if call.action == "DescribeReplaceRootVolumeTasks":
        content = "<requestId>r</requestId><replaceRootVolumeTaskSet/>"
        return Answer(200, f"<{call.action}Response>{content}</{call.action}Response>")
    asked = call.service, call.action or call.path.partition("?")[0]
    if asked == _NO_POLICY:
        return failure(call, "EffectivePolicyNotFoundException", "no such policy", 400)
    if asked == ("cloudfront", "/2020-05-31/origin-access-identity/cloudfront"):
        return Answer(200, _IDENTITIES)
    key = _JSON.get(asked)
    return Answer(200, json.dumps({key: []}), "application/json") if key else None
