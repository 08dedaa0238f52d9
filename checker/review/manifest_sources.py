"""From where a manifest has programs come, and what it holds them to: options of requirements, and
keys of other formats. Where any of that changes, another program may come by the same name and
version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.review.manifest_forms import OURS

LOCK = re.compile(r".*\.lock|.*-lock\.(json|ya?ml)|(.*/)?pylock[^/]*\.toml")
SETTINGS = re.compile(
    r"(?:.*/)?(?:\.?uv\.toml|pip\.(?:conf|ini)|\.?(?:poetry|pdm)\.toml|\.npmrc|\.condarc|\.yarnrc(?:\.yml)?|bunfig\.toml)"
)
"""Files beside manifests that say so for all of them."""
_REQUIREMENTS = re.compile(
    r"(.*/)?(([^/]*[-_.])?(requirements|constraints|reqs?)[^/]*\.(txt|in)|requirements/[^/]*)"
)
_UV = (
    r"(?:pip\.)?(?:(?:[\w-]+-)?index(?:-[\w-]+)?|sources|workspace|prerelease|resolution|find-links"
    r"|dependency-metadata|allow-insecure-host|trusted-host|(?!dev-)[\w-]+-dependencies"
    r"|default-groups|environments|no-(?:index|sources)|constraints?|overrides?)"
)
"""Of uv's settings those that decide what is installed:
https://docs.astral.sh/uv/reference/settings/"""
_DECIDES = re.compile(
    rf"(?:tool\.uv\.{_UV}|tool\.pip|tool\.(?:poetry|pdm)\.source|tool\.poetry\.group\.[^.]+\.optional"
    r"|tool\.pdm\.resolution|(?:tool\.pixi\.)?(?:(?:workspace|project)\.channels|pypi-options)"
    r"|source|_meta\.sources|channels|easy_install|options\.dependency_links|env\._\.path|env\.PATH|settings)"
    r"(?=[.\[ ])|[^=]*\b(?:PIP|UV)_[A-Z_]+ ="
)
_OF_PIP = re.compile(r"dependencies\[\]\.pip\[\] = (?:-|\.{0,2}/|[a-z+]+://)")
"""In environments of conda: options, and distributions that are not called by their names."""
_NAMELESS = re.compile(r"(?:-|\.{0,2}/|[a-z+]{2,20}://|[\w./-]+\.(?:whl|zip|tar\.gz)\b)")


def sources(path: str, lines: list[str]) -> Iterator[str]:
    """In their order, which may decide. `lines`: as they were told, or of a file of lines."""
    if is_requirements(path):
        options = (one.strip().partition(" #")[0].strip() for one in joined(lines))
        yield from (plain(one) for one in options if _NAMELESS.match(one) and not OURS.search(one))
    elif SETTINGS.fullmatch(path):
        yield from lines
    elif path.endswith("setup.py"):
        yield from (line for line in lines if "dependency_links" in line)
    else:
        hooks = _hooks(lines) if path.endswith("package.json") else ()
        for line in lines:
            decides = _DECIDES.match(line) or _OF_PIP.match(line)
            if (decides and not _names_version(line)) or line.partition(" = ")[0] in hooks:
                yield line


def _names_version(line: str) -> bool:
    """`tool.uv.sources.vendorgate = …` is compared as what names the gate."""
    return OURS.search(line.partition(" = ")[0]) is not None


def _hooks(lines: list[str]) -> set[str]:
    """What runs before or after a script that runs the gate:
    https://docs.npmjs.com/cli/v11/using-npm/scripts#pre--post-scripts"""
    several = (one.partition(" = ") for one in lines)
    gates = [name.removeprefix("scripts.") for name, _, text in several
             if name.startswith("scripts.") and OURS.search(text)]  # fmt: skip
    return {f"scripts.{when}{name}" for name in gates for when in ("pre", "post")}


def is_requirements(path: str) -> bool:
    """Whether it is one of pip's own."""
    return _REQUIREMENTS.fullmatch(path) is not None


def plain(line: str) -> str:
    return " ".join(line.split())


def joined(lines: list[str]) -> Iterator[str]:
    """With what the next line goes on with."""
    yield from "\n".join(lines).replace("\\\n", " ").split("\n")
