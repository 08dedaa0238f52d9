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
    re.compile(r"uv\.toml|pip\.(?:conf|ini)|(?:poetry|pdm|pyproject)\.toml"): None,
    re.compile(r"\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml"): re.compile(r"(?:.*/)?package\.json"),
    _REQUIREMENTS: _REQUIREMENTS,
    re.compile(r"\.condarc"): re.compile(r"(?:.*/)?(?:environment|conda)[^/]*\.ya?ml"),
    re.compile(r"\.?mise(?:\.\w+)*\.toml"): re.compile(r"(?:.*/)?\.?mise[^/]*\.toml"),
}
"""Files that say so for all manifests in and below their folder, and of which; None of any."""
_UV = (
    r"(?:pip\.)?(?:(?:[\w-]+-)?index(?:-[\w-]+)?|workspace|(?:python|pypy)-install-mirror|prerelease|resolution|find-links"
    r"|dependency-metadata|allow-insecure-host|trusted-host|(?!dev-)[\w-]+-dependencies"
    r"|default-groups|environments|no-(?:index|sources)|constraints?|overrides?|exclude-newer(?:-package)?)"
)
"""Of uv's settings those that decide what is installed:
https://docs.astral.sh/uv/reference/settings/"""
_OF_PIP = re.compile(
    r"\s|(?:extra-)?index-url|find-links|no-index|pre\b|trusted-host|constraint|requirement|src\b"
    r"|(?:only|no|prefer)-binary|target|prefix|python\b|proxy|cert|no-deps|editable|root\b"
)
"""What goes on from the line before, too."""
_OF_NPM = re.compile(
    r"\s*(?:(?:@[\w.-]+:)?registry|replace-registry-host|(?:script-)?shell|node-options|prefix|before"
    r"|(?:global|user)config|tag|git|(?:https?-|no)?proxy|strict-ssl|ca(?:file)?)\b"
)
_OF_CHANNELS = re.compile(
    r"\s|-|[\w-]*(?:channel|default_|pinned|interop|ssl|track_|allowlist|denylist)"
)
_SAYS = {
    "uv.toml": re.compile(rf"{_UV}(?=[.\[ ])"),
    "poetry.toml": re.compile(r"(?:repositories|installer|http-basic)\b"),
    "pdm.toml": re.compile(r"(?:pypi|install)\b"),
    "bunfig.toml": re.compile(r"install\b"),
    "npmrc": _OF_NPM,
    "pip.conf": _OF_PIP,
    "pip.ini": _OF_PIP,
    "condarc": _OF_CHANNELS,
}
"""Of those of many settings, which count."""
_OF_PIXI = (
    r"(?:tool\.pixi\.)?(?:(?:workspace|project)\.(?:channels|channel-priority|conda-pypi-map|exclude-newer)"
    r"|(?:feature\.[^.]+\.)?(?:channels|pypi-options|activation))"
)
_OF_MISE = (
    r"env\._|env\.PATH|hooks|plugins|tool_alias|task_config"
    r"|settings(?!\.(?:jobs|verbose|quiet|color|yes|raw|status)\b)"
)
_OF_PYTHON = (
    r"source|pipenv\.install_search_all_sources|_meta\.sources|channels|easy_install"
    r"|options\.dependency_links|setup\.[0-9]+\.dependency_links|code"
)
_OF_THE_GATE = (
    r"(?:annotated-types|boto3|botocore|click|duckdb|jmespath|junit[-_]xml|msgspec|psycopg|pydantic(?:[-_]core)?"
    r"|python-dateutil|python-hcl2|pyyaml|regex|s3transfer|six|sqlglot|tabulate|typing[-_]\w+|urllib3)"
)
"""What comes along with it."""
_QUIET = "UNBUFFERED|DONTWRITE|FAULT|HASHSEED|UTF8|IOENC|WARN|DEVMODE"
_VARIABLE = rf"(?:PIP|UV)_[A-Z_]+|PYTHON(?!{_QUIET})[A-Z]+"
_DECIDES = re.compile(
    rf"(?:tool\.uv\.{_UV}|tool\.pip|tool\.(?:poetry|pdm)\.source|tool\.pdm\.resolution"
    rf"|tool\.poetry\.group\.[^.]+\.optional|{_OF_PIXI}|{_OF_PYTHON}|{_OF_MISE}"
    r"|tool\.poe\.(?:env|envfile|executor|include)"
    r"|tool\.hatch\.envs\.[^.]+\.(?:pre|post)-install-commands)(?=[.\[ ])"
    rf"|(?i:tool\.uv\.sources\.{_OF_THE_GATE}(?=[.\[ ])|[^=]*= {_OF_THE_GATE}\s*@)"
    rf"|[^=]*\b(?:{_VARIABLE}) =|env\.[^=]* = .*\{{\{{"
)
_ALONG = re.compile(rf"{_OF_THE_GATE}\s*(?:\[[^]]*\]\s*)?@", re.IGNORECASE)
_OF_OTHERS = re.compile(r"tool\.uv\.(?:constraint|build-constraint)-dependencies\[\] = ")
"""What holds other programs alone decides no more of the gate than their own requirements do."""
_OPTIONAL = re.compile(r"(tool\.poetry\.group\.[^.]+)\.optional = ")
_OF_CONDA = re.compile(r"dependencies\[\](?:\.pip\[\])? = ")
_INCLUDE = re.compile(r"\s*(?:-[rc]|--(?:req|con))")
_LIMIT = re.compile(r"[<>=!~]=?|@|--hash")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^]]*\]\s*)?(?:$|[<>=!~;@#\\])")
_NAMED = re.compile(
    r"(?![\w.+-]+\.(?:whl|zip|tar|t[gbx]z2?|tar\.\w+)\b)[a-z0-9][\w.-]*\s*(?:[\[<>=!~;@ ]|$)",
    re.IGNORECASE,
)
"""A distribution by its name: another one tells its name when it is installed."""


def sources(path: str, lines: list[str]) -> Iterator[str]:
    """In their order, which may decide. `lines`: as they were told, those that go on joined."""
    if is_requirements(path):
        options = (one.strip().partition(" #")[0].strip() for one in lines)
        yield from (
            plain(one) for one in options if one and (_is_nameless(one) or _ALONG.match(one))
        )
    elif is_beside(path) and not path.endswith(("pyproject.toml", "mise.toml")):
        says = _SAYS.get(path.rpartition("/")[2].lstrip("."))
        yield from (line for line in lines if says is None or says.match(line))
    else:
        for line in lines:
            decides = _DECIDES.match(line) or _is_nameless(_OF_CONDA.sub("", line, count=1), line)
            if decides and not _names_version(line) and not _is_of_others(line, lines):
                yield line


def _is_nameless(text: str, line: str = "") -> bool:
    """An option, or a distribution of which nobody knows the name. `line`: as it was told."""
    return text != line and _NAMED.match(text) is None and OURS.search(text) is None


def _names_version(line: str) -> bool:
    """`tool.uv.sources.vendorgate = …` is compared as what names the gate."""
    return OURS.search(line.partition(" = ")[0]) is not None


def _is_of_others(line: str, lines: list[str]) -> bool:
    """Whether it holds or leaves out other programs alone."""
    found = _OF_OTHERS.match(line)
    if found:
        return not _is_nameless(line[found.end() :])
    group = _OPTIONAL.match(line)
    return group is not None and not any(
        one.startswith(f"{group[1]}.") and OURS.search(one) for one in lines
    )


_TAKEN = re.compile(
    r"(?<![\w-])(?:-[rc]|--(?:requirements?|constraints?|overrides?))[=\s\"',]*([\w./@+-]+)"
)
_PIP = re.compile(r"(?:\bpip[0-9.]*\b|\bpipx\b|\buv\s+add\b|\binstall\()[^;&|]*|^[\s\"',\[-]*?-.*")
_NO_REQUIREMENTS = re.compile(r".*\.(?!txt$|in$|pip$)\w+")
_MOST = 1_000


def taken(path: str, text: str, *, itself: bool = False) -> Iterator[str]:
    """Files of requirements that pip reads, as this file says: from its folder, where it is one of
    them (`itself`), and from the root, where commands begin."""
    folder, itself = path.rpartition("/")[0], itself or is_requirements(path)
    lines = text.replace("\\\n", " ").split("\n")
    asked = lines if itself else [one for line in lines for one in _PIP.findall(line)]
    for name in islice(chain.from_iterable(map(_TAKEN.findall, asked)), _MOST):
        if itself or not _NO_REQUIREMENTS.fullmatch(name):
            yield posixpath.normpath(posixpath.join(folder, name))
            yield posixpath.normpath(name)


def includes(lines: list[str]) -> bool:
    """Whether requirements are of other files, too, or hold for these."""
    return any(map(_INCLUDE.match, lines))


def alone(lines: list[str]) -> list[str]:
    """Without what they include."""
    return [one for one in lines if not _INCLUDE.match(one)]


def are_requirements(lines: list[str]) -> bool:
    """Whether they read as pip's, one of them the gate's, however their file is called."""
    told = [one.strip() for one in lines if one.strip()]
    ours = any(OURS.match(one) and _LIMIT.search(one) for one in told)
    return ours and all(one.startswith("-") or _REQUIREMENT.match(one) for one in told)


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
