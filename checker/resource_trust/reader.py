"""Resources → whom each lets in, those alone of which there is something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from checker.access import Access, analyze_resource
from checker.access.kinds import KINDS
from checker.access.limits import with_keys
from checker.aws_accounts import aws_accounts
from checker.resource_trust.alike import MEMORY, Named, key_of, moved, shareable
from checker.resource_trust.control_policies import ControlPolicies
from checker.resource_trust.own import ours, own_things
from checker.resource_trust.plain import Glance, plainly_own
from checker.resource_trust.records import document_of, resource_of
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.register import Register

_UNSET = msgspec.UNSET


class _Known(msgspec.Struct, frozen=True):
    """An answer, and the names of the resource that was analysed; `silent`: there is nothing in it
    to say, whatever the names."""

    access: Access
    names: Named
    silent: bool


class ResourceReader:
    """Knows what is our own. `aws` counts at how many resources each of AWS's own is let in."""

    def __init__(self, register: Register, snapshot: Snapshot, aws: Counter[str]) -> None:
        self._snapshot, self._own = snapshot, frozenset(register.own_accounts)
        self._partition, self._today = register.partition, register.today
        self._things = own_things(snapshot)
        self._ours = ours(register, self._things)
        self._known: dict[str, _Known | None] = {}
        self._plain: set[str] = set()
        self._glance = Glance(self._own, self._partition)
        self._control = ControlPolicies(snapshot.manifest)
        self._aws, self._kept_names = aws, aws_accounts().keys() | self._control.named

    def readings(
        self, records: Iterable[ResourceRecord]
    ) -> Iterator[tuple[ResourceRecord, Access]]:
        """Those that let somebody in, or of which not all was understood; what is under a key last,
        as keys are asked only where somebody comes so far."""
        under_keys: list[ResourceRecord] = []
        for record in records:
            access = self._access(record)
            if access is None or not _says(access):
                continue
            if access.grants and _under_key(record):
                under_keys.append(record)
            else:
                yield record, self._counted(access)
        for record, access in self._with_keys(under_keys):
            yield record, self._counted(access)

    def _counted(self, access: Access) -> Access:
        self._aws.update(one.account or one.id or "-" for one in access.aws)
        return access

    def _with_keys(self, records: list[ResourceRecord]) -> Iterator[tuple[ResourceRecord, Access]]:
        """Each as far as its key lets the caller in, too."""
        if not records:
            return
        asked = [resource_of(record)[0] for record in records]
        keys = (resource_of(record)[0] for record in self._snapshot.kms_keys())
        self._ours = with_keys([*keys, *asked], self._ours, self._today)
        for record in records:
            yield record, self._analysed(record)

    def _access(self, record: ResourceRecord) -> Access | None:
        """None for what surely lets in nobody."""
        odd = _odd_arn(record)
        if odd or self._things.has_points(record.kind, record.arn):
            return self._analysed(record)
        if _bare(record) or self._things.seen_through_bucket(record.kind, record.arn):
            return None
        if self._glanced(record):
            return None
        key, foreign = key_of(record, self._own, self._kept_names)
        if number := self._control.over(record.account).number:
            key = f"{number} {key}"
        if key in self._plain:
            return None
        known = self._known.get(key)
        if known is not None:
            names = Named(record.arn, record.account, foreign)
            return None if known.silent else moved(known.access, known.names, names)
        if self._is_plain(record):
            if len(self._plain) < MEMORY:
                self._plain.add(key)
            return None
        return self._kept(record, key, foreign)

    def _kept(self, record: ResourceRecord, key: str, foreign: str | None) -> Access:
        """Analysed, and remembered where others say the same."""
        access = self._analysed(record)
        if key not in self._known:
            if len(self._known) >= MEMORY:
                self._known.clear()
            names = Named(record.arn, record.account, foreign)
            alike = self._control.over(record.account).fixed and shareable(
                record, access, foreign, self._own
            )
            self._known[key] = _Known(access, names, not _says(access)) if alike else None
        return access

    def _glanced(self, record: ResourceRecord) -> bool:
        return (
            record.acl is _UNSET
            and record.grants is _UNSET
            and record.share is _UNSET
            and record.document is not _UNSET
            and record.kind in KINDS
            and self._glance.plainly_own(bytes(record.document))
        )

    def _is_plain(self, record: ResourceRecord) -> bool:
        """Whether there is a policy alone, which is plainly for our own."""
        parts = (record.acl, record.grants, record.share)
        if any(part is not _UNSET for part in parts):
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
