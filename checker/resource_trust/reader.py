"""Resources → whom each lets in, those alone of which there is something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from checker.access import Access, Ours, OwnThings, analyze_resource
from checker.access.kinds import KINDS
from checker.resource_trust.alike import MEMORY, key_of, shareable
from checker.resource_trust.plain import plainly_own
from checker.resource_trust.records import document_of, resource_of
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.register import Register


class Reading(msgspec.Struct, frozen=True):
    """What one resource says; `arn` and `account`: of the equal one that was analysed."""

    access: Access
    arn: str
    account: str


class ResourceReader:
    """Knows what is our own. `aws` counts at how many resources each of AWS's own is let in."""

    def __init__(self, register: Register, snapshot: Snapshot, aws: Counter[str]) -> None:
        self._own = frozenset(register.own_accounts)
        self._partition, self._today = register.partition, register.today
        self._things = OwnThings()
        for record in snapshot.tells_of_own():
            self._things.look(resource_of(record)[0])
        ours = Ours(
            accounts=self._own,
            organizations=frozenset(register.organizations),
            partition=register.partition,
        )
        self._ours = self._things.added_to(ours)
        self._known: dict[bytes, Reading | None] = {}
        self._plain: set[bytes] = set()
        self._aws = aws

    def readings(
        self, records: Iterable[ResourceRecord]
    ) -> Iterator[tuple[ResourceRecord, Reading]]:
        """Those that let somebody in, or of which not all was understood."""
        for record in records:
            reading = self._reading(record)
            if reading is not None:
                self._aws.update(one.account or one.id or "-" for one in reading.access.aws)
                yield record, reading

    def _reading(self, record: ResourceRecord) -> Reading | None:
        odd = _odd_arn(record)
        if not odd and (_bare(record) or self._things.seen_through_bucket(record.kind, record.arn)):
            return None
        if odd or self._things.has_points(record.kind, record.arn):
            reading = self._analysed(record)
            return reading if _says(reading.access) else None
        key = key_of(record)
        if key in self._plain:
            return None
        if key in self._known and (known := self._known[key]) is not None:
            return known if _says(known.access) else None
        if self._is_plain(record):
            if len(self._plain) < MEMORY:
                self._plain.add(key)
            return None
        if len(self._known) >= MEMORY:
            self._known.clear()
        reading = self._analysed(record)
        if key not in self._known:
            self._known[key] = reading if shareable(record, reading.access) else None
        return reading if _says(reading.access) else None

    def _is_plain(self, record: ResourceRecord) -> bool:
        """Whether there is a policy alone, which is plainly for our own."""
        parts = (record.acl, record.grants, record.share)
        if any(part is not msgspec.UNSET for part in parts):
            return False
        kind, text = KINDS.get(record.kind), document_of(record)
        return kind is not None and text is not None and plainly_own(
            text, self._own, self._partition, implicit=kind.implicit
        )  # fmt: skip

    def _analysed(self, record: ResourceRecord) -> Reading:
        resource, problems = resource_of(record)
        access = analyze_resource(self._things.with_points(resource), self._ours, self._today)
        if problems:
            access = msgspec.structs.replace(access, problems=(*problems, *access.problems))
        return Reading(access, record.arn, record.account)


def _bare(record: ResourceRecord) -> bool:
    """Without anything that could let somebody in."""
    parts = (record.document, record.acl, record.grants, record.share)
    return all(one is msgspec.UNSET or bytes(one) == b"null" for one in parts)


def _odd_arn(record: ResourceRecord) -> bool:
    """Whether an ARN is none, or of another account, which the analysis says."""
    parts = record.arn.split(":", 5)
    return len(parts) < 6 or parts[0] != "arn" or parts[4] not in ("", record.account)


def _says(access: Access) -> bool:
    return bool(access.grants or access.deputies or access.aws or access.problems)
