"""Manifests, which name the gate among many other programs: whether a change may install another
one in its place, an earlier one, or none.

https://pip.pypa.io/en/stable/reference/requirements-file-format/,
https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

NAME = re.compile(r"vendorgate|-m\s+checker\b", re.IGNORECASE)
_SECTION = re.compile(r"\s*\[+tool\.vendorgate")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NUMBER = r"(?![0-9]{7})[0-9]+(?:\.[0-9]+)*(?!\w)"
_REQUIRED = re.compile(
    r"vendorgate(?:\.git|-|/archive/|/archive/refs/tags/)?[\"']?\s*(?:\[[^]]{0,99}\])?"
    rf"((?:(?:[=<>~!^:@\s\"'{{]|version\b)*v?{_NUMBER}(?:\s*,(?=\s*[<>=!~]))?)+)",
    re.IGNORECASE,
)
"""The gate, and what its version must be, as far as formats agree how to say it."""
_LIMITS = re.compile(
    r"vendorgate[\"']?\s*(?:\[[^]]{0,99}\])?\s*(?:[<>~!=^@]|:?\s*[\"']\W?[0-9])", re.IGNORECASE
)
_EXTRAS = re.compile(r"(?<=vendorgate)\[[\w, .-]*\]", re.IGNORECASE)
_HASH = re.compile(r"--hash[= ]\S+|\b(?:sha256|sha384|sha512)[:-][\w+/=]+")
_SOURCE = re.compile(
    r"(?<![\w-])-(?:-(?:extra-)?index-url|-default-index|-index|-find-links|-trusted-host"
    r"|-require-hashes|-no-index|-index-strategy|-constraint|[cif](?=\s))"
    r"|\b(?:extra-)?index-url\b|\bfind-links\b|\bindex-strategy\b|\btrusted-host\b"
    r"|\[+tool\.(?:uv|poetry|pdm|pixi)\.(?:index|sources?)\b|\[+source\]|^\s*url\s*=|^\s*default\s*="
    r"|(?:constraint|override)-dependencies"
)
"""From where programs come, or what they are held to."""
_LOCK = re.compile(r".*\.lock|.*-lock\.(json|ya?ml)")
_FROM = re.compile(
    r"\b[a-z+]+://[^/\s\"']+|\b(?:source|registry|git|path|index|editable)\"?\s*[=:].*"
)
_ENTRY = re.compile(r"\s*\"?(?:name\"?\s*[=:]\s*)?\"vendorgate\"", re.IGNORECASE)
_MANY = 1_000
Number = tuple[int, str]


class _Named(NamedTuple):
    """How a line names the gate: what stands around its versions, these, and its hashes."""

    text: str
    versions: tuple[tuple[Number, ...], ...]
    hashes: tuple[str, ...]


def may_install_another(path: str, was: list[str], now: list[str]) -> bool:
    """Whether it names the gate, and may bring another one after the change."""
    old, new = Counter(_lines_of_gate(path, was)), Counter(_lines_of_gate(path, now))
    if not old:
        return False
    gone, came = old - new, new - old
    return (
        _sources(was) != _sources(now)
        or not _each_has_its_own(gone, came)
        or any(_LIMITS.search(one) and _is_earlier(one, old) for one in came)
    )


def _lines_of_gate(path: str, lines: list[str]) -> Iterator[str]:
    told = _locked(lines) if _LOCK.fullmatch(path) else _joined(lines)
    for line in (" ".join(one.split()) for one in told):
        if NAME.search(line) and not _SECTION.match(line):
            quoted = [one[1:-1] for one in _QUOTED.findall(line) if NAME.search(one)]
            whole = _REQUIRED.search(line) is None or not any(map(_REQUIRED.search, quoted))
            yield from [line] if whole else quoted


def _joined(lines: list[str]) -> Iterator[str]:
    """With what the next line goes on with."""
    yield from "\n".join(lines).replace("\\\n", " ").split("\n")


def _locked(lines: list[str]) -> Iterator[str]:
    """What a lock file says of the gate, in one line: where it is from, its version and hashes."""
    for at, line in enumerate(lines):
        if _ENTRY.match(line):
            block = [line, *_rest(lines, at)]
            text = "\n".join(block)
            version = re.search(r"version\"?\s*[=:]\s*\"\W*([\w.]+)", text)
            told = sorted({*_FROM.findall(text)})
            yield " ".join(
                ["vendorgate", version[1] if version else "", *told, *_HASH.findall(text)]
            )


def _rest(lines: list[str], at: int) -> Iterator[str]:
    depth = len(lines[at]) - len(lines[at].lstrip())
    for line in lines[at + 1 :]:
        if (
            line.startswith("[[")
            or _ENTRY.match(line)
            or (depth and len(line) - len(line.lstrip()) <= depth)
        ):
            return
        yield line


def _sources(lines: list[str]) -> Counter[str]:
    return Counter(line.strip() for line in lines if _SOURCE.search(line))


def _each_has_its_own(gone: Counter[str], came: Counter[str]) -> bool:
    """Whether for each line that went one came that names the gate alike, in a later version or as
    hard to replace."""
    if gone.total() > _MANY or came.total() > _MANY:
        return False
    left = sorted(map(_read, came.elements()), key=_latest, reverse=True)
    for was in sorted(map(_read, gone.elements()), key=_latest, reverse=True):
        fitting = next((one for one in left if _is_as_good(was, one)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return True


def _latest(one: _Named) -> tuple[tuple[Number, ...], ...]:
    return one.versions


def _is_earlier(line: str, old: Counter[str]) -> bool:
    """Whether it asks for one that no line asked for, and that some line has as a later one."""
    now = _read(line)
    known = [_read(one) for one in old]
    return not any(_is_as_good(one, now) for one in known) and any(
        now.versions < one.versions for one in known
    )


def _is_as_good(was: _Named, now: _Named) -> bool:
    if was.text != now.text or (was.hashes and not now.hashes):
        return False
    pairs = [*zip(was.versions, now.versions, strict=True)]
    if any(after < before for before, after in pairs):
        return False
    return was.versions != now.versions or not was.hashes or was.hashes == now.hashes


def _read(line: str) -> _Named:
    hashes = tuple(sorted(one.strip() for one in _HASH.findall(line)))
    plain = " ".join(_EXTRAS.sub("", _HASH.sub("", line)).split())
    found = _REQUIRED.search(plain)
    told = found[1] if found else ""
    text = plain.replace(told, re.sub(_NUMBER, "#", told)) if told else plain
    return _Named(
        " ".join(text.split()), tuple(map(_comparable, re.findall(_NUMBER, told))), hashes
    )


def _comparable(version: str) -> tuple[Number, ...]:
    """Digits are compared as text, since there may be thousands of them."""
    parts = [one.lstrip("0") for one in version.split(".")]
    return tuple((len(one), one) for one in parts)
