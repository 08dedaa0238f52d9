"""The images that the settings of a Helm chart name, of which only the chart knows the keys.

https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.body_images import OF_CHART, images_in, named_in_parts
from checker.collect.iac.read_bodies import pairs, stands_for
from checker.collect.iac.unknown import unresolved
from checker.trust.document.decode import as_list

_HOSTS = ("imageregistry", "repositorydomain", "repositorydomainmap")
_NAMES = re.compile(r".+image|.*images?(?:name|repository|uri)?s?")
_LIKE_ONE = re.compile(r"(?=[^/]*[.:])[^\s/]+/\S+|[^\s/]+(?:/[^\s/]+)*@sha256:\S+")
"""With a registry before it, or by a digest: no other text is surely an image."""


def chart_images(settings: Any) -> Iterator[str]:
    """Each once; a mark in one that the chart completes, or that is told later."""
    told = stands_for(settings)
    found = (*images_in(settings), *_in_parts(told), *_named(told), *_hosts(told))
    yield from dict.fromkeys(found)


def _in_parts(told: Any) -> Iterator[str]:
    """Whatever the key is called: `sidecars: {a: {repository: …}}`."""
    for _, one in pairs(told):
        for each in as_list(one):
            given = each if isinstance(each, dict) else {}
            name = given.get("name")
            like = isinstance(name, str) and "/" in name
            parts = {"repository": name} | given if like and "tag" in given else given
            if "repository" in parts and (named := named_in_parts(parts)):
                yield named


def _named(told: Any) -> Iterator[str]:
    """Under `initImage`, `images` or `imageRepository`; `images_in` has those under `image`."""
    for key, one in pairs(told):
        if key != "image" and _NAMES.fullmatch(key.lower()):
            several = one.values() if isinstance(one, dict) else as_list(one)
            yield from (
                each for each in several if isinstance(each, str) and _LIKE_ONE.fullmatch(each)
            )


def _hosts(told: Any) -> Iterator[str]:
    """From where all come, whatever they are called."""
    for key, one in pairs(told):
        if key.lower() in _HOSTS:
            several = one.values() if isinstance(one, dict) else as_list(one)
            yield from (f"{host}/{unresolved(OF_CHART)}" for host in several if host)
