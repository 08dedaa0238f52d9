"""What changed between two snapshots: what they look at, third parties, trusts, images, gaps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from checker.check.rules import Rules
from checker.diff.scopes import Scope
from checker.diff.things import State, Thing, ThingKey, What, state
from checker.snapshot.read import Snapshot
from checker.vetting.allowlist import Allowlist

SCHEMA = "vendorgate/diff/v1"
Kind = Literal["added", "removed", "changed", "newly-looked-at", "not-looked-at"]


class Change(msgspec.Struct, frozen=True):
    """`was` and `now` describe it; None where it was not, or is not, seen.

    `not-looked-at`: it may be there still; `newly-looked-at`: it may have been there before;
    `reason` says what was not looked at. `new_trust`: somebody outside gets in, as far as the old
    snapshot shows, who did not, or on easier terms.
    """

    what: What
    change: Kind
    id: str
    was: str | None
    now: str | None
    reason: str | None = None
    new_trust: bool = False


class Side(msgspec.Struct, frozen=True):
    path: str
    sha256: str
    collected_at: str


class Diff(msgspec.Struct, frozen=True):
    schema: str
    old: Side
    new: Side
    changes: tuple[Change, ...]

    @property
    def new_trust(self) -> bool:
        return any(change.new_trust for change in self.changes)

    @property
    def looks_at_less(self) -> bool:
        """Whether something may hide where the old snapshot was looked at."""
        return any(
            change.change == "not-looked-at"
            or (change.what, change.change) in (("scope", "removed"), ("gap", "added"))
            for change in self.changes
        )


def diff(
    old: Snapshot, new: Snapshot, allowlist: Allowlist, rules: Rules, today: date, *, vetted: bool
) -> Diff:
    """Both sides as of the same day and list, so that only what AWS says makes a difference.

    `vetted`: tell the status of third parties, where there is a list to tell it from.
    """
    was, now = (state(side, allowlist, rules, today, vetted=vetted) for side in (old, new))
    return Diff(SCHEMA, _side(old), _side(new), tuple(compared(old, new, was, now)))


def _side(snapshot: Snapshot) -> Side:
    return Side(snapshot.name, snapshot.sha256, snapshot.manifest.collected_at)


def compared(old: Snapshot, new: Snapshot, was: State, now: State) -> Iterator[Change]:
    """In order: what is looked at first, as it tells how far the rest can be believed."""
    before = Scope(old.manifest, new.manifest.gaps), old.manifest.sources
    after = Scope(new.manifest, old.manifest.gaps), new.manifest.sources
    for what in was:
        for key in sorted(was[what].keys() | now[what].keys()):
            one, other = was[what].get(key), now[what].get(key)
            if one is None and other is not None:
                yield _added(what, key, other, _unseen(before[0], other, after[1]))
            elif other is None and one is not None:
                yield _removed(what, key, one, _unseen(after[0], one, before[1]))
            elif one is not None and other is not None and _differ(what, one, other):
                wider = _wider(what, one, other)
                yield Change(what, "changed", " ".join(key), one.text, other.text, None, wider)


def _differ(what: What, was: Thing, now: Thing) -> bool:
    """Two parts of one resource may run what the other did: the same in all, but for what of it is
    pinned."""
    return was.text != now.text or (what == "code" and _loosened(was.grants, now.grants))


def _wider(what: What, was: Thing, now: Thing) -> bool:
    """Whether somebody gets in who did not, on easier terms, or further."""
    if what == "resource":
        return any(not any(_within(one, old) for old in was.grants) for one in now.grants)
    if what == "code":
        sure = all(any(_as_sure(one, old) for old in was.grants) for one in now.grants)
        return not sure or _loosened(was.grants, now.grants)
    return what == "trust" and eased(was.grants, now.grants)


def _as_sure(code: str, old: str) -> bool:
    """Whether code, in words, is of the same publisher as other code, and pinned where that was."""
    (_, name, publisher), (_, other, before) = _told(code), _told(old)
    return publisher == before and ("@" in name or "@" not in other)


def _loosened(was: Iterable[str], now: Iterable[str]) -> bool:
    """Whether of one publisher less is pinned, and more is not; or as much as before, where it may
    be what was pinned: code tells each image once, however many containers have it."""
    before, after = _pinned(was), _pinned(now)
    less = [(via, who) for via, who, pinned in before
            if pinned and before[via, who, True] > after[via, who, True]]  # fmt: skip
    return any(
        after[via, who, False] > (0 if via is not None else before[via, who, False])
        for via, who in less
    )


def _pinned(several: Iterable[str]) -> Counter[tuple[str | None, str, bool]]:
    """How much code is pinned, and how much is not, by publisher: in all, and of each part of the
    resource that names it."""
    parts = [(via, publisher, "@" in name) for via, name, publisher in map(_told, several)]
    return Counter([*parts, *((None, publisher, pinned) for _, publisher, pinned in parts)])


def _told(code: str) -> tuple[str, str, str]:
    """What of the resource names it, its name and its publisher."""
    via, _, said = code.partition("\0")
    name, _, publisher = said.rpartition(" of ")
    return via, name, publisher


def _within(access: str, old: str) -> bool:
    """Whether one access to a resource, in words, is no more than another. What may have been
    stopped counts as having let in."""
    (grade, by), (most, before) = (text.partition(" ")[::2] for text in (access, old))
    base = before.partition(" unless ")[0]
    return _GRADES.index(grade) <= _GRADES.index(most) and by.startswith(base)


_GRADES = ("read", "write", "admin")
_TRUST = ("third-party", "trust", "resource", "code")


def _added(what: What, key: ThingKey, now: Thing, unseen: list[str]) -> Change:
    """New for sure where one of its places was looked at before, and it was not there."""
    late = bool(unseen) and len(unseen) == len(now.places)
    kind: Kind = "newly-looked-at" if late else "added"
    trust = what in _TRUST or (what == "image" and now.text == _NOBODY_KNOWS)
    return Change(what, kind, " ".join(key), None, now.text, unseen[0] if late else None, trust)


def _removed(what: What, key: ThingKey, was: Thing, unseen: list[str]) -> Change:
    """Gone for sure only where every place was looked at."""
    kind: Kind = "not-looked-at" if unseen else "removed"
    return Change(what, kind, " ".join(key), was.text, None, unseen[0] if unseen else None)


def _unseen(scope: Scope, thing: Thing, sources: tuple[str, ...]) -> list[str]:
    """For each of its places that the other snapshot did not look at, why."""
    found = (scope.lacks(place, sources) for place in sorted(thing.places, key=str))
    return [reason for reason in found if reason]


_NOBODY_KNOWS = "owner unknown"
_EASE = ("required", "pattern", "none")
"""What is asked of a caller by way of an external id, the strictest first."""


def eased(was: Iterable[str], now: Iterable[str]) -> bool:
    """Whether somebody gets in who did not, or on easier terms: a grant that no old one covers."""
    before = [_terms(grant) for grant in was]
    return any(
        not any(words == old and ease <= most for old, most in before)
        for words, ease in map(_terms, now)
    )


def _terms(grant: str) -> tuple[dict[str, object], int]:
    value = json.loads(grant)
    return value, _EASE.index(value.pop("external_id", "none"))
