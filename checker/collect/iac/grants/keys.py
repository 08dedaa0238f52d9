"""Under which key of KMS something is encrypted, as the record of a resource has it."""

from __future__ import annotations

from typing import Any, TypeVar

from checker.collect.iac.grants.arns import filled, itself
from checker.collect.iac.grants.model import Code
from checker.collect.iac.grants.rows import KEY, ROWS
from checker.collect.iac.unknown import is_unresolved, wholly

T = TypeVar("T")


def key_of(value: Any, code: Code, untold: T) -> str | T | None:
    """The ARN of a key that the same code makes, else what is written: an ARN, an id, an alias.
    None where none is named: it is under the service's own key, if under any."""
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        return untold
    mark = wholly(value)
    made = code.maker(mark) if mark is not None else None
    row = ROWS.get(code.type_of(made[0])) if made else None
    if made:
        told = itself(made[0], code) if row and row.kind == KEY else None
        return told.arn if told else untold
    text = filled(value, code)
    return untold if is_unresolved(text) else text
