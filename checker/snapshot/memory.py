"""A snapshot that was never written: what `check` on code judges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from checker.snapshot.odd import Seen
from checker.snapshot.ranges import Range
from checker.snapshot.read import R, Snapshot
from checker.snapshot.records import FileEntry, Manifest
from checker.snapshot.write import encode_manifest, encode_record


class MemorySnapshot(Snapshot):
    """The same records, through the same lines of JSON, as a snapshot on disk would hold.

    `path` is what reports call it."""

    def __init__(
        self, path: Path, manifest: Manifest, records: Mapping[str, Iterable[msgspec.Struct]]
    ) -> None:
        self.path, self.name = path, str(path)
        self._lines = {name: sorted(set(map(encode_record, records[name]))) for name in records}
        files = {name: _entry(lines) for name, lines in sorted(self._lines.items())}
        self.manifest = msgspec.structs.replace(manifest, files=files)
        self.sha256 = hashlib.sha256(encode_manifest(self.manifest)).hexdigest()
        self.unnamed = None
        self._seen = Seen(manifest.partition)

    def ranges(self, _: str) -> list[Range]:
        return []

    def lines(self, name: str) -> Iterator[bytes]:
        yield from self._lines[name]

    def _unchecked(self, name: str) -> Iterator[bytes]:
        yield from self._lines[name]

    def _blocks(self, name: str, kind: type[R]) -> Iterator[list[R]]:
        lines = self._lines.get(name)
        if lines:
            records = msgspec.json.Decoder(kind).decode_lines(b"\n".join(lines))
            self._seen.look(name, kind, records)
            yield records


def _entry(lines: list[bytes]) -> FileEntry:
    text = b"".join(line + b"\n" for line in lines)
    return FileEntry(records=len(lines), sha256=hashlib.sha256(text).hexdigest())
