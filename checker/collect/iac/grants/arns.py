"""What resources of code are called: by their ARN, as far as that can be told.

A name that only AWS gives is the name in the code, as a role's is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from checker.collect.iac.grants.model import Code, Given
from checker.collect.iac.grants.rows import FORMS, ROWS, UNSURE
from checker.collect.iac.target import Target
from checker.collect.iac.unknown import CLOSE, MADE, OPEN, PUBLIC, is_unresolved, wholly
from checker.partitions import DNS_SUFFIX

MARK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_NAMES = (
    "", "id", "arn", "bucket", "name", "url", "key_id", "function_name", "repository_url",
    "qualified_arn", "layer_arn", "Arn", "QueueUrl", "QueueName", "TopicArn", "TopicName", "Name",
    "KeyId", "Id", "FunctionArn", "RepositoryUri", "FileSystemId", "ServiceId", "DestinationArn",
    "StreamArn", "stream_arn",
)  # fmt: skip
"""Attributes that name a resource; any other may have been handed in."""
_URIS = ("repository_url", "RepositoryUri")
_REFS = (
    "AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::Lambda::LayerVersion",
    "AWS::RAM::ResourceShare", "AWS::Serverless::LayerVersion",
)  # fmt: skip
"""Types whose `Ref` is their ARN."""
_IDS_ARE_ARNS = (
    "aws_sns_topic", "aws_secretsmanager_secret", "aws_lambda_layer_version", "aws_s3_access_point",
    "aws_ram_resource_share", "aws_cloudwatch_log_destination", "aws_msk_cluster",
)  # fmt: skip
_URL = re.compile(r"https://sqs\.([a-z0-9-]+)\.[a-z.]+/([0-9]{12})/([^/]+)")


@dataclass(frozen=True)
class Named:
    """`arn`: as records have it. `marked`: the same with marks, where the name is not known before
    deployment: whatever a policy calls the resource may be it then. `scope`: within which the ARN
    means this one, None where it does so everywhere."""

    arn: str
    name: str
    marked: str | None = None
    scope: object = None


def arn_of(kind: str, name: str, target: Target) -> str:
    """The ARN that a resource of this name has in the own account."""
    form = FORMS.get(kind) or f"{_service(kind)}:{{region}}:{{account}}:{{name}}"
    body = form.format(region=target.region or "", account=target.account, name=name)
    return f"arn:{target.partition}:{body}"


def _service(kind: str) -> str:
    return kind.partition("::")[2].partition("::")[0].lower()


def itself(name: str, code: Code) -> Named | None:
    """What the code makes under a name; None where the table has no such type."""
    row = ROWS.get(code.type_of(name))
    if row is None or not row.itself:
        return None
    target = code.target_of(name)
    given = Given(code.properties(name), row.keys, target)
    arn = given.one("arn")
    if isinstance(arn, str) and arn.startswith("arn:") and not is_unresolved(arn):
        return Named(arn, _text(given.one("named")) or name)
    found = _called(row.kind, given.one("named"), name.rpartition("/")[2], target)
    return _within(found, code.scope_of(name))


def _within(found: Named, scope: object) -> Named:
    told = found.marked is None or found.scope is not None
    return found if told else replace(found, scope=scope)


def named(kind: str, value: Any, label: str, code: Code) -> Named:
    """What a value names: by its ARN, its URL or its name, or as what the code makes.

    `label`: what it is called where nothing tells."""
    return _within(_named(kind, value, label, code), code.scope)


def _named(kind: str, value: Any, label: str, code: Code) -> Named:
    if not isinstance(value, str) or not value:
        return _called(kind, value, label, code.target)
    found = wholly(value)
    if found is not None:
        made = code.maker(found)
        told = itself(made[0], code) if made else None
        if made and told and _kind(made[0], code) == kind:
            return told
        return _called(kind, value, made[0] if made else label, code.target)
    value = filled(value, code)
    if is_unresolved(value):
        return _called(kind, value, label, code.target)
    if value.startswith("arn:") and value.count(":") >= 5:
        return Named(value, _name_in(kind, value))
    if url := _URL.fullmatch(value):
        arn = f"arn:{code.target.partition}:sqs:{url[1]}:{url[2]}:{url[3]}"
        return Named(arn, url[3])
    return _called(kind, value.rpartition("/")[2] if "://" in value else value, label, code.target)


def _called(kind: str, value: Any, label: str, target: Target) -> Named:
    """By its name, where that is known."""
    if "{name}" not in FORMS.get(kind, "{name}"):  # there is one in an account
        arn = arn_of(kind, "", target)
        return Named(arn, arn.rpartition(":")[2])
    known = _text(value)
    if known is not None and kind not in UNSURE:
        return Named(arn_of(kind, known, target), known)
    shown = known or label
    if known is None and isinstance(value, str) and ":" in value:
        marked = value
    else:
        marked = arn_of(kind, value if isinstance(value, str) else f"{OPEN}{label}{CLOSE}", target)
    return Named(arn_of(kind, shown, target), shown, marked)


def _name_in(kind: str, arn: str) -> str:
    """What is the name in an ARN."""
    before = FORMS.get(kind, "").partition("{name}")[0].split(":", 3)[-1]
    return arn.split(":", 5)[5].removeprefix(before)


def _kind(name: str, code: Code) -> str:
    row = ROWS.get(code.type_of(name))
    return row.kind if row else ""


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value and not is_unresolved(value) else None


def filled(text: str, code: Code, titled: Callable[[Named], Named] | None = None) -> str:
    """A text with the names filled in of what the same code makes. `titled`: how that is called of
    which nobody knows the name."""

    def one(found: re.Match[str]) -> str:
        made = code.maker(found[1].removeprefix(MADE).removeprefix(PUBLIC))
        if made is None or made[1] not in _NAMES:
            return found[0]
        told = itself(made[0], code)
        if told is None:
            return found[0]
        if made[1] in _URIS:  # in lower case, as AWS makes names of ids in code
            return registry(code.target_of(made[0])) + told.name.lower()
        told = titled(told) if titled and told.marked is not None else told
        return told.arn if is_arn(made[0], made[1], code) else told.name

    return MARK.sub(one, text) if OPEN in text else text


def registry(target: Target) -> str:
    """Before the names of images of the own account.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    suffix = DNS_SUFFIX.get(target.partition, "amazonaws.com")
    return f"{target.account}.dkr.ecr.{target.region or 'us-east-1'}.{suffix}/"


def is_arn(name: str, attribute: str, code: Code) -> bool:
    """Whether an attribute of what the code makes is an ARN."""
    kind = code.type_of(name)
    if attribute in ("", "Ref"):
        return kind in _REFS or (kind.startswith("aws_") and kind in _IDS_ARE_ARNS)
    return attribute.lower().endswith("arn") or (attribute == "id" and kind in _IDS_ARE_ARNS)
