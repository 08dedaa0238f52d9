"""One request, statement by statement, as IAM evaluates it."""

from __future__ import annotations

import msgspec

import checker.trust.document.operators as operators
import checker.trust.document.principals as principals
import checker.trust.search.denies as denies
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.answers.outcomes import condition_words
from checker.trust.callers.callers import Caller
from checker.trust.callers.federation import BUILT_IN, known
from checker.trust.callers.identities import TYPES
from checker.trust.document.conditions import Context, Value
from checker.trust.document.parse import ACTIONS, SAML, WEB_IDENTITY, Policy, Statement
from checker.trust.model import Principal, Scope


class Unnamed(ValueError):  # noqa: N818
    """Text that names nobody who could call."""


class Request(msgspec.Struct, frozen=True):
    """`context`: condition keys in lower case → values; what follows from `principal` may lack."""

    principal: str
    action: str
    context: dict[str, Value]
    scope: Scope
    today: int

    def mask(self) -> int:
        """The action's bit; 0 for one that lets nobody in."""
        names = [name.lower() for name in ACTIONS]
        lower = self.action.lower()
        lower = lower if ":" in lower else f"sts:{lower}"
        return 1 << names.index(lower) if lower in names else 0


Told = tuple[bool | None, int | None, str]
"""Allowed or not, or None for doubt; the statement that decides; why."""


def evaluate(policy: Policy, request: Request) -> Told:
    """An explicit Deny wins; without an Allow that matches, nobody is let in."""
    mask = request.mask()
    if not mask:
        return False, None, f"{request.action} alone lets nobody take the role"
    other = _of_other_kind(request, mask)
    if other is not None:
        return False, None, other
    if request.principal.endswith(":root"):
        return False, None, "a root user cannot call sts:AssumeRole"
    caller = _caller(_with_role(request, policy), mask)
    lacking = _contradiction(request) or _lacking(request, caller, policy)
    if lacking is not None:
        return None, None, lacking
    context = {**_resource(request), **caller.context, **request.context}
    nearest: Told = (False, None, "no Allow statement names it")
    for allow in policy.allows:
        if not allow.actions & mask or not _means(allow, caller):
            continue
        failing = _failing(allow, context, policy)
        if failing is None:
            return _denied(policy, caller, context, mask, allow.index)
        if nearest[1] is None or not allow.who.star():  # what names it is nearer than a `*`
            nearest = (False, allow.index, f"it does not fulfil {failing}")
    return nearest


def _of_other_kind(request: Request, mask: int) -> str | None:
    """A provider takes a role by the action of its kind, whatever the statement allows.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html"""
    if not mask & (SAML | WEB_IDENTITY):
        return None
    is_saml = known(_provider(request), request.scope).kind == "saml"
    if mask == (SAML if is_saml else WEB_IDENTITY):
        return None
    kind, by = ("a SAML", "SAML") if is_saml else ("an OIDC", "WebIdentity")
    return f"{kind} provider takes roles by sts:AssumeRoleWith{by} alone"


def _with_role(request: Request, policy: Policy) -> Request:
    """The role of a session, whose ARN leaves out the path: the one that the policy names."""
    element = principals.aws(request.principal, request.scope.partition)
    if not principals.session_name(element) or keys.ARN in request.context:
        return request
    role = principals.principal_arn(element)
    name, head = "/" + role.rpartition("/")[2], role.partition("role/")[0] + "role/"
    elements = [one for part in (*policy.allows, *policy.denies) for one in part.who.elements]
    named = {one.text for one in elements if one.text.startswith(head) and one.text.endswith(name)}
    if len(named) != 1:
        return request
    return msgspec.structs.replace(request, context={**request.context, keys.ARN: named.pop()})


def _lacking(request: Request, caller: Caller, policy: Policy) -> str | None:
    """What has to be given before the request can be told."""
    known = {**_resource(request), **caller.context, **request.context}
    read = {name for name in _read(policy) if name not in known}
    for key in sorted(read):
        if caller.sends(key) or (caller.family == "aws" and key in _WITH_IDENTITY):
            name = keys.spelled(policy.spelling.get(key, key))
            return f"every such request has {name}: give it in the context"
        if key == "aws:resourceorgpaths" and request.scope.organizations:
            return "where the role is in its organization is not known: give aws:ResourceOrgPaths"
        ours = caller.family == "aws" and _is_own(request, caller.account)
        if key in _ORGANIZATION and ours and request.scope.organizations:
            name = keys.spelled(policy.spelling.get(key, key))
            return f"an own account is in an own organization: give {name} in the context"
    session = caller.family == "aws" and principals.session_name(
        principals.aws(request.principal, request.scope.partition)
    )
    if (
        session
        and keys.ARN in read
        and caller.context.get(keys.ARN) != request.context.get(keys.ARN)
    ):
        return (
            "a session's ARN leaves out the path of its role: give aws:PrincipalArn in the context"
        )
    return None


_WITH_IDENTITY = frozenset((keys.ARN, "aws:principaltype", "aws:userid"))
_ORGANIZATION = frozenset(("aws:principalorgid", "aws:principalorgpaths"))


def _read(policy: Policy) -> set[str]:
    """The keys on which the policy's answer may hang."""
    every = (one for part in (*policy.allows, *policy.denies) for one in part.conditions)
    return {name for one in every for name in (one.key, *one.variables)}


def _is_own(request: Request, account: str) -> bool:
    return account == request.scope.account or account in request.scope.own


def _contradiction(request: Request) -> str | None:
    """A key of the context that is not what the principal has."""
    for key, value in _decided(request).items():
        given = request.context.get(key, value)
        if given != value and given != (value,):
            return f"{keys.spelled(key)} in the context is not that of {request.principal}"
    return None


def _decided(request: Request) -> dict[str, Value]:
    """What follows from the principal for sure. A session's ARN leaves out its role's path."""
    bare = msgspec.structs.replace(request, context={})
    found = dict(_caller(bare, request.mask()).context)
    if principals.session_name(principals.aws(request.principal, request.scope.partition)):
        found.pop(keys.ARN, None)
    return found


def _denied(policy: Policy, caller: Caller, context: Context, mask: int, allow: int) -> Told:
    doubt: Told | None = None
    for deny in policy.denies:
        if not deny.actions & mask or _failing(deny, context, policy) is not None:
            continue
        if denies.means(deny.who, caller) or context.get(keys.ARN) in denies.arns(deny.who, caller):
            return False, deny.index, f"this Deny refuses what statement {allow} lets in"
        if deny.who.star():
            doubt = (None, deny.index, "AWS leaves open whether this Deny means such a caller")
    return doubt or (True, allow, "this statement lets it in")


def _means(allow: Statement, caller: Caller) -> bool:
    if allow.who.star() or denies.means(allow.who, caller):
        return True
    forms = {"service": "service", "federated": "provider"}
    form = forms.get(caller.family)
    return any(
        one.form == form and one.text.lower() in ("*", caller.element.lower())
        for one in allow.who.elements
    )


def _failing(statement: Statement, context: Context, policy: Policy) -> str | None:
    """The first condition that does not hold, and what the request has instead."""
    for one in statement.conditions:
        if not one.holds(context):
            value = context.get(one.key)
            shown = "no such key" if value is None else repr(_plain(value))
            return f"{condition_words(one, policy)}: the request has {shown}"
    return None


def _plain(value: Value) -> Value:
    """As it was given."""
    return globs.plain(value) if isinstance(value, str) else tuple(map(globs.plain, value))


def _resource(request: Request) -> dict[str, Value]:
    """The role's own keys, and one moment: today, or the one that is given."""
    given = (request.context.get(key) for key in sorted(keys.NOW))
    told = (operators.date(one) for one in given if isinstance(one, str))
    moment = next((one for one in told if one is not None), request.today)
    found: dict[str, Value] = {
        "aws:resourceaccount": request.scope.account,
        "aws:currenttime": operators.moment(moment),
        "aws:epochtime": str(moment),
    }
    if len(request.scope.organizations) == 1:
        found["aws:resourceorgid"] = next(iter(request.scope.organizations))
    return found


def _caller(request: Request, mask: int) -> Caller:
    if mask != 1:
        return _federated(request)
    element = principals.aws(request.principal, request.scope.partition)
    grant = Principal(kind="anyone")
    if element.form in ("account", "arn") and element.problem != "invalid-principal":
        return _aws(request, element)
    if not keys.SERVICE.fullmatch(request.principal):
        raise Unnamed(request.principal)
    context: dict[str, Value] = {
        "aws:principalisawsservice": "true",
        "aws:principalservicename": request.principal,
        "aws:principalservicenameslist": (request.principal,),
    }
    return Caller("service", request.principal, grant, context, element=request.principal)


def _aws(request: Request, element: principals.Element) -> Caller:
    context: dict[str, Value] = {
        keys.ACCOUNT_KEY: element.account,
        "aws:principalisawsservice": "false",
    }
    if element.form == "arn":
        arn = principals.principal_arn(element)
        form, _, name = arn.split(":", 5)[5].partition("/")
        context |= {keys.ARN: arn, "aws:principaltype": TYPES[form]}
        if form == "user":
            context["aws:username"] = name.rpartition("/")[2]
    if len(request.scope.organizations) == 1 and _is_own(request, element.account):
        context["aws:principalorgid"] = next(iter(request.scope.organizations))
    context |= request.context
    return Caller(
        "aws",
        request.principal,
        Principal(kind="anyone"),
        context,
        element.partition,
        element.account,
        element=element.text,
    )


def _federated(request: Request) -> Caller:
    found = known(_provider(request), request.scope)
    context: dict[str, Value] = {}
    if found.kind == "oidc":
        context["aws:federatedprovider"] = found.text
    grant = Principal(kind="federated", provider=found.name)
    return Caller("federated", found.text, grant, context, issuer=found.issuer, element=found.text)


def _provider(request: Request) -> str:
    """The provider as a Principal names it: the account's own by ARN, whose issuer may be given."""
    text, scope = request.principal, request.scope
    if text in BUILT_IN or "-provider/" in text:
        return text
    if "." not in text or not text.isprintable() or " " in text:
        raise Unnamed(text)
    home = f"arn:{scope.partition}:iam::{scope.account}:oidc-provider/"
    return home + text.removeprefix("https://")
