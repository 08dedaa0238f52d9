"""Manifests, which name the gate among many other programs: whether a change may install another
one in its place, an earlier one, or none.

What is not understood of a line is compared as it stands. Of a list of requirements, each in
quotes, the gate's own counts; of a version that rises nothing else than the hash may change.
https://pip.pypa.io/en/stable/reference/requirements-file-format/,
https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from checker.review.manifest_sources import LOCK, is_requirements, joined, plain, sources

_OURS = re.compile(r"(?<![\w-])vendorgate(?![-_]?[a-z])|-m\s+checker\b", re.IGNORECASE)
"""No other program that is called like it."""
_SECTION = re.compile(r"\s*\[+tool\.vendorgate")
_QUOTE = r"(?:\"[^\"]*\"|'[^']*')"
_LIST = re.compile(rf"([\w.-]+\s*=\s*)?\[?\s*(?:{_QUOTE}\s*,\s*)*(?:{_QUOTE}\s*)?\]?\s*,?")
_QUOTED = re.compile(_QUOTE)
_END = r"(?:[.-]?(?:a|b|rc|post|dev)[0-9]{1,9})"
"""What comes before a version, or after it:
https://packaging.python.org/en/latest/specifications/version-specifiers/"""
_NUMBER = rf"(?![0-9]{{7}})[0-9]+(?:\.[0-9]+)*{_END}?(?!\w)"
_REQUIRED = re.compile(
    r"vendorgate(?:\.git|-|/archive/|/archive/refs/tags/)?[\"']?\s*(?:\[[^]]{0,99}\])?"
    rf"((?:(?:[=<>~^:@\s\"'{{\]]|version\b)*v?{_NUMBER}(?:\s*,(?=\s*[<>=!~]))?)+)",
    re.IGNORECASE,
)
"""The gate, and what its version must be, as far as formats agree how to say it."""
_LIMITS = re.compile(
    r"vendorgate[\"']?\s*(?:\[[^]]{0,99}\])?\s*(?:[<>~!=^@]|:?\s*[\"']\W?[0-9])", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"://|^\s*[\w.-]*/")
_EXTRAS = re.compile(r"(?<=vendorgate)\[[\w, .-]*\]", re.IGNORECASE)
_HASH = re.compile(
    r"--hash[= ]\S+|\b(?:sha256|sha384|sha512|md5)[:-] ?[\w+/=]+|(?<=[0-9])=\w+_[0-9]+\b"
)
"""A build of conda's, too."""
_COMMENT = re.compile(rf"((?:[^\"'#\s]|{_QUOTE}|\s++(?!#)|(?<=\S)#)*)\s+#.*")
_OPENS = re.compile(r"([\w.-]+ ?= ?)\[")
_LOCKED = re.compile(
    rf"(?:version\"?[\s=:]++[\"']?\W*+|vendorgate[-_@]\W*+)({_NUMBER})", re.IGNORECASE
)
_ENTRY = re.compile(r"^\s*\"?(?:name\"?\s*[=:]\s*)?\"vendorgate\"", re.IGNORECASE)
_BESIDE = re.compile(r"\[(manifest|metadata\.files)\]")
_TABLE = re.compile(r"^\s*\[[^]]{0,99}[.\"]vendorgate\"?\]", re.IGNORECASE)
_FROM = re.compile(
    r"(?<![a-z+])[a-z+]{1,20}://(?:(?!vendorgate)[^\s\"'])+"
    r"|\b(?:source|registry|git|path|index|editable|optional|markers|type|owner|repo|backend)\"?\s*[=:].*|resolved_reference.*"
)
_OF_FILE = re.compile(
    r"/(?:[0-9a-f]{2}/[0-9a-f]{2}/)?(?=[0-9]*[a-f])[0-9a-f]{8,}/|/v?[0-9]+(?:\.[0-9]+)+/"
)
"""Where an index keeps a file: by its hash, or its version."""
_MANY = 1_000
Number = tuple[int, str]
Version = tuple[tuple[Number, ...], int, Number]
_ENDS = ("dev", "a", "b", "rc", "", "post")
"""In their order."""


class _Named(NamedTuple):
    """How a line names the gate: what stands around its versions, these, and its hashes."""

    text: str
    versions: tuple[Version, ...]
    hashes: frozenset[str]


def may_install_another(path: str, was: list[str], now: list[str]) -> bool:
    """Whether it names the gate, and may bring another one after the change."""
    tell = _locked if LOCK.fullmatch(path) else _told
    old, new = Counter(tell(was)), Counter(tell(now))
    if not old:
        return False
    gone, came = old - new, new - old
    return (
        (tell is _locked and came.total() > gone.total())
        or [*sources(path, was)] != [*sources(path, now)]
        or not _each_has_its_own(gone, came)
        or _brings_another(path, came, old)
    )


def _told(lines: list[str]) -> Iterator[str]:
    """Each way in which it names the gate: in which table and list, and how."""
    for block in _entries(lines, _TABLE):
        if not _SECTION.match(block[0]):
            yield plain(" ".join(block))
    key = ""
    for table, line in _in_tables([_COMMENT.sub(r"\1", one) for one in joined(lines)]):
        key = opened[1] if (opened := _OPENS.fullmatch(line)) else "" if line[:1] == "]" else key
        if _OURS.search(line) and not (_SECTION.match(line) or _TABLE.match(line)):
            yield from (f"{table} {one}" for one in _items(line, key))


def _in_tables(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The table of each line."""
    table = ""
    for line in map(plain, lines):
        table = line if line.startswith("[") and line.endswith("]") else table
        yield table, line


def _items(line: str, key: str) -> Iterator[str]:
    """Of a list of nothing but texts those that name it, with whatever the list is called."""
    listed = _LIST.fullmatch(line)
    several = [one[1:-1] for one in _QUOTED.findall(line)] if listed else []
    named = [one for one in several if _OURS.search(one)]
    if listed is None or not named or _OURS.search(listed[1] or ""):
        yield line
    else:
        yield from (f"{plain(listed[1] or key)} {one}" for one in named)


def _locked(lines: list[str]) -> Iterator[str]:
    """Of each entry of the gate its version, from where it is, and its hashes, in one line."""
    yield from (
        line for table, line in _in_tables(lines) if _BESIDE.match(table) and _OURS.search(line)
    )
    entries = [*_entries(lines, _ENTRY)] or [*_entries(lines, _OURS)]
    for text in map("\n".join, entries):
        version = _LOCKED.search(text)
        told = " ".join(sorted({_OF_FILE.sub("/", one) for one in _FROM.findall(text)}))
        yield plain(
            f"vendorgate {version[1] if version else ''} {told} {' '.join(_HASH.findall(text))}"
        )


def _entries(lines: list[str], begins: re.Pattern[str]) -> Iterator[list[str]]:
    """What a file says of the gate in a table of its own."""
    until = -1
    for at, line in enumerate(lines):
        if at > until and begins.search(line):
            block = [line, *_rest(lines, at, begins)]
            until = at + len(block) - 1 if begins is _OURS else at
            yield block


def _rest(lines: list[str], at: int, begins: re.Pattern[str]) -> Iterator[str]:
    """To the end of the table, or of what is indented below."""
    first = lines[at]
    table = first.startswith("[") or "=" in first
    for line in lines[at + 1 :]:
        other = line.startswith("[") and not line.startswith("[package.")
        again = begins is not _OURS and begins.search(line)
        if other or again or not (table or _is_within(line, first)):
            return
        yield line


def _is_within(line: str, first: str) -> bool:
    deeper = _depth(line) - _depth(first)
    return deeper > 0 or (
        deeper == 0 and not first.lstrip().startswith(("-", '"')) and line.lstrip()[:1] not in "-}]"
    )


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _each_has_its_own(gone: Counter[str], came: Counter[str]) -> bool:
    """Whether for each line that went one came that names the gate alike, in a later version or as
    hard to replace."""
    if gone.total() > _MANY or came.total() > _MANY:
        return False
    latest = attrgetter("versions")
    left = sorted(map(_read, came.elements()), key=latest, reverse=True)
    for was in sorted(map(_read, gone.elements()), key=latest, reverse=True):
        fitting = next((one for one in left if _is_as_good(was, one)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return True


def _brings_another(path: str, came: Counter[str], old: Counter[str]) -> bool:
    known = [_read(one) for one in [*old][:_MANY]]
    return any(_is_another(path, one, known) for one in came)


def _is_another(path: str, line: str, known: list[_Named]) -> bool:
    """Whether it asks for one that no line asked for: from elsewhere, or an earlier one."""
    limits = _LIMITS.search(line) is not None
    elsewhere = _ELSEWHERE.search(line) is not None and (limits or is_requirements(path))
    if not limits and not elsewhere:
        return False
    now = _read(line)
    if any(_is_as_good(one, now) for one in known):
        return False
    return elsewhere or not now.versions or any(now.versions < one.versions for one in known)


def _is_as_good(was: _Named, now: _Named) -> bool:
    if was.text != now.text or len(was.versions) != len(now.versions):
        return False
    if was.hashes and not now.hashes:
        return False
    pairs = [*zip(was.versions, now.versions, strict=True)]
    if any(after < before for before, after in pairs):
        return False
    return was.versions != now.versions or not was.hashes or now.hashes <= was.hashes


def _read(line: str) -> _Named:
    bare = plain(_EXTRAS.sub("", _HASH.sub("", line)))
    found = _REQUIRED.search(bare)
    told = found[1] if found else ""
    text = bare.replace(told, re.sub(_NUMBER, "#", told)) if told else bare
    versions = tuple(map(_comparable, re.findall(_NUMBER, told)))
    return _Named(text, versions, frozenset(_HASH.findall(line)))


def _comparable(version: str) -> Version:
    """Digits are compared as text, since there may be thousands of them."""
    end = re.search(rf"{_END}$", version)
    plain_end = end[0].lstrip(".-") if end else ""
    kind = plain_end.rstrip("0123456789")
    parts = [_digits(one) for one in version.removesuffix(end[0] if end else "").split(".")]
    while len(parts) > 1 and not parts[-1][0]:
        parts.pop()
    return tuple(parts), _ENDS.index(kind), _digits(plain_end.removeprefix(kind))


def _digits(text: str) -> Number:
    told = text.lstrip("0")
    return len(told), told
