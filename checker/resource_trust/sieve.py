"""The resources that anybody must look at: what surely lets in nobody, or our own alone, falls
through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from checker.access.kinds import KINDS
from checker.access.own_things import BUCKET, POINT
from checker.resource_trust.alike import MEMORY, key_of, text_of
from checker.resource_trust.glance import Glance
from checker.resource_trust.noted import Alike, Noted
from checker.resource_trust.plain import LONGEST, plainly_own
from checker.resource_trust.records import document_of
from checker.room import room
from checker.snapshot.resources import ResourceRecord

_UNSET = msgspec.UNSET
_PARTS, _NO_PARTS = attrgetter("acl", "grants", "share"), (_UNSET, _UNSET, _UNSET)


class Us(msgspec.Struct, frozen=True):
    """What is known of us before the first resource is looked at. `kept`: accounts whose names are
    never replaced; `pointed`: buckets that have access points, which are a part of what they say.
    """

    own: frozenset[str]
    partition: str
    kept: frozenset[str]
    pointed: frozenset[str]


class Sieve:
    """Remembers what it read of texts."""

    def __init__(self, us: Us) -> None:
        self.us = us
        self._keys: dict[str, Alike] = {}
        self._plain: dict[str, bool] = {}
        self._plainly_own = Glance(us.own, us.partition).plainly_own
        self._forms = dict(_forms(us.partition))

    def noted(self, records: Iterable[ResourceRecord]) -> Iterator[Noted]:
        """Those that are left, in their order."""
        pointed, plainly_own, forms = self.us.pointed, self._plainly_own, self._forms
        for record in records:
            arn, kind, document = record.arn, record.kind, record.document
            if (
                document is not _UNSET
                and plainly_own(document)
                and record.acl is record.grants is record.share is _UNSET
                and len(parts := arn.split(":", 5)) == 6
                and parts[4] in ("", record.account)
                and (form := forms.get(kind)) is not None
                and arn.startswith(form[0])
                and form[1] in arn[len(form[0]) :]
                and not (pointed and self.is_pointed(kind, arn))
                and not (kind == BUCKET and takes_acls(record))
            ):  # most are a policy alone, which plainly is for our own; calls would take longer
                continue
            if one := self._looked(record):
                yield one

    def alike(self, record: ResourceRecord) -> Alike | None:
        """What tells it from all that say another thing; None where it plainly is for our own."""
        if document_size(record) > LONGEST:  # where a longer name decides what is too long
            alone = f"{record.account}\0{record.arn}\0{text_of(record)}", None
            return None if self._is_plain(record) else alone
        alike = self._key(record)
        plain = self._plain.get(alike[0])
        if plain is None:
            plain = room(self._plain, MEMORY)[alike[0]] = self._is_plain(record)
        return None if plain else alike

    def is_pointed(self, kind: str, arn: str) -> bool:
        """Whether a bucket has access points."""
        return kind == BUCKET and arn.rpartition(":")[2] in self.us.pointed

    def _looked(self, record: ResourceRecord) -> Noted | None:
        account, arn = record.account, record.arn
        if odd_arn(record) or record.kind == POINT or self.is_pointed(record.kind, arn):
            return Noted(account, arn, None, given=record)
        alike = None if bare(record) else self.alike(record)
        return alike and Noted(account, arn, alike, given=record)

    def _key(self, record: ResourceRecord) -> Alike:
        """Told once for each text. An account that nobody listed is own to its own resources, and
        to no others: of these, each name counts."""
        text = text_of(record)
        if record.account not in self.us.own:
            return f"{record.account}\0{text}", None
        told = self._keys.get(text)
        if told is None:
            told = room(self._keys, MEMORY)[text] = key_of(
                record.kind, text, self.us.own, self.us.kept
            )
        return told

    def _is_plain(self, record: ResourceRecord) -> bool:
        """Whether there is a policy alone, which is plainly for our own."""
        if _PARTS(record) != _NO_PARTS or takes_acls(record):
            return False
        kind, text = KINDS.get(record.kind), document_of(record)
        return kind is not None and text is not None and plainly_own(
            text, self.us.own, self.us.partition, implicit=kind.implicit
        )  # fmt: skip


def _forms(partition: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """How ARNs of each kind surely begin, and what surely stands behind that."""
    for name, kind in KINDS.items():
        begin, _, rest = kind.arn.partition("*")
        yield name, (f"arn:{partition}:{begin}", rest.removesuffix("*"))


def bare(record: ResourceRecord) -> bool:
    """Without anything that could let somebody in, or that must be said."""
    if record.document is not _UNSET and bytes(record.document) != b"null":
        return False
    if takes_acls(record):
        return False
    parts = (record.acl, record.grants, record.share)
    return all(one is _UNSET or bytes(one) == b"null" for one in parts)


def takes_acls(record: ResourceRecord) -> bool:
    """Whether it is a bucket whose objects may have ACLs, which the analysis says."""
    if record.kind != BUCKET or record.settings is _UNSET:
        return False
    told = bytes(record.settings)
    return b'"ownership"' in told and b'"BucketOwnerEnforced"' not in told


def document_size(record: ResourceRecord) -> int:
    return 0 if record.document is _UNSET else len(bytes(record.document))


def odd_arn(record: ResourceRecord) -> bool:
    """Whether an ARN is none, or of another account or kind, which the analysis says."""
    parts, kind = record.arn.split(":", 5), KINDS.get(record.kind)
    if len(parts) < 6 or parts[0] != "arn" or parts[4] not in ("", record.account):
        return True
    return kind is not None and not kind.names(record.arn)
