"""What is more than a policy: statements that code writes in parts, ACLs, shares, settings.

Each reader is for both languages: `rows.py` tells where the values stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.grants.model import Given, Json, Said
from checker.collect.iac.unknown import is_made, is_unresolved, shown
from checker.collect.iac.values import as_list, decoded

_GROUPS = "http://acs.amazonaws.com/groups/"
_ALL, _USERS = _GROUPS + "global/AllUsers", _GROUPS + "global/AuthenticatedUsers"
_DELIVERY = _GROUPS + "s3/LogDelivery"
_CANNED = {
    "publicread": ((_ALL, "READ"),),
    "publicreadwrite": ((_ALL, "READ"), (_ALL, "WRITE")),
    "authenticatedread": ((_USERS, "READ"),),
    "logdeliverywrite": ((_DELIVERY, "WRITE"), (_DELIVERY, "READ_ACP")),
}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl"""
_OWNERS = ("private", "bucketownerread", "bucketownerfullcontrol", "awsexecread")
"""Those that let in nobody outside: of the owner, and of EC2."""
_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
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
        yield Said(document=_none(one))


def _none(value: Any) -> Any:
    return None if value == "" else value


# S3


def bucket(given: Given) -> Iterator[Said]:
    """Its ACL, its switches, and a policy, where there is one."""
    acl = [*_canned(given.every("acl")), *_granted(given.every("grants"))]
    settings: Json = {}
    if (on := switches(given)) is not None:
        settings["bpa"] = on
    ownership = given.one("ownership")
    if isinstance(ownership, str) and not is_unresolved(ownership):
        settings["ownership"] = ownership
    yield Said(document=_none(given.one("policy")), acl=acl or None, settings=settings)


def switches(given: Given) -> Json | None:
    """Block Public Access: what is not surely on is off."""
    found = given.one("bpa")
    if found is None:
        return None
    inner = found[0] if isinstance(found, list) and found else found
    told = {str(key).replace("_", "").lower(): one for key, one in inner.items()} if isinstance(
        inner, dict) else {}  # fmt: skip
    return {one: str(told.get(one.lower())).lower() == "true" for one in _SWITCHES}


def own_switches(given: Given) -> Iterator[Said]:
    """A resource of Terraform that is the switches of a bucket."""
    told = {one: given.one(one) for one in _SWITCHES}
    on = {one: str(value).lower() == "true" for one, value in told.items()}
    yield Said(settings={"bpa": on})


def _canned(values: list[Any]) -> Iterator[list[str]]:
    for one in values:
        word = str(one).replace("-", "").lower()
        if is_unresolved(one):
            yield ["Unknown", str(shown(one)), "FULL_CONTROL"]
        elif word in _CANNED:
            yield from (["Group", group, right] for group, right in _CANNED[word])
        elif word not in _OWNERS:
            yield ["Unknown", str(one), "FULL_CONTROL"]


def _granted(values: list[Any]) -> Iterator[list[str]]:
    """Grants in Terraform's two forms: of a bucket, and of an ACL."""
    for one in values:
        if not isinstance(one, dict):
            yield ["Unknown", str(shown(one)), "FULL_CONTROL"]
            continue
        raw = one.get("grantee", one)
        grantee = raw[0] if isinstance(raw, list) and raw else raw
        who = grantee if isinstance(grantee, dict) else {"id": grantee}
        name = who.get("uri") or who.get("id") or who.get("email_address")
        rights = one.get("permissions", one.get("permission"))
        several = as_list(rights)
        if not is_made(name):  # else of what the same code makes, or looks up of the own account
            form = "Group" if who.get("uri") else "CanonicalUser"
            yield from ([form, str(shown(name)), str(shown(right))] for right in several)


def access_point(given: Given) -> Iterator[Said]:
    """With the bucket that it is one of."""
    settings: Json = {"origin": "VPC" if given.one("vpc") else "Internet"}
    if (on := switches(given)) is not None:
        settings["bpa"] = on
    document = _none(given.one("policy"))
    yield Said(document=document, settings=settings, bucket=given.one("bucket"))


# KMS


def key_grant(given: Given) -> Iterator[Said]:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html"""
    told = {"GranteePrincipal": given.one("grantee"), "RetiringPrincipal": given.one("retiring")}
    named = {key: _ours(one, given) for key, one in told.items() if one}
    operations = [one for one in given.every("operations") if isinstance(one, str)]
    if not operations or is_unresolved(operations):
        operations = ["CreateGrant", "Decrypt"]
    issuer = given.target.arn("iam", "root")
    yield Said(grants=[{**named, "Operations": operations, "IssuingAccount": issuer}])


def _ours(value: Any, given: Given) -> str:
    """Whom a value names, for a reader; what the same code makes is of the own account."""
    return given.target.arn("iam", "root") if is_made(value) else str(shown(value))


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
    yield Said(document=_of(statement), qualifier=given.one("qualifier"))


def principal(value: Any) -> Any:
    """As AddPermission reads it: everybody, an account, an ARN, a service."""
    if value == "*":
        return "*"
    if isinstance(value, str) and _SERVICE.fullmatch(value):
        return {"Service": value}
    return {"AWS": [value if value is not None else "${Principal}"]}


def _of(*statements: Any) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def layer_permission(given: Given) -> Iterator[Said]:
    """A layer, for an account or all of an organization."""
    organization = given.one("organization")
    condition = {"StringEquals": {"aws:PrincipalOrgID": organization}} if organization else {}
    statement = {"Effect": "Allow", "Principal": principal(given.one("principal")),
                 "Action": given.one("action") or "lambda:GetLayerVersion",
                 "Resource": "*", "Condition": condition}  # fmt: skip
    yield Said(document=_of(statement), qualifier=given.one("version"))


def url(given: Given) -> Iterator[Said]:
    """One that is not known may ask for no login."""
    auth = given.one("auth")
    word = "NONE" if is_unresolved(auth) or auth is None else str(auth)
    yield Said(settings={"urls": [{"AuthType": word}]}, qualifier=given.one("qualifier"))


PUBLIC_URL = (
    {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
     "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}},
    {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
     "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}},
)  # fmt: skip


def opened_url(given: Given) -> Iterator[Said]:
    """The aws provider and SAM write the permissions of a URL without a login themselves.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    for one in url(given):
        public = one.settings["urls"][0]["AuthType"] == "NONE"
        yield Said(document=_of(*PUBLIC_URL) if public else None, settings=one.settings,
                   qualifier=one.qualifier)  # fmt: skip


_ALEXA = "alexa-appkit.amazon.com"


def sam_function(given: Given) -> Iterator[Said]:
    """The permissions that SAM writes for a URL and for events. Those of APIs, rules, logs and
    pools name a source of the own account, so they let nobody in.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
    """
    yield from opened_url(given) if given.every("auth") else [Said()]
    events = given.one("_events")
    for event in events.values() if isinstance(events, dict) else ():
        if isinstance(event, dict) and (statement := _of_event(event, given)):
            yield Said(document=_of(statement))


def _of_event(event: Json, given: Given) -> Json | None:
    raw = event.get("Properties")
    values = raw if isinstance(raw, dict) else {}
    kind, condition = event.get("Type"), {}
    if kind == "SNS":
        service = "sns.amazonaws.com"
        condition = {"ArnLike": {"aws:SourceArn": values.get("Topic")}}
    elif kind == "S3":
        service = "s3.amazonaws.com"
        condition = {"StringEquals": {"aws:SourceAccount": given.target.account}}
    elif kind == "AlexaSkill":
        service = _ALEXA
        if skill := values.get("SkillId"):
            condition = {"StringEquals": {"lambda:EventSourceToken": skill}}
    else:
        return None
    return {"Effect": "Allow", "Principal": {"Service": service},
            "Action": "lambda:InvokeFunction", "Condition": condition}  # fmt: skip


# DynamoDB and OpenSearch

_STREAM = "AWS::DynamoDB::Stream"


def table(given: Given) -> Iterator[Said]:
    """A table and its stream have a policy each."""
    yield Said(document=_none(given.one("policy")))
    for one in given.every("stream"):
        yield Said(document=_none(one), kind=_STREAM)


def table_policy(given: Given) -> Iterator[Said]:
    """Of a table, or of the stream whose ARN is named."""
    stream = "stream" in str(given.one("_arn"))
    yield Said(document=_none(given.one("policy")), kind=_STREAM if stream else None)


def domain(given: Given) -> Iterator[Said]:
    settings = {"vpc": True} if given.every("vpc") else {}
    yield Said(document=_none(given.one("policy")), settings=settings)


# Secrets Manager


def secret(given: Given) -> Iterator[Said]:
    """Without a key of its own it is under the service's, which never leaves the account."""
    key = given.one("kms_key")
    settings = {} if is_unresolved(key) and not is_made(key) else {"kms_key": shown(key)}
    yield Said(document=_none(given.one("policy")), settings=settings)


# EventBridge


def bus_statement(given: Given) -> Iterator[Said]:
    """A statement, whole or in parts."""
    whole = decoded(given.one("statement"))
    if whole is not None:
        yield Said(document=_of({"Resource": "*", **whole} if isinstance(whole, dict) else whole))
        return
    condition: Json = {}
    for key, kind, value in zip(given.every("condition_key"), given.every("condition_type"),
                                given.every("condition_value"), strict=False):  # fmt: skip
        condition.setdefault(str(kind), {})[str(key)] = value
    who = given.one("principal")
    statement = {"Effect": "Allow", "Principal": "*" if who == "*" else {"AWS": [who]},
                 "Action": given.one("action") or "events:PutEvents", "Resource": "*",
                 "Condition": condition}  # fmt: skip
    yield Said(document=_of(statement))


# Shares


def _names(given: Given) -> list[str]:
    flat = [one for each in given.every("principals") for one in as_list(each)]
    return [_ours(one, given) for one in flat if one not in (None, "")]


def ram(given: Given) -> Iterator[Said]:
    yield Said(share={"principals": _names(given), "resources": []})


def service_permissions(given: Given) -> Iterator[Said]:
    names = _names(given)
    yield Said(share=[{"Principal": one} for one in names])


def peering(given: Given) -> Iterator[Said]:
    """As if it were accepted."""
    names = _names(given)
    share = {"requester": given.target.account, "status": "active"}
    yield Said(share={**share, "accepter": names[0]} if names else None)


def access_entry(given: Given) -> Iterator[Said]:
    """https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html"""
    policies = [str(shown(one)) for one in given.every("policies")]
    if is_unresolved(given.every("policies")):  # any may be meant
        policies.append("AmazonEKSClusterAdminPolicy")
    share = {
        "principalArn": _ours(given.one("principal"), given),
        "type": str(shown(given.one("type") or "STANDARD")),
        "policies": policies,
        "groups": [str(shown(one)) for one in given.every("groups")],
    }
    yield Said(share=share)


def user_ids(given: Given) -> Iterator[Said]:
    names = _names(given)
    yield Said(share=[{"Group" if one == "all" else "UserId": one} for one in names])


def restored(given: Given) -> Iterator[Said]:
    yield Said(share={"restore": _names(given)})


def document_share(given: Given) -> Iterator[Said]:
    """`account_ids`: with commas between, or All.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ModifyDocumentPermission.html
    """
    raw = given.one("permissions")
    ids = raw.get("account_ids") if isinstance(raw, dict) else raw
    found: list[str] = []
    for one in as_list(ids) if ids else []:
        texts = one.split(",") if isinstance(one, str) else [one]
        found += [_ours(text.strip() if isinstance(text, str) else text, given) for text in texts]
    yield Said(share=[one.lower() if one.lower() == "all" else one for one in found])
