"""A principal as shares and grants name it: an id, an ARN, an organization, a service."""

from __future__ import annotations

import re

from checker.access.model import Ours
from checker.trust.document.principals import aws
from checker.trust.model import Principal

STRANGER = "arn:aws:iam::426185297043:root"
"""An account that is nobody's we know: it stands for all of them."""
_ORGANIZATIONS = re.compile(r"arn:[a-z-]+:organizations:")
_ORGANIZATION = re.compile(
    r"arn:[a-z-]+:organizations::[0-9]{12}:(?:organization|ou)/(o-[a-z0-9]{10,32})(?:/.*)?"
)
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws)")


def party(text: str, ours: Ours) -> Principal | None:
    """Who is meant; None for ourselves. What names nobody that is known is `unresolved`."""
    organization = _ORGANIZATION.fullmatch(text)
    if organization:
        return _organization(organization[1], ours)
    if _ORGANIZATIONS.match(text):
        return Principal(kind="unresolved", id=text)
    if text in ("*", "all"):
        return Principal(kind="anyone")
    if _SERVICE.fullmatch(text):
        return Principal(kind="service", service=text, source="*")
    found = aws(text, ours.partition)
    if found.form == "star":
        return Principal(kind="anyone")
    if found.account and found.partition == ours.partition and found.account in ours.accounts:
        return None
    if found.form == "arn":
        return Principal(kind="principal", partition=found.partition, account=found.account,
                         arn=found.text)  # fmt: skip
    if found.form == "account":
        return Principal(kind="account", partition=found.partition, account=found.account)
    return Principal(kind="unresolved", id=text)


def _organization(name: str, ours: Ours) -> Principal | None:
    if name in ours.organizations:
        return None
    return Principal(kind="organization", partition=ours.partition, organization=name)
