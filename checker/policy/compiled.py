"""The built-in policies as they were parsed and checked when the package was made.

`compiled.jsonl` has the SHA-256 of their texts, then a policy a line (`make docs` writes it): data,
of which nothing counts unless each text is still what it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from checker.policy.model import Parsed

FILE = Path(__file__).with_name("compiled.jsonl")
Texts = Mapping[str, bytes]
"""Path → content, of policies that do not stand in a folder here."""


class _Head(msgspec.Struct, frozen=True):
    sha256: str


def compiled(texts: Texts) -> list[Parsed] | None:
    """Those of these texts, in their order; None where it is not these that were compiled."""
    try:
        head, *lines = FILE.read_bytes().splitlines()
        if msgspec.json.decode(head, type=_Head).sha256 != _digest(texts.values()):
            return None
        decoder = msgspec.json.Decoder(Parsed)
        found = [decoder.decode(line) for line in lines]
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return found if len(found) == len(texts) else None


def compile_policies(texts: Texts, said: Iterable[Parsed]) -> bytes:
    """The file, of policies in the order of their texts, and all within in the order of theirs."""
    encoder = msgspec.json.Encoder()
    head = _Head(_digest(texts.values()))
    return b"\n".join(map(encoder.encode, (head, *said))) + b"\n"


def _digest(texts: Iterable[bytes]) -> str:
    """Over the digest of each, so that no text can pass for the end of another."""
    whole = b"".join(hashlib.sha256(text).digest() for text in texts)
    return hashlib.sha256(whole).hexdigest()
