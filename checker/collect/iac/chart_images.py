"""The images that the settings of a Helm chart name, of which only the chart knows the keys.

https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeGuard

from checker.collect.iac.body_images import OF_CHART, PICTURE, images_in, named_in_parts
from checker.collect.iac.read_bodies import pairs, stands_for, texts
from checker.collect.iac.unknown import is_unresolved, unresolved
from checker.trust.document.decode import as_list

_HOSTS = re.compile(r"\w*registry(?:ur[il]|host)?|repositorydomain(?:map)?")
_HUB = re.compile("hub")
_PARTS = ("tag", "digest", "registry", "version", "pullpolicy", "imagepullpolicy")
"""Beside a repository, what says that it is one of images, and what that it is one of code."""
_OF_CODE = frozenset(("branch", "chart", "path", "ref", "revision"))
_NAMES = re.compile(
    r"(?!.*(?:allow|deny|exclude|ignore|logo|skip|trusted))"
    r"(?:.+image|.*images?(?:name|repo|repository|ref|uri|url)?s?|related_image_.+|packages?)"
)
"""The last is how Crossplane calls what it runs."""
_HOST = r"(?:[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?|[\w-]+:[0-9]+)"
_LIKE_ONE = re.compile(rf"{_HOST}/\S+|[\w./-]+@sha256:\S+")
"""With a registry before it, or by a digest: no other text is surely an image."""
_TAGGED = re.compile(r"[\w-]+/[\w./-]+[:@]\S+")
_OF_HUB = re.compile(r"[\w-]+/[\w.-]+")
_REGISTRY = re.compile(rf"{_HOST}(?:/\S*)?")
_USER = re.compile(r"[a-z0-9][\w-]+")
"""Of Docker Hub, where a hub is asked for."""
_IN_TEXT = re.compile(
    r"(?<![\w-])--[\w-]{0,99}image[= ](\S+)|^[ \t]*(?:- )?image:[ \t]+[\"']?([^\s\"']+)",
    re.MULTILINE,
)
"""An argument, or a container that is told as text."""
_ADDRESS = re.compile(r"/|[a-z][a-z0-9+]*:(?![0-9]+/)")
_OF_IMAGES = re.compile(r"(?:oci|docker)://")
_ACCOUNT = re.compile("[0-9]{12}")


def chart_images(settings: Any) -> Iterator[str]:
    """Each once; a mark in one that the chart completes, or that is told later."""
    told = stands_for(settings)
    joined, hubs = [*_joined(told)], [*_hosts(told, _HUB, _USER)]
    left = Counter(images_in(settings)) - Counter(one for _, parts in joined for one in parts)
    here = [one for name in left for one in _of_hub(name, hubs)]
    more = (*_in_parts(told), *_of_accounts(told), *_named(told), *_in_text(told))
    everywhere = (f"{one}/{unresolved(OF_CHART)}" for one in (*_hosts(told, _HOSTS), *hubs))
    yield from dict.fromkeys((*here, *(name for name, _ in joined), *more, *everywhere))


def _of_hub(image: str, hubs: list[str]) -> list[str]:
    """A bare name is of the chart's hub, if that is told."""
    return [f"{hub}/{image}" for hub in hubs] if hubs and "/" not in image else [image]


def _mappings(told: Any) -> Iterator[dict[str, Any]]:
    for one in (told, *(one for _, one in pairs(told))):
        yield from (each for each in as_list(one) if isinstance(each, dict))


def _joined(told: Any) -> Iterator[tuple[str, list[str]]]:
    """`{repository: nvcr.io/nvidia, image: driver, version: 550}`, and what that is made of."""
    for one in _mappings(told):
        where, name = one.get("repository") or one.get("registry"), one.get("image")
        if isinstance(where, str) and isinstance(name, str) and not _LIKE_ONE.fullmatch(name):
            tag = one.get("version") or one.get("tag")
            version = "digest" if str(tag).startswith("sha256:") else "tag"
            whole = {"registry": where.rstrip("/"), "repository": name, "tag": None, version: tag}
            parts = (name, named_in_parts(one))
            yield str(named_in_parts({**one, **whole})), [each for each in parts if each]


def _in_parts(told: Any) -> Iterator[str]:
    """Whatever the key is called: `sidecars: {a: {repository: …}}`."""
    for one in _mappings(told):
        name, keys = one.get("name"), {key.lower() for key in one}
        named = isinstance(name, str) and "/" in name and "tag" in one
        parts = {"repository": name} | one if named else one
        where = parts.get("repository")
        like = _may_be(where, _LIKE_ONE)
        usual = like or not keys.isdisjoint(_PARTS)
        fits = usual and keys.isdisjoint({"image", *_OF_CODE}) and not _ADDRESS.match(str(where))
        if where and fits and (image := named_in_parts(parts)):
            yield image


def _of_accounts(told: Any) -> Iterator[str]:
    """Of a registry that is told by its account, as the VPC CNI's; or in another's place."""
    for several in _under_images(told):
        account, region = several.get("account"), several.get("region")
        account = str(account) if isinstance(account, int) else account
        if _may_be(account, _ACCOUNT):
            place = region if isinstance(region, str) and region else "us-east-1"
            domain = several.get("domain") or "amazonaws.com"
            yield f"{account}.dkr.ecr.{place}.{domain}/{unresolved(OF_CHART)}"
        for one in (several.get("override"), several.get("url")):
            text = _OF_IMAGES.sub("", one) if isinstance(one, str) else one
            if _may_be(text, _LIKE_ONE, _TAGGED) and not _ADDRESS.match(text):
                yield text


def _under_images(told: Any) -> Iterator[dict[str, Any]]:
    """What stands under a key of one image, or of several."""
    for key, one in pairs(told):
        if isinstance(one, dict) and key.lower().endswith(("image", "images")):
            yield one
            yield from (each for each in one.values() if isinstance(each, dict))


def _may_be(value: Any, *forms: re.Pattern[str]) -> TypeGuard[str]:
    """Whether it has one of these forms, as far as it is known."""
    told = isinstance(value, str) and value
    return bool(told) and (is_unresolved(value) or any(one.fullmatch(value) for one in forms))


def _named(told: Any) -> Iterator[str]:
    """Under `initImage`, `images` or `imageRepository`; `images_in` has those under `image`."""
    for key, one in pairs(told):
        if key != "image" and _NAMES.fullmatch(key.lower()):
            parts = isinstance(one, dict) and "repository" in one
            several = () if parts else one.values() if isinstance(one, dict) else as_list(one)
            forms = (
                _LIKE_ONE,
                _TAGGED,
                *((_OF_HUB,) if key.lower().endswith(("image", "images")) else ()),
            )
            yield from (
                each for each in several if _may_be(each, *forms) and not PICTURE.fullmatch(each)
            )


def _in_text(told: Any) -> Iterator[str]:
    for text in texts(told):
        found = (one[1] or one[2] for one in _IN_TEXT.finditer(text))
        yield from (one for one in found if _may_be(one, _LIKE_ONE, _TAGGED))


def _hosts(told: Any, keys: re.Pattern[str], *forms: re.Pattern[str]) -> Iterator[str]:
    """From where all come, whatever they are called."""
    for one in _mappings(told):
        several = {key.lower(): each for key, each in one.items()}
        apart = "repository" not in several or "repositorydomain" in " ".join(several)
        space = several.get("imagenamespace")
        within = f"/{space}" if isinstance(space, str) and space else ""
        whole = ("registry",) if isinstance(several.get("image"), str) else ()
        asked = (key for key in several if apart and key not in whole and keys.fullmatch(key))
        for value in (several[key] for key in asked):
            hosts = value.values() if isinstance(value, dict) else as_list(value)
            found = (_OF_IMAGES.sub("", host) for host in hosts if isinstance(host, str))
            yield from (f"{host.rstrip('/')}{within}" for host in found
                        if _may_be(host, _REGISTRY, *forms))  # fmt: skip
