"""The answer for one trust policy as that for another, which differs in names alone.

The analysis commutes with renaming: of names that it only ever compares with themselves, it gives
for other names the same answer with the other names in it. `shapes` tells which those are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from checker.trust.model import Analysis

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Analysis)


def renamed(analysis: Analysis, names: Mapping[bytes, bytes]) -> Analysis:
    """`names`: each stand-in → what it stands for, all of characters that JSON does not escape."""
    if not names or not (analysis.grants or analysis.problems):
        return analysis
    longest_first = sorted(names, key=len, reverse=True)
    places = re.compile(b"|".join(map(re.escape, longest_first)))
    return _decoder.decode(places.sub(lambda found: names[found[0]], _encoder.encode(analysis)))


def with_ids(facts: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The facts of a grant whose witness shows these external ids instead of the stand-ins."""
    witness = facts["witness"]
    if witness is None:
        return facts
    return facts | {"witness": witness | {"context": shown(witness["context"], ids)}}


def shown(context: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """A witness' context, the same."""
    return {
        key: ids.get(value, value) if isinstance(value, str) else value
        for key, value in context.items()
    }
