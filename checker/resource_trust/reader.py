"""Resources → whom each lets in, those alone of which there is something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from checker.access import Access, analyze_resource
from checker.access.kinds import KINDS
from checker.access.limits import with_keys
from checker.access.own_things import BUCKET
from checker.aws_accounts import aws_accounts
from checker.resource_trust.alike import MEMORY, Named, key_of, moved, shareable, text_of
from checker.resource_trust.control_policies import ControlPolicies
from checker.resource_trust.own import ours, own_things
from checker.resource_trust.plain import Glance, plainly_own
from checker.resource_trust.records import document_of, resource_of
from checker.room import room
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.register import Register

_UNSET = msgspec.UNSET
_PARTS, _NO_PARTS = attrgetter("acl", "grants", "share"), (_UNSET, _UNSET, _UNSET)
_Key = tuple[int, str]
"""Which control policies hold, and what the resource says."""


class _Known(msgspec.Struct, frozen=True):
    """An answer, and the names of the resource that was analysed; `silent`: there is nothing in it
    to say, whatever the names."""

    access: Access
    names: Named
    silent: bool


class Found(msgspec.Struct, frozen=True):
    """A resource of which there is something to say. `alike`: equal for all of which the same is
    said, but for their own names; None where nobody can tell."""

    record: ResourceRecord
    said: Access
    alike: tuple[object, str | None] | None = None
    was: Named | None = None

    def access(self) -> Access:
        """Whom it lets in, in its own names; `said` is in those of `was`, where that is another."""
        if self.alike is None or self.was is None:
            return self.said
        now = Named(self.record.arn, self.record.account, self.alike[1])
        return moved(self.said, self.was, now)


class ResourceReader:
    """Knows what is our own. `aws` counts at how many resources each of AWS's own is let in."""

    def __init__(self, register: Register, snapshot: Snapshot, aws: Counter[str]) -> None:
        self._snapshot, self._own = snapshot, frozenset(register.own_accounts)
        self._partition, self._today = register.partition, register.today
        self._things = own_things(snapshot)
        self._ours = ours(register, self._things)
        self._keys: dict[str, tuple[str, str | None]] = {}
        self._known: dict[_Key, _Known | None] = {}
        self._plain: set[_Key] = set()
        self._plainly_own = Glance(self._own, self._partition).plainly_own
        self._control = ControlPolicies(snapshot.manifest)
        self._aws, self._kept_names = aws, aws_accounts().keys() | self._control.named

    def readings(
        self, records: Iterable[ResourceRecord]
    ) -> Iterator[tuple[ResourceRecord, Access]]:
        """Those that let somebody in, or of which not all was understood."""
        for one in self.found(records):
            yield one.record, one.access()

    def found(self, records: Iterable[ResourceRecord]) -> Iterator[Found]:
        """The same; what is under a key last: keys are asked only where somebody comes so far."""
        under_keys: list[ResourceRecord] = []
        for record in records:
            one = None if self._glanced(record) else self._look(record)
            if one is None:
                continue
            if one.said.grants and _under_key(record):
                under_keys.append(record)
            else:
                self._count(one.said)
                yield one
        for record, access in self._with_keys(under_keys):
            self._count(access)
            yield Found(record, access)

    def _count(self, access: Access) -> None:
        if access.aws:
            self._aws.update(one.account or one.id or "-" for one in access.aws)

    def _with_keys(self, records: list[ResourceRecord]) -> Iterator[tuple[ResourceRecord, Access]]:
        """Each as far as its key lets the caller in, too."""
        if not records:
            return
        asked = [resource_of(record)[0] for record in records]
        keys = (resource_of(record)[0] for record in self._snapshot.kms_keys())
        self._ours = with_keys([*keys, *asked], self._ours, self._today)
        for record in records:
            yield record, self._analysed(record)

    def _glanced(self, record: ResourceRecord) -> bool:
        """Whether it is a policy alone, which plainly is for our own."""
        document, kind = record.document, record.kind
        return (
            document is not _UNSET
            and self._plainly_own(document)
            and _PARTS(record) == _NO_PARTS
            and kind in KINDS
            and not _odd_arn(record)
            and not (kind == BUCKET and self._things.has_points(kind, record.arn))
        )

    def _look(self, record: ResourceRecord) -> Found | None:
        """None for what surely lets in nobody, and has no problem."""
        if _odd_arn(record) or self._things.has_points(record.kind, record.arn):
            return _worth(record, self._analysed(record))
        if _bare(record) or self._things.seen_through_bucket(record.kind, record.arn):
            return None
        key, foreign = self._key(record)
        if key in self._plain:
            return None
        known = self._known.get(key)
        if known is None:
            if self._is_plain(record):
                if len(self._plain) < MEMORY:
                    self._plain.add(key)
                return None
            access = self._kept(record, key, foreign)
            known = self._known[key]
            if known is None:
                return _worth(record, access)
        return None if known.silent else Found(record, known.access, (key, foreign), known.names)

    def _key(self, record: ResourceRecord) -> tuple[_Key, str | None]:
        """What it says, told once for each text; and whom that names, if it is one. An account that
        nobody listed is own to its own resources, and to no others: of these, each name counts."""
        text, over = text_of(record), self._control.over(record.account).number
        if record.account not in self._own:
            return (over, f"{record.account}\0{text}"), None
        told = self._keys.get(text)
        if told is None:
            told = room(self._keys, MEMORY)[text] = key_of(
                record.kind, text, self._own, self._kept_names
            )
        key, foreign = told
        return (over, key), foreign

    def _kept(self, record: ResourceRecord, key: _Key, foreign: str | None) -> Access:
        """Analysed, and remembered where others say the same."""
        access = self._analysed(record)
        if key not in self._known:
            names = Named(record.arn, record.account, foreign)
            fixed = self._control.over(record.account).fixed
            alike = fixed and shareable(record, access, foreign, self._own)
            room(self._known, MEMORY)[key] = (
                _Known(access, names, not _says(access)) if alike else None
            )
        return access

    def _is_plain(self, record: ResourceRecord) -> bool:
        """Whether there is a policy alone, which is plainly for our own."""
        if _PARTS(record) != _NO_PARTS:
            return False
        kind, text = KINDS.get(record.kind), document_of(record)
        return kind is not None and text is not None and plainly_own(
            text, self._own, self._partition, implicit=kind.implicit
        )  # fmt: skip

    def _analysed(self, record: ResourceRecord) -> Access:
        resource, problems = resource_of(record)
        held = self._control.over(record.account).documents
        resource = self._things.with_points(resource)
        access = analyze_resource(resource, self._ours, self._today, held)
        if not problems:
            return access
        return msgspec.structs.replace(access, problems=(*problems, *access.problems))


def _under_key(record: ResourceRecord) -> bool:
    return record.settings is not _UNSET and b'"kms_key":"' in bytes(record.settings)


def _bare(record: ResourceRecord) -> bool:
    """Without anything that could let somebody in."""
    if record.document is not _UNSET and bytes(record.document) != b"null":
        return False
    parts = (record.acl, record.grants, record.share)
    return all(one is _UNSET or bytes(one) == b"null" for one in parts)


def _odd_arn(record: ResourceRecord) -> bool:
    """Whether an ARN is none, or of another account, which the analysis says."""
    parts = record.arn.split(":", 5)
    return len(parts) < 6 or parts[0] != "arn" or parts[4] not in ("", record.account)


def _says(access: Access) -> bool:
    return bool(access.grants or access.deputies or access.aws or access.problems)


def _worth(record: ResourceRecord, access: Access) -> Found | None:
    return Found(record, access) if _says(access) else None
