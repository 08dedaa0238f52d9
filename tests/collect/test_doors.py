"""Places that launch an image, or let somebody in, at the cost of a call: each from end to end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.certificates import authority
from checker.collect.aws.clients import ClientPool
from checker.demo import images
from checker.demo.server import Answer, ApiCall
from tests.support.collected import launch, run
from tests.support.front import OWN, Calls, answer, aws, client, deny

VENDOR = "999999999999"
A, B, C = "ami-0000000000000000a", "ami-0000000000000000b", "ami-0000000000000000c"
REGION = ("--regions", "us-east-1")
Use = tuple[str, str | None, str | None]
"""Kind, image, via."""


def said(service: str, **answers: Any) -> Callable[[ApiCall], Answer | None]:
    """A service of JSON with these answers, by the action or the last part of the path; a function
    is asked with the parameters."""

    def intercept(call: ApiCall) -> Answer | None:
        name = call.action or call.path.partition("?")[0].rpartition("/")[2]
        if call.service != service or name not in answers:
            return None
        found = answers[name]
        body = found(call) if callable(found) else found
        return Answer(200, json.dumps(body), "application/x-amz-json-1.1")

    return intercept


def ec2(action: str, body: str) -> Callable[[ApiCall], Answer | None]:
    return answer(action, f"<{action}Response><requestId>r</requestId>{body}</{action}Response>")


def spot(id_: str, state: str, type_: str, image: str) -> str:
    return (
        f"<item><spotInstanceRequestId>{id_}</spotInstanceRequestId><state>{state}</state>"
        f"<type>{type_}</type><launchSpecification><imageId>{image}</imageId></launchSpecification></item>"
    )


SPOT = ec2(
    "DescribeSpotInstanceRequests",
    "<spotInstanceRequestSet>"
    + spot("sir-1", "active", "persistent", A)
    + spot("sir-2", "open", "one-time", B)
    + spot("sir-3", "active", "one-time", C)
    + spot("sir-4", "cancelled", "persistent", C)
    + spot("sir-5", "closed", "one-time", C)
    + "</spotInstanceRequestSet>",
)


def build_fleets(call: ApiCall) -> Any:
    """Two pages, though botocore knows no paginator."""
    return {"fleets": ["b", "c"]} if call.parameters.get("nextToken") else {"fleets": ["a"], "nextToken": "t"}  # fmt: skip


def described_fleets(call: ApiCall) -> Any:
    kinds = {"a": (A, "ACTIVE"), "b": (None, "ACTIVE"), "c": (C, "PENDING_DELETION")}
    found = []
    for name in call.parameters["names"]:
        image, status = kinds[name]
        arn = f"arn:aws:codebuild:us-east-1:{OWN}:fleet/{name}:1"
        one = {"arn": arn, "name": name, "status": {"statusCode": status}}
        found.append(one | ({"imageId": image} if image else {}))
    return {"fleets": found}


HYPERPOD = {
    "ClusterArn": f"arn:aws:sagemaker:us-east-1:{OWN}:cluster/c1",
    "ClusterName": "train",
    "ClusterStatus": "InService",
    "InstanceGroups": [
        {"InstanceGroupName": "own", "CurrentImageId": A, "DesiredImageId": B},
        {
            "InstanceGroupName": "managed",
            "CurrentImageId": C,
            "CurrentImageReleaseVersion": "1",
            "DesiredImageId": C,
            "DesiredImageReleaseVersion": "2",
        },
    ],
}
NODE_GROUPS: dict[str, Any] = {
    "1": {"amiId": A, "status": "ACTIVE", "customLaunchTemplate": {"id": "lt-1", "version": "1"}},
    "2": {"amiId": C, "status": "DELETED"},
    "3": {"status": "ACTIVE"},
}


def node_group(call: ApiCall) -> Any:
    id_ = call.parameters["computeNodeGroupIdentifier"]
    arn = f"arn:aws:pcs:us-east-1:{OWN}:cluster/pcs_1/computenodegroup/{id_}"
    return {"computeNodeGroup": {"arn": arn, "name": f"n{id_}", "id": id_} | NODE_GROUPS[id_]}


def recipe_arn(name: str, version: str) -> str:
    return f"arn:aws:imagebuilder:us-east-1:{OWN}:image-recipe/{name}/{version}"


def built(kind: str, owner: str = VENDOR, name: str = "agent") -> str:
    return f"arn:aws:imagebuilder:us-east-1:{owner}:{kind}/{name}/1.0.0"


RECIPES = {
    recipe_arn("golden", "1.0.0"): (C, ["component"]),  # nobody builds it any more
    recipe_arn("golden", "1.9.0"): (B, []),  # in a pipeline
    recipe_arn("golden", "1.10.0"): (A, [built("component"), built("component", OWN), built("component", "aws")]),
    recipe_arn("of-aws", "1.0.0"): (built("image", "aws"), []),
    recipe_arn("of-a-vendor", "1.0.0"): (built("image"), [built("component", "third-party")]),
    recipe_arn("of-a-product", "1.0.0"): ("prod-abc", []),
    recipe_arn("of-a-parameter", "1.0.0"): ("ssm:/golden/image", []),
}  # fmt: skip


def recipe(call: ApiCall) -> Any:
    from urllib.parse import parse_qs

    (arn,) = parse_qs(call.path.partition("?")[2])["imageRecipeArn"]
    parent, components = RECIPES[arn]
    return {
        "imageRecipe": {
            "arn": arn,
            "name": arn.split("/")[1],
            "parentImage": parent,
            "components": [{"componentArn": one} for one in components],
        }
    }


BUILDER = said(
    "imagebuilder",
    ListImageRecipes={"imageRecipeSummaryList": [{"arn": arn} for arn in RECIPES]},
    ListImagePipelines={"imagePipelineList": [{"imageRecipeArn": recipe_arn("golden", "1.9.x")}, {}]},
    GetImageRecipe=recipe,
)  # fmt: skip
AGENT = built("component")
DOORS: list[tuple[str, Any, set[Use]]] = [
    ("Spot requests that launch again", SPOT, {("spot-request", A, None), ("spot-request", B, None)}),
    ("build fleets", said("codebuild", ListFleets=build_fleets, BatchGetFleets=described_fleets),
     {("build-fleet", A, None)}),
    ("HyperPod clusters", said("sagemaker", ListClusters={"ClusterSummaries": [{"ClusterName": "train"}]},
                               DescribeCluster=HYPERPOD),
     {("hyperpod-cluster", A, "instance group own"), ("hyperpod-cluster", B, "instance group own")}),
    ("node groups of Parallel Computing",
     said("pcs", ListClusters={"clusters": [{"id": "pcs_1"}]},
          ListComputeNodeGroups={"computeNodeGroups": [{"id": id_} for id_ in NODE_GROUPS]},
          GetComputeNodeGroup=node_group), {("pcs-node-group", A, None)}),
    ("image recipes", BUILDER,
     {("image-recipe", A, "parent image"), ("image-recipe", B, "parent image"), ("image-recipe", AGENT, "component"),
      ("image-recipe", built("image"), "parent image"),
      ("image-recipe", built("component", "third-party"), "component"),
      ("image-recipe", None, "parent image prod-abc"),
      ("image-recipe", None, "parent image, resolve:ssm:/golden/image")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "service", "expected"), DOORS, ids=[d[0] for d in DOORS])
def test_places_that_launch_an_image(
    tmp_path: Path, why: str, service: Any, expected: set[Use]
) -> None:
    """What launches, or would launch, each is an image use; what is over or AWS's own is none."""
    with aws(service):
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == []
    assert {(u["kind"], u["image_id"], u["via"]) for u in snapshot["image_uses"]} == expected
    owners = {i["image_id"]: (i["owner"], i["alias"]) for i in snapshot["images"]}
    assert owners.get(AGENT, (VENDOR, None)) == (VENDOR, None)
    assert owners.get(built("component", "third-party"), (None, "aws-marketplace"))[1]


def task(instance: str, image: str | None, state: str, at: str) -> str:
    named = f"<imageId>{image}</imageId>" if image else "<snapshotId>snap-1</snapshotId>"
    return (
        f"<item><instanceId>{instance}</instanceId><taskState>{state}</taskState>{named}"
        f"<startTime>2026-0{at}-01T00:00:00Z</startTime></item>"
    )


def test_a_root_volume_that_was_replaced(tmp_path: Path) -> None:
    """The last image counts beside the one that it was launched from; of a machine that is gone,
    and of a task that failed, nothing is left."""
    tasks: list[str] = []

    def replaced(call: ApiCall) -> Answer | None:
        body = f"<replaceRootVolumeTaskSet>{''.join(tasks)}</replaceRootVolumeTaskSet>"
        return ec2("DescribeReplaceRootVolumeTasks", body)(call)

    with aws(replaced, images.describe_instance_image_metadata):
        launch("one", A)
        found = client("ec2").describe_instances()["Reservations"][0]["Instances"][0]
        here = found["InstanceId"]
        tasks += [task(here, B, "succeeded", "3"), task(here, C, "succeeded", "2"),
                  task(here, C, "failed", "4"), task(here, None, "succeeded", "5"),
                  task("i-gone", C, "succeeded", "6")]  # fmt: skip
        snapshot = run(tmp_path, *REGION)
    uses = {(use["image_id"], use["via"]) for use in snapshot["image_uses"]}
    assert uses == {(found["ImageId"], None), (B, "replaced root volume")}


DENIED = [
    ("DescribeSpotInstanceRequests", "ec2"),
    ("ListFleets", "codebuild"),
    ("ListIdentityPools", "cognito-identity"),
]


@pytest.mark.parametrize(("action", "service"), DENIED)
def test_a_door_that_cannot_be_looked_at_is_a_gap(
    tmp_path: Path, action: str, service: str
) -> None:
    """Not a place without doors."""
    with aws(deny(action, "AccessDenied")):
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == [(OWN, "us-east-1", f"{service}:{action}", "AccessDenied")]


def test_trust_anchors_and_identity_pools_are_told_by_who_is_behind_them(tmp_path: Path) -> None:
    """The authority of an anchor, and who may log in to a pool beside our own."""
    arn = f"arn:aws:rolesanywhere:us-east-1:{OWN}:trust-anchor/"
    authority_arn = f"arn:aws:acm-pca:us-east-1:{VENDOR}:certificate-authority/1"
    sources = {"a": {"acmPcaArn": authority_arn}, "b": {"x509CertificateData": "no certificate"}}
    anchors = [
        {"trustAnchorArn": arn + name, "source": {"sourceData": data}}
        for name, data in sources.items()
    ]
    host = "cognito-idp.us-east-1.amazonaws.com"
    own, other = (
        {"ProviderName": f"{host}/us-east-1_{n}", "ClientId": "c"} for n in ("own", "other")
    )
    pools = {
        "closed": (False, {"CognitoIdentityProviders": [own]}),
        "open": (True, {"CognitoIdentityProviders": [own, other]}),
        "social": (False, {"SupportedLoginProviders": {"accounts.google.com": "id"}}),
    }

    def described(call: ApiCall) -> Any:
        name = call.parameters["IdentityPoolId"]
        guests, more = pools[name]
        named = {"IdentityPoolId": name, "IdentityPoolName": name}
        return named | {"AllowUnauthenticatedIdentities": guests} | more

    listed = [{"IdentityPoolId": name} for name in pools]
    identity = said(
        "cognito-identity", ListIdentityPools={"IdentityPools": listed}, DescribeIdentityPool=described
    )  # fmt: skip
    users = said("cognito-idp", ListUserPools={"UserPools": [{"Id": "us-east-1_own"}]})
    calls = Calls()
    anywhere = said("rolesanywhere", trustanchors={"trustAnchors": anchors})
    with aws(calls, anywhere, identity, users):
        snapshot = run(tmp_path, *REGION)
    assert snapshot.gaps == []
    found = snapshot["providers"]
    assert {(p["arn"], p["issuer"]) for p in found if p["kind"] == "trust-anchor"} == {
        (arn + "a", authority_arn),
        (arn + "b", None),
    }
    told = sorted(p["logins"] for p in found if p["kind"] == "identity-pool")
    assert told == [[], ["accounts.google.com"], [f"{host}/us-east-1_other", "unauthenticated"]]
    assert calls.seen["cognito-idp:ListUserPools"] == 1


def test_an_authority_is_its_certificates(tmp_path: Path) -> None:
    """By the fingerprint that `openssl x509 -fingerprint -sha256` shows, in any order."""
    pems, prints = [], []
    for name in ("one", "two"):
        path = tmp_path / name
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", f"/CN={name}",
             "-keyout", "/dev/null", "-out", path], check=True, capture_output=True)  # fmt: skip
        shown = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256"],
                               check=True, capture_output=True, text=True).stdout  # fmt: skip
        prints.append("x509-sha256:" + shown.strip().partition("=")[2].replace(":", "").lower())
        pems.append(path.read_text())
    assert authority(pems[0]) == prints[0]
    assert (
        authority("".join(pems)) == authority("".join(reversed(pems))) == " ".join(sorted(prints))
    )
    assert authority("") is None
    assert authority(pems[0] + "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----") is None


def test_a_service_that_a_region_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no name where EC2 has one. Where nobody can tell, it is asked."""
    import socket

    names: dict[str, Any] = {"ec2": True}

    def resolve(host: str, *_: Any) -> list[Any]:
        known = names.get(host.split(".")[0])
        if known is True:
            return []
        raise socket.gaierror(socket.EAI_NONAME if known is False else socket.EAI_AGAIN, "no")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    def offered(pcs: bool | None, ec2: bool | None = True, service: str = "pcs") -> bool:
        names.update({"pcs": pcs, "ec2": ec2, "codebuild": False})
        return ClientPool(None, 1).offered(service, "eu-west-1")

    assert not offered(False)
    assert offered(True)
    assert offered(None), "the resolver does not answer"
    assert offered(False, ec2=False), "nothing has a name here: a proxy resolves"
    assert offered(False, service="codebuild"), "botocore lists it there, so it is asked"
