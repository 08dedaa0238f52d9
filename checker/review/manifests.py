"""Manifests, which name the gate among many other programs: whether a change may install another
one in its place, an earlier one, or none.

Each is compared as what it says (`manifest_forms.py`); what is not understood of that, as it
stands. A file of a known form that nobody here can read is one that was changed for the worse. Of
a version that rises nothing else than the hash may change.
https://pip.pypa.io/en/stable/reference/requirements-file-format/,
https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from checker.review.manifest_forms import UnreadManifestError, as_told, told_by
from checker.review.manifest_names import OURS, OWN_TABLE
from checker.review.manifest_sources import (
    LOCK,
    alone,
    includes,
    is_beside,
    is_requirements,
    plain,
    sources,
)
from checker.review.manifest_tasks import beside_the_gate, includes_of_the_gate, tasks_of_the_gate

_QUOTE = r"(?:\"[^\"]*\"|'[^']*')"
_END = r"(?:[.-]?(?:a|b|rc|post|dev)[0-9]{1,9})"
"""What comes before a version, or after it:
https://packaging.python.org/en/latest/specifications/version-specifiers/"""
_NUMBER = rf"(?![0-9]{{7}})[0-9]+(?:\.[0-9]+)*{_END}?(?!\w)"
_REQUIRED = re.compile(
    r"vendorgate(?:\.git|-|/archive/|/archive/refs/tags/)?[\"']?\s*(?:\[[^]]{0,99}\])?"
    rf"((?:(?:[=<>~^:@\s\"'{{\]]|version\b|tag\b)*v?{_NUMBER}(?:\s*,(?=\s*[<>=!~]))?)+)",
    re.IGNORECASE,
)
"""The gate, and what its version must be, as far as formats agree how to say it."""
_LIMITS = re.compile(
    r"vendorgate[\"']?\s*(?:\[[^]]{0,99}\])?\s*(?:[<>~!=^@]|:?\s*[\"']\W?[0-9])", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"://|(?:^|\s)[\w.-]*/|\w:[\w.-]+/vendorgate"
    r"|\"(?:channel|editable|file|git|index|path|registry|source|url|workspace)\":"
)
_IN_ITS_PLACE = re.compile(
    r"(?:(?:project|tool\.poetry|setup\.[0-9]+)\.name|metadata\.name\[\]|setup\.[0-9]+\.(?:scripts|data_files)[^=]*?|[\w.]*py[-_]modules\[\])"
    r" = "
)
"""The repository's own distribution, or module, called like the gate."""
_SIGN = re.compile(r" ?([=<>~!]=|[<>]) ?")
_FROM_ON = re.compile(r"[>~]=#")
_EXTRAS = re.compile(r"(?<=vendorgate)\[[\w, .-]*\]", re.IGNORECASE)
_HASH = re.compile(
    r"--hash[= ]\S+|\b(?:sha256|sha384|sha512|md5)\"?[:-] ?\"?[\w+/=]+|(?<=[0-9])=\w+_[0-9]+\b"
)
"""A build of conda's, too."""
_BEFORE_COMMENT = re.compile(rf"((?:[^\"'#\s]++|{_QUOTE}|[\"']|\s++(?!#)|(?<=\S)#)*+)\s+#")
_LOCKED = re.compile(
    rf"(?:(?<![\w-])version\"?[\s=:]++[\"']?\W*+|vendorgate[-_@]\W*+)({_NUMBER})", re.IGNORECASE
)
_FROM = re.compile(
    r"(?<![a-z+])[a-z+]{1,20}://(?:(?!vendorgate)[^\s\"'])+"
    r"|^\"(?:source|registry|git|path|index|editable|optional|markers?|type|owner|repo|backend|resolved_reference)\":.*",
    re.MULTILINE,
)
_OF_FILE = re.compile(
    r"/(?:[0-9a-f]{2}/[0-9a-f]{2}/)?(?=[0-9]*[a-f])[0-9a-f]{8,}/|/v?[0-9]+(?:\.[0-9]+)+/"
)
"""Where an index keeps a file: by its hash, or its version."""
_TOLD = re.compile(r"(?:[\w.]+\.)?(?:description|keywords|classifiers)(?:\[\])? = ")
_HELD = re.compile(r"constraints[^/]*\.(?:txt|in)$")
_MANY, _LONG = 1_000, 2_000
"""Lines, and signs of one, that are looked into; all others are compared as they stand."""
Number = tuple[int, str]
Version = tuple[tuple[Number, ...], int, Number]
_ENDS = ("dev", "a", "b", "rc", "", "post")
"""In their order."""


class _Named(NamedTuple):
    """How a line names the gate: what stands around its versions, these, and its hashes."""

    text: str
    versions: tuple[Version, ...]
    hashes: frozenset[str]


def may_install_another(
    path: str, was: list[str], now: list[str], *, included: bool = False
) -> bool:
    """Whether it names the gate, and may bring another one after the change. `included`: pip reads
    it along with one that does, so it is one of requirements."""
    if included and not is_requirements(path):
        path = f"requirements/{path.rpartition('/')[2]}"
    try:
        before, after = _told(path, was), _told(path, now)
    except UnreadManifestError:
        return was != now and (is_beside(path) or _names_it(was))
    tasks = tasks_of_the_gate(before)
    moved = any(
        [*beside(before)] != [*beside(after)]
        for beside in (partial(sources, path), partial(beside_the_gate, tasks=tasks))
    )
    lost = Counter(includes_of_the_gate(before)) - Counter(includes_of_the_gate(after))
    moved = moved or bool(lost)
    tell = _locked if LOCK.fullmatch(path) else _named
    old, new = Counter(tell(before)), Counter(tell(after))
    if not old:
        held = _HELD.search(path) is not None and bool(new)
        if included:
            return moved or bool(new)
        more = bool(was) or [*sources(path, alone(after))] != []  # than what it includes
        return held or (moved and more and _says_for_others(path, [*before, *after]))
    gone, came = old - new, new - old
    return (
        (tell is _locked and came.total() > gone.total())
        or moved
        or not _each_has_its_own(gone, came)
        or _brings_another(path, came, old)
    )


def _says_for_others(path: str, lines: list[str]) -> bool:
    return is_beside(path) and (not is_requirements(path) or includes(lines))


def _names_it(lines: list[str]) -> bool:
    return any(map(OURS.search, lines))


def _told(path: str, lines: list[str]) -> list[str]:
    """What it says; of a file of lines these, without comments."""
    found = as_told(path, "\n".join(lines)) if lines else []
    return [*map(_without_comment, _joined(lines))] if found is None else found


def _joined(lines: list[str]) -> list[str]:
    """With what the next line goes on with, glued as pip does, and cut as it does."""
    several = [one for line in lines for one in line.splitlines() or [""]]
    return "\n".join(several).replace("\\\n", "").split("\n")


def _without_comment(line: str) -> str:
    found = _BEFORE_COMMENT.match(line)
    return found[1] if found else line


def _named(lines: list[str]) -> Iterator[str]:
    """Each way in which it names the gate, but for what people read."""
    for line in lines:
        if OURS.search(line) and not line.startswith(OWN_TABLE) and not _TOLD.match(line):
            yield plain(line)


def _locked(lines: list[str]) -> Iterator[str]:
    """Of each entry of the gate its version, from where it is, and its hashes, in one line."""
    for line in _named(lines):
        where, _, text = line.partition(" = ")
        entry = told_by(text)
        yield _entry(where, entry) if isinstance(entry, dict) else line


def _entry(where: str, entry: dict[str, Any]) -> str:
    text = json.dumps(entry, indent=0, ensure_ascii=False)
    version = _LOCKED.search(f'"version": "{entry.get("version", "")}"\n{where}\n{text}')
    number = version[1] if version else ""
    told = " ".join(sorted({_OF_FILE.sub("/", one) for one in _FROM.findall(text)}))
    hashes = " ".join(_HASH.findall(text))
    of_any = where.replace(number, "#") if number else where
    return plain(f"{of_any} vendorgate {number} {told} {hashes}")


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
    elsewhere = _ELSEWHERE.search(line) is not None and (
        limits or is_requirements(path) or line.startswith("dependencies[]")
    )
    if _IN_ITS_PLACE.match(line):
        return True
    if not limits and not elsewhere:
        return False
    now = _read(line)
    if any(_is_as_good(one, now) for one in known):
        return False
    return elsewhere or not now.versions or any(now.versions < one.versions for one in known)


def _is_as_good(was: _Named, now: _Named) -> bool:
    same = now.text in (was.text, _FROM_ON.sub("==#", was.text))  # or one of those that it was
    if not same or len(was.versions) != len(now.versions):
        return False
    if was.hashes and not now.hashes:
        return False
    pairs = [*zip(was.versions, now.versions, strict=True)]
    if any(after < before for before, after in pairs):
        return False
    return was.versions != now.versions or not was.hashes or now.hashes <= was.hashes


def _read(line: str) -> _Named:
    bare = _SIGN.sub(r"\1", plain(_EXTRAS.sub("", _HASH.sub("", line))).lower())
    found = _REQUIRED.search(bare) if len(bare) <= _LONG else None
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
