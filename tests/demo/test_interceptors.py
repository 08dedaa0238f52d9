"""What stands before the emulator: which calls it answers, what it says, and what it lets through.

A wrong answer here is a demo that shows findings nobody has, or none where there is one; a call
that is answered though the emulator knows it hides what the organization really has.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from checker.demo import code, doors, images, lacking, organization, resources, server
from checker.demo.server import Answer, ApiCall, Front, Interceptor, failure

_OWN, _OTHER = "222222222222", "333333333333"
_JSON, _XML = "application/json", "text/xml"


class Call(ApiCall):
    """Signed by the account whose id is its key."""

    @property
    def account(self) -> str:
        return self.access_key


def call(
    service: str, action: str = "", path: str = "", method: str = "GET", *,
    account: str = _OWN, region: str = "us-east-1", **parameters: str,
) -> Call:  # fmt: skip
    return Call(account, region, service, action, parameters, path, method)


def answered(by: Iterable[Interceptor], one: ApiCall) -> Answer | None:
    """Of all that stand before the emulator, at most one answers."""
    found = [answer for answer in (intercept(one) for intercept in by) if answer]
    assert len(found) <= 1, found
    return found[0] if found else None


STATELESS = (
    code.mirror(_OWN), doors.entries(_OWN), lacking.empty_listings, images.get_image_ancestry,
    images.get_allowed_images_settings, resources.unused, resources.points_elsewhere, *code.LACKING,
)  # fmt: skip
"""Those that know nothing of the organization; `resources.nothing` comes after `code.mirror` and
answers for the accounts that have none."""

_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_STRANGER = "arn:aws:iam::888888888888:role/contractor"
_RULE = {"ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io"}
_ENTRY = {
    "clusterName": "shop", "principalArn": _STRANGER, "kubernetesGroups": [],
    "accessEntryArn": f"arn:aws:eks:us-east-1:{_OWN}:access-entry/shop/role/888888888888/"
    "contractor/0aa1b2c3",
    "type": "STANDARD", "username": _STRANGER,
}  # fmt: skip

AS_JSON: list[tuple[Call, dict[str, Any]]] = [
    # listings without anything in them, by action or by path, whatever is asked behind the path
    (call("imagebuilder", path="/ListImageRecipes?"), {"imageRecipeSummaryList": []}),
    (call("rolesanywhere", path="/trustanchors?pageSize=9"), {"trustAnchors": []}),
    (call("codebuild", "ListFleets"), {"fleets": []}),
    (call("pcs", "ListClusters"), {"clusters": []}),
    (call("sagemaker", "ListClusters"), {"ClusterSummaries": []}),
    (call("cognito-identity", "ListIdentityPools"), {"IdentityPools": []}),
    (call("apprunner", "ListServices"), {"ServiceSummaryList": []}),
    (call("imagebuilder", path="/ListContainerRecipes?"), {"containerRecipeSummaryList": []}),
    (call("sagemaker", "ListApps"), {"Apps": []}),
    (call("sagemaker", "ListImages"), {"Images": []}),
    (call("sagemaker", "ListInferenceComponents"), {"InferenceComponents": []}),
    (call("ssm", "ListAssociations"), {"Associations": []}),
    (call("eks", path="/clusters/shop/addons?"), {"addons": []}),
    (call("glue", "GetResourcePolicies"), {"GetResourcePoliciesResponseList": []}),
    (call("redshift-serverless", "ListSnapshots"), {"snapshots": []}),
    (call("cloudtrail", "ListEventDataStores"), {"EventDataStores": []}),
    (call("ecr-public", "DescribeRepositories"), {"repositories": []}),
    (call("codeartifact", path="/v1/domains?"), {"domains": []}),
    (call("codeartifact", path="/v1/repositories?max=1"), {"repositories": []}),
    (call("dsql", path="/cluster?"), {"clusters": []}),
    (call("s3tables", path="/buckets?"), {"tableBuckets": []}),
    (call("oam", path="/ListSinks?"), {"Items": []}),
    (call("oam", path="/ListLinks?"), {"Items": []}),
    (call("schemas", path="/v1/registries?"), {"Registries": []}),
    (call("serverlessrepo", path="/applications?"), {"applications": []}),
    # the one account's mirror and cluster
    (call("ecr", "DescribePullThroughCacheRules"), {"pullThroughCacheRules": [_RULE]}),
    (call("eks", path="/clusters/shop?"),
     {"cluster": {"name": "shop", "accessConfig": {"authenticationMode": "API"}}}),
    (call("eks", path="/clusters/shop/access-entries?maxResults=1"),
     {"accessEntries": [_STRANGER]}),
    (call("eks", path=f"/clusters/shop/access-entries/{_STRANGER}?"), {"accessEntry": _ENTRY}),
    (call("eks", path=f"/clusters/shop/access-entries/{_STRANGER}/access-policies?"),
     {"associatedAccessPolicies": [
         {"policyArn": _ADMIN, "accessScope": {"type": "cluster", "namespaces": []}}]}),
]  # fmt: skip

AS_XML: list[tuple[Call, str]] = [
    (call("ec2", "DescribeReplaceRootVolumeTasks"),
     "<DescribeReplaceRootVolumeTasksResponse><requestId>r</requestId><replaceRootVolumeTaskSet/>"
     "</DescribeReplaceRootVolumeTasksResponse>"),
    (call("cloudformation", "ListTypes"),
     "<ListTypesResponse><ListTypesResult><TypeSummaries/></ListTypesResult></ListTypesResponse>"),
    (call("ec2", "GetImageAncestry", ImageId="ami-1"),
     "<GetImageAncestryResponse><requestId>r</requestId><imageAncestryEntrySet><item><imageId>"
     "ami-1</imageId></item></imageAncestryEntrySet></GetImageAncestryResponse>"),
    (call("ec2", "GetAllowedImagesSettings"),
     "<GetAllowedImagesSettingsResponse><requestId>r</requestId><state>disabled</state>"
     "<managedBy>account</managedBy></GetAllowedImagesSettingsResponse>"),
    *((call("redshift", f"Describe{name}"),
       f"<Describe{name}Response><Describe{name}Result><{inner}/></Describe{name}Result>"
       f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></Describe{name}Response>")
      for name, inner in (("EndpointAuthorization", "EndpointAuthorizationList"),
                          ("DataSharesForProducer", "DataShares"))),
    *((call("s3", path=f"/v20180820/{path}?x=1"), f"<Result><{name}/></Result>")
      for path, name in (("accesspointforobjectlambda", "ObjectLambdaAccessPointList"),
                         ("accessgrantsinstances", "AccessGrantsInstancesList"))),
    (call("s3", path="/v20180820/accesspoint?", region="eu-west-1"),
     "<ListAccessPointsResult><AccessPointList/></ListAccessPointsResult>"),
]  # fmt: skip

LET_THROUGH = [
    call("ecs", "ListClusters"),  # another service's action of a name that is answered
    call("ssm", "ListServices"),
    call("ec2", "DescribeInstances"),
    call("ecr", "DescribePullThroughCacheRules", account=_OTHER),
    call("ecr", "DescribePullThroughCacheRules", region="eu-west-1"),
    call("ecr", "DescribeRepositories"),
    call("eks", path="/clusters/shop?", account=_OTHER),
    call("eks", path="/clusters/shop?", region="eu-west-1"),
    call("batch", path="/clusters/shop?"),
    call("eks", path="/clusters/shop?", method="DELETE"),
    call("eks", path="/clusters/shop/access-entries?", method="POST"),
    call("eks", path="/clusters/shop/nodegroups?"),
    call("eks", path="/clusters?"),
    call("eks", path="/clusters/shop/addons?", method="POST"),
    call("eks", path="/clusters/shop/addons/one?"),
    call("batch", path="/clusters/shop/addons?"),
    call("glue", "DescribeDataSharesForProducer"),
    call("redshift", "DescribeClusters"),
    call("s3", path="/v20180820/accesspoint?", region="us-east-1"),
    call("s3", path="/v20180820/accesspoint/one?", region="eu-west-1"),
]


def test_what_knows_nothing_of_the_organization() -> None:
    """A listing under another name is none, which a collector takes for an empty one; one answered
    for a neighbour hides what is there."""
    for one, expected in AS_JSON:
        answer = answered(STATELESS, one)
        assert answer == Answer(200, json.dumps(expected), _JSON), one
    for one, body in AS_XML:
        assert answered(STATELESS, one) == Answer(200, body, _XML), one
    for one in LET_THROUGH:
        assert answered(STATELESS, one) is None, one


def test_what_nobody_has() -> None:
    """An account without a policy says so with the code that means it, or it is a gap."""
    gone = "PolicyNotFoundException"
    identities = (
        "<CloudFrontOriginAccessIdentityList><Marker/><MaxItems>100</MaxItems><IsTruncated>false"
        "</IsTruncated><Quantity>0</Quantity></CloudFrontOriginAccessIdentityList>"
    )
    stream, table = "arn:aws:dynamodb:us-east-1:1:table/t/stream/s", "arn:aws:dynamodb:::table/t"
    rows: list[tuple[Call, Answer | None]] = [
        (call("organizations", "DescribeEffectivePolicy"),
         _error("EffectivePolicyNotFoundException", 400)),
        (call("organizations", "DescribePolicy"), None),
        (call("ssm", "DescribeEffectivePolicy"), None),
        (call("cloudfront", path="/2020-05-31/origin-access-identity/cloudfront?"),
         Answer(200, identities)),
        (call("cloudfront", path="/2020-05-31/distribution?"), None),
        (call("s3", path="/2020-05-31/origin-access-identity/cloudfront?"), None),
        (call("ecr", "DescribePullThroughCacheRules"), _listed("pullThroughCacheRules")),
        (call("ecr", "DescribeRepositories"), None),
        (call("ssm", "DescribePullThroughCacheRules"), None),
        (call("logs", "DescribeResourcePolicies", policyScope="RESOURCE"),
         _listed("resourcePolicies")),
        (call("logs", "DescribeResourcePolicies", policyScope="ACCOUNT"), None),
        (call("logs", "DescribeDestinations", policyScope="RESOURCE"), None),
        (call("dynamodb", "GetResourcePolicy", ResourceArn=stream), _error(gone, 400)),
        (call("dynamodb", "GetResourcePolicy", ResourceArn=table), None),
        (call("secretsmanager", "GetResourcePolicy"), None),
        (call("dynamodb", "DescribeTable", ResourceArn=stream), None),
        (call("eks", path="/clusters/lab/access-entries?"), _listed("accessEntries")),
        (call("eks", path="/clusters/lab/access-entries?", method="POST"), None),
        (call("batch", path="/clusters/lab/access-entries?"), None),
        (call("eks", path="/clusters/lab/access-entries/one?"), None),
        (call("eks", path="/clusters/lab?"), None),
    ]  # fmt: skip
    for one, expected in rows:
        assert resources.nothing(one) == expected, one


def _error(code: str, status: int) -> Answer:
    body = json.dumps({"__type": code, "message": "there is none"})
    return Answer(status, body, "application/x-amz-json-1.1")


def _listed(key: str) -> Answer:
    return Answer(200, json.dumps({key: []}), _JSON)


def test_who_may_collect() -> None:
    """The collector comes in with the external id, and nowhere in the acquired account; nobody
    else is refused."""
    role, known = "arn:aws:iam::{}:role/vendorgate-collector", "acme-vendorgate"
    own, acquired = role.format(_OWN), role.format("444444444444")

    def refused(named: str) -> Answer:
        return failure(
            call("sts"), "AccessDenied",
            "User: arn:aws:sts::111111111111:assumed-role/demo/demo is not authorized to perform: "
            f"sts:AssumeRole on resource: {named}",
        )  # fmt: skip

    rows: list[tuple[str, dict[str, str], Answer | None]] = [
        ("AssumeRole", {"RoleArn": own, "ExternalId": known}, None),
        ("AssumeRole", {"RoleArn": own, "ExternalId": "guessed"}, refused(own)),
        ("AssumeRole", {"RoleArn": own}, refused(own)),
        ("AssumeRole", {"RoleArn": acquired, "ExternalId": known}, refused(acquired)),
        ("AssumeRole", {"RoleArn": acquired}, refused(acquired)),
        ("AssumeRole", {"RoleArn": "arn:aws:iam::444444444444:role/demo"}, None),
        ("AssumeRole", {}, None),
        ("AssumeRoleWithSAML", {"RoleArn": own}, None),
    ]
    for action, parameters, expected in rows:
        one = call("sts", action, **parameters)
        assert organization.refuse_collector(one) == expected, (action, parameters)


def test_shares_urls_and_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the emulator knows of the account in this region is told, of no other, and only
    to the call that asks for it."""
    share = SimpleNamespace(principals=["1", "2"], resource_arns=["subnet"], arn="share")
    empty = SimpleNamespace(principals=[], resource_arns=["vpc"], arn="other")
    _backends(monkeypatch, "ram", SimpleNamespace(resource_shares=[share, empty]))
    functions = {"open": SimpleNamespace(to_dict=lambda: {"FunctionUrl": "u"}), "shut": None}
    found = SimpleNamespace(get_function=lambda name: SimpleNamespace(url_config=functions[name]))
    _backends(monkeypatch, "lambda", found, module="awslambda")
    everybody, nobody = (
        SimpleNamespace(id=name, create_volume_permission_groups=groups)
        for name, groups in (("snap-1", {"all"}), ("snap-2", set()))
    )
    snapshots = {"1": everybody, "2": nobody}
    _backends(monkeypatch, "ec2", SimpleNamespace(snapshots=snapshots))
    urls = "/2021-10-31/functions/{}/urls"
    restorable = {"RestorableBy.1": "all"}
    rows: list[tuple[Call, str | None]] = [
        (call("ram", path="/listprincipals?"), '{"principals": [{"id": "1", "resourceShareArn": '
         '"share"}, {"id": "2", "resourceShareArn": "share"}]}'),
        (call("ram", path="/listresources?"), '{"resources": [{"arn": "subnet", "resourceShareArn"'
         ': "share"}, {"arn": "vpc", "resourceShareArn": "other"}]}'),
        (call("ram", path="/getresourceshares?"), None),
        (call("s3", path="/listprincipals?"), None),
        (call("lambda", path=f"{urls.format('open')}?"),
         '{"FunctionUrlConfigs": [{"FunctionUrl": "u"}]}'),
        (call("lambda", path=f"{urls.format('shut')}/?"), '{"FunctionUrlConfigs": []}'),
        (call("lambda", path=f"{urls.format('open')}?", method="POST"), None),
        (call("s3", path=f"{urls.format('open')}?"), None),
        (call("lambda", path="/2015-03-31/functions?"), None),
        (call("ec2", "GetSnapshotBlockPublicAccessState"),
         "<GetSnapshotBlockPublicAccessStateResponse><requestId>r</requestId><state>unblocked"
         "</state></GetSnapshotBlockPublicAccessStateResponse>"),
        (call("ec2", "DescribeSnapshots", **restorable),
         "<DescribeSnapshotsResponse><requestId>r</requestId><snapshotSet><item><snapshotId>snap-1"
         "</snapshotId></item></snapshotSet></DescribeSnapshotsResponse>"),
        (call("ec2", "DescribeSnapshots"), None),
        (call("ec2", "DescribeSnapshots", **{"RestorableBy.1": "self"}), None),
        (call("ec2", "DescribeVolumes", **restorable), None),
    ]  # fmt: skip
    for one, body in rows:
        kind = _JSON if body and body.startswith("{") else _XML
        got = answered((resources.shares, resources.urls, resources.public_snapshots), one)
        assert got == (Answer(200, body, kind) if body else None), one


def _backends(
    monkeypatch: pytest.MonkeyPatch, name: str, backend: object, module: str = ""
) -> None:
    """The emulator's, of this account in this region alone."""
    found = {_OWN: {"us-east-1": backend}}
    monkeypatch.setattr(f"moto.{module or name}.models.{name}_backends", found)


def test_images_that_instances_were_launched_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an image that is gone EC2 still knows the owner, of one that it never saw nothing."""
    ami = SimpleNamespace(
        name="a & b", owner_id="123", owner_alias=None, state="available", is_public=True
    )
    ids = ("ami-here", images.BACKUP_AGENT.id, images.FORGOTTEN, images.VPN.id)
    made = [SimpleNamespace(id=f"i-{n}", image_id=one) for n, one in enumerate(ids)]
    reserved = {
        "r1": SimpleNamespace(instances=made[:3]),
        "r2": SimpleNamespace(instances=made[3:]),
    }
    _backends(monkeypatch, "ec2", SimpleNamespace(amis={"ami-here": ami}, reservations=reserved))
    answer = images.describe_instance_image_metadata(call("ec2", "DescribeInstanceImageMetadata"))
    assert answer
    listed = _elements(answer)
    told = [(one[0].text, {part.tag: part.text for part in one[1]}) for one in listed]
    assert told == [
        ("i-0", {"imageId": "ami-here", "name": "a & b", "imageOwnerId": "123",
                 "imageState": "available", "isPublic": "true"}),
        ("i-1", {"imageId": images.BACKUP_AGENT.id, "name": "example-backup-agent-3",
                 "imageOwnerId": "777777777777", "imageState": "deregistered",
                 "isPublic": "false"}),
        ("i-2", {"imageId": images.FORGOTTEN}),
        ("i-3", {"imageId": images.VPN.id}),
    ]  # fmt: skip
    assert images.describe_instance_image_metadata(call("ec2", "DescribeImages")) is None


def _elements(answer: Answer) -> ElementTree.Element:
    """Below the answer, behind the request's id."""
    return ElementTree.fromstring(answer.body)[1]  # noqa: S314  it is ours


def test_what_an_image_was_made_from() -> None:
    """The whole chain, each link with its region; another call is not answered."""
    intercept = images.ancestry({"ami-3": ("ami-2", "eu-west-1"), "ami-2": ("ami-1", "us-east-1")})
    answer = intercept(call("ec2", "GetImageAncestry", ImageId="ami-3"))
    assert answer
    items = [[part.text for part in item] for item in _elements(answer)]
    assert items == [["ami-3", "ami-2", "eu-west-1"], ["ami-2", "ami-1", "us-east-1"], ["ami-1"]]
    assert intercept(call("ec2", "DescribeImages", ImageId="ami-3")) is None


def test_failures_in_the_protocol_of_the_service() -> None:
    """An error that a client cannot read is another error than the one that was meant."""
    body = "<Error><Code>A&amp;B</Code><Message>&lt;m&gt;</Message></Error>"
    assert failure(call("ec2"), "A&B", "<m>") == Answer(
        403, f"<Response><Errors>{body}</Errors><RequestID>r</RequestID></Response>"
    )
    assert failure(call("iam"), "A&B", "<m>", 400) == Answer(
        400, f"<ErrorResponse>{body}<RequestId>r</RequestId></ErrorResponse>"
    )
    as_json = Answer(403, '{"__type": "A&B", "message": "<m>"}', "application/x-amz-json-1.1")
    for service in (
        "athena", "batch", "codebuild", "cognito-identity", "cognito-idp", "config", "dynamodb",
        "ecr", "eks", "elasticfilesystem", "events", "imagebuilder", "kms", "lambda", "logs",
        "organizations", "pcs", "ram", "rolesanywhere", "sagemaker", "secretsmanager", "sqs", "ssm",
    ):  # fmt: skip
        assert failure(call(service), "A&B", "<m>") == as_json, service


_SIGNED = "AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=x"
PARSED: list[tuple[dict[str, str], bytes, ApiCall]] = [
    ({"HTTP_AUTHORIZATION": _SIGNED, "QUERY_STRING": "a=1"}, b"Action=Get&Name=x%20y",
     ApiCall("KEY", "eu-west-1", "sqs", "Get", {"Action": "Get", "Name": "x y"}, "/p?a=1", "PUT")),
    ({"HTTP_X_AMZ_TARGET": "Amazon.SQS.ListQueues"}, b'{"Max": 1}',
     ApiCall("", "", "", "ListQueues", {"Max": 1}, "/p?", "PUT")),
    ({"HTTP_X_AMZ_TARGET": "ListQueues"}, b"", ApiCall("", "", "", "ListQueues", {}, "/p?", "PUT")),
    ({"CONTENT_TYPE": "application/json"}, b'{"Action": "Put"}',
     ApiCall("", "", "", "Put", {"Action": "Put"}, "/p?", "PUT")),
    ({"CONTENT_TYPE": "text/plain"}, b'{"Action": "Put"}',
     ApiCall("", "", "", "", {}, "/p?", "PUT")),
    ({}, b"Name=\xff", ApiCall("", "", "", "", {"Name": "\ufffd"}, "/p?", "PUT")),
]  # fmt: skip


def test_calls_are_read_and_handed_on_whole() -> None:
    """Who signed, where, and what is asked, in either protocol; what nobody answers reaches the
    emulator with its body."""
    seen: list[Any] = []
    for more, body, expected in PARSED:
        front = Front(_emulator, (seen.append,))
        assert front(_environ(body, more), _nowhere) == [body], more
        assert seen.pop() == expected, more
    assert Front(_emulator, ())(_environ(b"", {"CONTENT_LENGTH": ""}), _nowhere) == [b""]


def test_the_first_that_answers_answers() -> None:
    """An answer goes back as it is, and neither the emulator nor another is asked."""
    begun: list[object] = []

    def start(*told: object) -> Any:
        begun.append(told)

    def second(_: ApiCall) -> Answer:
        raise AssertionError

    front = Front(_emulator, (lambda _: None, lambda _: Answer(404, "né", "a/b"), second))
    assert front(_environ(b"x", {}), start) == ["né".encode()]
    assert begun == [("404 Answer", [("Content-Type", "a/b"), ("x-amzn-requestid", "r")])]


def test_a_late_call_meets_no_other_aws() -> None:
    """Catches a server that ends while a call is answered, whose AWS is emptied beneath it; and one
    that comes after, into the next AWS."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(*_: object) -> list[bytes]:
        begun.set()
        assert go_on.wait(10) and not ended.is_set()
        return [b"done"]

    front = Front(slow, ())
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(front, _environ(b"", {}), _nowhere)
        assert begun.wait(10)
        end = pool.submit(lambda: (front.end(), ended.set()))
        with pytest.raises(TimeoutError):
            end.result(0.05)
        go_on.set()
        assert answer.result(10) == [b"done"]
        end.result(10)
    with pytest.raises(ConnectionResetError):
        front(_environ(b"", {}), _nowhere)


def _emulator(environ: Mapping[str, Any], _: object) -> list[bytes]:
    return [environ["wsgi.input"].read()]


def _nowhere(*_: object) -> Any:
    raise AssertionError


def _environ(body: bytes, more: dict[str, str]) -> Any:
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    plain = {"PATH_INFO": "/p", "REQUEST_METHOD": "PUT", "wsgi.input": io.BytesIO(body)}
    return plain | length | more


def test_a_server_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """An emulator that remembers the last demo, or that goes on after it."""
    told: list[str] = []
    served = SimpleNamespace(
        server_port=7, serve_forever=lambda poll: told.append(f"serves, {poll}"),
        shutdown=lambda: told.append("stops"), server_close=lambda: told.append("closes"),
    )  # fmt: skip

    def made(host: str, port: int, front: Front, *, threaded: bool) -> Any:
        told.append(f"{host} {port} {front.interceptors} {threaded}")
        return served

    class Thread:
        def __init__(self, target: Any, args: Any, *, daemon: bool) -> None:
            self.start = lambda: target(*args)
            self.join = lambda: told.append(f"waits, {daemon}")

    backend = SimpleNamespace(reset=lambda: told.append("resets"))
    monkeypatch.setattr("moto.moto_api._internal.models.moto_api_backend", backend)
    monkeypatch.setattr("moto.moto_api._internal.mock_random.seed", lambda n: told.append(f"{n}"))
    monkeypatch.setattr("werkzeug.serving.make_server", made)
    monkeypatch.setattr(server, "threading", SimpleNamespace(Thread=Thread))
    monkeypatch.delenv("MOTO_EC2_LOAD_DEFAULT_AMIS", raising=False)
    with pytest.raises(KeyError), server.serve() as address:
        told.append(f"{address} {os.environ['MOTO_EC2_LOAD_DEFAULT_AMIS']}")
        raise KeyError
    assert told == [
        "resets", "2026", "127.0.0.1 0 () True", "serves, 0.02", "http://127.0.0.1:7 false",
        "stops", "closes", "waits, True",
    ]  # fmt: skip
    assert "MOTO_EC2_LOAD_DEFAULT_AMIS" not in os.environ


def test_who_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the user's own credentials beside the demo's: a session of two halves."""
    asked: list[Any] = []
    answer = {"Credentials": {"AccessKeyId": "k", "SecretAccessKey": "s", "SessionToken": "t"}}
    client = SimpleNamespace(assume_role=lambda **request: asked.append(request) or answer)
    monkeypatch.setattr("boto3.Session", lambda: SimpleNamespace(client={"sts": client}.get))
    assert server.sign_in(_OWN) == {
        "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
    }  # fmt: skip
    assert asked == [{"RoleArn": f"arn:aws:iam::{_OWN}:role/demo", "RoleSessionName": "demo"}]


def test_the_environment_of_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's AWS is left in it, and no call goes by another way than the emulator."""
    monkeypatch.setattr(server, "sign_in", lambda account: {"AWS_ACCESS_KEY_ID": f"of {account}"})
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ROLE_ARN", "production")
    before = dict(os.environ)
    with server.aws_environment("http://127.0.0.1:1", _OWN):
        during = {name: text for name, text in os.environ.items() if before.get(name) != text}
        assert "AWS_ROLE_ARN" not in os.environ
    assert during == {
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "BOTO_CONFIG": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.emulator",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": f"of {_OWN}",
        "AWS_SECRET_ACCESS_KEY": "demo",
    }  # fmt: skip
    assert dict(os.environ) == before
