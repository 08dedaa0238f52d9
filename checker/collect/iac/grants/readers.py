"""What is more than a policy: statements that code writes in parts, ACLs, shares, settings.

Each reader is for both languages: `rows.py` tells where the values stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.grants.model import Given, Json, Said, written
from checker.collect.iac.unknown import is_unresolved
from checker.collect.iac.values import decoded
from checker.collect.iac.whom import everywhere

_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_ACCOUNT = re.compile(r"[0-9]{12}")
_CONDITIONS = {
    "source_arn": ("ArnLike", "AWS:SourceArn"),
    "source_account": ("StringEquals", "AWS:SourceAccount"),
    "organization": ("StringEquals", "aws:PrincipalOrgID"),
    "skill": ("StringEquals", "lambda:EventSourceToken"),
    "url_auth": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "via_url": ("Bool", "lambda:InvokedViaFunctionUrl"),
}
"""What AddPermission writes for its parameters.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""


def policy(given: Given) -> Iterator[Said]:
    """A policy and nothing else, or none."""
    for one in given.every("policy") or [None]:
        yield Said(document=written(one))


# Lambda


def permission(given: Given) -> Iterator[Said]:
    """A statement as AddPermission writes it."""
    condition: Json = {}
    for key, (operator, name) in _CONDITIONS.items():
        value = given.one(key)
        if value not in (None, ""):
            text = str(value).lower() if isinstance(value, bool) else value
            condition.setdefault(operator, {})[name] = text
    statement = {"Effect": "Allow", "Principal": principal(given.one("principal")),
                 "Action": given.one("action") or "lambda:InvokeFunction",
                 "Condition": condition}  # fmt: skip
    yield Said(document=policy_of(statement), qualifier=given.one("qualifier"))


def principal(value: Any) -> Any:
    """As AddPermission reads it: everybody, an account, an ARN, a service."""
    if value == "*":
        return "*"
    if isinstance(value, str) and _SERVICE.fullmatch(service := everywhere(value)):
        return {"Service": service}
    return {"AWS": [value if value is not None else "${Principal}"]}


def policy_of(*statements: Any) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def layer_permission(given: Given) -> Iterator[Said]:
    """A layer, for an account or all of an organization."""
    organization = given.one("organization")
    condition = {"StringEquals": {"aws:PrincipalOrgID": organization}} if organization else {}
    statement = {"Effect": "Allow", "Principal": principal(given.one("principal")),
                 "Action": given.one("action") or "lambda:GetLayerVersion",
                 "Resource": "*", "Condition": condition}  # fmt: skip
    yield Said(document=policy_of(statement), qualifier=given.one("version"))


def url(given: Given) -> Iterator[Said]:
    """One that is not known may ask for no login."""
    auth = given.one("auth")
    word = "NONE" if is_unresolved(auth) or auth is None else str(auth)
    yield Said(settings={"urls": [{"AuthType": word}]}, qualifier=given.one("qualifier"))


# ECR


def cache(given: Given) -> Iterator[Said]:
    """A rule of a pull-through cache, as it is written."""
    yield Said(settings={key: given.one(key) for key in ("prefix", "upstream", "within")})


# DynamoDB and OpenSearch

_STREAM = "AWS::DynamoDB::Stream"


def table(given: Given) -> Iterator[Said]:
    """A table and its stream have a policy each, and so have its copies in other regions."""
    yield from policy(given)
    for one in given.every("stream"):
        yield Said(document=written(one), kind=_STREAM)


def table_policy(given: Given) -> Iterator[Said]:
    """Of a table, or of the stream whose ARN is named."""
    stream = "stream" in str(given.one("_arn"))
    yield Said(document=written(given.one("policy")), kind=_STREAM if stream else None)


def domain(given: Given) -> Iterator[Said]:
    settings = {"vpc": True} if given.every("vpc") else {}
    yield Said(document=written(given.one("policy")), settings=settings)


# what is under a key


def under_key(given: Given) -> Iterator[Said]:
    """Without a key of its own it is under none, or under the service's own."""
    key = given.one("kms_key")
    settings = {} if key in (None, "") else {"kms_key": key}
    yield Said(document=written(given.one("policy")), settings=settings)


def secret(given: Given) -> Iterator[Said]:
    """Without a key of its own it is under the service's, which never leaves the account."""
    yield Said(document=written(given.one("policy")), settings={"kms_key": given.one("kms_key")})


# EventBridge


def bus_statement(given: Given) -> Iterator[Said]:
    """A statement, whole or in parts."""
    whole = decoded(given.one("statement"))
    if whole is not None:
        yield Said(
            document=policy_of({"Resource": "*", **whole} if isinstance(whole, dict) else whole)
        )
        return
    condition: Json = {}
    for key, kind, value in zip(given.every("condition_key"), given.every("condition_type"),
                                given.every("condition_value"), strict=False):  # fmt: skip
        condition.setdefault(str(kind), {})[str(key)] = value
    who = given.one("principal")
    statement = {"Effect": "Allow", "Principal": "*" if who == "*" else {"AWS": [who]},
                 "Action": given.one("action") or "events:PutEvents", "Resource": "*",
                 "Condition": condition}  # fmt: skip
    yield Said(document=policy_of(statement))
