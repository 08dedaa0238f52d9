"""Calls about code of others that the emulator lacks, answered as where nobody uses any."""

from __future__ import annotations

import json
import re

from checker.demo.server import Answer, ApiCall

_EMPTY = {
    ("apprunner", "ListServices"): "ServiceSummaryList",
    ("imagebuilder", "/ListContainerRecipes"): "containerRecipeSummaryList",
    ("sagemaker", "ListImages"): "Images",
    ("sagemaker", "ListInferenceComponents"): "InferenceComponents",
    ("ssm", "ListAssociations"): "Associations",
}
_ADDONS = re.compile(r"/clusters/[^/]+/addons\?")


def nothing(call: ApiCall) -> Answer | None:
    """An interceptor."""
    if call.action == "ListTypes":
        content = "<ListTypesResult><TypeSummaries/></ListTypesResult>"
        return Answer(200, f"<ListTypesResponse>{content}</ListTypesResponse>")
    key = _EMPTY.get((call.service, call.action or call.path.partition("?")[0]))
    if call.service == "eks" and call.method == "GET" and _ADDONS.match(call.path):
        key = "addons"
    return Answer(200, json.dumps({key: []}), "application/json") if key else None


LACKING = (nothing,)
"""As interceptors."""
