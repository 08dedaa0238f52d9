"""What is odd about a snapshot that can be read all the same: the reader of a report must know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from checker.patterns import pattern
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES, IMAGE_USES, RESOURCES, ROLES
from checker.snapshot.records import ImageUse, Manifest, ProviderRecord, Role
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.twice import Twice, TwiceCounter

R = TypeVar("R", bound=msgspec.Struct)
_NEEDED = {
    ROLES: "no role was looked at",
    IMAGE_USES: "no use of an image was looked at",
}
_ARNS: dict[type[msgspec.Struct], Callable[[Any], str]] = {
    Role: attrgetter("arn"),
    ProviderRecord: attrgetter("arn"),
    ImageUse: attrgetter("resource"),
}
"""The ARNs that name the account of their record."""

_IMAGES = {"container-image", "build-image"}
_ECR = pattern(r"[0-9]{12}\.dkr[.-]ecr[.-]", re.I)
_ACCOUNT, _NAMED = attrgetter("account"), attrgetter("kind", "arn", "location")
FEW = 5


class Glimpse(msgspec.Struct, frozen=True):
    """What is `Seen` of some records of one file."""

    accounts: frozenset[str]
    foreign: int = 0
    kinds: frozenset[str] = frozenset()
    code: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    twice: Twice = Twice()


class Seen(msgspec.Struct):
    """Fills as records are read: the accounts of each file, ARNs of another partition, and
    identity providers that files tell otherwise. `hosts`: those of ECR that images are of, in small
    letters."""

    partition: str
    accounts: dict[str, set[str]] = {}
    foreign: dict[str, int] = {}
    doubted: list[str] = []
    kinds: set[str] = set()
    code: set[str] = set()
    hosts: set[str] = set()
    repeated: TwiceCounter = msgspec.field(default_factory=TwiceCounter)

    @property
    def twice(self) -> int:
        """How many resources are told a second time."""
        return self.repeated.count

    def look(self, name: str, kind: type[msgspec.Struct], records: list[Any]) -> int | None:
        """The first record whose ARN is of another account than it says, if there is one."""
        accounts = list(map(_ACCOUNT, records))
        self.accounts.setdefault(name, set()).update(accounts)
        if kind is ResourceRecord:
            self.kinds.update({one.kind for one in records})
            for account, run in groupby(records, _ACCOUNT):
                self.repeated.look(account, list(map(_NAMED, run)))
        if kind is CodeUse:
            self.look_at_code(records)
        arn = _ARNS.get(kind)
        if arn is None:
            return None
        start, arns = f"arn:{self.partition}:", list(map(arn, records))
        strange = len(arns) - len([True for one in arns if one.startswith(start)])
        self.foreign[name] = self.foreign.get(name, 0) + strange
        pairs = enumerate(zip(accounts, arns, strict=True))
        return next((i for i, (account, one) in pairs if f":{account}:" not in one), None)

    def look_at_code(self, uses: list[CodeUse]) -> None:
        """Those that are like others in their kind and their host may be left out."""
        self.code.update({one.kind for one in uses})
        self.hosts |= hosts_of(uses)

    def of(self, name: str) -> Glimpse:
        """What it is of one file, where nothing else was looked at."""
        return Glimpse(
            frozenset(self.accounts.get(name, ())),
            self.foreign.get(name, 0),
            frozenset(self.kinds),
            frozenset(self.code),
            frozenset(self.hosts),
            self.repeated.told(),
        )

    def add(self, name: str, told: Glimpse) -> None:
        """What somebody else saw of a file's records, which come after those before."""
        self.accounts.setdefault(name, set()).update(told.accounts)
        self.foreign[name] = self.foreign.get(name, 0) + told.foreign
        self.kinds |= told.kinds
        self.code |= told.code
        self.hosts |= told.hosts
        self.repeated.add(told.twice)

    def begin_resources(self) -> None:
        """They are read anew."""
        self.repeated = TwiceCounter()


def unnamed(folder: Path, manifest: Manifest) -> str | None:
    """What lies in the folder and is no part of the snapshot, in a sentence."""
    known = {*manifest.files, "manifest.json"}
    found = sorted(path.name for path in folder.iterdir() if path.name not in known)
    return f"The folder holds what the manifest does not name: {_few(found)}." if found else None


def odd(manifest: Manifest, seen: Seen) -> Iterator[str]:
    """Sentences; all records have been read."""
    for name, what in _NEEDED.items():
        if name not in manifest.files:
            yield f"The manifest names no {name}: {what}."
    if count := sum(seen.foreign.values()):
        yield f"Records that are not of the snapshot's partition {manifest.partition}: {count}."
    if seen.doubted:
        yield (
            "Identity providers of which files tell two issuers, and so none is believed: "
            f"{_few(seen.doubted)}."
        )
    listed = {account.id for account in manifest.accounts}
    if strange := sorted(set().union(*seen.accounts.values()) - listed):
        yield f"Records of accounts that the manifest does not list: {_few(strange)}."
    yield from _of_resources(manifest, seen)
    yield from _of_code(manifest, seen)
    if bare := sorted(_bare(manifest, seen)):
        yield (
            "Accounts that count as own and of which the snapshot holds not one role: "
            f"{_few(bare)}. Every account has some."
        )


def _of_resources(manifest: Manifest, seen: Seen) -> Iterator[str]:
    yield from _of_kinds(manifest, RESOURCES, "resources", manifest.resource_kinds, seen.kinds)
    if seen.twice:
        yield f"Resources that are told twice, and judged each time: {seen.twice:,}."


def _of_code(manifest: Manifest, seen: Seen) -> Iterator[str]:
    yield from _of_kinds(manifest, CODE_USES, "uses of code", manifest.code_kinds, seen.code)


def _of_kinds(
    manifest: Manifest, file: str, what: str, told: tuple[str, ...] | msgspec.UnsetType,
    seen: set[str],
) -> Iterator[str]:  # fmt: skip
    """A file that is there only where somebody looked, against what the manifest says of that."""
    if file not in manifest.files:
        if told:
            yield f"The manifest names no {file}, and says that {what} were looked for."
    elif told is msgspec.UNSET:
        yield f"The manifest does not say of which kinds {what} were looked for."
    elif strange := sorted(seen - set(told)):
        begin = what[0].upper() + what[1:]
        yield f"{begin} of kinds that, by the manifest, nobody looked for: {_few(strange)}."


def hosts_of(uses: Iterable[CodeUse]) -> set[str]:
    """Those of ECR that are an account's, of images: many uses name a few, and most others are told
    by what each such host has in it."""
    images = [one.reference for one in uses if one.kind in _IMAGES and one.reference]
    named = {image.partition("/")[0] for image in images if ".d" in image or ".D" in image}
    return {host.lower() for host in named if _ECR.match(host)}


def _bare(manifest: Manifest, seen: Seen) -> set[str]:
    """Of what runs in AWS; a gap of its own tells of an account that could not be looked at."""
    if "aws" not in manifest.sources or ROLES not in manifest.files:
        return set()
    told = {gap.account for gap in manifest.gaps} | seen.accounts.get(ROLES, set())
    return {a.id for a in manifest.accounts if a.collected} - {id_ for id_ in told if id_}


class Told(Generic[R]):
    """What records tell of a key; `twice`: the first key of which two tell otherwise. What is not
    known contradicts nothing."""

    def __init__(
        self, key: Callable[[R], tuple[str, ...]], value: Callable[[R], str | None]
    ) -> None:
        self._key, self._value = key, value
        self._told: dict[tuple[str, ...], str] = {}
        self.twice: str | None = None

    def look(self, records: Iterable[R]) -> None:
        for record in records:
            said = self._value(record)
            if said is not None and self._told.setdefault(self._key(record), said) != said:
                self.twice = self.twice or "/".join(self._key(record))


def _few(names: list[str]) -> str:
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more
