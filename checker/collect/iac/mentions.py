"""Accounts that a text names."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from zlib import MAX_WBITS, decompressobj
from zlib import error as zlib_error

from checker.partitions import DNS_SUFFIX, DUAL_STACK_SUFFIX

_HOST = "|".join(
    rf"(?<=\.{re.escape(suffix)}{port}/)"
    for suffix in sorted({*DNS_SUFFIX.values(), *DUAL_STACK_SUFFIX.values()})
    for port in ("", ":443", ":80")
)
_SERVICE = r"(?:dkr[.-]ecr|signin|s3-control|ddb)"
_NAMED_HOST = r"(?<=[\w]-)[0-9]{12}(?=\.(?:d\.codeartifact|s3-accesspoint|s3-object-lambda)\.)"
_FILLED_IN = r"(?<=suffix\}/)"  # `${AWS::URLSuffix}`, and what Terraform calls it
_ADDRESS = rf"(?<=://)|{_HOST}|{_FILLED_IN}|(?<=:path/)|(?<=%3a)"
_BEFORE = rf"(?:(?<![\w.+/-])|{_ADDRESS})"
_BEHIND = rf"(?:(?![\w+/.-])|(?=\.{_SERVICE}[.-])|(?=/sg-)|(?=\.(?:[\s\"']|$)))"
_LOGS = r"(?<=awslogs/)|(?<=awslogs/o-.{10}/)"
_MEMBER = r"(?<=:account/o-.{10}/)"
_IN_PATH = rf"(?:{_HOST}|{_FILLED_IN}|(?<=:path/)|{_LOGS}|{_MEMBER})[0-9]{{12}}(?![\w.-])"
_ACCOUNT = re.compile(
    rf"{_BEFORE}[0-9]{{12}}{_BEHIND}|{_IN_PATH}|{_NAMED_HOST}", re.ASCII | re.IGNORECASE
)
"""Not a part of a name, a path, a version or a telephone number: but for the path of a queue, and
of logs of AWS's, and the hosts of services."""
_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_ESCAPE = re.compile(r"\\(?:[bfnrt]|(/)|u([0-9a-fA-F]{4}))")
_NAMED = r"(?:threshold|bytes)"
_SIZES = (
    rf"(?:{_NAMED}|seconds|millis|nanos|retention[._]ms|cutoff_?per_?query|target_?value"
    r"|size_?(?:greater|less)_?than)"
)
IS_SIZE = re.compile(rf"{_SIZES}$", re.ASCII | re.IGNORECASE)
"""A name of a quantity."""
_QUANTITY = re.compile(
    rf"(?:{_SIZES}[\"']?\s*[:=]\s*|{_NAMED}[\"']?\s*[:=]\s*[\"'])$", re.ASCII | re.IGNORECASE
)
"""Most are written as numbers, which accounts hardly are, as these may begin with a zero."""
_NEAR = 40
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_LINE_END = re.compile(r"\\[rn]")
_SIGN = "[A-Za-z0-9+/]"
_PACKED = "H4sI"
"""How gzip begins in base64."""
_BROKEN = re.compile(
    rf"(?<!{_SIGN})(?:(?!{_PACKED}){_SIGN}{{60,76}}+\s++)+(?!{_PACKED}){_SIGN}+={{0,2}}"
)
_BROKEN_PACKED = re.compile(
    rf"(?<!{_SIGN}){_PACKED}{_SIGN}*+(?:\s++(?!{_PACKED}){_SIGN}++)+={{0,2}}"
)
_BLANKS = re.compile(r"(\s+)")
GZIP, _UTF_16, _MOST = b"\x1f\x8b", (b"\xff\xfe", b"\xfe\xff"), 1 << 20


class Room:
    """How much may be unpacked: a few bytes stand for as many as somebody likes. `cut`: whether
    there was more than that."""

    def __init__(self) -> None:
        self.left = 16 * _MOST
        self.cut = False


def mentions(text: str, room: Room | None = None) -> Iterator[str]:
    """Each of them, as often as it stands there, be it source text, or in base64, as user data.
    `room`: for several texts."""
    yield from _plain(text)
    room = room or Room()
    for found in dict.fromkeys((*_BASE64.findall(text), *_BASE64.findall(unbroken(text)))):
        yield from _plain(_decoded(found, room))


def _plain(text: str) -> Iterator[str]:
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if _ACCOUNT.match(text, start) and not _QUANTITY.search(text, max(0, start - _NEAR), start):
            yield digits[0]


def unbroken(text: str) -> str:
    """Lines of base64 as one, of 60 signs and more but for the last, as `base64` and openssl break
    them, or of what is packed, however long, with words behind it; all else in its line. A text of
    JSON may have them, too."""
    text = _LINE_END.sub(" ", text) if "\\" in text else text
    return _BROKEN.sub(_one_line, _BROKEN_PACKED.sub(_packed, text))


def _packed(lines: re.Match[str]) -> str:
    return "".join(lines[0].split()) + "\n" * lines[0].count("\n")


def _one_line(lines: re.Match[str]) -> str:
    """Those of one length, and a last one that is no longer: what is before may be anything."""
    word, *rest = _BLANKS.split(lines[0])
    found, first, last, ends = [word], len(word), len(word), ""
    for blank, word in zip(rest[::2], rest[1::2], strict=True):
        if len(word) <= first == last:
            found.append(word)
            ends += "\n" * blank.count("\n")
        else:
            found += ends, blank, word
            first, ends = len(word), ""
        last = len(word)
    return "".join((*found, ends))


def _decoded(text: str, room: Room) -> str:
    """What is none is nothing; of what is packed, as cloud-init takes it, as much as there is room
    for."""
    plain = text.rstrip("=")
    try:
        data = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return ""
    if data.startswith(GZIP):
        most = min(_MOST, room.left)
        held = unpacked(data, most)
        data, room.cut = held[:most], room.cut or len(held) > most
        room.left -= len(data)
    form = "utf-16" if data.startswith(_UTF_16) else "utf-16-le" if data[1:2] == b"\0" else "utf-8"
    return data.decode(form, "replace")


def unpacked(data: bytes, most: int) -> bytes:
    """What a text of gzip holds, in all its members, and one byte more where that is more than
    `most`; nothing where it is none."""
    found = b""
    while data.startswith(GZIP) and len(found) <= most:
        member = decompressobj(MAX_WBITS | 16)
        try:
            found += member.decompress(data, most + 1 - len(found))
        except zlib_error:
            break
        data = member.unused_data.lstrip(b"\0")  # as gunzip passes it over
    return found


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[2], 16)) if escape[2] else escape[1] or " "
