"""The answer for one trust policy as that for another, which differs in names alone.

The analysis commutes with renaming: of names that it only ever compares with themselves, it gives
for other names the same answer with the other names in it. `shapes` tells which those are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from checker.trust.model import Analysis
from checker.trust.texts.names import renamed as _put

_encoder = msgspec.json.Encoder()


@cache
def _decoder() -> msgspec.json.Decoder[Analysis]:
    return msgspec.json.Decoder(Analysis)


def renamed(analysis: Analysis, names: Mapping[str, str]) -> Analysis:
    """`names`: each stand-in → what it stands for, all of characters that JSON does not escape."""
    if not names or not (analysis.grants or analysis.problems):
        return analysis
    return _decoder().decode(_put(_encoder.encode(analysis).decode(), names))


def names_told(analysis: Analysis) -> str:
    """All that an analysis says but for its witnesses: a name that is not in there is shown by
    these alone."""
    told = [grant.principal for grant in analysis.grants], analysis.problems
    return _encoder.encode(told).decode()


def with_names(facts: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The facts of a grant whose witness shows these names instead of the stand-ins."""
    witness = facts["witness"]
    if witness is None:
        return facts
    principal, context = _put(witness["principal"], names), shown(witness["context"], names)
    return facts | {"witness": witness | {"principal": principal, "context": context}}


def shown(context: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A witness' context, the same."""
    return {
        key: _put(value, names) if isinstance(value, str) else [_put(one, names) for one in value]
        for key, value in context.items()
    }
