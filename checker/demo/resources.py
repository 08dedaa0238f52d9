"""Calls about resources that the emulator lacks, answered from what it knows of them: shares, URLs
of functions, public snapshots; of what it does not know at all there is none."""

from __future__ import annotations

import json
import re
from typing import Any

from checker.demo.server import Answer, ApiCall, failure

_IDENTITIES = (
    "<CloudFrontOriginAccessIdentityList><Marker/><MaxItems>100</MaxItems>"
    "<IsTruncated>false</IsTruncated><Quantity>0</Quantity></CloudFrontOriginAccessIdentityList>"
)
_URLS = re.compile(r"/2021-10-31/functions/([^/]+)/urls/?\?")
_ENTRIES = re.compile(r"/clusters/[^/]+/access-entries\?")


def nothing(call: ApiCall) -> Answer | None:
    """An interceptor: what nobody in the emulated organization has."""
    if (call.service, call.action) == ("organizations", "DescribeEffectivePolicy"):
        return failure(call, "EffectivePolicyNotFoundException", "there is none", 400)
    if call.service == "cloudfront" and "/origin-access-identity/" in call.path:
        return Answer(200, _IDENTITIES)
    if (call.service, call.action) == ("ecr", "DescribePullThroughCacheRules"):
        return _json({"pullThroughCacheRules": []})
    if call.action == "DescribeResourcePolicies" and call.parameters["policyScope"] == "RESOURCE":
        return _json({"resourcePolicies": []})
    if call.action == "GetResourcePolicy" and "/stream/" in call.parameters.get("ResourceArn", ""):
        return failure(call, "PolicyNotFoundException", "there is none", 400)
    if call.service == "eks" and call.method == "GET" and _ENTRIES.match(call.path):
        return _json({"accessEntries": []})
    return None


_EMPTY: dict[tuple[str, str], dict[str, list[str]]] = {
    ("glue", "GetResourcePolicies"): {"GetResourcePoliciesResponseList": []},
    ("redshift-serverless", "ListSnapshots"): {"snapshots": []},
    ("cloudtrail", "ListEventDataStores"): {"EventDataStores": []},
    ("ecr-public", "DescribeRepositories"): {"repositories": []},
    ("codeartifact", "/v1/domains"): {"domains": []},
    ("codeartifact", "/v1/repositories"): {"repositories": []},
    ("dsql", "/cluster"): {"clusters": []},
    ("s3tables", "/buckets"): {"tableBuckets": []},
    ("oam", "/ListSinks"): {"Items": []},
    ("oam", "/ListLinks"): {"Items": []},
    ("schemas", "/v1/registries"): {"Registries": []},
    ("serverlessrepo", "/applications"): {"applications": []},
}
"""Listings of services of which the emulator knows nothing."""
_EMPTY_XML = {
    "DescribeEndpointAuthorization": "<EndpointAuthorizationList/>",
    "DescribeDataSharesForProducer": "<DataShares/>",
}
_OF_STORAGE = {
    "/v20180820/accesspointforobjectlambda": "ObjectLambdaAccessPointList",
    "/v20180820/accessgrantsinstances": "AccessGrantsInstancesList",
}


def unused(call: ApiCall) -> Answer | None:
    """An interceptor: what nobody here ever used."""
    if call.service == "redshift" and call.action in _EMPTY_XML:
        name = call.action
        inner = f"<{name}Result>{_EMPTY_XML[name]}</{name}Result>"
        meta = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        return Answer(200, f"<{name}Response>{inner}{meta}</{name}Response>")
    path = call.path.partition("?")[0]
    if path in _OF_STORAGE:
        return Answer(200, f"<Result><{_OF_STORAGE[path]}/></Result>")
    found = _EMPTY.get((call.service, call.action or path))
    return _json(found) if found is not None else None


def shares(call: ApiCall) -> Answer | None:
    """An interceptor: whom and what RAM's shares name."""
    if call.service != "ram" or not call.path.startswith(("/listprincipals", "/listresources")):
        return None
    from moto.ram.models import ram_backends

    found = ram_backends[call.account][call.region].resource_shares
    if call.path.startswith("/listprincipals"):
        key, named = "principals", [("id", one.principals, one.arn) for one in found]
    else:
        key, named = "resources", [("arn", one.resource_arns, one.arn) for one in found]
    return _json({key: [{name: each, "resourceShareArn": arn}
                        for name, several, arn in named for each in several]})  # fmt: skip


def points_elsewhere(call: ApiCall) -> Answer | None:
    """An interceptor: the emulator lists access points in each region, and all are of one."""
    if not call.path.startswith("/v20180820/accesspoint?") or call.region == "us-east-1":
        return None
    return Answer(200, "<ListAccessPointsResult><AccessPointList/></ListAccessPointsResult>")


def urls(call: ApiCall) -> Answer | None:
    """An interceptor: the URLs of a function."""
    asked = _URLS.match(call.path) if call.service == "lambda" else None
    if asked is None or call.method != "GET":
        return None
    from moto.awslambda.models import lambda_backends

    function = lambda_backends[call.account][call.region].get_function(asked[1])
    config = function.url_config
    return _json({"FunctionUrlConfigs": [config.to_dict()] if config else []})


def public_snapshots(call: ApiCall) -> Answer | None:
    """An interceptor: those that everybody may restore; the emulator knows no such filter."""
    if call.action == "GetSnapshotBlockPublicAccessState":
        return _ec2(call, "<state>unblocked</state>")
    if call.action != "DescribeSnapshots" or call.parameters.get("RestorableBy.1") != "all":
        return None
    from moto.ec2.models import ec2_backends

    found = ec2_backends[call.account][call.region].snapshots.values()
    public = [one.id for one in found if "all" in one.create_volume_permission_groups]
    items = "".join(f"<item><snapshotId>{id_}</snapshotId></item>" for id_ in public)
    return _ec2(call, f"<snapshotSet>{items}</snapshotSet>")


LACKING = (nothing, unused, points_elsewhere, shares, urls, public_snapshots)
"""As interceptors."""


def _json(content: Any) -> Answer:
    return Answer(200, json.dumps(content), "application/json")


def _ec2(call: ApiCall, content: str) -> Answer:
    name = f"{call.action}Response"
    return Answer(200, f"<{name}><requestId>r</requestId>{content}</{name}>")
