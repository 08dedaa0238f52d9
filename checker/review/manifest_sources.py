"""From where a manifest has programs come, and what it holds them to: options of requirements, and
tables and lines of other formats. Where any of that changes, another program may come by the same
name and version."""

from __future__ import annotations

import re
from collections.abc import Iterator

LOCK = re.compile(r".*\.lock|.*-lock\.(json|ya?ml)|(.*/)?pylock[^/]*\.toml")
_REQUIREMENTS = re.compile(r"(.*/)?((requirements|constraints)[^/]*\.(txt|in)|requirements/[^/]*)")
_HEAD = re.compile(r"\s*\[|[A-Za-z][\w-]*:")
_OF_SOURCES = re.compile(
    r"channels:|\s*\[+\"?(?:tool\.(?:uv|pip|pixi|(?:poetry|pdm)\.source)|source|easy_install)\b"
)
_SOURCE = re.compile(
    r"(?<![\w-])--(?:extra-)?index-url|--(?:default-index|find-links|trusted-host|require-hashes"
    r"|no-index|index-strategy|constraint)\b|\b(?:extra-|PIP_|UV_\w{0,20})?index[-_]url\b|\bfind-links\b"
    r"|\bPIP_[A-Z_]+|(?:constraint|override)-dependencies|UV_[A-Z_]{0,40}INDEX",
    re.IGNORECASE,
)
"""From where programs come, or what they are held to: sections, and lines of others."""
_UV, _KEY = "[tool.uv]", re.compile(r"\s*([\w-]+)\s*=")
_HOLDS = re.compile(
    r".*index.*|sources|workspace|prerelease|resolution|find-links|dependency-metadata|allow-insecure-host"
    r"|(?!dev-).*-dependencies"
)
"""Of uv's settings those that decide what is installed:
https://docs.astral.sh/uv/reference/settings/"""
_SCRIPT = re.compile(r'"([^"\\]+)"\s*:\s*"((?:[^"\\]|\\.)*)"')
NAME = re.compile(r"vendorgate|-m\s+checker\b", re.IGNORECASE)
"""By which a line may name the gate."""
_META = re.compile(r"\s*\"(?:url|verify_ssl)\"\s*:")


def sources(path: str, lines: list[str]) -> Iterator[str]:
    """In their order, which may decide."""
    if path.endswith("package.json"):
        yield from _around(lines)
    if is_requirements(path):
        options = (one.strip().partition(" #")[0] for one in joined(lines))
        yield from (plain(one) for one in options if one.startswith("-"))
        return
    names = _META if path.endswith("Pipfile.lock") else None if LOCK.fullmatch(path) else _SOURCE
    within = mixed = False
    for line in lines:
        if _HEAD.match(line):
            within, mixed = bool(_OF_SOURCES.match(line)), line.strip() == _UV
        elif mixed and (key := _KEY.match(line)):
            within = _HOLDS.fullmatch(key[1]) is not None
        if (within and line.strip() != _UV) or (names and names.search(line)):
            yield line.strip()


def _around(lines: list[str]) -> Iterator[str]:
    """What runs before or after a script that runs the gate, or in its place, as the last one of a
    name counts: https://docs.npmjs.com/cli/v11/using-npm/scripts#pre--post-scripts"""
    told = [(one[1], one[2]) for line in lines for one in _SCRIPT.finditer(line)]
    gates = {name for name, text in told if NAME.search(text)}
    hooks = {f"{when}{name}" for name in gates for when in ("pre", "post")}
    several = [name for name, _ in told]
    for name, text in told:
        if name in hooks or (name in gates and several.count(name) > 1):
            yield f"{name}: {text}"


def is_requirements(path: str) -> bool:
    """Whether it is one of pip's own."""
    return _REQUIREMENTS.fullmatch(path) is not None


def plain(line: str) -> str:
    return " ".join(line.split())


def joined(lines: list[str]) -> Iterator[str]:
    """With what the next line goes on with."""
    yield from "\n".join(lines).replace("\\\n", " ").split("\n")
