"""Values as JSON, and a report from its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from checker.errors import InputError
from checker.once import key_told_twice
from checker.report.escape import json_text
from checker.report.model import SCHEMA, Report

_MALFORMED_AT = "(byte "


def pretty(value: Any) -> str:
    """Indented JSON with an end of line; what no reader could see in it is escaped."""
    return _indented(value).decode() + "\n"


def _indented(value: Any) -> bytes:
    text = msgspec.json.format(encode(value), indent=2)
    if text.isascii() and b"\x7f" not in text:  # no control stands as it is in JSON
        return text
    return json_text(text.decode()).encode()


_LONG = ("third_parties", "evaluated", "findings")
_MANY = 500


def report_parts(report: Report) -> Iterator[bytes]:
    """The same of a report in UTF-8, some rows at a time: the text of a large one is larger than
    all that it was made of."""
    rest = pretty(msgspec.structs.replace(report, **dict.fromkeys(_LONG, ()))).encode()
    for name in _LONG:
        before, mark, rest = rest.partition(b'\n  "%b": [' % name.encode())
        yield before + mark
        yield from _rows(getattr(report, name))
    yield rest


def _rows(rows: Sequence[Any]) -> Iterator[bytes]:
    """Between the brackets of a list that is a value of the whole."""
    for at in range(0, len(rows), _MANY):
        some = _indented([rows[at : at + _MANY]])  # as deep as they stand in the whole
        if at:
            yield b","
        yield some[len("[\n  [") : -len("\n  ]\n]")]
    if rows:
        yield b"\n  "


def encode(value: Any) -> bytes:
    """Compact JSON, keys in order of their declaration.

    Lone surrogates cannot be written in UTF-8, and `"\\ud800"` is refused by strict readers, so
    they are spelled out: a name that an outsider chose must not make a report unreadable.
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_spelled(msgspec.to_builtins(value)))


def _spelled(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_spelled(key): _spelled(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled(item) for item in value]
    return value


def read(text: str | bytes, *, path: object = None) -> Report:
    """The report that `check -f json` wrote. InputError names the line at fault."""
    try:
        _check_schema(text, path)
        report = msgspec.json.decode(text, type=Report)
        _check_whole(text, report, path)
        return report
    except msgspec.ValidationError as error:
        message, _, where = str(error).rpartition(" - at `")
        place = where.rstrip("`") if message else "$"
        line = _line_of(text, place)
        raise InputError(f"{message or error} (at {place})", path=path, line=line) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InputError(
            f"is not JSON: {error}", path=path, line=_line_at(text, str(error)), hint=_HINT
        ) from None


_HINT = "give a file that `vendorgate check -f json` wrote"


def _check_whole(text: str | bytes, report: Report, path: object) -> None:
    from checker.report.whole import contradiction

    twice = key_told_twice(text)
    wrong = f"tells {twice!r} twice" if twice is not None else contradiction(report)
    if wrong is not None:
        raise InputError(wrong, path=path, hint=_HINT)


class _Head(msgspec.Struct):
    schema: str | None = None


def _check_schema(text: str | bytes, path: object) -> None:
    schema = msgspec.json.decode(text, type=_Head).schema
    if schema != SCHEMA:
        wrong = "names no schema" if schema is None else f"has schema {schema!r}"
        raise InputError(f"{wrong}, not {SCHEMA!r}", path=path, line=1, hint=_HINT)


def _line_at(text: str | bytes, error: str) -> int | None:
    """msgspec tells the byte at fault, or that the end is missing."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if _MALFORMED_AT in error:
        return data.count(b"\n", 0, int(error.rpartition(_MALFORMED_AT)[2].rstrip(")"))) + 1
    return data.rstrip().count(b"\n") + 1 if "truncated" in error else None


def _line_of(text: str | bytes, place: str) -> int | None:
    from checker.report.locate import line_of  # only for files at fault

    return line_of(text if isinstance(text, str) else text.decode("utf-8", "replace"), place)
