"""Resources → whom each lets in, those alone of which there is something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from checker.access import Access, analyze_resource
from checker.access.limits import with_keys
from checker.aws_accounts import aws_accounts
from checker.resource_trust.alike import MEMORY, shareable
from checker.resource_trust.control_policies import ControlPolicies
from checker.resource_trust.moving import Named, moved
from checker.resource_trust.noted import Alike, Noted
from checker.resource_trust.own import ours, own_things
from checker.resource_trust.records import resource_of
from checker.resource_trust.sieve import Sieve, Us, bare, odd_arn
from checker.room import room
from checker.snapshot.read import Snapshot
from checker.snapshot.resources import ResourceRecord
from checker.vetting.register import Register

_UNSET = msgspec.UNSET
_Key = tuple[int, str]
"""Which control policies hold, and what the resource says."""


class _Known(msgspec.Struct, frozen=True):
    """An answer, and the names of the resource that was analysed; `silent`: there is nothing in it
    to say, whatever the names."""

    access: Access
    names: Named
    silent: bool
    under_key: bool


class Found(msgspec.Struct, frozen=True):
    """A resource of which there is something to say. `alike`: equal for all of which the same is
    said, but for their own names; None where nobody can tell."""

    noted: Noted
    said: Access
    alike: tuple[object, str | None] | None = None
    was: Named | None = None
    under_key: bool = False

    @property
    def record(self) -> ResourceRecord:
        return self.noted.record

    def access(self) -> Access:
        """Whom it lets in, in its own names; `said` is in those of `was`, where that is another."""
        if self.alike is None or self.was is None:
            return self.said
        return moved(self.said, self.was, self.noted.names)


def known_of_us(register: Register, control: ControlPolicies) -> Us:
    """Before any resource was looked at, as if no bucket had access points."""
    kept = control.named.union(aws_accounts())
    return Us(frozenset(register.own_accounts), register.partition, kept, frozenset())


class ResourceReader:
    """Knows what is our own. `aws` counts at how many resources each of AWS's own is let in."""

    def __init__(self, register: Register, snapshot: Snapshot, aws: Counter[str]) -> None:
        self._snapshot, self._own = snapshot, frozenset(register.own_accounts)
        self._today = register.today
        self._things = own_things(snapshot)
        self._ours = ours(register, self._things)
        self._known: dict[_Key, _Known | None] = {}
        self._control = ControlPolicies(snapshot.manifest)
        self._aws = aws
        us = known_of_us(register, self._control)
        self.sieve = Sieve(msgspec.structs.replace(us, pointed=self._things.pointed))

    def readings(
        self, records: Iterable[ResourceRecord]
    ) -> Iterator[tuple[ResourceRecord, Access]]:
        """Those that let somebody in, or of which not all was understood."""
        for one in self.found(self.sieve.noted(records)):
            yield one.record, one.access()

    def found(self, noted: Iterable[Noted]) -> Iterator[Found]:
        """The same of what a sieve left; what is under a key last: keys are asked only where
        somebody comes so far."""
        under_keys: list[Noted] = []
        for each in noted:
            one = self._look(each)
            if one is None:
                continue
            if one.said.grants and one.under_key:
                under_keys.append(each)
            else:
                self._count(one.said)
                yield one
        for each, access in self._with_keys(under_keys):
            self._count(access)
            yield Found(each, access)

    def _count(self, access: Access) -> None:
        if access.aws:
            self._aws.update(one.account or one.id or "-" for one in access.aws)

    def _with_keys(self, noted: list[Noted]) -> Iterator[tuple[Noted, Access]]:
        """Each as far as its key lets the caller in, too."""
        if not noted:
            return
        asked = [resource_of(one.record)[0] for one in noted]
        keys = (resource_of(record)[0] for record in self._snapshot.kms_keys())
        self._ours = with_keys([*keys, *asked], self._ours, self._today)
        for one in noted:
            yield one, self._analysed(one.record)

    def _look(self, noted: Noted) -> Found | None:
        """None for what surely lets in nobody, and has no problem."""
        alike = noted.alike
        if alike is None:
            record = noted.record
            if odd_arn(record) or self.sieve.is_pointed(record.kind, record.arn):
                return self._worth(noted, self._analysed(record))
            if bare(record) or self._things.seen_through_bucket(record.kind, record.arn):
                return None
            alike = noted.alike = self.sieve.alike(record)
        return alike and self._by_key(noted, alike)

    def _by_key(self, noted: Noted, alike: Alike) -> Found | None:
        """By the answer for all that say the same, where there is one."""
        text, foreign = alike
        key = self._control.over(noted.account).number, text
        known = self._known.get(key)
        if known is None:
            access = self._kept(noted, key)
            known = self._known[key]
            if known is None:
                return self._worth(noted, access)
        if known.silent:
            return None
        return Found(noted, known.access, (key, foreign), known.names, known.under_key)

    def _kept(self, noted: Noted, key: _Key) -> Access:
        """Analysed, and remembered where others say the same."""
        record, names = noted.record, noted.names
        access = self._analysed(record)
        if key not in self._known:
            fixed = self._control.over(record.account).fixed
            alike = fixed and shareable(record, access, names.foreign, self._own)
            room(self._known, MEMORY)[key] = (
                _Known(access, names, not _says(access), _under_key(record)) if alike else None
            )
        return access

    def _worth(self, noted: Noted, access: Access) -> Found | None:
        if not _says(access):
            return None
        return Found(noted, access, under_key=_under_key(noted.record))

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


def _says(access: Access) -> bool:
    return bool(access.grants or access.deputies or access.aws or access.problems)
