"""Bytes that people hand over as JSON: packed, marked, UTF-16, page after page."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from typing import Any

from checker.errors import InputError
from checker.once import key_told_twice

LARGEST = 1 << 29
"""Bytes of one file, unpacked."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
)
_SPACE = re.compile(r"\s*")
_FAILED = re.compile(r"An error occurred \((\w+)\)[^:]{0,60}when calling the (\w+) operation")


def values(data: bytes, path: object) -> list[Any]:
    """The JSON values of a file, of which there are several where pages were put together.

    Raises InputError, with the line where there is one.
    """
    text = decoded(data, path)
    failed = _FAILED.search(text[:1000])
    if failed:
        hint = "make it anew with the permission, or leave it out: then it is a gap"
        raise InputError(f"holds an error: {failed[2]} was {failed[1]}", path=path, hint=hint)
    found, at = [], _past(text, 0)
    while at < len(text):
        value, end = _one(text, at, path)
        found.append(value)
        at = _past(text, end)
    if not found:
        hint = "the command that was to write it failed; make it anew"
        raise InputError("is empty", path=path, hint=hint)
    return found


def decoded(data: bytes, path: object) -> str:
    """Its text. PowerShell writes UTF-16 where nobody tells it otherwise. Raises InputError."""
    data = _unpacked(data, path)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        hint = "give it as the command wrote it"
        raise InputError("is no text in UTF-8 or UTF-16", path=path, hint=hint) from None


def _past(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _unpacked(data: bytes, path: object) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            whole = file.read(LARGEST + 1)
    except (EOFError, OSError, zlib.error):
        raise InputError("is cut, or no gzip", path=path, hint="copy it anew") from None
    if len(whole) > LARGEST:
        raise InputError(f"holds more than {LARGEST >> 20} MiB", path=path)
    return whole


def _one(text: str, at: int, path: object) -> tuple[Any, int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
        twice = key_told_twice(text[at:end])
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg}", path=path, line=error.lineno, column=error.colno,
            hint="make it with --output json, and whole",
        ) from None  # fmt: skip
    except RecursionError:
        raise InputError("nested too deep", path=path) from None
    if twice is not None:
        raise InputError(f"tells {twice!r} twice in one object", path=path)
    return value, end
