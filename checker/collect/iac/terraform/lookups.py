"""`aws_ami`: whose images a look-up considers, and what reports call the one that it will find."""

from __future__ import annotations

import re
from typing import Any

from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Json, Planned, as_objects
from checker.collect.iac.unknown import is_unresolved
from checker.trust.document.decode import as_list

_PINNING = ("owner-id", "owner-alias", "image-id")
_ANYBODY = re.compile(r"[*?]|^$")


def owners_of(values: Json) -> list[str]:
    """Whose images a look-up considers, where it says so."""
    filters = [one for one in as_objects(values.get("filter"))
               if one.get("name") in ("owner-id", "owner-alias")]  # fmt: skip
    named = values.get("owners") or [text for one in filters for text in one.get("values") or []]
    found = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    return [] if is_unresolved(named) else found


def called(one: Planned) -> list[str]:
    """The names of an image: several where a look-up considers several owners."""
    if image_id := text_of(one.values.get("id")):
        return [image_id]
    if one.mode == "data":
        pinned = [] if unpinned(one.values) else owners_of(one.values)
        return [by_owner(one.address, owner) for owner in pinned]
    return [one.address]


def by_owner(address: str, owner: str) -> str:
    return f"{address} ({owner})"


def unpinned(values: Json) -> bool:
    """A look-up by name that takes anybody's image:
    https://securitylabs.datadoghq.com/articles/whoami-a-cloud-image-name-confusion-attack/
    """
    owners = values.get("owners")
    if owners and not _any(owners):
        return False
    return all(
        one.get("name") not in _PINNING or _any(one.get("values"))
        for one in as_objects(values.get("filter"))
    )


def _any(values: Any) -> bool:
    """Whether one of the patterns takes more than it names: owners have no wildcard but these."""
    several = as_list(values)
    return any(isinstance(one, str) and bool(_ANYBODY.search(one)) for one in several)
