"""The Principal element: whom it names, form by form.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from checker.patterns import pattern

Form = Literal["star", "account", "arn", "service", "provider", "unresolved", "dangling"]
ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"


class Element(msgspec.Struct, frozen=True):
    """One entry of a Principal: `text` is what identifies it; `problem` what is wrong with it."""

    form: Form
    text: str = ""
    partition: str = ""
    account: str = ""
    problem: str | None = None


class Who(msgspec.Struct, frozen=True):
    """All entries of one Principal or, `inverted`, NotPrincipal.

    `everybody` is `"*"`; `{"AWS": "*"}` is a star among `elements`.
    """

    elements: tuple[Element, ...] = ()
    everybody: bool = False
    inverted: bool = False

    def star(self) -> bool:
        return self.everybody or any(element.form == "star" for element in self.elements)

    def any_provider(self) -> bool:
        """Whether every identity provider is meant."""
        return self.star() or _ANY_PROVIDER in self.elements


EVERYBODY = Who(everybody=True)
_ANY_PROVIDER = Element("provider", "*", problem="invalid-principal")
_ACCOUNT = pattern(r"[0-9]{12}")
_UNIQUE_ID = pattern(r"A(?:ROA|IDA|GPA|NPA|SIA|KIA|IPA|BIA|CCA|PKA|SCA)\w*", re.ASCII)
_RESOURCE = pattern(r"role/.+|user/.+|assumed-role/[^/]+/.+|federated-user/.+", re.DOTALL)
_SERVICE = pattern(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_UNSAFE = pattern(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@lru_cache(maxsize=8192)
def aws(text: str, partition: str) -> Element:
    """An entry under `AWS`."""
    if text == "*":
        return Element("star")
    if _ACCOUNT.fullmatch(text):
        return Element("account", text, partition, text)
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and not _UNSAFE.search(text):
        return _arn(text, parts, partition)
    if _UNIQUE_ID.fullmatch(text):
        return Element("dangling", text)
    if "*" in text or "?" in text:
        return Element("star", problem="invalid-principal")
    return Element("unresolved", escaped(text), problem="invalid-principal")


def _arn(text: str, parts: list[str], own: str) -> Element:
    _, partition, service, region, account, resource = parts
    if "*" in partition + account or "?" in partition + account:
        return Element("star", problem="invalid-principal")
    if not partition or not _ACCOUNT.fullmatch(account):
        return Element("unresolved", text, problem="invalid-principal")
    problem = None if partition == own else "foreign-partition"
    form = resource.partition("/")[0]
    if service == "iam" and resource == "root" and not region:
        return Element("account", account, partition, account, problem)
    fits = not region and service == _SERVICES.get(form) and _RESOURCE.fullmatch(resource)
    if not fits or "*" in resource or "?" in resource:
        return Element("account", account, partition, account, "invalid-principal")
    if form == "federated-user":  # AMB: such sessions may not call STS, but they can be named
        problem = problem or "ambiguous"
    return Element("arn", text, partition, account, problem)


_SERVICES = {"role": "iam", "user": "iam", "assumed-role": "sts", "federated-user": "sts"}


def service(text: str) -> Element:
    """An entry under `Service`. `*` is forbidden, but means any if it were obeyed."""
    if "*" in text or "?" in text:
        return Element("service", "*", problem="invalid-principal")
    if not _SERVICE.fullmatch(text):
        return Element("unresolved", escaped(text), problem="invalid-principal")
    return Element("service", text)


def federated(text: str) -> Element:
    """An entry under `Federated`: the ARN of a provider, or the host of a built-in one.

    `*` is forbidden, but means any if it were obeyed.
    """
    if "*" in text or "?" in text:
        return _ANY_PROVIDER
    unfilled = "${" in text and not text.startswith("arn:")
    if not text or unfilled or _UNSAFE.search(text):
        return Element("unresolved", escaped(text), problem="invalid-principal")
    return Element("provider", text)


def canonical_user(text: str) -> Element:
    return Element("unresolved", escaped(text), problem="canonical-user")


def why(form: str, text: str) -> str:
    """What is wrong with an entry that is no principal, and how one is written."""
    if "*" in text or "?" in text:
        return "a wildcard is no part of a principal"
    if form == "Service":
        return "a service is named as ec2.amazonaws.com is"
    if form == "Federated":
        return "an identity provider is named by its ARN"
    if form == "CanonicalUser":
        return "canonical users are of S3 alone"
    parts = text.split(":", 5)
    if len(parts) == 6 and _ACCOUNT.fullmatch(parts[4]):
        return "the ARN is none of an account, a role, a user or a session"
    return "an account id is 12 digits, without dashes"


def unreadable(element: Element) -> bool:
    """Whether an entry is no principal at all, so that nobody can tell whom it means."""
    return element.form == "unresolved" and element.problem is not None


def tells_nobody(text: str) -> bool:
    """Whether an unresolved principal is neither a unique id nor a name to be filled in."""
    return "${" not in text and _UNIQUE_ID.fullmatch(text) is None


READERS = {"Service": service, "Federated": federated, "CanonicalUser": canonical_user}


def escaped(text: str) -> str:
    """Text that is safe to encode and show."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def session_name(element: Element) -> str:
    """The name of the role's session that an ARN is of, if it is one's."""
    resource = element.text.split(":", 5)[-1]
    return resource.rpartition("/")[2] if resource.startswith("assumed-role/") else ""


def principal_arn(element: Element) -> str:
    """aws:PrincipalArn of an entry: a session shows its role, whose path isn't known."""
    parts = element.text.split(":", 5)
    if parts[5].startswith("assumed-role/"):
        return f"arn:{parts[1]}:iam::{parts[4]}:role/{parts[5].split('/')[1]}"
    return element.text
