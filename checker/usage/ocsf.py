"""CloudTrail's events in OCSF, as Security Lake writes them, under the names of CloudTrail's table.

The mapping is AWS's, of source version 2 (OCSF 1.1.0) and of OCSF 1.5.0:
https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS. What it names no place for stands
in `unmapped`, under its name in the event, with points between the levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from checker.plurals import plural
from checker.usage.sql import Window, listed
from checker.usage.times import moment

VERSIONS = ("1.1.0", "1.5.0")
PRODUCT = "CloudTrail"
OTHER_SOURCES = "events of other sources of Security Lake"
Columns = Mapping[str, "Columns | str"]
"""The columns of a table or file by their names in lower case, each with its fields or its type."""
_PLACES = {
    "event_id": "metadata.uid",
    "source": "api.service.name",
    "name": "api.operation",
    "request": "api.request.data",
    "response": "api.response.data",
    "error": "api.response.error",
    "request_id": "api.request.uid",
    "region": "cloud.region",
    "ip": "src_endpoint.ip",
    "domain": "src_endpoint.domain",
    "category": "metadata.product.feature.name",
    "kind": "actor.user.type",
    "arn": "actor.user.uid",
    "account": "actor.user.account.uid",
    "key": "actor.user.credential_uid",
    "service": "actor.invoked_by",
    "issuer": "actor.session.issuer",
    "provider": "actor.idp.name",
}
_TOLD = ("time", "metadata.version", "metadata.product.name", "unmapped")
NEEDED = (*_PLACES.values(), *_TOLD)
_OPTIONAL = ("cloud.account.uid",)
"""In OCSF 1.5.0 the account that the event was delivered to."""
_TEXT = re.compile("string|varchar|char"), "a text"
_FORMS = {
    "time": (re.compile("bigint|long|int"), "a number of milliseconds"),
    "unmapped": (re.compile(r"map\W(string|varchar)[^,]*, *(string|varchar)"), "a map of texts"),
}
IDENTITY = (
    "ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, "
    "identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext "
    "ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))"
)


def is_ocsf(columns: Columns) -> bool:
    """Whether they look like OCSF's, whatever may be missing."""
    return "metadata" in columns and "class_uid" in columns


def missing(columns: Columns) -> list[str]:
    """Of the columns that are needed: without one of them, somebody's use would not be seen; nor
    in one of another type, as numbers have lost what an account id begins with."""
    lacking = [path for path in NEEDED if not _has(columns, path)]
    return [*lacking, *_odd(columns, {*NEEDED, *_OPTIONAL}.difference(lacking))]


def _odd(columns: Columns, paths: Iterable[str]) -> Iterator[str]:
    for path in sorted(paths):
        kind = (type_at(columns, path) or "").lower()
        form, said = _FORMS.get(path, _TEXT)
        if kind and not form.match(kind):
            yield f"{path} as {said}"


def unknown_version(version: str | None, count: int) -> str:
    """For a gap: who knows where such a version puts what it says."""
    read = " and ".join(VERSIONS)
    told = f"{plural(count, 'event')} in OCSF {version or 'of no version'}"
    return f"{told}: {read} are read (source version 2)"


def no_product(count: int) -> str:
    return f"{count:,} events of OCSF name no product"


def census(source: str, columns: Columns, window: Window) -> str:
    """How many records there are of each product and version: three columns are read."""
    return f"""SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM {source}
WHERE {_within(columns, window)}
GROUP BY 1, 2"""


def as_trail(source: str, columns: Columns, window: Window) -> str:
    """What stands for the table of the events: from twelve hours before the window on."""
    at = {name: if_any(quoted(path)) for name, path in _PLACES.items()}
    said = f'"metadata"."product"."name" = \'{PRODUCT}\' AND "metadata"."version" IN'
    return f"""(
  SELECT {at["event_id"]} AS eventID,
    {_TIME} AS eventTime,
    {at["source"]} AS eventSource,
    {at["name"]} AS eventName,
    CAST(ROW({_identity(at)}) AS {IDENTITY}) AS userIdentity,
    {at["region"]} AS awsRegion,
    coalesce({at["ip"]}, {at["domain"]}) AS sourceIPAddress,
    {at["error"]} AS errorCode,
    {at["request_id"]} AS requestID,
    {at["request"]} AS requestParameters,
    {at["response"]} AS responseElements,
    {_SWITCH} AS additionalEventData,
    {_recipient(columns)} AS recipientAccountId,
    {_unmapped("sharedEventID")} AS sharedEventID,
    {at["category"]} AS eventCategory
  FROM {source}
  WHERE {said} ({listed(VERSIONS)})
    AND {_within(columns, window)}
) AS trail"""


def quoted(path: str) -> str:
    return ".".join(f'"{part}"' for part in path.split("."))


def if_any(column: str) -> str:
    """A text that is empty says nothing, as what knows no null leaves it."""
    return f"nullif({column}, '')"


def _unmapped(name: str) -> str:
    return if_any(f"element_at(\"unmapped\", '{name}')")


def _identity(at: Mapping[str, str]) -> str:
    """One place holds both whom a caller was signed in by and whom a session goes back to."""
    signed_in = f"{at['kind']} IN ('WebIdentityUser', 'SAMLUser')"
    provider = f"CASE WHEN {signed_in} THEN {at['provider']} END"
    behind = f"CASE WHEN NOT {signed_in} THEN {at['provider']} END"
    delegate = _unmapped("userIdentity.invokedByDelegate.accountId")
    acting = f"CASE WHEN {delegate} IS NOT NULL THEN ROW({delegate}) END"
    federated = _unmapped("userIdentity.sessionContext.webIdFederationData.federatedProvider")
    plain = ", ".join(at[name] for name in ("kind", "arn", "account", "key", "service"))
    context = f"ROW(ROW({at['issuer']}), ROW(coalesce({federated}, {behind})))"
    return f"{plain}, {provider}, {acting}, {context}"


def _recipient(columns: Columns) -> str:
    told = _unmapped("recipientAccountId")
    given = [if_any(quoted(path)) for path in _OPTIONAL if _has(columns, path)]
    return f"coalesce({', '.join([told, *given])})" if given else told


_FIRST = 1_383_264_000_000
"""Milliseconds: November 2013, in which CloudTrail began. What is less are seconds, or nothing."""
FORM = "'%Y-%m-%dT%H:%i:%sZ'"


def no_time(raw: str) -> str:
    """What is none, or what is no text of a time, ends the question: it would be in no window."""
    return f"date_format(CAST(coalesce(CAST({raw} AS VARCHAR), 'no time') AS TIMESTAMP), {FORM})"


_TIME = (
    f'CASE WHEN "time" IS NULL OR "time" < {_FIRST} THEN {no_time(quoted("time"))} ELSE '
    f"date_format(date_add('millisecond', \"time\", TIMESTAMP '1970-01-01 00:00:00.000'), {FORM}) "
    "END"
)
_FROM = _unmapped("additionalEventData.SwitchFrom")
_SWITCH = f"""CASE WHEN {_FROM} IS NOT NULL
      THEN '{{"SwitchFrom":"' || replace(replace({_FROM}, '\\', '\\\\'), '"', '\\"') || '"}}' END"""


def _within(columns: Columns, window: Window) -> str:
    """The partitions of Security Lake's tables are of `time_dt`; `time` is milliseconds."""
    begin, end = window.since, window.end
    if str(columns.get("time_dt", "")).lower().startswith("timestamp"):
        said = _between('"time_dt"', *(timestamp(text) if text else None for text in (begin, end)))
        return f'({said} OR "time_dt" IS NULL)'
    said = _between('"time"', *(_milliseconds(text) if text else None for text in (begin, end)))
    return f'({said} OR "time" < {_FIRST} OR "time" IS NULL)'


def _between(column: str, begin: str | None, end: str | None) -> str:
    said = [f"{column} >= {begin}"] if begin else []
    return " AND ".join([*said, f"{column} < {end}"] if end else said) or "TRUE"


def timestamp(text: str) -> str:
    return f"TIMESTAMP '{moment(text):%Y-%m-%d %H:%M:%S}.000'"


def _milliseconds(text: str) -> str:
    return str(int(moment(text).timestamp() * 1000))


def type_at(columns: Columns, path: str) -> str | None:
    """The type of a column or a field, `struct` of one that has fields; None where it is not."""
    at: Columns | str = columns
    for part in path.split("."):
        if isinstance(at, str) or part not in at:
            return None
        at = at[part]
    return at if isinstance(at, str) else "struct"


def _has(columns: Columns, path: str) -> bool:
    return type_at(columns, path) not in (None, "struct")
