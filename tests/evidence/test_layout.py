"""What a zip says twice of its files, byte by byte: where two readers could believe two things."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.evidence.layout import RefusedError
from checker.evidence.unpack import unpacked

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
