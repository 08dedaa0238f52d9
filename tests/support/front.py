"""What the tests put before moto: interceptors that deny, throttle, cut pages, count calls."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from functools import cache
from random import Random
from threading import Event
from typing import Any
from unittest import mock
from xml.sax.saxutils import escape

import boto3
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.utils import method_names_from_class
from moto.moto_server import werkzeug_app
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from checker.collect.aws import retry
from checker.demo import code, images, resources
from checker.demo.lacking import empty_listings
from checker.demo.server import Answer, ApiCall, Interceptor, aws_environment, failure, serve

OWN = "111111111111"


class Calls:
    """Counts what was asked; an interceptor that never answers."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.keys: set[str] = set()

    def __call__(self, call: ApiCall) -> None:
        self.seen[f"{call.service}:{call.action}"] += 1
        self.keys.add(call.access_key)


def deny(
    action: str,
    code: str = "AccessDenied",
    message: str = "no",
    *,
    account: str | None = None,
    region: str | None = None,
    status: int = 403,
) -> Interceptor:
    """Refuse an action, in one account or region or everywhere."""

    def intercept(call: ApiCall) -> Answer | None:
        wanted = call.action == action and call.account == (account or call.account)
        if wanted and call.region == (region or call.region):
            return failure(call, code, message, status)
        return None

    return intercept


def deny_role(account: str) -> Interceptor:
    """Refuse to let anybody into an account."""

    def intercept(call: ApiCall) -> Answer | None:
        inside = f"::{account}:role/vendorgate" in str(call.parameters.get("RoleArn", ""))
        return failure(call, "AccessDenied", "not authorized") if inside else None

    return intercept


def throttle(action: str, times: int) -> Interceptor:
    """Answer that the rate is exceeded, `times` times."""
    left = [times]

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != action or not left[0]:
            return None
        left[0] -= 1
        return failure(call, "RequestLimitExceeded", "Request limit exceeded.", 503)

    return intercept


def hang(action: str, met: Event, over: Event, *, account: str | None = None) -> Interceptor:
    """No answer to an action until `over`; `met` is set when somebody asks."""

    def intercept(call: ApiCall) -> None:
        if call.action == action and call.account == (account or call.account):
            met.set()
            over.wait(60)

    return intercept


class Faults:
    """A share of all calls is throttled, fails, or loses its connection: at random, seeded."""

    def __init__(self, share: float, seed: int) -> None:
        self.share, self.random = share, Random(seed)
        self.seen: Counter[str] = Counter()
        self.armed = False

    def __call__(self, call: ApiCall) -> Answer | None:
        if not self.armed or self.random.random() >= self.share:
            return None
        kind = self.random.choice(("throttle", "500", "502", "reset"))
        self.seen[kind] += 1
        if kind == "reset":
            raise ConnectionResetError  # the server closes the connection without an answer
        if kind == "502":
            return Answer(502, "<!DOCTYPE html><html>Bad Gateway</html>", "text/html")
        if kind == "500":
            return failure(call, "InternalFailure", "try again", 500)
        code = "RequestLimitExceeded" if call.service == "ec2" else "ThrottlingException"
        return failure(call, code, "Rate exceeded", 503 if call.service == "ec2" else 400)


class Expiry:
    """Access keys expire after some calls each: keys of the account given, or of all but ours."""

    def __init__(self, calls: int, *, account: str | None = None) -> None:
        self.calls, self.account = calls, account
        self.used: Counter[str] = Counter()
        self.armed = False

    def __call__(self, call: ApiCall) -> Answer | None:
        if not self.armed or (self.account and call.account != self.account):
            return None
        if not self.account and call.account == OWN:
            return None
        self.used[call.access_key] += 1
        if self.used[call.access_key] <= self.calls:
            return None
        code = "RequestExpired" if call.service == "ec2" else "ExpiredToken"
        return failure(call, code, "The security token included in the request is expired")


def circle(*markers: str) -> Interceptor:
    """GetAccountAuthorizationDetails whose pages name these markers in turn, for ever."""
    turn = [0]

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetAccountAuthorizationDetails":
            return None
        turn[0] += 1
        assert turn[0] < 20, "nobody noticed"
        mark = markers[(turn[0] - 1) % len(markers)]
        return Answer(200, _role_page(call.account, [f"role-{turn[0]}"], mark))

    return intercept


def answer(action: str, body: str, content_type: str = "text/xml") -> Interceptor:
    """A canned answer to an action."""
    return lambda call: Answer(200, body, content_type) if call.action == action else None


def short_role_pages(pages: list[list[str]], *, marker: bool = True) -> Interceptor:
    """GetAccountAuthorizationDetails in pages of the given role names, empty ones included."""

    def intercept(call: ApiCall) -> Answer | None:
        if call.action != "GetAccountAuthorizationDetails":
            return None
        number = int(call.parameters.get("Marker", 0))
        more = number + 1 < len(pages)
        mark = str(number + 1) if more and marker else ""
        return Answer(200, _role_page(call.account, pages[number], mark, truncated=more))

    return intercept


def _role_page(account: str, names: list[str], marker: str, *, truncated: bool = True) -> str:
    members = "".join(_role(account, name) for name in names)
    mark = f"<Marker>{marker}</Marker>" if marker else ""
    return (
        '<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        "<GetAccountAuthorizationDetailsResult>"
        f"<IsTruncated>{str(truncated).lower()}</IsTruncated>{mark}"
        f"<RoleDetailList>{members}</RoleDetailList>"
        "</GetAccountAuthorizationDetailsResult>"
        "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        "</GetAccountAuthorizationDetailsResponse>"
    )


def _role(account: str, name: str) -> str:
    return (
        f"<member><Path>/</Path><RoleName>{escape(name)}</RoleName><RoleId>AROA</RoleId>"
        f"<Arn>arn:aws:iam::{account}:role/{escape(name)}</Arn>"
        "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        "<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></member>"
    )


class Unused:
    """What nobody has made anything of is listed as empty, as moto does: each collection asks for
    all of these, and moto's way to nothing is a good part of its time."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def __call__(self, call: ApiCall) -> Answer | None:
        asked = call.action or call.path.partition("?")[0]
        answer = _NOTHING.get((call.service, call.method, asked))
        if answer is None and not asked.startswith(_MAKES_NONE):
            self.used.add(call.service)
        if call.service in self.used or "LaunchTemplateId" in call.parameters:
            return None
        return answer


def _nothing(action: str, content: str) -> Answer:
    body = f"<requestId>r</requestId>{content}"
    return Answer(200, f"<{action}Response>{body}</{action}Response>")


def _none_of(what: str) -> str:
    return f"<Describe{what}Result><{what}/></Describe{what}Result>"


def _no_more(key: str) -> Answer:
    return Answer(200, json.dumps({key: []}), "application/json")


_MAKES_NONE = ("Describe", "Get", "List", "RunInstances", "StopInstances", "RegisterImage")
_NOTHING = {
    ("batch", "POST", "/v1/describecomputeenvironments"): _no_more("computeEnvironments"),
    ("eks", "GET", "/clusters"): _no_more("clusters"),
} | {
    (service, "POST", action): _nothing(action, content)
    for service, action, content in (
        ("ec2", "DescribeFleets", "<fleetSet/>"),
        ("ec2", "DescribeLaunchTemplateVersions", "<launchTemplateVersionSet/>"),
        ("ec2", "DescribeSpotFleetRequests", "<spotFleetRequestConfigSet/>"),
        ("ec2", "DescribeSpotInstanceRequests", "<spotInstanceRequestSet/>"),
        ("autoscaling", "DescribeAutoScalingGroups", _none_of("AutoScalingGroups")),
        ("autoscaling", "DescribeLaunchConfigurations", _none_of("LaunchConfigurations")),
    )
}


@contextmanager
def aws(*interceptors: Callable[[ApiCall], Any], account: str = OWN):
    """An empty AWS with these interceptors, and an environment of somebody in `account`."""
    lacking = (
        images.get_image_ancestry, images.get_allowed_images_settings, empty_listings,
        *resources.LACKING, *code.LACKING, Unused(),
    )  # fmt: skip
    # moto empties what the last test left one by one, and makes its networks anew to do so
    for left in BackendDict._instances:
        if left.service_name in ("autoscaling", "ec2"):
            left.clear()
    with (
        mock.patch("checker.demo.server.sign_in", _sign_in),
        mock.patch.object(werkzeug_app, "create_backend_app", _routes),
        mock.patch.object(responses, "method_names_from_class", _actions),
        mock.patch.multiple(retry, _BASE=0.001, _FIRST_GAP=0.001, _WIDEST_GAP=0.04),
        serve(*interceptors, *lacking) as endpoint,
        aws_environment(endpoint, account),
    ):
        yield endpoint


# moto makes these anew for each server, and at each call; neither depends on what is in the AWS
_routes = cache(werkzeug_app.create_backend_app)
_actions = cache(method_names_from_class)


def _sign_in(account: str) -> dict[str, str | None]:
    key, secret, token = credentials(account)
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}


def credentials(account: str) -> tuple[str, str, str]:
    """Key, secret and token of somebody in an account, without a call."""
    role = sts_backends[account]["aws"].assume_role(
        region_name="us-east-1", role_session_name="demo", policy="", duration=3600, external_id="",
        role_arn=f"arn:aws:iam::{account}:role/demo",
    )  # fmt: skip
    return role.access_key_id, role.secret_access_key, role.session_token


def client(service: str, account: str = OWN, region: str = "us-east-1") -> Any:
    """A client of an account of the emulator, for what a test puts there."""
    key, secret, token = credentials(account)
    return boto3.client(
        service, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret,
        aws_session_token=token,
    )  # fmt: skip


def fill(bucket: str, objects: Mapping[str, bytes | int]) -> None:
    """Makes a bucket with these objects; of a size, where only that is of interest."""
    backend = s3_backends[OWN]["aws"]
    backend.create_bucket(bucket, "us-east-1")
    for key, content in objects.items():
        made = backend.put_object(bucket, key, content if isinstance(content, bytes) else b"")
        if isinstance(content, int):
            made.contentsize = content
