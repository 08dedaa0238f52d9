"""Reads a snapshot strictly: what the manifest says is what must be there, or it is refused."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter, lt
from pathlib import Path
from typing import Any, Generic, Never, TypeVar

import msgspec
from msgspec.structs import replace

from checker.errors import InputError
from checker.plurals import plural
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import (
    ALL_FILES,
    ASSUMPTIONS,
    CODE_USES,
    IMAGE_SETTINGS,
    IMAGE_USES,
    IMAGES,
    PROVIDERS,
    RESOURCES,
    ROLES,
    USAGE,
)  # fmt: skip
from checker.snapshot.lines import line_of, open_inside, records_in, whole_lines
from checker.snapshot.manifest import (
    ACCOUNT,
    UNREADABLE,
    manifest_text,
    read_manifest,
    reason,
    refused,
)
from checker.snapshot.odd import Seen, Told, odd, unnamed
from checker.snapshot.once import Ordered, check_arns, check_keys
from checker.snapshot.ranges import Range, Sum, lines_in, ranges, unchanged
from checker.snapshot.records import (
    FileEntry,
    Image,
    ImageSettings,
    ImageUse,
    ProviderRecord,
    Role,
)
from checker.snapshot.resources import ResourceInBrief, ResourceRecord
from checker.snapshot.usage import Assumption, Usage

R = TypeVar(
    "R", Role, ProviderRecord, ImageUse, Image, ImageSettings, ResourceRecord, CodeUse, Usage,
    Assumption,
)  # fmt: skip
T = TypeVar("T")
_BY_ARN: tuple[type[msgspec.Struct], ...] = (Role, ProviderRecord)
_ARN = attrgetter("arn")
_KEY = "AWS::KMS::Key"
_Begin = Callable[[Callable[[bytes], object], bytes], Callable[[], object]]
_KINDS_OF_OWN = ("AWS::S3::", "AWS::CloudFront::")
_TELLS_OF_OWN = (b"canonical", b"own_oais", b"pull_through", b"\\")
"""Kinds of resources, and words in the settings of any, that tell of something else that is ours;
a key may be spelt by escapes."""
_ALONE = 1 << 20


class Snapshot:
    """A snapshot directory whose manifest has been read; records are read as they are asked for.

    Raises InputError for a missing or malformed manifest, a file whose name leaves the directory,
    whose digest or number of records differs from the manifest, and for a malformed record.
    """

    _providers: list[ProviderRecord] | None = None

    def __init__(self, path: Path, *, alone: bool = True, name: str | None = None) -> None:
        """`alone`: say what else lies in the folder. `name`: what reports call it."""
        self.path = path
        self.name = name or str(path)
        text = manifest_text(path)
        self.sha256 = hashlib.sha256(text).hexdigest()
        self.manifest = read_manifest(path / "manifest.json", text)
        self.unnamed = unnamed(path, self.manifest) if alone else None
        self._seen = Seen(self.manifest.partition)

    @property
    def kinds_seen(self) -> frozenset[str]:
        """Kinds of the resources that have been read."""
        return frozenset(self._seen.kinds)

    @property
    def hosts_seen(self) -> frozenset[str]:
        """Hosts of ECR, an account's each, that the images are of which have been read."""
        return frozenset(self._seen.hosts)

    def odd(self) -> list[str]:
        """What a reader must know, in sentences; after the records have been read."""
        return [*filter(None, [self.unnamed]), *odd(self.manifest, self._seen)]

    def roles(self) -> Iterator[list[Role]]:
        """Roles by the block, so that a million of them need no more memory than a few."""
        return self._blocks(ROLES, Role)

    def ranges(self, name: str) -> list[Range]:
        """Of a file of records, for who has others read it; none where nobody can."""
        return ranges(self.path / name) if name in self.manifest.files else []

    def read_elsewhere(
        self, name: str, parts: Iterable[tuple[Range, Sum | None, T]]
    ) -> Iterator[T]:
        """What others made of the ranges of a file, in their order, as strictly as if they had been
        read here: what they tell beside it is put together. Of a range that tells nothing, all is
        read again, and said what is wrong with it."""
        if name == RESOURCES:
            self._seen.begin_resources()
        kind: type[Any] = ALL_FILES[name]
        file = RecordFile[Any](self.path / name, self.manifest.files[name], kind, self._seen)
        yield from file.parts(parts)
        self._check_order(file)

    def providers(self) -> list[ProviderRecord]:
        """Read once, however often they are asked for, as what is odd is counted while reading."""
        if self._providers is None:
            self._providers = self._read_providers()
        return self._providers

    def _read_providers(self) -> list[ProviderRecord]:
        found = [r for block in self._blocks(PROVIDERS, ProviderRecord) for r in block]
        issuers = Told[ProviderRecord](lambda r: (r.arn,), lambda r: r.issuer)
        issuers.look(found)
        return found if issuers.twice is None else self._doubted(found)

    def image_uses(self) -> Iterator[ImageUse]:
        """One at a time, as all others here: a large organization has millions."""
        return chain.from_iterable(self._blocks(IMAGE_USES, ImageUse))

    def images(self) -> Iterator[Image]:
        """Raises InputError at their end where two of them contradict each other."""
        owners = Told[Image](lambda r: (r.region, r.image_id), lambda r: r.owner)
        for block in self._blocks(IMAGES, Image):
            owners.look(block)
            yield from block
        if owners.twice is not None:
            said = f"two records contradict each other about {owners.twice}"
            raise refused(self.path / IMAGES, said)

    def image_settings(self) -> Iterator[ImageSettings]:
        return chain.from_iterable(self._blocks(IMAGE_SETTINGS, ImageSettings))

    def resources(self) -> Iterator[ResourceRecord]:
        """None, too, where nobody looked: the manifest's `resource_kinds` tells."""
        return chain.from_iterable(self.resource_blocks())

    def resource_blocks(self) -> Iterator[list[ResourceRecord]]:
        self._seen.begin_resources()
        return self._blocks(RESOURCES, ResourceRecord)

    def tells_of_own(self) -> Iterator[tuple[ResourceInBrief, bool]]:
        """Resources that may tell what else is our own (buckets, access points, canonical ids), or
        where its content comes from, and whether their settings do; asked for before all of them,
        which alone are read strictly."""
        for some in self._in_brief():
            some_tell = _tell(some)
            ours = {kind for kind in {one.kind for one in some} if kind.startswith(_KINDS_OF_OWN)}
            for record in some if some_tell or ours else ():
                tells = some_tell and _tell([record])
                if tells or record.kind in ours:
                    yield record, tells

    def kms_keys(self) -> Iterator[ResourceInBrief]:
        """KMS keys; as above, beside the strict reading of all resources."""
        every = chain.from_iterable(self._in_brief())
        return (record for record in every if record.kind == _KEY)

    def _in_brief(self) -> Iterator[list[ResourceInBrief]]:
        """By the block, as far as lines can be read."""
        if RESOURCES not in self.manifest.files:
            return
        decoder = msgspec.json.Decoder(ResourceInBrief)
        for lines in self._unchecked(RESOURCES):
            try:
                yield decoder.decode_lines(lines)
            except UNREADABLE:
                for line in lines.split(b"\n"):
                    with contextlib.suppress(*UNREADABLE):
                        yield [decoder.decode(line)]

    def _unchecked(self, name: str) -> Iterator[bytes]:
        """A file's lines, some at a time, its digest not held against the manifest."""
        return whole_lines(self.path / name)

    def code_uses_in(self, part: Range) -> Iterator[list[CodeUse]]:
        """Those of a range that was read elsewhere, once more."""
        seen = Seen(self.manifest.partition)
        name = CODE_USES
        file = RecordFile(self.path / name, self.manifest.files[name], CodeUse, seen)
        return map(file.decode, file.lines(part))

    def code_uses(self) -> Iterator[list[CodeUse]]:
        """By the block; none, too, where nobody looked: the manifest's `code_kinds` tells."""
        return self._blocks(CODE_USES, CodeUse)

    def usage(self) -> list[Usage]:
        return [r for block in self._blocks(USAGE, Usage) for r in block]

    def assumptions(self) -> list[Assumption]:
        return [r for block in self._blocks(ASSUMPTIONS, Assumption) for r in block]

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, without their ends, its digest held against the manifest first."""
        path, entry = self.path / name, self.manifest.files[name]
        if _digest(path) != entry.sha256:
            raise refused(path, "its SHA-256 is not the one in manifest.json")
        for block in whole_lines(path):
            yield from block.removesuffix(b"\n").split(b"\n")

    def _doubted(self, found: list[ProviderRecord]) -> list[ProviderRecord]:
        """Files may give one name to two providers; which of them is trusted cannot be told."""
        issuers: dict[str, set[str]] = {}
        for record in found:
            if record.issuer is not None:  # what is not known contradicts nothing
                issuers.setdefault(record.arn, set()).add(record.issuer)
        self._seen.doubted = sorted(arn for arn, told in issuers.items() if len(told) > 1)
        unsure = set(self._seen.doubted)
        return [replace(r, issuer=None) if r.arn in unsure else r for r in found]

    def _blocks(self, name: str, kind: type[R]) -> Iterator[list[R]]:
        entry = self.manifest.files.get(name)
        if entry is None:
            return iter(())
        return self._once(RecordFile(self.path / name, entry, kind, self._seen))

    def _once(self, file: RecordFile[R]) -> Iterator[list[R]]:
        """AWS has one role of an ARN; of code, two stacks may each make it."""
        yield from file.blocks()
        self._check_order(file)

    def _check_order(self, file: RecordFile[R]) -> None:
        if not file.ordered.holds and "aws" in self.manifest.sources:
            check_arns(file.path)


def _tell(records: list[ResourceInBrief]) -> bool:
    """Whether the settings of one of them tell what else is ours."""
    given = b"\0".join([one.settings for one in records if one.settings is not msgspec.UNSET])
    return any(word in given for word in _TELLS_OF_OWN)


def file_of(part: Range, kind: type[R], seen: Seen) -> RecordFile[R]:
    """That of a range, for who reads it alone: nothing is held against the manifest."""
    return RecordFile(Path(part.path), FileEntry(records=0, sha256=""), kind, seen)


class RecordFile(Generic[R]):
    def __init__(self, path: Path, entry: FileEntry, kind: type[R], seen: Seen) -> None:
        self.path, self.entry, self.seen = path, entry, seen
        self.kind: type[R] = kind
        self.decoder: msgspec.json.Decoder[R] = msgspec.json.Decoder(kind)
        self.count = 0
        self.ordered = Ordered()
        self.accounts: set[str] = set()

    def blocks(self) -> Iterator[list[R]]:
        digest = hashlib.sha256()
        with _beside(self.path) as begin:
            for lines in whole_lines(self.path):
                finished = begin(digest.update, lines)
                yield self.decode(lines)
                finished()
        self._compare(digest.hexdigest())

    def parts(self, parts: Iterable[tuple[Range, Sum | None, T]]) -> Iterator[T]:
        """What was made of each part, all of which are held against the manifest: by a digest of
        the same bytes, as the file did not change from the first to the last."""
        from concurrent.futures import ThreadPoolExecutor

        last: Range | None = None
        with ThreadPoolExecutor(1) as hasher:
            digest = hasher.submit(_digest, self.path)
            for part, told, found in parts:
                if told is None:
                    self._refuse(part)
                else:
                    self._add(told)
                    yield found
                last = part
            self._compare(digest.result())
        if last is not None and not unchanged(last):
            raise self._changed()

    def lines(self, part: Range) -> Iterator[bytes]:
        """Those of a part, some at a time. Raises InputError where the file is another by now."""
        lines = lines_in(part)
        if lines is None:
            raise self._changed()
        return lines

    def follow(self, accounts: Sequence[bytes], arns: Sequence[bytes]) -> None:
        """Counts records that were read elsewhere, at least one; they come after those before."""
        self.accounts.update(map(bytes.decode, set(accounts)))
        ascend = all(map(lt, arns, arns[1:]))
        self.ordered.add(arns[0].decode(), arns[-1].decode(), ordered=ascend)
        self.count += len(accounts)

    def sum(self) -> Sum:
        """Of all that was read of it, where `seen` is of nothing else."""
        told = self.ordered
        seen = self.seen.of(self.path.name)
        accounts = seen.accounts | self.accounts
        return Sum(self.count, replace(seen, accounts=accounts), told.first, told.last, told.holds)

    def _refuse(self, part: Range) -> Never:
        """All is read as if nobody else had, so that of two that are wrong the same is told."""
        if unchanged(part):
            anew = RecordFile(self.path, self.entry, self.kind, Seen(self.seen.partition))
            for _ in anew.blocks():
                pass
        raise self._changed()

    def _changed(self) -> InputError:
        return refused(self.path, "it was changed while it was read")

    def _add(self, told: Sum) -> None:
        self.count += told.records
        self.seen.add(self.path.name, told.seen)
        if told.records and self.kind in _BY_ARN:
            self.ordered.add(told.first, told.last, ordered=told.ordered)

    def decode(self, lines: bytes) -> list[R]:
        """Lines that come after those before. Raises InputError for the first that is wrong."""
        before = self.count
        records = self.counted(lines)
        if self.kind in _BY_ARN:
            self.ordered.follow(list(map(_ARN, records)))
        wrong = self.seen.look(self.path.name, self.kind, records)
        if wrong is not None:
            said = f"its ARN is not of its account {records[wrong].account}"
            raise refused(self.path, said, line=line_of(self.path, before + wrong + 1))
        return records

    def counted(self, lines: bytes) -> list[R]:
        """The same of code, where the caller tells what there is to be `Seen` of it."""
        records = self.checked(lines)
        self._check_accounts({record.account for record in records})
        self.count += len(records)
        return records

    def checked(self, lines: bytes) -> list[R]:
        """The records of lines, each by itself."""
        try:
            records = self.decoder.decode_lines(lines)
        except UNREADABLE:
            raise self._first_error(lines) from None
        check_keys(self.path, lines, records, self.count)
        return records

    def _first_error(self, lines: bytes) -> InputError:
        for number, line in enumerate(records_in(lines), start=self.count + 1):
            try:
                self.decoder.decode(line)
            except UNREADABLE as error:
                said = f"not a valid record ({reason(error)})"
                return refused(self.path, said, line=line_of(self.path, number))
        return refused(self.path, "not valid JSON Lines", line=line_of(self.path, self.count + 1))

    def _check_accounts(self, accounts: set[str]) -> None:
        for account in sorted(accounts - self.accounts):
            if not ACCOUNT.match(account):
                raise refused(self.path, f"{account!r} is not a 12-digit account id")
            self.accounts.add(account)

    def _compare(self, sha256: str) -> None:
        if sha256 != self.entry.sha256:
            raise refused(self.path, "its SHA-256 is not the one in manifest.json")
        if self.count != self.entry.records:
            raise refused(
                self.path,
                f"has {plural(self.count, 'record')} where manifest.json says {self.entry.records}",
            )


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[_Begin]:
    """Begins a call beside what the caller goes on with, and answers with what waits for its end:
    hashlib lets go of the interpreter lock, so a digest costs no time beside the decoding. A small
    file is not worth the threads, whose import brings logging along."""
    if not path.is_file() or path.stat().st_size <= _ALONE:
        yield _at_once
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as threads:
        yield lambda call, given: threads.submit(call, given).result


def _at_once(call: Callable[[bytes], object], given: bytes) -> Callable[[], object]:
    call(given)
    return lambda: None


def _digest(path: Path) -> str:
    with open_inside(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it has readinto
