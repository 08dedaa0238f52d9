"""What of a reference decides who publishes it: references that differ in the rest alone are alike.

Most references are distinct by a name, a tag or a digest, and a few thousand publishers stand
behind a million of them. What is told here is strict: what has no form that is known is alike to
nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from checker.publishers.arns import DOCUMENT_NAME, is_reserved
from checker.publishers.model import Owners
from checker.publishers.registries import CURATED, ECR, MARKETPLACE, partition_of

Alike = tuple[str | bool | None, ...] | str
"""The parts that decide; a reference itself, where nobody can tell."""
_LONGEST = 255
_PART = r"[a-z0-9]++(?:(?:\.|__?+|-++)[a-z0-9]++)*+"
_REST = rf"{_PART}(?:/{_PART})*+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}+)?+(?:(@)sha256:[0-9a-f]{{64}})?+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_OWNED = re.compile(rf"(?!{MARKETPLACE}){ECR.pattern}/{_REST}")
"""In an account's registry."""
_HOSTED = re.compile(rf"(?![0-9]{{12}}\.)({_LABEL}(?:\.{_LABEL})++(?::[0-9]++)?+/{_PART})/{_REST}")
"""Somebody's at a registry."""
_USERS = re.compile(rf"(?!localhost/)([a-z0-9]++(?:(?:__?+|-++)[a-z0-9]++)*+)/{_REST}")
"""Somebody's at Docker Hub, which is not named."""
_LAYER = re.compile(
    r"arn:([a-z0-9-]+):lambda:[a-z0-9-]+:([0-9]{12}):layer:[A-Za-z0-9_-]{1,140}+(?:(:)[1-9][0-9]*+)?+"
)


def _image(reference: str, owners: Owners) -> Alike:
    if len(reference) > _LONGEST:
        return reference
    found = _OWNED.fullmatch(reference)
    if found is None:
        found = _HOSTED.fullmatch(reference) or _USERS.fullmatch(reference)
        return reference if found is None else found.groups()
    account, region, suffix, pinned = found.groups()
    if (owners.rules or owners.by_registry) and owners.rules_of(account, region):
        return reference  # what it is called decides where it comes from
    return account, partition_of(region), suffix, pinned


def _build_image(reference: str, owners: Owners) -> Alike:
    return reference if reference.startswith(CURATED) else _image(reference, owners)


def _layer(reference: str, _: Owners) -> Alike:
    found = _LAYER.fullmatch(reference)
    return reference if found is None else found.groups()


def _document(reference: str, owners: Owners) -> Alike:
    """A bare name is ours, or one that is kept for AWS."""
    if DOCUMENT_NAME.fullmatch(reference) is None:
        return reference
    return owners.account, is_reserved(reference)


_BY_KIND: dict[str, Callable[[str, Owners], Alike]] = {
    "container-image": _image,
    "build-image": _build_image,
    "layer": _layer,
    "ssm-document": _document,
}


def alike(kind: str, reference: str, owners: Owners) -> Alike:
    """Equal for references of a kind, judged for owners that differ in `account` alone, of which
    the same is `published`."""
    told = _BY_KIND.get(kind)
    return told(reference, owners) if told else reference
