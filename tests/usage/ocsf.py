"""CloudTrail's events as Security Lake writes them: OCSF in Parquet, by AWS's published mapping.

https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS/v1.1.0/CloudTrail says what goes
where, and that all else goes to `unmapped`, by its name in the event. It shares no line with what
reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

Event = dict[str, Any]
AUTHENTICATION = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "ConsoleLogin",
                  "GetFederationToken", "GetSessionToken", "SwitchRole"}  # fmt: skip
MAPPED = {
    "userIdentity.accountId": "actor.user.account.uid",
    "userIdentity.accessKeyId": "actor.user.credential_uid",
    "userIdentity.userName": "actor.user.name",
    "userIdentity.type": "actor.user.type",
    "userIdentity.principalId": "actor.user.uid_alt",
    "userIdentity.arn": "actor.user.uid",
    "userIdentity.sessionContext.sessionIssuer.arn": "actor.session.issuer",
    "userIdentity.invokedBy": "actor.invoked_by",
    "userIdentity.identityProvider": "actor.idp.name",
    "userIdentity.webIdFederationData.federatedProvider": "actor.idp.name",
    "vpcEndpointId": "src_endpoint.uid",
    "requestID": "api.request.uid",
    "eventSource": "api.service.name",
    "apiVersion": "api.version",
    "eventName": "api.operation",
    "awsRegion": "cloud.region",
    "userAgent": "http_request.user_agent",
    "eventVersion": "metadata.product.version",
    "eventID": "metadata.uid",
    "eventType": "metadata.event_code",
    "eventCategory": "metadata.product.feature.name",
    "errorCode": "api.response.error",
    "errorMessage": "api.response.message",
}
Types = dict[str, Any]
TEXT = "VARCHAR"
TYPES: Types = {
    "metadata": {
        "product": {"version": TEXT, "name": TEXT, "vendor_name": TEXT, "feature": {"name": TEXT}},
        "event_code": TEXT, "uid": TEXT, "profiles": "VARCHAR[]", "version": TEXT,
    },
    "time": "BIGINT",
    "time_dt": "TIMESTAMP",
    "cloud": {"region": TEXT, "provider": TEXT},
    "api": {
        "response": {"error": TEXT, "message": TEXT, "data": TEXT}, "operation": TEXT,
        "version": TEXT, "service": {"name": TEXT}, "request": {"data": TEXT, "uid": TEXT},
    },
    "actor": {
        "user": {"type": TEXT, "name": TEXT, "uid_alt": TEXT, "uid": TEXT,
                 "account": {"uid": TEXT}, "credential_uid": TEXT},
        "session": {"created_time_dt": "TIMESTAMP", "is_mfa": "BOOLEAN", "issuer": TEXT},
        "invoked_by": TEXT, "idp": {"name": TEXT},
    },
    "http_request": {"user_agent": TEXT},
    "src_endpoint": {"uid": TEXT, "ip": TEXT, "domain": TEXT},
    "class_name": TEXT,
    "class_uid": "INTEGER",
    "status": TEXT,
    "accountid": TEXT,
    "region": TEXT,
    "unmapped": "MAP(VARCHAR, VARCHAR)",
}  # fmt: skip


def flat(value: Any, name: str = "") -> dict[str, str]:
    """Leaves by their names, with points between the levels; everything is text."""
    if isinstance(value, dict):
        parts = (flat(each, f"{name}.{key}" if name else key) for key, each in value.items())
        return {key: text for part in parts for key, text in part.items()}
    if value is None:
        return {}
    return {name: value if isinstance(value, str) else json.dumps(value)}


def record(event: Event, version: str = "1.1.0") -> Event:
    """One event in OCSF."""
    moment = datetime.fromisoformat(event["eventTime"].replace(" UTC", "Z"))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    rest = flat(
        {k: v for k, v in event.items() if k not in ("requestParameters", "responseElements")}
    )
    mapped = MAPPED | ({"recipientAccountId": "cloud.account.uid"} if version == "1.5.0" else {})
    made: Event = {
        "metadata": {"product": {"name": "CloudTrail", "vendor_name": "AWS"},
                     "profiles": ["cloud", "datetime"], "version": version},
        "time": int(moment.timestamp() * 1000),
        "time_dt": moment.replace(tzinfo=None).isoformat(),
        "cloud": {"provider": "AWS"},
        "class_uid": 3002 if event["eventName"] in AUTHENTICATION else 6003,
        "status": "Failure" if event.get("errorCode") else "Success",
        "accountid": event.get("recipientAccountId"),
        "region": event.get("awsRegion"),
    }  # fmt: skip
    for name, path in mapped.items():
        if name in rest:
            put(made, path, rest.pop(name))
    if address := rest.pop("sourceIPAddress", None):
        put(made, "src_endpoint.ip" if address[:1].isdigit() or ":" in address else
            "src_endpoint.domain", address)  # fmt: skip
    for name, path in (("requestParameters", "request"), ("responseElements", "response")):
        if event.get(name) is not None:
            put(made, f"api.{path}.data", json.dumps(event[name]))
    rest.pop("eventTime")
    return made | {"unmapped": rest}


def put(made: Event, path: str, value: Any) -> None:
    *above, name = path.split(".")
    at = made
    for part in above:
        at = at.setdefault(part, {})
    at[name] = value


def types(version: str = "1.1.0") -> Types:
    """The columns of a table of that version."""
    if version != "1.5.0":
        return TYPES
    return TYPES | {"cloud": TYPES["cloud"] | {"account": {"uid": TEXT}}}


def written(kind: Any) -> str:
    """A type in SQL."""
    if isinstance(kind, str):
        return kind
    return "STRUCT(" + ", ".join(f'"{name}" {written(each)}' for name, each in kind.items()) + ")"


def filled(value: Any, kind: Any) -> Any:
    """With a null for whatever a record lacks."""
    if isinstance(kind, str):
        return value
    return {name: filled((value or {}).get(name), each) for name, each in kind.items()}


def select(records: Iterable[Event], columns: Types) -> tuple[str, list[str]]:
    """A query of the records in these columns, and its parameter."""
    found = ", ".join(f'r."{name}"' for name in columns)
    kind = f"{written(columns)}[]"
    sql = f"SELECT {found} FROM (SELECT unnest(CAST(?::JSON AS {kind})) AS r)"  # noqa: S608
    return sql, [json.dumps([filled(each, columns) for each in records])]


@cache
def _connected() -> duckdb.DuckDBPyConnection:
    """Which takes longer than to write most files."""
    return duckdb.connect()


def parquet(
    events: Iterable[Event], version: str = "1.1.0", *, columns: Types | None = None,
    records: Iterable[Event] | None = None,
) -> bytes:  # fmt: skip
    """A file as Security Lake has them; `records`: in place of those of the events."""
    made = [record(event, version) for event in events] if records is None else list(records)
    sql, parameters = select(made, types(version) if columns is None else columns)
    connection = _connected()
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.parquet")
        connection.execute(f"CREATE OR REPLACE TABLE t AS {sql}", parameters)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet, COMPRESSION gzip)")
        return path.read_bytes()
