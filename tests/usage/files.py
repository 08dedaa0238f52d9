"""Trails as files: in every form that is read, and broken in every way that is a gap."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.usage.events import Event, Maker, foreign

ORGANIZATION = "o-exampleorg1"
BOMB = 320 * 1024 * 1024


def packed(data: bytes) -> bytes:
    """As gzip, fast: it is not our packing that is tested."""
    return gzip.compress(data, 1, mtime=0)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _save(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _halves(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    return list(events[0::2]), list(events[1::2])


def _records(folder: Path, events: Sequence[Event]) -> None:
    for name, half in zip("ab", _halves(events), strict=True):
        _save(folder / f"{name}.json.gz", packed(_dump({"Records": half})))
    _save(folder / "none.json.gz", packed(b'{"Records":[]}'))


def _members(folder: Path, events: Sequence[Event]) -> None:
    """One gzip file of several members: their texts together are one document, cut anywhere."""
    text = _dump({"Records": list(events)})
    cuts = [0, 7, len(text) // 3, len(text) // 2, len(text)]
    parts = [text[a:b] for a, b in pairwise(cuts)]
    _save(folder / "members.json.gz", b"".join(packed(p) for p in parts))


def _ndjson(folder: Path, events: Sequence[Event]) -> None:
    first, second = _halves(events)
    _save(folder / "lines.json", b"\n".join(map(_dump, first)))
    _save(folder / "lines.json.gz", packed(b"".join(_dump(e) + b"\r\n" for e in second)))


def _line_members(folder: Path, events: Sequence[Event]) -> None:
    """What a stream of events leaves: each line a gzip member of its own."""
    members = (packed(_dump(e) + b"\n") for e in events)
    _save(folder / "stream.ndjson.gz", b"".join(members))


def _array(folder: Path, events: Sequence[Event]) -> None:
    first, second = _halves(events)
    _save(folder / "array.json", _dump(first))
    _save(folder / "array.json.gz", packed(_dump(second)))


def _turned(value: object) -> object:
    """The same value with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(list(value))}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _pretty(folder: Path, events: Sequence[Event]) -> None:
    document = {"Records": [_turned(e) for e in events], "comment": "eventID"}
    text = json.dumps(document, indent="\t", separators=(" ,\r\n", "  :  "))
    _save(folder / "pretty.json", ("\n\t  " + text + "\n\n").encode())


def _escaped(folder: Path, events: Sequence[Event]) -> None:
    """Every slash escaped, by turns in two ways, and a letter of some keys."""
    parts = json.dumps({"Records": list(events)}).split("/")
    text = parts[0]
    for n, part in enumerate(parts[1:]):
        text += ("\\/" if n % 2 else "\\u002f") + part
    _save(folder / "escaped.json", text.replace('"eventID":', '"event\\u0049D":').encode())


def _layout(folder: Path, events: Sequence[Event]) -> None:
    """As an organization's trail lies in S3, with the digests and Insights beside it."""
    places: dict[str, list[Event]] = {}
    for event in events:
        day = event["eventTime"][:10].replace("-", "/")
        account = event.get("recipientAccountId") or "111122223333"
        place = f"{account}/CloudTrail/{event.get('awsRegion', 'us-east-1')}/{day}"
        places.setdefault(place, []).append(event)
    base = folder / "AWSLogs" / ORGANIZATION
    for place, found in places.items():
        name = "_".join(place.replace("/CloudTrail/", "_CloudTrail_").split("/")) + "_x.json.gz"
        _save(base / place / name, packed(_dump({"Records": found})))
        for kind in ("CloudTrail-Digest", "CloudTrail-Insight"):
            beside = base / place.replace("/CloudTrail/", f"/{kind}/") / name
            _save(beside, packed(_beside(kind, found)))


def _beside(kind: str, events: list[Event]) -> bytes:
    """A digest is no list of events; an Insight's file here would count, if it were read."""
    if kind == "CloudTrail-Digest":
        return _dump({"awsAccountId": "111122223333", "logFiles": [], "digestS3Bucket": "trail"})
    return _dump({"Records": [e | {"eventID": e["eventID"][:-4] + "ffff"} for e in events]})


FORMS: dict[str, Callable[[Path, Sequence[Event]], None]] = {
    "records": _records,
    "members": _members,
    "ndjson": _ndjson,
    "line_members": _line_members,
    "array": _array,
    "pretty": _pretty,
    "escaped": _escaped,
    "layout": _layout,
}


def write(folder: Path, events: Sequence[Event], how: str) -> Path:
    """The events as files of one of `FORMS`; what is read is the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    FORMS[how](folder, events)
    return folder


# Faults


def _whole() -> bytes:
    events = [Maker(900).call(foreign("999900001111"), account="111122223333")]
    return _dump({"Records": events * 50})


def _bad_crc(content: bytes) -> bytes:
    return content[:-8] + bytes([content[-8] ^ 0xFF]) + content[-7:]


def _without(field: str) -> bytes:
    good, bad = (Maker(901).call(foreign("999900001111"), account="111122223333") for _ in range(2))
    del bad[field]
    return _dump({"Records": [good, bad]})


@cache
def _bomb() -> bytes:
    """Zeros: less than 2 MB that inflate to more than 300 MB."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    chunk = bytes(1024 * 1024)
    return b"".join(packer.compress(chunk) for _ in range(BOMB // len(chunk))) + packer.flush()


FAULTS: dict[str, Callable[[], bytes]] = {
    "cut.json.gz": lambda: packed(_whole())[:-20],
    "headless.json.gz": lambda: packed(_whole())[:6],
    "crc.json.gz": lambda: _bad_crc(packed(_whole())),
    "garbage.json.gz": lambda: packed(_whole()) + b"garbage",
    "second-member-cut.json.gz": lambda: packed(b" ") + packed(_whole())[:-20],
    "syntax.json": lambda: _whole()[:-30],
    "syntax.json.gz": lambda: packed(b'{"Records":[{]}'),
    "binary.json": lambda: b"\x7fELF\x00\xff\xfe",
    "no-id.json": lambda: _without("eventID"),
    "no-time.json": lambda: _without("eventTime"),
    "no-source.json": lambda: _without("eventSource"),
    "no-name.json.gz": lambda: packed(_without("eventName")),
    "bomb.json.gz": _bomb,
    "empty.json": lambda: b"",
    "empty.json.gz": lambda: packed(b""),
}


def fault(folder: Path, name: str) -> Path:
    """One of `FAULTS`: a file that cannot be read whole, so a gap that names it."""
    return _save(folder / name, FAULTS[name]())


def unreadable_links(folder: Path) -> list[Path]:
    """Links that lead nowhere, and to themselves: root may read anything else."""
    nowhere, loop = folder / "nowhere.json.gz", folder / "loop.json.gz"
    nowhere.symlink_to(folder / "gone.json.gz")
    loop.symlink_to(loop)
    return [nowhere, loop]
