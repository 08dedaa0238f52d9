"""How an allowlist names who publishes container images, or extensions of CloudFormation."""

from __future__ import annotations

import re
from functools import lru_cache

from checker.publishers.reference import image_reference
from checker.publishers.registries import ECR
from checker.publishers.shared import anybody_publishes, group

_PUBLISHER = re.compile(r"[0-9a-f]{40}")


def registry_id(text: str) -> str:
    """`docker.io/datadog`, as references to its images are told: the host in small letters, and who
    publishes there; the host alone, where one party has all of it; 40 digits of CloudFormation's.

    Raises ValueError, in words, for what names nobody, or everybody.
    """
    if _PUBLISHER.fullmatch(text):
        return text
    host, slash, name = text.partition("/")
    if not slash and not any(mark in host for mark in ".:") and host != "localhost":
        raise ValueError(f"names no host: write docker.io/{text}")
    found = image_reference(f"{host}/{name}/x" if slash else f"{host}/x/x")
    if found is None:
        raise ValueError(_wrong(text))
    more = group(found.host, found.parts[0]) if slash else 0
    if len(found.parts) < 2 + more:
        raise ValueError(f"anybody publishes at {text}: name who, as in {text}/NAME")
    if len(found.parts) != 2 + more:
        raise ValueError(_wrong(text))
    if ECR.fullmatch(found.host):
        raise ValueError("a registry of ECR is its account's: name it under accounts")
    if slash:
        return "/".join([found.host, *found.parts[:-1]])
    if anybody_publishes(found.host):
        raise ValueError(f"anybody publishes at {text}: name who, as in {text}/NAME")
    return found.host


@lru_cache(1 << 10)
def usual(name: str) -> str:
    """Who publishes as findings call them: `docker.io/datadog` of `INDEX.docker.io/datadog`. Any
    other name stays."""
    try:
        return registry_id(name)
    except ValueError:
        return name


def _wrong(text: str) -> str:
    if "*" in text or "?" in text:
        return "who publishes is named without * and ?: narrow it with scope.code"
    if text.count("/") > 1:
        return "write HOST/NAME alone, and name its images under scope.code: [PATTERN]"
    return "is no HOST/NAME of a registry, such as docker.io/datadog"
