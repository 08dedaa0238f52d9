"""`enforce ec2-policy` and `enforce allowed-amis`: the documents, and what they would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from checker.enforce.criteria import (
    ALIASES,
    Criterion,
    as_api,
    as_policy,
    criteria,
    excess,
    of_policy,
)
from checker.enforce.image_proof import ImageProof, ImageProver
from checker.enforce.limits import CRITERIA, EC2_CHARACTERS, Document
from checker.enforce.listed import Entry, Listed, for_account, nobody
from checker.enforce.ours import ours
from checker.enforce.targets import Excess, Placed, Plan, characters, placed
from checker.enforce.tree import apart, roots
from checker.enforce.unseen import of_images
from checker.errors import InputError
from checker.snapshot.read import Snapshot
from checker.snapshot.records import Image, ImageUse
from checker.vetting.register import Register

AUDIT, ENABLED = "audit_mode", "enabled"
_MEND = "vet vendors for the accounts that need them (scope: in_accounts)"
_UNSPLIT = f"{_MEND}, and give --against SNAPSHOT, whose accounts tell where to split"
Uses = Iterable[tuple[ImageUse, Image | None]]


class MadeImages(msgspec.Struct, frozen=True):
    """`publishers`: own accounts whose images others of ours may launch."""

    plan: Plan
    publishers: tuple[str, ...]
    notes: tuple[str, ...]


def ec2_policy(
    found: Listed, snapshot: Snapshot | None, seen: Uses, *, enforced: bool
) -> MadeImages:
    """For the organization, split where it does not fit. Raises InputError."""
    state = ENABLED if enforced else AUDIT
    fits = _Both(characters(EC2_CHARACTERS))

    def plan(publishers: Sequence[str]) -> Plan:
        def make(accounts: Iterable[str] | None) -> Document:
            entries = _entries(found, accounts)
            return as_policy(criteria(found, entries, publishers), state)

        tree = roots(snapshot.manifest, exempt=False) if snapshot else None
        return placed(make, tree, fits, _MEND if snapshot else _UNSPLIT)

    done = _made(found, snapshot, seen, plan)
    more = apart(snapshot.manifest, done.plan.targets) if snapshot else ()
    return msgspec.structs.replace(done, notes=(*done.notes, *more))


class _Both:
    """Characters and criteria."""

    def __init__(self, characters: Excess) -> None:
        self._characters = characters

    def __call__(self, document: Document) -> str | None:
        number = len(of_policy(document))
        if number > CRITERIA:
            return f"takes {number} criteria, and AWS takes {CRITERIA}"
        return self._characters(document)


def allowed_amis(found: Listed, snapshot: Snapshot | None, seen: Uses) -> MadeImages:
    """For each account, those alike together; without a snapshot for any. Raises InputError."""
    listed = [one.id for one in snapshot.manifest.accounts] if snapshot else []
    accounts: list[str | None] = [*listed] or [None]

    def plan(publishers: Sequence[str]) -> Plan:
        parts: dict[str, Placed] = {}
        for account in accounts:
            document = as_api(criteria(found, for_account(found.entries, account), publishers))
            why = excess(document)
            if why is not None:
                mend = _MEND if account else _UNSPLIT
                raise InputError(f"what was vetted for {account or 'an account'} {why}", hint=mend)
            key = msgspec.json.encode(document).decode()
            before = parts[key].targets if key in parts else ()
            parts[key] = Placed((*before, *([account] if account else [])), document)
        return Plan(tuple(sorted(parts.values(), key=lambda one: one.targets)))

    return _made(found, snapshot, seen, plan)


def _entries(found: Listed, accounts: Iterable[str] | None) -> tuple[Entry, ...]:
    if accounts is None:
        return for_account(found.entries, None)
    wanted = list(accounts)
    return tuple(e for e in found.entries if any(e.within(one) for one in wanted))


def _made(
    found: Listed,
    snapshot: Snapshot | None,
    seen: Uses,
    plan: Callable[[Sequence[str]], Plan],
) -> MadeImages:
    """With all own accounts as publishers; where these do not fit, with those that are seen to be
    some."""
    named = any(one.accounts or one.products for one in found.entries)
    if not named and not set(ALIASES) & set(found.aliases):
        raise nobody(found, "publisher of images")
    if snapshot is None:
        publishers = tuple(sorted(found.own_accounts))
        note = "own accounts that publish images are known with --against alone: list them there"
        return MadeImages(plan(publishers), publishers, (*_notes(found), note))
    ours(found, snapshot)
    every = {one.id for one in snapshot.manifest.accounts} | set(found.own_accounts)
    try:
        return MadeImages(plan(sorted(every)), tuple(sorted(every)), tuple(_notes(found)))
    except InputError:
        some = tuple(sorted({*found.own_accounts, *_publishers(seen, every)}))
        note = (
            f"of {len(every):,} own accounts the {len(some):,} are named whose images another one "
            "is seen to use; an image of any other own account would be stopped"
        )
        return MadeImages(plan(some), some, (*_notes(found), note))


def _publishers(seen: Uses, ours: set[str]) -> Iterator[str]:
    for use, image in seen:
        if image and image.owner in ours and image.owner != use.account:
            yield image.owner or ""


def _notes(found: Listed) -> Iterator[str]:
    for one in found.expired:
        yield f"{one.name} is left out: its vetting expired on {one.expires}"
    for one in found.entries:
        if not one.accounts and not one.products:
            yield f"{one.name} is left out: images have no organization or issuer, but an account"
        ids = [name for name in one.scope.images or () if name.startswith("ami-")]
        if ids:
            yield f"{one.name}: {', '.join(ids)} fits names alone, as Allowed AMIs know no ids"
    for alias in found.aliases:
        if alias not in ALIASES:
            yield f"the alias {alias!r} is left out: Allowed AMIs know {', '.join(ALIASES)}"
        elif alias == "amazon":
            yield "the alias amazon allows the images of verified partners of AWS's, too"


def prove_images(
    done: MadeImages, snapshot: Snapshot, register: Register, seen: Uses, *, exact: bool
) -> ImageProof:
    """Of every use of an image. `exact`: each account has the criteria of its own."""
    units = {one.id: one.units for one in snapshot.manifest.accounts}
    prover = ImageProver(register)
    by_target = {t: part.document for part in done.plan.parts for t in part.targets}
    known = {_key(part.document): _criteria(part.document, exact=exact) for part in done.plan.parts}
    for use, image in seen:
        targets = (use.account,) if exact else (*(units.get(use.account) or ()), use.account)
        document = next((by_target[t] for t in targets if t in by_target), None)
        if document is None and len(done.plan.parts) == 1:
            document = done.plan.parts[0].document
        prover.look(use, image, known[_key(document)] if document else None)
    prover.proof.doubts += of_images(snapshot.manifest)
    return prover.proof


def _key(document: Document) -> bytes:
    return msgspec.json.encode(document)


def _criteria(document: Document, *, exact: bool) -> tuple[Criterion, ...]:
    """As they stand in the document, which is what is proven."""
    if exact:
        return tuple(
            Criterion(
                tuple(one.get("ImageProviders", ())),
                tuple(one.get("ImageNames", ())),
                tuple(one.get("MarketplaceProductCodes", ())),
            )
            for one in document["ImageCriteria"]
        )
    return tuple(
        Criterion(
            tuple(p.replace("_", "-") for p in _said(one, "allowed_image_providers")),
            tuple(_said(one, "image_names")),
            tuple(_said(one, "marketplace_product_codes")),
        )
        for one in of_policy(document)
    )


def _said(one: Document, key: str) -> list[str]:
    found: list[str] = one.get(key, {}).get("@@assign", [])
    return found
