"""What the tests put before moto: interceptors that deny, throttle, cut pages, count calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from checker.demo import images
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
        members = "".join(_role(call.account, name) for name in pages[number])
        mark = f"<Marker>{number + 1}</Marker>" if more and marker else ""
        return Answer(
            200,
            '<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
            "<GetAccountAuthorizationDetailsResult>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{mark}"
            f"<RoleDetailList>{members}</RoleDetailList>"
            "</GetAccountAuthorizationDetailsResult>"
            "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
            "</GetAccountAuthorizationDetailsResponse>",
        )

    return intercept


def _role(account: str, name: str) -> str:
    return (
        f"<member><Path>/</Path><RoleName>{escape(name)}</RoleName><RoleId>AROA</RoleId>"
        f"<Arn>arn:aws:iam::{account}:role/{escape(name)}</Arn>"
        "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        "<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></member>"
    )


@contextmanager
def aws(*interceptors: Callable[[ApiCall], Any], account: str = OWN):
    """An empty AWS with these interceptors, and an environment of somebody in `account`."""
    lacking = (images.get_image_ancestry, images.get_allowed_images_settings)
    with serve(*interceptors, *lacking) as endpoint, aws_environment(endpoint, account):
        yield endpoint
