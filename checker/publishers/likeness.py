"""What of a reference decides who publishes it: references that differ in the rest alone are alike.

Most references are distinct by a name, a tag or a digest, and a few thousand publishers stand
behind a million of them. What is told here is strict: what has no form that is known is alike to
nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from checker.publishers.marketplace import MARKETPLACE
from checker.publishers.reference import LONGEST, PATH
from checker.publishers.registries import CURATED, ECR, PARTITIONS, REGION, host_of_ecr
from checker.publishers.shared import GROUPS

_PART = r"[a-z0-9]++(?:(?:\.|__?+|-++)[a-z0-9]++)*+"
_TAG, _DIGEST = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}+)?+", r"(?:(@)sha256:[0-9a-f]{64})?+"
_REST = rf"{PATH}{_TAG}{_DIGEST}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_REGISTRY = rf"(?!{MARKETPLACE}){host_of_ecr(rf'(?={REGION}[.])({PARTITIONS})?+[a-z0-9-]++')}"
_OWNED = rf"{_REGISTRY}/{_REST}"
"""An image in an account's registry: account, partition, suffix, and whether it is pinned."""
_DEEPER = "|".join(map(re.escape, GROUPS))
_SOMEBODY = rf"(?![0-9]{{12}}\.|(?:{_DEEPER})[:/]){_LABEL}(?:\.{_LABEL})++(?::[0-9]++)?+/{_PART}"
_HOSTED = rf"({_SOMEBODY})/{_REST}"
"""Somebody's at a registry: the host and who."""
_USER = r"(?!localhost(?:/|\Z))[a-z0-9]++(?:(?:__?+|-++)[a-z0-9]++)*+"
_USERS = rf"({_USER})/{_REST}"
"""Somebody's at Docker Hub, which is not named."""
_SHORT = rf"(?=.{{1,{LONGEST}}}\Z)"
_IMAGE = re.compile(rf"{_SHORT}(?:{_OWNED}|{_HOSTED}|{_USERS})")
_FORMS = {
    "container-image": _IMAGE,
    "build-image": re.compile(rf"(?!{CURATED}){_IMAGE.pattern}"),
    "layer": re.compile(
        r"arn:([a-z0-9-]+):lambda:[a-z0-9-]+:([0-9]{12}):layer:[A-Za-z0-9_-]{1,140}+(?:(:)[1-9][0-9]*+)?+"
    ),
    "ssm-document": re.compile(r"(?=.{3,128}\Z)(?ai:(?:aws|amazon|amzn))[A-Za-z0-9_.-]*+()"),
}
_NOT_KNOWN = re.compile(r"(?!)").fullmatch
_MATCHES = {kind: form.fullmatch for kind, form in _FORMS.items()}
_BEGIN = r"[0-9]{12}\.dkr[^/\n]++|[^/\n.:]++|[^/\n]++/[^/\n:@]++"
"""Of what an image is called, what may name its publisher: an account's registry, a user of Docker
Hub, or a host and somebody there."""
_glances = re.compile(rf"^(?:(?=.{{1,{LONGEST}}}$)({_BEGIN})/{_REST}|.*)$", re.M).findall
_tells_all = re.compile(f"{_REGISTRY}|{_USER}").fullmatch
_tells_with_more = re.compile(_SOMEBODY).fullmatch
Alike = tuple[str | None, ...]


def alike(kind: str, reference: str) -> Alike | None:
    """Equal for references of a kind of which the same is `published`, whoever asks, but where a
    registry of ours has rules (`registry`); None where nobody can tell."""
    found = _MATCHES.get(kind, _NOT_KNOWN)(reference)
    return found and found.groups()


def registry(reference: str) -> tuple[str, str] | None:
    """The account and region of the registry of an image, if it is an account's: however its host
    is written."""
    found = ECR.fullmatch(reference.partition("/")[0].lower())
    return found and (found["account"], found["region"])


def glances(images: Sequence[str]) -> list[Alike]:
    """Of references to container images: how each begins, and whether it is pinned. Those for which
    the same is told are alike, where that `tells` enough. Of many at once, it takes half the time.
    """
    found = _glances("\n".join(images))
    if len(found) != len(images):  # none at all, or one of several lines, which names nothing
        return [("", "") if "\n" in image else _glances(image)[0] for image in images]
    return found


def tells(glance: Alike) -> bool:
    """Whether it is all that decides who publishes an image; else the whole must be looked at."""
    return _is_enough(glance[0] or "")


@lru_cache(1 << 14)
def _is_enough(begin: str) -> bool:
    """Whether what stands before a slash, the first or the second, names the publisher."""
    return (_tells_with_more if "/" in begin else _tells_all)(begin) is not None
