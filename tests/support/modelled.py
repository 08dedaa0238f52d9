"""An AWS whose every answer is built at random from botocore's own models.

It knows each call that the collector declares, by the service's protocol and paths, and answers
with all that the model lets it answer; by hand stands only what makes one call lead to the next
(ids that are asked about again, tokens of a second page), and the tree of the organization.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

import botocore
import botocore.session

from checker.collect.aws import permissions
from checker.collect.aws.calls import Shape
from checker.collect.aws.resources.registry import EVERY, calls_of
from tests.support.sdk import new_loader

permissions.declared()  # imports every source, with its shapes
OWN, MEMBER = "111111111111", "222222222222"
REGION = "us-east-1"
TOKENS = ("NextToken", "nextToken", "Marker")
TRUNCATED = ("IsTruncated", "Truncated")
MORE = "more-" + "a" * 40
"""The token of a second page, as long as any must be."""
_DEEPEST = 7
_SIGNED = re.compile(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/")
_TRUST = {
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"}
    ]
}
_CORE = botocore.session.Session()
_CORE.register_component("data_loader", new_loader())  # its own: clients change models of S3


@dataclass(frozen=True)
class Asked:
    """A call as it came in."""

    account: str
    region: str
    service: str
    operation: str
    parameters: dict[str, Any]
    token: str = ""

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def page(self) -> int:
        return 2 if self.token else 1


@dataclass
class Reply:
    """An answer on its way, before anything happens to it."""

    asked: Asked
    value: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return model(self.asked.service).operation_model(self.asked.operation)

    @property
    def is_json(self) -> bool:
        """S3 answers with a policy as it is."""
        raw = self.asked.name == "s3:GetBucketPolicy"
        return raw or "json" in model(self.asked.service).resolved_protocol

    def body(self) -> bytes:
        return written(self.asked, self.value).encode()


@cache
def model(service: str) -> Any:
    return _CORE.get_service_model(service)


@cache
def paged(service: str, operation: str) -> tuple[str, str] | None:
    """The token that is asked with, and the one in the answer, of a listing."""
    if service == "dynamodbstreams":  # without a paginator, and by two names
        return (
            ("ExclusiveStartStreamArn", "LastEvaluatedStreamArn")
            if operation == "ListStreams"
            else None
        )
    pages = _CORE.get_paginator_model(service)._paginator_config.get(operation)
    if not pages:
        return _unpaginated(service, operation)
    first = [
        pages[key] if isinstance(pages[key], str) else pages[key][0]
        for key in ("input_token", "output_token")
    ]
    return first[0], first[1].split(" || ")[0]


def _unpaginated(service: str, operation: str) -> tuple[str, str] | None:
    """botocore has no paginator for some listings."""
    one = model(service).operation_model(operation)
    members = [shape.members if shape else {} for shape in (one.input_shape, one.output_shape)]
    return next(((name, name) for name in TOKENS if all(name in m for m in members)), None)


def understood(headers: Any, method: str, path: str, body: bytes) -> Asked:
    """Which call a request is, whatever the protocol."""
    key, region, signed = _SIGNED.search(headers["Authorization"]).groups()  # type: ignore[union-attr]
    service = _service(signed, urlsplit(path).path, headers.get("X-Amz-Target", ""))
    protocol = model(service).resolved_protocol
    parameters: dict[str, Any]
    if protocol in ("query", "ec2"):
        parameters = dict(parse_qsl(body.decode()))
        operation = parameters["Action"]
    elif protocol == "json":
        parameters = json.loads(body or b"{}")
        operation = headers["X-Amz-Target"].rpartition(".")[2]
    else:
        operation, parameters = _routed(service, method, path)
        parameters |= json.loads(body or b"{}") | dict(parse_qsl(urlsplit(path).query))
        operation = (
            "ListDirectoryBuckets"
            if signed == "s3express" and operation == "ListBuckets"
            else operation
        )
    asked = paged(service, operation)
    token = (
        str(parameters.get(asked[0], parameters.get(_sent_as(service, operation, asked[0]), "")))
        if asked
        else ""
    )
    return Asked(
        key[4:] if key.startswith("ASIA") else OWN, region, service, operation, parameters, token
    )


def _sent_as(service: str, operation: str, name: str) -> str:
    """What a member is called where it is sent."""
    shape = model(service).operation_model(operation).input_shape
    member = shape.members.get(name)
    return str(member.serialization.get("name", name)) if member else name


def _service(signed: str, path: str, target: str) -> str:
    """By the name that requests are signed for, which several may share."""
    if signed in ("s3", "s3express"):
        return "s3control" if path.startswith("/v20180820/") else "s3"
    several = _by_signing_name()[signed]
    prefix = target.rpartition(".")[0]
    return next(
        (one for one in several if model(one).metadata.get("targetPrefix") == prefix), several[0]
    )


@cache
def _by_signing_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    calls = [*permissions.declared(), *calls_of(EVERY)]
    for service in sorted({call.service for call in calls}):
        found.setdefault(model(service).signing_name, []).append(service)
    return found


def _routed(service: str, method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Of those whose path fits the one with most of the query's words: S3 tells its calls so."""
    url = urlsplit(path)
    given = dict(parse_qsl(url.query, keep_blank_values=True))
    fitting: list[tuple[int, str, dict[str, Any]]] = []
    for name in _reading(service):
        http = model(service).operation_model(name).http
        at, _, query = http["requestUri"].partition("?")
        found = re.fullmatch(
            re.sub(r"\\{(\w+)(?:\\\+)?\\}", r"(?P<\1>[^/]+)", re.escape(at)), url.path
        )
        words = dict(parse_qsl(query, keep_blank_values=True))
        if found and http["method"] == method and words.items() <= given.items():
            told = {key: unquote(value) for key, value in found.groupdict().items()}
            fitting.append((len(words), name, told))
    assert fitting, path
    return max(fitting, key=lambda one: one[0])[1:]


@cache
def _reading(service: str) -> tuple[str, ...]:
    """Those that the collector makes, and botocore by itself."""
    calls = [*permissions.declared(), *calls_of(EVERY)]
    own = {"CreateSession"} if service == "s3" else set()
    return tuple(sorted(own | {call.operation for call in calls if call.service == service}))


@cache
def read_names() -> frozenset[str]:
    """What a source reads is never left out, so that each fault can do harm."""
    kinds, found = [Shape], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found |= set(kind.__struct_encode_fields__)
    return frozenset(found)


class World:
    """All answers of one seed: the same question, the same answer. `paged`: which call's listing
    has two pages, if not all have."""

    def __init__(self, seed: int = 1, paged: str | None = None) -> None:
        self.seed, self.paged = seed, paged
        self._known: dict[str, dict[str, Any]] = {}

    def reply(self, asked: Asked) -> Reply:
        key = f"{self.seed} {asked}"
        if key not in self._known:
            several = self.paged in (None, asked.name)
            self._known[key] = _Making(asked, Random(key), several).answer()
        return Reply(asked, self._known[key])


class _Making:
    """One answer."""

    def __init__(self, asked: Asked, random: Random, several: bool) -> None:
        self.asked, self.random, self.several = asked, random, several

    def answer(self) -> dict[str, Any]:
        by_hand = getattr(self, f"_{botocore.xform_name(self.asked.operation)}", None)
        if by_hand:
            return by_hand()
        shape = model(self.asked.service).operation_model(self.asked.operation).output_shape
        made = self.structure(shape, 0)
        asked = paged(self.asked.service, self.asked.operation)
        where, token = made, asked[1] if asked else ""
        if "." in token:  # within the one thing that is answered
            outer, token = token.split(".")
            where, shape = made[outer], shape.members[outer]
        for name in (*TOKENS, *TRUNCATED, token):
            where.pop(name, None)
        if asked and self.several and not self.asked.token:
            where[token] = MORE
            where |= {name: True for name in TRUNCATED if name in shape.members}
        return made

    def structure(self, shape: Any, depth: int) -> dict[str, Any]:
        made = {}
        members = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):  # one member, of those that a source reads
            known = [one for one in members if one[0] in read_names()]
            members = [self.random.choice(known or members)]
        if self.asked.operation == "ListTypes":  # else nobody asks for a type's publisher
            members = [one for one in members if one[0] != "PublisherId"]
        for name, member in members:
            read = depth == 0 or len(members) == 1 or name in _SAID or name in read_names()
            if read or (depth < _DEEPEST and self.random.random() < 0.6):
                made[name] = self.value(name, member, depth + 1)
        return made

    def value(self, name: str, shape: Any, depth: int) -> Any:
        if name == "Status" and self.asked.service == "apprunner":
            return "RUNNING"
        if name in _POLICIES and shape.type_name in ("string", "blob"):
            return _OPEN
        if name in _SAID and shape.type_name not in ("structure", "list", "map"):
            said = _SAID[name](self)
            number = shape.type_name in ("integer", "long")
            if number and not str(said).isdecimal():
                return self.scalar(shape)
            return int(said) if number else said
        if shape.type_name == "structure":
            return self.structure(shape, depth)
        if shape.type_name == "list":
            several = self.random.randint(1, 2) if depth < 2 and self.several else 1
            return [
                self.value(_SINGULAR.get(name, name), shape.member, depth + 1)
                for _ in range(several)
            ]
        if shape.type_name == "map":
            return {self.word(): self.value(name, shape.value, depth + 1)}
        return self.scalar(shape)

    def scalar(self, shape: Any) -> Any:
        kind = shape.type_name
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "long"):
            return self.random.randint(1, 9)
        if kind in ("float", "double"):
            return self.random.randint(1, 9) / 2
        if kind == "timestamp":
            return "2026-11-20T06:00:00Z"
        if kind == "blob":
            return base64.b64encode(self.word().encode()).decode()
        if shape.name == "policyDocumentType":
            return json.dumps(_TRUST)
        return self.random.choice(shape.enum) if getattr(shape, "enum", None) else self.word()

    def letters(self) -> str:
        """A name where not every character may be in one."""
        return "".join(self.random.choices("abcdefghij", k=12))

    def word(self) -> str:
        """As long as words are, with what must be escaped in it."""
        return "".join(self.random.choices("abcdefghij&<é-", k=self.random.randint(3, 12))).strip()

    def _describe_effective_policy(self) -> dict[str, Any]:
        content = {"s3_attributes": {"public_access_block_configuration": "none"}}
        return {"EffectivePolicy": {"PolicyContent": json.dumps(content)}}

    def _get_topic_attributes(self) -> dict[str, Any]:
        return {"Attributes": {"TopicArn": self.asked.parameters["TopicArn"], "Policy": _OPEN}}

    def _get_queue_attributes(self) -> dict[str, Any]:
        name = self.asked.parameters["QueueUrl"]
        return {"Attributes": {"QueueArn": f"arn:aws:sqs:{REGION}:{OWN}:{name}", "Policy": _OPEN}}

    def _describe_snapshot_attribute(self) -> dict[str, Any]:
        return {"CreateVolumePermissions": [{"Group": "all"}, {"UserId": "999999999999"}]}

    def _create_session(self) -> dict[str, Any]:
        """Of a directory bucket, where the endpoint is not AWS's own."""
        return {"Credentials": {"AccessKeyId": f"ASIA{self.asked.account}", "SecretAccessKey": "s", "SessionToken": "t",
                                "Expiration": "2099-01-01T00:00:00Z"}}  # fmt: skip

    def _list_directory_buckets(self) -> dict[str, Any]:
        names = [[{"Name": f"{name}--use1-az4--x-s3"}] for name in "ab"]
        return self._listed("Buckets", *names, "ContinuationToken")

    def _list_access_entries(self) -> dict[str, Any]:
        entries = [[f"arn:aws:iam::999999999999:role/{n}"] for n in "ab"]
        return self._listed("accessEntries", *entries, "nextToken")

    def _assume_role(self) -> dict[str, Any]:
        account = self.asked.parameters["RoleArn"].split(":")[4]
        return {"Credentials": {"AccessKeyId": f"ASIA{account}", "SecretAccessKey": "s", "SessionToken": "t",
                                "Expiration": "2099-01-01T00:00:00Z"}}  # fmt: skip

    def _get_caller_identity(self) -> dict[str, Any]:
        return {"Account": OWN, "UserId": "u", "Arn": f"arn:aws:iam::{OWN}:user/me"}

    def _describe_organization(self) -> dict[str, Any]:
        return {"Organization": {"Id": "o-own1234567", "MasterAccountId": OWN}}

    def _listed(
        self, key: str, first: list[Any], second: list[Any], named: str = "NextToken"
    ) -> dict[str, Any]:
        """On two pages, or on one."""
        if not self.several:
            return {key: first + second}
        return {key: second} if self.asked.token else {key: first, named: MORE}

    def _list_accounts(self) -> dict[str, Any]:
        own, member = ({"Id": id_, "Name": self.word(), "State": "ACTIVE"} for id_ in (OWN, MEMBER))
        return self._listed("Accounts", [own], [member])

    def _list_roots(self) -> dict[str, Any]:
        return {"Roots": [{"Id": "r-root", "Name": "Root"}]}

    def _list_organizational_units_for_parent(self) -> dict[str, Any]:
        root = self.asked.parameters["ParentId"] == "r-root"
        units = [[{"Id": f"ou-root-{n}", "Name": f"Unit {n}"}] if root else [] for n in (1, 2)]
        return self._listed("OrganizationalUnits", *units)

    def _list_accounts_for_parent(self) -> dict[str, Any]:
        where = {"r-root": [[{"Id": OWN}], []], "ou-root-2": [[], [{"Id": MEMBER}]]}
        return self._listed("Accounts", *where.get(self.asked.parameters["ParentId"], [[], []]))

    def _list_fleets(self) -> dict[str, Any]:
        return self._listed("fleets", ["fleet-1"], ["fleet-2"], "nextToken")

    def _describe_identity_pool(self) -> dict[str, Any]:
        pool = self.asked.parameters["IdentityPoolId"]
        logins = [
            {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_a", "ClientId": "c"}
        ]
        return {"IdentityPoolId": pool, "IdentityPoolName": "p", "AllowUnauthenticatedIdentities": False,
                "CognitoIdentityProviders": logins}  # fmt: skip

    def _describe_regions(self) -> dict[str, Any]:
        return {"Regions": [{"RegionName": REGION, "OptInStatus": "opt-in-not-required"}]}

    def _describe_configuration_aggregator_sources_status(self) -> dict[str, Any]:
        sources = [[{"SourceId": id_, "SourceType": "ACCOUNT", "AwsRegion": REGION,
                     "LastUpdateStatus": "SUCCEEDED"}] for id_ in (OWN, MEMBER)]  # fmt: skip
        return self._listed("AggregatedSourceStatusList", *sources)

    def _select_aggregate_resource_config(self) -> dict[str, Any]:
        account = MEMBER if self.asked.token else OWN
        found = re.search(r"resourceType = '([\w:]+)'", self.asked.parameters["Expression"])
        kind = found[1] if found else ""
        name = kind.rpartition("::")[2]
        item = {
            "accountId": account, "awsRegion": REGION, "resourceId": f"x-{self.word()}", "resourceName": name,
            "arn": f"arn:aws:x:{REGION}:{account}:{name}", "configurationItemCaptureTime": "2026-11-20T06:00:00.000Z",
            "configuration": {
                "assumeRolePolicyDocument": json.dumps(_TRUST), "roleName": name, "path": "/", "imageId": "ami-0000000a",
                "autoScalingGroupName": name, "launchConfigurationName": "LaunchConfiguration",
                "LaunchTemplateData": {"ImageId": "ami-0000000b"}, "SamlMetadataDocument": "none",
                "LaunchTemplateConfigs": [{"LaunchTemplateSpecification": {"LaunchTemplateName": "LaunchTemplate"}}],
                "ComputeResources": {"ImageId": "ami-0000000a"}, "Recording": True,
                "RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": True},
            },
        }  # fmt: skip
        return self._listed("Results", [json.dumps(item)], [json.dumps(item | {"resourceId": "y"})])


_IMAGES = ("ami-0000000a", "ami-0000000b")
_OPEN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
)
_POLICIES = (
    "Policy",
    "policy",
    "policyText",
    "accessPolicy",
    "policyDocument",
    "ResourcePolicy",
    "resourcePolicy",
    "AccessPolicies",
)
"""Members that are policies, which lead to more calls where they are open."""
_SINGULAR = {"ImageIds": "ImageId"}
_SAID = {
    "ImageId": lambda m: "resolve:ssm:/golden/image" if m.asked.operation == "DescribeLaunchTemplateVersions" else m.random.choice(_IMAGES),
    "SourceImageId": lambda _: "ami-0000000c",
    "SourceImageRegion": lambda _: REGION,
    "OwnerId": lambda m: m.asked.account,
    "Public": lambda _: False,
    "IsPublic": lambda _: False,
    "RestrictPublicBuckets": lambda _: True,
    "PrincipalArn": lambda _: "arn:aws:iam::999999999999:role/x",
    "authenticationMode": lambda _: "API",
    "QueueUrls": lambda m: m.letters(),
    "TopicArn": lambda m: f"arn:aws:sns:{REGION}:{OWN}:{m.letters()}",
    "StreamArn": lambda m: f"arn:aws:dynamodb:{REGION}:{OWN}:table/{m.letters()}/stream/2026-11-20T06:00:00.000",
    "Name": lambda m: m.letters() if m.asked.service.startswith("s3") else "running" if m.asked.operation == "DescribeInstances" else "/golden/image" if m.asked.service == "ssm" else m.word(),
    "State": lambda m: "available" if m.asked.operation == "DescribeImages" else "ENABLED" if m.asked.service == "batch" else "enabled",
    "Value": lambda m: "ami-0000000b" if m.asked.service == "ssm" else m.word(),
    "Type": lambda _: "persistent",
    "TaskState": lambda _: "succeeded",
    "arn": lambda m: f"arn:aws:{m.asked.service}:{REGION}:{m.asked.account}:image-recipe/one-{m.asked.page}/1.0.{m.random.randint(1, 9)}",
    "parentImage": lambda _: "ami-0000000b",
    "componentArn": lambda _: f"arn:aws:imagebuilder:{REGION}:999999999999:component/agent/1.0.0",
    "imageId": lambda _: "ami-0000000a",
    "statusCode": lambda _: "ACTIVE",
    "amiId": lambda _: "ami-0000000b",
    "trustAnchorArn": lambda m: f"arn:aws:rolesanywhere:{REGION}:{m.asked.account}:trust-anchor/{m.asked.page}-{m.random.randint(1, 9)}",
    "acmPcaArn": lambda _: f"arn:aws:acm-pca:{REGION}:999999999999:certificate-authority/ca",
    "IdentityPoolId": lambda m: f"{REGION}:{m.asked.page}-{m.random.randint(1, 9)}",
    "ImageVersionStatus": lambda _: "CREATED",
    "PackageType": lambda _: "Image",
    "FleetState": lambda _: "active",
    "SpotFleetRequestState": lambda _: "active",
    "AwsManaged": lambda _: False,
    "Content": lambda _: "{}",
    "Arn": lambda m: f"arn:aws:iam::{m.asked.account}:role/{m.word().replace('/', '')}",
    "SAMLMetadataDocument": lambda _: '<EntityDescriptor entityID="https://idp.example" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>',
    "status": lambda _: "VALID",
    "LaunchTemplateId": lambda _: "lt-0000000a",
    "launchTemplateId": lambda _: "lt-0000000a",
    "clusters": lambda m: f"cluster-{m.asked.page}",
    "nodegroups": lambda m: f"group-{m.asked.page}",
    "InstanceId": lambda m: f"i-{m.random.randrange(16**8):08x}",
    "VersionNumber": lambda m: m.random.randint(1, 9),
    "Version": lambda _: "7", "version": lambda _: "7",
}  # fmt: skip


def written(asked: Asked, value: dict[str, Any]) -> str:
    """An answer in the protocol of its service."""
    service = model(asked.service)
    shape = service.operation_model(asked.operation).output_shape
    payload = shape.serialization.get("payload")
    if payload is not None:
        inside = shape.members[payload]
        value, shape = value.get(payload, {}), inside
        if inside.type_name != "structure":
            return str(value or "")
    if "json" in service.resolved_protocol:
        return json.dumps(_json(shape, value))
    inner = "".join(_xml(shape, value))
    if service.resolved_protocol == "rest-xml":
        root = shape.serialization.get("name", shape.name)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inner}</{root}>'
    if service.resolved_protocol == "ec2":
        body = f"<requestId>r-1</requestId>{inner}"
    else:
        wrapper = shape.serialization["resultWrapper"]
        body = f"<{wrapper}>{inner}</{wrapper}><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    name = f"{asked.operation}Response"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="http://aws.example/doc/">{body}</{name}>'


def _json(shape: Any, value: Any) -> Any:
    if shape.type_name == "structure":
        named = {
            name: member.serialization.get("name", name) for name, member in shape.members.items()
        }
        return {
            named[name]: _json(shape.members[name], one)
            for name, one in value.items()
            if name in named
        }
    if shape.type_name == "list":
        return [_json(shape.member, one) for one in value]
    if shape.type_name == "map":
        return {key: _json(shape.value, one) for key, one in value.items()}
    return 1_795_000_000 if shape.type_name == "timestamp" else value


def _xml(shape: Any, value: dict[str, Any]) -> Iterator[str]:
    for name, one in value.items():
        if name in shape.members:
            member = shape.members[name]
            yield from _element(member.serialization.get("name", name), member, one)


def _element(tag: str, shape: Any, value: Any) -> Iterator[str]:
    if shape.type_name == "list":
        flat = shape.serialization.get("flattened")
        inner_tag = tag if flat else shape.member.serialization.get("name", "member")
        items = "".join(text for one in value for text in _element(inner_tag, shape.member, one))
        yield items if flat else f"<{tag}>{items}</{tag}>"
    elif shape.type_name == "map":
        entries = (
            f"<entry><key>{escape(k)}</key><value>{escape(str(v))}</value></entry>"
            for k, v in value.items()
        )
        yield f"<{tag}>{''.join(entries)}</{tag}>"
    elif shape.type_name == "structure":
        plain, told = _attributes(shape, value)
        yield f"<{tag}{told}>{''.join(_xml(shape, plain))}</{tag}>"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"<{tag}>{escape(text)}</{tag}>"


def _attributes(shape: Any, value: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Members that are no elements of their own: the type of a grantee."""
    own = {name: one for name, one in value.items()
           if name in shape.members and shape.members[name].serialization.get("xmlAttribute")}  # fmt: skip
    told = "".join(f' {shape.members[name].serialization["name"]}="{escape(str(one))}"' for name, one in own.items())  # fmt: skip
    space = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' if own else ""
    return {name: one for name, one in value.items() if name not in own}, space + told
