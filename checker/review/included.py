"""Files that an allowlist takes in, or no longer does: who may change one decides whom we trust."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from checker.review.lines import at
from checker.review.model import Change
from checker.vetting.allowlist import Allowlist
from checker.vetting.includes import fits
from checker.yamlfile import Mark


def include_changes(base: Allowlist, head: Allowlist) -> Iterator[Change]:
    """Patterns and files. A new file widens, unless a pattern of the base takes it in already."""
    old, new = named(base), named(head)
    patterns = [name for name in old if "*" in name or "?" in name]
    for name in sorted(new.keys() - old.keys()):
        known = any(_fits(name, pattern) for pattern in patterns)
        added = Change(kind="include-added", vendor=None, detail=name, line=None, widens=not known)
        yield at(added, new[name])
    for name in sorted(old.keys() - new.keys()):
        removed = Change(kind="include-removed", vendor=None, detail=name, line=None, widens=False)
        yield at(removed, old[name])


def named(allowlist: Allowlist) -> dict[str, Mark]:
    """Each file and pattern, from the allowlist's folder, and where that is written."""
    return dict(reversed(allowlist.document.includes))


def _fits(name: str, pattern: str) -> bool:
    folder, last = posixpath.split(pattern)
    within, called = posixpath.split(name)
    return within == folder and not set(called) & {"*", "?"} and fits(called, last)
