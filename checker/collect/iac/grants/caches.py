"""Rules by which an own registry of ECR fetches what it lacks, as settings of that registry.

An image of such a repository is whose the upstream is. In which region a rule holds the code often
does not tell, so it is told of each region from which the same code takes images of our own.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from checker.collect.iac.code.rows import IMAGE
from checker.collect.iac.grants.arns import arn_of
from checker.collect.iac.grants.model import Json, Part
from checker.collect.iac.grants.rows import CACHE, REGISTRY
from checker.collect.iac.records import Found
from checker.collect.iac.unknown import is_unresolved
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document

_UNTOLD = "for which of our repositories it fetches images is not known before deployment"
_HOST = re.compile(
    r"([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-[0-9]+)\.", re.ASCII | re.IGNORECASE
)
_WHOLE = "ROOT"
"""No part of the upstream alone."""


def add_caches(found: Found) -> None:
    """A record of the registry for each rule and region; a gap for one of which nobody knows what
    it is for."""
    regions = set(_regions(found.code_uses))
    told = [(one, _rule(one.said.settings)) for one in found.parts if one.row.kind == CACHE]
    rules = [(one, rule) for one, rule in told if rule]
    for part in (one for one, rule in told if not rule):
        kind, target = part.code.type_of(part.name), part.code.target
        found.gap(target, part.place, kind, f"{part.name}: {_UNTOLD}")
    for part, rule in rules:
        alike = [other for one, other in rules if _of(one, other) == _of(part, rule)]
        if any(other != rule for other in alike):  # nobody knows which of them holds
            rule = {**rule, "upstream": ""}
        found.resources += _records(part, rule, regions)
        found.code_uses += _fetched(part, rule)


def _of(part: Part, rule: Json) -> tuple[str, str]:
    """Whose, and for which repositories."""
    return part.code.target.account, rule["prefix"]


def _regions(uses: Iterable[CodeUse]) -> Iterator[tuple[str, str]]:
    """The registries that images are of, by account and region."""
    for one in uses:
        known = _HOST.match(one.reference or "")
        if known is not None:
            yield known[1], known[2].lower()


def _rule(said: Json) -> Json | None:
    """As the live one has it. Of an upstream that is not known the images are of nobody known."""
    prefix, upstream, within = (said.get(key) for key in ("prefix", "upstream", "within"))
    if not isinstance(prefix, str) or not prefix or is_unresolved(prefix):
        return None
    told = isinstance(upstream, str) and not is_unresolved([upstream, within])
    return {"prefix": prefix, "upstream": upstream if told else "",
            "upstream_prefix": within if told and within else _WHOLE}  # fmt: skip


def _fetched(part: Part, rule: Json) -> Iterator[CodeUse]:
    """What another account publishes may run from now on, under any tag, whoever names it; who
    publishes at a public registry only an image tells."""
    host = rule["upstream"].removeprefix("https://").rstrip("/")
    here, within = part.code.target, rule["upstream_prefix"]
    owner = _HOST.match(f"{host}.")
    if owner is None or owner[1] == here.account or part.aside:
        return
    name = rule["prefix"] if within == _WHOLE else within
    yield CodeUse(
        account=here.account,
        region=here.region or "",
        resource=arn_of(REGISTRY, "", here),
        kind=IMAGE,
        reference=f"{host}/{name.strip('/').lower()}",
        via=f"pull-through rule {rule['prefix']}",
        location=part.place,
    )


def _records(
    part: Part, rule: Json, regions: Iterable[tuple[str, str]]
) -> Iterator[ResourceRecord]:
    here = part.code.target
    there = {region for account, region in regions if account == here.account}
    known = sorted(there | ({here.region} if here.region else set()))
    regions_told: list[str | None] = [*known] or [None]
    for region in regions_told:
        yield ResourceRecord(
            account=here.account,
            region=region,
            arn=arn_of(REGISTRY, "", dataclasses.replace(here, region=region)),
            kind=REGISTRY,
            location=part.place,
            settings=encode_document({"pull_through": [rule]}),
        )
