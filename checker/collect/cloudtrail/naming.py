"""The file that names a table's columns: `useridentity.arn: caller.arn`, each a name of ours."""

from __future__ import annotations

import re
from pathlib import Path

from checker.document import Document
from checker.errors import BadInputsError, InputError, did_you_mean
from checker.usage.iceberg import NAMES
from checker.yamlfile import read_yaml

_COLUMN = re.compile(r"[a-z0-9_]{1,255}(?:\.[a-z0-9_]{1,255})*")


def read_columns(path: Path) -> dict[str, str | None]:
    """Strictly, as what is read becomes SQL. Raises InputError for all that is wrong at once."""
    document = read_yaml(path)
    if not isinstance(document.value, dict):
        hint = "write a line for each that the table calls otherwise: `eventid: event_id`"
        raise document.error((), "names no columns", hint)
    if errors := [e for pair in document.value.items() if (e := _fault(document, *pair))]:
        raise errors[0] if len(errors) == 1 else BadInputsError(errors)
    return dict(document.value)


def _fault(document: Document, name: object, column: object) -> InputError | None:
    if name not in NAMES:
        hint = did_you_mean(str(name), NAMES, f"known are {', '.join(NAMES)}")
        return document.error((str(name),), f"{name!r} is no column of CloudTrail's table", hint)
    if column is None or (isinstance(column, str) and _COLUMN.fullmatch(column)):
        return None
    hint = "lower-case letters, digits and _, points before the fields of a row; or null"
    return document.error((str(name),), f"{column!r} is no column", hint)
