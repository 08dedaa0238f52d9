"""Code of others in the demo, and calls about such code that the emulator lacks."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from unittest import mock

from checker.demo.server import Answer, ApiCall

_EMPTY = {
    ("apprunner", "ListServices"): "ServiceSummaryList",
    ("imagebuilder", "/ListContainerRecipes"): "containerRecipeSummaryList",
    ("sagemaker", "ListApps"): "Apps",
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
LAYER = "arn:aws:lambda:us-east-1:464622532012:layer:Datadog-Extension:65"
PUBLIC = "grafana/grafana:11.2.0"
_RULES = [{"ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io"}]


def mirrored(account: str) -> str:
    """An image of Docker Hub, as an account's own registry hands it on."""
    return f"{account}.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/redis@sha256:{'0a' * 32}"


def mirror(account: str) -> Callable[[ApiCall], Answer | None]:
    """An interceptor: the account's registry fetches from Docker Hub what it lacks."""

    def rules(call: ApiCall) -> Answer | None:
        asked = call.account, call.region, call.action
        if asked != (account, "us-east-1", "DescribePullThroughCacheRules"):
            return None
        return Answer(200, json.dumps({"pullThroughCacheRules": _RULES}), "application/json")

    return rules


def use_code(client: Callable[[str], Any], account: str) -> None:
    """A function with a vendor's layer, and a cluster with an image of the public and one of the
    own mirror."""
    _function(client("lambda"), f"arn:aws:iam::{account}:role/lambda-orders")
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    for name, image in (("dashboards", PUBLIC), ("cache", mirrored(account))):
        container = {"name": name, "image": image, "memory": 256}
        ecs.register_task_definition(family=name, containerDefinitions=[container])
        ecs.create_service(cluster="shop", serviceName=name, taskDefinition=name, desiredCount=0)


def _function(functions: Any, role: str) -> None:
    """The emulator knows no other account's layers: of this one it is told."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr(zipfile.ZipInfo("main.py"), "def run(*_): ...")
    layers = "moto.awslambda.models.LambdaFunction._get_layers_data"
    with mock.patch(layers, return_value=[{"Arn": LAYER, "CodeSize": 1}]):
        functions.create_function(
            FunctionName="orders", Runtime="python3.12", Role=role, Handler="main.run",
            Code={"ZipFile": code.getvalue()}, Layers=[LAYER],
        )  # fmt: skip
