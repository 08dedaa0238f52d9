"""The row that the engine is given of an event.

Of an answer with credentials nothing is read but the access key id, which no row holds: a keyed
hash stands in its place, whose key is of this process and its workers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from checker.collect.cloudtrail.event import Event, Identity, SessionContext, Shape, asked_of


class _Credentials(Shape, frozen=True):
    access_key_id: str | None = None


class _Assumed(Shape, frozen=True):
    credentials: _Credentials | None = None
    issuer: str | None = None


class _Switched(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `additionalEventData`, and of the answer."""

    SwitchFrom: str | None = None
    SwitchRole: str | None = None


COLUMNS: dict[str, Any] = {
    "eventID": "event_id",
    "eventTime": "event_time",
    "eventSource": "event_source",
    "eventName": "event_name",
    "awsRegion": "region",
    "sourceIPAddress": "source_ip",
    "errorCode": "error_code",
    "requestID": "request_id",
    "requestParameters": "request_parameters",
    "responseElements": "response_elements",
    "additionalEventData": "additional_event_data",
    "recipientAccountId": "recipient",
    "sharedEventID": "shared_event_id",
    "eventCategory": "event_category",
    "userIdentity": {
        "type": "kind",
        "arn": "arn",
        "accountId": "account",
        "accessKeyId": "access_key",
        "invokedBy": "invoked_by",
        "identityProvider": "identity_provider",
        "invokedByDelegate": {"accountId": "delegate"},
        "sessionContext": {
            "sessionIssuer": {"arn": "issuer"},
            "webIdFederationData": {"federatedProvider": "web_provider"},
        },
    },
}  # fmt: skip
"""The columns of the table `trail`, which are Athena's, and what of a row stands in each."""


class Row(NamedTuple):
    event_id: str
    event_time: str
    event_source: str
    event_name: str
    region: str | None
    source_ip: str | None
    error_code: str | None
    request_id: str | None
    request_parameters: str | None
    response_elements: str | None
    additional_event_data: str | None
    recipient: str | None
    shared_event_id: str | None
    event_category: str | None
    kind: str | None
    arn: str | None
    account: str | None
    access_key: str | None
    invoked_by: str | None
    identity_provider: str | None
    delegate: str | None
    issuer: str | None
    web_provider: str | None


Columns = list[list[str | None]]
"""Of many rows, in a row's order."""
_packed = msgspec.msgpack.Encoder().encode
_unpacked = msgspec.msgpack.Decoder(Columns).decode
_encode = msgspec.json.Encoder().encode
_assumed = msgspec.json.Decoder(_Assumed | None)
_switched = msgspec.json.Decoder(_Switched | None)
_NOBODY, _NO_CONTEXT = Identity(), SessionContext()


def row(event: Event, *, parameters: bool, salt: bytes) -> Row:
    """`parameters`: keep what was asked for, not just whose role. An empty text says nothing, as
    tables that know no null leave it: it is none. Raises msgspec.DecodeError where an assumption
    does not tell of itself as CloudTrail would."""
    asked, given = event.request_parameters, event.response_elements
    who = event.user_identity or _NOBODY
    context = who.session_context or _NO_CONTEXT
    issuer, provider = context.session_issuer, context.web_id_federation_data
    delegate = who.invoked_by_delegate
    values = (
        event.event_id,
        event.event_time,
        event.event_source,
        event.event_name,
        event.aws_region,
        event.source_ip_address,
        event.error_code,
        event.request_id,
        _parameters(event, asked, whole=parameters),
        _session(event, given, salt) if event.is_assumption else None,
        _switch(event),
        event.recipient_account_id,
        event.shared_event_id,
        event.event_category,
        who.type,
        who.arn,
        who.account_id,
        _token(who.access_key_id, salt) if who.access_key_id else who.access_key_id,
        who.invoked_by,
        who.identity_provider,
        delegate.account_id if delegate else None,
        issuer.arn if issuer else None,
        provider.federated_provider if provider else None,
    )
    return Row._make(value or None for value in values)


def packed(rows: Iterable[Row]) -> bytes:
    """Column by column, for another process."""
    return _packed(list(zip(*rows, strict=True)))


def unpacked(rows: bytes) -> Columns:
    return _unpacked(rows)


def _parameters(event: Event, asked: msgspec.Raw, *, whole: bool) -> str | None:
    if whole:
        return None if bytes(asked) == b"null" else bytes(asked).decode()
    assumes = event.is_assumption and not event.is_switch
    return _encode(asked_of(asked)).decode() if assumes else None


def _switch(event: Event) -> str | None:
    if not event.is_switch:
        return None
    return _encode(_switched.decode(event.additional_event_data)).decode()


def _session(event: Event, given: msgspec.Raw, salt: bytes) -> str | None:
    """The answer of an assumption, its access key id as a token."""
    if event.is_switch:
        return _encode(_switched.decode(given)).decode()
    found = _assumed.decode(given) or _Assumed()
    key = found.credentials and found.credentials.access_key_id
    if key:
        token = _Credentials(access_key_id=_token(key, salt))
        found = msgspec.structs.replace(found, credentials=token)
    return _encode(found).decode()


def _token(key: str, salt: bytes) -> str:
    return hashlib.blake2b(key.encode(), digest_size=16, key=salt).hexdigest()
