"""Files that an allowlist takes in, or no longer does: who may change one decides whom we trust."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from checker.document import Location, Mark
from checker.review.lines import at
from checker.review.model import Change
from checker.vetting.allowlist import Allowlist
from checker.vetting.includes import fits

NAMED = 5
_LISTS: tuple[Location, ...] = (
    ("vendors",), ("image_aliases",), ("exceptions",), ("gaps",), ("organization", "ids"),
    ("organization", "accounts"), ("organization", "federation"), ("organization", "evidence"),
)  # fmt: skip
_KEYS = {"vendors": ("name",), "exceptions": ("policy", "principal", "resource"),
         "gaps": ("account", "region", "call")}  # fmt: skip
_Moves = dict[tuple[str, str], list[tuple[str, Mark]]]


def include_changes(base: Allowlist, head: Allowlist) -> Iterator[Change]:
    """Patterns and files. A new file widens, unless a pattern of the base takes it in already."""
    old, new = named(base), named(head)
    for name in (one for one in new if one not in old):
        known = any(_fits(name, pattern) for pattern in old)
        added = Change(kind="include-added", vendor=None, detail=name, line=None, widens=not known)
        yield at(added, new[name])
    for name in (one for one in old if one not in new):
        removed = Change(kind="include-removed", vendor=None, detail=name, line=None, widens=False)
        yield at(removed, old[name])
    for (was, now), moved in _moves(base, head).items():
        names = ", ".join(name for name, _ in moved[:NAMED])
        more = f" and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
        detail = f"{names}{more}: moved from {was} to {now}; who may change that decides on it"
        change = Change(kind="include-moved", vendor=None, detail=detail, line=None, widens=False)
        yield at(change, moved[0][1])


def named(allowlist: Allowlist) -> dict[str, Mark]:
    """Each file and pattern, from the allowlist's folder, and where that is written."""
    return dict(reversed(allowlist.document.includes))


def _fits(name: str, pattern: str) -> bool:
    folder, last = posixpath.split(pattern)
    within, called = posixpath.split(name)
    return within == folder and not set(called) & {"*", "?"} and fits(called, last)


def _moves(base: Allowlist, head: Allowlist) -> _Moves:
    """From file to file: what each had, and the other one has. The allowlist itself may be called
    otherwise on either side, and is the same file."""
    old, new, moves = _entries(base), _entries(head), _Moves()
    for key, (now, mark) in new.items():
        was = old.get(key, (now, mark))[0]
        if was != now:
            files = was or _first(base), now or _first(head)
            moves.setdefault(files, []).append((key[1], mark))
    return moves


def _entries(allowlist: Allowlist) -> dict[tuple[str, str], tuple[str | None, Mark]]:
    """List and entry → its file, from the allowlist's folder (None for the allowlist itself), and
    where it stands."""
    document = allowlist.document
    folder = document.path.removesuffix(_first(allowlist))
    entries = {}
    for at_list in _LISTS:
        value = document.value
        for key in at_list:
            value = (value or {}).get(key)
        for number, entry in enumerate(value or ()):
            mark = document.mark((*at_list, number))
            file = None if mark.path is None else mark.path.removeprefix(folder)
            entries[".".join(map(str, at_list)), _called(str(at_list[-1]), entry)] = file, mark
    return entries


def _first(allowlist: Allowlist) -> str:
    document = allowlist.document
    return document.parts[0].name if document.parts else posixpath.basename(document.path)


def _called(key: str, entry: Any) -> str:
    if key in _KEYS:
        return " ".join(str(entry.get(part, "*")) for part in _KEYS[key])
    return entry if isinstance(entry, str) else json.dumps(entry, sort_keys=True, default=str)
