"""Why AWS could not send a request: what in it contradicts itself, or what no call carries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace

from checker.trust import Scope
from tests.trust.proof.evaluate import Request
from tests.trust.proof.values import dates, is_value
from tests.trust.proof.world import (
    AWS,
    FEDERATED_NAME,
    NAME,
    OIDC,
    PATHS,
    SERVICE,
    SESSION,
    TEXT,
    UNIQUE_TAIL,
    claims_of,
    key_of,
)

FORMS = {
    "AssumedRole": rf"arn:[\w-]+:iam::\d{{12}}:role/{PATHS}(?P<name>{NAME})",
    "User": rf"arn:[\w-]+:iam::\d{{12}}:user/{PATHS}(?P<name>{NAME})",
    "FederatedUser": rf"arn:[\w-]+:sts::\d{{12}}:federated-user/(?P<name>{FEDERATED_NAME})",
}
IDS = {"AssumedRole": f"AROA{UNIQUE_TAIL}:{SESSION}", "User": f"AIDA{UNIQUE_TAIL}"}


def completed(request: Request, scope: Scope, mentioned: Set[str]) -> Request:
    """With a value for each key that the policy reads and every such call has."""
    now = str(dates(str(scope.today))[0])
    values = {"aws:currenttime": f"{scope.today}T00:00:00Z", "aws:epochtime": now}
    values |= {"aws:resourceaccount": scope.account, "sts:rolesessionname": "session"}
    more = {
        name: (values.get(name, "filled"),)
        for name in mentioned - set(request.context)
        if request.caller in key_of(name).always and claims_of(name, request.principal)
    }
    return replace(request, context={**request.context, **more})


def contradictions(request: Request, scope: Scope, mentioned: Set[str]) -> Iterator[str]:
    """`mentioned`: the keys that the policy reads; of those that every call has, none may lack."""
    yield from _keys(request, mentioned)
    if request.caller == AWS:
        yield from _aws(request)
    if request.caller == SERVICE:
        yield from _service(request)
    if request.caller == OIDC:
        yield from _oidc(request)
    yield from _organizations(request, mentioned)
    yield from _constants(request, scope)


def _keys(request: Request, mentioned: Set[str]) -> Iterator[str]:
    for name, values in request.context.items():
        key = key_of(name)
        if not key.on(request.caller):
            yield f"{name}: no such call has it"
        if not values or (len(values) > 1 and not key.many):
            yield f"{name}: {len(values)} values"
        if not all(is_value(key.kind, v) for v in values):
            yield f"{name}: {values!r} is no {key.kind}"
        if key.kind in ("text", "bool"):
            bad = [v for v in values if not re.fullmatch(key.domain if key.sure else TEXT, v)]
            yield from (f"{name}: {v!r} is no value of it" for v in bad)
    for name in mentioned - set(request.context):
        if request.caller in key_of(name).always and claims_of(name, request.principal):
            yield f"{name}: every such call has it"


def _aws(request: Request) -> Iterator[str]:
    arn, account = request.one("aws:principalarn"), request.one("aws:principalaccount")
    kind, userid = request.one("aws:principaltype"), request.one("aws:userid")
    found = re.fullmatch(FORMS.get(kind, "$^"), arn)
    if not found:
        yield f"aws:PrincipalArn {arn!r} is no {kind}"
        return
    if arn.split(":")[4] != account:
        yield "aws:PrincipalArn and aws:PrincipalAccount differ"
    ids = IDS.get(kind, re.escape(f"{account}:{found['name']}"))
    if "aws:username" in request.context and (kind, found["name"]) != (
        "User",
        request.one("aws:username"),
    ):
        yield "aws:username is that of users alone, and ends their ARN"
    if request.one("aws:principalisawsservice") != "false":
        yield "aws:PrincipalIsAWSService"
    if not userid:  # where the policy does not read it, a witness may leave it out
        return
    if not re.fullmatch(ids, userid):
        yield f"aws:userid {userid!r} is none of a {kind}"
    if kind == "AssumedRole":
        session = f":assumed-role/{found['name']}/{userid.partition(':')[2]}"
        if not request.principal.endswith(session):
            yield "the session's ARN and aws:userid differ"


def _service(request: Request) -> Iterator[str]:
    name = request.one("aws:principalservicename")
    if name != request.principal:
        yield "aws:PrincipalServiceName"
    if name not in request.context.get("aws:principalservicenameslist", (name,)):
        yield "aws:PrincipalServiceNamesList lacks the service's name"
    if request.one("aws:principalisawsservice") != "true":
        yield "aws:PrincipalIsAWSService"
    account = request.context.get("aws:sourceaccount")
    arn = request.one("aws:sourcearn").split(":")
    if account and len(arn) > 5 and arn[4] not in ("", account[0]):
        yield "aws:SourceArn and aws:SourceAccount differ"


def _oidc(request: Request) -> Iterator[str]:
    if request.one("aws:federatedprovider") not in ("", request.principal):
        yield "aws:FederatedProvider is another"
    for name in request.context:
        if not claims_of(name, request.principal):
            yield f"{name}: a claim of another issuer"


def _organizations(request: Request, mentioned: Set[str]) -> Iterator[str]:
    for who in ("principal", "source", "resource", "vpce"):
        own = request.context.get(f"aws:{who}orgid")
        paths = request.context.get(f"aws:{who}orgpaths")
        both = {f"aws:{who}orgid", f"aws:{who}orgpaths"} <= mentioned
        if both and bool(own) != bool(paths):
            yield f"aws:{who}OrgID and aws:{who}OrgPaths come together"
        if paths and (len(paths) > 1 or (own and not paths[0].startswith(own[0] + "/"))):
            yield f"aws:{who}OrgPaths is not a path of aws:{who}OrgID"


def _constants(request: Request, scope: Scope) -> Iterator[str]:
    if request.one("aws:resourceaccount") not in ("", scope.account):
        yield "aws:ResourceAccount is the role's"
    paths = [p.split("/")[0] for p in request.context.get("aws:resourceorgpaths", ())]
    for name in {*request.context.get("aws:resourceorgid", ()), *paths}:
        if name not in scope.organizations:
            yield "aws:ResourceOrgID is the role's"
    if request.one("aws:multifactorauthage") and request.one("aws:multifactorauthpresent") != (
        "true"
    ):
        yield "aws:MultiFactorAuthAge comes with MFA alone"
    clocks = {
        dates(request.one(k))[0]
        for k in ("aws:currenttime", "aws:epochtime")
        if k in request.context
    }
    if len(clocks) > 1 or any(c < dates(str(scope.today))[0] for c in clocks):
        yield "the time is one, and not before today"
