"""What only all of the code together tells of the code that it would run.

Of an image of an own registry of which nobody knows the repository: whether a rule of the same code
may fetch that from somebody else. Where no rule may, it is as ours as any other there.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from msgspec.structs import replace

from checker.collect.iac.code.references import UNKNOWN
from checker.collect.iac.code.rows import BUILD, DISK, DOCUMENT, IMAGE, SNAPSHOT
from checker.collect.iac.grants.rows import CACHE
from checker.collect.iac.records import Found
from checker.collect.iac.unknown import is_unresolved
from checker.plurals import few
from checker.publishers import has_name_alone
from checker.snapshot.code_uses import CodeUse

_FETCHED = "a pull-through rule of the same code may fetch it from somebody else"
_UNSURE = re.compile(rf"([0-9]{{12}})\.dkr[^/]*/(?P<known>[^:@]*?){UNKNOWN}")
_OWNED = ('"OwnerId"', '"amazon"')
Prefixes = dict[str, list[str]]


def doubt(found: Found, documents: Container[object] = ()) -> None:
    """All files have been read. `documents`: the names of those that the code makes."""
    prefixes: Prefixes = {}
    for account, prefix in _prefixes(found):
        prefixes.setdefault(account, []).append(prefix)
    found.code_uses = [_told(one, prefixes) for one in found.code_uses]
    found.notes += _snapshots(found.code_uses)
    found.notes += _documents(found, documents)


def _prefixes(found: Found) -> Iterator[tuple[str, str]]:
    """Of each rule: whose it is, and for which repositories; empty for any of them."""
    for part in found.parts:
        if part.row.kind == CACHE:
            prefix = part.said.settings.get("prefix")
            known = prefix if isinstance(prefix, str) and not is_unresolved(prefix) else "ROOT"
            yield part.code.target.account, "" if known == "ROOT" else f"{known.rstrip('/')}/"


def _told(use: CodeUse, prefixes: Prefixes) -> CodeUse:
    unsure = use.kind in (IMAGE, BUILD) and bool(use.unresolved)
    named = _UNSURE.match(use.reference or "") if unsure else None
    if named is None or not _may_fetch(named["known"], prefixes.get(named[1], ())):
        return use
    return replace(use, reference=None, unresolved=(*(use.unresolved or ()), _FETCHED))


def _may_fetch(known: str, prefixes: Iterable[str]) -> bool:
    """By how the name of the repository begins."""
    return any(known.startswith(one) or one.startswith(known) for one in prefixes)


def _snapshots(uses: Iterable[CodeUse]) -> Iterator[str]:
    """Those of which no owner is told: an id has none, and a live one that is gone has none."""
    several = [
        one
        for one in uses
        if one.kind in (SNAPSHOT, DISK)
        and not any(word in (one.reference or "") for word in _OWNED)
    ]
    if several:
        count = len({one.reference or _called(one) for one in several})
        places = [*dict.fromkeys(map(_place, several))]
        yield (
            "Snapshots that volumes or images would be made from, of which the code does not tell "
            f"whose they are, so that none counts as somebody else's: {count} ({few(places)})."
        )


def _called(use: CodeUse) -> tuple[str, str | None, str]:
    """Under each outcome of a choice the same."""
    return use.resource.partition(" (if ")[0], use.via, _place(use)


def _documents(found: Found, made: Container[object]) -> Iterator[str]:
    """Those of which a name alone is told: a vendor's may have one, too, as what Systems Manager
    lists of third parties shows. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html"""
    used = {
        (one.reference, _place(one))
        for one in found.code_uses
        if one.kind == DOCUMENT and has_name_alone(one.reference or "")
    }
    named = used.union(found.documents)
    several = {f"{name} ({place})" for name, place in named if name not in made}
    if several:
        yield (
            "Documents of Systems Manager that the code names without an account and does not make,"
            f" so that they count as own, as a vendor's of that name would:"
            f" {len(several)}: {', '.join(sorted(several))}."
        )


def _place(use: CodeUse) -> str:
    return f"{use.location.file}:{use.location.line}" if use.location else use.resource
