"""Listings that the emulator lacks, or where it fails when several ask at once, empty as in an
account that never used the service."""

from __future__ import annotations

import json

from checker.demo.server import Answer, ApiCall

_JSON = {
    ("imagebuilder", "/ListImageRecipes"): "imageRecipeSummaryList",
    ("rolesanywhere", "/trustanchors"): "trustAnchors",
    ("codebuild", "ListFleets"): "fleets",
    ("pcs", "ListClusters"): "clusters",
    ("sagemaker", "ListClusters"): "ClusterSummaries",
    ("cognito-identity", "ListIdentityPools"): "IdentityPools",
}


def empty_listings(call: ApiCall) -> Answer | None:
    """An interceptor."""
    if call.action == "DescribeReplaceRootVolumeTasks":
        content = "<requestId>r</requestId><replaceRootVolumeTaskSet/>"
        return Answer(200, f"<{call.action}Response>{content}</{call.action}Response>")
    key = _JSON.get((call.service, call.action or call.path.partition("?")[0]))
    return Answer(200, json.dumps({key: []}), "application/json") if key else None
