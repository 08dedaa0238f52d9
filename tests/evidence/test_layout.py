"""What a zip says twice of its files, byte by byte: where two readers could believe two things."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.evidence.layout import RefusedError, _check_extra
from checker.evidence.unpack import unpacked
from tests.support.rows import rows

FILES = {"a.json": b"first", "sub/b.json": b"second one"}


class Pipe(io.RawIOBase):
    """What cannot be gone back in, so that sizes stand behind the content."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.data += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def piped(*, large: bool = False) -> bytes:
    """`large`: with sizes of 64 bits behind the content."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, data in FILES.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=large) as sink:
                sink.write(data)
    return bytes(pipe.data)


def read(folder: Path, data: bytes) -> dict[str, bytes] | None:
    """None where it is refused."""
    (folder / "e.zip").write_bytes(data)
    try:
        with unpacked(folder / "e.zip") as there:
            return {
                path.relative_to(there).as_posix(): path.read_bytes()
                for path in there.rglob("*")
                if path.is_file()
            }
    except (RefusedError, InputError):
        return None


def turned(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(("large", "size"), [(False, 16), (True, 24)])
def test_what_stands_behind_the_content_is_believed_by_nobody_alone(
    tmp_path: Path, large: bool, size: int
) -> None:
    """A reader of a stream takes another checksum or size from there than one of the directory."""
    data = piped(large=large)
    assert read(tmp_path, data) == FILES
    for content in FILES.values():
        begin = data.index(content) + len(content)
        assert data[begin : begin + 4] == b"PK\7\x08"
        for at in range(begin, begin + size):
            assert read(tmp_path, turned(data, at)) is None, at
        assert read(tmp_path, data[:begin] + data[begin + size :]) is None


def test_the_large_end_of_a_zip_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two records tell where the directory is and how long: one reader takes either."""
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    monkeypatch.undo()
    data = out.getvalue()
    begin = data.index(b"PK\6\6")
    assert len(data) - begin == 56 + 20 + 22 and read(tmp_path, data) == FILES
    versions = {begin + n for n in (12, 13, 14, 15)}  # by which program: nobody goes by that
    for at in range(begin, len(data)):
        assert (read(tmp_path, turned(data, at)) is None) is (at not in versions), at - begin
    for more in (
        data[: begin + 56] + data[-22:],
        data[:begin] + data[-22:] * 2,
        data + b"x",
        data[:-1],
    ):
        assert read(tmp_path, more) is None


def test_content_of_any_size_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What zlib still holds when the last byte was read, left out: a file that is cut, or refused."""
    monkeypatch.setattr("checker.evidence.unpack.BLOCK", 16)
    files = {f"{size}.txt": b"a" * size for size in (0, 1, 15, 16, 17, 32, 300, 1000, 5000)}
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        assert read(tmp_path, out.getvalue()) == files


def test_every_byte_of_the_last_record_counts(tmp_path: Path) -> None:
    """A number of files or a place of the directory that another reader takes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    data = out.getvalue()
    assert read(tmp_path, data) == FILES
    for at in range(len(data) - 22, len(data)):
        assert read(tmp_path, turned(data, at)) is None, at
    for at in range(len(data)):
        assert read(tmp_path, turned(data, at)) in (None, FILES), "times and the like may differ"


def extra(kind: int, data: bytes = b"1234", length: int | None = None) -> bytes:
    return struct.pack("<2H", kind, len(data) if length is None else length) + data


EXTRAS = [
    (extra(0x5455), None), (extra(0x7875) + extra(0x5855), None), (extra(0x000A), None), (b"", None),
    (extra(0x7075), "an extra field (0x7075)"), (extra(0xCAFE, b""), "an extra field (0xcafe)"), (extra(0x5455) + extra(0x0007), "(0x0007) of no bundle"),
    (b"UTx", "a damaged extra field"), (extra(0x5455, length=5), "a damaged extra field"),
    (extra(0x5455) + b"U", "a damaged extra field"),
]  # fmt: skip


@rows("given, said", EXTRAS)
def test_what_else_stands_beside_a_name(given: bytes, said: str | None) -> None:
    """A field that renames the file for one reader of two; or one that runs beyond its end."""
    entry = zipfile.ZipInfo("a.json")
    if said is None:
        _check_extra(entry, given)
    else:
        with pytest.raises(RefusedError) as error:
            _check_extra(entry, given)
        assert said in str(error.value)


def test_sizes_of_64_bits_before_the_content(tmp_path: Path) -> None:
    """A large bundle, refused by whoever wants to check it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in FILES.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as sink:
                sink.write(data)
    data = out.getvalue()
    assert read(tmp_path, data) == FILES
    begin = data.index(b"a.json") + len(b"a.json")
    for at in range(begin, begin + 20):  # its kind, its length, and both sizes
        assert read(tmp_path, turned(data, at)) is None, at - begin


@rows("beside, listed, fine", [(0x5455, 0x5455, True), (0xCAFE, 0x5455, False), (0x5455, 0xCAFE, False)])  # fmt: skip
def test_a_field_counts_where_it_stands(
    tmp_path: Path, beside: int, listed: int, fine: bool
) -> None:
    """One that renames a file, in the directory or before the content alone: readers differ."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        one = zipfile.ZipInfo("a.json")
        one.extra = extra(beside)
        archive.writestr(one, FILES["a.json"])
        one.extra = extra(listed)
    assert (read(tmp_path, out.getvalue()) is not None) is fine
