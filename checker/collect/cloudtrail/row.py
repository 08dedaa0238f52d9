"""The row that the engine is given of an event.

Of an answer with credentials nothing is read but the access key id, which no row holds: a keyed
hash stands in its place, whose key is of this process and its workers.
"""

from __future__ import annotations

import hashlib

import msgspec

from checker.collect.cloudtrail.event import Event, Identity, Shape, asked_of


class _Credentials(Shape, frozen=True, kw_only=True):
    access_key_id: str | None = None


class _Assumed(Shape, frozen=True, kw_only=True):
    credentials: _Credentials | None = None
    issuer: str | None = None


class _Switched(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `additionalEventData`, and of the answer."""

    SwitchFrom: str | None = None
    SwitchRole: str | None = None


class Row(Shape, frozen=True, kw_only=True):
    """A row of the table `trail`: Athena's columns, whose names know no case."""

    event_id: str = msgspec.field(name="eventID")
    event_time: str
    event_source: str
    event_name: str
    user_identity: Identity | None = None
    aws_region: str | None = None
    source_ip_address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    error_code: str | None = None
    request_id: str | None = msgspec.field(name="requestID", default=None)
    request_parameters: str | None = None
    response_elements: str | None = None
    additional_event_data: str | None = None
    recipient_account_id: str | None = None
    shared_event_id: str | None = msgspec.field(name="sharedEventID", default=None)
    event_category: str | None = None


_encode = msgspec.json.Encoder().encode
_assumed = msgspec.json.Decoder(_Assumed | None)
_switched = msgspec.json.Decoder(_Switched | None)


def row(event: Event, *, parameters: bool, salt: bytes) -> Row:
    """`parameters`: keep what was asked for, not just whose role. Raises msgspec.DecodeError where
    an assumption does not tell of itself as CloudTrail would."""
    asked = event.request_parameters
    given = event.response_elements
    return Row(
        event_id=event.event_id,
        event_time=event.event_time,
        event_source=event.event_source,
        event_name=event.event_name,
        user_identity=_identity(event.user_identity, salt),
        aws_region=event.aws_region,
        source_ip_address=event.source_ip_address,
        error_code=event.error_code,
        request_id=event.request_id,
        request_parameters=_parameters(event, asked, whole=parameters),
        response_elements=_session(event, given, salt) if event.is_assumption else None,
        additional_event_data=_switch(event),
        recipient_account_id=event.recipient_account_id,
        shared_event_id=event.shared_event_id,
        event_category=event.event_category,
    )


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


def _identity(found: Identity | None, salt: bytes) -> Identity | None:
    if found is None or not found.access_key_id:
        return found
    return msgspec.structs.replace(found, access_key_id=_token(found.access_key_id, salt))


def _token(key: str, salt: bytes) -> str:
    return hashlib.blake2b(key.encode(), digest_size=16, key=salt).hexdigest()
