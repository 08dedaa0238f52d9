"""What Athena does not do, in a sentence with a mend."""

from __future__ import annotations

import re

from checker.collect.aws.calls import Call, clean, describe
from checker.errors import InputError

NARROW = "narrow --from/--to/--account/--region"
_TABLE = "make the table with `vendorgate usage athena-ddl`"
# In this order: the first that fits. Athena words these from release to release a bit otherwise.
# https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html
_MENDS = (
    (r"COLUMN_NOT_FOUND|TABLE_NOT_FOUND|TABLE .{0,600} (?:not found|does not exist)", _TABLE),
    (r"SCHEMA_NOT_FOUND", f"check the database's name and the region; {_TABLE}"),
    (
        r"bytes scanned limit",
        f"{NARROW}, or raise the limit of the workgroup (its data usage controls)",
    ),
    (r"exhausted resources|timeout|timed out", NARROW),
    (r"no output location", "set a query result location for the workgroup"),
    (
        r"output (?:bucket|location)|writing (?:output|to location)|results? (?:bucket|location)",
        "the caller needs s3:GetBucketLocation, s3:GetObject and s3:PutObject at the query result "
        "location of the workgroup, and kms:Decrypt where it is encrypted with a key",
    ),
    (r"workgroup.{0,200}(?:not found|not exist)", "check the workgroup's name and the region"),
    (
        r"access.?denied|not authorized|permission.?denied|forbidden",
        "the caller needs the calls of Athena, glue:GetTable and glue:GetDatabase, s3:ListBucket "
        "and s3:GetObject on the logs, and kms:Decrypt where they are encrypted with a key",
    ),
)  # fmt: skip


def refused(call: Call, error: BaseException) -> InputError:
    """A call that failed, after all that is asked again."""
    code, message = describe(error)
    reason = clean(f"{code}: {message}")
    hint = _mend(f"{reason}: results location" if call.service == "s3" else reason)
    return InputError(f"{call.name} fails: {reason}", hint=hint)


def failed(state: str, reason: str) -> InputError:
    """A query that Athena took and did not finish."""
    said = clean(reason) or "Athena gives no reason"
    how = "was cancelled" if state == "CANCELLED" else "failed"
    return InputError(f"the query {how}: {said}", hint=_mend(said))


def _mend(reason: str) -> str | None:
    fits = (mend for said, mend in _MENDS if re.search(said, reason, re.IGNORECASE))
    return next(fits, None)
