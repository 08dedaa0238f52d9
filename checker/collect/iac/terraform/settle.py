"""Providers of a plan whose issuer is known only after apply."""

from __future__ import annotations

import dataclasses

from checker.collect.iac.target import Target
from checker.collect.iac.terraform.made import CLUSTERS, OIDC
from checker.collect.iac.terraform.planned import Plan, Planned
from checker.collect.iac.terraform.references import References, longest
from checker.collect.iac.unknown import is_made, is_unresolved, made


def settle(plan: Plan, target: Target) -> None:
    """Gives each of them the issuer that its expression refers to. One that is created only with
    what else the plan creates is a cluster's of this very plan."""
    references = References(plan, target)
    plan.resources = [
        _settled(one, plan, references) if one.type in OIDC else one for one in plan.resources
    ]


def _settled(one: Planned, plan: Plan, references: References) -> Planned:
    url = one.values.get("url")
    if not is_unresolved(url) or is_made(url):
        return one
    named = longest(plan.references(one, "url"))
    told = references.values(named, one.module)
    texts = [text for text in told or [] if isinstance(text, str)]
    if len(texts) == 1:
        return _with(one, texts[0])
    if not named or any(kind in text for text in named for kind in CLUSTERS):
        return _with(one, f"https://{made(f'{one.address}.url')}")
    return one


def _with(one: Planned, url: str) -> Planned:
    return dataclasses.replace(one, values={**one.values, "url": url})
