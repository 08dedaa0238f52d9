"""Why AWS could not send a request: what in a witness contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.trust.oracle import account_of, as_list
from tests.trust.proof.world import SENT, SOURCES_OF
from tests.trust.support import OWN, M, N, V, W

ORGANIZATION = r"o-[a-z0-9]{10,32}"
FORMS = {
    "aws:principalaccount": r"\d{12}|anonymous",
    "aws:sourceaccount": r"\d{12}",
    "aws:principalorgid": ORGANIZATION,
    "aws:sourceorgid": ORGANIZATION,
    "aws:principalorgpaths": ORGANIZATION + r"/r-[a-z0-9]+/(ou-[a-z0-9]+-[a-z0-9]+/)*",
    "aws:principalarn": r"arn:aws[\w-]*:(iam|sts)::\w+:(root|(role|user|federated-user)/[^*?]+)",
    "aws:sourcearn": r"arn:aws[^*?]*:[^*?]*",
    "aws:userid": r"[^*?]+",
    "sts:externalid": r"[\w+=,.@:/-]{2,1224}",
    "sts:rolesessionname": r"[\w+=,.@-]{2,64}",
}
SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


def unrealistic(request: Any) -> str:
    """The first contradiction, or nothing."""
    context = {key.lower(): value for key, value in request.context.items()}
    return next(_contradictions(request, context), "")


def _contradictions(request: Any, context: Mapping[str, Any]) -> Iterator[str]:
    for key, form in FORMS.items():
        if not all(re.fullmatch(form, value) for value in as_list(context.get(key))):
            yield f"{key} is {context[key]!r}"
    yield from _of_constants(context)
    for path in as_list(context.get("aws:principalorgpaths")):
        if path.partition("/")[0] != context.get("aws:principalorgid"):
            yield "paths without their organization"
    if request.principal.startswith("arn:") and request.action == "sts:AssumeRole":
        yield from _of_principal(request.principal, context)
    elif request.action == "sts:AssumeRole" and request.principal != "anonymous":
        yield from _of_service(context)
    elif "aws:username" in context:
        yield "a user name without a user"


def _of_constants(context: Mapping[str, Any]) -> Iterator[str]:
    if context.get("aws:currenttime", "2026-11-20") < "2026-11-20":
        yield "a time that is past"
    if context.get("aws:resourceaccount", M) != M or context.get("aws:resourceorgid", OWN) != OWN:
        yield "a resource that is not ours"
    if context.get("aws:principalorgid") == OWN:
        yield "an outsider in our organization"


def _of_principal(principal: str, context: Mapping[str, Any]) -> Iterator[str]:
    account = account_of(principal)[1]
    if context.get("aws:principalaccount", account) != account:
        yield "PrincipalAccount is another account"
    if account_of(context.get("aws:principalarn", principal))[1] != account:
        yield "PrincipalArn is of another account"
    if context.get("aws:principalisawsservice") == "true":
        yield "an AWS principal that is a service"
    if "aws:username" in context and not principal.endswith("/" + context["aws:username"]):
        yield "a user name that is not the user's"
    for key in SOURCES:
        if key in context:
            yield f"{key} on a call that no service makes"


def _of_service(context: Mapping[str, Any]) -> Iterator[str]:
    if context.get("aws:principalisawsservice") == "false":
        yield "a service that is none"
    if context.get("aws:principalaccount") in (M, N, V, W):
        yield "a service that calls from a customer's account"
    for key in ("aws:principalorgid", "aws:principalarn", "aws:username"):
        if key in context:
            yield f"{key} on the call of a service"
    source, arn = context.get("aws:sourceaccount"), context.get("aws:sourcearn", ":::::")
    if source and arn.split(":")[4] not in ("", source):
        yield "SourceArn is of another account than SourceAccount"
    if arn != ":::::" and not _of_its_own(context.get("aws:principalservicename", ""), arn):
        yield f"SourceArn is no resource of the service: {arn}"
    if (source in (M, N)) and context.get("aws:sourceorgid", OWN) != OWN:
        yield "our account in another organization"


def _of_its_own(service: str, arn: str) -> bool:
    """Whether the ARN may be a source of the service's."""
    _, _, vendor, region, account, rest = arn.split(":", 5)
    form, bare = SOURCES_OF.get(vendor, (".*", True))
    known = vendor in SENT.get(service, (vendor,)) and re.fullmatch("[a-z-]*[0-9]?", region)
    return bool(known and re.fullmatch(form, rest) and (bare or account))
