"""Allowlists and snapshots for tests of guardrails, and who is vetted by them, told anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from checker.check.engine import register_of
from checker.enforce.found import Proof
from checker.enforce.listed import Listed, listed
from checker.enforce.perimeter import Asked
from checker.enforce.roles import Made, made, prove
from checker.role_trust.scopes import scopes_of
from checker.snapshot.read import Snapshot
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.support.snapshots import write
from tests.trust.oracle import allows, as_list
from tests.trust.random_policies import EXT2, random_policy
from tests.trust.support import EKS, EXT, GITHUB, OWN, SCOPE, M, N, V, W

ROOT, UNIT, OTHER = "r-root", "ou-root-aaaa1111", "ou-root-bbbb2222"
CHIEF, MORE = "333333333333", "444444444444"
"""The management account, and one in the other unit."""
TODAY = date(2026, 11, 20)
DATES = {"reviewed": "2026-05-01", "expires": "2027-05-01"}
ACCOUNTS = [
    {"id": CHIEF, "units": [ROOT], "state": "ACTIVE"},
    {"id": M, "units": [ROOT, UNIT], "state": "ACTIVE"},
    {"id": N, "units": [ROOT, UNIT], "state": "ACTIVE"},
    {"id": MORE, "units": [ROOT, OTHER], "state": "ACTIVE"},
]
MANIFEST: dict[str, Any] = {
    "organization": {"id": OWN, "management_account": CHIEF},
    "accounts": ACCOUNTS,
    "guardrails": [],
}


def vendor(name: str, *, expires: str = "2027-05-01", scope: Any = None, **ids: Any) -> Any:
    """An entry; `ids`: accounts, organizations, federation, marketplace_products."""
    vetting = {"owner": "sec@example.com", "reference": "T-1", "evidence": [], **DATES}
    found = {"name": name, **ids, "vetting": vetting | {"expires": expires}}
    return found | ({"scope": scope} if scope else {})


def allowlist(*vendors: Any, **more: Any) -> Allowlist:
    whole = {"version": 1, "vendors": list(vendors), **more}
    return Allowlist(parse_yaml(json.dumps(whole).encode(), "allowlist.yaml"))


def snapshot(folder: Path, roles: list[Any], manifest: Any = None, **kinds: Any) -> Snapshot:
    """`roles` in any order."""
    providers = [
        {"account": p.arn.split(":")[4], "arn": p.arn, "kind": p.kind, "issuer": p.issuer}
        for p in SCOPE.providers.values()
    ]
    return Snapshot(
        write(
            folder,
            manifest=MANIFEST | (manifest or {}),
            roles=sorted(roles, key=lambda one: one["arn"]),
            providers=sorted(providers, key=lambda one: one["arn"]),
            **kinds,
        )
    )


def holder(name: str, policy: Any, account: str = M) -> dict[str, Any]:
    """A role with a whole trust policy."""
    arn = f"arn:aws:iam::{account}:role/{name}"
    return {"account": account, "arn": arn, "name": name, "path": "/", "trust_policy": policy}


def proven(
    whole: Allowlist, there: Snapshot, done: Made | None = None, *, every: bool = False
) -> Proof:
    """Of the list's own document, or of another one."""
    found = listed(whole, TODAY)
    register = register_of(there, whole, TODAY)
    scopes = scopes_of(register, there)
    done = done or made(found, there, Asked(every))
    return prove(found, done, there, register, scopes, lambda _one, _role: None)


def document_of(
    found: Listed, there: Snapshot, account: str = M, *, every: bool = False, most: int = 5_120
) -> dict[str, Any]:
    """The one that goes to an account."""
    plan = made(found, there, Asked(every), most=most).plan
    units = {one["id"]: one["units"] for one in ACCOUNTS}[account]
    (part,) = [p for p in plan.parts if {*units, account} & set(p.targets)]
    return part.document


def refuses(document: Mapping[str, Any], request: Any) -> bool:
    """Whether an RCP refuses a request, by the oracle: whatever else lets it in."""
    anything = {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::000000000000:user/no"},
                "Action": "*"}  # fmt: skip
    return not allows({**document, "Statement": [anything, *document["Statement"]]}, request)


def random_list(rng: Random) -> list[Any]:
    """Entries over the accounts, organizations and issuers that random policies name."""
    ids: list[dict[str, Any]] = [
        {"accounts": [V]},
        {"accounts": [W]},
        {"accounts": ["770000000077"]},
        {"organizations": [EXT]},
        {"organizations": [EXT2]},
        {"federation": [{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}]},
        {"federation": [{"issuer": GITHUB, "claims": {"repository_owner_id": ["12345"],
                                                      "aud": ["sts.amazonaws.com"]}}]},
        {"federation": [{"issuer": EKS}]},
        {"accounts": ["123456789012"]},
    ]  # fmt: skip
    chosen = rng.sample(ids, rng.choice((1, 2, 3, 4, 6)))
    found = []
    for number, one in enumerate(chosen):
        expires = "2026-10-01" if rng.random() < 0.15 else "2027-05-01"
        scope = {"in_accounts": rng.choice(([M], [N, MORE]))} if rng.random() < 0.2 else None
        found.append(vendor(f"v{number}", expires=expires, scope=scope, **one))
    return found


def random_roles(rng: Random, number: int) -> list[dict[str, Any]]:
    return [
        holder(f"r{n}", random_policy(rng), rng.choice((M, N, MORE, CHIEF))) for n in range(number)
    ]


def vetted(entries: list[Any], account: str, request: Any, *, every: bool = False) -> bool | None:
    """Whether the list vets whoever calls, for a role of an own account; None where an RCP does
    not reach, or may let in more. Told by the lists alone, without the code under test."""
    valid = [one for one in entries if one["vetting"]["expires"] >= TODAY.isoformat()]
    within = [one for one in valid if account in one.get("scope", {}).get("in_accounts", [account])]
    mine, anywhere = (_named(some, request, every) for some in (within, valid))
    for key in ("aws:PrincipalAccount", "aws:SourceAccount"):  # vetted, but elsewhere
        if any(
            request.context.get(key) in one.get("accounts", ())
            for one in valid
            if one not in within
        ):
            return None
    return mine if mine == anywhere else (True if mine else None)


def _named(entries: list[Any], request: Any, every: bool) -> bool | None:
    context = request.context
    ids = {i for one in entries for i in one.get("accounts", [])} | {M, N, MORE, CHIEF}
    organizations = {i for one in entries for i in one.get("organizations", [])} | {OWN}
    if request.action == "sts:AssumeRoleWithSAML":
        return None
    if request.action == "sts:AssumeRoleWithWebIdentity":
        return _token(entries, request, every)
    if request.principal.endswith(".amazonaws.com"):
        if "aws:SourceAccount" not in context:
            return None if "aws:SourceArn" in context else True
        return (
            context["aws:SourceAccount"] in ids or context.get("aws:SourceOrgID") in organizations
        )
    return (
        context["aws:PrincipalAccount"] in ids or context.get("aws:PrincipalOrgID") in organizations
    )


def _token(entries: list[Any], request: Any, every: bool) -> bool | None:
    issuer = request.principal.partition(":oidc-provider/")[2] or request.principal
    context = {key.lower(): value for key, value in request.context.items()}
    sets = [f.get("claims", {}) for one in entries for f in one.get("federation", [])
            if f["issuer"] == issuer]  # fmt: skip
    if not sets:
        return False if every else None
    return any(
        all(
            _fits(patterns, context.get(f"{issuer}:{claim}".lower()))
            for claim, patterns in one.items()
        )
        for one in sets
    )


def _fits(patterns: list[str], value: Any) -> bool:
    """The patterns of `random_list` end in `*`, if they have one."""
    return any(
        one is not None and (one == p or (p.endswith("*") and str(one).startswith(p[:-1])))
        for one in (as_list(value) or [None])
        for p in patterns
    )
