"""From where a manifest has programs come, and what it holds them to: options of requirements, and
keys of other formats. Where any of that changes, another program may come by the same name and
version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from checker.review.manifest_names import OURS

LOCK = re.compile(r".*\.lock|.*-lock\.(json|ya?ml)|(.*/)?pylock[^/]*\.toml")
_REQUIREMENTS = re.compile(
    r"(.*/)?(([^/]*[-_.])?(requirements|constraints|reqs?)[^/]*\.(txt|in)|requirements/[^/]*)"
)
_BESIDE = {
    re.compile(r"\.?uv\.toml|pip\.(?:conf|ini)|(?:poetry|pdm|pyproject)\.toml"): None,
    re.compile(r"\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml"): re.compile(r"(?:.*/)?package\.json"),
    _REQUIREMENTS: _REQUIREMENTS,
    re.compile(r"\.condarc"): re.compile(r"(?:.*/)?(?:environment|conda)[^/]*\.ya?ml"),
    re.compile(r"\.?mise(?:\.\w+)*\.toml"): re.compile(r"(?:.*/)?\.?mise[^/]*\.toml"),
}
"""Files that say so for all manifests in and below their folder, and of which; None of any."""
_UV = (
    r"(?:pip\.)?(?:(?:[\w-]+-)?index(?:-[\w-]+)?|sources|workspace|prerelease|resolution|find-links"
    r"|dependency-metadata|allow-insecure-host|trusted-host|(?!dev-)[\w-]+-dependencies"
    r"|default-groups|environments|no-(?:index|sources)|constraints?|overrides?|exclude-newer(?:-package)?)"
)
"""Of uv's settings those that decide what is installed:
https://docs.astral.sh/uv/reference/settings/"""
_SAYS = {
    "uv.toml": re.compile(rf"{_UV}(?=[.\[ ])"),
    "poetry.toml": re.compile(r"(?:repositories|installer|http-basic)\b"),
    "pdm.toml": re.compile(r"(?:pypi|install)\b"),
    "bunfig.toml": re.compile(r"install\b"),
}
"""Of those of many settings, which count."""
_DECIDES = re.compile(
    rf"(?:tool\.uv\.{_UV}|tool\.pip|tool\.(?:poetry|pdm)\.source|tool\.poetry\.group\.[^.]+\.optional"
    r"|tool\.pdm\.resolution|(?:tool\.pixi\.)?(?:(?:workspace|project)\.(?:channels|channel-priority|conda-pypi-map|exclude-newer)"
    r"|(?:feature\.[^.]+\.)?(?:channels|pypi-options|activation))"
    r"|source|pipenv\.install_search_all_sources|_meta\.sources|channels|easy_install|options\.dependency_links|setup\.[0-9]+\.dependency_links|code|env\._|env\.PATH|hooks|task_config|settings"
    r"|tool\.poe\.(?:env|envfile|executor|include)|tool\.hatch\.envs\.[^.]+\.(?:pre|post)-install-commands)"
    r"(?=[.\[ ])|[^=]*\b(?:(?:PIP|UV)_[A-Z_]+|PYTHON[A-Z]+) ="
)
_OF_CONDA = re.compile(r"dependencies\[\](?:\.pip\[\])? = ")
_NAMED = re.compile(
    r"(?![\w.+-]+\.(?:whl|zip|tar|t[gbx]z2?|tar\.\w+)\b)[a-z0-9][\w.-]*\s*(?:[\[<>=!~;@ ]|$)",
    re.IGNORECASE,
)
"""A distribution by its name: another one tells its name when it is installed."""


def sources(path: str, lines: list[str]) -> Iterator[str]:
    """In their order, which may decide. `lines`: as they were told, those that go on joined."""
    if is_requirements(path):
        options = (one.strip().partition(" #")[0].strip() for one in lines)
        yield from (plain(one) for one in options if one and _is_nameless(one))
    elif is_beside(path) and not path.endswith(("pyproject.toml", "mise.toml")):
        says = _SAYS.get(path.rpartition("/")[2].lstrip("."))
        yield from (line for line in lines if says is None or says.match(line))
    else:
        for line in lines:
            decides = _DECIDES.match(line) or _is_nameless(_OF_CONDA.sub("", line, count=1), line)
            if decides and not _names_version(line):
                yield line


def _is_nameless(text: str, line: str = "") -> bool:
    """An option, or a distribution of which nobody knows the name. `line`: as it was told."""
    return text != line and _NAMED.match(text) is None and OURS.search(text) is None


def _names_version(line: str) -> bool:
    """`tool.uv.sources.vendorgate = …` is compared as what names the gate."""
    return OURS.search(line.partition(" = ")[0]) is not None


_TAKEN = re.compile(
    r"(?<![\w-])(?:-[rc]|--(?:requirements?|constraints?|overrides?))[=\s\"',]*([\w./@+-]+)"
)
_PIP = re.compile(r"\b(?:pip[0-9.]*|pipx|uvx?|install)\b|^[\s\"',\[-]*?-")
_NO_REQUIREMENTS = re.compile(r".*\.(?!txt$|in$|pip$)\w+")
_MOST = 1_000


def taken(path: str, text: str) -> Iterator[str]:
    """Files of requirements that pip reads, as this file says: from its folder, where it is one of
    them, and from the root, where commands begin."""
    folder, itself = path.rpartition("/")[0], is_requirements(path)
    lines = (line for line in text.split("\n") if itself or _PIP.search(line))
    for name in islice(chain.from_iterable(map(_TAKEN.findall, lines)), _MOST):
        if itself or not _NO_REQUIREMENTS.fullmatch(name):
            yield posixpath.normpath(posixpath.join(folder, name))
            yield posixpath.normpath(name)


def includes(lines: list[str]) -> bool:
    """Whether requirements are of other files, too, or hold for these."""
    return any(re.match(r"\s*(?:-[rc]|--requirement|--constraint)\b", one) for one in lines)


def is_beside(path: str, named: Iterable[str] | None = None) -> bool:
    """Whether it says where programs come from. `named`: beside or above one of these files."""
    folder, _, name = path.rpartition("/")
    within = f"{folder}/" if folder else ""
    for form, of in _BESIDE.items():
        if form.fullmatch(name):
            return named is None or any(
                one.startswith(within) and (of is None or of.fullmatch(one)) for one in named
            )
    return False


def is_requirements(path: str) -> bool:
    """Whether it is one of pip's own."""
    return _REQUIREMENTS.fullmatch(path) is not None


def plain(line: str) -> str:
    return " ".join(line.split())
