"""A table of events whose columns are somebody's own, under the names of CloudTrail's table.

So tables of Iceberg are asked, those in S3 Tables too, whose times may be timestamps.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.errors import InputError
from checker.usage.ocsf import FORM, IDENTITY, Columns, if_any, no_time, quoted, timestamp, type_at
from checker.usage.sql import Window

NAMES = (
    "eventid", "eventtime", "eventsource", "eventname", "awsregion", "sourceipaddress", "errorcode",
    "requestid", "requestparameters", "responseelements", "additionaleventdata",
    "recipientaccountid", "sharedeventid", "eventcategory", "useridentity.type", "useridentity.arn",
    "useridentity.accountid", "useridentity.accesskeyid", "useridentity.invokedby",
    "useridentity.identityprovider", "useridentity.invokedbydelegate.accountid",
    "useridentity.sessioncontext.sessionissuer.arn",
    "useridentity.sessioncontext.webidfederationdata.federatedprovider",
)  # fmt: skip
"""Of CloudTrail's table, and what is read of `useridentity`."""
_LEAST = ("eventid", "eventtime", "eventsource", "eventname")
_TEXT = ("string", "varchar", "char")
_PLAIN = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'"
Mapped = Mapping[str, str | None]
"""Our names, each with the path of a column of the table, or None: the table does not have it."""


def checked(columns: Columns, mapped: Mapped) -> dict[str, str | None]:
    """Every name with its column. Raises InputError for what is not in the table, and not said to
    be missing; and for a column of a type that does not hold what it should."""
    places = {name: mapped.get(name, name) for name in NAMES}
    if lacking := [name for name in _LEAST if places[name] is None]:
        raise InputError(f"no event is one without {', '.join(lacking)}")
    kinds = {name: type_at(columns, path) if path else "" for name, path in places.items()}
    if gone := [f"{name} ({places[name]})" for name, kind in kinds.items() if kind is None]:
        raise InputError(
            f"the table has no column for {', '.join(gone)}",
            hint="name each in a file that --columns names; null, if the table does not have it",
        )
    odd = [f"{places[n]} is {k}" for n, k in kinds.items() if places[n] and not _fits(n, k or "")]
    if odd:
        hint = "keep them as texts, and requestparameters and the like as texts of JSON"
        raise InputError(f"columns of a type that is not read: {', '.join(odd)}", hint=hint)
    return places


def _fits(name: str, kind: str) -> bool:
    """Numbers have lost what an account id begins with, rows lose their names where they become
    JSON, and maps of texts what lies deeper."""
    return kind.lower().startswith((*_TEXT, "timestamp") if name == "eventtime" else _TEXT)


def as_trail(
    source: str, columns: Columns, places: Mapped, window: Window, beside: Iterable[str] = ()
) -> str:
    """What stands for the table of the events: from twelve hours before the window on. `beside`:
    partitions that the questions name."""
    at = {name: _value(name, places[name], columns) for name in NAMES}
    named = [f"{at[name]} AS {name}" for name in NAMES if "." not in name]
    plain = ",\n    ".join([*named, *beside])
    time = _raw(places["eventtime"])
    is_time = (type_at(columns, places["eventtime"] or "") or "").lower().startswith("timestamp")
    return f"""(
  SELECT {plain},
    CAST(ROW({_identity(at)}) AS {IDENTITY}) AS useridentity
  FROM {source}
  WHERE {_within(time, window) if is_time else "TRUE"}
) AS trail"""


def _identity(at: Mapping[str, str]) -> str:
    names = ("type", "arn", "accountid", "accesskeyid", "invokedby", "identityprovider")
    plain = ", ".join(at[f"useridentity.{name}"] for name in names)
    delegate = at["useridentity.invokedbydelegate.accountid"]
    context = "useridentity.sessioncontext"
    issuer = at[f"{context}.sessionissuer.arn"]
    provider = at[f"{context}.webidfederationdata.federatedprovider"]
    return f"{plain}, ROW({delegate}), ROW(ROW({issuer}), ROW({provider}))"


def _raw(path: str | None) -> str:
    return quoted(path) if path else "CAST(NULL AS VARCHAR)"


def _value(name: str, path: str | None, columns: Columns) -> str:
    kind = (type_at(columns, path) if path else None) or ""
    return _time(_raw(path), kind) if name == "eventtime" else if_any(_raw(path))


def _time(raw: str, kind: str) -> str:
    if kind.lower().startswith("timestamp"):
        return f"CASE WHEN {raw} IS NULL THEN {no_time(raw)} ELSE date_format({raw}, {FORM}) END"
    return f"CASE WHEN regexp_like({raw}, {_PLAIN}) THEN {raw} ELSE {no_time(raw)} END"


def _within(time: str, window: Window) -> str:
    said = [f"{time} >= {timestamp(window.since)}"] if window.since else []
    said += [f"{time} < {timestamp(window.end)}"] if window.end else []
    return f"({' AND '.join(said) or 'TRUE'} OR {time} IS NULL)"
