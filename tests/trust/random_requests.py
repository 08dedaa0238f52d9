"""Requests that could break the engine's answer about a policy, and that AWS could really send.

A caller's account, ARN, organization and user id agree with each other, and so do a service's name
and source. The other keys take the policy's literals, instances of its wildcards, fresh values, or
are absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any

from tests.trust.oracle import Request, as_list, entries, text
from tests.trust.proof.world import SENT
from tests.trust.random_policies import (
    ASSUME,
    BY_SAML,
    FRESH,
    FRESH_ORG,
    OURS,
    SERVICE_OWN,
    WEB,
)
from tests.trust.support import (
    BUILT_IN,
    OWN,
    RESOURCE,
    SCOPE,
    M,
    N,
    V,
    role,
)


def requests_for(document: Mapping[str, Any], rng: Random, limit: int = 300) -> Iterator[Request]:
    """Requests of outsiders, of services and of federated identities, most of them to the point."""
    keys = _Keys(document)
    callers = [
        *_aws_callers(keys, rng),
        *_service_callers(keys, rng),
        *_federated_callers(keys, rng),
    ]
    rng.shuffle(callers)
    rounds = max(1, min(24, limit // max(len(callers), 1))) if keys.free else 1
    for principal, action, identity in callers[:limit]:
        for _ in range(rounds):
            yield Request(principal, action, _with_free_keys(keys, rng, identity))


class _Keys:
    """What a policy says about each key, by the key's small letters."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.text = json.dumps(document)
        self.principals: list[tuple[str, str]] = []
        self.wanted: dict[str, list[str]] = {}
        for statement in as_list(document["Statement"]):
            self.principals += [(k, str(e)) for k, e in entries(statement.get("Principal"))]
            for operator, some in statement.get("Condition", {}).items():
                for key, values in some.items():
                    known = self.wanted.setdefault(key.lower(), [])
                    known += [text(v) for v in as_list(values) if not operator.startswith("Null")]
        for variable in re.findall(r"\$\{([^},]+)", self.text):
            self.wanted.setdefault(variable.lower(), [])
        self.free = [key for key in self.wanted if _values_of(key)]
        organizations = set(re.findall(r"o-[a-z0-9]{10,32}", self.text)) - {OWN}
        self.organizations = [None, FRESH_ORG, *sorted(organizations), "o-ownxyz12345", f"{OWN}9"]
        named = set(re.findall(r"\d{12}", self.text)) - OURS
        self.accounts = [*sorted(named), FRESH, "999900000001"]


def _filled(pattern: str, rng: Random, letters: str) -> str:
    """An instance of a glob; of a `${variable}` nothing is left."""
    pattern = re.sub(r"\$\{[^}]*\}", "", pattern)
    fill = {"*": ("", letters[0], letters), "?": letters}
    return "".join(rng.choice(fill[c]) if c in fill else c for c in pattern)


def _aws_callers(keys: _Keys, rng: Random) -> list[tuple[str, str, dict[str, Any]]]:
    who = [
        (a, o, arn)
        for a in keys.accounts
        for arn in _arns(keys, a, rng)
        for o in keys.organizations
    ]
    if len(who) > 60:
        who = rng.sample(who, 60)
    return [_aws_caller(keys, rng, *each) for each in who]


def _arns(keys: _Keys, account: str, rng: Random) -> list[str]:
    found = [
        role(account, "fresh"),
        role(account, "x"),
        f"arn:aws:iam::{account}:user/fresh",
    ]
    patterns = keys.wanted.get("aws:principalarn", []) + [
        e for k, e in keys.principals if k == "AWS"
    ]
    for pattern in patterns:
        filled = _filled(pattern, rng, "xyz")
        parts = filled.split(":")
        if len(parts) > 5 and not re.fullmatch(r"\d{12}", parts[4]):
            filled = ":".join([*parts[:4], account, *parts[5:]])
        found += [
            filled,
            role(account, f"p{filled}q/r"),
            role(account, f"p:{filled.split(':', 5)[-1]}"),
        ]
    if any(value[:12].isdigit() for value in keys.wanted.get("aws:userid", [])):
        found.append(f"arn:aws:sts::{account}:federated-user/bob")
    # A role that the policy names exists, and a role's name is unique in its account.
    named = {e for kind, e in keys.principals if kind == "AWS" and f"::{account}:role/" in e}
    taken = {f"role/{arn.rpartition('/')[2]}" for arn in named}
    return [
        arn
        for arn in dict.fromkeys(found)
        if _is_arn_of(arn, account)
        and (arn in named or f"role/{arn.rpartition('/')[2]}" not in taken or ":user/" in arn)
    ]


def _is_arn_of(arn: str, account: str) -> bool:
    """Paths may hold anything printable, so colons too; names may not. `*` and `?` are left out."""
    name = r"[\w+=,.@-]{1,64}"
    iam = rf"iam::{account}:(role|user)/([!-)+->@-~]+/)?{name}"
    sts = rf"sts::{account}:(assumed-role/\w+|federated-user)/\w+"
    return bool(re.fullmatch(rf"arn:aws:({iam}|{sts})", arn))


def _aws_caller(
    keys: _Keys, rng: Random, account: str, organization: str | None, arn: str
) -> tuple[str, str, dict[str, Any]]:
    kind, userid, username = _user(keys, rng, arn, account)
    real = arn.replace(":sts:", ":iam:").replace("assumed-role/", "role/").rpartition("/")[0]
    context: dict[str, Any] = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": real if ":assumed-role/" in arn else arn,
        "aws:PrincipalType": kind,
        "aws:userid": userid,
        "aws:PrincipalIsAWSService": "false",
    }
    if username:
        context["aws:username"] = username
    if organization:
        context["aws:PrincipalOrgID"] = organization
        context["aws:PrincipalOrgPaths"] = [_path(keys, rng, organization)]
    if arn.split(":", 5)[5].startswith("role/") and rng.random() < 0.5:
        name, session = arn.rpartition("/")[2], userid.partition(":")[2]
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
    return arn, ASSUME, context


def _user(keys: _Keys, rng: Random, arn: str, account: str) -> tuple[str, str, str | None]:
    wanted = [_filled(value, rng, "ci") for value in keys.wanted.get("aws:userid", [])]
    if ":federated-user/" in arn:
        return "FederatedUser", f"{account}:bob", None
    start = "AIDA" if arn.split(":", 5)[5].startswith("user/") else "AROA"
    ids = [value for value in wanted if value.startswith(start)] + [f"{start}FRESHFRESHFRESH12"]
    if start == "AIDA":
        return "User", rng.choice(ids).partition(":")[0], arn.rpartition("/")[2]
    chosen, _, session = rng.choice(ids).partition(":")
    if ":assumed-role/" in arn:
        session = arn.rpartition("/")[2]
    return "AssumedRole", f"{chosen}:{session or 'ci'}", None


def _path(keys: _Keys, rng: Random, organization: str) -> str:
    found = [f"{organization}/r-zz99/", f"{organization}/r-zz99/ou-zz99-99998888/"]
    for pattern in keys.wanted.get("aws:principalorgpaths", []):
        end = re.sub(r"[*?]+", "", pattern.partition("/")[2])
        found.append(f"{organization}/{end or 'r-ab12/'}")
    return rng.choice([p for p in found if re.fullmatch(r"o-\w+/r-\w+/(ou-\w+-\w+/)*", p)])


def _service_callers(keys: _Keys, rng: Random) -> list[tuple[str, str, dict[str, Any]]]:
    names = [entry for kind, entry in keys.principals if kind == "Service"]
    names += [n for n in keys.wanted.get("aws:principalservicename", []) if "*" not in n]
    sources = [None, M, N, V, FRESH]
    who = product(dict.fromkeys([*names, "sns.amazonaws.com"]), sources, (False, True))
    return [_service_caller(keys, rng, *each) for each in who]


def _service_caller(
    keys: _Keys, rng: Random, name: str, source: str | None, in_organization: bool
) -> tuple[str, str, dict[str, Any]]:
    context: dict[str, Any] = {
        "aws:PrincipalAccount": SERVICE_OWN,
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": name,
        "aws:PrincipalServiceNamesList": [name],
    }
    if source is None:
        return name, ASSUME, context
    context["aws:SourceAccount"] = source
    arns = [f"arn:aws:ec2:eu-west-1:{source}:instance/i-0", None, "arn:aws:s3:::ours"]
    arn = rng.choice(arns)
    if arn and name in SENT and arn.split(":")[2] not in SENT[name]:  # none of its own
        arn = arn and arn.replace(arn.split(":")[2], SENT[name][0]) if arn == arns[0] else None
    if arn:
        context["aws:SourceArn"] = arn
        if source in arn and rng.random() < 0.2:
            del context["aws:SourceAccount"]
    organization = OWN if source in OURS else rng.choice(keys.organizations[1:])
    if organization and (source in OURS or in_organization):
        context["aws:SourceOrgID"] = organization
        context["aws:SourceOrgPaths"] = [f"{organization}/r-zz99/"]
    return name, ASSUME, context


def _federated_callers(keys: _Keys, rng: Random) -> list[tuple[str, str, dict[str, Any]]]:
    providers = {entry for kind, entry in keys.principals if kind == "Federated"}
    if any(kind == "everybody" for kind, _ in keys.principals):
        providers |= {*BUILT_IN, *SCOPE.providers}
    found = []
    for provider in sorted(providers):
        saml = ":saml-provider/" in provider
        issuer = "SAML" if saml else provider.partition(":oidc-provider/")[2] or provider
        for _ in range(8):
            context = _claims(keys, rng, issuer)
            found.append((provider, BY_SAML if saml else WEB, context))
    return found


def _claims(keys: _Keys, rng: Random, issuer: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.5:  # documented nowhere, so either
        found["aws:PrincipalAccount"] = rng.choice(keys.accounts)
    for key in keys.wanted:
        if key.startswith(f"{issuer.lower()}:"):
            ends = ("", "repo:acme/app:ref:refs/heads/main", "repo:acme-evil/x:pull_request")
            values = [_filled(v, rng, "xyz") for v in keys.wanted[key]] + ["fresh", *ends[1:]]
            values = [value for value in values if value and not set("*?") & set(value)]
            if key.endswith((":sub", ":aud")) or rng.random() < 0.7:
                found[key] = rng.choice(values)
    return found


FREE = {
    "sts:externalid": ("fresh1",), "sts:rolesessionname": ("ci", "ci-7", "fresh"),
    "aws:principaltag/": ("x", "fresh", ""), "aws:tagkeys": (["a"], ["a", "b"], ["zz"]),
    "aws:sourceip": ("203.0.113.5", "203.0.113.200", "198.51.100.7", "192.0.2.1", "2001:db8::1"),
    "aws:sourcevpce": ("vpce-0123456789abcdef0", "vpce-0fffffffffffffff0"),
    "aws:sourcevpc": ("vpc-0123456789abcdef0", "vpc-0fffffffffffffff0"),
    "aws:multifactorauthpresent": ("true", "false"),
    "aws:multifactorauthage": ("30", "100", "5000"),
    "aws:currenttime": ("2026-11-20T12:00:00Z", "2027-06-01T00:00:00Z", "2031-01-01T00:00:00Z"),
    "aws:useragent": ("x", "terraform/1.9", "aws-cli"),
}  # fmt: skip
PRESENT = ("aws:currenttime", "sts:rolesessionname")
BY_SERVICES = ("aws:currenttime", "sts:rolesessionname", "sts:externalid")  # Cognito sends an id
ONLY_AWS = ("aws:principaltag/", "aws:multifactor")
VALID = {"sts:externalid": r"[\w+=,.@:/-]{2,1224}", "sts:rolesessionname": r"[\w+=,.@-]{2,64}"}


def _values_of(key: str) -> tuple[Any, ...]:
    return FREE.get(key) or next(
        (v for k, v in FREE.items() if k[-1] == "/" and key.startswith(k)), ()
    )


def _with_free_keys(keys: _Keys, rng: Random, identity: Mapping[str, Any]) -> dict[str, Any]:
    context = {**RESOURCE, **identity}
    inside = rng.random() < 0.5  # through an endpoint, or over the internet
    for key in rng.sample(keys.free, len(keys.free)):
        if (key == "aws:sourceip") == inside and key.startswith(("aws:sourceip", "aws:sourcevpc")):
            continue
        if "aws:PrincipalServiceName" in identity and key not in BY_SERVICES:
            continue
        if key == "sts:externalid" and not {"aws:PrincipalArn", "aws:PrincipalServiceName"} & {
            *identity
        }:
            continue
        if key.startswith(ONLY_AWS) and "aws:PrincipalArn" not in identity:
            continue
        if key in PRESENT or rng.random() < 0.75:
            _fill_in(keys, rng, key, context)
    if context.get("aws:multifactorauthpresent") != "true":  # an age goes with MFA alone
        context.pop("aws:multifactorauthage", None)
    return context


def _fill_in(keys: _Keys, rng: Random, key: str, context: dict[str, Any]) -> None:
    known = {k.lower(): v for k, v in context.items()}
    values: list[Any] = list(_values_of(key))
    if key.startswith(("sts:", "aws:principaltag/", "aws:useragent")):
        for pattern in keys.wanted[key]:
            bound = re.sub(
                r"\$\{([^},]+)(?:, *'(.*?)')?\}",
                lambda m: str(known.get(m[1].lower(), m[2] or "")),
                pattern,
            )
            values.append(_filled(bound, rng, "xyz"))
        values += [
            v for k, v in known.items() if f"${{{k}}}" in keys.text.lower() and isinstance(v, str)
        ]
        values = [v for v in values if re.fullmatch(VALID.get(key, r"[^*?$]*"), v)]
    if values:
        context[key] = rng.choice(values)
