"""References to container images, read as registries read them.

The grammar is that of https://github.com/distribution/reference:
`[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
What it does not allow names no image, and nobody is guessed for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

DOCKER = "docker.io"
_SAME = {
    "ecr-public.aws.com": "public.ecr.aws",
    "index.docker.io": DOCKER,
    "registry-1.docker.io": DOCKER,
    "registry.hub.docker.com": DOCKER,
}
"""Other names of one registry."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-f0-9:]+\])(?::[0-9]+)?", re.I | re.A)
PATH = r"[a-z0-9]++(?:[./_-][a-z0-9]++|(?:__|--++)[a-z0-9]++)*+"
r"""Parts with a slash between each: `[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`, in one loop."""
_PATH = re.compile(PATH)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_IMAGE_ID = re.compile(r"[0-9a-f]{64}|sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
"""An image by its content alone: Docker takes each of these for that, not for a name and a tag.
https://github.com/distribution/reference/blob/main/normalize.go
"""
LONGEST = 255
_REMEMBERED = 1 << 12
"""A use of an image asks several times, and many uses name the same one."""


class ImageReference(msgspec.Struct, frozen=True):
    """`host` in small letters, by its usual name, without the port that is HTTPS's own; `parts` of
    the path."""

    host: str
    parts: tuple[str, ...]
    tag: str | None
    digest: str | None

    def in_full(self) -> str:
        """`docker.io/library/nginx:latest` of `nginx`. The tag is told beside a digest, too."""
        tag = self.tag or (None if self.digest else "latest")
        named = "/".join((self.host, *self.parts)) + (f":{tag}" if tag else "")
        return named + (f"@{self.digest}" if self.digest else "")


@lru_cache(_REMEMBERED)
def image_reference(text: str) -> ImageReference | None:
    """The parts of a reference; None where registries would refuse it, or it has no name."""
    if _IMAGE_ID.fullmatch(text):
        return None
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    rest, tag = _tagged(rest)
    if tag is not None and not _TAG.fullmatch(tag):
        return None
    given, parts = _split(rest)
    host = _host(given) if _PATH.fullmatch("/".join(parts)) else None
    if host is None or len(rest) > LONGEST or _IMAGE_ID.fullmatch(rest):
        return None
    return ImageReference(host, parts, tag, digest or None)


@lru_cache(_REMEMBERED)
def _host(text: str) -> str | None:
    """By its usual name; None where it is none."""
    return _normal(text) if _HOST.fullmatch(text) else None


def _tagged(text: str) -> tuple[str, str | None]:
    """A colon after the last slash begins a tag; before it, a port."""
    start, slash, last = text.rpartition("/")
    name, colon, tag = last.partition(":")
    return start + slash + name, tag if colon else None


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    """The host and the path. What looks like no host is a user of Docker Hub, or its library."""
    first, slash, rest = name.partition("/")
    if not slash:
        return DOCKER, ("library", name)
    if any(mark in first for mark in ".:") or first == "localhost" or first != first.lower():
        return first, _of_docker_hub(first, tuple(rest.split("/")))
    return DOCKER, (first, *rest.split("/"))


def _of_docker_hub(host: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    official = _normal(host) == DOCKER and len(parts) == 1
    return ("library", *parts) if official else parts


def _normal(host: str) -> str:
    plain = host.lower().removesuffix(":443")
    return _SAME.get(plain, plain)
