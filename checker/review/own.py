"""Who becomes "we", and which image aliases are accepted: trusted without any vetting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from checker.document import Mark
from checker.review.lines import at
from checker.review.model import Change
from checker.review.shown import document, federation
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import name_of
from checker.vetting.entries import Evidence

OWN = "organization"


def own_changes(base: Allowlist, head: Allowlist, today: date) -> Iterator[Change]:
    """What is new here has only the evidence that came with it: older documents spoke of others."""
    old, new = base.file.organization, head.file.organization
    fresh = [evidence for evidence in new.evidence if evidence not in old.evidence]
    proof: dict[str, Any] = {
        "evidence": len(fresh),
        "evidence_expired": sum(_expired(e, today) for e in fresh),
    }
    yield from _set(base, head, "own-account", old.accounts, new.accounts, proof)
    yield from _set(base, head, "own-organization", old.ids, new.ids, proof)
    before, after = (tuple(map(federation, entry.federation)) for entry in (old, new))
    yield from _set(base, head, "own-issuer", before, after, proof)
    before, after = base.file.image_aliases, head.file.image_aliases
    yield from _set(base, head, "image-alias", before, after, proof)
    yield from _evidence(base, head)


def _set(
    base: Allowlist, head: Allowlist, what: str, old: tuple[str, ...], new: tuple[str, ...],
    proof: dict[str, Any],
) -> Iterator[Change]:  # fmt: skip
    key = "image_aliases" if what == "image-alias" else OWN
    for value in sorted(set(new) - set(old)):
        added = Change(
            kind=f"{what}-added", vendor=None, detail=value, line=None,
            widens=True, identity=value, known_as=name_of(value), **proof,
        )  # fmt: skip
        yield at(added, _mark(head, key, value))
    for value in sorted(set(old) - set(new)):
        removed = Change(
            kind=f"{what}-removed", vendor=None, detail=value, line=None, widens=False,
            identity=value,
        )  # fmt: skip
        yield at(removed, _mark(base, key, value))


def _mark(allowlist: Allowlist, key: str, value: str) -> Mark:
    """Where a value stands: the key itself, where it is written otherwise."""
    marks = allowlist.document.marks.items()
    matching = (mark for where, mark in marks if where[:1] == (key,) and mark.text == value)
    return next(matching, allowlist.document.mark((key,)))


def _evidence(base: Allowlist, head: Allowlist) -> Iterator[Change]:
    old, new = base.file.organization.evidence, head.file.organization.evidence
    for sign, these, those in (("+", new, old), ("−", old, new)):
        for evidence in these:
            if evidence not in those:
                detail = f"evidence of what is our own: {sign} {document(evidence)}"
                changed = Change(
                    kind="vetting-changed", vendor=None, detail=detail, line=None, widens=False
                )
                yield at(changed, head.document.mark((OWN,)))


def _expired(evidence: Evidence, today: date) -> bool:
    return bool(evidence.expires and evidence.expires < today)
