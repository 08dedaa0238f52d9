"""What is inflated at once is what zlib would have inflated, or is left to the slower way."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.collect.cloudtrail import inflate
from checker.collect.cloudtrail.inflate import UnreadableError, blocks

TEXT = b'{"Records":[]}' * 50
ONE = gzip.compress(TEXT, mtime=0)
OTHER = gzip.compress(TEXT[::-1], mtime=0)  # as long


def with_header_checksum(member: bytes, right: bool) -> bytes:
    head = member[:3] + b"\x02" + member[4:10]
    check = zlib.crc32(head) & 0xFFFF if right else (zlib.crc32(head) ^ 1) & 0xFFFF
    return head + check.to_bytes(2, "little") + member[10:]


# what it is, the bytes, their text or the code of the gap
CASES = [
    ("one member", ONE, TEXT),
    ("with a name", gzip.compress(b"x", mtime=0)[:3] + b"\x08" + ONE[4:10] + b"e.json\0" + ONE[10:], TEXT),
    ("two members as long as each other", ONE + OTHER, TEXT + TEXT[::-1]),
    ("the same member twice", ONE + ONE, TEXT + TEXT),
    ("an empty member behind", ONE + gzip.compress(b""), TEXT),
    ("an empty member before", gzip.compress(b"") + ONE, TEXT),
    ("nothing", gzip.compress(b""), b""),
    ("zeros behind, as tapes have", ONE + bytes(512), TEXT),
    ("garbage behind", ONE + b"garbage", "Corrupt"),
    ("what only Zstandard passes over", ONE + b"\x50\x2a\x4d\x18\x01\0\0\0x", "Corrupt"),
    ("garbage that ends in the trailer again", ONE + b"garbage" + ONE[-8:], "Corrupt"),
    ("garbage that ends in the trailer of a member that is cut", ONE + OTHER[:-9] + ONE[-8:], "Corrupt"),
    ("cut in the trailer", ONE[:-1], "Truncated"),
    ("cut in the middle", ONE[: len(ONE) // 2], "Truncated"),
    ("the header alone", ONE[:10], "Truncated"),
    ("how it begins", ONE[:2], "Truncated"),
    ("shorter than any member", ONE[:17], "Truncated"),
    ("another checksum", ONE[:-8] + b"\0\0\0\0" + ONE[-4:], "Corrupt"),
    ("another length", ONE[:-4] + (len(TEXT) + 1).to_bytes(4, "little"), "Corrupt"),
    ("a length of nothing", ONE[:-4] + bytes(4), "Corrupt"),
    ("a length of gigabytes", ONE[:-4] + b"\xff\xff\xff\xff", "Corrupt"),
    ("a checksum of the header", with_header_checksum(ONE, right=True), TEXT),
]  # fmt: skip


def read(data: bytes) -> bytes | str:
    try:
        return b"".join(blocks(data))
    except UnreadableError as error:
        return error.code


@pytest.fixture(params=["libdeflate", "without"], ids=str)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setattr(inflate, "_deflate", None)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("data", "right"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_nothing_behind_a_member_goes_unsaid(data: bytes, right: bytes | str) -> None:
    """A library that stops at the first member's end would pass over what follows."""
    assert read(data) == right


def test_what_is_whole_is_inflated_at_once() -> None:
    """Else the quick way is never taken, and the tests above say nothing of it."""
    assert inflate._at_once(ONE) == TEXT


@example([], 12_000)
@given(
    st.lists(
        st.sampled_from([ONE, OTHER, ONE[:-8], ONE[-8:], OTHER[-8:], b"\0\0", b"x"]), max_size=4
    ),
    st.integers(0, 2**16),
)
def test_both_ways_agree(parts: list[bytes], seed: int) -> None:
    """Whatever follows a member, and whichever byte of it is another."""
    data = bytearray(ONE + b"".join(parts))
    pick = random.Random(seed)
    if pick.random() < 0.5:
        data[pick.randrange(3, len(data))] = pick.randrange(256)
    quick = read(bytes(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflate, "_deflate", None)
        slow = read(bytes(data))
    # libdeflate takes a code that Deflate reserves for one of the longest lengths: the text is right
    reserved = slow == "Corrupt" and inflate._at_once(bytes(data)) == quick == TEXT
    assert slow == quick or reserved
