"""What exactly a statement of ours refuses, as denials that leave nothing else.

A request that a statement refuses fulfils each of its conditions. So beside a trust policy, a
denial of each condition's opposite leaves just the requests which the trust policy lets in and the
statement refuses; the trust analysis finds who they are, and proves that there is nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.enforce.limits import Document

_OPPOSITE = {
    "StringNotEqualsIfExists": "StringEquals",
    "StringNotLike": "StringLike",
    "StringLike": "StringNotLike",
    "ForAllValues:StringNotLike": "ForAnyValue:StringLike",
}
_SWITCHED = {"Bool": "BoolIfExists", "BoolIfExists": "Bool", "Null": "Null"}
_OTHER = {"true": "false", "false": "true"}


def refused_alone(statement: Document) -> list[Document]:
    """The denials. Raises KeyError for an operator that ours do not have."""
    whatever = {"Effect": "Deny", "Principal": "*"}
    opposites = _opposites(statement["Condition"])
    return [
        whatever | {"NotAction": statement["Action"]},
        *(whatever | {"Action": "*", "Condition": one} for one in opposites),
    ]


def _opposites(block: Document) -> Iterator[Document]:
    for operator, keys in block.items():
        for key, values in keys.items():
            if operator in _SWITCHED:
                yield {_SWITCHED[operator]: {key: _OTHER[values]}}
            else:
                yield {_OPPOSITE[operator]: {key: values}}
